"""The last step of a mix: one loudness for the film, and no peak above the ceiling.

Knows stereo at 48 kHz, block by block. Knows nothing of what is in it.
"""

import wave
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from script2movie.audio.loudness import LoudnessMeter, ratio
from script2movie.stages import MIX_RATE

__all__ = ["BLOCK", "CEILING", "LOUDNESS", "Sound", "master", "write_level"]

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


def master(sound: Sound, stems: Mapping[str, Sound], total: int, folder: Path) -> None:
    """Brings `total` samples to -16 LUFS, peaks below -2 dBTP, as `write_level` lays them."""
    meter = LoudnessMeter(MIX_RATE, 2)
    for start in range(0, total, BLOCK):
        meter.add(sound(start, min(total, start + BLOCK)))
    gain = LOUDNESS - meter.integrated
    for _ in range(4):
        missed = LOUDNESS - write_level(sound, stems, total, folder, gain)
        if abs(missed) < CLOSE_ENOUGH:
            break
        gain += missed
    else:
        write_level(sound, stems, total, folder, gain)


def write_level(
    sound: Sound, stems: Mapping[str, Sound], total: int, folder: Path, gain: float
) -> float:
    """Writes `total` samples, `gain` dB louder and limited, as 16-bit WAVs; returns their LUFS.

    `mix.wav` is the whole; each stem is as the film has it: as much louder, and lower where the
    whole is limited, so that together they are the mix, but for the dither of each.
    """
    meter = LoudnessMeter(MIX_RATE, 2)
    with ExitStack() as stack:
        mixed = stack.enter_context(_Wav(folder / "mix.wav"))
        files = {name: stack.enter_context(_Wav(folder / f"{name}.wav")) for name in stems}
        for start, end, factor in _factors(sound, total, ratio(gain)):
            samples = sound(start, end) * factor
            meter.add(samples)
            mixed.write(samples)
            for name, stem in stems.items():
                files[name].write(stem(start, end) * factor)
    return meter.integrated


class _Wav:
    """A 16-bit stereo WAV at 48 kHz, dithered."""

    def __init__(self, path: Path) -> None:
        self._file = wave.open(str(path), "wb")  # noqa: SIM115
        self._file.setparams((2, 2, MIX_RATE, 0, "NONE", ""))
        self._rng = np.random.default_rng(0)

    def __enter__(self) -> "_Wav":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def write(self, samples: Samples) -> None:
        shape = samples.shape
        dither = self._rng.random(shape, np.float32) - self._rng.random(shape, np.float32)
        whole = np.clip(np.rint(samples * 32767 + dither), -32768, 32767).astype("<i2")
        self._file.writeframes(whole.tobytes())


def _factors(sound: Sound, total: int, gain: float) -> Iterator[tuple[int, int, Samples]]:
    """Blocks from sample to sample, and what each sample is multiplied by: (n, 1)."""
    for start in range(0, total, BLOCK):
        end = min(total, start + BLOCK)
        first, last = max(0, start - MARGIN), min(total, end + MARGIN)
        reduction = _reduction(sound(first, last) * np.float32(gain))
        yield start, end, (reduction * np.float32(gain))[start - first : end - first, None]


def _reduction(samples: Samples) -> Samples:
    """The factor (n,) that keeps the peaks between the samples, too, below the ceiling."""
    from scipy import ndimage, signal

    ceiling = ratio(CEILING)
    if float(np.abs(samples).max(initial=0.0)) < QUIET * ceiling:
        return np.ones(len(samples), np.float32)
    between = np.abs(signal.resample_poly(samples, 4, 1, axis=0))[: 4 * len(samples)]
    sides = [between[step::4, side] for step in range(4) for side in range(2)]
    peaks = np.maximum.reduce(sides)  # of eight long rows: a row a sample takes ten times longer
    peaks = ndimage.maximum_filter1d(peaks, 3)  # a peak between two samples lowers both
    wanted = np.minimum(1.0, ceiling / np.maximum(peaks, 1e-9))
    held = ndimage.minimum_filter1d(wanted, ATTACK + RELEASE + 1, origin=(RELEASE - ATTACK) // 2)
    return np.asarray(ndimage.uniform_filter1d(held, ATTACK), np.float32)
