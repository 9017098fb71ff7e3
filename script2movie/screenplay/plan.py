"""A Movie to and from plan.json: the edge that refuses.

Knows JSON, the plan's schema and what makes a plan one that can be shot; knows no backend and
no picture. What passes here is valid everywhere else. All that is wrong with a plan is said at
once, a line each: where in the file, what stands there, what would be right.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, NoReturn, get_args, get_type_hints

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from script2movie.errors import PlanError, writing
from script2movie.movie import NARRATOR, Movie
from script2movie.screenplay.faults import (
    MAX_IN_SHOT,
    MAX_SHOT_SECONDS,
    MAX_TAKE,
    SCENE_ID,
    SHOT_ID,
    faults,
    short,
    suggestion,
)
from script2movie.screenplay.files import read_text

__all__ = ["PLAN_VERSION", "VERSION_KEY", "load_plan", "plan_schema", "save_plan"]

PLAN_VERSION = 1
VERSION_KEY = "script2movie_plan"
MAX_PLAN_BYTES = 64_000_000
MAX_COMPLAINTS = 20
LINE_WIDTH = 100  # characters: what fits on one line of plan.json stays on one line

MEANING = {
    "title": "Shown on the title card.",
    "cast": "Every person of the film; shots and lines name them exactly as written here.",
    "scenes": "The film in order.",
    "logline": "The story in a sentence.",
    "style": "The look of the whole film.",
    "planner": "Which planner wrote this plan.",
    "name": "The name by which shots and lines call this person.",
    "about": "What the story says of them; it helps to deal a face and a voice.",
    "gender": "null where the story leaves it open.",
    "age": "null where the story leaves it open.",
    "aliases": "Other names for the same person.",
    "figure": "Pins a default cast figure by name; empty lets the film deal one.",
    "id": "Scenes s01, s02; shots s01_sh001; a letter may follow (s01_sh001a). Unique.",
    "place": "The slugline's place, such as 'old lighthouse'.",
    "interior": "true for INT., false for EXT.",
    "light": "The time of day the scene is lit for.",
    "shots": "The scene's shots in order.",
    "set": "Pins a set by name; empty chooses by meaning.",
    "mood": "How the scene feels, in a word or two.",
    "wardrobe": "Pairs of a person and their clothes, the same through the scene.",
    "props": "Things that persist through the scene.",
    "transition": "How the scene is entered from the one before.",
    "size": "How much of the frame a person takes.",
    "framing": "Who or what the camera frames.",
    "camera_move": "Pan and tilt rotate, dolly and truck travel, zoom is the lens.",
    "characters": "Who is in the shot, at most four.",
    "plot": "What happens.",
    "background": "What is behind the people.",
    "style_elements": "Two or three phrases on how the shot looks.",
    "dialogue": "What is said, in order.",
    "sound": "What else is heard.",
    "duration": "The least time on screen in seconds; lines extend it.",
    "take": "Counts the tries at the picture: another number asks for another picture.",
    "source": "Stretches of the story that the shot shows, in characters.",
    "reference": "The shot of a real film that this one re-makes, as a data set calls it.",
    "start": "Where the stretch begins, in characters from the story's first.",
    "end": "Where it ends; the character at this place is no longer in it.",
    "character": f"A name of the cast; in a line also {NARRATOR}.",
    "action": "What the person does in this shot.",
    "position": "Where on the screen they stand, as the audience sees it.",
    "facing": "The side of the screen they look towards; center is towards the camera.",
    "back_to_camera": "The near person of an over-the-shoulder shot.",
    "text": "The words, exactly as spoken.",
    "parenthetical": "How it is said, such as 'whispering'.",
    "off_screen": "The speaker's mouth is not in the shot; always true of the narrator.",
}

EXPECTED = {
    "string_type": "text in quotes is wanted",
    "bool_type": "true or false is wanted",
    "int_type": "a whole number is wanted",
    "float_type": "a number is wanted",
    "finite_number": "a finite number is wanted",
    "tuple_type": "a list in [ ] is wanted",
    "dataclass_type": "an object in { } is wanted",
}


class _Plan(BaseModel):
    """Carries the strictness down to the plain dataclasses of `movie`."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)
    movie: Movie


