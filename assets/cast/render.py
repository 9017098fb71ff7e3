"""Render figures: `render.py OUT [--only NAMES] [--shots portrait,full,second] [--scale 1.0]`."""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import scene
from figures import FIGURES

SHOTS = {"portrait": scene.PORTRAIT, "portrait_2": scene.SECOND, "full": scene.FULL}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--only", default="")
    parser.add_argument("--shots", default="portrait,portrait_2,full")
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--samples", type=int, default=0)
    parser.add_argument("--skip", action="store_true", help="leave pictures that exist")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    for figure in FIGURES:
        if args.only and figure.name not in args.only.split(","):
            continue
        paths = {shot: args.out / f"{figure.name}-{shot}.png" for shot in args.shots.split(",")}
        if args.skip:
            paths = {shot: path for shot, path in paths.items() if not path.exists()}
        if not paths:
            continue
        start = time.time()
        who = scene.build(figure.look)
        print("built", figure.name, round(time.time() - start, 1), flush=True)
        for shot, path in paths.items():
            start, plan = time.time(), SHOTS[shot]
            plan = replace(
                plan,
                width=round(plan.width * args.scale),
                height=round(plan.height * args.scale),
                samples=args.samples or plan.samples,
            )
            scene.shoot(who, plan, str(path))
            print("rendered", figure.name, shot, round(time.time() - start, 1), flush=True)


if __name__ == "__main__":
    main()
