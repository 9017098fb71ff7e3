"""The layouts a cast folder may have, and who is in it.

    Anna/portrait.jpg ...              a folder a person: portraits, voice.wav, voice.txt, about.txt
    Anna.jpg, Old Tom.png              one flat folder of named portraits
    Elliot_Page-Juno_MacGuff/best.jpg  MovieBench: actor, hyphen, character; the best photo first

Never guesses between layouts: a mixture is refused.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

from script2movie.bank.about import read_about
from script2movie.bank.names import actor_and_character, name_fault
from script2movie.bank.photos import PHOTO_SUFFIXES, check_portrait
from script2movie.bank.voices import VOICE_SUFFIXES, check_voice_sample
from script2movie.errors import BankError
from script2movie.movie import Character, Portrait, VoiceSample
from script2movie.names import one_name, same_name
from script2movie.perception.faces import FaceDetector
from script2movie.perception.mesh import FaceMesh
from script2movie.perception.portraits import format_fault

__all__ = ["names_in_bank", "read_bank"]

MAX_ABOUT = 4_000  # bytes of about.txt
MAX_TRANSCRIPT = 20_000  # bytes of voice.txt
_MAX_FAULTS = 20  # lines of one refusal
_IGNORED = frozenset({"thumbs.db", "desktop.ini", "__macosx"})
_PAPERS = re.compile(r"(readme|licen[cs]e|credits|notice|sources?)\b.*", re.I)

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True)
class _Person:
    """Someone found in the folder, before any file of theirs was opened."""

    name: str
    path: Path
    photos: tuple[Path, ...] = ()
    voice: Path | None = None
    transcript: Path | None = None
    about: Path | None = None


def read_bank(folder: Path) -> tuple[Character, ...]:
    """Everybody in a cast folder, in the order of their names; portraits may be missing.

    Every photo is opened and its face looked for, every voice sample listened to. Raises
    `BankError` with a line for each fault, `WeightsError` where the face detector is not there.
    """
    people = _people(folder)
    detector, mesh = FaceDetector(), FaceMesh()
    characters = _each(people, lambda person: _character(person, detector, mesh))
    _check_apart(
        (name, person.path)
        for person, character in zip(people, characters, strict=True)
        for name in (character.name, *character.aliases)
    )
    return tuple(characters)


# --- who is there -----------------------------------------------------------------------------


def names_in_bank(folder: Path) -> tuple[str, ...]:
    """Who is in a cast folder, in order, by names alone; no file is opened. Raises `BankError`."""
    return tuple(person.name for person in _people(folder))


def _people(folder: Path) -> list[_Person]:
    """Everybody by the names of folders and files: nobody twice, no name that cannot be."""
    entries = _visible(folder)
    if not entries:
        raise BankError(f"{folder} is empty: put a folder with a portrait in it for each person")
    folders = [entry for entry in entries if entry.is_dir()]
    files = [entry for entry in entries if not entry.is_dir()]
    people = _folders(folder, folders, files) if folders else _portraits(folder, files)
    _each(people, _check_name)
    _check_apart((person.name, person.path) for person in people)
    return people


def _visible(folder: Path) -> list[Path]:
    """What a person put into `folder`, in natural order: no hidden files, no system litter."""
    try:
        entries = [
            entry
            for entry in folder.iterdir()
            if not entry.name.startswith(".")
            and entry.name.lower() not in _IGNORED
            and not entry.name.endswith(":Zone.Identifier")
        ]
    except NotADirectoryError:
        raise BankError(f"{folder} is a file: --cast takes a folder of people") from None
    except OSError as error:
        raise BankError(
            f"{folder} cannot be read ({error.strerror}): --cast takes a folder of people"
        ) from None
    return sorted(entries, key=lambda entry: _natural(entry.name))


def _natural(name: str) -> list[tuple[int, str]]:
    return [
        (int(part), "") if part.isdecimal() else (-1, part)
        for part in re.split(r"(\d+)", same_name(name))
    ]


def _folders(folder: Path, folders: Sequence[Path], files: Sequence[Path]) -> list[_Person]:
    for stray in files:
        if stray.suffix.lower() in PHOTO_SUFFIXES or format_fault(stray):
            raise BankError(
                f"{folder} holds both folders ({folders[0].name}) and portraits ({stray.name}): "
                "use a folder a person, or portraits only"
            )
        if not _PAPERS.fullmatch(stray.name):
            raise BankError(f"{stray} belongs to nobody: move it into a person's folder")
    inside = dict(zip(folders, _each(folders, _visible), strict=True))
    benches = [_moviebench_name(path, inside[path]) for path in folders]
    if any(benches) and not all(benches):
        bench, other = (
            folders[benches.index(next(filter(None, benches)))],
            folders[benches.index("")],
        )
        raise BankError(
            f"{folder} mixes MovieBench's Actor-Character folders ({bench.name}) with others "
            f"({other.name}): name all of them one way"
        )
    return _each(
        zip(folders, benches, strict=True),
        lambda pair: _sort_files(pair[1] or pair[0].name, pair[0], inside[pair[0]]),
    )


def _moviebench_name(path: Path, inside: Iterable[Path]) -> str:
    """'Juno_MacGuff' of 'Elliot_Page-Juno_MacGuff' with a best.jpg in it, '' for another folder."""
    names = actor_and_character(path.name)
    if names is None or not any(entry.stem.lower() == "best" for entry in inside):
        return ""
    return names[1]


def _sort_files(name: str, path: Path, inside: Sequence[Path]) -> _Person:
    """A person's folder: which file is what."""
    photos: list[Path] = []
    voices: list[Path] = []
    papers: dict[str, Path] = {}
    for entry in inside:
        suffix = entry.suffix.lower()
        if entry.is_dir():
            raise BankError(
                f"{entry} is a folder in a person's folder: --cast takes one film's cast"
            )
        if suffix in PHOTO_SUFFIXES or format_fault(entry):
            photos.append(entry)
        elif entry.stem.lower() == "voice" and suffix in VOICE_SUFFIXES:
            voices.append(entry)
        elif entry.name.lower() in {"voice.txt", "about.txt"}:
            papers[entry.stem.lower()] = entry
        elif not _PAPERS.fullmatch(entry.name):
            raise BankError(
                f"{entry} is neither a photo, voice.wav (flac, mp3, ogg), voice.txt nor about.txt: "
                "convert or remove it"
            )
    if len(voices) > 1:
        raise BankError(f"{path} holds {len(voices)} voice samples: keep one")
    if "voice" in papers and not voices:
        raise BankError(f"{papers['voice']} has no recording beside it: add {path}/voice.wav")
    photos.sort(key=lambda photo: {"best": 0, "portrait": 1}.get(photo.stem.lower(), 2))
    return _Person(
        one_name(name),
        path,
        tuple(photos),
        voices[0] if voices else None,
        papers.get("voice"),
        papers.get("about"),
    )


