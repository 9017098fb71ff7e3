"""Values of `stages` as files: a safetensors file whose header holds the rest as JSON.

A dataclass is written with its arrays as tensors, in the order in which they are met, and read
back by its type hints; nothing in a file is ever executed.
"""

import json
import types
import typing
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file
from safetensors.numpy import save as serialize

from script2movie.errors import OutputError

__all__ = ["load", "save"]

T = TypeVar("T")


def save(value: object, path: Path) -> None:
    """Writes a dataclass, a tuple or a mapping of names to dataclasses."""
    tensors: dict[str, np.ndarray[Any, Any]] = {}
    tree = _plain(value, tensors)
    metadata = {"tree": json.dumps(tree, ensure_ascii=False)}
    path.write_bytes(serialize(tensors or {"none": np.zeros(1, np.uint8)}, metadata=metadata))


def load(path: Path, kind: type[T]) -> T:
    """Reads back what `save` wrote; `kind` is the type it was, as in `load(path, Speech)`.

    Raises:
        OutputError: the file is damaged.
    """
    try:
        with path.open("rb") as file:
            header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        tensors = load_file(path)
        return typing.cast(T, _typed(json.loads(header["__metadata__"]["tree"]), kind, tensors))
    except (OSError, ValueError, LookupError, TypeError, OverflowError, SafetensorError):
        raise OutputError(f"{path} is damaged: delete it and run again") from None


def _plain(value: object, tensors: dict[str, np.ndarray[Any, Any]]) -> object:
    match value:
        case np.ndarray():
            name = f"t{len(tensors)}"
            tensors[name] = np.ascontiguousarray(value)
            return name
        case Enum():
            return value.value
        case Path():
            return str(value)
        case Mapping():
            return {str(key): _plain(item, tensors) for key, item in value.items()}
        case tuple() | list():
            return [_plain(item, tensors) for item in value]
        case _ if is_dataclass(value):
            return {f.name: _plain(getattr(value, f.name), tensors) for f in fields(value)}
    return value


@cache
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _typed(tree: Any, kind: Any, tensors: Mapping[str, np.ndarray[Any, Any]]) -> object:
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        if tree is None:
            return None
        return _typed(tree, next(arg for arg in inner if arg is not type(None)), tensors)
    if origin is np.ndarray:
        return tensors[tree]
    if origin is tuple:
        kinds = [inner[0]] * len(tree) if inner[1:] == (Ellipsis,) else inner
        return tuple(_typed(item, of, tensors) for item, of in zip(tree, kinds, strict=True))
    if origin is not None and issubclass(origin, Mapping):
        return {key: _typed(item, inner[1], tensors) for key, item in tree.items()}
    if isinstance(kind, type) and is_dataclass(kind):
        hints = _hints(kind)
        return kind(**{name: _typed(item, hints[name], tensors) for name, item in tree.items()})
    if isinstance(kind, type) and issubclass(kind, Enum | Path | float):
        return kind(tree)
    return tree
