"""Table 4's question: how well does somebody name the characters of each shot?

Somebody is anything that writes annotations in MovieBench's own form, `<movie>/<shot id>.json`
with a "Characters" object: a vision-language model, a planner, a person.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from script2movie.annotations.shots import read_annotation
from script2movie.errors import DatasetError
from script2movie.moviebench.dataset import Film
from script2movie.moviebench.metrics.bootstrap import interval
from script2movie.names import one_key, same_name
from script2movie.report.scoring import IdentityCounts, count_identities

__all__ = ["NamedShots", "f1_between", "name_shots"]


@dataclass(frozen=True)
class NamedShots:
    """Counts by shot's name; shots nobody annotated count as missed, and how many those are."""

    shots: Mapping[str, IdentityCounts]
    num_missing: int
    faults: tuple[str, ...]

    @property
    def total(self) -> IdentityCounts:
        return sum(self.shots.values(), IdentityCounts())


def name_shots(run: Path, films: Sequence[Film]) -> NamedShots:
    """`run` against the films' annotations: the set of names of each shot, summed over shots.

    Raises DatasetError where `run` holds no annotation of them.
    """
    try:
        folders = {one_key(path.name): path for path in run.iterdir() if path.is_dir()}
    except OSError as error:
        raise DatasetError(f"{run} cannot be read: {error.strerror}") from None
    counts: dict[str, IdentityCounts] = {}
    faults: list[str] = []
    num_missing = num_read = 0
    for film in films:
        folder = folders.get(film.name)
        listed = {one_key(path.stem): path for path in folder.glob("*.json")} if folder else {}
        for shot in film.shots:
            try:
                truth = frozenset(map(same_name, film.annotation(shot).names))
            except DatasetError as error:
                faults.append(str(error))
                continue
            named = frozenset[str]()
            path = listed.get(shot.name)
            if path is None:
                num_missing += 1
            else:
                try:
                    named = frozenset(map(same_name, read_annotation(path, shot).names))
                    num_read += 1
                except DatasetError as error:
                    faults.append(str(error))
            counts[shot.name] = count_identities(truth, named)
    if not num_read:
        raise DatasetError(
            f"{run} holds no annotation of these films: <movie>/<shot id>.json, "
            f"{json.dumps({'Characters': {'Name': '...'}, 'Plot': '...'})}"
        )
    return NamedShots(counts, num_missing, tuple(faults))


def f1_between(found: NamedShots, *, seed: int = 0) -> tuple[float, float] | None:
    """The 95 % interval of F1 in percent over resamples of the shots."""
    rows = [
        (one.true_positives, one.false_positives, one.false_negatives)
        for one in found.shots.values()
    ]
    return interval(
        np.array(rows, np.float64).reshape(-1, 3),
        lambda sums: 200 * sums[:, 0] / (2 * sums[:, 0] + sums[:, 1] + sums[:, 2]),
        seed=seed,
    )
