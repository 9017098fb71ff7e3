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

__all__ = ["NewVerb", "add_films", "add_verbs", "chosen_films"]

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
    naming = new(actions, "annotations", "score annotations: who is named in each shot (Table 4)")
    _dataset(naming)
    naming.add_argument(
        "--run", type=Path, required=True, metavar="RUN", help="<movie>/<shot id>.json in it"
    )
    naming.set_defaults(call=annotations)
    cloning = new(actions, "voices", "score a speaker on people's own voices (Table 7)")
    cloning.add_argument(
        "recordings", type=Path, metavar="DIR", help="<Character>/*.wav, words beside them as .txt"
    )
    cloning.add_argument("--speaker", default="embedded", metavar="NAME", help="the backend")
    cloning.add_argument("--seed", type=int, default=0, metavar="N", help="same seed, same speech")
    cloning.set_defaults(call=voices)
    scoring = new(verbs, "score", "score clips or keyframes made for MovieBench's shots")
    scoring.add_argument(
        "run", type=Path, nargs="?", metavar="RUN", help="<movie>/<shot id>.mp4 or .jpg in it"
    )
    scoring.add_argument(
        "--dataset", type=Path, required=True, metavar="DIR", help="the folder MovieBench lies in"
    )
    add_films(scoring, "test")
    scoring.add_argument(
        "--protocol",
        choices=("paper", "released", "both"),
        default="both",
        help="the paper's text, its released scripts with their quirks, or both (default)",
    )
    scoring.add_argument(
        "--metrics", nargs="+", default=[], metavar="NAME", help="only these (docs/moviebench.md)"
    )
    scoring.add_argument(
        "--compare", type=Path, nargs=2, metavar="RUN", help="two runs, shot by shot"
    )
    scoring.add_argument(
        "--ground-truth", action="store_true", help="score the film's own clips as a row too"
    )
    scoring.add_argument(
        "--kind", choices=("clips", "keyframes"), help="what RUN holds (clips where there are any)"
    )
    scoring.add_argument(
        "--subtitles", type=Path, metavar="DIR", help="<movie>.srt: the words that are said"
    )
    scoring.add_argument(
        "--weights",
        action="append",
        default=[],
        metavar="NAME=PATH",
        help="where a published weight lies, as in clip-vit-b16=/models/clip",
    )
    scoring.add_argument("--out", type=Path, metavar="DIR", help="where the report goes (RUN)")
    scoring.add_argument(
        "--seed", type=int, default=0, metavar="N", help="of the intervals' resamples (0)"
    )
    scoring.set_defaults(call=score)


