"""Edits of a plan: a Movie and what is asked in, another Movie out. Pure.

Ids are names of files and stay with their shot: a new one gets a free one after its neighbour
(`s01_sh003a`), and only a shot that changes its scene changes its id. What an edit would break
otherwise, such as the framing of a shot that loses a person, is made to fit.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from string import ascii_lowercase
from typing import TypeVar

from script2movie.errors import StudioError
from script2movie.movie import Appearance, Framing, Movie, Position, Scene, Shot, ShotSize
from script2movie.screenplay.faults import MAX_IN_SHOT, faults

__all__ = [
    "add_scene",
    "add_shot",
    "chosen",
    "delete_scene",
    "delete_shot",
    "edit_scene",
    "edit_shot",
    "faults_of",
    "join_scene",
    "join_shot",
    "move_scene",
    "move_shot",
    "scene_of",
    "shot_of",
    "split_scene",
    "split_shot",
    "with_framing",
    "with_people",
]

T = TypeVar("T")
LEFT, CENTER, RIGHT = Position.LEFT, Position.CENTER, Position.RIGHT
PLACES = {1: (CENTER,), 2: (LEFT, RIGHT), 3: (LEFT, CENTER, RIGHT), 4: (LEFT, LEFT, RIGHT, RIGHT)}
FACING = {LEFT: RIGHT, RIGHT: LEFT, CENTER: CENTER}
FRAMINGS = {0: Framing.ESTABLISHING, 1: Framing.SINGLE, 2: Framing.TWO_SHOT}
EMPTY = {Framing.ESTABLISHING, Framing.INSERT, Framing.POINT_OF_VIEW}  # may be without people


# --- looking ------------------------------------------------------------------------------------


def chosen(movie: Movie, shot_id: str) -> str:
    """The shot's id where the plan has it, else the first one's."""
    ids = [shot.id for _, shot in movie.shots]
    return shot_id if shot_id in ids else ids[0]


def shot_of(movie: Movie, shot_id: str) -> Shot:
    """Raises StudioError where the plan has no such shot."""
    scene, number = _shot_at(movie, shot_id)
    return movie.scenes[scene].shots[number]


def scene_of(movie: Movie, shot_id: str) -> Scene:
    """The scene in which a shot is. Raises StudioError where the plan has no such shot."""
    return movie.scenes[_shot_at(movie, shot_id)[0]]


def faults_of(movie: Movie, shot_id: str = "") -> list[str]:
    """What is wrong with a plan in words for a page, of one shot's where one is named."""
    paths = {}
    for n, scene in enumerate(movie.scenes):
        paths[f"scenes[{n}]."] = f"scene {scene.id}: "
        for m, shot in enumerate(scene.shots):
            paths[f"scenes[{n}].shots[{m}]"] = shot.id
    found = []
    for fault in faults(movie):
        place = re.match(r"scenes\[\d+\]\.shots\[\d+\]", fault)
        owner = paths[place[0]] if place else ""
        if shot_id and owner != shot_id:
            continue
        words = fault[place.end() :].lstrip(".: ") if place else fault
        words = re.sub(r"dialogue\[(\d+)\]\.text", _row, words)
        words = re.sub(r"(\w+)\[(\d+)\]\.?", lambda part: f"{part[1]} {int(part[2]) + 1} ", words)
        found.append(f"{owner}: {words}" if owner and not shot_id else words)
    return found


# --- shots --------------------------------------------------------------------------------------


def edit_shot(movie: Movie, shot: Shot) -> Movie:
    """The plan with this shot in place of the one of its id."""
    at, number = _shot_at(movie, shot.id)
    shots = movie.scenes[at].shots
    return _with_shots(movie, at, lambda _: [*shots[:number], shot, *shots[number + 1 :]])


def with_framing(shot: Shot, framing: Framing) -> Shot:
    """The shot framed otherwise; over a shoulder it is the first one's."""
    over = framing is Framing.OVER_THE_SHOULDER
    people = [
        replace(one, back_to_camera=over and number == 0)
        for number, one in enumerate(shot.characters)
    ]
    return replace(shot, framing=framing, characters=tuple(people))


