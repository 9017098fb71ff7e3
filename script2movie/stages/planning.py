"""A story on its way to a movie."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from script2movie.movie import Character, Light, Movie, Scene, Style, Transition

__all__ = ["Brief", "Outline", "OutlineScene", "Planner"]


@dataclass(frozen=True)
class Brief:
    """What a person asks of the plan. `minutes` is the wished length, None lets the text set it."""

    minutes: float | None = None
    narrator: bool = True
    style: Style = Style.PHOTO


@dataclass(frozen=True)
class OutlineScene:
    """One scene before its shots: `start` to `end` is its stretch of the story, in characters."""

    id: str
    place: str
    interior: bool
    light: Light
    start: int
    end: int
    summary: str = ""
    characters: tuple[str, ...] = ()
    mood: str = ""
    transition: Transition = Transition.CUT


@dataclass(frozen=True)
class Outline:
    """The whole film at scene level. `movie.scenes` is empty; `story` is the text itself."""

    movie: Movie
    story: str
    brief: Brief
    scenes: tuple[OutlineScene, ...]


class Planner(Protocol):
    """A story into an outline, and an outline into scenes that plan apart from each other."""

    @property
    def fingerprint(self) -> str: ...
    def outline(
        self, story: str, bank: Sequence[Character], brief: Brief, *, seed: int
    ) -> Outline: ...
    def scene(
        self, outline: Outline, number: int, bank: Sequence[Character], *, seed: int
    ) -> Scene: ...
    def close(self) -> None: ...
