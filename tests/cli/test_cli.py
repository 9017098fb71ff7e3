"""What a person types, and the one sentence they get where it cannot be done."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from script2movie.cli import main
from script2movie.cli.parser import parser

STORY = 'Anna walks into the kitchen. "Where is my hat?" asks Anna.\n\n"On your head," says Ben.\n'


@pytest.fixture
def story(tmp_path: Path) -> Path:
    path = tmp_path / "story.md"
    path.write_text(STORY, encoding="utf-8")
    return path


def refused(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    """The sentence on standard error of a command that must end with exit code 2."""
    capsys.readouterr()
    assert main([str(argument) for argument in arguments]) == 2
    said = capsys.readouterr()
    lines = [line for line in said.err.splitlines() if line.startswith("script2movie: ")]
    assert len(lines) == 1 and "Traceback" not in said.err
    return lines[0]


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys\nfrom script2movie.cli import main\n"
        "try: main(['make', '--help'])\nexcept SystemExit: pass\n"
        "heavy = {'numpy', 'cv2', 'scipy', 'pydantic', 'spacy', 'onnxruntime', 'rich', 'moviepy'}\n"
        "sys.exit(str(heavy & set(sys.modules)) if heavy & set(sys.modules) else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()


def test_every_verb_has_help(capsys: pytest.CaptureFixture[str]) -> None:
    verbs = ["make", "plan", "export", "check", "shoot", "report", "train-lora", "weights"]
    for verb in [*verbs, "backends", "doctor"]:
        with pytest.raises(SystemExit) as end:
            parser().parse_args([verb, "--help"])
        assert end.value.code == 0 and f"script2movie {verb}" in capsys.readouterr().out


def test_stories_that_are_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = ("--out", tmp_path / "out" / "film.mp4")
    for name, content in (("empty.md", b" \n"), ("binary.md", bytes(range(256)) * 9)):
        (tmp_path / name).write_bytes(content)
        assert name in refused(capsys, "make", tmp_path / name, *out)
    assert "missing.md" in refused(capsys, "make", tmp_path / "missing.md", *out)


def test_a_cast_that_is_none(
    story: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "cast").mkdir()
    for folder in ("cast", "nowhere", "story.md"):
        said = refused(capsys, "make", story, "--cast", tmp_path / folder)
        assert folder in said


def test_names_that_do_not_exist_are_answered_with_the_nearest(
    story: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make = ("make", story, "--out", tmp_path / "out" / "film.mp4")
    assert "did you mean 'noir'" in refused(capsys, *make, "--style", "noire")
    assert "did you mean 'preview'" in refused(capsys, *make, "--profile", "previw")
    plan = tmp_path / "plan.json"
    assert main(["plan", str(story), "--out", str(plan)]) == 0
    shoot = ("shoot", plan, "--out", tmp_path / "out" / "film.mp4")
    for stage in ("speaker", "storyboard", "animator", "lipsync", "mixer"):
        said = refused(capsys, *shoot, f"--{stage}", "embeded")
        assert "did you mean 'embedded'" in said
    assert "did you mean 's01_sh001'" in refused(capsys, *shoot, "--only", "s01_sh0001")


def test_sizes_and_numbers_out_of_range(
    story: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make = ("make", story, "--out", tmp_path / "out" / "film.mp4")
    assert "even number" in refused(capsys, *make, "--size", "641x360")
    assert "--fps is 0" in refused(capsys, *make, "--fps", "0")
    assert "--minutes is -1" in refused(capsys, *make, "--minutes", "-1")
    assert "write it as in 1280x720" in refused(capsys, *make, "--size", "large")


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('"medium"', '"medum"', "did you mean 'medium'"),
        ('"Anna"', '"Ana"', "Ana"),
        ('"duration": ', '"duration": -', "duration"),
        ('"framing"', '"framng"', "framng"),
    ],
)
def test_a_plan_edited_wrongly_is_refused_by_path(
    story: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    before: str,
    after: str,
    said: str,
) -> None:
    plan = tmp_path / "plan.json"
    assert main(["plan", str(story), "--out", str(plan)]) == 0
    text = plan.read_text("utf-8")
    assert before in text
    plan.write_text(text[::-1].replace(before[::-1], after[::-1], 1)[::-1], "utf-8")
    capsys.readouterr()
    assert main(["check", str(plan)]) == 2
    error = capsys.readouterr().err
    assert said in error and "scenes[" in error


def test_make_does_not_write_over_an_edited_plan(
    story: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    assert main(["plan", str(story), "--out", str(out / "plan.json")]) == 0
    mine = (out / "plan.json").read_text("utf-8")
    assert "edited by hand" in refused(capsys, "make", story, "--out", out / "film.mp4")
    assert (out / "plan.json").read_text("utf-8") == mine


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_permission(
    story: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tmp_path.chmod(0o555)
    assert "--out" in refused(capsys, "make", story, "--out", tmp_path / "out" / "film.mp4")
    tmp_path.chmod(0o755)


def test_an_out_that_is_in_the_way(
    story: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "--out" in refused(capsys, "make", story, "--out", story / "film.mp4")
    assert "is a folder" in refused(capsys, "make", story, "--out", tmp_path)


def test_a_dry_run_makes_nothing_and_says_what_it_would(
    story: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out" / "film.mp4"
    assert main(["make", str(story), "--out", str(out), "--dry-run", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["people"] == 2 and told["lines"] >= 2 and told["film_seconds"] > 3
    assert not out.exists() and not (out.parent / "plan.json").exists()


def test_lists_are_json_when_asked(capsys: pytest.CaptureFixture[str]) -> None:
    for verb in ("weights", "backends"):
        assert main([verb, "--json"]) == 0
        rows = json.loads(capsys.readouterr().out)
        assert rows and all(isinstance(row, dict) for row in rows)


def test_check_prints_the_schema(capsys: pytest.CaptureFixture[str]) -> None:
    assert "needs a plan" in refused(capsys, "check")
    assert main(["check", "--schema"]) == 0
    assert "$defs" in json.loads(capsys.readouterr().out)


def test_words_that_do_not_exist_are_answered_in_one_sentence(
    story: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "did you mean 'make'" in refused(capsys, "mak", story)
    assert "did you mean '--style'" in refused(capsys, "make", story, "--stlye", "noir")
    assert "did you mean '--cast'" in refused(capsys, "plan", story, "--cst=cast")
    assert "there is no place for 'extra'" in refused(capsys, "plan", story, "extra")
    assert "--fps" in refused(capsys, "make", story, "--fps", "abc")
    assert "make --help" in refused(capsys, "make")
    refused(capsys)


def test_a_refusal_is_json_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["check", str(tmp_path / "no.json"), "--json"], ["chek", "--json"]):
        assert main(arguments) == 2
        said = capsys.readouterr()
        assert json.loads(said.out)["error"] in said.err


def test_out_never_replaces_what_went_in(
    story: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = tmp_path / "p.json"
    assert "is the story" in refused(capsys, "plan", story, "--out", story)
    assert "no name for an MP4" in refused(capsys, "make", story, "--out", story)
    assert main(["plan", str(story), "--out", str(plan)]) == 0
    for out in (plan, tmp_path / "film.srt", tmp_path / "film.avi", tmp_path / "film"):
        said = refused(capsys, "shoot", plan, "--out", out, "--dry-run")
        assert f"--out {out.with_suffix('.mp4')}" in said
    assert "shoot" in refused(capsys, "make", plan, "--dry-run")
    assert story.read_text("utf-8") == STORY


def test_plan_writes_over_its_own_plan_but_not_over_edits(
    story: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = tmp_path / "p.json"
    for style in ("photo", "noir"):
        assert main(["plan", str(story), "--out", str(plan), "--style", style]) == 0
    edited = plan.read_text("utf-8").replace("noir", "comic")
    plan.write_text(edited, "utf-8")
    assert "edited by hand" in refused(capsys, "plan", story, "--out", plan)
    assert plan.read_text("utf-8") == edited


@pytest.mark.parametrize("verb", ["plan", "export"])
@pytest.mark.parametrize("missing", ["nope.md", "n" * 300])
def test_a_story_that_is_not_there_is_said_over_a_plan_that_is(
    story: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], verb: str, missing: str
) -> None:
    plan = tmp_path / "p.json"
    assert main(["plan", str(story), "--out", str(plan)]) == 0
    made = plan.read_bytes()
    assert missing[:40] in refused(capsys, verb, tmp_path / missing, "--out", plan)
    assert plan.read_bytes() == made


def test_a_name_that_no_file_can_have_is_refused_wherever_it_is_typed(
    story: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    long, film = tmp_path / ("n" * 300), tmp_path / "film.mp4"
    for typed in (
        ("plan", long, "--out", tmp_path / "p.json"),
        ("plan", story, "--out", long),
        ("make", story, "--out", f"{long}.mp4"),
        ("make", story, "--frames", long, "--out", film),
        ("report", long),
    ):
        assert "no file's name may be so long" in refused(capsys, *typed)


def test_a_dry_run_refuses_what_a_run_would(
    story: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make = ("make", story, "--out", tmp_path / "out" / "film.mp4", "--dry-run")
    assert "did you mean 's01_sh001'" in refused(capsys, *make, "--only", "s01_sh01")
    assert "did you mean 'embedded'" in refused(capsys, *make, "--mixer", "embeded")


def test_a_damaged_memory_of_the_last_run(
    story: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    film, run = tmp_path / "film.mp4", tmp_path / ".script2movie" / "run.json"
    run.parent.mkdir()
    film.write_bytes(b"")
    for text in ("{", "{}", "[]"):
        run.write_text(text, "utf-8")
        assert "run.json is damaged" in refused(capsys, "report", film)
    (tmp_path / "plan.json").write_text("mine", "utf-8")
    assert "edited by hand" in refused(capsys, "make", story, "--out", film)
    (tmp_path / "plan.json").unlink()
    (tmp_path / "plan.json").mkdir()
    assert "is a folder" in refused(capsys, "make", story, "--out", film)


def test_a_terminal_without_utf8(story: Path, tmp_path: Path) -> None:
    plan = tmp_path / "Renée.json"
    assert main(["plan", str(story), "--out", str(plan)]) == 0
    for name, code in ((plan, 0), (tmp_path / "Zoë.json", 2)):
        for more in ((), ("--json",)):
            done = subprocess.run(
                [sys.executable, "-m", "script2movie", "check", str(name), *more],
                env={**os.environ, "PYTHONIOENCODING": "ascii"},
                capture_output=True,
                check=False,
            )
            assert done.returncode == code and b"Traceback" not in done.stderr
            assert not more or json.loads(done.stdout)


def test_a_machine_without_ffmpeg(
    story: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", str(tmp_path / "none"))
    assert main(["doctor"]) == 1
    said = capsys.readouterr().out
    assert "FAIL  ffmpeg" in said and "pip install --force-reinstall imageio-ffmpeg" in said
    assert "there is no ffmpeg" in refused(capsys, "make", story, "--out", tmp_path / "film.mp4")
    assert not (tmp_path / "film.mp4").exists()


def test_a_story_whose_plan_cannot_be_shot(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    story = tmp_path / "story.md"
    story.write_text(f'Anna walks in. "{"a" * 9000}," she says.', "utf-8")
    for arguments in (("plan", story), ("make", story, "--dry-run")):
        said = refused(capsys, *arguments, "--out", tmp_path / "film.mp4")
        assert "write it otherwise" in said and "dialogue[0].text" in said
