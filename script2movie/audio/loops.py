"""Sounds that go round without a seam, as the mix takes them. Knows files; not what is in them."""

from typing import IO

import numpy as np
import soundfile  # type: ignore[import-untyped]
from numpy.typing import NDArray

from script2movie.perception.sound import resample
from script2movie.stages import MIX_RATE

__all__ = ["read_loop"]

WRAP = 4410  # samples of a loop's end and beginning that resampling looks at


def read_loop(file: IO[bytes]) -> NDArray[np.float32]:
    """A loop at 48 kHz (N, 2), resampled in the round so that it stays without a seam."""
    sound, rate = soundfile.read(file, dtype="float32", always_2d=True)
    around = np.concatenate((sound[-WRAP:], sound, sound[:WRAP]))
    skipped, length = round(WRAP * MIX_RATE / rate), round(len(sound) * MIX_RATE / rate)
    sides = [resample(np.ascontiguousarray(side), rate, MIX_RATE) for side in around.T]
    return np.stack([sides[0], sides[-1]], axis=1)[skipped : skipped + length]
