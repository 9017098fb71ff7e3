"""A ControlNet beside SDXL: looked for, loaded, read at every step, left out where not wanted.

Zhang et al. 2023 (arXiv:2302.05543). What picture it reads is `controls`' business.
"""

from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from script2movie.errors import WeightsError
from script2movie.generative import checkpoints
from script2movie.generative.checkpoints import Checkpoint
from script2movie.generative.running import Running, torch_dtype

__all__ = ["Reading", "controlnet_checkpoint", "reading", "with_controlnet", "without_controlnet"]

Reading = Callable[[Any, Any, dict[str, Any]], dict[str, Any]]
"""Noisy latents, time and words into what the denoiser is told beside them."""


class Options(Protocol):
    """What of a backend's options is read here."""

    @property
    def controlnet(self) -> str: ...
    @property
    def dtype(self) -> str: ...
    @property
    def allow_pickle(self) -> bool: ...


def controlnet_checkpoint(backend: str, options: Options, base: Checkpoint) -> Checkpoint:
    """Raises WeightsError where it is not there, is no ControlNet, or is for another base."""
    found = checkpoints.model_checkpoint(
        checkpoints.Choice(backend, "controlnet", options.controlnet),
        ["ControlNetModel"],
        prefer_fp16=options.dtype == "float16",
        allow_pickle=options.allow_pickle,
    )
    there, wanted = (
        checkpoints.read_json(folder / "config.json").get("cross_attention_dim")
        for folder in (found.folder, base.folder / "unet")
    )
    if there != wanted:
        raise WeightsError(
            f"{found.folder} is for another base model (text of width {there}, not {wanted}): "
            "choose one for SDXL with --option storyboard.controlnet="
        )
    return found


def with_controlnet(pipe: Any, checkpoint: Checkpoint, running: Running) -> Any:
    """A pipeline of SDXL's parts and the ControlNet, not yet placed."""
    from diffusers import ControlNetModel, StableDiffusionXLControlNetPipeline

    with checkpoints.loading(checkpoint.folder):
        model = ControlNetModel.from_pretrained(
            checkpoint.folder, dtype=torch_dtype(running), **checkpoint.arguments
        )
    return StableDiffusionXLControlNetPipeline(
        **pipe.components, controlnet=model, add_watermarker=False
    )


def without_controlnet(pipe: Any) -> Any:
    """The pipeline for pictures that have no layout."""
    if not hasattr(pipe, "controlnet"):
        return pipe
    from diffusers import StableDiffusionXLPipeline

    parts = {name: part for name, part in pipe.components.items() if name != "controlnet"}
    plain = StableDiffusionXLPipeline(**parts, add_watermarker=False)
    plain.set_progress_bar_config(disable=True)
    return plain


def reading(pipe: Any, picture: NDArray[np.uint8], scale: float) -> Reading:
    """Reads a picture (height, width, 3) of the layout, for noise without and with the words."""
    import torch

    shown = torch.from_numpy(picture).permute(2, 0, 1)[None].to(pipe._execution_device) / 255
    both = torch.cat([shown] * 2).to(pipe.unet.dtype)

    def read(noisy: Any, time: Any, words: dict[str, Any]) -> dict[str, Any]:
        down, middle = pipe.controlnet(
            noisy, time, controlnet_cond=both, conditioning_scale=scale, return_dict=False, **words
        )
        return {"down_block_additional_residuals": down, "mid_block_additional_residual": middle}

    return read
