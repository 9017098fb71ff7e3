"""A stand-in for a cloning model in another environment: it hums the reference, a beat a word.

It speaks the protocol by the worker's own module, prints where it should not, and fails as told.
"""

import os
import sys
import wave
from collections.abc import Mapping
from typing import Any

sys.path.insert(0, sys.argv[1])
from protocol import Refusal, serve


def speak(asked: Mapping[str, Any]) -> None:
    print("loading the model... 100 %")
    os.system("echo and so does a program that it starts")
    if "refuse" in asked["text"]:
        raise Refusal("it cannot say that")
    if "crash" in asked["text"]:
        raise ValueError("a bug of the model's")
    if "die" in asked["text"]:
        sys.stderr.write("CUDA error: out of memory\n")
        sys.stderr.flush()
        os._exit(3)
    with wave.open(asked["reference"]) as reference:
        rate, frames = reference.getframerate(), reference.readframes(10**9)
    beat = frames[: rate // 5 * 2]
    rest = bytes(rate // 20 * 2)
    with wave.open(asked["out"], "wb") as out:
        out.setparams((1, 2, rate, 0, "NONE", ""))
        out.writeframes((beat + rest) * len(asked["text"].split()))


def about() -> str:
    if len(sys.argv) > 2:
        raise Refusal(sys.argv[2])
    return "1.0"


serve("stand-in", about, {"speak": speak})
