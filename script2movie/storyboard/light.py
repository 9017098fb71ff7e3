"""The light of a place on a person: colour, direction, hour, rim and the shadows people cast.

Knows pictures of people at screen size and where the set's key light is; knows nothing of
framing or places. Directions are in the camera's space: x right, y down, z away from it.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from script2movie.movie import Light
from script2movie.storyboard.pixels import Floats, blur, floats, lab, rgb_of_lab, smoothstep

__all__ = ["Ambience", "ambience", "key_direction", "relit", "wrapped"]


_HOUR = {Light.EVENING: floats([1.04, 0.95, 0.83]), Light.MORNING: floats([1.02, 1.0, 0.95])}


@dataclass(frozen=True)
class Ambience:
    """The light where a person stands.

    mean       Lab of the place around them
    spread     standard deviation of L there
    direction  unit vector towards the key light, camera space
    warmth     RGB gain of the key light's colour, mean 1
    hour       the scene's
    """

    mean: Floats
    spread: float
    direction: tuple[float, float, float]
    warmth: Floats
    hour: Light


def key_direction(
    key_yaw: float, key_elevation: float, view_yaw: float
) -> tuple[float, float, float]:
    """Towards the key light as the camera sees it; degrees in."""
    across, up = np.radians(key_yaw - view_yaw), np.radians(key_elevation)
    return (
        float(np.sin(across) * np.cos(up)),
        float(-np.sin(up)),
        float(np.cos(across) * np.cos(up)),
    )


def warmth_of(kelvin: float) -> Floats:
    """RGB gain of a light of this colour, against 5600 K, mean 1."""
    shift = np.clip((5600 - kelvin) / 5600, -0.6, 0.6)
    gain = floats([1 + 0.35 * shift, 1.0, 1 - 0.55 * shift])
    return floats(gain / gain.mean())


def ambience(
    frame: Floats, kelvin: float, direction: tuple[float, float, float], hour: Light
) -> Ambience:
    """Measures the light of a backdrop (H, W, 3)."""
    small = floats(cv2.resize(frame, (64, 36), interpolation=cv2.INTER_AREA))
    colours = lab(small).reshape(-1, 3)
    return Ambience(
        mean=floats(colours.mean(axis=0)),
        spread=float(colours[:, 0].std()),
        direction=direction,
        warmth=warmth_of(kelvin),
        hour=hour,
    )


def _relief(alpha: Floats, landmarks: Floats, face_height: float) -> tuple[Floats, Floats]:
    """Normals' x and y over a person (h, w) each: a puffed-up matte with the face's mesh on it."""
    sigma = 0.28 * face_height
    puffed = blur(alpha, sigma)
    nx = -np.gradient(puffed, axis=1) * sigma * 2.2
    ny = -np.gradient(puffed, axis=0) * sigma * 2.2
    if len(landmarks):
        h, w = alpha.shape
        weight, depth = np.zeros((h, w), np.float32), np.zeros((h, w), np.float32)
        xs = np.clip(landmarks[:, 0].astype(int), 0, w - 1)
        ys = np.clip(landmarks[:, 1].astype(int), 0, h - 1)
        np.add.at(weight, (ys, xs), 1)
        np.add.at(depth, (ys, xs), landmarks[:, 2])
        spread = 0.055 * face_height
        weight, depth = blur(weight, spread), blur(depth, spread)
        z = depth / np.maximum(weight, 1e-6)
        oval = np.zeros((h, w), np.float32)
        hull = cv2.convexHull(landmarks[:, :2].astype(np.int32))
        cv2.fillConvexPoly(oval, hull, 1.0)
        inner = blur(floats(cv2.erode(oval, np.ones((3, 3)))), 0.07 * face_height)
        inner = floats(np.clip(inner * 1.4 - 0.4, 0, 1))
        fx, fy = np.gradient(z, axis=1), np.gradient(z, axis=0)
        nx = nx * (1 - inner) + np.clip(fx, -1.5, 1.5) * inner
        ny = ny * (1 - inner) + np.clip(fy, -1.5, 1.5) * inner
    return floats(nx), floats(ny)


def relit(
    rgb: Floats, alpha: Floats, landmarks: Floats, face_height: float, place: Ambience
) -> Floats:
    """A person in the light of a place: RGB (h, w, 3) in and out, alpha (h, w) in 0..1."""
    shrink = max(1, round(face_height / 48))
    h, w = alpha.shape
    small = (max(8, w // shrink), max(8, h // shrink))
    fewer = floats(cv2.resize(alpha, small, interpolation=cv2.INTER_AREA))
    points = landmarks / shrink if len(landmarks) else landmarks
    nx, ny = _relief(fewer, floats(points), face_height / shrink)
    length = np.sqrt(nx * nx + ny * ny + 1)
    lx, ly, lz = place.direction
    facing = (nx * lx + ny * ly - np.minimum(lz, 0.35)) / length  # the camera is at -z
    flat = float(-min(lz, 0.35))
    night = place.hour is Light.NIGHT
    strength = 0.34 if night else 0.24
    shade = np.exp(strength * np.clip(facing - flat, -1.2, 1.2))
    gain = floats(cv2.resize(floats(shade), (w, h), interpolation=cv2.INTER_CUBIC))

    colours = lab(rgb)
    inside = fewer > 0.6
    own = lab(floats(cv2.resize(rgb, small, interpolation=cv2.INTER_AREA)))[inside]
    mean = own.mean(axis=0) if own.size else floats([50, 0, 0])
    shift = float(np.clip(place.mean[0] - mean[0], -34, 16)) * (0.30 if night else 0.22)
    colours[..., 0] += np.float32(shift)
    # the place's colour tints what reflects light, black hair least; a dull place dulls
    vivid, around = np.hypot(*mean[1:]), np.hypot(*place.mean[1:])
    dulled = 1 - 0.3 * np.clip(1 - around / max(float(vivid), 1.0), 0, 0.7)
    tinted = smoothstep(colours[..., 0], 5, 60)[..., None]
    tint = 0.28 * np.clip(place.mean[1:], -18, 18)
    colours[..., 1:] = colours[..., 1:] * np.float32(dulled) + tinted * floats(tint)
    if night:  # darker, and what is white by day is grey
        lightness = colours[..., 0] * np.float32(0.84)
        colours[..., 0] = np.minimum(lightness, 46 + 0.45 * np.maximum(lightness - 46, 0))
        colours[..., 1:] *= 0.74
        colours[..., 2] -= 3.0
    lit = rgb_of_lab(colours) * _HOUR.get(place.hour, floats([1, 1, 1]))
    warmth = 1 + (place.warmth - 1) * np.clip((gain - 1) * 4, 0, 1)[..., None] * 0.6
    lit = lit * gain[..., None] ** np.float32(1 / 1.4) * floats(warmth)
    return floats(np.clip(lit, 0, 255))


def wrapped(
    rgb: Floats, alpha: Floats, behind: Floats, face_height: float, strength: float
) -> Floats:
    """The place's light spilling over a person's edge; `behind` (h, w, 3) is blurred backdrop."""
    rim = alpha * blur(1 - alpha, 0.045 * face_height)
    share = smoothstep(rim, 0.0, 0.5)[..., None] * np.float32(strength)
    return floats(rgb + (np.maximum(behind, rgb * 0.5) - rgb) * share)
