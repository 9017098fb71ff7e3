"""Who is recognised in a shot's frames: P, R and F1 of the set of characters.

A recogniser's embeddings against the film's scoring bank; only DeepFace's VGG-Face stands in the
paper's columns. The look at a shot is kept with its pictures, for the report.
"""

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter

from script2movie.annotations import keys
from script2movie.errors import BankError, DatasetError
from script2movie.moviebench.dataset import BankPerson, Film
from script2movie.moviebench.frames import (
    Picture,
    open_clip,
    read_clip,
    read_keyframe,
    released_numbers,
)
from script2movie.moviebench.measures import Column, Features, ProtocolName, Shown
from script2movie.moviebench.measures.recognisers import DlibRecogniser, Recogniser
from script2movie.names import same_name
from script2movie.perception.identity import Gallery
from script2movie.perception.sightings import Sighting
from script2movie.report.looking import jpeg
from script2movie.report.scoring import IdentityCounts, count_identities, frame_numbers

__all__ = ["NUM_FRAMES", "Faces", "Identity", "Seen", "named", "released_seen"]

NUM_FRAMES = 5
STRIP_HEIGHT = 120  # pixels of each frame in the report's strip


@dataclass(frozen=True)
class Seen:
    """A shot as it was looked at: the faces of each frame; `strip` is the frames side by side.

    `width` and `height` are a frame's own, in pixels; boxes count in those. `strip` is JPEG in
    base64, STRIP_HEIGHT high.
    """

    frames: tuple[tuple[Sighting, ...], ...]
    width: int
    height: int
    strip: str

    @property
    def names(self) -> frozenset[str]:
        """The union over the frames: the paper's set of a shot."""
        return frozenset(face.character for faces in self.frames for face in faces) - {""}

    def write(self, path: Path) -> None:
        path.write_bytes(_SEEN.dump_json(self))

    @classmethod
    def read(cls, path: Path) -> "Seen":
        return _SEEN.validate_json(path.read_bytes())


_SEEN = TypeAdapter(Seen)


def released_seen(seen: Seen) -> frozenset[str]:
    """The set that the released script ends with: the last frame's, faces at the edge lost.

    Its set starts anew for each frame. A face is cut out with twice its box, and where that
    begins above or left of the picture, Python counts from the far edge: the cut-out is empty and
    the face is passed over, unless the box is so large that both ends still meet.
    """
    return frozenset(
        face.character
        for face in seen.frames[-1]
        if face.character and not _is_lost(face, seen.width, seen.height)
    )


def _is_lost(face: Sighting, width: int, height: int) -> bool:
    x0, y0, x1, y1 = (int(edge) for edge in face.box)
    for start, length, full in ((x0, x1 - x0, width), (y0, y1 - y0, height)):
        double = 2 * length
        begin = start - int(double / 4)  # of a box already doubled
        if not range(full)[begin : begin + double]:
            return True
    return False


class Faces:
    """Recognises with one film's gallery."""

    def __init__(self, people: Sequence[BankPerson], recogniser: Recogniser) -> None:
        self._recogniser = recogniser
        self.remarks: list[str] = []
        """Photos in which nobody can be told: those people are recognised by their others."""
        self._gallery = Gallery({one.name: self._embedded(one) for one in people})

    def _embedded(self, person: BankPerson) -> list[NDArray[np.float32]]:
        found = []
        for photo in person.photos:
            try:
                embeddings, remark = self._recogniser.known(photo)
                found += embeddings
                self.remarks += [f"{photo} {remark}"] if remark else []
            except BankError as error:
                self.remarks.append(str(error))
            except ValueError as error:
                self.remarks.append(f"{photo} {error}")
        return found

    def sightings(self, rgb: Picture) -> tuple[Sighting, ...]:
        """Every face of a frame (H, W, 3), the largest first, and who it is."""
        found = []
        for box, embedding in self._recogniser.faces(rgb):
            nearest, distance = self._gallery.nearest(embedding) or ("", 2.0)
            name = nearest if self._recogniser.is_same(distance) else ""
            found.append(Sighting(name, nearest, round(distance, 4), box))
        return tuple(found)

    def see(self, pictures: Sequence[Picture]) -> Seen:
        """Frames of one shot, at least one."""
        height, width = pictures[0].shape[:2]
        strip = np.hstack([_scaled(one) for one in pictures])
        return Seen(tuple(map(self.sightings, pictures)), width, height, jpeg(strip))


