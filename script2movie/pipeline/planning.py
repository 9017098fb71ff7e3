"""Stage one: a story into a movie. Scenes plan apart from each other, from one outline."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from script2movie.backends import open_planner
from script2movie.cache import Cache
from script2movie.media import artefacts
from script2movie.movie import CastMember, Character, Movie, Scene
from script2movie.pipeline.run import Job, Progress, Run
from script2movie.settings import Settings
from script2movie.stages import AskingPlanner, Brief, Outline, Planner

__all__ = ["foresee", "people", "plan"]


def plan(
    story: str,
    bank: Sequence[Character],
    brief: Brief,
    settings: Settings,
    cache: Cache,
    progress: Progress,
    say: Callable[[str], None] = lambda remark: None,
) -> Movie:
    """Expands a story into a movie with the people of `bank`; `say` is told what it took.

    Raises:
        ShotFailed: some scenes could not be planned; the others are kept.
    """
    run = Run(cache, progress)
    seed = settings.seed
    with open_planner(settings) as planner, _attended(planner, run, say):
        # 1. The whole film at scene level
        def write_outline(path: Path) -> None:
            artefacts.save(planner.outline(story, bank, brief, seed=seed), path)

        key = (planner.fingerprint, story, tuple(bank), brief, seed)
        outline = artefacts.load(run.make("outline", ".plan", key, write_outline), Outline)

        for remark in outline.remarks:
            say(remark)

        # 2. Each scene's shots
        jobs: dict[str, Job] = {}
        for number, sketch in enumerate(outline.scenes):

            def job(number: int = number) -> Path:
                def write(path: Path) -> None:
                    artefacts.save(planner.scene(outline, number, bank, seed=seed), path)

                key = (planner.fingerprint, outline, number, tuple(bank), seed)
                return run.make("scene", ".plan", key, write)

            jobs[sketch.id] = job
        workers = planner.num_workers if isinstance(planner, AskingPlanner) else 1
        scenes = run.stage(
            "plan", jobs, lambda scene_id: scene_id, workers=workers, stopped=planner.close
        )
        run.refuse_failed()
    return replace(
        outline.movie,
        scenes=tuple(artefacts.load(path, Scene) for path in scenes.values()),
        style=brief.style,
        planner=planner.fingerprint,
    )


def foresee(story: str, bank: Sequence[Character], brief: Brief, settings: Settings) -> str:
    """What planning would take, in a sentence; '' for a planner that asks nobody."""
    with open_planner(settings) as planner:
        if not isinstance(planner, AskingPlanner):
            return ""
        return planner.account(planner.foresee(story, bank, brief))


def people(story: str, names: Sequence[str], settings: Settings) -> tuple[CastMember, ...]:
    """Who is in a story, in the order in which they appear; `names` are those known already."""
    bank = tuple(Character(name, portraits=()) for name in names)
    with open_planner(settings) as planner:
        return planner.outline(story, bank, Brief(), seed=settings.seed).movie.cast


@contextmanager
def _attended(planner: Planner, run: Run, say: Callable[[str], None]) -> Iterator[None]:
    """Around the questions of a planner that asks a model: each answer is kept, the sum is told."""
    if not isinstance(planner, AskingPlanner):
        yield
        return

    def remembered(key: tuple[object, ...], ask: Callable[[], str]) -> str:
        def write(path: Path) -> None:
            path.write_text(ask(), encoding="utf-8")

        return run.make("answer", ".json", key, write).read_text(encoding="utf-8")

    planner.attend(remembered, say)
    try:
        yield
    finally:
        say(planner.account())
