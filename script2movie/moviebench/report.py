"""A score as `score.json`, a Markdown table beside the paper's rows, and a page.

A number never stands without its n, its direction, its encoder and its frames; a published
column holds published encoders only. Knows scores, not how they are measured.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from script2movie.errors import writing
from script2movie.moviebench.comparing import Difference
from script2movie.moviebench.drawing import bars, matrix
from script2movie.moviebench.metrics.confusion import NOBODY, confusion
from script2movie.moviebench.paper import COLUMNS, TABLE_5, TABLE_7
from script2movie.moviebench.rendering import render
from script2movie.moviebench.rows import Row
from script2movie.moviebench.scoring import Score, SeenShot
from script2movie.report.scoring import IdentityCounts

__all__ = ["as_json", "as_markdown", "page", "write_report"]

NUM_WORST = 200  # shots on the page, the worst first


def write_report(
    folder: Path, scores: Sequence[Score], differences: Sequence[Difference] = ()
) -> tuple[Path, ...]:
    """Writes score.json, score.md and score.html of some runs, the first being the one in question.

    Raises OutputError.
    """
    told = json.dumps(as_json(scores, differences), ensure_ascii=False, indent=1)
    texts = {
        "score.json": told + "\n",
        "score.md": as_markdown(scores, differences),
        "score.html": page(scores, differences),
    }
    for name, text in texts.items():
        with writing(folder / name):
            folder.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8", newline="\n")
    return tuple(folder / name for name in texts)


# --- for a program ----------------------------------------------------------------------------


def as_json(scores: Sequence[Score], differences: Sequence[Difference] = ()) -> dict[str, object]:
    """Every number with all that must stand beside it; no pictures."""
    return {
        "runs": [_run(one) for one in scores],
        "differences": [asdict(one) for one in differences],
        "paper": {
            "table 5": [
                {
                    "system": row.system,
                    "makes": row.makes,
                    "given the real first frame": row.given_frame,
                }
                | dict(row.numbers)
                for row in TABLE_5
            ]
        },
    }


def _run(score: Score) -> dict[str, object]:
    return {
        "run": score.name,
        "kind": score.kind,
        "shots annotated": score.num_shots,
        "shots predicted": score.num_found,
        "shots missing": score.num_shots - score.num_found,
        "rows": [_row(row) for row in score.rows],
        "no data": [asdict(one) for one in score.lacking],
        "cannot be read": list(score.faults),
        "remarks": list(score.remarks),
        "recogniser": score.recogniser,
        "characters": [
            {"film": film, "character": name, **_counts(counts)}
            for (film, name), counts in score.people.items()
        ],
        "shots": [
            {
                "shot": one.shown.shot.name,
                "there": sorted(one.truth),
                "seen": sorted(one.seen.names),
                "faces": [[asdict(face) for face in faces] for faces in one.seen.frames],
            }
            for one in score.seen
        ],
    }


def _row(row: Row) -> dict[str, object]:
    column = row.column
    return {
        "metric": column.name,
        "protocol": column.protocol,
        "value": row.value,
        "unit": column.unit,
        "better": column.better,
        "between": row.between,
        "spread of splits": None if row.spread is None or math.isnan(row.spread) else row.spread,
        "shots": row.num_shots,
        "films": list(row.films),
        "encoder": column.encoder,
        "frames": column.frames,
        "paper's column": column.paper or None,
        "by film": dict(row.by_film),
        "by scene": dict(row.by_scene),
        "sums by shot": {shot: sums.tolist() for shot, sums in row.shots.items()},
    }


def _counts(counts: IdentityCounts) -> dict[str, object]:
    ratios = {"precision": counts.precision, "recall": counts.recall, "f1": counts.f1}
    return {**asdict(counts), **ratios}


# --- for a person -----------------------------------------------------------------------------


def said(row: Row) -> str:
    """A value with its interval, as it is printed."""
    if row.value is None:
        return "no data"
    unit = f" {row.column.unit}" if row.column.unit else ""
    text = f"{row.value:.2f}{unit}"
    if row.between is not None:
        text += f" ({row.between[0]:.2f} to {row.between[1]:.2f})"
    if row.spread is not None and not math.isnan(row.spread):
        text += f" (± {row.spread:.2f} over splits)"
    return text


def as_markdown(scores: Sequence[Score], differences: Sequence[Difference] = ()) -> str:
    """The rows, then the same beside the paper's Table 5, with footnotes."""
    lines = ["# MovieBench score", ""]
    for score in scores:
        lines += [
            f"## {score.name}",
            "",
            f"{score.num_found} {score.kind} of {score.num_shots} annotated shots, "
            f"{score.num_shots - score.num_found} missing. In brackets: 95 % of 1000 resamples of "
            "the shots.",
            "",
            "| metric | protocol | value | better | shots | films | encoder | frames |",
            "| --- | --- | --- | --- | --- | --- | --- | --- |",
        ]
        lines += [
            f"| {row.column.name} | {row.column.protocol} | {said(row)} | {row.column.better} | "
            f"{row.num_shots} | {len(row.films)} | {row.column.encoder} | {row.column.frames} |"
            for row in score.rows
        ]
        lines += [
            f"| {one.name} | {one.protocol} | no data: {one.needs} | | | | | |"
            for one in score.lacking
            if score is scores[0]  # the same for all
        ]
        lines.append("")
        for title, told in (("Cannot be read", score.faults), ("Remarks", score.remarks)):
            if told:
                lines += [f"### {title}", "", *(f"- {one}" for one in told), ""]
    if differences:
        lines += _differences(differences)
    return "\n".join([*lines, *_beside_paper(scores)]) + "\n"


