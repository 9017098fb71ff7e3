"""How a face's skin moves in a flat picture: small turns, brows, lids and gaze.

Knows a mesh of 468 points in pixels; nothing of frames, cameras or when a face does what.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

__all__ = ["Eye", "Features", "eyes", "turn_fields"]

Points = NDArray[np.float32]  # (N, 2) pixels

# Points of MediaPipe's topology, left and right as the audience sees them.
OVAL = [10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377]
OVAL += [152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109]
BROWS = [70, 63, 105, 66, 107, 336, 296, 334, 293, 300]
ANCHORS = [1, 2, 98, 327, 168, 6, 197, 195, 5, 4, 50, 280, 205, 425, 187, 411, 33, 133, 362, 263]
ANCHORS += [61, 291, 0, 17, 13, 14, 159, 145, 386, 374, 199, 200, 36, 266, 101, 330, 8, 9, 151]
ANCHORS += [64, 294, 216, 436, 210, 430, 109, 338]
OUTLINE = 0.3  # how far the face's outline follows a turn
Lids = tuple[int, int, int, tuple[int, ...], tuple[int, ...]]
LIDS: tuple[Lids, Lids] = (  # outer corner, inner corner, brow's lower edge, upper lid, lower lid
    (33, 133, 52, (246, 161, 160, 159, 158, 157, 173), (7, 163, 144, 145, 153, 154, 155)),
    (263, 362, 282, (466, 388, 387, 386, 385, 384, 398), (249, 390, 373, 374, 380, 381, 382)),
)


@dataclass(frozen=True)
class Features:
    """A face's measures: size in pixels brow to chin, its own down and right, its middle."""

    size: float
    down: Points  # (2,) unit
    right: Points  # (2,) unit
    centre: Points  # (2,)
    chin: Points  # (2,)

    @staticmethod
    def of(landmarks: Points) -> "Features":
        """Measures of a mesh (468, 2 or 3)."""
        flat = landmarks[:, :2]
        axis = flat[152] - flat[10]
        size = float(np.linalg.norm(axis))
        down = (axis / size).astype(np.float32)
        right = np.array([down[1], -down[0]], np.float32)
        centre = flat[[10, 152, 234, 454]].mean(0)
        return Features(size, down, right, centre.astype(np.float32), flat[152])


def turn_fields(
    landmarks: Points, steady_yaw: float, corner: Points, count: int, step: int
) -> NDArray[np.float32]:
    """Backward displacements on a square of nodes, to be weighted and summed.

    The fields (4, count, count, 2) are, in this order: the steady turn; a radian of yaw, to the
    right; a radian of pitch, chin down; brows raised by a thirtieth of the face.
    """
    features = Features.of(landmarks)
    flat = landmarks[:, :2].astype(np.float64)
    deep = landmarks[:, 2:].astype(np.float64) - landmarks[OVAL, 2].mean()
    right, down = features.right.astype(np.float64), features.down.astype(np.float64)
    # Skin at the outline turns out of sight rather than sideways, and the hair beside it stays.
    held = np.ones((len(flat), 1))
    held[OVAL] = OUTLINE
    aside = ((flat - features.centre) @ right)[:, None]
    sine, cosine = np.sin(steady_yaw), np.cos(steady_yaw)
    turned = deep * cosine + aside * sine
    brows = np.zeros_like(flat)
    brows[BROWS] = -features.size / 30 * down
    moves = [
        (-deep * sine - aside * (1 - cosine)) * held * right,
        -turned * held * right,
        -deep * held * down,
        brows,
    ]
    chosen = sorted({*OVAL, *BROWS, *ANCHORS})
    side = (count - 1) * step
    along = np.linspace(0, side, 14)
    rim = np.array([(a, b) for a in along for b in along if a in (0, side) or b in (0, side)])
    sources = np.vstack([flat[chosen], rim + corner])
    wanted = np.hstack([np.vstack([m[chosen], np.zeros_like(rim)]) for m in moves])
    axis = np.arange(count) * step
    grid = np.stack(np.meshgrid(corner[0] + axis, corner[1] + axis), -1).reshape(-1, 2)
    spreaded = _smooth_between(sources, wanted, grid).reshape(count, count, 4, 2)
    edge = np.minimum(np.arange(count), np.arange(count)[::-1]) / 4
    fade = np.minimum(edge, 1)[:, None, None, None] * np.minimum(edge, 1)[None, :, None, None]
    return np.ascontiguousarray((-spreaded * fade).transpose(2, 0, 1, 3), np.float32)


