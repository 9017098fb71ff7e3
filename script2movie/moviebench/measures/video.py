"""FVD, and subject and background consistency: what frames are worth in their order."""

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from script2movie.moviebench.frames import ClipFault, Picture, read_clip
from script2movie.moviebench.measures import Column, Features, ProtocolName, Shown, mean_of
from script2movie.moviebench.measures.pictures import frechet_of, paired
from script2movie.moviebench.metrics.consistency import consistency
from script2movie.perception.published.clip import ClipEncoder
from script2movie.perception.published.dino import DinoEncoder
from script2movie.perception.published.i3d import MIN_FRAMES, I3dEncoder
from script2movie.weights import published

__all__ = ["BackgroundConsistency", "Fvd", "SubjectConsistency"]

FVD_FRAMES = 24
BATCH = 16  # frames that an encoder sees at once
Given = Mapping[str, Path]


class Fvd:
    """Clips against the film's own, 24 frames of each.

    As released, the mean over its first 10, 11, ... 24 frames, over one film. A clip that leaves
    fewer than 24 frames stops the released script; here it is left out and named.
    """

    additive = False

    def __init__(self, protocol: ProtocolName, given: Given) -> None:
        """Raises WeightsError."""
        self._protocol = protocol
        self._path = published.find("i3d", given)
        self._encoder = I3dEncoder(self._path)
        released = protocol == "released"
        self._lengths = range(MIN_FRAMES, FVD_FRAMES + 1) if released else (FVD_FRAMES,)
        said = "24 by integer interval, 512 x 512 to 224" if released else "24 of 25 shares, 224"
        self.columns = (
            Column(
                "FVD",
                protocol,
                "lower",
                "I3D, 400 numbers" + (", mean over prefixes of 10 to 24" if released else ""),
                said,
                scope="first" if released else "all",
                paper="FVD",
            ),
        )

    @cached_property
    def fingerprint(self) -> str:
        return f"fvd 1 {self._protocol} {published.digest(self._path)}"

    def key(self, shown: Shown) -> tuple[object, ...]:
        return (shown.path, shown.truth)

    def features(self, shown: Shown) -> Features | None:
        if shown.truth is None or shown.kind == "keyframes":
            return None
        found: dict[str, NDArray[np.float32]] = {}
        for side, frames in zip(
            ("shown", "truth"), paired(shown, self._protocol, 512), strict=True
        ):
            if len(frames) < FVD_FRAMES:
                raise ClipFault(
                    f"{shown.path} or the film's own clip has fewer than {FVD_FRAMES + 1} frames, "
                    "too few for FVD"
                )
            whole = np.stack(frames[:FVD_FRAMES])
            found |= {
                f"{side} {length}": self._encoder.clip(whole[:length])[None]
                for length in self._lengths
            }
        return found

    def pool(self, parts: Callable[[], Iterable[Features]]) -> tuple[float | None, float | None]:
        distances = []
        for length in self._lengths:
            sides = (
                {"shown": part[f"shown {length}"], "truth": part[f"truth {length}"]}
                for part in parts()
            )
            distances.append(frechet_of(sides))
        known = [one for one in distances if one is not None]
        return (float(np.mean(known)) if known else None), None


class _Consistency:
    """Every frame against the first and the one before; a long clip weighs more, as in VBench."""

    additive = True

    def __init__(self, name: str, paper: str, said: str, weight: str, given: Given) -> None:
        self._name = name
        self._path = published.find(weight, given)
        self.columns = (
            Column(
                name, "paper", "higher", said, "all", "%", paper=paper, ratio=mean_of(0, 1, 100)
            ),
        )

    @cached_property
    def fingerprint(self) -> str:
        return f"{self._name} 1 {published.digest(self._path)}"

    def key(self, shown: Shown) -> tuple[object, ...]:
        return (shown.path,)

    def features(self, shown: Shown) -> Features | None:
        if shown.kind == "keyframes":
            return None
        seen, batch = list[NDArray[np.float32]](), list[Picture]()
        for frame in read_clip(shown.path):
            batch.append(frame)
            if len(batch) == BATCH:
                seen.append(self._embed(batch))
                batch = []
        if batch:
            seen.append(self._embed(batch))
        total, count = consistency(np.concatenate(seen))
        if not count:
            raise ClipFault(f"{shown.path} has one frame, which cannot be compared with another")
        return {"sums": np.array([total, float(count)])}

    def _embed(self, frames: list[Picture]) -> NDArray[np.float32]:
        raise NotImplementedError


class SubjectConsistency(_Consistency):
    """By DINO ViT-B/16."""

    def __init__(self, given: Given) -> None:
        """Raises WeightsError."""
        super().__init__("subject consistency", "subject", "DINO ViT-B/16", "dino-vit-b16", given)
        self._encoder = DinoEncoder(self._path)

    def _embed(self, frames: list[Picture]) -> NDArray[np.float32]:
        return self._encoder.pictures(frames)


class BackgroundConsistency(_Consistency):
    """By CLIP ViT-B/32."""

    def __init__(self, given: Given) -> None:
        """Raises WeightsError."""
        super().__init__(
            "background consistency", "background", "CLIP ViT-B/32", "clip-vit-b32", given
        )
        self._encoder = ClipEncoder(self._path)

    def _embed(self, frames: list[Picture]) -> NDArray[np.float32]:
        return self._encoder.pictures(frames)