def load_plan(path: Path) -> Movie:
    """The plan in a file. PlanError lists all that is wrong with it, or says why it is none."""
    text = read_text(
        path,
        MAX_PLAN_BYTES,
        PlanError,
        "a plan",
        "make one with script2movie plan STORY --out plan.json",
    )
    where = path.name
    if path.suffix.lower() in (".fountain", ".fdx"):
        raise PlanError(
            f"{path} is a screenplay, not a plan: script2movie plan {path} --out plan.json"
        )
    try:
        plan = json.loads(text, object_pairs_hook=_no_key_twice, parse_constant=_no_constant)
    except PydanticCustomError as error:
        raise PlanError(f"{where}: {error.message()}") from None
    except RecursionError:
        raise PlanError(f"{where} is nested too deep to be a plan") from None
    except ValueError as error:
        raise PlanError(f"{where} is not JSON: {error}") from None
    if not isinstance(plan, dict):
        raise PlanError(f"{where} holds no plan: an object in {{ }} is wanted")
    _check_version(plan, where)
    plan = {key: value for key, value in plan.items() if key not in (VERSION_KEY, "$schema")}
    try:
        checked = json.dumps({"movie": plan}, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise PlanError(f"{where} holds half a character, such as a lone \\ud83d") from None
    try:
        movie = _Plan.model_validate_json(checked).movie
    except ValidationError as error:
        if any(item["type"] == "json_invalid" for item in error.errors(include_input=False)):
            raise PlanError(f"{where} is nested too deep to be a plan") from None
        _refuse(where, [_complaint(item) for item in error.errors(include_url=False)])
    if complaints := list(faults(movie)):
        _refuse(where, complaints)
    return movie


def save_plan(movie: Movie, path: Path) -> None:
    """Writes plan.json: whole or not at all, laid out to be edited by hand."""
    if wrong := list(faults(movie)):
        raise AssertionError(f"a planner made a plan that cannot be shot: {wrong[0]}")
    text = _laid_out({VERSION_KEY: PLAN_VERSION, **_plain(movie)}) + "\n"
    part = path.with_name(path.name + ".part")
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(text, encoding="utf-8")
        part.replace(path)


@cache
def plan_schema() -> dict[str, Any]:
    """JSON Schema of plan.json, for editors: keys, choices, and what each means."""
    schema = _Plan.model_json_schema()
    definitions = schema["$defs"]
    movie = definitions.pop("Movie")
    for name, definition in {"Movie": movie, **definitions}.items():
        for key, value in definition.get("properties", {}).items():
            value.pop("title", None)
            value["description"] = _meaning(name, key)
    shot = definitions["Shot"]["properties"]
    shot["id"]["pattern"] = f"^{SHOT_ID.pattern}$"
    shot["duration"] |= {"exclusiveMinimum": 0, "maximum": MAX_SHOT_SECONDS}
    shot["take"] |= {"minimum": 0, "maximum": MAX_TAKE}
    shot["characters"]["maxItems"] = MAX_IN_SHOT
    definitions["Scene"]["properties"]["id"]["pattern"] = f"^{SCENE_ID.pattern}$"
    definitions["Scene"]["properties"]["shots"]["minItems"] = 1
    movie["properties"]["scenes"]["minItems"] = 1
    head = {
        "$schema": {"type": "string", "description": "This schema's file, for an editor."},
        VERSION_KEY: {"const": PLAN_VERSION, "description": "The version of this format."},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A script2movie plan",
        "type": "object",
        "additionalProperties": False,
        "properties": head | movie["properties"],
        "required": [VERSION_KEY, *movie["required"]],
        "$defs": definitions,
    }


# --- what pydantic found, in our words ----------------------------------------------------------


def _check_version(plan: Mapping[str, object], where: str) -> None:
    if VERSION_KEY not in plan:
        raise PlanError(f'{where} is no plan: it lacks "{VERSION_KEY}": {PLAN_VERSION}')
    version = plan[VERSION_KEY]
    if type(version) is not int or version != PLAN_VERSION:
        raise PlanError(
            f"{where} is a plan of version {short(version)}, this program reads version "
            f"{PLAN_VERSION}: plan the story again with script2movie plan"
        )


def _complaint(error: ErrorDetails) -> str:
    location = error["loc"][1:]  # without 'movie'
    path = _json_path(location)
    kind = error["type"]
    given = error.get("input")
    if kind == "unexpected_keyword_argument":
        known = [field.name for field in fields(_class_at(location[:-1]))]
        return f"{path} is a key that a plan does not have" + suggestion(str(location[-1]), known)
    if kind == "missing":
        return f"{path} is missing: {_meaning('', str(location[-1]))}"
    if kind == "enum":
        choices = [str(choice) for choice in _enum_at(location)]
        return f"{path} is {short(given)}" + suggestion(
            given if isinstance(given, str) else "", choices
        )
    return f"{path} is {short(given)}; {EXPECTED.get(kind, error['msg'])}"


def _class_at(location: Sequence[int | str]) -> Any:
    """The type that stands at a place in the plan."""
    kind: Any = Movie
    for step in location:
        if isinstance(step, int):
            arguments = get_args(kind)
            kind = arguments[0] if arguments[-1] is Ellipsis else arguments[step]
        elif is_dataclass(kind):
            kind = get_type_hints(kind)[step]
    return kind


def _enum_at(location: Sequence[int | str]) -> type[StrEnum]:
    kind = _class_at(location)
    found: type[StrEnum] = next((one for one in get_args(kind) if one is not type(None)), kind)
    return found


def _refuse(where: str, complaints: Sequence[str]) -> NoReturn:
    shown = list(dict.fromkeys(complaints))
    rest = len(shown) - MAX_COMPLAINTS
    tail = [f"{where}: and {rest} more"] if rest > 0 else []
    raise PlanError("\n".join([f"{where}: {one}" for one in shown[:MAX_COMPLAINTS]] + tail))


def _json_path(location: Sequence[int | str]) -> str:
    return "".join(f"[{n}]" if isinstance(n, int) else f".{n}" for n in location).lstrip(".")


def _meaning(owner: str, key: str) -> str:
    if key == "voice":
        return "Pins a stock voice by name; empty lets the film deal one."
    if key == "description":
        return "What the place looks like."
    return MEANING.get(key, f"{owner} {key}".strip())


def _no_key_twice(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    keys = dict(pairs)
    if len(keys) < len(pairs):
        twice = next(key for n, (key, _) in enumerate(pairs) if key in dict(pairs[:n]))
        raise PydanticCustomError("twice", f"the key '{twice}' stands twice in one object")
    return keys


def _no_constant(name: str) -> NoReturn:
    raise PydanticCustomError("constant", f"{name} stands in it, and is no number JSON knows")


# --- layout -------------------------------------------------------------------------------------


def _plain(value: Any) -> Any:
    """Frozen data as JSON values; what says nothing ('' and its like) is left out."""
    if is_dataclass(value) and not isinstance(value, type):
        return {
            field.name: _plain(getattr(value, field.name))
            for field in fields(value)
            if field.default is MISSING or getattr(value, field.name) not in ("", (), None, False)
        }
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return str(value) if isinstance(value, StrEnum) else value


def _laid_out(value: Any, depth: int = 0) -> str:
    """JSON in which whatever fits on one line stands on one."""
    flat = json.dumps(value, ensure_ascii=False)
    if len(flat) + 2 * depth <= LINE_WIDTH or not isinstance(value, dict | list):
        return flat
    indent = "  " * (depth + 1)
    if isinstance(value, dict):
        items = [f"{json.dumps(k)}: {_laid_out(v, depth + 1)}" for k, v in value.items()]
        first, last = "{", "}"
    else:
        items = [_laid_out(item, depth + 1) for item in value]
        first, last = "[", "]"
    body = ",\n".join(indent + item for item in items)
    return f"{first}\n{body}\n{'  ' * depth}{last}"
