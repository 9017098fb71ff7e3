"""Dynamic degree (VBench): whether a clip moves, by the fastest twentieth of its pixels."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["fastest_motion", "moves", "sampling_interval"]

FASTEST = 0.05  # of the pixels


def sampling_interval(fps: float) -> int:
    """Frames from one that is looked at to the next: about eight a second."""
    return max(1, round(fps / 8))


def fastest_motion(flow: NDArray[np.floating]) -> float:
    """The mean length in pixels of the fastest 5 % of a flow (H, W, 2)."""
    lengths = np.sqrt((flow.astype(np.float64) ** 2).sum(axis=2)).ravel()
    count = int(lengths.size * FASTEST)
    return float(np.partition(lengths, lengths.size - count)[-count:].mean()) if count else 0.0


def moves(motions: Sequence[float], short_side: int) -> bool:
    """Whether enough of a clip's pairs of frames move: round(4 n / 16) of n frames, n - 1 pairs.

    A pair moves when its fastest motion exceeds 6 pixels at a short side of 256. Two frames ask
    for round(0.5) = 0 pairs, so a clip of two frames always moves.
    """
    needed = round(4 * ((len(motions) + 1) / 16))
    threshold = 6.0 * (short_side / 256)
    return bool(motions) and sum(motion > threshold for motion in motions) >= needed
