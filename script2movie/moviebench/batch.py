"""A split rendered shot for shot: every film's annotations into clips in the scorer's layout.

    1  which shots are this run's: all, or a shard of them
    2  a film's annotations, bank and lines -> its plan
    3  the keyframes that are given instead of drawn
    4  the plan shot, without what cannot be
    5  each shot's clip and keyframe where the scorer looks for them

What fails is remembered and the rest goes on. How a film is planned and shot is given: knows
neither planner nor pipeline, only what MovieBench's shots are called in a plan (`Shot.reference`).
"""

import os
import shutil
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from PIL import Image

from script2movie.annotations import AnnotatedFilm, Annotation, ShotId, Span, keys
from script2movie.annotations.film import check_span
from script2movie.errors import (
    BackendRefused,
    BankError,
    DatasetError,
    PlanError,
    ShotFailed,
    StoryError,
    writing,
)
from script2movie.media.clips import without_sound
from script2movie.movie import Character, Movie, OwnFrame, Shot
from script2movie.moviebench.casting import bank_of, cast_of
from script2movie.moviebench.dataset import Film
from script2movie.moviebench.layout import clip_path, film_folder, keyframe_path

__all__ = ["Batch", "Crew", "Failure", "Frames", "Lines", "Share", "lay", "share_of"]

JPEG_QUALITY = 95
Lines = Callable[[Film], Mapping[str, Sequence[tuple[str, str]]]]
"""Who says what in a film's shots, by the shots' names; nothing for a silent film."""
Frames = Callable[[Film, ShotId], Path]
"""The picture that stands for a shot's keyframe. Raises DatasetError where there is none."""
_OF_FILM = (DatasetError, BankError, StoryError, PlanError)  # wrong with one film, not with all


class Crew(Protocol):
    """Who plans and shoots."""

    def plan(
        self,
        told: AnnotatedFilm,
        bank: Sequence[Character],
        lines: Mapping[str, Sequence[tuple[str, str]]],
        folder: Path,
    ) -> Movie:
        """The film as a plan, also written to `folder`."""
        ...

    def shoot(
        self,
        movie: Movie,
        people: Sequence[Character],
        folder: Path,
        *,
        only: Collection[str],
        frames: Mapping[str, OwnFrame],
        cut: bool,
    ) -> None:
        """`clips/<shot>.mp4` and `storyboard/<shot>.png` in `folder`; with `cut`, `film.mp4`.

        Raises ShotFailed and BackendRefused, whose texts by shot say which could not be made.
        """
        ...


@dataclass(frozen=True)
class Share:
    """A film and those of its shots that one run makes."""

    film: Film
    shots: tuple[ShotId, ...]


@dataclass(frozen=True)
class Failure:
    """What could not be made, and why. `shot` is '' for what is the whole film's."""

    film: str
    shot: str
    why: str


def share_of(
    films: Sequence[Film], shard: tuple[int, int] = (1, 1), *, whole: bool = False
) -> tuple[Share, ...]:
    """Shard `number` of `count`: a run of neighbouring shots, over all films in their order.

    Neighbours share a scene and its people, so that a shard draws little for others' sake; shards
    differ by one shot at most. `whole` films are dealt where a film is one thing.
    """
    number, count = shard
    if whole:
        mine = films[_edge(len(films), number - 1, count) : _edge(len(films), number, count)]
        return tuple(Share(film, film.shots) for film in mine)
    shots = [(film, shot) for film in films for shot in film.shots]
    mine_of: dict[Film, list[ShotId]] = {}
    for film, shot in shots[
        _edge(len(shots), number - 1, count) : _edge(len(shots), number, count)
    ]:
        mine_of.setdefault(film, []).append(shot)
    return tuple(Share(film, tuple(mine)) for film, mine in mine_of.items())


def _edge(total: int, number: int, count: int) -> int:
    return total * number // count


