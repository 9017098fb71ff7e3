"""MovieBench's shot annotations as a plan, so that a film's shots are made again, one for one.

Knows annotations and plans; knows no files and no bank beyond names. Texts are kept word for word;
what an annotation has no field for is found by rules:

1. The camera moves as `Camera Motion` says (`MOVES`, the first that it names); one that names no
   move is static, and said.
2. Size and framing are those that the texts name ("close-up", "over the shoulder"); else who is
   there decides: nobody is a wide establishing shot, one a medium single, two a two-shot.
3. Four people at most are in a shot, the first of the annotation; the others are said.
4. Everyone keeps, through a scene, the side of the screen that their first appearance gives them.
5. Scenes are the data set's where it has them; else a new one begins where the place changes and
   the backgrounds share few words, or after a minute of film that has no shots.
6. A place is the first word of the background that names one; night, morning and evening are said
   there or in the style, else it is day.
7. A line that is given with a shot is said by whom it names; one that names nobody is said by the
   only person in the shot, else by the narrator, unseen. Whoever is not in the shot is unseen too.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from script2movie.annotations import AnnotatedFilm, Annotation, SceneOfFilm
from script2movie.movie import (
    NARRATOR,
    Appearance,
    CameraMove,
    CastMember,
    Framing,
    Light,
    Line,
    Movie,
    Position,
    Scene,
    Shot,
    ShotSize,
)
from script2movie.screenplay.cues import Names
from script2movie.screenplay.faults import MAX_IN_SHOT

__all__ = ["Remade", "camera_move", "planned_as_annotated"]

PLANNER = "moviebench-1"
SAME_WORDS = 0.2  # of two backgrounds' words together: as many are in one place
GAP = 60_000  # milliseconds of film without a shot: a new scene
SHOWN = 5  # of a remark's examples
MOVES: tuple[tuple[CameraMove, str], ...] = (
    (CameraMove.HANDHELD, r"hand-?\s?held|shak(?:y|es|ing)|jerky|jittery"),
    (CameraMove.PAN_LEFT, r"(?:pan|sweep)\w*\b[^.;]{0,40}?\b(?:left|leftwards?|right to left)"),
    (CameraMove.PAN_RIGHT, r"(?:pan|sweep)(?:s|ning|ned|ping)?\b"),
    (CameraMove.TILT_DOWN, r"tilt\w*\b[^.;]{0,30}?\bdown\w*|crane\w* down|(?:descend|lower)s?\b"),
    (CameraMove.TILT_UP, r"tilt\w*|crane\w*|ris(?:es|ing)\b"),
    (CameraMove.ZOOM_OUT, r"zoom\w*\b[^.;]{0,20}?\b(?:out|back|away)"),
    (CameraMove.ZOOM_IN, r"zoom\w*"),
    (CameraMove.DOLLY_OUT, r"(?:pull|dolli?e?y?|mov|track|draw)\w*\s+(?:slowly |gently )?"
     r"(?:back|out|away)\w*"),
    (CameraMove.DOLLY_IN, r"push\w*|dolly\w*|(?:mov|com|draw)\w*\s+(?:\w+ly )?"
     r"(?:in\b|closer|nearer|forwards?|towards?)|approach\w*"),
    (CameraMove.TRUCK_LEFT, r"(?:truck|slid|mov|glid)\w*\b[^.;]{0,20}?\bleft"),
    (CameraMove.TRUCK_RIGHT, r"truck\w*|(?:slid|glid)\w*|mov\w*\b[^.;]{0,20}?\bright|lateral\w*"),
    (CameraMove.TRACKING, r"track\w*|follow\w*|steadicam|(?:moves?|moving) (?:along )?with"),
)  # fmt: skip
_MOVES = [(move, re.compile(rf"\b(?:{words})", re.IGNORECASE)) for move, words in MOVES]
_STILL = re.compile(
    r"\b(?:static|still|stationary|fixed|steady|stable|locked|motionless|unmoving)\b"
    r"|\bno\b[^.;]{0,20}\b(?:movement|motion)|\b(?:not|n't) move",
    re.IGNORECASE,
)
_DENIED = re.compile(r"\b(?:no|not|without|never|rather than)\b[^.,;]*", re.IGNORECASE)
_SIZES = (
    (ShotSize.EXTREME_CLOSE_UP, r"extreme(?:ly)? close"),
    (ShotSize.CLOSE_UP, r"close-?\s?ups?\b|close shot|tight(?:ly)? (?:shot|on|framed)"),
    (ShotSize.FULL, r"full(?:-|\s)(?:shot|body|length)|head to toe"),
    (ShotSize.WIDE, r"wide(?:-|\s)?(?:shot|angle|view)|long shot|aerial|panoramic|bird's-?eye"),
    (ShotSize.MEDIUM, r"medium(?:-|\s)?(?:shot|close)|waist[- ]up|mid[- ]?shot"),
)
_SHOULDER = re.compile(r"over[- ](?:the|his|her|their|\w+'s)[- ]shoulder", re.IGNORECASE)
_VIEW = re.compile(r"point[- ]of[- ]view|\bpov\b|first-person", re.IGNORECASE)
_INSIDE = (
    "room bedroom bathroom kitchen office store shop hallway corridor classroom school hospital "
    "restaurant bar pub cafe diner hotel lobby house home apartment flat car van bus train plane "
    "cabin church courtroom elevator library gym studio theater theatre stage basement attic "
    "garage warehouse factory prison cell tent castle hall mall supermarket bank station airport "
    "toilet clinic ballroom dungeon tavern nursery den lounge"
)
_OUTSIDE = (
    "street road park garden yard backyard beach forest woods field sky city town village "
    "courtyard bridge river lake sea ocean harbor harbour dock pier ship boat deck mountain hill "
    "desert alley sidewalk driveway porch balcony rooftop roof parking playground stadium "
    "cemetery graveyard square market farm path lawn battlefield outdoors outdoor outside"
)
_PLACES = dict.fromkeys(_INSIDE.split(), True) | dict.fromkeys(_OUTSIDE.split(), False)
_LIGHTS = (
    (Light.NIGHT, r"\bnight(?:time)?\b|moonlit|moonlight|midnight"),
    (Light.EVENING, r"\b(?:evening|dusk|sunset|twilight)\b"),
    (Light.MORNING, r"\b(?:morning|dawn|sunrise)\b"),
)
_SIDES = {Position.LEFT: Position.RIGHT, Position.RIGHT: Position.LEFT}


@dataclass(frozen=True)
class Remade:
    """The plan of an annotated film, and what a person should know of how it came about."""

    movie: Movie
    remarks: tuple[str, ...]


def planned_as_annotated(
    film: AnnotatedFilm,
    bank: Mapping[str, Sequence[str]],
    lines: Mapping[str, Sequence[tuple[str, str]]] | None = None,
) -> Remade:
    """A shot for each annotation, as long as its span; `bank` is names with their aliases.

    `lines` are who says what in shots, by the shots' names; who is '' where nobody knows.
    """
    names = Names(bank)
    told = list(dict.fromkeys(name for shot in film.shots for name, _ in shot.characters))
    called = {name: _in_bank(name, names) for name in told}
    spoken = lines or {}
    called |= _speakers(spoken, bank, called)
    people = [name for name in dict.fromkeys(called.values()) if name != NARRATOR]
    groups = _by_data_set(film) if film.scenes else [("", group) for group in _by_place(film.shots)]
    scenes = tuple(
        _scene(n, description, shots, called, spoken)
        for n, (description, shots) in enumerate(groups, start=1)
    )
    movie = Movie(
        title=re.sub(r"^\d+ ", "", film.name.replace("_", " ")).strip() or film.name,
        cast=tuple(CastMember(name) for name in people),
        scenes=scenes,
        logline=re.split(r"(?<=[.!?])\s", film.synopsis, maxsplit=1)[0],
        planner=PLANNER,
    )
    return Remade(movie, tuple(_remarks(film, called, bank)))


def camera_move(text: str) -> CameraMove | None:
    """The move that a `Camera Motion` names first; None where it names none, not even none."""
    moving = _DENIED.sub("", text)
    found = [(match.start(), move) for move, words in _MOVES if (match := words.search(moving))]
    if found:
        first = min(place for place, _ in found)
        return next(move for place, move in found if place == first)
    return CameraMove.STATIC if _STILL.search(text) else None


def _in_bank(name: str, names: Names) -> str:
    meant = names.meant(name)
    return meant[0] if len(meant) == 1 else name


def _speakers(
    lines: Mapping[str, Sequence[tuple[str, str]]],
    bank: Mapping[str, Sequence[str]],
    called: Mapping[str, str],
) -> dict[str, str]:
    """Whom the names of speakers mean, among the people of the annotations and of the bank."""
    names = Names({name: bank.get(name, ()) for name in (*called.values(), *bank)})
    speakers = dict.fromkeys(who for said in lines.values() for who, _ in said)
    return {
        who: NARRATOR if who.casefold() == NARRATOR.casefold() else _in_bank(who, names)
        for who in speakers
        if who and who not in called
    }


def _remarks(
    film: AnnotatedFilm, called: Mapping[str, str], bank: Mapping[str, Sequence[str]]
) -> Iterator[str]:
    missing = [name for name, meant in called.items() if meant not in {*bank, NARRATOR}]
    if bank and missing:
        yield (
            f"{len(missing)} people of the annotations are not in the cast and are played by "
            f"default figures: {', '.join(missing)}"
        )
    crowds = [shot for shot in film.shots if len(shot.characters) > MAX_IN_SHOT]
    if crowds:
        yield _listed(
            f"{len(crowds)} shots have more than {MAX_IN_SHOT} people, the first {MAX_IN_SHOT} "
            "are seen; unseen are",
            [
                f"{', '.join(name for name, _ in one.characters[MAX_IN_SHOT:])} in {one.shot.name}"
                for one in crowds
            ],
        )
    unmoved = [shot for shot in film.shots if camera_move(shot.camera_motion) is None]
    if unmoved:
        yield _listed(
            f"{len(unmoved)} shots are static, since their camera motion names no move",
            [f"{shot.shot.name} ('{shot.camera_motion.strip()[:60]}')" for shot in unmoved],
        )
    listed = {name for scene in film.scenes for name in scene.shots}
    known = {shot.shot.name for shot in film.shots}
    if film.scenes and (loose := sorted(known - listed)):
        yield _listed(f"{len(loose)} shots are in no scene and stay with the shot before", loose)
    if lost := sorted(listed - known):
        yield _listed(f"{len(lost)} shots of the scenes have no annotation and are not made", lost)


def _listed(what: str, examples: Sequence[str]) -> str:
    more = f" and {len(examples) - SHOWN} more" if len(examples) > SHOWN else ""
    return f"{what}: {'; '.join(examples[:SHOWN])}{more}"


# --- scenes ---------------------------------------------------------------------------------------

Group = list[Annotation]


def _by_data_set(film: AnnotatedFilm) -> list[tuple[str, Group]]:
    """The data set's scenes in the film's order; a shot of none stays with the shot before."""
    of_shot = {name: scene for scene in film.scenes for name in scene.shots}
    groups: list[tuple[str, Group]] = []
    current: SceneOfFilm | None = None
    for shot in film.shots:
        scene = of_shot.get(shot.shot.name, current)
        if not groups or scene is not current:
            groups.append((scene.description if scene else "", []))
            current = scene
        groups[-1][1].append(shot)
    return groups


def _by_place(shots: Sequence[Annotation]) -> list[Group]:
    groups: list[Group] = []
    for shot in shots:
        last = groups[-1][-1] if groups else None
        if (
            last is None
            or shot.shot.span.start - last.shot.span.end > GAP
            or not _same_place(last, shot)
        ):
            groups.append([])
        groups[-1].append(shot)
    return groups


def _same_place(one: Annotation, other: Annotation) -> bool:
    first, second = (
        set(re.findall(r"[a-z]{4,}", shot.background.lower())) for shot in (one, other)
    )
    shared = len(first & second) / max(1, len(first | second))
    place = _place(one.background)[0]
    return shared >= SAME_WORDS or bool(place and place == _place(other.background)[0])


def _scene(
    number: int,
    description: str,
    shots: Group,
    called: Mapping[str, str],
    lines: Mapping[str, Sequence[tuple[str, str]]],
) -> Scene:
    places = [found for shot in shots if (found := _place(shot.background))[0]]
    place, interior = Counter(places).most_common(1)[0][0] if places else ("place", True)
    sides = list(dict.fromkeys(called[name] for shot in shots for name, _ in shot.characters))
    scene_id = f"s{number:02d}"
    return Scene(
        id=scene_id,
        place=place,
        interior=interior,
        light=_light(" ".join(" ".join((s.background, *s.style_elements)) for s in shots)),
        shots=tuple(
            _shot(f"{scene_id}_sh{n:03d}", shot, called, sides, lines.get(shot.shot.name, ()))
            for n, shot in enumerate(shots, start=1)
        ),
        description=description or shots[0].background,
    )


def _place(background: str) -> tuple[str, bool]:
    """The first place that a background names, with a noun before it ('living room')."""
    words = re.findall(r"[a-z'-]+", background.lower())
    for n, word in enumerate(words):
        singular = word if word in _PLACES else word.removesuffix("s")
        if singular in _PLACES:
            before = words[n - 1] if n else ""
            joined = f"{before} {singular}" if before in _BEFORE else singular
            return joined, _PLACES[singular]
    return "", True


_BEFORE = frozenset(
    (
        *("living", "dining", "convenience", "grocery", "hospital", "hotel", "class", "locker"),
        *("waiting", "conference", "city", "police", "train", "bus", "gas", "school", "front"),
        *("back", "parking", "night", "department", "book", "coffee", "court", "baseball"),
        *("football", "church", "apartment", "office", "prison", "throne"),
    )
)


def _light(text: str) -> Light:
    counts = {light: len(re.findall(words, text, re.IGNORECASE)) for light, words in _LIGHTS}
    best = max(counts, key=lambda light: counts[light])
    return best if counts[best] else Light.DAY


# --- shots ----------------------------------------------------------------------------------------


def _shot(
    shot_id: str,
    annotation: Annotation,
    called: Mapping[str, str],
    sides: Sequence[str],
    lines: Sequence[tuple[str, str]],
) -> Shot:
    shown: dict[str, str] = {}
    for name, text in annotation.characters:
        if len(shown) < MAX_IN_SHOT or called[name] in shown:
            before = shown.get(called[name], "")
            shown[called[name]] = f"{before} {text}".strip() if before else text
    texts = " ".join((annotation.camera_motion, *annotation.style_elements, annotation.plot))
    size = _size(texts, len(shown))
    framing = _framing(texts, len(shown), size)
    return Shot(
        id=shot_id,
        size=size,
        framing=framing,
        camera_move=camera_move(annotation.camera_motion) or CameraMove.STATIC,
        characters=tuple(_placed(shown, sides, framing)),
        plot=annotation.plot,
        background=annotation.background,
        style_elements=annotation.style_elements,
        dialogue=tuple(_line(called.get(who, ""), text, list(shown)) for who, text in lines),
        duration=annotation.shot.span.seconds,
        reference=annotation.shot.name,
    )


def _line(who: str, text: str, shown: Sequence[str]) -> Line:
    speaker = who or (shown[0] if len(shown) == 1 else NARRATOR)
    return Line(speaker, text, off_screen=speaker not in shown)


def _size(texts: str, people: int) -> ShotSize:
    named = (size for size, words in _SIZES if re.search(words, texts, re.IGNORECASE))
    return next(named, ShotSize.MEDIUM if people else ShotSize.WIDE)


def _framing(texts: str, people: int, size: ShotSize) -> Framing:
    if _VIEW.search(texts):
        return Framing.POINT_OF_VIEW
    if people == 2 and _SHOULDER.search(texts):
        return Framing.OVER_THE_SHOULDER
    if people == 0:
        close = size in (ShotSize.CLOSE_UP, ShotSize.EXTREME_CLOSE_UP)
        return Framing.INSERT if close else Framing.ESTABLISHING
    return {1: Framing.SINGLE, 2: Framing.TWO_SHOT}.get(people, Framing.GROUP)


def _placed(
    shown: Mapping[str, str], sides: Sequence[str], framing: Framing
) -> Iterator[Appearance]:
    """Those shown from left to right; the second whom the annotation names has their back to us."""
    row = sorted(shown, key=sides.index)
    back = list(shown)[1] if framing is Framing.OVER_THE_SHOULDER else ""
    for n, name in enumerate(row):
        last = len(row) - 1
        position = Position.CENTER
        if last and n in (0, last):
            position = Position.RIGHT if n else Position.LEFT
        facing = _SIDES.get(position, Position.CENTER)
        yield Appearance(name, shown[name], position, facing, name == back)
