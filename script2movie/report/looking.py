"""Who is recognised in a finished clip: five frames of it, every face against the gallery.

Knows clips and faces; knows nothing of plans. What it finds is kept as JSON, pictures included.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter

from script2movie.media.clips import read_frames
from script2movie.movie import Character
from script2movie.perception import second_recogniser
from script2movie.perception.identity import SAME_PERSON, Recogniser
from script2movie.perception.portraits import read_portrait
from script2movie.perception.sightings import Sighting, Spotter

__all__ = ["RECOGNISER", "SECOND_RECOGNISER", "Look", "Looker", "Sighting", "portrait_picture"]

RECOGNISER = f"dlib ResNet, 128 numbers a face, same person below {SAME_PERSON}"
SECOND_RECOGNISER = (
    f"MobileNet of VGGFace2, 1024 numbers a face, same person below {second_recogniser.SAME_PERSON}"
)
FINGERPRINT = f"look 2, {RECOGNISER}"
SECOND_FINGERPRINT = f"look 2, {SECOND_RECOGNISER}"
SHEET_WIDTH = 480  # pixels of the contact sheet's picture
STRIP_WIDTH = 240  # pixels of each frame in the strip
_SEEN, _UNKNOWN = (120, 200, 90), (225, 120, 60)  # RGB of the boxes


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

    def __init__(self, people: Sequence[Character], recogniser: Recogniser | None = None) -> None:
        """dlib's recogniser where none is given. Raises WeightsError where a weight is missing."""
        portraits = {one.name: [portrait.path for portrait in one.portraits] for one in people}
        self._spotter = Spotter(portraits, recogniser)

    def look(self, clip: Path, numbers: Sequence[int]) -> Look:
        """The frames of `clip` with these numbers, ascending."""
        return self.look_at(list(read_frames(clip, every=numbers)))

    def look_at(self, pictures: Sequence[NDArray[np.uint8]]) -> Look:
        """Pictures (H, W, 3) of one size, at least one."""
        frames = [tuple(self._spotter.sightings(rgb)) for rgb in pictures]
        middle = pictures[len(pictures) // 2]
        strip = [
            _boxed(_scaled(rgb, STRIP_WIDTH), faces, STRIP_WIDTH / rgb.shape[1])
            for rgb, faces in zip(pictures, frames, strict=True)
        ]
        return Look(tuple(frames), jpeg(_scaled(middle, SHEET_WIDTH)), jpeg(_side_by_side(strip)))


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
