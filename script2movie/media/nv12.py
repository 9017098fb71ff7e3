"""NV12 pictures (BT.709, limited range): to and from RGB, mixed and dimmed.

A picture of height H and width W is one `uint8` array (H * 3 // 2, W): H rows of luma, then H / 2
rows of interleaved Cb and Cr at half size. That is what the encoder takes, unconverted.
Coefficients: ITU-R BT.709-6, section 3.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

__all__ = ["dim", "from_rgb", "mix", "planes", "to_rgb"]

Picture = NDArray[np.uint8]

KR, KB = 0.2126, 0.0722
TO_YUV = np.array(
    [
        [KR, 1 - KR - KB, KB],
        [-0.5 * KR / (1 - KB), -0.5 * (1 - KR - KB) / (1 - KB), 0.5],
        [0.5, -0.5 * (1 - KR - KB) / (1 - KR), -0.5 * KB / (1 - KR)],
    ]
) * np.array([[219 / 255], [224 / 255], [224 / 255]])
OFFSET = np.array([16.0, 128.0, 128.0])


def from_rgb(rgb: Picture) -> Picture:
    """(H, W, 3) to (H * 3 // 2, W); height and width are even."""
    height, width = rgb.shape[:2]
    affine = np.hstack([TO_YUV, OFFSET[:, None]])
    planes = cv2.transform(rgb, affine)
    nv12 = np.empty((height * 3 // 2, width), np.uint8)
    nv12[:height] = planes[..., 0]
    chroma = cv2.resize(planes, (width // 2, height // 2), interpolation=cv2.INTER_AREA)
    nv12[height:] = chroma[..., 1:].reshape(height // 2, width)
    return nv12


def to_rgb(nv12: Picture) -> Picture:
    """(H * 3 // 2, W) to (H, W, 3)."""
    luma, chroma = planes(nv12)
    full = cv2.resize(chroma, luma.shape[::-1], interpolation=cv2.INTER_LINEAR)
    inverse = np.linalg.inv(TO_YUV)
    affine = np.hstack([inverse, (-inverse @ OFFSET)[:, None]])
    return np.asarray(cv2.transform(np.dstack([luma, full]), affine), np.uint8)


def planes(nv12: Picture) -> tuple[Picture, Picture]:
    """Luma (H, W) and chroma (H / 2, W / 2, 2), each a view of the picture."""
    height, width = nv12.shape[0] * 2 // 3, nv12.shape[1]
    return nv12[:height], nv12[height:].reshape(height // 2, width // 2, 2)


def mix(first: Picture, second: Picture, share: float) -> Picture:
    """A dissolve: `share` 0 is all `first`, 1 all `second`."""
    return np.asarray(cv2.addWeighted(first, 1 - share, second, share, 0), np.uint8)


def dim(nv12: Picture, light: float) -> Picture:
    """A fade: `light` 1 leaves the picture, 0 is black."""
    height = nv12.shape[0] * 2 // 3
    out = np.empty_like(nv12)
    out[:height] = cv2.addWeighted(nv12[:height], light, nv12[:height], 0, 16 * (1 - light))
    out[height:] = cv2.addWeighted(nv12[height:], light, nv12[height:], 0, 128 * (1 - light))
    return out
