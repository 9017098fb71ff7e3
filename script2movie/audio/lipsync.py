"""The embedded lip-syncer: the mouth of whoever speaks follows the speech, on finished frames.

Works on any animator's frames: with their own meshes where they carry them, else on faces that are
found, followed and recognised in them. Nobody else's face is touched, and where whoever speaks is
not seen none is.
"""

from collections.abc import Iterator, Sequence
from importlib.metadata import version

import numpy as np

from script2movie.audio.mouth import MouthPose, bend
from script2movie.audio.visemes import Mouth, mouths
from script2movie.media.nv12 import to_rgb
from script2movie.perception.tracks import FaceTracker
from script2movie.stages import Face, Frame, Likeness, TimedSpeech

__all__ = ["EmbeddedLipSyncer", "mouths_of", "tracker_of"]

GLIMPSE = 6  # frames from one look to the next while nobody speaks


class EmbeddedLipSyncer:
    """Phonemes into mouth poses, poses into moved lips."""

    fingerprint = f"embedded lip-sync 6, openfacefx {version('openfacefx')}"
    num_workers = 2

    def sync(
        self,
        frames: Iterator[Frame],
        speech: TimedSpeech,
        faces: Sequence[Face],
        cast: Sequence[Likeness],
        *,
        fps: int,
        seed: int,
    ) -> Iterator[Frame]:
        """Streams the frames; each is changed in place and handed on."""
        del seed  # the warp draws no random numbers
        lines = mouths_of(speech, fps)
        tracker = None
        for number, frame in enumerate(frames):
            spoken = {
                character: pose
                for character, mouth in lines
                if (pose := _pose(mouth, number)).speaking > 0
            }
            if frame.faces:
                meshes = [(track.character, track.points) for track in frame.faces]
            elif lines and (spoken or number % GLIMPSE == 0):
                tracker = tracker or tracker_of(cast, faces)
                seen = tracker.look(to_rgb(frame.nv12))
                meshes = [(one.name, one.points) for one in seen]
            else:
                meshes = []
            for character, points in meshes:
                if character in spoken:
                    bend(frame.nv12, points, spoken[character])
            yield frame

    def close(self) -> None:
        """Nothing to free."""


def tracker_of(cast: Sequence[Likeness], faces: Sequence[Face]) -> FaceTracker:
    """Follows the faces of the people of a shot, known by their likenesses and the keyframe."""
    people = {face.character: np.zeros(128, np.float32) for face in faces}
    people |= {one.character: one.embedding for one in cast}
    return FaceTracker(people, {face.character: face.box for face in faces})


def mouths_of(speech: TimedSpeech, fps: int) -> list[tuple[str, Mouth]]:
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
