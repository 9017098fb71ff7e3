"""Loudness and peaks by ITU-R BS.1770-4, for a line in memory or a film that streams past.

Knows samples and decibels. Knows nothing of speech, music or files. Sound is (N,) or (N, 2).
"""

import numpy as np
from numpy.typing import NDArray

__all__ = ["LoudnessMeter", "decibels", "integrated_loudness", "ratio", "true_peak"]

Samples = NDArray[np.float32]

_BLOCK = 0.4  # seconds
_HOP = 0.1  # seconds
_OFFSET = -0.691  # LUFS of a full-scale mean square
_ABSOLUTE_GATE = -70.0  # LUFS
_RELATIVE_GATE = -10.0  # LU
_OVERSAMPLING = 4


def ratio(gain: float) -> float:
    """Decibels as a factor of amplitude."""
    return float(10.0 ** (gain / 20.0))


def decibels(amplitude: float) -> float:
    """An amplitude as dBFS; -200 for silence."""
    return 20.0 * float(np.log10(max(amplitude, 1e-10)))


def _k_weighting(rate: int) -> NDArray[np.float64]:
    """The head's shelf and the high-pass at any sample rate, as second-order sections (2, 6)."""
    tangent = np.tan(np.pi * 1681.974450955533 / rate)
    quality, high = 0.7071752369554196, 10.0 ** (3.999843853973347 / 20.0)
    band = high**0.4996667741545416
    scale = 1.0 + tangent / quality + tangent**2
    shelf = [
        (high + band * tangent / quality + tangent**2) / scale,
        2.0 * (tangent**2 - high) / scale,
        (high - band * tangent / quality + tangent**2) / scale,
        1.0,
        2.0 * (tangent**2 - 1.0) / scale,
        (1.0 - tangent / quality + tangent**2) / scale,
    ]
    tangent, quality = np.tan(np.pi * 38.13547087602444 / rate), 0.5003270373238773
    scale = 1.0 + tangent / quality + tangent**2
    below = [2.0 * (tangent**2 - 1.0) / scale, (1.0 - tangent / quality + tangent**2) / scale]
    return np.array([shelf, [1.0, -2.0, 1.0, 1.0, *below]])


class LoudnessMeter:
    """Integrated loudness of sound that comes in pieces; memory is one number each 100 ms."""

    def __init__(self, rate: int, channels: int) -> None:
        self._hop = round(rate * _HOP)
        self._filter = _k_weighting(rate)
        self._state = np.zeros((2, 2, channels))
        self._rest = np.zeros((0, channels))
        self._powers: list[float] = []  # K-weighted mean square of each 100 ms, channels summed

    def add(self, samples: Samples) -> None:
        """Hears the next samples (N, channels)."""
        from scipy import signal

        weighted, self._state = signal.sosfilt(self._filter, samples, axis=0, zi=self._state)
        heard = np.concatenate((self._rest, weighted))
        whole = len(heard) // self._hop * self._hop
        powers = np.square(heard[:whole]).reshape(-1, self._hop, heard.shape[1])
        self._powers.extend(powers.mean(axis=1).sum(axis=1).tolist())
        self._rest = heard[whole:]

    @property
    def integrated(self) -> float:
        """LUFS of all that was heard, gated; -70 where nothing was loud enough."""
        per_block = round(_BLOCK / _HOP)
        powers = np.array(self._powers)
        if len(powers) < per_block:
            return _ABSOLUTE_GATE
        blocks = np.convolve(powers, np.full(per_block, 1.0 / per_block), mode="valid")
        loud = blocks[_lufs(blocks) > _ABSOLUTE_GATE]
        if not len(loud):
            return _ABSOLUTE_GATE
        gate = float(_lufs(loud.mean())) + _RELATIVE_GATE
        return float(_lufs(loud[_lufs(loud) > gate].mean()))


def _lufs(power: NDArray[np.float64] | np.floating) -> NDArray[np.float64]:
    return _OFFSET + 10.0 * np.log10(np.maximum(power, 1e-20))


def integrated_loudness(samples: Samples, rate: int) -> float:
    """LUFS of a whole sound (N,) or (N, channels); one shorter than 0.4 s is heard repeated."""
    sound = samples[:, None] if samples.ndim == 1 else samples
    least = round(rate * _BLOCK)
    if 0 < len(sound) < least:
        sound = np.tile(sound, (-(-least // len(sound)), 1))
    meter = LoudnessMeter(rate, sound.shape[1])
    meter.add(np.concatenate((sound, np.zeros((round(rate * _HOP), sound.shape[1]), np.float32))))
    return meter.integrated


def true_peak(samples: Samples) -> float:
    """The highest amplitude between the samples, four times oversampled."""
    from scipy import signal

    if not len(samples):
        return 0.0
    return float(np.abs(signal.resample_poly(samples, _OVERSAMPLING, 1, axis=0)).max())
