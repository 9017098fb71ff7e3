"""What RAFT (Teed and Deng 2020) and its heirs have in common: all pixels against all pixels.

Features in, correlations out; no weights.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["MIN_SIDE", "NUM_SCALES", "correlations", "filled", "look_up", "places"]

NUM_SCALES = 4
MIN_SIDE = 128
"""Pixels of a frame. Below, the coarsest scale is one pixel wide, and the originals divide by 0."""


def correlations(first: "Tensor", second: "Tensor") -> list["Tensor"]:
    """Features (1, C, h, w) of two frames to (h * w, 1, h, w), then halved and halved again.

    Equation 1 of the paper: entry (i, 0, y, x) is the product of pixel i of the first frame and
    pixel (x, y) of the second, over the root of C. Each further scale halves the second frame.
    """
    from torch.nn import functional

    _, channels, height, width = first.shape
    product = first.flatten(2)[0].T @ second.flatten(2)[0]  # (h * w, h * w)
    scales = [(product / channels**0.5).reshape(-1, 1, height, width)]
    while len(scales) < NUM_SCALES:
        scales.append(functional.avg_pool2d(scales[-1], 2))
    return scales


def look_up(scales: list["Tensor"], at: "Tensor", radius: int) -> "Tensor":
    """The correlations around `at` (1, 2, h, w), in pixels, x first.

    (1, 4 (2 radius + 1)^2, h, w): whole steps of up to `radius` each way at each scale, bilinear,
    0 beyond the edge; x is the slower of the two steps, as the published weights have learned them.
    """
    import torch
    from torch.nn import functional

    height, width = at.shape[2:]
    centre = at[0].permute(1, 2, 0).reshape(-1, 1, 1, 2)  # (h * w, 1, 1, 2)
    steps = torch.arange(-radius, radius + 1, dtype=at.dtype, device=at.device)
    window = torch.stack(torch.meshgrid(steps, steps, indexing="ij"), dim=-1)[None]
    seen = []
    for number, scale in enumerate(scales):
        size = torch.tensor(scale.shape[:1:-1], dtype=at.dtype, device=at.device)  # width, height
        place = (2 * (centre / 2**number + window) + 1) / size - 1  # -1..1 from edge to edge
        values = functional.grid_sample(scale, place, align_corners=False)
        seen.append(values.reshape(height, width, -1))
    return torch.cat(seen, dim=-1).permute(2, 0, 1)[None]


def places(like: "Tensor") -> "Tensor":
    """Where each pixel of (1, C, h, w) lies: (1, 2, h, w), x first."""
    import torch

    height, width = like.shape[2:]
    across = torch.arange(width, dtype=like.dtype, device=like.device)
    down = torch.arange(height, dtype=like.dtype, device=like.device)
    return torch.stack(torch.meshgrid(across, down, indexing="xy"))[None]


def filled(frames: "Tensor", multiple: int) -> "Tensor":
    """Frames (N, C, H, W) with sides up to multiples, the border repeated, half at each end."""
    from torch.nn import functional

    down, across = (-length % multiple for length in frames.shape[2:])
    ends = (across // 2, across - across // 2, down // 2, down - down // 2)
    return functional.pad(frames, ends, mode="replicate")
