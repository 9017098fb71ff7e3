"""What a description tells of a person: its noun phrase, their gender, their age.

Knows phrases such as 'a retired fisherman of seventy'; knows no people.
"""

import re

from spacy.tokens import Token

from script2movie.movie import Age, Gender
from script2movie.planner.words import NUMBERS, age_of, gender_of

__all__ = ["age_told", "gender_told", "noun_phrase"]


def noun_phrase(noun: Token) -> str:
    """'a retired fisherman of seventy': the noun with what belongs to it, no clause or name."""
    owner = max((t.i for c in noun.lefts if c.dep_ == "poss" for t in c.subtree), default=-1)
    left = min((t.i for child in noun.lefts for t in child.subtree if t.i > owner), default=noun.i)
    right = noun.i
    for child in noun.rights:
        if child.dep_ == "prep" or (child.dep_ == "advmod" and child.i == right + 1):
            right = max(t.i for t in child.subtree)
        else:
            break
    return noun.doc[left : right + 1].text.strip(" ,;:.").removeprefix("own ")


def gender_told(phrase: str) -> Gender | None:
    for word in re.findall(r"[a-z-]+", phrase.lower()):
        if word in ("she", "her", "female"):
            return Gender.FEMALE
        if word in ("he", "his", "him", "male"):
            return Gender.MALE
        if gender := gender_of(word):
            return gender
    return None


def age_told(phrase: str) -> Age | None:
    """'a fisherman of seventy' is old, 'a girl of nine' a child."""
    lower = phrase.lower()
    lower = re.sub(r"\b(?:about|around|nearly|almost|some|maybe|barely)\s+", "", lower)
    number = re.search(r"(?:aged?|of|,|^)\s*(\d{1,3})\b|(\d{1,3})[- ]?years?[- ]old", lower)
    years = int(number[1] or number[2]) if number else None
    if years is None:
        spelt = re.search(r"\b(?:aged?|of|is)\s+([a-z]+)(?:[- ]([a-z]+))?", lower)
        spelt = spelt or re.search(r"\b([a-z]+)(?:-([a-z]+))?[- ]years?[- ]old", lower)
        if spelt and spelt[1] in NUMBERS:
            ones = NUMBERS.get(spelt[2] or "", 0)
            years = NUMBERS[spelt[1]] + (ones if 0 < ones < 10 else 0)
    if years is not None:
        limits = ((13, Age.CHILD), (20, Age.TEEN), (33, Age.YOUNG), (62, Age.ADULT))
        return next((age for limit, age in limits if years < limit), Age.OLD)
    if re.search(r"\b(?:elder|older|old(?:est)? friend|younger)\b", lower):
        return None  # older than somebody, not old
    words = re.findall(r"[a-z]+(?:-[a-z]+)*", lower)
    return next((age for word in words if (age := age_of(word))), None)
