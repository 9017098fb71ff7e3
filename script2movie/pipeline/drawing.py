"""A keyframe a shot, each drawn with the views of its scene that its backend looks at."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from threading import Event

from script2movie.cache import digest
from script2movie.errors import PlanError, SettingsError, ShotFailed
from script2movie.media import artefacts
from script2movie.movie import Scene
from script2movie.pipeline.reel import Reel
from script2movie.pipeline.run import Job, Run
from script2movie.settings import Settings
from script2movie.stages import Companion, Keyframe, Likeness, Storyboarder, View, view_of

__all__ = ["Drawing", "cast_of", "companions", "seed_of", "shelf"]


class Drawing:
    """The storyboard stage. Opening it asks the backend whether it can draw every shot."""

    def __init__(
        self, reel: Reel, settings: Settings, run: Run, storyboarder: Storyboarder
    ) -> None:
        """Raises PlanError, SettingsError for a shot, or a size, that the backend cannot draw."""
        self.reel, self.settings, self.run = reel, settings, run
        self.storyboarder = storyboarder
        self.size = (settings.width, settings.height)
        self.companions = companions(reel, settings, storyboarder)

    def draw(self, likenesses: Mapping[str, Path]) -> dict[str, Path]:
        """The keyframes of the filmed shots and of those that they are drawn from."""
        load = shelf(likenesses)
        keyframes: dict[str, Path] = {}
        drawn = {shot_id: Event() for shot_id in self.companions}
        jobs: dict[str, Job] = {}
        for scene, number in self._wanted():
            shot = scene.shots[number]

            def job(scene: Scene = scene, number: int = number, shot_id: str = shot.id) -> Path:
                try:
                    keyframes[shot_id] = make(scene, number)
                finally:
                    drawn[shot_id].set()
                return keyframes[shot_id]

            jobs[shot.id] = job

        def make(scene: Scene, number: int) -> Path:
            shot, views = scene.shots[number], {one.id: view_of(one) for one in scene.shots}
            before = {one.id for one in scene.shots[:number]}
            others = []
            for other in self.companions[shot.id]:
                path = None
                if other in before:
                    drawn[other].wait()
                    if other not in keyframes:
                        raise ShotFailed(f"it is drawn from {other}, which failed")
                    path = keyframes[other]
                others.append((views[other], seed_of(self.settings.seed, other), path))
            names = cast_of([views[shot.id], *(view for view, _, _ in others)], likenesses)
            setting, seed = self.reel.setting(scene), seed_of(self.settings.seed, shot.id)

            def write(path: Path) -> None:
                keyframe = self.storyboarder.draw(
                    setting,
                    views[shot.id],
                    [load(name) for name in names],
                    [
                        Companion(view, seed, artefacts.load(path, Keyframe) if path else None)
                        for view, seed, path in others
                    ],
                    width=self.size[0],
                    height=self.size[1],
                    seed=seed,
                )
                artefacts.save(keyframe, path)

            cast = [likenesses[name].name for name in names]
            seen = [(view, seed, path.name if path else "") for view, seed, path in others]
            key = (self.storyboarder.fingerprint, setting, views[shot.id], cast, self.size, seed)
            return self.run.make("draw", ".keyframe", (*key, *([seen] if seen else [])), write)

        workers = self.storyboarder.num_workers
        return self.run.stage("draw", jobs, lambda shot_id: shot_id, workers=workers)

    def _wanted(self) -> list[tuple[Scene, int]]:
        """The filmed shots and, before them, those whose keyframes they are drawn from."""
        wanted = {shot.id for _, shot in self.reel.filmed}
        shots = [
            (scene, number)
            for scene in self.reel.movie.scenes
            for number, shot in enumerate(scene.shots)
            if shot.id in self.companions
        ]
        for scene, number in reversed(shots):
            if scene.shots[number].id in wanted:
                before = {one.id for one in scene.shots[:number]}
                wanted |= before & set(self.companions[scene.shots[number].id])
        return [pair for pair in shots if pair[0].shots[pair[1]].id in wanted]


def companions(
    reel: Reel, settings: Settings, storyboarder: Storyboarder
) -> dict[str, tuple[str, ...]]:
    """The companions of every shot of the filmed scenes, by its id.

    Raises:
        PlanError, SettingsError: a shot, or a size, that the backend cannot draw.
    """
    asked: dict[str, tuple[str, ...]] = {}
    filmed = {shot.id for _, shot in reel.filmed}
    for scene in dict.fromkeys(scene for scene, _ in reel.filmed):
        views = [view_of(shot) for shot in scene.shots]
        for number, shot in enumerate(scene.shots):
            try:
                others = storyboarder.companions(
                    views, number, width=settings.width, height=settings.height
                )
            except (PlanError, SettingsError) as error:
                if shot.id not in filmed:
                    continue
                raise type(error)(f"{shot.id}: {error}") from None
            asked[shot.id] = tuple(scene.shots[other].id for other in others)
    return asked


def cast_of(views: Sequence[View], likenesses: Mapping[str, Path]) -> list[str]:
    """Whoever is in the views, each once. Raises ShotFailed for one without a likeness."""
    names = list(dict.fromkeys(one.character for view in views for one in view.characters))
    for name in names:
        if name not in likenesses:
            raise ShotFailed(f"{name} could not be prepared")
    return names


def shelf(likenesses: Mapping[str, Path]) -> Callable[[str], Likeness]:
    """Reads likenesses as they are asked for; keeps a few, so that memory stays flat."""
    return lru_cache(maxsize=6)(lambda name: artefacts.load(likenesses[name], Likeness))


def seed_of(seed: int, shot_id: str) -> int:
    """A shot's own seed, 32 bits."""
    return int(digest(seed, shot_id)[:8], 16)
