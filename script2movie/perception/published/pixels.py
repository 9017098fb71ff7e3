"""Frames as encoders want them: sizes and normalisation, in numpy and PIL as the originals have."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

__all__ = ["cropped", "normalised"]

Picture = NDArray[np.uint8]


def cropped(picture: Picture, side: int) -> Picture:
    """The shorter side bicubically to `side`, then the middle square, as CLIP's processor does."""
    height, width = picture.shape[:2]
    scale = side / min(height, width)
    size = (max(side, int(width * scale)), max(side, int(height * scale)))
    image = Image.fromarray(picture).resize(size, Image.Resampling.BICUBIC)
    left, top = (size[0] - side) // 2, (size[1] - side) // 2
    return np.asarray(image.crop((left, top, left + side, top + side)))


def normalised(
    pictures: Sequence[Picture],
    mean: Sequence[float],
    deviation: Sequence[float],
    *,
    num_rescales: int = 1,
) -> NDArray[np.float32]:
    """Pictures of one size as (N, 3, H, W), divided by 255 so many times, then normalised."""
    stacked = np.stack(pictures).astype(np.float32) / np.float32(255**num_rescales)
    shifted = (stacked - np.array(mean, np.float32)) / np.array(deviation, np.float32)
    return np.ascontiguousarray(shifted.transpose(0, 3, 1, 2))
