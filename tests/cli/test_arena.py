"""Threads that work one after the other do not each keep what they have freed."""

import subprocess
import sys
from pathlib import Path

import pytest

CODE = """
import ctypes, sys, threading
from script2movie.cli import main
if sys.argv[1] == "film":
    main(["backends", "mixer", "embedded"])
library = ctypes.CDLL(None)
library.malloc.restype = library.fopen.restype = ctypes.c_void_p

def work():
    for _ in range(100):
        library.free(ctypes.c_void_p(library.malloc(50_000)))

for _ in range(3):
    threads = [threading.Thread(target=work) for _ in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
told = ctypes.c_void_p(library.fopen(sys.argv[2].encode(), b"w"))
library.malloc_info(0, told)
library.fclose(told)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="arenas are glibc's")
def test_all_threads_of_a_run_share_one_arena(tmp_path: Path) -> None:
    arenas = {}
    for whose in ("film", "plain"):
        told = tmp_path / f"{whose}.xml"
        command = [sys.executable, "-c", CODE, whose, str(told)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        arenas[whose] = told.read_text(encoding="utf-8").count("<heap nr=")
    assert arenas["film"] == 1 < arenas["plain"]
