"""VGG-Face (Parkhi et al. 2015) as DeepFace runs it: `vgg_face_weights.h5`, 4096 numbers a face.

A face is found by MTCNN with a black border around the picture, turned until the eyes are level,
cut out, laid on black at 224 x 224 and handed over in blue, green, red, 0..1. The descriptor is
the last layer before the classes, of length 1. Roundings follow DeepFace 0.0.103. Two are one
person where they are `SAME_PERSON` apart or less, DeepFace's own threshold.
"""

import importlib.util
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from script2movie.errors import BackendUnavailable
from script2movie.perception.published import loading, needs_torch
from script2movie.perception.published.checkpoints import check, device
from script2movie.perception.published.mtcnn import Detected, Mtcnn
from script2movie.perception.published.pixels import Picture

__all__ = ["MIN_SCORE", "SAME_PERSON", "VggFace", "level", "read_keras", "squared"]

SIDE = 224
MIN_SCORE = 0.8  # of a detection, rounded to two digits, as MovieBench's script asks for
SAME_PERSON = 1.17  # Euclidean, of descriptors of length 1
_CONVOLUTIONS = (  # width into and out of each, its kernel, and whether a pooling follows
    *((3, 64, 3, False), (64, 64, 3, True), (64, 128, 3, False), (128, 128, 3, True)),
    *((128, 256, 3, False), (256, 256, 3, False), (256, 256, 3, True)),
    *((256, 512, 3, False), (512, 512, 3, False), (512, 512, 3, True)),
    *((512, 512, 3, False), (512, 512, 3, False), (512, 512, 3, True)),
    *((512, 4096, 7, False), (4096, 4096, 1, False), (4096, 2622, 1, False)),
)
Box = tuple[float, float, float, float]


