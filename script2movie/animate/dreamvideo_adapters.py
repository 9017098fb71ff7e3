"""DreamVideo's adapters on ModelScope's video denoiser: whose body it is, and how it moves.

An adapter is a narrow pair of layers beside an attention (Wei et al. 2023, arXiv:2312.04433;
ali-vilab/VGen 4014d1fa): y = Attention(norm x) + x + up(gelu(down(x))).

    identity  beside the attention to the text, in the blocks that look at one frame
    motion    beside both attentions and the feed-forward, in the blocks that look along time; down
              reads x + condition(appearance), a picture's embedding, so that only motion is learned

Files name layers as VGen's UNet does (input_blocks, middle_block, output_blocks). Which adapters a
call wears goes down with it as one `Worn`; no block remembers a shot.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import nn
from torch.nn import functional

from script2movie.errors import WeightsError
from script2movie.generative.checkpoints import loading
from script2movie.generative.tensors import on_meta

__all__ = [
    "AdaptedBlock",
    "Adapter",
    "Worn",
    "adaptable",
    "check_adapters",
    "places",
    "read_adapter",
    "wear",
]

KINDS = ("attn_adapter", "cross_attn_adapter", "ff_adapter")


@dataclass(frozen=True)
class Worn:
    """The adapters of a call by name, and the appearance (B, width) that motion is told of."""

    names: tuple[str, ...]
    appearance: torch.Tensor | None = None


class Adapter(nn.Module):  # type: ignore[misc]
    """A residual that is learned: of `width` numbers a token, `narrow` inside."""

    def __init__(self, width: int, narrow: int, appearance: int | None) -> None:
        super().__init__()
        self.down_linear = nn.Linear(width, narrow)
        self.up_linear = nn.Linear(narrow, width)
        if appearance is not None:
            self.condition_linear = nn.Linear(appearance, width)

    def forward(self, x: torch.Tensor, appearance: torch.Tensor | None) -> torch.Tensor:
        """(B * places, tokens, width) to the same; `appearance` is (B, width of it)."""
        told = x
        if appearance is not None and hasattr(self, "condition_linear"):
            condition = self.condition_linear(appearance.to(x.dtype))
            told = x + condition.repeat_interleave(len(x) // len(condition), 0)[:, None]
        found: torch.Tensor = self.up_linear(functional.gelu(self.down_linear(told)))
        return found + told


class AdaptedBlock(nn.Module):  # type: ignore[misc]
    """A transformer block of `UNet3DConditionModel` beside which adapters can be worn."""

    def __init__(self, plain: Any) -> None:
        super().__init__()
        for name in ("norm1", "attn1", "norm2", "attn2", "norm3", "ff"):
            setattr(self, name, getattr(plain, name))
        self.adapters = nn.ModuleDict()  # by name: a ModuleDict by kind

    def forward(
        self,
        hidden_states: torch.Tensor,
        attention_mask: torch.Tensor | None = None,
        encoder_hidden_states: torch.Tensor | None = None,
        encoder_attention_mask: torch.Tensor | None = None,
        timestep: torch.Tensor | None = None,
        cross_attention_kwargs: dict[str, Any] | None = None,
        class_labels: torch.Tensor | None = None,
        added_cond_kwargs: dict[str, torch.Tensor] | None = None,
    ) -> torch.Tensor:
        worn: Worn | None = (cross_attention_kwargs or {}).get("worn")
        x = hidden_states
        x = self.attn1(self.norm1(x)) + self._beside(KINDS[0], x, worn)
        told = self.attn2(self.norm2(x), encoder_hidden_states=encoder_hidden_states)
        x = told + self._beside(KINDS[1], x, worn)
        return self.ff(self.norm3(x)) + self._beside(KINDS[2], x, worn)

    def _beside(self, kind: str, x: torch.Tensor, worn: Worn | None) -> torch.Tensor:
        if worn is None:
            return x
        for name in worn.names:
            if name in self.adapters and kind in self.adapters[name]:
                return self.adapters[name][kind](x, worn.appearance)
        return x


def adaptable(unet: Any) -> Any:
    """The denoiser, its transformer blocks made ready for adapters; returns it."""
    for _, transformer in places(unet):
        transformer.transformer_blocks[0] = AdaptedBlock(transformer.transformer_blocks[0])
    return unet


def places(unet: Any) -> Iterator[tuple[str, Any]]:
    """Every transformer of diffusers' UNet by VGen's name: 1 looks at a frame, 2 along time."""
    yield "input_blocks.0.1", unet.transformer_in
    number = 1
    for block in unet.down_blocks:
        for layer in range(len(block.resnets)):
            yield from _pair(f"input_blocks.{number}", block, layer)
            number += 1
        number += bool(block.downsamplers)
    yield from _pair("middle_block", unet.mid_block, 0)
    number = 0
    for block in unet.up_blocks:
        for layer in range(len(block.resnets)):
            yield from _pair(f"output_blocks.{number}", block, layer)
            number += 1


def _pair(name: str, block: Any, layer: int) -> Iterator[tuple[str, Any]]:
    if hasattr(block, "attentions"):
        yield f"{name}.1", block.attentions[layer]
        yield f"{name}.2", block.temp_attentions[layer]


def check_adapters(unet: Path, files: Iterable[Path], appearance: int | None) -> None:
    """Whether adapters fit the denoiser that the folder `unet` configures; none of them is read.

    `appearance` is the width of what the picture encoder tells, None where there is none.

    Raises:
        WeightsError: one is not whole, for another base, or told of another appearance.
    """
    from diffusers import UNet3DConditionModel

    with torch.device("meta"):
        config = UNet3DConditionModel.load_config(unet, local_files_only=True)
        model = adaptable(UNet3DConditionModel.from_config(config))
        for number, path in enumerate(files):
            with loading(path):
                tensors = read_adapter(path, unread=True)
                wear(model, str(number), tensors, path)
            told = {one.shape[1] for name, one in tensors.items() if "condition_linear.we" in name}
            if appearance is not None and told - {appearance}:
                raise WeightsError(
                    f"{path} was trained with a picture encoder of {min(told - {appearance})} "
                    f"numbers, and {appearance} come from the chosen one: choose its own with "
                    "--option animator.image_encoder="
                )


def read_adapter(path: Path, *, unread: bool = False) -> dict[str, torch.Tensor]:
    """The tensors of an adapter's file by VGen's names: safetensors, or 'state_dict' of a pickle.

    `unread` gives their shapes alone, on the meta device.

    Raises:
        WeightsError: it holds anything but adapters.
    """
    tensors: dict[str, torch.Tensor]
    if unread:
        told = on_meta(path)
        tensors = told if path.suffix == ".safetensors" else told["state_dict"]
    elif path.suffix == ".safetensors":
        from safetensors.torch import load_file

        tensors = load_file(path)
    else:
        tensors = torch.load(path, map_location="cpu", weights_only=True)["state_dict"]
    kinds = "|".join(KINDS)
    if not tensors or not all(re.search(rf"\.({kinds})\.\w+_linear\.", name) for name in tensors):
        raise WeightsError(f"{path} is no adapter of DreamVideo")
    return tensors


def wear(unet: Any, name: str, tensors: Mapping[str, torch.Tensor], path: Path) -> None:
    """Puts an adapter into an `adaptable` denoiser, to be worn as `name`.

    Raises:
        WeightsError: a layer of it is not in this denoiser, or is of another width.
    """
    there = {place: transformer.transformer_blocks[0] for place, transformer in places(unet)}
    layers: dict[tuple[str, str], dict[str, torch.Tensor]] = {}
    for key, tensor in tensors.items():
        place, _, rest = key.partition(".transformer_blocks.0.")
        kind, _, parameter = rest.partition(".")
        layers.setdefault((place, kind), {})[parameter] = tensor
    for (place, kind), parameters in layers.items():
        linear = {"down_linear", "up_linear"} | {one.partition(".")[0] for one in parameters}
        wanted = {f"{one}.{part}" for one in linear for part in ("weight", "bias")}
        if lost := wanted - set(parameters):
            raise WeightsError(
                f"{path} lacks '{place}.transformer_blocks.0.{kind}.{min(lost)}': it is damaged: "
                "fetch or make it again"
            )
        block = there.get(place)
        narrow, width = parameters["down_linear.weight"].shape
        if block is None or block.norm1.weight.shape[0] != width:
            raise WeightsError(f"{path} is for another base model: it has {place} of width {width}")
        condition = parameters.get("condition_linear.weight")
        adapter = Adapter(width, narrow, None if condition is None else condition.shape[1])
        adapter.load_state_dict(parameters)
        weight = block.norm1.weight
        if name not in block.adapters:
            block.adapters[name] = nn.ModuleDict()
        block.adapters[name][kind] = adapter.to(weight.device, weight.dtype)
