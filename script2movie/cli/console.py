"""What a person sees of a run: a bar a stage where somebody watches, remarks, the result."""

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

__all__ = ["bars", "printed", "said"]

DOING = {
    "plan": "planning scenes",
    "cast": "casting voices",
    "speak": "speaking lines",
    "prepare": "preparing people",
    "draw": "drawing keyframes",
    "animate": "animating shots",
    "step": "  steps of this one",
    "recognise": "looking for people",
    "film": "filming shots",
    "mix": "mixing",
    "stitch": "cutting",
    "report": "measuring the film",
    "check": "checking films",
    "stats": "counting films",
    "score": "measuring shots",
}


@contextmanager
def bars(quiet: bool, lines: bool = False) -> Iterator[Callable[[str, int, int], None]]:
    """A progress callback: (stage or subject, done, total)."""
    if lines:
        yield _line
        return
    if quiet or not sys.stderr.isatty():
        yield lambda stage, done, total: None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description:<20}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as progress:
        tasks: dict[str, object] = {}

        def told(stage: str, done: int, total: int) -> None:
            if total and stage not in tasks:
                tasks[stage] = progress.add_task(DOING.get(stage, stage), total=total)
            if stage in tasks:
                progress.update(tasks[stage], completed=done, total=total)  # type: ignore[arg-type]

        yield told


def _line(stage: str, done: int, total: int) -> None:
    told = {"stage": stage, "doing": DOING.get(stage, stage), "done": done, "total": total}
    # In one piece: print() writes the end of a line by itself, and stages run side by side.
    sys.stderr.write(json.dumps(told, ensure_ascii=True) + "\n")
    sys.stderr.flush()


def said(text: str) -> None:
    """A remark for a person, on standard error, so that standard output stays for results."""
    print(text, file=sys.stderr)


def printed(options: argparse.Namespace, told: object, text: str) -> None:
    """The result of a verb: `text`, or `told` as JSON where that was asked for."""
    if options.json:
        in_ascii = "utf" not in (sys.stdout.encoding or "utf-8").lower()
        text = json.dumps(told, ensure_ascii=in_ascii, indent=2)
    print(text)
