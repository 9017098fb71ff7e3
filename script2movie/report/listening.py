"""What is heard in a film's lines: the words, and whose voice says them.

Lines are heard as they were spoken, before room and music are mixed in. Knows nothing of plans.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter

from script2movie.perception.speaker import SpeakerRecogniser
from script2movie.perception.transcript import Transcriber
from script2movie.stages import SPEECH_RATE

__all__ = ["TRANSCRIBER", "VOICES", "Heard", "Listener"]

TRANSCRIBER = "Whisper tiny.en (int8), greedy"
VOICES = "Resemblyzer's speaker encoder, 256 numbers a voice, cosine"
FINGERPRINT = f"listen 2, {TRANSCRIBER}, {VOICES}"


@dataclass(frozen=True)
class Heard:
    """A line as it was heard."""

    text: str
    seconds: float

    def write(self, path: Path) -> None:
        path.write_bytes(_HEARD.dump_json(self))

    @classmethod
    def read(cls, path: Path) -> "Heard":
        return _HEARD.validate_json(path.read_bytes())


_HEARD = TypeAdapter(Heard)


class Listener:
    """Hears spoken lines."""

    def __init__(self) -> None:
        """Raises WeightsError where a weight is missing."""
        self._transcriber = Transcriber()
        self._encoder = SpeakerRecogniser()

    def hear(self, samples: NDArray[np.float32]) -> Heard:
        """The words of one line's samples (N,) at SPEECH_RATE."""
        text = self._transcriber.text(samples, SPEECH_RATE)
        return Heard(text, len(samples) / SPEECH_RATE)

    def voice(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """Whose voice samples (N,) at SPEECH_RATE are: (256,) with norm 1; zeros for silence."""
        try:
            return self._encoder.embed(samples, SPEECH_RATE)
        except ValueError:
            return np.zeros(256, np.float32)
