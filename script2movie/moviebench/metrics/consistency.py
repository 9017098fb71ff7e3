"""Subject and background consistency (VBench, Huang et al. 2024), each with an encoder of its own.

Every frame but the first is compared with the first and with the one before it.
"""

import numpy as np
from numpy.typing import NDArray

__all__ = ["consistency"]


def consistency(frames: NDArray[np.floating]) -> tuple[float, int]:
    """The sum over the frames (N, D) after the first, and how many those are.

    Each adds the mean of its two cosines, none below 0. VBench divides the sum over all clips by
    the number of all those frames, so a long clip weighs more.
    """
    whole = frames.astype(np.float64)
    whole = whole / np.linalg.norm(whole, axis=1, keepdims=True)
    before = np.maximum(0, (whole[1:] * whole[:-1]).sum(axis=1))
    first = np.maximum(0, whole[1:] @ whole[0])
    return float(((before + first) / 2).sum()), len(whole) - 1
