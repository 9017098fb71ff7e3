"""What each verb does. Each imports what it needs when it runs."""

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from script2movie.cli.beside import (
    RUN,
    cache_folder,
    film_file,
    planning_of,
    refuse_edited,
    refuse_foreign,
    remember,
    remember_plan,
    writable,
)
from script2movie.cli.console import bars, printed, said
from script2movie.cli.early import frames_of
from script2movie.cli.stories import planned
from script2movie.cli.typed import bank_of, settings_of
from script2movie.errors import SettingsError

if TYPE_CHECKING:
    from script2movie.movie import Character, Movie
    from script2movie.settings import Settings

__all__ = [
    "backends",
    "check",
    "doctor",
    "export",
    "make",
    "plan",
    "report",
    "shoot",
    "train_lora",
    "weights",
]


def make(options: argparse.Namespace) -> int:
    """STORY to film and report."""
    from script2movie.pipeline import asked_shots
    from script2movie.screenplay import save_plan

    settings = settings_of(options)
    bank = bank_of(options.cast)
    plan_file = options.out.parent / "plan.json"
    film_file(options.out)
    refuse_edited(plan_file, options)
    movie = planned(options, settings, bank)
    if movie is None:
        return 0
    asked_shots(movie, options.only)
    if options.dry_run:
        return _dry_run(movie, bank, settings, options)
    save_plan(movie, plan_file)
    remember(options, settings, plan_file)
    return _shoot(movie, bank, options, settings, plan_file)


def plan(options: argparse.Namespace) -> int:
    """STORY to a plan: plan.json, or a screenplay that holds it."""
    from script2movie.screenplay import save_movie

    settings = settings_of(options)
    writable(options.out, "plan.json")
    refuse_foreign(options.out, options.story)
    bank = bank_of(options.cast)
    movie = planned(options, settings, bank)
    if movie is None:
        return 0
    if options.dry_run:
        return _dry_run(movie, bank, settings, options)
    save_movie(movie, options.out)
    remember_plan(options.out)
    shots = list(movie.shots)
    told = {
        "plan": str(options.out),
        "scenes": len(movie.scenes),
        "shots": len(shots),
        "planning": planning_of(options.out),
    }
    printed(options, told, f"{options.out}: {len(movie.scenes)} scenes, {len(shots)} shots")
    return 0


def export(options: argparse.Namespace) -> int:
    """A plan or a screenplay in another format."""
    from script2movie.screenplay import convert

    writable(options.out, "film.fountain")
    refuse_foreign(options.out, str(options.plan))
    convert(options.plan, options.out)
    remember_plan(options.out)
    printed(options, {"plan": str(options.plan), "out": str(options.out)}, f"{options.out} written")
    return 0


def check(options: argparse.Namespace) -> int:
    """Loads a plan; what is wrong with it is the error."""
    from script2movie.screenplay import load_plan, plan_schema

    if options.schema:
        print(json.dumps(plan_schema(), indent=2, ensure_ascii=False))
        return 0
    if options.plan is None:
        raise SettingsError("check needs a plan, as in script2movie check plan.json")
    movie = load_plan(options.plan)
    shots = list(movie.shots)
    told = {"plan": str(options.plan), "valid": True, "shots": len(shots)}
    printed(options, told, f"{options.plan} is a plan of {len(shots)} shots; nothing is wrong")
    return 0


def shoot(options: argparse.Namespace) -> int:
    """plan.json to film and report."""
    from script2movie.pipeline import asked_shots
    from script2movie.screenplay import load_plan

    settings = settings_of(options)
    movie = load_plan(options.plan)
    bank = bank_of(options.cast)
    film_file(options.out)
    asked_shots(movie, options.only)
    if options.dry_run:
        return _dry_run(movie, bank, settings, options)
    writable(options.out)
    remember(options, settings, options.plan)
    return _shoot(movie, bank, options, settings, options.plan)


