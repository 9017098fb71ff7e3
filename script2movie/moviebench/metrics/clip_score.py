"""CLIP score (Hessel et al. 2021, as torchmetrics has it): how well frames fit a text."""

import numpy as np
from numpy.typing import NDArray

__all__ = ["clip_score"]


def clip_score(frames: NDArray[np.floating], text: NDArray[np.floating]) -> float:
    """100 times the mean cosine of frames (N, D) and their text (D,), and never below 0."""
    frames = frames.astype(np.float64)
    norms = np.linalg.norm(frames, axis=1) * np.linalg.norm(text.astype(np.float64))
    return max(0.0, float(100 * (frames @ text / norms).mean()))
