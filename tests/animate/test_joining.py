"""Clips that go on from one another: no seam, however badly a clip repeats what it was given."""

from collections.abc import Sequence
from weakref import ref

import numpy as np
import pytest
from numpy.typing import NDArray
from scenery import panned

from script2movie.animate.joining import continued
from script2movie.animate.rates import retimed
from script2movie.media import nv12

Picture = NDArray[np.uint8]


def steps(frames: Sequence[Picture]) -> NDArray[np.float64]:
    """The mean difference between each frame and the next."""
    whole = np.stack(frames).astype(float)
    return np.abs(np.diff(whole, axis=0)).mean((1, 2, 3))


@pytest.mark.parametrize("overlap", [1, 9])
@pytest.mark.parametrize("drift", [0.0, 12.0, -20.0])
def test_the_step_across_a_join_is_no_larger_than_within_the_clips(
    overlap: int, drift: float
) -> None:
    # A camera pans on and on; every clip repeats its start off by a colour and a softness, as a
    # decoder does.
    lengths = (25, 25, 25)
    asked: list[tuple[int, int]] = []

    def make(given: Sequence[Picture], length: int, number: int) -> NDArray[np.uint8]:
        asked.append((len(given), length))
        start = number * (25 - overlap)
        clean = np.stack([panned((start + n) / 24) for n in range(length)]).astype(float)
        return np.clip(clean * (1 - 0.02 * number) + drift * number, 0, 255).astype(np.uint8)

    frames = list(continued([panned(0)], lengths, make, overlap=overlap))
    assert asked == [(1, 25), (overlap, 25), (overlap, 25)]
    assert len(frames) == 75 - 2 * overlap
    change = steps(frames)
    joins = [25 - 1, 25 + (25 - overlap) - 1]
    within = np.delete(change, joins)
    assert max(change[join] for join in joins) <= within.max()
    assert max(change[join] for join in joins) <= 1.25 * np.median(change)


def test_a_clip_that_begins_exactly_as_it_was_told_is_left_as_it_is() -> None:
    def make(given: Sequence[Picture], length: int, number: int) -> NDArray[np.uint8]:
        return np.stack([panned((number * 8 + n) / 24) for n in range(length)])

    frames = list(continued([panned(0)], (9, 9), make))
    assert all(np.array_equal(frame, panned(n / 24)) for n, frame in enumerate(frames))
    assert len(frames) == 17


@pytest.mark.parametrize("lengths", [(9,), (9, 9, 9)])
@pytest.mark.parametrize("overlap", [1, 3])
def test_a_clip_is_let_go_before_the_next_one_is_made(
    lengths: tuple[int, ...], overlap: int
) -> None:
    made: list[ref[NDArray[np.uint8]]] = []

    def make(given: Sequence[Picture], length: int, number: int) -> NDArray[np.uint8]:
        assert all(clip() is None for clip in made)
        clip = np.full((length, 96, 160, 3), 40 + number, np.uint8)
        made.append(ref(clip))
        return clip

    # As a shot is made: frames between the clips' are asked for, and the last few are kept.
    count = 3 * (sum(lengths) - overlap * (len(lengths) - 1)) - 2
    stream = retimed(
        map(nv12.from_rgb, continued([panned(0)], lengths, make, overlap=overlap)),
        model_fps=8,
        fps=24,
        num_frames=count,
    )
    kept = list(stream)[-5:]
    assert len(made) == len(lengths) and len(kept) == 5
    assert all(clip() is None for clip in made)
