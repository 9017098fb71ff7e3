"""A voice for everyone: fits who they are, and is like nobody else's in the film.

Knows characters and the table of stock voices. Knows no model; whoever calls brings the ear
that matches a voice sample.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches

import numpy as np
from numpy.typing import NDArray

from script2movie.audio.matching import Match
from script2movie.audio.stock import Stock, StockVoice, first_name_gender, stock
from script2movie.errors import BankError
from script2movie.movie import NARRATOR, Age, Character, Gender
from script2movie.stages import Voice

__all__ = ["MOST_ALIKE", "Matcher", "cast_voices", "unknown_voice"]

Matcher = Callable[[Character, Sequence[int]], Match]
"""A character with a voice sample and the numbers of the stock voices that others have."""

MOST_ALIKE = 0.80  # cosine that two people of one film stay below
WELL_APART = 0.75  # cosine in the table's lines that leaves room for lines said otherwise
_GRADES = ["A", "A-", "B+", "B", "B-", "C+", "C", "C-", "D+", "D", "D-", "F+", "F"]
_GRADE = 0.025  # cost of one step of grade
_CLOSENESS = 2.5  # cost of one unit of cosine to the nearest voice already dealt
_FAR = 0.6  # cosine below which two voices are as far apart as any
_AGE = {  # cost of a voice of an age for a person of an age
    Age.CHILD: (0.0, 0.8, 2.5, 3.0, 4.0),
    Age.TEEN: (0.6, 0.0, 0.25, 0.5, 3.0),
    Age.YOUNG: (3.0, 0.3, 0.0, 0.12, 0.9),
    Age.ADULT: (3.0, 0.8, 0.1, 0.0, 0.7),
    Age.OLD: (4.0, 3.0, 1.0, 0.4, 0.0),
}
_SHIFTED = 1.0  # cost of a grown-up's voice that is not as it came
_OPEN = (3.0, 0.8, 0.0, 0.0, 0.8)  # a person of any age
_UNFITTING = 2.0  # a voice that costs more is not what the person is
_WRONG_GENDER = 10.0  # more than any age: nobody is given it while another voice is left


def cast_voices(
    characters: Sequence[Character], match: Matcher, *, seed: int
) -> Mapping[str, Voice]:
    """A voice for each character by name, and one for NARRATOR that no character has.

    A voice that a character pins is theirs. Then the narrator's is set aside, then voices are
    matched to samples, then everyone else is dealt theirs in turn: one more person at the end
    changes nobody else's, unless they pin or bring a voice that is too like it.

    Raises:
        BankError: a pinned voice that does not exist or is pinned twice, a sample without a
            voice in it, or more people than voices that can be told apart.
    """
    voices = stock()
    dealt: dict[str, int] = {}
    # 1. Pinned voices
    for person in characters:
        if person.voice:
            number = _pinned(voices, person)
            if other := next((name for name, had in dealt.items() if had == number), ""):
                raise BankError(f"{person.name} and {other} both pin the voice '{person.voice}'")
            dealt[person.name] = number
    # 2. The narrator's
    pinned = set(dealt.values())
    free = (name for name in voices.narrators if voices.number(name) not in pinned)
    dealt[NARRATOR] = voices.number(next(free, voices.narrators[0]))
    # 3. Matched to samples
    matched: dict[str, Match] = {}
    for person in characters:
        if person.voice_sample and person.name not in dealt:
            matched[person.name] = match(person, tuple(dealt.values()))
    # 4. Everyone else's
    for person in characters:
        if person.name not in dealt and person.name not in matched:
            near = [heard.embedding for heard in matched.values()]
            dealt[person.name] = _deal(voices, person, list(dealt.values()), near, seed)
    cast = {name: voices.voices[number].voice for name, number in dealt.items()}
    return cast | {name: heard.voice for name, heard in matched.items()}


def _pinned(voices: Stock, person: Character) -> int:
    if person.voice in voices.names:
        return voices.number(person.voice)
    raise BankError(unknown_voice(person))


def unknown_voice(person: Character) -> str:
    """What is wrong with the voice that a person pins; '' where it exists or none is pinned."""
    names = stock().names
    if not person.voice or person.voice in names:
        return ""
    near = get_close_matches(person.voice, names, 1, 0.0)[0]
    return f"{person.name}: there is no voice '{person.voice}'; the nearest name is '{near}'"


def _deal(
    voices: Stock,
    person: Character,
    taken: list[int],
    matched: list[NDArray[np.float32]],
    seed: int,
) -> int:
    """The best of the voices unlike all that are taken.

    First among voices well apart in every pair of lines, where one of them fits; then among
    those just apart, of the right gender or not at all; then among those apart in most lines.
    """
    cost = np.array([_cost(voice, person, seed) for voice in voices.voices])
    heard = [voices.centre @ embedding for embedding in matched]
    for alike, least, dearest in (
        (voices.most, WELL_APART, _UNFITTING),
        (voices.most, MOST_ALIKE, _WRONG_GENDER),
        (voices.usual, MOST_ALIKE, np.inf),
    ):
        closest = np.max([*alike[taken], *heard], axis=0)  # (voices,)
        nearness = _CLOSENESS * np.maximum(0.0, closest - _FAR)
        total = np.where(closest < least, cost + nearness, np.inf)
        total[taken] = np.inf
        best = int(total.argmin())
        if total[best] < dearest:
            return best
    raise BankError(
        f"{person.name}: no voice is left that can be told from the film's other {len(taken) - 1}"
        ": give voice samples (voice.wav) or cast fewer people"
    )


def _cost(voice: StockVoice, person: Character, seed: int) -> float:
    gender = person.gender or first_name_gender(person.name) or _either(person.name, seed)
    ages = _AGE[person.age] if person.age else _OPEN
    return (
        (voice.gender is not gender) * _WRONG_GENDER
        + ages[tuple(Age).index(voice.age)]
        + _GRADE * _GRADES.index(voice.grade)
        + (voice.age is Age.ADULT and not voice.plain) * _SHIFTED
    )


def _either(name: str, seed: int) -> Gender:
    digest = hashlib.sha256(f"{seed} {name}".encode()).digest()
    return tuple(Gender)[digest[0] % 2]
