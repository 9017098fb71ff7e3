"""A character's portraits into the one that plays them: looked at, chosen, matted.

Knows what perception sees in photos; knows nothing of file formats, sets or frames.
"""

from dataclasses import dataclass
from threading import Lock

import cv2
import numpy as np

from script2movie.errors import BankError
from script2movie.movie import Character
from script2movie.perception.faces import Face, FaceDetector
from script2movie.perception.identity import FaceRecogniser
from script2movie.perception.matte import FineMatte, SelfieMatte
from script2movie.perception.mesh import FaceMesh
from script2movie.perception.portraits import lifted, read_portrait
from script2movie.stages import Likeness
from script2movie.storyboard.cutout import cut_out
from script2movie.storyboard.figures import head_yaw
from script2movie.storyboard.pixels import Bytes, Floats, blur, floats, smoothstep

__all__ = ["PortraitStudio"]

LONGEST_SIDE = 2400  # pixels a portrait is read at
LARGEST_FACE = 560  # pixels from chin to hairline that a portrait is kept at
PORTRAIT = 640  # pixels a side of the head and shoulders that models are shown, at most
MOST_PORTRAITS = 12  # of one character that are looked at, in the bank's order
LIKED = 1.25  # the bank's first portrait is its best: another must be this much better


@dataclass(frozen=True)
class _Look:
    """A portrait, what is in it and how well it would play."""

    rgb: Bytes
    alpha: Floats | None
    face: Face
    landmarks: Floats
    worth: float


class PortraitStudio:
    """Makes likenesses. Opening it checks the weights; models load with the first portrait."""

    def __init__(self) -> None:
        """Raises WeightsError where a model's weights are not on this machine."""
        self._faces = FaceDetector()
        self._mesh = FaceMesh()
        self._coarse = SelfieMatte()
        self._fine = FineMatte(num_threads=1)
        self._identity = FaceRecogniser()
        self._one_at_a_time = Lock()  # the small models keep state between set and run

    def likeness(self, character: Character, *, with_portrait: bool = False) -> Likeness:
        """Raises BankError where no portrait shows a face."""
        chosen = self._looks(character)[0]
        rgb, alpha, landmarks = _around_person(chosen)
        matte = self._matte(rgb, landmarks) if alpha is None else alpha
        picture, mesh, whole = cut_out(rgb, matte, landmarks, exact=alpha is not None)
        with self._one_at_a_time:
            embedding = self._identity.embed(chosen.rgb, chosen.face)
        portrait = _head_and_shoulders(chosen) if with_portrait else None
        return Likeness(character.name, picture, mesh, embedding, whole, portrait=portrait)

    def heads(self, character: Character) -> list[Bytes]:
        """Head and shoulders (H, H, 3) of each portrait with a face; raises as `likeness`."""
        return [_head_and_shoulders(look) for look in self._looks(character)]

    def _looks(self, character: Character) -> list[_Look]:
        """The portraits that show a face, the best first."""
        looks = []
        for number, portrait in enumerate(character.portraits[:MOST_PORTRAITS]):
            photo = read_portrait(portrait.path, longest_side=LONGEST_SIDE)
            look = self._look_at(photo.rgb, photo.matte)
            if look is not None:
                looks.append((look.worth * (LIKED if number == 0 else 1.0), -number, look))
        if not looks:
            path = character.portraits[0].path
            raise BankError(f"{path} shows no face: give {character.name} a portrait with one")
        return [look for _, _, look in sorted(looks, key=lambda one: one[:2], reverse=True)]

    def _look_at(self, rgb: Bytes, alpha: Floats | None) -> _Look | None:
        seen = lifted(rgb)
        with self._one_at_a_time:
            faces = self._faces.detect(seen) or self._faces.detect(
                seen, min_face=max(rgb.shape[:2]) / 50
            )
            if not faces:
                return None
            face = faces[0]
            landmarks = self._mesh.landmarks(seen, face)
        height = float(np.linalg.norm(landmarks[152, :2] - landmarks[10, :2]))
        if height > LARGEST_FACE:
            return self._look_at(*_smaller(rgb, alpha, LARGEST_FACE / height))
        alone = len([other for other in faces if other.side > 0.4 * face.side]) == 1
        frontal = max(0.1, float(np.cos(1.3 * min(abs(head_yaw(landmarks)), 1.1))))
        size = min(height, 260.0) / 260
        worth = size**0.7 * frontal * _sharpness(rgb, face) * (1.0 if alone else 0.6)
        below = (rgb.shape[0] - float(landmarks[152, 1])) / height
        worth *= 0.6 + 0.4 * min(max(below, 0.0), 1.6) / 1.6  # shoulders are worth having
        return _Look(rgb, alpha, face, landmarks, worth)

    def _matte(self, rgb: Bytes, landmarks: Floats) -> Floats:
        """The fine matte for hair, made whole inside and clean outside by the coarse one."""
        face = float(np.linalg.norm(landmarks[152, :2] - landmarks[10, :2]))
        rows = np.arange(rgb.shape[0], dtype=np.float32)[:, None]
        body = smoothstep((rows - landmarks[152, 1]) / face, 0.1, 0.6)
        fine = self._fine.matte(rgb, np.maximum(body, _oval(rgb.shape[:2], landmarks, face)))
        with self._one_at_a_time:
            coarse = self._coarse.matte(rgb)
        shrink = max(1.0, face / 48)  # the coarse matte is soft: a few pixels a face will do
        size = (max(8, round(rgb.shape[1] / shrink)), max(8, round(rgb.shape[0] / shrink)))
        coarse, face = floats(cv2.resize(coarse, size, interpolation=cv2.INTER_AREA)), face / shrink
        core = blur(cv2.erode(coarse, _disc(0.16 * face)), 0.05 * face)
        near = blur(cv2.dilate(coarse, _disc(0.5 * face)), 0.1 * face)
        core, near = (floats(cv2.resize(part, rgb.shape[1::-1])) for part in (core, near))
        whole = np.maximum(fine, np.clip(2 * core - 1, 0, 1) * body * smoothstep(fine, 0.08, 0.3))
        return floats(whole * np.clip(2 * near, 0, 1))


