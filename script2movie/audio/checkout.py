"""Our side of the worker protocol: a program in an environment of its own, asked line by line.

A package that pins torch, diffusers or transformers away from ours, and a model that is only a
repository, cannot be imported: each runs as a program of its own environment and is asked through
JSON lines on its standard input and output (docs/workers.md says which). Knows programs and
lines; nothing of voices or pictures.
"""

import json
import os
import queue
import shlex
import subprocess
import tempfile
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from script2movie.errors import BackendUnavailable, ShotFailed

__all__ = ["WORKERS", "Checkout", "ProgramOptions", "own_program"]

WORKERS = Path(__file__).parent / "workers"
PROTOCOL = 1
HELLO = 60.0  # seconds in which a program says what it is
KEPT = 2_000  # bytes of its messages that are shown where it ends


@dataclass(frozen=True)
class ProgramOptions:
    """What a program of one's own may be told."""

    command: str = field(
        default="", metadata={"help": "the program and its arguments, as one would type them"}
    )
    options: str = field(default="", metadata={"help": "handed on to it as it is"})


class Checkout:
    """A running program that does jobs one at a time. Safe to call from several threads."""

    def __init__(self, command: Sequence[str], does: str, *, folder: Path | None = None) -> None:
        """Starts the program in `folder` and hears who it is; `does` is the job it is wanted for.

        Raises:
            BackendUnavailable: it cannot start, says why it cannot run, or speaks no protocol.
        """
        self._command = list(command)
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 (close ends it)
        self._lock = threading.Lock()
        self._number = 0
        environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
        try:
            self._process = subprocess.Popen(
                self._command,
                cwd=folder,
                env=environment | {"PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8"},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._log,
                text=True,
                encoding="utf-8",
            )
        except OSError as error:
            self._log.close()
            raise BackendUnavailable(
                f"cannot start {self._command[0]}: {error.strerror or error}"
            ) from None
        assert self._process.stdin is not None and self._process.stdout is not None
        self._stdin: IO[str] = self._process.stdin
        self._lines: queue.Queue[str | None] = queue.Queue()
        threading.Thread(target=self._read, args=(self._process.stdout,), daemon=True).start()
        try:
            hello = self._answer(HELLO)
            self.name, self.version = str(hello["name"]), str(hello.get("version", ""))
            if "error" in hello:
                raise BackendUnavailable(f"{self.name}: {hello['error']}")
            if hello["protocol"] != PROTOCOL or does not in hello["does"]:
                raise BackendUnavailable(
                    f"{self.name} speaks protocol {hello['protocol']} and does "
                    f"{', '.join(hello['does'])}; '{does}' by protocol {PROTOCOL} is wanted"
                )
        except (KeyError, TypeError):
            self.close()
            raise BackendUnavailable(
                f"{self._said} does not say hello as docs/workers.md has it"
            ) from None
        except BaseException:
            self.close()
            raise

    @property
    def fingerprint(self) -> str:
        return f"{self.name} {self.version}"

    def ask(self, job: Mapping[str, Any], owner: str) -> None:
        """Has a job done, whose result is the file that it names as 'out'.

        Raises:
            ShotFailed: the job failed, in the program's own words.
            BackendUnavailable: the program has ended.
        """
        with self._lock:
            self._number += 1
            try:
                self._stdin.write(json.dumps({"id": self._number, **job}) + "\n")
                self._stdin.flush()
            except OSError:
                raise self._ended() from None
            answer = self._answer(None)
        if answer.get("id") != self._number or not ("out" in answer or "error" in answer):
            raise BackendUnavailable(f"{self._said} answers what it was not asked: {answer}")
        if "error" in answer:
            raise ShotFailed(f"{owner}: {self.name}: {answer['error']}")
        if not Path(job["out"]).is_file():
            raise ShotFailed(f"{owner}: {self.name} has not written {job['out']}")

    def close(self) -> None:
        """Ends the program: its input closes, and it has five seconds."""
        with suppress(OSError):
            self._stdin.close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()
        self._log.close()

    @property
    def _said(self) -> str:
        return " ".join(self._command[:2])

    def _read(self, stdout: IO[str]) -> None:
        with suppress(ValueError):  # closed while it was being read
            for line in stdout:
                self._lines.put(line)
        self._lines.put(None)

    def _answer(self, seconds: float | None) -> dict[str, Any]:
        try:
            line = self._lines.get(timeout=seconds)
        except queue.Empty:
            raise BackendUnavailable(
                f"{self._said} has not said hello within {seconds:.0f} s"
            ) from None
        if line is None:
            raise self._ended()
        try:
            answer = json.loads(line)
        except ValueError:
            answer = None
        if not isinstance(answer, dict):
            raise BackendUnavailable(
                f"{self._said} prints '{line.strip()[:80]}' where the protocol has JSON: what is "
                "meant for people belongs on standard error"
            )
        return answer

    def _ended(self) -> BackendUnavailable:
        self._process.wait()
        self._log.seek(0, os.SEEK_END)
        self._log.seek(max(0, self._log.tell() - KEPT))
        lines = self._log.read().decode(errors="replace").strip().splitlines()
        return BackendUnavailable(
            f"{self._said} has ended ({self._process.returncode}): "
            f"{lines[-1] if lines else 'it said nothing'}"
        )


def own_program(options: ProgramOptions, stage: str, does: str) -> Checkout:
    """The user's own program, started for one job of a stage.

    Raises:
        BackendUnavailable: none is given, or as for `Checkout`.
    """
    if not options.command:
        raise BackendUnavailable(
            f"{stage} 'checkout' asks a program of your own (docs/workers.md): give "
            f"--option '{stage}.command=ENV/bin/python {does}.py'"
        )
    return Checkout(shlex.split(options.command), does)
