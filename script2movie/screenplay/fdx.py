"""Final Draft's FDX to a Script and back.

Knows the XML that Final Draft 8 to 13 write: typed paragraphs, dual dialogue, scene numbers,
script notes, the title page. Knows no film. Fonts, pages, revisions and production tags are not
read. XML that declares entities is refused before it is expanded.
"""

import re
import xml.etree.ElementTree as Tree
from collections.abc import Iterator, Sequence
from dataclasses import replace

from defusedxml import DefusedXmlException, ElementTree  # type: ignore[import-untyped]

from script2movie.errors import StoryError
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
from script2movie.screenplay.notes import NOT_XML

__all__ = ["MAX_FDX_BYTES", "read_fdx", "write_fdx"]

MAX_FDX_BYTES = 32_000_000  # a feature of 120 pages takes about one
MODES = {
    "Dialogue": Mode.DIALOGUE,
    "Parenthetical": Mode.PARENTHETICAL,
    "Lyrics": Mode.LYRIC,
    "Singing": Mode.LYRIC,
}
TYPES = {Mode.DIALOGUE: "Dialogue", Mode.PARENTHETICAL: "Parenthetical", Mode.LYRIC: "Lyrics"}
ACTS = re.compile(r"New Act|End of Act|Act Break|Outline (\d)|Outline Body|Cold Opening")
KEYS = re.compile(r"(?P<key>Title|Credit|Author|Authors|Source|Draft date|Contact|Copyright): (.*)")


def read_fdx(content: bytes, name: str) -> Script:
    """The screenplay in an FDX file; `name` is how a message calls it.

    Raises:
        StoryError: no XML, XML with entities of its own, or XML of something else.
    """
    hint = "save it in Final Draft as .fdx, or export it as .fountain"
    try:
        root = ElementTree.fromstring(content, forbid_dtd=True)
    except (DefusedXmlException, ValueError):
        raise StoryError(
            f"{name} declares a document type of its own, which no screenplay needs: {hint}"
        ) from None
    except (Tree.ParseError, LookupError) as error:
        raise StoryError(f"{name} is not the XML of Final Draft ({error}): {hint}") from None
    body = root.find("Content")
    if root.tag != "FinalDraft" or body is None:
        raise StoryError(f"{name} is XML, but no screenplay of Final Draft: {hint}")
    return Script(tuple(_title_page(root)), tuple(_speeches(_read(body))))


def write_fdx(script: Script) -> bytes:
    """The screenplay as an FDX file. A note stands as a script note in the paragraph after it."""
    root = Tree.Element("FinalDraft", DocumentType="Script", Template="No", Version="5")
    body = Tree.SubElement(root, "Content")
    waiting: list[str] = []
    dual: Tree.Element | None = None
    for n, element in enumerate(script.elements):
        if isinstance(element, Note):
            waiting.append(element.text)
            continue
        following = (one for one in script.elements[n + 1 :] if not isinstance(one, Note))
        right = next(following, None)
        begins_dual = isinstance(right, Speech) and right.dual
        if isinstance(element, Speech) and (begins_dual or element.dual):
            if dual is None or not element.dual:
                dual = Tree.SubElement(Tree.SubElement(body, "Paragraph"), "DualDialogue")
        else:
            dual = None
        into = body if dual is None else dual
        for kind, text, more in _paragraphs(element):
            _paragraph(into, kind, text, more, waiting)
            waiting = []
    if waiting:
        _paragraph(body, "Action", "", {}, waiting)
    if script.title_page:
        page = Tree.SubElement(Tree.SubElement(root, "TitlePage"), "Content")
        for key, value in script.title_page:
            title = key.lower() == "title"
            lines = [" ".join(value.split())] if title else value.split("\n")
            for line in lines:
                shown = line if title and not KEYS.match(line) else f"{key}: {line}"
                _paragraph(page, "", shown, {"Alignment": "Center"}, [])
    Tree.indent(root)
    written: bytes = Tree.tostring(root, "UTF-8", xml_declaration=True)
    return written + b"\n"


# --- reading --------------------------------------------------------------------------------------

Part = Element | tuple[str, Mode] | str  # a whole element, words of a speech, or a cue


def _read(parent: Tree.Element) -> Iterator[Part]:
    """Each paragraph, its notes before it; a right half of dual dialogue is marked by '^'."""
    for paragraph in parent:
        if paragraph.tag == "DualDialogue":
            cues = 0
            for part in _read(paragraph):
                cues += isinstance(part, str)
                yield f"{part} ^" if isinstance(part, str) and cues > 1 else part
        elif paragraph.tag == "Paragraph":
            for note in paragraph.findall("ScriptNote"):
                lines = [_text(line) for line in note.iter("Paragraph")]
                yield Note("\n".join(lines).strip())
            yield from _read_paragraph(paragraph)
            yield from _read_dual(paragraph)


