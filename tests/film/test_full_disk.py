"""A disk that really is full: one sentence, nothing corrupt, the same film once there is room."""

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from script2movie.errors import OutputError

from .conftest import Shooter, small_movie

Resize = Callable[[int], None]


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[tuple[Path, Resize]]:
    """A disk of its own in memory, and what makes it another number of megabytes."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(place)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only root may mount a disk")

    def resize(megabytes: int) -> None:
        subprocess.run(
            ["mount", "-o", f"remount,size={megabytes}m", str(place)],
            check=True,
        )

    yield place, resize
    subprocess.run(["umount", str(place)], check=True)


def test_a_disk_that_fills_up_anywhere(
    disk: tuple[Path, Resize], shoot: Shooter, tmp_path: Path
) -> None:
    place, resize = disk
    whole = shoot(small_movie()).film
    assert whole.path is not None
    refusals = 0
    with pytest.raises(OutputError, match="is full: free some space and run again"):
        shoot(small_movie(), place)
    for megabytes in range(1, 64):
        resize(megabytes)
        try:
            film = shoot(small_movie(), place).film
        except OutputError as error:
            refusals += 1
            assert f"the disk that holds {place}" in str(error)
            assert str(error).endswith("run again, what is made already is kept")
        else:
            break
    assert refusals > 4
    assert film.path is not None
    assert film.path.read_bytes() == whole.path.read_bytes()