class Identity:
    """Precision, recall and F1 of characters, summed over shots before any ratio."""

    additive = True

    def __init__(
        self,
        protocol: ProtocolName,
        films: Sequence[Film],
        new_recogniser: Callable[[], Recogniser] = DlibRecogniser,
    ) -> None:
        """Raises DatasetError where no film has a bank, and whatever `new_recogniser` does."""
        self._protocol = protocol
        self._films = {film.name: film for film in films}
        self._faces: dict[str, Faces] = {}
        self._lock = Lock()
        if not any(film.scoring_bank for film in films):
            raise DatasetError(films[0].dataset.lacks(keys.SCORING_BANK))
        self._recogniser = new_recogniser()  # refuses now what is missing, not in the middle
        published = "P_ID", "R_ID", "F1_ID"
        ratios = ("precision", _precision), ("recall", _recall), ("F1", _f1)
        released = protocol == "released"
        frames = "the last of 5 by integer interval" if released else "5, the union"
        self.columns = tuple(
            Column(
                f"identity {name} ({self._recogniser.name})",
                protocol,
                "higher",
                self._recogniser.encoder,
                frames,
                "%",
                scope="first" if released else "all",
                paper=paper if self._recogniser.is_papers and not released else "",
                ratio=ratio,
            )
            for (name, ratio), paper in zip(ratios, published, strict=True)
        )

    @property
    def fingerprint(self) -> str:
        return f"identity 1 {self._recogniser.fingerprint} {self._protocol}"

    def faces(self, film: str) -> Faces:
        """The film's gallery, embedded once."""
        with self._lock:
            if film not in self._faces:
                self._faces[film] = Faces(self._films[film].scoring_bank, self._recogniser)
            return self._faces[film]

    def bank(self, shown: Shown) -> tuple[BankPerson, ...]:
        """The scoring bank of a shot's film."""
        return self._films[shown.shot.film].scoring_bank

    def key(self, shown: Shown) -> tuple[object, ...]:
        return (shown.path, [(one.name, list(one.photos)) for one in self.bank(shown)])

    def seen(self, shown: Shown) -> Seen:
        """Raises ClipFault for a file that cannot be read."""
        return self.faces(shown.shot.film).see(_looked_at(shown, self._protocol))

    def counts(self, shown: Shown, seen: Seen) -> IdentityCounts:
        """One shot's characters by this protocol, names spelled either way being one."""
        bank = [one.name for one in self.bank(shown)]
        there = named(shown.annotation.names, bank)
        found = released_seen(seen) if self._protocol == "released" else seen.names
        return count_identities(there, found)

    def features(self, shown: Shown) -> Features:
        raise NotImplementedError("identity is scored from what is seen, which the report shows")


def named(names: AbstractSet[str], bank: Sequence[str]) -> frozenset[str]:
    """Names as the bank spells them; those it lacks as they are."""
    spelled: Mapping[str, str] = {same_name(name): name for name in bank}
    return frozenset(spelled.get(same_name(name), name) for name in names)


def _looked_at(shown: Shown, protocol: ProtocolName) -> list[Picture]:
    if shown.kind == "keyframes":
        return [read_keyframe(shown.path)]
    total = open_clip(shown.path).num_frames
    if protocol == "released":
        return list(read_clip(shown.path, released_numbers(total, NUM_FRAMES)))
    return list(read_clip(shown.path, frame_numbers(total, NUM_FRAMES)))


def _scaled(rgb: Picture) -> Picture:
    width = max(1, round(rgb.shape[1] * STRIP_HEIGHT / rgb.shape[0]))
    small = cv2.resize(rgb, (width, STRIP_HEIGHT), interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.uint8)


Sums = NDArray[np.float64]  # true positives, false positives, false negatives: (R, 3)


def _precision(sums: Sums) -> Sums:
    with np.errstate(invalid="ignore", divide="ignore"):
        return 100 * sums[:, 0] / (sums[:, 0] + sums[:, 1])


def _recall(sums: Sums) -> Sums:
    with np.errstate(invalid="ignore", divide="ignore"):
        return 100 * sums[:, 0] / (sums[:, 0] + sums[:, 2])


def _f1(sums: Sums) -> Sums:
    with np.errstate(invalid="ignore", divide="ignore"):
        return 200 * sums[:, 0] / (2 * sums[:, 0] + sums[:, 1] + sums[:, 2])
