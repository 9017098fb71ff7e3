"""The film's style: what is drawn into people and places, and the grade over a whole frame.

    photo    nothing drawn in
    noir     black and white, hard contrast, the light of a blind in the place
    comic    flat tones, ink lines, dots in the shadows
    sketch   pencil lines and hatching on paper

What is drawn in moves with its layer; the grade (tone, vignette) is an animator's work, and here
only what `Keyframe.picture` shows of it. Faces stay recognisable: lines and tones scale with
the face. Knows pictures and matters of taste; knows nothing of people or places.
"""

from functools import cache

import cv2
import numpy as np

from script2movie.movie import Style
from script2movie.storyboard.pixels import (
    Bytes,
    Floats,
    blur,
    floats,
    lab,
    rgb_of_lab,
    smoothstep,
    to_bytes,
)

__all__ = ["SOFTNESS", "drawn_person", "drawn_place", "graded"]

SOFTNESS = {  # how much of the lens's softness the place keeps
    Style.PHOTO: 1.0,
    Style.NOIR: 1.0,
    Style.COMIC: 0.35,
    Style.SKETCH: 0.35,
}
PAPER = floats([247, 243, 233])
INK = floats([22, 20, 30])
_TONE = {  # contrast, black, warmth, vignette: what an animator's grade does to a frame
    Style.PHOTO: (1.10, 0.012, 0.014, 0.24),
    Style.NOIR: (1.28, 0.0, 0.0, 0.36),
    Style.COMIC: (1.0, 0.0, 0.0, 0.10),
    Style.SKETCH: (1.0, 0.0, 0.0, 0.08),
}


def drawn_person(
    rgb: Floats, alpha: Floats, face_height: float, height: int, style: Style
) -> Floats:
    """A person's RGB (h, w, 3) in a style; `height` is the frame's in pixels."""
    match style:
        case Style.PHOTO:
            return rgb
        case Style.NOIR:
            return _noir(rgb)
        case Style.COMIC:
            grain = max(0.7, min(face_height / 130, height / 450))
            return _comic(rgb, grain, height / 120, alpha)
        case Style.SKETCH:
            grain = max(0.7, min(face_height / 130, height / 450))
            return _sketch(rgb, grain, height / 720, alpha)


def drawn_place(picture: Bytes, scale: float, height: int, style: Style, *, inside: bool) -> Bytes:
    """A backdrop (H, W, 3) in a style; `scale` is its pixels for one of the frame."""
    if style is Style.PHOTO:
        return picture
    rgb = floats(picture)
    fine = height * scale / 720
    match style:
        case Style.NOIR:
            drawn = _noir(rgb)
            if inside:
                drawn = drawn * _blind(*picture.shape[:2])[..., None]
        case Style.COMIC:
            drawn = _comic(rgb, max(0.7, 1.1 * fine), height * scale / 120, None)
        case _:
            drawn = _sketch(rgb, max(0.7, 1.1 * fine), fine, None)
    return to_bytes(floats(drawn))


def graded(frame: Floats, style: Style) -> Bytes:
    """A whole frame as the film will show it: tone and vignette, without grain."""
    contrast, black, warmth, vignette = _TONE[style]
    x = np.linspace(0, 1, 256)
    bend = (contrast - 1) * np.sin(2 * np.pi * (x - 0.02)) / (2 * np.pi)
    curve = black + (1 - black) * np.clip(x - bend, 0, 1)
    tint = warmth * (2 * x - 0.9) * np.sin(np.pi * x)
    table = np.clip(np.rint(255 * np.stack([curve + tint, curve, curve - tint], -1)), 0, 255)
    toned = cv2.LUT(to_bytes(frame), table.astype(np.uint8)[None])
    h, w = frame.shape[:2]
    y, x2 = np.ogrid[-1 : 1 : h * 1j, -1 : 1 : w * 1j]
    gain = floats(1 - vignette * (0.6 * x2**2 + 0.4 * y**2) ** 1.2)
    return to_bytes(floats(toned) * gain[..., None])


def _noir(rgb: Floats) -> Floats:
    grey = rgb @ floats([0.36, 0.48, 0.16])  # a red filter: light skin, dark skies
    x = np.clip(grey / 255, 0, 1)
    bent = x - 0.10 * np.sin(2 * np.pi * x) - 0.015
    return floats(np.repeat(np.clip(255 * bent, 0, 255)[..., None], 3, axis=2))


@cache
def _blind(h: int, w: int) -> Floats:
    """Gain (h, w) of light that falls slanting through a blind."""
    y, x = np.mgrid[0:h, 0:w].astype(np.float32)
    y, x = y / h, x / w
    slats = smoothstep(np.sin((y + 0.22 * x) * 2 * np.pi * 15), -0.45, 0.45)
    window = smoothstep(x - 0.18 * y, 0.12, 0.2) * smoothstep(x - 0.18 * y, 0.78, 0.66)
    window = window * smoothstep(y, 0.04, 0.12) * smoothstep(y, 0.86, 0.74)
    return floats(0.58 + window * (0.12 + 0.72 * slats))


