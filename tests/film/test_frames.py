"""The storyboard on its own, other takes, and what a person puts in place of a keyframe."""

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from script2movie import pipeline
from script2movie.bank import complete_bank
from script2movie.cache import Cache
from script2movie.errors import ShotFailed
from script2movie.media import artefacts
from script2movie.media.clips import read_frames
from script2movie.movie import Movie, OwnFrame
from script2movie.settings import Settings
from script2movie.stages import Keyframe

from .conftest import Shooter, small_movie
from .test_remade import edit


def drawn(
    folder: Path, settings: Settings, movie: Movie | None = None, **choices: object
) -> tuple[dict[str, Path], list[str]]:
    movie = movie or small_movie()
    cache = Cache(folder / ".script2movie")
    keyframes = pipeline.draw_storyboard(
        movie,
        complete_bank(movie.cast, ()),
        folder / "film.mp4",
        settings,
        cache,
        lambda stage, done, total: None,
        **choices,
    )
    return keyframes, [kind for kind, _ in cache.made]


def picture(folder: Path, shot_id: str) -> np.ndarray:
    return cv2.imread(str(folder / "storyboard" / f"{shot_id}.png"))


def test_a_storyboard_alone_is_the_films(
    tmp_path: Path, settings: Settings, shoot: Shooter
) -> None:
    keyframes, made = drawn(tmp_path, settings)
    assert sorted(keyframes) == ["s01_sh001", "s01_sh002", "s02_sh001"]
    assert set(made) == {"prepare", "draw"}
    assert {path.name for path in (tmp_path / "storyboard").iterdir()} == {
        f"{shot_id}.png" for shot_id in keyframes
    }
    film = shoot(small_movie())
    assert not film.set & {"prepare", "draw"}
    assert {take.shot.id: take.keyframe for take in film.film.takes} == keyframes


def test_another_take_is_another_picture_and_back_again(tmp_path: Path, settings: Settings) -> None:
    movie = small_movie()
    drawn(tmp_path, settings, movie)
    first = picture(tmp_path, "s01_sh001")
    again = edit(movie, 0, 0, take=1)
    _, made = drawn(tmp_path, settings, again)
    assert made == ["draw"]
    second = picture(tmp_path, "s01_sh001")
    assert np.abs(first.astype(int) - second).mean() > 2
    drawn(tmp_path, settings, movie)
    assert np.array_equal(picture(tmp_path, "s01_sh001"), first)


def test_a_kept_keyframe_stays_as_it_is(tmp_path: Path, settings: Settings) -> None:
    movie = small_movie()
    keyframes, _ = drawn(tmp_path, settings, movie)
    kept = {"s01_sh001": OwnFrame(keyframes["s01_sh001"], kept=True)}
    before = picture(tmp_path, "s01_sh001")
    moved = replace(movie, scenes=(replace(movie.scenes[0], place="office"), movie.scenes[1]))
    _, made = drawn(tmp_path, settings, moved, frames=kept)
    assert made.count("draw") == 2  # the kept one's copy, and the other shot of the scene
    assert np.array_equal(picture(tmp_path, "s01_sh001"), before)
    larger = replace(settings, width=640, height=360)
    with pytest.raises(ShotFailed, match="s01_sh001: its kept keyframe is 320 x 180 px"):
        drawn(tmp_path, larger, moved, frames=kept)


def test_a_film_with_a_picture_of_ones_own(
    tmp_path: Path, settings: Settings, shoot: Shooter
) -> None:
    path = tmp_path / "mine.png"
    cv2.imwrite(str(path), np.full((400, 500, 3), (200, 60, 20), np.uint8))
    frames = {"s01_sh002": OwnFrame(path, faces=(("Ben", (200.0, 150.0, 300.0, 250.0)),))}
    film = shoot(small_movie(), frames=frames).film
    (mine,) = [take for take in film.takes if take.shot.id == "s01_sh002"]
    (face,) = artefacts.load(mine.keyframe, Keyframe).faces
    x0, y0, x1, y1 = face.box  # the middle of the picture is the middle of the frame
    assert ((x0 + x1) / 2, (y0 + y1) / 2) == pytest.approx((160, 90), abs=1)
    for rgb in read_frames(mine.clip):
        middle = rgb[60:120, 100:220].reshape(-1, 3).mean(axis=0)
        assert np.abs(middle - (20, 60, 200)).max() < 25
