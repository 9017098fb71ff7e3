"""Shots into rows: every measure over every shot, summed before any ratio, with counts.

    1  a shot's features, an artefact each
    2  rows over all films that the column's protocol covers
    3  the same by film, scene and character

Knows measures by their protocol only. What cannot be read is counted and listed, never passed over.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from script2movie.annotations import keys
from script2movie.annotations.shots import ShotId
from script2movie.errors import DatasetError
from script2movie.moviebench.choosing import Lacking
from script2movie.moviebench.dataset import Film
from script2movie.moviebench.frames import ClipFault
from script2movie.moviebench.layout import Kind, Predictions
from script2movie.moviebench.measures import Artefacts, Measure, Scope, Shown
from script2movie.moviebench.measures.identity import Identity, Seen, named
from script2movie.moviebench.rows import Row, Sums, load_sums, row_of, strict_rows
from script2movie.names import same_name
from script2movie.report.scoring import IdentityCounts, count_identities

__all__ = ["Score", "SeenShot", "gather", "score"]

NUM_WORKERS = 2  # of faces: one reads and detects while the other recognises


@dataclass(frozen=True)
class SeenShot:
    """A shot as its faces were seen: by the paper's protocol and the first recogniser there is."""

    shown: Shown
    truth: frozenset[str]
    seen: Seen

    @property
    def counts(self) -> IdentityCounts:
        return count_identities(self.truth, self.seen.names)


@dataclass(frozen=True)
class Score:
    """All that was measured of one run."""

    name: str
    kind: Kind
    rows: tuple[Row, ...]
    lacking: tuple[Lacking, ...]
    num_shots: int  # annotated, of the films scored
    num_found: int
    faults: tuple[str, ...]  # files that cannot be read, by measure
    remarks: tuple[str, ...]
    seen: tuple[SeenShot, ...]
    recogniser: str  # whose eyes `seen` and `people` are
    people: Mapping[tuple[str, str], IdentityCounts]  # by film and character


def gather(
    films: Sequence[Film],
    predictions: Predictions,
    lines: Mapping[ShotId, str] | None = None,
) -> tuple[list[Shown], list[str]]:
    """Every predicted shot with all that is true of it, in the films' order; and what is amiss.

    `lines` are the words of shots by subtitles: with them, a shot that has none is without words.
    """
    shots: list[Shown] = []
    faults: list[str] = []
    for film in films:
        for shot in film.shots:
            if (path := predictions.files.get(shot)) is None:
                continue
            try:
                annotation = film.annotation(shot)
            except DatasetError as error:
                faults.append(str(error))
                continue
            line = None if lines is None else lines.get(shot, "")
            shots.append(Shown(shot, annotation, path, predictions.kind, film.clip(shot), line))
    return shots, faults


def score(
    name: str,
    films: Sequence[Film],
    predictions: Predictions,
    measures: Sequence[Measure],
    lacking: Sequence[Lacking],
    cache: Artefacts,
    progress: Callable[[str, int, int], None],
    *,
    seed: int = 0,
    lines: Mapping[ShotId, str] | None = None,
) -> Score:
    """Measures and sums. Raises DatasetError for a broken table of scenes."""
    shots, faults = gather(films, predictions, lines)
    scenes = _scenes(films)
    rows: list[Row] = []
    seen: list[SeenShot] = []
    protocol = recogniser = ""
    remarks = [*predictions.remarks, *_unknown_names(films, shots)]
    total, done = len(measures) * len(shots), 0
    order = [film.name for film in films]
    for measure in measures:
        mine = _in_scope(shots, order, measure.columns[0].scope)
        found: list[tuple[Shown, Path]] = []

        def look(shown: Shown, measure: Measure = measure) -> Path | str | None:
            return _artefact(measure, shown, cache)

        workers = NUM_WORKERS if isinstance(measure, Identity) else 1
        with ThreadPoolExecutor(workers, "score") as pool:
            for shown, result in zip(mine, pool.map(look, mine), strict=True):
                done += 1
                progress("score", done, total)
                if isinstance(result, Path):
                    found.append((shown, result))
                elif result:
                    faults.append(result)
        parts, looks = _sums(measure, found)
        if isinstance(measure, Identity):
            for film in {shown.shot.film for shown in mine}:
                remarks += measure.faces(film).remarks
            if not seen or (protocol, measure.columns[0].protocol) == ("released", "paper"):
                seen, protocol = looks, measure.columns[0].protocol
                recogniser = measure.columns[0].encoder
        rows += [
            row_of(measure, column, found, parts, scenes, seed=seed) for column in measure.columns
        ]
        if isinstance(measure, Identity):
            rows += strict_rows(measure, films, found, parts, scenes, seed=seed)
        done += len(shots) - len(mine)
    num_shots = sum(len(film.shots) for film in films)
    return Score(
        name,
        predictions.kind,
        tuple(rows),
        tuple(lacking),
        num_shots,
        len(predictions.files),
        tuple(dict.fromkeys(faults)),
        tuple(dict.fromkeys(remarks)),
        tuple(seen),
        recogniser,
        _people(seen),
    )


