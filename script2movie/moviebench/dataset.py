"""MovieBench as it lies in a folder: whole, or whatever part of it was downloaded.

    Dataset
    └── Film             by name, its files listed when asked for
        ├── ShotId       a shot and its span, from a file's name alone
        ├── Annotation   one shot, read when asked for
        ├── SceneOfFilm  which shots make a scene
        └── BankPerson   a person of the character bank or of the scoring bank

Opening lists one folder. A film's shots are its files' names; no annotation is read before it is
asked for, one at a time. Names are compared with their accents composed (NFC) whichever way the
disk spells them. Raises `DatasetError` for a part that is not there or a file that is not what
MovieBench's are; `checking` lists all of those without stopping.
"""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from script2movie.annotations import keys
from script2movie.annotations.shots import (
    Annotation,
    ShotId,
    read_annotation,
    read_json,
    shot_named,
)
from script2movie.annotations.tables import SceneOfFilm, is_texts, read_scenes, read_texts
from script2movie.bank.names import actor_and_character
from script2movie.errors import DatasetError
from script2movie.names import one_key, one_name
from script2movie.settings import did_you_mean

__all__ = ["BankPerson", "Dataset", "Film", "open_dataset"]

_PICTURES = {".jpg", ".jpeg", ".png", ".webp"}
_VOICES = {".wav", ".flac", ".mp3", ".ogg"}


@dataclass(frozen=True)
class BankPerson:
    """A person of a bank: the best photo first. `actor` is '' in the scoring bank."""

    name: str
    photos: tuple[Path, ...]
    actor: str = ""
    voices: tuple[Path, ...] = ()  # not part of the release: where a user put some


class Dataset:
    """A MovieBench folder. Opening it is cheap; everything is read when asked for."""

    def __init__(self, folder: Path, *, clips: Path | None = None) -> None:
        """`clips` is where LSMDC's clips lie if not in the folder. Raises DatasetError."""
        self.folder = folder
        self._entries = _listed(folder)
        if clips is not None:
            _listed(clips)  # refuses what is no folder
        self._clips = clips

    # --- which parts are there ----------------------------------------------------------------

    def part(self, name: str) -> Path | None:
        """Where a part of `keys.PARTS` lies, None where it was not downloaded.

        A folder may have another date: 'Annotation_Shot_Desc_sample' holds annotations too.
        """
        if name == keys.CLIPS and self._clips is not None:
            return self._clips
        if (exact := self._entries.get(name)) is not None:
            return exact
        if name in {keys.SCORING_BANK, *_FILES}:
            return None
        prefix = _PREFIXES[name]
        alike = [path for entry, path in self._entries.items() if entry.startswith(prefix)]
        return next((path for path in alike if path.is_dir()), None)

    def missing(self) -> tuple[str, ...]:
        """A sentence for each part that is not there: what, and where a user gets it."""
        return tuple(self.lacks(name) for name in keys.PARTS if self.part(name) is None)

    def need(self, name: str) -> Path:
        """Where a part lies. Raises DatasetError where it is not there."""
        if (path := self.part(name)) is None:
            raise DatasetError(self.lacks(name))
        return path

    def lacks(self, name: str) -> str:
        """The sentence for a part that is not there: what, and where a user gets it."""
        what, source = keys.PARTS[name]
        return f"{self.folder} has no {name} ({what}): get it from {source}"

    # --- films --------------------------------------------------------------------------------

    @cached_property
    def split(self) -> Mapping[str, tuple[str, ...]]:
        """Films by 'Train' and 'Test'. Raises DatasetError."""
        path = self.need(keys.SPLIT)
        told = read_json(path)
        for side in (keys.TRAIN, keys.TEST):
            if not isinstance(told, dict) or not is_texts(told.get(side)):
                raise DatasetError(f"{path}: '{side}' must be a list of films' names")
        return {side: tuple(map(one_key, told[side])) for side in (keys.TRAIN, keys.TEST)}

    @cached_property
    def films(self) -> tuple[str, ...]:
        """Every film that has annotations, clips or a bank, by name."""
        found = set[str]()
        for part in (keys.ANNOTATIONS, keys.CLIPS, keys.SCORING_BANK, keys.BANK):
            if (folder := self.part(part)) is not None:
                found |= {name for name, path in _listed(folder).items() if path.is_dir()}
        return tuple(sorted(found))

    def film(self, name: str) -> "Film":
        """A film by name. Raises DatasetError for one that is not in the folder."""
        key = one_key(name)
        if key not in self.films:
            near = did_you_mean(key, self.films)
            raise DatasetError(f"{self.folder} has no film '{name}'{near}")
        return Film(self, key)

    def chosen(self, split: str | None) -> "tuple[Film, ...]":
        """The films of 'Train' or 'Test' that are there, or all of them, by name."""
        if split is None:
            return tuple(map(self.film, self.films))
        wanted = set(self.split[split])
        return tuple(self.film(name) for name in self.films if name in wanted)

    # --- tables of all films ------------------------------------------------------------------

    @cached_property
    def synopses(self) -> Mapping[str, str]:
        return self._table(keys.SYNOPSES)

    @cached_property
    def imdb(self) -> Mapping[str, str]:
        return self._table(keys.IMDB)

    @cached_property
    def scenes(self) -> Mapping[str, tuple[SceneOfFilm, ...]]:
        """Each film's scenes in their order. Raises DatasetError."""
        return read_scenes(self.need(keys.SCENES))

    def _table(self, name: str) -> Mapping[str, str]:
        return read_texts(self.need(name))


