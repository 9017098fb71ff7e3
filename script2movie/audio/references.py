"""Ten seconds of clean speech out of a recording, with its words: what a voice is cloned from.

Models that clone (F5-TTS first) want some ten seconds that begin and end in silence, and the exact
words said in them: a reference cut in the middle of a word comes back in the lines. Knows
recordings and their words; nothing of models.
"""

from dataclasses import dataclass
from itertools import combinations_with_replacement

import numpy as np
from numpy.typing import NDArray

from script2movie.audio.clauses import trimmed
from script2movie.errors import BankError
from script2movie.movie import VoiceSample
from script2movie.perception.alignment import Aligner
from script2movie.perception.sound import read_recording, resample
from script2movie.perception.speaker import SpeakerRecogniser, voiced
from script2movie.perception.transcript import Transcriber
from script2movie.perception.words import count_words
from script2movie.stages import SPEECH_RATE, Reference

__all__ = ["prepare_reference"]

Samples = NDArray[np.float32]

WANTED = 10.0  # seconds
LONGEST, SHORTEST = 11.5, 2.5  # F5-TTS cuts at 12
TAIL = 0.5  # seconds of silence at its end
PAUSE = 0.18  # seconds of silence at which a recording may be cut
WINDOW = 0.02  # seconds over which level is taken
FAINT = 10 ** (-28 / 20)  # of the loud parts: what is quieter is a pause
CLIPPED = 0.985  # of full scale
CLEAREST = 15.0  # dB between the loud and the quiet parts of speech that has nothing behind it
MISTRANSCRIBED = 0.5  # word error rate of a transcript that is another's
TOLD = 2.2  # seconds by which a voice is told
ONE_VOICE = 0.66  # cosine of two stretches that one person says: 0.71 or more in 25 recordings


@dataclass(frozen=True)
class _Phrase:
    """Speech between two pauses, in windows."""

    first: int
    last: int


def prepare_reference(sample: VoiceSample, name: str, *, language: str) -> Reference:
    """The best ten seconds of a person's recording; its transcript is made where none is given.

    Raises:
        BankError: the recording cannot be read, holds too little speech, or its words are not
            known: given in another language, or none is heard.
    """
    samples, rate = read_recording(sample.path)
    samples = resample(samples, rate, SPEECH_RATE)
    start, end = _best_stretch(samples)
    part = trimmed(samples[start:end])
    if len(part) < SHORTEST * SPEECH_RATE:
        raise BankError(
            f"{sample.path} holds {len(part) / SPEECH_RATE:.1f} s of {name} speaking on end: "
            f"cloning needs {SHORTEST} s or more, best are ten"
        )
    _refuse_unclean(part, sample, name)
    whole = end - start >= 0.98 * len(trimmed(samples))
    if sample.transcript and whole:
        words = sample.transcript
    elif sample.transcript and language == "en":
        words = _part_of(sample.transcript, name, samples, start / SPEECH_RATE, end / SPEECH_RATE)
    elif language == "en":
        words = Transcriber().text(part, SPEECH_RATE)
    else:
        raise BankError(
            f"{sample.path}: nobody here can write down what {name} says in '{language}': cut it "
            f"to {LONGEST:g} s or less and give its words in a text file of the same name"
        )
    if sample.transcript and language == "en":
        heard = Transcriber().text(part, SPEECH_RATE)
        wrong = count_words(words, heard).error_rate
        if wrong is None or wrong > MISTRANSCRIBED:
            raise BankError(
                f"the transcript of {name}'s voice sample is not what is said in it: “{words}” "
                f"is heard as “{heard}”; correct it or delete it, then it is written down by ear"
            )
    if not words.strip():
        raise BankError(f"{sample.path}: no words are heard in it; record {name} speaking")
    peak = float(np.abs(part).max())
    part = part / np.float32(max(1.0, peak / 0.95))
    silence = np.zeros(round(TAIL * SPEECH_RATE), np.float32)
    return Reference(np.concatenate((part, silence)), " ".join(words.split()))