def with_people(shot: Shot, names: Sequence[str], actions: dict[str, str] | None = None) -> Shot:
    """The shot with these people in it, in this order.

    Who was in it keeps their place; newcomers stand where there is room; the framing is made to
    fit how many they are, and a line of somebody who has left is heard from off screen.
    """
    had = {one.character: one for one in shot.characters}
    if list(had) == list(names):
        told = actions if actions is not None else {name: had[name].action for name in names}
        same = tuple(replace(one, action=told.get(one.character, "")) for one in shot.characters)
        return replace(shot, characters=same)
    places = PLACES[min(len(names), MAX_IN_SHOT)] if names else ()
    taken = [had[name].position for name in names if name in had]
    free = [place for place in places if place not in taken] or [CENTER]
    people = []
    for name in names:
        if name in had:
            one = had[name]
        else:
            place = free.pop(0) if len(free) > 1 else free[0]
            one = Appearance(name, position=place, facing=FACING[place])
        people.append(replace(one, action=actions.get(name, "")) if actions is not None else one)
    framing = _framing(shot.framing, len(people))
    if framing is not Framing.OVER_THE_SHOULDER:
        people = [replace(one, back_to_camera=False) for one in people]
    elif sum(one.back_to_camera for one in people) != 1:
        people = [replace(one, back_to_camera=number == 0) for number, one in enumerate(people)]
    dialogue = tuple(
        replace(line, off_screen=line.off_screen or line.character not in names)
        for line in shot.dialogue
    )
    return replace(shot, characters=tuple(people), framing=framing, dialogue=dialogue)


def add_shot(movie: Movie, after: str) -> tuple[Movie, str]:
    """An empty view of the scene after a shot; the plan, and the new shot's id."""
    at, number = _shot_at(movie, after)
    scene = movie.scenes[at]
    new = Shot(_free_id(scene, after), ShotSize.WIDE, Framing.ESTABLISHING)
    shots = [*scene.shots[: number + 1], new, *scene.shots[number + 1 :]]
    return _with_shots(movie, at, lambda _: shots), new.id


def delete_shot(movie: Movie, shot_id: str) -> Movie:
    """Without the shot, and without its scene where it was the only one.

    Raises:
        StudioError: it is the only shot of the film.
    """
    at, _ = _shot_at(movie, shot_id)
    left = tuple(one for one in movie.scenes[at].shots if one.id != shot_id)
    if not left:
        return delete_scene(movie, movie.scenes[at].id)
    return _with_shots(movie, at, lambda _: left)


def move_shot(movie: Movie, shot_id: str, by: int) -> tuple[Movie, str]:
    """A place earlier (-1) or later (1), into the neighbouring scene at its scene's end.

    Returns the plan and the shot's id, which is another where its scene is.

    Raises:
        StudioError: it is the film's first or last already, or alone in its scene.
    """
    at, number = _shot_at(movie, shot_id)
    shots = list(movie.scenes[at].shots)
    if 0 <= number + by < len(shots):
        shots.insert(number + by, shots.pop(number))
        return _with_shots(movie, at, lambda _: shots), shot_id
    to = at + by
    if not 0 <= to < len(movie.scenes):
        raise StudioError(f"{shot_id} is the film's {'first' if by < 0 else 'last'} already.")
    if len(shots) == 1:
        raise StudioError(f"{shot_id} is alone in its scene: join the scenes instead.")
    there = movie.scenes[to].shots
    new = _free_id(movie.scenes[to], there[-1 if by < 0 else 0].id)
    moved = replace(shots[number], id=new)
    movie = _with_shots(movie, at, lambda _: [one for one in shots if one.id != shot_id])
    movie = _with_shots(movie, to, lambda there: [*there, moved] if by < 0 else [moved, *there])
    return movie, new


