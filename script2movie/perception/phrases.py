"""Words and turns put together: what one voice says in one breath, and what several say at once.

Knows words, turns and sound; nothing of faces or names.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from script2movie.perception.diarization import Turn
from script2movie.perception.sound import HEARING_RATE
from script2movie.perception.transcript import SpokenWord

__all__ = ["Phrase", "cut_phrases", "spoken"]

Floats = NDArray[np.float32]

BREATH = 0.35  # seconds of silence that part two phrases
LONGEST = 9.0  # seconds of one phrase
SHORTEST = 0.7
BEFORE, AFTER = 0.05, 0.1  # seconds of sound kept around a phrase's words
BEGINNING = 0.3  # seconds of a word by which it is told whose it is
BORDER = 0.1  # seconds of another's turn in a word: its times are no better than that


@dataclass(frozen=True)
class Phrase:
    """A run of words: seconds, text, samples (N,) at 16 kHz; `name` is '' for nobody known.

    `seen` is the known face whose mouth moved with it, '' for none; `voices` numbers who of the
    film is heard in it: none where that cannot be told, several where they speak at once; `doubt`
    says why a person should listen.
    """

    start: float
    end: float
    text: str
    samples: Floats
    seen: str = ""
    voices: tuple[int, ...] = ()
    name: str = ""
    doubt: str = ""


def _follows(word: SpokenWord, run: Sequence[SpokenWord]) -> bool:
    """Whether a word is said in one breath with those before it, in one sentence."""
    return (
        word.start - run[-1].end < BREATH
        and word.end - run[0].start < LONGEST
        and not run[-1].text.endswith((".", "?", "!"))
    )


def spoken(words: Sequence[SpokenWord]) -> list[tuple[float, float]]:
    """The phrases that words make, in seconds; none reaches into another's words."""
    runs: list[list[SpokenWord]] = []
    for word in words:
        if runs and _follows(word, runs[-1]):
            runs[-1].append(word)
        else:
            runs.append([word])
    ends = [0.0, *(run[-1].end for run in runs)]
    starts = [*(run[0].start for run in runs[1:]), np.inf]
    return [
        (max(run[0].start - BEFORE, before), min(run[-1].end + AFTER, after))
        for run, before, after in zip(runs, ends[:-1], starts, strict=True)
    ]


def cut_phrases(words: Sequence[SpokenWord], turns: Sequence[Turn], sound: Floats) -> list[Phrase]:
    """Words of one breath, one sentence and the same voices, with their part of `sound` (N,).

    Where a turn begins or ends at a phrase, its times count: a transcriber's are less exact. What
    is shorter than 0.7 seconds is left out, unless several speak in it at once.
    """
    runs: list[tuple[tuple[int, ...], list[SpokenWord]]] = []
    for word in words:
        voices = _heard(word, turns)
        before = _shares(turns, runs[-1][1][-1].start, word.start) if runs else {}
        alone = all(shared <= BORDER for one, shared in before.items() if one not in voices)
        if runs and runs[-1][0] == voices and alone and _follows(word, runs[-1][1]):
            runs[-1][1].append(word)
        else:
            runs.append((voices, [word]))
    found = []
    for number, (voices, run) in enumerate(runs):
        began = runs[number - 1][1][-1].start if number else -np.inf
        start, end = _times(run, began, voices, turns)
        if end - start >= SHORTEST or len(voices) > 1:
            part = sound[round(start * HEARING_RATE) : round(end * HEARING_RATE)]
            text = " ".join(word.text for word in run)
            found.append(Phrase(start, end, text, part, voices=voices))
    return found


def _times(
    run: Sequence[SpokenWord], before: float, voices: Sequence[int], turns: Sequence[Turn]
) -> tuple[float, float]:
    """When a phrase begins and ends, `before` being when the word ahead of it began."""
    start, end, last = run[0].start, run[-1].end, run[-1].start
    own = [one for one in turns if one.voice in voices and one.start < end and one.end > start]
    # 1. From where its first turn begins, if that is not the word's before
    if own and max(before, start - BREATH) < own[0].start:
        start = own[0].start
    # 2. To where the turn of its last word ends, over breaks within a word
    until = last
    for one in own:
        if one.start <= until + BEGINNING:
            until = max(until, one.end)
    if until > last:
        end = min(end, until)
    # 3. Without what others say at its ends
    start, end = max(0.0, start - BEFORE), end + AFTER
    for one in turns:
        if one.voice not in voices and one.start < end and one.end > start:
            if one.start <= start:
                start = one.end
            elif one.end >= end:
                end = one.start
    return start, end


def _heard(word: SpokenWord, turns: Sequence[Turn]) -> tuple[int, ...]:
    """The voices of a word: in whose turn it begins, and any that speak into that.

    Where it ends is not known: a transcriber counts the pause behind a word to it.
    """
    until = word.start + min(max(word.end - word.start, BORDER), BEGINNING)
    if not _shares(turns, word.start, until):
        until = max(until, word.end)
    shares = _shares(turns, word.start, until)
    if not shares:
        return ()
    first = max(shares, key=lambda voice: shares[voice])
    mine = [one.end for one in turns if one.voice == first and one.start < until]
    beside = _shares(turns, word.start, min(max(until, word.end), max(mine)))
    return tuple(sorted({first, *(one for one, shared in beside.items() if shared > BORDER)}))


def _shares(turns: Sequence[Turn], start: float, end: float) -> dict[int, float]:
    """The seconds that each voice has of a stretch."""
    shares: dict[int, float] = defaultdict(float)
    for turn in turns:
        shared = min(end, turn.end) - max(start, turn.start)
        if shared > 0:
            shares[turn.voice] += shared
    return shares
