"""Checkpoints by the names of their tensors: read without running anything, checked, then trusted.

Knows files and shapes, no network. A checkpoint of another network is told by the first tensor
that is missing, differs in shape or should not be there.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from script2movie.errors import WeightsError
from script2movie.perception.published import loading

__all__ = ["Named", "Shapes", "check", "device", "read_checkpoint", "whole"]

TRAINED_WITH = ("masked_spec_embed",)  # tensors that a network in use does not read

Shapes = Mapping[str, tuple[int, ...]]
Named = Iterator[tuple[str, tuple[int, ...]]]
"""A network's tensors and their shapes, one after the other."""


def device() -> str:
    """Where a published network runs: on CUDA where there is one, else on the CPU."""
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"


def read_checkpoint(
    path: Path, what: str, shapes: Shapes, *, inside: str = "", prefix: str = ""
) -> dict[str, Any]:
    """The tensors of a `.pth` by the names of `shapes`, float32, where the network runs.

    `inside` is the entry that holds the tensors where the file holds more; `prefix` stands before
    every name in the file. Only tensors and numbers are unpickled (`weights_only`), numpy's too:
    an optimiser's rate is often one. Raises WeightsError.
    """
    import torch

    with loading(path, what), torch.serialization.safe_globals(_numbers()):
        told = torch.load(path, map_location="cpu", weights_only=True)
        if inside:
            told = told[inside]
        found = {str(name).removeprefix(prefix): tensor for name, tensor in told.items()}
        counts = {name: tuple(tensor.shape) for name, tensor in found.items()}
    check(path, what, counts, shapes)
    return {name: found[name].float().to(device()) for name in shapes}


def whole(kind: Any, folder: Path, what: str, **changes: Any) -> Any:
    """A hub's folder as the network `kind` of transformers, all of whose tensors are in it.

    transformers draws a tensor at random that is not there. Raises WeightsError.
    """
    from transformers.utils import logging

    logging.set_verbosity_error()  # its tables: the first fault is told here
    with loading(folder, what):
        network, told = kind.from_pretrained(
            folder, local_files_only=True, output_loading_info=True, **changes
        )
    for name in sorted(told["missing_keys"]):
        if not name.endswith(TRAINED_WITH):
            raise WeightsError(f"{folder} is no {what}: it lacks '{name}': download it again")
    return network.eval()


def check(path: Path, what: str, found: Shapes, wanted: Shapes) -> None:
    """Raises WeightsError where a file holds other tensors than a network has.

    Counts of batches, which a network in use does not read, are passed over.
    """
    spare = (name for name in found if name not in wanted and not name.endswith("batches_tracked"))
    for name, shape in wanted.items():
        if name not in found:
            raise WeightsError(f"{path} is no {what}: it lacks '{name}'")
        if found[name] != shape:
            raise WeightsError(
                f"{path} is no {what}: '{name}' is {found[name]} in it and should be {shape}"
            )
    for name in spare:
        raise WeightsError(f"{path} is no {what}: it has '{name}', which that network has not")


def _numbers() -> list[Any]:
    """What numpy's numbers are pickled as, by its versions 1 and 2."""
    scalar: Any = np._core.multiarray.scalar  # type: ignore[attr-defined]
    return [
        (scalar, "numpy.core.multiarray.scalar"),
        (scalar, "numpy._core.multiarray.scalar"),
        *(np.dtype, type(np.dtype("f8")), type(np.dtype("f4")), type(np.dtype("i8"))),
    ]
