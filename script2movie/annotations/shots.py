"""One shot of MovieBench: its name, the span in it, and what its annotation says.

Knows one file at a time, not where it lies.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from script2movie.annotations import keys
from script2movie.errors import DatasetError
from script2movie.names import one_key, one_name, same_name

__all__ = ["Annotation", "ShotId", "Span", "read_annotation", "read_json", "shot_named"]


@dataclass(frozen=True, order=True)
class Span:
    """A stretch of the film in milliseconds from its beginning; may run backwards in a bad name."""

    start: int
    end: int

    @property
    def seconds(self) -> float:
        return (self.end - self.start) / 1000


@dataclass(frozen=True, order=True)
class ShotId:
    """A shot in the film's order; `name` is the stem of all of its files, accents composed."""

    span: Span
    name: str
    film: str


@dataclass(frozen=True)
class Annotation:
    """What MovieBench says of one shot. Every text is as it stands in the file."""

    shot: ShotId
    characters: tuple[tuple[str, str], ...]  # name and description, the file's order
    style_elements: tuple[str, ...]
    plot: str
    background: str
    camera_motion: str

    @property
    def names(self) -> frozenset[str]:
        """Who is in the shot; nobody in a shot without people."""
        return frozenset(name for name, _ in self.characters)


def shot_named(stem: str) -> ShotId | None:
    """'1004_Juno_00.05.14.970-00.05.18.686' as a shot, None for another name."""
    match = keys.SHOT_ID.fullmatch(stem)
    if match is None:
        return None
    span = Span(_milliseconds(match["start"]), _milliseconds(match["end"]))
    return ShotId(span, one_key(stem), one_key(match["film"]))


Text = Annotated[str, Field(strict=True)]


class _AnnotationFile(BaseModel):
    """An annotation as it lies on disk: who is there and what happens is what it must say."""

    model_config = ConfigDict(extra="ignore")

    characters: dict[str, Text] = Field(alias=keys.CHARACTERS)
    plot: Text = Field(alias=keys.PLOT)
    style_elements: list[Text] = Field(default=[], alias=keys.STYLE)
    background: Text = Field(default="", alias=keys.BACKGROUND)
    camera_motion: Text = Field(default="", alias=keys.CAMERA)


def read_annotation(path: Path, shot: ShotId) -> Annotation:
    """One annotation file. Raises DatasetError, which names the file and the key."""
    try:
        told = _AnnotationFile.model_validate(read_json(path))
    except ValidationError as error:
        faults = "; ".join(
            f"{'.'.join(map(str, fault['loc'])) or 'the file'}: {fault['msg'].lower()}"
            for fault in error.errors()[:3]
        )
        raise DatasetError(f"{path} is no annotation: {faults}") from None
    characters = {same_name(name): (one_name(name), text) for name, text in told.characters.items()}
    return Annotation(
        shot,
        tuple(characters.values()),
        tuple(told.style_elements),
        told.plot,
        told.background,
        told.camera_motion,
    )


def read_json(path: Path) -> Any:
    """What a JSON file holds. Raises DatasetError."""
    try:
        return json.loads(path.read_bytes())
    except OSError as error:
        raise DatasetError(f"{path} cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise DatasetError(f"{path} is broken JSON ({error}): download it again") from None


def _milliseconds(clock: str) -> int:
    hours, minutes, seconds, thousandths = map(int, clock.split("."))
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + thousandths
