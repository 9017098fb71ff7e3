"""Killed at any moment and run again: the same film, and only what was missing is made."""

import hashlib
import multiprocessing
import os
import random
import signal
import time
from pathlib import Path

import pytest

from script2movie.media import artefacts
from script2movie.media.clips import read_frames
from script2movie.stages import Keyframe, Likeness, Speech

from .conftest import Shooter, small_movie

KILLS = 20


def frames_of(film: Path) -> list[str]:
    return [hashlib.sha256(frame.tobytes()).hexdigest() for frame in read_frames(film)]


@pytest.mark.timeout(900)  # on a busy machine; 60 s of work
def test_twenty_kills(shoot: Shooter, tmp_path: Path) -> None:
    start = time.perf_counter()
    whole = shoot(small_movie(), _folder(tmp_path / "whole")).film
    seconds = time.perf_counter() - start
    assert whole.path is not None
    expected = frames_of(whole.path)

    rng = random.Random(7)
    context = multiprocessing.get_context("fork")  # what is imported already need not be again
    folder, number, kills = _folder(tmp_path / "killed0"), 0, 0
    while kills < KILLS:
        child = context.Process(target=shoot, args=(small_movie(), folder))
        child.start()
        child.join(rng.uniform(0, seconds))
        if child.is_alive():
            assert child.pid is not None
            os.kill(child.pid, signal.SIGKILL)
            child.join()
            kills += 1
        else:  # it came to its end before the kill: start over in a new place
            assert child.exitcode == 0
            assert frames_of(folder / "film.mp4") == expected
            number += 1
            folder = _folder(tmp_path / f"killed{number}")
        _all_whole(folder)
    shoot(small_movie(), folder)
    assert frames_of(folder / "film.mp4") == expected
    assert shoot(small_movie(), folder).kinds == ()


def _folder(path: Path) -> Path:
    path.mkdir()
    return path


def _all_whole(folder: Path) -> None:
    """Whatever has its own name is whole."""
    for kind, of in (("speak", Speech), ("prepare", Likeness), ("draw", Keyframe)):
        for path in (folder / ".script2movie" / kind).glob("[!.]*"):
            artefacts.load(path, of)
    for path in (folder / ".script2movie").glob("film/[!.]*"):
        assert list(read_frames(path / "picture.mp4"))
