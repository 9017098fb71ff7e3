"""A line as a text-to-speech model that knows only letters is to be given it.

Knows how numbers, abbreviations and addresses are read in English, and which languages are
written with other signs. Knows nothing of sounds or models.
"""

import re

from script2movie.audio.script import read_script
from script2movie.errors import ShotFailed, StoryError
from script2movie.movie import Line

__all__ = ["text_to_say"]

ADDRESS = re.compile(r"\b(?:https?://)?(?:www\.)?([\w-]+(?:\.[\w-]+)*\.[a-z]{2,})(/\S*)?", re.I)
NUMBER = re.compile(r"([$£€])?(\d[\d,]*)(\.\d+)?(st|nd|rd|th|%)?\b%?")
MONEY = {"$": ("dollar", "cent"), "£": ("pound", "penny"), "€": ("euro", "cent")}
DIRECTION = re.compile(r"\s*[(\[](?!\d)[^)\]]{2,60}[)\]]\s*")  # (laughs), [sighing]


def text_to_say(line: Line, *, language: str) -> str:
    """The words of a line, numbers and abbreviations spelled out; directions are not said.

    Raises:
        ShotFailed: nothing in it can be said.
    """
    text = DIRECTION.sub(" ", line.text).strip()
    if language != "en":
        if not any(sign.isalnum() for sign in text):
            raise ShotFailed(f"{line.character}: the line {line.text!r} has no word to be spoken")
        return " ".join(text.split())
    try:
        read_script(text)
    except StoryError as error:
        raise ShotFailed(f"{line.character}: {error}") from error
    from hibari.g2p import normalize  # type: ignore[import-untyped]

    text = ADDRESS.sub(_spelled_address, text)
    said = str(normalize(text.replace("*", "").replace("_", " ")))
    return " ".join(NUMBER.sub(_spelled_number, said).split())


def _spelled_number(found: re.Match[str]) -> str:
    """'$5.20', '1984', '3,000', '10th' and '20%' in words."""
    from hibari.g2p import numbers

    sign, digits, decimals, after = found[1], found[2].strip(","), found[3] or "", found[4] or ""
    comma = "," if found[2].endswith(",") else ""
    whole = int(digits.replace(",", ""))
    if sign:
        unit, part = MONEY[sign]
        words = f"{numbers.cardinal(whole)} {unit}{'s' * (whole != 1)}"
        rest = int(f"{decimals[1:]:0<2}"[:2]) if decimals else 0
        parts = "pence" if part == "penny" else f"{part}s"
        words += f" and {numbers.cardinal(rest)} {part if rest == 1 else parts}" if rest else ""
    elif decimals:
        words = numbers.decimal(digits.replace(",", "") + decimals)
    elif after in ("st", "nd", "rd", "th"):
        words = numbers.ordinal(whole)
    elif len(digits) == 4 and 1100 <= whole < 2100 and "," not in digits and after != "%":
        words = numbers.year(whole)
    else:
        words = numbers.cardinal(whole)
    percent = " percent" if found[0].endswith("%") else ""
    return f"{words}{percent}{comma}"


def _spelled_address(found: re.Match[str]) -> str:
    return " dot ".join(found[1].split(".")) + (found[2] or "").replace("/", " slash ")
