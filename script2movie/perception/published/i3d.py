"""I3D (Carreira and Zisserman 2017) as StyleGAN-V's FVD has it: `i3d_torchscript.pt`."""

import math
import warnings
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from script2movie.perception.published import loading, needs_torch

__all__ = ["MIN_FRAMES", "I3dEncoder"]

SIDE = 224
MIN_FRAMES = 10  # of a clip, below which the network has nothing left


class I3dEncoder:
    """Clips into (400,): the layer before the softmax. The model loads at first use."""

    def __init__(self, path: Path) -> None:
        needs_torch()
        self._path = path

    @cached_property
    def _model(self) -> Any:
        import torch

        with loading(self._path, "TorchScript file of I3D"), warnings.catch_warnings():
            # torch wants exports instead; what is published is TorchScript
            warnings.simplefilter("ignore", DeprecationWarning)
            return torch.jit.load(self._path, map_location="cpu").eval()

    def clip(self, frames: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Frames (T, H, W, 3), ten or more, as (400,).

        Shorter side to 224 bilinearly, the middle square, -1..1, as in StyleGAN-V's loader.
        """
        import torch
        from torch.nn import functional

        video = torch.from_numpy(frames.transpose(3, 0, 1, 2).astype(np.float32) / 255)
        height, width = video.shape[2:]
        scale = SIDE / min(height, width)
        size = (
            (SIDE, math.ceil(width * scale))
            if height < width
            else (math.ceil(height * scale), SIDE)
        )
        video = functional.interpolate(video, size=size, mode="bilinear", align_corners=False)
        top, left = (video.shape[2] - SIDE) // 2, (video.shape[3] - SIDE) // 2
        video = (video[:, :, top : top + SIDE, left : left + SIDE] - 0.5) * 2
        with torch.inference_mode():
            seen = self._model(
                video[None].contiguous(), rescale=False, resize=False, return_features=True
            )
        return np.asarray(seen[0].numpy(), np.float32)
