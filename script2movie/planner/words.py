"""The words that the rules of the embedded planner know: people, places, time, feeling, speech.

Knows vocabulary, no grammar. `lexicon.json` is made from WordNet by `assets/planner/lexicon.py`;
`vocabulary.json` is what WordNet lacks or has in another sense, written by hand.
"""

import json
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources

from script2movie.movie import Age, Gender, Light

__all__ = [
    "NUMBERS",
    "age_of",
    "gender_of",
    "is_verb",
    "kind_of_verb",
    "light_of",
    "one_spelling",
    "title_gender",
    "unaccented",
    "vocabulary",
]

VERB_KINDS = (
    "motion",
    "perception",
    "communication",
    "contact",
    "emotion",
    "cognition",
    "body",
    "competition",
    "consumption",
    "possession",
    "change",
    "creation",
    "social",
    "weather",
    "stative",
)
ONES = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen"),
    *("eighteen", "nineteen"),
)
TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
NUMBERS = {word: n for n, word in enumerate(ONES)} | {
    word: 10 * n for n, word in enumerate(TENS, start=2)
}


@cache
def vocabulary(kind: str) -> frozenset[str]:
    """All words of a kind: our own list and WordNet's, less what is no person on a screen."""
    found = frozenset(_file("vocabulary").get(kind, "").split())
    if kind in VERB_KINDS:
        return found
    found |= frozenset(_file("lexicon").get(kind, "").split())
    return (found | vocabulary("people")) - vocabulary("not people") if kind == "person" else found


@cache
def kind_of_verb(lemma: str) -> str:
    """'motion', 'perception', 'communication', ...; 'stative' for what no list knows."""
    for kind in VERB_KINDS:
        if lemma in vocabulary(kind):
            return kind
    return _verbs().get(lemma, "stative")


def is_verb(lemma: str) -> bool:
    """Whether a word can be something that is done."""
    return lemma in _verbs() or lemma in vocabulary("said")


def unaccented(word: str) -> str:
    """'lucía' as 'lucia'."""
    parts = unicodedata.normalize("NFD", word)
    return "".join(letter for letter in parts if not unicodedata.combining(letter))


def gender_of(noun: str) -> Gender | None:
    """'fisherman' is male, 'queen' female, 'clerk' open."""
    if noun in vocabulary("female"):
        return Gender.FEMALE
    return Gender.MALE if noun in vocabulary("male") else None


def title_gender(title: str) -> Gender | None:
    """'Mrs' is female, 'Mr' male, 'Doctor' open."""
    if title in vocabulary("female titles"):
        return Gender.FEMALE
    return Gender.MALE if title in vocabulary("male titles") else None


def age_of(word: str) -> Age | None:
    """'retired' is old, 'boy' a child; most words tell no age."""
    return next((age for age in Age if word in vocabulary(f"age {age}")), None)


def light_of(word: str) -> Light | None:
    """'dusk' is evening, 'breakfast' morning; most words tell no time."""
    return next((light for light in Light if word in vocabulary(f"light {light}")), None)


@cache
def _file(name: str) -> dict[str, str]:
    text = resources.files(__package__).joinpath(f"{name}.json").read_text("utf-8")
    found: dict[str, str] = json.loads(text)
    return found


@cache
def _verbs() -> dict[str, str]:
    return {verb: kind for kind in VERB_KINDS for verb in _file("lexicon").get(kind, "").split()}


def one_spelling(groups: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """'TOM', as screenplays write it, and 'Tom' are one person, called as in running text."""
    spelled: dict[str, str] = {}
    for full in groups:
        known = spelled.setdefault(full.casefold(), full)
        if known.isupper() and not full.isupper():
            spelled[full.casefold()] = full
    merged: dict[str, list[str]] = {spelled[full.casefold()]: [] for full in groups}
    for full, members in groups.items():
        merged[spelled[full.casefold()]] += members
    return merged
