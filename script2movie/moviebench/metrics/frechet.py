"""Fréchet distance of two Gaussians laid on features: FID (Heusel et al. 2017), FVD (2018)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eigh

__all__ = ["Moments", "frechet_distance", "moments"]

Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class Moments:
    """Sums over features (D,), added with `+`, from which mean and covariance come at the end."""

    count: float
    total: Matrix  # (D,)
    products: Matrix  # (D, D)

    def __add__(self, other: "Moments") -> "Moments":
        return Moments(
            self.count + other.count, self.total + other.total, self.products + other.products
        )

    @property
    def mean(self) -> Matrix:
        return self.total / self.count

    @property
    def covariance(self) -> Matrix:
        """Of a sample: divided by n - 1, as numpy.cov and both reference implementations do."""
        mean = self.mean
        return (self.products - self.count * np.outer(mean, mean)) / (self.count - 1)


def moments(features: NDArray[np.floating]) -> Moments:
    """The sums of features (N, D)."""
    whole = features.astype(np.float64)
    return Moments(float(len(whole)), whole.sum(axis=0), whole.T @ whole)


def frechet_distance(first: Moments, second: Moments) -> float | None:
    """|m1 - m2|² + tr(C1 + C2 - 2 (C1 C2)^½); None for fewer than two features a side.

    The root's trace is taken of the symmetric C1^½ C2 C1^½, which has the same eigenvalues and
    stays real where there are fewer features than numbers in each.
    """
    if min(first.count, second.count) < 2:
        return None
    between = float(((first.mean - second.mean) ** 2).sum())
    one, other = first.covariance, second.covariance
    values, vectors = eigh(one)
    root = (vectors * np.sqrt(np.maximum(values, 0))) @ vectors.T
    inner = eigh(root @ other @ root, eigvals_only=True)
    shared = float(np.sqrt(np.maximum(inner, 0)).sum())
    return between + float(np.trace(one) + np.trace(other)) - 2 * shared
