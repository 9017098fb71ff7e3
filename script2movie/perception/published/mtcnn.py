"""MTCNN (Zhang et al. 2016, arXiv 1604.02878) by facenet-pytorch's weights: DeepFace's `fastmtcnn`.

Three small networks: the first proposes boxes over a pyramid of sizes, the second and the third
look again at each and correct it, the third finds eyes, nose and mouth too. Thresholds, steps and
roundings are facenet-pytorch 2.6's, down to boxes that count their pixels from 1.
"""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from script2movie.perception.published import needs_torch
from script2movie.perception.published.checkpoints import device, read_checkpoint
from script2movie.perception.published.overlaps import apart
from script2movie.perception.published.pixels import Picture

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["FILES", "Detected", "Mtcnn"]

FILES = ("pnet.pt", "rnet.pt", "onet.pt")
SMALLEST, FACTOR = 20, 0.709  # pixels of a face; each step of the pyramid to the one before
THRESHOLDS = (0.6, 0.7, 0.7)
BATCH = 512  # boxes that a network sees at once
_CELL, _STRIDE = 12, 2  # what one output of the first network sees, and how far to the next
Boxes = NDArray[np.float32]

_CONVOLUTIONS = {  # width, kernel, and the pooling after it
    "pnet": ((10, 3, 2), (16, 3, 0), (32, 3, 0)),
    "rnet": ((28, 3, 3), (48, 3, 3), (64, 2, 0)),
    "onet": ((32, 3, 3), (64, 3, 3), (64, 3, 2), (128, 2, 0)),
}
_DENSE = {"rnet": ("4", 576, 128), "onet": ("5", 1152, 256)}
_HEADS = {
    "pnet": (("conv4_1", 2), ("conv4_2", 4)),
    "rnet": (("dense5_1", 2), ("dense5_2", 4)),
    "onet": (("dense6_1", 2), ("dense6_2", 4), ("dense6_3", 10)),
}


@dataclass(frozen=True)
class Detected:
    """A face: its box x0, y0, x1, y1 in pixels, how sure (0..1), and both eyes.

    `right_eye` is the person's own right, which lies left in the picture.
    """

    box: tuple[float, float, float, float]
    score: float
    right_eye: tuple[float, float]
    left_eye: tuple[float, float]


