"""Opening a MovieBench of full size: 91 films, 100 000 annotations. Seconds and memory.

    python benchmarks/dataset.py [--films 91] [--shots 100000]

The tree is made first (empty films' clips and banks apart: names and annotations are what counts),
then opened, listed, and read through by `moviebench check` and `stats` without pictures.
"""

import argparse
import json
import resource
import tempfile
import time
from pathlib import Path

from script2movie.annotations import keys
from script2movie.moviebench.checking import check
from script2movie.moviebench.dataset import open_dataset
from script2movie.moviebench.statistics import measure

SHOT = 4_090  # milliseconds
PAGE = {
    "Characters": {"Somebody Known": "stands at the window and " + "looks out " * 12},
    "Style Elements": ["Dim light", "Close framing", "Muted colours"],
    "Plot": "Somebody waits for news that does not come. " * 3,
    "Background Description": "A room with a window, a table and two chairs. " * 2,
    "Camera Motion": "The camera stays where it is.",
}


def clock(milliseconds: int) -> str:
    seconds, thousandths = divmod(milliseconds, 1000)
    minutes, seconds = divmod(seconds, 60)
    return f"{minutes // 60:02}.{minutes % 60:02}.{seconds:02}.{thousandths:03}"


def make(folder: Path, num_films: int, num_shots: int) -> None:
    page = json.dumps(PAGE).encode()
    films = [f"{1000 + number}_Film_{number}" for number in range(num_films)]
    (folder / keys.SPLIT).write_text(json.dumps({"Train": films[6:], "Test": films[:6]}))
    scenes: dict[str, dict[str, list[str]]] = {}
    for number, film in enumerate(films):
        place = folder / keys.ANNOTATIONS / film
        place.mkdir(parents=True)
        share = num_shots // num_films + (number < num_shots % num_films)
        names = [f"{film}_{clock(at * SHOT)}-{clock((at + 1) * SHOT)}" for at in range(share)]
        for name in names:
            (place / f"{name}.json").write_bytes(page)
        scenes[film] = {f"Sence {at // 4 + 1}: x": names[at : at + 4] for at in range(0, share, 4)}
    (folder / keys.SCENES).write_text(json.dumps(scenes))


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def quiet(stage: str, done: int, total: int) -> None:
    """Nobody watches."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--films", type=int, default=91)
    parser.add_argument("--shots", type=int, default=100_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        make(folder, options.films, options.shots)
        before, start = peak(), time.perf_counter()
        dataset = open_dataset(folder)
        films = dataset.chosen(None)
        count = sum(len(film.shots) for film in films)
        said = f"{len(films)} films, {count} shots"
        print(f"opened and listed {said}: {time.perf_counter() - start:.2f} s, ", end="")
        print(f"{peak() - before:.0f} MB more than before ({peak():.0f} MB in all)")
        start = time.perf_counter()
        read = sum(len(one.names) for film in films for one in film.annotations())
        print(f"read all of them ({read} people): {time.perf_counter() - start:.1f} s, ", end="")
        print(f"{peak():.0f} MB in all")
        for name, call in (("check", check), ("stats", measure)):
            films = open_dataset(folder).chosen(None)
            start = time.perf_counter()
            call(dataset, films, quiet)
            print(f"{name}: {time.perf_counter() - start:.1f} s, {peak():.0f} MB in all")


if __name__ == "__main__":
    main()
