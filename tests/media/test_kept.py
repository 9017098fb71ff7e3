"""Frames kept on disk come back to the byte, with the meshes of whoever's they are."""

import os
import pty
import subprocess
import sys
import termios
from pathlib import Path

import numpy as np
import pytest

from script2movie.errors import OutputError
from script2movie.media.kept import load_frames, save_frames
from script2movie.stages import NUM_LANDMARKS, FaceTrack, Frame

SIZE = {"width": 128, "height": 72}


def shot(count: int = 12) -> list[Frame]:
    rng = np.random.default_rng(4)
    mesh = rng.uniform(0, 100, (NUM_LANDMARKS, 2)).astype(np.float32)
    frames = []
    for number in range(count):
        nv12 = rng.integers(0, 256, (108, 128), np.uint8)  # out of the legal range too
        tracks = [FaceTrack("Anna", mesh + number), FaceTrack("Ben", mesh - number)]
        frames.append(Frame(nv12, tuple(tracks[: number % 3])))
    return frames


def test_every_byte_and_every_mesh_comes_back(tmp_path: Path) -> None:
    made = shot()
    assert save_frames(iter(made), tmp_path / "shot", **SIZE, fps=24) == 12
    back = list(load_frames(tmp_path / "shot", **SIZE))
    assert len(back) == 12
    for before, after in zip(made, back, strict=True):
        assert np.array_equal(before.nv12, after.nv12)
        assert [track.character for track in after.faces] == [t.character for t in before.faces]
        for one, other in zip(before.faces, after.faces, strict=True):
            assert np.array_equal(one.points, other.points)
        after.nv12[:] = 0  # whoever reads may write


def test_reading_may_stop_early(tmp_path: Path) -> None:
    made = shot()
    save_frames(iter(made), tmp_path / "shot", **SIZE, fps=24)
    stream = load_frames(tmp_path / "shot", **SIZE)
    assert np.array_equal(next(stream).nv12, made[0].nv12)
    stream.close()  # type: ignore[attr-defined]


READING = """
import sys
from pathlib import Path
from script2movie.media import kept
folder = Path(sys.argv[1])
for stream in (kept.load_frames(folder, width=128, height=72), kept.read_rgb(folder, [3])):
    next(stream)
    stream.close()
"""


def test_reading_leaves_the_terminal_alone(tmp_path: Path) -> None:
    # ffmpeg turns off a terminal's echo to be told 'q', and when killed never turns it on again.
    save_frames(iter(shot()), tmp_path / "shot", **SIZE, fps=24)
    ours, theirs = pty.openpty()
    before = termios.tcgetattr(theirs)
    command = [sys.executable, "-c", READING, str(tmp_path / "shot")]
    subprocess.run(command, stdin=theirs, check=True)
    after = termios.tcgetattr(theirs)
    os.close(ours)
    os.close(theirs)
    assert after == before


@pytest.mark.parametrize("length", [1, 64])
def test_a_damaged_file_is_refused(tmp_path: Path, length: int) -> None:
    save_frames(iter(shot()), tmp_path / "shot", **SIZE, fps=24)
    path = tmp_path / "shot" / "frames.mkv"
    whole = bytearray(path.read_bytes())
    middle = len(whole) // 2
    whole[middle : middle + length] = bytes(255 - byte for byte in whole[middle : middle + length])
    path.write_bytes(whole)
    with pytest.raises(OutputError, match="mkv is damaged: delete it"):
        list(load_frames(tmp_path / "shot", **SIZE))


def test_a_file_cut_short_is_refused(tmp_path: Path) -> None:
    save_frames(iter(shot()), tmp_path / "shot", **SIZE, fps=24)
    path = tmp_path / "shot" / "frames.mkv"
    path.write_bytes(path.read_bytes()[:-4000])
    with pytest.raises(OutputError, match="mkv is damaged: delete it"):
        list(load_frames(tmp_path / "shot", **SIZE))
