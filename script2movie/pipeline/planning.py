"""Stage one: a story into a movie. Scenes plan apart from each other, from one outline."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from script2movie.backends import open_planner
from script2movie.cache import Cache
from script2movie.media import artefacts
from script2movie.movie import Character, Movie, Scene
from script2movie.pipeline.run import Job, Progress, Run
from script2movie.settings import Settings
from script2movie.stages import Brief, Outline

__all__ = ["plan"]


def plan(
    story: str,
    bank: Sequence[Character],
    brief: Brief,
    settings: Settings,
    cache: Cache,
    progress: Progress,
) -> Movie:
    """Expands a story into a movie with the people of `bank`.

    Raises:
        ShotFailed: some scenes could not be planned; the others are kept.
    """
    run = Run(cache, progress)
    seed = settings.seed
    with open_planner(settings) as planner:
        # 1. The whole film at scene level
        def write_outline(path: Path) -> None:
            artefacts.save(planner.outline(story, bank, brief, seed=seed), path)

        key = (planner.fingerprint, story, tuple(bank), brief, seed)
        outline = artefacts.load(run.make("outline", ".plan", key, write_outline), Outline)

        # 2. Each scene's shots
        jobs: dict[str, Job] = {}
        for number, sketch in enumerate(outline.scenes):

            def job(number: int = number) -> Path:
                def write(path: Path) -> None:
                    artefacts.save(planner.scene(outline, number, bank, seed=seed), path)

                key = (planner.fingerprint, outline, number, tuple(bank), seed)
                return run.make("scene", ".plan", key, write)

            jobs[sketch.id] = job
        scenes = run.stage("plan", jobs, lambda scene_id: scene_id)
        run.refuse_failed()
    return replace(
        outline.movie,
        scenes=tuple(artefacts.load(path, Scene) for path in scenes.values()),
        style=brief.style,
        planner=planner.fingerprint,
    )
