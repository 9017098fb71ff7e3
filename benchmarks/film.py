"""From plan.json to film.mp4 to report.html: seconds, peak memory, and a second run of nothing.

    python benchmarks/film.py PLAN [--cast DIR] [--times N] [--no-report]

`--times 10` repeats the plan's scenes ten times with other words, for a film ten times as long:
the peak should be the same.
"""

import argparse
import json
import re
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import tree

from script2movie.movie import Movie, Scene
from script2movie.screenplay import load_plan, save_plan

NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def repeated(movie: Movie, times: int) -> Movie:
    """The movie `times` over: ids go on, every line says a number first, so nothing is cached."""
    scenes: list[Scene] = []
    for round_ in range(times):
        for scene in movie.scenes:
            number = len(scenes) + 1
            shots = tuple(
                replace(
                    shot,
                    id=re.sub(r"^s\d+", f"s{number:02}", shot.id),
                    dialogue=tuple(
                        replace(line, text=f"{NUMBERS[round_].title()}. {line.text}")
                        if round_
                        else line
                        for line in shot.dialogue
                    ),
                )
                for shot in scene.shots
            )
            scenes.append(replace(scene, id=f"s{number:02}", shots=shots))
    return replace(movie, scenes=tuple(scenes))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("plan", type=Path)
    parser.add_argument("--cast", type=Path)
    parser.add_argument("--times", type=int, default=1)
    parser.add_argument("--no-report", action="store_true")
    parser.add_argument("--size", default="1280x720")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        plan = Path(scratch) / "plan.json"
        save_plan(repeated(load_plan(options.plan), options.times), plan)
        film = Path(scratch) / "film.mp4"
        shoot = [sys.executable, "-m", "script2movie", "shoot", str(plan), "--out", str(film)]
        shoot += ["--size", options.size, "--json"]
        shoot += ["--cast", str(options.cast)] if options.cast else []
        rows = {"film": tree.run([*shoot, "--no-report"])}
        if not options.no_report:
            rows["report"] = tree.run(shoot)
        rows["again"] = tree.run([*shoot, "--no-report"] if options.no_report else shoot)
        megabytes = sum(f.stat().st_size for f in Path(scratch).rglob("*") if f.is_file()) / 1e6
    for name, measured in rows.items():
        print(f"{name:<7} {measured.seconds:7.1f} s   peak {measured.peak:6.0f} MB")
    print(json.dumps({"disk_mb": round(megabytes)}))


if __name__ == "__main__":
    main()
