"""The music under a film: a bed for each scene's mood, faded over, quieter while people speak.

Knows the beds in assets/music and when somebody speaks. Knows nothing of shots or files of sound
but the beds. Any stretch of the score can be had by itself: memory holds two beds at most.
"""

import json
import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from script2movie.audio.loops import read_loop
from script2movie.audio.loudness import ratio
from script2movie.stages import MIX_RATE

__all__ = ["Bed", "Score", "Stretch", "bed_of_mood", "beds"]

Samples = NDArray[np.float32]

LEVEL = -30.0  # LUFS of a bed while nobody speaks; dialogue is at -23
DUCKED = -12.0  # dB more while somebody speaks
ATTACK = 0.2  # seconds before the first word in which it sinks
RELEASE = 0.6  # seconds after the last word in which it rises
BREATH = 1.2  # seconds: it stays down through a shorter pause
OVERLAP = 2.0  # seconds in which one bed gives way to the next
FADE_IN, FADE_OUT = 1.2, 3.0  # seconds at the film's ends
SAME_MOOD = {"joyful": "playful", "happy": "playful", "mysterious": "wonder", "romantic": "warm"}


@dataclass(frozen=True)
class Stretch:
    """From sample `start` of the film on, until the next, the mood is this."""

    start: int
    mood: str


@dataclass(frozen=True)
class Bed:
    """A piece of music without a seam: its end runs into its beginning. `loudness` is LUFS."""

    file: str
    moods: tuple[str, ...]
    loudness: float


@cache
def beds() -> tuple[Bed, ...]:
    """The music that ships; the first is the one for a scene of no mood."""
    table = resources.files("script2movie").joinpath("assets/music/music.json")
    rows = json.loads(table.read_text(encoding="utf-8"))
    return tuple(Bed(row["file"], (row["mood"], *row["tags"]), row["loudness"]) for row in rows)


def bed_of_mood(mood: str) -> Bed:
    """The bed for a scene's mood, by its words; the first where none fits."""
    words = re.findall(r"[a-z]+", mood.lower())
    wanted = [SAME_MOOD.get(word, word) for word in words]
    fitting = (bed for bed in beds() if any(word in bed.moods for word in wanted))
    return next(fitting, beds()[0])


@lru_cache(maxsize=4)  # 16 MB each, wanted again in each pass over the film
def _loop(bed: Bed) -> Samples:
    """The bed at its level, (N, 2) at 48 kHz."""
    with resources.files("script2movie").joinpath(f"assets/music/{bed.file}").open("rb") as file:
        return read_loop(file) * np.float32(ratio(LEVEL - bed.loudness))


class Score:
    """The film's music, `total` samples of it; `spoken` are the spans of speech in samples."""

    def __init__(
        self, stretches: Sequence[Stretch], spoken: Sequence[tuple[int, int]], total: int
    ) -> None:
        self._total = total
        self._starts: list[int] = []
        self._beds: list[Bed] = []
        for stretch in stretches:
            bed = bed_of_mood(stretch.mood)
            if not self._beds or self._beds[-1] != bed:
                self._starts.append(stretch.start)
                self._beds.append(bed)
        self._spoken = _merged(spoken)

    def between(self, first: int, last: int) -> Samples:
        """Samples `first` to `last` of the music: (last - first, 2)."""
        music = np.zeros((last - first, 2), np.float32)
        overlap = round(OVERLAP * MIX_RATE)
        opening = max(0, bisect_right(self._starts, first - overlap) - 1)
        for number in range(opening, bisect_left(self._starts, last)):
            start = self._starts[number]
            end = self._starts[number + 1] + overlap if number + 1 < len(self._starts) else last
            begin, stop = max(first, start), min(last, end)
            if begin >= stop:
                continue
            clock = np.arange(begin, stop)
            gain = np.ones(stop - begin, np.float32)
            if number > 0:
                gain *= _rise((clock - start) / overlap)
            if number + 1 < len(self._starts):
                gain *= _rise((end - clock) / overlap)
            loop = _loop(self._beds[number])
            music[begin - first : stop - first] += loop[(clock - start) % len(loop)] * gain[:, None]
        return music * self._gain(first, last)[:, None]

    def _gain(self, first: int, last: int) -> Samples:
        """Ducking and the fades at the film's ends, as a factor (last - first,)."""
        clock = np.arange(first, last) / MIX_RATE
        ducked = np.zeros(last - first, np.float32)
        for start, end in self._spoken:
            if start / MIX_RATE - ATTACK < clock[-1] and end / MIX_RATE + RELEASE > clock[0]:
                sinking = (clock - start / MIX_RATE) / ATTACK + 1.0
                rising = (end / MIX_RATE - clock) / RELEASE + 1.0
                near = np.clip(np.minimum(sinking, rising), 0.0, 1.0)
                ducked = np.maximum(ducked, 0.5 - 0.5 * np.cos(np.pi * near))
        ends = _rise(clock / FADE_IN) * _rise((self._total / MIX_RATE - clock) / FADE_OUT)
        return np.asarray(10.0 ** (DUCKED * ducked / 20.0) * ends, np.float32)


def _rise(progress: NDArray[np.float64]) -> Samples:
    """From 0 to 1 with equal power."""
    return np.asarray(np.sin(np.clip(progress, 0.0, 1.0) * np.pi / 2), np.float32)


def _merged(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Speech with only short pauses in it as one."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start - merged[-1][1] < BREATH * MIX_RATE:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
