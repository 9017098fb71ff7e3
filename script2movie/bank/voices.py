"""Voice samples: long enough, loud enough, whole. Knows nothing of whose voice it is."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from script2movie.errors import BankError
from script2movie.perception.pitch import pitches
from script2movie.perception.sound import read_recording

__all__ = ["VOICE_SUFFIXES", "check_voice_sample", "read_voice_sample", "seconds_of_sound"]

VOICE_SUFFIXES = frozenset({".wav", ".flac", ".mp3", ".ogg", ".m4a"})
MIN_SPEECH = 1.5  # seconds of sound that is not silence
MAX_DURATION = 600.0  # seconds
MIN_RATE = 8_000  # samples a second
_LISTENED, _LISTENED_RATE = 10.0, 16_000  # seconds and samples a second of the pitch's check
_VOICED = 0.15  # of the windows, at least: 0.60 in 25 recordings, 0.09 in noise
_STILL = 0.6  # of the windows whose pitch stays, at most: 0.25 in 25 recordings, 0.89 in a melody
_WINDOW = 0.03  # seconds over which loudness is taken
_QUIETEST = 10 ** (-50 / 20)  # root mean square of the quietest window that counts
_RANGE = 10 ** (-35 / 20)  # and how far below the loudest windows it may lie


def check_voice_sample(path: Path) -> None:
    """Raises `BankError` unless `path` is a whole recording with 1.5 s of speech in 10 minutes."""
    read_voice_sample(path)


def read_voice_sample(path: Path) -> tuple[NDArray[np.float32], int]:
    """A voice sample, mono (N,), and its samples a second. Raises `BankError` as the check does."""
    samples, rate = read_recording(path, MAX_DURATION + 1)
    seconds = len(samples) / rate
    if seconds > MAX_DURATION:
        raise BankError(f"{path} lasts more than 10 minutes: cut it to 10 minutes or less")
    if seconds < MIN_SPEECH:
        raise BankError(
            f"{path} lasts {seconds:.1f} s: a voice sample needs {MIN_SPEECH} s of speech"
        )
    if rate < MIN_RATE:
        raise BankError(f"{path} has {rate} samples a second: it needs {MIN_RATE}")
    if not np.isfinite(samples).all():
        raise BankError(f"{path} holds samples that are not numbers: export it again")
    heard = seconds_of_sound(samples, rate)
    if heard == 0.0:
        raise BankError(f"{path} is {seconds:.0f} s of silence: a voice sample needs speech")
    if heard < MIN_SPEECH:
        raise BankError(
            f"{path} holds {heard:.1f} s of speech: a voice sample needs {MIN_SPEECH} s"
        )
    if fault := _no_voice(samples, rate):
        raise BankError(f"{path}: {fault}")
    return samples, rate


def _no_voice(samples: NDArray[np.float32], rate: int) -> str:
    """Why nobody is heard to speak in it; '' where somebody is, at its start, middle or end."""
    length = round(_LISTENED * rate)
    last = max(0, len(samples) - length)
    fault = ""
    for start in dict.fromkeys((0, last // 2, last)):
        fault = _no_voice_in(samples[start : start + length], rate)
        if not fault:
            break
    return fault


def _no_voice_in(samples: NDArray[np.float32], rate: int) -> str:
    """A voice has a pitch, and the pitch moves."""
    step = max(1, rate // _LISTENED_RATE)  # a mean of so many samples: a pitch is far below
    whole = samples[: len(samples) // step * step].reshape(-1, step)
    pitch = pitches(whole.mean(axis=1), rate // step)
    voiced = np.isfinite(pitch)
    if not len(pitch) or voiced.mean() < _VOICED:
        return "no voice is heard in it, only noise or a whisper; record someone who speaks aloud"
    steps = np.abs(np.diff(np.log(pitch)))
    steps = steps[np.isfinite(steps)]
    held = np.quantile(pitch[voiced], 0.9) < 1.05 * np.quantile(pitch[voiced], 0.1)
    if held or (len(steps) and np.mean(steps < 0.002) > _STILL):
        return "a tone or music is heard in it and no voice; record someone who speaks"
    return ""


def seconds_of_sound(samples: NDArray[np.float32], rate: int) -> float:
    """How long mono `samples` (N,) are not silent: above -50 dBFS and near the loudest parts."""
    window = round(rate * _WINDOW)
    windows = samples[: len(samples) // window * window].reshape(-1, window)  # (windows, window)
    if not len(windows):
        return 0.0
    loudness = np.sqrt(np.mean(np.square(windows, dtype=np.float64), axis=1))
    floor = max(_QUIETEST, float(np.quantile(loudness, 0.98)) * _RANGE)
    return float(np.count_nonzero(loudness > floor)) * _WINDOW
