"""The shots of a run in the film's order, and how each joins its neighbours. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property

from script2movie.errors import SettingsError
from script2movie.movie import Movie, Scene, Shot, Transition
from script2movie.settings import nearest
from script2movie.stages import Setting, setting_of
from script2movie.timing import DISSOLVE

__all__ = ["Joins", "Reel", "asked_shots"]

FADE = 0.5  # seconds to black, and seconds up from it


@dataclass(frozen=True)
class Joins:
    """A shot's joins, in frames; `tail` is how long it runs on for the next to dissolve from.

    `dissolve_from` is the shot whose tail it starts with, or None.
    """

    tail: int
    fade_in: int
    fade_out: int
    dissolve_from: str | None


@dataclass(frozen=True)
class Reel:
    """`filmed` are the shots to make: those asked for, and those these dissolve from."""

    movie: Movie
    fps: int
    filmed: tuple[tuple[Scene, Shot], ...]
    asked: frozenset[str]

    @classmethod
    def of(cls, movie: Movie, fps: int, only: Collection[str]) -> "Reel":
        """Raises SettingsError where `only` names a shot that the plan lacks."""
        shots = list(movie.shots)
        asked = asked_shots(movie, only)
        wanted = set(asked)
        reel = cls(movie, fps, tuple(shots), asked)
        for _, shot in reversed(shots):
            before = reel.joins(shot.id).dissolve_from
            if shot.id in wanted and before is not None:
                wanted.add(before)
        return cls(movie, fps, tuple(pair for pair in shots if pair[1].id in wanted), asked)

    @property
    def whole(self) -> bool:
        """All shots of the film are asked for."""
        return len(self.asked) == sum(1 for _ in self.movie.shots)

    def setting(self, scene: Scene) -> Setting:
        return setting_of(self.movie, scene)

    def joins(self, shot_id: str) -> Joins:
        return self._joins[shot_id]

    @cached_property
    def _joins(self) -> Mapping[str, Joins]:
        shots = [
            (shot.id, scene.transition if shot is scene.shots[0] else Transition.CUT)
            for scene, shot in self.movie.shots
        ]
        before = [None, *(name for name, _ in shots)]
        entering = [Transition.FADE, *(transition for _, transition in shots[1:])]
        leaving = [*entering[1:], Transition.FADE]
        return {
            shot_id: Joins(
                tail=round(DISSOLVE * self.fps) if outwards is Transition.DISSOLVE else 0,
                fade_in=round(FADE * self.fps) if inwards is Transition.FADE else 0,
                fade_out=round(FADE * self.fps) if outwards is Transition.FADE else 0,
                dissolve_from=earlier if inwards is Transition.DISSOLVE else None,
            )
            for (shot_id, _), earlier, inwards, outwards in zip(
                shots, before, entering, leaving, strict=False
            )
        }


def asked_shots(movie: Movie, only: Collection[str]) -> frozenset[str]:
    """The ids in `only`, or all where it is empty.

    Raises:
        SettingsError: the plan lacks one of them.
    """
    ids = [shot.id for _, shot in movie.shots]
    for wanted in only:
        if wanted not in ids:
            raise SettingsError(f"the plan has no shot '{wanted}'{nearest(wanted, ids)}")
    return frozenset(only) or frozenset(ids)
