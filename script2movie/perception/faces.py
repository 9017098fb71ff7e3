"""Where the faces are in a picture: MediaPipe's two BlazeFace detectors.

The near one sees faces that fill more than about a tenth of the picture, the far one down to a
twentieth; smaller ones need `min_face`, which looks at the picture in overlapping tiles. Anchors
and decoding follow MediaPipe 0.10.21 (`ssd_anchors_calculator`, weighted non-maximum
suppression). Knows nothing of who a face belongs to.
"""

import math
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from script2movie.perception.litert import LiteModel

__all__ = ["Face", "FaceDetector"]

SAME_FACE = 0.3  # overlap (IoU) above which two boxes are one face, as in MediaPipe
SMALLEST = 0.06  # of the picture's longer side: the smallest face that the far detector finds


@dataclass(frozen=True)
class Face:
    """One face, in pixels from the picture's top left."""

    box: tuple[float, float, float, float]  # x0, y0, x1, y1, brow to chin
    score: float  # 0..1
    keypoints: tuple[tuple[float, float], ...]
    """Right eye, left eye, nose tip, mouth, right ear, left ear; right is the person's own."""

    @property
    def side(self) -> float:
        """The longer side of the box in pixels."""
        x0, y0, x1, y1 = self.box
        return max(x1 - x0, y1 - y0)

    @property
    def roll(self) -> float:
        """Radians by which the line of the eyes is turned clockwise, -pi..pi."""
        (right_x, right_y), (left_x, left_y) = self.keypoints[:2]
        return math.atan2(left_y - right_y, left_x - right_x)


class FaceDetector:
    """Finds faces. Opening it is cheap; the models load with the first picture."""

    def __init__(self, min_score: float = 0.5) -> None:
        """Raises WeightsError where a detector's weight is not on this machine."""
        self.min_score = min_score
        self._near = _BlazeFace("face-detector-near", 128, ((8, 2), (16, 6)), min_score)
        self._far = _BlazeFace("face-detector-far", 192, ((4, 1),), min_score)

    def detect(self, rgb: NDArray[np.uint8], *, min_face: float | None = None) -> tuple[Face, ...]:
        """The faces in a picture (H, W, 3), the most prominent first: large, whole and sure.

        `min_face` is the side in pixels of the smallest face to look for; the time grows with
        the number of tiles that takes (about 5 ms each).
        """
        found = _distinct(self._near.detect(rgb) + self._far.detect(rgb))
        longer = max(rgb.shape[:2])
        if min_face is not None and min_face < SMALLEST * longer:
            tile = max(192, round(min_face / SMALLEST))
            for y in _starts(rgb.shape[0], tile):
                for x in _starts(rgb.shape[1], tile):
                    part = rgb[y : y + tile, x : x + tile]
                    faces = self._near.detect(part) + self._far.detect(part)
                    found += [_moved(face, x, y) for face in faces if _is_whole(face, part)]
            found = _distinct(sorted(found, key=lambda face: -face.score))
        return tuple(sorted(found, key=lambda face: -_prominence(face, rgb)))


class _BlazeFace:
    def __init__(
        self, weight: str, size: int, layers: tuple[tuple[int, int], ...], min_score: float
    ) -> None:
        self._model = LiteModel(weight)
        self._size = size
        self._layers = layers  # (stride, anchors a cell)
        self._min_score = min_score

    @cached_property
    def _anchors(self) -> NDArray[np.float32]:
        """Centres of the cells, once an anchor: (A, 2) in 0..1."""
        rows = []
        for stride, count in self._layers:
            cells = self._size // stride
            y, x = np.mgrid[:cells, :cells].reshape(2, -1)
            centres = (np.stack([x, y], axis=1) + 0.5) / cells
            rows.append(np.repeat(centres, count, axis=0))
        return np.concatenate(rows).astype(np.float32)

    def detect(self, rgb: NDArray[np.uint8]) -> list[Face]:
        height, width = rgb.shape[:2]
        scale = self._size / max(height, width)
        small_size = (max(1, round(width * scale)), max(1, round(height * scale)))
        method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
        small = cv2.resize(rgb, small_size, interpolation=method)
        left, top = (self._size - small.shape[1]) // 2, (self._size - small.shape[0]) // 2
        square = np.zeros((1, self._size, self._size, 3), np.float32)
        square[0, top : top + small.shape[0], left : left + small.shape[1]] = small
        boxes, logits = self._model.run(square / 127.5 - 1)
        scores = 1 / (1 + np.exp(-np.clip(logits[0, :, 0], -80, 80)))  # (A,)
        kept = np.flatnonzero(scores >= self._min_score)
        points = boxes[0, kept].reshape(-1, 8, 2) / self._size  # centre, size, 6 keypoints
        points[:, [0, 2, 3, 4, 5, 6, 7]] += self._anchors[kept, None]
        half = points[:, 1] / 2
        points = np.concatenate(
            [(points[:, 0] - half)[:, None], (points[:, 0] + half)[:, None], points[:, 2:]], axis=1
        )
        shrunk = np.array([small.shape[1] / width, small.shape[0] / height], np.float32)
        points = (points * self._size - np.array([left, top], np.float32)) / shrunk
        return _blended(points, scores[kept])


