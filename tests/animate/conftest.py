"""Keyframes of two people before a wall, small enough to animate at once."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from scenery import FOCAL, HEIGHT, WIDTH, placed, wall

from script2movie.movie import Style
from script2movie.stages import Backdrop, Keyframe, Layers, PersonLayer


@pytest.fixture(scope="session")
def people() -> tuple[PersonLayer, PersonLayer]:
    """Ann on the left, near; Bob on the right, twice as far away."""
    return placed("Ann", "amber", 0.3, 1.0), placed("Bob", "walter", 0.7, 2.0)


@pytest.fixture(scope="session")
def keyframe(people: tuple[PersonLayer, ...]) -> Keyframe:
    """Both before a wall with a margin of 15 % on each side, in a look without grain."""
    backdrop = Backdrop(wall(832, 468), FOCAL)
    layers = Layers(backdrop, people, None, Style.COMIC)
    return Keyframe(np.zeros((HEIGHT, WIDTH, 3), np.uint8), (), (layers,))


@pytest.fixture
def change(keyframe: Keyframe) -> Callable[..., Keyframe]:
    """The keyframe with some of its only layers' fields replaced."""

    def changed(**fields: object) -> Keyframe:
        return replace(keyframe, layers=(replace(keyframe.layers[0], **fields),))

    return changed
