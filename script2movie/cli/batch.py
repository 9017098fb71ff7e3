"""MovieBench's films rendered shot for shot: what may be typed, and how it is run.

    add_verb   what may be typed
    render     this run's share of the shots, here or in several processes side by side

Several at once are shards of this run's share, each a process of its own with the same words:
what one makes no other waits for, and each has its own backends.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from script2movie.cli.bench import NewVerb, add_films, chosen_films
from script2movie.cli.console import bars, printed, said
from script2movie.errors import OutputError, SettingsError, ShotFailed, StoryError, writing

if TYPE_CHECKING:
    from script2movie.annotations import AnnotatedFilm
    from script2movie.movie import Character, Movie, OwnFrame
    from script2movie.moviebench.batch import Failure, Frames, Lines
    from script2movie.moviebench.dataset import Dataset, Film
    from script2movie.pipeline import Progress
    from script2movie.settings import Settings

__all__ = ["add_verb", "render"]

RUN = "run.json"  # what a run is made with; one folder holds one run
OURS, REAL_FIRST, HEARD = "ours", "real-first", "asr"


def add_verb(verbs: Any, new: NewVerb, choices: Callable[[argparse.ArgumentParser], None]) -> None:
    """Adds `batch` to the command line; `choices` are the backends and what goes with them."""
    verb = new(verbs, "batch", "render MovieBench's films shot for shot, to be scored")
    verb.add_argument(
        "--dataset", type=Path, required=True, metavar="DIR", help="the folder MovieBench lies in"
    )
    add_films(verb, "test")
    verb.add_argument(
        "--out",
        type=Path,
        required=True,
        metavar="RUN",
        help="where <movie>/<shot id>.mp4 and .jpg go; run again to go on",
    )
    verb.add_argument(
        "--from",
        dest="source",
        choices=("annotations", "synopsis"),
        default="annotations",
        help="a shot for each annotation (default), or a film that the planner makes of the "
        "synopsis, whose shots are its own",
    )
    verb.add_argument(
        "--keyframes",
        default=OURS,
        metavar="ours|real-first|DIR",
        help="drawn (default), the first frame of the film's own clip, or <movie>/<shot id>.jpg "
        "of a folder",
    )
    verb.add_argument(
        "--subtitles",
        dest="spoken",
        metavar="DIR|asr",
        help="lines from <movie>.srt of a folder, or from the film's own clips by speech "
        "recognition; without it films are silent",
    )
    verb.add_argument(
        "--level", choices=("shots", "film"), default="shots", help="film: cut each film too"
    )
    verb.add_argument(
        "--shard", type=_shard, default=(1, 1), metavar="3/8", help="make only this share"
    )
    verb.add_argument(
        "--jobs", type=int, default=1, metavar="N", help="N processes side by side (1)"
    )
    verb.add_argument("--minutes", type=float, metavar="N", help="of a film from a synopsis")
    choices(verb)
    verb.set_defaults(call=render)


def _shard(text: str) -> tuple[int, int]:
    number, _, count = text.partition("/")
    if not (number.isdecimal() and count.isdecimal() and 1 <= int(number) <= int(count)):
        raise argparse.ArgumentTypeError(
            f"'{text}' is no shard; the third of eight is written --shard 3/8"
        )
    return int(number), int(count)


def render(options: argparse.Namespace) -> int:
    """This run's share; returns 1 where something failed, with a table of it."""
    from script2movie.cli.typed import settings_of
    from script2movie.media.clips import ffmpeg
    from script2movie.moviebench.batch import share_of

    ffmpeg()
    settings = settings_of(options)
    _refuse_contradictions(options)
    dataset, films = chosen_films(options)
    _refuse_missing(options, dataset)
    _remember(options, settings, dataset)
    whole = options.level == "film" or options.source == "synopsis"
    shares = share_of(films, options.shard, whole=whole)
    if options.source == "synopsis":
        shares = tuple(replace(share, shots=()) for share in shares)
    else:
        _refuse_unannotated(options, films)
    alone = options.jobs == 1
    failed = _here(options, settings, films, shares) if alone else _side_by_side(options)
    _write_failures(options, failed)
    asked = sum(len(share.shots) for share in shares)
    shots = [one for one in failed if one["shot"]]
    told = {"run": str(options.out), "films": len(shares), "failed": failed}
    lines = [f"{one['shot'] or one['film']}: {one['why']}" for one in failed]
    if options.source == "annotations":
        told |= {"shots": asked, "shots made": asked - len(shots)}
        lines.append(f"{options.out}: {asked - len(shots)} of {asked} shots are there")
    else:
        lines.append(f"{options.out}: {len(shares)} films, {len(shots)} of their shots failed")
    if failed:
        lines.insert(0, f"{len(failed)} failed, all else is made and kept; run again for these:")
    printed(options, told, "\n".join(lines))
    return int(bool(failed))


