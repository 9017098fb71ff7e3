"""A film's frame in a model's: nothing stretched, nothing lost, back where it was."""

import cv2
import numpy as np
import pytest
from scenery import wall

from script2movie.animate.fitting import Fit, best_size, sizes_within

FILMS = [(1280, 720), (720, 1280), (640, 480), (1920, 804), (192, 128), (1024, 1024)]
AREAS = [(1024 * 576, 64), (832 * 480, 16), (1280 * 704, 32), (768 * 512, 32)]


@pytest.mark.parametrize("film", FILMS)
@pytest.mark.parametrize(("area", "multiple"), AREAS)
def test_sizes_that_models_make(film: tuple[int, int], area: int, multiple: int) -> None:
    fit = best_size(*film, sizes_within(area, multiple))
    assert fit.model_width % multiple == fit.model_height % multiple == 0
    assert fit.model_width * fit.model_height <= area
    width, height = fit.inner
    assert width <= fit.model_width and height <= fit.model_height
    # One scaling for both sides, but for half a pixel of rounding
    assert abs(width / film[0] * film[1] - height) <= 1.0
    assert fit.share > 0.85
    assert width * height > 0.75 * area


def test_sizes_by_hand() -> None:
    wan = best_size(1280, 720, sizes_within(832 * 480, 16))
    assert (wan.model_width, wan.model_height, wan.inner) == (832, 480, (832, 468))
    svd = best_size(1280, 720, sizes_within(1024 * 576, 64))
    assert (svd.model_width, svd.model_height, svd.share) == (1024, 576, 1.0)
    assert Fit(720, 1280, 720, 480).share == pytest.approx(0.375)


@pytest.mark.parametrize("film", FILMS)
def test_what_goes_in_comes_out_where_it_was(film: tuple[int, int]) -> None:
    # A smooth picture survives being made smaller; a shift of a pixel would be seen.
    picture = cv2.GaussianBlur(wall(*film), (0, 0), 5)
    fit = best_size(*film, sizes_within(film[0] * film[1], 16))
    back = fit.out(fit.into(picture)).astype(float)
    assert back.shape == picture.shape
    error = np.abs(back - picture).mean()
    moved = np.abs(np.roll(picture, 1, axis=1)[:, 1:].astype(float) - picture[:, 1:]).mean()
    assert error < 0.35 * moved


def test_the_margin_is_the_picture_mirrored() -> None:
    picture = wall(96, 64)
    into = Fit(96, 64, 96, 80).into(picture)
    assert into.shape == (80, 96, 3)
    assert np.array_equal(into[8:72], picture)
    assert np.array_equal(into[:8], picture[8:0:-1])
