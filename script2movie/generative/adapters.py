"""IP-Adapters and LoRAs: whether they are whole and fit a model, before anything of them is read.

diffusers leaves a layer as it was, or fills it with noise, where a file lacks the update of it.
Its own loaders are asked here, with a model and tensors without memory (see `tensors`).

Knows files and denoisers, and no backend.
"""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from script2movie.errors import WeightsError
from script2movie.generative.checkpoints import loading
from script2movie.generative.files import header
from script2movie.generative.tensors import Shape, on_meta, shown

__all__ = [
    "check_ip_adapter",
    "check_lora",
    "check_lora_fits",
    "ip_adapter_tensors",
    "load_lora",
]

LORA_PAIRS = (  # how the two factors of an update are named
    (".lora_A.", ".lora_B."),
    (".lora.down.", ".lora.up."),
    (".lora_down.", ".lora_up."),
    ("_lora.down.", "_lora.up."),
)


def ip_adapter_tensors(file: Path) -> dict[str, dict[str, Any]]:
    """An IP-Adapter's tensors in its two groups, 'image_proj' and 'ip_adapter', without memory.

    Raises:
        WeightsError: the file is damaged.
    """
    told = on_meta(file)
    return {
        group: told.get(group)  # a pickle's are grouped, a safetensors' named so
        or {
            name.removeprefix(f"{group}."): tensor
            for name, tensor in told.items()
            if name.startswith(f"{group}.")
        }
        for group in ("image_proj", "ip_adapter")
    }


def check_ip_adapter(file: Path, unet: Path) -> None:
    """Whether an IP-Adapter has all that the denoiser in the folder `unet` reads of one.

    diffusers' own loader is asked, strictly: it raises KeyError or RuntimeError for what is not
    there or of another shape.

    Raises:
        WeightsError: the file is damaged, or a LoRA in it is not whole.
    """
    import torch
    from diffusers import UNet2DConditionModel

    tensors = ip_adapter_tensors(file)
    with torch.device("meta"):
        config = UNet2DConditionModel.load_config(unet, local_files_only=True)
        model = UNet2DConditionModel.from_config(config)
        model._load_ip_adapter_weights([tensors], low_cpu_mem_usage=False)
        read = model._load_ip_adapter_loras([tensors])
    updates = {name for name in tensors["ip_adapter"] if "_lora." in name}
    found = {name: tuple(one.shape) for name, one in read.get(0, {}).items()}
    if lost := len(updates) - len(found):
        raise WeightsError(
            f"{file} has {lost} tensors of a LoRA without their counterparts: it is damaged: "
            "fetch it again"
        )
    _check_pairs(file, found)
    for name, shape in found.items():
        place, _, which = name.removeprefix("unet.").partition(".processor.to_")
        attention = model.get_submodule(place)
        way = which.partition("_")[0]
        layer = attention.to_out[0] if way == "out" else getattr(attention, f"to_{way}")
        down = ".down." in which
        if shape[down] != (layer.in_features if down else layer.out_features):
            raise WeightsError(
                f"{file} has the update of {place}.to_{way} as {shown(shape)}, which does not fit "
                "this model: it is damaged or for another: choose another, or fetch it again"
            )


def check_lora(path: Path) -> None:
    """Whether each update of a LoRA's safetensors has both of its factors, of one rank.

    Raises:
        WeightsError: the file is damaged; a factor is not there or does not fit the other.
    """
    if path.suffix == ".safetensors":
        _check_pairs(path, {name: tuple(one["shape"]) for name, one in header(path).items()})


def check_lora_fits(path: Path, pipeline: Any, unet: Any) -> None:
    """Whether a LoRA fits a denoiser without memory, by the loader of its pipeline's class.

    Raises:
        WeightsError: it is not whole, fits no layer, or one otherwise than it should.
    """
    import torch

    check_lora(path)
    with loading(path), torch.device("meta"), _said_once():
        tensors, alphas = pipeline.lora_state_dict(on_meta(path))
        pipeline.load_lora_into_unet(tensors, alphas, unet, adapter_name="lora")
    if not getattr(unet, "peft_config", None):
        raise _foreign(path)


def load_lora(pipe: Any, path: Path, name: str) -> None:
    """Puts a LoRA into a pipeline under a name.

    Raises:
        WeightsError: it is damaged, or for another base.
    """
    check_lora(path)
    with loading(path), _said_once():
        pipe.load_lora_weights(
            str(path.parent), weight_name=path.name, adapter_name=name, local_files_only=True
        )
    if name not in pipe.get_list_adapters().get("unet", ()):
        raise _foreign(path)


@contextmanager
def _said_once() -> Iterator[None]:
    """Within it diffusers does not log what it raises, which is a sentence of ours."""
    log = logging.getLogger("diffusers.loaders.peft")
    log.addFilter(_is_news)
    try:
        yield
    finally:
        log.removeFilter(_is_news)


def _is_news(record: logging.LogRecord) -> bool:
    return "was unsuccessful with the following error" not in record.getMessage()


def _foreign(path: Path) -> WeightsError:
    return WeightsError(f"{path} changes no layer of this model: it is for another base model")


def _check_pairs(path: Path, there: Mapping[str, Shape]) -> None:
    for name, shape in there.items():
        for down, up in LORA_PAIRS:
            other = name.replace(down, up) if down in name else name.replace(up, down)
            if other == name:
                continue
            if other not in there:
                raise WeightsError(
                    f"{path} lacks the tensor '{other}', the other half of '{name}': it is "
                    "damaged: make or fetch it again"
                )
            if down in name and shape[0] != there[other][1]:
                raise WeightsError(
                    f"{path} has '{name}' as {shown(shape)} and '{other}' as "
                    f"{shown(there[other])}, which are not of one rank: make or fetch it again"
                )
