"""What our pipeline adds to bare calls of a video model: time, memory, loads.

    python benchmarks/motion.py [--shots 6] [--step 1.0] [--apart]

A tiny random Stable Video Diffusion is slowed to a real one's time a step, so that the share of
everything that is not the model shows. Three processes, one after the other:

    bare      the diffusers pipeline alone, called once a shot with the same arguments
    stage     the same clips as the pipeline's stage: fitted, made, joined, retimed to the film's
              rate, scaled to its size, written without loss, named and kept; memory as the
              command line sets it up
    convert   what one frame of the film costs in that, at the size of the real model

On a busy machine frames are converted more slowly than the model makes them, and two clips are in
memory; with --apart a clip waits until the one before is converted, as it does on an idle one.

Prints one line of JSON each. Needs the extras 'gpu' and 'dev'.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

WIDTH, HEIGHT, FPS, SECONDS = 1280, 720, 24, 3.4  # one clip of 25 frames at 7
NUM_STEPS = 25
WHOSE = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)


def work() -> float:
    """Seconds of computing so far, of this process and of those it waited for."""
    own, others = (resource.getrusage(who) for who in WHOSE)
    return own.ru_utime + own.ru_stime + others.ru_utime + others.ru_stime


def peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def picture() -> NDArray[np.uint8]:
    """A keyframe: a smooth random picture of the film's size."""
    import cv2

    noise = np.random.default_rng(1).normal(0, 1, (HEIGHT, WIDTH, 3)).astype(np.float32)
    soft = cv2.GaussianBlur(noise, (0, 0), 9)
    return np.asarray(np.clip(128 + 50 * soft / soft.std(), 0, 255), np.uint8)


def opened(model: Path, step: float) -> Any:
    """The animator on the CPU; its denoiser takes `step` seconds, its frames the real one's size.

    The tiny model draws 128x64 and each frame is enlarged to 1024x576, in the bare calls too.
    """
    import cv2

    from script2movie.animate.clips import Native, as_clip
    from script2movie.animate.fitting import Fit
    from script2movie.backends import open_backend

    typed = {"model": str(model), "device": "cpu", "dtype": "float32", "steps": str(NUM_STEPS)}
    animator: Any = open_backend("animator", "svd", typed)
    unet, plain = animator.model.pipe.unet, animator.model.pipe.unet.forward
    small = animator.clip

    def slowed(*given: Any, **named: Any) -> Any:
        start = time.perf_counter()
        made = plain(*given, **named)
        time.sleep(max(0.0, step - (time.perf_counter() - start)))
        return made

    def enlarged(pipe: Any, order: Any) -> Any:
        clip = small(pipe, replace(order, width=128, height=64))
        made = np.empty((len(clip), 576, 1024, 3), np.float32)  # as a real pipeline gives them
        for frame, large in zip(clip, made, strict=True):
            part = frame.astype(np.float32) / 255
            cv2.resize(part, (1024, 576), large, interpolation=cv2.INTER_CUBIC)
        return as_clip(made)

    unet.forward = slowed
    animator.clip = enlarged
    fit = Fit(WIDTH, HEIGHT, 1024, 576)
    animator.native = lambda width, height: Native(fit, 7, animator.grid)
    return animator


def bare(model: Path, shots: int, step: float) -> dict[str, float]:
    animator = opened(model, step)
    from script2movie.animate.clips import ClipOrder
    from script2movie.movie import CameraMove, Framing, ShotSize
    from script2movie.stages import View

    view = View(ShotSize.WIDE, Framing.ESTABLISHING, CameraMove.STATIC, (), "", "", ())
    given = [animator.native(WIDTH, HEIGHT).fit.into(picture())]
    before, start, done = peak(), time.perf_counter(), work()
    for shot in range(shots):
        order = ClipOrder(given, view, (), 1024, 576, 25, shot, lambda step: None)
        animator.clip(animator.model.pipe, order)
    seconds = time.perf_counter() - start
    return {"seconds": seconds, "work": work() - done, "loaded": before, "peak": peak()}


