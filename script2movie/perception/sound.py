"""Sound before a model hears it: read, at another rate, in mel bands. Knows nothing of speech."""

from functools import cache
from math import gcd
from pathlib import Path
from typing import Any, Literal

import numpy as np
import soundfile  # type: ignore[import-untyped]
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from script2movie.errors import BankError
from script2movie.media.clips import read_sound

__all__ = ["HEARING_RATE", "HOP", "mel_power", "read_recording", "resample"]

CODED = frozenset({".m4a", ".aac", ".mp4", ".mov", ".mkv", ".webm", ".opus"})  # ffmpeg reads them
CODED_RATE = 48_000

HEARING_RATE = 16_000  # samples a second of every model in this package
WINDOW = 400  # samples, 25 ms
HOP = 160  # samples, 10 ms, from one frame of `mel_power` to the next


def read_recording(path: Path, seconds: float = float("inf")) -> tuple[NDArray[np.float32], int]:
    """The first `seconds` of a recording of any usual format, mono (N,), and samples a second.

    Raises BankError where it cannot be read or is silent video.
    """
    try:
        if path.suffix.lower() in CODED:
            return read_sound(path, CODED_RATE, seconds), CODED_RATE
        with soundfile.SoundFile(path) as file:
            count = -1 if seconds == float("inf") else round(seconds * file.samplerate)
            sound = file.read(count, dtype="float32", always_2d=True)
            return np.asarray(sound.mean(axis=1), np.float32), int(file.samplerate)
    except soundfile.SoundFileError:  # whose words are of no use: of a broken MP3, "no such file"
        raise BankError(f"{path} is not a recording that can be read: save it as WAV") from None
    except (OSError, ValueError) as error:
        raise BankError(
            f"{path} is not a recording that can be read ({error}): save it as WAV"
        ) from None


def resample(samples: NDArray[np.float32], rate: int, to: int) -> NDArray[np.float32]:
    """Mono sound at another rate, band-limited: (N,) to (ceil(N * to / rate),)."""
    from scipy.signal import resample_poly

    if rate == to:
        return samples
    shared = gcd(rate, to)
    up, down = to // shared, rate // shared
    low_pass: Any = _low_pass(max(up, down))  # scipy's stubs know no window of coefficients
    return np.asarray(resample_poly(samples, up, down, window=low_pass), np.float32)


@cache
def _low_pass(factor: int) -> NDArray[np.float64]:
    """A filter that passes 94 % of the narrower band and is 80 dB down where it would fold."""
    from scipy.signal import firwin

    return np.asarray(firwin(2 * 48 * factor + 1, 0.97 / factor, window=("kaiser", 8.0)))


def mel_power(
    samples: NDArray[np.float32], num_bands: int, beyond: Literal["constant", "reflect"]
) -> NDArray[np.float32]:
    """Power in Slaney's mel bands, as librosa measures it: (N,) at 16 kHz to (1 + N // 160, bands).

    Frames of 25 ms every 10 ms; a frame's middle is its time; `beyond` says what lies before
    the first sample and after the last.
    """
    padded = np.pad(samples, WINDOW // 2, mode=beyond)
    frames = sliding_window_view(padded, WINDOW)[::HOP]  # (T, 400)
    hann = np.hanning(WINDOW + 1)[:-1].astype(np.float32)
    power = np.abs(np.fft.rfft(frames * hann, axis=1)) ** 2  # (T, 201)
    return np.asarray(power @ _mel_bands(num_bands).T, np.float32)


@cache
def _mel_bands(num_bands: int) -> NDArray[np.float32]:
    """Triangular filters of equal area over the spectrum: (bands, 201)."""
    edges = _hertz(np.linspace(0, _mel(HEARING_RATE / 2), num_bands + 2))
    spectrum = np.fft.rfftfreq(WINDOW, 1 / HEARING_RATE)
    low, middle, high = edges[:-2, None], edges[1:-1, None], edges[2:, None]
    rise, fall = (spectrum - low) / (middle - low), (high - spectrum) / (high - middle)
    area = 2 / (high - low)
    return np.asarray(np.maximum(0, np.minimum(rise, fall)) * area, np.float32)


def _mel(hertz: float) -> float:
    """Slaney's scale: linear up to 1000 Hz, then logarithmic."""
    if hertz < 1000:
        return hertz * 3 / 200
    return 15 + float(np.log(hertz / 1000)) * 27 / float(np.log(6.4))


def _hertz(mels: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(mels < 15, mels * 200 / 3, 1000 * 6.4 ** ((mels - 15) / 27))
