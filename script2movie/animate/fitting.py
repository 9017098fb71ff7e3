"""A film's frame in a model's frame, and back: one scaling each way, the shape always kept.

The film's frame lies whole in the middle of the model's, as large as it fits. What is left at two
of its sides is mirrored in and cut off again, so a keyframe's faces are where they were and
nothing of the picture is lost or stretched (but for half a pixel of rounding).
"""

from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

__all__ = ["Fit", "best_size", "sizes_within"]

Picture = NDArray[np.uint8]


@dataclass(frozen=True)
class Fit:
    """A film's `width` and `height` in a model's `model_width` and `model_height`, in pixels."""

    width: int
    height: int
    model_width: int
    model_height: int

    @property
    def inner(self) -> tuple[int, int]:
        """The width and height that the film's frame has in the model's."""
        scale = min(self.model_width / self.width, self.model_height / self.height)
        return round(self.width * scale), round(self.height * scale)

    @property
    def share(self) -> float:
        """The part of the model's frame that the film sees, 0 to 1."""
        inner_width, inner_height = self.inner
        return inner_width * inner_height / (self.model_width * self.model_height)

    def into(self, picture: Picture) -> Picture:
        """A picture of the film's shape (H, W, 3) as the model's (model_height, model_width, 3)."""
        inner_width, inner_height = self.inner
        scaled = _scaled(picture, inner_width, inner_height)
        left, top = self._origin
        return np.asarray(
            cv2.copyMakeBorder(
                scaled,
                top,
                self.model_height - inner_height - top,
                left,
                self.model_width - inner_width - left,
                cv2.BORDER_REFLECT_101,
            ),
            np.uint8,
        )

    def out(self, frame: Picture) -> Picture:
        """A model's frame (model_height, model_width, 3) as the film's (height, width, 3)."""
        inner_width, inner_height = self.inner
        left, top = self._origin
        inner = frame[top : top + inner_height, left : left + inner_width]
        return _scaled(inner, self.width, self.height)

    @property
    def _origin(self) -> tuple[int, int]:
        inner_width, inner_height = self.inner
        return (self.model_width - inner_width) // 2, (self.model_height - inner_height) // 2


def sizes_within(area: int, multiple: int) -> tuple[tuple[int, int], ...]:
    """All sizes of at most `area` pixels whose sides are multiples of `multiple`."""
    return tuple(
        (width, height)
        for width in range(multiple, area // multiple + 1, multiple)
        for height in range(multiple, area // width + 1, multiple)
    )


def best_size(width: int, height: int, sizes: Iterable[tuple[int, int]]) -> Fit:
    """The size in which the film's frame is largest; the smaller of two equals."""
    fits = (Fit(width, height, *size) for size in sizes)
    return max(
        fits, key=lambda fit: (fit.inner[0] * fit.inner[1], -fit.model_width * fit.model_height)
    )


def _scaled(picture: Picture, width: int, height: int) -> Picture:
    if picture.shape[:2] == (height, width):
        return picture
    smaller = width * height < picture.shape[0] * picture.shape[1]
    method = cv2.INTER_AREA if smaller else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(picture, (width, height), interpolation=method), np.uint8)
