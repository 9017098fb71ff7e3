"""A sound that some model made of a line into a Speech: its level, and when each word is said.

Any text-to-speech model will do: the times come from a forced alignment of the sound with its
text. Knows a line and its samples; nothing of models or voices.
"""

from threading import Lock

import numpy as np
from numpy.typing import NDArray

from script2movie.audio.clauses import trimmed
from script2movie.audio.delivery import Delivery
from script2movie.audio.loudness import integrated_loudness, ratio
from script2movie.errors import ShotFailed
from script2movie.movie import Line
from script2movie.perception.alignment import AlignedPhone, AlignedWord, Aligner
from script2movie.stages import SPEECH_RATE, Phoneme, Speech, Word

__all__ = ["Timer", "at_level"]

Samples = NDArray[np.float32]

LOUDNESS = -23.0  # LUFS of a line said normally
HIGHEST_PEAK = 0.89  # -1 dBFS
NOT_FOUND = "words not found in the sound, so their times are guessed by their length"


class Timer:
    """Times the words of lines. Opening it is cheap; safe to call from several threads."""

    def __init__(self) -> None:
        self._aligner = Aligner()
        self._lock = Lock()  # pocketsphinx has one decoder

    def speech(self, samples: Samples, line: Line, text: str, delivery: Delivery) -> Speech:
        """`samples` (N,) at SPEECH_RATE are `text`, which is the line as it was read.

        Where the words cannot be found in the sound, as in a language that the aligner does not
        know, their times are spread by their length, which the speech notes.

        Raises:
            ShotFailed: there is no sound in the samples.
        """
        if not np.isfinite(samples).all() or not np.abs(samples).max(initial=0.0) > 1e-4:
            raise ShotFailed(f"{line.character}: the voice made no sound of “{line.text}”")
        samples = at_level(trimmed(samples), delivery)
        try:
            with self._lock:
                aligned = self._aligner.align(samples, SPEECH_RATE, text)
        except ValueError:
            aligned = ()
        notes = () if aligned else (f"{line.character}: {NOT_FOUND}",)
        aligned = aligned or _spread(text, len(samples) / SPEECH_RATE)
        words = tuple(Word(word.text, word.start, word.end) for word in aligned)
        return Speech(samples, _phonemes(aligned, len(samples) / SPEECH_RATE), words, notes)


def at_level(samples: Samples, delivery: Delivery) -> Samples:
    """The line at -23 LUFS and what its delivery adds, its peaks below -1 dBFS."""
    gain = ratio(LOUDNESS + delivery.gain - integrated_loudness(samples, SPEECH_RATE))
    peak = float(np.abs(samples).max(initial=1e-9))
    return np.asarray(samples * min(gain, HIGHEST_PEAK / peak), np.float32)


def _phonemes(words: tuple[AlignedWord, ...], duration: float) -> tuple[Phoneme, ...]:
    """Sounds and the silences between them, without a gap, from 0 to the end."""
    phonemes: list[Phoneme] = []
    clock = 0.0
    for phone in (phone for word in words for phone in word.phones):
        if phone.symbol == "SIL" or phone.end <= clock:
            continue
        start = max(phone.start, clock)
        if start - clock > 1e-3:
            phonemes.append(Phoneme("SIL", clock, start))
        phonemes.append(Phoneme(phone.symbol, start, phone.end))
        clock = phone.end
    if duration - clock > 1e-3:
        phonemes.append(Phoneme("SIL", clock, duration))
    return tuple(phonemes)


def _spread(text: str, duration: float) -> tuple[AlignedWord, ...]:
    """Every word for as long as its letters are of the text, a mouth half open through each."""
    pieces = text.split()
    lengths = np.array([len(piece) + 1 for piece in pieces], float)
    edges = np.concatenate(([0.0], np.cumsum(lengths) / lengths.sum() * duration))
    return tuple(
        AlignedWord(
            piece, float(start), float(end), (AlignedPhone("AH", float(start), float(end)),)
        )
        for piece, start, end in zip(pieces, edges[:-1], edges[1:], strict=True)
    )
