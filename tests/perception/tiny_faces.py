"""Face recognisers' weights in small, in the layouts of the published ones."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["bright_faces", "buffalo", "mtcnn", "vgg_face"]

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


def buffalo(folder: Path) -> Path:
    """A pack with a detector for which a bright patch is a face, and a random recogniser.

    The detector's grids are means over 8, 16 and 32 pixels; 16's alone is sure of anything. Of
    its two anchors the second sees a larger box and is less sure. Beside them lies a file that
    is neither, as in the real packs.
    """
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    draw = np.random.default_rng(11)
    nodes, constants, outputs = [], [], {"score": [], "box": [], "points": []}

    def constant(name: str, value: NDArray[np.float32]) -> str:
        constants.append(numpy_helper.from_array(value.astype(np.float32), name))
        return name

    for stride in (8, 16, 32):
        tag = f"_{stride}"
        pool = {"kernel_shape": [stride] * 2, "strides": [stride] * 2}
        nodes.append(helper.make_node("AveragePool", ["input.1"], [f"grid{tag}"], **pool))
        gain = 20.0 if stride == 16 else 0.0
        wanted = {
            "score": (np.array([gain, 0.8 * gain]), [-3.0 if gain else -9.0] * 2, 1),
            "box": (np.zeros(8), [1.5, 1.8, 2.4, 2.1, 1.7, 2.0, 2.6, 2.3], 4),
            "points": (
                np.zeros(20),
                [-0.4, 0.0, 1.3, 0.2, 0.4, 0.9, -0.2, 1.5, 1.0, 1.6] * 2,
                10,
            ),
        }
        for part, (gains, bias, size) in wanted.items():
            kernel = np.repeat(np.asarray(gains).reshape(-1, 1, 1, 1) / 3, 3, axis=1)
            names = [
                f"grid{tag}",
                constant(f"{part}_kernel{tag}", kernel),
                constant(f"{part}_bias{tag}", np.array(bias)),
            ]
            nodes.append(helper.make_node("Conv", names, [f"{part}_map{tag}"]))
            last = f"{part}_map{tag}"
            if part == "score":
                nodes.append(helper.make_node("Sigmoid", [last], [f"sure{tag}"]))
                last = f"sure{tag}"
            nodes.append(
                helper.make_node("Transpose", [last], [f"{part}_t{tag}"], perm=[2, 3, 0, 1])
            )
            shape = numpy_helper.from_array(np.array([-1, size]), f"{part}_shape{tag}")
            constants.append(shape)
            nodes.append(
                helper.make_node("Reshape", [f"{part}_t{tag}", shape.name], [f"{part}{tag}"])
            )
            outputs[part].append((f"{part}{tag}", size))
    flat = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, [None, size])
        for part in ("score", "box", "points")
        for name, size in outputs[part]
    ]
    folder.mkdir(parents=True, exist_ok=True)

    def save(name: str, nodes: list[Any], given: str, side: Any, told: list[Any]) -> None:
        shape = [1, 3, side, side]
        entry = helper.make_tensor_value_info(given, TensorProto.FLOAT, shape)
        graph = helper.make_graph(nodes, name, [entry], told, constants)
        opset = [helper.make_opsetid("", 17)]
        model = helper.make_model(graph, opset_imports=opset, ir_version=8)
        onnx.save(model, folder / f"{name}.onnx")

    save("det_10g", nodes, "input.1", "?", flat)
    constants.clear()
    kernel = draw.normal(0, 0.1, (64, 3, 16, 16))
    weights = [constant("kernel", kernel), constant("dense", draw.normal(size=(64 * 49, 512)))]
    whole = [
        helper.make_node("Conv", ["input.1", weights[0]], ["seen"], strides=[16, 16]),
        helper.make_node("Relu", ["seen"], ["lit"]),
        helper.make_node("Flatten", ["lit"], ["flat"]),
        helper.make_node("MatMul", ["flat", weights[1]], ["683"]),
    ]
    told = helper.make_tensor_value_info("683", TensorProto.FLOAT, [1, 512])
    save("w600k_r50", whole, "input.1", 112, [told])
    other = helper.make_tensor_value_info("fc1", TensorProto.FLOAT, [1, 3, 96, 96])
    constants.clear()
    save("genderage", [helper.make_node("Identity", ["data"], ["fc1"])], "data", 96, [other])
    return folder
