"""What is wrong with a plan that its schema cannot say: names, ids, framing, who speaks unseen.

Knows what can be shot; knows no file and no JSON beyond the path it names.
"""

import re
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from typing import TypeGuard

from script2movie.movie import NARRATOR, Framing, Movie, Scene, Shot
from script2movie.names import same_name

__all__ = [
    "MAX_IN_SHOT",
    "MAX_SHOT_SECONDS",
    "MAX_TAKE",
    "SCENE_ID",
    "SHOT_ID",
    "faults",
    "short",
    "suggestion",
]

MAX_SHOT_SECONDS = 600.0
MAX_LINE_CHARACTERS = 2_000
MAX_NAME_CHARACTERS = 100
MAX_TITLE_CHARACTERS = 200
MAX_IN_SHOT = 4  # people
MAX_TAKE = 9_999
SCENE_ID = re.compile(r"s\d{2,4}[a-z]?")
SHOT_ID = re.compile(r"(s\d{2,4}[a-z]?)_sh\d{3,5}[a-z]?")


def faults(movie: Movie) -> Iterator[str]:
    if not movie.title.strip():
        yield "title is empty"
    if len(movie.title) > MAX_TITLE_CHARACTERS:
        yield f"title is longer than {MAX_TITLE_CHARACTERS} characters; it has to fit on a card"
    if "\0" in movie.title:
        yield "title holds the character \\u0000, which no film can show"
    names: set[str] = set()
    for n, member in enumerate(movie.cast):
        yield from _name_faults(f"cast[{n}].name", member.name, names)
        names.add(same_name(member.name))
    known = [member.name for member in movie.cast]
    if not movie.scenes:
        yield "scenes is empty: a film needs at least one scene with one shot"
    taken: dict[str, str] = {}
    for n, scene in enumerate(movie.scenes):
        path = f"scenes[{n}]"
        yield from _id_faults(f"{path}.id", scene.id, SCENE_ID, "s01", taken)
        yield from _scene_faults(path, scene, known)
        for m, shot in enumerate(scene.shots):
            below = f"{path}.shots[{m}]"
            yield from _id_faults(f"{below}.id", shot.id, SHOT_ID, f"{scene.id}_sh001", taken)
            match = SHOT_ID.fullmatch(shot.id)
            if match and match[1] != scene.id:
                yield f"{below}.id is '{shot.id}' in scene '{scene.id}'; it begins '{scene.id}_'"
            yield from _shot_faults(below, shot, known)


def _name_faults(path: str, name: str, taken: set[str]) -> Iterator[str]:
    if not name.strip() or len(name) > MAX_NAME_CHARACTERS or not name.isprintable():
        yield f"{path} is {short(name)}; a name has 1 to {MAX_NAME_CHARACTERS} printable letters"
    elif name.casefold() == NARRATOR.casefold():
        yield f"{path} is '{name}'; the narrator is no person of the cast"
    elif same_name(name) in taken:
        yield f"{path} is '{name}', which another person of the cast is called already"


def _id_faults(
    path: str, given: str, form: re.Pattern[str], example: str, taken: dict[str, str]
) -> Iterator[str]:
    if not form.fullmatch(given):
        yield f"{path} is {short(given)}; an id looks like '{example}'"
    elif given in taken:
        yield f"{path} is '{given}', which {taken[given]} is already"
    taken.setdefault(given, path)


def _scene_faults(path: str, scene: Scene, known: Sequence[str]) -> Iterator[str]:
    if not scene.place.strip():
        yield f"{path}.place is empty; name where the scene is, such as 'kitchen'"
    if not scene.shots:
        yield f"{path}.shots is empty: a scene needs at least one shot"
    for k, (person, _) in enumerate(scene.wardrobe):
        yield from _person_faults(f"{path}.wardrobe[{k}][0]", person, known)


def _shot_faults(path: str, shot: Shot, known: Sequence[str]) -> Iterator[str]:
    if not 0 < shot.duration <= MAX_SHOT_SECONDS:
        yield (
            f"{path}.duration is {shot.duration:g}; "
            f"it is seconds, above 0 and at most {MAX_SHOT_SECONDS:g}"
        )
    if not 0 <= shot.take <= MAX_TAKE:
        yield f"{path}.take is {shot.take}; it counts tries, from 0 to {MAX_TAKE}"
    people = [appearance.character for appearance in shot.characters]
    if len(people) > MAX_IN_SHOT:
        yield f"{path}.characters has {len(people)} people; a shot holds at most {MAX_IN_SHOT}"
    for k, person in enumerate(people):
        yield from _person_faults(f"{path}.characters[{k}].character", person, known)
        if person in people[:k]:
            yield f"{path}.characters[{k}].character is '{person}' for a second time"
    yield from _framing_faults(path, shot)
    for k, line in enumerate(shot.dialogue):
        below = f"{path}.dialogue[{k}]"
        if not re.search(r"\w", line.text):
            yield f"{below}.text has no words to speak"
        elif len(line.text) > MAX_LINE_CHARACTERS:
            yield f"{below}.text is longer than {MAX_LINE_CHARACTERS} characters; split the line"
        if line.character == NARRATOR:
            if not line.off_screen:
                yield f"{below}.off_screen is false; the narrator is never seen: set it to true"
            continue
        yield from _person_faults(f"{below}.character", line.character, [*known, NARRATOR])
        if line.character in known and line.character not in people and not line.off_screen:
            yield (
                f"{below}: {line.character} speaks but is not in the shot; "
                "add them to characters or set off_screen to true"
            )
    for k, span in enumerate(shot.source):
        if not 0 <= span.start < span.end:
            yield f"{path}.source[{k}] runs from {span.start} to {span.end}; start is below end"


def _framing_faults(path: str, shot: Shot) -> Iterator[str]:
    count = len(shot.characters)
    backs = sum(appearance.back_to_camera for appearance in shot.characters)
    wanted = {Framing.SINGLE: 1, Framing.TWO_SHOT: 2, Framing.OVER_THE_SHOULDER: 2}
    need = wanted.get(shot.framing, count)
    if count != need:
        yield f"{path}.framing is '{shot.framing}', for {need} in the shot; here are {count}"
    elif shot.framing is Framing.OVER_THE_SHOULDER and backs != 1:
        yield f"{path}.characters: one of the two has back_to_camera true, here {backs} have"


def _person_faults(path: str, name: str, known: Sequence[str]) -> Iterator[str]:
    if name not in known:
        yield f"{path} is {short(name)}, who is not in the cast" + suggestion(name, known)


def suggestion(given: str, known: Sequence[str]) -> str:
    folded = {name.casefold(): name for name in known}
    near = get_close_matches(given.casefold(), folded, n=1, cutoff=0.5)
    shown = ", ".join(known[:16]) + (", ..." if len(known) > 16 else "")
    if near:
        return f"; did you mean '{folded[near[0]]}'? (one of {shown})"
    return f"; it is one of {shown}" if known else "; the cast is empty"


def _is_word(value: object) -> TypeGuard[bool | None]:
    return value is None or isinstance(value, bool)


def short(value: object) -> str:
    shown = {None: "null", True: "true", False: "false"}[value] if _is_word(value) else repr(value)
    return shown if len(shown) <= 60 else shown[:57] + "..."
