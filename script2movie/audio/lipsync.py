"""The embedded lip-syncer: the mouth of whoever speaks follows the speech, on finished frames.

Works on any animator's frames: with their own meshes where they carry them, else with those
that perception finds. Nobody else's face is touched.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from script2movie.audio.mouth import MouthPose, bend
from script2movie.audio.visemes import Mouth, mouths
from script2movie.stages import Face, Frame, TimedSpeech

__all__ = ["EmbeddedLipSyncer"]


class EmbeddedLipSyncer:
    """Phonemes into mouth poses, poses into moved lips."""

    fingerprint = "embedded-lip-syncer-1"

    def sync(
        self, frames: Iterator[Frame], speech: TimedSpeech, faces: Sequence[Face], *, fps: int
    ) -> Iterator[Frame]:
        """Streams the frames; each is changed in place and handed on."""
        lines = _lines(speech, fps)
        for number, frame in enumerate(frames):
            spoken = {
                character: pose
                for character, mouth in lines
                if (pose := _pose(mouth, number)).speaking > 0
            }
            if spoken:
                for character, points in self._meshes(frame, faces, set(spoken)):
                    bend(frame.nv12, points, spoken[character])
            yield frame

    def close(self) -> None:
        """Nothing to free."""

    def _meshes(
        self, frame: Frame, faces: Sequence[Face], wanted: set[str]
    ) -> list[tuple[str, NDArray[np.float32]]]:
        return [(t.character, t.points) for t in frame.faces if t.character in wanted]


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