def _smooth_between(
    sources: NDArray[np.float64], values: NDArray[np.float64], targets: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Radial-basis interpolation with a linear kernel and a constant: (N, 2), (N, K) at (M, 2)."""
    count = len(sources)
    system = np.ones((count + 1, count + 1))
    gaps = np.linalg.norm(sources[:, None] - sources[None], axis=2)
    system[:count, :count] = -gaps + 0.5 * np.eye(count)
    system[count, count] = 0
    wanted = np.vstack([values, np.zeros((1, values.shape[1]))])
    _, weights = cv2.solve(system, wanted, flags=cv2.DECOMP_LU)  # numpy's would start threads
    squares = (targets**2).sum(1)[:, None] + (sources**2).sum(1)[None] - 2 * targets @ sources.T
    return np.asarray(-np.sqrt(np.maximum(squares, 0)) @ weights[:count] + weights[count])


class Eye:
    """One eye of a picture: where its lid would be lowered and its iris turned.

    The lid slides over the eyeball, as skin does, and the iris moves inside the lids; both are
    worked out at the picture's own pixels, since a coarse grid would blur the lashes.
    """

    def __init__(self, landmarks: Points, lids: Lids) -> None:
        self.corners = lids[:2]
        outer, inner, brow, upper, lower = (landmarks[list(np.atleast_1d(i)), :2] for i in lids)
        top = np.vstack([outer, upper, inner]).astype(np.float64)
        bottom = np.vstack([outer, lower, inner]).astype(np.float64)
        left, right = sorted((outer[0], inner[0]), key=lambda p: float(p[0]))
        self.width = float(np.linalg.norm(right - left))
        along = ((right - left) / max(self.width, 1e-3)).astype(np.float64)
        down = np.array([-along[1], along[0]])
        self.along, self.down = along, down
        middle = (left + right) / 2.0
        opening = float(((bottom - top) @ down).max())
        self.opening = opening
        room = float((upper.mean(0) - brow[0]) @ down)
        # how far above the upper lid skin is drawn along, in eye openings: not the brow
        self.crease = float(np.clip(0.7 * room / max(opening, 1e-3), 0.3, 1.3))
        reach = np.array([0.62 * self.width, 0.45 * self.width + 1.2 * opening])
        self.x0, self.y0 = np.floor(middle - reach).astype(int)
        self.x1, self.y1 = np.ceil(middle + reach).astype(int) + 1
        x, y = np.meshgrid(np.arange(self.x0, self.x1), np.arange(self.y0, self.y1))
        s = (x - middle[0]) * along[0] + (y - middle[1]) * along[1]
        t = (x - middle[0]) * down[0] + (y - middle[1]) * down[1]
        curve = [
            np.interp(s, *_sorted((p - middle) @ along, (p - middle) @ down)) for p in (top, bottom)
        ]
        across = np.clip(1 - (2 * s / (1.06 * self.width)) ** 2, 0, 1)
        self.height = np.maximum(curve[1] - curve[0], 0.02 * self.width)
        self.level = (curve[1] - t) / self.height  # 0 at the lower lid, 1 at the upper
        self.window = across**0.5
        inside = np.clip(1.4 - np.abs(2 * self.level - 1), 0, 1) * across
        self.iris = inside * self.width

    def offsets(self, lid: float, gaze: float) -> NDArray[np.float32]:
        """Backward displacement (h, w, 2) at the eye's pixels: lid 0..1 lowered, gaze -1..1."""
        closed = lid * self.window
        edge = 1 - closed
        above = np.clip((self.level - edge) / (1 + self.crease - edge), 0, 1)
        skin = 1 + above * self.crease  # what the lid draws down
        shown = np.where((self.level > edge) & (above < 1), skin, self.level)
        lift = (self.level - shown) * self.height
        side = -0.11 * gaze * self.iris * (self.level < edge)
        return np.asarray(lift[..., None] * self.down + side[..., None] * self.along, np.float32)


def _sorted(
    s: NDArray[np.float64], t: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    order = np.argsort(s)
    return s[order], t[order]


def eyes(landmarks: Points) -> list[Eye]:
    """The eyes that are open and wide enough to move."""
    found = [Eye(landmarks, lids) for lids in LIDS]
    return [eye for eye in found if eye.opening > 2.5 and eye.width > 8]


def sampled(field: NDArray[np.float32], x: Points, y: Points) -> NDArray[np.float32]:
    """Values of a field (h, w, K) at places between its nodes; 0 outside."""
    return np.asarray(
        cv2.remap(field, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT), np.float32
    )
