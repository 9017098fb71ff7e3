"""The last step of a mix: one loudness for the film, and no peak above the ceiling.

Knows stereo at 48 kHz, block by block. Knows nothing of what is in it.
"""

import wave
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage, signal

from script2movie.audio.loudness import LoudnessMeter, ratio
from script2movie.stages import MIX_RATE

__all__ = ["CEILING", "LOUDNESS", "master", "write_level"]

Samples = NDArray[np.float32]
Sound = Callable[[int, int], Samples]
"""Samples `first` to `last` of a film: (last - first, 2)."""

LOUDNESS = -16.0  # LUFS
CEILING = -2.0  # dBTP: AAC adds up to 1 dB to the peaks
BLOCK = 10 * MIX_RATE  # samples made at once
ATTACK = round(0.004 * MIX_RATE)  # samples of look-ahead
RELEASE = round(0.06 * MIX_RATE)  # samples that a reduction lasts
MARGIN = 4 * (ATTACK + RELEASE)  # samples a block knows of its neighbours
CLOSE_ENOUGH = 0.2  # LU
QUIET = 0.6  # of the ceiling: no peak between samples that low can reach it


def master(sound: Sound, total: int, path: Path) -> None:
    """Brings `total` samples to -16 LUFS, peaks below -2 dBTP, into a 16-bit WAV."""
    meter = LoudnessMeter(MIX_RATE, 2)
    for start in range(0, total, BLOCK):
        meter.add(sound(start, min(total, start + BLOCK)))
    gain = LOUDNESS - meter.integrated
    for _ in range(4):
        missed = LOUDNESS - write_level(sound, total, path, gain)
        if abs(missed) < CLOSE_ENOUGH:
            return
        gain += missed


def write_level(sound: Sound, total: int, path: Path, gain: float) -> float:
    """Writes `total` samples, `gain` dB louder and limited; returns their LUFS."""
    rng = np.random.default_rng(0)
    meter = LoudnessMeter(MIX_RATE, 2)
    with wave.open(str(path), "wb") as file:
        file.setparams((2, 2, MIX_RATE, 0, "NONE", ""))
        for samples in _limited(sound, total, ratio(gain)):
            meter.add(samples)
            dither = rng.random(samples.shape, np.float32) - rng.random(samples.shape, np.float32)
            whole = np.clip(np.rint(samples * 32767 + dither), -32768, 32767).astype("<i2")
            file.writeframes(whole.tobytes())
    return meter.integrated


def _limited(sound: Sound, total: int, gain: float) -> Iterator[Samples]:
    """The sound in blocks (n, 2), louder by the factor `gain` and limited."""
    for start in range(0, total, BLOCK):
        end = min(total, start + BLOCK)
        first, last = max(0, start - MARGIN), min(total, end + MARGIN)
        samples = sound(first, last) * np.float32(gain)
        limited = samples * _reduction(samples)[:, None]
        yield limited[start - first : end - first]


def _reduction(samples: Samples) -> Samples:
    """The factor (n,) that keeps the peaks between the samples, too, below the ceiling."""
    ceiling = ratio(CEILING)
    if float(np.abs(samples).max(initial=0.0)) < QUIET * ceiling:
        return np.ones(len(samples), np.float32)
    between = np.abs(signal.resample_poly(samples, 4, 1, axis=0)).max(axis=1)
    peaks = between[: 4 * len(samples)].reshape(-1, 4).max(axis=1)
    peaks = ndimage.maximum_filter1d(peaks, 3)  # a peak between two samples lowers both
    wanted = np.minimum(1.0, ceiling / np.maximum(peaks, 1e-9))
    held = ndimage.minimum_filter1d(wanted, ATTACK + RELEASE + 1, origin=(RELEASE - ATTACK) // 2)
    return np.asarray(ndimage.uniform_filter1d(held, ATTACK), np.float32)
