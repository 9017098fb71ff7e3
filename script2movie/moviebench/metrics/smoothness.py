"""Motion smoothness (VBench): every second frame left out and made again from its neighbours."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

__all__ = ["motion_smoothness"]


def motion_smoothness(
    pairs: Iterable[tuple[NDArray[np.uint8], NDArray[np.uint8]]],
) -> float | None:
    """(255 - d) / 255 with d the mean absolute difference of each frame and its remake, 0..255.

    A clip's d is the mean over its pairs; None for a clip of fewer than three frames.
    """
    differences = [
        float(np.abs(frame.astype(np.int16) - remade.astype(np.int16)).mean())
        for frame, remade in pairs
    ]
    return (255 - float(np.mean(differences))) / 255 if differences else None
