"""A story as paragraphs, sentences and quotes, every one with its place in the text, parsed.

Knows punctuation, Markdown and spaCy; knows no people and no film. Quoted speech is taken out of
a sentence before it is parsed and a single word left in its stead, so that what is said never
mixes with what is told. `Sentence.origins` lead back to the story.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import spacy
from spacy.language import Language
from spacy.tokens import Doc, Token

from script2movie.planner.reparse import with_verb
from script2movie.planner.words import vocabulary

__all__ = ["Grammar", "Quote", "Sentence", "Text", "clean"]

STOP = "Yes"  # what stands for a quote while its sentence is parsed
SEPARATOR = re.compile(r"\s*(?:[*_#~=-]\s*){3,}\s*")
HEADING = re.compile(r"#{1,6}\s+(.*?)\s*#*\s*")
SINGLE_QUOTE = re.compile(r"(?<![\w'])'(?=[\w¿¡…-])(.+?[.,!?…-])'(?!\w)", re.DOTALL)


@dataclass(frozen=True)
class Quote:
    """Words in quotation marks: `start` to `end` in the story, the marks included."""

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Sentence:
    """One sentence of a paragraph, parsed with its quotes masked.

    `origins` leads each character of the parsed text to the story; `masks` holds, in order, the
    place of each quote's mask in the parsed text.
    """

    number: int
    start: int
    end: int
    paragraph: int
    opens_paragraph: bool
    opens_section: bool
    quotes: tuple[Quote, ...]
    masks: tuple[int, ...]
    origins: tuple[int, ...]
    doc: Doc

    def masked(self, token: Token) -> bool:
        """Whether the token stands for a quote or is one of its marks."""
        return any(mask <= token.idx < mask + len(STOP) + 3 for mask in self.masks)

    @property
    def told(self) -> tuple[Token, ...]:
        """The words of the sentence that no one speaks."""
        return tuple(
            t for t in self.doc if not self.masked(t) and not t.is_punct and not t.is_space
        )


@dataclass(frozen=True)
class Text:
    """A whole story: its title if it has one, and its sentences."""

    story: str
    title: str
    sentences: tuple[Sentence, ...]


class Grammar:
    """spaCy's English, loaded at first use."""

    def __init__(self, model: Path) -> None:
        self.model = model

    @cached_property
    def nlp(self) -> Language:
        return spacy.load(self.model)

    def close(self) -> None:
        """Frees the model; the next story loads it again."""
        self.__dict__.pop("nlp", None)

    def read(self, story: str) -> Text:
        """The story in sentences. Deterministic; time grows with its length."""
        title, paragraphs = _paragraphs(story)
        singles = '"' not in clean(story)
        pieces = [
            (number, opens, piece)
            for number, (section, start, end) in enumerate(paragraphs)
            for opens, piece in _pieces(story, start, end, section, singles)
        ]
        docs = self.nlp.pipe(masked for _, _, (masked, _, _, _) in pieces)
        parsed = (self.parsed(doc) for doc in docs)
        return Text(story, title, tuple(_sentences(pieces, parsed)))

    def parsed(self, doc: Doc) -> Doc:
        """The parse of a sentence, put right where it is known to go wrong."""
        return with_verb(self.nlp, doc)


def clean(text: str) -> str:
    """The text with plain quotation marks, each character where it was."""
    return text.translate(str.maketrans("“”„‟«»‘’‚‛\u00a0\n\t", '""""""\'\'\'\'   '))


# --- paragraphs -----------------------------------------------------------------------------------


def _paragraphs(story: str) -> tuple[str, list[tuple[bool, int, int]]]:
    """The title, and each paragraph as (opens a section, start, end)."""
    title = ""
    found: list[tuple[bool, int, int]] = []
    section = True
    blocks = list(_blocks(story))
    for start, end in blocks:
        block = story[start:end]
        heading = HEADING.fullmatch(block)
        if SEPARATOR.fullmatch(block):
            section = True
        elif heading or (len(blocks) > 1 and not found and not title and _looks_like_title(block)):
            title = title or (heading[1] if heading else block.strip()).strip("*_ ")
            section = True
        else:
            found.append((section, start, end))
            section = False
    return title, found


def _blocks(story: str) -> Iterator[tuple[int, int]]:
    """Stretches between blank lines; headings, separators and, in unwrapped text, lines apart."""
    lines = [(m.start(), m.end()) for m in re.finditer(r"[^\n]+", story)]
    wrapped = max((end - start for start, end in lines), default=0) <= 100
    open_at: int | None = None
    last = 0
    for start, end in lines:
        line = story[start:end]
        alone = HEADING.fullmatch(line) or SEPARATOR.fullmatch(line)
        ended = re.search(r"[.!?…:\"”'’*_]\s*$", story[open_at or 0 : last]) is not None
        broken = "\n\n" in re.sub(r"[ \t\r]", "", story[last:start])
        speaks = clean(line).lstrip()[:1] in ('"', "—", "–") and ended
        if open_at is not None and (broken or alone or speaks or (not wrapped and ended)):
            yield open_at, last
            open_at = None
        if alone:
            yield start, end
        elif line.strip():
            open_at = start if open_at is None else open_at
            last = end
            continue
        last = end
    if open_at is not None:
        yield open_at, last


def _looks_like_title(block: str) -> bool:
    words = block.split()
    return (
        len(words) <= 9
        and "\n" not in block.strip()
        and re.search(r"[.!?…,;:\"”]\s*$", block.strip()) is None
    )


# --- quotes and sentences -------------------------------------------------------------------------

Piece = tuple[str, tuple[int, ...], tuple[Quote, ...], tuple[int, ...]]


