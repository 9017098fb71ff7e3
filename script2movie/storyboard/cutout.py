"""A photo and its matte into a person cut out: clean edges, whole shoulders, even exposure.

Pure arrays: what is a face and what is a person is told by the caller. Knows nothing of files,
models, places or films.
"""

import cv2
import numpy as np

from script2movie.storyboard.completion import completed
from script2movie.storyboard.pixels import (
    Bytes,
    Floats,
    blur,
    floats,
    lab,
    resized,
    rgb_of_lab,
    smoothstep,
    to_bytes,
)

__all__ = ["cut_out", "only_person"]

FACE_HEIGHT = 300  # pixels a face is brought to, so that it fills a close-up at 720p
LARGEST_FACE = 540  # pixels: an extreme close-up at 720p
MOST_ENLARGED, LONGEST_SIDE = 3.0, 2400
FIGURE = 5.0  # face heights from the chin down to the feet, at least


def only_person(matte: Floats, centre: tuple[float, float], face_height: float) -> Floats:
    """Drops whatever the matte holds that is not connected to the face at `centre`."""
    height, width = matte.shape
    shrink = max(1.0, face_height / 60)  # which blob is whose shows at a small size
    size = (max(8, round(width / shrink)), max(8, round(height / shrink)))
    small = cv2.resize(matte, size, interpolation=cv2.INTER_AREA)
    face = face_height / shrink
    thin = max(1, int(0.06 * face))
    parted = cv2.erode((small > 0.5).astype(np.uint8), np.ones((thin, thin), np.uint8))
    _, labels, _, _ = cv2.connectedComponentsWithStats(parted)
    x, y = int(centre[0] / shrink), int(centre[1] / shrink)
    reach = max(2, int(0.2 * face))
    around = labels[max(0, y - reach) : y + reach, max(0, x - reach) : x + reach]
    counts = np.bincount(around[around > 0]) if (around > 0).any() else np.zeros(1)
    if counts.size < 2:
        return matte
    own = (labels == int(counts.argmax())).astype(np.float32)
    wide = 2 * int(0.22 * face) + 1
    near = cv2.dilate(own, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (wide, wide)))
    soft = blur(floats(near), 0.04 * face)
    return floats(matte * cv2.resize(soft, (width, height)))


def _foreground(rgb: Floats, alpha: Floats, reach: float) -> Floats:
    """The person's own colour where hair and backdrop mix (blur fusion, two passes)."""
    colour = rgb
    a = alpha[..., None]
    for radius in (reach, reach / 8):
        size = 2 * max(1, int(radius)) + 1
        kernel = (size, size)
        weight = cv2.blur(alpha, kernel)[..., None]
        front = floats(cv2.blur(floats(colour * a), kernel)) / (weight + 1e-5)
        back = floats(cv2.blur(floats(rgb * (1 - a)), kernel)) / (1 - weight + 1e-5)
        colour = floats(np.clip(front + a * (rgb - a * front - (1 - a) * back), 0, 255))
    return colour


def _exposed(rgb: Floats, skin: Floats) -> Floats:
    """Lifts a dark portrait: the face's lightness moves towards what skin has in daylight."""
    colours = lab(rgb)
    weight = skin / max(float(skin.sum()), 1e-3)
    level = float((colours[..., 0] * weight).sum())
    wanted = float(np.clip(level, 46, 74))
    if abs(wanted - level) < 1:
        return rgb
    gamma = np.log(max(wanted, 1) / 100) / np.log(max(level, 8) / 100)
    gamma = float(np.clip(gamma, 0.45, 1.5))
    lightness = colours[..., 0] / 100
    colours[..., 0] = 100 * np.power(np.clip(lightness, 0, 1), gamma)
    colours[..., 1:] *= np.float32(np.clip(1.0 + 0.35 * (1 - gamma), 0.9, 1.12))
    return rgb_of_lab(colours)


def cut_out(
    rgb: Bytes, matte: Floats, landmarks: Floats, *, exact: bool = False
) -> tuple[Bytes, Floats, bool]:
    """The person alone (H, W, 4), straight alpha, the mesh (468, 3) in its pixels, feet or not.

    `exact` says that the matte is the picture's own and needs no cleaning.
    """
    # 1. the size a close-up needs
    face_height = float(np.linalg.norm(landmarks[152, :2] - landmarks[10, :2]))
    scale = min(max(FACE_HEIGHT / face_height, 1.0), MOST_ENLARGED)
    scale = min(scale, LARGEST_FACE / face_height, LONGEST_SIDE / max(rgb.shape[:2]))
    width, height = round(rgb.shape[1] * scale), round(rgb.shape[0] * scale)
    picture = np.clip(resized(rgb, width, height), 0, 255)
    alpha = np.clip(resized(matte, width, height), 0, 1)
    mesh = floats(landmarks * np.float32(scale))
    face_height *= scale
    if scale > 1.2:
        picture = picture + 0.55 * (picture - blur(picture, 0.6 * scale))
        picture = np.clip(picture, 0, 255)

    # 2. the person only, with clean edges
    centre = mesh[[10, 152, 234, 454], :2].mean(axis=0)
    if not exact:
        alpha = only_person(floats(alpha), (float(centre[0]), float(centre[1])), face_height)
        alpha = smoothstep(alpha, 0.1, 0.94)
    picture = _foreground(floats(picture), floats(alpha), 0.3 * face_height)

    # 3. even exposure
    skin = np.zeros(alpha.shape, np.float32)
    cv2.fillConvexPoly(skin, cv2.convexHull(mesh[:, :2].astype(np.int32)), 1.0)
    picture = _exposed(floats(picture), skin)

    # 4. what the photo's frame cut off; the outermost pixels of a photo are often not of it
    if not exact:
        trim = max(2, round(1.5 * scale))
        picture, alpha = picture[trim:, trim:-trim], alpha[trim:, trim:-trim]
        mesh = floats(mesh - floats([trim, trim, 0]))
    rows = np.flatnonzero((alpha > 0.5).any(axis=1))
    feet = float(rows[-1]) if rows.size else 0.0
    whole = feet < 0.985 * alpha.shape[0] and feet - float(mesh[152, 1]) > FIGURE * face_height
    picture, alpha, mesh = completed(floats(picture), floats(alpha), mesh, whole=whole, drawn=exact)
    return np.dstack([to_bytes(floats(picture)), to_bytes(floats(255 * alpha))]), mesh, whole
