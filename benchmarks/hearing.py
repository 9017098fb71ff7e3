"""A finished film's sound, read back as a player would: ffmpeg decodes it."""

import subprocess
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from script2movie.media.clips import ffmpeg

__all__ = ["read_sound"]


def read_sound(path: Path, rate: int) -> NDArray[np.float32]:
    """The first sound track as mono samples (N,) at `rate`."""
    command = [ffmpeg(), "-v", "error", "-i", str(path), "-vn"]
    command += ["-ac", "1", "-ar", str(rate), "-f", "f32le", "-"]
    return np.frombuffer(subprocess.run(command, check=True, capture_output=True).stdout, "<f4")
