"""Models' pictures: the sizes they can have, as bytes, fitted to the film. Pure but for OpenCV."""

import math
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from script2movie.errors import ShotFailed

__all__ = ["as_bytes", "fitted", "model_size", "unfit"]

WIDEST = 2.5  # width to height, or height to width, that diffusion models still compose well


def unfit(width: int, height: int, backend: str) -> str:
    """Why a diffusion model cannot compose pictures of this size, '' where it can."""
    if max(width / height, height / width) <= WIDEST:
        return ""
    return (
        f"{backend} cannot make pictures of {width}x{height}: at most {WIDEST} to 1, "
        "as in --size 1280x720"
    )


def model_size(width: int, height: int, *, pixels: int, multiple: int) -> tuple[int, int]:
    """A size near `pixels` in area, in the film's proportions, divisible by `multiple`."""
    scale = math.sqrt(pixels / (width * height))

    def rounded(side: int) -> int:
        return max(multiple, round(side * scale / multiple) * multiple)

    return rounded(width), rounded(height)


def as_bytes(drawn: NDArray[np.floating[Any]], stage: str) -> NDArray[np.uint8]:
    """A pipeline's picture (H, W, 3) in 0..1 as bytes.

    Raises:
        ShotFailed: it holds what is no number, which would be black.
    """
    if not np.isfinite(drawn.sum()):
        raise ShotFailed(
            "the model made no picture but NaN: its weights are damaged, or their numbers too "
            f"narrow for it: --option {stage}.dtype=bfloat16 (or float32), or fetch it again"
        )
    return np.asarray(np.rint(np.clip(drawn, 0.0, 1.0) * 255.0), np.uint8)


def fitted(picture: NDArray[np.uint8], width: int, height: int) -> NDArray[np.uint8]:
    """A picture (H, W, 3) that fills the film's frame: scaled once, the rest cut off evenly."""
    rows, columns = picture.shape[:2]
    scale = max(width / columns, height / rows)
    smaller = scale < 1
    taken_w, taken_h = min(columns, round(width / scale)), min(rows, round(height / scale))
    x, y = (columns - taken_w) // 2, (rows - taken_h) // 2
    cut = np.ascontiguousarray(picture[y : y + taken_h, x : x + taken_w])
    how = cv2.INTER_AREA if smaller else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(cut, (width, height), interpolation=how), np.uint8)
