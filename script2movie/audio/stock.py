"""The voices that ship: what each sounds like, and how alike any two are.

Knows the tables in assets/voices, which tools/measure_voices.py makes by speaking and listening.
Knows nothing of characters.
"""

import json
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from script2movie.movie import Age, Gender
from script2movie.stages import Voice

__all__ = ["Stock", "StockVoice", "first_name_gender", "stock"]


@dataclass(frozen=True)
class StockVoice:
    """One voice: `base` is the Kokoro pack it speaks with, `f0` its median pitch in hertz.

    `grade` is how good Kokoro's makers find the pack, A to F.
    """

    voice: Voice
    base: str
    gender: Gender
    age: Age
    accent: str
    grade: str
    f0: float

    @property
    def plain(self) -> bool:
        """Whether this is a pack as it came, made neither younger nor older."""
        return self.voice.name == self.base


@dataclass(frozen=True)
class Stock:
    """All voices, and how alike two of them sound to the speaker encoder.

    most    (voices, voices) the highest cosine of two different lines; lowest on the diagonal
    usual   (voices, voices) the mean cosine of two different lines
    centre  (voices, 256) what the encoder hears in a voice on average, norm 1
    """

    voices: tuple[StockVoice, ...]
    narrators: tuple[str, ...]
    most: NDArray[np.float32]
    usual: NDArray[np.float32]
    centre: NDArray[np.float32]

    @cached_property
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
            row["grade"],
            row["f0"],
        )
        for row in table["voices"]
    )
    with folder.joinpath("likeness.npz").open("rb") as file, np.load(file) as arrays:
        most, usual, centre = (arrays[name] for name in ("most", "usual", "centre"))
    return Stock(
        voices,
        tuple(table["narrators"]),
        most.astype(np.float32) / 1000,
        usual.astype(np.float32) / 1000,
        centre.astype(np.float32),
    )


@cache
def _first_names() -> dict[str, frozenset[str]]:
    folder = resources.files("script2movie").joinpath("assets/voices")
    names = json.loads(folder.joinpath("first_names.json").read_text(encoding="utf-8"))
    return {gender: frozenset(names[gender].split()) for gender in Gender}


def first_name_gender(name: str) -> Gender | None:
    """What a person's first name usually says: by the US census of 1990, None where it is open."""
    first = name.split(maxsplit=1)[0].lower() if name.split() else ""
    return next((gender for gender in Gender if first in _first_names()[gender]), None)
