"""Profiles, previews and checkpoints as they are typed."""

import argparse
import json
import subprocess
import sys
from pathlib import Path

import pytest

from script2movie.backends import STAGES, backend_named, read_options
from script2movie.cli import main
from script2movie.cli.parser import parser
from script2movie.cli.typed import settings_of
from script2movie.movie import Framing, Light, Movie, Scene, Shot, ShotSize
from script2movie.screenplay import save_plan
from script2movie.settings import PROFILES, TUNED, settings_for


def settings(*typed: str) -> object:
    options: argparse.Namespace = parser().parse_args(["shoot", "plan.json", *typed])
    return settings_of(options)


def test_every_profile_names_backends_and_options_that_exist() -> None:
    for name, profile in PROFILES.items():
        for stage in STAGES:
            chosen = getattr(profile, stage)
            backend_named(stage, chosen)
            read_options(stage, chosen, settings_for(name).options_of(stage))
    for profile_name, tuned in TUNED.items():
        assert profile_name in PROFILES
        for key, options in tuned.items():
            stage, _, backend = key.partition(" ")
            read_options(stage, backend, options)


def test_a_profile_tunes_whichever_backend_is_chosen_and_typing_wins() -> None:
    own = settings_for("gpu-12gb")
    assert own.options_of("storyboard")["offload"] == "model"
    other = settings_for("gpu-12gb", storyboard="flux-kontext")
    assert other.options_of("storyboard")["offload"] == "group"
    typed = settings_for("gpu-12gb", options=[("storyboard.offload", "none")])
    assert typed.options_of("storyboard")["offload"] == "none"
    assert settings_for("gpu-12gb", storyboard="embedded").options_of("storyboard") == {}


def test_a_preview_is_small_and_in_few_steps_with_the_same_seed() -> None:
    chosen = settings("--storyboard", "sdxl-ip-adapter", "--preview", "--seed", "3")
    assert (chosen.width, chosen.height, chosen.fps, chosen.seed) == (640, 360, 12, 3)  # type: ignore[attr-defined]
    assert chosen.options_of("storyboard")["preview"] == "true"  # type: ignore[attr-defined]
    read = read_options("storyboard", "sdxl-ip-adapter", {"preview": "true"})
    assert (read.num_inference_steps, read.area) == (10, 512 * 512)
    larger = settings("--preview", "--size", "320x180")
    assert (larger.width, larger.options_of("storyboard")) == (320, {})  # type: ignore[attr-defined]


