"""A model's frame rate into the film's: moments kept, motion followed, nothing held back."""

from collections.abc import Iterator

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from scenery import panned

from script2movie.animate.lengths import native_length
from script2movie.animate.rates import retimed
from script2movie.media import nv12

Picture = NDArray[np.uint8]
WIDTH, HEIGHT = 160, 96


def seen(seconds: float) -> Picture:
    """What the panning camera sees, as NV12."""
    return nv12.from_rgb(panned(seconds))


def psnr(one: Picture, other: Picture, plane: int = 0) -> float:
    """In dB, of the luma (plane 0) or of the chroma (1)."""
    inside = (slice(4, -4), slice(16, -16))  # what enters at the sides has no motion yet
    ours, theirs = (nv12.planes(frame)[plane][inside].astype(float) for frame in (one, other))
    return float(10 * np.log10(255**2 / max(np.mean((ours - theirs) ** 2), 1e-9)))


@pytest.mark.parametrize("model_fps", [7, 8, 16, 24])
@pytest.mark.parametrize("fps", [12, 24, 30])
def test_every_frame_shows_its_own_moment(model_fps: int, fps: int) -> None:
    count = fps + 1
    native = native_length(count, fps, model_fps)
    source = (seen(n / model_fps) for n in range(native))
    made = list(retimed(source, model_fps=model_fps, fps=fps, num_frames=count))
    assert len(made) == count
    gains: list[tuple[float, float]] = []  # dB over a plain mix of the two frames
    for number, frame in enumerate(made):
        truth = seen(number / fps)
        if number * model_fps % fps == 0:
            assert np.array_equal(frame, truth)
            continue
        moment = number * model_fps / fps
        first, share = int(moment), moment % 1
        pair = seen(first / model_fps), seen((first + 1) / model_fps)
        mixed = cv2.addWeighted(pair[0], 1 - share, pair[1], share, 0)
        near = [psnr(frame, truth, plane) for plane in (0, 1)]
        assert near[0] > 44 and near[1] > 40
        gains.append((near[0] - psnr(mixed, truth), near[1] - psnr(mixed, truth, 1)))
    if gains:
        luma, chroma = np.mean(gains, axis=0)
        assert luma > 6 and chroma > 0


def test_frames_without_common_motion_are_mixed() -> None:
    pair = [seen(0), nv12.from_rgb(panned(0)[::-1, ::-1])]
    made = list(retimed(iter(pair), model_fps=8, fps=16, num_frames=3))
    mixed = cv2.addWeighted(pair[0], 0.5, pair[1], 0.5, 0)
    assert psnr(made[1], mixed) > 20


def test_frames_are_taken_as_they_are_needed() -> None:
    taken = []

    def source() -> Iterator[Picture]:
        for number in range(9):
            taken.append(number)
            yield seen(number / 8)

    stream = retimed(source(), model_fps=8, fps=24, num_frames=25)
    next(stream)
    assert taken == [0]
    next(stream)
    assert taken == [0, 1]
    assert len(list(stream)) == 23 and taken == list(range(9))
