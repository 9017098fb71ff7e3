"""What work takes and costs, in words, before it is begun. Begins nothing.

Times are of the embedded backends on two idle cores. Money is said where a price is known, which
is the planner's alone; where none is, who is paid for what, and how much of it there is.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from script2movie.backends import available
from script2movie.studio.cards import clock, counted
from script2movie.studio.commands import Kind, guess, settings_of, work
from script2movie.studio.limits import Limits
from script2movie.studio.projects import Project

__all__ = ["Ask", "audition", "film", "foreseen", "planning", "storyboard"]

Ask = Callable[[Project, Sequence[str]], Any]
"""Puts a question to `script2movie` for a project and returns what it prints as JSON."""

SHOOTING = ("speaker", "storyboard", "animator", "lipsync", "mixer")
AUDITION = ("speaker", "storyboard")
FREE = "It costs nothing."
LINE = 8  # words that everybody says where the story has no quote


def planning(project: Project) -> str:
    """A sentence on planning the story as it is; nobody is asked."""
    from script2movie.pipeline.estimate import planning_seconds

    if asks(project):
        return f"{_by(project, 'planner')} asks a model: what that takes is said before it begins."
    if not project.story.strip():
        return ""
    return f"Planned in about {clock(planning_seconds(len(project.story.split())))}. {FREE}"


def asks(project: Project) -> bool:
    """Whether the story's planner may cost something."""
    return settings_of(project.facts.choices).planner not in {"embedded", "screenplay"}


def foreseen(project: Project, ask: Ask, limits: Limits) -> str:
    """What a planner that asks a model would take, '' for one that asks nobody.

    Raises:
        StudioError: it cannot be used as it is: no key, no model.
    """
    arguments = [one for one in work(project, Kind.PLAN, limits).arguments if one != "--progress"]
    told = ask(project, [*arguments, "--dry-run"])
    if not isinstance(told, dict) or "planning" not in told:
        return ""
    name = settings_of(project.facts.choices).planner
    payee = available("planner")[name].billed_by or "whoever runs its server"
    return f"Planning would take, by an estimate, {told['planning']}. It is paid to {payee}."


def audition(project: Project) -> str:
    """On seeing and hearing the cast."""
    from script2movie.pipeline.estimate import audition_seconds

    num_people = sum(1 for _ in project.cast.glob("[!.]*/"))
    if not num_people:
        return ""
    much = {"speaker": counted(num_people, "line"), "storyboard": ""}
    told = _paid(project, AUDITION, much)
    num_recordings = sum(1 for _ in project.cast.glob("*/voice.flac"))
    seconds = audition_seconds(num_people, LINE, num_recordings)
    return f"Takes about {clock(seconds)}{_but(project, AUDITION)} {told}"


def storyboard(project: Project) -> str:
    """On drawing it."""
    told = guess(project)
    much = {"storyboard": counted(told.shots, "picture")}
    return (
        f"{counted(told.scenes, 'scene')}, {counted(told.shots, 'shot')}: drawn in about "
        f"{clock(told.storyboard_seconds)} on two idle cores{_but(project, ('storyboard',))} "
        f"{_paid(project, ('storyboard',), much)}"
    )


def film(project: Project) -> str:
    """On making it."""
    told = guess(project)
    much = {
        "storyboard": counted(told.shots, "picture"),
        "speaker": f"{counted(told.lines, 'line')} of {counted(told.words, 'word')} in all",
        "animator": f"{clock(told.film_seconds)} of motion",
    }
    return (
        f"{counted(told.scenes, 'scene')}, {counted(told.shots, 'shot')}, "
        f"{counted(told.lines, 'line')}: {clock(told.film_seconds)} of film, made in about "
        f"{clock(told.work_seconds)} on two idle cores{_but(project, SHOOTING)} "
        f"{_paid(project, SHOOTING, much)}"
    )


def _chosen(project: Project, stages: Sequence[str]) -> dict[str, str]:
    """The backends of these stages that are not the embedded ones, by stage."""
    settings = settings_of(project.facts.choices)
    named = {stage: str(getattr(settings, stage)) for stage in stages}
    return {stage: name for stage, name in named.items() if name != "embedded"}


def _by(project: Project, stage: str) -> str:
    return f"{stage.capitalize()} '{getattr(settings_of(project.facts.choices), stage)}'"


def _but(project: Project, stages: Sequence[str]) -> str:
    """The end of a sentence on time: whose time is not in it."""
    others = [f"{stage} '{name}'" for stage, name in _chosen(project, stages).items()]
    if not others:
        return "."
    return f", and longer by what {' and '.join(others)} {_takes(others)}, which was not measured."


def _takes(names: Sequence[str]) -> str:
    return "takes" if len(names) == 1 else "take"


def _paid(project: Project, stages: Sequence[str], much: Mapping[str, str]) -> str:
    """What of it is paid for, and to whom. What is made already is not made or paid for again."""
    told = []
    for stage, name in _chosen(project, stages).items():
        payee = available(stage)[name].billed_by
        if payee:
            what = f" for {much[stage]}" if much.get(stage) else ""
            told.append(
                f"{_by(project, stage)} is paid for, to {payee}{what}: its price is not known here."
            )
    if not told:
        return FREE
    return " ".join([*told, "What is there already is not paid for again."])
