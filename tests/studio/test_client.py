"""The documents' example of making a film by program, run as it stands."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from script2movie.media.clips import read_frames

from .conftest import OWN_CAST, ROOT, Studio

STORY = 'Iris Vale sits in her kitchen. "You are late," says Iris.\n'


@pytest.mark.timeout(900)
def test_a_film_is_made_by_program(network: Studio, tmp_path: Path) -> None:
    story = tmp_path / "late.md"
    story.write_text(STORY, encoding="utf-8")
    cast = Path(shutil.copytree(OWN_CAST / "cast", tmp_path / "cast"))
    for voice in (cast / "Iris Vale").glob("voice*"):  # a match to it takes as long as all else
        voice.unlink()
    script = ROOT / "docs" / "studio_client.py"
    done = subprocess.run(
        [sys.executable, script, network.address, story, cast, tmp_path / "out"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    made = {Path(line).name for line in done.stdout.splitlines()}
    assert {"film.mp4", "film.srt", "film.otio", "report.html", "plan.json"} <= made
    assert next(read_frames(tmp_path / "out" / "film.mp4")).shape == (180, 320, 3)
