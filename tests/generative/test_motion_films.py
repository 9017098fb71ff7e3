"""Every generative animator makes a film from the command line, from a tiny checkpoint."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from script2movie.media.clips import read_frames

from .motion_films import BACKENDS, animator, one_shot, shoot


def frames_of(film: Path) -> NDArray[np.uint8]:
    return np.stack(list(read_frames(film)))


@pytest.fixture(scope="session")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the keyframe of `one_shot` is drawn once for all."""
    return tmp_path_factory.mktemp("motion")


@pytest.mark.parametrize("kind", BACKENDS)
def test_a_film_is_made_and_made_alike_again(kind: str, drawn: Path, tmp_path: Path) -> None:
    name, build, options = BACKENDS[kind]
    words = animator(name, build(tmp_path / "model", sharded=True), *options)
    artefacts = drawn / ".script2movie" / "animate"
    before = set(artefacts.glob("*"))
    assert shoot(one_shot(), drawn / "film.mp4", *words) == 0
    first = frames_of(drawn / "film.mp4")
    assert first.shape == (6, 128, 192, 3)
    assert first.std() > 1  # something is to be seen
    (kept,) = set(artefacts.iterdir()) - before
    pictures = (kept / "frames.mkv").read_bytes()

    # The same seed makes the same frames, another seed others.
    shutil.rmtree(kept)
    assert shoot(one_shot(), drawn / "film.mp4", *words) == 0
    assert (kept / "frames.mkv").read_bytes() == pictures
    assert np.array_equal(frames_of(drawn / "film.mp4"), first)
    assert shoot(one_shot(), drawn / "film.mp4", *words, "--seed", "1") == 0
    assert not np.array_equal(frames_of(drawn / "film.mp4"), first)


@pytest.mark.parametrize("kind", ["svd", "i2vgen-xl"])
def test_half_precision_files_are_read(kind: str, drawn: Path, tmp_path: Path) -> None:
    name, build, options = BACKENDS[kind]
    folder = build(tmp_path / "model", fp16=True)
    assert list(folder.glob("unet/*.fp16.safetensors"))
    words = animator(name, folder, *options)
    assert shoot(one_shot(), drawn / "half.mp4", *words) == 0


@pytest.mark.parametrize("kind", ["svd", "wan-2.1", "ltx2"])
def test_a_shot_longer_than_a_clip_goes_on(kind: str, drawn: Path, tmp_path: Path) -> None:
    # SVD's tiny clip is under a second long; Wan's and LTX-2's are five.
    name, build, options = BACKENDS[kind]
    seconds = 2.0 if kind == "svd" else 5.5
    words = animator(name, build(tmp_path / "model"), *options, "steps=1")
    assert shoot(one_shot(duration=seconds), drawn / "long.mp4", *words) == 0
    frames = frames_of(drawn / "long.mp4")
    assert len(frames) == round(seconds * 8)