def _read_dual(paragraph: Tree.Element) -> Iterator[Part]:
    if paragraph.find("DualDialogue") is not None:
        inner = Tree.Element("Content")
        inner.extend(paragraph.findall("DualDialogue"))
        yield from _read(inner)


def _read_paragraph(paragraph: Tree.Element) -> Iterator[Part]:
    text = _text(paragraph)
    kind = paragraph.get("Type", "Action")
    if paragraph.get("StartsNewPage") == "Yes" and kind != "Scene Heading" and not text.strip():
        yield PageBreak()
    if not text.strip():
        return
    text = text.strip("\n")
    act = ACTS.fullmatch(kind)
    if kind == "Scene Heading":
        yield Slugline(text.strip(), paragraph.get("Number", ""))
        if summary := paragraph.find("SceneProperties/Summary"):
            yield Section(" ".join(_text(line).strip() for line in summary.iter("Paragraph")), 0)
    elif kind == "Character":
        yield text.strip()
    elif kind in MODES:
        yield (text.strip(), MODES[kind])
    elif kind == "Transition":
        yield Transition(text.strip())
    elif act:
        yield Section(text.strip(), int(act[1] or 1) if kind != "Outline Body" else 0)
    elif kind == "Cast List":
        yield Note(f"Cast: {text.strip()}")
    else:  # Action, General, Shot, and what a writer's own template calls otherwise
        yield Action(text.strip(), centered=paragraph.get("Alignment") == "Center")


def _text(paragraph: Tree.Element) -> str:
    """The words of a paragraph itself, not of the notes and summaries in it."""
    return "".join(run.text or "" for run in paragraph.findall("Text"))


def _speeches(parts: Iterator[Part]) -> Iterator[Element]:
    """Cues gather what is said after them; words without a cue are action, lyrics nobody's."""
    held: Speech | None = None
    notes: list[Note] = []  # within or after the speech that is held
    for part in parts:
        if isinstance(part, tuple) and held is not None:
            held = replace(held, spoken=(*held.spoken, _spoken(*part)))
            continue
        if held is not None and isinstance(part, Note):
            notes.append(part)
            continue
        if held is not None:
            yield held
            yield from notes
            held, notes = None, []
        if isinstance(part, str):
            held = Speech(part.removesuffix(" ^"), dual=part.endswith(" ^"))
        elif isinstance(part, tuple):
            lyric = part[1] is Mode.LYRIC
            yield Speech("", (_spoken(*part),)) if lyric else Action(part[0])
        else:
            yield part
    if held is not None:
        yield held
        yield from notes


def _spoken(text: str, mode: Mode) -> Spoken:
    if mode is Mode.PARENTHETICAL and text.startswith("(") and text.endswith(")"):
        text = text[1:-1].strip()
    return Spoken(text, mode)


def _title_page(root: Tree.Element) -> Iterator[tuple[str, str]]:
    """The first line is the title; others are keyed only where they name their key."""
    lines = [_text(one).strip() for one in root.findall("TitlePage/Content/Paragraph")]
    named = [line for line in lines if line]
    for n, line in enumerate(named):
        key = KEYS.match(line)
        if key:
            yield key["key"], key[2]
        elif n == 0:
            yield "Title", line


# --- writing --------------------------------------------------------------------------------------


def _paragraphs(element: Element) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Type, text and further attributes of each paragraph that an element takes."""
    match element:
        case Slugline(text=text, number=number):
            yield "Scene Heading", text, {"Number": number} if number else {}
        case Action(text=text, centered=centered):
            yield "Action", text, {"Alignment": "Center"} if centered else {}
        case Speech(cue=cue, spoken=spoken):
            if cue:
                yield "Character", cue, {}
            for one in spoken:
                text = f"({one.text})" if one.mode is Mode.PARENTHETICAL else one.text
                yield TYPES[one.mode], text, {}
        case Transition(text=text):
            yield "Transition", text, {}
        case Section(text=text, depth=depth):
            yield f"Outline {depth}" if depth else "Outline Body", text, {}
        case PageBreak():
            yield "Action", "", {"StartsNewPage": "Yes"}


def _paragraph(
    parent: Tree.Element, kind: str, text: str, more: dict[str, str], notes: Sequence[str]
) -> None:
    paragraph = Tree.SubElement(parent, "Paragraph", {"Type": kind} if kind else {}, **more)
    for note in notes:
        script_note = Tree.SubElement(paragraph, "ScriptNote")
        for line in note.split("\n"):
            _run(Tree.SubElement(script_note, "Paragraph"), line)
    _run(paragraph, text)


def _run(paragraph: Tree.Element, text: str) -> None:
    Tree.SubElement(paragraph, "Text").text = NOT_XML.sub(" ", text)