# --- looking at shots -------------------------------------------------------------------------


def _artefact(measure: Measure, shown: Shown, cache: Artefacts) -> Path | str | None:
    """Where a shot's features are; a sentence for a file that cannot be read; None for no data."""
    key = (measure.fingerprint, *measure.key(shown))
    nothing = False

    def write_seen(path: Path) -> None:
        assert isinstance(measure, Identity)
        measure.seen(shown).write(path)

    def write(path: Path) -> None:
        features = measure.features(shown)
        with path.open("wb") as file:
            arrays: Mapping[str, Any] = features or {"nothing": np.zeros(0)}
            np.savez(file, **arrays)

    try:
        if isinstance(measure, Identity):
            return cache.make("seen", ".json", key, write_seen)
        made = cache.make("features", ".npz", key, write)
        with np.load(made) as told:
            nothing = "nothing" in told
    except ClipFault as error:
        return f"{measure.columns[0].name}: {error}"
    return None if nothing else made


def _sums(
    measure: Measure, found: Sequence[tuple[Shown, Path]]
) -> tuple[dict[str, Sums], list[SeenShot]]:
    """Each shot's sums, of a measure that has any; and what was seen of faces."""
    if isinstance(measure, Identity):
        sums, looks = dict[str, Sums](), list[SeenShot]()
        for shown, path in found:
            seen = Seen.read(path)
            counts = measure.counts(shown, seen)
            sums[shown.shot.name] = np.array(
                [counts.true_positives, counts.false_positives, counts.false_negatives], float
            )
            bank = [one.name for one in measure.bank(shown)]
            looks.append(SeenShot(shown, named(shown.annotation.names, bank), seen))
        return sums, looks
    if not getattr(measure, "additive", False):
        return {}, []
    return {shown.shot.name: load_sums(path)["sums"] for shown, path in found}, []


def _in_scope(shots: Sequence[Shown], films: Sequence[str], scope: Scope) -> list[Shown]:
    """The shots of the films a script covers: all, its first, or those it prints last."""
    if scope == "all":
        return list(shots)
    there = [film for film in sorted(films) if any(one.shot.film == film for one in shots)]
    wanted = there[0 if scope == "first" else -1] if there else ""
    return [shown for shown in shots if shown.shot.film == wanted]


def _scenes(films: Sequence[Film]) -> dict[str, str]:
    """The scene of each shot, where scenes are there: 'film, scene 3'."""
    if not films or films[0].dataset.part(keys.SCENES) is None:
        return {}
    return {
        shot: f"{film.name}, scene {scene.number}"
        for film in films
        for scene in film.scenes
        for shot in scene.shots
    }


def _unknown_names(films: Sequence[Film], shots: Sequence[Shown]) -> list[str]:
    """Names of the ground truth that no photo stands for: they can only be missed."""
    banks = {film.name: {same_name(one.name) for one in film.scoring_bank} for film in films}
    lacking = Counter(
        (shown.shot.film, name)
        for shown in shots
        for name in shown.annotation.names
        if same_name(name) not in banks[shown.shot.film]
    )
    return [
        f"{film}: '{name}' is in {count} annotations and not in {keys.SCORING_BANK}, so it counts "
        "as missed there"
        for (film, name), count in lacking.items()
    ]


def _people(seen: Sequence[SeenShot]) -> dict[tuple[str, str], IdentityCounts]:
    people: dict[tuple[str, str], IdentityCounts] = {}
    for one in seen:
        for name in one.truth | one.seen.names:
            key = (one.shown.shot.film, name)
            mine = count_identities(one.truth & {name}, one.seen.names & {name})
            people[key] = people.get(key, IdentityCounts()) + mine
    return dict(sorted(people.items()))
