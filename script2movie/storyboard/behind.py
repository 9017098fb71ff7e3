"""A person from behind, made of their own portrait: the near shoulder of an over-the-shoulder shot.

Their outline, hair, neck and clothes, but no face: hair is drawn down to the nape, cloth across the
back. In shade, since the light is where they look, and out of focus, since they are near.
Knows one person's pixels and the light of the place; knows nothing of framing.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from script2movie.storyboard.light import Ambience, relit
from script2movie.storyboard.pixels import Floats, blur, floats, lab, smoothstep

__all__ = ["from_behind"]

SHRINK = 4  # it is out of focus: a quarter of the size holds all there is to see
BROW = -0.5  # face heights from a face's middle to the hairline before it
COLLAR = 0.66  # and down to the collar at the nape
NAPE = 0.40  # and to the lower end of short hair
LONGEST_HAIR = 1.25  # and as far as long hair is looked for
CHEEKS = (50, 101, 36, 280, 330, 266)  # points of the face mesh on bare skin


@dataclass(frozen=True)
class _Head:
    """Where every pixel is on a head, in face heights from the face's middle.

    u, v   (h, w): towards the side that the person looks to, and down the head, however it leans
    middle x and y of it in pixels; `face` is a face height there
    axes   x and y of a step along u, and of one along v, in pixels
    top    v of the hair's top
    """

    u: Floats
    v: Floats
    middle: tuple[float, float]
    face: float
    axes: tuple[tuple[float, float], tuple[float, float]]
    top: float


def from_behind(
    rgb: Floats,
    alpha: Floats,
    mesh: Floats,
    face_height: float,
    place: Ambience,
    *,
    towards: float,
    softness: float,
) -> tuple[Floats, Floats]:
    """RGB (h, w, 3) and alpha (h, w) in 0..1 of a front in, of the back out.

    `towards` is 1 where the person looks to the right, -1 to the left; `softness` 1 the lens's.
    """
    # 1. smaller, and a head's own measures
    height, width = alpha.shape
    small = (max(8, width // SHRINK), max(8, height // SHRINK))
    rgb = floats(cv2.resize(rgb, small, interpolation=cv2.INTER_AREA))
    alpha = floats(cv2.resize(alpha, small, interpolation=cv2.INTER_AREA))
    head = _measured(alpha, floats(mesh / SHRINK), face_height / SHRINK, towards)
    u, v, face = head.u, head.v, head.face

    # 2. cloth, the neck over it, hair over both
    skin = _colour_at(rgb, floats(mesh / SHRINK))
    hair, colour = _hair(rgb, alpha, head)
    far = _unlike(rgb, colour)
    end = _end_of_hair(far, alpha, head)
    back = _cloth(rgb, alpha, skin, head)
    ahead = smoothstep(u, 0.06, 0.42)  # the side of the face that can be seen from behind
    hairline = NAPE - 0.52 * ahead if end is None else end - 0.22 * u * u
    neck = smoothstep(v - COLLAR - 0.35 * u * u, 0.03, -0.03)
    neck = neck * smoothstep(np.abs(u), 0.62, 0.5)
    under = 1 - 0.34 * smoothstep(v - hairline, 0.26, 0.0)  # hair shades the nape
    back = back + (skin * under[..., None] - back) * neck[..., None]
    beside = smoothstep(far, 40, 22) * (np.abs(u) < 1)  # what stands off or hangs: their own
    covered = smoothstep(v - hairline, 0.035, -0.035)
    if end is None:
        stands_off = smoothstep(np.abs(u), 0.36, 0.44) * smoothstep(v, 0.5, 0.4)
        covered = np.maximum(covered, beside * stands_off)
    else:
        covered = covered * np.maximum(smoothstep(np.abs(u), 0.56, 0.4), beside)
    back = back + (hair - back) * covered[..., None]
    if end is None:
        ear = np.hypot((u - 0.25 - 0.1 * (v - 0.02)) / 0.07, (v - 0.02) / 0.16)
        hollow = 1 - 0.35 * smoothstep(np.hypot((u - 0.27) / 0.035, (v - 0.02) / 0.09), 1.1, 0.5)
        back = back + (skin * hollow[..., None] - back) * smoothstep(ear, 1.1, 0.85)[..., None]

    # 3. out of focus, in the light of the place and in shade
    back = blur(back, 0.026 * softness * face)
    edge = blur(alpha, (0.008 + 0.02 * softness) * face)
    back = relit(floats(back), edge, np.zeros((0, 3), np.float32), face, place)
    round_head = np.hypot(u / 0.62, (v + 0.1) / 0.85)
    turned = 0.8 + 0.3 * np.clip(round_head, 0, 1.1) ** 2  # a head is round and lit from before it
    back = back * turned[..., None]
    grey = back.mean(axis=2, keepdims=True)
    back = back * (0.80 / (1 + grey / 190))  # white hair so near would glow like a lamp
    both = cv2.resize(
        np.dstack([back, edge]).astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC
    )
    return floats(np.clip(both[..., :3], 0, 255)), floats(np.clip(both[..., 3], 0, 1))


def _measured(alpha: Floats, mesh: Floats, face: float, towards: float) -> _Head:
    x, y = mesh[[10, 152, 234, 454], :2].mean(axis=0).tolist()
    down_x, down_y = ((mesh[152, :2] - mesh[10, :2]) / face).tolist()
    columns, rows = np.meshgrid(np.arange(alpha.shape[1]) - x, np.arange(alpha.shape[0]) - y)
    u = floats((columns * down_y - rows * down_x) / face * towards)
    v = floats((columns * down_x + rows * down_y) / face)
    axes = (face * towards * down_y, -face * towards * down_x), (face * down_x, face * down_y)
    top = float(v[(alpha > 0.5) & (np.abs(u) < 0.5)].min(initial=-0.6))
    return _Head(u, v, (x, y), face, axes, min(top, BROW - 0.05))


def _colour_at(rgb: Floats, mesh: Floats) -> Floats:
    """The colour of a person's skin."""
    h, w = rgb.shape[:2]
    xs = np.clip(mesh[list(CHEEKS), 0].astype(int), 0, w - 1)
    ys = np.clip(mesh[list(CHEEKS), 1].astype(int), 0, h - 1)
    return floats(np.median(rgb[ys, xs], axis=0))


