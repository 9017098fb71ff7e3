"""Short questions to `script2movie`, answered while a page waits, each in a process of its own.

Knows the command line; knows no queue and no page.
"""

import json
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from script2movie.errors import StudioError
from script2movie.studio.job import refusal

__all__ = ["AT_ONCE", "Questions"]

PATIENCE = 120.0  # seconds
AT_ONCE = 2


class Questions:
    """Those of everybody: at most two are answered at once."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        """`environment` is what a question's process may see of the studio's own."""
        self._environment = environment
        self._turns = threading.Semaphore(AT_ONCE)

    def ask(self, arguments: Sequence[str], keys: Mapping[str, str], folder: Path) -> Any:
        """What is printed as JSON for these words, `--json` among them.

        Raises:
            StudioError: its refusal, or that it took too long.
        """
        if not self._turns.acquire(timeout=PATIENCE):
            raise StudioError("The studio is busy: try again in a moment.")
        try:
            done = subprocess.run(
                [sys.executable, "-P", "-m", "script2movie", *arguments],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                encoding="utf-8",
                errors="replace",
                env={**self._environment, **keys, "PYTHONIOENCODING": "utf-8"},
                cwd=folder,
                timeout=PATIENCE,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise StudioError("This took too long: try again when less is going on.") from None
        finally:
            self._turns.release()
        if done.returncode != 0:
            raise StudioError(refusal(done.stderr, done.returncode))
        return json.loads(done.stdout)
