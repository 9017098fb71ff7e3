"""Who speaks when, as turns of voices that have no names yet: what a diarizer is, and one of ours.

Knows sound and how alike voices are; nothing of faces, names or words.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from script2movie.perception.speaker import SpeakerRecogniser, voiced

__all__ = ["ONE_VOICE", "Diarizer", "EmbeddedDiarizer", "Turn", "tells_voice"]

Floats = NDArray[np.float32]
Span = tuple[float, float]

ONE_VOICE = 0.76  # mean cosine of two groups of stretches that are one voice
HEARD = 1.0  # seconds of voice by which it can be told


@dataclass(frozen=True)
class Turn:
    """A stretch, in seconds, in which one voice speaks. Turns of two voices may overlap.

    `voice` numbers the voices of a recording from 0.
    """

    start: float
    end: float
    voice: int


class Diarizer(Protocol):
    """Tells the voices of a recording apart."""

    @property
    def fingerprint(self) -> str:
        """Names whatever changes what is found."""
        ...

    def turns(self, samples: Floats, rate: int, spoken: Sequence[Span]) -> tuple[Turn, ...]:
        """Mono sound (N,) in -1..1 to the turns in it, by their starts.

        `spoken` are the phrases that a transcriber heard, in seconds: a diarizer that finds for
        itself where somebody speaks passes them over.
        """
        ...

    def close(self) -> None: ...


class EmbeddedDiarizer:
    """Puts phrases together by voice (Resemblyzer's encoder): the two likest first.

    A phrase is one voice's, so two voices at once are not found; one with less than a second of
    voice is nobody's turn.
    """

    fingerprint = "phrases by voice 1 (Resemblyzer)"

    def turns(self, samples: Floats, rate: int, spoken: Sequence[Span]) -> tuple[Turn, ...]:
        """A turn for each phrase whose voice can be told."""
        recogniser = SpeakerRecogniser()
        cut = [samples[round(start * rate) : round(end * rate)] for start, end in spoken]
        told = [number for number, part in enumerate(cut) if tells_voice(part, rate)]
        embeddings = {number: recogniser.embed(cut[number], rate) for number in told}
        groups: list[list[int]] = [[number] for number in told]
        while len(groups) > 1:
            means = np.stack([np.mean([embeddings[n] for n in group], axis=0) for group in groups])
            means /= np.linalg.norm(means, axis=1, keepdims=True)
            alike = means @ means.T - 2 * np.eye(len(groups))
            first, second = sorted(divmod(int(alike.argmax()), len(groups)))
            if alike[first, second] < ONE_VOICE:
                break
            groups[first] += groups.pop(second)
        turns = [Turn(*spoken[n], voice) for voice, group in enumerate(groups) for n in group]
        return tuple(sorted(turns, key=lambda turn: turn.start))

    def close(self) -> None:
        """Holds nothing."""


def tells_voice(samples: Floats, rate: int) -> bool:
    """Whether there is enough voice in a stretch to tell whose it is."""
    return len(voiced(samples, rate)) >= HEARD * rate
