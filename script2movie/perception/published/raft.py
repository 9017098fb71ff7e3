"""RAFT (Teed and Deng 2020, arXiv 2003.12039): optical flow, by the names of its checkpoints.

The large model, as `raft-things.pth` has it. Features at an eighth of the picture; the
correlation of every pixel with every pixel, at four scales; a recurrent unit that looks up what
lies around where each pixel is thought to have gone, and corrects that; the last flow brought to
full size by a learned convex combination.
"""

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from script2movie.perception.published import needs_torch
from script2movie.perception.published.checkpoints import Named, device, read_checkpoint
from script2movie.perception.published.correlation import (
    NUM_SCALES,
    correlations,
    filled,
    look_up,
    places,
)
from script2movie.perception.published.pixels import Picture

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["RaftFlow", "raised"]

NUM_UPDATES = 20  # as VBench asks for
RADIUS = 4  # pixels around the guess that are looked at, at each scale of the correlation
HIDDEN = 128  # channels of the recurrent state; the context has as many
_WIDTHS = ((64, 64), (64, 96), (96, 128))  # channels into and out of each stage of an encoder
_GATES = (("1", (1, 5)), ("2", (5, 1)))  # the unit's two passes: along rows, along columns


class RaftFlow:
    """Flow between two frames. Opening it is cheap; the weights load at first use."""

    def __init__(self, path: Path) -> None:
        """`path` is a checkpoint of princeton-vl's, `raft-things.pth`."""
        needs_torch()
        self._path = path

    @cached_property
    def _weights(self) -> dict[str, Any]:
        return read_checkpoint(
            self._path, "checkpoint of RAFT's large model", dict(_shapes()), prefix="module."
        )

    def flow(self, before: Picture, after: Picture) -> NDArray[np.float32]:
        """How far each pixel of `before` goes, in pixels, (height, width, 2), x first.

        Frames (H, W, 3) of one size, no side under 128. Sides are filled up to multiples of
        8 by repeating the border, half at each end, and the flow is of the filled frame, as
        VBench takes it.
        """
        import torch

        both = np.stack([before, after]).transpose(0, 3, 1, 2)
        frames = torch.from_numpy(np.ascontiguousarray(both)).to(device()).float()
        with torch.inference_mode():
            moved = self._flow(filled(2 * (frames / 255) - 1, 8))
        return np.asarray(moved[0].permute(1, 2, 0).cpu().numpy(), np.float32)

    def _flow(self, frames: "Tensor") -> "Tensor":
        """Frames (2, 3, H, W) in -1..1 to (1, 2, H, W)."""
        import torch
        from torch.nn import functional

        first, second = self._encoded("fnet", frames).chunk(2)  # (1, 256, H/8, W/8)
        scales = correlations(first, second)
        told = self._encoded("cnet", frames[:1])
        state, context = told[:, :HIDDEN].tanh(), told[:, HIDDEN:].relu()
        here = places(first)  # (1, 2, H/8, W/8)
        flow = torch.zeros_like(here)
        for _ in range(NUM_UPDATES):
            seen = look_up(scales, here + flow, RADIUS)
            looked = self._convolved("update_block.encoder.convc1", seen).relu()
            looked = self._convolved("update_block.encoder.convc2", looked).relu()
            moved = self._convolved("update_block.encoder.convf1", flow).relu()
            moved = self._convolved("update_block.encoder.convf2", moved).relu()
            motion = self._convolved(
                "update_block.encoder.conv", torch.cat([looked, moved], dim=1)
            ).relu()
            told = torch.cat([context, motion, flow], dim=1)  # (1, 256, H/8, W/8)
            for number, _ in _GATES:
                state = self._updated(number, state, told)
            delta = self._convolved("update_block.flow_head.conv1", state).relu()
            flow = flow + self._convolved("update_block.flow_head.conv2", delta)
        mask = functional.relu(self._convolved("update_block.mask.0", state))
        return raised(flow, 0.25 * self._convolved("update_block.mask.2", mask))

    def _updated(self, number: str, state: "Tensor", told: "Tensor") -> "Tensor":
        """One pass of the gated recurrent unit (Cho et al. 2014), its gates convolutions."""
        import torch

        both = torch.cat([state, told], dim=1)
        update = self._convolved(f"update_block.gru.convz{number}", both).sigmoid()
        reset = self._convolved(f"update_block.gru.convr{number}", both).sigmoid()
        kept = torch.cat([reset * state, told], dim=1)
        fresh = self._convolved(f"update_block.gru.convq{number}", kept).tanh()
        return (1 - update) * state + update * fresh

    def _encoded(self, name: str, x: "Tensor") -> "Tensor":
        x = self._normalised(f"{name}.norm1", self._convolved(f"{name}.conv1", x, 2)).relu()
        for stage in range(1, len(_WIDTHS) + 1):
            for number in range(2):
                stride = 2 if stage > 1 and number == 0 else 1
                x = self._block(f"{name}.layer{stage}.{number}", x, stride)
        return self._convolved(f"{name}.conv2", x)

    def _block(self, name: str, x: "Tensor", stride: int) -> "Tensor":
        """Two convolutions and the way around them."""
        y = self._normalised(f"{name}.norm1", self._convolved(f"{name}.conv1", x, stride)).relu()
        y = self._normalised(f"{name}.norm2", self._convolved(f"{name}.conv2", y)).relu()
        if stride > 1:
            x = self._convolved(f"{name}.downsample.0", x, stride)
            x = self._normalised(f"{name}.downsample.1", x)
        return (x + y).relu()

    def _convolved(self, name: str, x: "Tensor", stride: int = 1) -> "Tensor":
        from torch.nn import functional

        weight = self._weights[f"{name}.weight"]
        padding = (weight.shape[2] // 2, weight.shape[3] // 2)
        return functional.conv2d(x, weight, self._weights[f"{name}.bias"], stride, padding)

    def _normalised(self, name: str, x: "Tensor") -> "Tensor":
        """By the statistics of training in the context's encoder, else by the picture's own."""
        from torch.nn import functional

        if not name.startswith("cnet"):
            return functional.instance_norm(x)
        mean, variance, weight, bias = (
            self._weights[f"{name}.{part}"]
            for part in ("running_mean", "running_var", "weight", "bias")
        )
        return functional.batch_norm(x, mean, variance, weight, bias)


def raised(flow: "Tensor", mask: "Tensor") -> "Tensor":
    """A flow (1, 2, h, w) at eight times the size, pixels too: (1, 2, 8 h, 8 w).

    Each fine pixel is a convex combination of the nine coarse ones around its own; `mask`
    (1, 9 * 64, h, w) has the nine weights of each of the 64, before their softmax.
    """
    from torch.nn import functional

    _, _, height, width = flow.shape
    share = mask.reshape(1, 9, 8, 8, height, width).softmax(dim=1)
    around = functional.unfold(8 * flow, 3, padding=1).reshape(2, 9, 1, 1, height, width)
    fine = (share * around).sum(dim=1)  # (2, 8, 8, h, w)
    return fine.permute(0, 3, 1, 4, 2).reshape(1, 2, 8 * height, 8 * width)


def _shapes() -> Named:
    """Every tensor of the checkpoint."""

    def convolution(name: str, inwards: int, outwards: int, *kernel: int) -> Named:
        size = kernel if len(kernel) == 2 else kernel * 2
        yield f"{name}.weight", (outwards, inwards, *size)
        yield f"{name}.bias", (outwards,)

    def norm(name: str, width: int) -> Named:
        if name.startswith("cnet"):  # the other normalises by the picture itself
            for part in ("weight", "bias", "running_mean", "running_var"):
                yield f"{name}.{part}", (width,)

    for encoder in ("fnet", "cnet"):
        yield from convolution(f"{encoder}.conv1", 3, 64, 7)
        yield from norm(f"{encoder}.norm1", 64)
        for stage, (inwards, width) in enumerate(_WIDTHS, 1):
            for number, before in enumerate((inwards, width)):
                name = f"{encoder}.layer{stage}.{number}"
                yield from convolution(f"{name}.conv1", before, width, 3)
                yield from convolution(f"{name}.conv2", width, width, 3)
                yield from norm(f"{name}.norm1", width)
                yield from norm(f"{name}.norm2", width)
            if stage > 1:
                name = f"{encoder}.layer{stage}.0"
                yield from convolution(f"{name}.downsample.0", inwards, width, 1)
                yield from norm(f"{name}.downsample.1", width)
                yield from norm(f"{name}.norm3", width)  # the same numbers, saved twice
        yield from convolution(f"{encoder}.conv2", 128, 2 * HIDDEN, 1)
    update = "update_block"
    yield from convolution(f"{update}.encoder.convc1", NUM_SCALES * (2 * RADIUS + 1) ** 2, 256, 1)
    yield from convolution(f"{update}.encoder.convc2", 256, 192, 3)
    yield from convolution(f"{update}.encoder.convf1", 2, 128, 7)
    yield from convolution(f"{update}.encoder.convf2", 128, 64, 3)
    yield from convolution(f"{update}.encoder.conv", 256, HIDDEN - 2, 3)
    for gate_number, kernel in _GATES:
        for gate in "zrq":
            yield from convolution(f"{update}.gru.conv{gate}{gate_number}", 384, HIDDEN, *kernel)
    yield from convolution(f"{update}.flow_head.conv1", HIDDEN, 256, 3)
    yield from convolution(f"{update}.flow_head.conv2", 256, 2, 3)
    yield from convolution(f"{update}.mask.0", HIDDEN, 256, 3)
    yield from convolution(f"{update}.mask.2", 256, 9 * 64, 1)
