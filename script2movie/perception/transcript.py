"""What is said in a recording: Whisper tiny.en.

Greedy decoding at temperature 0, so the same sound gives the same words. The front end is
Whisper's (80 log-mel bands, windows of 30 seconds), written here because the packages that
bring it also load GPL codecs into the process. Knows nothing of who speaks.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from script2movie import weights
from script2movie.perception.sound import HEARING_RATE, HOP, mel_power, resample

__all__ = ["SpokenWord", "Transcriber", "WordTranscriber"]

WINDOW = 30 * HEARING_RATE  # samples that the network hears at once
STAMP = 0.02  # seconds between time stamps
NO_SPEECH = 0.6  # probability above which unsure words are taken for noise
SILENCE = 1e-3  # peak below which there are no words: Whisper hears "you" in nothing


@dataclass(frozen=True)
class SpokenWord:
    """One word as Whisper writes it, punctuation kept, with its time in seconds."""

    text: str
    start: float
    end: float


class WordTranscriber(Protocol):
    """Writes down speech, each word with its time."""

    @property
    def fingerprint(self) -> str:
        """Names whatever changes what is heard."""
        ...

    def words(self, samples: NDArray[np.float32], rate: int) -> Sequence[SpokenWord]:
        """Mono sound (N,) in -1..1 to its words in order."""
        ...

    def close(self) -> None: ...


class Transcriber:
    """Writes down English speech. Opening it is cheap; the model loads with the first sound."""

    fingerprint = "Whisper tiny.en"

    def __init__(self) -> None:
        """Raises WeightsError where the weight is not on this machine."""
        self._folder = weights.path("whisper-tiny-english")

    @cached_property
    def _model(self) -> Any:
        from ctranslate2.models import Whisper  # type: ignore[import-untyped]

        return Whisper(str(self._folder), compute_type="int8", intra_threads=1, inter_threads=1)

    @cached_property
    def _tokenizer(self) -> Any:
        from tokenizers import Tokenizer

        return Tokenizer.from_file(str(self._folder / "tokenizer.json"))

    def text(self, samples: NDArray[np.float32], rate: int) -> str:
        """Mono sound (N,) in -1..1 to the words said in it, '' for none."""
        tokens = (token for _, _, window in self._windows(samples, rate) for token in window)
        return str(self._tokenizer.decode(list(tokens))).strip()

    def words(self, samples: NDArray[np.float32], rate: int) -> tuple[SpokenWord, ...]:
        """Mono sound (N,) in -1..1 to its words with their times.

        Within a phrase they are good to about 0.1 seconds; a pause belongs to a word beside it.
        """
        return tuple(
            word
            for start, encoded, tokens in self._windows(samples, rate)
            for word in self._timed(start, encoded, tokens)
        )

    def close(self) -> None:
        """Lets go of the model."""
        self.__dict__.pop("_model", None)

    def _windows(
        self, samples: NDArray[np.float32], rate: int
    ) -> Iterator[tuple[float, tuple[Any, int], list[int]]]:
        """Start in seconds, encoder output with its frames, and text tokens of each window.

        A window that ends in the middle of a sentence gives up what follows its last time
        stamp; the next begins there.
        """
        from ctranslate2 import StorageView  # type: ignore[import-untyped]

        heard = resample(samples, rate, HEARING_RATE)
        start, first_stamp = 0, self._token("<|notimestamps|>") + 1
        while start < len(heard):
            part = heard[start : start + WINDOW]
            encoded = self._model.encode(StorageView.from_array(_log_mel(part)))
            result = self._model.generate(
                encoded,
                [[self._token("<|startoftranscript|>")]],
                beam_size=1,
                return_scores=True,
                return_no_speech_prob=True,
                max_initial_timestamp_index=50,
            )[0]
            tokens = result.sequences_ids[0]
            stamps = [index for index, token in enumerate(tokens) if token >= first_stamp]
            length = len(part)
            closed = len(stamps) > 2 and stamps[-2:] == [len(tokens) - 2, len(tokens) - 1]
            if closed and start + length < len(heard):
                last = round((tokens[-1] - first_stamp) * STAMP * HEARING_RATE)
                length = min(length, last) if last else length
            words = [token for token in tokens if token < self._token("<|endoftext|>")]
            unsure = result.no_speech_prob > NO_SPEECH and result.scores[0] < -1
            if unsure or np.abs(part).max() < SILENCE:
                words = []
            yield start / HEARING_RATE, (encoded, math.ceil(length / HOP)), words
            start += length

    def _timed(
        self, start: float, encoded: tuple[Any, int], tokens: list[int]
    ) -> Iterator[SpokenWord]:
        """Words from tokens: times from the attention that made them (dynamic time warping)."""
        if not tokens:
            return
        output, num_frames = encoded
        prompt = [self._token("<|startoftranscript|>")]
        aligned = self._model.align(output, prompt, [tokens], num_frames)[0].alignments
        times = dict[int, float]()  # when each token starts
        for token, frame in aligned:
            times.setdefault(token, start + frame * STAMP)
        spelled = [self._tokenizer.id_to_token(token) for token in tokens]
        firsts = [i for i, text in enumerate(spelled) if text.startswith("Ġ") or i == 0]
        for first, following in zip(firsts, [*firsts[1:], len(tokens)], strict=True):
            text = self._tokenizer.decode(tokens[first:following]).strip()
            yield SpokenWord(text, times[first], times[following])

    def _token(self, text: str) -> int:
        return int(self._tokenizer.token_to_id(text))


def _log_mel(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Up to 30 seconds at 16 kHz, filled with silence, as Whisper hears them: (1, 80, 3000)."""
    padded = np.pad(samples, (0, WINDOW - len(samples)))
    log = np.log10(np.maximum(mel_power(padded, 80, "reflect")[:-1].T, 1e-10))
    return np.ascontiguousarray((np.maximum(log, log.max() - 8) + 4)[None] / 4, np.float32)