def _unlike(rgb: Floats, colour: Floats) -> Floats:
    """How far every pixel's colour is from one: steps of Lab."""
    away = lab(rgb) - lab(colour[None, None])
    return floats(np.linalg.norm(away * floats([0.7, 1, 1]), axis=2))


def _hair(rgb: Floats, alpha: Floats, head: _Head) -> tuple[Floats, Floats]:
    """The hair above the brow drawn down over the whole head, and its colour.

    Who has none there is bald: then the head is of skin.
    """
    u, v = head.u, head.v
    tall = BROW - head.top
    band = (v > head.top + 0.15 * tall) & (v < head.top + 0.7 * tall) & (np.abs(u) < 0.42)
    seen = band & (alpha > 0.9)
    colour = floats(np.median(rgb[seen], axis=0) if int(seen.sum()) > 30 else [40, 32, 28])
    down = np.clip((v - head.top) / (1.3 - head.top), 0, 1)
    at_v = head.top + tall * (0.12 + 0.58 * down) + 0.12 * u * u
    (ux, uy), (vx, vy) = head.axes
    source_x = head.middle[0] + 0.62 * u * ux + at_v * vx
    source_y = head.middle[1] + 0.62 * u * uy + at_v * vy
    own = np.dstack([rgb * alpha[..., None], alpha])
    drawn = cv2.remap(
        own, floats(source_x), floats(source_y), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    solid = np.clip(drawn[..., 3:] * 1.5 - 0.5, 0, 1)
    strands = drawn[..., :3] / np.maximum(drawn[..., 3:], 1e-3)
    strands = colour + (strands - colour) * 0.75 * solid
    return floats(strands), colour


def _end_of_hair(far: Floats, alpha: Floats, head: _Head) -> float | None:
    """How far down long hair hangs, in face heights from the face's middle; None for short hair."""
    u, v = head.u, head.v
    beside = (np.abs(u) > 0.36) & (np.abs(u) < 0.62) & (alpha > 0.5)
    like = (far < 24) & beside
    jaw = (v > 0.15) & (v < 0.42)
    if int((like & jaw).sum()) < 0.2 * 2 * 0.26 * 0.27 * head.face**2:
        return None
    steps = np.arange(0.3, LONGEST_HAIR, 0.05)
    there = np.histogram(v[beside], [*steps, LONGEST_HAIR])[0]
    hair = np.histogram(v[like], [*steps, LONGEST_HAIR])[0]
    hanging = steps[hair > 0.25 * np.maximum(there, 0.005 * head.face**2)]
    return max(0.6, float(hanging[-1]) + 0.05) if hanging.size else 0.6


def _cloth(rgb: Floats, alpha: Floats, skin: Floats, head: _Head) -> Floats:
    """Clothes without what only a front shows: the sleeves' cloth goes on across the back."""
    u, v, face = head.u, head.v, head.face
    sleeves = (v > COLLAR + 0.1) & (np.abs(u) > 0.5) & (alpha > 0.9) & (_unlike(rgb, skin) > 20)
    if int(sleeves.sum()) < 60:
        return floats(np.broadcast_to(floats([46, 46, 50]), rgb.shape))
    median = floats(np.median(rgb[sleeves], axis=0))
    share = sleeves.astype(np.float32)
    weight = blur(share, 0.3 * face)[..., None]
    spread = blur(rgb * share[..., None], 0.3 * face)
    plain = (spread + 0.03 * median) / (weight + 0.03)
    own = smoothstep(blur(share, 0.05 * face), 0.5, 1.0)[..., None]
    return floats(plain + (rgb - plain) * own)
