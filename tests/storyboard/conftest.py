"""Two people of the default cast, cut out once for all tests of the storyboard."""

from importlib import resources
from pathlib import Path

import pytest

from script2movie.errors import WeightsError
from script2movie.movie import Character, Portrait
from script2movie.stages import Likeness
from script2movie.storyboard.embedded import EmbeddedStoryboarder

CAST = Path(str(resources.files("script2movie"))) / "assets" / "cast"


def figure(name: str) -> Character:
    portrait = CAST / name / "portrait.webp"
    return Character(name, (Portrait(portrait, default_figure=True),))


@pytest.fixture(scope="session")
def board() -> EmbeddedStoryboarder:
    try:
        return EmbeddedStoryboarder()
    except WeightsError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def cast(board: EmbeddedStoryboarder) -> dict[str, Likeness]:
    names = sorted(folder.parent.name for folder in CAST.glob("*/portrait.webp"))[:4]
    return {name: board.prepare(figure(name)) for name in names}
