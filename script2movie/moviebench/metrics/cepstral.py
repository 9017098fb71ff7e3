"""Mel-cepstral distortion (Kubichek 1993), the two voices aligned in time, as pymcd measures it."""

import math

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import cdist

__all__ = ["mel_cepstral_distortion_db", "warping_path"]

DECIBELS = 10 / math.log(10) * math.sqrt(2)
Path = list[tuple[int, int]]


def mel_cepstral_distortion_db(
    first: NDArray[np.floating], second: NDArray[np.floating], *, aligned: bool = True
) -> float:
    """Mean distance in dB of mel cepstra (T, D) and (U, D), 0 for equal ones.

    The warping path is found without the first coefficient, which is loudness; the distance along
    it counts all of them, as pymcd's does. Without `aligned`, frame stands against frame and the
    shapes must agree.
    """
    one, other = first.astype(np.float64), second.astype(np.float64)
    pairs = (
        warping_path(cdist(one[:, 1:], other[:, 1:]))
        if aligned
        else [(frame, frame) for frame in range(len(one))]
    )
    rows, columns = np.array(pairs).T
    return DECIBELS * float(np.linalg.norm(one[rows] - other[columns], axis=1).mean())


def warping_path(distances: NDArray[np.floating]) -> Path:
    """The cheapest way through distances (T, U) from corner to corner, by steps of one.

    Exact, where pymcd's fastdtw looks only near a coarser path.
    """
    height, width = distances.shape
    cost = np.full((height + 1, width + 1), np.inf)
    cost[0, 0] = 0
    for diagonal in range(2, height + width + 1):  # all cells of an antidiagonal at once
        rows = np.arange(max(1, diagonal - width), min(height, diagonal - 1) + 1)
        columns = diagonal - rows
        before = np.minimum(cost[rows - 1, columns - 1], cost[rows - 1, columns])
        before = np.minimum(before, cost[rows, columns - 1])
        cost[rows, columns] = distances[rows - 1, columns - 1] + before
    row, column = height, width
    path = [(row - 1, column - 1)]
    while (row, column) != (1, 1):
        steps = ((row - 1, column - 1), (row - 1, column), (row, column - 1))
        row, column = min(steps, key=lambda step: cost[step])
        path.append((row - 1, column - 1))
    return path[::-1]
