"""insightface's packs of ONNX files: SCRFD (Guo et al. 2021) finds faces, ArcFace tells them.

Deng et al. 2019, arXiv 1801.07698. A pack is a folder, `<root>/models/<name>/*.onnx`; of its
files the two are told by their inputs and outputs, as the insightface package does. That package
is not needed: it wants a second OpenCV. The published packs are for non-commercial research only.
"""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from script2movie.errors import WeightsError
from script2movie.perception.published.overlaps import apart
from script2movie.perception.published.pixels import Picture

__all__ = ["SAME_PERSON", "Face", "Insightface", "straightened"]

SAME_PERSON = 1.1  # Euclidean, of embeddings of length 1: what DeepFace has for buffalo_l
MIN_SCORE, SAME_FACE = 0.5, 0.4  # of a detection; overlap above which two are one
DETECTION_SIDE, FACE_SIDE = 640, 112  # pixels; the first where the file leaves it open
STRIDES, NUM_ANCHORS = (8, 16, 32), 2
_POINTS = np.array(  # eyes, nose and corners of the mouth in a straight face of 112 pixels
    [
        *([38.2946, 51.6963], [73.5318, 51.5014], [56.0252, 71.7366]),
        *([41.5493, 92.3655], [70.7299, 92.2041]),
    ],
    np.float32,
)
Box = tuple[float, float, float, float]
Embedding = NDArray[np.float32]


@dataclass(frozen=True)
class Face:
    """Where it is, in pixels: the box, eyes, nose and corners of the mouth as `points` (5, 2).

    `embedding` (512,) is of length 1.
    """

    box: Box
    points: NDArray[np.float32]
    embedding: Embedding


class Insightface:
    """Finds and embeds faces. Opening it is cheap; the files load with the first picture."""

    def __init__(self, folder: Path) -> None:
        """`folder` is a pack, or a root that holds just one. Raises WeightsError."""
        packs = [
            one for one in (folder, *sorted(folder.glob("models/*"))) if any(one.glob("*.onnx"))
        ]
        if len(packs) != 1:
            raise WeightsError(
                f"{folder} holds {len(packs)} packs of insightface's: give the folder of one, "
                "with its .onnx files"
            )
        self.folder, self._lock = packs[0], Lock()

    @property
    def files(self) -> tuple[Path, Path]:
        """The pack's detector and recogniser. Raises WeightsError."""
        return self._opened[0][0], self._opened[1][0]

    @cached_property
    def _opened(self) -> tuple[tuple[Path, Any], tuple[Path, Any]]:
        import onnxruntime  # type: ignore[import-untyped]

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        detector = recogniser = None
        for path in sorted(self.folder.glob("*.onnx")):
            try:
                session = onnxruntime.InferenceSession(
                    path, options, providers=["CPUExecutionProvider"]
                )
            except Exception as error:  # onnxruntime's have no base of their own
                reason = str(error).strip().splitlines()[0][:160]
                raise WeightsError(
                    f"{path} is no ONNX file that can be run ({reason}): download it again"
                ) from error
            if detector is None and len(session.get_outputs()) == 3 * len(STRIDES):
                detector = path, session
            elif recogniser is None and _is_recogniser(session):
                recogniser = path, session
        if detector is None or recogniser is None:
            what = "detector with points (SCRFD)" if detector is None else "recogniser (ArcFace)"
            raise WeightsError(f"{self.folder} holds no {what}, as insightface's packs do")
        return detector, recogniser

    def faces(self, rgb: Picture) -> list[Face]:
        """The faces of a picture (H, W, 3), the largest first."""
        with self._lock:
            boxes, points = self._detected(rgb)
            areas = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
            return [
                Face(
                    tuple(map(float, boxes[number, :4])),  # type: ignore[arg-type]
                    points[number],
                    self._embedded(straightened(rgb, points[number])),
                )
                for number in np.argsort(-areas, kind="stable")
            ]

    def _embedded(self, face: Picture) -> Embedding:
        session = self._opened[1][1]
        x = (face.astype(np.float32) - 127.5) / 127.5
        (told,) = session.run(None, {session.get_inputs()[0].name: x.transpose(2, 0, 1)[None]})
        return np.asarray(told[0] / np.linalg.norm(told[0]), np.float32)

    def _detected(self, rgb: Picture) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Boxes with scores (N, 5) and points (N, 5, 2), the surest first.

        The picture is laid into the upper left of a black square. At each place of three grids
        two anchors tell a score and how far the box's edges and the points lie, in strides.
        """
        session = self._opened[0][1]
        side = session.get_inputs()[0].shape[2]
        side = side if isinstance(side, int) else DETECTION_SIDE
        height, width = rgb.shape[:2]
        tall = side if height > width else int(side * (height / width))
        broad = int(side / (height / width)) if height > width else side
        laid = np.zeros((side, side, 3), np.uint8)
        laid[:tall, :broad] = cv2.resize(rgb, (broad, tall))
        x = (laid.astype(np.float32) - 127.5) / 128
        told = session.run(None, {session.get_inputs()[0].name: x.transpose(2, 0, 1)[None]})
        found = []
        for number, stride in enumerate(STRIDES):
            scores, edges, points = (
                told[number + part * len(STRIDES)].reshape(-1, size)
                for part, size in enumerate((1, 4, 10))
            )
            down, across = np.indices((side // stride, side // stride))
            grid = stride * np.stack([across, down], axis=-1).reshape(-1, 2)
            place = np.repeat(grid, NUM_ANCHORS, axis=0)
            sure = scores[:, 0] >= MIN_SCORE
            near, far = place - edges[:, :2] * stride, place + edges[:, 2:] * stride
            marks = np.tile(place, 5) + points * stride
            found.append(np.hstack([near, far, scores, marks])[sure])
        every = np.concatenate(found).astype(np.float32)
        every[:, [*range(4), *range(5, 15)]] /= tall / height
        every = every[apart(every, SAME_FACE, inclusive=True)]
        return every[:, :5], every[:, 5:].reshape(-1, 5, 2)


def straightened(rgb: Picture, points: NDArray[np.float32], side: int = FACE_SIDE) -> Picture:
    """A face at `side` x `side`, its five points (5, 2) as near to their places as turning, moving
    and scaling bring them (least squares; a point is one complex number, x + iy). The places are
    those of insightface's `norm_crop` for a side that is a multiple of 112.
    """
    places = _POINTS * (side / FACE_SIDE)
    here, there = (part[:, 0] + 1j * part[:, 1] for part in (points.astype(float), places))
    off = here - here.mean()
    turn = (off.conj() @ (there - there.mean())) / (off.conj() @ off).real
    move = there.mean() - turn * here.mean()
    matrix = np.array([[turn.real, -turn.imag, move.real], [turn.imag, turn.real, move.imag]])
    return np.asarray(cv2.warpAffine(rgb, matrix, (side, side)), np.uint8)


def _is_recogniser(session: Any) -> bool:
    shape = session.get_inputs()[0].shape
    return len(session.get_outputs()) == 1 and list(shape[2:]) == [FACE_SIDE, FACE_SIDE]
