"""The voices that ship: what each sounds like, and how alike any two are.

Knows the tables in assets/voices, which tools/measure_voices.py makes by speaking and listening.
Knows nothing of characters.
"""

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from script2movie.movie import Age, Gender
from script2movie.stages import Voice

__all__ = ["Stock", "StockVoice", "stock"]


@dataclass(frozen=True)
class StockVoice:
    """One voice: `base` is the Kokoro pack it speaks with, `f0` its median pitch in hertz.

    `plain` is a pack as it is; the others are packs made younger or older.
    """

    voice: Voice
    base: str
    gender: Gender
    age: Age
    accent: str
    f0: float

    @property
    def plain(self) -> bool:
        return self.voice.name == self.base


@dataclass(frozen=True)
class Stock:
    """All voices, and how alike two of them are: the highest cosine over two different lines.

    likeness  (voices, voices) by the speaker encoder; the diagonal is a voice with itself, lowest
    centre    (voices, 256) what the encoder hears in a voice on average, norm 1
    """

    voices: tuple[StockVoice, ...]
    narrators: tuple[str, ...]
    likeness: NDArray[np.float32]
    centre: NDArray[np.float32]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(voice.voice.name for voice in self.voices)

    def number(self, name: str) -> int:
        return self.names.index(name)


@cache
def stock() -> Stock:
    """The voices that ship, read once."""
    folder = resources.files("script2movie").joinpath("assets/voices")
    table = json.loads(folder.joinpath("voices.json").read_text(encoding="utf-8"))
    voices = tuple(
        StockVoice(
            Voice(row["name"], ((row["base"], 1.0),), row["pitch"], row["pitch"], row["pace"]),
            row["base"],
            Gender(row["gender"]),
            Age(row["age"]),
            row["accent"],
            row["f0"],
        )
        for row in table["voices"]
    )
    with folder.joinpath("likeness.npz").open("rb") as file, np.load(file) as arrays:
        likeness, centre = arrays["likeness"], arrays["centre"]
    return Stock(
        voices,
        tuple(table["narrators"]),
        likeness.astype(np.float32) / 1000,
        centre.astype(np.float32),
    )
