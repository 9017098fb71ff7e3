"""The embedded pipeline, batch and score together: films that use everybody of real banks.

    python benchmarks/batch.py ../shared/data/moviebench RUN [--films 1004_Juno] [--size 640x360]

BANKS is a MovieBench folder with its banks and without annotations. Annotations are written for
each of its films into `RUN-dataset`: everybody alone, close and from further away, neighbours in
twos, every third with a third person; a second each. They are rendered with `batch` into RUN and
scored with `score` by both protocols, as a user would. Run again, it goes on.
"""

import argparse
import itertools
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from script2movie.annotations import keys
from script2movie.cli import main as typed
from script2movie.moviebench.dataset import Film, open_dataset

SIZES = ("A close-up", "A medium shot", "A wide shot")
PLACES = (
    "The living room is bright, with a sofa and a lamp.",
    "A street at night, wet from the rain.",
    "A kitchen with a table by the window.",
    "The park lies quiet in the evening.",
)


def set_ups(names: Sequence[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """How near the camera is, and who is seen."""
    for number, name in enumerate(names):
        yield SIZES[number % 3], (name,)
        yield SIZES[(number + 1) % 3], (name,)
    ring = [*names, *names]
    for number, name in enumerate(names):
        count = 3 if number % 3 == 2 else 2
        yield SIZES[1], (name, *ring[number + 1 : number + count])


def annotate(film: Film, folder: Path) -> None:
    """Writes an annotation a shot."""
    names = [person.name for person in film.scoring_bank]
    folder.mkdir(parents=True, exist_ok=True)
    places = itertools.cycle([place for place in PLACES for _ in range(4)])
    for number, ((size, people), place) in enumerate(zip(set_ups(names), places, strict=False)):
        told = {
            keys.CHARACTERS: {name: f"{name} stands there." for name in people},
            keys.STYLE: ["Natural light", "Plain", "Calm"],
            keys.PLOT: f"{' and '.join(people)} wait.",
            keys.BACKGROUND: place,
            keys.CAMERA: f"{size}; the camera is static.",
        }
        start, end = (f"00.{at // 60:02}.{at % 60:02}.000" for at in (number, number + 1))
        path = folder / f"{film.name}_{start}-{end}.json"
        path.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("banks", type=Path)
    parser.add_argument("run", type=Path)
    parser.add_argument("--films", nargs="+", default=[])
    parser.add_argument("--size", default="640x360")
    parser.add_argument("--fps", default="6")
    options = parser.parse_args()
    banks = open_dataset(options.banks)
    dataset = options.run.with_name(f"{options.run.name}-dataset")
    dataset.mkdir(parents=True, exist_ok=True)
    for part in (keys.SCORING_BANK, keys.BANK):
        found = banks.part(part)
        if found is not None and not (dataset / part).exists():
            (dataset / part).symlink_to(found.resolve())
    films = options.films or [one.name for one in banks.chosen(None) if one.scoring_bank]
    for name in films:
        annotate(banks.film(name), dataset / keys.ANNOTATIONS / name)
    where = ["--dataset", str(dataset), "--films", *films]
    made = typed(
        ["batch", *where, "--out", str(options.run), "--size", options.size, "--fps", options.fps]
    )
    metrics = ["--metrics", "identity", "smoothness", "dynamic"]
    scored = typed(["score", str(options.run), *where, *metrics])
    raise SystemExit(max(made, scored))


if __name__ == "__main__":
    main()
