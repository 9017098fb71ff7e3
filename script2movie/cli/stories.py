"""STORY, as it is typed, into a movie: prose, a screenplay, or a screenplay that holds its plan.

Knows which planner reads what; a wrong choice is refused, a guess is said.
"""

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from script2movie.cli.beside import planning
from script2movie.cli.console import bars, printed, said
from script2movie.errors import SettingsError, StoryError

if TYPE_CHECKING:
    from script2movie.movie import Character, Movie
    from script2movie.screenplay import Story
    from script2movie.settings import Settings
    from script2movie.stages import Brief

__all__ = ["people", "planned"]

SCREENPLAYS = "screenplay"  # the planner that reads them


def planned(
    options: argparse.Namespace, settings: "Settings", bank: "Sequence[Character]"
) -> "Movie | None":
    """The movie of `options.story`, planned where it is not planned yet.

    None where a dry run would have to ask a server: what that would take is said instead.
    """
    from script2movie import pipeline
    from script2movie.movie import Style
    from script2movie.screenplay import Form, holds_plan, open_story, read_fountain, restored
    from script2movie.stages import Brief

    if options.minutes is not None and not 0 < options.minutes <= 600:
        raise SettingsError(
            f"--minutes is {options.minutes:g}; it must be above 0 and at most 600, "
            "as in --minutes 2"
        )
    if options.story != "-" and Path(options.story).is_dir():
        return _as_annotated(options, settings, bank)
    story = open_story(options.story, Form(options.format) if options.format else None)
    name = "standard input" if options.story == "-" else options.story
    if story.guessed:
        said(
            f"{name} holds {story.guessed} and is read as a screenplay; "
            "--format prose reads it as prose"
        )
    if story.is_screenplay and holds_plan(script := read_fountain(story.text)):
        _refuse_planning(options, name)
        movie = restored(script, name)
        return replace(movie, style=Style(settings.style)) if settings.style else movie
    settings = _with_planner(story, options, settings, name)
    brief = Brief(options.minutes, options.narrator, Style(settings.style or Style.PHOTO))
    if options.dry_run and (foreseen := pipeline.foresee(story.text, bank, brief, settings)):
        text = f"planning would take, by an estimate, {foreseen}"
        printed(options, {"planning": foreseen}, text)
        return None
    return _plan(story.text, bank, brief, settings, options)


def people(options: argparse.Namespace) -> int:
    """Who is in a story, and who of them is in the cast folder; nothing is planned or kept."""
    from script2movie import pipeline
    from script2movie.bank import names_in_bank
    from script2movie.screenplay import Form, holds_plan, open_story, read_fountain, restored
    from script2movie.settings import settings_for

    story = open_story(options.story, Form(options.format) if options.format else None)
    known = names_in_bank(options.cast) if options.cast else ()
    if story.is_screenplay and holds_plan(script := read_fountain(story.text)):
        found = restored(script, options.story).cast
    else:
        planner = SCREENPLAYS if story.is_screenplay else "embedded"
        found = pipeline.people(story.text, known, settings_for(planner=planner))
    told = [
        {
            "name": one.name,
            "about": one.about,
            "gender": one.gender,
            "age": one.age,
            "in the cast": one.name in known,
        }
        for one in found
    ]
    lines = [
        f"{one.name}{'' if one.name in known else ', not in the cast'}"
        f"{f': {one.about}' if one.about else ''}"
        for one in found
    ]
    printed(options, told, "\n".join(lines) or "nobody is named in this story")
    return 0


def _as_annotated(
    options: argparse.Namespace, settings: "Settings", bank: "Sequence[Character]"
) -> "Movie":
    """A folder of MovieBench's shot annotations, shot for shot."""
    from script2movie.annotations import read_annotations
    from script2movie.movie import Style
    from script2movie.screenplay import planned_as_annotated

    film = read_annotations(Path(options.story))
    _refuse_planning(options, options.story)
    remade = planned_as_annotated(film, {one.name: one.aliases for one in bank})
    for remark in remade.remarks:
        said(remark)
    movie = remade.movie
    return replace(movie, style=Style(settings.style)) if settings.style else movie


def _with_planner(
    story: "Story", options: argparse.Namespace, settings: "Settings", name: str
) -> "Settings":
    if story.is_screenplay:
        if options.planner not in (None, SCREENPLAYS):
            raise SettingsError(
                f"planner '{options.planner}' reads prose, and {name} is a screenplay: leave "
                f"--planner out, or read it as prose with --format prose"
            )
        return replace(settings, planner=SCREENPLAYS)
    if settings.planner == SCREENPLAYS:
        raise SettingsError(
            f"planner '{SCREENPLAYS}' reads screenplays, and {name} is prose: leave --planner out, "
            "or give --format fountain"
        )
    return settings


def _refuse_planning(options: argparse.Namespace, name: str) -> None:
    """What a plan that is already made leaves no room for."""
    asked = {
        "--minutes": options.minutes is not None,
        "--planner": options.planner is not None,
        "--no-narrator": not options.narrator,
    }
    if wrong := next((option for option, typed in asked.items() if typed), ""):
        raise SettingsError(f"{name} holds its plan, so {wrong} has nothing to plan: leave it out")


def _plan(
    story: str,
    bank: "Sequence[Character]",
    brief: "Brief",
    settings: "Settings",
    options: argparse.Namespace,
) -> "Movie":
    from script2movie import pipeline
    from script2movie.cache import Cache
    from script2movie.screenplay.faults import faults

    folder = Path(options.out).parent
    cache = Cache(folder / ".script2movie")
    with bars(options.json, options.progress) as progress, planning(options.out) as say:
        movie = pipeline.plan(story, bank, brief, settings, cache, progress, say)
    if wrong := next(faults(movie), ""):
        raise StoryError(f"the plan of this story cannot be shot, so write it otherwise: {wrong}")
    return movie
