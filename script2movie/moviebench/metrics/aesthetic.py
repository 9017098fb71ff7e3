"""LAION's aesthetic score: a linear head on a CLIP image embedding (aesthetic-predictor)."""

import numpy as np
from numpy.typing import NDArray

__all__ = ["aesthetic_scores"]


def aesthetic_scores(
    embeddings: NDArray[np.floating],
    weight: NDArray[np.floating],
    bias: float,
    *,
    normalised: bool,
) -> NDArray[np.float64]:
    """A score for each embedding (N, D) by a head (D,): (N,), about 1 to 10 where normalised.

    LAION's own script divides each embedding by its length first; MovieBench's does not, so its
    scores grow with that length.
    """
    whole = embeddings.astype(np.float64)
    if normalised:
        whole = whole / np.linalg.norm(whole, axis=1, keepdims=True)
    return whole @ weight.astype(np.float64) + bias