def _blended(points: NDArray[np.floating], scores: NDArray[np.floating]) -> list[Face]:
    """MediaPipe's weighted suppression: boxes of one face are averaged by their scores.

    points (N, 8, 2): top left, bottom right, 6 keypoints; scores (N,)
    """
    faces = []
    left = np.argsort(-scores, kind="stable")
    while left.size:
        best = left[0]
        same = np.array([_overlap(points[best, :2], points[other, :2]) for other in left])
        group = left[same > SAME_FACE]
        mean = np.average(points[group], axis=0, weights=scores[group])
        (x0, y0), (x1, y1) = mean[:2].tolist()
        keypoints = tuple((float(x), float(y)) for x, y in mean[2:])
        faces.append(Face((x0, y0, x1, y1), float(scores[best]), keypoints))
        left = left[same <= SAME_FACE]
    return faces


def _overlap(first: NDArray[np.floating], second: NDArray[np.floating]) -> float:
    """Intersection over union of two boxes (2, 2)."""
    shared = _shared(first, second)
    return shared / (_area(first) + _area(second) - shared)


def _shared(first: NDArray[np.floating], second: NDArray[np.floating]) -> float:
    sides = np.minimum(first[1], second[1]) - np.maximum(first[0], second[0])
    return float(np.prod(np.maximum(sides, 0)))


def _area(box: NDArray[np.floating]) -> float:
    return float(np.prod(box[1] - box[0]))


def _distinct(faces: list[Face]) -> list[Face]:
    """Drops a face that overlaps one before it in the list, or mostly lies within it."""
    kept: list[tuple[Face, NDArray[np.float32]]] = []
    for face in faces:
        box = np.array(face.box, np.float32).reshape(2, 2)
        if all(
            _overlap(box, other) <= SAME_FACE
            and _shared(box, other) <= 0.6 * min(_area(box), _area(other))
            for _, other in kept
        ):
            kept.append((face, box))
    return [face for face, _ in kept]


def _prominence(face: Face, rgb: NDArray[np.uint8]) -> float:
    """Pixels of the box that lie in the picture, times the score."""
    picture = np.array([[0, 0], [rgb.shape[1], rgb.shape[0]]], np.float32)
    return face.score * _shared(np.array(face.box, np.float32).reshape(2, 2), picture)


def _starts(length: int, tile: int) -> list[int]:
    """Where tiles begin so that they cover `length` and overlap by 40 % or more."""
    if length <= tile:
        return [0]
    count = math.ceil((length - tile) / (tile * 0.6)) + 1
    return [round(start) for start in np.linspace(0, length - tile, count)]


def _is_whole(face: Face, part: NDArray[np.uint8]) -> bool:
    """Whether the face is not cut by its tile's edge."""
    x0, y0, x1, y1 = face.box
    return x0 > 0 and y0 > 0 and x1 < part.shape[1] and y1 < part.shape[0]


def _moved(face: Face, x: int, y: int) -> Face:
    x0, y0, x1, y1 = face.box
    keypoints = tuple((left + x, top + y) for left, top in face.keypoints)
    return Face((x0 + x, y0 + y, x1 + x, y1 + y), face.score, keypoints)