def _refuse_contradictions(options: argparse.Namespace) -> None:
    if options.jobs < 1:
        raise SettingsError(f"--jobs is {options.jobs}; it must be 1 or more, as in --jobs 2")
    if options.source == "annotations":
        asked = {"--minutes": options.minutes, "--planner": options.planner}
        for option, typed in asked.items():
            if typed is not None:
                raise SettingsError(f"{option} plans a synopsis: leave it out, or --from synopsis")
    elif options.keyframes != OURS or options.spoken:
        option = "--keyframes" if options.keyframes != OURS else "--subtitles"
        raise SettingsError(
            f"{option} is about the film's own shots, and a film from a synopsis has others: "
            "leave it out, or --from annotations"
        )


def _refuse_missing(options: argparse.Namespace, dataset: "Dataset") -> None:
    from script2movie.annotations import keys

    dataset.need(keys.SYNOPSES if options.source == "synopsis" else keys.ANNOTATIONS)
    if options.keyframes == REAL_FIRST or options.spoken == HEARD:
        dataset.need(keys.CLIPS)
    for option, typed, words in (
        ("--keyframes", options.keyframes, (OURS, REAL_FIRST)),
        ("--subtitles", options.spoken, (None, HEARD)),
    ):
        if typed not in words and not Path(typed).is_dir():
            raise SettingsError(f"{option} {typed} is no folder: give one, or '{words[1]}'")


def _refuse_unannotated(options: argparse.Namespace, films: "Sequence[Film]") -> None:
    """A film of which there is a bank or a clip alone has no shot to be made; it is said."""
    from script2movie.errors import DatasetError

    unannotated = [film.name for film in films if not film.shots]
    if len(unannotated) == len(films):
        raise DatasetError(f"{options.dataset} has no shot annotations of {', '.join(unannotated)}")
    for name in unannotated:
        said(f"{name}: there are no shot annotations of it, so nothing is made")


def _remember(options: argparse.Namespace, settings: "Settings", dataset: "Dataset") -> None:
    """Writes what the run is made with, or refuses a folder that holds another run."""
    import script2movie
    from script2movie.backends import open_crew

    with open_crew(settings) as crew:
        fingerprints = crew.fingerprints
    made_with = {
        "script2movie": script2movie.__version__,
        "from": options.source,
        "keyframes": options.keyframes,
        "lines": options.spoken,
        "minutes": options.minutes,
        "fingerprints": fingerprints,
        **asdict(settings),
    }
    told = {"dataset": str(dataset.folder.resolve()), "made with": made_with}
    text = json.dumps(told, ensure_ascii=False, indent=2, default=str) + "\n"
    path = options.out / RUN
    if path.exists():
        try:
            before = dict(json.loads(path.read_text("utf-8"))["made with"])
        except (OSError, ValueError, LookupError, TypeError):
            raise OutputError(f"{path} is damaged: give another --out") from None
        now = json.loads(text)["made with"]
        changed = [name for name in now if now[name] != before.get(name)]
        if changed:
            first = changed[0]
            raise SettingsError(
                f"{options.out} holds a run with {first} {json.dumps(before.get(first))}, not "
                f"{json.dumps(now[first])}, and a run is of one kind: give another --out"
            )
    with writing(path):
        options.out.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{options.shard[0]}.{RUN}")
        draft.write_text(text, encoding="utf-8")
        draft.replace(path)


def _write_failures(options: argparse.Namespace, failed: Sequence[Mapping[str, str]]) -> None:
    path = _failures(options.out, options.shard)
    with writing(path):
        if failed:
            text = json.dumps(list(failed), ensure_ascii=False, indent=2) + "\n"
            path.write_text(text, encoding="utf-8")
        else:
            path.unlink(missing_ok=True)


def _failures(run: Path, shard: tuple[int, int]) -> Path:
    part = "" if shard == (1, 1) else f"-{shard[0]}-of-{shard[1]}"
    return run / f"failed{part}.json"


# --- here, film after film ------------------------------------------------------------------------


def _here(
    options: argparse.Namespace,
    settings: "Settings",
    films: "Sequence[Film]",
    shares: Sequence[Any],
) -> list[dict[str, str]]:
    from script2movie.moviebench.batch import Batch

    frames, lines = _frames(options, films), _lines(options, films)
    failed: list[Failure] = []
    with bars(options.json) as progress:
        batch = Batch(
            options.out,
            _Crew(options, settings, progress),
            lines,
            frames,
            cut=options.level == "film",
            seed=settings.seed,
            say=said,
        )
        for share in shares:
            failed += batch.make(share)
    return [asdict(one) for one in failed]


