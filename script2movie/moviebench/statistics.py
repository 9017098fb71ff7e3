"""How much there is of MovieBench in a folder: films, scenes, shots, words and seconds a level.

The same quantities as the paper's: words of a shot are those of all its texts; a film's and a
scene's seconds are the sums of their shots', since the clips leave out much of each film. An
annotation that cannot be read counts as a shot without words and is named.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from script2movie.annotations import keys
from script2movie.annotations.shots import Annotation
from script2movie.errors import DatasetError
from script2movie.moviebench.dataset import Dataset, Film

__all__ = ["PAPER", "Level", "Statistics", "measure"]

PAPER: Mapping[str, float] = {
    "words of a synopsis": 1542,
    "minutes of a film": 45.6,
    "seconds of a scene": 15.4,
    "seconds of a shot": 4.09,
    "words of a shot": 66.3,
}
"""The averages that the paper gives of the whole data set."""

_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")


@dataclass(frozen=True)
class Level:
    """One quantity: every value of it, in no order that means anything."""

    name: str
    unit: str
    values: tuple[float, ...]

    @property
    def mean(self) -> float | None:
        return float(np.mean(self.values)) if self.values else None

    def as_json(self) -> dict[str, object]:
        mean = self.mean
        spread = np.percentile(self.values, (0, 50, 100)).tolist() if self.values else None
        return {
            "n": len(self.values),
            "mean": mean,
            "smallest, median, largest": spread,
            "paper": PAPER.get(self.name),
        }


@dataclass(frozen=True)
class FilmSize:
    """One film in numbers; None is what was not downloaded."""

    name: str
    side: str  # 'Train', 'Test' or ''
    num_shots: int
    num_scenes: int | None
    minutes: float
    num_people: int
    synopsis_words: int | None


@dataclass(frozen=True)
class Statistics:
    """All of it; `missing` and `unreadable` say what it does not cover."""

    films: tuple[FilmSize, ...]
    levels: tuple[Level, ...]
    missing: tuple[str, ...]
    unreadable: tuple[str, ...]

    def as_json(self) -> dict[str, object]:
        return {
            "films": [asdict(film) for film in self.films],
            "levels": {level.name: level.as_json() for level in self.levels},
            "missing": list(self.missing),
            "unreadable": list(self.unreadable),
        }


def measure(
    dataset: Dataset, films: Sequence[Film], progress: Callable[[str, int, int], None]
) -> Statistics:
    """Reads every annotation of these films once. Raises DatasetError for a broken table."""
    scenes = dataset.scenes if dataset.part(keys.SCENES) else None
    synopses = dataset.synopses if dataset.part(keys.SYNOPSES) else {}
    sides = dataset.split if dataset.part(keys.SPLIT) else {}
    sizes: list[FilmSize] = []
    unreadable: list[str] = []
    values: dict[str, list[float]] = {
        name: [] for name in (*PAPER, "scenes of a film", "shots of a scene", "people of a shot")
    }
    for number, film in enumerate(films):
        progress("stats", number, len(films))
        seconds = {shot.name: max(0.0, shot.span.seconds) for shot in film.shots}
        for shot in film.shots:
            try:
                annotation = film.annotation(shot)
            except DatasetError as error:
                unreadable.append(str(error))
                continue
            values["words of a shot"].append(_words(annotation))
            values["people of a shot"].append(len(annotation.names))
        values["seconds of a shot"] += seconds.values()
        told = scenes.get(film.name) if scenes is not None else None
        for scene in told or ():
            there = [seconds[name] for name in scene.shots if name in seconds]
            if there:
                values["seconds of a scene"].append(sum(there))
                values["shots of a scene"].append(len(there))
        if told:
            values["scenes of a film"].append(len(told))
        if seconds:
            values["minutes of a film"].append(sum(seconds.values()) / 60)
        synopsis = synopses.get(film.name)
        words = len(_WORD.findall(synopsis)) if synopsis is not None else None
        if words is not None:
            values["words of a synopsis"].append(words)
        sizes.append(
            FilmSize(
                film.name,
                next((side for side, names in sides.items() if film.name in names), ""),
                len(seconds),
                len(told) if told is not None else None,
                sum(seconds.values()) / 60,
                len({one.name for one in (*film.bank, *film.scoring_bank)}),
                words,
            )
        )
    progress("stats", len(films), len(films))
    levels = tuple(Level(name, name.split()[0], tuple(found)) for name, found in values.items())
    return Statistics(tuple(sizes), levels, dataset.missing(), tuple(unreadable))


def _words(annotation: Annotation) -> int:
    texts = (
        *(text for pair in annotation.characters for text in pair),
        *annotation.style_elements,
        annotation.plot,
        annotation.background,
        annotation.camera_motion,
    )
    return sum(len(_WORD.findall(text)) for text in texts)
