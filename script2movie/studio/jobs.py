"""Long work: in its own process, fairly in turn over owners, stopped and gone on with at will.

A job is `script2movie` with what a person would type. It outlives the browser, since it belongs to
the project; its record in job.json lets it go on after the studio itself has died. Who waits is
served by owner, the least recently served first. Where others wait, a job that has had its time
is stopped and goes to the end of the queue; it has lost nothing, since what is made is kept, and
its next time is twice as long, so that work that cannot be divided gets done too.

A film may be asked for while its storyboard is drawn: what is shot of a plan waits in the queue
behind other work on the same project, and is dropped where that is stopped or fails.

Knows processes and projects; knows no page.
"""

import contextlib
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import IO

from script2movie.errors import Script2MovieError, StudioError
from script2movie.studio.commands import Kind, Work
from script2movie.studio.job import OVER, SLICE, Job, State, Status, note, noted, refusal, step
from script2movie.studio.projects import Project

__all__ = ["Jobs"]

FOLLOW = {Kind.STORYBOARD, Kind.FILM}  # what may wait behind other work on its film
PATIENCE = 60.0  # seconds that a stopped job has to keep what it is making
NICENESS = 5  # so that the pages answer first
KEYS = re.compile(r"_(API_KEY|TOKEN|SECRET|PASSWORD)$")  # of environment variables
LAST_WORDS = 4_000  # characters kept of what a job says
RUN = (  # Ctrl-C is heard even where the studio itself was started deaf to it, as by `nohup ... &`
    "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); "
    "from script2movie.cli import main; sys.exit(main())"
)


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
        self.environment = {
            name: value for name, value in os.environ.items() if own_keys or not KEYS.search(name)
        }
        self.num_workers, self.a_person, self.slice = num_workers, a_person, slice_seconds
        self._done = done
        self._lines: dict[Path, deque[Job]] = {}  # of each project, its last and what follows it
        self._queue: deque[Job] = deque()
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
            StudioError: the project is being worked on and this cannot follow, or its owner has
                too much waiting.
        """
        with self._change:
            line = self._lines.get(project.folder)
            job = Job(project, work, dict(environment or {}), slice=self.slice)
            if line is not None and line[0].state not in OVER:
                self._follow(job, line)
                return
            lines = [one for one in self._lines.values() if one[0].project.owner == project.owner]
            if sum(one[0].state not in OVER for one in lines) >= self.a_person:
                raise StudioError(f"{self.a_person} films are being worked on: wait for one.")
            self._lines[project.folder] = deque([job])
            self._queue.append(job)
            self._note(job)
            self._change.notify_all()

    def _follow(self, job: Job, line: deque[Job]) -> None:
        """Has a job wait behind others, or stand for one that waits to do the same.

        Raises:
            StudioError: it may not, or the one that runs does the same already.
        """
        at_work, kind = line[0], job.work.kind
        same = [one for one in line if one.work.kind is kind]
        unchanged = at_work in same and at_work.revision == _revision(job.project)
        if kind not in FOLLOW or at_work.work.kind is Kind.PLAN or unchanged:
            raise StudioError("This film is being worked on: wait for it, or stop it.")
        waiting = next((one for one in same if one.state is State.WAITING), None)
        if waiting is not None:
            waiting.work, waiting.environment = job.work, job.environment
        else:
            line.append(job)
            self._queue.append(job)
        self._note(line[0])

    def stop(self, project: Project) -> None:
        """Stops a project's job and what follows; what is made is kept. Nothing where none runs."""
        with self._change:
            line = self._lines.get(project.folder)
            if line is None or line[0].state in OVER:
                return
            job = line[0]
            self._drop_followers(line)
            if job.process is None:
                if job in self._queue:
                    self._queue.remove(job)
                self._over(job, State.STOPPED, "")
            else:
                self._interrupt(job, State.STOPPED)

    def status(self, project: Project) -> Status | None:
        """The project's last job, None where there was none."""
        with self._change:
            line = self._lines.get(project.folder)
            if line is None:
                return noted(project)
            job, *then = line
            share = job.share
            elapsed = job.elapsed
            left = None
            if job.state not in OVER:
                left = job.work.seconds * (1 - share)
                if share > 0.05:  # what it took so far says more than a guess
                    left = elapsed * (1 - share) / share
            ready = self._ready()
            ahead = ready.index(job) if job in ready else 0
            kinds = tuple(one.work.kind for one in then)
            return Status(
                job.work.kind, job.state, job.progress, share, left, ahead, job.message, kinds
            )

    def forget(self, project: Project) -> None:
        """Stops a project's job and waits for its end, before the folder goes."""
        self.stop(project)
        with self._change:
            self._change.wait_for(
                lambda: (line := self._lines.get(project.folder)) is None or line[0].state in OVER,
                PATIENCE,
            )
            self._lines.pop(project.folder, None)

    def resume(self, projects: Iterable[Project], again: Callable[[Project, Kind], Work]) -> None:
        """Queues what was waiting or running when the studio died."""
        for project in projects:
            last = noted(project)
            if last is not None and last.state not in OVER:
                for kind in (last.kind, *last.then):
                    with contextlib.suppress(StudioError):
                        self.submit(project, again(project, kind))

    def close(self) -> None:
        """Stops all that runs; what waits goes on when the studio opens again."""
        with self._change:
            self._closed = True
            self._queue.clear()
            for line in self._lines.values():
                if line[0].process is not None:
                    self._interrupt(line[0], State.WAITING)
            self._change.notify_all()
        for thread in self._threads:
            thread.join(PATIENCE)

    # --- the workers ------------------------------------------------------------------------

    def _serve(self) -> None:
        while True:
            with self._change:
                while not self._closed and not self._ready():
                    self._change.wait()
                if self._closed:
                    return
                job = min(self._ready(), key=lambda one: self._served.get(one.project.owner, 0.0))
                self._queue.remove(job)
                self._served[job.project.owner] = time.monotonic()
                job.state, job.revision = State.RUNNING, _revision(job.project)
                self._note(job)
            self._run(job)

    def _ready(self) -> list[Job]:
        """Those of the queue that wait for no other of their film."""
        return [job for job in self._queue if self._line(job)[0] is job]

    def _run(self, job: Job) -> None:
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
                    env={**self.environment, **job.environment, "PYTHONIOENCODING": "utf-8"},
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
                self._over(job, State.FAILED, refusal(said, code))
            self._change.notify_all()

    def _listen(self, job: Job, stream: IO[str]) -> str:
        """Reads a job's progress until it ends; returns what else it said."""
        said = ""
        for line in stream:
            told = step(line)
            if told is None:
                said = (said + line)[-LAST_WORDS:]
                continue
            with self._change:
                job.progress = told
                if told.total:
                    job.shares[told.stage] = told.done / told.total
                for earlier, _ in job.work.shares:
                    if earlier == told.stage:
                        break
                    job.shares[earlier] = 1.0
                waiting = any(one.project.owner != job.project.owner for one in self._ready())
                had = time.monotonic() - job.began
                if waiting and had > job.slice and job.asked is None:
                    self._interrupt(job, State.WAITING)
        return said

    def _finish(self, job: Job) -> str:
        """What a success changes in the project; returns why it could not, or ''."""
        try:
            self._done(job.project, job.work)
        except Script2MovieError as error:
            return str(error)
        return ""

    def _interrupt(self, job: Job, asked: State) -> None:
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

    def _over(self, job: Job, state: State, message: str) -> None:
        """Ends a job. What follows it has its turn, unless it failed."""
        line = self._line(job)
        if state is State.FAILED and len(line) > 1:
            message += " What was to follow was not begun."
            self._drop_followers(line)
        job.state, job.message = state, message
        job.environment = {}
        if len(line) > 1:
            line.popleft()
        self._note(line[0])

    def _line(self, job: Job) -> deque[Job]:
        """The work on a job's film: it alone where the film was deleted meanwhile."""
        return self._lines.get(job.project.folder) or deque([job])

    def _drop_followers(self, line: deque[Job]) -> None:
        while len(line) > 1:
            job = line.pop()
            if job in self._queue:
                self._queue.remove(job)

    def _note(self, job: Job) -> None:
        note(job, [*self._line(job)][1:])


def _revision(project: Project) -> int:
    """What a job that begins now sees of its film; -1 where the film is gone."""
    try:
        return project.facts.revision
    except StudioError:
        return -1
