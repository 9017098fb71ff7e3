"""What a place sounds like: its tone when nobody speaks, and what it gives back of a voice.

Knows a setting and the loops in assets/ambience. Knows nothing of shots or music.
"""

import json
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from script2movie.audio.loops import read_loop
from script2movie.audio.loudness import ratio
from script2movie.movie import Light
from script2movie.stages import MIX_RATE, Setting

__all__ = ["ambience_of", "in_room", "room_tone"]

Samples = NDArray[np.float32]

BELOW = -10.0  # dB that the loops are played below their own loudness; dialogue is at -23 LUFS
TAIL = 0.25  # seconds of reverberation
WET = {True: -19.0, False: -32.0}  # dB of what a place gives back, below the voice itself
ECHOES = {True: (0.007, 0.011, 0.017, 0.023, 0.031), False: (0.045,)}  # seconds
DECAY = {True: 0.055, False: 0.03}  # seconds to fall by 1/e


@dataclass(frozen=True)
class Ambience:
    """What is heard in a kind of place: a loop without a seam, and words for such places."""

    name: str
    file: str
    tags: tuple[str, ...]


@cache
def ambiences() -> tuple[Ambience, ...]:
    """The ambiences that ship."""
    table = resources.files("script2movie").joinpath("assets/ambience/ambience.json")
    rows = json.loads(table.read_text(encoding="utf-8"))
    return tuple(Ambience(row["name"], row["file"], tuple(row["tags"])) for row in rows)


def ambience_of(setting: Setting) -> Ambience:
    """By the longest word for it in the place; else a quiet room, a street, or the night."""
    place = f"{setting.place} {setting.set}".lower().replace("_", " ")
    found = [
        (len(tag), ambience.name)
        for ambience in ambiences()
        for tag in ambience.tags
        if re.search(rf"\b{tag}s?\b", place)
    ]
    outside = "night" if setting.light is Light.NIGHT else "street"
    name = max(found)[1] if found else "quiet_room" if setting.interior else outside
    return next(ambience for ambience in ambiences() if ambience.name == name)


def room_tone(setting: Setting, start: int, length: int) -> Samples:
    """The place's own sound (length, 2), from sample `start` of an endless loop."""
    loop = _loop(ambience_of(setting))
    return loop[np.arange(start, start + length) % len(loop)]


def in_room(voice: Samples, setting: Setting, *, more: float = 0.0) -> Samples:
    """A voice (N,) as heard in the place: (N, 2), direct sound in the middle, the rest around.

    `more` is dB by which the place gives back more than it does of somebody near.
    """
    from scipy import signal

    around = _reflections(setting.interior)  # (taps, 2)
    wet = signal.fftconvolve(voice[:, None], around, axes=0)[: len(voice)]
    wet *= np.float32(ratio(more))
    return np.asarray(voice[:, None] + wet, np.float32)


@lru_cache(maxsize=2)
def _loop(ambience: Ambience) -> Samples:
    folder = resources.files("script2movie").joinpath("assets/ambience")
    with folder.joinpath(ambience.file).open("rb") as file:
        return read_loop(file) * np.float32(ratio(BELOW))


@lru_cache(maxsize=2)
def _reflections(interior: bool) -> Samples:
    """Early echoes and a short tail, other on the left than on the right: (taps, 2)."""
    from scipy import signal

    rng = np.random.default_rng(interior)
    taps = round(MIX_RATE * TAIL)
    times = np.arange(taps) / MIX_RATE
    tail = rng.standard_normal((taps, 2)) * np.exp(-times / DECAY[interior])[:, None]
    tail[: round(MIX_RATE * ECHOES[interior][0])] = 0.0
    response = tail * 0.35 / np.sqrt(np.square(tail).sum(axis=0))
    for echo in ECHOES[interior]:
        for side in range(2):
            position = round(MIX_RATE * echo * rng.uniform(0.93, 1.07))
            response[position, side] += np.exp(-echo / DECAY[interior]) * rng.choice((-1.0, 1.0))
    smooth = signal.butter(1, 5_000.0, fs=MIX_RATE, output="sos")  # walls swallow the highs
    response = signal.sosfilt(smooth, response, axis=0)
    response *= ratio(WET[interior]) / np.sqrt(np.square(response).sum(axis=0))
    return np.asarray(response, np.float32)
