"""What the backends cannot do of a plan, said before anything is made and by a dry run."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from script2movie.backends import Crew, open_crew
from script2movie.errors import BackendRefused
from script2movie.movie import Character, Movie, OwnFrame, Style
from script2movie.pipeline.estimate import shot_seconds
from script2movie.pipeline.reel import Reel
from script2movie.settings import Settings
from script2movie.stages import view_of

__all__ = ["refuse_impossible", "rehearse"]


def rehearse(
    movie: Movie, bank: Sequence[Character], settings: Settings, *, only: Collection[str] = ()
) -> None:
    """Opens the crew and asks it about every shot; makes nothing.

    Raises:
        BackendRefused: the plan asks for what a backend cannot do.
        BackendUnavailable, WeightsError: a backend cannot run at all.
    """
    if settings.style:
        movie = replace(movie, style=Style(settings.style))
    reel = Reel.of(movie, settings.fps, only)
    with open_crew(settings) as crew:
        refuse_impossible(reel, {person.name: person for person in bank}, settings, crew)


def refuse_impossible(
    reel: Reel,
    bank: Mapping[str, Character],
    settings: Settings,
    crew: Crew,
    frames: Mapping[str, OwnFrame] = {},
) -> None:
    """Raises BackendRefused with a line for each thing that a backend cannot do.

    The shots of `frames` are not drawn.
    """
    where: dict[str, list[str]] = {}
    shots: dict[str, str] = {}
    for place, reason in _refusals(reel, bank, settings, crew, frames):
        where.setdefault(reason, []).append(place)
        if place:
            shots.setdefault(place, reason)
    if where:
        raise BackendRefused(
            "\n".join(
                f"{_listed(list(filter(None, places)))}{why}" for why, places in where.items()
            ),
            shots,
        )


def _refusals(
    reel: Reel,
    bank: Mapping[str, Character],
    settings: Settings,
    crew: Crew,
    frames: Collection[str],
) -> Iterator[tuple[str, str]]:
    """Where and why, the place '' where the reason names it."""
    width, height, fps = settings.width, settings.height, settings.fps
    for member in reel.movie.cast:
        if reason := crew.speaker.refusal(bank[member.name]):
            yield "", reason
    for scene, shot in reel.filmed:
        view = view_of(shot)
        setting = reel.setting(scene)
        if shot.id not in frames:
            reason = crew.storyboarder.refusal(setting, view, width=width, height=height)
            if reason:
                yield shot.id, reason
        num_frames = round(shot_seconds(shot) * fps) + reel.joins(shot.id).tail
        if reason := crew.animator.refusal(
            view, width=width, height=height, num_frames=num_frames, fps=fps
        ):
            yield shot.id, reason


def _listed(shots: Sequence[str]) -> str:
    """'s01_sh001, s01_sh002 and 4 more: ', '' for none."""
    if not shots:
        return ""
    more = f" and {len(shots) - 3} more" if len(shots) > 3 else ""
    return f"{', '.join(shots[:3])}{more}: "
