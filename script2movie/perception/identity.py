"""Whose face it is: dlib's ResNet, 128 numbers a face, near where the person is the same.

A face is straightened by dlib's five-point model laid on the detector's box. Two embeddings
are taken for one person when less than `SAME_PERSON` apart (Euclidean): true positive rate
.971 and false positive rate .001 on 35 photos of 7 people against those people and 14
strangers, nearest name right 35 times of 35 (docs/figures/perception.md).
Drawn and rendered faces lie closer together than that, so there only the nearest name means
anything. Knows nothing of characters, files or films.
"""

from collections.abc import Mapping, Sequence
from functools import cached_property
from threading import Lock
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from script2movie import weights
from script2movie.perception.faces import Face

__all__ = ["SAME_PERSON", "FaceRecogniser", "Gallery", "Recogniser"]

SAME_PERSON = 0.60


class Recogniser(Protocol):
    """Turns a face into numbers that lie near each other where the person is the same."""

    @property
    def same_person(self) -> float:
        """The Euclidean distance below which two embeddings are one person's."""

    def embed(self, rgb: NDArray[np.uint8], face: Face) -> NDArray[np.float32]:
        """The identity (D,) of a face detected in a picture (H, W, 3)."""


class FaceRecogniser:
    """Embeds detected faces. Opening it is cheap; the models load with the first face."""

    same_person = SAME_PERSON

    def __init__(self) -> None:
        """Raises WeightsError where a weight is not on this machine."""
        self._alignment = weights.path("face-alignment")
        self._identity = weights.path("face-identity")
        self._lock = Lock()

    @cached_property
    def _models(self) -> tuple[Any, Any]:
        import dlib  # type: ignore[import-untyped]

        five_points = dlib.shape_predictor(str(self._alignment))
        return five_points, dlib.face_recognition_model_v1(str(self._identity))

    def embed(self, rgb: NDArray[np.uint8], face: Face) -> NDArray[np.float32]:
        """The identity of a face detected in a picture (H, W, 3): (128,)."""
        import dlib

        box = dlib.rectangle(*(round(edge) for edge in face.box))
        picture = np.ascontiguousarray(rgb)
        with self._lock:
            five_points, network = self._models
            points = five_points(picture, box)
            return np.array(network.compute_face_descriptor(picture, points, 0), np.float32)


class Gallery:
    """Known people, each by one embedding or several."""

    def __init__(
        self,
        people: Mapping[str, Sequence[NDArray[np.float32]]],
        same_person: float = SAME_PERSON,
    ) -> None:
        """People by name; a person without a face is never named."""
        self._same_person = same_person
        self._names = [name for name, embeddings in people.items() for _ in embeddings]
        rows = [embedding for embeddings in people.values() for embedding in embeddings]
        self._embeddings = np.stack(rows) if rows else np.empty((0, 128), np.float32)  # (N, 128)

    def nearest(self, embedding: NDArray[np.float32]) -> tuple[str, float] | None:
        """The nearest person and how far away, None in an empty gallery."""
        if not self._names:
            return None
        distances = np.linalg.norm(self._embeddings - embedding, axis=1)
        best = int(distances.argmin())
        return self._names[best], float(distances[best])

    def identify(self, embedding: NDArray[np.float32]) -> str | None:
        """The nearest person, or None where nobody is nearer than `same_person`."""
        match self.nearest(embedding):
            case name, distance if distance < self._same_person:
                return name
        return None
