"""Findings as one HTML page that needs nothing else. Every word from a film is escaped."""

from importlib import resources
from itertools import groupby

from script2movie.movie import NARRATOR
from script2movie.report.findings import (
    WANTED_ERROR_RATE,
    WANTED_F1,
    WANTED_OTHER_VOICES,
    WANTED_SAME_VOICE,
    Findings,
)

__all__ = ["page"]


def page(film: Findings) -> str:
    """The report as HTML."""
    from jinja2 import Environment, StrictUndefined
    from markupsafe import Markup

    folder = resources.files("script2movie.report")
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    template = environment.from_string((folder / "page.html.jinja").read_text("utf-8"))
    by_size = film.identity_by(lambda shot: shot.size)
    by_framing = film.identity_by(lambda shot: shot.framing)
    return template.render(
        film=film,
        style=Markup((folder / "page.css").read_text("utf-8")),  # our own, no word of a film in it
        clock=_clock,
        identity=film.identity,
        second=film.second_identity,
        words=film.words,
        voices=film.voices,
        making=film.making,
        remarks=film.remarks,
        scenes=[
            (scene, list(shots)) for scene, shots in groupby(film.shots, lambda one: one.scene)
        ],
        by_kind=[*by_size.items(), *by_framing.items()],
        narrator=NARRATOR,
        wanted={
            "f1": WANTED_F1,
            "error_rate": WANTED_ERROR_RATE,
            "same_voice": WANTED_SAME_VOICE,
            "other_voices": WANTED_OTHER_VOICES,
        },
    )


def _clock(seconds: float) -> str:
    """'1:02' or '1:00:02'."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
