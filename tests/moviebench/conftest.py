"""The synthetic MovieBench, made once a session; a test that changes it changes its own copy."""

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from synthetic import make_dataset, make_predictions

sys.path.insert(0, str(Path(__file__).parents[1] / "perception"))  # tiny.py: published weights

BENCH = Path(__file__).parents[3] / "shared/data/moviebench"


@pytest.fixture(scope="session")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The whole data set; nobody writes into it."""
    return make_dataset(tmp_path_factory.mktemp("moviebench"))


@pytest.fixture(scope="session")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Predictions that show everybody they should; nobody writes into it."""
    return make_predictions(tmp_path_factory.mktemp("run"))


@pytest.fixture(scope="session")
def artefacts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What was measured of any file, by its contents: a second test measures nothing again."""
    return tmp_path_factory.mktemp("artefacts")


@pytest.fixture
def copied(tmp_path: Path) -> Callable[[Path], Path]:
    """A copy of a folder that a test may spoil."""
    return lambda folder: Path(shutil.copytree(folder, tmp_path / folder.name))


@pytest.fixture(scope="session")
def bench() -> Path:
    """Three films' real banks, which lie beside the project and never in it."""
    if not BENCH.is_dir():
        pytest.skip(f"{BENCH} is not on this machine")
    return BENCH


def quiet(stage: str, done: int, total: int) -> None:
    """Nobody watches."""
