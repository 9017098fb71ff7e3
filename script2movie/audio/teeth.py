"""What is seen between parted lips: the face's own teeth where it shows any, else painted ones.

Colours are taken from the frame's own lips and skin, so that the mouth fits any light and style.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

__all__ = ["Inside", "paint"]

Floats = NDArray[np.float32]
Planes = NDArray[np.uint8]

GAPS = np.array([0.0, 0.30, 0.53, 0.72], np.float32)  # between teeth, half mouth widths from middle


@dataclass(frozen=True)
class Inside:
    """Where the pixels of a box lie in a mouth: planes (h, w) in pixels, x in half widths.

    below_upper, above_lower  depth inside the opening, from either lip
    below_seam                from where the lips meet at rest; teeth stand still with the skull
    own_below, own_above      depth inside the opening that the frame had before
    """

    x: Floats
    below_upper: Floats
    above_lower: Floats
    below_seam: Floats
    own_below: Floats
    own_above: Floats
    width: float
    gap: float
    own_gap: float
    tongue: float


def paint(
    luma: Planes,
    chroma: Planes,
    before: Planes,
    colours: Planes,
    inside: Inside,
    at: NDArray[np.int_],
) -> None:
    """Paints the opening into luma (h, w) and chroma (h/2, w/2, 2), in place.

    `before` and `colours` are the same box before the lips moved; `at` (4, 2) are the pixels of
    the lower lip's edge, both cheeks and the lower lip's middle.
    """
    lip = (_colour(before, colours, at[0]) + _colour(before, colours, at[3])) / 2
    skin = np.maximum(_colour(before, colours, at[1]), _colour(before, colours, at[2]))
    width = inside.width
    soft = max(0.8, 0.014 * width)  # pixels over which a lip's edge fades
    opening = _ramp(inside.below_upper / soft) * _ramp(inside.above_lower / soft)
    rows = np.flatnonzero(opening.max(1) > 0)
    columns = np.flatnonzero(opening.max(0) > 0)
    if len(rows) == 0:
        return
    top, bottom = rows[0] // 2 * 2, min((rows[-1] + 2) // 2 * 2, luma.shape[0])
    left, right = columns[0] // 2 * 2, min((columns[-1] + 2) // 2 * 2, luma.shape[1])
    part = np.s_[top:bottom, left:right]
    x, opening = inside.x[part], opening[part]
    down, up = inside.below_upper[part], inside.above_lower[part]

    # the cavity, then the tongue, then the upper teeth; a share of light for each
    light = 16 + (lip[0] - 16) * (0.16 + 0.14 * np.clip(1 - up / (0.5 * inside.gap), 0, 1))
    height = (0.22 + 0.5 * inside.tongue) * inside.gap * np.clip(1 - 1.3 * x * x, 0, 1)
    tongue = _ramp((height - up) / (0.03 * width) + 0.5) * np.clip(1.1 - x * x, 0, 1)
    tongue = tongue * np.clip(inside.gap / (0.16 * width) - 0.4, 0, 1) * 0.85
    light += (16 + (lip[0] - 16) * 0.62 - light) * tongue
    shown = np.clip((inside.gap / width - 0.02) / 0.10, 0, 1)
    edge = 0.050 * width * (1 - 0.55 * x * x)
    teeth = _ramp((edge - inside.below_seam[part]) / max(1.0, 0.018 * width) + 0.5) * shown
    enamel = 16 + (skin[0] - 16) * 0.62 + 42 * min(1.0, (skin[0] - 16) / 80)
    shade = np.clip(1 - 0.85 * np.abs(x) ** 2.4, 0.05, 1)
    shade = shade * (0.62 + 0.38 * np.clip(down / (0.075 * width), 0, 1))
    if width > 50:
        between = np.abs(np.abs(x)[..., None] - GAPS).min(-1)
        shade = shade * (1 - 0.16 * np.exp(-((between / 0.022) ** 2)))
    light += (16 + (enamel - 16) * shade - light) * teeth
    pink = np.array([0.55, 0.80, 0.30], np.float32)  # of the lip's colour: cavity, tongue, teeth
    tint = pink[0] + (pink[1] - pink[0]) * tongue
    tint = tint + (pink[2] - tint) * teeth

    # a mouth that was open keeps what it showed
    if inside.own_gap > 0:
        own = _ramp((inside.own_below[part] - soft) / soft)
        own = own * _ramp((inside.own_above[part] - soft) / soft)
        light += (before[part] - light) * own
    else:
        own = np.zeros_like(light)
    target = luma[part]
    target[:] = np.clip(np.rint(target + (light - target) * opening), 0, 255).astype(np.uint8)

    half = np.s_[top // 2 : bottom // 2, left // 2 : right // 2]
    colour = chroma[half]
    size = (colour.shape[1], colour.shape[0])
    thin = np.dstack([opening, tint, own]).astype(np.float32)
    thin = np.asarray(cv2.resize(thin, size, interpolation=cv2.INTER_AREA))
    painted = 128 + (lip[1:] - 128) * thin[..., 1:2]
    painted += (colours[half] - painted) * thin[..., 2:]
    mixed = colour + (painted - colour) * thin[..., :1]
    colour[:] = np.clip(np.rint(mixed), 0, 255).astype(np.uint8)


def _ramp(x: Floats) -> Floats:
    return np.asarray(np.clip(x, 0, 1), np.float32)


def _colour(luma: Planes, chroma: Planes, at: NDArray[np.int_]) -> Floats:
    """Mean Y, U, V of a few pixels round a place of a box."""
    height, width = luma.shape
    x, y = int(np.clip(at[0], 3, width - 4)), int(np.clip(at[1], 3, height - 4))
    light = luma[y - 3 : y + 4, x - 3 : x + 4].mean()
    tint = chroma[y // 2 - 1 : y // 2 + 2, x // 2 - 1 : x // 2 + 2].reshape(-1, 2).mean(0)
    return np.array([light, *tint], np.float32)
