"""A checkpoint that lacks a tensor, or has it in another shape, is refused as a backend is opened.

What transformers and diffusers do instead, fill it with noise and go on, is pinned here too.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
import torch
import transformers
from safetensors.torch import load_file, save_file

from script2movie.backends import open_backend
from script2movie.errors import WeightsError

from . import checkpoints as built
from . import editors, tiny_animatediff, tiny_dreamvideo
from .insightface import insightface
from .motion_films import BACKENDS

Tensors = dict[str, torch.Tensor]


@dataclass(frozen=True)
class Given:
    """A backend and how what it is given is built; `options` are paths below the root."""

    stage: str
    name: str
    build: Callable[[Path], object]
    options: tuple[str, ...] = ("model=model",)

    def open(self, root: Path) -> None:
        typed = dict(one.split("=") for one in self.options)
        paths = {key: str(root / value) for key, value in typed.items() if "_file" not in key}
        plain = {"device": "cpu", "dtype": "float32"}
        open_backend(self.stage, self.name, {**typed, **paths, **plain}).close()


def below(*builders: tuple[Callable[[Path], object], str]) -> Callable[[Path], None]:
    def build(root: Path) -> None:
        for one, name in builders:
            one(root / name)

    return build


def animated(root: Path) -> None:
    tiny_animatediff.stable_diffusion(root / "model")
    tiny_animatediff.motion_adapter(root / "adapter")
    tiny_animatediff.identity(root / "people" / "anna.safetensors")
    tiny_animatediff.camera_lora(root / "loras" / "pan-left", root / "adapter")


def dreamed(root: Path) -> None:
    tiny_dreamvideo.modelscope(root / "model")
    tiny_dreamvideo.image_encoder(root / "encoder")
    tiny_dreamvideo.person(root / "people" / "Anna")
    tiny_dreamvideo.motion(root / "motions" / "pan-left_adapter.safetensors")


PORTRAITS = below((built.sdxl, "model"), (built.ip_adapter, "adapter"))
EDITORS = {
    "flux2-klein": editors.flux2_klein,
    "flux-kontext": editors.flux_kontext,
    "qwen-image-edit": editors.qwen_image_edit,
    "storygen": editors.storygen,
}
GIVEN = {
    "sdxl-ip-adapter": Given(
        "storyboard", "sdxl-ip-adapter", PORTRAITS, ("model=model", "ip_adapter=adapter")
    ),
    "sdxl-storydiffusion": Given(
        "storyboard", "sdxl-storydiffusion", PORTRAITS, ("model=model", "ip_adapter=adapter")
    ),
    "sdxl-faceid": Given(
        "storyboard",
        "sdxl-faceid",
        below((built.sdxl, "model"), (built.face_id_adapter, "adapter"), (insightface, "faces")),
        (
            "model=model",
            "ip_adapter=adapter",
            "ip_adapter_file=ip-adapter-faceid_sdxl.safetensors",
            "insightface=faces",
        ),
    ),
    "sdxl-faceid, plus": Given(
        "storyboard",
        "sdxl-faceid",
        below(
            (built.sdxl, "model"),
            (partial(built.face_id_adapter, plus="plusv2"), "adapter"),
            (tiny_dreamvideo.image_encoder, "encoder"),
            (insightface, "faces"),
        ),
        (
            "model=model",
            "ip_adapter=adapter",
            "ip_adapter_file=ip-adapter-faceid-plusv2_sdxl.safetensors",
            "image_encoder_repository=encoder",
            "insightface=faces",
        ),
    ),
    "sdxl-lora": Given(
        "storyboard",
        "sdxl-lora",
        below((built.sdxl, "model"), (built.controlnet, "layout")),
        ("model=model", "controlnet=layout"),
    ),
    **{name: Given("storyboard", name, below((build, "model"))) for name, build in EDITORS.items()},
    **{
        kind: Given("animator", name, below((build, "model")))
        for kind, (name, build, _) in BACKENDS.items()
    },
    "magic-me": Given(
        "animator",
        "magic-me",
        animated,
        ("model=model", "motion_adapter=adapter", "identities=people", "camera_loras=loras"),
    ),
    "dreamvideo": Given(
        "animator",
        "dreamvideo",
        dreamed,
        ("model=model", "image_encoder=encoder", "identities=people", "motions=motions"),
    ),
}


@dataclass(frozen=True)
class Room:
    given: Given
    root: Path

    @property
    def files(self) -> list[Path]:
        """Every file of weights that the backend was given."""
        found = sorted(self.root.rglob("*.safetensors"))
        assert found
        return found

    @property
    def models(self) -> list[Path]:
        """Those of them that are a model's, and no adapter's, whose names diffusers changes."""
        return [path for path in self.files if (path.parent / "config.json").is_file()]

    def refused(self) -> str:
        with pytest.raises(WeightsError) as refusal:
            self.given.open(self.root)
        assert "\n" not in str(refusal.value)
        return str(refusal.value)


@pytest.fixture(scope="module", params=GIVEN)
def room(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Room:
    given = GIVEN[request.param]
    root = tmp_path_factory.mktemp(request.param)
    given.build(root)
    return Room(given, root)


@contextmanager
def changed(path: Path, change: Callable[[Tensors], Tensors]) -> Iterator[None]:
    whole = path.read_bytes()
    save_file(change(load_file(path)), path)
    try:
        yield
    finally:
        path.write_bytes(whole)


def tensor_of(path: Path, share: float) -> str:
    """A tensor of a file that no model makes itself: the one at such a share of its names."""
    made = ("num_batches_tracked", "pos_embed.pe")
    names = [name for name in sorted(load_file(path)) if not name.endswith(made)]
    return names[round(share * (len(names) - 1))]


def test_a_tensor_that_is_not_there_is_named(room: Room) -> None:
    for path in room.files:
        lost = tensor_of(path, 0.5)
        with changed(path, partial(without, lost)):
            said = room.refused()
        assert str(path) in said, lost
        assert last(lost) in said or path not in room.models, (lost, said)


def test_a_tensor_of_another_shape_is_named(room: Room) -> None:
    for path in room.files:
        wide = tensor_of(path, 0)
        with changed(path, partial(wider, wide)):
            said = room.refused()
        assert str(path) in said, wide
        assert last(wide) in said or path not in room.models, (wide, said)


def without(name: str, held: Tensors) -> Tensors:
    return {key: tensor for key, tensor in held.items() if key != name}


def wider(name: str, held: Tensors) -> Tensors:
    return held | {name: torch.cat([held[name]] * 2, dim=-1)}


def test_a_file_with_another_models_tensors_is_refused(room: Room) -> None:
    for path in room.files:
        with changed(path, lambda held: {f"other.{name}": held[name] for name in held}):
            assert str(path) in room.refused()


def test_a_whole_one_is_opened_and_a_tensor_that_nothing_reads_is_no_fault(room: Room) -> None:
    with ExitStack() as changes:
        for path in room.models:
            more = changed(path, lambda held: held | {"other.weight": torch.zeros(1)})
            changes.enter_context(more)
        room.given.open(room.root)


@pytest.mark.parametrize("kind", ["svd", "i2vgen-xl", "wan-2.1", "hunyuan-1.5"])
def test_an_image_encoder_of_another_width_is_refused(kind: str, tmp_path: Path) -> None:
    given = GIVEN[kind]
    given.build(tmp_path)
    folder = tmp_path / "model" / "image_encoder"
    told = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    (name,) = told["architectures"]
    kind_of = getattr(transformers, name).config_class
    config = kind_of(**(told | {"hidden_size": 48, "projection_dim": 48}))
    getattr(transformers, name)(config).save_pretrained(folder)
    room = Room(given, tmp_path)
    assert "is not of one piece: image_encoder." in (said := room.refused())
    assert " is 48 and " in said and "--option animator.model=" in said


def test_an_encoder_of_another_width_than_its_adapter_reads_is_refused(tmp_path: Path) -> None:
    given = GIVEN["sdxl-ip-adapter"]
    given.build(tmp_path)
    folder = tmp_path / "adapter" / "models" / "image_encoder"
    built.clip_vision(width=48).save_pretrained(folder)
    said = Room(given, tmp_path).refused()
    assert f"{folder} gives 48 numbers a token, and " in said and " reads 32: choose" in said


def last(name: str) -> str:
    """What is left of a tensor's name when a library has renamed what is before it."""
    return ".".join(name.split(".")[-2:])
