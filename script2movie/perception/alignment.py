"""When each word and sound of a known text is said in a recording: forced alignment; and whether
it is said as it stands, by a grammar in which any words may be said again, left out, or put before.

Pocketsphinx with its American English model. Words that its dictionary lacks (names, numbers,
symbols) are pronounced by the same lexicon that the embedded voices read with. Against those
voices' own durations a word's start is 14 ms off in the median and 21 ms in the mean
(docs/figures/perception.md). Knows nothing of who speaks or of mouths.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from script2movie.perception.sound import HEARING_RATE, resample

__all__ = ["ARPABET", "AlignedPhone", "AlignedWord", "Aligner", "Reading", "arpabet"]

STEP = 0.01  # seconds between the model's frames
QUIET = 0.01  # of the peak: what is below it at either end is no speech
MARGIN = 0.2  # seconds of hush put around a recording, in which the model finds its feet
REACH = 5  # words in a row that may be said again or left out
BEFORE = 8  # last words of another text that may come first
DEPARTURE = 1e-10  # how likely a grammar has it that somebody does so
HUSH = 1e-4  # its loudness: the model cannot hear digital silence

ARPABET = {
    **{sign: sign.upper() for sign in "bdfklmnpstvwz"},
    **{"A": "EY", "I": "AY", "O": "OW", "Q": "OW", "W": "AW", "Y": "OY"},
    **{"ʤ": "JH", "ʧ": "CH", "ɡ": "G", "h": "HH", "j": "Y", "ŋ": "NG", "ɹ": "R"},
    **{"ʃ": "SH", "ʒ": "ZH", "θ": "TH", "ð": "DH", "T": "T", "ɾ": "T", "ʔ": "T"},
    **{"ə": "AH", "ᵊ": "AH", "ɐ": "AH", "ʌ": "AH", "ɜ": "ER", "ɚ": "ER"},
    **{"ɒ": "AA", "ɑ": "AA", "ɔ": "AO", "a": "AE", "æ": "AE", "ɛ": "EH", "e": "EH"},
    **{"ɪ": "IH", "ᵻ": "IH", "i": "IY", "ʊ": "UH", "u": "UW", "o": "OW", "x": "K", "r": "R"},
}
"""Misaki's phoneme letters, in which the embedded voices are written, as ARPAbet without stress.

What is not here is stress, length, space or a pause.
"""


@dataclass(frozen=True)
class AlignedPhone:
    """One sound: ARPAbet without stress, and seconds from the recording's start."""

    symbol: str
    start: float
    end: float


@dataclass(frozen=True)
class AlignedWord:
    """One word as written, punctuation kept, with its sounds and seconds."""

    text: str
    start: float
    end: float
    phones: tuple[AlignedPhone, ...]


@dataclass(frozen=True)
class Reading:
    """What of a text was left out, and what was said that it does not have there, as written."""

    skipped: tuple[str, ...] = ()
    added: tuple[str, ...] = ()


