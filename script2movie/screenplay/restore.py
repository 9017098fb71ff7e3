"""A screenplay with a plan's notes back to its Movie: what is seen wins, notes add.

Knows the notes that `export` writes. A noted value stands as long as the screenplay shows what it
would be shown as; where a person has edited what is shown, their words are the film's.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import TypeVar

from script2movie.errors import PlanError
from script2movie.movie import (
    NARRATOR,
    Age,
    Appearance,
    CameraMove,
    CastMember,
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
    Style,
    Transition,
)
from script2movie.screenplay import elements
from script2movie.screenplay.cues import Names
from script2movie.screenplay.elements import Action, Element, Note, Script, Slugline, Speech
from script2movie.screenplay.export import lines_of, names_of, seen, shown, speech_of
from script2movie.screenplay.faults import SHOT_ID, faults, suggestion
from script2movie.screenplay.notes import PlanNote, read_note, taken, unquoted
from script2movie.screenplay.plan import PLAN_VERSION
from script2movie.screenplay.sluglines import read_slugline

__all__ = ["holds_plan", "restored", "transition_of"]

Choice = TypeVar("Choice", bound=StrEnum)
_SHOT = re.compile(rf"({SHOT_ID.pattern}):\s*(.*)")
_SECONDS = re.compile(r"([\d.eE+-]+)\s*s")
_PLACE = re.compile(r"scenes\[(\d+)\](?:\.shots\[(\d+)\])?\.?")


def holds_plan(script: Script) -> bool:
    """Whether the screenplay was written from a plan: its shots are noted."""
    return any(_shot_note(element) for element in script.elements)


def restored(script: Script, name: str) -> Movie:
    """The plan that a screenplay shows and its notes complete; `name` is its file's.

    Raises:
        PlanError: a note that says what cannot be, a scene without shots, a plan that no crew
            could shoot.
    """
    try:
        movie = _movie(script)
    except _Wrong as wrong:
        raise PlanError(f"{name}: {wrong}") from None
    if wrongs := [_by_shot(wrong, movie) for wrong in faults(movie)]:
        raise PlanError("\n".join(f"{name}: {wrong}" for wrong in dict.fromkeys(wrongs)))
    return movie


def transition_of(text: str) -> Transition | None:
    """How 'DISSOLVE TO:' or 'FADE OUT.' joins two scenes; None for a hard cut of any kind."""
    words = text.upper()
    if "DISSOLVE" in words or "RIPPLE" in words:
        return Transition.DISSOLVE
    return Transition.FADE if "FADE" in words or "TO BLACK" in words else None


class _Wrong(Exception):
    """What is wrong with a note, and of what it is."""


def _movie(script: Script) -> Movie:
    noted = [read_note(one.text) for one in script.elements if isinstance(one, Note)]
    film = next((note for note in noted if note and note.kind == "plan"), None)
    if film is None:
        raise _Wrong(
            f"[[shot ...]] notes stand here without [[plan {PLAN_VERSION}]] above the first "
            "scene: put it back, or take all such notes out to plan the screenplay anew"
        )
    if film.head != str(PLAN_VERSION):
        raise _Wrong(
            f"[[plan {film.head}]] is a plan of version {film.head}, this program reads version "
            f"{PLAN_VERSION}: take out all [[shot ...]] notes to plan the screenplay anew"
        )
    before, scenes = _by_scene(script.elements)
    cast = [_person(note) for note in before if note.kind == "cast"]
    names = names_of(cast)
    filmed = tuple(_scene(*parts, names) for parts in scenes)
    return Movie(
        title=_kept(film.one("title"), script.titled("Title")),
        cast=(*cast, *_strangers(filmed, cast)),
        scenes=filmed,
        logline=film.one("logline"),
        style=_choice(Style, film.one("style"), "[[plan]]: style"),
        planner=film.one("planner"),
    )


def _by_scene(
    script: Sequence[Element],
) -> tuple[list[PlanNote], list[tuple[Slugline, Transition, list[Element]]]]:
    """The notes above the first scene, and each scene: its slugline, its entry, what it holds."""
    before: list[PlanNote] = []
    scenes: list[tuple[Slugline, Transition, list[Element]]] = []
    entry = Transition.CUT
    for element in script:
        if isinstance(element, Slugline):
            scenes.append((element, entry, []))
            entry = Transition.CUT
        elif isinstance(element, elements.Transition):
            entry = transition_of(element.text) or entry
        elif scenes:
            scenes[-1][2].append(element)
        elif isinstance(element, Note) and (note := read_note(element.text)):
            before.append(note)
    return before, scenes


def _kept(noted: str, visible: str) -> str:
    """The exact value of a note, as long as it looks like what is seen."""
    same = "".join(seen(noted).split()) == "".join(visible.split())
    return noted if noted and same else visible


# --- people ---------------------------------------------------------------------------------------


def _person(note: PlanNote) -> CastMember:
    name = unquoted(note.head)
    where = f"[[cast {name}]]"
    gender, age = note.one("gender"), note.one("age")
    return CastMember(
        name=name,
        about=note.one("about"),
        gender=_choice(Gender, gender, f"{where}: gender") if gender else None,
        age=_choice(Age, age, f"{where}: age") if age else None,
        aliases=tuple(unquoted(alias) for alias in note.all("alias")),
        figure=note.one("figure"),
        voice=note.one("voice"),
    )


def _strangers(scenes: Sequence[Scene], cast: Sequence[CastMember]) -> list[CastMember]:
    """People whom an edited cue brings in, by the cue's name."""
    known = {NARRATOR, *(one.name for one in cast)}
    speakers = [line.character for one in scenes for shot in one.shots for line in shot.dialogue]
    return [CastMember(name) for name in dict.fromkeys(speakers) if name not in known]


