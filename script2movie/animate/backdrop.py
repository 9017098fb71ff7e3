"""The place behind the people as a camera sees it: a turned view, or a plate with parallax.

Knows planes and depth; nothing of people, speech or moves.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from script2movie.animate.camera import Lens, Pose, plane
from script2movie.animate.grade import GREY, Look, toned, yuv
from script2movie.media.nv12 import planes
from script2movie.stages import Backdrop

__all__ = ["GRID", "Place", "nodes"]

GRID = 16  # pixels between the nodes at which a warp is worked out
MOST_BENT = 0.14  # pixels aside for a pixel along: how far parallax may lean a straight line
TRAVEL = 0.3  # metres that a camera shall be free to travel; depth is flattened to allow it
SOFT = 0.9  # mean luma step lost by halving: below it a backdrop is kept at half size


def nodes(start: int, stop: int, step: int) -> NDArray[np.float32]:
    """Where the nodes lie that `cv2.resize` by `step` turns into pixels `start` to `stop`.

    One node more on each side, so that the edge pixels lie between nodes too.
    """
    count = -(-(stop - start) // step)
    middles = np.arange(-1, count + 1, dtype=np.float32) * step + step / 2 - 0.5
    return np.asarray(middles + start, np.float32)


def spread(coarse: NDArray[np.float32], step: int, height: int, width: int) -> NDArray[np.float32]:
    """Values at nodes to values at pixels (height, width)."""
    rows, columns = coarse.shape
    fine = cv2.resize(coarse, (columns * step, rows * step), interpolation=cv2.INTER_LINEAR)
    return np.asarray(fine[step : step + height, step : step + width])


class Place:
    """A backdrop ready to be seen from any pose within its margin."""

    def __init__(
        self,
        backdrop: Backdrop,
        look: Look,
        gain: NDArray[np.float32],
        lens: Lens,
        distance: float,
    ) -> None:
        """`gain` (height, width) is the vignette; `distance` counts where there is no depth."""
        self.lens = lens
        self.distance = distance
        height, width = backdrop.picture.shape[:2]
        planes = yuv(toned(backdrop.picture, look), look)  # (h, w, 3)
        self.soft = backdrop.scale <= 0.6
        self.scale = backdrop.scale
        self.size = (height, width)
        small, self.small_scale = planes, backdrop.scale
        if not self.soft:
            half = (width // 2, height // 2)
            even = planes[: half[1] * 2, : half[0] * 2]
            small = np.asarray(cv2.resize(even, half, interpolation=cv2.INTER_AREA), np.uint8)
            self.small_scale = backdrop.scale / 2
            self.luma = np.ascontiguousarray(planes[..., 0])
            enlarged = cv2.resize(small[..., 0], (half[0] * 2, half[1] * 2))
            lost = cv2.absdiff(self.luma[: half[1] * 2, : half[0] * 2], enlarged)
            self.soft = float(lost.mean()) < SOFT
        # four channels, because OpenCV warps two much slower
        self.small = np.ascontiguousarray(small[..., [0, 1, 2, 2]])
        small_gain = cv2.resize(gain, (lens.width // 2, lens.height // 2))
        self.gain = np.rint(gain * 255).astype(np.uint8)
        self.small_gain = np.rint(small_gain * 255).astype(np.uint8)
        chroma = np.dstack([small_gain, small_gain])
        self.chroma_gain = np.rint(chroma * 255).astype(np.uint8)
        self.chroma_lift = np.rint((1 - chroma) * GREY).astype(np.uint8)
        self.near: NDArray[np.float32] | None = None
        self.bent = 0.0  # by how much a line leans where depth changes, a metre travelled
        if backdrop.depth is not None:
            near = _nearness(backdrop.depth, width, height)
            steepest = max(float(np.abs(np.diff(near, axis=axis)).max()) for axis in (0, 1))
            self.bent = steepest / GRID * lens.focal * backdrop.scale
            flat = min(1.0, MOST_BENT / (TRAVEL * max(self.bent, 1e-9)))
            self.near = np.asarray(np.median(near) + flat * (near - np.median(near)), np.float32)
            self.bent *= flat
        self.last: tuple[Pose, NDArray[np.uint8]] | None = None

    def holds(self, pose: Pose) -> bool:
        """Whether the frame lies inside the backdrop, and parallax bends nothing much."""
        corners = np.meshgrid([0, self.lens.width - 1.0], [0, self.lens.height - 1.0])
        corners = self.seen_from(pose, corners[0], corners[1])
        height, width = self.size
        inside = bool(
            corners[0].min() >= 0
            and corners[1].min() >= 0
            and corners[0].max() <= width - 1
            and corners[1].max() <= height - 1
        )
        reach = float(np.hypot(pose.x, pose.y)) + abs(pose.z) * 0.6
        return inside and reach * self.bent < MOST_BENT

    def seen_from(
        self, pose: Pose, x: NDArray[np.floating], y: NDArray[np.floating]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Pixels of the frame to pixels of the backdrop."""
        if self.near is None:
            return self._plane(pose, x, y, 1 / self.distance)
        near: NDArray[np.floating] | float = 1 / self.distance
        for _ in range(4):
            u, v = self._plane(pose, x, y, near)
            near = np.asarray(
                cv2.remap(
                    self.near,
                    ((u + 0.5) / GRID - 0.5).astype(np.float32),
                    ((v + 0.5) / GRID - 0.5).astype(np.float32),
                    cv2.INTER_LINEAR,
                    borderMode=cv2.BORDER_REPLICATE,
                ),
                np.float32,
            )
        return self._plane(pose, x, y, near)

    def _plane(
        self,
        pose: Pose,
        x: NDArray[np.floating],
        y: NDArray[np.floating],
        near: NDArray[np.floating] | float,
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        turned = plane(Pose(pose.pan, pose.tilt, pose.roll, pose.zoom), self.lens, np.inf)
        w = turned[2, 0] * x + turned[2, 1] * y + turned[2, 2]
        u = (turned[0, 0] * x + turned[0, 1] * y + turned[0, 2]) / w
        v = (turned[1, 0] * x + turned[1, 1] * y + turned[1, 2]) / w
        cx, cy = (self.lens.width - 1) / 2, (self.lens.height - 1) / 2
        u = cx + (u - cx) * (1 - pose.z * near) + self.lens.focal * pose.x * near
        v = cy + (v - cy) * (1 - pose.z * near) + self.lens.focal * pose.y * near
        height, width = self.size
        return (
            np.asarray((u - cx) * self.scale + (width - 1) / 2, np.float32),
            np.asarray((v - cy) * self.scale + (height - 1) / 2, np.float32),
        )

    def draw(self, pose: Pose, nv12: NDArray[np.uint8]) -> None:
        """The backdrop, vignetted, into a whole frame; a pose seen before is only copied."""
        if self.last is not None and self.last[0] == pose:
            np.copyto(nv12, self.last[1])
            return
        width, height = self.lens.width, self.lens.height
        luma, chroma = planes(nv12)
        small = self._warp(self.small, self.small_scale, pose, 2)
        if self.soft:
            thin = cv2.multiply(cv2.extractChannel(small, 0), self.small_gain, scale=1 / 255)
            cv2.resize(thin, (width, height), dst=luma, interpolation=cv2.INTER_LINEAR)
        else:
            cv2.multiply(
                self._warp(self.luma, self.scale, pose, 1), self.gain, dst=luma, scale=1 / 255
            )
        cv2.mixChannels([small], [chroma], [1, 0, 2, 1])
        cv2.multiply(chroma, self.chroma_gain, dst=chroma, scale=1 / 255)
        cv2.add(chroma, self.chroma_lift, dst=chroma)
        self.last = (pose, nv12.copy())

    def _warp(
        self, source: NDArray[np.uint8], scale: float, pose: Pose, step: int
    ) -> NDArray[np.uint8]:
        """The frame at 1/step of its size; `source` has `scale` pixels for one of the frame."""
        width, height = self.lens.width // step, self.lens.height // step
        rows, columns = source.shape[:2]
        cx, cy = (self.lens.width - 1) / 2, (self.lens.height - 1) / 2
        if self.near is None:
            grown = np.array([[step, 0, (step - 1) / 2], [0, step, (step - 1) / 2], [0, 0, 1.0]])
            placed = [[scale, 0, (columns - 1) / 2 - cx * scale]]
            placed += [[0, scale, (rows - 1) / 2 - cy * scale], [0, 0, 1.0]]
            matrix = np.array(placed) @ plane(pose, self.lens, self.distance) @ grown
            return np.asarray(
                cv2.warpPerspective(
                    source,
                    matrix,
                    (width, height),
                    flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
                    borderMode=cv2.BORDER_REPLICATE,
                )
            )
        x, y = np.meshgrid(nodes(0, self.lens.width, GRID), nodes(0, self.lens.height, GRID))
        u, v = self.seen_from(pose, x, y)
        ratio = scale / self.scale
        mx, my = (
            spread(np.asarray((m + 0.5) * ratio - 0.5, np.float32), GRID // step, height, width)
            for m in (u, v)
        )
        return np.asarray(
            cv2.remap(source, mx, my, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE),
            np.uint8,
        )


def _nearness(depth: NDArray[np.float32], width: int, height: int) -> NDArray[np.float32]:
    """1/depth at every node of a backdrop, smooth, and without holes in near things.

    What shows through a window or between the legs of a chair moves with them.
    """
    size = (-(-width // GRID), -(-height // GRID))
    near = cv2.resize(1 / np.maximum(depth, 0.3), size, interpolation=cv2.INTER_AREA)
    near = cv2.morphologyEx(near, cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8))
    near = cv2.dilate(near, np.ones((3, 3), np.uint8))
    return np.asarray(cv2.GaussianBlur(near, (0, 0), 2.5), np.float32)
