"""What `about.txt` says of a person: gender, age and other names. Knows nothing of files.

Simple words only: 'a woman of thirty', 'aged 70', 'boy of nine', and a line 'Also: Old Tom, Tommy'.
What the text leaves open stays None.
"""

import re
from dataclasses import dataclass
from itertools import pairwise

from script2movie.movie import Age, Gender
from script2movie.names import one_name

__all__ = ["About", "age_from_words", "gender_from_words", "read_about"]


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_FEMALE = _words(
    "woman girl lady mother mom mum mama grandmother grandma granny daughter sister wife aunt niece"
    " queen princess actress waitress widow bride nun heroine schoolgirl granddaughter housewife"
    " female businesswoman policewoman stewardess countess duchess girlfriend mrs ms miss madam"
)
_MALE = _words(
    "man boy gentleman father dad papa grandfather grandpa granddad son brother husband uncle"
    " nephew king prince actor waiter widower groom monk hero schoolboy grandson guy fellow male"
    " businessman policeman fisherman salesman fireman count duke boyfriend mr sir"
)
_SHE = frozenset({"she", "her", "hers", "herself"})
_HE = frozenset({"he", "him", "his", "himself"})

_AGES = {
    Age.CHILD: "child kid boy girl toddler baby schoolboy schoolgirl",
    Age.TEEN: "teen teenager teenage teenaged adolescent",
    Age.YOUNG: "young student twentysomething",
    Age.ADULT: "middle-aged adult",
    Age.OLD: "elderly grandmother grandma granny grandfather grandpa granddad retired pensioner "
    "aged white-haired grey-haired gray-haired",
}
_AGE_OF = {word: age for age, words in _AGES.items() for word in words.split()}
_OLD = re.compile(r"\bold(?! (?:friend|school|hand|flame|enemy|rival|clothes|coat|house|days))\b")

_UNITS = _words(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
    " fifteen sixteen seventeen eighteen nineteen"
)
_TENS = _words("twenty thirty forty fifty sixty seventy eighty ninety")
_NUMBER = (
    r"(?P<digits>\d{1,3})"
    rf"|(?P<tens>{'|'.join(_TENS)})(?:[- ](?P<ones>{'|'.join(_UNITS[1:10])}))?"
    rf"|(?P<unit>{'|'.join(sorted(_UNITS, key=len, reverse=True))})"
)
_PERSON = "man|woman|boy|girl|child|kid|lady|gentleman|person|teenager"
_YEARS = (
    re.compile(rf"\b(?:aged?|age of)[: ]+(?:{_NUMBER})\b"),
    re.compile(rf"\b(?:{_PERSON}) of (?:{_NUMBER})\b"),
    re.compile(rf"\b(?:{_NUMBER})[- ]years?[- ](?:old|of age)\b"),
    re.compile(rf"\bis (?:{_NUMBER})(?=\s*(?:[.,;]|and\b|$))"),
    re.compile(r"^[^.,\n]{0,40}[,(] ?(?P<digits>\d{1,3})(?=[,.;)]|$)"),  # 'Anna, 70, a baker'
)
_DECADE = re.compile(
    r"\b(?:her|his|their) (?:(?P<part>early|mid|late)[- ])?"
    rf"(?:(?P<tens>{'|'.join(ten[:-1] for ten in _TENS)})ies\b|(?P<digits>[2-9]0)'?s\b)"
)
_ALSO = re.compile(r"^\s*(?:also(?: known as)?|aka|a\.k\.a\.)\s*:\s*(?P<names>.+)$", re.I | re.M)
_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")


@dataclass(frozen=True)
class About:
    """A description and what it says: `text` is without the line of other names."""

    text: str
    gender: Gender | None
    age: Age | None
    aliases: tuple[str, ...]


def read_about(text: str) -> About:
    """What the words of an `about.txt` say."""
    aliases = tuple(
        name
        for match in _ALSO.finditer(text)
        for name in map(one_name, re.split(r"[,;]", match["names"]))
        if name
    )
    described = " ".join(_ALSO.sub("", text).split())
    return About(described, gender_from_words(described), age_from_words(described), aliases)


def gender_from_words(text: str) -> Gender | None:
    """The first noun with a gender decides ('his sister' is female); without one, pronouns do."""
    words = [word.lower().replace("’", "'") for word in _WORD.findall(text)]
    for female, male in ((_FEMALE, _MALE), (_SHE, _HE)):
        for word in words:
            if word in female:
                return Gender.FEMALE
            if word in male:
                return Gender.MALE
    return None


def age_from_words(text: str) -> Age | None:
    """A number of years where there is one, else the first word that tells an age."""
    lowered = text.lower().replace("’", "'")
    years = _years(lowered)
    if years is not None:
        return _age_of(years)
    words = _WORD.findall(lowered)
    for word, after in pairwise([*words, ""]):
        if word in _AGE_OF:
            return (
                Age.CHILD if (word, _AGE_OF.get(after)) == ("young", Age.CHILD) else _AGE_OF[word]
            )
        if word == "old" and _OLD.search(lowered):
            return Age.OLD
    return None


def _years(text: str) -> int | None:
    if match := _DECADE.search(text):
        decade = int(match["digits"] or 20 + 10 * _TENS.index(f"{match['tens']}y"))
        return decade + {"early": 2, "late": 8}.get(match["part"] or "", 5)
    for pattern in _YEARS:
        if match := pattern.search(text):
            found = match.groupdict()
            if found["digits"]:
                return int(found["digits"])
            if found["unit"]:
                return _UNITS.index(found["unit"])
            ones = _UNITS.index(found["ones"]) if found["ones"] else 0
            return 20 + 10 * _TENS.index(found["tens"]) + ones
    return None


def _age_of(years: int) -> Age:
    for limit, age in ((13, Age.CHILD), (20, Age.TEEN), (35, Age.YOUNG), (60, Age.ADULT)):
        if years < limit:
            return age
    return Age.OLD
