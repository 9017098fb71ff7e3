"""The labelled stories: texts, and labels whose quotations of the text become offsets.

README.md beside this says what each label means. Knows nothing of planners and counts no scores.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
HALVES = ("tuning", "held_out")
FRESH, BLIND = "fresh", "blind"

KEYS = {
    "story": {"title", "cast", "sentences"},
    "person": {"name", "kind", "gender", "age", "aliases"},
    "sentence": {"scene", "text", "present", "optional", "mentioned", "quotes", "events"},
    "scene": {"place", "interior", "time", "flashback", "optional", "or", "at"},
    "quote": {"text", "speaker", "to", "over", "spoken"},
}


@dataclass(frozen=True)
class Person:
    """Someone of the story; `kind` is person, extra, crowd or absent."""

    name: str
    kind: str
    gender: str
    age: str
    aliases: tuple[str, ...]


@dataclass(frozen=True)
class Sentence:
    start: int
    end: int
    text: str
    present: frozenset[str]
    optional: frozenset[str]
    mentioned: frozenset[str]


@dataclass(frozen=True)
class Quote:
    """What stands between two quotation marks. `over` is telephone, radio, door or ''."""

    start: int
    end: int
    text: str
    speaker: str
    to: str
    over: str
    spoken: bool
    sentence: int


@dataclass(frozen=True)
class Event:
    start: int
    end: int
    text: str
    sentence: int


@dataclass(frozen=True)
class SceneStart:
    """Where a scene begins: in sentence number `sentence`, or as well in one of `alternatives`."""

    start: int
    sentence: int
    alternatives: tuple[int, ...]
    optional: bool
    place: str
    interior: bool
    time: str
    flashback: bool


@dataclass(frozen=True)
class Story:
    name: str
    half: str
    title: str
    text: str
    cast: tuple[Person, ...]
    sentences: tuple[Sentence, ...]
    quotes: tuple[Quote, ...]
    events: tuple[Event, ...]
    scenes: tuple[SceneStart, ...]


class LabelError(Exception):
    """A label that does not fit its text; says the file and the words."""


def story_names(half: str) -> list[str]:
    return sorted(path.stem for path in (HERE / half).glob("*.txt"))


def read_half(half: str) -> list[Story]:
    return [read_story(half, name) for name in story_names(half)]


def read_story(half: str, name: str) -> Story:
    """One story with its labels. Raises LabelError for words that are not in the text in order."""
    text = (HERE / half / f"{name}.txt").read_text("utf-8").rstrip("\n")
    labels = json.loads((HERE / half / f"{name}.json").read_text("utf-8"))
    where = f"{half}/{name}.json"
    check_keys(labels, "story", where)
    sentences: list[Sentence] = []
    quotes: list[Quote] = []
    events: list[Event] = []
    scenes: list[SceneStart] = []
    at = 0
    for number, label in enumerate(labels["sentences"]):
        check_keys(label, "sentence", where)
        start, at = found(text, label["text"], at, len(text), where)
        people = (frozenset(label.get(key, ())) for key in ("present", "optional", "mentioned"))
        sentences.append(Sentence(start, at, label["text"], *people))
        if scene := label.get("scene"):
            check_keys(scene, "scene", where)
            begins = found(text, scene["at"], start, at, where)[0] if "at" in scene else start
            scenes.append(
                SceneStart(
                    start=begins,
                    sentence=number,
                    alternatives=tuple(number + step for step in scene.get("or", ())),
                    optional=scene.get("optional", False),
                    place=scene["place"],
                    interior=scene["interior"],
                    time=scene["time"],
                    flashback=scene.get("flashback", False),
                )
            )
        spoken_to = start
        for quote in label.get("quotes", ()):
            check_keys(quote, "quote", where)
            begins, spoken_to = found(text, quote["text"], spoken_to, at, where)
            more = (quote["speaker"], quote.get("to", ""), quote.get("over", ""))
            spoken = quote.get("spoken", True)
            quotes.append(Quote(begins, spoken_to, quote["text"], *more, spoken, number))
        happened_to = start
        for words in label.get("events", ()):
            begins, happened_to = found(text, words, happened_to, at, where)
            events.append(Event(begins, happened_to, words, number))
    cast = tuple(read_person(label, where) for label in labels["cast"])
    lists = (tuple(sentences), tuple(quotes), tuple(events), tuple(scenes))
    return Story(name, half, labels["title"], text, cast, *lists)


def read_person(label: dict[str, Any], where: str) -> Person:
    check_keys(label, "person", where)
    traits = (label.get("gender", ""), label.get("age", ""))
    return Person(label["name"], label["kind"], *traits, tuple(label.get("aliases", ())))


def found(text: str, words: str, start: int, end: int, where: str) -> tuple[int, int]:
    """Where whole `words` stand next in text[start:end]: never in the middle of a longer word."""
    at = text.find(words, start, end)
    while at >= 0 and cuts_a_word(text, at, at + len(words)):
        at = text.find(words, at + 1, end)
    if at < 0:
        raise LabelError(f"{where}: {words!r} is not in {text[start:end][:80]!r}")
    return at, at + len(words)


def cuts_a_word(text: str, *edges: int) -> bool:
    around = (text[max(edge - 1, 0) : edge + 1] for edge in edges)
    return any(len(pair) == 2 and all(one.isalnum() for one in pair) for pair in around)


def check_keys(label: dict[str, Any], kind: str, where: str) -> None:
    if unknown := set(label) - KEYS[kind]:
        raise LabelError(f"{where}: a {kind} has no {sorted(unknown)}")
