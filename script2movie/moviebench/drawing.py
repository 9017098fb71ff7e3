"""Plots as SVG text: histograms, bars with intervals, a matrix. Knows numbers and words only.

Colours are the page's own variables, so a plot follows its light or dark.
"""

from collections.abc import Sequence
from html import escape

import numpy as np

__all__ = ["Bar", "bars", "histogram", "matrix"]

WIDTH, HEIGHT = 520, 200  # of a histogram, in units of its view box
EDGE = 34  # for the words around it
Bar = tuple[str, float, tuple[float, float] | None]
"""A bar: its words, its value, and its interval where there is one."""


def histogram(
    values: Sequence[float], *, unit: str, marks: Sequence[tuple[str, float]] = ()
) -> str:
    """How often each size occurs; `marks` are upright lines with a word, such as the mean."""
    if not values:
        return ""
    low, high = min(values), float(np.percentile(values, 99))
    high = high if high > low else low + 1
    counts, edges = np.histogram(np.clip(values, low, high), bins=30, range=(low, high))
    across = (WIDTH - 2 * EDGE) / len(counts)
    tall = (HEIGHT - 2 * EDGE) / max(1, int(counts.max()))
    shapes = [
        f'<rect x="{EDGE + number * across:.1f}" y="{HEIGHT - EDGE - count * tall:.1f}" '
        f'width="{across - 1:.1f}" height="{count * tall:.1f}" class="bar">'
        f"<title>{edges[number]:.1f} to {edges[number + 1]:.1f} {escape(unit)}: {count}</title>"
        "</rect>"
        for number, count in enumerate(counts)
    ]
    for word, value in marks:
        x = EDGE + (min(max(value, low), high) - low) / (high - low) * (WIDTH - 2 * EDGE)
        shapes.append(f'<path d="M{x:.1f} {EDGE}V{HEIGHT - EDGE}" class="mark"/>')
        shapes.append(_text(x + 3, EDGE + 8, f"{word} {value:.4g}"))
    shapes.append(_text(EDGE, HEIGHT - 12, f"{low:.4g}"))
    shapes.append(_text(WIDTH - EDGE, HEIGHT - 12, f"{high:.4g} {unit} or more", "end"))
    shapes.append(_text(EDGE, EDGE - 8, f"{int(counts.max())} of {len(values)}"))
    told = [f"{len(values)} from {low:.4g} to {max(values):.4g} {unit}"]
    told += [f"{word} {value:.4g}" for word, value in marks]
    return _svg(WIDTH, HEIGHT, shapes, told)


def bars(rows: Sequence[Bar], *, high: float | None = None) -> str:
    """A lying bar a row, from 0 to `high` (the largest of all), its interval as a thin line."""
    tops = [interval[1] if interval else value for _, value, interval in rows]
    high = high or max([*tops, 1e-9])
    left, line = 190, 20
    scale = (WIDTH - left - 60) / high
    shapes = []
    for number, (word, value, interval) in enumerate(rows):
        y = number * line
        shapes.append(_text(left - 6, y + 14, word, "end"))
        shapes.append(
            f'<rect x="{left}" y="{y + 4}" width="{max(0.0, value * scale):.1f}" height="12" '
            'class="bar"/>'
        )
        if interval:
            ends = [left + min(max(end, 0.0), high) * scale for end in interval]
            shapes.append(f'<path d="M{ends[0]:.1f} {y + 10}H{ends[1]:.1f}" class="mark"/>')
        shapes.append(_text(left + tops[number] * scale + 6, y + 14, f"{value:.4g}"))
    return _svg(
        WIDTH, line * len(rows) + 6, shapes, [f"{word} {value:.4g}" for word, value, _ in rows]
    )


def matrix(rows: Sequence[str], columns: Sequence[str], counts: Sequence[Sequence[int]]) -> str:
    """A table of counts as squares, the darker the more of its row; words beside and above."""
    side, left, top = 30, 170, 120
    shapes = []
    for number, word in enumerate(columns):
        x = left + number * side + side / 2
        turn = f' transform="rotate(-50 {x:.0f} {top - 8})"'
        shapes.append(f'<text x="{x:.0f}" y="{top - 8}"{turn}>{escape(_short(word))}</text>')
    for row, word in enumerate(rows):
        y, total = top + row * side, max(1, sum(counts[row]))
        shapes.append(_text(left - 6, y + 19, _short(word), "end"))
        for column, count in enumerate(counts[row]):
            x = left + column * side
            shapes.append(
                f'<rect x="{x}" y="{y}" width="{side - 2}" height="{side - 2}" class="cell" '
                f'fill-opacity="{count / total:.2f}"><title>{escape(word)} / '
                f"{escape(columns[column])}: {count}</title></rect>"
            )
            if count:
                shapes.append(_text(x + side / 2 - 1, y + 19, str(count), "middle"))
    told = [
        f"{word} as {columns[column]} {count}"
        for row, word in enumerate(rows)
        for column, count in enumerate(counts[row])
        if count
    ]
    return _svg(left + side * len(columns) + 60, top + side * len(rows) + 4, shapes, told)


def _short(word: str) -> str:
    return word if len(word) <= 24 else f"{word[:23]}…"


def _text(x: float, y: float, words: str, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>'


def _svg(width: float, height: float, shapes: Sequence[str], told: Sequence[str]) -> str:
    """`told` is the plot in words, for whoever does not see it."""
    return (
        f'<svg class="plot" viewBox="0 0 {width:.0f} {height:.0f}" '
        f'style="max-width:{width:.0f}px" role="img" '
        f'aria-label="{escape("; ".join(told))}">{"".join(shapes)}</svg>'
    )
