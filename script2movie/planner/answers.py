"""What a model may answer for the film, its scenes and a scene's shots, and what it becomes.

Knows the bounds of an answer and its place in the story by sentence number; knows no prompt and no
server. Every text and list is bounded, because a small model that may go on goes on for ever.
Field names are the plan's own, so that a complaint's path is the path in the answer.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from script2movie.movie import (
    Age,
    Appearance,
    CameraMove,
    CastMember,
    Character,
    Framing,
    Gender,
    Light,
    Line,
    Movie,
    Position,
    Scene,
    Shot,
    ShotSize,
    Span,
    Transition,
)
from script2movie.planner.language import Sentence
from script2movie.screenplay.faults import short
from script2movie.stages import Brief, OutlineScene

__all__ = [
    "Answer",
    "FilmAnswer",
    "ScenesAnswer",
    "ShotsAnswer",
    "Unusable",
    "film_from",
    "read",
    "scene_from",
    "schema_of",
    "sketches_from",
    "unbounded",
]

BOUNDS = frozenset(("minLength", "maxLength", "minItems", "maxItems", "minimum", "maximum"))
Word = Annotated[str, Field(min_length=1, max_length=60)]
Phrase = Annotated[str, Field(max_length=120)]
Sentences = Annotated[str, Field(max_length=400)]
Number = Annotated[int, Field(ge=1)]
A = TypeVar("A", bound="Answer")


class Unusable(Exception):
    """An answer that is not what was asked for; `complaints` says why, to the model."""

    def __init__(self, complaints: Sequence[str]) -> None:
        super().__init__("; ".join(complaints))
        self.complaints = tuple(complaints)


class Answer(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Person(Answer):
    name: Word
    looks: Annotated[str, Field(max_length=240)]
    gender: Literal["female", "male", "unknown"]
    age: Literal["child", "teen", "young", "adult", "old", "unknown"]
    aliases: Annotated[list[Word], Field(max_length=4)]


class FilmAnswer(Answer):
    """The whole film without its scenes."""

    title: Annotated[str, Field(min_length=1, max_length=100)]
    logline: Sentences
    look: Annotated[str, Field(max_length=200)]
    cast: Annotated[list[Person], Field(max_length=40)]
    relations: Annotated[list[Phrase], Field(max_length=30)]
    arcs: Annotated[list[Annotated[str, Field(max_length=200)]], Field(max_length=20)]


class Clothes(Answer):
    character: Word
    clothes: Annotated[str, Field(min_length=1, max_length=120)]


class SceneSketch(Answer):
    first_sentence: Number
    place: Word
    interior: bool
    light: Light
    description: Annotated[str, Field(max_length=240)]
    characters: Annotated[list[Word], Field(max_length=12)]
    what: Sentences
    mood: Annotated[str, Field(max_length=40)]
    wardrobe: Annotated[list[Clothes], Field(max_length=12)]
    props: Annotated[list[Word], Field(max_length=8)]
    transition: Transition


class ScenesAnswer(Answer):
    """The scenes of one stretch of the story, in order."""

    scenes: Annotated[list[SceneSketch], Field(min_length=1, max_length=60)]


class PersonInShot(Answer):
    character: Word
    action: Phrase
    position: Position
    facing: Position
    back_to_camera: bool


class Speech(Answer):
    character: Word
    text: Annotated[str, Field(min_length=1, max_length=600)]
    parenthetical: Annotated[str, Field(max_length=60)]
    off_screen: bool


class ShotAnswer(Answer):
    first_sentence: Number
    size: ShotSize
    framing: Framing
    camera_move: CameraMove
    characters: Annotated[list[PersonInShot], Field(max_length=4)]
    plot: Annotated[str, Field(min_length=1, max_length=300)]
    background: Annotated[str, Field(max_length=200)]
    style_elements: Annotated[list[Word], Field(max_length=3)]
    dialogue: Annotated[list[Speech], Field(max_length=6)]
    sound: Phrase
    duration: Annotated[float, Field(ge=0.5, le=60)]


class ShotsAnswer(Answer):
    """The shots of one scene, in order."""

    shots: Annotated[list[ShotAnswer], Field(min_length=1, max_length=80)]


# --- the schema that a server is given -----------------------------------------------------------


def schema_of(
    kind: type[Answer], known: Mapping[str, Sequence[str]], num_sentences: int
) -> dict[str, Any]:
    """The answer's JSON Schema; `known` are a property's only values, as of 'Speech.character'."""
    schema = kind.model_json_schema()
    for node in _nodes(schema):
        for words in ("title", "description"):
            if isinstance(node.get(words), str):
                del node[words]
    for owner, node in schema.get("$defs", {}).items():
        for name, value in node.get("properties", {}).items():
            if name == "first_sentence":
                value["maximum"] = num_sentences
            if names := known.get(f"{owner}.{name}"):
                target = value["items"] if value["type"] == "array" else value
                target.clear()
                target |= {"type": "string", "enum": list(names)}
    return schema


def unbounded(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The schema without lengths and ranges, for a server that refuses those."""
    plain: dict[str, Any] = json.loads(json.dumps(schema))
    for node in _nodes(plain):
        if "type" in node:
            for bound in BOUNDS:
                node.pop(bound, None)
    return plain


