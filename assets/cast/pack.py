"""Turn renders into the shipped cast: `pack.py RENDERS CAST`. Needs pillow and numpy only."""

from __future__ import annotations

import argparse
import ast
import json
from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter

QUALITY = {"portrait": 93, "portrait_2": 88, "full": 91}

GLINTS = {  # x, y, radius in pixels: ends of moustaches that the back light turns to white strokes
    ("walter", "portrait"): (421, 335, 19),
    ("walter", "portrait_2"): (131, 203, 12),
    ("viktor", "portrait"): (421, 338, 17),
    ("arjun", "portrait"): (421, 353, 15),
}


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


def dulled(image: Image.Image, x: int, y: int, radius: int) -> Image.Image:
    """The same picture with no thin stroke in a spot brighter than what is around it."""
    box = (x - radius, y - radius, x + radius, y + radius)
    around = image.crop(box).convert("RGB")
    sharp = np.asarray(around, np.float32)
    plain = np.asarray(
        around.filter(ImageFilter.MedianFilter(2 * (2 * radius // 3) + 1)), np.float32
    )
    over = np.clip((sharp.mean(axis=2) - plain.mean(axis=2) - 3) / 8, 0, 1)
    row, column = np.mgrid[-1 : 1 : 2j * radius, -1 : 1 : 2j * radius]
    share = (over * np.clip((1 - np.hypot(row, column)) * 4, 0, 1))[..., None]
    image = image.copy()
    image.paste(
        Image.fromarray((sharp + (plain - sharp) * share).astype(np.uint8)),
        box[:2],
        image.getchannel("A").crop(box),
    )
    return image


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
                image = bled(image)
                if spot := GLINTS.get((figure["name"], shot)):
                    image = dulled(image, *spot)
                image.save(target, quality=quality, method=4, exact=True)
        if home.exists():
            (home / "figure.json").write_text(
                json.dumps(figure, indent=2, ensure_ascii=False) + "\n"
            )


if __name__ == "__main__":
    main()
