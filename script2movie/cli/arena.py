"""Where the memory of a run's threads comes from. Knows the allocator and nothing of films."""

import ctypes
import sys

__all__ = ["share_arena"]

M_ARENA_MAX = -8  # glibc's malloc.h


def share_arena() -> None:
    """All threads take memory from one place, and leave it there for each other.

    glibc else gives each thread one of its own and keeps there what the thread has freed: threads
    that take turns at a model hold its scratch once each, 150 MB with a small video model on a CPU.
    Where there is no glibc nothing is changed.
    """
    if sys.platform == "linux" and hasattr(library := ctypes.CDLL(None), "mallopt"):
        library.mallopt(M_ARENA_MAX, 1)
