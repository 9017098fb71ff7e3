"""AMT-S (Li et al. 2023, arXiv 2304.09790): the frame between two, by the names of `amt-s.pth`.

Features at an eighth of the frame are correlated both ways (as in RAFT); from coarse to fine, four
decoders guess how far each pixel of the frame between lies from both neighbours, three of them
corrected by what the correlations say there; the last one gives three pairs of flows, and what
they bring from both sides is blended. The published weights are CC-BY-NC-4.0.
"""

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

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

__all__ = ["AmtInterpolator"]

MULTIPLE = 16  # sides are filled up to this
RADIUS = 3  # pixels around the guess that are looked at, at each scale of the correlation
NUM_FLOWS = 3
HALF = 0.5  # the time between the two frames
_STEM, _STAGES = 32, ((32, 32), (32, 64), (64, 96))  # of the features that are correlated
_FEATURES = 84
_CHANNELS = (20, 32, 44, 56)  # of the pyramid, at a half to a sixteenth
_SIDE = 20  # channels of a block that are looked at once more
_LEAK = 0.1


class AmtInterpolator:
    """Makes the frame half way. Opening it is cheap; the weights load at first use."""

    def __init__(self, path: Path) -> None:
        """`path` is a checkpoint of AMT's, `amt-s.pth`."""
        needs_torch()
        self._path = path

    @cached_property
    def _weights(self) -> dict[str, Any]:
        what = "checkpoint of AMT-S"
        return read_checkpoint(self._path, what, dict(_shapes()), inside="state_dict")

    def between(self, before: Picture, after: Picture) -> Picture:
        """The frame half way between two frames (H, W, 3), no side under 128."""
        import torch

        both = np.stack([before, after]).transpose(0, 3, 1, 2)
        frames = torch.from_numpy(np.ascontiguousarray(both)).to(device()) / 255
        with torch.inference_mode():
            made = self._between(filled(frames, MULTIPLE))[0] * 255
        height, width = before.shape[:2]
        top, left = (made.shape[1] - height) // 2, (made.shape[2] - width) // 2
        made = made[:, top : top + height, left : left + width].permute(1, 2, 0)
        return np.asarray(made.cpu().numpy().clip(0, 255), np.uint8)  # cut off, not rounded

    def _between(self, frames: "Tensor") -> "Tensor":
        """Frames (2, 3, H, W) in 0..1 to (1, 3, H, W)."""
        import torch

        mean = frames.mean()
        frames = frames - mean
        features = self._features(frames)  # (2, 84, H/8, W/8)
        forth = correlations(features[:1], features[1:])
        back = correlations(features[1:], features[:1])
        here = places(features)
        pyramid = self._pyramid(frames)
        time = torch.full_like(pyramid[-1][:1, :1], HALF)
        told = self._decoded(4, torch.cat([pyramid[-1][:1], pyramid[-1][1:], time], dim=1))
        flows, state = told[:, :4], told[:, 4:]
        for level in (4, 3, 2):
            coarse = 2 ** (4 - level)
            seen = flows if level == 4 else _resized(flows, 1 / coarse) / coarse
            # from the frame half way to one neighbour and on, twice as far, to the other
            looked = torch.cat(
                [
                    look_up(forth, here + seen[:, 2:] / HALF, RADIUS),
                    look_up(back, here + seen[:, :2] / HALF, RADIUS),
                ],
                dim=1,
            )
            more, further = self._corrected(level, state, seen, looked, coarse)
            state, flows = state + more, flows + further
            told, larger = self._finer(level - 1, state, pyramid[level - 2], flows)
            if level > 2:
                flows, state = told[:, :4] + larger, told[:, 4:]
        return self._blended(frames, mean, told, larger)

    def _finer(
        self, level: int, state: "Tensor", features: "Tensor", flows: "Tensor"
    ) -> tuple["Tensor", "Tensor"]:
        """What the next decoder tells, and the flows so far, at twice the size."""
        import torch

        warped = [_warped(features[:1], flows[:, :2]), _warped(features[1:], flows[:, 2:])]
        told = self._decoded(level, torch.cat([state, *warped, flows], dim=1))
        return told, 2 * _resized(flows, 2)

    def _blended(
        self, frames: "Tensor", mean: "Tensor", told: "Tensor", flows: "Tensor"
    ) -> "Tensor":
        """Both neighbours, brought by three flows each, weighed, mended, joined: (1, 3, H, W)."""
        import torch

        forth, back = told[0, : 4 * NUM_FLOWS].reshape(2, NUM_FLOWS, 2, *told.shape[2:])
        share, mend = told[0, 4 * NUM_FLOWS :].split([NUM_FLOWS, 3 * NUM_FLOWS])
        share = share.sigmoid()[:, None]  # (3, 1, H, W)
        first, second = (
            _warped(frame.expand(NUM_FLOWS, -1, -1, -1), delta + flow)
            for frame, delta, flow in (
                (frames[:1], forth, flows[:, :2]),
                (frames[1:], back, flows[:, 2:]),
            )
        )
        brought = share * first + (1 - share) * second + mean
        brought = brought + mend.reshape(NUM_FLOWS, 3, *told.shape[2:])
        joined = self._bent("comb_block", brought.reshape(1, 3 * NUM_FLOWS, *told.shape[2:]))
        joined = self._convolved("comb_block.2", joined)
        return torch.clamp(brought.mean(dim=0, keepdim=True) + joined, 0, 1)

    def _corrected(
        self, level: int, state: "Tensor", flows: "Tensor", looked: "Tensor", coarse: int
    ) -> tuple["Tensor", "Tensor"]:
        """How state and flows change for what was looked up, at an eighth of the frame."""
        import torch
        from torch.nn import functional

        def leaky(name: str, x: "Tensor") -> "Tensor":
            return functional.leaky_relu(self._convolved(name, x), _LEAK)

        name = f"update{level}"
        small = state if coarse == 1 else _resized(state, 1 / coarse)
        moved = leaky(f"{name}.convf2", leaky(f"{name}.convf1", flows))
        both = torch.cat([leaky(f"{name}.convc1", looked), moved], dim=1)
        x = torch.cat([leaky(f"{name}.conv", both), flows, small], dim=1)
        x = self._convolved(f"{name}.gru.2", leaky(f"{name}.gru.0", x))
        more, further = (
            self._convolved(f"{name}.{head}.2", leaky(f"{name}.{head}.0", x))
            for head in ("feat_head", "flow_head")
        )
        if coarse == 1:
            return more, further
        return _resized(more, coarse), coarse * _resized(further, coarse)

    def _decoded(self, level: int, x: "Tensor") -> "Tensor":
        """A decoder: a block with a way around it, then twice the size."""
        from torch.nn import functional

        name = f"decoder{level}.convblock"
        x = self._bent(f"{name}.0", x)
        y = self._again(f"{name}.1.conv2", self._bent(f"{name}.1.conv1", x))
        y = self._again(f"{name}.1.conv4", self._bent(f"{name}.1.conv3", y))
        y = self._convolved(f"{name}.1.conv5", y)
        x = functional.prelu(x + y, self._weights[f"{name}.1.prelu.weight"])
        weight, bias = (self._weights[f"{name}.2.{part}"] for part in ("weight", "bias"))
        return functional.conv_transpose2d(x, weight, bias, stride=2, padding=1)

    def _again(self, name: str, x: "Tensor") -> "Tensor":
        """The last channels looked at once more, the others as they are."""
        import torch

        return torch.cat([x[:, :-_SIDE], self._bent(name, x[:, -_SIDE:])], dim=1)

    def _pyramid(self, x: "Tensor") -> list["Tensor"]:
        found = []
        for number in range(1, len(_CHANNELS) + 1):
            x = self._bent(f"encoder.pyramid{number}.0", x, 2)
            x = self._bent(f"encoder.pyramid{number}.1", x)
            found.append(x)
        return found

    def _features(self, x: "Tensor") -> "Tensor":
        from torch.nn import functional

        def normal(name: str, x: "Tensor", stride: int = 1) -> "Tensor":
            return functional.instance_norm(self._convolved(name, x, stride))

        x = normal("feat_encoder.conv1", x, 2).relu()
        for stage in range(1, len(_STAGES) + 1):
            for number in range(2):
                stride = 2 if stage > 1 and number == 0 else 1
                name = f"feat_encoder.layer{stage}.{number}"
                y = normal(f"{name}.conv1", x).relu()
                y = normal(f"{name}.conv2", y, stride).relu()
                y = normal(f"{name}.conv3", y).relu()
                around = normal(f"{name}.downsample.0", x, stride) if stride > 1 else x
                x = (around + y).relu()
        return self._convolved("feat_encoder.conv2", x)

    def _bent(self, name: str, x: "Tensor", stride: int = 1) -> "Tensor":
        """A convolution and its PReLU, which the checkpoint numbers 0 and 1."""
        from torch.nn import functional

        x = self._convolved(f"{name}.0", x, stride)
        return functional.prelu(x, self._weights[f"{name}.1.weight"])

    def _convolved(self, name: str, x: "Tensor", stride: int = 1) -> "Tensor":
        from torch.nn import functional

        weight = self._weights[f"{name}.weight"]
        padding = weight.shape[2] // 2
        return functional.conv2d(x, weight, self._weights[f"{name}.bias"], stride, padding)


