"""Takes cut, shifted and joined: sound and the times of its letters kept together.

Knows samples and seconds. Knows nothing of models, voices or why a line is said as it is.
"""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from script2movie.audio.pronounce import Sounds
from script2movie.perception.alignment import ARPABET
from script2movie.stages import SPEECH_RATE, Phoneme

__all__ = ["Piece", "join_pieces", "shift_pitch", "trim"]

Samples = NDArray[np.float32]

EDGE = 0.05  # seconds of room kept before the first and after the last sound
FADE = 0.005  # seconds of fade at each end
CLEAR = 10 ** (-22 / 20)  # of the loud parts: vowels and most consonants
FAINT = 10 ** (-38 / 20)  # what is quieter is silence
LEAD, TAIL = 0.16, 0.2  # seconds that faint sounds last before and after clear ones
WINDOW = 0.01  # seconds over which level is taken
SHORTEST_SILENCE = 0.06  # seconds; a shorter gap belongs to the sounds around it
SHORTEST_SOUND = 0.01  # seconds
PAUSES = {".": 0.28, "!": 0.28, "?": 0.3, "…": 0.4, ";": 0.2, ":": 0.2, "—": 0.2, ",": 0.14}


@dataclass(frozen=True)
class Piece:
    """Samples (N,) at 24 kHz; letter i of `sounds` lasts from edges[i] to edges[i + 1] seconds."""

    samples: Samples
    edges: NDArray[np.float64]
    sounds: Sounds

    @property
    def duration(self) -> float:
        return len(self.samples) / SPEECH_RATE

    def spans(self) -> list[tuple[str, float, float, int]]:
        """Each sound of speech: ARPAbet, start, end, number of its word.

        The time of a stress mark is the onset's before it, where the word has one: measured
        against a forced alignment, vowels begin 30 ms too early otherwise.
        """
        spans: list[tuple[str, float, float, int]] = []
        joined = False  # to the sound before: no space or mark between
        marked: float | None = None  # start of a stress mark whose vowel is still to come
        marks = zip(self.sounds.letters, self.sounds.words, strict=True)
        for number, (letter, word) in enumerate(marks):
            start, end = float(self.edges[number]), float(self.edges[number + 1])
            if letter in ARPABET:
                spans.append((ARPABET[letter], start if marked is None else marked, end, word))
                joined, marked = True, None
            elif joined and (letter in "ːˈˌ" or _is_brief(letter, end - start)):
                joined = letter != " "
                symbol, earlier, _, owner = spans[-1]
                spans[-1] = (symbol, earlier, end, owner)
            elif letter in "ˈˌ":
                marked = start if marked is None else marked
            else:
                joined, marked = False, None
        return spans

    def phonemes(self) -> tuple[Phoneme, ...]:
        """Sounds and silences, without a gap, from 0 to the end."""
        phonemes: list[Phoneme] = []
        clock = 0.0
        for symbol, start, end, _ in self.spans():
            begin = max(start, clock)
            if end - begin < SHORTEST_SOUND:
                continue
            if begin - clock >= (SHORTEST_SILENCE if phonemes else SHORTEST_SOUND):
                phonemes.append(Phoneme("SIL", clock, begin))
            elif phonemes and begin > clock:
                before, begin = phonemes[-1], (clock + begin) / 2
                phonemes[-1] = Phoneme(before.symbol, before.start, begin)
            phonemes.append(Phoneme(symbol, begin if phonemes else 0.0, end))
            clock = end
        if self.duration - clock >= SHORTEST_SOUND:
            phonemes.append(Phoneme("SIL", clock, self.duration))
        else:
            phonemes[-1] = Phoneme(phonemes[-1].symbol, phonemes[-1].start, self.duration)
        return tuple(phonemes)


def shift_pitch(samples: Samples, factor: float) -> Samples:
    """Raises pitch and formants by `factor` and shortens the sound by it: plays it faster."""
    from scipy import signal

    steps = Fraction(1.0 / factor).limit_denominator(200)
    if steps == 1:
        return samples
    shifted = signal.resample_poly(samples, steps.numerator, steps.denominator)
    return np.asarray(shifted, np.float32)


def trim(piece: Piece) -> Piece:
    """Cuts silence off both ends but for 50 ms, and fades what is left in and out.

    What the model breathes out after the last sound counts as silence: it may hiss for a second.
    """
    window = round(SPEECH_RATE * WINDOW)
    whole = piece.samples[: len(piece.samples) // window * window].reshape(-1, window)
    powers = np.square(whole).mean(axis=1)
    levels = np.sqrt(np.convolve(powers, np.full(3, 1 / 3), mode="same"))
    loudest = np.quantile(levels, 0.95)
    clear, faint = (np.flatnonzero(levels > floor * loudest) for floor in (CLEAR, FAINT))
    if not len(clear):
        return piece
    lead, tail = round(LEAD / WINDOW), round(TAIL / WINDOW)
    first = max(int(faint[0]), int(clear[0]) - lead)
    last = min(int(faint[-1]), int(clear[-1]) + tail) + 1
    edge = round(SPEECH_RATE * EDGE)
    start, end = max(0, first * window - edge), min(len(piece.samples), last * window + edge)
    samples = piece.samples[start:end].copy()
    _fade(samples)
    final = max((start for _, start, _, _ in piece.spans()), default=0.0)
    heard = max(float(clear[-1] + 3) * WINDOW, final + SHORTEST_SILENCE)
    edges = np.minimum(piece.edges, heard) - start / SPEECH_RATE
    return Piece(samples, np.clip(edges, 0.0, len(samples) / SPEECH_RATE), piece.sounds)


def join_pieces(pieces: list[Piece]) -> Piece:
    """One after the other, each followed by the pause that its last mark asks for."""
    joined = pieces[0]
    for piece in pieces[1:]:
        pause = PAUSES.get(joined.sounds.letters[-1:], 0.06)
        silence = np.zeros(round(SPEECH_RATE * max(0.0, pause - 2 * EDGE)), np.float32)
        before = np.concatenate((joined.samples, silence))
        shifted = piece.edges + len(before) / SPEECH_RATE
        joined = Piece(
            np.concatenate((before, piece.samples)),
            np.concatenate((joined.edges, shifted)),
            Sounds(
                f"{joined.sounds.letters} {piece.sounds.letters}",
                (*joined.sounds.words, joined.sounds.words[-1], *piece.sounds.words),
            ),
        )
    return joined


def _is_brief(letter: str, duration: float) -> bool:
    """Whether this is the space between two words that run into each other."""
    return letter == " " and duration < SHORTEST_SILENCE


def _fade(samples: Samples) -> None:
    length = min(round(SPEECH_RATE * FADE), len(samples) // 2)
    ramp = np.linspace(0.0, 1.0, length, dtype=np.float32)
    samples[:length] *= ramp
    samples[len(samples) - length :] *= ramp[::-1]
