"""A piece of the set between the camera and the people, such as a table or a railing."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from script2movie.animate.camera import Lens, Pose, plane
from script2movie.animate.grade import Look
from script2movie.animate.people import over, packed
from script2movie.media.nv12 import planes
from script2movie.stages import Backdrop

__all__ = ["Foreground"]

BEYOND = 0.03  # of the frame's width: how far its edge may be mirrored into the picture


class Foreground:
    """A frame-sized layer that moves as near as it stands."""

    def __init__(
        self,
        picture: NDArray[np.uint8],
        backdrop: Backdrop,
        look: Look,
        gain: NDArray[np.float32],
        lens: Lens,
        distances: Sequence[float],
    ) -> None:
        self.lens = lens
        self.packed = packed(picture, (0, 0), look, gain)
        rows = np.flatnonzero((picture[..., 3] > 2).any(1))
        self.top = int(rows[0]) if len(rows) else lens.height
        self.distance = _distance(picture, backdrop, distances)

    def holds(self, pose: Pose) -> bool:
        """Whether the frame shows no more than a sliver beyond the layer's edges."""
        right, bottom = self.lens.width - 1.0, self.lens.height - 1.0
        corners = np.array([[0, 0, 1], [right, 0, 1], [0, bottom, 1], [right, bottom, 1]])
        seen = corners @ plane(pose, self.lens, self.distance).T
        seen = seen[:, :2] / seen[:, 2:]
        room = BEYOND * self.lens.width
        low, high = seen.min(0), seen.max(0)
        return bool(low[0] > -room and high[0] < right + room and high[1] < bottom + room)

    def draw(self, pose: Pose, nv12: NDArray[np.uint8]) -> None:
        """Lays it over a whole frame."""
        width, height = self.lens.width, self.lens.height
        matrix = plane(pose, self.lens, self.distance)
        edge = np.linalg.inv(matrix) @ [[0, width - 1], [self.top, self.top], [1, 1]]
        top = int(max(0, (edge[1] / edge[2]).min() - 4)) // 2 * 2
        if top >= height:
            return
        shift = np.array([[1, 0, 0], [0, 1, top], [0, 0, 1.0]])
        patch = cv2.warpPerspective(
            self.packed,
            matrix @ shift,
            (width, height - top),
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REFLECT_101,
        )
        luma, chroma = planes(nv12)
        over(np.asarray(patch, np.uint8), luma[top:], chroma[top // 2 :])


def _distance(picture: NDArray[np.uint8], backdrop: Backdrop, distances: Sequence[float]) -> float:
    """From the plate's own depth where it has one; else somewhat nearer than the nearest person."""
    nearest = min(distances, default=2.0)
    if backdrop.depth is None:
        return 0.8 * nearest
    height, width = picture.shape[:2]
    rows, columns = backdrop.picture.shape[:2]
    depth = cv2.resize(backdrop.depth, (columns, rows), interpolation=cv2.INTER_NEAREST)
    tall, wide = round(height * backdrop.scale), round(width * backdrop.scale)
    top, left = (rows - tall) // 2, (columns - wide) // 2
    middle = depth[top : top + tall, left : left + wide]
    solid = cv2.resize(picture[..., 3], (middle.shape[1], middle.shape[0])) > 128
    return float(np.median(middle[solid])) if solid.any() else 0.8 * nearest
