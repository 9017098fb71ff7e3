"""Where people are to be in a drawn picture: pure geometry from the plan."""

import itertools

import numpy as np
import pytest

from script2movie.movie import Appearance, CameraMove, Framing, Position, ShotSize
from script2movie.stages import View
from script2movie.storyboard.regions import mask, regions

SIDES = (Position.LEFT, Position.CENTER, Position.RIGHT)


def view(size: ShotSize, *people: Appearance) -> View:
    return View(size, Framing.GROUP, CameraMove.STATIC, people, "", "", ())


@pytest.mark.parametrize("size", ShotSize)
@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_everybody_has_room_inside_the_frame_and_apart(size: ShotSize, count: int) -> None:
    people = [Appearance(str(n), position=SIDES[n % 3]) for n in range(count)]
    found = regions(view(size, *people), width=1280, height=720)
    assert [one.character for one in found] == [one.character for one in people]
    masks = [mask(one, width=1280, height=720) for one in found]
    for one, painted in zip(found, masks, strict=True):
        x0, y0, x1, y1 = one.box
        assert 0 <= x0 < x1 <= 1280 and 0 <= y0 < y1 <= 720
        face = (one.face[0] + one.face[2]) / 2, (one.face[1] + one.face[3]) / 2
        assert painted[int(face[1]), int(face[0])] == 255
    for first, second in itertools.combinations(masks, 2):
        assert not np.logical_and(first, second).any()


def test_who_is_planned_left_is_left_and_a_closer_shot_shows_larger_faces() -> None:
    anna = Appearance("Anna", position=Position.RIGHT, facing=Position.LEFT)
    ben = Appearance("Ben", position=Position.LEFT, facing=Position.RIGHT)
    right, left = regions(view(ShotSize.MEDIUM, anna, ben), width=1280, height=720)
    assert left.box[2] <= right.box[0] + 1
    heights = []
    for size in (ShotSize.WIDE, ShotSize.FULL, ShotSize.MEDIUM, ShotSize.CLOSE_UP):
        (alone,) = regions(view(size, anna), width=1280, height=720)
        heights.append(alone.face[3] - alone.face[1])
    assert heights == sorted(heights) and heights[0] > 0


def test_a_back_is_in_the_frame_and_is_no_face() -> None:
    near = Appearance("Anna", position=Position.LEFT, back_to_camera=True)
    far = Appearance("Ben", position=Position.RIGHT)
    found = regions(view(ShotSize.MEDIUM, near, far), width=1280, height=720)
    assert [(one.character, one.seen) for one in found] == [("Anna", False), ("Ben", True)]


def test_an_empty_shot_has_no_regions() -> None:
    assert regions(view(ShotSize.WIDE), width=1280, height=720) == ()
