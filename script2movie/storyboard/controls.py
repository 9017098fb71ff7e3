"""The plan's layout as a picture that a ControlNet reads: people as skeletons, or as outlines.

AutoStory takes poses and sketches from pictures of each character; the plan knows no poses, so
everybody stands upright where the framing puts them, turned as the plan says. Colours, order and
joints of a skeleton are OpenPose's (Cao et al. 2018, arXiv:1812.08008), as ControlNets were trained
on; outlines are white on black. Pure but for OpenCV.
"""

from collections.abc import Mapping
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from script2movie.movie import Position
from script2movie.stages import View
from script2movie.storyboard.regions import Placed, placed

__all__ = ["Kind", "control_picture", "joints"]

Kind = Literal["pose", "sketch"]
Point = tuple[float, float]
HALF = {  # a standing person's joints in face heights from the face's middle; x of their left half
    "neck": (0.0, 0.95), "shoulder": (0.95, 1.05), "elbow": (1.2, 2.5), "wrist": (1.15, 3.75),
    "hip": (0.55, 3.9), "knee": (0.55, 6.1), "ankle": (0.55, 8.3),
    "nose": (0.0, 0.05), "eye": (0.18, -0.1), "ear": (0.38, 0.0),
}  # fmt: skip
ORDER = (
    "nose", "neck", "right shoulder", "right elbow", "right wrist", "left shoulder", "left elbow",
    "left wrist", "right hip", "right knee", "right ankle", "left hip", "left knee", "left ankle",
    "right eye", "left eye", "right ear", "left ear",
)  # fmt: skip
LIMBS = (
    (1, 2), (1, 5), (2, 3), (3, 4), (5, 6), (6, 7), (1, 8), (8, 9), (9, 10), (1, 11), (11, 12),
    (12, 13), (1, 0), (0, 14), (14, 16), (0, 15), (15, 17),
)  # fmt: skip
TURN = 0.2  # face heights that nose and eyes move when a head is turned
NARROW = 0.7  # of the shoulders of a body that is turned
DIMMED = 0.6  # of a limb's colour beside its joints'


def control_picture(view: View, kind: Kind, *, width: int, height: int) -> NDArray[np.uint8]:
    """(height, width, 3): whoever the view shows, the nearest drawn last."""
    picture = np.zeros((height, width, 3), np.uint8)
    for person in placed(view, width=width, height=height):
        if kind == "pose":
            _skeleton(picture, joints(person))
        else:
            _outline(picture, person)
    return picture


def joints(person: Placed) -> dict[str, Point]:
    """OpenPose's joints in pixels by name; those that are turned away are left out."""
    tall, (x, y) = person.face_height, person.face
    turned = {Position.LEFT: -1, Position.RIGHT: 1, Position.CENTER: 0}[person.facing]
    found = {}
    for name in ORDER:
        side, _, part = name.rpartition(" ")
        across, down = HALF[part]
        if part in {"nose", "eye"} and person.back_to_camera:
            continue
        hidden = None if person.back_to_camera else {-1: "right", 1: "left"}.get(turned)
        if part == "ear" and side == hidden:
            continue
        if part in {"nose", "eye"}:
            across = across * (1 if side != "right" else -1) + TURN * turned
        else:  # a person's left is the picture's right, but for those seen from behind
            across *= (1 if side != "right" else -1) * (-1 if person.back_to_camera else 1)
            across *= NARROW if turned and part not in {"ear", "neck"} else 1
        found[name] = (x + across * tall, y + down * tall)
    return found


def _skeleton(picture: NDArray[np.uint8], found: Mapping[str, Point]) -> None:
    thick = max(2, round(picture.shape[0] / 128))
    colours = _colours()
    for number, (first, last) in enumerate(LIMBS):
        if ORDER[first] in found and ORDER[last] in found:
            colour = tuple(DIMMED * part for part in colours[number])
            start, end = _pixel(found[ORDER[first]]), _pixel(found[ORDER[last]])
            cv2.line(picture, start, end, colour, thick, cv2.LINE_AA)
    for number, name in enumerate(ORDER):
        if name in found:
            cv2.circle(picture, _pixel(found[name]), thick, colours[number], -1, cv2.LINE_AA)


def _outline(picture: NDArray[np.uint8], person: Placed) -> None:
    thick = max(2, round(picture.shape[0] / 256))
    tall, (x, y) = person.face_height, person.face
    wide = NARROW if person.facing is not Position.CENTER else 1.0

    def at(across: float, down: float) -> tuple[int, int]:
        return _pixel((x + across * wide * tall, y + down * tall))

    half = [(0.2, 0.7), (0.95, 1.0), (1.3, 2.5), (1.25, 3.8), (0.75, 3.9), (0.8, 8.5)]
    line = [at(*one) for one in half] + [at(-across, down) for across, down in reversed(half)]
    body = np.array(line, np.int32)
    cv2.fillPoly(picture, [body], (0, 0, 0))
    cv2.polylines(picture, [body], True, (255, 255, 255), thick, cv2.LINE_AA)
    head = (_pixel(person.face), (round(0.45 * tall), round(0.68 * tall)), 0, 0, 360)
    cv2.ellipse(picture, *head, (0, 0, 0), -1)
    cv2.ellipse(picture, *head, (255, 255, 255), thick, cv2.LINE_AA)


def _pixel(point: Point) -> tuple[int, int]:
    return round(point[0]), round(point[1])


def _colours() -> list[tuple[float, float, float]]:
    """RGB of each joint and limb: eighteen steps around the circle of hues, as OpenPose draws."""
    steps = [(255, 85 * n, 0) for n in range(4)] + [(255 - 85 * n, 255, 0) for n in (1, 2, 3)]
    steps += [(0, 255, 85 * n) for n in (1, 2, 3)] + [(0, 255 - 85 * n, 255) for n in (1, 2, 3)]
    steps += [(85 * n, 0, 255) for n in (1, 2, 3)] + [(255, 0, 255 - 85 * n) for n in (1, 2)]
    return [(float(r), float(g), float(b)) for r, g, b in steps]
