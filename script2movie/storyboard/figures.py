"""What of a person a portrait shows, measured on the cut-out, and the same person mirrored.

Knows a Likeness; knows nothing of frames or places. Everything is in the picture's pixels.
"""

import json
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources

import numpy as np

from script2movie.stages import Likeness
from script2movie.storyboard.pixels import Bytes, Floats, floats

__all__ = ["Figure", "head_yaw", "measure", "mirrored"]

CHIN, BROW = 152, 10  # of the face mesh; BROW is the hairline's middle
CHEEKS = (234, 454)  # the screen's left and right edge of a face that looks at the camera
_TOUCHES = 0.35  # matte above which a person touches the picture's edge


@dataclass(frozen=True)
class Figure:
    """Measures of one likeness.

    face           x, y of the face's middle
    face_height    chin to hairline
    head_top       y of the hair's (or hat's) top
    top_cut        the picture's upper edge cuts the head
    head_left      x of the hair's left edge; `head_right` its right
    body_bottom    y down to which the body is whole: below it the frame must have ended
    body_left      x of the body's left edge; `body_right` its right
    gaze           radians the head is turned by, positive to the screen's right
    whole          shown down to the feet, which end at `body_bottom`
    """

    face: tuple[float, float]
    face_height: float
    head_top: float
    top_cut: bool
    head_left: float
    head_right: float
    body_bottom: float
    body_left: float
    body_right: float
    gaze: float
    whole: bool = False


def head_yaw(landmarks: Floats) -> float:
    """How far the head is turned in radians, positive to the screen's right."""
    left, right = landmarks[CHEEKS[0]], landmarks[CHEEKS[1]]
    return float(np.arctan2(right[2] - left[2], right[0] - left[0]))


def measure(likeness: Likeness) -> Figure:
    """Measures a cut-out by its matte and its face mesh."""
    alpha = likeness.picture[..., 3]
    height, width = alpha.shape
    points = likeness.landmarks[:, :2]
    face_height = float(np.linalg.norm(points[CHIN] - points[BROW]))
    centre = points[[CHIN, BROW, *CHEEKS]].mean(axis=0)
    x, y = float(centre[0]), float(centre[1])

    solid = alpha > 255 * _TOUCHES
    near = slice(max(0, int(x - 0.6 * face_height)), int(x + 0.6 * face_height) + 1)
    above = np.flatnonzero(solid[: int(y) + 1, near].mean(axis=1) > 0.04)
    head_top = float(above[0]) if above.size else max(0.0, y - 0.8 * face_height)
    head = solid[int(max(head_top, 0)) : int(max(y + 0.3 * face_height, head_top + 1)) + 1]
    columns = np.flatnonzero(head.mean(axis=0) > 0.1)
    columns = columns[np.abs(columns - x) < 1.3 * face_height]
    head_left, head_right = (
        (float(columns[0]), float(columns[-1])) if columns.size else (x - face_height / 2,) * 2
    )

    below = solid[int(y) :]
    columns = np.flatnonzero(below.mean(axis=0) > 0.02)
    body_left, body_right = float(columns[0]), float(columns[-1])
    if likeness.whole:
        rows = np.flatnonzero(solid.any(axis=1))
        body_bottom = float(rows[-1])
    else:
        trunk = (alpha[int(y) :, near] > 200).mean(axis=1) > 0.8  # neck rows are narrower
        hole = np.flatnonzero(~trunk & (np.arange(trunk.size) > 1.0 * face_height))
        body_bottom = float(y + hole[0] - 1) if hole.size else float(height - 1)
    return Figure(
        face=(x, y),
        face_height=face_height,
        head_top=head_top,
        top_cut=bool(solid[:2, near].all(axis=0).sum() > 0.15 * face_height),
        head_left=head_left,
        head_right=head_right,
        body_bottom=body_bottom,
        body_left=body_left,
        body_right=min(body_right, width - 1.0),
        gaze=head_yaw(likeness.landmarks),
        whole=likeness.whole,
    )


@cache
def _other_side() -> tuple[int, ...]:
    """For every point of the mesh its opposite across the face's middle."""
    text = resources.files(__package__).joinpath("mesh_mirror.json").read_text()
    return tuple(json.loads(text))


def mirrored(likeness: Likeness) -> Likeness:
    """The same person looking the other way."""
    picture: Bytes = np.ascontiguousarray(likeness.picture[:, ::-1])
    landmarks = floats(likeness.landmarks[list(_other_side())] * floats([-1, 1, 1]))
    landmarks[:, 0] += picture.shape[1] - 1
    return replace(likeness, picture=picture, landmarks=landmarks)