# --- scenes ---------------------------------------------------------------------------------------


def _scene(slugline: Slugline, entry: Transition, held: list[Element], names: Names) -> Scene:
    heading = read_slugline(slugline.text)
    noted = [note for one in held if isinstance(one, Note) and (note := read_note(one.text))]
    of_scene = next((one for one in noted if one.kind == "scene"), PlanNote("scene", ""))
    shots = tuple(_shots(slugline, held, names))
    place = heading.place
    light = heading.light or Light.DAY
    if exact := of_scene.one("place"):
        shown_place = f"{seen(exact).upper()} - {light.upper()}"
        place = exact if slugline.text.partition(" ")[2].upper() == shown_place else place
        if place == exact:
            light = _last_light(slugline.text) or light
    return Scene(
        id=shots[0].id.partition("_")[0],
        place=place,
        interior=heading.interior is not False,
        light=light,
        shots=shots,
        set=of_scene.one("set"),
        description=of_scene.one("description"),
        mood=of_scene.one("mood"),
        wardrobe=tuple(_wardrobe(value) for value in of_scene.all("wardrobe")),
        props=tuple(unquoted(prop) for prop in of_scene.all("prop")),
        transition=entry,
    )


def _last_light(slugline: str) -> Light | None:
    word = slugline.rpartition(" - ")[2].lower()
    return Light(word) if word in set(Light) else None


def _wardrobe(value: str) -> tuple[str, str]:
    person, clothes = taken(value, ":")
    return person, unquoted(clothes.removeprefix(":").strip())


# --- shots ----------------------------------------------------------------------------------------


def _shot_note(element: Element) -> PlanNote | None:
    if not isinstance(element, Note) or (note := read_note(element.text)) is None:
        return None
    return note if note.kind == "shot" and _SHOT.fullmatch(note.head) else None


def _shots(slugline: Slugline, held: Sequence[Element], names: Names) -> Iterator[Shot]:
    note: PlanNote | None = None
    parts: list[Action | Speech] = []
    begun = False
    for element in held:
        if following := _shot_note(element):
            if note is not None:
                yield _shot(note, parts, names)
            note, parts, begun = following, [], True
        elif isinstance(element, Action | Speech):
            if not begun:
                raise _Wrong(
                    f"'{slugline.text}' has no [[shot ...]] note before its first line, as other "
                    "scenes have: write one, such as [[shot s02a_sh001: medium, single, static, "
                    "3.0 s]], or take all such notes out to plan the screenplay anew"
                )
            parts.append(element)
    if note is None:
        raise _Wrong(f"'{slugline.text}' has no [[shot ...]] note; a scene needs at least one shot")
    yield _shot(note, parts, names)


