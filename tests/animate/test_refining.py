"""Parts of a clip drawn again: whose face, which tiles, edges that nobody sees."""

import numpy as np
import pytest

from script2movie.animate.refining import face_regions, redrawn, tiles, whose
from script2movie.movie import Appearance, CameraMove, Framing, Position, ShotSize
from script2movie.stages import View

ANNA = Appearance("Anna", position=Position.RIGHT)
BEN = Appearance("Ben", position=Position.LEFT)
BACK = Appearance("Cleo", position=Position.CENTER, back_to_camera=True)


def view(*people: Appearance) -> View:
    return View(ShotSize.MEDIUM, Framing.TWO_SHOT, CameraMove.STATIC, people, "", "", ())


def test_faces_are_people_from_left_to_right() -> None:
    left, right, small = (10, 10, 40, 40), (60, 12, 95, 50), (45, 20, 50, 25)
    assert whose(view(ANNA, BEN, BACK), [right, small, left]) == [("Ben", left), ("Anna", right)]
    assert whose(view(ANNA), [left, right]) == [("Anna", right)]
    assert whose(view(), [left]) == []


def test_a_region_holds_a_face_in_every_frame() -> None:
    found = [[(40 + n, 30, 60 + n, 50)] for n in range(10)] + [[]] * 5
    assert face_regions(view(ANNA), found, 100, 80) == [("Anna", (22, 12, 86, 67))]
    assert face_regions(view(ANNA), found[:2] + [[]] * 9, 100, 80) == []


@pytest.mark.parametrize("size", [(1024, 576), (512, 512), (300, 700), (2000, 513)])
def test_tiles_cover_the_frame(size: tuple[int, int]) -> None:
    width, height = size
    seen = np.zeros((height, width), int)
    for x0, y0, x1, y1 in tiles(width, height, 512, 48):
        assert x1 - x0 <= 512 and y1 - y0 <= 512
        seen[y0:y1, x0:x1] += 1
    assert seen.min() >= 1


def test_what_is_drawn_again_has_no_edge() -> None:
    frames = np.full((3, 120, 200, 3), 100, np.uint8)
    box = (60, 30, 140, 90)
    made = redrawn(frames, [box], lambda number, cut: cut + np.uint8(50), feather=16)
    assert (made[:, 60, 100] == 150).all()  # the middle is new
    outside = made.copy()
    outside[:, 30:90, 60:140] = 100
    assert (outside == 100).all()
    steps = np.abs(np.diff(made.astype(int), axis=2))
    assert steps.max() <= 4  # fifty levels over 17 pixels

    # Tiles drawn as they were leave the frame as it was; drawn alike, they meet alike.
    noise = np.random.default_rng(0).integers(0, 256, (2, 96, 160, 3), np.uint8)
    places = tiles(160, 96, 64, 24)
    assert np.array_equal(redrawn(noise, places, lambda number, cut: cut, feather=12), noise)
    lit = redrawn(noise // 2, places, lambda number, cut: cut + np.uint8(20), feather=12)
    assert np.array_equal(lit, noise // 2 + 20)
