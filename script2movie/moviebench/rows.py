"""Rows: what shots add up to, by column, and by film and scene.

Sums before ratios. Knows measures by their protocol only, and no file but a shot's features.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from script2movie.errors import DatasetError
from script2movie.moviebench.dataset import Film
from script2movie.moviebench.measures import Column, Features, Measure, Shown
from script2movie.moviebench.measures.identity import Identity, named
from script2movie.moviebench.metrics.bootstrap import NUM_GROUPS, interval, jackknife_interval

__all__ = ["Row", "Sums", "load_sums", "row_of", "strict_rows"]

Sums = NDArray[np.float64]
STRICT = ", missing shots missed"


@dataclass(frozen=True)
class Row:
    """One number of a column: its shots, its interval, its films, and the shots' sums."""

    column: Column
    value: float | None
    spread: float | None  # over ten splits, of an Inception score
    between: tuple[float, float] | None  # 95 % over shots
    num_shots: int
    films: tuple[str, ...]
    by_film: Mapping[str, float | None]
    by_scene: Mapping[str, float | None]
    shots: Mapping[str, Sums]  # by shot; empty for a pooled measure


def load_sums(path: Path) -> dict[str, Sums]:
    """A shot's features by name."""
    with np.load(path) as told:
        return {name: told[name] for name in told.files}


def row_of(
    measure: Measure,
    column: Column,
    found: Sequence[tuple[Shown, Path]],
    sums: Mapping[str, Sums],
    scenes: Mapping[str, str],
    *,
    seed: int,
) -> Row:
    """What a column says of the shots `found`; `sums` are theirs, of a measure that adds up."""
    value, spread = _value(measure, column, found, sums)
    between = None
    if sums and column.ratio is not None:
        between = interval(np.stack(list(sums.values())), column.ratio, seed=seed)
    elif value is not None and column.ratio is None:
        between = _between(measure, column, found, value, seed=seed)
    films = tuple(dict.fromkeys(shown.shot.film for shown, _ in found))

    def by(group_of: Callable[[Shown], str | None]) -> dict[str, float | None]:
        groups: dict[str, list[tuple[Shown, Path]]] = {}
        for shown, path in found:
            if (group := group_of(shown)) is not None:
                groups.setdefault(group, []).append((shown, path))
        return {
            group: _value(measure, column, members, sums)[0] for group, members in groups.items()
        }

    by_scene = by(lambda shown: scenes.get(shown.shot.name)) if sums else {}
    return Row(
        column,
        value,
        spread,
        between,
        len(found),
        films,
        by(lambda shown: shown.shot.film),
        by_scene,
        sums,
    )


def strict_rows(
    measure: Identity,
    films: Sequence[Film],
    found: Sequence[tuple[Shown, Path]],
    sums: Mapping[str, Sums],
    scenes: Mapping[str, str],
    *,
    seed: int,
) -> list[Row]:
    """Recall and F1 where a shot without a readable prediction has missed all of its people.

    The paper's text says of such shots nothing; the rows without this leave them out. None where
    every shot is there, and none of a script's protocol, which sees files alone.
    """
    if measure.columns[0].protocol != "paper":
        return []
    lost: dict[str, Sums] = {}
    where: list[tuple[str, str]] = [(shown.shot.film, shown.shot.name) for shown, _ in found]
    for film in films:
        for shot in film.shots:
            if shot.name in sums:
                continue
            try:
                names = film.annotation(shot).names
            except DatasetError:
                continue  # who should be in it nobody knows; the file is listed already
            people = named(names, [one.name for one in film.scoring_bank])
            lost[shot.name] = np.array([0, 0, len(people)], float)
            where.append((film.name, shot.name))
    if not lost:
        return []
    whole = {**sums, **lost}

    def by(group_of: Callable[[str, str], str | None]) -> dict[str, list[str]]:
        groups: dict[str, list[str]] = {}
        for film, shot in where:
            if (group := group_of(film, shot)) is not None:
                groups.setdefault(group, []).append(shot)
        return groups

    rows = []
    for column in measure.columns[1:]:  # precision is the same

        def ratio(shots: Iterable[str], column: Column = column) -> float | None:
            assert column.ratio is not None
            total = np.sum([whole[shot] for shot in shots], axis=0, keepdims=True)
            value = float(column.ratio(total)[0])
            return value if np.isfinite(value) else None

        assert column.ratio is not None
        rows.append(
            Row(
                replace(column, name=column.name + STRICT),
                ratio(whole),
                None,
                interval(np.stack(list(whole.values())), column.ratio, seed=seed),
                len(whole),
                tuple(dict.fromkeys(film for film, _ in where)),
                {film: ratio(shots) for film, shots in by(lambda film, _: film).items()},
                {
                    scene: ratio(shots)
                    for scene, shots in by(lambda _, shot: scenes.get(shot)).items()
                },
                whole,
            )
        )
    return rows


def _between(
    measure: Measure,
    column: Column,
    found: Sequence[tuple[Shown, Path]],
    value: float,
    *,
    seed: int,
) -> tuple[float, float] | None:
    """The interval of a pooled measure: the shots are dealt to groups, each left out in turn."""
    group_of = np.random.default_rng(seed).permutation(len(found)) % NUM_GROUPS
    without = []
    for group in range(min(NUM_GROUPS, len(found))):
        rest = [one for one, its in zip(found, group_of, strict=True) if its != group]
        left = _value(measure, column, rest, {})[0] if rest else None
        if left is None:
            return None
        without.append(left)
    return jackknife_interval(value, without)


def _value(
    measure: Measure,
    column: Column,
    found: Sequence[tuple[Shown, Path]],
    sums: Mapping[str, Sums],
) -> tuple[float | None, float | None]:
    if column.ratio is not None:
        if not found:
            return None, None
        total = np.sum([sums[shown.shot.name] for shown, _ in found], axis=0, keepdims=True)
        value = float(column.ratio(total)[0])
        return (value if np.isfinite(value) else None), None

    def parts() -> Iterator[Features]:
        return (load_sums(path) for _, path in found)

    pool: Callable[[Callable[[], Iterable[Features]]], tuple[float | None, float | None]]
    pool = measure.pool  # type: ignore[attr-defined]
    return pool(parts)
