"""Motion smoothness and dynamic degree by DIS optical flow (Kroeger et al. 2016).

VBench's formulas with another flow, so under names of their own: VBench makes the frames again
with AMT-S and looks for motion with RAFT.
"""

from collections.abc import Iterator
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from script2movie.moviebench.frames import ClipFault, Picture, open_clip, read_clip
from script2movie.moviebench.measures import Column, Features, Shown, mean_of
from script2movie.moviebench.metrics.dynamic_degree import (
    fastest_motion,
    moves,
    sampling_interval,
)
from script2movie.moviebench.metrics.smoothness import motion_smoothness

__all__ = ["DynamicDegree", "MotionSmoothness"]

ENCODER = "DIS flow, OpenCV's medium preset"


class MotionSmoothness:
    """Every second frame made again from its neighbours, each warped half way."""

    additive = True
    fingerprint = "motion smoothness (DIS flow) 1"

    def __init__(self) -> None:
        self.columns = (
            Column(
                "motion smoothness (DIS flow)",
                "paper",
                "higher",
                ENCODER,
                "all",
                "%",
                ratio=mean_of(0, 1, 100),
            ),
        )

    def key(self, shown: Shown) -> tuple[object, ...]:
        return (shown.path,)

    def features(self, shown: Shown) -> Features | None:
        if shown.kind == "keyframes":
            return None
        score = motion_smoothness(self._pairs(shown))
        if score is None:
            raise ClipFault(f"{shown.path} has fewer than 3 frames, too few to leave one out")
        return {"sums": np.array([score, 1.0])}

    def _pairs(self, shown: Shown) -> Iterator[tuple[Picture, Picture]]:
        """Each second frame and its remake, three frames in memory."""
        flow = _flow()
        kept: list[Picture] = []
        for frame in read_clip(shown.path):
            kept.append(frame)
            if len(kept) == 3:
                before, middle, after = kept
                yield middle, _between(before, after, flow)
                kept = [after]


class DynamicDegree:
    """The share of clips that move."""

    additive = True
    fingerprint = "dynamic degree (DIS flow) 1"

    def __init__(self) -> None:
        self.columns = (
            Column(
                "dynamic degree (DIS flow)",
                "paper",
                "higher",
                ENCODER,
                "about 8 a second",
                "%",
                ratio=mean_of(0, 1, 100),
            ),
        )

    def key(self, shown: Shown) -> tuple[object, ...]:
        return (shown.path,)

    def features(self, shown: Shown) -> Features | None:
        if shown.kind == "keyframes":
            return None
        clip = open_clip(shown.path)
        step, flow = sampling_interval(clip.fps), _flow()
        motions, before = list[float](), None
        for number, frame in enumerate(read_clip(shown.path)):
            if number % step:
                continue
            grey = cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY)
            if before is not None:
                motions.append(fastest_motion(flow.calc(before, grey, None)))
            before = grey
        moving = moves(motions, min(clip.width, clip.height))
        return {"sums": np.array([float(moving), 1.0])}


def _flow() -> Any:
    return cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)


def _between(before: Picture, after: Picture, flow: Any) -> Picture:
    """The frame half way: both neighbours moved towards each other and averaged."""
    grey = [cv2.cvtColor(one, cv2.COLOR_RGB2GRAY) for one in (before, after)]
    forth = flow.calc(grey[0], grey[1], None)
    height, width = grey[0].shape
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))

    def moved(picture: Picture, share: float) -> NDArray[np.float32]:
        across, down = x + share * forth[..., 0], y + share * forth[..., 1]
        warped = cv2.remap(picture, across, down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        return np.asarray(warped, np.float32)

    return np.asarray(np.rint((moved(before, -0.5) + moved(after, 0.5)) / 2), np.uint8)
