"""What is asked of `script2movie` for each kind of work: the words that a person would type.

Knows projects and the command line; runs nothing.
"""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from script2movie.errors import StudioError
from script2movie.screenplay import load_plan
from script2movie.settings import Settings, settings_for
from script2movie.studio.limits import Limits
from script2movie.studio.projects import Choices, Project

if TYPE_CHECKING:
    from script2movie.pipeline.estimate import Estimate

__all__ = ["Kind", "Work", "guess", "settings_of", "work"]

SHARES = {  # of the time that a kind of work takes, by stage, as measured on the example
    "plan": {"plan": 1.0},
    "audition": {"cast": 0.5, "speak": 0.3, "prepare": 0.2},
    "storyboard": {"prepare": 0.4, "draw": 0.4, "recognise": 0.2},
    "film": {
        **{"cast": 0.03, "speak": 0.27, "prepare": 0.03, "draw": 0.07, "film": 0.3},
        **{"stitch": 0.02, "report": 0.28},
    },
}
SECONDS = {"plan": 10.0, "audition": 20.0, "weights": 60.0}  # where unknown


class Kind(StrEnum):
    """Long work, by name."""

    PLAN = "plan"
    AUDITION = "audition"
    STORYBOARD = "storyboard"
    FILM = "film"
    WEIGHTS = "weights"


@dataclass(frozen=True)
class Work:
    """One job: what is typed after `script2movie`, how long it may take, each stage's part."""

    kind: Kind
    arguments: tuple[str, ...]
    seconds: float
    shares: tuple[tuple[str, float], ...] = ()


def settings_of(choices: Choices) -> Settings:
    """The choices as settings. Raises SettingsError where they cannot be."""
    width, _, height = choices.size.partition("x")
    return settings_for(
        choices.profile,
        width=int(width) if width.isdecimal() else None,
        height=int(height) if height.isdecimal() else None,
        fps=choices.fps or None,
        style=choices.style or None,
        seed=choices.seed or None,
        music=choices.music,
        cards=choices.cards,
        subtitles=choices.subtitles,
        **dict(choices.backends),
    )


def guess(project: Project) -> "Estimate":
    """What shooting the present plan would make and take. Raises StudioError without a plan."""
    from script2movie.pipeline.estimate import estimate  # with scipy: two seconds

    movie = load_plan(_planned(project))
    recordings = {path.parent.name for path in project.cast.glob("*/voice.flac")}
    num_recordings = len(recordings & {member.name for member in movie.cast})
    return estimate(movie, settings_of(project.facts.choices), num_recordings)


def work(project: Project, kind: Kind, limits: Limits, *, line: str = "") -> Work:
    """The command for a kind of work on a project as it is now.

    `line` is what everybody says in an audition.

    Raises:
        StudioError: something has to be there first, or the film would be too long.
    """
    choices = project.facts.choices
    cast = ["--cast", str(project.cast)] if any(project.cast.glob("*/*")) else []
    seconds = SECONDS.get(kind, 0.0)
    match kind:
        case Kind.PLAN:
            if not project.story.strip():
                raise StudioError("There is no story yet: paste one, or open a file.")
            out = str(project.folder / "planning" / "plan.json")
            arguments = ["plan", str(project.story_file), *cast, "--out", out]
            arguments += ["--profile", choices.profile, "--seed", str(choices.seed)]
            arguments += ["--minutes", f"{choices.minutes:g}"] if choices.minutes else []
            arguments += [] if choices.narrator else ["--no-narrator"]
            arguments += ["--style", choices.style] if choices.style else []
            arguments += _backends(choices, ("planner",))
        case Kind.AUDITION:
            if not any(project.cast.glob("[!.]*/")):  # a default figure can be heard as well
                raise StudioError("There is nobody in the cast yet: add somebody first.")
            arguments = ["audition", str(project.cast), "--out", str(project.folder / "audition")]
            arguments += ["--line", line] if line else []
            arguments += _shooting(choices)
        case Kind.STORYBOARD | Kind.FILM:
            told = guess(project)
            if told.film_seconds > limits.film:
                raise StudioError(
                    f"The film would last {told.film_seconds / 60:.0f} minutes; "
                    f"{limits.film / 60:.0f} are allowed here: make a film of each part."
                )
            verb = "shoot" if kind is Kind.FILM else "storyboard"
            arguments = [verb, str(_planned(project)), *cast, "--out", str(project.film)]
            arguments += ["--frames", str(project.frames)] if project.frames.is_dir() else []
            arguments += _shooting(choices)
            seconds = told.work_seconds if kind is Kind.FILM else told.storyboard_seconds
        case Kind.WEIGHTS:
            arguments = ["weights", "--fetch", "--profile", choices.profile]
    shares = tuple(SHARES.get(kind, {}).items())
    return Work(kind, (*arguments, "--json", "--progress"), seconds, shares)


def _planned(project: Project) -> Path:
    if not project.plan.is_file():
        raise StudioError("There is no plan yet: plan the story first.")
    return project.plan


def _shooting(choices: Choices) -> list[str]:
    stages = ("speaker", "storyboard", "animator", "lipsync", "mixer")
    arguments = ["--profile", choices.profile, "--seed", str(choices.seed)]
    arguments += ["--size", choices.size] if choices.size else []
    arguments += ["--fps", str(choices.fps)] if choices.fps else []
    arguments += ["--style", choices.style] if choices.style else []
    arguments += [
        f"--no-{name}" for name in ("music", "cards", "subtitles") if not getattr(choices, name)
    ]
    return arguments + _backends(choices, stages)


def _backends(choices: Choices, stages: tuple[str, ...]) -> list[str]:
    arguments = []
    for stage, name in choices.backends:
        if stage in stages:
            arguments += [f"--{stage}", name]
    for option in choices.options:
        if option.partition(".")[0] in stages:
            arguments += ["--option", option]
    return arguments
