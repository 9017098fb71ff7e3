"""Whose face is where in moving pictures: found, followed from mesh to mesh, and recognised.

A face that was found once is followed by its own mesh, which says better than a detector how a
small head is held. Who it is comes from its looks, seen several times, and from where a keyframe
had that person; nobody is two faces, and a face that is like nobody stays nameless. Whoever is
missing is looked for soon, and closely enough for a face far away; a face whose looks are no
longer its own is another's. Knows frames in their order and embeddings of people; nothing of
characters, shots or files.
"""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import cv2
import numpy as np
from numpy.typing import NDArray

from script2movie.perception.faces import Face, FaceDetector
from script2movie.perception.identity import SAME_PERSON, FaceRecogniser
from script2movie.perception.mesh import FaceMesh
from script2movie.perception.portraits import lifted

__all__ = ["FaceTracker", "Sighting", "face_under"]

Box = tuple[float, float, float, float]  # x0, y0, x1, y1 in pixels
Floats = NDArray[np.float32]

SURE = 0.5  # of the mesh that there is a face
SAME_PLACE = 0.6  # of a face's size that it may move from one look at it to the next
SAME_FACE = 0.5  # of a face's size, within which two are one
SEARCH = 8  # looks from one search to the next; fewer at first where somebody is missing
FARTHEST = 1 / 14  # of the picture's height: a smaller face has a mouth of a few pixels
LOOKS = 4  # embeddings by which a face is told, the last ones, one a search
PLACED = 0.12  # that a face where a keyframe has a person counts as nearer to them
STRANGER = SAME_PERSON + 0.06  # distance from which a face is nobody's: moving faces blur
UNKNOWN = 0.55  # distance of every face to a person whose looks are not known
CUT = 0.37  # change of brightness, of the brightness there was, at which the picture is another
STIR = 0.10  # the same from which there may be new faces in it: a camera's move is below 0.03
SWAP = 0.23  # the same of a face's own box, at which it may be another face
GONE = 3  # looks without a face after which it has left
EYES = (33, 263)  # the outer corners in MediaPipe's topology
KEYPOINTS = (*EYES, 1, 13, 234, 454)  # near BlazeFace's: eyes, nose tip, mouth, ears


@dataclass(frozen=True)
class Sighting:
    """A face on one frame: its mesh (468, 2) in pixels, and whose it is, '' for nobody's."""

    name: str
    points: Floats
    box: Box


class _Track:
    """A face that is followed: where it is, how light its box is (12, 12), and whose it may be."""

    def __init__(self, points: Floats, rgb: NDArray[np.uint8]) -> None:
        self.looks: deque[Floats] = deque(maxlen=LOOKS)  # (128,) each
        self.num_looks = 0
        self.nearer: dict[str, float] = {}  # to whom a keyframe has in its place
        self.found(points, rgb)

    def found(self, points: Floats, rgb: NDArray[np.uint8]) -> None:
        """The face is here, by its mesh (468, 2)."""
        self.points, self.face, self.unseen = points, face_under(points), 0
        self.light = _light(rgb, self.face.box)

    def is_another(self, face: Face, rgb: NDArray[np.uint8]) -> bool:
        """Whether a face in the same place looks like another's."""
        return _change(_light(rgb, face.box), self.light) > SWAP

    def distance(self, name: str, own: Floats) -> float:
        """How far its looks are from a person's."""
        away = float(np.median([np.linalg.norm(one - own) for one in self.looks]))
        return (away if own.any() else UNKNOWN) - self.nearer.get(name, 0.0)


