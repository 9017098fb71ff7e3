"""What lies in the folder of --out, and what may be written over: nothing that is a person's.

Each verb asks before it makes anything; what was made last is remembered in `.script2movie`.
"""

import argparse
import hashlib
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from script2movie.cli.console import said
from script2movie.errors import OutputError, writing

if TYPE_CHECKING:
    from script2movie.settings import Settings

__all__ = [
    "RUN",
    "cache_folder",
    "film_file",
    "planning",
    "planning_of",
    "refuse_edited",
    "refuse_foreign",
    "remember",
    "remember_plan",
    "writable",
]

RUN = "run.json"  # what the last run into a folder was asked for
PLANNING = "planning.jsonl"  # what each planning into a folder found out and took
PLANNED = "planned.txt"  # the SHA-256 of every plan that `plan` wrote into a folder


def film_file(out: Path) -> None:
    """A film is an MP4: under another name it could replace a story, a plan or its subtitles."""
    if out.suffix.lower() != ".mp4" and not out.is_dir():
        raise OutputError(f"{out} is no name for an MP4: give --out {out.with_suffix('.mp4')}")


def cache_folder(out: Path) -> Path:
    return out.parent / ".script2movie"


def writable(out: Path, example: str = "film.mp4") -> None:
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"cannot make the folder {out.parent}: {error.strerror}; choose another with --out"
        ) from None
    if out.is_dir():
        raise OutputError(f"{out} is a folder; give a file, as in --out {out / example}")


def remember(options: argparse.Namespace, settings: "Settings", plan_file: Path) -> None:
    """So that `report` needs no more than the film."""
    run = {
        "plan": str(plan_file.resolve()),
        "cast": str(options.cast.resolve()) if options.cast else None,
        "frames": str(options.frames.resolve()) if options.frames else None,
        "settings": asdict(settings),
        "plan_as_written": plan_file.read_text(encoding="utf-8"),
    }
    folder = cache_folder(options.out)
    with writing(folder / RUN):
        folder.mkdir(parents=True, exist_ok=True)
        draft = folder / f".0.{RUN}"
        draft.write_text(json.dumps(run), encoding="utf-8")
        draft.replace(folder / RUN)


def refuse_edited(plan_file: Path, options: argparse.Namespace) -> None:
    """A plan that a person has edited is theirs: `make` does not write over it."""
    writable(options.out)
    if not plan_file.exists():
        return
    if plan_file.is_dir():
        raise OutputError(f"{plan_file}, where the plan goes, is a folder: give another --out")
    if plan_file.read_bytes() != _plan_as_made(options.out):
        cast = f" --cast {options.cast}" if options.cast else ""
        raise OutputError(
            f"{plan_file} was edited by hand and make would write over it: shoot it with "
            f"script2movie shoot {plan_file}{cast} --out {options.out}, or give another --out"
        )


def _plan_as_made(out: Path) -> bytes | None:
    """The plan that the last `make` into this folder wrote, None where nobody knows."""
    try:
        run = json.loads((cache_folder(out) / RUN).read_text("utf-8"))
        return str(run["plan_as_written"]).encode()
    except (OSError, ValueError, LookupError, TypeError):
        return None


def refuse_foreign(out: Path, story: str) -> None:
    """`plan` writes over a plan as it wrote it, not over a story, another file or a day's edits."""
    if not out.exists():
        return
    if story != "-" and os.path.exists(story) and out.samefile(story):  # noqa: PTH110 (any name)
        raise OutputError(
            f"{out} is the story: give another file for the plan, as in --out plan.json"
        )
    written = out.read_bytes()
    if written == _plan_as_made(out) or hashlib.sha256(written).hexdigest() in _planned(out):
        return
    raise OutputError(
        f"{out} was edited by hand or is no plan, and plan would write over it: "
        "move it away or give another --out"
    )


def _planned(out: Path) -> list[str]:
    log = cache_folder(out) / PLANNED
    return log.read_text("utf-8", errors="replace").splitlines() if log.is_file() else []


def remember_plan(out: Path) -> None:
    folder = cache_folder(out)
    with writing(folder / PLANNED):
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / PLANNED).open("a", encoding="utf-8") as log:
            log.write(hashlib.sha256(out.read_bytes()).hexdigest() + "\n")


@contextmanager
def planning(out: Path) -> Iterator[Callable[[str], None]]:
    """What a planner says is told to the person, and written down when it is done or fails."""
    remarks: list[str] = []

    def say(remark: str) -> None:
        said(remark)
        remarks.append(remark)

    try:
        yield say
    finally:
        log = cache_folder(out) / PLANNING
        with writing(log):
            log.parent.mkdir(parents=True, exist_ok=True)
            with log.open("a", encoding="utf-8") as file:
                at = datetime.now(UTC).isoformat(timespec="seconds")
                file.write(json.dumps({"at": at, "said": remarks}, ensure_ascii=False) + "\n")


def planning_of(out: Path) -> list[str]:
    """What the last planning said; nothing where a plan was only read."""
    if not (cache_folder(out) / PLANNING).is_file():
        return []
    runs = (cache_folder(out) / PLANNING).read_text("utf-8").splitlines()
    return [str(remark) for remark in json.loads(runs[-1])["said"]]
