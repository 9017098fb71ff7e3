"""Mel cepstra from WORLD's spectral envelope (Morise et al. 2016), as pymcd takes them.

Order 13 at 22 050 Hz, 5 ms a frame, alpha 0.65: SPTK's `mcep` without iterations, which is the
cepstrum of the envelope warped to the mel scale (Oppenheim and Johnson 1972).
"""

import importlib.util

import numpy as np
from numpy.typing import NDArray

from script2movie.errors import BackendUnavailable
from script2movie.perception.sound import resample

__all__ = ["CEPSTRUM_RATE", "check_pyworld", "mel_cepstra", "warped_cepstra"]

CEPSTRUM_RATE = 22_050
ORDER, ALPHA, FFT_SIZE, PERIOD = 13, 0.65, 512, 5.0
EPSILON = 1e-8


def check_pyworld() -> None:
    """Raises BackendUnavailable where pyworld is not installed."""
    if importlib.util.find_spec("pyworld") is None:
        raise BackendUnavailable(
            "mel-cepstral distortion needs pyworld: pip install 'script2movie[eval]'"
        )


def mel_cepstra(samples: NDArray[np.float32], rate: int) -> NDArray[np.float64]:
    """Mono sound (N,) in -1..1 to (T, 14), a frame every 5 ms; the first number is loudness.

    Raises BackendUnavailable where pyworld is not installed.
    """
    check_pyworld()
    import pyworld

    heard = np.round(resample(samples, rate, CEPSTRUM_RATE) * 32767) / 32767  # 16 bits
    _, envelope, _ = pyworld.wav2world(
        heard.astype(np.float64), CEPSTRUM_RATE, fft_size=FFT_SIZE, frame_period=PERIOD
    )
    return warped_cepstra(envelope)


def warped_cepstra(envelope: NDArray[np.float64]) -> NDArray[np.float64]:
    """Envelopes (T, F) to mel cepstra (T, 14).

    pymcd hands WORLD's power envelope to SPTK as an amplitude, which doubles the cepstra, and so
    the distortion: the paper's numbers are such numbers, and so are these.
    """
    spectrum = np.log(envelope**2 + EPSILON) / 2
    cepstra = np.fft.irfft(spectrum, axis=1)[:, : envelope.shape[1]]
    cepstra[:, 1:-1] *= 2  # both halves of the even cepstrum
    warped = np.zeros((len(cepstra), ORDER + 1))
    for number in range(cepstra.shape[1] - 1, -1, -1):
        before = warped.copy()
        warped[:, 0] = cepstra[:, number] + ALPHA * before[:, 0]
        warped[:, 1] = (1 - ALPHA**2) * before[:, 0] + ALPHA * before[:, 1]
        for order in range(2, ORDER + 1):
            warped[:, order] = before[:, order - 1] + ALPHA * (
                before[:, order] - warped[:, order - 1]
            )
    return warped
