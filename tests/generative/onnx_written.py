"""ONNX files written by hand: protobuf has two kinds of field here, numbers and bytes."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FLOAT = 1  # ONNX's number of the type


def write(
    path: Path,
    shape: Sequence[int],
    nodes: Sequence[tuple[str, Sequence[str], str, Mapping[str, Sequence[int]]]],
    weights: Mapping[str, NDArray[np.float32]],
    outputs: Sequence[str],
) -> None:
    """A network that reads 'picture' of this shape; a node is kind, inputs, output, attributes."""
    graph = b"".join(_field(1, _node(*node)) for node in nodes)
    graph += _field(2, b"written")
    graph += b"".join(_field(5, _tensor(name, values)) for name, values in weights.items())
    graph += _field(11, _value("picture", shape))
    graph += b"".join(_field(12, _field(1, one.encode()) + _field(2, _field(1, _field(1, FLOAT))))
                      for one in outputs)  # fmt: skip
    model = _field(1, 8) + _field(7, graph) + _field(8, _field(1, b"") + _field(2, 17))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(model)


def _node(
    kind: str, inputs: Sequence[str], output: str, attributes: Mapping[str, Sequence[int]]
) -> bytes:
    told = b"".join(_field(1, one.encode()) for one in inputs) + _field(2, output.encode())
    told += _field(4, kind.encode())
    for name, numbers in attributes.items():
        ints = b"".join(_field(8, one) for one in numbers)
        told += _field(5, _field(1, name.encode()) + ints + _field(20, 7))
    return told


def _tensor(name: str, values: NDArray[np.float32]) -> bytes:
    sides = b"".join(_field(1, side) for side in values.shape)
    raw = values.astype("<f4").tobytes()
    return sides + _field(2, FLOAT) + _field(8, name.encode()) + _field(9, raw)


def _value(name: str, shape: Sequence[int]) -> bytes:
    sides = b"".join(_field(1, _field(1, side)) for side in shape)
    kind = _field(1, _field(1, FLOAT) + _field(2, sides))
    return _field(1, name.encode()) + _field(2, kind)


def _field(number: int, value: int | bytes) -> bytes:
    if isinstance(value, int):
        return _varint(number << 3) + _varint(value)
    return _varint(number << 3 | 2) + _varint(len(value)) + value


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes([*out, value])
