"""What scoring identity costs beside the bare detector and recogniser on the same frames.

    python benchmarks/score.py [--shots 24] [--seconds 4] [--size 1280x720]

Shots of two people are made from the default cast at 720p, then scored as `script2movie score`
does at the paper's five frames a shot: clips opened and decoded, faces found and recognised,
strips and boxes kept. Beside it, in one run: detection and embedding alone of those same frames,
already in memory, on as many threads. Prints the ratio, minutes an hour of film, and peak memory.
"""

import argparse
import resource
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

import script2movie
from script2movie.annotations import Annotation, ShotId, Span
from script2movie.cache import Cache
from script2movie.media.clips import encode
from script2movie.media.nv12 import from_rgb
from script2movie.moviebench.dataset import BankPerson
from script2movie.moviebench.frames import open_clip, read_clip
from script2movie.moviebench.layout import Predictions
from script2movie.moviebench.measures.identity import NUM_FRAMES, Identity
from script2movie.moviebench.scoring import NUM_WORKERS, score
from script2movie.perception.sightings import SMALLEST_FACE
from script2movie.report.scoring import frame_numbers

CAST = Path(script2movie.__file__).parent / "assets/cast"
PEOPLE = ("amber", "hana", "viktor", "walter", "wei")
FILM = "9001_Benchmark"
FPS = 24
Picture = NDArray[np.uint8]


class BenchmarkFilm:
    """A film whose shots are made on the spot."""

    name = FILM

    def __init__(self, shots: list[ShotId], cast: dict[ShotId, tuple[str, ...]]) -> None:
        self.shots, self._cast = tuple(shots), cast
        self.scoring_bank = tuple(
            BankPerson(name, (CAST / name / "portrait.webp",)) for name in PEOPLE
        )
        self.dataset = self

    def part(self, name: str) -> None:
        """No scenes."""

    def clip(self, shot: ShotId) -> None:
        """No clips of its own."""

    def annotation(self, shot: ShotId) -> Annotation:
        return Annotation(shot, tuple((one, "") for one in self._cast[shot]), (), "x", "", "")


def frames(people: tuple[str, ...], width: int, height: int, count: int) -> list[Picture]:
    """NV12 frames of people before a wall that drift to the right, with grain."""
    grain = np.random.default_rng(0).integers(-8, 9, (height, width + 64, 1))
    wall = Image.new("RGBA", (width, height), (130, 138, 140, 255))
    for place, name in enumerate(people):
        with Image.open(CAST / name / "portrait.webp") as picture:
            tall = round(height * 0.8)
            person = picture.convert("RGBA").resize((picture.width * tall // picture.height, tall))
        x = round((place + 0.5) / len(people) * width - person.width / 2)
        wall.alpha_composite(person, (max(0, x), height - tall))
    still = np.asarray(wall.convert("RGB"), np.int16)
    return [
        from_rgb(
            (np.roll(still, number, axis=1) + grain[:, number % 64 :][:, :width])
            .clip(0, 255)
            .astype(np.uint8)
        )
        for number in range(count)
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shots", type=int, default=24)
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--size", default="1280x720")
    options = parser.parse_args()
    width, height = map(int, options.size.split("x"))
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        shots, cast, files = [], {}, {}
        for number in range(options.shots):
            start = round(number * options.seconds * 1000)
            span = Span(start, start + round(options.seconds * 1000))
            shot = ShotId(span, f"{FILM}_{number:04}", FILM)
            people = (PEOPLE[number % 5], PEOPLE[(number + 2) % 5])
            shots.append(shot)
            cast[shot], files[shot] = people, folder / f"{number:04}.mp4"
            made = frames(people, width, height, round(options.seconds * FPS))
            encode(iter(made), files[shot], width=width, height=height, fps=FPS)
            del made
        film = BenchmarkFilm(shots, cast)
        identity = Identity("paper", [film])
        faces = identity.faces(FILM)  # the gallery, and the models loaded
        pictures = []
        for shot in shots:
            numbers = frame_numbers(open_clip(files[shot]).num_frames, NUM_FRAMES)
            pictures += list(read_clip(files[shot], numbers))
        faces.sightings(pictures[0])

        # 1. Bare: detector and recogniser on frames in memory
        def embedded(rgb: Picture) -> int:
            found = faces._detector.detect(rgb, min_face=height * SMALLEST_FACE)
            return len([faces._recogniser.embed(rgb, face) for face in found])

        start = time.perf_counter()
        with ThreadPoolExecutor(NUM_WORKERS) as pool:
            num_faces = sum(pool.map(embedded, pictures))
        bare = time.perf_counter() - start
        num_frames = len(pictures)
        del pictures
        # 2. The scorer, from files to rows
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        start = time.perf_counter()
        told = score(
            "benchmark",
            [film],
            Predictions(folder, "clips", files, ()),
            [identity],
            [],
            Cache(folder / "cache"),
            lambda stage, done, total: None,
        )
        scored = time.perf_counter() - start
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    (f1,) = (row.value for row in told.rows if "F1" in row.column.name)
    film_hours = options.shots * options.seconds / 3600
    print(f"{options.shots} shots of {options.seconds:g} s at {options.size}, ", end="")
    print(f"{num_frames} frames, {num_faces} faces, identity F1 {f1:.1f} %")
    print(f"bare detector and recogniser: {bare:.1f} s; scored: {scored:.1f} s")
    print(f"ratio {scored / bare:.2f} (wanted: at most 1.3)")
    print(f"minutes an hour of film: {scored / 60 / film_hours:.1f}")
    print(f"memory: {before / 1024:.0f} MB before, {grown / 1024:.0f} MB more while scoring")


if __name__ == "__main__":
    main()
