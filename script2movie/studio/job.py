"""One job: where it stands, what it says of itself, and the record by which it outlives the studio.

Knows a project's folder and what `script2movie --progress` writes; knows no queue and no process.
"""

import json
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from script2movie.errors import writing
from script2movie.studio.commands import Kind, Work
from script2movie.studio.projects import Project

__all__ = ["OVER", "Job", "Progress", "State", "Status", "note", "noted", "refusal", "step"]

SLICE = 90.0  # seconds that a job has while others wait


class State(StrEnum):
    """Where a job stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"


OVER = {State.DONE, State.STOPPED, State.FAILED}


@dataclass(frozen=True)
class Progress:
    """The stage a job is in: how many of how many are done."""

    stage: str = ""
    doing: str = ""
    done: int = 0
    total: int = 0


@dataclass(frozen=True)
class Status:
    """A job as a page shows it. `ahead` is how many are before it, `left` seconds or None.

    `then` is what is done for the film after it.
    """

    kind: Kind
    state: State
    progress: Progress
    share: float
    left: float | None
    ahead: int
    message: str
    then: tuple[Kind, ...] = ()


@dataclass
class Job:
    """A job in the studio's memory; `environment` (keys) is never written."""

    project: Project
    work: Work
    environment: Mapping[str, str]
    state: State = State.WAITING
    message: str = ""
    progress: Progress = field(default_factory=Progress)
    shares: dict[str, float] = field(default_factory=dict)  # of each stage, what is done
    spent: float = 0.0  # seconds, of earlier slices
    began: float = 0.0
    slice: float = SLICE
    process: subprocess.Popen[str] | None = None
    asked: State | None = None  # what it is being stopped for
    revision: int = -1  # of the project when it last began

    @property
    def elapsed(self) -> float:
        return self.spent + (time.monotonic() - self.began if self.process else 0.0)

    @property
    def share(self) -> float:
        """0 to 1 of the whole work."""
        weights = dict(self.work.shares)
        return min(1.0, sum(weights.get(name, 0.0) * part for name, part in self.shares.items()))


def note(job: Job, then: Sequence[Job]) -> None:
    """job.json: what goes on after a crash, and what a page shows after a restart."""
    if not job.project.folder.is_dir():
        return
    path = job.project.folder / "job.json"
    told = {
        "kind": job.work.kind,
        "state": job.state,
        "message": job.message,
        "then": [one.work.kind for one in then],
    }
    with writing(path):
        draft = path.with_name(".job.json.part")
        draft.write_text(json.dumps(told), encoding="utf-8")
        draft.replace(path)


def noted(project: Project) -> Status | None:
    """The job of an earlier life of the studio."""
    try:
        told = json.loads((project.folder / "job.json").read_text("utf-8"))
        kind, state = Kind(told["kind"]), State(told["state"])
        then = tuple(Kind(name) for name in told.get("then", ()))
        return Status(kind, state, Progress(), 0.0, None, 0, str(told["message"]), then)
    except (OSError, ValueError, LookupError, TypeError):
        return None


def step(line: str) -> Progress | None:
    """A line of `--progress`, None for any other."""
    if not line.startswith("{"):
        return None
    try:
        told = json.loads(line)
        return Progress(told["stage"], told["doing"], int(told["done"]), int(told["total"]))
    except (ValueError, LookupError, TypeError):
        return None


def refusal(said: str, code: int) -> str:
    """The sentence that a failed job ended with."""
    lines = [line for line in said.splitlines() if line.strip()]
    for number, line in enumerate(lines):
        if line.startswith("script2movie: "):
            return "\n".join([line.removeprefix("script2movie: "), *lines[number + 1 :]])
    return lines[-1] if lines else f"It ended with code {code} and said nothing."
