"""Notes that carry what a plan holds and a screenplay has no words for.

Knows how such a note is written and read; knows no movie. A note is lines: the first says what it
is of, each further one has a key, a colon and a value.

    [[shot s01_sh002: medium, over-the-shoulder, dolly in, 2.5 s
    with: Anna Reed, left, facing right: winds the lamp
    background: old lighthouse, night]]

A value that one line cannot hold as it stands is written as JSON writes text, in quotes.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["NOT_XML", "PlanNote", "as_json", "quoted", "read_note", "taken", "unquoted"]

NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_HEAD = re.compile(r"(plan|cast|scene|shot)\b:?[ \t]*(.*)")
_PAIR = re.compile(r"([a-z]+):[ ]?(.*)")


@dataclass(frozen=True)
class PlanNote:
    """A note of a plan: `kind` is plan, cast, scene or shot, `head` the rest of its first line."""

    kind: str
    head: str
    fields: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        first = f"{self.kind} {self.head}".strip()
        return "\n".join([first, *(f"{key}: {value}" for key, value in self.fields)])

    def all(self, key: str) -> Iterator[str]:
        """Every value of a key, as written."""
        return (value for name, value in self.fields if name == key)

    def one(self, key: str) -> str:
        """The value of a key as text; '' where there is none."""
        return next((unquoted(value) for value in self.all(key)), "")


def read_note(text: str) -> PlanNote | None:
    """The plan's note in the text of a note; None for a person's remark."""
    first, *rest = text.strip().split("\n")
    head = _HEAD.fullmatch(first.strip())
    pairs = [_PAIR.fullmatch(line.strip()) for line in rest]
    if head is None or not all(pairs):
        return None
    return PlanNote(head[1], head[2].strip(), tuple((pair[1], pair[2]) for pair in pairs if pair))


def quoted(text: str, stops: str = "") -> str:
    """The text as a value: as it stands where that is safe, else as JSON writes it.

    `stops` are characters at which the value would seem to end.
    """
    plain = text == " ".join(text.split()) and not text.startswith('"') and not text.endswith("]")
    unsafe = not text or "[[" in text or "]]" in text or NOT_XML.search(text)
    if plain and not unsafe and not any(stop in text for stop in stops):
        return text
    return as_json(text)


def as_json(value: object) -> str:
    """JSON on one line that neither Fountain nor XML takes for anything else."""
    written = json.dumps(value, ensure_ascii=False)
    written = written.replace("]]", "]\\u005d").replace("[[", "[\\u005b")
    written = re.sub("[\x7f-\x9f\u2028\u2029]", _escape, written)
    return NOT_XML.sub(_escape, written)


def unquoted(value: str) -> str:
    """What `quoted` was given. A value in quotes that are not JSON's stands as it is."""
    return taken(value, "")[0]


def taken(value: str, stops: str) -> tuple[str, str]:
    """The text at the front of a value, up to a character of `stops`, and the rest."""
    if value.startswith('"'):
        try:
            text, end = json.JSONDecoder().raw_decode(value)
        except ValueError:
            pass
        else:
            if isinstance(text, str):
                return text, value[end:].lstrip()
    end = min((at for stop in stops if (at := value.find(stop)) >= 0), default=len(value))
    return value[:end].strip(), value[end:]


def _escape(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"
