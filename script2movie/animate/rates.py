"""A model's frame rate into the film's, once: frames between frames, along the motion.

Where a frame of the film falls between two of the model's, both are warped to its moment along
dense optical flow (DIS: Kroeger et al., Fast Optical Flow using Dense Inverse Search, 2016) and
mixed by how near each is. Where the two flows do not undo each other (something is uncovered, or
nothing in one frame matches the other) the two frames are mixed as they are.

Knows NV12 frames: the motion is found in their luma, and chroma has a quarter of its pixels.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from script2movie.media import nv12

__all__ = ["retimed"]

Picture = NDArray[np.uint8]
Flow = NDArray[np.float32]  # (H, W, 2): x and y in pixels

Number = TypeVar("Number", np.uint8, np.float32)

NEAR = 1e-6  # of a frame: moments nearer than this to a frame are that frame
ENOUGH = 640 * 360  # pixels about which motion is found in larger frames
DISAGREEMENT = 1.5  # pixels of the frame by which the flows may fail to undo each other


@dataclass(frozen=True)
class _Motion:
    """How two planes (H, W) move into each other: `trust` is 1 where the flows undo each other."""

    forth: Flow
    back: Flow
    trust: NDArray[np.float32]

    def sized(self, width: int, height: int) -> "_Motion":
        """The same motion of larger or smaller planes."""
        scale = width / self.trust.shape[1]
        forth, back, trust = (
            np.asarray(cv2.resize(one, (width, height)), np.float32)
            for one in (self.forth, self.back, self.trust)
        )
        forth *= scale
        back *= scale
        return _Motion(forth, back, trust)


def retimed(
    frames: Iterator[Picture], *, model_fps: int, fps: int, num_frames: int
) -> Iterator[Picture]:
    """`num_frames` frames at `fps` from NV12 frames (H * 3 / 2, W) at `model_fps`, streamed.

    The first frame is the first; `frames` must reach to the last moment (`native_length`).
    """
    before = after = next(frames)
    motion: tuple[_Motion, _Motion] | None = None
    reached = 0  # the number of `after` among the model's frames
    for number in range(num_frames):
        moment = number * model_fps / fps
        while reached < math.ceil(moment - NEAR):
            before, after, motion = after, next(frames), None
            reached += 1
        share = 1.0 - (reached - moment)
        if share > 1.0 - NEAR:
            yield after
        else:
            motion = motion or _motions(before, after)
            yield _between(before, after, motion, share)


def _motions(before: Picture, after: Picture) -> tuple[_Motion, _Motion]:
    """The motion between two frames, of their luma and of their chroma."""
    lumas = [nv12.planes(frame)[0] for frame in (before, after)]
    height, width = lumas[0].shape
    scale = max(1, round(math.sqrt(width * height / ENOUGH)))
    small = (width // scale, height // scale)
    one, other = (
        np.asarray(cv2.resize(luma, small, interpolation=cv2.INTER_AREA), np.uint8)
        for luma in lumas
    )
    search = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    search.setPatchStride(4)  # for 3, and the steps for 25: as near to the truth, less work
    search.setGradientDescentIterations(5)

    def flow(start: Picture, end: Picture) -> Flow:
        still = np.zeros((*start.shape, 2), np.float32)  # it is written into
        return np.asarray(search.calc(start, end, still), np.float32)

    forth, back = flow(one, other), flow(other, one)
    undone = forth + _moved(back, forth, 1.0, cv2.INTER_LINEAR)
    apart = scale * np.hypot(undone[..., 0], undone[..., 1])
    trust = np.clip(2.0 - apart / DISAGREEMENT, 0.0, 1.0).astype(np.float32)
    trust = np.asarray(cv2.GaussianBlur(trust, (0, 0), 2.0 / scale), np.float32)
    motion = _Motion(forth, back, trust)
    return motion.sized(width, height), motion.sized(width // 2, height // 2)


def _between(
    before: Picture, after: Picture, motions: tuple[_Motion, _Motion], share: float
) -> Picture:
    """The frame `share` of the way from `before` to `after`."""
    between = nv12.mix(before, after, share)
    ways = (cv2.INTER_CUBIC, cv2.INTER_LINEAR)
    planes = (nv12.planes(frame) for frame in (before, after, between))
    for early, late, plain, motion, how in zip(*planes, motions, ways, strict=True):
        warped = (
            _moved(early, motion.forth, -share, how),
            _moved(late, motion.back, share - 1.0, how),
        )
        along = cv2.addWeighted(warped[0], 1.0 - share, warped[1], share, 0)
        plain[:] = cv2.blendLinear(along, plain, motion.trust, 1.0 - motion.trust)
    return between


def _moved(plane: NDArray[Number], flow: Flow, share: float, how: int) -> NDArray[Number]:
    """A plane of which every pixel shows what lies `share` of its flow away."""
    moved = cv2.remap(
        plane,
        np.multiply(flow, share),
        np.empty(0, np.float32),  # x and y are together in the first map
        how | cv2.WARP_RELATIVE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return np.asarray(moved, plane.dtype)