def _lines(grey: Floats, sigma: float, sharpness: float) -> Floats:
    """Ink (0) and paper (1) by an extended difference of Gaussians; grey in 0..1."""
    fine, wide = blur(grey, sigma), blur(grey, 1.6 * sigma)
    edge = fine - 0.985 * wide + 0.004
    return floats(np.where(edge > 0, 1.0, 1.0 + np.tanh(sharpness * edge)))


def _comic(rgb: Floats, grain: float, cell: float, alpha: Floats | None) -> Floats:
    flat = floats(cv2.bilateralFilter(to_bytes(rgb), 0, 30, 1.8 * grain))
    colours = lab(flat)
    lightness = 100 * (colours[..., 0] / 100) ** 0.86
    steps = 6.0
    level = lightness / 100 * steps
    whole = np.floor(level) + 0.5
    quantised = (whole + 0.5 * np.tanh(3.4 * (level - whole)) / np.tanh(1.7)) / steps * 100
    colours[..., 0] = np.clip(0.82 * quantised + 0.18 * lightness + 3, 0, 100)
    colours[..., 1:] *= 1.38
    painted = np.clip(rgb_of_lab(colours), 0, 255)

    h, w = lightness.shape
    y, x = np.mgrid[0:h, 0:w].astype(np.float32)
    turn = np.float32(2 * np.pi / cell * np.sqrt(0.5))
    screen = 0.5 + 0.25 * (np.cos((x + y) * turn) + np.cos((x - y) * turn))
    dark = smoothstep(lightness, 44, 12)
    dots = smoothstep(screen - (1 - 0.62 * dark), -0.12, 0.12) * np.minimum(dark * 3, 1)
    painted = painted * (1 - 0.42 * dots[..., None])

    grey = lab(rgb)[..., 0] / 100
    ink = _lines(floats(grey), 1.0 * grain, 60.0) ** 1.3
    if alpha is not None:  # the outline
        inner = cv2.erode(alpha, np.ones((3, 3), np.uint8), iterations=max(1, round(1.1 * grain)))
        ink = ink * (1 - np.clip(blur(alpha - floats(inner), 0.5), 0, 1) * 0.85)
    return floats(INK + (painted - INK) * ink[..., None])


@cache
def _tile(kind: str) -> Floats:
    """A square of pencil: 'paper' grain or hatching in one direction, mean about 1 and 0.5."""
    rng = np.random.default_rng(11)
    noise = rng.normal(0, 1, (1024, 1024)).astype(np.float32)
    if kind == "paper":
        soft = cv2.GaussianBlur(noise, (0, 0), 1.1)
        return floats(1 + 0.035 * soft / soft.std())
    angle = {"/": -52.0, "\\": 38.0, "-": -8.0}[kind]
    centre = (512.0, 512.0)
    streaks = cv2.GaussianBlur(noise, (0, 0), sigmaX=22, sigmaY=0.8)
    matrix = cv2.getRotationMatrix2D(centre, angle, 1.6)
    turned = floats(cv2.warpAffine(streaks, matrix, (1024, 1024), borderMode=cv2.BORDER_WRAP))
    return smoothstep(turned / turned.std(), -0.9, 0.9)


def _laid(kind: str, h: int, w: int, zoom: float) -> Floats:
    tile = _tile(kind)
    size = max(64, round(1024 * max(zoom, 0.5)))
    if size != 1024:
        tile = floats(cv2.resize(tile, (size, size), interpolation=cv2.INTER_AREA))
    return np.tile(tile, (-(-h // size), -(-w // size)))[:h, :w]


def _sketch(rgb: Floats, grain: float, zoom: float, alpha: Floats | None) -> Floats:
    h, w = rgb.shape[:2]
    grey = lab(rgb)[..., 0] / 100
    spread = 7.0 * grain
    dodge = np.clip(grey / np.maximum(blur(grey, spread), 0.02), 0, 1)
    lines = _lines(floats(grey), 0.8 * grain, 20.0)
    tone = smoothstep(grey, 0.02, 0.82) * 0.85 + 0.15
    hatched = np.ones((h, w), np.float32)
    hand = 1.0 if alpha is None else 0.75  # people are drawn with a lighter hand
    for kind, below, depth in (("/", 0.78, 0.34), ("\\", 0.52, 0.38), ("-", 0.30, 0.40)):
        amount = smoothstep(tone, hand * below, hand * below - 0.3)
        hatched *= 1 - hand * depth * amount * (1 - _laid(kind, h, w, zoom))
    drawn = dodge**1.5 * (0.35 + 0.65 * lines) * hatched * (0.36 + 0.64 * tone)
    if alpha is not None:
        inner = cv2.erode(alpha, np.ones((3, 3), np.uint8), iterations=max(1, round(grain)))
        drawn = drawn * (1 - np.clip(blur(alpha - floats(inner), 0.6), 0, 1) * 0.6)
    drawn = np.clip(0.10 + 0.90 * drawn, 0, 1) * _laid("paper", h, w, zoom)
    graphite = floats([46, 45, 50])
    return floats(np.clip(graphite + (PAPER - graphite) * np.clip(drawn, 0, 1)[..., None], 0, 255))
