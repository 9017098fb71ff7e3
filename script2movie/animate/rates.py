"""A model's frame rate into the film's, once: frames between frames, along the motion.

Where a frame of the film falls between two of the model's, both are warped to its moment along
dense optical flow (DIS: Kroeger et al., Fast Optical Flow using Dense Inverse Search, 2016) and
mixed by how near each is. Where the two flows do not undo each other (something is uncovered, or
nothing in one frame matches the other) the two frames are mixed as they are.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

__all__ = ["retimed"]

Picture = NDArray[np.uint8]
Flow = NDArray[np.float32]  # (H, W, 2): x and y in pixels

Number = TypeVar("Number", np.uint8, np.float32)

NEAR = 1e-6  # of a frame: moments nearer than this to a frame are that frame
LARGE = 640 * 360  # pixels above which motion is found at half the size
DISAGREEMENT = 1.5  # pixels by which the flows may fail to undo each other


@dataclass(frozen=True)
class _Motion:
    """How two frames move into each other: `trust` (H, W) is 1 where the flows undo each other."""

    forth: Flow
    back: Flow
    trust: NDArray[np.float32]


def retimed(
    frames: Iterator[Picture], *, model_fps: int, fps: int, num_frames: int
) -> Iterator[Picture]:
    """`num_frames` frames at `fps` from RGB frames (H, W, 3) at `model_fps`, streamed.

    The first frame is the first; `frames` must reach to the last moment (`native_length`).
    """
    before = after = next(frames)
    motion: _Motion | None = None
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
            motion = motion or _motion(before, after)
            yield _between(before, after, motion, share)


def _motion(before: Picture, after: Picture) -> _Motion:
    """The motion between two frames; found at half the size where they are large."""
    height, width = before.shape[:2]
    scale = 2 if width * height > LARGE else 1
    small = (width // scale, height // scale)
    greys: list[NDArray[np.uint8]] = []
    for one in (before, after):
        reduced = cv2.resize(one, small, interpolation=cv2.INTER_AREA)
        greys.append(np.asarray(cv2.cvtColor(reduced, cv2.COLOR_RGB2GRAY), np.uint8))
    search = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)

    def flow(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> Flow:
        still = np.zeros((*one.shape, 2), np.float32)  # it is written into
        return np.asarray(search.calc(one, other, still), np.float32)

    forth, back = flow(greys[0], greys[1]), flow(greys[1], greys[0])
    undone = forth + _moved(back, forth, 1.0, cv2.INTER_LINEAR)
    apart = scale * np.hypot(undone[..., 0], undone[..., 1])
    trust = np.clip(2.0 - apart / DISAGREEMENT, 0.0, 1.0).astype(np.float32)
    trust = np.asarray(cv2.GaussianBlur(trust, (0, 0), 2.0 / scale), np.float32)
    if scale == 1:
        return _Motion(forth, back, trust)
    forth *= scale
    back *= scale
    forth, back, trust = (
        np.asarray(cv2.resize(one, (width, height)), np.float32) for one in (forth, back, trust)
    )
    return _Motion(forth, back, trust)


def _between(before: Picture, after: Picture, motion: _Motion, share: float) -> Picture:
    """The frame `share` of the way from `before` to `after`."""
    early = _moved(before, motion.forth, -share, cv2.INTER_CUBIC)
    late = _moved(after, motion.back, share - 1.0, cv2.INTER_CUBIC)
    along = cv2.addWeighted(early, 1.0 - share, late, share, 0)
    plain = cv2.addWeighted(before, 1.0 - share, after, share, 0)
    return np.asarray(cv2.blendLinear(along, plain, motion.trust, 1.0 - motion.trust), np.uint8)


def _moved(picture: NDArray[Number], flow: Flow, share: float, how: int) -> NDArray[Number]:
    """A picture of which every pixel shows what lies `share` of its flow away."""
    moved = cv2.remap(
        picture,
        np.multiply(flow, share),
        np.empty(0, np.float32),  # x and y are together in the first map
        how | cv2.WARP_RELATIVE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return np.asarray(moved, picture.dtype)