def _differences(differences: Sequence[Difference]) -> list[str]:
    lines = [
        f"## {differences[0].first} minus {differences[0].second}",
        "",
        "Over the shots that both have, the same shots drawn of both in each resample.",
        "",
        "| metric | protocol | difference | better | shots |",
        "| --- | --- | --- | --- | --- |",
    ]
    for one in differences:
        between = f" ({one.between[0]:+.2f} to {one.between[1]:+.2f})" if one.between else ""
        value = "no data" if one.value is None else f"{one.value:+.2f}{between}"
        row = f"| {one.metric} | {one.protocol} | {value} | {one.better} | {one.num_shots} |"
        lines.append(row)
    return [*lines, ""]


def _beside_paper(scores: Sequence[Score]) -> list[str]:
    lines = [
        "## Beside the paper's Table 5",
        "",
        "| system | " + " | ".join(COLUMNS) + " |",
        "| --- |" + " --- |" * len(COLUMNS),
    ]
    for score in scores:
        for protocol in dict.fromkeys(row.column.protocol for row in score.rows):
            ours = published_numbers(score, protocol)
            cells = (f"{ours[column]:.2f}" if column in ours else "-" for column in COLUMNS)
            lines.append(f"| **{score.name}**, {protocol} | " + " | ".join(cells) + " |")
    for row in TABLE_5:
        cells = (
            f"{row.numbers[column]:.2f}" if column in row.numbers else "-" for column in COLUMNS
        )
        name = f"{row.system} ({row.makes}){' [1]' if row.given_frame else ''}"
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    audio = "; ".join(
        f"{name} {decibels} / {errors} / {voice}"
        for name, (decibels, errors, voice) in TABLE_7.items()
    )
    return [
        *lines,
        "",
        *(f"- {note}" for note in notes(scores)),
        f"- Table 7, MCD / WER / SIM-o: {audio}.",
    ]


def published_numbers(score: Score, protocol: str) -> Mapping[str, float]:
    """What may stand in the paper's columns: the published encoders' numbers, by column."""
    return {
        row.column.paper: row.value
        for row in score.rows
        if row.column.paper and row.column.protocol == protocol and row.value is not None
    }


def notes(scores: Sequence[Score]) -> list[str]:
    """Why rows are not comparable, for the rows that are there."""
    told = [
        "[1] is given the film's real first frame, so its FID and FVD are no fair target.",
        "Identity in the paper's columns is DeepFace's VGG-Face; another recogniser, as in "
        "`identity ... (dlib)`, has another threshold and stands in no column of the paper's.",
        "An interval of no width comes of shots that are all alike; with few shots it says little.",
        "A dash is a number that was not measured: its encoder's weights are not here, or the "
        "paper gives none.",
    ]
    for score in scores:
        if score.num_found < score.num_shots:
            told.append(
                f"{score.name} covers {score.num_found} of {score.num_shots} shots: those without "
                "a prediction are in no sum but those of 'missing shots missed'."
            )
    films = {film for score in scores for row in score.rows for film in row.films}
    told.append(
        f"Films here: {', '.join(sorted(films)) or 'none'}; the paper's rows are six films."
    )
    return told


# --- the page ---------------------------------------------------------------------------------


def page(scores: Sequence[Score], differences: Sequence[Difference] = ()) -> str:
    """The report of the first run as HTML, the others' numbers beside it."""
    first = scores[0]
    worst = sorted(first.seen, key=_badness)[:NUM_WORST]
    return render(
        "score.html.jinja",
        score=first,
        scores=scores,
        differences=differences,
        said=said,
        columns=COLUMNS,
        paper=TABLE_5,
        published=published_numbers,
        notes=notes(scores),
        matrices=_matrices(first.seen),
        people=[
            (film, name, counts, bars([("F1", 100 * (counts.f1 or 0), None)], high=100))
            for (film, name), counts in first.people.items()
        ],
        films=_film_plots(first.rows),
        shots=[(one, _strip(one)) for one in worst],
    )


def _badness(one: SeenShot) -> tuple[int, str]:
    counts = one.counts
    return -(counts.false_positives + counts.false_negatives), one.shown.shot.name


def _matrices(seen: Sequence[SeenShot]) -> list[tuple[str, str]]:
    plots = []
    for film in dict.fromkeys(one.shown.shot.film for one in seen):
        mine = [one for one in seen if one.shown.shot.film == film]
        pairs = confusion((one.truth, one.seen.names) for one in mine)
        names = sorted({name for pair in pairs for name in pair} - {NOBODY})
        rows, columns = [*names, NOBODY], [*names, NOBODY]
        counts = [[pairs[row, column] for column in columns] for row in rows]
        words = [*names, "nobody"]
        plots.append((film, matrix(words, words, counts)))
    return plots


def _film_plots(rows: Sequence[Row]) -> list[tuple[str, str]]:
    plots = []
    for row in rows:
        values = [(film, value, None) for film, value in row.by_film.items() if value is not None]
        if len(values) > 1:
            plots.append((f"{row.column.name}, {row.column.protocol}", bars(values)))
    return plots


def _strip(one: SeenShot) -> list[dict[str, object]]:
    """The boxes on a shot's strip, in units of a frame's height; x runs on from frame to frame."""
    across = one.seen.width / one.seen.height
    boxes: list[dict[str, object]] = []
    for number, faces in enumerate(one.seen.frames):
        for face in faces:
            x0, y0, x1, y1 = (edge / one.seen.height for edge in face.box)
            kind = "right" if face.character in one.truth else "extra"
            boxes.append(
                {
                    "x": number * across + x0,
                    "y": y0,
                    "width": x1 - x0,
                    "height": y1 - y0,
                    "name": face.character or f"? ({face.nearest} {face.distance:.2f})",
                    "kind": kind if face.character else "unknown",
                }
            )
    return boxes
