"""One frame's mouth, bent open or shut: lips, corners, jaw and what is seen between the lips.

Works in place on NV12 inside a small box round the lower face. Knows a face mesh and a pose of
the mouth; nothing of sounds or time.

Places are given in the mouth's own axes: s to the face's right on the screen, t down to the
chin, both in pixels from the middle of the lips' inner edge.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from script2movie.audio.teeth import Inside, colour_at, paint

__all__ = ["Lips", "MouthPose", "bend"]

Floats = NDArray[np.float32]
Planes = NDArray[np.uint8]
Box = tuple[int, int, int, int]  # x0, y0, x1, y1 in the frame's pixels

# Points of MediaPipe's topology along the lips' inner edges, from the screen's left to its right.
UPPER = [78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308]
LOWER = [78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308]
CORNERS = (61, 291)
OPEN_AT_REST = 0.05  # gap in mouth widths from which a portrait's mouth counts as open
SHUTTING = 0.12  # mouth widths, below which lips close over all of the teeth
SLIM = 0.20  # mouth widths, below which a mesh's gap may be shut lips, or leave teeth out
ACROSS = np.linspace(-0.2, 0.2, 9)  # mouth widths, places where that is looked at
BETWEEN, BELOW = np.linspace(0.2, 0.7, 5), np.linspace(0.05, 0.11, 4)  # gaps; mouth widths
NARROWEST = 0.33  # of the face's height: a mouth seen from the front is at least this wide
TABLE = 256  # samples of a line across the mouth


@dataclass(frozen=True)
class MouthPose:
    """What a mouth does on one frame, as `visemes.Mouth` has it."""

    speaking: float
    opening: float
    wide: float
    bite: float
    tongue: float


@dataclass(frozen=True)
class Lips:
    """A mouth as the frame shows it, before it is moved.

    centre         (2,) middle of the inner edge; right, down: (2,) unit axes
    left_half      pixels from the centre to the corner on the screen's left; right_half
    width          of the mouth were it seen from the front, pixels
    upper, lower   (TABLE,) t of the lips' inner edges, from s0 in steps of `pitch`
    chin, nose     t of the chin and of the nose's base
    visible        0..1, less for a face turned away
    shown          0..1, how sure it is that teeth or a cavity are seen between the lips
    """

    centre: Floats
    right: Floats
    down: Floats
    left_half: float
    right_half: float
    width: float
    s0: float
    pitch: float
    upper: Floats
    lower: Floats
    chin: float
    nose: float
    visible: float
    shown: float

    @staticmethod
    def of(points: Floats, nv12: Planes, opening: float) -> "Lips":
        """Measures of a mesh (468, 2) in the frame's pixels, for lips that are to open so far."""
        axis = points[152] - points[10]
        size = max(float(np.linalg.norm(axis)), 1.0)
        down = (axis / size).astype(np.float32)
        right = np.array([down[1], -down[0]], np.float32)
        centre = points[[13, 14]].mean(0).astype(np.float32)
        local = (points - centre) @ np.stack([right, down], 1)  # (468, 2): s, t
        left, farther = local[CORNERS[0]], local[CORNERS[1]]
        seen_width = max(float(farther[0] - left[0]), 1.0)
        width = max(seen_width, NARROWEST * size)
        edges = []
        across = np.linspace(-0.75 * width, 0.75 * width, TABLE)
        for ids in (UPPER, LOWER):
            line = np.vstack([left, local[ids], farther])
            order = np.argsort(line[:, 0])
            edges.append(np.interp(across, line[order, 0], line[order, 1]))
        upper, lower = edges
        shown = 0.0
        if float((lower - upper).max()) < OPEN_AT_REST * width:
            upper = lower = (upper + lower) / 2
        else:  # a mesh lies on the lips, a little inside their edge: shut lips must hide the teeth
            teeth, shown = _seen(nv12, centre, np.stack([right, down]), local, width, opening)
            inside = np.minimum((lower - upper) / (0.05 * width), 1) * width
            teeth *= np.minimum((lower - upper) / (0.15 * width), 1)  # not in the corners
            upper = upper - (0.018 + 0.03 * teeth) * inside
            lower = lower + (0.022 + 0.03 * teeth) * inside
        return Lips(
            centre=centre,
            right=right,
            down=down,
            left_half=max(-float(left[0]), 0.12 * width),
            right_half=max(float(farther[0]), 0.12 * width),
            width=width,
            s0=float(across[0]),
            pitch=float(across[1] - across[0]),
            upper=upper.astype(np.float32),
            lower=np.maximum(upper, lower).astype(np.float32),
            chin=max(float(local[152, 1]), 0.4 * width),
            nose=min(float(local[2, 1]), -0.2 * width),
            visible=float(np.clip((seen_width / size - 0.10) / 0.14, 0, 1)),
            shown=shown,
        )

    def along(self, line: Floats, s: Floats) -> Floats:
        """A line across the mouth (TABLE,) read at places s."""
        return np.asarray(line[self.sample(s)], np.float32)

    def sample(self, s: Floats) -> NDArray[np.int32]:
        """Which of a line's samples is nearest to places s."""
        at = (s - np.float32(self.s0)) * np.float32(1 / self.pitch) + np.float32(0.5)
        return np.asarray(np.minimum(np.maximum(at, 0), TABLE - 1), np.int32)

    def across(self, s: Floats) -> Floats:
        """-1 at the left corner, 0 in the middle, 1 at the right corner."""
        left, right = np.float32(1 / self.left_half), np.float32(1 / self.right_half)
        return np.asarray(s * np.where(s < 0, left, right), np.float32)


