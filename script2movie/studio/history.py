"""The versions of a project's plan, each a file: undo, redo, and where one stands.

Knows files and plans; knows no page.
"""

from pathlib import Path

from script2movie.errors import StudioError, writing
from script2movie.movie import Movie
from script2movie.screenplay import load_plan, save_plan

__all__ = ["History"]

DEPTH = 200  # versions kept


class History:
    """Versions 1 to N in a folder, the present one by its number in `present`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def present(self) -> int:
        """The number of the present version, 0 where there is none yet."""
        mark = self.folder / "present"
        try:
            return int(mark.read_text("ascii"))
        except (OSError, ValueError):
            return max(self._numbers(), default=0)

    @property
    def can_undo(self) -> bool:
        return self._file(self.present - 1).exists()

    @property
    def can_redo(self) -> bool:
        return self._file(self.present + 1).exists()

    def movie(self) -> Movie | None:
        """The present version, None where there is none."""
        path = self._file(self.present)
        return load_plan(path) if path.exists() else None

    def record(self, movie: Movie) -> None:
        """A new version after the present one; what was undone before is forgotten."""
        with writing(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            number = self.present + 1
            for later in self._numbers():
                if later >= number or later <= number - DEPTH:
                    self._file(later).unlink(missing_ok=True)
            save_plan(movie, self._file(number))
            self._stand_at(number)

    def amend(self, movie: Movie) -> None:
        """The present version in other words, as while somebody types."""
        save_plan(movie, self._file(self.present))

    def undo(self) -> None:
        """Raises StudioError where there is nothing to undo."""
        self._step(-1, "There is nothing to undo.")

    def redo(self) -> None:
        """Raises StudioError where nothing was undone."""
        self._step(1, "There is nothing to do again.")

    def _step(self, by: int, refusal: str) -> None:
        number = self.present + by
        if not self._file(number).exists():
            raise StudioError(refusal)
        with writing(self.folder):
            self._stand_at(number)

    def _stand_at(self, number: int) -> None:
        draft = self.folder / ".present.part"
        draft.write_text(str(number), encoding="ascii")
        draft.replace(self.folder / "present")

    def _file(self, number: int) -> Path:
        return self.folder / f"{number:06d}.json"

    def _numbers(self) -> list[int]:
        found = self.folder.glob("[0-9]*.json") if self.folder.is_dir() else ()
        return sorted(int(path.stem) for path in found if path.stem.isdecimal())
