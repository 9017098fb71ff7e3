"""What a slugline says: inside or outside, where, when. Knows words; knows no file and no film."""

import re
from dataclasses import dataclass

from script2movie.movie import Light

__all__ = ["Heading", "read_slugline"]

_PREFIX = re.compile(
    r"(?:(?P<inside>INT(?:\.?\s*/\s*EXT)?|I/E)|(?P<outside>EXT(?:\.?\s*/\s*INT)?|EST|E/I))[. ]\s*",
    re.IGNORECASE,
)
_DASH = re.compile(r"\s+[-–—]+\s*|\s*[–—]+\s*|\s+[-–—]+$")
_REMARK = re.compile(r"\s*[(\[]([^()\[\]]*)[)\]]")
_ASIDE = re.compile(
    r"(?:moving|travell?ing|parked|establishing|stock(?: shot)?|flash(?:back|forward)|dream|"
    r"intercut|montage|present|past|\d{4})(?: \w+)?",
    re.IGNORECASE,
)
LIGHTS = {
    Light.DAY: "day daytime daylight noon midday afternoon",
    Light.MORNING: "morning dawn sunrise daybreak sunup breakfast",
    Light.EVENING: "evening dusk sunset twilight sundown gloaming magic hour golden",
    Light.NIGHT: "night nighttime midnight",
}
_LIGHT_OF = {word: light for light, words in LIGHTS.items() for word in words.split()}
_INHERITED = frozenset(
    (*("continuous", "cont", "same", "later", "moments", "simultaneous", "resuming"),)
)
_AROUND = frozenset(
    (
        *("early", "late", "mid", "before", "after", "the", "next", "following", "that", "same"),
        *("previous", "a", "an", "few", "some", "minutes", "hours", "hour", "days", "day", "weeks"),
        *("months", "years", "moment", "moments", "later", "one", "two", "three", "time", "almost"),
        *("pre-dawn", "predawn", "another", "at", "in", "of", "and", "to", "this", "rainy"),
        *("sunny",),
    )
)


@dataclass(frozen=True)
class Heading:
    """A slugline taken apart; None is what it leaves open. `place` is in lower case.

    `remarks` stand in parentheses: 'moving', 'flashback'.
    """

    interior: bool | None
    place: str
    light: Light | None
    remarks: tuple[str, ...] = ()


def read_slugline(text: str) -> Heading:
    """'INT. HOUSE - KITCHEN - NIGHT (FLASHBACK)' is inside, 'house - kitchen', at night."""
    remarks = tuple(remark.strip().lower() for remark in _REMARK.findall(text) if remark.strip())
    words = _REMARK.sub("", text).strip()
    prefix = _PREFIX.match(words)
    interior = None if prefix is None else prefix["inside"] is not None
    parts = [part.strip() for part in _DASH.split(words[prefix.end() if prefix else 0 :])]
    parts = [part for part in parts if part]
    if len(parts) == 1 and (last := re.search(r"(?<=\w)[.,]\s*([^.,]+?)\.?$", parts[0])):
        parts = [parts[0][: last.start()], last[1]] if _is_time(last[1]) else parts
    times = []
    while len(parts) > 1 and (_is_time(parts[-1]) or _ASIDE.fullmatch(parts[-1])):
        last_part = parts.pop()
        if _ASIDE.fullmatch(last_part):
            remarks = (last_part.lower(), *remarks)
        else:
            times.append(last_part)
    light = next((light for time in times if (light := _light(time))), None)
    return Heading(interior, " - ".join(parts).lower() or words.lower(), light, remarks)


def _is_time(text: str) -> bool:
    words = re.findall(r"[a-z-]+", text.lower())
    known = [word for word in words if word in _LIGHT_OF or word in _INHERITED]
    return bool(known) and all(
        word in _LIGHT_OF or word in _INHERITED or word in _AROUND for word in words
    )


def _light(text: str) -> Light | None:
    """The last word that tells: 'late afternoon' is day; 'later' leaves it open."""
    words = re.findall(r"[a-z-]+", text.lower())
    found = [_LIGHT_OF[word] for word in words if word in _LIGHT_OF]
    return None if set(words) & _INHERITED and not found else found[-1] if found else None
