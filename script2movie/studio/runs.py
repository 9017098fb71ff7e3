"""MovieBench runs that were scored: which folders may be opened, and what is served of them.

On this machine alone its user opens any folder. On a network only what lies under the folder that
the studio was started with is there, and no link leads out of it. A run's page is the one that
`script2movie score` wrote. Knows no page of the studio and no HTTP.
"""

import json
import os
import secrets
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from script2movie.errors import StudioError

__all__ = ["Run", "Runs"]

PAGE, NUMBERS = "score.html", "score.json"
SERVED = {PAGE, NUMBERS, "score.md"}
DEEPEST = 4  # folders below the given one in which runs are looked for
MOST = 200  # runs that are listed
KEPT = 1000  # runs that are open at once; the oldest are closed
LONGEST = 1000  # characters of a path


@dataclass(frozen=True)
class Run:
    """An opened run: by which id its files are had, and what score.json says of each row of it.

    `told` are sentences.
    """

    id: str
    folder: Path
    told: tuple[str, ...]

    def address(self, name: str = PAGE) -> str:
        """Where a browser finds one of its files."""
        return f"runs/{self.id}/{name}?v={(self.folder / name).stat().st_mtime_ns:x}"


class Runs:
    """Those that may be opened, and those that are."""

    def __init__(self, root: Path | None, *, local: bool) -> None:
        """`root` is the folder that runs lie under; None where none was given."""
        self.root, self.local = root.resolve() if root else None, local
        self._open: OrderedDict[str, tuple[str, Run]] = OrderedDict()  # by id, with its owner

    @property
    def any(self) -> bool:
        """Whether there is anything to open."""
        return self.local or self.root is not None

    def listed(self) -> list[str]:
        """The scored runs under the given folder, as they are opened, in order."""
        if self.root is None:
            return []
        found: list[str] = []
        for place, folders, files in os.walk(self.root):
            name = Path(place).relative_to(self.root)
            folders.sort()
            if NUMBERS in files and PAGE in files:
                found.append(str(name))
                folders.clear()
            if len(name.parts) >= DEEPEST or len(found) >= MOST:
                folders.clear()
            folders[:] = [one for one in folders if not one.startswith(".")]
        return sorted(found)[:MOST]

    def open(self, owner: str, typed: str) -> Run:
        """A run by its folder, for this owner.

        Raises:
            StudioError: it may not be opened, is not there, or was not scored.
        """
        folder = self._folder(typed.strip())
        told = tuple(_told(folder, self._file(folder, NUMBERS)))
        self._file(folder, PAGE)
        run = Run(secrets.token_hex(16), folder, told)
        self._open[run.id] = (owner, run)
        while len(self._open) > KEPT:
            self._open.popitem(last=False)
        return run

    def served(self, owner: str, run_id: str, name: str) -> Path:
        """A file of a run that this owner has opened. Raises StudioError."""
        whose, run = self._open.get(run_id, ("", None))
        if run is None or whose != owner or name not in SERVED:
            raise StudioError("There is no such file.")
        return self._file(run.folder, name)

    def _folder(self, typed: str) -> Path:
        if not self.any:
            raise StudioError("No runs can be opened here: start the studio with --runs DIR.")
        if not typed:
            raise StudioError("Type the folder of a scored run, as in runs/monday.")
        if len(typed) > LONGEST or not typed.isprintable():
            raise StudioError("This is no folder's name.")
        try:
            if self.local:
                folder = ((self.root or Path()) / Path(typed).expanduser()).resolve()
                if folder.is_dir():
                    return folder
                raise StudioError(f"{folder} is no folder: type the one that the run lies in.")
            assert self.root is not None
            folder = self.root / typed
            if folder.resolve() == folder and folder.is_relative_to(self.root) and folder.is_dir():
                return folder
        except (OSError, RuntimeError):  # a loop of links, a name too long, no such home
            pass
        raise StudioError(f"{typed[:60]} is none of the runs here: choose one from the list.")

    def _file(self, folder: Path, name: str) -> Path:
        path = folder / name
        if not path.is_file() or path.resolve() != path:
            raise StudioError(
                f"{folder.name} holds no {name}: score the run first, as in "
                f"script2movie score {folder.name} --dataset DIR"
            )
        return path


def _told(folder: Path, numbers: Path) -> list[str]:
    """What each row of a report is of."""
    try:
        runs: list[dict[str, Any]] = json.loads(numbers.read_text("utf-8"))["runs"]
        return [
            f"{one['run']}: {one['shots predicted']} {one['kind']} of "
            f"{one['shots annotated']} annotated shots"
            for one in runs
        ]
    except (OSError, ValueError, LookupError, TypeError):
        raise StudioError(f"{folder.name}/{NUMBERS} is damaged: score the run again.") from None
