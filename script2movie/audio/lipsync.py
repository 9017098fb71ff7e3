"""The embedded lip-syncer: the mouth of whoever speaks follows the speech, on finished frames.

Works on any animator's frames: with their own meshes where they carry them, else with those
that perception finds. Nobody else's face is touched.
"""

from collections.abc import Iterator, Sequence
from functools import cached_property
from importlib.metadata import version

import numpy as np
from numpy.typing import NDArray

from script2movie.audio.mouth import MouthPose, bend
from script2movie.audio.visemes import Mouth, mouths
from script2movie.media.nv12 import to_rgb
from script2movie.perception.faces import FaceDetector
from script2movie.perception.mesh import FaceMesh
from script2movie.stages import Face, Frame, TimedSpeech

__all__ = ["EmbeddedLipSyncer"]

Box = tuple[float, float, float, float]  # x0, y0, x1, y1 in pixels
Floats = NDArray[np.float32]

SAME_FACE = 0.6  # of a face's size: how far it may move from one look at it to the next
GLIMPSE = 6  # frames from one look to the next while nobody speaks, or nobody is there


class EmbeddedLipSyncer:
    """Phonemes into mouth poses, poses into moved lips."""

    fingerprint = f"embedded lip-sync 4, openfacefx {version('openfacefx')}"
    num_workers = 2

    def sync(
        self, frames: Iterator[Frame], speech: TimedSpeech, faces: Sequence[Face], *, fps: int
    ) -> Iterator[Frame]:
        """Streams the frames; each is changed in place and handed on."""
        lines = _lines(speech, fps)
        places = {face.character: face.box for face in faces}
        meshes: list[tuple[str, Floats]] = []
        for number, frame in enumerate(frames):
            spoken = {
                character: pose
                for character, mouth in lines
                if (pose := _pose(mouth, number)).speaking > 0
            }
            if frame.faces:
                meshes = [(track.character, track.points) for track in frame.faces]
            elif places and lines and ((spoken and meshes) or number % GLIMPSE == 0):
                meshes = self._found(frame, places)
            else:
                meshes = []
            for character, points in meshes:
                if character in spoken:
                    bend(frame.nv12, points, spoken[character])
            yield frame

    def close(self) -> None:
        """Nothing to free."""

    @cached_property
    def _finder(self) -> tuple[FaceDetector, FaceMesh]:
        return FaceDetector(), FaceMesh()

    def _found(self, frame: Frame, places: dict[str, Box]) -> list[tuple[str, Floats]]:
        """The meshes of the people last seen at `places`, which is brought up to date."""
        detector, mesh = self._finder
        rgb = to_rgb(frame.nv12)
        seen = list(detector.detect(rgb))
        found = []
        for character, box in places.items():
            near = min(seen, key=lambda face: _apart(face.box, box), default=None)
            if near is not None and _apart(near.box, box) < SAME_FACE:
                seen.remove(near)
                places[character] = near.box
                found.append((character, mesh.landmarks(rgb, near)[:, :2]))
        return found


def _apart(first: Box, second: Box) -> float:
    """How far two boxes' middles are apart, in the second's size."""
    dx = (first[0] + first[2] - second[0] - second[2]) / 2
    dy = (first[1] + first[3] - second[1] - second[3]) / 2
    return float(np.hypot(dx, dy) / max(second[2] - second[0], second[3] - second[1], 1.0))


def _lines(speech: TimedSpeech, fps: int) -> list[tuple[str, Mouth]]:
    """Who speaks on screen and how their mouth moves; the frames count from the shot's first."""
    num_frames = int(np.ceil(speech.duration * fps)) + fps
    return [
        (u.line.character, mouths(u.speech, u.start, num_frames, fps))
        for u in speech.utterances
        if not u.line.off_screen
    ]


def _pose(mouth: Mouth, number: int) -> MouthPose:
    if number >= len(mouth.speaking):
        return MouthPose(0, 0, 0, 0, 0)
    return MouthPose(
        speaking=float(mouth.speaking[number]),
        opening=float(mouth.opening[number]),
        wide=float(mouth.wide[number]),
        bite=float(mouth.bite[number]),
        tongue=float(mouth.tongue[number]),
    )
