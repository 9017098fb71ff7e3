"""Films end to end with generative keyframes: command line, plan, bank, cache, film.

Tiny random checkpoints in the true layouts, loaded as a real one is. Nobody speaks, so that the
time goes into the pictures.
"""

import json
from dataclasses import replace
from importlib import resources
from pathlib import Path

import pytest
from generative import checkpoints, editors
from generative.insightface import insightface

from script2movie.cli import main
from script2movie.movie import Movie
from script2movie.screenplay import save_plan

from .conftest import small_movie

CAST = Path(str(resources.files("script2movie"))) / "assets" / "cast"
QWEN = "diffusers.pipelines.qwenimage.pipeline_qwenimage_edit_plus"
SMALL = {"device": "cpu", "dtype": "float32", "steps": "2", "pixels": "16384"}


def sdxl_ip_adapter(folder: Path) -> dict[str, str]:
    model = checkpoints.sdxl(folder / "sdxl", sharded=True)
    return SMALL | {
        "model": str(model),
        "ip_adapter": str(checkpoints.ip_adapter(folder / "ip")),
    }


def sdxl_faceid(folder: Path) -> dict[str, str]:
    """FaceID Plus v2 as the hub has it, which tells by its name."""
    adapter = checkpoints.face_id_adapter(folder / "faceid", pickled=True, plus="plusv2")
    return SMALL | {
        "model": str(checkpoints.sdxl(folder / "sdxl", fp16=True)),
        "ip_adapter": str(adapter),
        "ip_adapter_file": "ip-adapter-faceid-plusv2_sdxl.bin",
        "allow_pickle": "true",
        "image_encoder_repository": str(checkpoints.ip_adapter(folder / "ip")),
        "insightface": str(insightface(folder / "insightface")),
    }


def flux2_klein(folder: Path) -> dict[str, str]:
    return SMALL | {"model": str(editors.flux2_klein(folder / "klein", sharded=True))}


def flux_kontext(folder: Path) -> dict[str, str]:
    return SMALL | {"model": str(editors.flux_kontext(folder / "kontext"))}


def qwen_image_edit(folder: Path) -> dict[str, str]:
    model = editors.qwen_image_edit(folder / "qwen", sharded=True)
    return SMALL | {"model": str(model), "guidance_scale": "1"}


def storygen(folder: Path) -> dict[str, str]:
    return SMALL | {"model": str(editors.storygen(folder / "storygen", sharded=True, fp16=True))}


def sdxl_lora(folder: Path) -> dict[str, str]:
    """With LoRAs that `train-lora` makes of the same cast first, and with a ControlNet."""
    model, loras = checkpoints.sdxl(folder / "sdxl"), folder / "loras"
    layout = checkpoints.controlnet(folder / "controlnet", fp16=True)
    options = SMALL | {"model": str(model), "controlnet": str(layout)}
    training = {"training_steps": "2", "training_pixels": "64", "class_images": "1", "rank": "2"}
    typed = [f"--option=storyboard.{key}={value}" for key, value in (options | training).items()]
    cast = folder.parent / "cast"
    assert main(["train-lora", "--cast", str(cast), "--out", str(loras), "--json", *typed]) == 0
    assert sorted(path.name for path in loras.glob("*.safetensors")) == [
        "Anna.safetensors",
        "Ben.safetensors",
    ]
    return options | {"loras": str(loras)}


BACKENDS = {
    "sdxl-ip-adapter": sdxl_ip_adapter,
    "sdxl-faceid": sdxl_faceid,
    "sdxl-storydiffusion": sdxl_ip_adapter,
    "sdxl-lora": sdxl_lora,
    "flux2-klein": flux2_klein,
    "flux-kontext": flux_kontext,
    "qwen-image-edit": qwen_image_edit,
    "storygen": storygen,
}


def silent_movie() -> Movie:
    """Two scenes, three shots, two people."""
    movie = small_movie()
    scenes = []
    for scene in movie.scenes:
        shots = [replace(shot, dialogue=(), duration=0.25) for shot in scene.shots]
        scenes.append(replace(scene, shots=tuple(shots)))
    return replace(movie, scenes=tuple(scenes))


@pytest.fixture
def cast(tmp_path: Path) -> Path:
    folder = tmp_path / "cast"
    folder.mkdir()
    portraits = sorted(CAST.glob("*/portrait.webp"))[:2]
    for name, portrait in zip(("Anna", "Ben"), portraits, strict=True):
        (folder / f"{name}.webp").write_bytes(portrait.read_bytes())
    return folder


@pytest.mark.parametrize("name", BACKENDS)
def test_a_film_with_generative_keyframes(
    name: str,
    tmp_path: Path,
    cast: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Qwen's pipeline reads every reference at a megapixel: 6 s each here
    monkeypatch.setattr(f"{QWEN}.VAE_IMAGE_SIZE", 64 * 64)
    options = BACKENDS[name](tmp_path / "checkpoints")
    plan, out = tmp_path / "plan.json", tmp_path / "out" / "film.mp4"

    def shoot(movie: Movie, *more: str) -> list[str]:
        save_plan(movie, plan)
        typed = [f"--option=storyboard.{key}={value}" for key, value in options.items()]
        capsys.readouterr()
        code = main(
            ["shoot", str(plan), "--cast", str(cast), "--out", str(out), "--storyboard", name,
             "--size", "320x180", "--fps", "8", "--no-report", "--no-music", "--no-cards",
             "--json", *typed, *more]
        )  # fmt: skip
        said = capsys.readouterr()
        assert code == 0, said.err
        return list(json.loads(said.out)["made"])

    movie = silent_movie()
    assert {"prepare", "draw", "film"} <= set(shoot(movie))
    assert out.stat().st_size > 2000
    assert len(list((tmp_path / "out" / "storyboard").glob("*.png"))) == 3
    # Nothing changed: nothing is made, and no model is loaded.
    assert shoot(movie) == []
    # Another seed draws anew, of the same people.
    made = shoot(movie, "--seed", "1")
    assert "draw" in made and "prepare" not in made
