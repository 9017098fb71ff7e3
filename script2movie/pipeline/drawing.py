"""A keyframe a shot, each drawn with the views of its scene that its backend looks at."""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from threading import Event

import numpy as np
from numpy.typing import NDArray

from script2movie.cache import digest
from script2movie.errors import ShotFailed
from script2movie.media import artefacts
from script2movie.movie import OwnFrame, Scene, Shot
from script2movie.pipeline.choosing import Chosen, Judge, best_take
from script2movie.pipeline.cutting import lay_picture
from script2movie.pipeline.frames import own_keyframe
from script2movie.pipeline.reel import Reel
from script2movie.pipeline.run import Job, Run
from script2movie.report.findings import Tried
from script2movie.settings import Settings
from script2movie.stages import Companion, Keyframe, Likeness, Storyboarder, View, view_of

Picture = NDArray[np.uint8]

__all__ = ["Drawing", "cast_of", "companions", "seed_of", "shelf"]


class Drawing:
    """The storyboard stage."""

    def __init__(
        self,
        reel: Reel,
        out: Path,
        settings: Settings,
        run: Run,
        storyboarder: Storyboarder,
        judge: Judge,
        frames: Mapping[str, OwnFrame],
    ) -> None:
        """`frames` are a person's own, by shot; pictures are laid beside `out` as they come."""
        self.out = out
        self.reel, self.settings, self.run, self.judge = reel, settings, run, judge
        self.storyboarder, self.frames = storyboarder, frames
        self.size = (settings.width, settings.height)
        self.companions = companions(reel, storyboarder, frames)

    def draw(self, likenesses: Mapping[str, Path]) -> dict[str, Chosen]:
        """The keyframes of the filmed shots and of those that they are drawn from."""
        load = shelf(likenesses)
        keyframes: dict[str, Chosen] = {}
        drawn = {shot_id: Event() for shot_id in self.companions}
        jobs: dict[str, Job] = {}
        for scene, number in self._wanted():
            shot = scene.shots[number]

            def job(scene: Scene = scene, number: int = number, shot_id: str = shot.id) -> Path:
                try:
                    keyframes[shot_id] = make(scene, number)
                finally:
                    drawn[shot_id].set()
                lay_picture(self.out, shot_id, keyframes[shot_id].path)
                return keyframes[shot_id].path

            jobs[shot.id] = job

        def make(scene: Scene, number: int) -> Chosen:
            shot, views = scene.shots[number], {one.id: view_of(one) for one in scene.shots}
            own = seed_of(self.settings.seed, shot)
            if shot.id in self.frames:
                return Chosen(own_keyframe(self.run, self.frames[shot.id], *self.size), own, ())
            shots = {one.id: one for one in scene.shots}
            before = {one.id for one in scene.shots[:number]}
            others = []
            for other in self.companions[shot.id]:
                path, seed = None, seed_of(self.settings.seed, shots[other])
                if other in before:
                    drawn[other].wait()
                    if other not in keyframes:
                        raise ShotFailed(f"it is drawn from {other}, which failed")
                    path, seed = keyframes[other].path, keyframes[other].seed
                others.append((views[other], seed, path))
            names = cast_of([views[shot.id], *(view for view, _, _ in others)], likenesses)
            setting, cast = self.reel.setting(scene), [likenesses[name].name for name in names]
            seen = [(view, seed, path.name if path else "") for view, seed, path in others]

            def take(seed: int) -> Path:
                def write(path: Path) -> None:
                    companions = [
                        Companion(view, its_seed, artefacts.load(its, Keyframe) if its else None)
                        for view, its_seed, its in others
                    ]
                    keyframe = self.storyboarder.draw(
                        setting,
                        views[shot.id],
                        [load(name) for name in names],
                        companions,
                        width=self.size[0],
                        height=self.size[1],
                        seed=seed,
                    )
                    artefacts.save(keyframe, path)

                backend = self.storyboarder.fingerprint
                key = (backend, setting, views[shot.id], cast, self.size, seed)
                return self.run.make("draw", ".keyframe", (*key, *([seen] if seen else [])), write)

            def judged(path: Path, seed: int) -> Tried:
                def frames() -> list[Picture]:
                    return [artefacts.load(path, Keyframe).picture]

                return self.judge.judged("draw", shot, path, seed, frames)

            return best_take(take, judged, own, self.settings.num_pictures)

        workers = self.storyboarder.num_workers
        made = self.run.stage("draw", jobs, lambda shot_id: shot_id, workers=workers)
        return {shot_id: keyframes[shot_id] for shot_id in made}

    @property
    def people(self) -> set[str]:
        """Whose likenesses are needed: whoever is in a drawn shot or in one that it looks at."""
        ids = {scene.shots[number].id for scene, number in self._wanted()}
        ids |= {other for shot_id in ids for other in self.companions[shot_id]}
        return {
            person.character
            for _, shot in self.reel.movie.shots
            if shot.id in ids
            for person in shot.characters
        }

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
    reel: Reel, storyboarder: Storyboarder, frames: Collection[str] = ()
) -> dict[str, tuple[str, ...]]:
    """The companions of every shot of the filmed scenes, by its id; none of those of `frames`."""
    asked: dict[str, tuple[str, ...]] = {}
    for scene in dict.fromkeys(scene for scene, _ in reel.filmed):
        views = [view_of(shot) for shot in scene.shots]
        for number, shot in enumerate(scene.shots):
            if shot.id in frames:
                asked[shot.id] = ()
                continue
            others = storyboarder.companions(views, number)
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


def seed_of(seed: int, shot: Shot) -> int:
    """A shot's own seed, 32 bits; each `take` that its plan asks for has another."""
    again = (shot.take,) if shot.take else ()
    return int(digest(seed, shot.id, *again)[:8], 16)
