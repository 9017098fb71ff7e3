"""Counts and scores as HTML pages that need nothing else; every word of a film is escaped."""

from importlib import resources
from typing import Any

from script2movie.moviebench.drawing import histogram
from script2movie.moviebench.statistics import PAPER, Statistics

__all__ = ["render", "statistics_page"]


def statistics_page(found: Statistics) -> str:
    """The statistics with a histogram a quantity, the paper's mean marked in it."""
    plots = []
    for level in found.levels:
        marks = [("mean", level.mean or 0.0)]
        if level.name in PAPER:
            marks.append(("paper", PAPER[level.name]))
        plots.append((level, histogram(level.values, unit=level.unit, marks=marks)))
    return render("statistics.html.jinja", found=found, plots=plots, paper=PAPER)


def render(template: str, **told: Any) -> str:
    """A template of this package with the report's style; plots are SVG of our own making."""
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=PackageLoader("script2movie.moviebench", "pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["drawn"] = Markup
    style = resources.files("script2movie.report").joinpath("page.css").read_text("utf-8")
    plots = resources.files("script2movie.moviebench").joinpath("pages/plots.css")
    own = Markup(style + plots.read_text("utf-8"))
    return environment.get_template(template).render(style=own, **told)
