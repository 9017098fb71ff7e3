"""A person's cut-out as a living layer of the frame: bent, turned, breathing, then laid over.

Everything that does not change in a shot is done once. A frame is then one warp of a packed
picture (Y, U, V and transparency) straight from the cut-out to the screen, and a blend in NV12.
Knows pictures and curves; nothing of who speaks.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from script2movie.animate.acting import Acting
from script2movie.animate.backdrop import nodes, spread
from script2movie.animate.camera import Lens, Pose, plane
from script2movie.animate.face import Eye, Features, eyes, sampled, turn_fields
from script2movie.animate.grade import GREY, Look, toned, yuv
from script2movie.stages import FaceTrack, PersonLayer

__all__ = ["Person", "over", "packed"]

STEP = 8  # pixels between the nodes of a warp
BAND = 128  # rows that are warped together, as wide as the person is there
CUT = 40  # opacity of an edge row from which a body counts as cut off there
PAD = 32  # pixels by which a body goes on past an edge where it is cut off, outside the frame
SLIVER = 6  # of them that a move of the camera may show

Planes = NDArray[np.uint8]
Maps = NDArray[np.float32]
Floats = NDArray[np.floating]
Matrix = NDArray[np.float64]  # (3, 3)


@dataclass(frozen=True)
class Screen:
    """A part of the frame: left, top, right and bottom in pixels, all multiples of 2."""

    x0: int
    y0: int
    x1: int
    y1: int


class Person:
    """One layer, ready to be drawn in any pose."""

    def __init__(self, layer: PersonLayer, look: Look, lens: Lens, gain: Maps) -> None:
        """`gain` (height, width) is the vignette."""
        self.layer, self.lens = layer, lens
        alpha = layer.picture[..., 3]
        self.cuts = _cuts(layer, lens)
        top, bottom, left, right = (PAD if cut else 0 for cut in self.cuts)
        pads, margin = ((top, bottom), (left, right)), np.array([left, top, 0], np.float32)
        self.origin = np.array(layer.origin, np.float64) - margin[:2]
        whole = packed(layer.picture, layer.origin, look, gain)
        self.packed = np.pad(whole, (*pads, (0, 0)), "edge")
        used = np.pad(alpha, pads, "edge") > 2
        self.height, self.width = used.shape
        self.landmarks = np.asarray(layer.landmarks + margin, np.float32)
        first = np.where(used.any(1), used.argmax(1), self.width)
        last = np.where(used.any(1), self.width - used[:, ::-1].argmax(1), 0)
        self.extent = np.stack([first, last], 1)  # (h, 2) columns that are not clear
        self.seen = layer.seen and len(layer.landmarks) > 0
        self.size = 0.45 * self.width
        self.eyes: list[Eye] = []
        if self.seen:
            self.features = Features.of(self.landmarks)
            self.size = self.features.size
            half = 0.95 * self.size
            self.corner = np.floor((self.features.centre - half) / STEP) * STEP
            count = int(2 * half / STEP) + 2
            self.fields = turn_fields(self.landmarks, layer.yaw, self.corner, count, STEP)
            self.eyes = eyes(self.landmarks)
        self.slack = 0.12 * self.size + 6  # pixels that acting may move an outline
        self.held: tuple[Pose, list[Screen]] | None = None  # the bands of the last pose

    def holds(self, pose: Pose) -> bool:
        """Whether no edge where the body is cut off comes into the frame."""
        right, bottom = self.lens.width - 1.0, self.lens.height - 1.0
        there = plane(pose, self.lens, self.layer.distance)
        x, y = self._rest(there, np.array([0, right, 0, right]), np.array([0, 0, bottom, bottom]))
        top, low, left, far = self.cuts
        return not (
            (top and y[:2].min() < PAD - SLIVER)
            or (low and y[2:].max() > self.height - 1 - PAD + SLIVER)
            or (left and x[[0, 2]].min() < PAD - SLIVER)
            or (far and x[[1, 3]].max() > self.width - 1 - PAD + SLIVER)
        )

    def draw(self, pose: Pose, acting: Acting, frame: int, nv12: Planes) -> FaceTrack | None:
        """Lays the person over a frame; where their face's points came to lie, if it is seen."""
        height = self.lens.height
        luma, chroma = nv12[:height], nv12[height:].reshape(height // 2, -1, 2)
        there = plane(pose, self.lens, self.layer.distance)
        back = np.asarray(np.linalg.inv(there), np.float64)
        if self.held is None or self.held[0] != pose:
            self.held = (pose, self._bands(there, back))
        bands = self.held[1]
        if not bands:
            return None
        left, right = min(band.x0 for band in bands), max(band.x1 for band in bands)
        box = Screen(left, bands[0].y0, right, bands[-1].y1)
        x, y = self._bent(there, acting, frame, box)
        track = self._track(back, box, x, y) if self.seen else None
        shape = (box.y1 - box.y0, box.x1 - box.x0)
        fine = [spread(m, STEP, *shape) for m in (x, y)]
        if self.seen and self.eyes and track is not None:
            self._move_eyes(acting, frame, box, fine, track)
        for band in bands:
            inside = np.s_[band.y0 - box.y0 : band.y1 - box.y0, band.x0 - box.x0 : band.x1 - box.x0]
            patch = cv2.remap(
                self.packed,
                fine[0][inside],
                fine[1][inside],
                cv2.INTER_LINEAR,
                borderMode=cv2.BORDER_CONSTANT,
                borderValue=(0, 0, 0, 255),
            )
            over(
                np.asarray(patch, np.uint8),
                luma[band.y0 : band.y1, band.x0 : band.x1],
                chroma[band.y0 // 2 : band.y1 // 2, band.x0 // 2 : band.x1 // 2],
            )
        return track

    def _rest(self, there: Matrix, x: Floats, y: Floats) -> tuple[Maps, Maps]:
        """Pixels of the frame to pixels of the cut-out at rest."""
        u, v, w = (row[0] * x + row[1] * y + row[2] for row in there)
        u, v = u / w - self.origin[0], v / w - self.origin[1]
        return np.asarray(u, np.float32), np.asarray(v, np.float32)

    def _shown(self, back: Matrix, points: Floats) -> NDArray[np.float64]:
        """Pixels of the cut-out at rest (N, 2) to pixels of the frame."""
        flat = np.column_stack([points + self.origin, np.ones(len(points))]) @ back.T
        return np.asarray(flat[:, :2] / flat[:, 2:])

    def _bands(self, there: Matrix, back: Matrix) -> list[Screen]:
        """The parts of the frame that the person may touch, from top to bottom."""
        rows = np.flatnonzero(self.extent[:, 1] > self.extent[:, 0])
        if len(rows) == 0:
            return []
        ends = self._shown(back, np.array([[0.0, rows[0]], [0.0, rows[-1] + 1.0]]))[:, 1]
        top = max(0, int(ends[0] - self.slack)) // 16 * 16
        cut_off = rows[-1] == self.height - 1
        low = self.lens.height if cut_off else min(self.lens.height, int(ends[1] + self.slack + 2))
        low = low // 2 * 2
        edges = np.array([*range(top, low, BAND), low])
        if len(edges) < 2:
            return []
        _, y = self._rest(there, np.full(len(edges), self.lens.width / 2), edges)
        first = np.clip(y[:-1] - self.slack, 0, self.height - 1).astype(int)
        last = np.maximum(np.clip(y[1:] + self.slack, 0, self.height).astype(int), first + 1)
        pairs = list(zip(first, last, strict=True))
        left = np.array([self.extent[a:b, 0].min() for a, b in pairs], np.float64)
        right = np.array([self.extent[a:b, 1].max() for a, b in pairs], np.float64)
        sides = [
            self._shown(back, np.column_stack([side, height]))[:, 0]
            for side in (left, right)
            for height in (y[:-1], y[1:])
        ]
        x0 = np.maximum(np.minimum(*sides[:2]) - self.slack, 0).astype(int) // 16 * 16
        x1 = np.minimum(np.maximum(*sides[2:]) + self.slack + 16, self.lens.width).astype(int)
        x1 = x1 // 2 * 2
        return [
            Screen(int(x0[i]), int(edges[i]), int(x1[i]), int(edges[i + 1]))
            for i in range(len(pairs))
            if left[i] < right[i] and x0[i] < x1[i]
        ]

    def _bent(self, there: Matrix, acting: Acting, i: int, box: Screen) -> tuple[Maps, Maps]:
        """At every node of the box: which pixel of the cut-out is shown there."""
        x, y = np.meshgrid(nodes(box.x0, box.x1, STEP), nodes(box.y0, box.y1, STEP))
        px, py = self._rest(there, x, y)
        size = np.float32(self.size)
        standing = np.clip((self.height - py) / (3 * size), 0, 3)  # 0 where the cut-out ends
        px -= np.float32(acting.sway[i] * 3) * size * standing
        if not self.seen:
            return px, py - np.float32(0.01 * acting.breath[i]) * size * np.minimum(standing, 1)
        features = self.features
        neck_x, neck_y = features.chin + 0.25 * size * features.down
        head = np.clip((neck_y + 0.45 * size - py) / (0.65 * size), 0, 1)
        head *= head * (3 - 2 * head)
        breath = np.float32(acting.breath[i])
        px -= (1 - head) * (px - neck_x) * np.float32(0.004) * breath * np.minimum(standing, 1)
        py += np.float32(0.009) * breath * size * np.minimum(standing, 1) * (1 - 0.45 * head)
        roll = np.float32(acting.roll[i])
        across, down = (np.float32(c[i]) * size for c in (acting.across, acting.down))
        qx = px - head * (across - roll * (py - neck_y))
        qy = py - head * (down + roll * (px - neck_x))
        amounts = (1.0, acting.yaw[i], acting.pitch[i], acting.brow[i])
        field = sum(np.float32(a) * f for a, f in zip(amounts, self.fields, strict=True))
        moved = sampled(
            np.asarray(field, np.float32),
            np.asarray((qx - self.corner[0]) / STEP, np.float32),
            np.asarray((qy - self.corner[1]) / STEP, np.float32),
        )
        return np.asarray(qx + moved[..., 0], np.float32), np.asarray(
            qy + moved[..., 1], np.float32
        )

    def _track(self, back: Matrix, box: Screen, x: Maps, y: Maps) -> FaceTrack:
        """Where the mesh is on the screen: the warp, turned round by a few steps of Newton's."""
        wanted = self.landmarks[:, :2].astype(np.float64)
        places = self._shown(back, wanted)
        grow = places[[10, 152]].astype(np.float64)
        scale = np.linalg.norm(grow[1] - grow[0]) / np.linalg.norm(wanted[152] - wanted[10])
        both = np.dstack([x, y])
        for _ in range(4):
            at = sampled_at(both, places - [box.x0, box.y0])
            places = places + scale * (wanted - at)
        return FaceTrack(self.layer.character, places.astype(np.float32))

    def _move_eyes(
        self, acting: Acting, i: int, box: Screen, fine: list[Maps], track: FaceTrack
    ) -> None:
        """Lids and gaze, at full resolution, into the maps in place."""
        if acting.lid[i] < 0.02 and abs(acting.gaze[i]) < 0.05:
            return
        for eye in self.eyes:
            shown = track.points[list(eye.corners)].mean(0)
            reach = np.array([eye.x1 - eye.x0, eye.y1 - eye.y0]) * 0.62
            x0, y0 = np.maximum(shown - reach - [box.x0, box.y0], 0).astype(int)
            x1, y1 = np.maximum(shown + reach - [box.x0, box.y0], 0).astype(int)
            mx, my = fine[0][y0:y1, x0:x1], fine[1][y0:y1, x0:x1]
            if mx.size == 0:
                continue
            moved = sampled(
                eye.offsets(float(acting.lid[i]), float(acting.gaze[i])),
                mx - np.float32(eye.x0),
                my - np.float32(eye.y0),
            )
            mx += moved[..., 0]
            my += moved[..., 1]


def _cuts(layer: PersonLayer, lens: Lens) -> tuple[bool, bool, bool, bool]:
    """Whether the body is cut off at the top, bottom, left and right, outside the frame."""
    alpha = layer.picture[..., 3]
    height, width = alpha.shape
    inner = slice(height // 10, height - height // 10)
    x, y = layer.origin
    return (
        bool(alpha[0].max() > CUT and y <= 0),
        bool(alpha[-1].max() > CUT and y + height >= lens.height - 1),
        bool(alpha[inner, 0].max() > CUT and x <= 0),
        bool(alpha[inner, -1].max() > CUT and x + width >= lens.width - 1),
    )


def sampled_at(nodes_xy: Maps, places: NDArray[np.floating]) -> NDArray[np.float64]:
    """A warp's nodes (h, w, 2) read at places (N, 2), in pixels from its box's corner."""
    at = ((places + 0.5) / STEP + 0.5).astype(np.float32)  # one node lies outside the box
    read = cv2.remap(
        nodes_xy, at[None, :, 0], at[None, :, 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(read[0], np.float64)


def packed(picture: Planes, origin: tuple[float, float], look: Look, gain: Maps) -> Planes:
    """(h, w, 4): Y, U and V times alpha, and 255 - alpha; toned, and lit by the frame's gain."""
    rgb = np.ascontiguousarray(picture[..., :3])
    planes = yuv(toned(rgb, look), look).astype(np.float32)
    height, width = rgb.shape[:2]
    shift = np.array([[1, 0, origin[0]], [0, 1, origin[1]]], np.float64)
    there = cv2.warpAffine(
        gain,
        shift,
        (width, height),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    light = np.asarray(there, np.float32)[..., None]
    planes[..., :1] *= light
    planes[..., 1:] = (planes[..., 1:] - GREY) * light + GREY
    alpha = picture[..., 3:].astype(np.float32)
    whole = np.dstack([planes * (alpha / 255), 255 - alpha])
    return np.asarray(np.clip(np.rint(whole), 0, 255), np.uint8)


def over(patch: Planes, luma: Planes, chroma: Planes) -> None:
    """A packed patch (h, w, 4) over luma (h, w) and chroma (h/2, w/2, 2), in place."""
    y, u, v, clear = cv2.split(patch)
    half = (chroma.shape[1], chroma.shape[0])
    u, v, thin = (cv2.resize(p, half, interpolation=cv2.INTER_AREA) for p in (u, v, clear))
    cv2.multiply(luma, clear, dst=luma, scale=1 / 255)
    cv2.add(luma, y, dst=luma)
    cv2.multiply(chroma, cv2.merge([thin, thin]), dst=chroma, scale=1 / 255)
    cv2.add(chroma, cv2.merge([u, v]), dst=chroma)
