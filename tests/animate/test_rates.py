"""A model's frame rate into the film's: moments kept, motion followed, nothing held back."""

from collections.abc import Iterator

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from scenery import panned

from script2movie.animate.lengths import native_length
from script2movie.animate.rates import retimed

Picture = NDArray[np.uint8]
WIDTH, HEIGHT = 160, 96


def psnr(one: Picture, other: Picture) -> float:
    inside = (slice(4, -4), slice(16, -16))  # what enters at the sides has no motion yet
    error = np.mean((one[inside].astype(float) - other[inside]) ** 2)
    return float(10 * np.log10(255**2 / max(error, 1e-9)))


@pytest.mark.parametrize("model_fps", [7, 8, 16, 24])
@pytest.mark.parametrize("fps", [12, 24, 30])
def test_every_frame_shows_its_own_moment(model_fps: int, fps: int) -> None:
    count = fps + 1
    native = native_length(count, fps, model_fps)
    source = (panned(n / model_fps) for n in range(native))
    made = list(retimed(source, model_fps=model_fps, fps=fps, num_frames=count))
    assert len(made) == count
    gains = []
    for number, frame in enumerate(made):
        truth = panned(number / fps)
        if number * model_fps % fps == 0:
            assert np.array_equal(frame, truth)
            continue
        moment = number * model_fps / fps
        first, share = int(moment), moment % 1
        pair = panned(first / model_fps), panned((first + 1) / model_fps)
        mixed = cv2.addWeighted(pair[0], 1 - share, pair[1], share, 0)
        assert psnr(frame, truth) > 30
        gains.append(psnr(frame, truth) - psnr(mixed, truth))
    assert not gains or np.mean(gains) > 6  # dB over a plain mix of the two frames


def test_frames_without_common_motion_are_mixed() -> None:
    pair = [panned(0), panned(0)[::-1, ::-1].copy()]
    made = list(retimed(iter(pair), model_fps=8, fps=16, num_frames=3))
    mixed = cv2.addWeighted(pair[0], 0.5, pair[1], 0.5, 0)
    assert psnr(made[1], mixed) > 20


def test_frames_are_taken_as_they_are_needed() -> None:
    taken = []

    def source() -> Iterator[Picture]:
        for number in range(9):
            taken.append(number)
            yield panned(number / 8)

    stream = retimed(source(), model_fps=8, fps=24, num_frames=25)
    next(stream)
    assert taken == [0]
    next(stream)
    assert taken == [0, 1]
    assert len(list(stream)) == 23 and taken == list(range(9))