def _shot(note: PlanNote, parts: Sequence[Action | Speech], names: Names) -> Shot:
    head = _SHOT.fullmatch(note.head)
    assert head is not None  # _shot_note
    shot_id = head[1]
    values = [value.strip() for value in head[3].split(",")]
    where = f"shot {shot_id}"
    if len(values) != 4:
        raise _Wrong(
            f"{where}: '{head[3]}' is not its size, framing, camera move and seconds, as in "
            "medium, single, static, 3.0 s"
        )
    seconds = _SECONDS.fullmatch(values[3])
    try:
        duration = float(seconds[1]) if seconds else 0.0
    except ValueError:
        seconds = None
    if seconds is None:
        raise _Wrong(f"{where}: '{values[3]}' is no duration; write seconds, as in 3.0 s")
    plot = " ".join(seen(one.text) for one in parts if isinstance(one, Action))
    return Shot(
        id=shot_id,
        size=_choice(ShotSize, values[0], f"{where}: size"),
        framing=_choice(Framing, values[1], f"{where}: framing"),
        camera_move=_choice(CameraMove, values[2], f"{where}: camera move"),
        characters=tuple(_appearance(value, where) for value in note.all("with")),
        plot=_kept(note.one("plot"), plot),
        background=note.one("background"),
        style_elements=tuple(unquoted(style) for style in note.all("style")),
        dialogue=tuple(_dialogue(note, parts, names)),
        sound=note.one("sound"),
        duration=duration,
        source=tuple(_span(pair, where) for pair in note.one("source").split()),
        reference=note.one("reference"),
        take=_take(note.one("take"), where),
    )


def _take(value: str, where: str) -> int:
    if value and not re.fullmatch(r"\d{1,4}", value):
        raise _Wrong(f"{where}: take '{value}' counts no tries; write a number, as in 2")
    return int(value or 0)


def _appearance(value: str, where: str) -> Appearance:
    name, rest = taken(value, ",:")
    words, action = taken(rest.removeprefix(","), ":")
    one = Appearance(name, unquoted(action.removeprefix(":").strip()))
    for word in filter(None, (word.strip() for word in words.split(","))):
        if word == "back to camera":
            one = replace(one, back_to_camera=True)
        elif word.startswith("facing "):
            side = _choice(Position, word.removeprefix("facing "), f"{where}: facing of {name}")
            one = replace(one, facing=side)
        else:
            one = replace(one, position=_choice(Position, word, f"{where}: position of {name}"))
    return one


def _span(pair: str, where: str) -> Span:
    ends = re.fullmatch(r"(\d+)-(\d+)", pair)
    if ends is None:
        raise _Wrong(f"{where}: source '{pair}' is no stretch of the story; write one as 120-180")
    return Span(int(ends[1]), int(ends[2]))


def _dialogue(note: PlanNote, parts: Sequence[Action | Speech], names: Names) -> Iterator[Line]:
    exact: dict[str, list[Line]] = defaultdict(list)
    for line in _noted_lines(note):
        exact[shown(speech_of(line))].append(line)
    for one in parts:
        if isinstance(one, Speech):
            waiting = exact.get(shown(one))
            yield from (waiting.pop(0),) if waiting else lines_of(one, names)


def _noted_lines(note: PlanNote) -> Iterator[Line]:
    for value in note.all("line"):
        try:
            line = Line(**json.loads(value))
        except (ValueError, TypeError):
            raise _Wrong(f"[[shot {note.head}]]: line {value} is not as it was written") from None
        texts = (line.character, line.text, line.parenthetical)
        if not all(isinstance(text, str) for text in texts) or type(line.off_screen) is not bool:
            raise _Wrong(f"[[shot {note.head}]]: line {value} is not as it was written")
        yield line


# --- words ----------------------------------------------------------------------------------------


def _choice(kind: type[Choice], word: str, where: str) -> Choice:
    try:
        return kind(word)
    except ValueError:
        known = [str(one) for one in kind]
        raise _Wrong(f"{where} is '{word}'{suggestion(word, known)}") from None


def _by_shot(wrong: str, movie: Movie) -> str:
    """A fault by the id of its shot or scene, not by a place in a JSON that is not there."""
    found = _PLACE.match(wrong)
    if found is None:
        return wrong
    scene = movie.scenes[int(found[1])]
    owner = f"scene {scene.id}" if found[2] is None else f"shot {scene.shots[int(found[2])].id}"
    return f"{owner}: {wrong[found.end() :]}"
