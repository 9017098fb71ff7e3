"""Where people are to be in a picture that a model will draw: boxes from the shot's framing.

The same geometry as the embedded storyboard's, with a figure of plain proportions in place of a
measured portrait: a model can draw legs that a portrait does not show. Pure; pixels of the frame.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from script2movie.movie import Appearance, Position, ShotSize
from script2movie.stages import View
from script2movie.storyboard.figures import Figure
from script2movie.storyboard.framing import Stand, stand

__all__ = ["Placed", "Region", "mask", "placed", "regions"]

FACE = 100.0  # the plain figure's face, chin to hairline, in its own pixels
PLAIN = Figure(
    face=(300.0, 100.0),
    face_height=FACE,
    head_top=30.0,
    top_cut=False,
    head_left=245.0,
    head_right=355.0,
    body_bottom=980.0,
    body_left=180.0,
    body_right=420.0,
    gaze=0.0,
    whole=True,
)
WIDTH = 600  # of the plain figure's picture


@dataclass(frozen=True)
class Region:
    """Whose the box x0, y0, x1, y1 is; `face` is the face's box in it, empty seen from behind."""

    character: str
    box: tuple[float, float, float, float]
    face: tuple[float, float, float, float]
    seen: bool


@dataclass(frozen=True)
class Placed:
    """Where a person's face is, its height chin to hairline, and which way they are turned."""

    character: str
    face: tuple[float, float]
    face_height: float
    facing: Position
    back_to_camera: bool


def placed(view: View, *, width: int, height: int) -> tuple[Placed, ...]:
    """Everybody of the view, the farthest first; a face may lie outside of the frame."""
    appearances, stands = _stands(view, width, height)
    return tuple(
        Placed(
            appearances[one.number].character,
            one.face,
            one.face_height,
            appearances[one.number].facing,
            appearances[one.number].back_to_camera,
        )
        for one in sorted(stands, key=lambda one: -one.distance)
    )


def regions(view: View, *, width: int, height: int) -> tuple[Region, ...]:
    """One region for each person of the view, in the view's order; neighbours do not overlap."""
    appearances, stands = _stands(view, width, height)
    boxes: dict[int, tuple[float, float, float, float]] = {}
    faces: dict[int, tuple[float, float, float, float]] = {}
    for one in stands:
        x, y = one.face
        tall = one.face_height
        reach = 2.2 if view.size in {ShotSize.FULL, ShotSize.WIDE} else 1.6
        boxes[one.number] = (x - reach * tall, y - 1.0 * tall, x + reach * tall, one.lower_edge)
        faces[one.number] = (x - 0.45 * tall, y - 0.5 * tall, x + 0.45 * tall, y + 0.5 * tall)
    order = sorted(boxes, key=lambda number: faces[number][0] + faces[number][2])
    for left, right in itertools.pairwise(order):
        middle = (faces[left][2] + faces[right][0]) / 2
        a, b = boxes[left], boxes[right]
        boxes[left] = (a[0], a[1], min(a[2], middle), a[3])
        boxes[right] = (max(b[0], middle), b[1], b[2], b[3])
    return tuple(
        Region(
            one.character,
            _within(boxes[number], width, height),
            _within(faces[number], width, height),
            seen=not one.back_to_camera,
        )
        for number, one in enumerate(appearances)
    )


def _stands(view: View, width: int, height: int) -> tuple[list[Appearance], Sequence[Stand]]:
    """The view's people, each once, in its order, and where each stands."""
    people = {one.character: one for one in reversed(view.characters)}
    appearances = list(reversed(people.values()))
    if not appearances:
        return [], ()
    return appearances, stand(
        [PLAIN] * len(appearances),
        [WIDTH] * len(appearances),
        appearances,
        view.size,
        width=width,
        height=height,
        focal=1.2 * height,
    )


def mask(region: Region, *, width: int, height: int) -> NDArray[np.uint8]:
    """(height, width): 255 in the region's box, 0 elsewhere."""
    x0, y0, x1, y1 = (round(edge) for edge in region.box)
    painted = np.zeros((height, width), np.uint8)
    painted[y0:y1, x0:x1] = 255
    return painted


def _within(
    box: tuple[float, float, float, float], width: int, height: int
) -> tuple[float, float, float, float]:
    x0, y0, x1, y1 = box
    return max(0.0, x0), max(0.0, y0), min(float(width), x1), min(float(height), y1)
