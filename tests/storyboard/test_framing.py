"""Where people stand: worked by hand on figures of round numbers."""

from itertools import pairwise

import pytest

from script2movie.movie import Appearance, Position, ShotSize
from script2movie.storyboard.figures import Figure
from script2movie.storyboard.framing import Stand, facing_way, order_across, stand

LEFT, CENTER, RIGHT = Position.LEFT, Position.CENTER, Position.RIGHT


def bust(*, below: float = 400.0, gaze: float = 0.0, top_cut: bool = False) -> Figure:
    """A portrait 500 px wide whose face is 100 px high at (250, 150), whole `below` px further."""
    return Figure(
        face=(250.0, 150.0),
        face_height=100.0,
        head_top=0.0 if top_cut else 70.0,
        top_cut=top_cut,
        head_left=190.0,
        head_right=310.0,
        body_bottom=150.0 + below,
        body_left=100.0,
        body_right=400.0,
        gaze=gaze,
    )


def placed(
    figures: list[Figure], appearances: list[Appearance], size: ShotSize, **frame: int
) -> tuple[Stand, ...]:
    width, height = frame.get("width", 1280), frame.get("height", 720)
    widths = [500] * len(figures)
    return stand(figures, widths, appearances, size, width=width, height=height, focal=1500.0)


@pytest.mark.parametrize(
    ("size", "least", "most"),
    [
        (ShotSize.EXTREME_CLOSE_UP, 0.65, 0.8),
        (ShotSize.CLOSE_UP, 0.35, 0.5),
        (ShotSize.MEDIUM, 0.15, 0.35),
    ],
)
def test_a_face_takes_the_share_its_shot_size_names(
    size: ShotSize, least: float, most: float
) -> None:
    (only,) = placed([bust()], [Appearance("a")], size)
    assert least <= only.face_height / 720 <= most


@pytest.mark.parametrize("below", [60.0, 90.0, 150.0, 400.0])
@pytest.mark.parametrize("size", [ShotSize.MEDIUM, ShotSize.CLOSE_UP])
@pytest.mark.parametrize("frame", [(1280, 720), (720, 1280), (640, 360)])
def test_the_portraits_lower_edge_is_never_shown(
    below: float, size: ShotSize, frame: tuple[int, int]
) -> None:
    width, height = frame
    (only,) = placed([bust(below=below)], [Appearance("a")], size, width=width, height=height)
    assert only.lower_edge >= 1.06 * height


def test_hair_cut_by_the_photo_stays_above_the_frame() -> None:
    (only,) = placed([bust(top_cut=True)], [Appearance("a")], ShotSize.MEDIUM)
    assert only.origin[1] <= 0


def test_a_whole_head_is_in_the_frame() -> None:
    (only,) = placed([bust()], [Appearance("a")], ShotSize.MEDIUM)
    top = only.face[1] - only.scale * (150 - 70)
    assert top > 0


def test_who_looks_right_has_room_to_look_into() -> None:
    (only,) = placed([bust()], [Appearance("a", facing=RIGHT)], ShotSize.MEDIUM)
    assert only.face[0] < 640
    (other,) = placed([bust()], [Appearance("a", facing=LEFT)], ShotSize.MEDIUM)
    assert other.face[0] == pytest.approx(1280 - only.face[0])


def test_two_on_one_side_are_spread_out_in_order() -> None:
    people = [Appearance(name, position=LEFT) for name in "abc"]
    assert order_across(people) == [0, 1, 2]
    stands = placed([bust()] * 3, people, ShotSize.MEDIUM)
    across = {s.number: s.face[0] for s in stands}
    assert across[0] < across[1] < across[2]


@pytest.mark.parametrize("count", [2, 3, 4, 5])
def test_no_face_covers_another(count: int) -> None:
    figures = [bust(below=80.0 + 90 * k) for k in range(count)]
    stands = placed(figures, [Appearance(str(k)) for k in range(count)], ShotSize.MEDIUM)
    order = sorted(stands, key=lambda s: s.face[0])
    for left, right in pairwise(order):
        assert right.face[0] - left.face[0] >= 0.39 * (left.face_height + right.face_height)


def test_farther_people_come_first_and_are_smaller() -> None:
    stands = placed([bust(below=70), bust()], [Appearance("a"), Appearance("b")], ShotSize.MEDIUM)
    distances = [s.distance for s in stands]
    assert distances == sorted(distances, reverse=True)
    assert stands[0].face_height <= stands[1].face_height


def test_only_a_portrait_that_looks_the_wrong_way_is_mirrored() -> None:
    _, mirror, yaw = facing_way(bust(gaze=0.3), 500, LEFT)
    assert mirror
    assert yaw < 0
    _, mirror, yaw = facing_way(bust(gaze=0.05), 500, LEFT)
    assert not mirror
    assert -0.25 <= yaw < 0
    figure, mirror, yaw = facing_way(bust(gaze=0.3), 500, CENTER)
    assert not mirror
    assert figure.gaze == 0.3
    assert abs(yaw) <= 0.25


def test_the_near_shoulder_is_at_the_side_and_bigger() -> None:
    people = [
        Appearance("near", position=LEFT, facing=RIGHT, back_to_camera=True),
        Appearance("seen", position=RIGHT, facing=LEFT),
    ]
    seen, near = placed([bust(), bust()], people, ShotSize.MEDIUM)
    assert (near.number, seen.number) == (0, 1)
    assert near.back
    assert not seen.back
    assert near.face[0] < 0.25 * 1280 < 640 < seen.face[0]
    assert near.face_height > 1.5 * seen.face_height
    assert near.distance < seen.distance
