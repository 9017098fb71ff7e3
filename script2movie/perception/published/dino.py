"""DINO (Caron et al. 2021) from a hub's folder: the class token of a ViT."""

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from script2movie.perception.published import needs_torch
from script2movie.perception.published.checkpoints import whole
from script2movie.perception.published.pixels import Picture, normalised

__all__ = ["DinoEncoder"]

MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
SIDE = 224


class DinoEncoder:
    """Pictures into (768,). Opening it is cheap; the model loads at first use."""

    def __init__(self, folder: Path) -> None:
        """`folder` is a ViTModel as transformers saves it."""
        needs_torch()
        self._folder = folder

    @cached_property
    def _model(self) -> Any:
        from transformers import ViTModel

        return whole(ViTModel, self._folder, "ViT model", add_pooling_layer=False)

    def pictures(self, pictures: Sequence[Picture]) -> NDArray[np.float32]:
        """Pictures (H, W, 3) of one size as (N, D).

        The shorter side becomes 224 and nothing is cropped, as in VBench: positions are
        interpolated to the longer side's patches.
        """
        import torch
        from torch.nn import functional

        pixels = torch.from_numpy(normalised(pictures, (0, 0, 0), (1, 1, 1)))
        scale = SIDE / min(pixels.shape[2:])
        size = [max(SIDE, int(length * scale)) for length in pixels.shape[2:]]
        pixels = functional.interpolate(pixels, size=size, mode="bilinear", align_corners=False)
        mean, deviation = (torch.tensor(part).reshape(3, 1, 1) for part in (MEAN, DEVIATION))
        with torch.inference_mode():
            seen = self._model(
                pixel_values=(pixels - mean) / deviation, interpolate_pos_encoding=True
            )
            return np.asarray(seen.last_hidden_state[:, 0].numpy(), np.float32)