def _oval(size: tuple[int, int], landmarks: Floats, face: float) -> Floats:
    """Where the face is, (H, W) in 0..1: beside it a quick matte may see the back of a chair."""
    mask = np.zeros(size, np.float32)
    hull = cv2.convexHull(np.rint(landmarks[:, :2]).astype(np.int32))
    cv2.fillConvexPoly(mask, hull, 1.0)
    return blur(mask, 0.05 * face)


def _disc(radius: float) -> Bytes:
    size = 2 * max(1, round(radius)) + 1
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)), np.uint8)


def _smaller(rgb: Bytes, alpha: Floats | None, scale: float) -> tuple[Bytes, Floats | None]:
    size = (round(rgb.shape[1] * scale * 0.98), round(rgb.shape[0] * scale * 0.98))
    less = np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.uint8)
    if alpha is None:
        return less, None
    return less, floats(cv2.resize(alpha, size, interpolation=cv2.INTER_AREA))


def _sharpness(rgb: Bytes, face: Face) -> float:
    """0.5 for a blurred face to 1 for a sharp one, whatever its size."""
    x0, y0, x1, y1 = (max(0, int(side)) for side in face.box)
    crop = rgb[y0:y1, x0:x1]
    if min(crop.shape[:2]) < 8:
        return 0.5
    grey = floats(cv2.cvtColor(cv2.resize(crop, (160, 160)), cv2.COLOR_RGB2GRAY))
    detail = float(cv2.Laplacian(grey, cv2.CV_32F).std()) / max(float(grey.std()), 1.0)
    return float(np.clip(0.5 + 2 * detail, 0.5, 1.0))


def _head_and_shoulders(look: _Look) -> Bytes:
    """A square of the photo around the head, as large as the photo allows.

    Where the photo ends within a face its edge is drawn on: a face is never stretched.
    """
    points = look.landmarks
    face = float(np.linalg.norm(points[152, :2] - points[10, :2]))
    x, y = points[[10, 152, 234, 454], :2].mean(axis=0).tolist()
    h, w = look.rgb.shape[:2]
    y += 0.15 * face  # shoulders are worth more than air
    half = min(1.5 * face, max(0.75 * face, min(x, w - x, y, h - y)))
    side, left, top = round(2 * half), round(x - half), round(y - half)
    beyond = (max(0, -top), max(0, top + side - h), max(0, -left), max(0, left + side - w))
    wider = cv2.copyMakeBorder(look.rgb, *beyond, cv2.BORDER_REPLICATE)
    top, left = max(0, top), max(0, left)
    square = wider[top : top + side, left : left + side]
    size = min(PORTRAIT, side)
    return np.asarray(cv2.resize(square, (size, size), interpolation=cv2.INTER_AREA), np.uint8)


def _around_person(look: _Look) -> tuple[Bytes, Floats | None, Floats]:
    """The part of a photo that the person can be in, so that the matte sees them large."""
    points = look.landmarks
    face = float(np.linalg.norm(points[152, :2] - points[10, :2]))
    x, y = points[[10, 152, 234, 454], :2].mean(axis=0).tolist()
    h, w = look.rgb.shape[:2]
    x0, x1 = max(0, int(x - 4.5 * face)), min(w, int(x + 4.5 * face))
    y0, y1 = max(0, int(y - 2.2 * face)), min(h, int(y + 11 * face))
    if (x1 - x0) * (y1 - y0) > 0.75 * w * h:
        x0, y0, x1, y1 = 0, 0, w, h
    moved = floats(points - floats([x0, y0, 0]))
    alpha = None if look.alpha is None else look.alpha[y0:y1, x0:x1]
    return np.ascontiguousarray(look.rgb[y0:y1, x0:x1]), alpha, moved
