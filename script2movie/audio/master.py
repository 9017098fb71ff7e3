"""The last step of a mix: one loudness for the film, and no peak above the ceiling.

Knows stereo WAV files at 48 kHz, block by block. Knows nothing of what is in them.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import soundfile  # type: ignore[import-untyped]
from numpy.typing import NDArray
from scipy import ndimage, signal

from script2movie.audio.loudness import LoudnessMeter, ratio
from script2movie.stages import MIX_RATE

__all__ = ["CEILING", "LOUDNESS", "master"]

Samples = NDArray[np.float32]

LOUDNESS = -16.0  # LUFS
CEILING = -2.0  # dBTP: AAC adds up to 1 dB to the peaks
MOST_GAIN = 30.0  # dB: room tone alone is never made loud
BLOCK = 10 * MIX_RATE  # samples read at once
ATTACK = round(0.004 * MIX_RATE)  # samples of look-ahead
RELEASE = round(0.06 * MIX_RATE)  # samples that a reduction lasts
MARGIN = 4 * (ATTACK + RELEASE)  # samples a block knows of its neighbours
CLOSE_ENOUGH = 0.2  # LU


def master(rough: Path, finished: Path, loudness: float) -> None:
    """Brings a mix of `loudness` LUFS to -16 LUFS, peaks below -2 dBTP, as 16-bit WAV."""
    gain = LOUDNESS - loudness
    for _ in range(4):
        meter = LoudnessMeter(MIX_RATE, 2)
        _write(rough, finished, min(gain, MOST_GAIN), meter)
        missed = LOUDNESS - meter.integrated
        if abs(missed) < CLOSE_ENOUGH or gain >= MOST_GAIN:
            return
        gain += missed


def _write(rough: Path, finished: Path, gain: float, meter: LoudnessMeter) -> None:
    rng = np.random.default_rng(0)
    with soundfile.SoundFile(finished, "w", MIX_RATE, 2, subtype="PCM_16", format="WAV") as output:
        for samples in _limited(rough, ratio(gain)):
            meter.add(samples)
            dither = rng.random(samples.shape, np.float32) - rng.random(samples.shape, np.float32)
            output.write(np.clip(np.rint(samples * 32767 + dither), -32768, 32767).astype(np.int16))


def _limited(rough: Path, gain: float) -> Iterator[Samples]:
    """The file in blocks (n, 2), louder by the factor `gain` and limited."""
    with soundfile.SoundFile(rough) as file:
        total = len(file)
        for start in range(0, total, BLOCK):
            first = max(0, start - MARGIN)
            last = min(total, start + BLOCK + MARGIN)
            file.seek(first)
            samples = file.read(last - first, dtype="float32", always_2d=True) * np.float32(gain)
            limited = samples * _reduction(samples)[:, None]
            yield limited[start - first : min(total, start + BLOCK) - first]


def _reduction(samples: Samples) -> Samples:
    """The factor (n,) that keeps the peaks between the samples, too, below the ceiling."""
    ceiling = ratio(CEILING)
    if float(np.abs(samples).max(initial=0.0)) < 0.6 * ceiling:
        return np.ones(len(samples), np.float32)
    between = np.abs(signal.resample_poly(samples, 4, 1, axis=0)).max(axis=1)
    peaks = between[: 4 * len(samples)].reshape(-1, 4).max(axis=1)
    peaks = ndimage.maximum_filter1d(peaks, 3)  # a peak between two samples lowers both
    wanted = np.minimum(1.0, ceiling / np.maximum(peaks, 1e-9))
    held = ndimage.minimum_filter1d(wanted, ATTACK + RELEASE + 1, origin=(RELEASE - ATTACK) // 2)
    return np.asarray(ndimage.uniform_filter1d(held, ATTACK), np.float32)