def _nodes(node: Any) -> list[dict[str, Any]]:
    """Every object in a schema, that of properties called 'title' among them."""
    inner = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    below = [found for value in inner for found in _nodes(value)]
    return [node, *below] if isinstance(node, dict) else below


def read(kind: type[A], text: str) -> A:
    """The answer in a model's text: JSON alone, or the first object after what was thought aloud.

    Raises:
        Unusable: it is not JSON, or not of this form.
    """
    said = text.rpartition("</think>")[2]
    start = said.find("{")
    try:
        found, _ = json.JSONDecoder().raw_decode(said, start if start >= 0 else 0)
    except (ValueError, RecursionError) as error:
        raise Unusable([f"the answer is not one whole JSON object: {error}"]) from None
    try:
        return kind.model_validate_json(json.dumps(found))
    except ValidationError as error:
        raise Unusable(
            [
                f"{_path(item['loc'])}: {item['msg']} (you wrote {short(item['input'])})"
                for item in error.errors(include_url=False)[:12]
            ]
        ) from None


def _path(location: Sequence[int | str]) -> str:
    return "".join(f"[{n}]" if isinstance(n, int) else f".{n}" for n in location).lstrip(".")


# --- what it becomes ------------------------------------------------------------------------------


def film_from(
    answer: FilmAnswer, bank: Sequence[Character], brief: Brief, planner: str
) -> tuple[Movie, tuple[str, ...]]:
    """The film without scenes, and the notes that every scene's planning should know."""
    own = {character.name: character for character in bank}
    cast = tuple(_cast_member(person, own.get(person.name)) for person in answer.cast)
    movie = Movie(answer.title, cast, (), answer.logline, brief.style, planner)
    look = (f"The look: {answer.look}",) if answer.look else ()
    return movie, (*look, *answer.relations, *answer.arcs)


def _cast_member(person: Person, own: Character | None) -> CastMember:
    gender = None if person.gender == "unknown" else Gender(person.gender)
    age = None if person.age == "unknown" else Age(person.age)
    aliases = tuple(alias for alias in dict.fromkeys(person.aliases) if alias != person.name)
    if own is None:
        return CastMember(person.name, person.looks, gender, age, aliases)
    return CastMember(
        person.name,
        person.looks or own.about,
        own.gender or gender,
        own.age or age,
        tuple(dict.fromkeys([*own.aliases, *aliases])),
    )


def sketches_from(
    answer: ScenesAnswer, sentences: Sequence[Sentence], first_number: int
) -> tuple[OutlineScene, ...]:
    """Scenes of the stretch `sentences`, which the model counts from 1; ids from `first_number`."""
    starts = [_sentence(sketch.first_sentence, sentences).start for sketch in answer.scenes]
    ends = [*starts[1:], sentences[-1].end]
    return tuple(
        OutlineScene(
            id=f"s{first_number + n:02d}",
            place=sketch.place,
            interior=sketch.interior,
            light=sketch.light,
            start=starts[n],
            end=ends[n],
            summary=sketch.what,
            characters=tuple(dict.fromkeys(sketch.characters)),
            mood=sketch.mood,
            transition=sketch.transition,
            description=sketch.description,
            wardrobe=tuple((one.character, one.clothes) for one in sketch.wardrobe),
            props=tuple(sketch.props),
        )
        for n, sketch in enumerate(answer.scenes)
    )


def scene_from(answer: ShotsAnswer, sketch: OutlineScene, sentences: Sequence[Sentence]) -> Scene:
    """The scene that `sketch` outlines; a shot shows from its first sentence to the next shot's."""
    firsts = [shot.first_sentence for shot in answer.shots]
    shots = []
    for n, shot in enumerate(answer.shots):
        following = firsts[n + 1] if n + 1 < len(firsts) else len(sentences) + 1
        last = max(firsts[n], following - 1)
        span = Span(_sentence(firsts[n], sentences).start, _sentence(last, sentences).end)
        shots.append(_shot(shot, f"{sketch.id}_sh{n + 1:03d}", span))
    return Scene(
        id=sketch.id,
        place=sketch.place,
        interior=sketch.interior,
        light=sketch.light,
        shots=tuple(shots),
        description=sketch.description,
        mood=sketch.mood,
        wardrobe=sketch.wardrobe,
        props=sketch.props,
        transition=sketch.transition,
    )


def _sentence(number: int, sentences: Sequence[Sentence]) -> Sentence:
    if number > len(sentences):
        raise Unusable([f"there is no sentence {number}: the last one is {len(sentences)}"])
    return sentences[number - 1]


def _shot(answer: ShotAnswer, name: str, span: Span) -> Shot:
    people = tuple(
        Appearance(one.character, one.action, one.position, one.facing, one.back_to_camera)
        for one in answer.characters
    )
    lines = tuple(
        Line(one.character, one.text, one.parenthetical, one.off_screen) for one in answer.dialogue
    )
    return Shot(
        id=name,
        size=answer.size,
        framing=answer.framing,
        camera_move=answer.camera_move,
        characters=people,
        plot=answer.plot,
        background=answer.background,
        style_elements=tuple(answer.style_elements),
        dialogue=lines,
        sound=answer.sound,
        duration=answer.duration,
        source=(span,),
    )
