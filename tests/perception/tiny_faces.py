"""Face recognisers' weights in small, in the layouts of the published ones."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["bright_faces", "mtcnn", "vgg_face"]

Picture = NDArray[np.uint8]


def mtcnn(folder: Path) -> Path:
    """Three networks of the published shapes for which a bright patch on dark is a face.

    Each looks at a box in three by three places through its convolutions' middles: the more the
    one in the middle is brighter than the eight around it, the surer it is. Boxes are shifted a
    little, and the eyes lie at fixed places, the left one lower.
    """
    import torch

    from script2movie.perception.published import mtcnn as ours

    folder.mkdir(parents=True, exist_ok=True)
    for file in ours.FILES:
        name = file.removesuffix(".pt")
        state: dict[str, Any] = {
            key: torch.zeros(shape) for key, shape in ours._shapes(name).items()
        }
        for key in state:
            if "prelu" in key:
                state[key] += 1  # lets everything through
        numbers = sorted(key for key in state if key.startswith("conv") and "_" not in key)
        for key in (one for one in numbers if one.endswith("weight")):
            middle = state[key].shape[2] // 2
            state[key][0, :3, middle, middle] = 1 / 3 if key == "conv1.weight" else 0
            state[key][0, 0, middle, middle] = 1 / 3 if key == "conv1.weight" else 1
        ring = torch.full((3, 3), -10 / 8)
        ring[1, 1] = 10
        if name == "pnet":
            state["conv3.weight"][0, 0] = ring
            sure, shift = "conv4_1", "conv4_2"
            state["conv4_1.weight"][1, 0, 0, 0] = 1
        else:
            dense, sure, shift = (
                ("dense4", "dense5_1", "dense5_2")
                if name == "rnet"
                else ("dense5", "dense6_1", "dense6_2")
            )
            width = state[f"{dense}.weight"].shape[1] // 9
            state[f"{dense}.weight"][0, ::width] = ring.flatten()
            state[f"{sure}.weight"][1, 0] = 1
        state[f"{sure}.bias"][1] = -3
        state[f"{shift}.bias"] += torch.tensor([0.02, -0.03, -0.01, 0.04])
        if name == "onet":
            state["dense6_3.bias"] += torch.tensor(
                [0.3, 0.7, 0.5, 0.35, 0.65, 0.4, 0.45, 0.6, 0.8, 0.8]
            )
        torch.save(state, folder / file)
    return folder


def bright_faces(*hues: tuple[int, int, int], size: tuple[int, int] = (160, 280)) -> Picture:
    """Patches of 24 x 24 pixels side by side on near black, each in shades of its own hue."""
    rng = np.random.default_rng(9)
    picture = rng.integers(0, 16, (*size, 3), dtype=np.uint8)
    for number, hue in enumerate(hues):
        x = (2 * number + 1) * size[1] // (2 * len(hues)) - 12
        shade = rng.uniform(0.85, 1, (24, 24, 1))
        shade[6:18:2] *= 0.8
        picture[size[0] // 2 - 12 : size[0] // 2 + 12, x : x + 24] = shade * np.array(hue)
    return picture


def vgg_face(path: Path, *, inside: str = "") -> Path:
    """DeepFace's file as Keras 2 saves it, random; of the dense layers only 64 numbers are.

    The rest of them is a fill value, so that half a gigabyte lies on no disk. `inside` is the
    group that a whole model's file keeps its weights in.
    """
    import h5py

    from script2movie.perception.published import vgg_face as ours

    draw = np.random.default_rng(10)
    path.parent.mkdir(parents=True, exist_ok=True)
    with h5py.File(path, "w") as file:
        root = file.create_group(inside) if inside else file
        names = []
        for number, (inwards, outwards, size, pooled) in enumerate(ours._CONVOLUTIONS, 1):
            names += [f"zero_padding2d_{number}"] if size == 3 else []
            names += [f"conv2d_{number}"] + ([f"max_pooling2d_{number}"] if pooled else [])
            group = root.create_group(f"conv2d_{number}").create_group(f"conv2d_{number}")
            shape = (size, size, inwards, outwards)
            kernel = group.create_dataset(
                "kernel:0", shape, "f4", chunks=(size, size, min(inwards, 512), min(outwards, 64))
            )
            part = (size, size, min(inwards, 512), outwards if size == 3 else 64)
            scale = (6 / np.prod(part[:3])) ** 0.5
            kernel[:, :, : part[2], : part[3]] = draw.uniform(-scale, scale, part)
            group.create_dataset("bias:0", data=draw.uniform(-0.1, 0.1, outwards).astype("f4"))
            root[f"conv2d_{number}"].attrs["weight_names"] = [
                f"conv2d_{number}/kernel:0".encode(),
                f"conv2d_{number}/bias:0".encode(),
            ]
        names += ["dropout_1", "flatten_1", "activation_1"]
        for name in names:
            if name not in root:
                root.create_group(name).attrs["weight_names"] = []
        root.attrs["layer_names"] = [name.encode() for name in names]
        root.attrs["backend"], root.attrs["keras_version"] = b"tensorflow", b"2.1.5"
    return path
