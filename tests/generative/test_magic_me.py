"""Magic-Me: identities as tokens, a correlated noise, a camera by LoRA, no keyframe."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file, save_file

from script2movie.animate.magic_me import noise_prior
from script2movie.backends import open_backend
from script2movie.errors import ShotFailed
from script2movie.media.clips import read_frames
from script2movie.movie import CameraMove
from script2movie.stages import view_of

from .motion_films import animator, one_shot, shoot
from .tiny_animatediff import camera_lora, identity, motion_adapter, stable_diffusion


@dataclass(frozen=True)
class Model:
    root: Path
    film: Path

    def words(self, *options: str) -> list[str]:
        plain = ("face_strength=0", "tile_strength=0", "pixels=8192")
        chosen = (f"motion_adapter={self.root / 'motion'}", f"identities={self.root / 'people'}")
        return animator("magic-me", self.root / "sd", *plain, *chosen, *options)

    def frames(self, *options: str, **changes: object) -> NDArray[np.uint8]:
        assert shoot(one_shot(**changes), self.film, *self.words(*options)) == 0
        return np.stack(list(read_frames(self.film)))


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    root = tmp_path_factory.mktemp("magic")
    stable_diffusion(root / "sd", sharded=True)
    motion_adapter(root / "motion")
    identity(root / "people" / "anna.safetensors")
    identity(root / "others" / "Anna.safetensors", seed=9)
    camera_lora(root / "loras" / "pan-left", root / "motion")
    return Model(root, root / "out" / "film.mp4")


def test_the_identity_and_the_camera_are_in_the_frames(model: Model) -> None:
    plain = model.frames()
    assert plain.shape == (6, 128, 192, 3)
    other = model.frames(f"identities={model.root / 'others'}")
    assert not np.array_equal(plain, other)
    assert np.array_equal(plain, model.frames())
    loras = f"camera_loras={model.root / 'loras'}"
    assert not np.array_equal(plain, model.frames(loras))
    # A move that the folder has no LoRA for is told in words alone.
    still = model.frames(camera_move=CameraMove.STATIC)
    assert np.array_equal(still, model.frames(loras, camera_move=CameraMove.STATIC))


def test_what_was_learned_on_another_base_is_refused(
    model: Model, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    def said(folder: str, *options: str) -> str:
        capfd.readouterr()
        words = model.words(f"identities={model.root / folder}", *options)
        assert shoot(one_shot(), tmp_path / "film.mp4", *words) == 2
        lines = capfd.readouterr().err.splitlines()
        assert len(lines) == 2, lines  # whose figure plays Anna, and no word of the libraries'
        return lines[1]

    wide = model.root / "wide" / "anna.safetensors"
    wide.parent.mkdir()
    save_file({"emb_params": torch.zeros(4, 48)}, wide)
    assert f"{wide} is for another base model (text of width 48, not 32)" in said("wide")
    strange = model.root / "strange" / "pan-left" / "lora.safetensors"
    strange.parent.mkdir(parents=True)
    factors = {"lora_A": torch.zeros(2, 8), "lora_B": torch.zeros(8, 2)}
    save_file({f"other.{name}.weight": one for name, one in factors.items()}, strange)
    told = said("people", f"camera_loras={strange.parents[1]}")
    assert f"{strange} changes no layer of this model" in told
    camera = model.root / "strange" / "zoom-in"
    camera_lora(camera, model.root / "motion")
    (path,) = camera.iterdir()
    held = load_file(path)
    name = next(one for one in held if one.endswith("lora_A.weight"))
    save_file(held | {name: torch.zeros(2, 99)}, path)
    strange.unlink()
    told = said("people", f"camera_loras={camera.parent}")
    assert f"{path} does not load: " in told and "size mismatch" in told


def test_tiles_are_drawn_again_and_a_long_shot_is_one_piece(model: Model) -> None:
    refined = model.frames("tile_strength=0.2", "face_strength=0.4", "steps=1")
    assert not np.array_equal(refined, model.frames("steps=1"))
    assert len(model.frames("steps=1", duration=3.0)) == 24  # the module looks at 16


def test_what_it_cannot_do_is_said_before(
    model: Model, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    film = tmp_path / "film.mp4"
    (tmp_path / "nobody").mkdir()
    identity(tmp_path / "nobody" / "ben.safetensors")
    nobody = model.words(f"identities={tmp_path / 'nobody'}")
    assert shoot(one_shot(), film, *nobody) == 2
    assert "no identity of Anna: put anna.safetensors into" in capsys.readouterr().err
    assert shoot(one_shot(duration=20.0), film, *model.words()) == 2
    assert "at most 12 s at once" in capsys.readouterr().err
    torch.save({"string_to_param": {"*": torch.zeros(4, 32)}}, tmp_path / "nobody" / "anna.pt")
    (tmp_path / "nobody" / "ben.safetensors").unlink()
    assert shoot(one_shot(), film, *nobody) == 2
    assert "anna.pt is a pickle" in capsys.readouterr().err


def test_a_shot_that_speech_makes_too_long_fails_and_is_not_made_in_pieces(
    model: Model,
) -> None:
    typed = dict(word.removeprefix("animator.").split("=") for word in model.words()[3::2])
    one = open_backend("animator", "magic-me", typed)
    (shot,) = one_shot().scenes[0].shots
    size: dict[str, int] = {"width": 192, "height": 128, "fps": 8, "seed": 1}
    next(one.animate(None, view_of(shot), (), None, num_frames=8, **size))
    with pytest.raises(ShotFailed, match="animator 'magic-me' makes at most 12 s at once"):
        one.animate(None, view_of(shot), (), None, num_frames=120, **size)
    one.close()


def test_the_noise_prior_is_the_papers() -> None:
    alpha, frames = 0.4, 6
    made = noise_prior((1, 4, frames, 90, 90), alpha, seed=3)[0].double()
    rows = made.permute(1, 0, 2, 3).reshape(frames, -1)
    found = torch.cov(rows).numpy()
    apart = np.abs(np.subtract.outer(range(frames), range(frames)))
    assert np.abs(found - alpha**apart).max() < 0.02
