"""What cannot be is one sentence, before anything is made."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from . import tiny_video
from .motion_films import BACKENDS, animator, one_shot, shoot

Refuse = Callable[..., str]


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a checkpoint of SVD and one of CogVideoX 5B-I2V."""
    root = tmp_path_factory.mktemp("models")
    for kind in ("svd", "cogvideox"):
        BACKENDS[kind][1](root / kind)
    return root


@pytest.fixture
def refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Refuse:
    """The sentence of a shoot that must end with exit code 2 and make nothing."""

    def run(*words: str) -> str:
        capsys.readouterr()
        assert shoot(one_shot(), tmp_path / "film.mp4", *words) == 2
        said = capsys.readouterr().err
        lines = [line for line in said.splitlines() if line.startswith("script2movie: ")]
        assert len(lines) == 1 and "Traceback" not in said
        cache = tmp_path / ".script2movie"
        assert not cache.exists() or not [path for path in cache.iterdir() if path.is_dir()]
        return lines[0]

    return run


def broken(models: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(models / "svd", tmp_path / "broken"))


def test_checkpoints_that_are_not_what_they_should_be(
    models: Path, tmp_path: Path, refused: Refuse
) -> None:
    assert "no folder" in refused(*animator("svd", tmp_path / "nowhere"))
    wrong = refused(*animator("svd", models / "cogvideox"))
    assert "CogVideoXImageToVideoPipeline" in wrong and "StableVideoDiffusionPipeline" in wrong
    folder = broken(models, tmp_path)
    weights = folder / "unet" / "diffusion_pytorch_model.safetensors"
    whole = weights.read_bytes()
    weights.write_bytes(whole[: len(whole) // 2])
    assert "damaged or cut short" in refused(*animator("svd", folder))
    weights.unlink()
    assert "lacks" in refused(*animator("svd", folder))
    weights.with_suffix(".bin").write_bytes(whole)
    assert "is a pickle" in refused(*animator("svd", folder))


def test_a_hub_name_that_is_not_on_this_machine(refused: Refuse, tmp_path: Path) -> None:
    said = refused(*animator("wan", Path("Wan-AI/Wan2.2-TI2V-5B-Diffusers")))
    assert "Wan-AI/Wan2.2-TI2V-5B-Diffusers" in said and "weights --fetch" in said


def test_a_wan_that_reads_text_alone(refused: Refuse, tmp_path: Path) -> None:
    folder = tiny_video.wan(tmp_path / "model", kind="t2v")
    assert "starts from text alone" in refused(*animator("wan", folder))


def test_a_configuration_without_what_is_needed(tmp_path: Path, refused: Refuse) -> None:
    config = tiny_video.cogvideox(tmp_path / "model", second=True) / "transformer" / "config.json"
    whole = json.loads(config.read_text())
    config.write_text(json.dumps({key: whole[key] for key in whole if key != "sample_frames"}))
    said = refused(*animator("cogvideox", config.parents[1]))
    assert f"{config} does not say 'sample_frames'" in said
    config.write_text(json.dumps(whole | {"sample_frames": "many"}))
    assert "does not load: " in refused(*animator("cogvideox", config.parents[1]))


def test_attention_kernels(models: Path, refused: Refuse) -> None:
    for kernel, said in (
        ("flash", "'flash' cannot be used here: Flash Attention"),  # its package is not installed
        ("flash_hub", "must be one of flash, "),  # code that the hub would be asked for
        ("quick", "is 'quick'; it must be one of flash, "),
    ):
        words = animator("cogvideox", models / "cogvideox", f"attention={kernel}")
        assert said in refused(*words)


def test_devices_and_options(models: Path, refused: Refuse) -> None:
    words = animator("svd", models / "svd")
    assert "'cuda'" in refused(*words, "--option", "animator.device=cuda")
    assert "float16" in refused(*words, "--option", "animator.dtype=float16")
    for typed, said in (
        ("steps=0", "steps is 0; it must be at least 1"),
        ("pixels=-1", "pixels is -1; it must be at least 0"),
        ("guidance=nan", "guidance is nan; it must be at least 0"),
    ):
        assert said in refused(*words, "--option", f"animator.{typed}")
    assert "smallest frame" in refused(*words, "--option", "animator.pixels=100")
    assert "attention" in refused(*words, "--option", "animator.attention=flash")


def test_a_size_the_model_cannot_make(
    models: Path, tmp_path: Path, refused: Refuse, capsys: pytest.CaptureFixture[str]
) -> None:
    # It has learned one place for each patch of 144x96 (720x480 of the real one), lying.
    words = (*animator("cogvideox", models / "cogvideox"), "--size", "128x256")
    said = refused(*words)
    assert "s01_sh001: animator 'cogvideox' makes 144x96" in said
    assert "would use 33%: choose --size 144x96" in said
    capsys.readouterr()
    assert shoot(one_shot(), tmp_path / "film.mp4", *words, "--dry-run") == 2
    assert "animator 'cogvideox' makes 144x96" in capsys.readouterr().err


def test_what_diffusers_cannot_cache_is_refused(refused: Refuse, tmp_path: Path) -> None:
    for kind in ("ltx2", "hunyuan-1.5"):
        words = animator(kind, tmp_path / "model", "caching=first-block")
        assert "cannot have caching 'first-block'" in refused(*words)
