"""What is seen between parted lips: the face's own teeth where it shows any, else painted ones.

Colours are taken from the frame's own lips and skin, so that the mouth fits any light and style.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

__all__ = ["Inside", "colour_at", "paint"]

Floats = NDArray[np.float32]
Planes = NDArray[np.uint8]

NATURAL = (-6.0, 6.5)  # chroma by which skin differs from teeth in the same light
GAPS = np.array([0.0, 0.30, 0.53, 0.72], np.float32)  # between teeth, half mouth widths from middle


@dataclass(frozen=True)
class Inside:
    """Where the pixels of a box lie in a mouth: planes (h, w) in pixels, x in half widths.

    below_upper, above_lower  depth inside the opening, from either lip
    below_seam                from where the lips meet at rest; teeth stand still with the skull
    own_below, own_above      depth inside the opening that the frame had before
    shown                     0..1, how surely that opening shows teeth or a cavity
    tongue, rounded, bite     0..1, how far the tongue is raised, the lips are round, the lower lip
                              is at the upper teeth
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
    shown: float
    tongue: float
    rounded: float
    bite: float


def paint(
    luma: Planes,
    chroma: Planes,
    before: Planes,
    colours: Planes,
    inside: Inside,
    *,
    lip: Floats,
    skin: Floats,
) -> None:
    """Paints the opening into luma (h, w) and chroma (h/2, w/2, 2), in place.

    `before` and `colours` are the same box before the lips moved; `lip` and `skin` are Y, U, V.
    """
    width, gap = inside.width, inside.gap
    soft = max(0.8, 0.014 * width)  # pixels over which a lip's edge fades
    x, down, up = inside.x, inside.below_upper, inside.above_lower
    squared = x * x
    opening = _ramp(down * np.float32(1 / soft)) * _ramp(up * np.float32(1 / soft))
    kept = np.float32(inside.shown * np.clip((inside.own_gap / width - 0.08) / 0.06, 0, 1))
    opening *= _ramp((1 - squared) * (4 - np.float32(1.6) * kept))  # lips meet in their corners

    # 1. the cavity, darkest under the upper lip; the tongue; the upper teeth
    light = 16 + (lip[0] - 16) * (0.14 + 0.16 * _ramp(1 - up * np.float32(2 / gap)))
    height = (0.24 + 0.5 * inside.tongue) * gap * _ramp(1 - 1.3 * squared)
    tongue = _ramp((height - up) * np.float32(1 / (0.03 * width)) + 0.5) * _ramp(1.1 - squared)
    tongue *= np.float32(0.85 * np.clip(gap / (0.16 * width) - 0.4, 0, 1))
    light += (16 + (lip[0] - 16) * 0.48 - light) * tongue
    shown = np.float32(np.clip((gap / width - 0.02) / 0.10, inside.bite, 1))
    edge = (0.034 - 0.030 * inside.rounded) * width * (1 - 0.5 * squared)
    teeth = _ramp((edge - inside.below_seam) * np.float32(1 / max(1.0, 0.02 * width)) + 0.5) * shown
    enamel = (skin[0] - 16) * 0.68 + 32 * min(1.0, (skin[0] - 16) / 80)
    shade = _ramp(1 - np.float32(0.85) * squared) * (
        0.55 + 0.45 * _ramp(down * (1 / (0.08 * width)))
    )
    if width > 50:
        sides = np.abs(x)
        between = np.abs(sides - GAPS[0])
        for at in GAPS[1:]:
            np.minimum(between, np.abs(sides - at), out=between)
        shade *= 1 - 0.15 * np.maximum(0, 1 - between * np.float32(1 / 0.035))
    light += (16 + enamel * shade - light) * teeth

    # 2. a mouth that was open keeps what it showed: above with the skull, below with the jaw
    own, jaw = np.zeros_like(light), np.zeros_like(light)
    if kept > 0:
        whole = np.maximum(inside.own_below + inside.own_above, 1)
        core = (inside.own_below > 0.35 * whole) & (inside.own_above > 0.35 * whole)
        bright = float(before[core].mean() - 16) / max(float(skin[0]) - 16, 1) if core.any() else 0
        teethed = np.float32(np.clip((bright - 0.45) / 0.25, 0, 1))  # a row of upper teeth stays
        flesh = np.maximum(_ramp(np.abs(x) * np.float32(3) - np.float32(1.5)), teethed * teeth)
        light += (16 + (lip[0] - 16) * 0.6 - light) * (kept * flesh)  # gums and corners round them
        teeth *= 1 - kept * teethed
        upper = (0.5 + 0.35 * teethed) * whole
        fade = np.float32(1 / max(1.5, 0.05 * width))
        place = down / np.maximum(down + up, 0.5)  # 0 at the upper lip, 1 at the lower
        own = (
            kept
            * _ramp(inside.own_below / soft - 1)
            * _ramp((upper - inside.own_below) * fade + 0.7)
        )
        own *= _ramp((0.75 + 0.5 * teethed - place) / 0.3)
        jaw = kept * _ramp((whole - upper - up) * fade + 0.2) * _ramp((place - 0.35) / 0.3)
        light += (before - light) * own
        light += (luma - light) * jaw
    luma[:] = np.clip(luma + (light - luma) * opening + 0.5, 0, 255).astype(np.uint8)

    # 3. colours: of the lip for cavity and tongue, of the skin for teeth
    size = (chroma.shape[1], chroma.shape[0])
    planes = np.dstack([opening * (1 - jaw), tongue, teeth, own]).astype(np.float32)
    planes = np.asarray(cv2.resize(planes, size, interpolation=cv2.INTER_AREA), np.float32)
    opening, tongue, teeth, own = (planes[..., i] for i in range(4))
    coloured = min(max(float(skin[2] - 128) / 15, 0), 1)  # 0 in black and white
    for channel in (0, 1):
        pink = lip[channel + 1] - 128
        sand = 0.55 * (skin[channel + 1] - 128 - NATURAL[channel] * coloured)
        tint = pink * (0.55 + 0.25 * tongue)
        tint += (sand - tint) * teeth + 128
        tint += (colours[..., channel] - tint) * own
        plane = chroma[..., channel]
        plane[:] = np.clip(plane + (tint - plane) * opening + 0.5, 0, 255).astype(np.uint8)


def colour_at(luma: Planes, chroma: Planes, at: NDArray[np.int_]) -> Floats:
    """Mean Y, U, V of a few pixels round a place of a box."""
    height, width = luma.shape
    x, y = min(max(int(at[0]), 3), width - 4), min(max(int(at[1]), 3), height - 4)
    light = luma[y - 3 : y + 4, x - 3 : x + 4].mean()
    tint = chroma[y // 2 - 1 : y // 2 + 2, x // 2 - 1 : x // 2 + 2].reshape(-1, 2).mean(0)
    return np.array([light, *tint], np.float32)


def _ramp(x: NDArray[np.floating]) -> Floats:
    return np.asarray(np.minimum(np.maximum(x, 0), 1), np.float32)
