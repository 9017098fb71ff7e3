"""Rendered plates: a set-up with depth, and seats in it for people whose lower half it hides.

Knows plates, depth and figures; knows nothing of how a person is lit. A seat is a spot of the
plate with somebody in it; the set's table or counter before it becomes the foreground.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import cv2
import numpy as np

from script2movie.movie import Appearance, ShotSize
from script2movie.stages import Backdrop
from script2movie.storyboard.figures import Figure
from script2movie.storyboard.framing import Stand, facing_way, order_across
from script2movie.storyboard.pixels import Bytes, Floats, blur, floats, smoothstep, to_bytes
from script2movie.storyboard.sets import Plate, Spot

__all__ = ["PlateView", "foreground", "plate_view", "seated", "suits", "with_depth"]

MARGIN = 0.035  # of the frame on each side: a plate is framed as its maker framed it
SHARES = {  # of the frame's height that a face at a spot may take
    ShotSize.MEDIUM: (0.17, 0.35),
    ShotSize.FULL: (0.03, 0.26),
    ShotSize.WIDE: (0.03, 0.26),
}
WANTED = {ShotSize.MEDIUM: 0.23, ShotSize.FULL: 0.115, ShotSize.WIDE: 0.085}
GROWN, LOWERED = 1.2, 0.35  # how much larger and, in face heights, lower a short portrait sits
SHARED_DEPTH = 0.9  # metres: people farther apart would need a foreground each


@dataclass(frozen=True)
class PlateView:
    """A plate cut to a frame and its margin.

    picture  (H, W, 3) at `scale` pixels for one of the frame
    depth    (h, w) metres over the same cut
    focal    in the picture's pixels
    zoom     frame pixels for the whole plate's height
    """

    picture: Bytes
    depth: Floats | None
    focal: float
    scale: float
    zoom: float
    size: tuple[int, int]

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Where a share of the plate's width and height is in the frame."""
        width, height = self.size
        return width / 2 + (x - 0.5) * self.zoom * 16 / 9, height / 2 + (y - 0.5) * self.zoom

    def depth_in_frame(self) -> Floats | None:
        """(height, width) metres of the frame at rest."""
        if self.depth is None:
            return None
        (width, height), (h, w) = self.size, self.depth.shape
        step = (w - 1) / max(1, self.picture.shape[1] - 1) * self.scale
        back = np.array(
            [
                [step, 0, (w - 1) / 2 - step * (width - 1) / 2],
                [0, step, (h - 1) / 2 - step * (height - 1) / 2],
            ]
        )
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        return floats(
            cv2.warpAffine(
                self.depth, back, (width, height), flags=flags, borderMode=cv2.BORDER_REPLICATE
            )
        )


def plate_view(
    plate: Plate, picture: Bytes, depth: Floats | None, width: int, height: int
) -> PlateView:
    """Cuts a plate to the frame's shape and margin."""
    rows, columns = picture.shape[:2]
    wide, high = width * (1 + 2 * MARGIN), height * (1 + 2 * MARGIN)
    grow = max(wide / columns, high / rows)  # frame pixels for one of the plate's
    cut_w, cut_h = min(columns, round(wide / grow)), min(rows, round(high / grow))
    x, y = (columns - cut_w) // 2, (rows - cut_h) // 2
    cut = picture[y : y + cut_h, x : x + cut_w]
    focal = columns / 2 / np.tan(np.radians(plate.hfov) / 2)
    scale = 1 / grow
    if scale > 1.25:  # more pixels than the frame can show
        small = (round(wide), round(high))
        cut = np.asarray(cv2.resize(cut, small, interpolation=cv2.INTER_AREA), np.uint8)
        focal, scale = focal * grow, small[0] / wide
    part = None
    if depth is not None:
        ky, kx = depth.shape[0] / rows, depth.shape[1] / columns
        y0, x0 = round(y * ky), round(x * kx)
        part = np.ascontiguousarray(depth[y0 : y0 + round(cut_h * ky), x0 : x0 + round(cut_w * kx)])
    return PlateView(
        np.ascontiguousarray(cut), part, float(focal), scale, rows * grow, (width, height)
    )


