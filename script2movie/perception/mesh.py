"""468 points on a face: MediaPipe's face mesh without attention.

The points' numbers are MediaPipe's canonical topology (0 and 17 the lips' middle, 33 and 263 the
outer corners of the eyes, 10 brow, 152 chin). The crop is MediaPipe's too: the detected box,
turned so that the eyes are level and widened by half.
"""

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from script2movie.perception.faces import Face
from script2movie.perception.litert import LiteModel

__all__ = ["FaceMesh", "Mesh"]

SIDE = 192  # pixels of the model's square input
MARGIN = 1.5  # the crop's side to the box's


@dataclass(frozen=True)
class Mesh:
    """The points of one face."""

    points: NDArray[np.float32]  # (468, 3) pixels; z like x, smaller is nearer, 0 about the ears
    presence: float  # 0..1, how sure the model is that there is a face


class FaceMesh:
    """Lays the mesh on detected faces. Opening it is cheap; the model loads with the first face."""

    def __init__(self) -> None:
        """Raises WeightsError where the weight is not on this machine."""
        self._model = LiteModel("face-mesh")

    def fit(self, rgb: NDArray[np.uint8], face: Face) -> Mesh:
        """The mesh of a face detected in a picture (H, W, 3)."""
        x0, y0, x1, y1 = face.box
        crop = _Crop(((x0 + x1) / 2, (y0 + y1) / 2), face.side * MARGIN, face.roll)
        pixels = np.asarray(crop.cut(rgb)[None] / 255, np.float32)  # (1, 192, 192, 3)
        raw, logit = self._model.run(pixels)
        presence = 1 / (1 + math.exp(-float(logit.item())))
        return Mesh(crop.placed(raw.reshape(-1, 3)), presence)

    def landmarks(self, rgb: NDArray[np.uint8], face: Face) -> NDArray[np.float32]:
        """The points alone, (468, 3)."""
        return self.fit(rgb, face).points


@dataclass(frozen=True)
class _Crop:
    """A turned square of a picture."""

    centre: tuple[float, float]
    side: float  # pixels
    roll: float  # radians

    def cut(self, rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """The square at the model's size; beyond the picture its edge goes on."""
        scale = self.side / SIDE
        cos, sin = math.cos(self.roll) * scale, math.sin(self.roll) * scale
        x, y = self.centre
        half = SIDE / 2
        to_picture = np.array(
            [[cos, -sin, x - half * (cos - sin)], [sin, cos, y - half * (sin + cos)]]
        )
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        square = cv2.warpAffine(
            rgb, to_picture, (SIDE, SIDE), flags=flags, borderMode=cv2.BORDER_REPLICATE
        )
        return np.asarray(square, np.uint8)

    def placed(self, raw: NDArray[np.float32]) -> NDArray[np.float32]:
        """Points of the square (N, 3) as points of the picture."""
        scale = self.side / SIDE
        x, y = raw[:, 0] - SIDE / 2, raw[:, 1] - SIDE / 2
        cos, sin = math.cos(self.roll), math.sin(self.roll)
        columns = [
            (x * cos - y * sin) * scale + self.centre[0],
            (x * sin + y * cos) * scale + self.centre[1],
            raw[:, 2] * scale,
        ]
        return np.stack(columns, axis=1).astype(np.float32)
