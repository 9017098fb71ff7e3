"""Motion smoothness and dynamic degree: VBench's formulas.

With VBench's encoders under the published names, and with DIS optical flow (Kroeger et al. 2016),
which needs no weights, under names of their own.
"""

from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from script2movie.moviebench.frames import Clip, ClipFault, Picture, open_clip, read_clip
from script2movie.moviebench.measures import Column, Features, Shown, mean_of
from script2movie.moviebench.metrics.dynamic_degree import (
    fastest_motion,
    moves,
    sampling_interval,
)
from script2movie.moviebench.metrics.smoothness import motion_smoothness
from script2movie.perception.published.amt import AmtInterpolator
from script2movie.perception.published.correlation import MIN_SIDE
from script2movie.perception.published.raft import RaftFlow
from script2movie.weights import published

__all__ = ["DisDynamicDegree", "DisMotionSmoothness", "DynamicDegree", "MotionSmoothness"]

ENCODER = "DIS flow, OpenCV's medium preset"
MAX_PIXELS = 1920 * 1088  # RAFT's correlations of two such frames are 5.6 GB, AMT-S's 11 GB


class _Motion:
    """What both have in common: a clip in, a sum out."""

    additive = True

    def __init__(self, name: str, encoder: str, frames: str, paper: str = "") -> None:
        self.columns = (
            Column(
                name,
                "paper",
                "higher",
                encoder,
                frames,
                "%",
                paper=paper,
                ratio=mean_of(0, 1, 100),
            ),
        )

    def key(self, shown: Shown) -> tuple[object, ...]:
        return (shown.path,)

    def features(self, shown: Shown) -> Features | None:
        if shown.kind == "keyframes":
            return None
        return {"sums": np.array([self._score(open_clip(shown.path)), 1.0])}

    def _score(self, clip: Clip) -> float:
        """What a clip adds. Raises ClipFault for one that it cannot be told of."""
        raise NotImplementedError


class _MotionSmoothness(_Motion):
    """Every second frame made again from its neighbours."""

    def __init__(self, name: str, encoder: str, paper: str = "") -> None:
        super().__init__(name, encoder, "all", paper)

    def _score(self, clip: Clip) -> float:
        score = motion_smoothness(self._pairs(clip))
        if score is None:
            raise ClipFault(f"{clip.path} has fewer than 3 frames, too few to leave one out")
        return score

    def _pairs(self, clip: Clip) -> Iterator[tuple[Picture, Picture]]:
        """Each second frame and its remake, three frames in memory."""
        kept: list[Picture] = []
        for frame in read_clip(clip.path):
            kept.append(frame)
            if len(kept) == 3:
                before, middle, after = kept
                yield middle, self._between(before, after)
                kept = [after]

    def _between(self, before: Picture, after: Picture) -> Picture:
        raise NotImplementedError


class MotionSmoothness(_MotionSmoothness):
    """By AMT-S, as VBench has it."""

    def __init__(self, given: Mapping[str, Path]) -> None:
        """Raises WeightsError."""
        super().__init__("motion smoothness", "AMT-S (not for commercial use)", "smoothness")
        self._path = published.find("amt-s", given)
        self._amt = AmtInterpolator(self._path)

    @cached_property
    def fingerprint(self) -> str:
        return f"motion smoothness 1 {published.digest(self._path)}"

    def _score(self, clip: Clip) -> float:
        _refuse(clip, "AMT-S")
        return super()._score(clip)

    def _between(self, before: Picture, after: Picture) -> Picture:
        return self._amt.between(before, after)


class DisMotionSmoothness(_MotionSmoothness):
    """By DIS flow: each neighbour warped half way."""

    fingerprint = "motion smoothness (DIS flow) 1"

    def __init__(self) -> None:
        super().__init__("motion smoothness (DIS flow)", ENCODER)

    def _between(self, before: Picture, after: Picture) -> Picture:
        return _between(before, after, _flow())


class _DynamicDegree(_Motion):
    """The share of clips that move, by a flow between frames about an eighth of a second apart."""

    def __init__(self, name: str, encoder: str, paper: str = "") -> None:
        super().__init__(name, encoder, "about 8 a second", paper)

    def _score(self, clip: Clip) -> float:
        step = sampling_interval(clip.fps)
        motions, before = list[float](), None
        for number, frame in enumerate(read_clip(clip.path)):
            if number % step:
                continue
            if before is not None:
                motions.append(fastest_motion(self._flow(before, frame)))
            before = frame
        return float(moves(motions, min(clip.width, clip.height)))

    def _flow(self, before: Picture, after: Picture) -> NDArray[np.float32]:
        raise NotImplementedError


class DynamicDegree(_DynamicDegree):
    """By RAFT, as VBench has it."""

    def __init__(self, given: Mapping[str, Path]) -> None:
        """Raises WeightsError."""
        super().__init__("dynamic degree", "RAFT, things", "dynamic")
        self._path = published.find("raft-things", given)
        self._raft = RaftFlow(self._path)

    @cached_property
    def fingerprint(self) -> str:
        return f"dynamic degree 1 {published.digest(self._path)}"

    def _score(self, clip: Clip) -> float:
        _refuse(clip, "RAFT")
        return super()._score(clip)

    def _flow(self, before: Picture, after: Picture) -> NDArray[np.float32]:
        return self._raft.flow(before, after)


class DisDynamicDegree(_DynamicDegree):
    """By DIS flow."""

    fingerprint = "dynamic degree (DIS flow) 1"

    def __init__(self) -> None:
        super().__init__("dynamic degree (DIS flow)", ENCODER)

    def _flow(self, before: Picture, after: Picture) -> NDArray[np.float32]:
        grey = [cv2.cvtColor(one, cv2.COLOR_RGB2GRAY) for one in (before, after)]
        return np.asarray(_flow().calc(grey[0], grey[1], None), np.float32)


def _refuse(clip: Clip, network: str) -> None:
    """Raises ClipFault for a size that correlations of all pixels with all cannot be made of."""
    if min(clip.width, clip.height) < MIN_SIDE:
        raise ClipFault(f"{clip.path} has a side under {MIN_SIDE} pixels, too few for {network}")
    if clip.width * clip.height > MAX_PIXELS:
        raise ClipFault(
            f"{clip.path} is {clip.width} x {clip.height}, too large for {network}, which compares "
            "every pixel with every other: make it 1920 x 1080"
        )


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
