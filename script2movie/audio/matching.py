"""A voice that comes near a recording: a mix of stock voices, judged by ear. Not cloning.

Knows the stock voices, the model that speaks with them and the encoder that hears them.
Knows nothing of characters or films.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile  # type: ignore[import-untyped]
from numpy.typing import NDArray
from scipy.optimize import nnls

from script2movie.audio.pitch import median_pitch
from script2movie.audio.stock import Stock
from script2movie.errors import BankError
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
STEPS = 6  # tries to better the best
SEARCHED = "Please hurry, the train leaves in twenty minutes."
JUDGED = ("I asked my brother to wait outside.", "Put it down on the table, slowly.")
MARGIN = 0.01  # by which a mix must beat the nearest stock voice: two lines differ by more


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

    Tries the nearest free stock voices, their best mix by non-negative least squares, and both
    at the recording's pitch; then betters the best in small steps. Speaks about 15 short sentences.

    Raises:
        BankError: the recording cannot be read or holds no voice.
    """
    # 1. What the encoder hears in the recording, and how high it is
    samples, rate = _read(sample)
    try:
        target = recogniser.embed(samples, rate)
    except ValueError:
        raise BankError(f"{sample}: no voice is heard in it; record someone who speaks") from None
    pitch = median_pitch(samples, rate)

    # 2. The nearest free voices and their best mix
    free = np.array(
        [
            number
            for number, voice in enumerate(voices.voices)
            if voice.plain and number not in taken
        ]
    )
    near = free[np.argsort(-(voices.centre[free] @ target))][:NEAREST]
    shares, _ = nnls(voices.centre[near].T.astype(np.float64), target.astype(np.float64))
    starts = [_only(len(near), 0), _only(len(near), 1), _thinned(shares)]

    def voice_of(mix: NDArray[np.float64], ratio: float) -> Voice:
        parts = [
            (voices.names[near[number]], round(float(mix[number]), 4))
            for number in np.argsort(-mix)
            if mix[number] > 0
        ]
        return Voice(name, tuple(parts), ratio, ratio)

    def judge(mix: NDArray[np.float64], ratio: float, text: str) -> tuple[float, Embedding]:
        heard = recogniser.embed(say(text, voice_of(mix, ratio)), SPEECH_RATE)
        return float(heard @ target), heard

    # 3. Each as it is, and at the recording's pitch
    tries: list[tuple[float, NDArray[np.float64], float]] = []
    for mix in starts:
        tries.append((judge(mix, 1.0, SEARCHED)[0], mix, 1.0))
        usual = sum(share * voices.voices[near[n]].f0 for n, share in enumerate(mix))
        ratio = round(float(np.clip(pitch / usual, LOWEST, HIGHEST)), 3) if pitch else 1.0
        if abs(ratio - 1.0) > 0.02:
            tries.append((judge(mix, ratio, SEARCHED)[0], mix, ratio))

    # 4. Small steps from the best: a little of another voice, a little higher or lower
    rng = np.random.default_rng(0)
    best = max(tries, key=lambda tried: tried[0])
    for step in range(STEPS):
        _, mix, ratio = best
        if step % 4 == 3:
            ratio = round(float(np.clip(ratio * rng.choice((0.97, 1.03)), LOWEST, HIGHEST)), 3)
        else:
            mix = _thinned(mix + 0.3 * rng.random() * _only(len(near), step % len(near)))
        tried = judge(mix, ratio, SEARCHED)[0]
        best = max(best, (tried, mix, ratio), key=lambda one: one[0])

    # 5. The best must win on other sentences, too, or the nearest stock voice stays
    finalists = []
    for _, mix, ratio in (tries[0], best):
        heard = [judge(mix, ratio, text) for text in JUDGED]
        embedding = np.mean([embedding for _, embedding in heard], axis=0)
        finalists.append(
            Match(
                voice_of(mix, ratio),
                embedding / np.linalg.norm(embedding),
                float(np.mean([likeness for likeness, _ in heard])),
            )
        )
        if best is tries[0]:
            break
    return max(finalists, key=lambda match: match.likeness - MARGIN * (match is not finalists[0]))


def _read(sample: Path) -> tuple[NDArray[np.float32], int]:
    try:
        with soundfile.SoundFile(sample) as file:
            sound = file.read(round(HEARD * file.samplerate), dtype="float32", always_2d=True)
            return np.asarray(sound.mean(axis=1), np.float32), int(file.samplerate)
    except (soundfile.SoundFileError, OSError) as error:
        raise BankError(f"{sample} cannot be read as sound ({error}): save it as WAV") from None


def _only(count: int, number: int) -> NDArray[np.float64]:
    return np.asarray(np.eye(count)[number])


def _thinned(shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """The largest shares of a mix, summing to 1."""
    kept = np.where(shares >= np.sort(shares)[-PARTS], shares, 0.0)
    kept[kept < LEAST_SHARE * kept.sum()] = 0.0
    return np.asarray(kept / kept.sum())
