"""What one take of a line is worth: its words against the text, its voice against its reference.

A verdict names every fault that a person would hear: words skipped, words that the text lacks
(said twice, or left over from the reference), words said otherwise, another voice. Knows a line
and its sound; nothing of how it was made or of other takes.
"""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter

from script2movie.perception.alignment import Aligner, Reading
from script2movie.perception.misreadings import Reader
from script2movie.perception.speaker import SpeakerRecogniser, voiced
from script2movie.perception.transcript import Transcriber
from script2movie.perception.words import spelled
from script2movie.stages import SPEECH_RATE, Reference

__all__ = ["FINGERPRINT", "Listener", "Verdict"]

FINGERPRINT = "dailies 1, Whisper tiny.en (int8) greedy, pocketsphinx, Resemblyzer"
DRIFTED = 0.70  # cosine to the reference below which it is somebody else
MARKS = '.,;:!?…—"“”'
SHORTEST = 1.2  # seconds of voice by which it can be told


@dataclass(frozen=True)
class Verdict:
    """`similarity` is the cosine to the reference, None where there is none or too little voice.

    `seed` is the take's. A take without a fault is kept; else that of the lowest `score`.
    """

    seed: int
    heard: str
    faults: tuple[str, ...]
    similarity: float | None
    score: float

    def write(self, path: Path) -> None:
        path.write_bytes(_VERDICT.dump_json(self))

    @classmethod
    def read(cls, path: Path) -> "Verdict":
        return _VERDICT.validate_json(path.read_bytes())


_VERDICT = TypeAdapter(Verdict)


class Listener:
    """Hears takes. Opening it is cheap; safe to call from several threads."""

    def __init__(self) -> None:
        """Raises WeightsError where the transcriber's weight is missing."""
        self._transcriber = Transcriber()
        self._reader = Reader()
        self._aligner = Aligner()
        self._encoder = SpeakerRecogniser()
        self._lock = Lock()
        self._references: dict[int, NDArray[np.float32]] = {}

    def judge(
        self,
        samples: NDArray[np.float32],
        text: str,
        names: Collection[str],
        reference: Reference | None,
        *,
        seed: int,
    ) -> Verdict:
        """A take (N,) at SPEECH_RATE of an English line; `names` may be heard as anything."""
        before = reference.transcript if reference else ""
        with self._lock:
            heard = self._transcriber.text(samples, SPEECH_RATE)
            misread = self._reader.compare(text, heard, names)
            try:  # a transcriber tidies up: what is said twice it writes down once
                reading = self._aligner.read(samples, SPEECH_RATE, text, before)
            except ValueError:
                reading = Reading()
            similarity = None if reference is None else self._likeness(samples, reference)
        skipped = misread.skipped or (reading.skipped if len(reading.skipped) > 1 else ())
        added = misread.added or reading.added
        leaked = set(spelled(before)) - set(spelled(text))
        faults = [
            *(f"skips '{word.strip(MARKS)}'" for word in skipped),
            *(f"says '{word.strip(MARKS)}'{_whence(word, leaked)}" for word in added),
            *(f"says '{other}' for '{word}'" for word, other in misread.swapped),
        ]
        if similarity is not None and similarity < DRIFTED:
            faults.append(f"sounds like somebody else ({similarity:.2f})")
        unlike = 0.0 if similarity is None else 1.0 - similarity
        return Verdict(seed, heard, tuple(faults), similarity, len(faults) + unlike)

    def _likeness(self, samples: NDArray[np.float32], reference: Reference) -> float | None:
        if len(voiced(samples, SPEECH_RATE)) < SHORTEST * 16_000:
            return None
        return float(self._encoder.embed(samples, SPEECH_RATE) @ self._embedded(reference))

    def _embedded(self, reference: Reference) -> NDArray[np.float32]:
        key = hash(reference.samples.tobytes())
        if key not in self._references:
            self._references[key] = self._encoder.embed(reference.samples, SPEECH_RATE)
        return self._references[key]


def _whence(word: str, leaked: set[str]) -> str:
    return ", of the reference" if leaked & set(spelled(word)) else ", which is not there"
