"""What scoring identity costs beside the bare detector and recogniser on the same frames.

    python benchmarks/score.py [--shots 24] [--seconds 4] [--size 1280x720]

A MovieBench of one film is written, and a clip of two of the default cast for each of its shots.
They are scored as `script2movie score` does at the paper's five frames a shot: clips opened and
decoded, faces found and recognised, strips and boxes kept. Then, in the same run, detection and
embedding alone of those same frames, already in memory, on as many threads. Models are loaded
before either. Prints the ratio, minutes an hour of film, and memory.
"""

import argparse
import json
import resource
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from dataset import clock
from numpy.typing import NDArray
from PIL import Image

import script2movie
from script2movie.annotations import keys
from script2movie.cache import Cache
from script2movie.media.clips import encode
from script2movie.media.nv12 import from_rgb
from script2movie.moviebench.dataset import Film, open_dataset
from script2movie.moviebench.frames import open_clip, read_clip
from script2movie.moviebench.layout import clip_path, find_predictions
from script2movie.moviebench.measures.identity import NUM_FRAMES, Identity
from script2movie.moviebench.scoring import NUM_WORKERS, score
from script2movie.perception.faces import FaceDetector
from script2movie.perception.identity import FaceRecogniser
from script2movie.perception.sightings import SMALLEST_FACE
from script2movie.report.scoring import frame_numbers

CAST = Path(script2movie.__file__).parent / "assets/cast"
PEOPLE = ("amber", "hana", "viktor", "walter", "wei")
FILM = "9001_Benchmark"
FPS = 24
Picture = NDArray[np.uint8]


def make_dataset(folder: Path, num_shots: int, milliseconds: int) -> Film:
    """A film of shots with two people each, and its scoring bank."""
    annotations, bank = folder / keys.ANNOTATIONS / FILM, folder / keys.SCORING_BANK / FILM
    for place in (annotations, bank):
        place.mkdir(parents=True)
    for name in PEOPLE:
        (bank / f"{name}.webp").symlink_to(CAST / name / "portrait.webp")
    for number in range(num_shots):
        people = PEOPLE[number % 5], PEOPLE[(number + 2) % 5]
        told = {keys.CHARACTERS: dict.fromkeys(people, "stands there"), keys.PLOT: "They wait."}
        start, end = (clock(at * milliseconds) for at in (number, number + 1))
        (annotations / f"{FILM}_{start}-{end}.json").write_text(json.dumps(told))
    return open_dataset(folder).film(FILM)


def frames(people: Sequence[str], width: int, height: int, count: int) -> Iterator[Picture]:
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
    for number in range(count):
        moved = np.roll(still, number, axis=1) + grain[:, number % 64 :][:, :width]
        yield from_rgb(moved.clip(0, 255).astype(np.uint8))


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shots", type=int, default=24)
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--size", default="1280x720")
    options = parser.parse_args()
    width, height = map(int, options.size.split("x"))
    with tempfile.TemporaryDirectory() as scratch:
        # 1. A data set, and a run as `batch` leaves one
        folder, run = Path(scratch) / "dataset", Path(scratch) / "run"
        film = make_dataset(folder, options.shots, round(options.seconds * 1000))
        (run / FILM).mkdir(parents=True)
        for shot in film.shots:
            people = sorted(film.annotation(shot).names)
            made = frames(people, width, height, round(options.seconds * FPS))
            encode(made, clip_path(run, shot), width=width, height=height, fps=FPS)
        predictions = find_predictions(run, [film])
        # 2. Models loaded, and the film's gallery
        identity = Identity("paper", [film])
        detector, recogniser = FaceDetector(), FaceRecogniser()

        def bare(rgb: Picture) -> int:
            found = detector.detect(rgb, min_face=height * SMALLEST_FACE)
            return len([recogniser.embed(rgb, face) for face in found])

        first = next(read_clip(predictions.files[film.shots[0]]))
        identity.faces(FILM).sightings(first)
        bare(first)
        before = peak()
        # 3. The scorer, from files to rows
        start = time.perf_counter()
        told = score(
            "benchmark",
            [film],
            predictions,
            [identity],
            [],
            Cache(Path(scratch) / "cache"),
            lambda stage, done, total: None,
        )
        scored = time.perf_counter() - start
        grown = peak() - before
        # 4. Detector and recogniser alone on the same frames, in memory
        pictures = [
            picture
            for path in predictions.files.values()
            for picture in read_clip(path, frame_numbers(open_clip(path).num_frames, NUM_FRAMES))
        ]
        start = time.perf_counter()
        with ThreadPoolExecutor(NUM_WORKERS) as pool:
            num_faces = sum(pool.map(bare, pictures))
        alone = time.perf_counter() - start
    named = sum(len(frame) for one in told.seen for frame in one.seen.frames)
    hours = options.shots * options.seconds / 3600
    print(f"{options.shots} shots of {options.seconds:g} s at {options.size}, ", end="")
    print(f"{len(pictures)} frames, faces: {num_faces} bare, {named} scored")
    for row in told.rows:
        print(f"{row.column.name}: {row.value:.1f} %")
    print(f"bare detector and recogniser: {alone:.1f} s; scored: {scored:.1f} s")
    print(f"ratio {scored / alone:.2f} (wanted: at most 1.3)")
    print(f"minutes an hour of film: {scored / 60 / hours:.1f}")
    print(f"memory: {before:.0f} MB before, {grown:.0f} MB more while scoring")


if __name__ == "__main__":
    main()
