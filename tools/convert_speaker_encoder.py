"""Turns Resemblyzer's speaker encoder into script2movie/assets/speaker/encoder.onnx, once.

    pip install --no-deps resemblyzer==0.1.4 torch==2.13.0 onnx
    python tools/convert_speaker_encoder.py <site-packages>/resemblyzer/pretrained.pt

The network: three LSTM layers of 256 over 40 mel bands, the last state through a linear layer
and a ReLU, norm 1. Weights are stored as half floats and computed with as single floats.
"""

import sys
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

ENCODER = Path(__file__).parents[1] / "script2movie/assets/speaker/encoder.onnx"
NUM_LAYERS = 3
WIDTH = 256


def convert(state: dict[str, np.ndarray]) -> onnx.ModelProto:
    """The network's weights by PyTorch's names to an ONNX graph: mels (B, T, 40) to (B, 256)."""
    nodes, weights = [], []

    def stored(name: str, values: np.ndarray) -> str:
        weights.append(numpy_helper.from_array(values.astype(np.float16), f"{name}_half"))
        nodes.append(helper.make_node("Cast", [f"{name}_half"], [name], to=TensorProto.FLOAT))
        return name

    nodes.append(helper.make_node("Transpose", ["mels"], ["frames0"], perm=[1, 0, 2]))
    for layer in range(NUM_LAYERS):
        inputs = [
            f"frames{layer}",
            stored(f"W{layer}", _gates(state[f"lstm.weight_ih_l{layer}"])[None]),
            stored(f"R{layer}", _gates(state[f"lstm.weight_hh_l{layer}"])[None]),
            stored(
                f"B{layer}",
                np.concatenate(
                    [_gates(state[f"lstm.bias_{kind}_l{layer}"]) for kind in ("ih", "hh")]
                )[None],
            ),
        ]
        outputs = [f"states{layer}", f"last{layer}"]
        nodes.append(helper.make_node("LSTM", inputs, outputs, hidden_size=WIDTH))
        nodes.append(helper.make_node("Squeeze", [f"states{layer}", "one"], [f"frames{layer + 1}"]))
    weights.append(numpy_helper.from_array(np.array([1], np.int64), "one"))
    weights.append(numpy_helper.from_array(np.array([0], np.int64), "zero"))
    matrix, bias = (stored(name, state[f"linear.{name}"]) for name in ("weight", "bias"))
    nodes += [
        helper.make_node("Squeeze", [f"last{NUM_LAYERS - 1}", "zero"], ["last"]),
        helper.make_node("Gemm", ["last", matrix, bias], ["linear"], transB=1),
        helper.make_node("Relu", ["linear"], ["positive"]),
        helper.make_node("LpNormalization", ["positive"], ["embedding"], axis=1, p=2),
    ]
    mels = helper.make_tensor_value_info("mels", TensorProto.FLOAT, ["batch", "frames", 40])
    embedding = helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["batch", WIDTH])
    graph = helper.make_graph(nodes, "speaker", [mels], [embedding], weights)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 8
    onnx.checker.check_model(model)
    return model


def _gates(rows: np.ndarray) -> np.ndarray:
    """PyTorch orders the gates input, forget, cell, output; ONNX input, output, forget, cell."""
    entry, forget, cell, output = np.split(rows, 4)
    return np.concatenate([entry, output, forget, cell])


if __name__ == "__main__":
    checkpoint = torch.load(sys.argv[1], map_location="cpu", weights_only=False)
    arrays = {name: tensor.numpy() for name, tensor in checkpoint["model_state"].items()}
    ENCODER.parent.mkdir(parents=True, exist_ok=True)
    onnx.save(convert(arrays), ENCODER)
    print(f"{ENCODER}: {ENCODER.stat().st_size} bytes")
