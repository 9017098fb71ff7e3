"""Who is in a shot, and their likenesses read from disk as they are needed."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path

from script2movie.errors import ShotFailed
from script2movie.media import artefacts
from script2movie.movie import Shot
from script2movie.stages import Likeness

__all__ = ["cast_of", "shelf"]


def cast_of(shot: Shot, likenesses: Mapping[str, Path]) -> list[str]:
    """The names of a shot's people, each once. Raises ShotFailed where one has no likeness."""
    names = list(dict.fromkeys(person.character for person in shot.characters))
    for name in names:
        if name not in likenesses:
            raise ShotFailed(f"{name} could not be prepared")
    return names


def shelf(likenesses: Mapping[str, Path]) -> Callable[[str], Likeness]:
    """Reads likenesses as they are asked for; keeps a few, so that memory stays flat."""
    return lru_cache(maxsize=6)(lambda name: artefacts.load(likenesses[name], Likeness))
