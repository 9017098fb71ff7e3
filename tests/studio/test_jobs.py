"""Long work is done fairly in turn, stops without loss, and goes on after a crash."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from script2movie.errors import StudioError
from script2movie.studio.commands import Kind, Work, work
from script2movie.studio.job import OVER, State, Status
from script2movie.studio.jobs import Jobs
from script2movie.studio.limits import Limits
from script2movie.studio.projects import Choices, Library, Project

from .films import small_movie

QUICK = Work(Kind.PLAN, ("backends", "--json"), 1.0)  # real work of half a second
LIMITS = Limits()
Opened = Callable[..., Jobs]


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path, LIMITS)


@pytest.fixture
def order() -> list[str]:
    return []


@pytest.fixture
def opened(order: list[str]) -> Iterator[Opened]:
    """A queue that notes whose work was done, in order."""
    all_jobs = []

    def make(num_workers: int = 1, **choices: float) -> Jobs:
        jobs = Jobs(num_workers, 3, lambda project, _: order.append(project.owner), **choices)
        all_jobs.append(jobs)
        return jobs

    yield make
    for jobs in all_jobs:
        jobs.close()


def planned(library: Library, owner: str) -> Project:
    project = library.create(owner, "Film")
    project.choose(Choices("preview", size="320x180", fps=8))
    with project.changing():
        project.record(small_movie())
    return project


def wait(jobs: Jobs, project: Project, until: Callable[[Status], bool] | None = None) -> Status:
    """The status once it is over, or `until` holds."""
    reached = until or (lambda status: status.state in OVER)
    deadline = time.monotonic() + 240
    while not ((status := jobs.status(project)) and reached(status)):
        assert time.monotonic() < deadline, status
        time.sleep(0.05)
    return status


def test_owners_are_served_in_turn(library: Library, opened: Opened, order: list[str]) -> None:
    jobs = opened()
    greedy = [library.create("guest-a", f"Film {n}") for n in range(3)]
    modest = library.create("guest-b", "Film")
    for project in (*greedy, modest):
        jobs.submit(project, QUICK)
    for project in (*greedy, modest):
        assert wait(jobs, project).state is State.DONE
    assert order == ["guest-a", "guest-b", "guest-a", "guest-a"]


def test_nobody_may_have_too_much_waiting(library: Library, opened: Opened) -> None:
    jobs = opened()
    films = [library.create("guest-a", f"Film {n}") for n in range(4)]
    for project in films[:3]:
        jobs.submit(project, QUICK)
    with pytest.raises(StudioError, match="is being worked on: wait for it"):
        jobs.submit(films[0], QUICK)
    with pytest.raises(StudioError, match="3 films are being worked on"):
        jobs.submit(films[3], QUICK)


def test_what_fails_says_why(library: Library, opened: Opened) -> None:
    jobs = opened()
    project = planned(library, "local")
    jobs.submit(project, Work(Kind.FILM, ("shoot", "missing.json", "--json"), 1.0))
    status = wait(jobs, project)
    assert status.state is State.FAILED and "missing.json does not exist" in status.message
    assert "Traceback" not in status.message
    reopened = opened()
    assert reopened.status(project) == Status(
        Kind.FILM, State.FAILED, status.progress, 0.0, None, 0, status.message
    )


def test_long_work_makes_room_and_is_done_too(
    library: Library, opened: Opened, order: list[str]
) -> None:
    jobs = opened(slice_seconds=0.0)
    long, short = planned(library, "guest-a"), library.create("guest-b", "Film")
    jobs.submit(long, work(long, Kind.STORYBOARD, LIMITS))
    wait(jobs, long, lambda status: status.state is State.RUNNING)
    jobs.submit(short, QUICK)
    assert wait(jobs, short).state is State.DONE
    assert wait(jobs, long).state is State.DONE
    assert order == ["guest-b", "guest-a"]
    assert len(list((long.folder / "out" / "storyboard").glob("*.png"))) == 3


def test_work_is_stopped_and_gone_on_with(library: Library, opened: Opened) -> None:
    jobs = opened()
    project = planned(library, "local")
    storyboard = work(project, Kind.STORYBOARD, LIMITS)
    jobs.submit(project, storyboard)
    first = wait(jobs, project, lambda status: status.progress.done > 0)
    assert first.left is not None and first.left > 0
    jobs.stop(project)
    assert wait(jobs, project).state is State.STOPPED
    kept = set((project.folder / "out" / ".script2movie").glob("*/*"))
    assert kept
    jobs.submit(project, storyboard)
    assert wait(jobs, project).state is State.DONE
    assert kept <= set((project.folder / "out" / ".script2movie").glob("*/*"))


def test_a_studio_that_died_goes_on(library: Library, opened: Opened) -> None:
    project = planned(library, "local")
    (project.folder / "job.json").write_text(
        '{"kind": "storyboard", "state": "running", "message": ""}', encoding="utf-8"
    )
    jobs = opened()
    jobs.resume(library.everything(), lambda project, kind: work(project, kind, LIMITS))
    assert wait(jobs, project).state is State.DONE
    assert (project.folder / "out" / "storyboard" / "storyboard.json").is_file()


def test_a_film_waits_behind_its_storyboard(library: Library, opened: Opened) -> None:
    jobs = opened(2)
    project = planned(library, "local")
    storyboard, film = work(project, Kind.STORYBOARD, LIMITS), work(project, Kind.FILM, LIMITS)
    jobs.submit(project, storyboard)
    jobs.submit(project, film)
    with pytest.raises(StudioError, match="is being worked on"):
        jobs.submit(project, Work(Kind.PLAN, ("backends", "--json"), 1.0))
    wait(jobs, project, lambda status: status.state is State.RUNNING)
    jobs.submit(project, film)  # a second press asks for nothing more
    with pytest.raises(StudioError, match="is being worked on"):
        jobs.submit(project, storyboard)
    status = jobs.status(project)
    assert status is not None and status.kind is Kind.STORYBOARD and status.then == (Kind.FILM,)
    assert not project.film.exists()
    done = wait(jobs, project)
    assert done.kind is Kind.FILM and done.state is State.DONE and done.then == ()
    assert project.film.is_file()
    assert len(list((project.folder / "out" / "storyboard").glob("*.png"))) == 3


def test_another_take_waits_for_the_storyboard_under_way(library: Library, opened: Opened) -> None:
    jobs = opened()
    project = planned(library, "local")
    storyboard = work(project, Kind.STORYBOARD, LIMITS)
    jobs.submit(project, storyboard)
    wait(jobs, project, lambda status: status.state is State.RUNNING)
    for _ in range(2):
        with project.changing():
            project.record(small_movie())
        jobs.submit(project, storyboard)
    status = jobs.status(project)
    assert status is not None and status.then == (Kind.STORYBOARD,)
    jobs.stop(project)
    status = jobs.status(project)
    assert status is not None and status.then == ()
    assert wait(jobs, project).kind is Kind.STORYBOARD


def test_what_waits_behind_a_failure_is_not_begun(
    library: Library, opened: Opened, order: list[str]
) -> None:
    jobs = opened()
    project = planned(library, "local")
    jobs.submit(project, Work(Kind.STORYBOARD, ("shoot", "missing.json", "--json"), 1.0))
    jobs.submit(project, Work(Kind.FILM, ("backends", "--json"), 1.0))
    status = wait(jobs, project)
    assert status.kind is Kind.STORYBOARD and status.state is State.FAILED
    assert "missing.json does not exist" in status.message
    assert "What was to follow was not begun." in status.message and not order


def test_a_film_that_waits_behind_its_storyboard_has_no_turn_before_others(
    library: Library, opened: Opened, order: list[str]
) -> None:
    jobs = opened()
    greedy, modest = library.create("guest-a", "Film"), library.create("guest-b", "Film")
    for kind in (Kind.STORYBOARD, Kind.FILM):
        jobs.submit(greedy, Work(kind, ("backends", "--json"), 1.0))
    jobs.submit(modest, QUICK)
    for project in (greedy, modest):
        assert wait(jobs, project).state is State.DONE
    assert order == ["guest-a", "guest-b", "guest-a"]


def test_a_studio_that_died_goes_on_with_what_waited(library: Library, opened: Opened) -> None:
    project = planned(library, "local")
    (project.folder / "job.json").write_text(
        '{"kind": "storyboard", "state": "running", "message": "", "then": ["film"]}',
        encoding="utf-8",
    )
    jobs = opened()
    quick = {kind: Work(kind, ("backends", "--json"), 1.0) for kind in Kind}
    jobs.resume(library.everything(), lambda _, kind: quick[kind])
    jobs.close()
    again = opened()
    again.resume(library.everything(), lambda _, kind: quick[kind])
    assert wait(again, project).kind is Kind.FILM
