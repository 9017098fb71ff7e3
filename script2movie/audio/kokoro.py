"""Kokoro-82M: phonemes and a voice in, sound and the length of each phoneme out.

Knows the model's tokens, tensors and clock. Knows nothing of text, words or who speaks.
Source: hexgrad/Kokoro-82M (Apache-2.0), int8 ONNX with the duration tensor as a second output.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock

import numpy as np
import onnxruntime as ort  # type: ignore[import-untyped]
from numpy.typing import NDArray

from script2movie import weights

__all__ = ["MOST_LETTERS", "RATE", "Kokoro", "Take"]

RATE = 24_000  # samples a second
FRAME = 600  # samples a duration counts in: 25 ms
LAG = 0.075  # seconds by which the durations run behind the sound they stand for
MOST_LETTERS = 510  # phonemes the model takes at once
STYLE = 256  # numbers of a style: 128 of timbre, then 128 of rhythm and melody

Samples = NDArray[np.float32]
Style = NDArray[np.float32]


@dataclass(frozen=True)
class Take:
    """One run: samples (N,) at 24 kHz; letter i sounds from edges[i] to edges[i + 1] seconds."""

    samples: Samples
    edges: NDArray[np.float64]  # (letters + 1,)


class Kokoro:
    """The model, loaded at first use by whichever thread comes first; then shared by all."""

    def __init__(self) -> None:
        self._model = weights.path("kokoro")
        self._voices = weights.path("kokoro-voices")
        self._vocabulary = weights.path("kokoro-vocabulary")
        self._lock = Lock()
        self._session: ort.InferenceSession | None = None
        self._tokens: dict[str, int] = {}
        self._styles: dict[tuple[tuple[str, float], ...], Style] = {}

    @property
    def fingerprint(self) -> str:
        """The names of the weights' files, which hold their hashes."""
        return " ".join(place.stem for place in (self._model, self._voices, self._vocabulary))

    @property
    def voices(self) -> tuple[str, ...]:
        """The stock voices by name."""
        return tuple(sorted(pack.stem for pack in self._voices.glob("*.bin")))

    def knows(self, letter: str) -> bool:
        """Whether the model has a token for a phoneme letter."""
        self._open()
        return letter in self._tokens

    def speak(
        self, letters: str, recipe: Sequence[tuple[str, float]], *, speed: float = 1.0
    ) -> Take:
        """Says up to 510 known letters with a mix of voices; `speed` above 1 is faster.

        The same letters, recipe and speed give the same samples.
        """
        session = self._open()
        tokens = np.array([[0, *(self._tokens[letter] for letter in letters), 0]], np.int64)
        style = self._style(tuple(recipe))[len(letters) - 1]
        audio, frames = session.run(
            None,
            {
                "tokens": tokens,  # (1, letters + 2)
                "style": style[None],  # (1, 256)
                "speed": np.array([speed], np.float32),
            },
        )
        clock = np.cumsum(np.ravel(frames)) * FRAME / RATE - LAG  # (letters + 2,)
        samples = np.ravel(audio).astype(np.float32)
        return Take(samples, np.clip(clock[: len(letters) + 1], 0.0, len(samples) / RATE))

    def close(self) -> None:
        """Frees the model; the next call loads it again."""
        with self._lock:
            self._session = None
            self._styles.clear()

    def _style(self, recipe: tuple[tuple[str, float], ...]) -> Style:
        """The mixed voice pack: (510, 256), one style for each number of letters."""
        with self._lock:
            if recipe not in self._styles:
                mixed = np.zeros((MOST_LETTERS, STYLE), np.float32)
                for name, weight in recipe:
                    pack = np.fromfile(self._voices / f"{name}.bin", np.float32)
                    mixed += np.float32(weight) * pack.reshape(MOST_LETTERS, STYLE)
                self._styles[recipe] = mixed
            return self._styles[recipe]

    def _open(self) -> ort.InferenceSession:
        with self._lock:
            if self._session is None:
                vocabulary = json.loads(self._vocabulary.read_text(encoding="utf-8"))
                self._tokens = vocabulary.get("vocab", vocabulary)
                options = ort.SessionOptions()
                options.intra_op_num_threads = 1  # one thread a line: lines run side by side
                options.inter_op_num_threads = 1
                options.log_severity_level = 3
                options.add_session_config_entry("session.intra_op.allow_spinning", "0")
                self._session = ort.InferenceSession(
                    self._model, options, providers=["CPUExecutionProvider"]
                )
            return self._session
