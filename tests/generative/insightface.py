"""insightface's folder of models, tiny: SCRFD's nine outputs and an ArcFace of random numbers."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

POINTS = np.array([(262.0, 282), (378, 281), (320, 348), (272, 416), (369, 415)])
"""Where the detector finds eyes, nose and mouth whatever it is shown: in its square of 640."""


def insightface(
    root: Path, *, points: NDArray[np.float64] = POINTS, score: float = 0.9, seed: int = 0
) -> Path:
    """`<root>/models/buffalo_l`, with the two files that FaceID reads.

    The recogniser sees 7 x 7 squares of a straight face, and not the lowest seven.
    """
    folder = root / "models" / "buffalo_l"
    _detector(folder / "det_10g.onnx", points, score)
    rng = np.random.default_rng(seed)
    pool = {"kernel_shape": [16, 16], "strides": [16, 16]}
    nodes = [
        helper.make_node("AveragePool", ["picture"], ["seen"], **pool),
        helper.make_node("Flatten", ["seen"], ["flat"]),
        helper.make_node("MatMul", ["flat", "weight"], ["embedding"]),
    ]
    told = rng.standard_normal((3, 7, 7, 512)).astype(np.float32)
    told[:, 6] = 0
    weights = {"weight": told.reshape(147, 512)}
    _save(folder / "w600k_r50.onnx", 112, nodes, weights, {"embedding": (1, 512)})
    return root


def _detector(path: Path, points: NDArray[np.float64], score: float) -> None:
    """Sure of one face, at the place of stride 16 nearest its nose, as the second of two there."""
    weights = {}
    for stride in (8, 16, 32):
        across = 640 // stride
        scores = np.full((across * across * 2, 1), 0.02, np.float32)
        ways = np.zeros((len(scores), 10), np.float32)
        if stride == 16:
            column, row = (points[2] // stride).astype(int)
            place = 2 * (row * across + column) + 1
            scores[place] = score
            ways[place] = (points / stride - (column, row)).reshape(10)
        weights |= {f"score_{stride}": scores, f"way_{stride}": ways}
        weights[f"box_{stride}"] = np.ones((len(scores), 4), np.float32)
    names = [f"{kind}_{stride}" for kind in ("score", "box", "way") for stride in (8, 16, 32)]
    nodes = [helper.make_node("Identity", [name], [f"{name}_out"]) for name in names]
    _save(path, 640, nodes, weights, {f"{name}_out": weights[name].shape for name in names})


def _save(
    path: Path,
    side: int,
    nodes: Sequence[Any],
    weights: Mapping[str, NDArray[np.float32]],
    outputs: Mapping[str, Sequence[int]],
) -> None:
    """A network that reads 'picture' (1, 3, side, side)."""
    given = helper.make_tensor_value_info("picture", TensorProto.FLOAT, (1, 3, side, side))
    told = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
        for name, shape in outputs.items()
    ]
    held = [numpy_helper.from_array(values, name) for name, values in weights.items()]
    graph = helper.make_graph(list(nodes), path.stem, [given], told, held)
    path.parent.mkdir(parents=True, exist_ok=True)
    onnx.save(
        helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), path
    )