class FaceTracker:
    """Follows the faces of one shot; each frame it is shown must come after the last."""

    def __init__(self, people: Mapping[str, Floats], places: Mapping[str, Box]) -> None:
        """`people` are who may be in the shot, by their embeddings (128,); all zero is unknown.

        Who is unknown is told by a keyframe's place, or by being the only one left.

        `places` are where a keyframe has them. Raises WeightsError where a model is missing.
        """
        self._people = dict(people)
        self._places = dict(places)
        self._tracks: list[_Track] = []
        self._wait, self._pause = 0, 1  # looks until the next search, and from it to the one after
        self._before: NDArray[np.uint8] | None = None
        self._detector, self._mesh = FaceDetector(), FaceMesh()

    @cached_property
    def _recogniser(self) -> FaceRecogniser:
        return FaceRecogniser()

    def look(self, rgb: NDArray[np.uint8]) -> tuple[Sighting, ...]:
        """The faces on the next frame (H, W, 3), the named ones with their names."""
        # 1. Another picture has other faces
        grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
        small = np.asarray(cv2.resize(grey, (32, 18), None, 0, 0, cv2.INTER_AREA), np.uint8)
        if self._before is not None:
            change = _change(small, self._before)
            if change > CUT:
                self._tracks, self._places = [], {}
            if change > STIR:
                self._wait, self._pause = 0, 1
        self._before = small
        # 2. Each face is followed by its mesh; two that became one are told apart anew
        light = lifted(rgb)
        for track in self._tracks:
            self._follow(track, rgb, light)
        for first, second in combinations(self._tracks, 2):
            if _apart(first.face.box, second.face.box) < SAME_FACE:
                first.unseen = second.unseen = GONE
        followed = [track for track in self._tracks if track.unseen < GONE]
        if len(followed) < len(self._tracks):
            self._tracks, self._wait, self._pause = followed, 0, 1
        # 3. New ones are looked for, closely and soon again where somebody is missing
        lost = any(track.unseen for track in self._tracks)
        if self._wait == 0 or lost:
            closely = lost or bool(self._missing())
            self._find(rgb, light, min_face=rgb.shape[0] * FARTHEST if closely else None)
            self._recognise(light, [track for track in self._tracks if track.num_looks < LOOKS])
            if self._missing():
                self._recognise(light, self._nameless()[:1])
            self._places = {}  # a keyframe is the first frame
        if self._wait == 0:
            self._wait = self._pause if self._missing() else SEARCH
            self._pause = min(2 * self._pause, SEARCH)
        self._wait -= 1
        names = self._names()
        return tuple(
            Sighting(names.get(number, ""), track.points, track.face.box)
            for number, track in enumerate(self._tracks)
            if not track.unseen
        )

    def _follow(self, track: _Track, rgb: NDArray[np.uint8], light: NDArray[np.uint8]) -> None:
        mesh = self._mesh.fit(light, track.face)
        points = mesh.points[:, :2]
        face = face_under(points)
        if mesh.presence < SURE or _apart(face.box, track.face.box) > SAME_PLACE:
            track.unseen += 1
        elif track.is_another(face, rgb):
            track.unseen = GONE
        else:
            track.found(points, rgb)

    def _find(
        self, rgb: NDArray[np.uint8], light: NDArray[np.uint8], min_face: float | None
    ) -> None:
        for found in self._detector.detect(light, min_face=min_face):
            if any(not track.unseen for track in self._near(found)):
                continue
            # a detector's box may be twice a small face: the mesh on it says where the face is
            mesh = self._mesh.fit(light, found)
            if mesh.presence >= SURE:
                mesh = self._mesh.fit(light, face_under(mesh.points[:, :2]))
            points = mesh.points[:, :2]
            face = face_under(points)
            near = self._near(face)
            if mesh.presence < SURE or any(not track.unseen for track in near):
                continue
            if near and not near[0].is_another(face, rgb):
                near[0].found(points, rgb)
            else:
                self._tracks = [track for track in self._tracks if track not in near]
                self._tracks.append(_Track(points, rgb))

    def _near(self, face: Face) -> list[_Track]:
        return [track for track in self._tracks if _apart(face.box, track.face.box) < SAME_FACE]

    def _recognise(self, light: NDArray[np.uint8], tracks: Sequence[_Track]) -> None:
        for track in tracks if self._people else ():
            if not track.unseen:
                track.looks.append(self._recogniser.embed(light, track.face))
                track.num_looks += 1
                for name, box in self._places.items():
                    if _apart(track.face.box, box) < SAME_PLACE:
                        track.nearer[name] = PLACED

    def _missing(self) -> set[str]:
        return set(self._people) - set(self._names().values())

    def _nameless(self) -> list[_Track]:
        """The faces that are nobody's after all their looks, the one least looked at first."""
        names = self._names()
        faces = [
            track
            for number, track in enumerate(self._tracks)
            if number not in names and track.num_looks >= LOOKS and not track.unseen
        ]
        return sorted(faces, key=lambda track: track.num_looks)

    def _names(self) -> dict[int, str]:
        """The name of each track that has one: the likest pair first, nobody twice."""
        pairs = sorted(
            (track.distance(name, own), number, name)
            for number, track in enumerate(self._tracks)
            if track.looks
            for name, own in self._people.items()
        )
        names: dict[int, str] = {}
        for distance, number, name in pairs:
            if distance < STRANGER and number not in names and name not in names.values():
                names[number] = name
        return names


def face_under(points: Floats) -> Face:
    """The face under a mesh (468, 2): its bounds from brow to chin, and its eyes."""
    (x0, y0), (x1, y1) = points.min(0), points.max(0)
    keypoints = tuple((float(points[i, 0]), float(points[i, 1])) for i in KEYPOINTS)
    return Face((float(x0), float(y0), float(x1), float(y1)), 1.0, keypoints)


def _apart(first: Box, second: Box) -> float:
    """How far two boxes' middles are apart, in the second's size."""
    dx = (first[0] + first[2] - second[0] - second[2]) / 2
    dy = (first[1] + first[3] - second[1] - second[3]) / 2
    return float(np.hypot(dx, dy) / max(second[2] - second[0], second[3] - second[1], 1.0))


def _light(rgb: NDArray[np.uint8], box: Box) -> NDArray[np.uint8]:
    """How light the parts of a box are, (12, 12)."""
    height, width = rgb.shape[:2]
    x0, x1 = (int(np.clip(x, 0, width)) for x in (box[0], box[2]))
    y0, y1 = (int(np.clip(y, 0, height)) for y in (box[1], box[3]))
    if x1 <= x0 or y1 <= y0:
        return np.zeros((12, 12), np.uint8)
    grey = cv2.cvtColor(rgb[y0:y1, x0:x1], cv2.COLOR_RGB2GRAY)
    return np.asarray(cv2.resize(grey, (12, 12), None, 0, 0, cv2.INTER_AREA), np.uint8)


def _change(now: NDArray[np.uint8], before: NDArray[np.uint8]) -> float:
    """How far two pictures (H, W) differ, of the brighter one's brightness."""
    differ = np.abs(now.astype(np.int16) - before).mean()
    return float(differ / max(now.mean(), before.mean(), 8.0))
