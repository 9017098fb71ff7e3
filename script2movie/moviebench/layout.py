"""Where a prediction of a shot lies: `<run>/<movie>/<shot id>.mp4`, or `.jpg` for a keyframe.

The released scripts read this layout, batch writes it and the scorer reads it; it is written down
here and nowhere else. Beside the movies' folders a batch keeps its own in `<run>/films/<movie>/`:
plan, film, storyboard, what is made already. Knows names, never what is in a file.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from script2movie.annotations.shots import ShotId, shot_named
from script2movie.errors import DatasetError
from script2movie.moviebench.dataset import Film
from script2movie.names import one_key
from script2movie.settings import did_you_mean

__all__ = [
    "CLIP_SUFFIXES",
    "KEYFRAME_SUFFIXES",
    "Kind",
    "Predictions",
    "clip_path",
    "film_folder",
    "find_predictions",
    "ground_truth",
    "keyframe_path",
]

Kind = Literal["clips", "keyframes"]
CLIP_SUFFIXES = (".mp4", ".avi", ".mov", ".mkv", ".webm")  # the first is what batch writes
KEYFRAME_SUFFIXES = (".jpg", ".png", ".jpeg", ".webp")
_FILMS = "films"


def clip_path(run: Path, shot: ShotId) -> Path:
    """Where the clip made for a shot lies."""
    return run / shot.film / f"{shot.name}{CLIP_SUFFIXES[0]}"


def keyframe_path(run: Path, shot: ShotId) -> Path:
    """Where the keyframe made for a shot lies."""
    return run / shot.film / f"{shot.name}{KEYFRAME_SUFFIXES[0]}"


def film_folder(run: Path, film: str) -> Path:
    """Where a batch keeps a film's plan, the film itself and all that it is made of."""
    return run / _FILMS / film


@dataclass(frozen=True)
class Predictions:
    """What a folder holds of the shots of some films, by shot; `remarks` is what was left out."""

    run: Path
    kind: Kind
    files: Mapping[ShotId, Path]
    missing: tuple[ShotId, ...]
    remarks: tuple[str, ...] = ()


def find_predictions(run: Path, films: Sequence[Film], kind: Kind | None = None) -> Predictions:
    """The files of `run` that are predictions of the films' shots.

    Without a `kind`, clips where there are any, else keyframes: never both, since a metric of
    the one is no metric of the other. Raises DatasetError where `run` holds no prediction at all.
    """
    folders = _folders(run)
    unknown = sorted(set(folders) - {film.name for film in films})
    names = [film.name for film in films]
    remarks = [
        f"{folders[name]} is no film to be scored{did_you_mean(name, names)}" for name in unknown
    ]
    listed = {film.name: _files(folders[film.name]) for film in films if film.name in folders}
    if kind is None:
        clips = (suffix for files in listed.values() for _, suffix in files)
        kind = "clips" if any(suffix in CLIP_SUFFIXES for suffix in clips) else "keyframes"
    suffixes = CLIP_SUFFIXES if kind == "clips" else KEYFRAME_SUFFIXES
    found: dict[ShotId, Path] = {}
    missing: list[ShotId] = []
    for film in films:
        files = listed.get(film.name, {})
        if not files and film.shots:
            remarks.append(f"{run} holds nothing for {film.name} ({len(film.shots)} shots)")
        shots = {shot.name: shot for shot in film.shots}
        for name, shot in shots.items():
            there = [files[name, suffix] for suffix in suffixes if (name, suffix) in files]
            if there:
                found[shot] = there[0]
                remarks += [f"{extra} is a second file of its shot" for extra in there[1:]]
            else:
                missing.append(shot)
        remarks += _strays(files, shots)
    if not found:
        raise DatasetError(
            f"{run} holds no {kind} of these films: they are named like their shots, as in "
            f"{_example(run, films, suffixes[0])}"
        )
    return Predictions(run, kind, found, tuple(missing), tuple(remarks))


def ground_truth(films: Sequence[Film]) -> Predictions:
    """The films' own clips as if they were predictions. Raises DatasetError where none is there."""
    found = {
        shot: clip for film in films for shot in film.shots if (clip := film.clip(shot)) is not None
    }
    missing = [shot for film in films for shot in film.shots if shot not in found]
    if not found:
        raise DatasetError("there are no clips of the films themselves: LSMDC, on request")
    folder = next(iter(found.values())).parent.parent
    return Predictions(folder, "clips", found, tuple(missing))


def _folders(run: Path) -> dict[str, Path]:
    try:
        return {
            one_key(path.name): path
            for path in sorted(run.iterdir())
            if path.is_dir() and not path.name.startswith(".") and path.name != _FILMS
        }
    except OSError as error:
        raise DatasetError(f"{run} cannot be read: {error.strerror}") from None


def _files(folder: Path) -> dict[tuple[str, str], Path]:
    """Files by name and suffix; the name of a shot holds dots of its own."""
    files = {}
    for path in sorted(folder.iterdir()):
        if path.is_file() and not path.name.startswith("."):
            suffix = path.suffix.lower()
            files[one_key(path.name[: len(path.name) - len(path.suffix)]), suffix] = path
    return files


def _strays(files: Iterable[tuple[str, str]], shots: Mapping[str, ShotId]) -> list[str]:
    told = []
    for name, suffix in files:
        known = suffix in CLIP_SUFFIXES or suffix in KEYFRAME_SUFFIXES
        if not known:
            told.append(f"{name}{suffix} is neither a clip nor a picture")
        elif name not in shots:
            what = "a shot that is not annotated" if shot_named(name) else "no shot's name"
            told.append(f"{name}{suffix} is {what}{did_you_mean(name, list(shots))}")
    return told


def _example(run: Path, films: Sequence[Film], suffix: str) -> str:
    for film in films:
        for shot in film.shots:
            return str(run / film.name / f"{shot.name}{suffix}")
    return f"<movie>/<shot id>{suffix}"
