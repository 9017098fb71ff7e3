"""Real faces and voices for the tests: the default cast, and speech made on the spot."""

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

import script2movie

CAST = Path(script2movie.__file__).parent / "assets/cast"
PEOPLE = ("amber", "aisha", "arjun", "ben")  # by name: a new figure changes nobody's test
BENCH = Path(__file__).parents[3] / "shared/data/moviebench"


def on_grey(path: Path) -> NDArray[np.uint8]:
    """A cut-out on a grey wall: (H, W, 3)."""
    with Image.open(path) as picture:
        person = picture.convert("RGBA")
    wall = Image.new("RGBA", person.size, (150, 150, 145, 255))
    return np.array(Image.alpha_composite(wall, person).convert("RGB"))


@pytest.fixture(scope="session")
def portraits() -> Mapping[str, NDArray[np.uint8]]:
    """One portrait of each of four people, by name."""
    return {name: on_grey(CAST / name / "portrait.webp") for name in PEOPLE}


@pytest.fixture(scope="session")
def portrait(portraits: Mapping[str, NDArray[np.uint8]]) -> NDArray[np.uint8]:
    return next(iter(portraits.values()))


@pytest.fixture(scope="session")
def sentence() -> str:
    return "The old clock in the hall strikes nine, and nobody opens the door."


Say = Callable[[str], tuple[NDArray[np.float32], int]]


@pytest.fixture(scope="session")
def say() -> Say:
    """A text spoken by a synthetic voice: mono samples and their rate."""
    from hibari import SAMPLE_RATE, Hibari  # type: ignore[import-untyped]

    voice = Hibari()
    return lambda text: (np.asarray(voice(text, seed=0), np.float32), SAMPLE_RATE)


@pytest.fixture(scope="session")
def speech(say: Say, sentence: str) -> tuple[NDArray[np.float32], int]:
    """The sentence as the voice says it."""
    return say(sentence)


@pytest.fixture(scope="session")
def bench() -> Path:
    """MovieBench's pictures, which lie beside the project and never in it."""
    if not BENCH.is_dir():
        pytest.skip(f"{BENCH} is not on this machine")
    return BENCH
