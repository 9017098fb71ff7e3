"""From a shot to what a metric adds up: one class a metric and encoder.

    identity     who is recognised
    recognisers  by whom: dlib, DeepFace's VGG-Face, insightface's ArcFace
    pictures     CLIP score, Inception score, aesthetic, FID
    video        FVD, subject and background consistency
    motion       motion smoothness and dynamic degree
    speech       words, voices, cepstra

A `Summed` measure turns a shot into a few sums, a `Pooled` one into features; both are kept as
artefacts, so a second score of the same files measures nothing again. Opening one is cheap and
raises `WeightsError` or `BackendUnavailable` where it cannot be measured here.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from script2movie.annotations.shots import Annotation, ShotId
from script2movie.moviebench.layout import Kind

__all__ = [
    "Artefacts",
    "Column",
    "Features",
    "Measure",
    "Pooled",
    "ProtocolName",
    "Scope",
    "Shown",
    "Summed",
    "mean_of",
]

ProtocolName = Literal["paper", "released"]
Scope = Literal["all", "first", "last"]
Features = Mapping[str, NDArray[np.floating]]
Ratio = Callable[[NDArray[np.float64]], NDArray[np.float64]]


@dataclass(frozen=True)
class Shown:
    """A shot to be measured: what was predicted, what is true of it, and its own clip and words."""

    shot: ShotId
    annotation: Annotation
    path: Path
    kind: Kind
    truth: Path | None = None  # the film's own clip
    line: str | None = None  # what is said in it, None where nobody wrote it down


@dataclass(frozen=True)
class Column:
    """A number that is printed, with all that must stand beside it.

    `scope` is which films count: a released script covers the first or prints the last only.
    `paper` is the paper's column that it may stand in, '' for a number with a name of its own.
    """

    name: str
    protocol: ProtocolName
    better: Literal["higher", "lower"]
    encoder: str
    frames: str
    unit: str = ""
    scope: Scope = "all"
    paper: str = ""
    ratio: Ratio | None = field(default=None, compare=False)


def mean_of(number: int, by: int, times: float = 1.0) -> Ratio:
    """The ratio that divides one sum of a row by another: (R, K) to (R,), nan for nothing."""

    def ratio(sums: NDArray[np.float64]) -> NDArray[np.float64]:
        with np.errstate(invalid="ignore", divide="ignore"):
            return times * sums[:, number] / sums[:, by]

    return ratio


class Artefacts(Protocol):
    """Where what was measured is kept: `write` is called only where it is not there yet."""

    def make(
        self, kind: str, suffix: str, key: tuple[object, ...], write: Callable[[Path], None]
    ) -> Path: ...


@runtime_checkable
class Measure(Protocol):
    """What both kinds have. `features` is None for a shot that has nothing to be measured."""

    @property
    def columns(self) -> tuple[Column, ...]: ...
    @property
    def fingerprint(self) -> str: ...
    def key(self, shown: Shown) -> tuple[object, ...]:
        """All that `features` depends on beside the fingerprint."""
        ...

    def features(self, shown: Shown) -> Features | None:
        """Raises ClipFault for a file that cannot be read."""
        ...


class Summed(Measure, Protocol):
    """`features` has 'sums' (K,): they are added over shots and divided by a column's `ratio`."""

    @property
    def additive(self) -> Literal[True]: ...


class Pooled(Measure, Protocol):
    """`pool` makes one number, and its spread where it has one, of many shots' features."""

    def pool(
        self, parts: Callable[[], Iterable[Features]]
    ) -> tuple[float | None, float | None]: ...
