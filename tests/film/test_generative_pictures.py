"""Films end to end with generative keyframes: command line, plan, bank, cache, film.

Tiny random checkpoints in the true layouts, loaded as a real one is. Nobody speaks, so that the
time goes into the pictures.
"""

import json
from dataclasses import replace
from importlib import resources
from pathlib import Path

import pytest
from generative import checkpoints

from script2movie.cli import main
from script2movie.movie import Movie
from script2movie.screenplay import save_plan

from .conftest import small_movie

CAST = Path(str(resources.files("script2movie"))) / "assets" / "cast"
SMALL = {"device": "cpu", "dtype": "float32", "steps": "2", "pixels": "16384"}


def sdxl_ip_adapter(folder: Path) -> dict[str, str]:
    model = checkpoints.sdxl(folder / "sdxl", sharded=True)
    return SMALL | {
        "model": str(model),
        "ip_adapter": str(checkpoints.ip_adapter(folder / "ip")),
    }


def flux2_klein(folder: Path) -> dict[str, str]:
    return SMALL | {"model": str(checkpoints.flux2_klein(folder / "klein", sharded=True))}


def flux_kontext(folder: Path) -> dict[str, str]:
    return SMALL | {"model": str(checkpoints.flux_kontext(folder / "kontext"))}


BACKENDS = {
    "sdxl-ip-adapter": sdxl_ip_adapter,
    "flux2-klein": flux2_klein,
    "flux-kontext": flux_kontext,
}


def silent_movie() -> Movie:
    """Two scenes, three shots, two people."""
    movie = small_movie()
    scenes = []
    for scene in movie.scenes:
        shots = [replace(shot, dialogue=(), duration=0.5) for shot in scene.shots]
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
    name: str, tmp_path: Path, cast: Path, capsys: pytest.CaptureFixture[str]
) -> None:
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
