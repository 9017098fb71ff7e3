"""A voice for everyone: fits who they are, and is like nobody else's in the film.

Knows characters and the table of stock voices. Knows no model.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches

import numpy as np
from numpy.typing import NDArray

from script2movie.audio.stock import Stock, StockVoice, stock
from script2movie.errors import BankError
from script2movie.movie import NARRATOR, Age, Character, Gender
from script2movie.stages import Voice

__all__ = ["MOST_ALIKE", "cast_voices"]

MOST_ALIKE = 0.80  # cosine that two people of one film stay below
_AGES = (Age.CHILD, Age.TEEN, Age.YOUNG, Age.ADULT, Age.OLD)


def cast_voices(characters: Sequence[Character], *, seed: int) -> Mapping[str, Voice]:
    """A voice for each character by name, and one for NARRATOR that no character has.

    A voice that a character pins is theirs; then the narrator's is set aside; then everyone is
    dealt theirs in turn, so one more person at the end changes nobody else's unless they pin it.

    Raises:
        BankError: a pinned voice that does not exist, or more people than distinct voices.
    """
    voices = stock()
    dealt: dict[str, int] = {}
    # 1. Pinned voices
    for person in characters:
        if person.voice:
            dealt[person.name] = _pinned(voices, person)
    # 2. The narrator's
    spoken_for = set(dealt.values())
    free = (name for name in voices.narrators if voices.number(name) not in spoken_for)
    dealt[NARRATOR] = voices.number(next(free, voices.narrators[0]))
    # 3. Everyone else's, each as unlike those before as can be
    for person in characters:
        if person.name not in dealt:
            dealt[person.name] = _deal(voices, person, list(dealt.values()), seed)
    return {name: voices.voices[number].voice for name, number in dealt.items()}


def _pinned(voices: Stock, person: Character) -> int:
    if person.voice in voices.names:
        return voices.number(person.voice)
    near = get_close_matches(person.voice, voices.names, 1, 0.0)[0]
    raise BankError(
        f"{person.name}: there is no voice '{person.voice}'; the nearest name is '{near}'"
    )


def _deal(voices: Stock, person: Character, taken: list[int], seed: int) -> int:
    """The best fit among the voices unlike all that are taken; among equals the least alike."""
    alike = voices.likeness[:, taken].max(axis=1)  # (voices,)
    gender = person.gender or _either(person.name, seed)
    for fit in _fits(voices, gender, person.age or Age.ADULT):
        open_to = np.flatnonzero(fit & (alike < MOST_ALIKE))
        if len(open_to):
            return int(open_to[np.argmin(alike[open_to])])
    raise BankError(
        f"{person.name}: no voice is left that differs from the film's other {len(taken) - 1}: "
        "give fewer people lines, or some of them voice samples"
    )


def _fits(voices: Stock, gender: Gender, age: Age) -> Iterator[NDArray[np.bool_]]:
    """Which voices would do (voices,), the best fit first: gender weighs more than age."""
    for wanted in (gender, *(other for other in Gender if other is not gender)):
        for years in range(len(_AGES)):
            yield np.array([_suits(voice, wanted, age, years) for voice in voices.voices])


def _suits(voice: StockVoice, gender: Gender, age: Age, years: int) -> bool:
    return voice.gender is gender and abs(_AGES.index(voice.age) - _AGES.index(age)) == years


def _either(name: str, seed: int) -> Gender:
    digest = hashlib.sha256(f"{seed} {name}".encode()).digest()
    return tuple(Gender)[digest[0] % 2]
