"""Intervals over shots: the shots drawn again with replacement (Efron 1979), the percentiles.

Most metrics add something up over shots and divide last, so a resample is a weighted sum. A metric
of a distribution is not, and a shot drawn twice would make its distribution poorer than it is: of
those, a tenth of the shots is left out at a time (the delete-a-group jackknife, Kott 2001).
"""

import math
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["NUM_GROUPS", "interval", "jackknife_interval", "resampled_weights"]

Interval = tuple[float, float]
Ratio = Callable[[NDArray[np.float64]], NDArray[np.float64]]
NUM_RESAMPLES = 1000
SHARE = 0.95
NUM_GROUPS = 10


def resampled_weights(
    num_shots: int, seed: int, num_resamples: int = NUM_RESAMPLES
) -> NDArray[np.int64]:
    """How often each shot is drawn in each resample: (resamples, shots), each row's sum the shots.

    The same seed and number of shots give the same draws, so that two runs over the same shots
    are compared draw by draw.
    """
    even = np.full(num_shots, 1 / num_shots)
    return np.random.default_rng(seed).multinomial(num_shots, even, size=num_resamples)


def interval(
    sums: NDArray[np.float64], ratio: Ratio, *, seed: int, other: NDArray[np.float64] | None = None
) -> Interval | None:
    """The middle 95 % of `ratio` over resamples of shots' sums (S, K).

    With `other`, sums (S, K) of another run over the same shots, the interval is that of
    ratio(sums) - ratio(other), each resample drawing the same shots of both. Resamples whose
    ratio is of nothing (nan) are left out; None where they all are, or where there is one shot.
    """
    if len(sums) < 2:
        return None
    weights = resampled_weights(len(sums), seed)
    with np.errstate(invalid="ignore", divide="ignore"):
        values = ratio(weights @ sums)
        if other is not None:
            values = values - ratio(weights @ other)
    values = values[np.isfinite(values)]
    if not len(values):
        return None
    edge = 100 * (1 - SHARE) / 2
    low, high = np.percentile(values, (edge, 100 - edge))
    return float(low), float(high)


def jackknife_interval(value: float, without: Sequence[float]) -> Interval | None:
    """95 % about `value` from the values that are left without each group of shots in turn.

    The groups are of one size, or nearly. By Student's t with one degree of freedom less than
    there are groups; None for fewer than two groups.
    """
    from scipy.stats import t

    groups = len(without)
    if groups < 2:
        return None
    squares = float(np.square(np.asarray(without) - np.mean(without)).sum())
    half = float(t.ppf((1 + SHARE) / 2, groups - 1)) * math.sqrt((groups - 1) / groups * squares)
    return value - half, value + half
