"""Whether a checkpoint's tensors are its model's, by names and shapes, before one of them is read.

transformers and diffusers fill a tensor that a file lacks with random numbers and only log it,
which makes a film of noise. Here the model is built without memory (torch's meta device) and told
what the files hold, by the libraries' own rules: tied weights, buffers that are computed and names
of older versions are no fault; tensors that no layer reads are none either. A checkpoint that is
stored quantised is not looked into, as its files' shapes are the quantiser's.

Knows names and shapes; imports torch and the libraries when it is asked.
"""

import importlib
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from script2movie.errors import WeightsError
from script2movie.generative.files import header, read_json

__all__ = [
    "check_ip_adapter",
    "check_lora",
    "check_tensors",
    "ip_adapter_tensors",
    "model_class",
    "on_meta",
    "quieten",
]

Shape = tuple[int, ...]
COMPUTED = r"(\.pos_embed\.pe|num_batches_tracked)$"  # a model makes them as it is built
LORA_PAIRS = (  # how the two factors of an update are named
    (".lora_A.", ".lora_B."),
    (".lora.down.", ".lora.up."),
    (".lora_down.", ".lora_up."),
    ("_lora.down.", "_lora.up."),
)


def model_class(library: str, name: str) -> Any:
    """The class that `model_index.json` names as [library, name], None where there is none."""
    for module in (library, f"diffusers.pipelines.{library}"):
        try:
            return getattr(importlib.import_module(module), name)
        except (ImportError, AttributeError):
            continue
    return None


def check_tensors(kind: Any, folder: Path, files: Sequence[Path], choose: str) -> None:
    """Whether `files` hold every tensor of the model that `folder` configures, in its shape.

    `kind` is the class that will load it; `choose` is what chooses another, as it is typed.

    Raises:
        WeightsError: a tensor is not there, or has another shape.
    """
    if "quantization_config" in read_json(folder / "config.json"):
        return
    there = {name: one for path in files for name, one in on_meta(path).items()}
    quieten()
    missing, misshapen = _compared(kind, folder, there, sharded=len(files) > 1)
    where = files[0] if len(files) == 1 else folder
    what = f"which {kind.__name__} reads: it is damaged or of another architecture"
    if missing:
        more = f" and {len(missing) - 1} more" if missing[1:] else ""
        raise WeightsError(
            f"{where} lacks the tensor '{missing[0]}'{more}, {what}: choose another with {choose} "
            "or fetch it again"
        )
    for name, (held, wanted) in sorted(misshapen.items()):
        raise WeightsError(
            f"{where} has the tensor '{name}' as {_told(held)} and not {_told(wanted)}, {what}: "
            f"choose another with {choose} or fetch it again"
        )


def on_meta(path: Path) -> dict[str, Any]:
    """What a file of weights holds, as tensors without memory, or groups of them.

    Raises:
        WeightsError: it is damaged.
    """
    import torch

    if path.suffix == ".safetensors":
        return {
            name: torch.empty(one["shape"], device="meta") for name, one in header(path).items()
        }
    try:
        told: dict[str, Any] = torch.load(path, map_location="meta", weights_only=True)
    except Exception as error:  # whatever a pickle makes of being damaged
        reason = " ".join(str(error).split()).partition(". ")[0][:200]
        raise WeightsError(f"{path} does not load: {reason}: fetch it again") from error
    return told


def check_lora(path: Path) -> None:
    """Whether each update of a LoRA's safetensors has both of its factors, of one rank.

    Raises:
        WeightsError: the file is damaged; a factor is not there or does not fit the other.
    """
    if path.suffix != ".safetensors":
        return
    there = {name: tuple(one["shape"]) for name, one in header(path).items()}
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
                    f"{path} has '{name}' as {_told(shape)} and '{other}' as "
                    f"{_told(there[other])}, which are not of one rank: make or fetch it again"
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
    updates = sum("_lora." in name for name in tensors["ip_adapter"])
    if lost := updates - sum(map(len, read.values())):
        raise WeightsError(
            f"{file} has {lost} tensors of a LoRA without their counterparts: it is damaged: "
            "fetch it again"
        )


def quieten() -> None:
    """The libraries' bars and hints are for their own users: this run has its own."""
    from diffusers.utils import logging as of_diffusers
    from transformers.utils import logging as of_transformers

    for logging in (of_diffusers, of_transformers):
        logging.disable_progress_bar()
        logging.set_verbosity_error()


def _compared(
    kind: Any, folder: Path, there: dict[str, Any], *, sharded: bool
) -> tuple[list[str], Mapping[str, tuple[Shape, Shape]]]:
    """The tensors that are not there, and those of another shape: theirs and the model's."""
    from accelerate import init_empty_weights
    from transformers import PreTrainedModel

    if issubclass(kind, PreTrainedModel):
        config = kind.config_class.from_pretrained(folder, local_files_only=True)
        _, told = kind.from_pretrained(
            None,
            config=config,
            state_dict=there,
            device_map={"": "meta"},
            ignore_mismatched_sizes=True,  # told instead
            output_loading_info=True,
        )
        misshapen = {name: (tuple(a), tuple(b)) for name, a, b in told["mismatched_keys"]}
        return sorted(told["missing_keys"]), misshapen
    with init_empty_weights():
        model = kind.from_config(kind.load_config(folder, local_files_only=True))
    if not sharded:  # as diffusers does
        model._fix_state_dict_keys_on_load(there)
    wanted = {name: tuple(one.shape) for name, one in model.state_dict().items()}
    held = {name: tuple(one.shape) for name, one in there.items()}
    missing = [name for name in wanted if name not in held and not re.search(COMPUTED, name)]
    misshapen = {
        name: (held[name], shape)
        for name, shape in wanted.items()
        if held.get(name, shape) != shape
    }
    return sorted(missing), misshapen


def _told(shape: Shape) -> str:
    return "x".join(map(str, shape)) or "one number"
