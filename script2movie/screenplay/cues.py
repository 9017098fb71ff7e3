"""Whose cue it is: 'DR. CHEN (V.O.)' is Dr. Mei Chen, heard and not seen.

Knows what cues are made of and what a person may be called in one; knows no file format.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

__all__ = ["GROUPS", "Cue", "Names", "read_cue"]

TITLES = frozenset(
    (
        *("mr", "mrs", "ms", "miss", "mx", "dr", "doctor", "prof", "professor", "capt", "captain"),
        *("sgt", "sergeant", "lt", "lieutenant", "col", "colonel", "gen", "general", "det"),
        *("detective", "insp", "inspector", "officer", "agent", "rev", "reverend", "father"),
        *("sister", "brother", "judge", "king", "queen", "prince", "princess", "lord", "lady"),
        *("sir", "dame", "president", "mayor", "nurse", "aunt", "uncle"),
    )
)
GROUPS = frozenset(
    (
        *("all", "both", "everyone", "everybody", "crowd", "group", "chorus", "others", "together"),
        *("voices", "men", "women", "kids", "children", "guests", "audience"),
    )
)
_EXTENSION = re.compile(r"\s*\(([^()]*)\)?")
_CONTINUED = re.compile(r"(?:cont(?:['’]?d|inued|inuing)?|more)\.?", re.IGNORECASE)
_FAR = re.compile(
    r"(?:on|over|through|via)(?: the)? (?:tele)?(?:phone|radio|tv|television|intercom|speaker"
    r"|speakerphone|p\.?a\.?|loudspeaker|tape|walkie[- ]talkie|cell|screen)"
    r"|(?:tele)?phone(?: voice)?|radio|tv|intercom|filtered|recorded",
    re.IGNORECASE,
)
_UNSEEN = re.compile(
    r"v\.?\s?o\.?|o\.?\s?s\.?|o\.?\s?c\.?|off|voice[- ]?over|off[- ](?:screen|camera|stage)"
    rf"|pre-?lap|{_FAR.pattern}",
    re.IGNORECASE,
)
_VOICE_OVER = re.compile(r"v\.?\s?o\.?|voice[- ]?over", re.IGNORECASE)


@dataclass(frozen=True)
class Cue:
    """A cue taken apart. `manner` is an extension that says how: 'whispering'.

    `voice_over` is an unseen voice that may be the thoughts of somebody who is in the picture,
    `far` one that a wire or the air brings.
    """

    name: str
    off_screen: bool = False
    manner: str = ""
    voice_over: bool = False
    far: bool = False


def read_cue(text: str) -> Cue:
    """The name, whether the speaker is unseen, and what else stands in parentheses."""
    name = _EXTENSION.sub("", text).strip().rstrip(":").strip()
    extensions = [
        part.strip()
        for inside in _EXTENSION.findall(text)
        for part in re.split(r"\s*[/;,]\s*", inside)
        if part.strip() and not _CONTINUED.fullmatch(part.strip())
    ]
    manners = [one.lower() for one in extensions if not _UNSEEN.fullmatch(one)]
    over = any(_VOICE_OVER.fullmatch(one) for one in extensions)
    far = any(_FAR.fullmatch(one) for one in extensions)
    unseen = len(manners) < len(extensions)
    return Cue(name or text.strip(), unseen, ", ".join(manners), over, far)


class Names:
    """People by every way a cue may call them."""

    def __init__(self, people: Mapping[str, Sequence[str]]) -> None:
        """`people` is each name with its aliases."""
        self._full: dict[str, list[str]] = {}
        self._short: dict[str, list[str]] = {}
        for name, aliases in people.items():
            for called in (name, *aliases):
                _add(self._full, folded(called), name)
                for form in _forms(folded(called)):
                    _add(self._short, form, name)

    def meant(self, cue: str) -> tuple[str, ...]:
        """Everyone whom the name of a cue may mean: one where it is clear, none for a stranger."""
        key = folded(cue)
        if key in self._full:
            return tuple(self._full[key])
        return tuple(self._short.get(key) or self._short.get(_untitled(key)) or ())


def folded(name: str) -> str:
    """The key under which two spellings of one name are equal: case, accents, dots, apostrophes."""
    composed = unicodedata.normalize("NFC", name).casefold().replace("’", "'").replace(".", "")
    return " ".join(unicodedata.normalize("NFC", composed).split())


def _add(names: dict[str, list[str]], key: str, name: str) -> None:
    known = names.setdefault(key, [])
    if name not in known:
        known.append(name)


def _forms(name: str) -> Iterator[str]:
    """'dr mei chen' may be called mei chen, mei, chen or dr chen."""
    plain = _untitled(name)
    words = plain.split()
    yield plain
    if len(words) > 1:
        yield words[0]
        yield words[-1]
        yield from _with_title(name, plain, words[-1])


def _with_title(name: str, plain: str, surname: str) -> Iterable[str]:
    title = name.removesuffix(plain).strip()
    return [f"{title} {surname}"] if title else []


def _untitled(name: str) -> str:
    words = name.split()
    while len(words) > 1 and words[0] in TITLES:
        words = words[1:]
    return " ".join(words)
