"""The place behind the people: flat views out of panoramas, softened and lit for the hour.

Knows panoramas, lenses and the time of day; knows nothing of people. Angles are degrees; light
is linear 0..1 inside, sRGB bytes outside.
"""

import math
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from script2movie.errors import Script2MovieError
from script2movie.movie import Light, ShotSize
from script2movie.storyboard.pixels import Bytes, Floats, blur, floats, linear, srgb, to_bytes

__all__ = [
    "HFOV",
    "SideView",
    "flat_view",
    "focal_of",
    "frame_of",
    "graded",
    "read_picture",
    "softened",
    "windows_dark",
]

HFOV = {  # degrees across a 16:9 frame
    ShotSize.EXTREME_CLOSE_UP: 34.0,
    ShotSize.CLOSE_UP: 40.0,
    ShotSize.MEDIUM: 48.0,
    ShotSize.FULL: 62.0,
    ShotSize.WIDE: 74.0,
}
SOFTNESS = {  # radius of the out-of-focus disc as a share of the frame's height
    ShotSize.EXTREME_CLOSE_UP: 0.030,
    ShotSize.CLOSE_UP: 0.024,
    ShotSize.MEDIUM: 0.014,
    ShotSize.FULL: 0.003,
    ShotSize.WIDE: 0.0,
}
OUTSIDE = 20.0  # metres: farther than any wall of a room
MIDDLE_GREY = 0.21  # linear light a day backdrop is exposed for


@dataclass(frozen=True)
class SideView:
    """Where the camera looks and how: yaw and pitch in degrees (pitch grows upwards).

    `focal` is the frame's, in frame pixels.
    """

    yaw: float
    pitch: float
    focal: float


def focal_of(hfov: float, height: int) -> float:
    """The focal length in pixels of a frame `height` high; `hfov` is what 16:9 would see across."""
    return height * 8 / 9 / math.tan(math.radians(hfov) / 2)


def read_picture(path: Path) -> Bytes:
    """An RGB picture of the package's own."""
    picture = cv2.imread(str(path), cv2.IMREAD_COLOR_RGB)
    if picture is None:
        raise Script2MovieError(f"{path} is missing or damaged: install script2movie again")
    return np.asarray(picture, np.uint8)


def flat_view(
    panorama: Bytes, side: SideView, width: int, height: int, scale: float, margin: float
) -> Bytes:
    """A rectilinear view with `margin` (a share of the frame) around it, at `scale`.

    The optical axis is at the picture's middle; its focal length is side.focal * scale.
    """
    rows, columns = panorama.shape[:2]
    w = round(width * (1 + 2 * margin) * scale)
    h = round(height * (1 + 2 * margin) * scale)
    focal = side.focal * scale
    x, y = np.meshgrid(
        np.arange(w, dtype=np.float32) - (w - 1) / 2, np.arange(h, dtype=np.float32) - (h - 1) / 2
    )
    tilt = math.radians(side.pitch)
    ahead = focal * math.cos(tilt) + y * math.sin(tilt)
    down = y * math.cos(tilt) - focal * math.sin(tilt)
    yaw = np.arctan2(x, ahead) + math.radians(side.yaw)
    u = (yaw / (2 * np.pi) + 0.5) * columns - 0.5
    v = (0.5 + np.arctan2(down, np.hypot(x, ahead)) / np.pi) * rows - 0.5
    view = cv2.remap(
        panorama,
        floats(np.mod(u, columns)),
        floats(v),
        cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_WRAP,
    )
    return np.asarray(view, np.uint8)


def softened(view: Bytes, radius: float) -> Floats:
    """Out of focus by a disc of `radius` pixels, in linear light: highlights stay highlights."""
    light = linear(view)
    if radius < 0.7:
        return light
    light = floats(light + 1.5 * np.maximum(light - 0.75, 0) ** 2)  # what the picture clipped
    size = 2 * math.ceil(radius) + 1
    disc = np.zeros((size, size), np.float32)
    middle = size // 2
    cv2.circle(disc, (middle * 16, middle * 16), round(radius * 16), 1.0, -1, cv2.LINE_AA, 4)
    light = floats(cv2.filter2D(light, -1, disc / disc.sum(), borderType=cv2.BORDER_REPLICATE))
    return blur(light, 0.35 * radius)


def graded(light: Floats, hour: Light, *, interior: bool, night: bool) -> Bytes:
    """Exposes linear light for the hour. `night` says that the place is lit for night already."""
    mean = float(light.mean())
    if hour is Light.NIGHT and not night:
        return _day_for_night(light, interior=interior)
    exposed = light * np.float32(
        np.clip(MIDDLE_GREY / max(mean, 1e-3), 0.72, 1.35) if not night else 1.0
    )
    if hour is Light.EVENING and not night:
        exposed = exposed * floats([0.86, 0.68, 0.52])
    elif hour is Light.MORNING and not night:
        exposed = exposed * floats([1.06, 0.98, 0.86])
    return to_bytes(srgb(_shoulder(floats(exposed))))


def _shoulder(light: Floats) -> Floats:
    """Rolls highlights off instead of clipping them."""
    knee = np.float32(0.6)
    above = np.maximum(light - knee, 0)
    return floats(np.minimum(light, knee) + 0.4 * (1 - np.exp(-above / 0.4)))


def _day_for_night(light: Floats, *, interior: bool) -> Bytes:
    grey = light @ floats([0.2126, 0.7152, 0.0722])
    bright = blur(floats(np.clip((grey - 0.45) / 0.3, 0, 1)), 0.012 * light.shape[1])
    mean = float(grey.mean())
    cold = floats([0.74, 0.9, 1.25])
    if interior:  # lamps are on, the windows are dark
        warm = floats([1.12, 0.96, 0.74])
        lit = light * warm * np.float32(0.075 / max(mean, 1e-3))
        dark = (0.35 * light + 0.65 * grey[..., None]) * cold * np.float32(0.05)
        window = (0.9 * np.clip(bright, 0, 1))[..., None]
        night = lit * (1 - window) + dark * window
    else:
        drained = 0.45 * light + 0.55 * grey[..., None]
        night = drained * cold * np.float32(0.045 / max(mean, 1e-3))
        night = night * (1 - 0.7 * np.clip(bright, 0, 1))[..., None]
    return to_bytes(srgb(_shoulder(floats(night))))


def windows_dark(light: Floats, depth: Floats) -> Floats:
    """A room whose windows show the night: what is far outside gives almost no light."""
    outside = (depth > OUTSIDE).astype(np.float32)
    mask = cv2.resize(outside, light.shape[1::-1], interpolation=cv2.INTER_LINEAR)[..., None]
    return floats(light * (1 - mask * (1 - floats([0.05, 0.07, 0.12]))))


def frame_of(picture: Bytes, scale: float, width: int, height: int) -> Floats:
    """The frame at rest: the middle of a backdrop at frame size."""
    h, w = picture.shape[:2]
    back = np.array(
        [
            [scale, 0, (w - 1) / 2 - scale * (width - 1) / 2],
            [0, scale, (h - 1) / 2 - scale * (height - 1) / 2],
        ]
    )
    flags = (cv2.INTER_CUBIC if scale < 1 else cv2.INTER_LINEAR) | cv2.WARP_INVERSE_MAP
    frame = cv2.warpAffine(
        picture, back, (width, height), flags=flags, borderMode=cv2.BORDER_REPLICATE
    )
    return floats(frame)
