"""How near frames between a model's frames come to the true ones, and what they cost.

    python benchmarks/rates.py [--moves 10] [--speed 1.0]

A camera pans, turns and zooms over our panoramas at random while a textured ellipse crosses its
picture. What it sees 7 times a second, in a video model's size, goes the way a model's clip goes:
into the film's frame, NV12, and 24 frames a second. Each frame is compared with what the camera
saw at that moment, as RGB, without the 24 columns at each side that come into the picture.

Prints the mean PSNR of each move and of all, and milliseconds a frame (work, clock). `--speed`
multiplies how fast everything moves. Needs the extra 'dev'.
"""

import argparse
import math
import time
from collections.abc import Callable
from importlib import resources

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from script2movie.animate.fitting import Fit
from script2movie.animate.rates import retimed
from script2movie.media import nv12

Picture = NDArray[np.uint8]

FIT = Fit(1280, 720, 1024, 576)
MODEL_FPS, FPS = 7, 24
NUM_MODEL_FRAMES, NUM_FRAMES = 6, 17
TWICE = np.diag([2.0, 2.0, 1.0])  # drawn at twice the size, then halved: no jagged edge


def camera(panorama: Picture, seed: int, speed: float) -> Callable[[float], Picture]:
    """What is seen at a moment, in seconds."""
    draw = np.random.default_rng(seed)
    height, width = panorama.shape[:2]
    ellipse = cv2.resize(panorama[height // 5 : height // 5 + 240, 300:460], (260, 420))
    mask = np.zeros((420, 260), np.float32)
    cv2.ellipse(mask, (130, 210), (120, 200), 0, 0, 360, 1.0, -1)
    mask = np.asarray(cv2.GaussianBlur(mask, (0, 0), 2), np.float32)
    start = width * draw.uniform(0.3, 0.7)
    pan, walk = speed * draw.uniform(-120, 120), speed * draw.uniform(-200, 200)
    zoom, turn = speed * draw.uniform(-0.08, 0.08), speed * draw.uniform(-2, 2)
    size = (2 * FIT.width, 2 * FIT.height)

    def seen(moment: float) -> Picture:
        scale, angle = 1.6 * (1 + zoom * moment), math.radians(turn * moment)
        cosine, sine = scale * math.cos(angle), scale * math.sin(angle)
        x, y = start + pan * moment, height / 2
        to = np.array(
            [
                [cosine, -sine, FIT.width / 2 - cosine * x + sine * y],
                [sine, cosine, FIT.height / 2 - sine * x - cosine * y],
                [0, 0, 1],
            ]
        )
        there = cv2.warpAffine(
            panorama, (TWICE @ to)[:2], size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT
        )
        place = np.array(
            [[2, 0, 2 * (500 + walk * moment)], [0, 2, 2 * (150 + 20 * math.sin(3 * moment))]]
        )
        shown = cv2.warpAffine(mask, place, size)[..., None]
        near = cv2.warpAffine(ellipse, place, size, flags=cv2.INTER_CUBIC)
        whole = there * (1 - shown) + near * shown
        small = cv2.resize(whole, (FIT.width, FIT.height), interpolation=cv2.INTER_AREA)
        return np.clip(np.rint(small), 0, 255).astype(np.uint8)

    return seen


def psnr(one: Picture, other: Picture) -> float:
    inside = (slice(8, -8), slice(24, -24))
    error = np.mean((one[inside].astype(float) - other[inside]) ** 2)
    return float(10 * np.log10(255**2 / error))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--moves", type=int, default=10)
    parser.add_argument("--speed", type=float, default=1.0)
    asked = parser.parse_args()
    folder = resources.files("script2movie") / "assets" / "panoramas"
    names = sorted(path.name for path in folder.iterdir() if path.name.endswith(".jpg"))
    near: list[float] = []
    work = clock = 0.0
    for move in range(asked.moves):
        with (folder / names[move % len(names)]).open("rb") as file:
            panorama = np.asarray(Image.open(file).convert("RGB"))
        seen = camera(panorama, move, asked.speed)
        clip = [FIT.into(seen(number / MODEL_FPS)) for number in range(NUM_MODEL_FRAMES)]
        start, busy = time.perf_counter(), time.process_time()
        shown = (nv12.from_rgb(FIT.out(rgb)) for rgb in clip)
        made = list(retimed(shown, model_fps=MODEL_FPS, fps=FPS, num_frames=NUM_FRAMES))
        clock += time.perf_counter() - start
        work += time.process_time() - busy
        truth = (seen(number / FPS) for number in range(NUM_FRAMES))
        pairs = zip(made, truth, strict=True)
        near.append(float(np.mean([psnr(nv12.to_rgb(frame), true) for frame, true in pairs])))
        print(f"{names[move % len(names)]}: {near[-1]:.2f} dB")
    frames = asked.moves * NUM_FRAMES
    print(f"mean of {asked.moves} moves: {np.mean(near):.2f} dB")
    print(
        f"a frame: {1000 * work / frames:.1f} ms of work, {1000 * clock / frames:.1f} on the clock"
    )


if __name__ == "__main__":
    main()
