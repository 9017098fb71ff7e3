"""WavLM (Chen et al. 2022) with an x-vector head, from a hub's folder: whose voice it is."""

import json
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from script2movie.perception.published import loading, needs_torch
from script2movie.perception.published.checkpoints import whole
from script2movie.perception.sound import HEARING_RATE, resample

__all__ = ["WavlmRecogniser", "is_large"]

LARGE = (24, 1024)  # layers and width of WavLM-large


class WavlmRecogniser:
    """Embeds recordings. Opening it is cheap; the model loads with the first one."""

    def __init__(self, folder: Path) -> None:
        """`folder` is a WavLMForXVector as transformers saves it."""
        needs_torch()
        self._folder = folder

    @cached_property
    def _model(self) -> Any:
        from transformers import WavLMForXVector

        return whole(WavLMForXVector, self._folder, "WavLM model with an x-vector head")

    def embed(self, samples: NDArray[np.float32], rate: int) -> NDArray[np.float32]:
        """Mono speech (N,) in -1..1 to (D,), norm 1. Raises ValueError for silence."""
        import torch

        if not samples.any():
            raise ValueError(f"there is no sound in {len(samples) / rate:.2f} s of recording")
        heard = resample(samples, rate, HEARING_RATE)
        heard = (heard - heard.mean()) / np.sqrt(heard.var() + 1e-7)
        with torch.inference_mode():
            voice = self._model(torch.from_numpy(heard.astype(np.float32))[None]).embeddings[0]
        vector = np.asarray(voice.numpy(), np.float32)
        return vector / np.linalg.norm(vector)


def is_large(folder: Path) -> bool:
    """Whether a folder's network has the size of WavLM-large. Raises WeightsError."""
    with loading(folder, "WavLM model"):
        told = json.loads((folder / "config.json").read_text("utf-8"))
        return (told.get("num_hidden_layers"), told.get("hidden_size")) == LARGE
