"""A film's report.json as a part of a page: numbers with what they count, the worst shots first."""

import json
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from script2movie.studio.cards import nothing
from script2movie.studio.projects import Project
from script2movie.studio.served import address

__all__ = ["page"]

WORST = 12  # shots that are listed


def page(project: Project) -> str:
    """The score, or words where there is none."""
    path = project.folder / "out" / "report.json"
    try:
        report = json.loads(path.read_text("utf-8"))
        return _page(project, report)
    except FileNotFoundError:
        return nothing("The score is here once the film is made.")
    except (OSError, ValueError, LookupError, TypeError):
        return nothing("report.json is damaged: make the film again, what is made is kept.")


def _page(project: Project, report: Mapping[str, Any]) -> str:
    from script2movie.report import findings as wanted  # with scipy: two seconds

    scores = report["scores"]
    identity, words, voices = scores["identity"], scores["words"], scores["voices"]
    second = identity.get("by_second_recogniser")  # a report of before has none
    parts = [
        _number(
            "Who is in the picture",
            identity["f1"],
            wanted.WANTED_F1,
            f"F1 of who is recognised against who is planned, {identity['shots']} shots"
            + (f"; {second['f1']:.2f} by a recogniser that chose no take" if second else ""),
        ),
        _number(
            "What is heard",
            words["error_rate"],
            wanted.WANTED_ERROR_RATE,
            f"word error rate, {words['lines']} lines",
            high=False,
        ),
        _number(
            "One voice a person",
            voices["least_alike_stretches_of_one_person"],
            wanted.WANTED_SAME_VOICE,
            f"least cosine of one person's stretches, {voices['pairs_of_stretches']} pairs",
        ),
        _number(
            "No two alike",
            voices["most_alike_people"],
            wanted.WANTED_OTHER_VOICES,
            f"largest cosine of two people, {voices['pairs_of_people']} pairs",
            high=False,
        ),
    ]
    report_file = project.folder / "out" / "report.html"
    link = (
        f'<p><a href="{address(project, report_file)}" target="_blank" rel="noopener">'
        "The whole report</a></p>"
        if report_file.is_file()
        else ""
    )
    return (
        f'<div class="s2m-scores">{"".join(parts)}</div>'
        f"<h3>The worst shots first</h3>{_shots(report['shots'], report['remarks'])}{link}"
    )


def _number(label: str, value: float | None, wanted: float, counts: str, high: bool = True) -> str:
    """A score with its bar; `high` where more is better."""
    if value is None:
        shown, bar = "none", ""
    else:
        good = value >= wanted if high else value <= wanted
        low = "" if good else ' class="s2m-low"'
        width = 100 * min(1.0, max(0.0, value))
        shown = f"{value:.2f}"
        bar = f'<span class="s2m-bar"><i{low} style="width:{width:.0f}%"></i></span>'
    aim = f"{'at least' if high else 'at most'} {wanted:g} is wanted"
    return f"<div>{escape(label)}<b>{shown}</b>{bar}<small>{escape(counts)}; {aim}</small></div>"


def _shots(shots: Sequence[Mapping[str, Any]], remarks: Sequence[Mapping[str, str]]) -> str:
    """A row a shot, those with most against them first."""
    said: dict[str, list[str]] = {}
    for one in remarks:
        said.setdefault(one["shot"], []).append(one["remark"])
    ranked = sorted(shots, key=lambda shot: (-len(said.get(shot["id"], ())), _distance(shot)))
    rows = []
    for shot in ranked[:WORST]:
        errors = sum(
            line["substitutions"] + line["deletions"] + line["insertions"] for line in shot["lines"]
        )
        seen = ", ".join(shot["seen"]) or "nobody"
        rows.append(
            f"<tr><th scope=row>{escape(shot['id'])}</th><td>{escape(seen)}</td>"
            f"<td>{_bar(shot)}</td><td>{errors}</td>"
            f"<td>{escape('; '.join(said.get(shot['id'], ['nothing'])))}</td></tr>"
        )
    rest = f"<p>and {len(ranked) - WORST} more</p>" if len(ranked) > WORST else ""
    film = said.get("", [])
    whole = "".join(f"<p>{escape(remark)}</p>" for remark in film)
    return (
        f'{whole}<div style="overflow-x:auto"><table class="s2m-table"><thead><tr>'
        "<th scope=col>Shot</th><th scope=col>Seen</th><th scope=col>How sure</th>"
        "<th scope=col>Word errors</th><th scope=col>To look at</th></tr></thead>"
        f"<tbody>{''.join(rows)}</tbody></table></div>{rest}"
    )


def _distances(shot: Mapping[str, Any]) -> list[float]:
    return [face["distance"] for frame in shot["frames"] for face in frame if face["character"]]


def _distance(shot: Mapping[str, Any]) -> float:
    """Minus the mean distance of the faces seen: the least sure come first."""
    found = _distances(shot)
    return -sum(found) / len(found) if found else 0.0


def _bar(shot: Mapping[str, Any]) -> str:
    found = _distances(shot)
    if not found:
        return ""
    mean = sum(found) / len(found)
    return (
        f'<span class="s2m-bar" style="min-width:5rem" title="mean distance {mean:.2f}">'
        f'<i style="width:{100 * max(0.0, 1 - mean):.0f}%"></i></span>'
    )
