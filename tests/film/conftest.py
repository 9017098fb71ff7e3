"""A film small enough to shoot in seconds, with every stage's real embedded backend."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from script2movie import pipeline
from script2movie.bank import complete_bank
from script2movie.cache import Cache
from script2movie.movie import (
    Appearance,
    CastMember,
    Framing,
    Gender,
    Light,
    Line,
    Movie,
    OwnFrame,
    Position,
    Scene,
    Shot,
    ShotSize,
    Transition,
)
from script2movie.settings import Settings, settings_for

ANNA = Appearance("Anna", position=Position.LEFT, facing=Position.RIGHT)
BEN = Appearance("Ben", position=Position.RIGHT, facing=Position.LEFT)


def small_movie() -> Movie:
    """Two scenes, three shots, two people, two lines."""
    here = Shot(
        "s01_sh001",
        ShotSize.MEDIUM,
        Framing.SINGLE,
        characters=(ANNA,),
        dialogue=(Line("Anna", "Come in."),),
        duration=0.5,
    )
    there = Shot(
        "s01_sh002",
        ShotSize.CLOSE_UP,
        Framing.SINGLE,
        characters=(BEN,),
        dialogue=(Line("Ben", "Maybe."),),
        duration=0.5,
    )
    both = Shot(
        "s02_sh001",
        ShotSize.MEDIUM,
        Framing.TWO_SHOT,
        characters=(ANNA, BEN),
        duration=0.7,
    )
    return Movie(
        "The Test",
        (CastMember("Anna", gender=Gender.FEMALE), CastMember("Ben", gender=Gender.MALE)),
        (
            Scene("s01", "kitchen", True, Light.DAY, (here, there)),
            Scene("s02", "forest", False, Light.DAY, (both,), transition=Transition.DISSOLVE),
        ),
    )


@dataclass(frozen=True)
class Made:
    """What a run made: each kind of artefact, as often as it was made."""

    film: pipeline.Film
    kinds: tuple[str, ...]

    @property
    def set(self) -> set[str]:
        return set(self.kinds)


Shooter = Callable[..., Made]


@pytest.fixture
def settings() -> Settings:
    return settings_for("preview", width=320, height=180, fps=8)


@pytest.fixture
def shoot(tmp_path: Path, settings: Settings) -> Shooter:
    """Shoots a movie into `tmp_path`, or another folder; says what had to be made."""

    def run(
        movie: Movie,
        folder: Path = tmp_path,
        only: tuple[str, ...] = (),
        frames: Mapping[str, OwnFrame] | None = None,
    ) -> Made:
        cache = Cache(folder / ".script2movie")
        people = complete_bank(movie.cast, ())
        film = pipeline.shoot(
            movie,
            people,
            folder / "film.mp4",
            settings,
            cache,
            lambda stage, done, total: None,
            only=only,
            frames=frames,
        )
        return Made(film, tuple(kind for kind, _ in cache.made))

    return run
