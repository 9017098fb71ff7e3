"""insightface's folder of models, tiny: SCRFD's nine outputs and an ArcFace of random numbers."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from . import onnx_written

POINTS = np.array([(262.0, 282), (378, 281), (320, 348), (272, 416), (369, 415)])
"""Where the detector finds eyes, nose and mouth whatever it is shown: in its square of 640."""


def insightface(
    root: Path, *, points: NDArray[np.float64] = POINTS, score: float = 0.9, seed: int = 0
) -> Path:
    """`<root>/models/buffalo_l`, with the two files that FaceID reads."""
    folder = root / "models" / "buffalo_l"
    _detector(folder / "det_10g.onnx", points, score)
    rng = np.random.default_rng(seed)
    onnx_written.write(
        folder / "w600k_r50.onnx",
        (1, 3, 112, 112),
        [
            ("AveragePool", ["picture"], "seen", {"kernel_shape": [16, 16], "strides": [16, 16]}),
            ("Flatten", ["seen"], "flat", {}),
            ("MatMul", ["flat", "weight"], "embedding", {}),
        ],
        {"weight": rng.standard_normal((147, 512)).astype(np.float32)},
        ["embedding"],
    )
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
    outputs = [f"{kind}_{stride}" for kind in ("score", "box", "way") for stride in (8, 16, 32)]
    nodes = [("Identity", [f"{one}"], f"{one}_out", {}) for one in outputs]
    names = [f"{one}_out" for one in outputs]
    onnx_written.write(path, (1, 3, 640, 640), nodes, weights, names)
