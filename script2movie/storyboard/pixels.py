"""Small picture arithmetic that every room of this storyboard uses.

Knows arrays and OpenCV; knows nothing of people, places or films. `float32` pictures are RGB in
0..255 unless said otherwise, mattes (H, W) in 0..1.
"""

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "Bytes",
    "Floats",
    "blur",
    "floats",
    "lab",
    "linear",
    "over",
    "resized",
    "rgb_of_lab",
    "smoothstep",
    "srgb",
    "to_bytes",
]

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]

_GAMMA = 2.2


def floats(values: ArrayLike) -> Floats:
    return np.asarray(values, np.float32)


def to_bytes(picture: Floats) -> Bytes:
    """Rounds 0..255 to bytes."""
    return np.asarray(cv2.convertScaleAbs(np.maximum(picture, 0)), np.uint8).reshape(picture.shape)


def blur(picture: ArrayLike, sigma: float) -> Floats:
    """Gaussian blur; `sigma` in pixels, 0 leaves the picture. Wide blurs run at a smaller size."""
    whole = floats(picture)
    if sigma <= 0:
        return whole
    shrink = int(sigma // 4)
    if shrink < 2 or min(whole.shape[:2]) < 4 * shrink:
        return floats(cv2.GaussianBlur(whole, (0, 0), sigma))
    height, width = whole.shape[:2]
    small = (max(1, round(width / shrink)), max(1, round(height / shrink)))
    less = cv2.resize(whole, small, interpolation=cv2.INTER_AREA)
    less = cv2.GaussianBlur(less, (0, 0), sigma / shrink)
    return floats(cv2.resize(less, (width, height), interpolation=cv2.INTER_CUBIC))


def resized(picture: NDArray[np.generic], width: int, height: int) -> Floats:
    """Sharpest sensible resampling to (height, width): area when smaller, Lanczos when larger."""
    smaller = width * height < picture.shape[0] * picture.shape[1]
    method = cv2.INTER_AREA if smaller else cv2.INTER_LANCZOS4
    return floats(
        cv2.resize(floats(picture), (max(1, width), max(1, height)), interpolation=method)
    )


def lab(picture: Floats) -> Floats:
    """CIE Lab (L 0..100, a and b about -127..127) of RGB 0..255."""
    return floats(cv2.cvtColor(np.clip(picture, 0, 255) * np.float32(1 / 255), cv2.COLOR_RGB2Lab))


def rgb_of_lab(picture: Floats) -> Floats:
    return floats(cv2.cvtColor(picture, cv2.COLOR_Lab2RGB)) * np.float32(255)


_TO_LINEAR = floats((np.arange(256) / 255) ** _GAMMA)


def linear(picture: Bytes) -> Floats:
    """Light (0..1) of sRGB bytes."""
    return _TO_LINEAR[picture]


def srgb(light: Floats) -> Floats:
    """RGB 0..255 of light; brighter than white is cut off."""
    return floats(cv2.pow(np.clip(light, 0, 1), 1 / _GAMMA)) * np.float32(255)


def smoothstep(values: ArrayLike, low: float, high: float) -> Floats:
    """0 at `low`, 1 at `high`, smooth between; `high` may be the smaller."""
    share = np.clip((floats(values) - low) / (high - low), 0, 1)
    return floats(share * share * (3 - 2 * share))


def over(below: Floats, layer: Bytes, left: int, top: int) -> None:
    """Lays an RGBA layer with straight alpha over `below` (H, W, 3), in place."""
    height, width = below.shape[:2]
    x0, y0 = max(left, 0), max(top, 0)
    x1, y1 = min(left + layer.shape[1], width), min(top + layer.shape[0], height)
    if x0 >= x1 or y0 >= y1:
        return
    part = floats(layer[y0 - top : y1 - top, x0 - left : x1 - left])
    alpha = part[..., 3:] * np.float32(1 / 255)
    below[y0:y1, x0:x1] += (part[..., :3] - below[y0:y1, x0:x1]) * alpha