def _pieces(
    story: str, start: int, end: int, section: bool, singles: bool
) -> Iterator[tuple[tuple[bool, bool], Piece]]:
    """Each sentence of a paragraph: masked text, origins, quotes, places of the masks."""
    text = clean(story[start:end])
    quotes = [q for q in _quotes(story, text, start, singles) if _is_speech(text, q, start)]
    masked = ""
    origins: list[int] = []
    masks: list[int] = []
    position = 0
    for n, quote in enumerate(quotes):
        masked, position = _copied(text, position, quote.start - start, start, masked, origins)
        following = text[
            quote.end - start : quotes[n + 1].start - start if n + 1 < len(quotes) else None
        ]
        mark = "," if _tag_follows(quote.text, following) else "."
        masks.append(len(masked))
        masked += f'"{STOP}{mark}"'
        origins += [quote.start] * (len(STOP) + 2) + [quote.end - 1]
        position = quote.end - start
    masked, _ = _copied(text, position, len(text), start, masked, origins)
    first = True
    for a, b in _split(masked):
        inside = [n for n, mask in enumerate(masks) if a <= mask < b]
        piece = (
            masked[a:b],
            tuple(origins[a:b]),
            tuple(quotes[n] for n in inside),
            tuple(masks[n] - a for n in inside),
        )
        yield (first, first and section), piece
        first = False


def _copied(
    text: str, begin: int, end: int, start: int, masked: str, origins: list[int]
) -> tuple[str, int]:
    """Narration as it stands, without Markdown's stars and with single spaces."""
    for n in range(begin, end):
        character = text[n]
        if character == "*" or (character == "_" and not text[n - 1 : n].isalnum()):
            continue
        if character == "_" and not text[n + 1 : n + 2].isalnum():
            continue
        if character == " " and (not masked or masked[-1] == " "):
            continue
        masked += character
        origins.append(start + n)
    return masked, end


def _quotes(story: str, text: str, start: int, singles: bool) -> Iterator[Quote]:
    if singles:
        spans = [m.span() for m in SINGLE_QUOTE.finditer(text)]
    else:
        marks = [n for n, character in enumerate(text) if character == '"']
        ends = [*marks[1::2], *([len(text.rstrip())] if len(marks) % 2 else [])]
        spans = [
            (a, b + 1 if b < len(text) and text[b] == '"' else b)
            for a, b in zip(marks[::2], ends, strict=True)
        ]
    for a, b in spans:
        inner = re.sub(r"\s+", " ", story[start + a : start + b].strip("\"“”„‟«»'‘’‚‛ \n"))
        if re.search(r"\w", inner):
            yield Quote(start + a, start + b, inner)


def _is_speech(text: str, quote: Quote, start: int) -> bool:
    """Not a title or a word in scare quotes: those have no stop inside and a sentence around."""
    before = text[: quote.start - start].rstrip()
    stopped = quote.text[-1] in ".,!?…-—"
    verb = before.rsplit(maxsplit=1)[-1:]
    if verb and quote.text[0].isupper() and _said(verb[0].lower()):
        return True  # 'said "Humbug" once more'
    return stopped or len(quote.text.split()) > 5 or not before or before[-1] in ',:.!?"'


def _tag_follows(quote: str, following: str) -> bool:
    """Whether the sentence goes on after the quote: '"Why?" asks Ann', '"Why?" Ann asks'."""
    rest = following.lstrip()
    if not rest or quote[-1] == ".":
        return quote[-1:] == "," or rest[:1].islower()
    if rest[:1].islower() or quote[-1] == "," or quote[-1].isalnum():
        return True
    ahead = re.findall(r"[\w'-]+|[.,!?;]", rest)[:5]
    stop = next((n for n, word in enumerate(ahead) if word in ".,!?;"), len(ahead))
    return any(_said(word) for word in ahead[1:stop]) and "nothing" not in ahead


def _said(word: str) -> bool:
    stems = (
        word,
        re.sub(r"(s|d)$", "", word),
        re.sub(r"(es|ed)$", "", word),
        re.sub(r"(ies|ied)$", "y", word),
        re.sub(r"pped$|pps$", "p", word),
    )
    return word in ("said", "told", "began", "sang", "swore", "read") or any(
        s in vocabulary("said") for s in stems
    )


def _split(masked: str) -> Iterator[tuple[int, int]]:
    """Sentences: a stop, a space and a capital, unless the stop ends an abbreviation."""
    begin = 0
    for match in re.finditer(r"[.!?…]+[\"')\]]*\s+(?=[\"'(\[¿¡]*[^\W\da-z_]|[\"(]|\d)", masked):
        word = re.search(r"(\S+)$", masked[begin : match.start() + 1])
        stem = word[1].rstrip(".").lstrip("\"'(").casefold() if word else ""
        single = len(stem) == 1 and stem.isalpha() and stem != "i"
        if masked[match.start()] == "." and (stem in vocabulary("abbreviations") or single):
            continue
        yield begin, match.end()
        begin = match.end()
    if masked[begin:].strip():
        yield begin, len(masked)


def _sentences(
    pieces: Iterable[tuple[int, tuple[bool, bool], Piece]], docs: Iterable[Doc]
) -> Iterator[Sentence]:
    for number, ((paragraph, opens, piece), doc) in enumerate(zip(pieces, docs, strict=True)):
        masked, origins, quotes, masks = piece
        length = len(masked.rstrip())
        yield Sentence(
            number=number,
            start=origins[0],
            end=origins[length - 1] + 1,
            paragraph=paragraph,
            opens_paragraph=opens[0],
            opens_section=opens[1],
            quotes=quotes,
            masks=masks,
            origins=origins,
            doc=doc,
        )
