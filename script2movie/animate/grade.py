"""The film's look: tone, vignette and grain, and RGB into the planes an encoder takes.

Knows pixels; nothing of people, cameras or time.
"""

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from script2movie.media.nv12 import OFFSET, TO_YUV
from script2movie.movie import Style

__all__ = ["GREY", "LOOKS", "Grain", "Look", "toned", "vignette", "yuv"]

Picture = NDArray[np.uint8]

GREY = 128  # chroma of no colour
SLIDE = 128  # pixels by which the grain's tile is larger than the frame
GRAIN_MIDDLE = 32  # the tile's grey, so that grain is added as a byte


@dataclass(frozen=True)
class Look:
    """A style's grade.

    contrast  slope of the tone curve in the middle, 1 leaves it
    lift      how far black is raised, 0..1 of full scale
    warmth    highlights to amber and shadows to blue, 0..1 of full scale
    colour    saturation, 0 is black and white
    vignette  how much darker a corner is, 0..1
    grain     standard deviation of luma grain, in 8-bit steps
    """

    contrast: float
    lift: float
    warmth: float
    colour: float
    vignette: float
    grain: float


LOOKS = {
    Style.PHOTO: Look(1.10, 0.012, 0.014, 1.0, 0.24, 1.2),
    Style.NOIR: Look(1.10, 0.015, 0.0, 0.0, 0.32, 1.5),
    Style.COMIC: Look(1.0, 0.0, 0.0, 1.0, 0.10, 0.0),
    Style.SKETCH: Look(1.0, 0.0, 0.0, 1.0, 0.08, 0.6),
}


def toned(picture: Picture, look: Look) -> Picture:
    """RGB (H, W, 3) through the look's tone curve, which is soft at both ends."""
    x = np.linspace(0, 1, 256)
    bend = (look.contrast - 1) * np.sin(2 * np.pi * (x - 0.02)) / (2 * np.pi)
    curve = look.lift + (1 - look.lift) * np.clip(x - bend, 0, 1)
    tint = look.warmth * (2 * x - 0.9) * np.sin(np.pi * x)
    table = np.stack([curve + tint, curve, curve - tint], -1)[None]
    lut = np.clip(np.rint(table * 255), 0, 255).astype(np.uint8)
    return np.asarray(cv2.LUT(picture, lut), np.uint8)


def yuv(picture: Picture, look: Look) -> Picture:
    """RGB (H, W, 3) to full-size Y, U, V (H, W, 3): BT.709, limited range."""
    matrix = np.hstack([TO_YUV, OFFSET[:, None]])
    matrix[1:, :3] *= look.colour
    return np.asarray(cv2.transform(picture, matrix), np.uint8)


@lru_cache(maxsize=2)
def vignette(look: Look, width: int, height: int) -> NDArray[np.float32]:
    """Gain of each pixel (height, width), 1 in the middle."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    u, v = (x + 0.5) / width * 2 - 1, (y + 0.5) / height * 2 - 1
    return np.asarray(1 - look.vignette * (0.6 * u**2 + 0.4 * v**2) ** 1.2, np.float32)


class Grain:
    """Film grain: one tile, laid at another place in each frame."""

    def __init__(self, look: Look, width: int, height: int, rng: np.random.Generator) -> None:
        self.rng = rng
        self.tile = _tile(look.grain, width, height) if look.grain else None

    def over(self, luma: NDArray[np.uint8]) -> None:
        """Adds one frame's grain to luma (H, W), in place."""
        if self.tile is None:
            return
        top, left = self.rng.integers(0, SLIDE, 2)
        height, width = luma.shape
        tile = self.tile[top : top + height, left : left + width]
        cv2.addWeighted(luma, 1, tile, 1, -GRAIN_MIDDLE, dst=luma)


@lru_cache(maxsize=2)
def _tile(strength: float, width: int, height: int) -> NDArray[np.uint8]:
    """Grain for a frame and `SLIDE` pixels more each way, round a middle grey."""
    rng = np.random.default_rng(width * height)
    noise = rng.standard_normal((height + SLIDE, width + SLIDE), np.float32)
    soft = np.asarray(cv2.GaussianBlur(noise, (0, 0), 0.6 * max(height / 720, 0.6)), np.float32)
    soft *= np.float32(strength / float(soft.std()))
    return np.asarray(np.clip(np.rint(GRAIN_MIDDLE + soft), 0, 255), np.uint8)