def train_lora(options: argparse.Namespace) -> int:
    """A LoRA for each person of a cast; those that are there already are left alone."""
    from script2movie.backends import open_backend
    from script2movie.errors import writing
    from script2movie.settings import settings_for
    from script2movie.stages import Watch

    typed = [("storyboard.loras", str(options.out)), *(options.options or ())]
    settings = settings_for(options.profile, storyboard="sdxl-lora", options=typed)
    people = bank_of(options.cast)
    with writing(options.out):
        options.out.mkdir(parents=True, exist_ok=True)
    backend: Any = open_backend("storyboard", "sdxl-lora", settings.options_of("storyboard"))
    trained, waiting = [], []
    try:
        for person in people:
            if (options.out / f"{person.name}.json").exists():
                said(f"{person.name} has a LoRA in {options.out} already: delete it to train again")
            else:  # a portrait that will not do is said before anybody is trained for an hour
                waiting.append((person, backend.portraits(person)))
        for person, portraits in waiting:
            with bars(options.json, options.progress) as progress:
                backend.watch = Watch(partial(progress, person.name))
                trained.append(str(backend.train_lora(person, portraits, options.out).path))
    finally:
        backend.close()
    printed(options, {"loras": trained}, "\n".join(trained) or "nothing to train")
    return 0


def report(options: argparse.Namespace) -> int:
    """Measures a film again, with the plan and settings that made it."""
    from script2movie.settings import Settings

    memory = cache_folder(options.film) / RUN
    if not options.film.is_file() or not memory.is_file():
        raise SettingsError(f"{options.film} is no film that script2movie made: give out/film.mp4")
    from script2movie.screenplay import load_plan

    try:
        run = json.loads(memory.read_text(encoding="utf-8"))
        typed = tuple((name, value) for name, value in run["settings"].pop("options", ()))
        settings = Settings(**run["settings"], options=typed)
        cast = Path(run["cast"]) if run["cast"] else None
        plan_file = Path(run["plan"])
        frames = Path(run["frames"]) if run.get("frames") else None
    except (ValueError, LookupError, TypeError):
        raise SettingsError(
            f"{memory} is damaged: make or shoot the film again, what is made is kept"
        ) from None
    told = {"out": options.film, "only": [], "report": True, "cast": cast, "frames": frames}
    again = argparse.Namespace(**vars(options) | told)
    return _shoot(load_plan(plan_file), bank_of(cast), again, settings, plan_file)


def weights(options: argparse.Namespace) -> int:
    """Lists or fetches the weights of a profile, and the checkpoints of its backends."""
    from script2movie.backends import STAGES
    from script2movie.cli.holdings import fetch, holdings

    settings = settings_of(options)
    if options.fetch:
        fetch(settings, quiet=options.json, lines=options.progress)
    listed = holdings(settings)
    lines = [str(one) for one in listed]
    if not all(one.present for one in listed):
        chosen = [f"--{stage} {name}" for stage in STAGES if (name := getattr(options, stage))]
        profile = [f"--profile {options.profile}"] if options.profile != "embedded" else []
        given = [f"--option {name}={value}" for name, value in options.options or ()]
        command = " ".join(["script2movie weights --fetch", *profile, *chosen, *given])
        lines.append(f"get what is missing with: {command}")
    printed(options, [one.told for one in listed], "\n".join(lines))
    return 0


def backends(options: argparse.Namespace) -> int:
    """Lists every stage's backends, one stage's, or one backend's options."""
    from script2movie.backends import HEARING, STAGES, available, options_of
    from script2movie.settings import nearest

    stages = (*STAGES, *HEARING)
    if options.stage and options.stage not in stages:
        raise SettingsError(f"there is no stage '{options.stage}'{nearest(options.stage, stages)}")
    if options.name:
        kind = options_of(options.stage, options.name)
        choices = [
            {
                "option": f"{options.stage}.{field.name}",
                "default": str(field.default),
                "help": field.metadata.get("help", ""),
            }
            for field in (fields(kind) if kind else ())
        ]
        wide = max((len(one["default"]) for one in choices), default=0)
        told = [f"{one['option']:<28} {one['default']:<{wide}} {one['help']}" for one in choices]
        printed(options, choices, "\n".join(told) or f"{options.name} has no options")
        return 0
    rows = [
        {"stage": stage, "name": name, "summary": backend.summary}
        for stage in stages
        if options.stage in (None, stage)
        for name, backend in available(stage).items()
    ]
    lines = (f"{row['stage']:<11} {row['name']:<20} {row['summary']}" for row in rows)
    printed(options, rows, "\n".join(lines))
    return 0


