"""What was typed, as settings and as a bank: the steps that verbs share."""

import argparse
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from script2movie.errors import SettingsError

if TYPE_CHECKING:
    from script2movie.movie import Character
    from script2movie.settings import Settings

__all__ = ["bank_of", "settings_of"]


def settings_of(options: argparse.Namespace) -> "Settings":
    """The settings that a verb runs with. Raises SettingsError for what cannot be chosen."""
    from script2movie.backends import STAGES, backend_named, read_options
    from script2movie.movie import Style
    from script2movie.settings import nearest, settings_for

    given = _previewed(options)
    names = (
        *("planner", "speaker", "storyboard", "animator", "lipsync", "mixer"),
        *("fps", "style", "seed", "takes", "music", "cards", "subtitles", "options"),
    )
    size = given.get("size")
    settings = settings_for(
        options.profile,
        width=size[0] if size else None,
        height=size[1] if size else None,
        **{name: given.get(name) for name in names},
    )
    for stage in STAGES:
        backend_named(stage, getattr(settings, stage))
        if typed := settings.options_of(stage):
            read_options(stage, getattr(settings, stage), typed)
    if settings.style and settings.style not in set(Style):
        raise SettingsError(f"there is no style '{settings.style}'{nearest(settings.style, Style)}")
    return settings


def _previewed(options: argparse.Namespace) -> dict[str, Any]:
    """What was typed, and what --preview stands for where nothing else was."""
    from script2movie.backends import STAGES, options_of
    from script2movie.settings import settings_for

    given = dict(vars(options))
    if not given.get("preview"):
        return given
    chosen = settings_for(options.profile)
    typed = list(given.get("options") or ())
    for stage in STAGES:
        kind = options_of(stage, given.get(stage) or getattr(chosen, stage))
        if kind and any(field.name == "preview" for field in fields(kind)):
            typed.insert(0, (f"{stage}.preview", "true"))
    given["options"] = typed or None
    if not given.get("size"):
        upright = chosen.height > chosen.width
        given["size"] = (360, 640) if upright else (640, 360)
    given["fps"] = given.get("fps") or 12
    return given


def bank_of(folder: Path | None) -> "Sequence[Character]":
    """The people of --cast, nobody where it was not given. Raises BankError."""
    from script2movie.bank import read_bank

    return read_bank(folder) if folder is not None else ()
