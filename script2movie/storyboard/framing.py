"""Where people stand in a frame: shot size and screen direction into places and scales.

Pure geometry: figures (measures of portraits) in, stands out. Knows nothing of pixels' values.
Everything in a Stand is in pixels of the frame, except `scale`.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace

from script2movie.movie import Appearance, Position, ShotSize
from script2movie.storyboard.figures import Figure

__all__ = ["FACE_SHARE", "Stand", "facing_way", "order_across", "stand"]

FACE_SHARE = {  # chin to hairline as a share of the frame's height
    ShotSize.EXTREME_CLOSE_UP: 0.72,
    ShotSize.CLOSE_UP: 0.44,
    ShotSize.MEDIUM: 0.25,
    ShotSize.FULL: 0.11,
    ShotSize.WIDE: 0.08,
}
OVER_A_SHOULDER = 1.2  # how much closer than in a single whoever is looked at is shown
FACE_HEIGHT = 0.19  # metres, chin to hairline: sizes into distances
FACE_WIDTH = 0.78  # of its height
MARGIN = 0.07  # of the frame's height below and beside it, for the camera's moves
_LOWEST = {1: 0.55, 2: 0.58, 3: 0.64, 4: 0.64}  # how low a face may sit, by the number of people
_ROOM = {  # where faces stand across the frame, by the number of people
    1: (0.5,),
    2: (0.3, 0.7),
    3: (0.2, 0.5, 0.8),
    4: (0.14, 0.38, 0.62, 0.86),
}


@dataclass(frozen=True)
class Stand:
    """One person's place in a frame.

    number    of the appearance in the view
    figure    the measures, mirrored where `mirror`
    scale     screen pixels for one of the portrait's
    face      x, y of the face's middle
    distance  metres from the camera
    yaw       a small extra turn of the head, radians, positive to the screen's right
    hidden_below  y below which something of the set covers the person, None where nothing does
    back      seen from behind: the near shoulder of an over-the-shoulder shot
    """

    number: int
    figure: Figure
    scale: float
    face: tuple[float, float]
    distance: float
    mirror: bool = False
    yaw: float = 0.0
    hidden_below: float | None = None
    back: bool = False

    @property
    def lower_edge(self) -> float:
        """Down to which y of the frame the person is drawn."""
        end = self.face[1] + self.scale * (self.figure.body_bottom - self.figure.face[1])
        if self.hidden_below is None:
            return end
        return min(end, self.hidden_below + 0.6 * self.face_height)

    @property
    def origin(self) -> tuple[float, float]:
        """Where the portrait's top left is in the frame."""
        x, y = self.figure.face
        return self.face[0] - self.scale * x, self.face[1] - self.scale * y

    @property
    def face_height(self) -> float:
        return self.scale * self.figure.face_height


def facing_way(figure: Figure, width: int, facing: Position) -> tuple[Figure, bool, float]:
    """The figure as it should look: its measures, whether mirrored, and an extra turn of the head.

    Mirrored only where the portrait (`width` pixels wide) looks so far the wrong way that the
    turn, within 0.22 radians, cannot mend it: clothes can bear text.
    """
    wanted = {Position.LEFT: -0.38, Position.CENTER: 0.0, Position.RIGHT: 0.38}[facing]
    mirror = wanted * figure.gaze < -0.045
    if mirror:
        last = width - 1
        figure = replace(
            figure,
            face=(last - figure.face[0], figure.face[1]),
            head_left=last - figure.head_right,
            head_right=last - figure.head_left,
            body_left=last - figure.body_right,
            body_right=last - figure.body_left,
            gaze=-figure.gaze,
        )
    missing = wanted - figure.gaze
    if facing is Position.CENTER:
        return figure, mirror, max(-0.2, min(0.2, 0.4 * missing))
    if missing * wanted < 0:  # looks further that way than asked
        return figure, mirror, 0.0
    return figure, mirror, max(-0.22, min(0.22, missing))


