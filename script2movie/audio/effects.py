"""The sounds that a plan asks of a shot: knocks, bells, thunder, steps, made here of numbers.

Knows words for sounds and how a few of them ring. What it has no sound for stays unheard, and the
plan's own words stay in the plan. Knows nothing of shots or levels.
"""

import re
from collections.abc import Callable
from functools import cache

import numpy as np
from numpy.typing import NDArray

from script2movie.stages import MIX_RATE

__all__ = ["effect_of", "effects"]

Samples = NDArray[np.float32]

LOUD = 0.06  # root mean square of an effect's loudest 50 ms


def effects(sound: str) -> tuple[Samples, ...]:
    """The effects (N,) that a shot's sound asks for, in the order of its words."""
    found = [
        (match.start(), name)
        for name, (words, _) in _SOUNDS.items()
        if (match := re.search(rf"\b(?:{words})", sound.lower()))
    ]
    return tuple(effect_of(name) for _, name in sorted(found))


@cache
def effect_of(name: str) -> Samples:
    """An effect by its name: (N,) at MIX_RATE, at one level."""
    raw = _SOUNDS[name][1](np.random.default_rng(len(name)))
    window = round(0.05 * MIX_RATE)
    levels = np.sqrt(np.convolve(raw**2, np.full(window, 1 / window), "same"))
    fade = np.minimum(1, np.arange(len(raw)) / 240)
    return np.asarray(raw * LOUD / levels.max() * fade * fade[::-1], np.float32)


def _ringing(tones: tuple[tuple[float, float, float], ...], seconds: float) -> NDArray[np.float64]:
    """Tones of (hertz, strength, seconds to fall by 1/e) struck at once."""
    clock = np.arange(round(seconds * MIX_RATE)) / MIX_RATE
    struck = np.zeros(len(clock))
    for hertz, strength, fall in tones:
        struck += strength * np.sin(2 * np.pi * hertz * clock) * np.exp(-clock / fall)
    return struck


def _noise(
    rng: np.random.Generator, low: float, high: float, seconds: float, fall: float
) -> NDArray[np.float64]:
    """A burst between two frequencies that falls by 1/e in `fall` seconds."""
    from scipy import signal

    band = signal.butter(2, (low, high), "bandpass", fs=MIX_RATE, output="sos")
    count = round(seconds * MIX_RATE)
    burst = signal.sosfilt(band, rng.standard_normal(count))
    return np.asarray(burst * np.exp(-np.arange(count) / MIX_RATE / fall))


def _again(sound: NDArray[np.float64], *moments: float) -> NDArray[np.float64]:
    """A sound at each of some moments, in seconds."""
    starts = [round(moment * MIX_RATE) for moment in moments]
    track = np.zeros(max(starts) + len(sound))
    for start in starts:
        track[start : start + len(sound)] += sound
    return track


def _knock(rng: np.random.Generator) -> NDArray[np.float64]:
    wood = _ringing(((180, 1.0, 0.02), (410, 0.5, 0.012), (900, 0.2, 0.006)), 0.2)
    return _again(wood + 0.4 * _noise(rng, 200, 3000, 0.2, 0.008), 0.0, 0.24, 0.48)


def _slam(rng: np.random.Generator) -> NDArray[np.float64]:
    wood = _ringing(((70, 1.0, 0.09), (130, 0.6, 0.05)), 0.6)
    return wood + 1.2 * _noise(rng, 60, 2500, 0.6, 0.05)


def _telephone(rng: np.random.Generator) -> NDArray[np.float64]:
    from scipy import signal

    del rng
    clock = np.arange(round(1.1 * MIX_RATE)) / MIX_RATE
    hammer = 0.5 + 0.5 * signal.square(2 * np.pi * 20 * clock, 0.4)
    bells = np.sin(2 * np.pi * 1350 * clock) + 0.7 * np.sin(2 * np.pi * 1710 * clock)
    once = bells * hammer * np.minimum(1, (1.1 - clock) / 0.12)
    return _again(once, 0.0, 2.2)


def _bell(rng: np.random.Generator) -> NDArray[np.float64]:
    del rng
    tones = (
        (523, 1.0, 1.1),
        (1046, 0.7, 0.8),
        (1245, 0.6, 0.6),
        (1568, 0.4, 0.5),
        (2640, 0.2, 0.3),
    )
    return _ringing(tones, 3.0)


def _thunder(rng: np.random.Generator) -> NDArray[np.float64]:
    rolls = [_noise(rng, 25, 220, 5.0, rng.uniform(0.5, 1.6)) for _ in range(4)]
    return np.asarray(np.sum(rolls, axis=0))


def _steps(rng: np.random.Generator) -> NDArray[np.float64]:
    step = _noise(rng, 90, 900, 0.18, 0.02) + 0.4 * _noise(rng, 1500, 5000, 0.18, 0.01)
    return _again(step, 0.0, 0.55, 1.1, 1.65)


def _shot(rng: np.random.Generator) -> NDArray[np.float64]:
    return _noise(rng, 60, 9000, 1.2, 0.03) + 0.5 * _noise(rng, 60, 900, 1.2, 0.25)


_SOUNDS: dict[str, tuple[str, Callable[[np.random.Generator], NDArray[np.float64]]]] = {
    "knock": ("knock", _knock),
    "slam": (r"(?:door\s+)?slams?|door (?:bangs|shuts)|bang of", _slam),
    "telephone": (r"(?:tele)?phone (?:rings|ringing)|ringing (?:tele)?phone", _telephone),
    "bell": ("bells?|chime|tolls?", _bell),
    "thunder": ("thunder", _thunder),
    "steps": ("footstep|steps|walking", _steps),
    "shot": ("gunshot|shot rings|gunfire", _shot),
}