class Mtcnn:
    """Finds faces. Opening it is cheap; the weights load with the first picture."""

    def __init__(self, folder: Path) -> None:
        """`folder` holds FILES."""
        needs_torch()
        self._folder = folder

    @cached_property
    def _networks(self) -> dict[str, dict[str, Any]]:
        return {
            file.removesuffix(".pt"): read_checkpoint(
                self._folder / file, f"MTCNN's {file}", _shapes(file.removesuffix(".pt"))
            )
            for file in FILES
        }

    def detect(self, rgb: Picture) -> tuple[Detected, ...]:
        """The faces in a picture (H, W, 3), the largest first."""
        import torch

        with torch.inference_mode():
            picture = torch.from_numpy(np.array(rgb)).to(device())
            whole = picture.permute(2, 0, 1)[None].float()
            boxes = self._proposed(whole)
            boxes, _ = self._looked_at("rnet", whole, boxes, 24)
            boxes, points = self._looked_at("onet", whole, boxes, 48)
        areas = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
        return tuple(
            Detected(
                tuple(map(float, boxes[number, :4])),  # type: ignore[arg-type]
                float(boxes[number, 4]),
                (float(points[number, 0]), float(points[number, 5])),
                (float(points[number, 1]), float(points[number, 6])),
            )
            for number in np.argsort(areas)[::-1]
        )

    def _proposed(self, whole: "Tensor") -> Boxes:
        """Square boxes and scores (N, 5) by the first network, over the pyramid."""
        height, width = whole.shape[2:]
        scale, found = _CELL / SMALLEST, [np.zeros((0, 9), np.float32)]
        shorter = min(height, width) * scale
        while shorter >= _CELL:
            size = (int(height * scale + 1), int(width * scale + 1))
            sure, shift = self._through("pnet", _resized(whole, size))
            scores = sure.softmax(dim=1)[0, 1]
            rows, columns = (scores >= THRESHOLDS[0]).nonzero(as_tuple=True)
            corner = np.stack([columns.cpu().numpy(), rows.cpu().numpy()], axis=1) * _STRIDE + 1
            corner = corner.astype(np.float32)
            here = np.concatenate(
                [
                    np.floor(corner / np.float32(scale)),
                    np.floor((corner + (_CELL - 1)) / np.float32(scale)),
                    scores[rows, columns].cpu().numpy()[:, None],
                    shift[0, :, rows, columns].T.cpu().numpy(),
                ],
                axis=1,
            )
            found.append(here[apart(here, 0.5)])
            scale, shorter = scale * FACTOR, shorter * FACTOR
        boxes = np.concatenate(found)
        boxes = boxes[apart(boxes, 0.7)]
        sides = boxes[:, 2:4] - boxes[:, :2]
        moved = boxes[:, :4] + boxes[:, 5:] * np.tile(sides, 2)
        return _squared(np.concatenate([moved, boxes[:, 4:5]], axis=1))

    def _looked_at(
        self, name: str, whole: "Tensor", boxes: Boxes, side: int
    ) -> tuple[Boxes, NDArray[np.float32]]:
        """Boxes (N, 5) that a further network keeps, corrected; the last one's points (N, 10)."""
        import torch

        cuts = _cut_out(whole, boxes, side)
        if not cuts:
            return np.zeros((0, 5), np.float32), np.zeros((0, 10), np.float32)
        parts = [
            self._through(name, torch.cat(cuts[start : start + BATCH]))
            for start in range(0, len(cuts), BATCH)
        ]
        told = [torch.cat(part).cpu() for part in zip(*parts, strict=True)]
        scores = told[0].softmax(dim=1)[:, 1].numpy()
        last = name == "onet"
        kept = scores > THRESHOLDS[2 if last else 1]
        boxes = np.concatenate([boxes[kept, :4], scores[kept, None]], axis=1)
        shift = told[1].numpy()[kept]
        sides = boxes[:, 2:4] - boxes[:, :2] + 1
        corrected = boxes.copy()
        corrected[:, :4] += shift * np.tile(sides, 2)
        if not last:
            chosen = apart(boxes, 0.7)
            return _squared(corrected[chosen]), np.zeros((0, 10), np.float32)
        points = told[2].numpy()[kept]
        points = points * np.repeat(sides, 5, axis=1) + np.repeat(boxes[:, :2], 5, axis=1) - 1
        # of the smaller box, edges counted; saturated scores are equal, and the later one first
        chosen = apart(corrected, 0.7, inclusive=True, of_smaller=True, later_first=True)
        return corrected[chosen], points[chosen]

    def _through(self, name: str, x: "Tensor") -> list["Tensor"]:
        from torch.nn import functional

        weights = self._networks[name]
        x = (x - 127.5) * 0.0078125
        for number, (_, _, pool) in enumerate(_CONVOLUTIONS[name], 1):
            layer = f"conv{number}"
            x = functional.conv2d(x, weights[f"{layer}.weight"], weights[f"{layer}.bias"])
            x = functional.prelu(x, weights[f"prelu{number}.weight"])
            if pool:
                x = functional.max_pool2d(x, pool, 2, ceil_mode=True)
        if name in _DENSE:
            number_said, _, _ = _DENSE[name]
            x = x.permute(0, 3, 2, 1).flatten(1)  # as TensorFlow's weights were laid out
            layer = f"dense{number_said}"
            x = functional.linear(x, weights[f"{layer}.weight"], weights[f"{layer}.bias"])
            x = functional.prelu(x, weights[f"prelu{number_said}.weight"])
        read = functional.linear if name in _DENSE else functional.conv2d
        return [
            read(x, weights[f"{head}.weight"], weights[f"{head}.bias"]) for head, _ in _HEADS[name]
        ]


def _resized(picture: "Tensor", size: tuple[int, int]) -> "Tensor":
    """Each new pixel the mean of those it covers."""
    from torch.nn import functional

    return functional.interpolate(picture, size=size, mode="area")


def _cut_out(whole: "Tensor", boxes: Boxes, side: int) -> list["Tensor"]:
    """What lies in each box of the picture, squeezed to side x side."""
    height, width = whole.shape[2:]
    cuts = []
    for x0, y0, x1, y1 in np.trunc(boxes[:, :4]).astype(int).tolist():
        left, top = max(x0, 1) - 1, max(y0, 1) - 1
        right, bottom = min(x1, width), min(y1, height)
        if right > left and bottom > top:
            cuts.append(_resized(whole[:, :, top:bottom, left:right], (side, side)))
    return cuts


def _squared(boxes: Boxes) -> Boxes:
    """Boxes (N, 5) made square around their middles."""
    sides = boxes[:, 2:4] - boxes[:, :2]
    longer = sides.max(axis=1, keepdims=True) if len(sides) else sides[:, :1]
    corner = boxes[:, :2] + sides * 0.5 - longer * 0.5
    return np.concatenate([corner, corner + longer, boxes[:, 4:5]], axis=1).astype(np.float32)


def _shapes(name: str) -> dict[str, tuple[int, ...]]:
    shapes: dict[str, tuple[int, ...]] = {}
    inwards = 3
    for number, (width, kernel, _) in enumerate(_CONVOLUTIONS[name], 1):
        shapes[f"conv{number}.weight"] = (width, inwards, kernel, kernel)
        shapes[f"conv{number}.bias"] = shapes[f"prelu{number}.weight"] = (width,)
        inwards = width
    kernels: tuple[int, ...] = (1, 1)
    if name in _DENSE:
        number_said, across, inwards = _DENSE[name]
        shapes[f"dense{number_said}.weight"] = (inwards, across)
        shapes[f"dense{number_said}.bias"] = shapes[f"prelu{number_said}.weight"] = (inwards,)
        kernels = ()
    for head, width in _HEADS[name]:
        shapes[f"{head}.weight"] = (width, inwards, *kernels)
        shapes[f"{head}.bias"] = (width,)
    return shapes