def split_shot(movie: Movie, shot_id: str) -> tuple[Movie, str]:
    """Two shots of one, the lines and the time shared; the plan, and the second's id."""
    at, number = _shot_at(movie, shot_id)
    scene = movie.scenes[at]
    shot = scene.shots[number]
    half = len(shot.dialogue) // 2 + len(shot.dialogue) % 2
    spans = len(shot.source) // 2 + len(shot.source) % 2
    seconds = max(0.5, round(shot.duration / 2, 2))
    first = replace(
        shot, dialogue=shot.dialogue[:half], source=shot.source[:spans], duration=seconds
    )
    second = replace(
        shot,
        id=_free_id(scene, shot_id),
        dialogue=shot.dialogue[half:],
        source=shot.source[spans:],
        duration=seconds,
    )
    shots = [*scene.shots[:number], first, second, *scene.shots[number + 1 :]]
    return _with_shots(movie, at, lambda _: shots), second.id


def join_shot(movie: Movie, shot_id: str) -> Movie:
    """The shot with the next of its scene in it.

    Raises:
        StudioError: it is the scene's last, or together they show too many people.
    """
    at, number = _shot_at(movie, shot_id)
    shots = movie.scenes[at].shots
    if number + 1 == len(shots):
        raise StudioError(f"{shot_id} is the last shot of its scene: there is none to join.")
    first, second = shots[number], shots[number + 1]
    here = [one.character for one in first.characters]
    names = here + [o.character for o in second.characters if o.character not in here]
    if len(names) > MAX_IN_SHOT:
        raise StudioError(
            f"{shot_id} and {second.id} show {len(names)} people together; "
            f"a shot holds at most {MAX_IN_SHOT}."
        )
    told = [text for text in (first.plot, second.plot) if text]
    joined = replace(
        with_people(first, names),
        plot=" ".join(dict.fromkeys(told)),
        dialogue=first.dialogue + second.dialogue,
        source=first.source + second.source,
        duration=round(first.duration + second.duration, 2),
    )
    return _with_shots(movie, at, lambda _: [*shots[:number], joined, *shots[number + 2 :]])


# --- scenes -------------------------------------------------------------------------------------


def edit_scene(movie: Movie, scene_id: str, **changes: object) -> Movie:
    """The scene with other values."""
    at = _scene_at(movie, scene_id)
    scene = replace(movie.scenes[at], **changes)  # type: ignore[arg-type]
    return _with_scenes(movie, [*movie.scenes[:at], scene, *movie.scenes[at + 1 :]])


def add_scene(movie: Movie, after: str) -> tuple[Movie, str]:
    """A scene with one empty view in the same place, after another; the plan and the shot's id."""
    at = _scene_at(movie, after)
    scene = movie.scenes[at]
    new = _free_scene_id(movie, after)
    shot = Shot(f"{new}_sh001", ShotSize.WIDE, Framing.ESTABLISHING)
    added = Scene(new, scene.place, scene.interior, scene.light, (shot,), set=scene.set)
    return _with_scenes(movie, [*movie.scenes[: at + 1], added, *movie.scenes[at + 1 :]]), shot.id


def delete_scene(movie: Movie, scene_id: str) -> Movie:
    """Raises StudioError where it is the only scene."""
    if len(movie.scenes) == 1:
        raise StudioError("A film needs at least one scene with one shot.")
    return _with_scenes(movie, [one for one in movie.scenes if one.id != scene_id])


def move_scene(movie: Movie, scene_id: str, by: int) -> Movie:
    """A place earlier (-1) or later (1). Raises StudioError at the film's ends."""
    at = _scene_at(movie, scene_id)
    if not 0 <= at + by < len(movie.scenes):
        raise StudioError(f"{scene_id} is the film's {'first' if by < 0 else 'last'} already.")
    scenes = list(movie.scenes)
    scenes.insert(at + by, scenes.pop(at))
    return _with_scenes(movie, scenes)