class Aligner:
    """Finds a text's words in recordings. Opening it is cheap; models load with the first one."""

    @cached_property
    def _g2p(self) -> Any:
        from hibari.g2p import G2P  # type: ignore[import-untyped]

        return G2P()

    @cached_property
    def _decoder(self) -> Any:
        from pocketsphinx import Decoder  # type: ignore[import-untyped]

        beams = {"beam": 1e-100, "wbeam": 1e-80, "pbeam": 1e-100}  # keep noisy speech too
        return Decoder(samprate=HEARING_RATE, lm=None, bestpath=False, loglevel="FATAL", **beams)

    def align(self, samples: NDArray[np.float32], rate: int, text: str) -> tuple[AlignedWord, ...]:
        """Mono sound (N,) in -1..1 and what is said in it to the words of the text, all of them.

        Raises ValueError for a word that cannot be pronounced, named, and for a recording in
        which the text cannot be found, as where it is too short.
        """
        words = self._words(text)
        if not words:
            return ()
        heard = resample(samples, rate, HEARING_RATE)
        loud = np.flatnonzero(np.abs(heard) > QUIET * np.abs(heard).max(initial=0))
        found = (
            self._found(heard[loud[0] : loud[-1] + 1], [entry for _, entry in words])
            if loud.size
            else []
        )
        length = len(samples) / rate
        if len(found) != len(words):
            raise ValueError(f"cannot find {text!r} in {length:.2f} s of recording")
        first = float(loud[0]) / HEARING_RATE - MARGIN

        def seconds(frame: int) -> float:
            return round(min(max(first + frame * STEP, 0.0), length), 3)

        aligned = []
        for (piece, _), sounds in zip(words, found, strict=True):
            phones = tuple(
                AlignedPhone(name, seconds(start), seconds(start + duration))
                for name, start, duration in sounds
            )
            aligned.append(AlignedWord(piece, phones[0].start, phones[-1].end, phones))
        return tuple(aligned)

    def read(self, samples: NDArray[np.float32], rate: int, text: str, before: str = "") -> Reading:
        """How mono sound (N,) departs from a text of which all is said once, in order.

        `before` is a text whose last words may have come first. Raises ValueError for a word
        that cannot be pronounced.
        """
        words, lead = self._words(text), self._words(before)[-BEFORE:]
        if not words or not np.abs(samples).max(initial=0.0) > 0.0:
            return Reading(skipped=tuple(piece for piece, _ in words))
        # 1. States 0 to N are the words' edges; from N + 1 on come those of the lead
        count, entrance = len(words), len(words) + 1
        arcs: list[tuple[Any, ...]] = [(entrance, 0, 1.0), (entrance + 1 + len(lead), 0, 1.0)]
        arcs += [(i, i + 1, 1.0, entry) for i, (_, entry) in enumerate(words)]
        for i in range(count):
            arcs += [(i, j, DEPARTURE) for j in range(i + 1, min(i + REACH, count) + 1)]
            arcs += [(j, i, DEPARTURE) for j in range(i + 1, min(i + REACH, count) + 1)]
        for i, (_, entry) in enumerate(lead, entrance + 1):
            arcs += [(entrance, i, DEPARTURE), (i, i + 1, 1.0, entry)]
        # 2. The way through them that sounds most like it
        decoder = self._decoder
        decoder.add_fsg("reading", decoder.create_fsg("reading", entrance, count, arcs))
        decoder.activate_search("reading")
        decoder.reinit_feat()
        decoder.start_utt()
        decoder.process_raw(_pcm(resample(samples, rate, HEARING_RATE)), full_utt=True)
        decoder.end_utt()
        heard = [re.sub(r"\(\d+\)$", "", part.word) for part in decoder.seg() or ()]
        spelled = {entry: piece for piece, entry in (*lead, *words)}
        heard = [entry for entry in heard if entry in spelled]
        # 3. Where it departs
        wanted = [entry for _, entry in words]
        skipped, added = list[str](), list[str]()
        for _, i, j, k, m in SequenceMatcher(None, wanted, heard, autojunk=False).get_opcodes():
            if wanted[i:j] != heard[k:m]:
                skipped += [piece for piece, _ in words[i:j]]
                added += [spelled[entry] for entry in heard[k:m]]
        return Reading(tuple(skipped), tuple(added))

    def _words(self, text: str) -> list[tuple[str, str]]:
        """The words as written that can be heard, each with the dictionary's name for it."""
        written = [piece for piece in re.split(r"\s+|(?<=[—–…])|(?<=\.\.\.)", text) if piece]
        return [(piece, entry) for piece in written if (entry := self._entry(piece))]

    def _entry(self, piece: str) -> str:
        """The dictionary's name for a written word, added where it has none; '' for no word."""
        plain = piece.lower().replace("’", "'")
        bare = re.sub(r"^[^\w']+|[^\w']+$", "", plain)
        for spelling in (bare, bare.strip("'")):
            if spelling.isascii() and spelling and self._decoder.lookup_word(spelling):
                return spelling
        phones = arpabet(self._g2p(piece))
        if not phones:
            if any(letter.isalnum() for letter in piece):
                raise ValueError(f"cannot pronounce {piece!r}")
            return ""
        entry = "-".join(phones)
        if self._decoder.lookup_word(entry) is None:
            self._decoder.add_word(entry, " ".join(phones))
        return entry

    def _found(
        self, heard: NDArray[np.float32], entries: Sequence[str]
    ) -> list[list[tuple[str, int, int]]]:
        """Sounds of each word found: ARPAbet, first frame, frames; the margin comes first."""
        pcm = _pcm(heard)
        decoder = self._decoder
        decoder.set_align_text(" ".join(entries))
        for find_phones in (False, True):  # words first, then sounds within them
            if find_phones:
                if decoder.hyp() is None:
                    return []
                decoder.set_alignment()
            decoder.reinit_feat()  # or what was heard before would weigh in
            decoder.start_utt()
            decoder.process_raw(pcm, full_utt=True)
            decoder.end_utt()
        alignment = decoder.get_alignment()  # owns the words: they die with it
        return [
            [(phone.name, phone.start, phone.duration) for phone in word]
            for word in alignment or ()
            if word.name[0] not in "<["  # silence and noise
        ]


def _pcm(heard: NDArray[np.float32]) -> bytes:
    """Sound at 16 kHz with a margin of hush, as 16 bits."""
    padded = np.pad(heard, round(MARGIN * HEARING_RATE))
    hush = np.random.default_rng(0).normal(0, HUSH, len(padded))
    return (np.clip(padded + hush, -1, 1) * 32767).astype(np.int16).tobytes()


def arpabet(phonemes: str) -> list[str]:
    """Misaki's phonemes as an American dictionary spells them in ARPAbet."""
    joined = re.sub(r"[ˈˌː]", "", phonemes)
    joined = re.sub(r"[ɜə]ɹ", "ɜ", joined)
    joined = re.sub(r"[Tɾ]", "d", joined)  # a flap: written T, but it sounds like a D
    return [ARPABET[letter] for letter in joined if letter in ARPABET]