def test_a_dry_run_says_whose_time_and_money_it_does_not_know(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "of-this-test")
    shot = Shot("s01_sh001", ShotSize.MEDIUM, Framing.ESTABLISHING, duration=1.0)
    plan = tmp_path / "plan.json"
    save_plan(Movie("Rooms", (), (Scene("s01", "kitchen", True, Light.DAY, (shot,)),)), plan)
    dry = ["shoot", str(plan), "--out", str(tmp_path / "film.mp4"), "--dry-run"]
    assert main(dry) == 0
    assert "measured" not in capsys.readouterr().out
    assert main([*dry, "--storyboard", "openai", "--takes", "3"]) == 0
    said = capsys.readouterr().out
    assert "and longer with storyboard 'openai', each up to 3 times" in said
    assert "storyboard 'openai' is paid for, to OpenAI" in said
    assert main([*dry, "--storyboard", "openai", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["not_measured"] == {"storyboard": "openai"} and set(told["paid"]) == {
        "storyboard 'openai'"
    }


def listed(capsys: pytest.CaptureFixture[str], *typed: str) -> list[dict[str, object]]:
    capsys.readouterr()
    assert main(["weights", "--json", *typed]) == 0
    rows: list[dict[str, object]] = json.loads(capsys.readouterr().out)
    return rows


def test_weights_lists_what_a_backend_needs_with_licence_and_source(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    plain = {row["name"] for row in listed(capsys)}
    rows = listed(capsys, "--storyboard", "flux-kontext")
    (kontext,) = [row for row in rows if row["name"] not in plain]
    assert str(kontext["name"]).startswith("black-forest-labs/FLUX.1-Kontext-dev@24e9dedc")
    assert kontext["commercial"] is False and kontext["present"] is False
    assert kontext["source"] == "https://huggingface.co/black-forest-labs/FLUX.1-Kontext-dev"
    mine = "someone/finetune@main"
    rows = listed(capsys, "--storyboard", "sdxl-ip-adapter", "--option", f"storyboard.model={mine}")
    added = {row["name"]: row["commercial"] for row in rows if row["name"] not in plain}
    assert added[mine] is None and len(added) == 2
    face_id = ("--storyboard", "sdxl-faceid")
    added = {str(row["name"]).partition("@")[0] for row in listed(capsys, *face_id)} - plain
    assert "h94/IP-Adapter-FaceID" in added and "h94/IP-Adapter" not in added
    file = "storyboard.ip_adapter_file=ip-adapter-faceid-plusv2_sdxl.bin"
    rows = listed(capsys, *face_id, "--option", file)  # which reads what CLIP sees too
    assert (
        added | {"h94/IP-Adapter"} == {str(row["name"]).partition("@")[0] for row in rows} - plain
    )
    main(["weights", "--storyboard", "flux-kontext"])
    said = capsys.readouterr().out
    assert "(NOT for commercial use)" in said
    assert "script2movie weights --fetch --storyboard flux-kontext" in said


def test_options_are_listed_without_importing_what_is_heavy() -> None:
    code = (
        "import sys\nfrom script2movie.cli import main\n"
        "for name in ('sdxl-storydiffusion', 'flux2-klein', 'openai'):\n"
        "    main(['backends', 'storyboard', name])\n"
        "heavy = {'torch', 'diffusers', 'transformers', 'openai', 'huggingface_hub'}\n"
        "sys.exit(str(heavy & set(sys.modules)) if heavy & set(sys.modules) else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    assert b"storyboard.identity_images" in done.stdout and b"storyboard.quality" in done.stdout


def test_a_folder_of_ones_own_needs_nothing_from_the_hub(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plain = listed(capsys)
    rows = listed(capsys, "--storyboard", "flux2-klein", "--option", f"storyboard.model={tmp_path}")
    assert rows == plain


def test_a_backend_that_cannot_run_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = tmp_path / "plan.json"
    shot = Shot("s01_sh001", ShotSize.WIDE, Framing.ESTABLISHING)
    save_plan(Movie("T", (), (Scene("s01", "room", True, Light.DAY, (shot,)),)), plan)
    out = ("--out", str(tmp_path / "out" / "film.mp4"))
    for options, said in (
        (("--option", "storyboard.model=nowhere/at/all"), "there is no folder 'nowhere/at/all'"),
        (("--option", "storyboard.device=cpu"), "--option storyboard.dtype=float32"),
        (("--option", "storyboard.steps=many"), "--option storyboard.steps is 'many'"),
    ):
        capsys.readouterr()
        command = ["shoot", str(plan), "--storyboard", "sdxl-ip-adapter", *options, *out]
        if "model" in options[1]:
            command += ["--option", "storyboard.device=cpu", "--option", "storyboard.dtype=float32"]
        assert main(command) == 2
        (line,) = capsys.readouterr().err.splitlines()
        assert line.startswith("script2movie: ") and said in line


def test_doctor_says_what_an_optional_backend_lacks_and_is_still_content(
    capsys: pytest.CaptureFixture[str],
) -> None:
    main(["doctor", "--json"])
    findings = {one["subject"]: one for one in json.loads(capsys.readouterr().out)}
    klein = findings["storyboard flux2-klein"]
    assert klein["fine"] and "not ready (optional)" in klein["said"]
    assert findings["gpu"]["fine"]
