"""One run: makes or finds artefacts, says how far it is, remembers what failed."""

import logging
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from script2movie.cache import Cache, Cost
from script2movie.errors import Script2MovieError, ShotFailed
from script2movie.stages import Watch, Watched

__all__ = ["Job", "Progress", "Run"]

Progress = Callable[[str, int, int], None]  # stage, how many are done, of how many
Job = Callable[[], Path]
Key = TypeVar("Key", bound=Hashable)


class Run:
    """Runs a stage's jobs. One that fails is remembered by its owner; the others go on."""

    def __init__(self, cache: Cache, progress: Progress) -> None:
        self.cache, self.progress = cache, progress
        self.failed: dict[str, BaseException] = {}  # shot or person -> why
        self.artefacts: list[Path] = []  # all that this film is made of
        self.remarks: dict[str, None] = {}  # what backends substituted, each once, in order

    def watch(self, backends: Iterable[object]) -> None:
        """Listens to the backends that tell how far they are inside one call."""

        def step(done: int, total: int) -> None:
            self.progress("step", done, total)

        for backend in backends:
            if isinstance(backend, Watched):
                backend.watch = Watch(step, self._remark)

    def _remark(self, text: str) -> None:
        if text not in self.remarks:
            self.remarks[text] = None
            logging.getLogger("script2movie").warning(text)

    def make(
        self, kind: str, suffix: str, key: tuple[object, ...], write: Callable[[Path], None]
    ) -> Path:
        path = self.cache.make(kind, suffix, key, write)
        self.artefacts.append(path)
        return path

    def stage(
        self,
        name: str,
        jobs: Mapping[Key, Job],
        owner: Callable[[Key], str],
        *,
        workers: int = 1,
        size: Callable[[Key], int] | None = None,
        stopped: Callable[[], None] = lambda: None,
    ) -> dict[Key, Path]:
        """The artefacts of the jobs that succeeded, in the order of `jobs`.

        They are started in that order too, or the largest first, so that none is left alone at
        the end. Whoever presses Ctrl-C waits for the jobs under way, which `stopped` may end.

        Raises:
            Script2MovieError: any but ShotFailed; a person has to mend something first.
        """
        made: dict[Key, Path] = {}
        self.progress(name, 0, len(jobs))
        pool = ThreadPoolExecutor(workers, thread_name_prefix=name)
        try:
            started = sorted(jobs, key=size, reverse=True) if size else list(jobs)
            futures: dict[Key, Future[Path]] = {key: pool.submit(jobs[key]) for key in started}
            for number, key in enumerate(jobs, 1):
                try:
                    made[key] = futures[key].result()
                except Exception as error:  # a backend may fail in any way; the rest is not lost
                    if isinstance(error, Script2MovieError) and not isinstance(error, ShotFailed):
                        raise
                    self.failed.setdefault(owner(key), error)
                self.progress(name, number, len(jobs))
        except KeyboardInterrupt:
            stopped()
            raise
        finally:
            pool.shutdown(cancel_futures=True)
        return made

    def once(
        self,
        kind: str,
        suffix: str,
        key: tuple[object, ...],
        write: Callable[[Path], None],
    ) -> Path:
        """The artefact of a stage that has one for the whole film; its errors are the film's."""
        self.progress(kind, 0, 1)
        path = self.make(kind, suffix, key, write)
        self.progress(kind, 1, 1)
        return path

    @contextmanager
    def beside(self, job: Callable[[], object]) -> Iterator[None]:
        """Does the job in a thread of its own while the block runs; its error is the block's."""
        with ThreadPoolExecutor(1, thread_name_prefix="beside") as pool:
            future = pool.submit(job)
            yield
        future.result()

    def refuse_failed(self) -> None:
        """Raises ShotFailed with a line for each shot that failed, if one did."""
        if self.failed:
            reasons = {name: _reason(error) for name, error in self.failed.items()}
            first = next(iter(self.failed.values()))
            raise ShotFailed(
                f"{len(reasons)} failed, all else is made and kept; run again to make only these:\n"
                + "\n".join(f"{name}: {reason}" for name, reason in reasons.items()),
                reasons,
            ) from first

    def costs(self) -> dict[str, Cost]:
        """What each kind of artefact of this film took when it was made: seconds summed, peak."""
        noted = self.cache.costs()
        sums: dict[str, Cost] = {}
        for path in dict.fromkeys(self.artefacts):
            kind = path.parent.name
            cost = noted.get(f"{kind}/{path.stem}", Cost(0.0, 0))
            before = sums.get(kind, Cost(0.0, 0))
            sums[kind] = Cost(before.seconds + cost.seconds, max(before.peak, cost.peak))
        return sums


def _reason(error: BaseException) -> str:
    words = " ".join(str(error).split())
    return words if isinstance(error, ShotFailed) else f"{type(error).__name__}: {words}"
