"""Turn renders into the shipped cast: `pack.py RENDERS CAST`. Needs pillow and numpy only."""

from __future__ import annotations

import argparse
import ast
import json
from pathlib import Path

import numpy as np
from PIL import Image

QUALITY = {"portrait": 93, "portrait_2": 88, "full": 91}


def figures() -> list[dict]:
    """What figures.py says in words of each figure, read without importing Blender."""
    tree = ast.parse((Path(__file__).parent / "figures.py").read_text())
    calls = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Figure"
    ]
    keys = ("name", "gender", "age", "look", "hair", "skin", "clothes", "tags")
    return [
        dict(zip(keys, (ast.literal_eval(arg) for arg in call.args[:8]), strict=True))
        for call in calls
    ]


def bled(image: Image.Image) -> Image.Image:
    """The same picture, edge colours carried outward under the matte: scaled, no rim is dark."""
    pixels = np.asarray(image.convert("RGBA")).astype(np.float32)
    colour, alpha = pixels[..., :3], pixels[..., 3:] / 255
    known = (alpha > 0.5).astype(np.float32)
    total, weight = colour * known, known
    for _ in range(6):
        for axis in (0, 1):
            total = total + np.roll(total, 1, axis) + np.roll(total, -1, axis)
            weight = weight + np.roll(weight, 1, axis) + np.roll(weight, -1, axis)
        total, weight = total / 9, weight / 9
    near = (alpha < 0.5) & (weight > 1e-6)
    colour = np.where(near, total / np.maximum(weight, 1e-6), colour)
    return Image.fromarray(
        np.concatenate([colour, alpha * 255], -1).clip(0, 255).astype(np.uint8), "RGBA"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("renders", type=Path)
    parser.add_argument("cast", type=Path)
    args = parser.parse_args()
    for figure in figures():
        home = args.cast / figure["name"]
        for shot, quality in QUALITY.items():
            source = args.renders / f"{figure['name']}-{shot}.png"
            target = home / f"{shot}.webp"
            if source.exists() and not (
                target.exists() and target.stat().st_mtime > source.stat().st_mtime
            ):
                home.mkdir(parents=True, exist_ok=True)
                image = Image.open(source)
                if shot == "full":
                    image = image.crop(image.getbbox())
                bled(image).save(target, quality=quality, method=4, exact=True)
        if home.exists():
            (home / "figure.json").write_text(
                json.dumps(figure, indent=2, ensure_ascii=False) + "\n"
            )


if __name__ == "__main__":
    main()
