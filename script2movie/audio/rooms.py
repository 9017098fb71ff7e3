"""What a place sounds like: its tone when nobody speaks, and what it gives back of a voice.

Knows a setting and samples at 48 kHz. Knows nothing of shots, music or files.
"""

import hashlib
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import signal

from script2movie.audio.loudness import ratio
from script2movie.stages import MIX_RATE, Setting

__all__ = ["in_room", "room_tone"]

Samples = NDArray[np.float32]

LOOP = 8 * MIX_RATE  # samples after which a tone repeats; it has no seam
TONE = {True: -63.0, False: -57.0}  # dBFS (root mean square), inside and outside
TAIL = 0.25  # seconds of reverberation
WET = {True: -19.0, False: -32.0}  # dB of what a place gives back, below the voice itself
ECHOES = {True: (0.007, 0.011, 0.017, 0.023, 0.031), False: (0.045,)}  # seconds
DECAY = {True: 0.055, False: 0.03}  # seconds to fall by 1/e


def room_tone(setting: Setting, start: int, length: int) -> Samples:
    """The place's own quiet noise (length, 2), from sample `start` of an endless seamless loop."""
    loop = _tone_loop(setting.place, setting.interior)
    return loop[np.arange(start, start + length) % LOOP]


def in_room(voice: Samples, setting: Setting) -> Samples:
    """A voice (N,) as heard in the place: (N, 2), direct sound in the middle, the rest around."""
    around = _reflections(setting.interior)  # (taps, 2)
    wet = signal.fftconvolve(voice[:, None], around, axes=0)[: len(voice)]
    return np.asarray(voice[:, None] + wet, np.float32)


def _seed(*words: object) -> np.random.Generator:
    digest = hashlib.sha256(" ".join(map(str, words)).encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:8], "little"))


@lru_cache(maxsize=8)
def _tone_loop(place: str, interior: bool) -> Samples:
    """Noise that falls 5 dB an octave inside, 4 outside; periodic, as its spectrum is discrete."""
    rng = _seed("tone", place, interior)
    pitches = np.fft.rfftfreq(LOOP, 1.0 / MIX_RATE)
    slope = -0.85 if interior else -0.65
    shape = np.maximum(pitches, 30.0) ** slope / (1.0 + (pitches / 9_000.0) ** 4)
    shape[pitches < 30.0] = 0.0
    phases = rng.uniform(0.0, 2.0 * np.pi, (2, len(pitches)))
    noise = np.fft.irfft(shape * np.exp(1j * phases), LOOP, axis=1).T  # (LOOP, 2)
    level = np.sqrt(np.mean(np.square(noise)))
    return np.asarray(noise / level * ratio(TONE[interior]), np.float32)


@lru_cache(maxsize=2)
def _reflections(interior: bool) -> Samples:
    """Early echoes and a short tail, other on the left than on the right: (taps, 2)."""
    rng = _seed("room", interior)
    taps = round(MIX_RATE * TAIL)
    times = np.arange(taps) / MIX_RATE
    tail = rng.standard_normal((taps, 2)) * np.exp(-times / DECAY[interior])[:, None]
    tail[: round(MIX_RATE * ECHOES[interior][0])] = 0.0
    response = tail * 0.35 / np.sqrt(np.square(tail).sum(axis=0))
    for echo in ECHOES[interior]:
        for side in range(2):
            position = round(MIX_RATE * echo * rng.uniform(0.93, 1.07))
            response[position, side] += np.exp(-echo / DECAY[interior]) * rng.choice((-1.0, 1.0))
    smooth = signal.butter(1, 5_000.0, fs=MIX_RATE, output="sos")  # walls swallow the highs
    response = signal.sosfilt(smooth, response, axis=0)
    response *= ratio(WET[interior]) / np.sqrt(np.square(response).sum(axis=0))
    return np.asarray(response, np.float32)
