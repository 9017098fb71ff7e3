"""Moving frames that are kept: what a generative animator makes, a folder a shot.

Whatever happens to the lips, the sound and the cut, they are made once.
"""

from collections.abc import Mapping
from pathlib import Path

from script2movie import timing
from script2movie.errors import ShotFailed
from script2movie.media import artefacts, kept
from script2movie.movie import Shot
from script2movie.pipeline.drawing import cast_of, seed_of, shelf
from script2movie.pipeline.reel import Reel
from script2movie.pipeline.run import Job, Run
from script2movie.settings import Settings
from script2movie.stages import Animator, Keyframe, TimedSpeech, view_of

__all__ = ["animate", "num_frames"]


def animate(
    reel: Reel,
    run: Run,
    animator: Animator,
    settings: Settings,
    keyframes: Mapping[str, Path],
    likenesses: Mapping[str, Path],
    timed: Mapping[str, TimedSpeech],
) -> dict[str, Path]:
    """The frames of every shot that has a keyframe, as `media.kept` writes them."""
    size = {"width": settings.width, "height": settings.height}
    load = shelf(likenesses)
    jobs: dict[str, Job] = {}
    for _, shot in reel.filmed:

        def job(shot: Shot = shot) -> Path:
            names = cast_of([view_of(shot)], likenesses)
            wanted = num_frames(reel, shot, timed[shot.id])
            count = animator.whole_length(wanted, fps=settings.fps)
            seed = seed_of(settings.seed, shot.id)

            def write(path: Path) -> None:
                frames = animator.animate(
                    artefacts.load(keyframes[shot.id], Keyframe),
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
                (animator.fingerprint, keyframes[shot.id].name, view_of(shot)),
                [likenesses[name].name for name in names],
                (settings.width, settings.height, settings.fps),
                (count, seed),
            )
            return run.make("animate", "", key, write)

        if shot.id in keyframes and shot.id in timed:
            jobs[shot.id] = job
    return run.stage("animate", jobs, lambda shot_id: shot_id, workers=animator.num_workers)


def num_frames(reel: Reel, shot: Shot, speech: TimedSpeech) -> int:
    """How many frames a shot wants: its own, and those that the next one dissolves from."""
    return timing.num_frames(speech, reel.fps) + reel.joins(shot.id).tail
