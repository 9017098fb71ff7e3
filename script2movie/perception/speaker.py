"""Whose voice it is: Resemblyzer's speaker encoder (GE2E), 256 numbers a recording.

The network was converted once by tools/convert_speaker_encoder.py and ships in
assets/speaker/, its weights as half floats. Against the original on 60 recordings: the same
samples taken for voice, cosine 1 - 6e-7 at 16 kHz (1 - 6e-5 where the original resamples from
24 kHz, its way), and 2e-7 in any number with single floats. The same synthetic voice in two
sentences is 0.89 to 0.96 alike, two voices 0.44 to 0.69 (docs/figures/perception.md).
Knows nothing of characters, voices to speak with, or files.
"""

import math
from functools import cached_property
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray

from script2movie.perception.sound import HEARING_RATE, HOP, mel_power, resample

__all__ = ["SpeakerRecogniser", "speaker_similarity", "voiced"]

LOUDNESS = -30  # dB of full scale; quieter recordings are raised to it
FLAG = 480  # samples, 30 ms, for which voice is found or not
SMOOTHING = 8  # flags averaged
BRIDGED = 6  # flags of silence kept between words
PART = 160  # frames, 1.6 s, that the network hears at once
STEP = 77  # frames from one part to the next, so 1.3 parts a second
MIN_COVERAGE = 0.75  # of the last part by sound, or it is left out


class SpeakerRecogniser:
    """Embeds recordings. Opening it is cheap; the model (3 MB) loads with the first one."""

    @cached_property
    def _session(self) -> Any:
        from onnxruntime import InferenceSession, SessionOptions  # type: ignore[import-untyped]

        options = SessionOptions()
        options.intra_op_num_threads = 1
        network = resources.files("script2movie").joinpath("assets/speaker/encoder.onnx")
        return InferenceSession(network.read_bytes(), options, providers=["CPUExecutionProvider"])

    def embed(self, samples: NDArray[np.float32], rate: int) -> NDArray[np.float32]:
        """Mono speech (N,) in -1..1 to (256,), norm 1. Two seconds are enough.

        A recording in which no voice stands out, as in a whisper, is heard whole. Raises
        ValueError for one without any sound.
        """
        heard = _loud(samples, rate)
        if not heard.any():
            raise ValueError(f"there is no sound in {len(samples) / rate:.2f} s of recording")
        voice = _without_silence(heard)
        if not voice.size:
            voice = heard
        starts = _part_starts(len(voice))
        padded = np.pad(voice, (0, max(0, (starts[-1] + PART) * HOP - len(voice))))
        mels = mel_power(padded, 40, "constant")
        parts = np.stack([mels[start : start + PART] for start in starts])  # (P, 160, 40)
        embeddings = self._session.run(["embedding"], {"mels": parts})[0]  # (P, 256)
        mean = np.asarray(embeddings.mean(axis=0), np.float32)
        return mean / np.linalg.norm(mean)


def speaker_similarity(first: NDArray[np.float32], second: NDArray[np.float32]) -> float:
    """Cosine of two embeddings: 1 is the same recording; see the module for people."""
    return float(first @ second)


def voiced(samples: NDArray[np.float32], rate: int) -> NDArray[np.float32]:
    """What is speech in mono sound (N,), at 16 kHz, its longer silences cut; empty for none."""
    return _without_silence(_loud(samples, rate))


def _loud(samples: NDArray[np.float32], rate: int) -> NDArray[np.float32]:
    """At 16 kHz and not too quiet."""
    heard = resample(samples, rate, HEARING_RATE)
    power = float(np.mean(np.square(heard, dtype=np.float64))) if heard.size else 0.0
    gain = max(1.0, 10 ** (LOUDNESS / 20) / math.sqrt(power)) if power else 1.0
    return heard * np.float32(gain)


def _without_silence(heard: NDArray[np.float32]) -> NDArray[np.float32]:
    from pocketsphinx import Vad  # type: ignore[import-untyped]

    heard = heard[: len(heard) // FLAG * FLAG]
    if not heard.size:
        return heard
    pcm = np.clip(np.round(heard * 32767), -32768, 32767).astype(np.int16).reshape(-1, FLAG)
    detector = Vad(Vad.STRICT, HEARING_RATE, FLAG / HEARING_RATE)
    flags = np.array([detector.is_speech(frame.tobytes()) for frame in pcm], np.float64)
    around = np.pad(flags, ((SMOOTHING - 1) // 2, SMOOTHING // 2))
    smooth = np.round(np.convolve(around, np.full(SMOOTHING, 1 / SMOOTHING), "valid"))
    widened = np.convolve(np.pad(smooth, BRIDGED // 2), np.ones(BRIDGED + 1), "valid") > 0.5
    return heard[np.repeat(widened, FLAG)]


def _part_starts(num_samples: int) -> list[int]:
    """First frames of the parts that cover a recording."""
    num_frames = math.ceil((num_samples + 1) / HOP)
    starts = list(range(0, max(1, num_frames - PART + STEP + 1), STEP))
    coverage = (num_samples - starts[-1] * HOP) / (PART * HOP)
    return starts[:-1] if coverage < MIN_COVERAGE and len(starts) > 1 else starts
