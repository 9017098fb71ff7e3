"""A voice that comes near a recording: a mix of stock voices, judged by ear. Not cloning.

Knows the stock voices, the model that speaks with them and the encoder that hears them.
Knows nothing of characters or films.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from script2movie.audio.stock import Stock
from script2movie.errors import BankError
from script2movie.perception.pitch import median_pitch
from script2movie.perception.sound import read_recording
from script2movie.perception.speaker import SpeakerRecogniser
from script2movie.stages import SPEECH_RATE, Voice

__all__ = ["Match", "Say", "match_voice"]

Embedding = NDArray[np.float32]
Say = Callable[[str, Voice], NDArray[np.float32]]  # text and voice to samples at SPEECH_RATE

HEARD = 60.0  # seconds of the sample that are listened to
NEAREST = 12  # stock voices that a mix may draw on
PARTS = 4  # of them that it keeps
LEAST_SHARE = 0.05  # of a voice in a mix
LOWEST, HIGHEST = 0.9, 1.12  # pitch ratios that still sound natural
FINALISTS = 2
SENTENCES = (
    "Please hurry, the train leaves in twenty minutes.",
    "I asked my brother to wait outside.",
    "Put it down on the table, slowly.",
)
MARGIN = 0.01  # by which a mix must beat the nearest stock voice: lines differ by more


@dataclass(frozen=True)
class Match:
    """A voice, what the encoder hears in it (256,), and its cosine to the recording."""

    voice: Voice
    embedding: Embedding
    likeness: float


def match_voice(
    sample: Path,
    name: str,
    voices: Stock,
    taken: Sequence[int],
    say: Say,
    recogniser: SpeakerRecogniser,
) -> Match:
    """The voice `name` for a recording; `taken` are the stock voices that others have.

    Tries the nearest free stock voice, the best mix of the near ones by non-negative least
    squares and what lies between, each also at the recording's pitch. Speaks a dozen sentences.

    Raises:
        BankError: the recording cannot be read or holds no voice.
    """
    from scipy.optimize import nnls

    # 1. What the encoder hears in the recording, and how high it is
    samples, rate = read_recording(sample, HEARD)
    try:
        target = recogniser.embed(samples, rate)
    except ValueError:
        raise BankError(f"{sample}: no voice is heard in it; record someone who speaks") from None
    pitch = median_pitch(samples, rate)

    # 2. The nearest free voices and their best mix, as they are and at the recording's pitch
    free = np.array(
        [
            number
            for number, voice in enumerate(voices.voices)
            if voice.plain and number not in taken
        ]
    )
    near = free[np.argsort(-(voices.centre[free] @ target))][:NEAREST]
    shares, _ = nnls(voices.centre[near].T.astype(np.float64), target.astype(np.float64))
    nearest = np.asarray(np.eye(len(near))[0])
    tries: list[Voice] = []
    for mix in (nearest, _thinned(shares), _thinned((nearest + shares / shares.sum()) / 2)):
        usual = sum(share * voices.voices[near[n]].f0 for n, share in enumerate(mix))
        ratio = round(float(np.clip(pitch / usual, LOWEST, HIGHEST)), 3) if pitch else 1.0
        parts = tuple(
            (voices.names[near[number]], round(float(mix[number]), 4))
            for number in np.argsort(-mix)
            if mix[number] > 0
        )
        tries += [Voice(name, parts, one, one) for one in dict.fromkeys((1.0, ratio))]
    tries = list(dict.fromkeys(tries))

    # 3. What the encoder hears in them: the best of one sentence speak two more
    heard = {voice: [recogniser.embed(say(SENTENCES[0], voice), SPEECH_RATE)] for voice in tries}
    best = sorted(tries[1:], key=lambda voice: -float(heard[voice][0] @ target))[:FINALISTS]
    matches: list[Match] = []
    for voice in (tries[0], *best):
        for text in SENTENCES[1:]:
            heard[voice].append(recogniser.embed(say(text, voice), SPEECH_RATE))
        middle = np.mean(heard[voice], axis=0)
        likeness = float(np.mean([one @ target for one in heard[voice]]))
        matches.append(Match(voice, middle / np.linalg.norm(middle), likeness))

    # 4. The nearest stock voice stays unless another is clearly nearer
    return max(matches, key=lambda match: match.likeness - MARGIN * (match is not matches[0]))


def _thinned(shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """The largest shares of a mix, summing to 1."""
    kept = np.where(shares >= np.sort(shares)[-PARTS], shares, 0.0)
    kept[kept < LEAST_SHARE * kept.sum()] = 0.0
    return np.asarray(kept / kept.sum())
