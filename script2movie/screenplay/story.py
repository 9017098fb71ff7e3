"""A story from a file or standard input, and what it is: prose, Fountain or Final Draft.

Knows suffixes and what gives a screenplay away; the parsing is in `fountain` and `fdx`.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from script2movie.errors import StoryError
from script2movie.screenplay.elements import Script, Slugline
from script2movie.screenplay.fdx import MAX_FDX_BYTES, read_fdx
from script2movie.screenplay.files import called, decoded, read_bytes
from script2movie.screenplay.fountain import SLUGLINE, read_fountain, write_fountain
from script2movie.screenplay.plan import VERSION_KEY

__all__ = ["Form", "Story", "open_story", "read_story"]

MAX_STORY_BYTES = 1_000_000
HINT = "give a text or Markdown file with the story in it"
SLUGLINE_HINT = (
    "begin each scene with a line such as INT. KITCHEN - DAY; prose is read from a .md or .txt file"
)


class Form(StrEnum):
    """What a story is written in."""

    PROSE = "prose"
    FOUNTAIN = "fountain"
    FDX = "fdx"


SUFFIXES = {
    ".fountain": Form.FOUNTAIN,
    ".spmd": Form.FOUNTAIN,
    ".fdx": Form.FDX,
}


@dataclass(frozen=True)
class Story:
    """The text of a story, lines ending in '\\n'. A Final Draft file's is its Fountain.

    `guessed` is what gave a screenplay away that no suffix and no choice announced, else ''.
    """

    text: str
    form: Form = Form.PROSE
    guessed: str = ""

    @property
    def is_screenplay(self) -> bool:
        return self.form is not Form.PROSE


def read_story(source: Path | str) -> str:
    """The words of a story as they stand in a file, or on standard input for '-'."""
    content = read_bytes(source, MAX_STORY_BYTES, StoryError, "a story", HINT)
    return _text(content, source)


def open_story(source: Path | str, form: Form | None = None) -> Story:
    """The story and what it is: as `form` says, else as its suffix, else as its first lines.

    Raises:
        StoryError: it cannot be read, or is a screenplay without a scene.
    """
    chosen = form or SUFFIXES.get(Path(source).suffix.lower())
    content = read_bytes(source, MAX_FDX_BYTES, StoryError, "a story", HINT)
    guessed = ""
    if chosen is None and re.match(rb"(?:\xef\xbb\xbf)?\s*<(?:\?xml|FinalDraft)\b", content):
        chosen, guessed = Form.FDX, "Final Draft's XML"
    if chosen is Form.FDX:
        text = write_fountain(read_fdx(content, called(source)))
    else:
        text = _text(content, source)
    if chosen is None:
        first = re.search(rf"^(?:{SLUGLINE.pattern}).*", text, re.MULTILINE)
        chosen, guessed = (Form.FOUNTAIN, f"'{first[0][:60]}'") if first else (Form.PROSE, "")
    if chosen is not Form.PROSE:
        _refuse_without_sluglines(read_fountain(text), source)
    return Story(text, chosen, guessed)


def _refuse_without_sluglines(script: Script, source: Path | str) -> None:
    if not any(isinstance(element, Slugline) for element in script.elements):
        raise StoryError(
            f"{called(source)} is a screenplay without a slugline, so nothing says where its "
            f"scenes are: {SLUGLINE_HINT}"
        )


def _text(content: bytes, source: Path | str) -> str:
    name = called(source)
    if len(content) > MAX_STORY_BYTES:
        size = MAX_STORY_BYTES / 1e6
        raise StoryError(f"{name} is larger than {size:g} MB, too large for a story: {HINT}")
    text = decoded(content, source, StoryError, "a story", HINT)
    if not re.search(r"\w", text):
        raise StoryError(f"{name} has no words in it: {HINT}")
    if text.lstrip().startswith("{") and f'"{VERSION_KEY}"' in text:
        raise StoryError(f"{source} is a plan, not a story: script2movie shoot {source}")
    return text.replace("\r\n", "\n").replace("\r", "\n")
