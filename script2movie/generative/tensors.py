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

__all__ = ["Shape", "check_tensors", "model_class", "on_meta", "quieten", "shown"]

Shape = tuple[int, ...]
COMPUTED = r"(\.pos_embed\.pe|num_batches_tracked)$"  # a model makes them as it is built


def model_class(library: str, name: str) -> Any:
    """The class that `model_index.json` names as [library, name], None where there is none.

    A library is one of the two or a pipeline of diffusers': no other module is imported by a file.
    """
    own = library in ("diffusers", "transformers")
    try:
        return getattr(
            importlib.import_module(library if own else f"diffusers.pipelines.{library}"), name
        )
    except (ImportError, AttributeError):
        return None


def check_tensors(kind: Any, folder: Path, files: Sequence[Path], cure: str) -> None:
    """Whether `files` hold every tensor of the model that `folder` configures, in its shape.

    `kind` is the class that will load it; `cure` is what to do where one is wrong.

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
        raise WeightsError(f"{where} lacks the tensor '{missing[0]}'{more}, {what}: {cure}")
    for name, (held, wanted) in sorted(misshapen.items()):
        raise WeightsError(
            f"{where} has the tensor '{name}' as {shown(held)} and not {shown(wanted)}, {what}: "
            f"{cure}"
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
        held: dict[str, Any] = torch.load(path, map_location="meta", weights_only=True)
    except Exception as error:  # whatever a pickle makes of being damaged
        reason = " ".join(f"{type(error).__name__}: {error}".split()).partition(". ")[0][:200]
        raise WeightsError(
            f"{path} is no file of weights, or damaged ({reason}): fetch it again"
        ) from error
    return held


def quieten() -> None:
    """The libraries' bars and hints are for their own users: this run has its own."""
    from diffusers.utils import logging as of_diffusers
    from transformers.utils import logging as of_transformers

    for one in (of_diffusers, of_transformers):
        one.disable_progress_bar()
        one.set_verbosity_error()


def _compared(
    kind: Any, folder: Path, there: dict[str, Any], *, sharded: bool
) -> tuple[list[str], Mapping[str, tuple[Shape, Shape]]]:
    """The tensors that are not there, and those of another shape: theirs and the model's."""
    from accelerate import init_empty_weights
    from transformers import PreTrainedModel

    if issubclass(kind, PreTrainedModel):
        config = kind.config_class.from_pretrained(folder, local_files_only=True)
        model, told = kind.from_pretrained(
            None,
            config=config,
            state_dict=there,
            device_map={"": "meta"},
            local_files_only=True,
            ignore_mismatched_sizes=True,  # told instead
            output_loading_info=True,
        )
        misshapen = {name: (tuple(a), tuple(b)) for name, a, b in told["mismatched_keys"]}
        tied = getattr(model, "all_tied_weights_keys", {})  # files hold what they are tied to
        return sorted(told["missing_keys"], key=lambda name: (name in tied, name)), misshapen
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


def shown(shape: Shape) -> str:
    return "x".join(map(str, shape)) or "one number"