def stage(model: Path, shots: int, step: float, apart: bool = False) -> dict[str, float]:
    from script2movie.cache import Cache
    from script2movie.cli.arena import share_arena
    from script2movie.media import artefacts, kept
    from script2movie.movie import Framing, Light, Movie, Scene, Shot, ShotSize
    from script2movie.pipeline.choosing import Chosen, Judge
    from script2movie.pipeline.motion import animate
    from script2movie.pipeline.reel import Reel
    from script2movie.pipeline.run import Run
    from script2movie.settings import settings_for
    from script2movie.stages import Keyframe, TimedSpeech

    share_arena()
    animator = opened(model, step)
    if apart:
        make, save, started = animator.clip, kept.save_frames, count()
        converted: list[int] = []

        def late(pipe: Any, order: Any) -> Any:
            number = next(started)
            while len(converted) < number:
                time.sleep(0.05)
            return make(pipe, order)

        def saved(*given: Any, **named: Any) -> int:
            converted.append(save(*given, **named))
            return converted[-1]

        animator.clip, kept.save_frames = late, saved
    made = [
        Shot(f"s01_sh{n:03}", ShotSize.WIDE, Framing.ESTABLISHING, duration=SECONDS)
        for n in range(1, shots + 1)
    ]
    movie = Movie("Bench", (), (Scene("s01", "street", False, Light.DAY, tuple(made)),))
    with tempfile.TemporaryDirectory() as folder:
        run = Run(Cache(Path(folder)), lambda *told: None)
        key = Path(folder) / "picture.keyframe"
        artefacts.save(Keyframe(picture(), ()), key)
        drawn = {shot.id: Chosen(key, 0, ()) for shot in made}
        timed = {shot.id: TimedSpeech((), SECONDS) for shot in made}
        settings = settings_for(animator="svd", width=WIDTH, height=HEIGHT, fps=FPS)
        reel = Reel.of(movie, FPS, ())
        before, start, done = peak(), time.perf_counter(), work()
        chosen = animate(reel, run, animator, settings, drawn, {}, timed, Judge((), run))
        seconds, worked = time.perf_counter() - start, work() - done
        size = sum(path.stat().st_size for one in chosen.values() for path in one.path.iterdir())
    assert not run.failed, run.failed
    frames = shots * animator.whole_length(round(SECONDS * FPS), fps=FPS)
    return {
        "seconds": seconds,
        "work": worked,
        "loaded": before,
        "peak": peak(),
        "loads": animator.model.num_loads,
        "frames": frames,
        "bytes_a_frame": size / frames,
    }


def convert() -> dict[str, float]:
    from script2movie.animate.fitting import Fit
    from script2movie.animate.rates import retimed
    from script2movie.media import nv12

    fit = Fit(WIDTH, HEIGHT, 1024, 576)
    still = fit.into(picture())
    clip = (nv12.from_rgb(fit.out(np.roll(still, 3 * n, axis=1))) for n in range(25))
    start, work, count = time.perf_counter(), time.process_time(), 80
    for _ in retimed(clip, model_fps=7, fps=FPS, num_frames=count):
        pass
    return {
        "milliseconds_a_frame": 1000 * (time.perf_counter() - start) / count,
        "milliseconds_of_work_a_frame": 1000 * (time.process_time() - work) / count,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shots", type=int, default=6)
    parser.add_argument("--step", type=float, default=1.0, help="seconds of a denoising step")
    parser.add_argument(
        "--apart", action="store_true", help="a clip waits for the last one's frames"
    )
    parser.add_argument("--only", choices=("bare", "stage", "convert"))
    parser.add_argument("--model", type=Path)
    asked = parser.parse_args()
    if asked.only:
        if asked.only == "convert":
            told = convert()
        elif asked.only == "bare":
            told = bare(asked.model, asked.shots, asked.step)
        else:
            told = stage(asked.model, asked.shots, asked.step, asked.apart)
        print(json.dumps(told))
        return
    with tempfile.TemporaryDirectory() as folder:
        from generative.tiny_video import svd

        model = svd(Path(folder) / "svd")
        config = model / "unet" / "config.json"  # as many frames as the XT weights make
        told = json.loads(config.read_text(encoding="utf-8")) | {"num_frames": 25}
        config.write_text(json.dumps(told), encoding="utf-8")
        results = {}
        for part in ("bare", "stage", "convert"):
            words = ["--only", part, "--model", str(model)]
            words += ["--shots", str(asked.shots), "--step", str(asked.step)]
            words += ["--apart"] if asked.apart else []
            done = subprocess.run(
                [sys.executable, __file__, *words], check=True, capture_output=True, text=True
            )
            results[part] = json.loads(done.stdout.splitlines()[-1])
            print(part, json.dumps(results[part]))
    extra = results["stage"]["seconds"] / results["bare"]["seconds"] - 1
    grown = results["stage"]["peak"] - results["bare"]["peak"]
    ours = (results["stage"]["work"] - results["bare"]["work"]) / asked.shots
    told = {"overhead": extra, "work_a_shot": ours, "memory_over_bare_mb": grown / 1e6}
    print(json.dumps(told))


if __name__ == "__main__":
    main()
