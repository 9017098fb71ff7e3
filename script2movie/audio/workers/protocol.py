"""The worker's side of the protocol: JSON lines on standard input and output.

Wants only the standard library, so that it runs in any environment. What the model's own code
prints goes to standard error: standard output carries answers and nothing else.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

__all__ = ["Refusal", "checkout_version", "package_version", "run_checkout", "serve"]

PROTOCOL = 1
Job = Callable[[Mapping[str, Any]], None]


class Refusal(Exception):
    """Why a job or the whole worker cannot be: one sentence that says what to do."""


def serve(name: str, about: Callable[[], str], jobs: Mapping[str, Job]) -> None:
    """Says hello, then does one job a line until standard input ends.

    `about` gives the version of what runs, or raises `Refusal` where it cannot run. A job writes
    the file that its line names as 'out'.
    """
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # from here on, what anybody prints is a message for people

    def answer(**told: Any) -> None:
        answers.write(json.dumps(told) + "\n")
        answers.flush()

    try:
        answer(protocol=PROTOCOL, name=name, version=about(), does=sorted(jobs))
    except Refusal as refusal:
        answer(protocol=PROTOCOL, name=name, error=str(refusal))
        return
    for line in sys.stdin:
        asked = json.loads(line)
        try:
            jobs[asked["do"]](asked)
            if not Path(asked["out"]).is_file():
                raise Refusal(f"{name} ended without an error and without {asked['out']}")
            answer(id=asked["id"], out=asked["out"])
        except Refusal as refusal:
            answer(id=asked["id"], error=str(refusal))
        except Exception as error:  # a model may fail in any way; the next line may not
            words = " ".join(str(error).split())
            answer(id=asked["id"], error=f"{type(error).__name__}: {words}")


def package_version(package: str, install: str) -> str:
    """The version of an installed package; refuses where it is missing."""
    try:
        return version(package)
    except PackageNotFoundError:
        raise Refusal(f"{sys.executable} has no {package}: {install}") from None


def checkout_version(needed: Mapping[str, str]) -> str:
    """The commit of the checkout that is the working folder, which holds the files `needed`.

    `needed` says of each file where it comes from.
    """
    for name, source in needed.items():
        if not Path(name).exists():
            raise Refusal(f"{Path.cwd()} holds no {name}: {source}")
    head = Path(".git", "HEAD")
    commit = head.read_text().strip() if head.is_file() else "no commit"
    if commit.startswith("ref: "):
        reference = Path(".git", commit.removeprefix("ref: "))
        commit = reference.read_text().strip() if reference.is_file() else commit
    return commit[:12]


def run_checkout(python: str, arguments: Sequence[str], causes: Mapping[str, str]) -> None:
    """Runs the checkout's own command with its own Python; its failure is a refusal.

    `causes` are words that it is known to fail with, and what they mean for a user.
    """
    process = subprocess.run(
        [python, *arguments], capture_output=True, text=True, errors="replace", check=False
    )
    sys.stderr.write(process.stdout + process.stderr)
    if process.returncode:
        said = process.stdout + process.stderr
        for words, meaning in causes.items():
            if words in said:
                raise Refusal(meaning)
        last = [line for line in said.splitlines() if line.strip()][-1:] or ["no word"]
        raise Refusal(f"{arguments[0]} failed ({process.returncode}): {last[0].strip()}")