@dataclass(frozen=True)
class Film:
    """One film of a data set."""

    dataset: Dataset
    name: str

    @cached_property
    def _annotations(self) -> Mapping[str, Path]:
        return self._files(keys.ANNOTATIONS, {".json"})

    @cached_property
    def _clips(self) -> Mapping[str, Path]:
        return self._files(keys.CLIPS, {".avi", ".mp4"})

    @cached_property
    def shots(self) -> tuple[ShotId, ...]:
        """Every annotated shot in the film's order; files whose names are no shot are left out."""
        return tuple(sorted(filter(None, map(shot_named, self._annotations))))

    def annotation(self, shot: ShotId) -> Annotation:
        """Raises DatasetError for a file that cannot be read as an annotation."""
        path = self._annotations.get(shot.name)
        if path is None:
            raise DatasetError(f"{self.name} has no annotation of {shot.name}")
        return read_annotation(path, shot)

    def annotations(self) -> Iterator[Annotation]:
        """All of them in the film's order, one in memory at a time. Raises DatasetError."""
        return map(self.annotation, self.shots)

    def clip(self, shot: ShotId) -> Path | None:
        """The film's own clip of a shot, where it is there."""
        return self._clips.get(shot.name)

    @cached_property
    def scoring_bank(self) -> tuple[BankPerson, ...]:
        """One photo a character, by name; nobody where it was not downloaded."""
        folder = self.folder(keys.SCORING_BANK)
        files = _listed(folder) if folder else {}
        return tuple(
            BankPerson(one_name(path.stem), (path,))
            for _, path in sorted(files.items())
            if path.suffix.lower() in _PICTURES
        )

    @cached_property
    def bank(self) -> tuple[BankPerson, ...]:
        """The character bank, by folder; nobody where it was not downloaded."""
        folder = self.folder(keys.BANK)
        people = []
        for name, path in sorted((_listed(folder) if folder else {}).items()):
            names = actor_and_character(name) if path.is_dir() else None
            if names is None:
                continue
            files = sorted(_listed(path).values(), key=lambda one: (one.stem != "best", one.name))
            people.append(
                BankPerson(
                    one_name(names[1]),
                    tuple(one for one in files if one.suffix.lower() in _PICTURES),
                    one_name(names[0]),
                    tuple(
                        one
                        for one in files
                        if one.stem.lower().startswith("voice") and one.suffix.lower() in _VOICES
                    ),
                )
            )
        return tuple(people)

    @property
    def scenes(self) -> tuple[SceneOfFilm, ...]:
        """The film's scenes; none where their file says nothing of it. Raises DatasetError."""
        return self.dataset.scenes.get(self.name, ())

    def folder(self, part: str) -> Path | None:
        """The film's folder in a part of the tree, None where it has none."""
        parent = self.dataset.part(part)
        found = _listed(parent).get(self.name) if parent else None
        return found if found and found.is_dir() else None

    def _files(self, part: str, suffixes: set[str]) -> Mapping[str, Path]:
        folder = self.folder(part)
        files = _listed(folder) if folder else {}
        return {
            name[: -len(path.suffix)]: path
            for name, path in files.items()
            if path.suffix in suffixes
        }


def open_dataset(folder: Path, *, clips: Path | None = None) -> Dataset:
    """The data set in `folder`. Raises DatasetError where there is nothing of MovieBench in it."""
    dataset = Dataset(folder, clips=clips)
    if all(dataset.part(name) is None for name in keys.PARTS):
        raise DatasetError(
            f"{folder} holds nothing of MovieBench: --dataset takes the folder in which "
            f"{keys.ANNOTATIONS} and {keys.SCORING_BANK} lie"
        )
    return dataset


# --- files ------------------------------------------------------------------------------------

_FILES = (keys.SPLIT, keys.SCENES, keys.SYNOPSES, keys.IMDB)
_PREFIXES = {
    keys.ANNOTATIONS: "Annotation_Shot_Desc",
    keys.BANK: "Character_Bank",
    keys.CLIPS: "LSMDC",
}


def _listed(folder: Path) -> dict[str, Path]:
    """What lies in a folder by name with accents composed; no hidden files. Raises DatasetError."""
    try:
        with os.scandir(folder) as entries:
            return {
                one_key(entry.name): folder / entry.name
                for entry in entries
                if not entry.name.startswith(".")
            }
    except OSError as error:
        raise DatasetError(f"{folder} cannot be read: {error.strerror}") from None
