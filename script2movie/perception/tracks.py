"""Whose face is where in moving pictures: found, followed from mesh to mesh, and recognised.

A face that was found once is followed by its own mesh, which says better than a detector how a
small head is held. Who it is comes from its looks, seen several times, and from where a keyframe
had that person; nobody is two faces, and a face that is like nobody stays nameless. Whoever is
missing is looked for soon, and closely enough for a face far away; a face whose looks are no
longer its own is another's. Knows frames in their order and embeddings of people; nothing of
characters, shots or files.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from script2movie.perception.faces import Face, FaceDetector
from script2movie.perception.identity import SAME_PERSON, FaceRecogniser
from script2movie.perception.mesh import FaceMesh
from script2movie.perception.portraits import lifted
from script2movie.perception.sightings import SMALLEST_FACE

__all__ = ["FaceTracker", "Sighting", "face_under"]

Box = tuple[float, float, float, float]  # x0, y0, x1, y1 in pixels
Floats = NDArray[np.float32]

SURE = 0.5  # of the mesh that there is a face
SAME_PLACE = 0.6  # of a face's size that it may move from one look at it to the next
SEARCH = 8  # looks from one search to the next; fewer at first where somebody is missing
LOOKS = 4  # embeddings by which a face is told, the last ones, one a search
PLACED = 0.12  # that a face where a keyframe has a person counts as nearer to them
STRANGER = SAME_PERSON + 0.06  # distance from which a face is nobody's: moving faces blur
UNKNOWN = 0.55  # distance of every face to a person whose looks are not known
CUT = 0.16  # mean change of brightness at which the picture is another
SWAP = 0.10  # the same of a face's own box, at which it may be another face
GONE = 3  # looks without a face after which it has left
EYES = (33, 263)  # the outer corners in MediaPipe's topology
KEYPOINTS = (*EYES, 1, 13, 234, 454)  # near BlazeFace's: eyes, nose tip, mouth, ears


@dataclass(frozen=True)
class Sighting:
    """A face on one frame: its mesh (468, 2) in pixels, and whose it is, '' for nobody's."""

    name: str
    points: Floats
    box: Box


@dataclass
class _Track:
    face: Face
    points: Floats
    light: NDArray[np.uint8]  # (12, 12) its box
    unseen: int = 0
    looks: deque[Floats] = field(default_factory=lambda: deque(maxlen=LOOKS))  # (128,) each
    nearer: dict[str, float] = field(default_factory=dict)  # to whom a keyframe has in its place

    def distance(self, name: str, own: Floats) -> float:
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
        small = cv2.resize(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), (32, 18), None, 0, 0, 3)
        if self._before is not None:
            change = float(np.abs(small.astype(np.int16) - self._before).mean()) / 255
            if change > CUT:
                self._tracks, self._wait, self._pause, self._places = [], 0, 1, {}
        self._before = np.asarray(small, np.uint8)
        # 2. Each face is followed by its mesh
        light = lifted(rgb)
        for track in self._tracks:
            self._follow(track, light)
        followed = [track for track in self._tracks if track.unseen < GONE]
        if len(followed) < len(self._tracks):
            self._tracks, self._wait, self._pause = followed, 0, 1
        # 3. New ones are looked for, soon again where somebody is missing, and all are looked at
        lost = any(track.unseen for track in self._tracks)
        if self._wait == 0 or lost:
            missing = set(self._people) - set(self._names().values())
            self._search(rgb, light, closely=bool(missing) or lost)
        if self._wait == 0:
            missing = set(self._people) - set(self._names().values())
            self._wait = self._pause if missing else SEARCH
            self._pause = min(2 * self._pause, SEARCH)
        self._wait -= 1
        names = self._names()
        return tuple(
            Sighting(names.get(number, ""), track.points, track.face.box)
            for number, track in enumerate(self._tracks)
            if not track.unseen
        )

    def _follow(self, track: _Track, light: NDArray[np.uint8]) -> None:
        mesh = self._mesh.fit(light, track.face)
        points = mesh.points[:, :2]
        face = face_under(points)
        if mesh.presence < SURE or _apart(face.box, track.face.box) > SAME_PLACE:
            track.unseen += 1
            return
        now = _light(light, face.box)
        if np.abs(now.astype(np.int16) - track.light).mean() > 255 * SWAP:
            track.unseen = GONE
            return
        track.face, track.points, track.light, track.unseen = face, points, now, 0

    def _search(self, rgb: NDArray[np.uint8], light: NDArray[np.uint8], *, closely: bool) -> None:
        smallest = rgb.shape[0] * SMALLEST_FACE if closely else None
        for found in self._detector.detect(light, min_face=smallest):
            near = [track for track in self._tracks if _apart(found.box, track.face.box) < 0.5]
            if not near:
                mesh = self._mesh.fit(light, found)
                if mesh.presence < SURE:
                    continue
                points = mesh.points[:, :2]
                face = face_under(points)
                near = [_Track(face, points, _light(light, face.box))]
                self._tracks += near
            track = near[0]
            if track.unseen:
                mesh = self._mesh.fit(light, found)
                if mesh.presence >= SURE:
                    track.points, track.unseen = mesh.points[:, :2], 0
                    track.face = face_under(track.points)
                    track.light = _light(light, track.face.box)
            if self._people:
                seen = self._recogniser.embed(rgb, found)
                if track.looks and np.linalg.norm(seen - track.looks[-1]) > STRANGER:
                    track.looks.clear()
                    track.nearer = {}
                track.looks.append(seen)
                for name, box in self._places.items():
                    if _apart(found.box, box) < SAME_PLACE:
                        track.nearer[name] = PLACED
        self._places = {}  # a keyframe is the first frame

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