def _dataset(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("dataset", type=Path, metavar="DIR", help="the folder MovieBench lies in")
    add_films(verb, "all")


def add_films(verb: argparse.ArgumentParser, default: str) -> None:
    """Which films of a data set, and where their own clips lie."""
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
    with bars(options.json, options.progress) as progress:
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
    with bars(options.json, options.progress) as progress:
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


def annotations(options: argparse.Namespace) -> int:
    """Characters named per shot, beside the paper's Table 4."""
    from script2movie.moviebench.naming import f1_between, name_shots
    from script2movie.moviebench.paper import TABLE_4

    _, films = chosen_films(options)
    found = name_shots(options.run, films)
    total, between = found.total, f1_between(found)
    told = {
        "run": str(options.run),
        "shots": len(found.shots),
        "shots without an annotation": found.num_missing,
        "true positives": total.true_positives,
        "false positives": total.false_positives,
        "false negatives": total.false_negatives,
        "precision": total.precision,
        "recall": total.recall,
        "f1": total.f1,
        "f1 between, %": between,
        "cannot be read": list(found.faults),
        "paper's table 4, %": TABLE_4,
    }
    if options.json:
        print(json.dumps(told, ensure_ascii=False, indent=2))
        return int(bool(found.faults))
    numbers = [
        "no data" if share is None else f"{100 * share:.1f}"
        for share in (total.precision, total.recall, total.f1)
    ]
    print(f"{len(found.shots)} shots, {found.num_missing} of them without an annotation")
    print(f"{'':<20}{'P %':>9}{'R %':>9}{'F1 %':>9}")
    print(f"{options.run.name[:19]:<20}{numbers[0]:>9}{numbers[1]:>9}{numbers[2]:>9}", end="")
    print(f"  ({between[0]:.1f} to {between[1]:.1f})" if between else "")
    for system, row in TABLE_4.items():
        print(f"{system:<20}" + "".join(f"{value:>9.1f}" for value in row))
    for sentence in found.faults:
        said(sentence)
    return int(bool(found.faults))


def voices(options: argparse.Namespace) -> int:
    """Each person's second half spoken with the voice of the first, beside the paper's Table 7."""
    import tempfile
    from typing import cast

    from script2movie.backends import open_backend
    from script2movie.moviebench.cloning import measure_cloning, read_recordings
    from script2movie.moviebench.paper import TABLE_7
    from script2movie.stages import SPEECH_RATE, Speaker

    people = read_recordings(options.recordings)
    speaker = cast(Speaker, open_backend("speaker", options.speaker))
    try:
        with tempfile.TemporaryDirectory() as scratch:
            found = measure_cloning(people, speaker, SPEECH_RATE, Path(scratch), seed=options.seed)
    finally:
        speaker.close()
    num_words = sum(one.counts.words for one in found)
    decibels = [one.distortion for one in found if one.distortion is not None]
    told: dict[str, Any] = {
        "speaker": options.speaker,
        "people": len(people),
        "lines": len(found),
        "WER (Whisper tiny.en)": sum(one.counts.errors for one in found) / num_words
        if num_words
        else None,
        "similarity (Resemblyzer)": sum(one.similarity for one in found) / len(found)
        if found
        else None,
        "MCD, dB": sum(decibels) / len(decibels) if decibels else None,
        "each": [
            {
                "character": one.character,
                "words": one.words,
                "heard": one.heard,
                "errors": one.counts.errors,
                "similarity": one.similarity,
                "MCD, dB": one.distortion,
            }
            for one in found
        ],
        "paper's table 7, MCD / WER / SIM-o": TABLE_7,
    }
    if options.json:
        print(json.dumps(told, ensure_ascii=False, indent=2))
        return 0
    for name, value in told.items():
        if name.startswith(("MCD", "WER", "similarity")):
            print(f"{name}: {'no data' if value is None else f'{value:.3f}'}, {len(found)} lines")
    print("the paper's Table 7 (MCD, WER, SIM-o by other encoders):")
    for name, row in TABLE_7.items():
        print(f"  {name}: " + " / ".join(map(str, row)))
    return 0


def score(options: argparse.Namespace) -> int:
    """Runs to rows: score.json, score.md and score.html; returns 1 where a file cannot be read."""
    from script2movie.cache import Cache
    from script2movie.errors import SettingsError
    from script2movie.moviebench.choosing import choose
    from script2movie.moviebench.comparing import compare
    from script2movie.moviebench.layout import find_predictions, ground_truth
    from script2movie.moviebench.lines import lines_of_films
    from script2movie.moviebench.report import as_json, as_markdown, write_report
    from script2movie.moviebench.scoring import score as measure

    runs = list(options.compare or ([options.run] if options.run else []))
    if options.run and options.compare:
        raise SettingsError("score takes RUN or --compare RUN RUN, not both")
    if not runs and not options.ground_truth:
        raise SettingsError("score needs a folder of predictions, as in script2movie score runs/x")
    out = options.out or (runs[0] if runs else None)
    if out is None:
        raise SettingsError("--ground-truth alone needs --out DIR for its report")
    _, films = chosen_films(options)
    found = [(str(run), find_predictions(run, films, options.kind)) for run in runs]
    if options.ground_truth:
        found.append(("ground truth", ground_truth(films)))
    lines = lines_of_films(options.subtitles, films) if options.subtitles else None
    measures, lacking = choose(options.metrics, options.protocol, films, _given(options.weights))
    cache = Cache(out / ".script2movie")
    with bars(options.json, options.progress) as progress:
        scores = [
            measure(
                name,
                films,
                predictions,
                measures,
                lacking,
                cache,
                progress,
                seed=options.seed,
                lines=lines,
            )
            for name, predictions in found
        ]
    differences = compare(scores[0], scores[1], seed=options.seed) if options.compare else []
    written = write_report(out, scores, differences)
    if options.json:
        print(json.dumps(as_json(scores, differences), ensure_ascii=False, indent=2))
    else:
        print(as_markdown(scores, differences), end="")
    said("; ".join(map(str, written)))
    return int(any(one.faults for one in scores))


def _given(pairs: list[str]) -> dict[str, Path]:
    from script2movie.errors import SettingsError, WeightsError
    from script2movie.settings import nearest
    from script2movie.weights.published import published

    given = {}
    for pair in pairs:
        name, equals, path = pair.partition("=")
        if not equals or not path:
            raise SettingsError(f"--weights {pair}: write NAME=PATH, as in i3d=/models/i3d.pt")
        if name not in published():
            raise SettingsError(f"there is no weight '{name}'{nearest(name, published())}")
        if not Path(path).exists():
            raise WeightsError(f"--weights {pair}: there is no such file or folder")
        given[name] = Path(path)
    return given
