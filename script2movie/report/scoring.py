"""What a film's report counts. Pure: names and embeddings in, counts and ratios out.

Counts are added with `+` over shots; ratios come last, so there is no mean of means.
A ratio of nothing is None, never 0 or 1.
"""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "NUM_FRAMES",
    "STRETCH",
    "IdentityCounts",
    "Resemblance",
    "VoiceScore",
    "count_identities",
    "frame_numbers",
    "score_voices",
    "stretches",
]

NUM_FRAMES = 5  # frames of a shot that are looked at
STRETCH = 3.0  # seconds of speech by which a voice can be told; shorter ones are alike by chance


# --- who is seen ------------------------------------------------------------------------------


@dataclass(frozen=True)
class IdentityCounts:
    """Characters over shots: seen as planned, seen unplanned, planned and not seen."""

    true_positives: int = 0
    false_positives: int = 0
    false_negatives: int = 0

    def __add__(self, other: "IdentityCounts") -> "IdentityCounts":
        return IdentityCounts(
            self.true_positives + other.true_positives,
            self.false_positives + other.false_positives,
            self.false_negatives + other.false_negatives,
        )

    @property
    def precision(self) -> float | None:
        return _ratio(self.true_positives, self.true_positives + self.false_positives)

    @property
    def recall(self) -> float | None:
        return _ratio(self.true_positives, self.true_positives + self.false_negatives)

    @property
    def f1(self) -> float | None:
        found = 2 * self.true_positives
        return _ratio(found, found + self.false_positives + self.false_negatives)


def count_identities(planned: AbstractSet[str], seen: AbstractSet[str]) -> IdentityCounts:
    """One shot: the set of characters that the plan shows against the set recognised in it."""
    return IdentityCounts(len(planned & seen), len(seen - planned), len(planned - seen))


def frame_numbers(num_frames: int, count: int = NUM_FRAMES, *, first: int = 0) -> tuple[int, ...]:
    """`count` frames from `first` on, each in the middle of its share: none at a cut."""
    rest = num_frames - first
    return tuple(sorted({first + int((share + 0.5) * rest / count) for share in range(count)}))


# --- whose voice ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Resemblance:
    """How alike two voices are: the cosine of their embeddings, -1..1."""

    first: str
    second: str
    cosine: float


@dataclass(frozen=True)
class VoiceScore:
    """The same person in any two stretches of the film, and any two people of it.

    `within` are persons and the shots where the two stretches begin. Each list is most telling
    first: the least alike stretches, the most alike people.
    """

    within: tuple[tuple[str, Resemblance], ...]
    between: tuple[Resemblance, ...]

    @property
    def least_alike_stretches(self) -> float | None:
        return self.within[0][1].cosine if self.within else None

    @property
    def most_alike_people(self) -> float | None:
        return self.between[0].cosine if self.between else None


def stretches(lines: Sequence[tuple[str, float]]) -> list[tuple[int, ...]]:
    """Lines that are heard as one: consecutive lines of a person until they make `STRETCH`.

    `lines` are who speaks for how many seconds, in the film's order; the result holds their
    numbers. What is left at a person's end goes with the stretch before.
    """
    done: dict[str, list[list[int]]] = {}
    seconds: dict[str, float] = {}
    for number, (person, duration) in enumerate(lines):
        mine = done.setdefault(person, [])
        if not mine or seconds[person] >= STRETCH:
            mine.append([])
            seconds[person] = 0.0
        mine[-1].append(number)
        seconds[person] += duration
    for person, mine in done.items():
        if len(mine) > 1 and seconds[person] < STRETCH:
            mine[-2:] = [mine[-2] + mine[-1]]
    return sorted(tuple(numbers) for mine in done.values() for numbers in mine)


def score_voices(heard: Sequence[tuple[str, str, NDArray[np.float32]]]) -> VoiceScore:
    """`heard` is a person, the shot where a stretch of theirs begins, its embedding (D,).

    Embeddings have norm 1; a person's own is the mean over their stretches.
    """
    people: dict[str, list[tuple[str, NDArray[np.float32]]]] = {}
    for person, shot, embedding in heard:
        people.setdefault(person, []).append((shot, embedding))
    within = [
        (person, Resemblance(first, second, float(one @ other)))
        for person, mine in people.items()
        for (first, one), (second, other) in combinations(mine, 2)
    ]
    means = {
        person: _unit(np.mean([embedding for _, embedding in mine], axis=0))
        for person, mine in people.items()
    }
    between = [
        Resemblance(first, second, float(means[first] @ means[second]))
        for first, second in combinations(means, 2)
    ]
    return VoiceScore(
        tuple(sorted(within, key=lambda pair: pair[1].cosine)),
        tuple(sorted(between, key=lambda pair: -pair.cosine)),
    )


def _unit(vector: NDArray[np.float32]) -> NDArray[np.float32]:
    return vector / np.float32(np.linalg.norm(vector))


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole else None
