"""The Inception of FID and Inception Score, by the names of its published weights.

`pt_inception-2015-12-05-6726825d.pth` is TensorFlow's network of 2015 with 1008 classes; pytorch-
fid, torch-fidelity and torchmetrics all load it. What differs from later Inceptions: averages that
leave the border out, a maximum in the last block, TensorFlow 1's way to resize.
"""

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from script2movie.perception.published import loading, needs_torch

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["InceptionEncoder"]

SIDE = 299
Branch = tuple[tuple[str, tuple[int, int], int], ...]
"""A branch of a block: convolutions by name, each with its padding and its stride."""

_NONE, _ONE, _ACROSS, _DOWN = (0, 0), (1, 1), (0, 3), (3, 0)
_BLOCKS: dict[str, tuple[Branch, ...]] = {
    "A": (
        (("branch1x1", _NONE, 1),),
        (("branch5x5_1", _NONE, 1), ("branch5x5_2", (2, 2), 1)),
        (("branch3x3dbl_1", _NONE, 1), ("branch3x3dbl_2", _ONE, 1), ("branch3x3dbl_3", _ONE, 1)),
    ),
    "B": (
        (("branch3x3", _NONE, 2),),
        (("branch3x3dbl_1", _NONE, 1), ("branch3x3dbl_2", _ONE, 1), ("branch3x3dbl_3", _NONE, 2)),
    ),
    "C": (
        (("branch1x1", _NONE, 1),),
        (("branch7x7_1", _NONE, 1), ("branch7x7_2", _ACROSS, 1), ("branch7x7_3", _DOWN, 1)),
        (
            *(("branch7x7dbl_1", _NONE, 1), ("branch7x7dbl_2", _DOWN, 1)),
            *(("branch7x7dbl_3", _ACROSS, 1), ("branch7x7dbl_4", _DOWN, 1)),
            ("branch7x7dbl_5", _ACROSS, 1),
        ),
    ),
    "D": (
        (("branch3x3_1", _NONE, 1), ("branch3x3_2", _NONE, 2)),
        (
            *(("branch7x7x3_1", _NONE, 1), ("branch7x7x3_2", _ACROSS, 1)),
            *(("branch7x7x3_3", _DOWN, 1), ("branch7x7x3_4", _NONE, 2)),
        ),
    ),
}
_ORDER = (
    *(("Mixed_5b", "A"), ("Mixed_5c", "A"), ("Mixed_5d", "A"), ("Mixed_6a", "B")),
    *(("Mixed_6b", "C"), ("Mixed_6c", "C"), ("Mixed_6d", "C"), ("Mixed_6e", "C")),
    ("Mixed_7a", "D"),
)


class InceptionEncoder:
    """Frames into 192 or 2048 numbers, or 1008 classes. The weights load at first use."""

    def __init__(self, path: Path) -> None:
        needs_torch()
        self._path = path

    @cached_property
    def _weights(self) -> dict[str, Any]:
        import torch

        with loading(self._path, "published Inception"):
            told: dict[str, Any] = torch.load(self._path, map_location="cpu", weights_only=True)
            for name in ("Conv2d_1a_3x3.conv.weight", "Mixed_7c.branch_pool.bn.bias", "fc.weight"):
                told[name]  # a KeyError names what is missing
            return told

    def frames(self, frames: NDArray[np.uint8], layer: str) -> NDArray[np.float32]:
        """Frames (N, H, W, 3) as (N, D) at layer '192', '2048' or 'classes' (without bias)."""
        import torch
        from torch.nn import functional

        with torch.inference_mode():
            x = torch.from_numpy(np.ascontiguousarray(frames.transpose(0, 3, 1, 2))).float()
            x = (_resized(x) - 128) / 128  # (N, 3, 299, 299)
            x = self._convolved("Conv2d_1a_3x3", x, stride=2)
            x = self._convolved("Conv2d_2a_3x3", x)
            x = self._convolved("Conv2d_2b_3x3", x, padding=_ONE)
            x = functional.max_pool2d(x, 3, 2)  # (N, 64, 73, 73)
            x = self._convolved("Conv2d_4a_3x3", self._convolved("Conv2d_3b_1x1", x))
            x = functional.max_pool2d(x, 3, 2)  # (N, 192, 35, 35)
            if layer == "192":
                return _numbers(x.mean(dim=(2, 3)))
            for name, kind in _ORDER:
                x = self._block(name, kind, x)
            x = self._last("Mixed_7b", x, _average)
            x = self._last("Mixed_7c", x, lambda y: functional.max_pool2d(y, 3, 1, 1))
            x = x.mean(dim=(2, 3))  # (N, 2048)
            return _numbers(x if layer == "2048" else x @ self._weights["fc.weight"].T)

    def _convolved(
        self, name: str, x: "Tensor", padding: tuple[int, int] = _NONE, stride: int = 1
    ) -> "Tensor":
        from torch.nn import functional

        weights = self._weights
        x = functional.conv2d(x, weights[f"{name}.conv.weight"], stride=stride, padding=padding)
        mean, variance, scale, shift = (
            weights[f"{name}.bn.{part}"]
            for part in ("running_mean", "running_var", "weight", "bias")
        )
        return functional.relu(functional.batch_norm(x, mean, variance, scale, shift, eps=1e-3))

    def _block(self, name: str, kind: str, x: "Tensor") -> "Tensor":
        import torch
        from torch.nn import functional

        parts = []
        for branch in _BLOCKS[kind]:
            y = x
            for layer, padding, stride in branch:
                y = self._convolved(f"{name}.{layer}", y, padding, stride)
            parts.append(y)
        if kind in {"A", "C"}:
            parts.append(self._convolved(f"{name}.branch_pool", _average(x)))
        else:
            parts.append(functional.max_pool2d(x, 3, 2))
        return torch.cat(parts, 1)

    def _last(self, name: str, x: "Tensor", pool: Any) -> "Tensor":
        """The blocks whose branches fork twice."""
        import torch

        def forked(stem: str, y: "Tensor") -> "Tensor":
            across = self._convolved(f"{stem}a", y, (0, 1))
            return torch.cat([across, self._convolved(f"{stem}b", y, (1, 0))], 1)

        near = self._convolved(f"{name}.branch3x3_1", x)
        far = self._convolved(f"{name}.branch3x3dbl_1", x)
        far = self._convolved(f"{name}.branch3x3dbl_2", far, _ONE)
        parts = [
            self._convolved(f"{name}.branch1x1", x),
            forked(f"{name}.branch3x3_2", near),
            forked(f"{name}.branch3x3dbl_3", far),
            self._convolved(f"{name}.branch_pool", pool(x)),
        ]
        return torch.cat(parts, 1)


def _average(x: "Tensor") -> "Tensor":
    from torch.nn import functional

    return functional.avg_pool2d(x, 3, 1, 1, count_include_pad=False)


def _resized(x: "Tensor") -> "Tensor":
    """Bilinear without half pixels, as TensorFlow 1 does: pixel i is read at i * in / out."""
    import torch

    for dim in (2, 3):
        length = x.shape[dim]
        at = torch.arange(SIDE, dtype=torch.float32) * (length / SIDE)
        low = at.floor().long()
        shape = [1, 1, 1, 1]
        shape[dim] = SIDE
        share = (at - low).reshape(shape)
        near, far = x.index_select(dim, low), x.index_select(dim, (low + 1).clamp(max=length - 1))
        x = near + (far - near) * share
    return x


def _numbers(x: "Tensor") -> NDArray[np.float32]:
    return np.asarray(x.numpy(), np.float32)
