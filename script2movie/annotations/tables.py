"""The files that speak of all films: which shots make a scene, and a text a film.

Knows these files one at a time; where they lie is the caller's business.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from script2movie.annotations import keys
from script2movie.annotations.shots import read_json
from script2movie.errors import DatasetError
from script2movie.names import one_key

__all__ = ["SceneOfFilm", "is_texts", "read_scenes", "read_texts"]


@dataclass(frozen=True)
class SceneOfFilm:
    """A scene: its number as MovieBench counts, its description and the names of its shots."""

    number: int
    description: str
    shots: tuple[str, ...]


def read_texts(path: Path) -> Mapping[str, str]:
    """A text by film, such as the synopses. Raises DatasetError."""
    told = read_json(path)
    if not isinstance(told, dict) or not is_texts(list(told.values())):
        raise DatasetError(f"{path} must be an object of texts by film")
    return {one_key(film): text for film, text in told.items()}


def read_scenes(path: Path) -> Mapping[str, tuple[SceneOfFilm, ...]]:
    """Each film's scenes in their order. Raises DatasetError."""
    told = read_json(path)
    if not isinstance(told, dict):
        raise DatasetError(f"{path} must be an object of films")
    return {one_key(film): _scenes(path, film, scenes) for film, scenes in told.items()}


def is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(text, str) for text in value)


def _scenes(path: Path, film: str, told: object) -> tuple[SceneOfFilm, ...]:
    if not isinstance(told, dict):
        raise DatasetError(f"{path}: {film} must be an object of scenes")
    scenes = []
    for key, shots in told.items():
        match = keys.SCENE_KEY.fullmatch(key)
        if match is None or not is_texts(shots):
            raise DatasetError(
                f"{path}: {film}: {key[:40]!r} must be 'Sence <number>: <description>' with a "
                "list of shots"
            )
        names = tuple(one_key(shot).removesuffix(".json") for shot in shots)
        scenes.append(SceneOfFilm(int(match["number"]), match["description"].strip(), names))
    return tuple(sorted(scenes, key=lambda scene: scene.number))
