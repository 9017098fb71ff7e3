"""A command as a whole: seconds on the clock, and the most memory its processes held at once."""

import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Measured", "run"]


@dataclass(frozen=True)
class Measured:
    """`peak` is megabytes of resident memory, summed over the command and its children."""

    seconds: float
    peak: float


def run(command: list[str]) -> Measured:
    """Runs a command to its end; raises CalledProcessError where it fails."""
    start = time.perf_counter()
    process = subprocess.Popen(command)
    peak = 0.0
    done = threading.Event()

    def watch() -> None:
        nonlocal peak
        while not done.wait(0.1):
            peak = max(peak, sum(_resident(pid) for pid in _family(process.pid)))

    watcher = threading.Thread(target=watch)
    watcher.start()
    code = process.wait()
    done.set()
    watcher.join()
    if code:
        raise subprocess.CalledProcessError(code, command)
    return Measured(time.perf_counter() - start, peak)


def _family(pid: int) -> list[int]:
    children: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children += [int(child) for child in task.read_text().split()]
        except OSError:  # the thread has ended
            continue
    return [pid, *(one for child in children for one in _family(child))]


def _resident(pid: int) -> float:
    """Megabytes of one process, shared pages counted by their share."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0.0
    return next(int(line.split()[1]) for line in text.splitlines() if line[:4] == "Pss:") / 1024
