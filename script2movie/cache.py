"""What is made again and what is not. Knows no stage and no format.

An artefact is a file or folder named after the call that made it: the digest of the kind, the
backend's fingerprint and every argument, with the contents of the files among them. It is made
under another name and renamed once whole, so nothing is ever half there and to resume is to run
again. How long each artefact took and how many bytes it has is written to `times.jsonl` beside
them; one that has another size by now was damaged and is made again.
"""

import hashlib
import json
import os
import shutil
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum
from pathlib import Path

import numpy as np

from script2movie.errors import writing

__all__ = ["Cache", "Cost", "digest"]


def digest(*values: object) -> str:
    """24 hex digits that stand for the values: equal values give equal digits, on any machine.

    Takes dataclasses, enums, tuples, lists, mappings, arrays, bytes, str, int, float, bool, None
    and Paths; a Path stands for its file's contents, not its name.

    Raises:
        TypeError: a value of another kind, which is a bug of the caller.
    """
    sha = hashlib.sha256()
    for value in values:
        _feed(sha, value)
    return sha.hexdigest()[:24]


def _feed(sha: "hashlib._Hash", value: object) -> None:
    def mark(tag: str, payload: bytes = b"") -> None:
        sha.update(f"{tag}:{len(payload)}:".encode())
        sha.update(payload)

    match value:
        case Enum():
            mark("enum", f"{type(value).__name__}.{value.name}".encode())
        case None | bool() | int() | float():
            mark(type(value).__name__, repr(value).encode())
        case str():
            mark("str", value.encode())
        case bytes():
            mark("bytes", value)
        case Path():
            mark("file", hashlib.sha256(value.read_bytes()).digest())
        case np.ndarray():
            mark("array", f"{value.dtype.str}{value.shape}".encode())
            sha.update(np.ascontiguousarray(value).data)
        case Mapping():
            mark("map", str(len(value)).encode())
            for key in sorted(value):
                _feed(sha, key)
                _feed(sha, value[key])
        case tuple() | list():
            mark("list", str(len(value)).encode())
            for item in value:
                _feed(sha, item)
        case _ if is_dataclass(value) and not isinstance(value, type):
            mark("data", type(value).__name__.encode())
            for field in fields(value):
                mark("field", field.name.encode())
                _feed(sha, getattr(value, field.name))
        case _:
            raise TypeError(f"cannot name an artefact after a {type(value).__name__}")


@dataclass(frozen=True)
class Cost:
    """What an artefact took: seconds, and the process's peak memory by then (bytes, 0 unknown)."""

    seconds: float
    peak: int


class Cache:
    """A folder of artefacts. Safe to use from several threads and after a kill at any moment."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.made: list[tuple[str, str]] = []  # (kind, digest) made by this run, in order
        self._lock = threading.Lock()
        with writing(folder):
            folder.mkdir(parents=True, exist_ok=True)
            self._sweep()
            self._sizes = {name: size for name, _, size in self._noted()}

    def make(
        self, kind: str, suffix: str, key: tuple[object, ...], write: Callable[[Path], None]
    ) -> Path:
        """The artefact's path; `write(path)` is called to make it only where it is not there.

        Raises:
            OutputError: the folder cannot be written to, or the disk is full.
        """
        path = self.path(kind, suffix, key)
        if path.exists():
            if _size(path) == self._sizes.get(f"{kind}/{path.stem}", _size(path)) > 0:
                return path
            with writing(path):
                _remove(path)
        draft = path.with_name(f".{os.getpid()}.{threading.get_ident()}.{path.name}")
        start = time.perf_counter()
        try:
            with writing(path):
                draft.parent.mkdir(parents=True, exist_ok=True)
                write(draft)
                _rename(draft, path)
                with self._lock:
                    self.made.append((kind, path.stem))
                    self._note(kind, path, time.perf_counter() - start)
        finally:
            _remove(draft)
        return path

    def path(self, kind: str, suffix: str, key: tuple[object, ...]) -> Path:
        """Where the artefact of this call is or would be."""
        return self.folder / kind / f"{digest(kind, key)}{suffix}"

    def costs(self) -> dict[str, Cost]:
        """What each artefact took when it was made, by '<kind>/<digest>'."""
        return {name: cost for name, cost, _ in self._noted()}

    def _noted(self) -> Iterator[tuple[str, Cost, int]]:
        """'<kind>/<digest>', cost and bytes of each artefact that the log holds."""
        log = self.folder / "times.jsonl"
        if log.exists():
            for line in log.read_text(encoding="utf-8", errors="replace").splitlines():
                try:
                    kind, name, seconds, peak, size = json.loads(line)
                    yield f"{kind}/{name}", Cost(float(seconds), int(peak)), int(size)
                except (ValueError, TypeError):  # being written when the run was killed, or edited
                    continue

    def _note(self, kind: str, path: Path, seconds: float) -> None:
        size = self._sizes[f"{kind}/{path.stem}"] = _size(path)
        with (self.folder / "times.jsonl").open("a", encoding="utf-8") as log:
            log.write(json.dumps([kind, path.stem, round(seconds, 3), _peak(), size]) + "\n")

    def _sweep(self) -> None:
        """Remove the drafts of runs that no longer live."""
        for draft in self.folder.glob("*/.*"):
            owner = draft.name.split(".")[1]
            if owner.isdigit() and not _alive(int(owner)):
                _remove(draft)


def _peak() -> int:
    try:
        import resource  # not on Windows
    except ImportError:
        return 0
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def _rename(draft: Path, path: Path) -> None:
    try:
        draft.replace(path)
    except OSError:
        if not (draft.is_dir() and path.is_dir()):
            raise  # otherwise another run has made the same folder meanwhile


def _size(path: Path) -> int:
    """Bytes of a file, or of all files in a folder."""
    if path.is_dir():
        return sum(_size(entry) for entry in path.iterdir())
    return path.stat().st_size


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _remove(draft: Path) -> None:
    if draft.is_dir():
        shutil.rmtree(draft, ignore_errors=True)
    else:
        draft.unlink(missing_ok=True)