def _refuse_unclean(part: Samples, sample: VoiceSample, name: str) -> None:
    """A clone has all that is heard in its reference, music and other people too."""
    window = round(WINDOW * SPEECH_RATE)
    blocks = part[: len(part) // window * window].reshape(-1, window)
    levels = np.sqrt(np.square(blocks).mean(axis=1)) + 1e-7
    ratio = 20 * np.log10(np.quantile(levels, 0.9) / np.quantile(levels, 0.05))
    if ratio < CLEAREST:
        raise BankError(
            f"{sample.path}: what is heard behind {name}'s voice is only {ratio:.0f} dB below it; "
            "record it without music or noise"
        )
    step = round(TOLD * SPEECH_RATE)
    recogniser = SpeakerRecogniser()
    heard = [
        recogniser.embed(part[at : at + step], SPEECH_RATE)
        for at in range(0, len(part) - step + 1, step // 2)
        if len(voiced(part[at : at + step], SPEECH_RATE)) > 0.5 * step * 16_000 / SPEECH_RATE
    ]
    if len(heard) > 1:
        alike = np.stack(heard) @ np.stack(heard).T
        if float(alike.min()) < ONE_VOICE:
            raise BankError(
                f"{sample.path}: two people are heard in it ({alike.min():.2f} alike); cut it to "
                f"{name} alone"
            )


def _best_stretch(samples: Samples) -> tuple[int, int]:
    """First and last sample of the stretch that is nearest to ten seconds, clean and unclipped."""
    window = round(WINDOW * SPEECH_RATE)
    blocks = samples[: len(samples) // window * window].reshape(-1, window)
    if not len(blocks):
        return 0, len(samples)
    levels = np.sqrt(np.square(blocks).mean(axis=1)) + 1e-7
    loud = levels > FAINT * np.quantile(levels, 0.95)
    clipped = np.abs(blocks).max(axis=1) > CLIPPED
    phrases = _phrases(loud)
    best, score = (0, len(blocks)), -np.inf
    for i, j in combinations_with_replacement(range(len(phrases)), 2):
        first, last = phrases[i].first, phrases[j].last
        seconds = (last - first) * WINDOW
        if seconds > LONGEST:
            continue
        spoken = loud[first:last]
        quiet = levels[first:last][~spoken]
        noise = 20 * np.log10(np.median(quiet)) if len(quiet) > 5 else -60.0
        ratio = 20 * np.log10(np.median(levels[first:last][spoken])) - max(noise, -60.0)
        worth = min(seconds, WANTED) + 0.1 * min(ratio, 40.0) - 20 * clipped[first:last].mean()
        if worth > score:
            best, score = (first, last), worth
    if score == -np.inf and phrases:  # someone who does not pause: from a pause on
        best = (phrases[0].first, min(phrases[0].last, phrases[0].first + round(WANTED / WINDOW)))
    edge = round(PAUSE / 2 / WINDOW)
    return max(0, best[0] - edge) * window, min(len(samples), (best[1] + edge) * window)


def _phrases(loud: NDArray[np.bool_]) -> list[_Phrase]:
    phrases: list[_Phrase] = []
    for at in np.flatnonzero(loud):
        if phrases and at - phrases[-1].last < PAUSE / WINDOW:
            phrases[-1] = _Phrase(phrases[-1].first, int(at) + 1)
        else:
            phrases.append(_Phrase(int(at), int(at) + 1))
    return phrases


def _part_of(transcript: str, name: str, samples: Samples, start: float, end: float) -> str:
    """The words of a transcript that are said between two moments of its recording."""
    try:
        aligned = Aligner().align(samples, SPEECH_RATE, transcript)
    except ValueError as error:
        raise BankError(
            f"the transcript of {name}'s voice sample is not what is said in it ({error}): "
            "correct it or delete it, then it is written down by ear"
        ) from None
    return " ".join(word.text for word in aligned if start <= (word.start + word.end) / 2 <= end)
