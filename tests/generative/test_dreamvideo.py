"""DreamVideo: a person's token and adapter, a motion's adapter told of their looks, no keyframe."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
import torch
from diffusers import UNet3DConditionModel
from numpy.typing import NDArray
from torch.nn import functional

from script2movie.animate.dreamvideo import motion_of
from script2movie.animate.dreamvideo_adapters import (
    AdaptedBlock,
    Worn,
    adaptable,
    places,
    read_adapter,
    wear,
)
from script2movie.media.clips import read_frames
from script2movie.movie import Appearance, CameraMove, CastMember, Framing, ShotSize
from script2movie.stages import View

from . import tiny_dreamvideo as tiny
from .motion_films import ANNA, animator, one_shot, shoot


@dataclass(frozen=True)
class Model:
    root: Path
    film: Path

    def words(self, *options: str) -> list[str]:
        chosen = (f"image_encoder={self.root / 'clip'}", f"identities={self.root / 'people'}")
        return animator("dreamvideo", self.root / "ms", "pixels=8192", *chosen, *options)

    def frames(self, *options: str, **changes: object) -> NDArray[np.uint8]:
        assert shoot(one_shot(**changes), self.film, *self.words(*options)) == 0
        return np.stack(list(read_frames(self.film)))


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    root = tmp_path_factory.mktemp("dream")
    tiny.modelscope(root / "ms", sharded=True)
    tiny.image_encoder(root / "clip")
    tiny.person(root / "people" / "Anna")
    tiny.person(root / "others" / "Anna", seed=9)
    tiny.motion(root / "motions" / "pan-left_adapter.safetensors")
    return Model(root, root / "out" / "film.mp4")


def test_the_person_and_the_motion_are_in_the_frames(model: Model) -> None:
    plain = model.frames()
    assert plain.shape == (6, 128, 192, 3)
    assert not np.array_equal(plain, model.frames(f"identities={model.root / 'others'}"))
    motions = f"motions={model.root / 'motions'}"
    assert not np.array_equal(plain, model.frames(motions))


def test_pickles_as_published_are_read_where_allowed(
    model: Model, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tiny.person(tmp_path / "people" / "Anna", pickled=True)
    tiny.motion(tmp_path / "motions" / "pan-left_adapter_00001500.pth")
    published = (f"identities={tmp_path / 'people'}", f"motions={tmp_path / 'motions'}")
    assert shoot(one_shot(), tmp_path / "film.mp4", *model.words(*published)) == 2
    assert "is a pickle, which can run what it holds" in capsys.readouterr().err
    half = tiny.modelscope(tmp_path / "half", fp16=True)
    words = (*model.words(*published, "allow_pickle=true"), "--option", f"animator.model={half}")
    assert list(half.glob("unet/*.fp16.safetensors"))
    assert shoot(one_shot(), tmp_path / "half.mp4", *words) == 0
    allowed = model.frames(*published, "allow_pickle=true")
    assert np.array_equal(allowed, model.frames(f"motions={model.root / 'motions'}"))


def test_what_it_cannot_do_is_said_before(
    model: Model, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def refused(*words: str, both: bool = False, **changes: object) -> str:
        movie = one_shot(**changes)
        if both:
            (scene,) = movie.scenes
            pair = replace(
                scene.shots[0], characters=(ANNA, Appearance("Ben")), framing=Framing.TWO_SHOT
            )
            cast = (*movie.cast, CastMember("Ben"))
            movie = replace(movie, cast=cast, scenes=(replace(scene, shots=(pair,)),))
        assert shoot(movie, tmp_path / "film.mp4", *words) == 2
        return capsys.readouterr().err

    said = refused(*model.words(), both=True)
    assert "wears one person's adapter, and Anna and Ben are here" in said
    tiny.person(tmp_path / "people" / "Ben")
    nobody = model.words(f"identities={tmp_path / 'people'}")
    assert "no identity of Anna: put a folder anna/ with text_embedding" in refused(*nobody)
    assert "at most 4 s at once" in refused(*model.words(), duration=6.0)
    tiny.person(tmp_path / "people" / "Anna")
    (tmp_path / "people" / "Ben" / "adapter.safetensors").unlink()
    assert "people/ben has a text_embedding or an adapter, and not both" in refused(*nobody)


def unet_of(model: Model) -> torch.nn.Module:
    return UNet3DConditionModel.from_pretrained(model.root / "ms" / "unet").double().eval()


def test_layers_are_numbered_as_in_vgen() -> None:
    """The real one's shape: four levels of two blocks, attention in three."""
    with torch.device("meta"):
        unet = UNet3DConditionModel(
            block_out_channels=(32, 32, 32, 32), cross_attention_dim=8, attention_head_dim=8
        )
    attended = [f"input_blocks.{n}" for n in (1, 2, 4, 5, 7, 8)] + ["middle_block"]
    attended += [f"output_blocks.{n}" for n in range(3, 12)]
    expected = {f"{name}.{way}" for name in attended for way in (1, 2)} | {"input_blocks.0.1"}
    found = dict(places(unet))
    assert set(found) == expected
    assert len({id(one) for one in found.values()}) == len(expected)
    assert found["output_blocks.3.1"] is unet.up_blocks[1].attentions[0]
    assert found["input_blocks.4.2"] is unet.down_blocks[1].temp_attentions[0]


