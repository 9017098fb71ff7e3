"""What the pipeline costs on top of a model, and what takes buy: python benchmarks/keyframes.py

A tiny SDXL with IP-Adapter, each denoising step slowed to a realistic time, draws the shots of a
scene: bare calls of diffusers' pipeline against the storyboard stage of a run. Then takes: a
storyboard that gets a face right with known probability, judged by the real recogniser. Needs the
tests' builders: run it from the repository, with the dev extra.
"""

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "tests" / "storyboard")]

STEPS, NUM_SHOTS = 30, 4


def slowed(unet: Any, seconds: float) -> None:
    """Every pass of the denoiser takes this long at least."""
    forward = unet.forward

    def waiting(*arguments: object, **more: object) -> object:
        start = time.perf_counter()
        answer = forward(*arguments, **more)
        time.sleep(max(0.0, seconds - (time.perf_counter() - start)))
        return answer

    unet.forward = waiting


def drawn(mode: str, seconds: float) -> None:
    """One mode in a process of its own: prints seconds, seconds of work, loads, peak megabytes."""
    from drawing import ANNA, BEN, KITCHEN, built, opened, person, sdxl_options, view_of

    from script2movie.cache import Cache
    from script2movie.media import artefacts
    from script2movie.stages import Keyframe, View
    from script2movie.storyboard.sdxl_ip_adapter import SdxlIpAdapterStoryboarder

    board = opened("sdxl-ip-adapter", **sdxl_options(steps=str(STEPS)))
    assert isinstance(board, SdxlIpAdapterStoryboarder)
    painter = board.painter
    cast = []
    for one in (person("Anna", 1), person("Ben", 2)):
        assert one.portrait is not None
        cast.append(replace(one, tokens=painter.encode(one.portrait)))
    views = [view_of(ANNA, BEN)] * NUM_SHOTS
    asks = [board.ask(KITCHEN, view, "two people", (128, 128), n) for n, view in enumerate(views)]
    painter.paint(asks[:1], cast, width=128, height=128)  # warm
    board.draw(KITCHEN, views[0], cast, (), width=1280, height=720, seed=9)
    slowed(painter.model.pipe.unet, seconds)
    start, worked = time.perf_counter(), time.process_time()
    if mode == "bare":
        for ask in asks:
            painter.paint([ask], cast, width=128, height=128)
    else:
        with tempfile.TemporaryDirectory() as folder:
            cache = Cache(Path(folder))
            for number, view in enumerate(views):

                def write(path: Path, number: int = number, view: View = view) -> None:
                    keyframe = board.draw(
                        KITCHEN, view, cast, (), width=1280, height=720, seed=number
                    )
                    artefacts.save(keyframe, path)

                path = cache.make("draw", ".keyframe", (board.fingerprint, view, number), write)
                artefacts.load(path, Keyframe)
    took, worked = time.perf_counter() - start, time.process_time() - worked
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    assert built("sdxl")
    print(took, worked, painter.model.num_loads, peak)


def overhead(seconds: float) -> None:
    told = {}
    for mode in ("bare", "ours"):
        command = [sys.executable, __file__, "--mode", mode, "--step", str(seconds)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        told[mode] = [float(word) for word in done.stdout.split()]
    (bare, idle, _, bare_peak), (ours, work, loads, peak) = told["bare"], told["ours"]
    print(
        f"{NUM_SHOTS} shots of {STEPS} steps of {seconds} s: bare {bare:.2f} s, ours {ours:.2f} s "
        f"(+{100 * (ours / bare - 1):.2f} %; work of ours {work - idle:.2f} s, "
        f"{100 * (work - idle) / bare:.2f} %), {loads:.0f} load, "
        f"peak {bare_peak:.0f} and {peak:.0f} MB (+{peak - bare_peak:.0f})"
    )


def takes(num_shots: int, probability: float) -> None:
    """The curve of F1 and cost against the number of takes."""
    from script2movie.movie import Character, Portrait
    from script2movie.perception.portraits import read_portrait
    from script2movie.pipeline.choosing import take_seed
    from script2movie.report.looking import Looker

    cast = ROOT / "script2movie" / "assets" / "cast"
    names = ("aisha", "ben")
    people = [Character(n, (Portrait(cast / n / "portrait.webp", True),)) for n in names]
    photos = {n: read_portrait(cast / n / "portrait.webp", longest_side=600).rgb for n in names}
    looker = Looker(people)
    rng = np.random.default_rng(0)
    seen: dict[bool, list[frozenset[str]]] = {True: [], False: []}
    for right in (True, False):  # the recogniser's own word on pictures it has not seen before
        for _ in range(20):
            photo = photos[names[not right]].astype(float) + rng.normal(0, 8, (1, 1, 3))
            seen[right].append(looker.look_at([np.clip(photo, 0, 255).astype(np.uint8)]).seen)
    print("N    F1 measured  predicted   takes a shot  predicted")
    for most in (1, 2, 3, 4, 5, 6):
        hits = wrong = missed = made = 0
        for shot in range(num_shots):
            best: frozenset[str] | None = None
            for number in range(most):
                made += 1
                right = np.random.default_rng(take_seed(shot, number)).random() < probability
                look = seen[bool(right)][(shot + number) % 20]
                best = look if best is None or "aisha" in look else best
                if look == {"aisha"}:
                    break
            assert best is not None
            hits += "aisha" in best
            missed += "aisha" not in best
            wrong += len(best - {"aisha"})
        f1 = 2 * hits / (2 * hits + wrong + missed)
        chance = 1 - (1 - probability) ** most
        print(
            f"{most}    {f1:.3f}        {chance:.3f}       {made / num_shots:.3f}         "
            f"{chance / probability:.3f}"
        )


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--mode", choices=("bare", "ours"))
    options.add_argument("--step", type=float, default=0.2, help="seconds a denoising step")
    options.add_argument("--shots", type=int, default=1000, help="shots of the takes' curve")
    options.add_argument("--right", type=float, default=0.5, help="how often a take is right")
    typed = options.parse_args()
    if typed.mode:
        drawn(typed.mode, typed.step)
    else:
        overhead(typed.step)
        takes(typed.shots, typed.right)
