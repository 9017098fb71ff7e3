"""CLIP score, Inception score, aesthetic score and FID: what single frames are worth."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from script2movie.moviebench.frames import (
    ClipFault,
    Picture,
    open_clip,
    read_clip,
    read_keyframe,
    released_numbers,
    resized,
)
from script2movie.moviebench.measures import Column, Features, ProtocolName, Shown, mean_of
from script2movie.moviebench.metrics.aesthetic import aesthetic_scores
from script2movie.moviebench.metrics.clip_score import clip_score
from script2movie.moviebench.metrics.frechet import Moments, frechet_distance, moments
from script2movie.moviebench.metrics.inception_score import inception_score
from script2movie.perception.published.clip import ClipEncoder, read_aesthetic_head
from script2movie.perception.published.inception import InceptionEncoder
from script2movie.report.scoring import frame_numbers
from script2movie.weights import published

__all__ = [
    "Aesthetic",
    "ClipScore",
    "Fid",
    "InceptionScore",
    "frechet_of",
    "paired",
    "sampled",
    "stated",
]

NUM_FRAMES = 25
BATCH = 8  # frames that an encoder sees at once
SHOTS = 64  # whose features are multiplied at once
Given = Mapping[str, Path]


def sampled(
    shown: Shown, protocol: ProtocolName, count: int = NUM_FRAMES, *, side: int = 0
) -> list[Picture]:
    """The frames of a shot that a protocol looks at, a keyframe being its only one.

    `released` takes every `total // count`-th and resizes it to `side` x `side`; `paper` takes
    the middles of `count` shares, as they are. Raises ClipFault.
    """
    if shown.kind == "keyframes":
        pictures = [read_keyframe(shown.path)]
    else:
        total = open_clip(shown.path).num_frames
        if protocol == "released":
            numbers = released_numbers(total, count)
        else:
            numbers = frame_numbers(total, count)
        pictures = list(read_clip(shown.path, numbers))
    return [resized(one, side) for one in pictures] if protocol == "released" and side else pictures


def stated(protocol: ProtocolName, count: int = NUM_FRAMES, side: int = 0) -> str:
    """What is said of the frames beside a number."""
    if protocol == "released":
        return f"{count} by integer interval, {side} x {side}"
    return f"{count} in the middle of their shares"


class ClipScore:
    """A shot's plot against its frames. One number a shot, so each shot weighs the same."""

    additive = True

    def __init__(self, protocol: ProtocolName, given: Given) -> None:
        """Raises WeightsError."""
        self._protocol = protocol
        folder = published.find("clip-vit-b16", given)
        self._encoder = ClipEncoder(folder)
        self._folder = folder
        encoder = "CLIP ViT-B/16" + (", rescaled twice" if protocol == "released" else "")
        self.columns = (
            Column(
                "CLIP score",
                protocol,
                "higher",
                encoder,
                stated(protocol, side=256),
                paper="CLIP",
                ratio=mean_of(0, 1),
            ),
        )

    @cached_property
    def fingerprint(self) -> str:
        return f"clip score 1 {self._protocol} {published.digest(self._folder)}"

    def key(self, shown: Shown) -> tuple[object, ...]:
        return (shown.path, shown.annotation.plot)

    def features(self, shown: Shown) -> Features:
        rescales = 2 if self._protocol == "released" else 1
        pictures = sampled(shown, self._protocol, side=256)
        frames = [
            self._encoder.pictures(part, num_rescales=rescales) for part in _batches(pictures)
        ]
        text = self._encoder.text(shown.annotation.plot)
        return {"sums": np.array([clip_score(np.concatenate(frames), text), 1.0])}


class Aesthetic:
    """LAION's score of each frame, the mean a shot."""

    additive = True

    def __init__(self, protocol: ProtocolName, given: Given) -> None:
        """Raises WeightsError."""
        self._protocol = protocol
        self._folder = published.find("clip-vit-l14", given)
        self._head_file = published.find("laion-aesthetic", given)
        self._encoder = ClipEncoder(self._folder)
        self._head = read_aesthetic_head(self._head_file)
        released = protocol == "released"
        self.columns = (
            Column(
                "aesthetic",
                protocol,
                "higher",
                "CLIP ViT-L/14 + LAION head" + (", not normalised" if released else ""),
                stated(protocol, side=100),
                scope="last" if released else "all",
                paper="aesthetic" if released else "",
                ratio=mean_of(0, 1),
            ),
        )

    @cached_property
    def fingerprint(self) -> str:
        both = published.digest(self._folder), published.digest(self._head_file)
        return f"aesthetic 1 {self._protocol} {both}"

    def key(self, shown: Shown) -> tuple[object, ...]:
        return (shown.path,)

    def features(self, shown: Shown) -> Features:
        pictures = sampled(shown, self._protocol, side=100)
        seen = np.concatenate([self._encoder.pictures(part) for part in _batches(pictures)])
        weight, bias = self._head
        scores = aesthetic_scores(seen, weight, bias, normalised=self._protocol == "paper")
        return {"sums": np.array([scores.mean(), 1.0])}


