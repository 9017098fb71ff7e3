"""Takes: a shot is made again with another seed until everyone planned is there and nobody else.

The eyes are the report's: its detector, dlib's recogniser and its gallery of portraits; the report
counts what was chosen by a second recogniser too, which is never asked here. A take is an artefact
named after its own seed, and what was seen in it another, so that a second run makes and looks at
nothing again; the first take is the one that a run without takes would make. Taking stops at the
first take without a fault, or after as many as the user allows; the best is kept. Knows no stage:
a keyframe and a filmed shot are both something to look at.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from script2movie.cache import digest
from script2movie.movie import Character, Shot
from script2movie.pipeline.run import Run
from script2movie.report import looking
from script2movie.report.findings import Tried, planned

__all__ = ["Chosen", "Judge", "best_take", "take_seed"]

Frames = Callable[[], Sequence[NDArray[np.uint8]]]


@dataclass(frozen=True)
class Chosen:
    """The kept take, its seed, and all takes in the order in which they were made."""

    path: Path
    seed: int
    tried: tuple[Tried, ...]

    @property
    def num_faults(self) -> int:
        """Of the best take; 0 where nobody looked. Motion mends no face: it keeps what is there."""
        return min((one.num_faults for one in self.tried), default=0)


class Judge:
    """Looks at takes with the portraits of the film's people in mind."""

    def __init__(self, people: Sequence[Character], run: Run) -> None:
        self._people, self._run = people, run

    @cached_property
    def _looker(self) -> looking.Looker:
        return looking.Looker(self._people)

    @cached_property
    def _gallery(self) -> str:
        """Names the portraits, whose files would be read again for every take otherwise."""
        return digest([(one.name, [p.path for p in one.portraits]) for one in self._people])

    def judged(self, stage: str, shot: Shot, path: Path, seed: int, frames: Frames) -> Tried:
        """What is seen in the artefact `path`; `frames` gives its pictures (H, W, 3)."""

        def write(verdict: Path) -> None:
            self._looker.look_at(list(frames())).write(verdict)

        key = (looking.FINGERPRINT, self._gallery, path.name)
        look = looking.Look.read(self._run.make("judge", ".json", key, write))
        wanted, seen = planned(shot.characters), look.seen
        strangers = max((sum(not one.character for one in f) for f in look.frames), default=0)
        near = [one.distance for f in look.frames for one in f if one.character in wanted]
        return Tried(
            stage,
            seed,
            tuple(sorted(seen)),
            tuple(sorted(wanted - seen)),
            tuple(sorted(seen - wanted)),
            strangers,
            round(float(np.mean(near)), 4) if near else 0.0,
        )


def best_take(
    make: Callable[[int], Path],
    judge: Callable[[Path, int], Tried],
    seed: int,
    most: int,
    *,
    good_enough: int = 0,
) -> Chosen:
    """Makes takes until one has at most `good_enough` faults, or `most` are made.

    With one take allowed nothing is looked at: there is nothing to choose.
    """
    if most == 1:
        return Chosen(make(seed), seed, ())
    takes: list[tuple[Path, Tried]] = []
    for number in range(most):
        this = take_seed(seed, number)
        path = make(this)
        takes.append((path, judge(path, this)))
        if takes[-1][1].num_faults <= good_enough:
            break

    def rank(number: int) -> tuple[float, ...]:
        one = takes[number][1]
        # Of two that miss the same people, a face unlike theirs is nearer to them than no face.
        return (one.num_faults, len(one.missed), -one.strangers, one.distance, number)

    best = min(range(len(takes)), key=rank)
    tried = tuple(
        replace(verdict, chosen=number == best) for number, (_, verdict) in enumerate(takes)
    )
    return Chosen(takes[best][0], takes[best][1].seed, tried)


def take_seed(seed: int, number: int) -> int:
    """The seed of take `number`; the first is the shot's own."""
    return seed if number == 0 else int(digest(seed, "take", number)[:8], 16)
