"""A picture in place of a keyframe, one that cannot be read, and clips without a film."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from script2movie import pipeline
from script2movie.bank import complete_bank
from script2movie.cache import Cache
from script2movie.errors import ShotFailed
from script2movie.media import artefacts
from script2movie.movie import OwnFrame
from script2movie.settings import Settings
from script2movie.stages import Keyframe

from .conftest import small_movie


def test_a_picture_stands_for_a_keyframe_and_a_broken_one_fails_its_shot_alone(
    settings: Settings, tmp_path: Path
) -> None:
    whole, broken = tmp_path / "whole.png", tmp_path / "broken.png"
    red = np.zeros((300, 300, 3), np.uint8)
    red[..., 0] = 200
    Image.fromarray(red).save(whole)
    broken.write_bytes(b"no picture")
    movie = small_movie()
    # a set that does not exist is none of a drawn shot's business where nothing is drawn
    movie = replace(movie, scenes=(replace(movie.scenes[0], set="kichen"), movie.scenes[1]))
    frames = {"s01_sh001": OwnFrame(whole), "s01_sh002": OwnFrame(broken)}
    cache, people = Cache(tmp_path / ".script2movie"), complete_bank(movie.cast, ())
    out = tmp_path / "film.mp4"

    def shoot(*only: str) -> pipeline.Film:
        def quiet(stage: str, done: int, total: int) -> None:
            """Nobody watches."""

        return pipeline.shoot(
            movie, people, out, settings, cache, quiet, only=only, frames=frames, cut=False
        )

    with pytest.raises(ShotFailed) as failure:
        shoot("s01_sh001", "s01_sh002")
    assert set(failure.value.reasons) == {"s01_sh002"}
    assert "broken.png" in failure.value.reasons["s01_sh002"]
    assert (tmp_path / "clips" / "s01_sh001.mp4").is_file()
    film = shoot("s01_sh001")
    assert film.path is None and not out.exists()
    shown = artefacts.load(film.takes[0].keyframe, Keyframe).picture
    assert shown.shape == (settings.height, settings.width, 3)
    assert np.abs(shown.reshape(-1, 3).mean(axis=0) - (200, 0, 0)).max() < 1
