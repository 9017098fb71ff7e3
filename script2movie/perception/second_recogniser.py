"""Whose face it is, by another network than dlib's, trained otherwise: 1024 numbers a face.

MobileNet, trained on VGGFace2 to tell people apart and then to tell age and gender as well
(Savchenko 2019, doi 10.7717/peerj-cs.197); the last layer before those answers is the embedding.
Converted once by tools/convert_second_recogniser.py and kept in assets/faces/, its weights as half
floats. Two faces are one person's below `SAME_PERSON` (docs/figures/perception.md). Where dlib's
recogniser chose between takes, this one says how well that went: it chooses nothing itself.
"""

import math
from functools import cached_property
from importlib import resources
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from script2movie.perception.faces import Face

__all__ = ["SAME_PERSON", "SecondRecogniser"]

SAME_PERSON = 0.92  # Euclidean, of embeddings of norm 1
SIDE = 224  # pixels of what the network looks at
MARGIN = 1.3  # the crop's side to the face's box
RAISED = 0.05  # by how much of its side the crop lies higher: hair is more telling than a collar
MEAN = np.array([103.939, 116.779, 123.68], np.float32)  # blue, green, red, as in its training


class SecondRecogniser:
    """Fits `identity.Recogniser`. The network (6 MB) loads with the first face."""

    same_person = SAME_PERSON

    @cached_property
    def _session(self) -> Any:
        from onnxruntime import InferenceSession, SessionOptions  # type: ignore[import-untyped]

        options = SessionOptions()
        options.intra_op_num_threads = 1
        network = resources.files("script2movie").joinpath("assets/faces/second_recogniser.onnx")
        return InferenceSession(network.read_bytes(), options, providers=["CPUExecutionProvider"])

    def embed(self, rgb: NDArray[np.uint8], face: Face) -> NDArray[np.float32]:
        """The identity of a face detected in a picture (H, W, 3): (1024,), norm 1."""
        seen = _upright(rgb, face)[..., ::-1].astype(np.float32) - MEAN  # (224, 224, 3)
        given = np.ascontiguousarray(seen.transpose(2, 0, 1)[None])
        return np.asarray(self._session.run(["embedding"], {"picture": given})[0][0], np.float32)


def _upright(rgb: NDArray[np.uint8], face: Face) -> NDArray[np.uint8]:
    """The face turned until its eyes are level, with some hair and chin: (224, 224, 3)."""
    x0, y0, x1, y1 = face.box
    side = face.side * MARGIN
    middle = ((x0 + x1) / 2, (y0 + y1) / 2 - RAISED * side)
    wide = max(SIDE, round(side))
    turned = np.array(cv2.getRotationMatrix2D(middle, math.degrees(face.roll), wide / side), float)
    turned[:, 2] += wide / 2 - np.array(middle)
    cut = cv2.warpAffine(rgb, turned, (wide, wide), borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(cv2.resize(cut, (SIDE, SIDE), interpolation=cv2.INTER_AREA), np.uint8)
