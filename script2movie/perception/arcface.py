"""A face as insightface describes it, 512 numbers, by models that the user has: FaceID reads it.

    <root>/models/<name>/det_10g.onnx      SCRFD: where a face is, and its five points
    <root>/models/<name>/w600k_r50.onnx    ArcFace: whose it is, of the face straightened

That is the folder that insightface fills (buffalo_l, buffalo_s, antelopev2); its models may be used
for research only. Its package is not used: it brings a second OpenCV over the first. Decoding
follows SCRFD (Guo et al. 2021, arXiv:2105.04714), the template ArcFace (Deng et al. 2018,
arXiv:1801.07698).
"""

from functools import cached_property
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from script2movie.errors import WeightsError

__all__ = ["ArcFace"]

DETECTORS, RECOGNISERS = ("det_*.onnx", "scrfd_*.onnx"), ("w600k_*.onnx", "glintr100.onnx")
LOOKED_AT = 640  # pixels of the detector's square
STRIDES = (8, 16, 32)  # pixels between the places where it looks for a face
PER_PLACE = 2  # faces that it may find at one place
SURE = 0.5  # score, 0..1
SIDE = 112  # pixels of a straightened face
TEMPLATE = np.array(
    [(38.2946, 51.6963), (73.5318, 51.5014), (56.0252, 71.7366), (41.5493, 92.3655),
     (70.7299, 92.2041)]
)  # fmt: skip
"""Where eyes, nose and corners of the mouth are in it: left ones of the picture first."""


class ArcFace:
    """Embeds the surest face of a picture. Opening it looks for the files; they load at use."""

    def __init__(self, root: Path, name: str, option: str) -> None:
        """Raises WeightsError where a model is not there; `option` is what names the root."""
        folder = root / "models" / name
        self.detector = _only(folder, DETECTORS, "detector", option)
        self.recogniser = _only(folder, RECOGNISERS, "recogniser", option)

    def embed(self, rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
        """(512,), norm 1, of a picture (H, W, 3). Raises ValueError where it finds no face."""
        points = self.points(rgb)
        straight = straightened(rgb, points).astype(np.float32)
        found = _run(self._recognising, self.recogniser, (straight - 127.5) / 127.5)
        if [one.shape for one in found] != [(1, 512)]:
            raise WeightsError(f"{self.recogniser} is no ArcFace of 512 numbers a face")
        return np.asarray(found[0][0] / np.linalg.norm(found[0]), np.float32)

    def points(self, rgb: NDArray[np.uint8]) -> NDArray[np.float64]:
        """Eyes, nose and corners of the mouth of the surest face: (5, 2) pixels."""
        rows, columns = rgb.shape[:2]
        scale = LOOKED_AT / max(rows, columns)
        size = (round(columns * scale), round(rows * scale))
        square = np.zeros((LOOKED_AT, LOOKED_AT, 3), np.float32)
        square[: size[1], : size[0]] = cv2.resize(rgb, size, interpolation=cv2.INTER_LINEAR)
        told = _run(self._detecting, self.detector, (square - 127.5) / 128)
        if len(told) != 3 * len(STRIDES):
            raise WeightsError(f"{self.detector} is no SCRFD with five points: {len(told)} outputs")
        best, where = SURE, None  # outputs: scores of all strides, then boxes, then points
        for number, stride in enumerate(STRIDES):
            scores, points = told[number].reshape(-1, 1), told[number + 6].reshape(-1, 5, 2)
            place = int(scores.argmax())
            if scores[place, 0] >= best:
                best, across = float(scores[place, 0]), LOOKED_AT // stride
                row, column = divmod(place // PER_PLACE, across)
                where = (points[place] + (column, row)) * stride
        if where is None:
            raise ValueError("shows no face that insightface's detector is sure of")
        return np.asarray(where / scale, np.float64)

    @cached_property
    def _detecting(self) -> Any:
        return _opened(self.detector)

    @cached_property
    def _recognising(self) -> Any:
        return _opened(self.recogniser)


def straightened(rgb: NDArray[np.uint8], points: NDArray[np.float64]) -> NDArray[np.uint8]:
    """The face (112, 112, 3) turned, scaled and moved so that its points fit the template best.

    Least squares over similarities: with points as complex numbers, a line through the origin.
    """
    there, wanted = points @ (1, 1j), TEMPLATE @ (1, 1j)
    centred = there - there.mean()
    turn = (centred.conj() @ (wanted - wanted.mean())) / (centred.conj() @ centred).real
    move = wanted.mean() - turn * there.mean()
    matrix = np.array([[turn.real, -turn.imag, move.real], [turn.imag, turn.real, move.imag]])
    return np.asarray(cv2.warpAffine(rgb, matrix, (SIDE, SIDE)), np.uint8)


def _only(folder: Path, patterns: tuple[str, ...], what: str, option: str) -> Path:
    found = sorted(path for pattern in patterns for path in folder.glob(pattern))
    if len(found) == 1:
        return found[0]
    how_many = "no" if not found else f"{len(found)} files for a"
    raise WeightsError(
        f"{folder} has {how_many} {what} ({' or '.join(patterns)}): --option {option}= wants the "
        "root of insightface's models, such as ~/.insightface with models/buffalo_l in it"
    )


def _opened(path: Path) -> Any:
    from onnxruntime import InferenceSession  # type: ignore[import-untyped]

    try:
        return InferenceSession(str(path), providers=["CPUExecutionProvider"])
    except Exception as error:  # its errors have no class of their own in Python
        raise WeightsError(f"{path} is damaged: {str(error).splitlines()[0][:200]}") from None


def _run(session: Any, path: Path, picture: NDArray[Any]) -> list[NDArray[np.float32]]:
    given = np.ascontiguousarray(picture.transpose(2, 0, 1)[None], np.float32)  # (1, 3, H, W)
    try:
        return list(session.run(None, {session.get_inputs()[0].name: given}))
    except Exception as error:
        reason = str(error).splitlines()[0][:200]
        raise WeightsError(f"{path} cannot read a face: {reason}") from None