def _resized(x: "Tensor", by: float) -> "Tensor":
    from torch.nn import functional

    return functional.interpolate(x, scale_factor=by, mode="bilinear", align_corners=False)


def _warped(x: "Tensor", flow: "Tensor") -> "Tensor":
    """What lies where the flow (N, 2, H, W), in pixels, points to; the border goes on for ever."""
    import torch
    from torch.nn import functional

    height, width = x.shape[2:]
    last = torch.tensor([width - 1, height - 1], dtype=x.dtype, device=x.device)
    at = (places(x) + flow).permute(0, 2, 3, 1)
    return functional.grid_sample(x, 2 * at / last - 1, padding_mode="border", align_corners=True)


def _shapes() -> Named:
    """Every tensor of the checkpoint."""

    def convolution(name: str, inwards: int, outwards: int, kernel: int = 3) -> Named:
        yield f"{name}.weight", (outwards, inwards, kernel, kernel)
        yield f"{name}.bias", (outwards,)

    def bent(name: str, inwards: int, outwards: int) -> Named:
        yield from convolution(f"{name}.0", inwards, outwards)
        yield f"{name}.1.weight", (outwards,)

    yield from convolution("feat_encoder.conv1", 3, _STEM, 7)
    for stage, (inwards, width) in enumerate(_STAGES, 1):
        for number, before in enumerate((inwards, width)):
            name = f"feat_encoder.layer{stage}.{number}"
            yield from convolution(f"{name}.conv1", before, width // 4, 1)
            yield from convolution(f"{name}.conv2", width // 4, width // 4)
            yield from convolution(f"{name}.conv3", width // 4, width, 1)
        if stage > 1:
            yield from convolution(f"feat_encoder.layer{stage}.0.downsample.0", inwards, width, 1)
    yield from convolution("feat_encoder.conv2", _STAGES[-1][1], _FEATURES, 1)
    for number, (inwards, width) in enumerate(zip((3, *_CHANNELS[:-1]), _CHANNELS, strict=True), 1):
        yield from bent(f"encoder.pyramid{number}.0", inwards, width)
        yield from bent(f"encoder.pyramid{number}.1", width, width)
    for level in (4, 3, 2, 1):
        width = _CHANNELS[level - 1] * (2 if level == 4 else 3)
        outwards = 8 * NUM_FLOWS if level == 1 else _CHANNELS[level - 2] + 4
        name = f"decoder{level}.convblock"
        yield from bent(f"{name}.0", width + (1 if level == 4 else 4), width)
        for number in (1, 2, 3, 4):
            wide = width if number % 2 else _SIDE
            yield from bent(f"{name}.1.conv{number}", wide, wide)
        yield from convolution(f"{name}.1.conv5", width, width)
        yield f"{name}.1.prelu.weight", (width,)
        yield f"{name}.2.weight", (width, outwards, 4, 4)
        yield f"{name}.2.bias", (outwards,)
    for level in (4, 3, 2):
        name, state = f"update{level}", _CHANNELS[level - 2]
        yield from convolution(f"{name}.convc1", 2 * NUM_SCALES * (2 * RADIUS + 1) ** 2, 64, 1)
        yield from convolution(f"{name}.convf1", 4, 40, 7)
        yield from convolution(f"{name}.convf2", 40, 20)
        yield from convolution(f"{name}.conv", 84, 68)
        yield from convolution(f"{name}.gru.0", 68 + 4 + state, 76)
        yield from convolution(f"{name}.gru.2", 76, 76)
        for head, outwards in (("feat_head", state), ("flow_head", 4)):
            yield from convolution(f"{name}.{head}.0", 76, 76)
            yield from convolution(f"{name}.{head}.2", 76, outwards)
    yield from bent("comb_block", 3 * NUM_FLOWS, 6 * NUM_FLOWS)
    yield from convolution("comb_block.2", 6 * NUM_FLOWS, 3)