def split_scene(movie: Movie, shot_id: str) -> tuple[Movie, str]:
    """A new scene from a shot on; the plan, and the shot's new id.

    Raises:
        StudioError: the shot is its scene's first.
    """
    at, number = _shot_at(movie, shot_id)
    scene = movie.scenes[at]
    if number == 0:
        raise StudioError(f"{shot_id} opens its scene already.")
    new = _free_scene_id(movie, scene.id)
    moved = tuple(
        replace(one, id=f"{new}_sh{count:03d}") for count, one in enumerate(scene.shots[number:], 1)
    )
    first = replace(scene, shots=scene.shots[:number])
    second = replace(scene, id=new, shots=moved)
    scenes = [*movie.scenes[:at], first, second, *movie.scenes[at + 1 :]]
    return _with_scenes(movie, scenes), moved[0].id


def join_scene(movie: Movie, scene_id: str) -> Movie:
    """The scene with the next one's shots at its end. Raises StudioError for the last scene."""
    at = _scene_at(movie, scene_id)
    if at + 1 == len(movie.scenes):
        raise StudioError(f"{scene_id} is the last scene: there is none to join.")
    scene, after = movie.scenes[at], movie.scenes[at + 1]
    for shot in after.shots:
        new = _free_id(scene, scene.shots[-1].id)
        scene = replace(scene, shots=(*scene.shots, replace(shot, id=new)))
    return _with_scenes(movie, [*movie.scenes[:at], scene, *movie.scenes[at + 2 :]])


# --- inside -------------------------------------------------------------------------------------


def _row(place: re.Match[str]) -> str:
    return f"row {int(place[1]) + 1} of the dialogue"


def _framing(framing: Framing, count: int) -> Framing:
    """The framing where so many people fit it, else the plainest that they fit."""
    if count == 0:
        return framing if framing in EMPTY else Framing.ESTABLISHING
    fits = {Framing.SINGLE: 1, Framing.TWO_SHOT: 2, Framing.OVER_THE_SHOULDER: 2}
    if framing in EMPTY or fits.get(framing, count) != count or count > 2:
        return FRAMINGS.get(count, Framing.GROUP)
    return FRAMINGS[count] if framing is Framing.GROUP else framing


def _with_scenes(movie: Movie, scenes: Sequence[Scene]) -> Movie:
    return replace(movie, scenes=tuple(scenes))


def _with_shots(movie: Movie, at: int, change: Callable[[Sequence[Shot]], Sequence[Shot]]) -> Movie:
    scene = replace(movie.scenes[at], shots=tuple(change(movie.scenes[at].shots)))
    return _with_scenes(movie, [*movie.scenes[:at], scene, *movie.scenes[at + 1 :]])


def _scene_at(movie: Movie, scene_id: str) -> int:
    for at, scene in enumerate(movie.scenes):
        if scene.id == scene_id:
            return at
    raise StudioError(f"The plan has no scene {scene_id[:20]}.")


def _shot_at(movie: Movie, shot_id: str) -> tuple[int, int]:
    for at, scene in enumerate(movie.scenes):
        for number, shot in enumerate(scene.shots):
            if shot.id == shot_id:
                return at, number
    raise StudioError(f"The plan has no shot {shot_id[:20]}: choose one on the board.")


def _free_id(scene: Scene, after: str) -> str:
    """An id in the scene that reads as following `after`: with a letter, else the next number."""
    taken = {shot.id for shot in scene.shots}
    stem = re.sub(r"[a-z]$", "", after)
    if after != scene.shots[-1].id:
        for letter in ascii_lowercase:
            if f"{stem}{letter}" not in taken:
                return f"{stem}{letter}"
    numbers = [int(match[1]) for one in taken if (match := re.search(r"_sh(\d+)", one))]
    return f"{scene.id}_sh{max(numbers) + 1:03d}"


def _free_scene_id(movie: Movie, after: str) -> str:
    taken = {scene.id for scene in movie.scenes}
    stem = re.sub(r"[a-z]$", "", after)
    if after != movie.scenes[-1].id:
        for letter in ascii_lowercase:
            if f"{stem}{letter}" not in taken:
                return f"{stem}{letter}"
    numbers = [int(match[1]) for one in taken if (match := re.match(r"s(\d+)", one))]
    return f"s{max(numbers) + 1:02d}"
