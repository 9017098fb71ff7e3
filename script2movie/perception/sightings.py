"""Who is on a picture: every face that is certain, against the portraits of the people meant.

Knows portraits and names; knows nothing of plans or films.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from script2movie.errors import BankError
from script2movie.perception.faces import FaceDetector
from script2movie.perception.identity import FaceRecogniser, Gallery, Recogniser
from script2movie.perception.mesh import FaceMesh
from script2movie.perception.portraits import certain_faces, portrait_face, read_portrait

__all__ = ["SMALLEST_FACE", "Sighting", "Spotter"]

SMALLEST_FACE = 1 / 18  # of the picture's height


@dataclass(frozen=True)
class Sighting:
    """A face in a frame: the nearest person, '' where none is near enough, and how far."""

    character: str
    nearest: str
    distance: float
    box: tuple[float, float, float, float]


class Spotter:
    """Looks for people whose portraits it has, by name."""

    def __init__(
        self, portraits: Mapping[str, Sequence[Path]], recogniser: Recogniser | None = None
    ) -> None:
        """dlib's recogniser where none is given. Raises WeightsError where a weight is missing."""
        self._detector, self._mesh = FaceDetector(), FaceMesh()
        self._recogniser: Recogniser = recogniser or FaceRecogniser()
        self._portraits = portraits

    def sightings(self, rgb: NDArray[np.uint8]) -> list[Sighting]:
        """The faces in a picture (H, W, 3). Raises BankError for a portrait without a face."""
        found = []
        smallest = rgb.shape[0] * SMALLEST_FACE
        for face in certain_faces(rgb, self._detector, self._mesh, min_face=smallest):
            embedding = self._recogniser.embed(rgb, face)
            nearest, distance = self._gallery.nearest(embedding) or ("", 2.0)
            character = self._gallery.identify(embedding) or ""
            found.append(Sighting(character, nearest, round(distance, 4), face.box))
        return found

    @cached_property
    def _gallery(self) -> Gallery:
        faces = {name: self._faces_of(paths) for name, paths in self._portraits.items()}
        return Gallery(faces, self._recogniser.same_person)

    def _faces_of(self, portraits: Sequence[Path]) -> list[NDArray[np.float32]]:
        """An embedding (D,) a portrait."""
        embeddings = []
        for path in portraits:
            picture = read_portrait(path).rgb
            try:
                face = portrait_face(picture, self._detector, self._mesh)
            except ValueError as error:
                raise BankError(f"{path} {error}") from None
            embeddings.append(self._recogniser.embed(picture, face))
        return embeddings
