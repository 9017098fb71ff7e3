"""How well the figures are told apart: `measure.py CAST MODELS [--sheet FILE]`.

MODELS holds dlib's shape_predictor_5_face_landmarks.dat and
dlib_face_recognition_resnet_model_v1.dat. Prints the detector's score, the size of each face, the
nearest other figure, and rank-1 between the two views.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import cv2
import dlib
import numpy as np
from PIL import Image, ImageDraw

from script2movie.perception.faces import FaceDetector

GREY = (118, 126, 120)


def opened(path: Path) -> np.ndarray:
    image = Image.open(path).convert("RGBA")
    return np.asarray(
        Image.alpha_composite(Image.new("RGBA", image.size, (*GREY, 255)), image).convert("RGB")
    ).copy()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cast", type=Path)
    parser.add_argument("models", type=Path)
    parser.add_argument("--sheet", type=Path)
    args = parser.parse_args()
    detector = FaceDetector()
    corners = dlib.shape_predictor(str(args.models / "shape_predictor_5_face_landmarks.dat"))
    network = dlib.face_recognition_model_v1(
        str(args.models / "dlib_face_recognition_resnet_model_v1.dat")
    )

    def embedding(path: Path) -> tuple[np.ndarray, float, float]:
        rgb = opened(path)
        face = detector.detect(rgb)[0]
        shrink = min(1.0, 640 / max(rgb.shape[:2]))
        small = cv2.resize(rgb, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
        box = dlib.rectangle(*(int(v * shrink) for v in face.box))
        return (
            np.array(network.compute_face_descriptor(small, corners(small, box), 0)),
            face.score,
            face.side,
        )

    names = sorted(p.parent.name for p in args.cast.glob("*/portrait.webp"))
    first = {name: embedding(args.cast / name / "portrait.webp") for name in names}
    gallery = np.stack([first[name][0] for name in names])
    gaps = np.linalg.norm(gallery[:, None] - gallery[None], axis=2) + 9 * np.eye(len(names))
    for n, name in enumerate(names):
        order = gaps[n].argsort()[:3]
        print(
            f"{name:10} score {first[name][1]:.2f} face {first[name][2]:.0f}px nearest "
            + ", ".join(f"{names[k]} {gaps[n][k]:.2f}" for k in order)
        )
    upper = gaps[np.triu_indices(len(names), 1)]
    print(
        f"pairs {len(upper)}: min {upper.min():.2f} median {np.median(upper):.2f}, "
        f"over 0.6 {np.mean(upper > 0.6):.1%}, over 0.5 {np.mean(upper > 0.5):.1%}"
    )
    views = [name for name in names if (args.cast / name / "portrait_2.webp").exists()]
    if views:
        probes = np.stack([embedding(args.cast / name / "portrait_2.webp")[0] for name in views])
        reach = np.linalg.norm(probes[:, None] - gallery[None], axis=2)
        right = [names[reach[n].argmin()] == name for n, name in enumerate(views)]
        own = [reach[n][names.index(name)] for n, name in enumerate(views)]
        print(
            f"rank-1 {sum(right)} of {len(views)}; "
            f"same figure {np.mean(own):.2f} mean, {max(own):.2f} most; "
            f"missed {[v for v, ok in zip(views, right, strict=True) if not ok]}"
        )
    if args.sheet:
        tall, columns = 420, 8
        tiles = []
        for name in names:
            for shot in ("portrait", "full"):
                path = args.cast / name / f"{shot}.webp"
                if path.exists():
                    tile = Image.fromarray(opened(path))
                    tile = tile.resize(
                        (round(tile.width * tall / tile.height), tall), Image.LANCZOS
                    )
                    if shot == "portrait":
                        ImageDraw.Draw(tile).text((6, 4), name, fill="white")
                    tiles.append((name, tile))
        rows: list[list[Image.Image]] = [[]]
        for n, name in enumerate(names):
            if n and n % (columns // 2) == 0:
                rows.append([])
            rows[-1] += [tile for owner, tile in tiles if owner == name]
        sheet = Image.new(
            "RGB", (max(sum(t.width for t in row) for row in rows), tall * len(rows)), GREY
        )
        for y, row in enumerate(rows):
            x = 0
            for tile in row:
                sheet.paste(tile, (x, y * tall))
                x += tile.width
        sheet.save(args.sheet)


if __name__ == "__main__":
    main()