@torch.no_grad()
def test_an_adapter_is_the_papers_formula(model: Model) -> None:
    """In a block along time, in float64: beside both attentions and the feed-forward."""
    unet = adaptable(unet_of(model))
    tensors = tiny.motion_adapter()
    wear(unet, "wave", tensors, Path("wave"))
    place = "input_blocks.1.2"
    block = dict(places(unet))[place].transformer_blocks[0]
    assert isinstance(block, AdaptedBlock)
    random = torch.Generator().manual_seed(0)
    x = torch.randn(2 * 6, 4, 32, generator=random, dtype=torch.float64)  # two videos, six places
    looks = torch.randn(2, 32, generator=random, dtype=torch.float64)

    def beside(kind: str, x: torch.Tensor) -> torch.Tensor:
        def linear(layer: str, given: torch.Tensor) -> torch.Tensor:
            key = f"{place}.transformer_blocks.0.{kind}_adapter.{layer}_linear"
            weight, bias = (tensors[f"{key}.{one}"].double() for one in ("weight", "bias"))
            return given @ weight.T + bias

        told = x + torch.stack([linear("condition", looks[n // 6]) for n in range(12)])[:, None]
        return linear("up", functional.gelu(linear("down", told))) + told

    h = block.attn1(block.norm1(x)) + beside("attn", x)
    h = block.attn2(block.norm2(h)) + beside("cross_attn", h)
    h = block.ff(block.norm3(h)) + beside("ff", h)
    worn = {"worn": Worn(("wave",), looks)}
    found = block(x, cross_attention_kwargs=worn)
    torch.testing.assert_close(found, h, rtol=0, atol=1e-10)


@torch.no_grad()
def test_what_is_not_worn_changes_nothing(model: Model) -> None:
    plain, unet = unet_of(model), adaptable(unet_of(model))
    wear(unet, "anna", tiny.identity_adapter(), Path("anna"))
    random = torch.Generator().manual_seed(0)
    video = torch.randn(2, 4, 3, 8, 8, generator=random, dtype=torch.float64)
    text = torch.randn(2, 5, tiny.WIDTH, generator=random, dtype=torch.float64)
    given = video, torch.tensor(500), text
    assert torch.equal(unet(*given).sample, plain(*given).sample)
    worn = {"worn": Worn(("anna",))}
    dressed = unet(*given, cross_attention_kwargs=worn).sample
    assert not torch.allclose(dressed, plain(*given).sample)
    assert torch.equal(unet(*given).sample, plain(*given).sample)  # nothing is left over


def test_an_adapter_for_another_base_is_refused(model: Model, tmp_path: Path) -> None:
    from safetensors.torch import save_file

    from script2movie.errors import WeightsError

    unet = adaptable(unet_of(model))
    beside = "input_blocks.1.1.transformer_blocks.0.cross_attn_adapter"
    wide = {
        f"{beside}.down_linear.weight": torch.zeros(16, 64),
        f"{beside}.down_linear.bias": torch.zeros(16),
        f"{beside}.up_linear.weight": torch.zeros(64, 16),
        f"{beside}.up_linear.bias": torch.zeros(64),
    }
    with pytest.raises(WeightsError, match=r"another base model: it has input_blocks.1.1 of width"):
        wear(unet, "anna", wide, Path("anna"))
    save_file({"unet.weight": torch.zeros(2)}, tmp_path / "adapter.safetensors")
    with pytest.raises(WeightsError, match="is no adapter of DreamVideo"):
        read_adapter(tmp_path / "adapter.safetensors")


def test_a_motion_is_the_cameras_or_one_that_the_shot_speaks_of() -> None:
    def view(action: str, move: CameraMove = CameraMove.STATIC) -> View:
        people = (Appearance("Anna", action),)
        return View(ShotSize.MEDIUM, Framing.SINGLE, move, people, "A long evening.", "", ())

    motions = ["pan-left_adapter", "playing-guitar_adapter_00001500"]
    assert motion_of(motions, view("Anna is playing the guitar.")) == motions[1]
    assert motion_of(motions, view("Anna listens.", CameraMove.PAN_LEFT)) == motions[0]
    assert motion_of(motions, view("Anna listens to a guitar.")) == ""