def _seen(
    nv12: Planes, centre: Floats, axes: Floats, local: Floats, width: float, opening: float
) -> tuple[float, float]:
    """How far lips are to close beyond a mesh's edges over teeth, and how surely more than lips
    is seen between them, 0..1 each.

    A wide gap is one; of shut lips a mesh may have a small one too, so there the light and the red
    between them are held against the lower lip's.
    """
    height, across = nv12.shape[0] * 2 // 3, nv12.shape[1]
    upper, lower = float(local[13, 1]), float(local[14, 1])
    gap = (lower - upper) / width
    wide = _share((gap - 0.08) / 0.05)
    pressed = wide * max(0.0, 1 - opening / SHUTTING)
    if gap >= SLIM:  # such a mesh has found the teeth: only shut lips must press
        return pressed, 1.0
    rows = np.hstack([upper + (lower - upper) * BETWEEN, lower + width * BELOW])
    places = width * ACROSS[:, None] * axes[0] + rows[:, None, None] * axes[1] + centre
    x, y = np.rint(places).astype(int).transpose(2, 0, 1)  # (9 rows, 9) each
    x, y = np.minimum(np.maximum(x, 0), across - 1), np.minimum(np.maximum(y, 0), height - 1)
    light = nv12[y, x].mean(1, dtype=np.float32) - 16  # (9,) a row
    red = nv12[height + y // 2, x // 2 * 2 + 1].mean(1, dtype=np.float32) - 128
    ratio = light[:5] / max(float(light[5:].mean()), 4.0)
    row = int(ratio.argmax())
    lip = float(red[5:].mean())
    bright = _share((float(ratio[row]) - 1.1) / 0.15)
    if lip > 4:  # else all is pale, in black and white
        bright *= _share((0.95 - float(red[row]) / lip) / 0.15)
    dark = _share((0.85 - float(ratio.mean())) / 0.2)
    return max(bright * _share((SLIM - gap) / 0.06), pressed), max(bright, dark, wide)


def _share(x: float) -> float:
    return min(max(x, 0.0), 1.0)


@dataclass(frozen=True)
class Moved:
    """The lips' inner edges after the move, and how far each went: (TABLE,) in pixels."""

    up: Floats
    low: Floats
    upper: Floats
    lower: Floats
    jaw: float
    squeeze: float


def _moved(lips: Lips, pose: MouthPose) -> Moved:
    s = lips.s0 + lips.pitch * np.arange(TABLE, dtype=np.float32)
    x = lips.across(s)
    amount = pose.speaking * (0.35 + 0.65 * lips.visible)
    round_lips = np.clip(-pose.wide, 0, 1)
    profile = np.clip(1 - x * x, 0, 1) ** (0.75 - 0.25 * round_lips)
    rest = lips.lower - lips.upper
    wanted = amount * pose.opening * lips.width * profile + (1 - amount) * rest
    extra = np.where(np.abs(x) < 1, wanted - rest, -amount * rest)
    share = np.where(extra > 0, 0.21, 0.40)
    lift = -0.035 * amount * pose.bite * lips.width * np.clip(1 - x * x, 0, 1)
    up = -share * extra + lift
    low = (1 - share) * extra + 1.3 * lift
    middle = float(extra[TABLE // 2])
    return Moved(
        up=up.astype(np.float32),
        low=low.astype(np.float32),
        upper=(lips.upper + up).astype(np.float32),
        lower=np.maximum(lips.lower + low, lips.upper + up).astype(np.float32),
        jaw=(0.52 if middle > 0 else 0.15) * middle,
        squeeze=(0.16 if pose.wide > 0 else 0.27) * amount * pose.wide,
    )


def bend(nv12: Planes, points: Floats, pose: MouthPose) -> None:
    """Moves the mouth of one face in a frame (height * 3 / 2, width), in place."""
    height, width = nv12.shape[0] * 2 // 3, nv12.shape[1]
    lips = Lips.of(points, nv12, pose.opening)
    box = _box(
        lips, (-1.2 * lips.width, 1.2 * lips.width), (lips.nose, lips.chin + 0.6 * lips.width)
    )
    box = _within(box, (0, 0, width, height))
    x0, y0, x1, y1 = box
    if pose.speaking <= 0 or x1 - x0 < 16 or y1 - y0 < 16:
        return
    luma = nv12[:height][y0:y1, x0:x1]
    chroma = nv12[height:].reshape(height // 2, -1, 2)[y0 // 2 : y1 // 2, x0 // 2 : x1 // 2]
    moved = _moved(lips, pose)

    # 1. where each pixel comes from: one smooth field for all above the lips' opening and one
    # for all below, so that the lips' edges stay sharp
    above, source = _maps(lips, moved, box)
    reach = 0.06 * lips.width + 2
    slit = (float(moved.upper.min()) - reach, float(moved.lower.max()) + reach)
    part = _within(_box(lips, (-lips.left_half - reach, lips.right_half + reach), slit), box)
    left, top, right, bottom = part[0] - x0, part[1] - y0, part[2] - x0, part[3] - y0
    if right <= left or bottom <= top:
        return
    s, t = _axes(lips, _range(part[0], part[2]), _range(part[1], part[3]))
    s = _before(lips, moved, s, t)
    at = lips.sample(s)
    upper, lower = moved.upper[at], moved.lower[at]
    own_upper, own_lower = lips.upper[at], lips.lower[at]
    source[:top] = above[:top]
    inner = np.s_[top:bottom, left:right]
    cv2.copyTo(above[inner], (t + t < upper + lower).astype(np.uint8), source[inner])

    # 2. the warp; cubic, so that skin stays sharp
    before, colours = luma.copy(), chroma.copy()
    _remap(before, source, cv2.INTER_CUBIC, luma)
    _remap(colours, source[::2, ::2] * np.float32(0.5), cv2.INTER_LINEAR, chroma)

    # 3. what is seen between the lips
    gap = float((moved.lower - moved.upper).max())
    if gap < 0.6:
        return
    inside = Inside(
        x=lips.across(s),
        below_upper=t - upper,
        above_lower=lower - t,
        below_seam=t - np.minimum(0.5 * (own_upper + own_lower), own_upper + 0.02 * lips.width),
        own_below=t - own_upper,
        own_above=own_lower - t,
        width=lips.width,
        gap=gap,
        own_gap=float((lips.lower - lips.upper).max()),
        shown=lips.shown,
        tongue=pose.tongue * pose.speaking,
        rounded=max(0.0, -pose.wide) * pose.speaking,
        bite=pose.bite * pose.speaking,
    )
    places = np.rint(points[[17, 205, 425, 14]] - [x0, y0]).astype(int)
    lip, other, skin, edge = (colour_at(before, colours, place) for place in places)
    half = np.s_[top // 2 : bottom // 2, left // 2 : right // 2]
    paint(
        luma[inner],
        chroma[half],
        before[inner],
        colours[half],
        inside,
        lip=0.5 * (lip + edge),
        skin=other if other[0] > skin[0] else skin,
    )


def _maps(lips: Lips, moved: Moved, box: Box) -> tuple[Floats, Floats]:
    """Which pixel of a box is shown at each of its pixels, (h, w, 2): above and below the lips."""
    x0, y0, x1, y1 = box
    step = 4 if lips.width < 130 else 8
    columns, rows = -(-(x1 - x0) // step) + 2, -(-(y1 - y0) // step) + 2
    grid_x = (np.arange(-1, columns - 1, dtype=np.float32) + 0.5) * step - 0.5
    grid_y = (np.arange(-1, rows - 1, dtype=np.float32) + 0.5) * step - 0.5
    s, t = _axes(lips, grid_x + x0, grid_y + y0)
    edge = _fade(columns) * _fade(rows)[:, None]
    maps = []
    for ds, dt in _fields(lips, moved, s, t):
        dx = (ds * lips.right[0] + dt * lips.down[0]) * edge + grid_x
        dy = (ds * lips.right[1] + dt * lips.down[1]) * edge + grid_y[:, None]
        fine = cv2.resize(np.dstack([dx, dy]), (columns * step, rows * step))
        maps.append(np.asarray(fine[step : step + y1 - y0, step : step + x1 - x0], np.float32))
    return maps[0], maps[1]


def _remap(source: Planes, maps: Floats, how: int, target: Planes) -> None:
    x, y = np.ascontiguousarray(maps[..., 0]), np.ascontiguousarray(maps[..., 1])
    target[:] = cv2.remap(source, x, y, how, borderMode=cv2.BORDER_REPLICATE)


def _range(start: int, stop: int) -> Floats:
    return np.arange(start, stop, dtype=np.float32)


def _box(lips: Lips, s: tuple[float, float], t: tuple[float, float]) -> Box:
    """The part of the frame between two s and two t: x0, y0, x1, y1."""
    ends = np.array([(a, b) for a in s for b in t])
    corners = lips.centre + ends @ np.stack([lips.right, lips.down])
    (x0, y0), (x1, y1) = np.floor(corners.min(0)), np.ceil(corners.max(0))
    return int(x0), int(y0), int(x1), int(y1)


def _within(box: Box, whole: Box) -> Box:
    """The box cut to another, its sides on even pixels, where chroma has pixels of its own."""
    x0, y0 = max(box[0], whole[0]) // 2 * 2, max(box[1], whole[1]) // 2 * 2
    return x0, y0, min(box[2] + 1, whole[2]) // 2 * 2, min(box[3] + 1, whole[3]) // 2 * 2


def _axes(lips: Lips, x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """s and t (len(y), len(x)) of the crossings of columns x and rows y of the frame."""
    x, y = x - lips.centre[0], (y - lips.centre[1])[:, None]
    return x * lips.right[0] + y * lips.right[1], x * lips.down[0] + y * lips.down[1]


def _fade(count: int) -> Floats:
    """0 at both ends of a row of nodes, 1 from its fourth node on."""
    edge = np.minimum(np.arange(count), np.arange(count)[::-1]).astype(np.float32)
    return np.asarray(_smooth(np.clip((edge - 1) / 3, 0, 1)), np.float32)


def _smooth(x: Floats) -> Floats:
    return x * x * (3 - 2 * x)


def _before(lips: Lips, moved: Moved, s: Floats, t: Floats) -> Floats:
    """The s from which corners drawn in or out brought what is now at s, t."""
    wide, tall = np.float32(0.72 * lips.width), np.float32(min(0.42 * lips.width, -0.7 * lips.nose))
    near = np.exp(-((s / wide) ** 2) - (t / tall) ** 2)
    return np.asarray(s / (1 + moved.squeeze * near), np.float32)


def _fields(
    lips: Lips, moved: Moved, s: Floats, t: Floats
) -> tuple[tuple[Floats, Floats], tuple[Floats, Floats]]:
    """Backward displacements (ds, dt) at places after the move: above and below the opening."""
    now, s = s, _before(lips, moved, s, t)
    width = lips.width
    side = 1 - _smooth(np.clip((np.abs(s) / width - 0.5) / 0.65, 0, 1))

    def jaw(at: Floats) -> Floats:
        onset = _smooth(np.clip((at / lips.chin - 0.1) / 0.7, 0, 1))
        end = 1 - _smooth(np.clip((at - moved.jaw - lips.chin) / (0.5 * width), 0, 1))
        return np.asarray(moved.jaw * side * onset * end, np.float32)

    jaws = jaw(t)
    lower, low = lips.along(moved.lower, s), lips.along(moved.low, s)
    away = np.maximum(t - lower, 0) / (0.75 * lips.chin)
    below = jaws + (low - jaw(lower)) * (1 - _smooth(np.clip(away, 0, 1)))
    upper, up = lips.along(moved.upper, s), lips.along(moved.up, s)
    away = np.maximum(upper - t, 0) / (-0.95 * lips.nose)
    above = np.where(t < upper, 0, jaws) + up * (1 - _smooth(np.clip(away, 0, 1)))
    # round lips are fuller
    full = -0.7 * min(moved.squeeze, 0) * np.exp(-((s / (0.45 * width)) ** 2))
    above += np.minimum(t - upper, 0) * full * np.exp((t - upper) / (0.2 * width))
    below += np.maximum(t - lower, 0) * full * np.exp((lower - t) / (0.2 * width))
    squeezed = s - now
    return (
        (np.asarray(squeezed, np.float32), np.asarray(-above, np.float32)),
        (np.asarray(squeezed, np.float32), np.asarray(-below, np.float32)),
    )