def order_across(appearances: Sequence[Appearance]) -> list[int]:
    """Who is where from left to right; of two on one side the first named is farther out."""
    sides = {Position.LEFT: 0, Position.CENTER: 1, Position.RIGHT: 2}

    def rank(i: int) -> tuple[int, int]:
        side = sides[appearances[i].position]
        return side, -i if side == 2 else i

    return sorted(range(len(appearances)), key=rank)


def distance_of(face_share: float, focal: float, height: int) -> float:
    """Metres to a face that takes this share of the frame's height; focal in frame pixels."""
    return FACE_HEIGHT * focal / (face_share * height)


def _across(appearances: Sequence[Appearance], size: ShotSize) -> list[float]:
    """Where each face's middle is across the frame, 0..1, in the order of the appearances."""
    count = len(appearances)
    if count == 1:
        only = appearances[0]
        room = {ShotSize.EXTREME_CLOSE_UP: 0.04, ShotSize.CLOSE_UP: 0.10}.get(size, 0.13)
        side = {Position.LEFT: -1.0, Position.CENTER: 0.0, Position.RIGHT: 1.0}
        lean = -side[only.facing] or side[only.position]
        return [0.5 + room * lean]
    across = [0.0] * count
    places = _ROOM.get(count) or [0.1 + 0.8 * k / (count - 1) for k in range(count)]
    for place, i in zip(places, order_across(appearances), strict=True):
        across[i] = place
    return across


def stand(
    figures: Sequence[Figure],
    widths: Sequence[int],
    appearances: Sequence[Appearance],
    size: ShotSize,
    *,
    width: int,
    height: int,
    focal: float,
    closer: float = 1.0,
) -> tuple[Stand, ...]:
    """Places the people of a view, farthest first. `focal` is the frame's, in its pixels.

    `widths` are the portraits' in pixels. A person whose portrait ends too high to be shown at
    the asked size sits lower in the frame, and where that is not enough, comes nearer. Whoever
    has their back to the camera is the near shoulder at the side of the frame.
    """
    near = [i for i, a in enumerate(appearances) if a.back_to_camera]
    if near and len(near) < len(appearances):
        return _over_the_shoulder(
            figures, widths, appearances, size, near[0], width=width, height=height, focal=focal
        )
    count = len(figures)
    across = _across(appearances, size)
    slot = width / max(1, count)
    stands = []
    for i, (measured, appearance) in enumerate(zip(figures, appearances, strict=True)):
        figure, mirror, yaw = facing_way(measured, widths[i], appearance.facing)
        share = closer * FACE_SHARE[size]
        if count > 1:
            share = min(share, {2: 0.36, 3: 0.25, 4: 0.2}.get(count, 0.8 / count))
        room = 0.86 * slot if count == 1 else 0.58 * slot
        share = min(share, room / (FACE_WIDTH * height))
        placed = _placed(i, figure, share, across[i], size, count, width=width, height=height)
        stands.append(replace(placed, mirror=mirror, yaw=yaw))
    stands = _apart(stands, width)
    stands = [
        replace(s, distance=distance_of(s.face_height / height, focal, height)) for s in stands
    ]
    return tuple(sorted(stands, key=lambda s: (-s.distance, s.number)))