def _frames(options: argparse.Namespace, films: "Sequence[Film]") -> "Frames | None":
    from script2movie.moviebench.given import first_frames, frames_from

    if options.keyframes == OURS:
        return None
    if options.keyframes == REAL_FIRST:
        return first_frames(options.out)
    frames, remarks = frames_from(Path(options.keyframes), films)
    for remark in remarks:
        said(remark)
    return frames


def _lines(options: argparse.Namespace, films: "Sequence[Film]") -> "Lines":
    from script2movie.moviebench.given import heard_lines, lines_from

    if options.spoken is None:
        return lambda film: {}
    return (
        heard_lines(options.out)
        if options.spoken == HEARD
        else lines_from(Path(options.spoken), films)
    )


class _Crew:
    """Plans and shoots one film after the other."""

    def __init__(
        self, options: argparse.Namespace, settings: "Settings", progress: "Progress"
    ) -> None:
        self.options, self.settings, self.progress = options, settings, progress

    def plan(
        self,
        told: "AnnotatedFilm",
        bank: "Sequence[Character]",
        lines: Mapping[str, Sequence[tuple[str, str]]],
        folder: Path,
    ) -> "Movie":
        """The film as a plan, also written to `folder`."""
        from script2movie.movie import Style
        from script2movie.screenplay import planned_as_annotated, save_plan
        from script2movie.screenplay.faults import faults

        with writing(folder):
            folder.mkdir(parents=True, exist_ok=True)
        if self.options.source == "synopsis":
            movie = self._planned(told, bank, folder)
        else:
            remade = planned_as_annotated(told, {one.name: one.aliases for one in bank}, lines)
            movie = remade.movie
            for remark in remade.remarks:
                said(f"{told.name}: {remark}")
        if self.settings.style:
            movie = replace(movie, style=Style(self.settings.style))
        if wrong := next(faults(movie), ""):
            raise StoryError(f"{told.name} makes a plan that cannot be shot: {wrong}")
        save_plan(movie, folder / "plan.json")
        return movie

    def _planned(self, told: "AnnotatedFilm", bank: "Sequence[Character]", folder: Path) -> "Movie":
        from script2movie import pipeline
        from script2movie.cache import Cache
        from script2movie.cli.beside import planning
        from script2movie.movie import Style
        from script2movie.stages import Brief

        if not told.synopsis:
            raise StoryError(f"{told.name} has no synopsis")
        brief = Brief(self.options.minutes, style=Style(self.settings.style or Style.PHOTO))
        cache = Cache(folder / ".script2movie")
        with planning(folder / "plan.json") as say:
            return pipeline.plan(
                told.synopsis, bank, brief, self.settings, cache, self.progress, say
            )

    def shoot(
        self,
        movie: "Movie",
        people: "Sequence[Character]",
        folder: Path,
        *,
        only: Collection[str],
        frames: "Mapping[str, OwnFrame]",
        cut: bool,
    ) -> None:
        """Clips and storyboard in `folder`; with `cut`, the film."""
        from script2movie import pipeline
        from script2movie.cache import Cache

        pipeline.shoot(
            movie,
            people,
            folder / "film.mp4",
            self.settings,
            Cache(folder / ".script2movie"),
            self.progress,
            only=only,
            frames=frames,
            cut=cut,
        )


# --- side by side ---------------------------------------------------------------------------------


def _side_by_side(options: argparse.Namespace) -> list[dict[str, str]]:
    """This run's share in shards of its own, a process each; what failed in all of them.

    Raises ShotFailed where a process could not go on; the others are made to their end.
    """
    number, count = options.shard
    shards = [(n, count * options.jobs) for n in range(1, count * options.jobs + 1)]
    mine = shards[(number - 1) * options.jobs : number * options.jobs]
    running = []
    try:
        for shard in mine:
            words = [*options.typed, "--jobs", "1", "--shard", f"{shard[0]}/{shard[1]}", "--json"]
            command = [sys.executable, "-m", "script2movie", *words]
            running.append(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
        answers = [process.communicate()[0] for process in running]
    finally:
        for process in running:
            if process.poll() is None:
                process.terminate()
            process.wait()
    failed: list[dict[str, str]] = []
    stopped = []
    for shard, process, answer in zip(mine, running, answers, strict=True):
        _failures(options.out, shard).unlink(missing_ok=True)
        if process.returncode in (0, 1) and answer.startswith("{"):
            failed += json.loads(answer)["failed"]
        else:
            stopped.append(f"shard {shard[0]}/{shard[1]} stopped; its own words are above")
    if stopped:
        raise ShotFailed("\n".join(stopped))
    return failed
