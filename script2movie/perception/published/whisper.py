"""Whisper (Radford et al. 2022) from a hub's folder: English speech to words, greedy."""

from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from script2movie.perception.published import loading, needs_torch
from script2movie.perception.sound import HEARING_RATE, resample

__all__ = ["WhisperTranscriber"]

WINDOW = 30 * HEARING_RATE  # samples that the network hears at once


class WhisperTranscriber:
    """Writes down speech. Opening it is cheap; the model loads with the first sound."""

    def __init__(self, folder: Path) -> None:
        """`folder` is a WhisperForConditionalGeneration with its processor."""
        needs_torch()
        self._folder = folder

    @cached_property
    def _parts(self) -> tuple[Any, Any]:
        from transformers import WhisperForConditionalGeneration, WhisperProcessor

        with loading(self._folder, "Whisper model with its processor"):
            processor = WhisperProcessor.from_pretrained(self._folder, local_files_only=True)
            model = WhisperForConditionalGeneration.from_pretrained(
                self._folder, local_files_only=True
            )
            return processor, model.eval()

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
                tokens = model.generate(
                    features, do_sample=False, num_beams=1, language="en", task="transcribe"
                )
            words.append(processor.tokenizer.decode(tokens[0], skip_special_tokens=True).strip())
        return " ".join(words).strip()
