"""A screenplay as its elements, in order: what Fountain and Final Draft both say.

Knows the kinds of paragraph that a screenplay has; knows no file format, no people and no film.

    Script              the title page, then the elements
    ├── Slugline        INT. KITCHEN - DAY
    ├── Action          what is seen and heard; centered text too
    ├── Speech          a cue, then what is said and how
    │   └── Spoken      a line, a parenthetical or a lyric
    ├── Transition      DISSOLVE TO:
    ├── Section         # ACT ONE, and = a synopsis: the writer's outline, not filmed
    ├── Note            [[ ... ]], not filmed
    └── PageBreak       ===

`start` and `end` are an element's place in the text it was read from; they do not count when
elements are compared.
"""

from dataclasses import dataclass, field
from enum import StrEnum

__all__ = [
    "Action",
    "Element",
    "Mode",
    "Note",
    "PageBreak",
    "Script",
    "Section",
    "Slugline",
    "Speech",
    "Spoken",
    "Transition",
]


@dataclass(frozen=True, kw_only=True)
class _Placed:
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Slugline(_Placed):
    """A scene begins. `number` is the scene number without its marks, '' where there is none."""

    text: str
    number: str = ""


@dataclass(frozen=True)
class Action(_Placed):
    """What happens. Line breaks are kept; emphasis is taken off."""

    text: str
    centered: bool = False


class Mode(StrEnum):
    """How a stretch of a speech is meant."""

    DIALOGUE = "dialogue"
    PARENTHETICAL = "parenthetical"  # without its parentheses
    LYRIC = "lyric"


@dataclass(frozen=True)
class Spoken(_Placed):
    """A stretch of a speech. Line breaks within it are kept."""

    text: str
    mode: Mode = Mode.DIALOGUE


@dataclass(frozen=True)
class Speech(_Placed):
    """One cue and what follows it. `cue` holds its extensions: "ANNA (V.O.)".

    A lyric that nobody is given has the cue ''. `dual` speaks beside the speech before.
    """

    cue: str
    spoken: tuple[Spoken, ...] = ()
    dual: bool = False


@dataclass(frozen=True)
class Transition(_Placed):
    """'CUT TO:', 'FADE OUT.'"""

    text: str


@dataclass(frozen=True)
class Section(_Placed):
    """A heading of the outline. `depth` 1 is an act; 0 marks a synopsis."""

    text: str
    depth: int


@dataclass(frozen=True)
class Note(_Placed):
    """A remark to people, never filmed."""

    text: str


@dataclass(frozen=True)
class PageBreak(_Placed):
    """A page begins."""


Element = Slugline | Action | Speech | Transition | Section | Note | PageBreak


@dataclass(frozen=True)
class Script:
    """`title_page` is (key, value) in order; a key may stand twice, a value has lines."""

    title_page: tuple[tuple[str, str], ...] = ()
    elements: tuple[Element, ...] = ()

    def titled(self, key: str) -> str:
        """The first value of a key of the title page, whatever its case; '' where there is none."""
        return next((value for name, value in self.title_page if name.lower() == key.lower()), "")
