"""Who speaks under each cue of a screenplay: the bank's people, or those whom only cues name.

Knows names, titles and the ways of cues; knows nothing of what is said.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from script2movie.movie import NARRATOR, Age, Character
from script2movie.planner.descriptions import age_told
from script2movie.planner.naming import Person, called
from script2movie.planner.words import title_gender
from script2movie.screenplay.cues import GROUPS, Cue, Names, read_cue

__all__ = ["Cueing", "Voice"]

_TOGETHER = re.compile(r"\s*(?:/|&|\+|,|\bAND\b)\s*", re.IGNORECASE)
_WORD = r"[^\W\d_a-z][^\W\d_a-z'’-]"  # in capitals
_INTRODUCED = re.compile(rf"(?<![\w'’.-])((?:{_WORD}*\.?[ \t]+){{0,3}}{_WORD}+)(?=\s*[,(])")
_AGED = re.compile(r"\s*[,(]\s*(?:aged?\s+|(?:early|mid|late)[- ])?(\d{1,2})(?:['’]?s)?\b")


@dataclass(frozen=True)
class Voice:
    """Who speaks under a cue and how. `others` speak along, and are seen."""

    speaker: str
    off_screen: bool = False
    manner: str = ""
    voice_over: bool = False
    others: tuple[str, ...] = ()
    far: bool = False


class Cueing:
    """All cues of a screenplay, read at once: a short cue means the person of a longer one."""

    def __init__(self, cues: Sequence[str], bank: Sequence[Character], text: str) -> None:
        """`text` shows how a name is written where it is not in capitals."""
        self._bank = {character.name: character for character in bank}
        self._banked = Names({one.name: one.aliases for one in bank})
        self._text = text
        self._strangers: dict[str, str] = {}
        self._introduced = Names(dict.fromkeys(_introductions(text), ()))
        read = [read_cue(cue) for cue in dict.fromkeys(cues)]
        full = sorted((one.name for one in read), key=lambda name: -len(name.split()))
        single = [name for name in full if not self._together(name, full)]
        unknown = [name for name in single if not self._of_bank(name) and not _narrates(name)]
        for name in unknown:
            known = Names(dict.fromkeys(self._strangers.values(), ()))
            whole = self._whole(name)
            meant = known.meant(whole)
            self._strangers[name] = meant[0] if len(meant) == 1 else self._spelled(whole)
        self._full = full

    @property
    def people(self) -> Iterator[Person]:
        """Those whom the bank lacks, each once."""
        for name in dict.fromkeys(self._strangers.values()):
            cues = [cue for cue, one in self._strangers.items() if one == name]
            ages = filter(None, map(self._age, (name.upper(), *cues)))
            yield replace(called(name, cues), age=next(ages, None))

    def voice(self, text: str) -> Voice:
        """Whose voice a cue calls for."""
        cue = read_cue(text)
        if _narrates(cue.name):
            return Voice(NARRATOR, True, cue.manner, True)
        names = self._together(cue.name, self._full) or [self._who(cue)]
        many = cue.name.casefold().split(maxsplit=1)[0] in GROUPS
        unseen = cue.off_screen or many
        return Voice(names[0], unseen, cue.manner, cue.voice_over, tuple(names[1:]), cue.far)

    def _who(self, cue: Cue) -> str:
        return self._of_bank(cue.name) or self._strangers.get(cue.name) or self._spelled(cue.name)

    def _of_bank(self, name: str) -> str:
        """The bank's person; of two whom a surname may mean, the one whom the title fits."""
        meant = self._banked.meant(name)
        gender = title_gender(name.split(maxsplit=1)[0].rstrip(".").lower())
        if len(meant) > 1 and gender is not None:
            meant = tuple(one for one in meant if self._bank[one].gender is gender)
        return meant[0] if len(meant) == 1 else ""

    def _together(self, name: str, full: Sequence[str]) -> list[str]:
        """'ANNA AND TOM' are two, if both are known."""
        parts = [part for part in _TOGETHER.split(name) if part]
        if len(parts) < 2:
            return []
        cued = {part: self._strangers.get(part, part) for part in parts if part in full}
        known = [self._of_bank(part) or cued.get(part, "") for part in parts]
        return known if all(known) else []

    def _whole(self, cue: str) -> str:
        """'ANNA REED', where the action brings her in so and the cue is 'ANNA'."""
        meant = self._introduced.meant(cue)
        gender = title_gender(cue.split(maxsplit=1)[0].rstrip(".").lower())
        if len(meant) > 1 and gender is not None:
            meant = tuple(one for one in meant if called(one.title()).gender is gender)
        return meant[0] if len(meant) == 1 else cue

    def _age(self, cue: str) -> Age | None:
        """'TOMAS (60s)', 'JONAH, 9,': the age with which somebody is brought in."""
        told = re.search(rf"(?<!\w){re.escape(cue)}{_AGED.pattern}", self._text)
        return age_told(f"of {told[1]}") if told else None

    def _spelled(self, cue: str) -> str:
        """The name as the action lines write it, else with capitals as names have them."""
        if not cue.isupper():
            return cue
        for found in re.finditer(rf"(?<!\w){re.escape(cue)}(?!\w)", self._text, re.IGNORECASE):
            written = found[0]
            if not written.isupper() and all(word[0].isupper() for word in written.split()):
                return written
        return re.sub(r"[^\W\d_]+(?:['’][^\W\d_]+)*", _capitalised, cue)


def _introductions(text: str) -> Iterator[str]:
    """Names as action lines bring people in: 'DR. MEI CHEN, 50s', 'ANNA REED (38)'."""
    names = (found[1] for found in _INTRODUCED.finditer(text))
    return iter(dict.fromkeys(" ".join(name.split()) for name in names))


def _capitalised(word: re.Match[str]) -> str:
    first, mark, rest = word[0][:1], word[0][1:2], word[0][2:]
    if mark in ("'", "’") and len(rest) > 1:
        return f"{first}{mark}{rest.capitalize()}"  # O'Hara, but Anna's
    return word[0].capitalize()


def _narrates(name: str) -> bool:
    return name.casefold() in (NARRATOR.casefold(), "narration", "voice-over", "voiceover")
