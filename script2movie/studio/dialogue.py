"""Lines and people as a person types them, one a row: `Mara (whispering): Is it yours?`

Knows words; knows no plan around them.
"""

import re
from collections.abc import Sequence

from script2movie.errors import StudioError
from script2movie.movie import NARRATOR, Appearance, Line

__all__ = ["actions_as_text", "lines_as_text", "text_as_actions", "text_as_lines"]

TELLS = "Narrator"  # how the narrator is written here
OFF = "off"  # said by somebody whom the shot does not show
_ROW = re.compile(r"(?P<who>[^:()\n]{1,100}?)\s*(?:\((?P<how>[^()\n]*)\))?\s*:\s*(?P<text>.*)")


def lines_as_text(lines: Sequence[Line]) -> str:
    """A row a line; `(off)` marks a speaker who is not in the picture."""
    rows = []
    for line in lines:
        who = TELLS if line.character == NARRATOR else line.character
        off = OFF if line.off_screen and line.character != NARRATOR else ""
        how = ", ".join(part for part in (line.parenthetical, off) if part)
        rows.append(f"{who} ({how}): {line.text}" if how else f"{who}: {line.text}")
    return "\n".join(rows)


def text_as_lines(text: str, cast: Sequence[str]) -> tuple[Line, ...]:
    """The lines of a text that `lines_as_text` could have written; empty rows are none.

    Raises:
        StudioError: a row that does not say who speaks.
    """
    lines = []
    for number, row in enumerate(text.splitlines(), 1):
        if not row.strip():
            continue
        match = _ROW.fullmatch(row.strip())
        if match is None:
            raise StudioError(
                f"Row {number} of the dialogue does not say who speaks: write it as in "
                f"“{cast[0] if cast else TELLS}: {row.strip()[:40]}”."
            )
        who = _named(match["who"], cast)
        parts = [part.strip() for part in (match["how"] or "").split(",") if part.strip()]
        off = OFF in (part.lower() for part in parts)
        how = ", ".join(part for part in parts if part.lower() != OFF)
        lines.append(Line(who, match["text"].strip(), how, off or who == NARRATOR))
    return tuple(lines)


def actions_as_text(people: Sequence[Appearance]) -> str:
    """A row for whoever does something in the shot."""
    return "\n".join(f"{one.character}: {one.action}" for one in people if one.action)


def text_as_actions(text: str, cast: Sequence[str]) -> dict[str, str]:
    """What each person does, by name. Raises StudioError for a row without a name."""
    actions: dict[str, str] = {}
    for number, row in enumerate(text.splitlines(), 1):
        if not row.strip():
            continue
        who, colon, action = row.partition(":")
        if not colon:
            raise StudioError(
                f"Row {number} of the actions does not say who: write it as in "
                f"“{cast[0] if cast else 'Mara'}: {row.strip()[:40]}”."
            )
        actions[_named(who, cast)] = action.strip()
    return actions


def _named(text: str, cast: Sequence[str]) -> str:
    """The person of the cast who is meant, however their name is written in small and large."""
    name = " ".join(text.split())
    folded = {one.casefold(): one for one in cast} | {NARRATOR.casefold(): NARRATOR}
    return folded.get(name.casefold(), name)
