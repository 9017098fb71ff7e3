"""The one place where a name becomes a backend.

Ours are listed here as 'module:Class' and imported when chosen; anyone else's plug in through
the entry point groups 'script2movie.<stage>'. A backend never turns into another one.
"""

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import entry_points
from typing import Protocol, cast

from script2movie.errors import SettingsError
from script2movie.settings import Settings, nearest
from script2movie.stages import Animator, LipSyncer, Mixer, Planner, Speaker, Storyboarder

__all__ = [
    "BACKENDS",
    "STAGES",
    "Backend",
    "Crew",
    "available",
    "backend_named",
    "open_backend",
    "open_crew",
    "open_planner",
]

STAGES = ("planner", "speaker", "storyboard", "animator", "lipsync", "mixer")


@dataclass(frozen=True)
class Backend:
    """A backend by name: `target` is 'module:Class', `summary` one line for a list."""

    target: str
    summary: str


BACKENDS: dict[str, dict[str, Backend]] = {
    "planner": {
        "embedded": Backend(
            "script2movie.planner.embedded:EmbeddedPlanner",
            "grammar and film rules, no model server, seconds",
        ),
    },
    "speaker": {
        "embedded": Backend(
            "script2movie.audio.embedded:EmbeddedSpeaker",
            "Kokoro, English voices of both genders, matched to a sample",
        ),
    },
    "storyboard": {
        "embedded": Backend(
            "script2movie.storyboard.embedded:EmbeddedStoryboarder",
            "people cut out of their portraits, relit and placed on sets",
        ),
    },
    "animator": {
        "embedded": Backend(
            "script2movie.animate.embedded:EmbeddedAnimator",
            "camera moves with parallax, people who breathe and look",
        ),
    },
    "lipsync": {
        "embedded": Backend(
            "script2movie.audio.lipsync:EmbeddedLipSyncer",
            "visemes with coarticulation, warped into the speaker's mouth",
        ),
    },
    "mixer": {
        "embedded": Backend(
            "script2movie.audio.mix:EmbeddedMixer",
            "dialogue, room tone and music to -16 LUFS",
        ),
    },
}


class Opened(Protocol):
    """What every backend has, whatever its stage."""

    @property
    def fingerprint(self) -> str: ...
    def close(self) -> None: ...


@dataclass(frozen=True)
class Crew:
    """The open backends of one film."""

    speaker: Speaker
    storyboarder: Storyboarder
    animator: Animator
    lip_syncer: LipSyncer
    mixer: Mixer

    @property
    def fingerprints(self) -> dict[str, str]:
        """By stage."""
        return {
            "speaker": self.speaker.fingerprint,
            "storyboard": self.storyboarder.fingerprint,
            "animator": self.animator.fingerprint,
            "lipsync": self.lip_syncer.fingerprint,
            "mixer": self.mixer.fingerprint,
        }

    def close(self) -> None:
        for backend in (
            self.speaker,
            self.storyboarder,
            self.animator,
            self.lip_syncer,
            self.mixer,
        ):
            backend.close()


def available(stage: str) -> dict[str, Backend]:
    """Every backend of a stage by name: ours, then those of installed packages."""
    plugged = {
        point.name: Backend(point.value, f"from {point.dist.name if point.dist else 'a plug-in'}")
        for point in entry_points(group=f"script2movie.{stage}")
    }
    return BACKENDS[stage] | plugged


def backend_named(stage: str, name: str) -> Backend:
    """The backend of a stage, not opened. Raises SettingsError where there is none of this name."""
    backends = available(stage)
    if name not in backends:
        raise SettingsError(f"there is no {stage} '{name}'{nearest(name, backends)}")
    return backends[name]


def open_backend(stage: str, name: str) -> Opened:
    """The backend, open: all it needs is there, its weights not yet loaded.

    Raises:
        SettingsError: no backend of this name.
        BackendUnavailable, WeightsError: it cannot run on this machine as it is.
    """
    module, _, attribute = backend_named(stage, name).target.partition(":")
    return cast(Opened, getattr(importlib.import_module(module), attribute)())


@contextmanager
def open_planner(settings: Settings) -> Iterator[Planner]:
    """The planner that the settings name, closed at the end."""
    planner = cast(Planner, open_backend("planner", settings.planner))
    try:
        yield planner
    finally:
        planner.close()


@contextmanager
def open_crew(settings: Settings) -> Iterator[Crew]:
    """All backends that shoot a film, opened before the first is used, closed at the end."""
    crew = Crew(
        speaker=cast(Speaker, open_backend("speaker", settings.speaker)),
        storyboarder=cast(Storyboarder, open_backend("storyboard", settings.storyboard)),
        animator=cast(Animator, open_backend("animator", settings.animator)),
        lip_syncer=cast(LipSyncer, open_backend("lipsync", settings.lipsync)),
        mixer=cast(Mixer, open_backend("mixer", settings.mixer)),
    )
    try:
        yield crew
    finally:
        crew.close()
