"""Parts of a clip drawn again: whose face is where, tiles over a larger frame, soft edges. Pure.

Magic-Me (Ma et al. 2024) draws faces again at the model's own size, then the whole frame enlarged
in overlapping tiles; published as a ComfyUI graph, done here as plain code.
"""

from collections.abc import Callable, Sequence
from itertools import product

import numpy as np
from numpy.typing import NDArray

from script2movie.movie import Position
from script2movie.stages import View

__all__ = ["face_regions", "redrawn", "tiles", "whose"]

Clip = NDArray[np.uint8]  # (N, H, W, 3)
Box = tuple[float, float, float, float]  # x0, y0, x1, y1 in pixels
Region = tuple[int, int, int, int]

MARGIN = 0.6  # of a face's size, around it
ORDER = {Position.LEFT: 0, Position.CENTER: 1, Position.RIGHT: 2}


def whose(view: View, boxes: Sequence[Box]) -> list[tuple[str, Box]]:
    """Who each face is: people of the plan from left to right, as many as there are faces.

    Of more faces than people the largest are theirs.
    """
    people = sorted(
        (person for person in view.characters if not person.back_to_camera),
        key=lambda person: ORDER[person.position],
    )
    largest = sorted(boxes, key=lambda box: (box[0] - box[2]) * (box[3] - box[1]))[: len(people)]
    across = sorted(largest, key=lambda box: box[0] + box[2])
    return [(person.character, box) for person, box in zip(people, across, strict=False)]


def face_regions(
    view: View, found: Sequence[Sequence[Box]], width: int, height: int
) -> list[tuple[str, Region]]:
    """Where each person's face is in a clip: round it in every frame in which it is found.

    `found` are the faces of each frame. Nobody is looked for who is seen in less than half.
    """
    seen: dict[str, list[Box]] = {}
    for boxes in found:
        for name, box in whose(view, boxes):
            seen.setdefault(name, []).append(box)
    regions = []
    for name, boxes in seen.items():
        if len(boxes) < len(found) / 2:
            continue
        sides = np.array(boxes)
        x0, y0 = sides[:, :2].min(0)
        x1, y1 = sides[:, 2:].max(0)
        margin = MARGIN * max(x1 - x0, y1 - y0)
        region = (
            max(0, int(x0 - margin)),
            max(0, int(y0 - margin)),
            min(width, int(x1 + margin)),
            min(height, int(y1 + margin)),
        )
        regions.append((name, region))
    return regions


def tiles(width: int, height: int, side: int, overlap: int) -> list[Region]:
    """Squares of `side` that cover the frame, each over its neighbours by `overlap` or more."""

    def starts(length: int) -> list[int]:
        if length <= side:
            return [0]
        count = int(np.ceil((length - overlap) / (side - overlap)))
        return [round(at) for at in np.linspace(0, length - side, count)]

    return [
        (x, y, min(width, x + side), min(height, y + side))
        for y, x in product(starts(height), starts(width))
    ]


def redrawn(
    frames: Clip, regions: Sequence[Region], redraw: Callable[[int, Clip], Clip], *, feather: int
) -> Clip:
    """The clip with each region replaced by `redraw(number, cut)`, of the cut's shape.

    A region's edge is soft over `feather` pixels, but at the edge of the frame it is not; where
    soft regions lie over each other they are mixed.
    """
    height, width = frames.shape[1:3]
    total = np.zeros((height, width, 1), np.float32)
    drawn = np.zeros(frames.shape, np.float32)
    for number, (x0, y0, x1, y1) in enumerate(regions):
        new = redraw(number, frames[:, y0:y1, x0:x1])
        across = _ramp(x1 - x0, feather, x0 == 0, x1 == width)
        down = _ramp(y1 - y0, feather, y0 == 0, y1 == height)
        weight = (down[:, None] * across)[..., None]
        drawn[:, y0:y1, x0:x1] += weight * new
        total[y0:y1, x0:x1] += weight
    share = np.minimum(total, 1.0)
    mixed = drawn / np.maximum(total, 1e-6) * share + frames * (1.0 - share)
    return np.asarray(np.rint(mixed), np.uint8)


def _ramp(length: int, feather: int, at_start: bool, at_end: bool) -> NDArray[np.float32]:
    """Weights along one side: 1, soft where the region does not end with the frame."""
    places = np.arange(1, length + 1, dtype=np.float32) / (feather + 1)
    first = np.ones(length, np.float32) if at_start else np.minimum(places, 1.0)
    last = np.ones(length, np.float32) if at_end else np.minimum(places[::-1], 1.0)
    return np.asarray(np.minimum(first, last), np.float32)
