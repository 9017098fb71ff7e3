"""One film's shot annotations of MovieBench, from a folder as the data set publishes it.

Knows MovieBench's file names and keys as far as a film to be shot needs them; knows no plan.

    <film>/<film>_HH.MM.SS.mmm-HH.MM.SS.mmm.json   one shot
    movies_scenes.json, mad2plot.json              beside the folder or above it, where present
"""

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from script2movie.errors import StoryError

__all__ = ["AnnotatedFilm", "AnnotatedScene", "Annotation", "read_annotations"]

SCENES, SYNOPSES = "movies_scenes.json", "mad2plot.json"
BESIDE = frozenset((SCENES, SYNOPSES, "data_split.json", "mad2imdb.json"))
_TIME = r"(\d\d)\.(\d\d)\.(\d\d)\.(\d\d\d)"
_NAME = re.compile(rf"(?P<film>.+)_{_TIME}-{_TIME}")
_SCENE = re.compile(r"\s*(?:Sence|Scene)\s*\d+\s*:?\s*(?P<description>.*)", re.DOTALL)
_SCENES = TypeAdapter(dict[str, dict[str, list[str]]])
_SYNOPSES = TypeAdapter(dict[str, str])


@dataclass(frozen=True)
class Annotation:
    """One shot. `name` is MovieBench's id of it; times are seconds from the film's beginning.

    `characters` are (name, description) in the file's order. Texts stand as in the file.
    """

    name: str
    start: float
    end: float
    characters: tuple[tuple[str, str], ...]
    style_elements: tuple[str, ...]
    plot: str
    background: str
    camera_motion: str


@dataclass(frozen=True)
class AnnotatedScene:
    """Which shots make a scene, by their names."""

    description: str
    shots: tuple[str, ...]


@dataclass(frozen=True)
class AnnotatedFilm:
    """A film's shots in the film's order; `scenes` is empty and `synopsis` '' where absent."""

    name: str
    shots: tuple[Annotation, ...]
    scenes: tuple[AnnotatedScene, ...] = ()
    synopsis: str = ""


class _File(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")
    characters: Annotated[dict[str, str], Field(alias="Characters")]
    style_elements: Annotated[list[str], Field(alias="Style Elements")]
    plot: Annotated[str, Field(alias="Plot")]
    background: Annotated[str, Field(alias="Background Description")]
    camera_motion: Annotated[str, Field(alias="Camera Motion")]


def read_annotations(folder: Path) -> AnnotatedFilm:
    """The film whose shots lie in a folder.

    Raises:
        StoryError: no shots, shots of two films, or a file that is not what MovieBench's are.
    """
    files = sorted(path for path in folder.glob("*.json") if path.name not in BESIDE)
    if not files:
        below = sorted(path.parent for path in folder.glob("*/*.json"))
        example = f", such as {below[0]}" if below else ""
        raise StoryError(
            f"{folder} holds no shot annotations of MovieBench: give the folder of one film"
            f"{example}, with files named <film>_HH.MM.SS.mmm-HH.MM.SS.mmm.json"
        )
    shots = sorted((_read(path) for path in files), key=lambda shot: (shot.start, shot.end))
    films = list(dict.fromkeys(shot.name[: -len("_00.00.00.000-00.00.00.000")] for shot in shots))
    if len(films) > 1:
        raise StoryError(
            f"{folder} holds shots of {len(films)} films ({', '.join(films[:3])}): give the "
            "folder of one"
        )
    scenes = _beside(folder, SCENES, _SCENES).get(films[0], {})
    synopsis = _beside(folder, SYNOPSES, _SYNOPSES).get(films[0], "")
    return AnnotatedFilm(films[0], tuple(shots), tuple(_scenes(scenes)), synopsis.strip())


def _read(path: Path) -> Annotation:
    stem = unicodedata.normalize("NFC", path.stem)
    name = _NAME.fullmatch(stem)
    if name is None:
        raise StoryError(
            f"{path} is not named as MovieBench names a shot: <film>_HH.MM.SS.mmm-HH.MM.SS.mmm.json"
        )
    start, end = _seconds(name.groups()[1:5]), _seconds(name.groups()[5:9])
    if not start < end:
        raise StoryError(f"{path}: the shot ends at {end:g} s, before it starts at {start:g} s")
    try:
        file = _File.model_validate_json(path.read_bytes())
    except OSError as error:
        raise StoryError(f"{path} cannot be read: {error.strerror}") from None
    except ValidationError as error:
        raise StoryError(f"{path}: {_first(error)}; MovieBench's shots are not so") from None
    return Annotation(
        name=stem,
        start=start,
        end=end,
        characters=tuple((_spelled(who), text) for who, text in file.characters.items()),
        style_elements=tuple(file.style_elements),
        plot=file.plot,
        background=file.background,
        camera_motion=file.camera_motion,
    )


def _seconds(parts: tuple[str | Any, ...]) -> float:
    hours, minutes, seconds, thousandths = map(int, parts)
    return 3600 * hours + 60 * minutes + seconds + thousandths / 1000


def _spelled(name: str) -> str:
    return " ".join(unicodedata.normalize("NFC", name).replace("_", " ").split())


def _first(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(map(str, first["loc"]))
    return f"{place}: {first['msg']}" if place else str(first["msg"])


def _beside(folder: Path, name: str, form: TypeAdapter[Any]) -> Mapping[str, Any]:
    """A file of the whole data set: in the folder, or up to two above it; nothing where absent."""
    above = folder.resolve()
    for place in (above, *above.parents[:2]):
        path = place / name
        if path.is_file():
            try:
                found: Mapping[str, Any] = form.validate_python(json.loads(path.read_bytes()))
            except (ValidationError, ValueError) as error:
                said = _first(error) if isinstance(error, ValidationError) else str(error)
                raise StoryError(f"{path}: {said}; MovieBench's is not so") from None
            return found
    return {}


def _scenes(scenes: Mapping[str, list[str]]) -> Iterator[AnnotatedScene]:
    for key, shots in scenes.items():
        match = _SCENE.fullmatch(key)
        names = (unicodedata.normalize("NFC", shot.removesuffix(".json")) for shot in shots)
        yield AnnotatedScene((match["description"] if match else key).strip(), tuple(names))
