"""A movie or a screenplay into a file, in the format that the file's suffix names."""

from pathlib import Path

from script2movie.errors import OutputError, StoryError, writing
from script2movie.movie import Movie
from script2movie.screenplay.elements import Script
from script2movie.screenplay.export import exported
from script2movie.screenplay.fdx import write_fdx
from script2movie.screenplay.fountain import read_fountain, write_fountain
from script2movie.screenplay.plan import load_plan, save_plan
from script2movie.screenplay.restore import holds_plan, restored
from script2movie.screenplay.story import SUFFIXES, Form, open_story

__all__ = ["convert", "save_movie"]

KNOWN = ".json, .fountain or .fdx"


def save_movie(movie: Movie, path: Path) -> None:
    """The plan as .fountain or .fdx where the suffix says so, else as plan.json."""
    if path.suffix.lower() in SUFFIXES:
        _save_script(exported(movie), path)
    else:
        save_plan(movie, path)


def convert(source: Path, out: Path) -> None:
    """A plan or a screenplay in another format.

    Raises:
        PlanError, StoryError: `source` cannot be read, or is a screenplay without a plan where
            plan.json is wanted.
        OutputError: `out` has a suffix that names no format.
    """
    form = SUFFIXES.get(out.suffix.lower())
    if form is None and out.suffix.lower() != ".json":
        raise OutputError(f"{out} has no suffix that names a format: end it in {KNOWN}")
    if source.suffix.lower() not in SUFFIXES:
        save_movie(load_plan(source), out)
        return
    script = read_fountain(open_story(source).text)
    if form is not None:
        _save_script(script, out)
    elif holds_plan(script):
        save_plan(restored(script, source.name), out)
    else:
        raise StoryError(
            f"{source} is a screenplay without a plan's notes: plan it with "
            f"script2movie plan {source} --out {out}"
        )


def _save_script(script: Script, path: Path) -> None:
    fdx = SUFFIXES[path.suffix.lower()] is Form.FDX
    content = write_fdx(script) if fdx else write_fountain(script).encode()
    part = path.with_name(path.name + ".part")
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(content)
        part.replace(path)
