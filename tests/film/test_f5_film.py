"""A plan becomes a film with sound by F5-TTS: the real package, on a tiny model of random weights.

What it says is noise; all around it is the way of a real checkpoint.
"""

import json
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
import soundfile

from script2movie.cli import main
from script2movie.media.clips import read_sound
from script2movie.screenplay import save_plan

from .conftest import small_movie

pytest.importorskip("f5_tts")

WORDS = "Some call me nature, others call me mother nature."


def recording(path: Path, faster: float) -> None:
    """The package's own example, played faster for another voice."""
    path.parent.mkdir(parents=True)
    example = files("f5_tts").joinpath("infer/examples/basic/basic_ref_en.wav")
    with example.open("rb") as file:
        samples, rate = soundfile.read(file)
    soundfile.write(path, samples, round(rate * faster))
    path.with_suffix(".txt").write_text(WORDS)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Options that choose a tiny model."""
    import sys

    sys.path.insert(0, str(Path(__file__).parents[1] / "audio"))
    from tiny_f5 import write_tiny_f5

    chosen = write_tiny_f5(tmp_path_factory.mktemp("f5") / "model")
    return [word for name, value in chosen.items() for word in ("--option", f"{name}={value}")]


def test_a_plan_becomes_a_film_with_sound(
    tiny: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cast = tmp_path / "cast"
    for name, faster in (("Anna", 1.0), ("Ben", 0.9), ("narrator", 1.1)):
        recording(tmp_path / "cast" / name / "voice.wav", faster)
    narrator = (cast / "narrator").rename(tmp_path / "narrator") / "voice.wav"
    save_plan(small_movie(), tmp_path / "plan.json")
    shoot = ["shoot", str(tmp_path / "plan.json"), "--out", str(tmp_path / "film.mp4")]
    shoot += ["--speaker", "f5-tts", *tiny, "--option", f"speaker.narrator={narrator}"]
    shoot += ["--size", "256x144", "--fps", "6", "--no-report", "--json"]

    # Nobody is ever given another's voice: who has no sample is named.
    assert main([*shoot, "--takes", "1"]) == 2
    refused = capsys.readouterr().err
    assert "Anna has no voice sample and f5-tts clones voices" in refused and "Ben" in refused

    assert main([*shoot, "--takes", "2", "--cast", str(cast)]) == 0
    told = json.loads(capsys.readouterr().out)
    assert {"cast", "speak", "judge", "film", "mix", "stitch"} <= set(told["made"])
    sound = read_sound(tmp_path / "film.mp4", 48_000)
    assert len(sound) / 48_000 == pytest.approx(told["seconds"], abs=0.1)
    lines = sorted((tmp_path / "voices").glob("*.wav"))
    assert [path.name for path in lines] == ["s01_sh001_1.wav", "s01_sh002_1.wav"]
    assert all(np.abs(soundfile.read(path)[0]).max() > 0.01 for path in lines)

    # A second run makes nothing.
    assert main([*shoot, "--takes", "2", "--cast", str(cast)]) == 0
    assert json.loads(capsys.readouterr().out)["made"] == []


def test_a_checkpoint_that_lacks_a_tensor_is_one_sentence(
    tiny: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from safetensors.torch import load_file, save_file

    (chosen,) = (word.partition("=")[2] for word in tiny if word.startswith("speaker.checkpoint"))
    held = load_file(chosen)
    lost = sorted(held)[len(held) // 2]
    broken = tmp_path / "model_1.safetensors"
    save_file({name: held[name] for name in held if name != lost}, broken)
    recording(tmp_path / "cast" / "Anna" / "voice.wav", 1.0)
    recording(tmp_path / "cast" / "Ben" / "voice.wav", 0.9)
    save_plan(small_movie(), tmp_path / "plan.json")
    words = ["shoot", str(tmp_path / "plan.json"), "--out", str(tmp_path / "film.mp4"), *tiny]
    words += ["--speaker", "f5-tts", "--option", f"speaker.checkpoint={broken}"]
    words += ["--cast", str(tmp_path / "cast"), "--takes", "1", "--no-report"]
    words += ["--option", f"speaker.narrator={tmp_path / 'cast' / 'Anna' / 'voice.wav'}"]
    assert main(words) == 2
    lines = [x for x in capsys.readouterr().err.splitlines() if x.startswith("script2movie: ")]
    assert len(lines) == 1 and f"the checkpoint {broken} does not load: " in lines[0], lines
    assert lost.removeprefix("ema_model.") in lines[0]
