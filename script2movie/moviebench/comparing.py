"""Two runs over the same shots: differences with paired intervals. Knows scores only."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from script2movie.moviebench.metrics.bootstrap import interval
from script2movie.moviebench.rows import Row
from script2movie.moviebench.scoring import Score

__all__ = ["Difference", "compare"]


@dataclass(frozen=True)
class Difference:
    """A metric of one run minus that of another, over the shots that both have.

    A pooled metric's difference is that of its values, without an interval.
    """

    first: str
    second: str
    metric: str
    protocol: str
    better: str
    value: float | None
    between: tuple[float, float] | None
    num_shots: int


def compare(first: Score, second: Score, *, seed: int = 0) -> list[Difference]:
    """Every column that both runs have, in the first one's order."""
    others = {(row.column.name, row.column.protocol): row for row in second.rows}
    pairs: Sequence[tuple[Row, Row]] = [
        (row, others[key])
        for row in first.rows
        if (key := (row.column.name, row.column.protocol)) in others
    ]
    return [_difference(first.name, second.name, row, other, seed) for row, other in pairs]


def _difference(first: str, second: str, row: Row, other: Row, seed: int) -> Difference:
    value, between = None, None
    shared = [shot for shot in row.shots if shot in other.shots]
    num_shots = len(shared)
    if row.column.ratio is not None:
        if shared:
            ours = np.stack([row.shots[shot] for shot in shared])
            theirs = np.stack([other.shots[shot] for shot in shared])
            total = [
                row.column.ratio(side.sum(axis=0, keepdims=True))[0] for side in (ours, theirs)
            ]
            value = float(total[0] - total[1]) if np.isfinite(total).all() else None
            between = interval(ours, row.column.ratio, seed=seed, other=theirs)
    elif row.value is not None and other.value is not None:
        value, num_shots = row.value - other.value, min(row.num_shots, other.num_shots)
    column = row.column
    return Difference(
        first, second, column.name, column.protocol, column.better, value, between, num_shots
    )
