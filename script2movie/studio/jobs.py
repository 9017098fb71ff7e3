"""Long work: in its own process, fairly in turn over owners, stopped and gone on with at will.

A job is `script2movie` with what a person would type. It outlives the browser, since it belongs to
the project; its record in job.json lets it go on after the studio itself has died. Who waits is
served by owner, the least recently served first. Where others wait, a job that has had its time
is stopped and goes to the end of the queue; it has lost nothing, since what is made is kept, and
its next time is twice as long, so that work that cannot be divided gets done too.

Knows processes and projects; knows no page.
"""

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import IO

from script2movie.errors import Script2MovieError, StudioError, writing
from script2movie.studio.commands import Kind, Work
from script2movie.studio.projects import Project

__all__ = ["Jobs", "Progress", "State", "Status"]

SLICE = 90.0  # seconds that a job has while others wait
PATIENCE = 60.0  # seconds that a stopped job has to keep what it is making
NICENESS = 5  # so that the pages answer first
KEYS = re.compile(r"_(API_KEY|TOKEN|SECRET|PASSWORD)$")  # of environment variables
LAST_WORDS = 4_000  # characters kept of what a job says
RUN = (  # Ctrl-C is heard even where the studio itself was started deaf to it, as by `nohup ... &`
    "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); "
    "from script2movie.cli import main; sys.exit(main())"
)


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
    """A job as a page shows it. `ahead` is how many are before it, `left` seconds or None."""

    kind: Kind
    state: State
    progress: Progress
    share: float
    left: float | None
    ahead: int
    message: str


@dataclass
class _Job:
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

    @property
    def elapsed(self) -> float:
        return self.spent + (time.monotonic() - self.began if self.process else 0.0)

    @property
    def share(self) -> float:
        """0 to 1 of the whole work."""
        weights = dict(self.work.shares)
        return min(1.0, sum(weights.get(name, 0.0) * part for name, part in self.shares.items()))