@dataclass(frozen=True)
class Batch:
    """What is made of every film. `cut` makes the film too, where none of its shots failed."""

    run: Path
    crew: Crew
    lines: Lines
    frames: Frames | None = None
    cut: bool = False
    seed: int = 0
    say: Callable[[str], None] = print

    def make(self, share: Share) -> tuple[Failure, ...]:
        """Makes one film's shots and returns what failed; a failed shot has no file in the run.

        Raises:
            OutputError, SettingsError, BackendUnavailable, WeightsError: nothing can be made so.
        """
        film, failed = share.film, dict[str, str]()
        mine = {shot.name: shot for shot in share.shots}
        try:
            self._make(film, mine, failed)
        except (*_OF_FILM, ShotFailed) as error:
            failed |= {name: str(error) for name in mine if name not in failed} or {"": str(error)}
        for name in filter(None, failed):
            shot = mine.get(name) or _unannotated(film, name)
            for path in (clip_path(self.run, shot), keyframe_path(self.run, shot)):
                with writing(path):
                    path.unlink(missing_ok=True)
        told = [Failure(film.name, shot, why) for shot, why in failed.items()]
        if self.cut and any(failed):
            told.append(Failure(film.name, "", f"not cut, since {len(failed)} shots failed"))
        return tuple(told)

    def _make(self, film: Film, mine: Mapping[str, ShotId], failed: dict[str, str]) -> None:
        """Fills `failed`, why by shots' names."""
        folder = film_folder(self.run, film.name)
        # 1. The film as it is told and planned
        told = _annotated(film, mine, failed)
        bank, remarks = bank_of(film)
        movie = self.crew.plan(told, bank, self.lines(film), folder)
        people, shared = cast_of(movie, bank, seed=self.seed)
        for remark in (*remarks, *shared):
            self.say(f"{film.name}: {remark}")
        # 2. The annotated shots that are asked for, or a plan's own where it follows none
        shots = {shot.id: shot for _, shot in movie.shots}
        annotated = any(shot.reference for shot in shots.values())
        wanted = [one for one in shots if not annotated or shots[one].reference in mine]
        given: dict[str, OwnFrame] = {}
        for one in tuple(wanted) if self.frames else ():
            try:
                assert self.frames is not None
                given[one] = OwnFrame(self.frames(film, mine[shots[one].reference]))
            except DatasetError as error:
                failed[shots[one].reference] = str(error)
                wanted.remove(one)
        # 3. Made, without what a backend refuses
        while wanted:
            cut, why = self.cut and not failed, dict[str, str]()
            try:
                self.crew.shoot(movie, people, folder, only=wanted, frames=given, cut=cut)
            except BackendRefused as error:
                if not set(wanted) & set(error.shots):  # it is about none of these alone
                    raise ShotFailed(str(error)) from None
                failed |= {_name(shots[one]): error.shots[one] for one in error.shots}
                wanted = [one for one in wanted if one not in error.shots]
                continue
            except ShotFailed as error:
                why = {one: error.reasons[one] for one in wanted if one in error.reasons}
                failed |= {_name(shots[one]): reason for one, reason in why.items()}
            for one in wanted:
                if one not in why:
                    shot = mine.get(shots[one].reference) or _unannotated(film, one)
                    self._lay(shot, folder, one, is_silent=not shots[one].dialogue)
            return

    def _lay(self, shot: ShotId, folder: Path, shot_id: str, *, is_silent: bool) -> None:
        """A shot's clip and keyframe where the scorer looks; one in which nobody speaks is silent.

        What lies under its sound otherwise, the tone of a room, would be measured as a voice.
        """
        clip = folder / "clips" / f"{shot_id}.mp4"
        lay(clip, clip_path(self.run, shot), without_sound if is_silent else _copied, folder)
        keyframe = folder / "storyboard" / f"{shot_id}.png"
        lay(keyframe, keyframe_path(self.run, shot), _as_jpeg, folder)


def lay(source: Path, path: Path, write: Callable[[Path, Path], None], folder: Path) -> None:
    """`write(source, draft)` becomes `path`, dated as its source is; nothing where it is there.

    Drafts are among those of the film's cache in `folder`, which clears away what a kill left.
    """
    stamp = source.stat().st_mtime_ns
    if path.exists() and path.stat().st_mtime_ns == stamp:
        return
    draft = folder / ".script2movie" / "laid" / f".{os.getpid()}.{path.name}"
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.parent.mkdir(parents=True, exist_ok=True)
        try:
            write(source, draft)
            os.utime(draft, ns=(stamp, stamp))
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)


def _annotated(film: Film, mine: Mapping[str, ShotId], failed: dict[str, str]) -> AnnotatedFilm:
    """All that can be read of a film, whichever of its shots are asked for.

    Raises DatasetError where nothing can.
    """
    found: list[Annotation] = []
    for shot in film.shots:
        try:
            check_span(shot)
            found.append(film.annotation(shot))
        except DatasetError as error:
            if shot.name in mine:
                failed[shot.name] = str(error)
    if not found and failed:
        raise DatasetError(next(iter(failed.values())))
    has_scenes = film.dataset.part(keys.SCENES) is not None
    synopses = film.dataset.synopses if film.dataset.part(keys.SYNOPSES) is not None else {}
    return AnnotatedFilm(
        film.name,
        tuple(found),
        film.scenes if has_scenes else (),
        synopses.get(film.name, "").strip(),
    )


def _name(shot: Shot) -> str:
    return shot.reference or shot.id


def _unannotated(film: Film, shot_id: str) -> ShotId:
    """A shot of a plan that follows no annotation, under the plan's own name for it."""
    return ShotId(Span(0, 0), shot_id, film.name)


def _copied(source: Path, path: Path) -> None:
    shutil.copyfile(source, path)


def _as_jpeg(source: Path, path: Path) -> None:
    with Image.open(source) as picture:
        picture.save(path, "JPEG", quality=JPEG_QUALITY)
