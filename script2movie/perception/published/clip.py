"""CLIP (Radford et al. 2021) from a hub's folder, and LAION's aesthetic head."""

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from script2movie.perception.published import loading, needs_torch
from script2movie.perception.published.checkpoints import whole
from script2movie.perception.published.pixels import Picture, cropped, normalised

__all__ = ["ClipEncoder", "read_aesthetic_head"]

MEAN = (0.48145466, 0.4578275, 0.40821073)
DEVIATION = (0.26862954, 0.26130258, 0.27577711)


class ClipEncoder:
    """Pictures and texts into one space. Opening it is cheap; the model loads at first use."""

    def __init__(self, folder: Path) -> None:
        """`folder` is a CLIPModel as transformers saves it, with its tokenizer."""
        needs_torch()
        self._folder = folder

    @cached_property
    def _model(self) -> Any:
        from transformers import CLIPModel

        return whole(CLIPModel, self._folder, "CLIP model")

    @cached_property
    def _tokenizer(self) -> Any:
        from transformers import CLIPTokenizer

        with loading(self._folder, "CLIP model with its tokenizer"):
            return CLIPTokenizer.from_pretrained(self._folder, local_files_only=True)

    def pictures(
        self, pictures: Sequence[Picture], *, num_rescales: int = 1
    ) -> NDArray[np.float32]:
        """Pictures (H, W, 3) as (N, D), not of length 1.

        `num_rescales` is how often pixels are divided by 255: once, or twice as MovieBench's
        script has it.
        """
        import torch

        side = int(self._model.config.vision_config.image_size)
        pixels = normalised(
            [cropped(one, side) for one in pictures], MEAN, DEVIATION, num_rescales=num_rescales
        )
        with torch.inference_mode():
            seen = self._model.vision_model(pixel_values=torch.from_numpy(pixels)).pooler_output
            return np.asarray(self._model.visual_projection(seen).numpy(), np.float32)

    def text(self, text: str) -> NDArray[np.float32]:
        """A text as (D,); what is beyond the model's 77 tokens is not read."""
        import torch

        tokens = self._tokenizer(text, truncation=True, return_tensors="pt")
        with torch.inference_mode():
            read = self._model.text_model(**tokens).pooler_output
            return np.asarray(self._model.text_projection(read)[0].numpy(), np.float32)


def read_aesthetic_head(path: Path) -> tuple[NDArray[np.float32], float]:
    """The weight (D,) and bias of LAION's linear head."""
    needs_torch()
    import torch

    with loading(path, "linear head of LAION's"):
        told = torch.load(path, map_location="cpu", weights_only=True)
        return told["weight"].reshape(-1).float().numpy(), float(told["bias"])
