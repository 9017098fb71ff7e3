"""Whose face is where in moving pictures: found, followed from mesh to mesh, and recognised.

A face that was found once is followed by its own mesh, which says better than a detector how a
small head is held. Who it is comes from its looks, heard several times, and from where a keyframe
had that person; nobody is two faces, and a face that is like nobody stays nameless. Knows frames
in their order and embeddings of people; nothing of characters, shots or files.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from script2movie.perception.faces import Face, FaceDetector
from script2movie.perception.identity import SAME_PERSON, FaceRecogniser
from script2movie.perception.mesh import FaceMesh

__all__ = ["FaceTracker", "Sighting", "face_under"]

Box = tuple[float, float, float, float]  # x0, y0, x1, y1 in pixels
Floats = NDArray[np.float32]

SURE = 0.5  # of the mesh that there is a face
SAME_PLACE = 0.6  # of a face's size that it may move from one look at it to the next
SEARCH = 8  # looks from one search for new faces to the next
LOOKS = 4  # embeddings by which a face is told, one a search
PLACED = 0.12  # that a face where a keyframe has a person counts as nearer to them
STRANGER = SAME_PERSON + 0.06  # distance from which a face is nobody's: moving faces blur
UNKNOWN = 0.55  # distance of every face to a person whose looks are not known
CUT = 0.16  # mean change of brightness at which the picture is another
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
    unseen: int = 0
    distances: list[dict[str, float]] = field(default_factory=list)

    def distance(self, name: str) -> float:
        return float(np.median([one[name] for one in self.distances]))


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
        self._looks = 0
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
                self._tracks, self._looks, self._places = [], 0, {}
        self._before = np.asarray(small, np.uint8)
        # 2. Each face is followed by its mesh
        for track in self._tracks:
            self._follow(track, rgb)
        self._tracks = [track for track in self._tracks if track.unseen < GONE]
        # 3. New ones are looked for, and all are looked at again until they are known
        lost = any(track.unseen for track in self._tracks)
        if self._looks % SEARCH == 0 or lost:
            self._search(rgb)
        self._looks += 1
        names = self._names()
        return tuple(
            Sighting(names.get(number, ""), track.points, track.face.box)
            for number, track in enumerate(self._tracks)
            if not track.unseen
        )

    def _follow(self, track: _Track, rgb: NDArray[np.uint8]) -> None:
        mesh = self._mesh.fit(rgb, track.face)
        points = mesh.points[:, :2]
        face = face_under(points)
        if mesh.presence < SURE or _apart(face.box, track.face.box) > SAME_PLACE:
            track.unseen += 1
            return
        track.face, track.points, track.unseen = face, points, 0

    def _search(self, rgb: NDArray[np.uint8]) -> None:
        for found in self._detector.detect(rgb):
            near = [track for track in self._tracks if _apart(found.box, track.face.box) < 0.5]
            if not near:
                mesh = self._mesh.fit(rgb, found)
                if mesh.presence < SURE:
                    continue
                points = mesh.points[:, :2]
                near = [_Track(face_under(points), points)]
                self._tracks += near
            track = near[0]
            if track.unseen:
                mesh = self._mesh.fit(rgb, found)
                if mesh.presence >= SURE:
                    track.points, track.unseen = mesh.points[:, :2], 0
                    track.face = face_under(track.points)
            if self._people and len(track.distances) < LOOKS:
                seen = self._recogniser.embed(rgb, found)
                placed = {
                    name: PLACED * (_apart(found.box, box) < SAME_PLACE)
                    for name, box in self._places.items()
                }
                track.distances.append(
                    {
                        name: (float(np.linalg.norm(seen - own)) if own.any() else UNKNOWN)
                        - placed.get(name, 0.0)
                        for name, own in self._people.items()
                    }
                )
        if self._looks > 0:
            self._places = {}  # a keyframe is the first frame

    def _names(self) -> dict[int, str]:
        """The name of each track that has one: the likest pair first, nobody twice."""
        pairs = sorted(
            (track.distance(name), number, name)
            for number, track in enumerate(self._tracks)
            if track.distances
            for name in self._people
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
