"""Who is recognised in a finished clip: five frames of it, every face against the gallery.

Knows clips and faces; knows nothing of plans. What it finds is kept as JSON, pictures included.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter

from script2movie.errors import BankError
from script2movie.media.clips import read_frames
from script2movie.movie import Character
from script2movie.perception.faces import FaceDetector
from script2movie.perception.identity import SAME_PERSON, FaceRecogniser, Gallery
from script2movie.perception.mesh import FaceMesh
from script2movie.perception.portraits import certain_faces, portrait_face, read_portrait

__all__ = ["RECOGNISER", "Look", "Looker", "Sighting", "portrait_picture"]

RECOGNISER = f"dlib ResNet, 128 numbers a face, same person below {SAME_PERSON}"
FINGERPRINT = f"look 2, {RECOGNISER}"
SMALLEST_FACE = 1 / 18  # of the frame's height
SHEET_WIDTH = 480  # pixels of the contact sheet's picture
STRIP_WIDTH = 240  # pixels of each frame in the strip
_SEEN, _UNKNOWN = (120, 200, 90), (225, 120, 60)  # RGB of the boxes


@dataclass(frozen=True)
class Sighting:
    """A face in a frame: the nearest person, '' where none is near enough, and how far."""

    character: str
    nearest: str
    distance: float
    box: tuple[float, float, float, float]


@dataclass(frozen=True)
class Look:
    """A clip as it was looked at: the faces of each frame, and pictures as JPEG in base64.

    `picture` is the clip's middle; `strip` is all the frames side by side with the faces boxed.
    """

    frames: tuple[tuple[Sighting, ...], ...]
    picture: str
    strip: str

    @property
    def seen(self) -> frozenset[str]:
        return frozenset(one.character for frame in self.frames for one in frame if one.character)

    def write(self, path: Path) -> None:
        path.write_bytes(_LOOK.dump_json(self))

    @classmethod
    def read(cls, path: Path) -> "Look":
        return _LOOK.validate_json(path.read_bytes())


_LOOK = TypeAdapter(Look)


class Looker:
    """Looks at clips with the portraits of the film's people in mind."""

    def __init__(self, people: Sequence[Character]) -> None:
        """Raises WeightsError where a weight is missing."""
        self._detector, self._mesh = FaceDetector(), FaceMesh()
        self._recogniser = FaceRecogniser()
        self._people = people

    @cached_property
    def _gallery(self) -> Gallery:
        return Gallery({person.name: self._faces_of(person) for person in self._people})

    def _faces_of(self, person: Character) -> list[NDArray[np.float32]]:
        """An embedding (128,) a portrait. Raises BankError for one whose face cannot be told."""
        embeddings = []
        for portrait in person.portraits:
            picture = read_portrait(portrait.path).rgb
            try:
                face = portrait_face(picture, self._detector, self._mesh)
            except ValueError as error:
                raise BankError(f"{portrait.path} {error}") from None
            embeddings.append(self._recogniser.embed(picture, face))
        return embeddings

    def look(self, clip: Path, numbers: Sequence[int]) -> Look:
        """The frames of `clip` with these numbers, ascending."""
        return self.look_at(list(read_frames(clip, every=numbers)))

    def look_at(self, pictures: Sequence[NDArray[np.uint8]]) -> Look:
        """Pictures (H, W, 3) of one size, at least one."""
        frames = [tuple(self._sightings(rgb)) for rgb in pictures]
        middle = pictures[len(pictures) // 2]
        strip = [
            _boxed(_scaled(rgb, STRIP_WIDTH), faces, STRIP_WIDTH / rgb.shape[1])
            for rgb, faces in zip(pictures, frames, strict=True)
        ]
        return Look(tuple(frames), jpeg(_scaled(middle, SHEET_WIDTH)), jpeg(_side_by_side(strip)))

    def _sightings(self, rgb: NDArray[np.uint8]) -> list[Sighting]:
        sightings = []
        smallest = rgb.shape[0] * SMALLEST_FACE
        for face in certain_faces(rgb, self._detector, self._mesh, min_face=smallest):
            embedding = self._recogniser.embed(rgb, face)
            nearest, distance = self._gallery.nearest(embedding) or ("", 2.0)
            character = self._gallery.identify(embedding) or ""
            sightings.append(Sighting(character, nearest, round(distance, 4), face.box))
        return sightings


def jpeg(rgb: NDArray[np.uint8], quality: int = 78) -> str:
    """A picture (H, W, 3) as JPEG in base64."""
    done, coded = cv2.imencode(".jpg", rgb[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    assert done
    return base64.b64encode(coded.tobytes()).decode("ascii")


def portrait_picture(path: Path, side: int = 160) -> str:
    """A portrait small enough for a page, as JPEG in base64."""
    return jpeg(read_portrait(path, longest_side=side).rgb)


def _scaled(rgb: NDArray[np.uint8], width: int) -> NDArray[np.uint8]:
    height = round(rgb.shape[0] * width / rgb.shape[1])
    return np.asarray(cv2.resize(rgb, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def _side_by_side(pictures: Sequence[NDArray[np.uint8]]) -> NDArray[np.uint8]:
    """Pictures of one height in a row, a thin black line between them."""
    line = np.zeros((pictures[0].shape[0], 3, 3), np.uint8)
    return np.hstack([part for picture in pictures for part in (line, picture)][1:])


def _boxed(rgb: NDArray[np.uint8], faces: Sequence[Sighting], scale: float) -> NDArray[np.uint8]:
    picture = rgb.copy()
    for face in faces:
        x0, y0, x1, y1 = (round(edge * scale) for edge in face.box)
        cv2.rectangle(picture, (x0, y0), (x1, y1), _SEEN if face.character else _UNKNOWN, 2)
    return picture