def doctor(options: argparse.Namespace) -> int:
    """Examines the machine; returns 1 where a default film could not be made."""
    from script2movie.cli.doctor import examine

    findings = examine("embedded")
    lines = [
        f"{'ok  ' if one.fine else 'FAIL'}  {one.subject:<28} {one.said}"
        + ("" if one.fine or one.mend == one.said else f"\n      mend: {one.mend}")
        for one in findings
    ]
    printed(options, [asdict(one) for one in findings], "\n".join(lines))
    return 0 if all(one.fine for one in findings) else 1


# --- steps that verbs share ----------------------------------------------------------------------


def _shoot(
    movie: "Movie",
    bank: "Sequence[Character]",
    options: argparse.Namespace,
    settings: "Settings",
    plan_file: Path,
) -> int:
    from script2movie import pipeline
    from script2movie.bank import complete_bank
    from script2movie.cache import Cache
    from script2movie.media.clips import ffmpeg

    ffmpeg()
    people = complete_bank(movie.cast, bank, seed=settings.seed)
    for person in people:
        if person.figure:
            said(f"{person.name} has no portrait: the default figure '{person.figure}' plays them")
    cache = Cache(cache_folder(options.out))
    told: dict[str, object] = {"film": str(options.out), "plan": str(plan_file)}
    with bars(options.json, options.progress) as progress:
        film = pipeline.shoot(
            movie,
            people,
            options.out,
            settings,
            cache,
            progress,
            only=options.only,
            frames=frames_of(options.frames, movie, people),
        )
        told["seconds"] = round(film.num_frames / settings.fps, 2)
        told["shots"] = [take.shot.id for take in film.takes]
        told["made"] = sorted({kind for kind, _ in cache.made})
        if film.path is not None and options.report:
            from script2movie.cli.holdings import restrictions
            from script2movie.report import write_report

            told["report"] = str(options.out.with_name("report.html"))
            told["scores"] = write_report(
                film,
                people,
                settings,
                cache,
                progress,
                memory=film.memory,
                restrictions=restrictions(settings),
            )
    printed(options, told, _closing(told))
    return 0


def _closing(told: Mapping[str, object]) -> str:
    lines = [f"{told['film']}: {told['seconds']} s, {len(list(told['shots']))} shots"]  # type: ignore[call-overload]
    if "report" in told:
        lines.append(f"{told['report']}: how consistent it is")
    return "\n".join(lines)


def _dry_run(
    movie: "Movie",
    bank: "Sequence[Character]",
    settings: "Settings",
    options: argparse.Namespace,
) -> int:
    from script2movie.backends import STAGES, available
    from script2movie.bank import complete_bank
    from script2movie.pipeline import rehearse
    from script2movie.pipeline.estimate import estimate

    rehearse(
        movie, complete_bank(movie.cast, bank, seed=settings.seed), settings, only=options.only
    )
    cast = {member.name for member in movie.cast}
    recorded = [one for one in bank if one.voice_sample and one.name in cast]
    guess = estimate(movie, settings, len(recorded))
    told = (
        f"{guess.scenes} scenes, {guess.shots} shots, {guess.people} people, {guess.lines} lines: "
        f"a film of about {guess.film_seconds:.0f} s, made in about {guess.work_seconds:.0f} s "
        f"on two cores"
    )
    others = {stage: getattr(settings, stage) for stage in STAGES[1:]}  # the plan is there
    others = {stage: name for stage, name in others.items() if name != "embedded"}
    if others:
        named = " and ".join(f"{stage} '{name}'" for stage, name in others.items())
        times = f", each up to {settings.takes} times (--takes)" if settings.takes > 1 else ""
        told += f", and longer with {named}{times}: by how much was not measured"
    paid = {f"{stage} '{name}'": available(stage)[name].billed_by for stage, name in others.items()}
    paid = {who: payee for who, payee in paid.items() if payee}
    told += "".join(f"\n{who} is paid for, to {payee}" for who, payee in paid.items())
    printed(options, asdict(guess) | {"not_measured": others, "paid": paid}, told)
    return 0
