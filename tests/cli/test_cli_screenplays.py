"""Screenplays and annotated films on the command line: planned, exported, read back, refused."""

import io
import json
import sys
from pathlib import Path

import pytest

from script2movie.cli import main

SCRIPT = """Title: One Line

INT. KITCHEN - NIGHT

Anna puts the kettle on.

ANNA
Tea?

BEN (O.S.)
Please.
"""
SHOT = {
    "Characters": {"Mei": "She waits.", "Stranger": "He leaves."},
    "Style Elements": ["quiet"],
    "Plot": "They part.",
    "Background Description": "A street at night.",
    "Camera Motion": "The camera is static.",
}


def run(*arguments: object) -> int:
    return main([str(argument) for argument in arguments])


def refused(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    capsys.readouterr()
    assert run(*arguments) == 2
    said = capsys.readouterr().err.splitlines()
    assert len([line for line in said if line.startswith("script2movie: ")]) == 1
    return said[-1]


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "one.fountain"
    path.write_text(SCRIPT, "utf-8")
    return path


def test_a_screenplay_goes_through_every_format_and_stays_one_plan(
    script: Path, tmp_path: Path
) -> None:
    plan = tmp_path / "plan.json"
    assert run("plan", script, "--out", plan) == 0
    said = json.loads(plan.read_text("utf-8"))
    lines = [ln for sc in said["scenes"] for sh in sc["shots"] for ln in sh.get("dialogue", ())]
    assert [ln["text"] for ln in lines] == ["Tea?", "Please."]
    for suffix in ("fountain", "fdx"):
        out, again, planned = (tmp_path / f"{name}.{suffix}" for name in ("x", "y", "z"))
        assert run("export", plan, "--out", out) == 0
        assert run("plan", out, "--out", tmp_path / f"{suffix}.json") == 0
        assert (tmp_path / f"{suffix}.json").read_bytes() == plan.read_bytes()
        assert run("plan", script, "--out", planned) == 0  # the plan as a screenplay, at once
        assert planned.read_bytes() == out.read_bytes()
        assert run("export", out, "--out", again) == 0
        assert again.read_bytes() == out.read_bytes()
        assert run("export", out, "--out", tmp_path / f"{suffix}_back.json") == 0
        assert (tmp_path / f"{suffix}_back.json").read_bytes() == plan.read_bytes()
    fdx = tmp_path / "only.fdx"
    assert run("export", script, "--out", fdx) == 0  # no plan in it: the screenplay itself
    assert run("export", fdx, "--out", tmp_path / "only.fountain") == 0
    assert (tmp_path / "only.fountain").read_text("utf-8") == SCRIPT


def test_what_is_guessed_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(SCRIPT.encode())))
    assert run("plan", "-", "--out", tmp_path / "a.json") == 0
    said = capsys.readouterr().err
    assert "'INT. KITCHEN - NIGHT' and is read as a screenplay; --format prose" in said
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(SCRIPT.encode())))
    assert run("plan", "-", "--format", "fountain", "--out", tmp_path / "b.json") == 0
    assert "is read as" not in capsys.readouterr().err
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()


def test_choices_that_do_not_fit_are_refused(
    script: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = ("--out", tmp_path / "plan.json")
    said = refused(capsys, "plan", script, "--planner", "embedded", *out)
    assert "planner 'embedded' reads prose" in said and "leave --planner out" in said
    prose = tmp_path / "story.md"
    prose.write_text("Anna walks home. She sleeps.", "utf-8")
    assert "reads screenplays" in refused(capsys, "plan", prose, "--planner", "screenplay", *out)
    said = refused(capsys, "plan", prose, "--format", "fountain", *out)
    assert "without a slugline" in said and "INT. KITCHEN - DAY" in said
    assert "is a screenplay, not a plan" in refused(capsys, "shoot", script)
    assert "is a screenplay, not a plan" in refused(capsys, "check", script)
    said = refused(capsys, "export", script, "--out", tmp_path / "x.json")
    assert f"script2movie plan {script}" in said
    assert "no suffix that names a format" in refused(
        capsys, "export", script, "--out", tmp_path / "x.doc"
    )
    assert run("plan", script, "--out", tmp_path / "full.fountain") == 0
    for option in (("--minutes", "2"), ("--no-narrator",), ("--planner", "screenplay")):
        said = refused(capsys, "plan", tmp_path / "full.fountain", *option, *out)
        assert f"holds its plan, so {option[0]} has nothing to plan" in said


def test_an_edited_export_is_not_written_over(
    script: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "film.fountain"
    assert run("plan", script, "--out", out) == 0
    assert run("plan", script, "--out", out) == 0
    out.write_text(out.read_text("utf-8").replace("Tea?", "Coffee?"), "utf-8")
    assert "was edited by hand" in refused(capsys, "plan", script, "--out", out)
    assert "is the story" in refused(capsys, "export", script, "--out", script)


def test_a_folder_of_annotations_is_planned_shot_for_shot(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "1_Street"
    folder.mkdir()
    for start in (1, 3):
        name = f"1_Street_00.00.0{start}.000-00.00.0{start + 1}.500.json"
        (folder / name).write_text(json.dumps(SHOT), "utf-8")
    out = tmp_path / "plan.json"
    assert run("plan", folder, "--out", out, "--style", "noir") == 0
    plan = json.loads(out.read_text("utf-8"))
    shots = plan["scenes"][0]["shots"]
    assert [shot["duration"] for shot in shots] == [1.5, 1.5]
    assert shots[1]["reference"] == "1_Street_00.00.03.000-00.00.04.500"
    assert (plan["title"], plan["style"]) == ("Street", "noir")
    assert run("check", out) == 0
    assert "holds its plan, so --minutes" in refused(capsys, "plan", folder, "--minutes", 2)
    (tmp_path / "nothing").mkdir()
    assert "no shot annotations" in refused(capsys, "plan", tmp_path / "nothing")
