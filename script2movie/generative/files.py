"""One file of a checkpoint: what it says or holds, read without loading it; damage is refused.

Knows JSON and safetensors, and no model; imports neither torch nor diffusers.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

from script2movie.errors import WeightsError

__all__ = ["damaged", "file_digest", "header", "read_json"]

STRETCH = 65_536  # bytes of a large file that are hashed at a time
NUM_STRETCHES = 64


def header(path: Path) -> dict[str, Any]:
    """A safetensors file's tensors by name, each with `dtype` and `shape`, without reading them.

    Raises:
        WeightsError: the file is damaged or cut short.
    """
    size = path.stat().st_size
    try:
        with path.open("rb") as file:
            length = int.from_bytes(file.read(8), "little")
            if length > min(size, 100_000_000):
                raise ValueError
            told: dict[str, Any] = json.loads(file.read(length))
        ends = [one["data_offsets"][1] for name, one in told.items() if name != "__metadata__"]
    except (ValueError, LookupError, TypeError):
        raise damaged(path) from None
    if size != 8 + length + max(ends, default=0):
        raise damaged(path)
    return {name: one for name, one in told.items() if name != "__metadata__"}


class _Told(dict[str, Any]):
    """What a configuration says; asked with [] for what it does not say, it is refused."""

    def __init__(self, told: dict[str, Any], path: Path) -> None:
        super().__init__(told)
        self.path = path

    def __missing__(self, key: str) -> Any:
        raise WeightsError(
            f"{self.path} does not say '{key}': it is damaged or of another architecture: fetch "
            "the checkpoint again, or choose another"
        )


def read_json(path: Path) -> dict[str, Any]:
    """A configuration, whose [] raises WeightsError for a key that is not there.

    Raises:
        WeightsError: it is damaged, or not there.
    """
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise WeightsError(f"{path} is not there: fetch the checkpoint again") from None
    except ValueError:
        raise damaged(path) from None
    if not isinstance(told, dict):
        raise damaged(path)
    return _Told(told, path)


def file_digest(path: Path) -> str:
    """Names a file's contents; of one above 4 MB, stretches evenly spread over it."""
    size = path.stat().st_size
    sha = hashlib.sha256(str(size).encode())
    with path.open("rb") as file:
        if size <= STRETCH * NUM_STRETCHES:
            sha.update(file.read())
        else:
            for number in range(NUM_STRETCHES):
                file.seek(number * (size - STRETCH) // (NUM_STRETCHES - 1))
                sha.update(file.read(STRETCH))
    return sha.hexdigest()[:16]


def damaged(path: Path) -> WeightsError:
    return WeightsError(f"{path} is damaged or cut short: delete it and fetch it again")
