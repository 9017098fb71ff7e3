"""Looking at a film before it is shot: the cast and the storyboard, as a program reads them."""

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
import soundfile
from PIL import Image

from script2movie.bank import default_figures
from script2movie.cli import main
from script2movie.cli.console import bars
from script2movie.movie import (
    Appearance,
    CastMember,
    Framing,
    Light,
    Movie,
    Scene,
    Shot,
    ShotSize,
)
from script2movie.screenplay import save_plan

SMALL = ("--profile", "preview", "--size", "320x180", "--fps", "8")


def two_shots() -> Movie:
    anna = (Appearance("Anna"),)
    shots = tuple(
        Shot(f"s01_sh00{n}", size, Framing.SINGLE, characters=anna, duration=0.5)
        for n, size in ((1, ShotSize.MEDIUM), (2, ShotSize.CLOSE_UP))
    )
    return Movie("Two", (CastMember("Anna"),), (Scene("s01", "kitchen", True, Light.DAY, shots),))


def cast_of(folder: Path, *names: str) -> Path:
    for name, figure in zip(names, default_figures(), strict=False):
        (folder / name).mkdir(parents=True)
        with Image.open(figure.portrait) as portrait:
            portrait.convert("RGB").save(folder / name / "portrait.png")
    return folder


def test_an_audition(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cast = cast_of(tmp_path / "cast", "Anna")
    out = tmp_path / "seen"
    arguments = ["audition", str(cast), "--out", str(out), "--line", "Come in.", *SMALL]
    assert main([*arguments, "--json", "--progress"]) == 0
    said = capsys.readouterr()
    (anna,) = json.loads(said.out)
    with Image.open(anna["cutout"]) as cutout:
        assert cutout.mode == "RGBA"
    assert soundfile.info(anna["spoken"]).duration > 0.4
    steps = [json.loads(line) for line in said.err.splitlines()]
    assert {step["stage"] for step in steps} == {"cast", "speak", "prepare"}
    assert all(0 <= step["done"] <= step["total"] for step in steps)


def test_a_storyboard_says_who_is_recognised(tmp_path: Path) -> None:
    plan = tmp_path / "plan.json"
    save_plan(two_shots(), plan)
    frames = tmp_path / "frames"
    frames.mkdir()
    Image.new("RGB", (600, 400), "navy").save(frames / "s01_sh002.png")
    code = "import sys; from script2movie.cli import main; sys.exit(main())"
    done = subprocess.run(
        [
            *(sys.executable, "-c", code, "storyboard", str(plan), *SMALL, "--json"),
            *("--out", str(tmp_path / "film.mp4"), "--frames", str(frames)),
        ],
        capture_output=True,
        check=True,
    )
    told = json.loads(done.stdout)
    assert told == json.loads((tmp_path / "storyboard" / "storyboard.json").read_text("utf-8"))
    assert list(told) == ["s01_sh001", "s01_sh002"]
    assert told["s01_sh001"]["planned"] == ["Anna"]
    (anna,) = told["s01_sh001"]["seen"]
    x0, y0, x1, y1 = anna["box"]
    assert anna["character"] == "Anna" and 0 < x0 < x1 < 320 and 0 < y0 < y1 < 180
    assert told["s01_sh002"]["seen"] == []
    with Image.open(tmp_path / "storyboard" / "s01_sh002.png") as picture:
        assert picture.getpixel((160, 90)) == (0, 0, 128)


def test_people_of_a_story_are_named_before_it_is_planned(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    story = tmp_path / "story.md"
    story.write_text('Mara Reed waits. "Late," says Walter, a baker.\n', encoding="utf-8")
    cast = cast_of(tmp_path / "cast", "Mara Reed", "Nobody Else")
    assert main(["people", str(story), "--cast", str(cast), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [(one["name"], one["in the cast"]) for one in told] == [
        ("Mara Reed", True),
        ("Walter", False),
    ]
    assert told[1]["gender"] == "male"
    script = tmp_path / "script.fountain"
    script.write_text("INT. SHOP - DAY\n\nROSA\nSit down.\n", encoding="utf-8")
    assert main(["people", str(script)]) == 0
    assert capsys.readouterr().out == "Rosa, not in the cast\n"
    assert not (tmp_path / ".script2movie").exists()


def test_lines_of_stages_side_by_side_are_never_mixed(monkeypatch: pytest.MonkeyPatch) -> None:
    pieces: list[str] = []

    class Stream(io.StringIO):
        def write(self, piece: str) -> int:
            pieces.append(piece)
            return len(piece)

    monkeypatch.setattr(sys, "stderr", Stream())
    with bars(quiet=False, lines=True) as told:
        told("mix", 0, 1)
        told("animate", 0, 3)
    assert [json.loads(piece)["stage"] for piece in pieces] == ["mix", "animate"]
    assert all(piece.endswith("\n") for piece in pieces)