class VggFace:
    """Finds and embeds faces. Opening it is cheap; the weights load with the first picture."""

    def __init__(self, path: Path, detector: Path) -> None:
        """`path` is Keras's file, `detector` the folder of MTCNN's.

        Raises BackendUnavailable where torch or h5py are not installed.
        """
        needs_torch()
        if importlib.util.find_spec("h5py") is None:
            raise BackendUnavailable(
                "VGG-Face's weights are an HDF5 file, which h5py reads: "
                "pip install 'script2movie[eval]'"
            )
        self._path, self._lock = path, Lock()
        self._detector = Mtcnn(detector)

    @cached_property
    def _layers(self) -> list[tuple[Any, Any]]:
        import torch

        layers = read_keras(self._path)[:-1]  # the classes are not asked for
        return [
            (
                torch.from_numpy(np.ascontiguousarray(kernel.transpose(3, 2, 0, 1))).to(device()),
                torch.from_numpy(bias).to(device()),
            )
            for kernel, bias in layers
        ]

    def faces(self, rgb: Picture) -> list[tuple[Box, NDArray[np.float32]]]:
        """The faces of a picture (H, W, 3) that are sure enough, the largest first: box, (4096,).

        Boxes are in whole pixels and cut off at the picture's edges, as DeepFace tells them.
        """
        border = (rgb.shape[0] // 2, rgb.shape[1] // 2)
        framed = cv2.copyMakeBorder(
            rgb, border[0], border[0], border[1], border[1], cv2.BORDER_CONSTANT, value=(0, 0, 0)
        )
        found = []
        for one in self._detector.detect(np.asarray(framed, np.uint8)):
            cut = level(np.asarray(framed, np.uint8), one)
            if round(one.score, 2) < MIN_SCORE or not cut.size:
                continue
            x, y = (max(0, int(one.box[axis]) - border[1 - axis]) for axis in (0, 1))
            width = min(rgb.shape[1] - x - 1, int(one.box[2] - one.box[0]))
            height = min(rgb.shape[0] - y - 1, int(one.box[3] - one.box[1]))
            found.append(((x, y, x + width, y + height), self.embed(cut)))
        return found

    def embed(self, face: Picture) -> NDArray[np.float32]:
        """A face that is cut out (H, W, 3), of any shape, as (4096,) of length 1."""
        import torch
        from torch.nn import functional

        with self._lock, torch.inference_mode():
            x = torch.from_numpy(squared(face).transpose(2, 0, 1).copy())[None].to(device())
            for (kernel, bias), (_, _, size, pooled) in zip(
                self._layers, _CONVOLUTIONS, strict=False
            ):
                x = functional.conv2d(x, kernel, bias, padding=1 if size == 3 else 0).relu()
                if pooled:
                    x = functional.max_pool2d(x, 2)
            told = x.flatten().cpu().numpy()
        return np.asarray(told / (np.linalg.norm(told) + 1e-10), np.float32)


def level(picture: Picture, face: Detected) -> Picture:
    """What is in a face's box once the eyes are level: (h, w, 3), empty for an empty box.

    Twice the box is cut out, turned around its middle, and the box cut out of that where its
    middle has come to lie.
    """
    x, y = int(face.box[0]), int(face.box[1])
    width, height = int(face.box[2] - face.box[0]), int(face.box[3] - face.box[1])
    across, down = width // 2, height // 2
    wide = _window(picture, x - across, y - down, width + 2 * across, height + 2 * down)
    if not wide.size:
        return wide
    right, left = ([int(part) for part in eye] for eye in (face.right_eye, face.left_eye))
    angle = float(np.degrees(np.arctan2(left[1] - right[1], left[0] - right[0])))
    tall, broad = wide.shape[:2]
    turn = cv2.getRotationMatrix2D((broad // 2, tall // 2), angle, 1.0)
    turned = cv2.warpAffine(wide, turn, (broad, tall), flags=cv2.INTER_CUBIC)
    off_x, off_y = across + width / 2 - broad / 2, down + height / 2 - tall / 2
    sine, cosine = np.sin(np.radians(angle)), np.cos(np.radians(angle))
    middle_x = off_x * cosine + off_y * sine + broad / 2
    middle_y = off_y * cosine - off_x * sine + tall / 2
    x0, y0 = max(int(middle_x - width / 2), 0), max(int(middle_y - height / 2), 0)
    x1, y1 = min(int(middle_x + width / 2), broad), min(int(middle_y + height / 2), tall)
    return np.asarray(turned[y0:y1, x0:x1], np.uint8)


def squared(face: Picture) -> NDArray[np.float32]:
    """A face (H, W, 3) in the middle of black, (224, 224, 3), blue first, 0..1."""
    height, width = face.shape[:2]
    scale = min(SIDE / height, SIDE / width)
    size = (int(width * scale), int(height * scale))
    small = cv2.resize(face[..., ::-1] / 255, size)
    down, across = SIDE - small.shape[0], SIDE - small.shape[1]
    ends = ((down // 2, down - down // 2), (across // 2, across - across // 2), (0, 0))
    return np.pad(small, ends).astype(np.float32)


def read_keras(path: Path) -> list[tuple[NDArray[np.float32], NDArray[np.float32]]]:
    """Kernels (H, W, in, out) and biases of VGG-Face's sixteen layers, in Keras's order.

    Keras keeps the order of layers in the attribute `layer_names` of the file, or of its group
    `model_weights`, and that of a layer's arrays in `weight_names` of the layer's group.
    Raises WeightsError.
    """
    import h5py

    def arrays(file: Any) -> Iterator[NDArray[np.float32]]:
        root = file if "layer_names" in file.attrs else file["model_weights"]
        for layer in root.attrs["layer_names"]:
            group = root[_text(layer)]
            for name in group.attrs["weight_names"]:
                yield np.asarray(group[_text(name)], np.float32)

    what = "Keras file of VGG-Face"
    with loading(path, what), h5py.File(path) as file:
        found = list(arrays(file))
    wanted: dict[str, tuple[int, ...]] = {}
    for number, (inwards, outwards, size, _) in enumerate(_CONVOLUTIONS, 1):
        wanted[f"layer {number}, kernel"] = (size, size, inwards, outwards)
        wanted[f"layer {number}, bias"] = (outwards,)
    names = [*wanted, *(f"array {number}" for number in range(len(wanted), len(found)))]
    shapes = {name: one.shape for name, one in zip(names, found, strict=False)}
    check(path, what, shapes, wanted)
    return list(zip(found[::2], found[1::2], strict=True))


def _text(name: bytes | str) -> str:
    return name.decode() if isinstance(name, bytes) else name


def _window(picture: Picture, x: int, y: int, width: int, height: int) -> Picture:
    """A part of a picture, black where it reaches beyond."""
    full_height, full_width = picture.shape[:2]
    part = np.zeros((max(height, 0), max(width, 0), 3), np.uint8)
    x0, y0, x1, y1 = max(x, 0), max(y, 0), min(x + width, full_width), min(y + height, full_height)
    if x1 > x0 and y1 > y0:
        part[y0 - y : y1 - y, x0 - x : x1 - x] = picture[y0:y1, x0:x1]
    return part