def seated(
    view: PlateView,
    spots: Sequence[Spot],
    figures: Sequence[Figure],
    widths: Sequence[int],
    appearances: Sequence[Appearance],
    size: ShotSize,
) -> tuple[Stand, ...] | None:
    """Everybody at a spot of the plate, farthest first; None where the plate has no such spots."""
    order = order_across(appearances)
    best: tuple[float, tuple[Stand, ...]] | None = None
    width, height = view.size
    least, most = SHARES[size]
    for chosen in combinations(sorted(spots, key=lambda spot: spot.x), len(figures)):
        distances = [spot.distance for spot in chosen]
        if max(distances) - min(distances) > SHARED_DEPTH:
            continue
        stands, cost = [], 0.0
        for spot, i in zip(chosen, order, strict=True):
            figure, mirror, yaw = facing_way(figures[i], widths[i], appearances[i].facing)
            x, y = view.at(spot.x, spot.face_y)
            share = spot.face_height * view.zoom / height
            length = (figure.body_bottom - figure.face[1]) / figure.face_height
            needed = 0.0 if spot.hidden_below is None else spot.faces_shown_below + 0.12
            grow = float(np.clip((needed - LOWERED) / length, 1.0, GROWN))
            lower = max(0.0, needed - grow * length)  # face heights
            fits = figure.whole if spot.hidden_below is None else lower <= LOWERED + 1e-6
            share *= grow
            y += lower * spot.face_height * view.zoom
            if not fits or not least < share < most or not 0.08 < x / width < 0.92:
                break
            scale = share * height / figure.face_height
            hidden = None if spot.hidden_below is None else view.at(0, spot.hidden_below)[1]
            stands.append(
                Stand(i, figure, scale, (x, y), spot.distance, mirror, yaw, hidden_below=hidden)
            )
            cost += abs(share - WANTED[size]) * 10 + abs(x / width - 0.5)
        else:
            gaps = np.diff([stand.face[0] for stand in stands])
            if all(gap > 1.6 * stands[0].face_height for gap in gaps):
                ordered = tuple(sorted(stands, key=lambda s: (-s.distance, s.number)))
                if best is None or cost < best[0]:
                    best = (cost, ordered)
    return None if best is None else best[1]


def foreground(view: PlateView, stands: Sequence[Stand], frame: Floats) -> Bytes | None:
    """What of the plate is before the people, as a frame-sized layer (H, W, 4)."""
    depth = view.depth_in_frame()
    if depth is None or not stands:
        return None
    nearest = min(stand.distance for stand in stands)
    before = (depth < nearest - 0.15).astype(np.float32)
    before = floats(cv2.erode(before, np.ones((3, 3), np.uint8)))
    alpha = smoothstep(blur(before, 0.8), 0.35, 0.9)
    if float(alpha.max()) < 0.5:
        return None
    return np.dstack([to_bytes(frame), to_bytes(floats(255 * alpha))])


def suits(layer: Bytes | None, stands: Sequence[Stand]) -> bool:
    """Whether the foreground covers every lower edge of a person and nobody's face."""
    for stand in stands:
        if layer is not None:
            (x, y), half = stand.face, 0.55 * stand.face_height
            face = layer[
                max(0, round(y - half)) : round(y + half),
                max(0, round(x - 0.7 * half)) : round(x + 0.7 * half),
                3,
            ]
            if face.size and float((face > 60).mean()) > 0.02:
                return False
        if stand.hidden_below is None:
            continue
        if layer is None:
            return False
        row = round(stand.lower_edge) - 1
        if row >= layer.shape[0]:
            continue
        half = 0.9 * stand.face_height
        x0, x1 = max(0, round(stand.face[0] - half)), round(stand.face[0] + half)
        if float((layer[row, x0:x1, 3] > 200).mean()) < 0.9:
            return False
    return True


def with_depth(view: PlateView, picture: Bytes) -> Backdrop:
    """The backdrop of a plate, `picture` being its graded pixels."""
    return Backdrop(picture=picture, focal=view.focal, depth=view.depth, scale=view.scale)
