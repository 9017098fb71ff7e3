"""Inception Score (Salimans et al. 2016), in ten splits as torchmetrics and torch-fidelity have it.

exp of the mean Kullback-Leibler divergence of each frame's classes to those of its split.
"""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

__all__ = ["inception_score"]


def inception_score(
    parts: Iterable[NDArray[np.floating]], order: NDArray[np.integer], num_splits: int = 10
) -> tuple[float, float]:
    """Mean and standard deviation (of a sample) over the splits; nan for a single split's.

    `parts` are logits (n, C), shot by shot, N frames in all; they are seen once and not kept.
    `order` (N,) is the permutation that deals frames to splits, as in `logits[order]`.
    """
    size = -(-len(order) // num_splits)  # torch.chunk: the last split may be short, or absent
    split_of = np.empty(len(order), np.int64)
    split_of[order] = np.arange(len(order)) // size
    counts = np.zeros(num_splits)
    own = np.zeros(num_splits)  # sums over frames of p log p
    sums: NDArray[np.float64] | None = None  # (S, C), sums over frames of p
    at = 0
    for part in parts:
        logits = part.astype(np.float64)
        shifted = logits - logits.max(axis=1, keepdims=True)
        log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
        p = np.exp(log_p)
        split = split_of[at : at + len(part)]
        at += len(part)
        sums = np.zeros((num_splits, part.shape[1])) if sums is None else sums
        np.add.at(sums, split, p)
        np.add.at(own, split, (p * log_p).sum(axis=1))
        np.add.at(counts, split, 1)
    assert sums is not None and at == len(order), "one place in the order for each frame"
    filled = counts > 0
    counts, own, sums = counts[filled], own[filled], sums[filled]
    mean_p = sums / counts[:, None]
    all_of = (mean_p * np.log(np.maximum(mean_p, np.finfo(np.float64).tiny))).sum(axis=1)
    scores = np.exp(own / counts - all_of)
    spread = float(scores.std(ddof=1)) if len(scores) > 1 else float("nan")
    return float(scores.mean()), spread
