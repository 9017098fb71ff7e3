"""A person of the story and the ways a text may name them.

Knows names and titles and what they tell of gender; knows not who is in a text (`people`).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from script2movie.movie import Age, Character, Gender
from script2movie.planner.descriptions import age_told, gender_told
from script2movie.planner.language import clean
from script2movie.planner.words import title_gender, unaccented, vocabulary

__all__ = [
    "Person",
    "called",
    "folded",
    "forms_of",
    "from_bank",
    "gender_of_name",
    "title_words",
]


@dataclass(frozen=True)
class Person:
    """Someone of the story. `forms` are the ways the text may name them, `roles` what they are."""

    name: str
    forms: frozenset[str]
    gender: Gender | None = None
    age: Age | None = None
    about: str = ""
    roles: frozenset[str] = frozenset()
    banked: bool = False
    named: bool = True


def folded(text: str) -> str:
    """How names are compared: plain apostrophes, single spaces, case kept."""
    return re.sub(r"\s+", " ", clean(text)).strip()


def called(name: str, aliases: Sequence[str] = ()) -> Person:
    """Someone whom the bank lacks and the story names: as a screenplay's cues do."""
    names = (name, *aliases)
    forms = {form for one in names for form in forms_of(folded(one))}
    return Person(name, frozenset(forms | {form.upper() for form in forms}), gender_of_name(name))


def from_bank(character: Character) -> Person:
    forms = {
        form for name in (character.name, *character.aliases) for form in forms_of(folded(name))
    }
    forms |= {form.upper() for form in forms}  # as screenplays write them
    about = character.about.strip()
    heads = [word for word in re.findall(r"[a-z-]+", about.lower()) if word in vocabulary("person")]
    gender = character.gender or gender_told(about)
    return Person(
        name=character.name,
        forms=frozenset(forms),
        gender=gender or gender_of_name(character.name),
        age=character.age or age_told(about),
        about=about,
        roles=frozenset(heads),
        banked=True,
    )


def forms_of(name: str) -> Iterator[str]:
    """'Dr. Anna Reed' may be called Anna Reed, Anna or Reed."""
    yield name
    parts = [part for part in name.split(" ") if part]
    while len(parts) > 1 and parts[0].rstrip(".").casefold() in title_words():
        parts = parts[1:]
        yield " ".join(parts)
    parts = [part for part in parts if part[:1].isupper()]
    if len(parts) > 1:
        yield parts[0]
        yield parts[-1]


def title_words() -> frozenset[str]:
    return vocabulary("titles") | vocabulary("male titles") | vocabulary("female titles")


def gender_of_name(name: str) -> Gender | None:
    parts = [part.rstrip(".").casefold() for part in name.split()]
    for part in parts:
        if gender := title_gender(part):
            return gender
    first = unaccented(next((part for part in parts if part not in title_words()), ""))
    if first in vocabulary("female names"):
        return Gender.FEMALE
    return Gender.MALE if first in vocabulary("male names") else None
