"""What this machine can run: `script2movie doctor`, asked in a process of its own."""

import json
import subprocess
import sys
import threading
from dataclasses import dataclass

__all__ = ["Machine", "Need"]

PATIENCE = 120.0  # seconds


@dataclass(frozen=True)
class Need:
    """Something that was looked at; `mend` is what to do where it is not fine."""

    subject: str
    fine: bool
    said: str
    mend: str


class Machine:
    """Remembers what the doctor found, until it is asked to look again."""

    def __init__(self) -> None:
        self._found: tuple[Need, ...] = ()
        self._lock = threading.Lock()

    def needs(self, *, again: bool = False) -> tuple[Need, ...]:
        """Empty where the doctor could not be asked."""
        with self._lock:
            if again or not self._found:
                self._found = _ask()
            return self._found


def _ask() -> tuple[Need, ...]:
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-m", "script2movie", "doctor", "--json"],
            capture_output=True,
            timeout=PATIENCE,
            check=False,
        )
        return tuple(Need(**one) for one in json.loads(done.stdout))
    except (OSError, subprocess.SubprocessError, ValueError, TypeError):
        return ()
