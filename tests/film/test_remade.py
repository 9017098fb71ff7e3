"""An edit remakes exactly what it touches."""

from dataclasses import replace
from pathlib import Path

import pytest

from script2movie.errors import SettingsError
from script2movie.media.clips import read_frames
from script2movie.movie import CastMember, Gender, Line, Movie, ShotSize

from .conftest import Shooter, small_movie


def edit(movie: Movie, scene: int, shot: int, **changes: object) -> Movie:
    shots = list(movie.scenes[scene].shots)
    shots[shot] = replace(shots[shot], **changes)  # type: ignore[arg-type]
    scenes = list(movie.scenes)
    scenes[scene] = replace(scenes[scene], shots=tuple(shots))
    return replace(movie, scenes=tuple(scenes))


def test_what_an_edit_remakes(shoot: Shooter, tmp_path: Path) -> None:
    movie = small_movie()
    first = shoot(movie)
    assert first.set == {
        "cast",
        "speak",
        "prepare",
        "draw",
        "film",
        "clip",
        "card",
        "mix",
        "stitch",
    }
    assert first.film.path is not None and first.film.path.stat().st_size > 10_000
    pictures = {path: path.read_bytes() for path in (tmp_path / "storyboard").iterdir()}
    assert len(pictures) == 3

    # Nothing changed: nothing is made.
    assert shoot(movie).kinds == ()

    # A line: its speech, its motion and lips, its clip, the mix and the cut; never a keyframe.
    said = edit(movie, 0, 0, dialogue=(Line("Anna", "Go away."),))
    assert sorted(shoot(said).kinds) == ["clip", "film", "mix", "speak", "stitch"]
    assert {path: path.read_bytes() for path in pictures} == pictures

    # A shot's picture: that shot only. The next scene dissolves from it, so its clip is mixed
    # again; nothing is drawn for it.
    closer = edit(movie, 0, 1, size=ShotSize.MEDIUM)
    made = shoot(closer)
    assert made.kinds.count("draw") == 1
    assert made.kinds.count("film") == 2

    # A scene's set: that scene only.
    moved = replace(movie, scenes=(movie.scenes[0], replace(movie.scenes[1], place="office")))
    made = shoot(moved)
    assert made.kinds.count("draw") == 1 and made.kinds.count("film") == 1

    # A person more at the end of the cast: nobody else's voice, face or picture changes.
    more = replace(movie, cast=(*movie.cast, CastMember("Cleo", gender=Gender.FEMALE)))
    assert shoot(more).set <= {"cast"}


def test_the_same_plan_and_seed_give_the_same_frames(shoot: Shooter, tmp_path: Path) -> None:
    frames = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        film = shoot(small_movie(), tmp_path / name).film
        assert film.path is not None
        frames.append([frame.tobytes() for frame in read_frames(film.path)])
        assert film.num_frames == len(frames[-1])
    assert frames[0] == frames[1]


def test_one_shot_alone(shoot: Shooter, tmp_path: Path) -> None:
    made = shoot(small_movie(), only=("s01_sh002",))
    assert made.film.path is None and made.kinds.count("draw") == 1
    assert [path.name for path in (tmp_path / "clips").iterdir()] == ["s01_sh002.mp4"]
    with pytest.raises(SettingsError, match="no shot 's01_sh003'; did you mean 's01_sh00"):
        shoot(small_movie(), only=("s01_sh003",))
