"""A model's frame rate into the film's, once: frames between frames, along the motion.

Where a frame of the film falls between two of the model's, both are warped to its moment along
dense optical flow (DIS: Kroeger et al., Fast Optical Flow using Dense Inverse Search, 2016) and
mixed by how near each is. Where the two flows do not undo each other (something is uncovered, or
nothing in one frame matches the other) the two frames are mixed as they are.
"""

import math
from collections.abc import Iterator
from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

__all__ = ["retimed"]

Picture = NDArray[np.uint8]
Flow = NDArray[np.float32]  # (H, W, 2): x and y in pixels

Number = TypeVar("Number", np.uint8, np.float32)

NEAR = 1e-6  # of a frame: moments nearer than this to a frame are that frame
DISAGREEMENT = 1.5  # pixels by which the flows may fail to undo each other


def retimed(
    frames: Iterator[Picture], *, model_fps: int, fps: int, num_frames: int
) -> Iterator[Picture]:
    """`num_frames` frames at `fps` from RGB frames (H, W, 3) at `model_fps`, streamed.

    The first frame is the first; `frames` must reach to the last moment (`native_length`).
    """
    before = after = next(frames)
    motion: tuple[Flow, Flow] | None = None
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


def _motion(before: Picture, after: Picture) -> tuple[Flow, Flow]:
    """The flow from `before` to `after` and back."""
    first, second = (cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY) for frame in (before, after))
    search = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)

    def flow(one: Picture, other: Picture) -> Flow:
        still = np.zeros((*one.shape, 2), np.float32)  # it is written into
        return np.asarray(search.calc(one, other, still), np.float32)

    return flow(np.asarray(first), np.asarray(second)), flow(np.asarray(second), np.asarray(first))


def _between(before: Picture, after: Picture, motion: tuple[Flow, Flow], share: float) -> Picture:
    """The frame `share` of the way from `before` to `after`."""
    forth, back = motion
    height, width = before.shape[:2]
    grid = np.stack(np.meshgrid(np.arange(width), np.arange(height)), -1).astype(np.float32)
    early = _taken(before, grid - share * forth, cv2.INTER_CUBIC)
    late = _taken(after, grid - (1.0 - share) * back, cv2.INTER_CUBIC)
    along = cv2.addWeighted(early, 1.0 - share, late, share, 0)
    plain = cv2.addWeighted(before, 1.0 - share, after, share, 0)
    undone = forth + _taken(back, grid + forth, cv2.INTER_LINEAR)
    apart = np.hypot(undone[..., 0], undone[..., 1])
    trust = np.clip(2.0 - apart / DISAGREEMENT, 0.0, 1.0).astype(np.float32)
    trust = cv2.GaussianBlur(trust, (0, 0), 2.0)[..., None]
    return np.asarray(np.rint(plain + trust * (along.astype(np.float32) - plain)), np.uint8)


def _taken(picture: NDArray[Number], places: Flow, interpolation: int) -> NDArray[Number]:
    x, y = np.ascontiguousarray(places[..., 0]), np.ascontiguousarray(places[..., 1])
    taken = cv2.remap(picture, x, y, interpolation, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(taken, picture.dtype)
