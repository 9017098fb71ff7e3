"""What a backend cannot do is said before anything is made, and by a dry run."""

from dataclasses import replace
from pathlib import Path

import pytest

from script2movie.bank import complete_bank
from script2movie.errors import BackendRefused
from script2movie.movie import Movie
from script2movie.pipeline import rehearse
from script2movie.settings import Settings

from .conftest import Shooter, small_movie


def pinned() -> Movie:
    """A set that does not exist, and a voice that does not."""
    movie = small_movie()
    scenes = (replace(movie.scenes[0], set="kichen"), movie.scenes[1])
    cast = (replace(movie.cast[0], voice="bellla"), movie.cast[1])
    return replace(movie, scenes=scenes, cast=cast)


def test_a_pinned_set_and_a_pinned_voice(
    shoot: Shooter, settings: Settings, tmp_path: Path
) -> None:
    with pytest.raises(BackendRefused) as run:
        shoot(pinned())
    assert list((tmp_path / ".script2movie").iterdir()) == []  # nothing was made
    assert set(run.value.shots) == {"s01_sh001", "s01_sh002"}
    lines = str(run.value).splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("Anna: there is no voice 'bellla'; the nearest name is '")
    assert lines[1].startswith("s01_sh001, s01_sh002: there is no set 'kichen': the nearest is '")

    people = complete_bank(pinned().cast, ())
    with pytest.raises(BackendRefused) as dry:
        rehearse(pinned(), people, settings)
    assert str(dry.value) == str(run.value)
    with pytest.raises(BackendRefused, match="no voice"):  # the set is of another scene
        rehearse(pinned(), people, settings, only=("s02_sh001",))


def test_a_plan_that_can_be_shot_is_let_through(settings: Settings) -> None:
    rehearse(small_movie(), complete_bank(small_movie().cast, ()), settings)