class InceptionScore:
    """Every frame of every film in one pool, dealt to ten splits by seed 123."""

    additive = False

    def __init__(self, protocol: ProtocolName, given: Given) -> None:
        """Raises WeightsError."""
        self._protocol = protocol
        self._path = published.find("inception", given)
        self._encoder = InceptionEncoder(self._path)
        self.columns = (
            Column(
                "Inception score",
                protocol,
                "higher",
                "Inception 2015, 1008 classes",
                stated(protocol, side=256),
                paper="IS",
            ),
        )

    @cached_property
    def fingerprint(self) -> str:
        return f"inception score 1 {self._protocol} {published.digest(self._path)}"

    def key(self, shown: Shown) -> tuple[object, ...]:
        return (shown.path,)

    def features(self, shown: Shown) -> Features:
        pictures = sampled(shown, self._protocol, side=256)
        return {"shown": _encoded(self._encoder, pictures, "classes")}

    def pool(self, parts: Callable[[], Iterable[Features]]) -> tuple[float | None, float | None]:
        import torch

        count = sum(len(part["shown"]) for part in parts())
        if not count:
            return None, None
        order = torch.randperm(count, generator=torch.Generator().manual_seed(123)).numpy()
        return inception_score((part["shown"] for part in parts()), order)


class Fid:
    """Frames against the film's own: 192 numbers a frame as released, 2048 as published."""

    additive = False

    def __init__(self, protocol: ProtocolName, given: Given) -> None:
        """Raises WeightsError."""
        self._protocol = protocol
        self._path = published.find("inception", given)
        self._encoder = InceptionEncoder(self._path)
        self._layer = "192" if protocol == "released" else "2048"
        frames = stated(protocol, side=512)
        if protocol == "released":
            frames += ", the last left out"
        self.columns = (
            Column(
                "FID",
                protocol,
                "lower",
                f"Inception 2015, {self._layer} numbers",
                frames,
                paper="FID" if protocol == "released" else "",
            ),
        )

    @cached_property
    def fingerprint(self) -> str:
        return f"fid 1 {self._protocol} {published.digest(self._path)}"

    def key(self, shown: Shown) -> tuple[object, ...]:
        return (shown.path, shown.truth)

    def features(self, shown: Shown) -> Features | None:
        if shown.truth is None:
            return None
        ours, theirs = paired(shown, self._protocol, 512)
        return {
            "shown": _encoded(self._encoder, ours, self._layer),
            "truth": _encoded(self._encoder, theirs, self._layer),
        }

    def pool(self, parts: Callable[[], Iterable[Features]]) -> tuple[float | None, float | None]:
        return frechet_of(parts()), None


def frechet_of(parts: Iterable[Features]) -> float | None:
    """The distance of shots' features to their ground truth's, added up some shots at a time."""
    sums: tuple[Moments, Moments] | None = None
    shots = iter(parts)
    while some := list(islice(shots, SHOTS)):
        ours, theirs = (
            moments(np.concatenate([shot[side] for shot in some])) for side in ("shown", "truth")
        )
        sums = (ours, theirs) if sums is None else (sums[0] + ours, sums[1] + theirs)
    return frechet_distance(*sums) if sums is not None else None


def paired(shown: Shown, protocol: ProtocolName, side: int) -> tuple[list[Picture], list[Picture]]:
    """The frames of a shot and of the film's own clip of it, the same number of each.

    A keyframe stands against the clip's middle frame. Of clips, `released` drops the last frame
    of both ([:n - 1] in its script). Raises ClipFault.
    """
    assert shown.truth is not None
    if shown.kind == "keyframes":
        middle = open_clip(shown.truth).num_frames // 2
        return sampled(shown, protocol, side=side), list(read_clip(shown.truth, [middle]))
    own = Shown(shown.shot, shown.annotation, shown.truth, "clips")
    ours, theirs = (sampled(one, protocol, side=side) for one in (shown, own))
    if protocol == "released":
        count = min(len(ours), len(theirs)) - 1
        ours, theirs = ours[:count], theirs[:count]
    return ours, theirs


def _batches(pictures: Sequence[Picture]) -> Iterable[Sequence[Picture]]:
    return (pictures[start : start + BATCH] for start in range(0, len(pictures), BATCH))


def _encoded(
    encoder: InceptionEncoder, pictures: Sequence[Picture], layer: str
) -> NDArray[np.float32]:
    if not pictures:
        raise ClipFault("a clip of one frame leaves none: the script drops the last")
    return np.concatenate([encoder.frames(np.stack(part), layer) for part in _batches(pictures)])