def _over_the_shoulder(
    figures: Sequence[Figure],
    widths: Sequence[int],
    appearances: Sequence[Appearance],
    size: ShotSize,
    near: int,
    *,
    width: int,
    height: int,
    focal: float,
) -> tuple[Stand, ...]:
    """The near one big at the frame's side, whoever they look at on the other side."""
    others = [i for i in range(len(figures)) if i != near]
    side = appearances[near].position
    if side is Position.CENTER:
        opposite = appearances[others[0]].position
        side = Position.RIGHT if opposite is Position.LEFT else Position.LEFT
    on_left = side is Position.LEFT
    back = replace(appearances[near], facing=Position.RIGHT if on_left else Position.LEFT)
    figure, mirror, _ = facing_way(figures[near], widths[near], back.facing)
    middle = 0.47 * height
    scale = 0.52 * height / figure.face_height
    scale = max(scale, ((1 + MARGIN) * height - middle) / (figure.body_bottom - figure.face[1]))
    scale = min(scale, 1.1 * height / figure.face_height)
    half = 0.5 * scale * (figure.head_right - figure.head_left)
    inner = min(0.25 * width, 0.1 * width + half)  # how far the head reaches into the frame
    edge = figure.head_right if on_left else figure.head_left
    x = (inner if on_left else width - inner) - scale * (edge - figure.face[0])
    shoulder = Stand(near, figure, scale, (x, middle), 0.8, mirror, back=True)
    free = replace(
        appearances[others[0]],
        position=Position.RIGHT if on_left else Position.LEFT,
        facing=Position.LEFT if on_left else Position.RIGHT,
    )
    seen = stand(
        [figures[i] for i in others],
        [widths[i] for i in others],
        [free, *(appearances[i] for i in others[1:])],
        ShotSize.MEDIUM if size in {ShotSize.FULL, ShotSize.WIDE} else size,
        width=width,
        height=height,
        focal=focal,
        closer=OVER_A_SHOULDER,
    )
    moved = []
    for other in seen:
        x = other.face[0]
        if len(others) == 1:
            x = (0.62 if on_left else 0.38) * width
        moved.append(replace(other, number=others[other.number], face=(x, other.face[1])))
    return (*moved, shoulder)


def _placed(
    number: int,
    figure: Figure,
    share: float,
    across: float,
    size: ShotSize,
    count: int,
    *,
    width: int,
    height: int,
) -> Stand:
    """One person at the asked share, or as near to it as the portrait allows."""
    end = height * (1 + MARGIN)  # the portrait's lower edge must be below this
    _x, y = figure.face
    scale = share * height / figure.face_height
    below = figure.body_bottom - y
    above = y - figure.head_top
    if size is ShotSize.EXTREME_CLOSE_UP and count == 1:
        middle = 0.53 * height
        scale = max(scale, (end - middle) / below)
        return Stand(number, figure, scale, (across * width, middle), 1.0)
    headroom = 0.06 * height
    best = {1: 0.42, 2: 0.43, 3: 0.46, 4: 0.47}[min(count, 4)] * height
    middle = max(best, headroom + scale * above)  # the whole head is in the frame
    lowest = (_LOWEST[min(count, 4)] + (0.1 if height > width else 0.0)) * height
    if scale * below < end - middle:  # its lower edge would show: lower, then nearer
        middle = min(max(middle, end - scale * below), lowest)
        scale = max(scale, (end - middle) / below)
    if figure.top_cut:  # the picture's upper edge stays above the frame
        middle = min(middle, scale * y - MARGIN * height)
        scale = max(scale, (end - middle) / below)
        if middle < 0.3 * height:
            middle = 0.3 * height
            scale = max(scale, (middle + MARGIN * height) / y, (end - middle) / below)
    else:
        middle = min(max(middle, headroom / 3 + scale * above), max(lowest, middle))
    return Stand(number, figure, scale, (across * width, middle), 1.0)


def _apart(stands: Sequence[Stand], width: int) -> list[Stand]:
    """Moves people sideways until no head covers another's face."""
    order = sorted(range(len(stands)), key=lambda i: stands[i].face[0])
    moved = list(stands)
    for _ in range(8):
        for a, b in itertools.pairwise(order):
            left, right = moved[a], moved[b]
            needed = 0.5 * (left.face_height + right.face_height)
            lack = needed - (right.face[0] - left.face[0])
            if lack > 0:
                moved[a] = replace(left, face=(left.face[0] - lack / 2, left.face[1]))
                moved[b] = replace(right, face=(right.face[0] + lack / 2, right.face[1]))
        for i, s in enumerate(moved):
            half = 0.5 * s.face_height
            x = min(max(s.face[0], half), width - half)
            moved[i] = replace(s, face=(x, s.face[1]))
    return moved
