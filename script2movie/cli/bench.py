"""The benchmark's verbs: what may be typed after them, and what each does."""

import argparse
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from script2movie.cli.console import bars, said

if TYPE_CHECKING:
    from script2movie.moviebench.dataset import Dataset, Film

__all__ = ["add_verbs"]

SIDES = {"train": "Train", "test": "Test", "all": None}
NewVerb = Callable[..., argparse.ArgumentParser]


def add_verbs(verbs: Any, new: NewVerb) -> None:
    """Adds `moviebench` and `score` to the command line."""
    moviebench = new(verbs, "moviebench", "what a MovieBench folder holds, and what is odd in it")
    actions = moviebench.add_subparsers(dest="action", required=True, metavar="ACTION")
    checking = new(actions, "check", "list every oddity: names, portraits, JSON, spans, clips")
    _dataset(checking)
    checking.add_argument("--quick", action="store_true", help="open no picture and no clip")
    checking.set_defaults(call=check)
    counting = new(actions, "stats", "the paper's statistics, for what is there, with plots")
    _dataset(counting)
    counting.add_argument(
        "--out", type=Path, metavar="DIR", help="write stats.json and stats.html there"
    )
    counting.set_defaults(call=stats)


def _dataset(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("dataset", type=Path, metavar="DIR", help="the folder MovieBench lies in")
    _films(verb, "all")


def _films(verb: argparse.ArgumentParser, default: str) -> None:
    verb.add_argument(
        "--clips", type=Path, metavar="DIR", help="where LSMDC's clips lie (DIR/LSMDC)"
    )
    verb.add_argument(
        "--split", choices=SIDES, default=default, help=f"train, test or all ({default})"
    )
    verb.add_argument(
        "--films", nargs="+", metavar="FILM", default=[], help="only these, as in 1004_Juno"
    )


def chosen_films(options: argparse.Namespace) -> "tuple[Dataset, tuple[Film, ...]]":
    """The data set and the films that were asked for."""
    from script2movie.errors import DatasetError
    from script2movie.moviebench.dataset import open_dataset

    dataset = open_dataset(options.dataset, clips=options.clips)
    if options.films:
        return dataset, tuple(dataset.film(name) for name in options.films)
    films = dataset.chosen(SIDES[options.split])
    if not films:
        raise DatasetError(f"{options.dataset} has no film of the split '{options.split}'")
    return dataset, films


def check(options: argparse.Namespace) -> int:
    """Every oddity, kind by kind; returns 1 where there are any."""
    from script2movie.moviebench.checking import check as look

    dataset, films = chosen_films(options)
    with bars(options.json) as progress:
        found = look(dataset, films, progress, pictures=not options.quick, clips=not options.quick)
    if options.json:
        rows = [{"kind": one.kind, "place": one.place, "told": one.told} for one in found]
        print(json.dumps(rows, ensure_ascii=False, indent=2))
        return int(bool(found))
    for one in found:
        print(f"{one.kind}: {one.place + ': ' if one.place else ''}{one.told}")
    kinds = Counter(one.kind for one in found)
    shots = sum(len(film.shots) for film in films)
    told = ", ".join(f"{count} x {kind}" for kind, count in kinds.most_common())
    said(f"{len(films)} films, {shots} shots: {told or 'nothing is odd'}")
    return int(bool(found))


def stats(options: argparse.Namespace) -> int:
    """How much there is, beside the paper's averages."""
    from script2movie.errors import writing
    from script2movie.moviebench.rendering import statistics_page
    from script2movie.moviebench.statistics import PAPER, measure

    dataset, films = chosen_films(options)
    with bars(options.json) as progress:
        found = measure(dataset, films, progress)
    told = json.dumps(found.as_json(), ensure_ascii=False, indent=2)
    if options.out is not None:
        for name, text in (("stats.json", told + "\n"), ("stats.html", statistics_page(found))):
            path = options.out / name
            with writing(path):
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
    if options.json:
        print(told)
        return 0
    shots = sum(film.num_shots for film in found.films)
    print(f"{len(found.films)} films, {shots} shots")
    print(f"{'':<22}{'n':>8}{'mean':>10}{'paper':>10}")
    for level in found.levels:
        paper = f"{PAPER[level.name]:.4g}" if level.name in PAPER else "-"
        mean = f"{level.mean:.4g}" if level.mean is not None else "no data"
        print(f"{level.name:<22}{len(level.values):>8}{mean:>10}{paper:>10}")
    for sentence in (*found.missing, *found.unreadable):
        said(sentence)
    return 0
