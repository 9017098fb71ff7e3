"""Whisper (Radford et al. 2022) from a hub's folder: speech to words, greedy."""

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from script2movie.perception.published import loading, needs_torch
from script2movie.perception.published.checkpoints import device, whole
from script2movie.perception.sound import HEARING_RATE, resample
from script2movie.perception.transcript import SpokenWord
from script2movie.weights.published import digest, find

__all__ = ["ChosenWhisper", "WhisperOptions", "WhisperTranscriber"]

WEIGHTS = "whisper-large-v3"
WINDOW = 30 * HEARING_RATE  # samples that the network hears at once


class WhisperTranscriber:
    """Writes down speech. Opening it is cheap; the model loads with the first sound."""

    def __init__(self, folder: Path, language: str = "en") -> None:
        """`folder` is a WhisperForConditionalGeneration with its processor, of many languages."""
        needs_torch()
        self._folder, self._language = folder, language

    @property
    def fingerprint(self) -> str:
        return f"Whisper {self._folder.name} {digest(self._folder)} {self._language}"

    @cached_property
    def _parts(self) -> tuple[Any, Any]:
        from transformers import WhisperForConditionalGeneration, WhisperProcessor

        what = "Whisper model with its processor"
        with loading(self._folder, what):
            processor = WhisperProcessor.from_pretrained(self._folder, local_files_only=True)
        model = whole(WhisperForConditionalGeneration, self._folder, what)
        return processor, model.to(device())

    def text(self, samples: NDArray[np.float32], rate: int) -> str:
        """Mono sound (N,) in -1..1 to the words said in it, window by window of 30 s."""
        import torch

        processor, model = self._parts
        heard = resample(samples, rate, HEARING_RATE)
        words = []
        for start in range(0, len(heard), WINDOW):
            features = processor.feature_extractor(
                heard[start : start + WINDOW], sampling_rate=HEARING_RATE, return_tensors="pt"
            ).input_features
            with torch.inference_mode():
                tokens = model.generate(features.to(model.device), **self._asked)
            words.append(processor.tokenizer.decode(tokens[0], skip_special_tokens=True).strip())
        return " ".join(words).strip()

    def words(self, samples: NDArray[np.float32], rate: int) -> tuple[SpokenWord, ...]:
        """Mono sound (N,) in -1..1 to its words with their times, good to about 0.1 seconds.

        A window ends where a sentence does, as Whisper's time stamps tell; times within it are by
        the attention of the heads that the checkpoint names for it.
        """
        from transformers import AutomaticSpeechRecognitionPipeline

        processor, model = self._parts
        listen = AutomaticSpeechRecognitionPipeline(
            model=model,
            tokenizer=processor.tokenizer,
            feature_extractor=processor.feature_extractor,
            device=model.device,
        )
        heard = resample(samples, rate, HEARING_RATE)
        told = listen(heard, return_timestamps="word", generate_kwargs=self._asked)["chunks"]
        last = len(heard) / HEARING_RATE  # the end of a word that nothing follows
        return tuple(
            SpokenWord(one["text"].strip(), start, last if end is None else end)
            for one in told
            for start, end in [one["timestamp"]]
        )

    def close(self) -> None:
        """Lets go of the model."""
        self.__dict__.pop("_parts", None)

    @property
    def _asked(self) -> dict[str, Any]:
        asked = {"language": self._language, "task": "transcribe"}
        return {"do_sample": False, "num_beams": 1, **asked}


@dataclass(frozen=True)
class WhisperOptions:
    """What the published Whisper may be told where it is chosen by name."""

    checkpoint: Path | None = field(
        default=None, metadata={"help": "a folder with the model, if not where weights lie"}
    )
    language: str = field(default="en", metadata={"help": "two letters, of the film's lines"})


class ChosenWhisper(WhisperTranscriber):
    """Whisper-large-v3, or the Whisper that the options name."""

    Options = WhisperOptions

    def __init__(self, options: WhisperOptions = WhisperOptions()) -> None:
        """Raises WeightsError where it is not on this machine, BackendUnavailable without torch."""
        given = {WEIGHTS: options.checkpoint.expanduser()} if options.checkpoint else {}
        super().__init__(find(WEIGHTS, given), options.language)
