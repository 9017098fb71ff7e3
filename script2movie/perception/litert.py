"""Runs a .tflite weight. Knows nothing of pictures."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from script2movie import weights


class LiteModel:
    """A weight with one input, by name; loads at first use, runs one call at a time."""

    def __init__(self, weight: str) -> None:
        """Raises WeightsError where the weight is not on this machine."""
        self._path = weights.path(weight)
        self._lock = Lock()

    @cached_property
    def _interpreter(self) -> Any:
        from ai_edge_litert.interpreter import Interpreter  # type: ignore[import-untyped]

        with _quiet():
            interpreter = Interpreter(str(self._path), num_threads=1)
            interpreter.allocate_tensors()
        return interpreter

    def run(self, tensor: NDArray[np.float32]) -> tuple[NDArray[np.float32], ...]:
        """One input (1, ...) to all outputs, in the model's order."""
        with self._lock:
            interpreter = self._interpreter
            interpreter.set_tensor(interpreter.get_input_details()[0]["index"], tensor)
            interpreter.invoke()
            outputs = interpreter.get_output_details()
            return tuple(interpreter.get_tensor(output["index"]) for output in outputs)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keeps the runtime's greeting, written by C++ to file 2, off the terminal."""
    kept = os.dup(2)
    with Path(os.devnull).open("w") as nothing:
        os.dup2(nothing.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
