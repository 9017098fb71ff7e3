"""A Movie as a screenplay: what a reader sees, and notes that hold the rest.

Knows plans and screenplays' elements; knows no file format. What is seen is the truth of the
film: title, sluglines, what happens, who says what and how. A note holds what has no words there,
and the exact form of what a screenplay cannot show exactly (a name in lower case, two spaces).
"""

from collections.abc import Iterator, Sequence
from dataclasses import fields

from script2movie.movie import (
    NARRATOR,
    CastMember,
    Line,
    Movie,
    Position,
    Scene,
    Shot,
    Transition,
)
from script2movie.screenplay import elements
from script2movie.screenplay.cues import Names, read_cue
from script2movie.screenplay.elements import (
    Action,
    Element,
    Mode,
    Note,
    Script,
    Slugline,
    Speech,
    Spoken,
)
from script2movie.screenplay.fountain import read_fountain, write_fountain
from script2movie.screenplay.notes import NOT_XML, PlanNote, as_json, quoted
from script2movie.screenplay.plan import PLAN_VERSION
from script2movie.screenplay.sluglines import read_slugline

__all__ = ["exported", "lines_of", "names_of", "seen", "shown", "speech_of"]


def exported(movie: Movie) -> Script:
    """The movie as a screenplay that `restored` turns into the same movie."""
    found: list[Element] = [_note("plan", str(PLAN_VERSION), _of_film(movie))]
    found += [_note("cast", quoted(one.name), _of_person(one)) for one in movie.cast]
    names = names_of(movie.cast)
    for scene in movie.scenes:
        if scene.transition is not Transition.CUT:
            found.append(elements.Transition(f"{scene.transition.upper()} TO:"))
        found.append(Slugline(_slugline(scene)))
        if more := tuple(_of_scene(scene)):
            found.append(_note("scene", "", more))
        for shot in scene.shots:
            found += _shot(shot, names)
    return Script((("Title", seen(movie.title)),), tuple(found))


def names_of(cast: Sequence[CastMember]) -> Names:
    """The people of a plan, by every way a cue may call them."""
    return Names({one.name: one.aliases for one in cast} | {NARRATOR: ()})


def lines_of(speech: Speech, names: Names) -> tuple[Line, ...]:
    """What a speech says, a line for each parenthetical; a stranger comes by the cue's name."""
    cue = read_cue(speech.cue)
    meant = names.meant(cue.name)
    name = meant[0] if len(meant) == 1 else cue.name
    off_screen = cue.off_screen or name == NARRATOR
    lines: list[Line] = []
    manner = cue.manner
    for one in speech.spoken:
        if one.mode is Mode.PARENTHETICAL:
            manner = one.text
            continue
        text = " ".join(one.text.split())
        if one.mode is Mode.LYRIC:
            manner = manner or "singing"
        lines.append(Line(name, text, manner, off_screen))
        manner = ""
    return tuple(lines)


def seen(text: str) -> str:
    """The text as a screenplay can show it: on one line, without what no file format holds."""
    return " ".join(NOT_XML.sub(" ", text).split())


def shown(speech: Speech) -> str:
    """A speech as it looks, whichever format it comes from; spaces do not count."""
    marks = {Mode.PARENTHETICAL: "({})", Mode.LYRIC: "~{}", Mode.DIALOGUE: "{}"}
    lines = [speech.cue, *(marks[one.mode].format(one.text) for one in speech.spoken)]
    return "".join("".join(lines).split())


# --- what is seen ---------------------------------------------------------------------------------


def _slugline(scene: Scene) -> str:
    side = "INT" if scene.interior else "EXT"
    return f"{side}. {seen(scene.place).upper()} - {scene.light.upper()}"


def speech_of(line: Line) -> Speech:
    """A line under its cue."""
    extension = " (V.O.)" if line.character == NARRATOR else " (O.S.)" if line.off_screen else ""
    manner = seen(line.parenthetical)
    how = (Spoken(manner, Mode.PARENTHETICAL),) if manner else ()
    return Speech(f"{seen(line.character).upper()}{extension}", (*how, Spoken(seen(line.text))))


def _shot(shot: Shot, names: Names) -> Iterator[Element]:
    speeches = [speech_of(line) for line in shot.dialogue]
    plot = seen(shot.plot)
    more = [*_of_shot(shot)]
    if plot != shot.plot:
        more.append(("plot", quoted(shot.plot)))
    inexact = {
        shown(speech)
        for line, speech in zip(shot.dialogue, speeches, strict=True)
        if not _exact(line, speech, names)
    }
    more += [
        ("line", _line(line))
        for line, speech in zip(shot.dialogue, speeches, strict=True)
        if shown(speech) in inexact
    ]
    head = f"{shot.id}: {shot.size}, {shot.framing}, {shot.camera_move}, {shot.duration!r} s"
    yield _note("shot", head, tuple(more))
    if plot:
        yield Action(plot)
    yield from speeches


def _exact(line: Line, speech: Speech, names: Names) -> bool:
    """Whether the speech reads back as the line, in Fountain too."""
    read = read_fountain("\n" + write_fountain(Script((), (speech,)))).elements
    return lines_of(speech, names) == (line,) and read == (speech,)


# --- what is noted --------------------------------------------------------------------------------

Fields = tuple[tuple[str, str], ...]


def _note(kind: str, head: str, more: Fields) -> Note:
    return Note(str(PlanNote(kind, head, more)))


def _texts(**texts: str) -> Iterator[tuple[str, str]]:
    return ((key, quoted(text)) for key, text in texts.items() if text)


def _of_film(movie: Movie) -> Fields:
    title = movie.title if seen(movie.title) != movie.title else ""
    found = _texts(title=title, logline=movie.logline, style=movie.style, planner=movie.planner)
    return tuple(found)


def _of_person(one: CastMember) -> Fields:
    return (
        *_texts(about=one.about, gender=one.gender or "", age=one.age or ""),
        *(("alias", quoted(alias)) for alias in one.aliases),
        *_texts(figure=one.figure, voice=one.voice),
    )


def _of_scene(scene: Scene) -> Iterator[tuple[str, str]]:
    heading = read_slugline(_slugline(scene))
    if (heading.place, heading.light) != (scene.place, scene.light):
        yield "place", quoted(scene.place)
    yield from _texts(set=scene.set, description=scene.description, mood=scene.mood)
    for person, clothes in scene.wardrobe:
        yield "wardrobe", f"{quoted(person, ':')}: {quoted(clothes)}"
    yield from (("prop", quoted(prop)) for prop in scene.props)


def _of_shot(shot: Shot) -> Iterator[tuple[str, str]]:
    for one in shot.characters:
        where = [quoted(one.character, ",:"), str(one.position)]
        if one.facing is not Position.CENTER:
            where.append(f"facing {one.facing}")
        if one.back_to_camera:
            where.append("back to camera")
        action = f": {quoted(one.action)}" if one.action else ""
        yield "with", ", ".join(where) + action
    yield from _texts(background=shot.background)
    yield from (("style", quoted(style)) for style in shot.style_elements)
    yield from _texts(sound=shot.sound)
    if shot.source:
        yield "source", " ".join(f"{span.start}-{span.end}" for span in shot.source)
    yield from _texts(reference=shot.reference)
    if shot.take:
        yield "take", str(shot.take)


def _line(line: Line) -> str:
    """A line as plan.json has it, where its speech cannot show it exactly."""
    values = {
        field.name: getattr(line, field.name)
        for field in fields(line)
        if getattr(line, field.name) != field.default
    }
    return as_json(values)
