r"""Fountain text to a Script and back (fountain.io/syntax, version 1.1).

Knows Fountain's syntax; knows no film. Reading never fails: what is nothing else is action.
Where writers and their programs are laxer than the specification, so is this:

1. A line that begins INT., EXT. and so on is a slugline even with no empty line after it.
2. FADE IN:, FADE OUT., FADE TO BLACK. and CUT TO BLACK. are transitions without a forcing mark.
3. A note or a boneyard that fills its lines leaves no empty line behind, so it ends no speech.

Emphasis is taken off; a backslash keeps a star, an underscore or a bracket as it is.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from script2movie.screenplay.elements import (
    Action,
    Element,
    Mode,
    Note,
    PageBreak,
    Script,
    Section,
    Slugline,
    Speech,
    Spoken,
    Transition,
)

__all__ = ["SLUGLINE", "read_fountain", "unseen", "write_fountain"]

SLUGLINE = re.compile(r"(?:INT|EXT|EST|INT\.?/EXT|EXT\.?/INT|I/E|E/I)[. ]", re.IGNORECASE)
_FORCED_SLUGLINE = re.compile(r"\.(?=\w)")
_SCENE_NUMBER = re.compile(r"\s*#([\w.-]+)#\s*$")
_UNSEEN = re.compile(r"(?<!\\)/\*.*?\*/|(?<!\\)\[\[((?:[^\n]|\n(?!\n))*?)\]\]", re.DOTALL)
_KEY = re.compile(r"([^\W\d_][^:\n]*):[ \t]*(.*)")
_VALUE = re.compile(r"(?: {3,}|\t)\s*(.*)")
_CENTERED = re.compile(r"\s*>\s*(.*?)\s*<\s*")
_SECTION = re.compile(r"(#{1,6})\s*(?!#)(.*)")
_PAGE_BREAK = re.compile(r"={3,}\s*")
_CUE = re.compile(r"([^(]*?)((?:\s*\([^()]*\))*)\s*(\^?)\s*")
_TRANSITION = re.compile(r"[^a-z]*[A-Z][^a-z]*TO:\s*")
_KNOWN_TRANSITION = re.compile(r"FADE IN[:.]?|FADE OUT[.:]?|(?:FADE|CUT) TO BLACK[.:]?")
_EMPHASIS = re.compile(r"(?<!\\)(\*{1,3})(?=\S)(.+?)(?<=[^\s\\])\1(?!\*)")
_UNDERLINE = re.compile(r"(?<![\w\\])_(?=\S)(.+?)(?<=[^\s\\])_(?!\w)")
_ESCAPED = re.compile(r"\\([*_\[\\/])")
_TO_ESCAPE = re.compile(r"[*_]|(?<=\[)\[|\\(?=[*_\[\\/])|(?<=\\)/")


@dataclass(frozen=True)
class _Line:
    """A line without notes and boneyard; `start` and `end` lead to the text as it was."""

    text: str
    start: int
    end: int

    @property
    def blank(self) -> bool:
        """Two spaces are a line left free on purpose, which ends no speech."""
        return not self.text.strip() and not self.text.startswith("  ")


def read_fountain(text: str) -> Script:
    """The screenplay in a text whose lines end in '\\n'."""
    lines, notes = _seen(text)
    title_page, body = _title_page(lines)
    elements = [*_body(lines[body:]), *notes]
    return Script(title_page, tuple(sorted(elements, key=lambda one: one.start)))


def write_fountain(script: Script) -> str:
    """The screenplay as text that reads back the same, forcing marks only where one is needed.

    What Fountain cannot say is written as near as it can: an empty line within an action or a
    note, a line of dialogue that is all in parentheses.
    """
    page = "".join(_keyed(key, value) for key, value in script.title_page)
    pieces = [page] if page else []
    for element in script.elements:
        pieces.append(_written(element, opens_text=not pieces))
    return "\n".join(pieces) or "\n"


def unseen(text: str) -> Iterator[tuple[int, int]]:
    """Where notes and boneyard stand in a text."""
    return (found.span() for found in _UNSEEN.finditer(text))


# --- notes and boneyard ---------------------------------------------------------------------------


def _seen(text: str) -> tuple[list[_Line], list[Note]]:
    """The lines that are left when notes and boneyard are gone, and the notes."""
    notes: list[Note] = []
    kept: list[str] = []
    places: list[int] = []  # of each kept piece in what is kept
    origins: list[int] = []  # and in the text
    length = position = 0
    for found in _UNSEEN.finditer(text):
        if found[1] is not None:
            note = found[1].strip()
            notes.append(Note(note, start=found.start(), end=found.end()))
        begin, end = found.span()
        line_start = text.rfind("\n", 0, begin) + 1
        line_end = text.find("\n", end)
        alone = position <= line_start and not text[line_start:begin].strip()
        if alone and line_end >= 0 and not text[end:line_end].strip():
            begin, end = line_start, line_end + 1
        places.append(length)
        origins.append(position)
        kept.append(text[position:begin])
        length += max(0, begin - position)
        position = max(position, end)
    places.append(length)
    origins.append(position)
    kept.append(text[position:])

    def origin(place: int) -> int:
        piece = bisect_right(places, place) - 1
        return origins[piece] + place - places[piece]

    lines = []
    place = 0
    for line in "".join(kept).split("\n"):
        end = origin(place + len(line) - 1) + 1 if line else origin(place)
        lines.append(_Line(line, origin(place), end))
        place += len(line) + 1
    return lines, notes


def _title_page(lines: Sequence[_Line]) -> tuple[tuple[tuple[str, str], ...], int]:
    """The keys at the top, and how many lines they take."""
    found: list[tuple[str, list[str]]] = []
    for n, line in enumerate(lines):
        if line.blank:
            return tuple((key, "\n".join(value)) for key, value in found), n
        key, value = _KEY.fullmatch(line.text), _VALUE.fullmatch(line.text)
        if value and found:
            found[-1][1].append(_plain(value[1].strip()))
        elif key and not SLUGLINE.match(line.text) and not _is_transition(line.text):
            found.append((key[1].strip(), [_plain(key[2].strip())] if key[2].strip() else []))
        else:
            return (), 0
    return tuple((key, "\n".join(value)) for key, value in found), len(lines)


# --- the body -------------------------------------------------------------------------------------


def _body(lines: Sequence[_Line]) -> Iterator[Element]:
    n = 0
    last: Element | None = None
    while n < len(lines):
        if lines[n].blank:
            n += 1
            continue
        element, taken = _element(lines, n)
        dual = isinstance(element, Speech) and element.dual and isinstance(last, Speech)
        if isinstance(element, Speech) and not dual:
            element = replace(element, dual=False)
        yield element
        last = element
        n += taken


def _element(lines: Sequence[_Line], n: int) -> tuple[Element, int]:
    """The element that begins at line `n`, and how many lines it takes."""
    line = lines[n]
    text = line.text.strip()
    place: Any = {"start": line.start + len(line.text) - len(line.text.lstrip()), "end": line.end}
    alone = (n == 0 or lines[n - 1].blank) and (n + 1 == len(lines) or lines[n + 1].blank)
    opens = n == 0 or lines[n - 1].blank
    if text.startswith("!"):
        return _action(lines, n)
    if _PAGE_BREAK.fullmatch(text):
        return PageBreak(**place), 1
    if section := _SECTION.fullmatch(text):
        return Section(_plain(section[2].strip()), len(section[1]), **place), 1
    if text.startswith("="):
        return Section(_plain(text[1:].strip()), 0, **place), 1
    if centered := _CENTERED.fullmatch(text):
        return Action(_plain(centered[1]), centered=True, **place), 1
    if text.startswith("~"):
        return Speech("", (Spoken(_plain(text[1:].strip()), Mode.LYRIC, **place),), **place), 1
    forced = _FORCED_SLUGLINE.match(text)
    if forced or (opens and SLUGLINE.match(text)):
        number = _SCENE_NUMBER.search(text)
        words = text[forced.end() if forced else 0 : number.start() if number else None]
        return Slugline(_plain(words.strip()), number[1] if number else "", **place), 1
    if text.startswith(">"):
        return Transition(_plain(text[1:].strip()), **place), 1
    if alone and _is_transition(text):
        return Transition(_plain(text), **place), 1
    if not alone and opens and (cue := _cue(line.text)):
        return _speech(lines, n, *cue)
    return _action(lines, n)


def _is_transition(text: str) -> bool:
    text = text.strip()
    return bool(_TRANSITION.fullmatch(text) or _KNOWN_TRANSITION.fullmatch(text))


def _action(lines: Sequence[_Line], n: int) -> tuple[Action, int]:
    """Lines up to an empty one, or to one that is certainly something else."""
    last = n
    forced = lines[n].text.lstrip().startswith("!")
    while last + 1 < len(lines) and not lines[last + 1].blank:
        ahead = lines[last + 1].text.strip()
        if not forced and re.match(r"[~>#=!]|\.\w", ahead):
            break
        last += 1
    taken = lines[n : last + 1]
    words = [re.sub(r"^(\s*)!", r"\1", line.text).expandtabs(4).rstrip() for line in taken]
    indent = len(taken[0].text) - len(taken[0].text.lstrip())
    text = "\n".join(_plain(word) for word in words)
    return Action(text.strip("\n"), start=taken[0].start + indent, end=taken[-1].end), len(taken)


# --- speech ---------------------------------------------------------------------------------------


def _cue(line: str) -> tuple[str, bool] | None:
    """The name that a line cues and whether it is the right half of dual dialogue."""
    text = line.strip()
    if line.endswith("  ") and not text.startswith("@"):
        return None  # two spaces mark a line in capitals as no cue
    forced = text.startswith("@")
    cue = _CUE.fullmatch(text[1:] if forced else text)
    if cue is None or not cue[1].strip():
        name = _plain(text[1:].rstrip(" ^"))
        return (name, text.endswith("^")) if forced and name else None
    if not forced and not (cue[1].isupper() and re.search(r"[^\W\d_]", cue[1])):
        return None
    return _plain(cue[1].strip() + cue[2]), bool(cue[3])


def _speech(lines: Sequence[_Line], n: int, cue: str, dual: bool) -> tuple[Speech, int]:
    spoken: list[Spoken] = []
    last = n
    while last + 1 < len(lines) and not lines[last + 1].blank:
        last += 1
    is_open = False  # a parenthesis that a later line closes
    for line in lines[n + 1 : last + 1]:
        text = _plain(line.text.strip())
        at: Any = {"start": line.start + len(line.text) - len(line.text.lstrip()), "end": line.end}
        if is_open:
            spoken[-1] = replace(spoken[-1], text=f"{spoken[-1].text} {text}", end=at["end"])
            is_open = not text.endswith(")")
        elif text.startswith("(") and _closes(lines, line, last):
            spoken.append(Spoken(text, Mode.PARENTHETICAL, **at))
            is_open = not text.endswith(")")
        elif text.startswith("~"):
            spoken.append(Spoken(text[1:].strip(), Mode.LYRIC, **at))
        elif spoken and spoken[-1].mode is Mode.DIALOGUE:
            spoken[-1] = replace(spoken[-1], text=f"{spoken[-1].text}\n{text}", end=at["end"])
        elif text:
            spoken.append(Spoken(text, **at))
    words = tuple(replace(one, text=_without_marks(one)) for one in spoken)
    start = lines[n].start + len(lines[n].text) - len(lines[n].text.lstrip())
    return Speech(cue, words, dual, start=start, end=lines[last].end), last + 1 - n


def _without_marks(spoken: Spoken) -> str:
    if spoken.mode is Mode.PARENTHETICAL:
        return spoken.text[1:-1].strip()
    return spoken.text.strip("\n")


def _closes(lines: Sequence[_Line], line: _Line, last: int) -> bool:
    """Whether the parenthesis that a line opens is closed at the end of it or of a later one."""
    if line.text.rstrip().endswith(")"):
        return True
    if ")" in line.text:
        return False  # "(laughs) Stop it." is said
    following = lines[lines.index(line) + 1 : last + 1]
    closing = next((one.text.strip() for one in following if ")" in one.text), "")
    return closing.endswith(")") and "(" not in closing


# --- emphasis -------------------------------------------------------------------------------------


def _plain(text: str) -> str:
    """One line without emphasis, and with what a backslash kept."""
    for _ in range(3):  # bold within underline within italics
        text = _UNDERLINE.sub(r"\1", _EMPHASIS.sub(r"\2", text))
    return _ESCAPED.sub(r"\1", text)


def _escaped(text: str) -> str:
    return _TO_ESCAPE.sub(r"\\\g<0>", text)


# --- writing --------------------------------------------------------------------------------------


def _keyed(key: str, value: str) -> str:
    lines = [_escaped(line) for line in value.split("\n")]
    if len(lines) == 1:
        return f"{key}: {lines[0]}".rstrip() + "\n"
    return "".join(f"{line}\n" for line in (f"{key}:", *(f"    {line}" for line in lines)))


def _written(element: Element, *, opens_text: bool) -> str:
    """The lines of one element, the last with its end."""
    match element:
        case Slugline(text=text, number=number):
            mark = "" if SLUGLINE.match(text) else "."
            return f"{mark}{_escaped(text)}{f' #{number}#' if number else ''}\n"
        case Action(text=text, centered=True):
            return "".join(f"> {_escaped(line)} <\n" for line in text.split("\n"))
        case Action(text=text):
            plain = f"{_escaped(text)}\n"
            before = "" if opens_text else "\n"  # a first line 'Title: ...' is a title page
            same = read_fountain(before + plain) == Script((), (element,))
            return plain if same else f"!{plain}"
        case Speech(cue="", spoken=spoken):
            return "".join(f"~{_escaped(one.text)}\n" for one in spoken)
        case Speech(cue=cue, spoken=spoken, dual=dual):
            side = " ^" if dual else ""
            plain = f"{_escaped(cue)}{side}\n{''.join(map(_spoken_lines, spoken))}"
            read = read_fountain(f"\nX\nx\n\n{plain}").elements[-1]  # dual needs one before it
            same = isinstance(read, Speech) and (read.cue, read.dual) == (cue, dual)
            return plain if same else f"@{plain}"
        case Transition(text=text):
            return f"{_escaped(text)}\n" if _is_transition(text) else f"> {_escaped(text)}\n"
        case Section(text=text, depth=depth):
            return f"{'#' * depth or '='} {_escaped(text)}\n"
        case Note(text=text):
            kept = re.sub(r"\n(?=\n)", "\n  ", text.replace("]]", "] ]"))
            return f"[[{kept}]]\n"
    return "===\n"


def _spoken_lines(spoken: Spoken) -> str:
    if spoken.mode is Mode.PARENTHETICAL:
        return f"({_escaped(spoken.text)})\n"
    mark = "~" if spoken.mode is Mode.LYRIC else ""
    lines = spoken.text.split("\n")
    return "".join(f"{mark}{_escaped(line)}\n" if line.strip() else "  \n" for line in lines)