class Jobs:
    """A queue with `num_workers` jobs at once, at most one a project."""

    def __init__(
        self,
        num_workers: int,
        a_person: int,
        done: Callable[[Project, Work], None],
        *,
        slice_seconds: float = SLICE,
        own_keys: bool = True,
    ) -> None:
        """`a_person` is how many each may have; `done` is told of each that succeeded.

        `own_keys` is whether work may use the keys in the studio's own environment.
        """
        self._environment = {
            name: value for name, value in os.environ.items() if own_keys or not KEYS.search(name)
        }
        self.num_workers, self.a_person, self.slice = num_workers, a_person, slice_seconds
        self._done = done
        self._jobs: dict[Path, _Job] = {}  # the last of each project
        self._queue: deque[_Job] = deque()
        self._served: dict[str, float] = {}  # owner -> when last
        self._change = threading.Condition()
        self._closed = False
        self._threads = [
            threading.Thread(target=self._serve, name=f"job-{number}", daemon=True)
            for number in range(num_workers)
        ]
        for thread in self._threads:
            thread.start()

    # --- what pages ask ---------------------------------------------------------------------

    def submit(
        self, project: Project, work: Work, environment: Mapping[str, str] | None = None
    ) -> None:
        """Queues work on a project.

        Raises:
            StudioError: the project is being worked on, or its owner has too much waiting.
        """
        with self._change:
            last = self._jobs.get(project.folder)
            if last and last.state not in OVER:
                raise StudioError("This film is being worked on: wait for it, or stop it.")
            mine = [one for one in self._jobs.values() if one.project.owner == project.owner]
            if sum(one.state not in OVER for one in mine) >= self.a_person:
                raise StudioError(f"{self.a_person} films are being worked on: wait for one.")
            job = _Job(project, work, dict(environment or {}), slice=self.slice)
            self._jobs[project.folder] = job
            self._queue.append(job)
            self._note(job)
            self._change.notify_all()

    def stop(self, project: Project) -> None:
        """Stops a project's job; what is made is kept. Nothing where none is running."""
        with self._change:
            job = self._jobs.get(project.folder)
            if job is None or job.state in OVER:
                return
            if job.process is None:
                if job in self._queue:
                    self._queue.remove(job)
                self._over(job, State.STOPPED, "")
            else:
                self._interrupt(job, State.STOPPED)

    def status(self, project: Project) -> Status | None:
        """The project's last job, None where there was none."""
        with self._change:
            job = self._jobs.get(project.folder)
            if job is None:
                return _noted(project)
            share = job.share
            elapsed = job.elapsed
            left = None
            if job.state not in OVER:
                left = job.work.seconds * (1 - share)
                if share > 0.05:  # what it took so far says more than a guess
                    left = elapsed * (1 - share) / share
            ahead = list(self._queue).index(job) if job in self._queue else 0
            return Status(job.work.kind, job.state, job.progress, share, left, ahead, job.message)

    def forget(self, project: Project) -> None:
        """Stops a project's job and waits for its end, before the folder goes."""
        self.stop(project)
        with self._change:
            self._change.wait_for(
                lambda: (job := self._jobs.get(project.folder)) is None or job.state in OVER,
                PATIENCE,
            )
            self._jobs.pop(project.folder, None)

    def resume(self, projects: Iterable[Project], again: Callable[[Project, Kind], Work]) -> None:
        """Queues what was waiting or running when the studio died."""
        for project in projects:
            noted = _noted(project)
            if noted is not None and noted.state not in OVER:
                with contextlib.suppress(StudioError):
                    self.submit(project, again(project, noted.kind))

    def close(self) -> None:
        """Stops all that runs; what waits goes on when the studio opens again."""
        with self._change:
            self._closed = True
            self._queue.clear()
            for job in self._jobs.values():
                if job.process is not None:
                    self._interrupt(job, State.WAITING)
            self._change.notify_all()
        for thread in self._threads:
            thread.join(PATIENCE)

    # --- the workers ------------------------------------------------------------------------

    def _serve(self) -> None:
        while True:
            with self._change:
                while not self._closed and not self._queue:
                    self._change.wait()
                if self._closed:
                    return
                job = min(self._queue, key=lambda one: self._served.get(one.project.owner, 0.0))
                self._queue.remove(job)
                self._served[job.project.owner] = time.monotonic()
                job.state = State.RUNNING
                self._note(job)
            self._run(job)

    def _run(self, job: _Job) -> None:
        folder = job.project.folder
        with (folder / ".job.out").open("w+", encoding="utf-8") as result:
            with self._change:
                job.began = time.monotonic()
                job.process = process = subprocess.Popen(
                    [sys.executable, "-P", "-c", RUN, *job.work.arguments],
                    stdin=subprocess.DEVNULL,
                    stdout=result,
                    stderr=subprocess.PIPE,
                    text=True,
                    encoding="utf-8",
                    errors="replace",
                    env={**self._environment, **job.environment, "PYTHONIOENCODING": "utf-8"},
                    cwd=folder,
                    start_new_session=True,
                )
            with contextlib.suppress(OSError, AttributeError):
                os.setpriority(os.PRIO_PROCESS, process.pid, NICENESS)
            assert process.stderr is not None
            with process.stderr as stream:
                said = self._listen(job, stream)
            code = process.wait()
        failure = self._finish(job) if code == 0 else ""
        with self._change:
            job.spent, job.process = job.elapsed, None
            asked, job.asked = job.asked, None
            if code == 0:
                self._over(job, State.FAILED if failure else State.DONE, failure)
            elif asked is State.WAITING and not self._closed:
                job.state, job.slice = State.WAITING, job.slice * 2
                self._queue.append(job)
                self._note(job)
            elif asked is State.WAITING:
                job.state = State.WAITING
                self._note(job)
            elif asked is State.STOPPED:
                self._over(job, State.STOPPED, "")
            else:
                self._over(job, State.FAILED, _refusal(said, code))
            self._change.notify_all()

    def _listen(self, job: _Job, stream: IO[str]) -> str:
        """Reads a job's progress until it ends; returns what else it said."""
        said = ""
        for line in stream:
            step = _step(line)
            if step is None:
                said = (said + line)[-LAST_WORDS:]
                continue
            with self._change:
                job.progress = step
                if step.total:
                    job.shares[step.stage] = step.done / step.total
                for earlier, _ in job.work.shares:
                    if earlier == step.stage:
                        break
                    job.shares[earlier] = 1.0
                waiting = any(one.project.owner != job.project.owner for one in self._queue)
                had = time.monotonic() - job.began
                if waiting and had > job.slice and job.asked is None:
                    self._interrupt(job, State.WAITING)
        return said

    def _finish(self, job: _Job) -> str:
        """What a success changes in the project; returns why it could not, or ''."""
        try:
            self._done(job.project, job.work)
        except Script2MovieError as error:
            return str(error)
        return ""

    def _interrupt(self, job: _Job, asked: State) -> None:
        """As Ctrl-C does: the job keeps what it is making, then ends."""
        process = job.process
        assert process is not None
        job.asked = asked
        process.send_signal(signal.SIGINT)

        def insist() -> None:
            with contextlib.suppress(OSError):
                if process.poll() is None:
                    os.killpg(process.pid, signal.SIGKILL)

        timer = threading.Timer(PATIENCE, insist)
        timer.daemon = True
        timer.start()

    def _over(self, job: _Job, state: State, message: str) -> None:
        job.state, job.message = state, message
        job.environment = {}
        self._note(job)

    def _note(self, job: _Job) -> None:
        """job.json: what goes on after a crash, and what a page shows after a restart."""
        if not job.project.folder.is_dir():
            return
        path = job.project.folder / "job.json"
        told = {"kind": job.work.kind, "state": job.state, "message": job.message}
        with writing(path):
            draft = path.with_name(".job.json.part")
            draft.write_text(json.dumps(told), encoding="utf-8")
            draft.replace(path)


def _noted(project: Project) -> Status | None:
    """The job of an earlier life of the studio."""
    try:
        told = json.loads((project.folder / "job.json").read_text("utf-8"))
        kind, state = Kind(told["kind"]), State(told["state"])
        return Status(kind, state, Progress(), 0.0, None, 0, str(told["message"]))
    except (OSError, ValueError, LookupError, TypeError):
        return None


def _step(line: str) -> Progress | None:
    if not line.startswith("{"):
        return None
    try:
        told = json.loads(line)
        return Progress(told["stage"], told["doing"], int(told["done"]), int(told["total"]))
    except (ValueError, LookupError, TypeError):
        return None


def _refusal(said: str, code: int) -> str:
    """The sentence that a failed job ended with."""
    lines = [line for line in said.splitlines() if line.strip()]
    for number, line in enumerate(lines):
        if line.startswith("script2movie: "):
            return "\n".join([line.removeprefix("script2movie: "), *lines[number + 1 :]])
    return lines[-1] if lines else f"It ended with code {code} and said nothing."
