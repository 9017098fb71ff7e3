"""Who finds and tells faces for the identity metric: one class a recogniser, under its own name.

    dlib       here, with MediaPipe's detector
    VGG-Face   DeepFace's, the paper's own, with MTCNN
    ArcFace    insightface's, with SCRFD

Knows pictures and photos; nothing of films, names or counts.
"""

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from script2movie.moviebench.frames import Picture
from script2movie.perception.faces import FaceDetector
from script2movie.perception.identity import SAME_PERSON, FaceRecogniser
from script2movie.perception.mesh import FaceMesh
from script2movie.perception.portraits import certain_faces, portrait_face, read_portrait
from script2movie.perception.published import insightface, vgg_face
from script2movie.perception.sightings import SMALLEST_FACE
from script2movie.weights import published

__all__ = ["ArcFaceRecogniser", "DlibRecogniser", "Recogniser", "VggFaceRecogniser"]

Box = tuple[float, float, float, float]
Embedding = NDArray[np.float32]


class Recogniser(Protocol):
    """Finds faces and embeds them; two of one person are near by Euclid."""

    name: str
    """As it stands in brackets behind a metric."""
    encoder: str
    """As it stands beside a number: networks and threshold."""
    is_papers: bool
    """Whether the paper's columns are this recogniser's."""

    @property
    def fingerprint(self) -> str: ...
    def known(self, photo: Path) -> tuple[list[Embedding], str]:
        """A person's embeddings from a photo, and what is to be said of it, '' for nothing.

        Raises BankError, or ValueError worded to follow the photo's name, where it has none.
        """
        ...

    def faces(self, rgb: Picture) -> list[tuple[Box, Embedding]]:
        """Every face of a frame (H, W, 3), the largest first."""
        ...

    def is_same(self, distance: float) -> bool:
        """Whether embeddings so far apart are one person's."""
        ...


class DlibRecogniser:
    """MediaPipe's faces, dlib's embeddings."""

    name, is_papers = "dlib", False
    encoder = f"dlib ResNet, same person below {SAME_PERSON}"
    fingerprint = encoder

    def __init__(self) -> None:
        """Raises WeightsError where a weight is missing."""
        self._detector, self._mesh = FaceDetector(), FaceMesh()
        self._recogniser = FaceRecogniser()

    def known(self, photo: Path) -> tuple[list[Embedding], str]:
        picture = read_portrait(photo).rgb
        face = portrait_face(picture, self._detector, self._mesh)
        return [self._recogniser.embed(picture, face)], ""

    def faces(self, rgb: Picture) -> list[tuple[Box, Embedding]]:
        smallest = rgb.shape[0] * SMALLEST_FACE
        found = certain_faces(rgb, self._detector, self._mesh, min_face=smallest)
        return [(face.box, self._recogniser.embed(rgb, face)) for face in found]

    def is_same(self, distance: float) -> bool:
        return distance < SAME_PERSON


class VggFaceRecogniser:
    """DeepFace's VGG-Face behind MTCNN, as the paper names it.

    As DeepFace has it, every face in a person's photo is taken for theirs.
    """

    name, is_papers = "VGG-Face", True
    encoder = (
        f"DeepFace's VGG-Face, MTCNN from {vgg_face.MIN_SCORE}, "
        f"same person up to {vgg_face.SAME_PERSON}"
    )

    def __init__(self, given: Mapping[str, Path]) -> None:
        """Raises WeightsError where a weight is missing, BackendUnavailable where h5py is."""
        self._path = published.find("vgg-face", given)
        self._detector = published.find("mtcnn", given)
        self._network = vgg_face.VggFace(self._path, self._detector)

    @cached_property
    def fingerprint(self) -> str:
        both = published.digest(self._path), published.digest(self._detector)
        return f"{self.encoder} {both}"

    def known(self, photo: Path) -> tuple[list[Embedding], str]:
        picture = read_portrait(photo).rgb
        if found := self._network.faces(picture):
            return [one for _, one in found], ""
        remark = "shows no face that MTCNN finds: the whole photo is compared, as DeepFace does"
        return [self._network.embed(picture)], remark

    def faces(self, rgb: Picture) -> list[tuple[Box, Embedding]]:
        return self._network.faces(rgb)

    def is_same(self, distance: float) -> bool:
        return round(distance, 6) <= vgg_face.SAME_PERSON


class ArcFaceRecogniser:
    """insightface's ArcFace behind its SCRFD."""

    name, is_papers = "ArcFace", False
    encoder = (
        "insightface's SCRFD and ArcFace (not for commercial use), "
        f"same person up to {insightface.SAME_PERSON}"
    )

    def __init__(self, given: Mapping[str, Path]) -> None:
        """Raises WeightsError where a weight is missing."""
        self._network = insightface.Insightface(published.find("insightface", given))

    @cached_property
    def fingerprint(self) -> str:
        return f"{self.encoder} {published.digest(self._network.folder)}"

    def known(self, photo: Path) -> tuple[list[Embedding], str]:
        found = self._network.faces(read_portrait(photo).rgb)
        if not found:
            raise ValueError("shows no face that can be found: give a photo from the front")
        return [found[0].embedding], ""

    def faces(self, rgb: Picture) -> list[tuple[Box, Embedding]]:
        return [(one.box, one.embedding) for one in self._network.faces(rgb)]

    def is_same(self, distance: float) -> bool:
        return distance <= insightface.SAME_PERSON