def _portraits(folder: Path, files: Sequence[Path]) -> list[_Person]:
    people = []
    for entry in files:
        if entry.suffix.lower() in PHOTO_SUFFIXES or format_fault(entry):
            people.append(_Person(one_name(entry.stem), entry, (entry,)))
        elif not _PAPERS.fullmatch(entry.name):
            stem = entry.stem if entry.suffix.lower() in VOICE_SUFFIXES else "<Name>"
            raise BankError(
                f"{entry} is not a portrait: give each person a folder ({folder}/{stem}/) to add "
                "a voice or words about them"
            )
    if not people:
        raise BankError(f"{folder} holds no portrait: add <Name>.jpg or a folder for each person")
    for person in people:
        if same_name(person.name) in {"best", "portrait"}:
            raise BankError(f"{folder} is one person's folder: --cast takes the folder above it")
    return people


def _check_name(person: _Person) -> None:
    if fault := name_fault(person.name):
        shown = person.name if len(person.name) <= 40 else f"{person.name[:40]}..."
        raise BankError(f"{person.path.parent}: the name {shown!r} {fault}")


def _check_apart(names: Iterable[tuple[str, Path]]) -> None:
    """Raises `BankError` where two names, each with where it is from, are the same."""
    found: dict[str, dict[Path, str]] = defaultdict(dict)
    for name, path in names:
        found[same_name(name)][path] = name
    _refuse(
        [
            f"{' and '.join(map(str, owners))} are both called {min(owners.values())}: rename one"
            for owners in found.values()
            if len(owners) > 1
        ]
    )


# --- their files ------------------------------------------------------------------------------


def _character(person: _Person, detector: FaceDetector, mesh: FaceMesh) -> Character:
    checks = [partial(check_portrait, photo, detector, mesh) for photo in person.photos]
    if person.voice is not None:
        checks.append(partial(check_voice_sample, person.voice))
    _each(checks, lambda check: check())
    transcript = " ".join(_text(person.transcript, MAX_TRANSCRIPT).split())
    about = read_about(_text(person.about, MAX_ABOUT))
    for alias in about.aliases:
        if fault := name_fault(alias):
            raise BankError(f"{person.about}: the name {alias!r} {fault}")
    return Character(
        name=person.name,
        portraits=tuple(Portrait(photo) for photo in person.photos),
        voice_sample=VoiceSample(person.voice, transcript) if person.voice else None,
        about=about.text,
        gender=about.gender,
        age=about.age,
        aliases=about.aliases,
    )


def _text(path: Path | None, limit: int) -> str:
    """The words of a text file, '' where there is none."""
    if path is None:
        return ""
    try:
        with path.open("rb") as file:
            content = file.read(limit + 1)
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        if len(content) <= limit:
            raise BankError(f"{path} is not text: save it as plain text in UTF-8") from None
        text = ""
    except OSError as error:
        raise BankError(f"{path} cannot be read: {error.strerror}") from None
    if len(content) > limit:
        raise BankError(f"{path} is longer than {limit} bytes: shorten it")
    if any(ord(character) < 32 and not character.isspace() for character in text):
        raise BankError(f"{path} is not text: save it as plain text in UTF-8")
    return text


# --- faults -----------------------------------------------------------------------------------


def _each(items: Iterable[Item], read: Callable[[Item], Result]) -> list[Result]:
    """`read` of every item; the faults of all of them in one refusal."""
    results: list[Result] = []
    faults: list[str] = []
    for item in items:
        try:
            results.append(read(item))
        except BankError as error:
            faults += str(error).splitlines()
    _refuse(faults)
    return results


def _refuse(faults: Sequence[str]) -> None:
    """Raises `BankError` with a line a fault, where there are any."""
    if faults:
        more = len(faults) - _MAX_FAULTS
        raise BankError(
            "\n".join(faults[:_MAX_FAULTS]) + (f"\n... and {more} more" if more > 0 else "")
        )
