"""Moving frames that are kept: what a generative animator makes, a folder a shot.

Whatever happens to the lips, the sound and the cut, they are made once.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from script2movie import timing
from script2movie.errors import ShotFailed
from script2movie.media import artefacts, kept
from script2movie.movie import Shot
from script2movie.pipeline.choosing import Chosen, Judge, best_take
from script2movie.pipeline.drawing import cast_of, seed_of, shelf
from script2movie.pipeline.reel import Reel
from script2movie.pipeline.run import Job, Run
from script2movie.report.findings import Tried
from script2movie.report.scoring import frame_numbers
from script2movie.settings import Settings
from script2movie.stages import Animator, Keyframe, TimedSpeech, view_of

__all__ = ["animate", "num_frames"]


def animate(
    reel: Reel,
    run: Run,
    animator: Animator,
    settings: Settings,
    drawn: Mapping[str, Chosen],
    likenesses: Mapping[str, Path],
    timed: Mapping[str, TimedSpeech],
    judge: Judge,
) -> dict[str, Chosen]:
    """The frames of every shot that has a keyframe, as `media.kept` writes them."""
    size = {"width": settings.width, "height": settings.height}
    load = shelf(likenesses)
    chosen: dict[str, Chosen] = {}
    jobs: dict[str, Job] = {}
    for _, shot in reel.filmed:

        def job(shot: Shot = shot) -> Path:
            keyframe = drawn[shot.id]
            names = cast_of([view_of(shot)], likenesses)
            wanted = num_frames(reel, shot, timed[shot.id])
            count = animator.whole_length(wanted, fps=settings.fps)

            def take(seed: int) -> Path:
                def write(path: Path) -> None:
                    frames = animator.animate(
                        artefacts.load(keyframe.path, Keyframe),
                        view_of(shot),
                        [load(name) for name in names],
                        None,
                        **size,
                        num_frames=count,
                        fps=settings.fps,
                        seed=seed,
                    )
                    made = kept.save_frames(frames, path, **size, fps=settings.fps)
                    if made != count:
                        raise ShotFailed(f"the animator gave {made} frames, not {count}")

                key = (
                    (animator.fingerprint, keyframe.path.name, view_of(shot)),
                    [likenesses[name].name for name in names],
                    (settings.width, settings.height, settings.fps),
                    (count, seed),
                )
                return run.make("animate", "", key, write)

            def judged(path: Path, seed: int) -> Tried:
                numbers = frame_numbers(timing.num_frames(timed[shot.id], settings.fps))

                def frames() -> list[NDArray[np.uint8]]:
                    return list(kept.read_rgb(path, numbers))

                return judge.judged("animate", shot, path, seed, frames)

            own = seed_of(settings.seed, shot)
            chosen[shot.id] = best_take(
                take, judged, own, settings.num_pictures, good_enough=keyframe.num_faults
            )
            return chosen[shot.id].path

        if shot.id in drawn and shot.id in timed:
            jobs[shot.id] = job
    made = run.stage("animate", jobs, lambda shot_id: shot_id, workers=animator.num_workers)
    return {shot_id: chosen[shot_id] for shot_id in made}


def num_frames(reel: Reel, shot: Shot, speech: TimedSpeech) -> int:
    """How many frames a shot wants: its own, and those that the next one dissolves from."""
    return timing.num_frames(speech, reel.fps) + reel.joins(shot.id).tail
