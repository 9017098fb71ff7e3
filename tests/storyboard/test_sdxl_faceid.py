"""FaceID, tiny: SDXL is told whose face it is, through diffusers' own loader."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from drawing import ANNA, BEN, KITCHEN, SMALL, built, opened, person, view_of
from generative import checkpoints
from generative.insightface import insightface
from safetensors.torch import load_file, save_file

from script2movie.errors import WeightsError
from script2movie.storyboard.regions import Region
from script2movie.storyboard.sdxl import Ask
from script2movie.storyboard.sdxl_faceid import SdxlFaceIdStoryboarder

FILE = "ip-adapter-faceid_sdxl.safetensors"
LEFT, RIGHT = (0.0, 0.0, 64.0, 128.0), (64.0, 0.0, 128.0, 128.0)


def board_of(adapter: Path, root: Path, **options: str) -> SdxlFaceIdStoryboarder:
    typed = {"model": built("sdxl"), "ip_adapter": str(adapter), "insightface": str(root)}
    backend = opened("sdxl-faceid", **SMALL, **(typed | {"ip_adapter_file": FILE} | options))
    assert isinstance(backend, SdxlFaceIdStoryboarder)
    return backend


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("faceid")
    return checkpoints.face_id_adapter(folder / "adapter"), insightface(folder / "insightface")


@pytest.fixture(scope="module")
def board(room: tuple[Path, Path]) -> SdxlFaceIdStoryboarder:
    return board_of(*room)


def paint(board: SdxlFaceIdStoryboarder, *names: str) -> np.ndarray:
    people = [person("Anna", 1), person("Ben", 2)]
    cast = [replace(one, tokens=board.painter.encode(one.portrait)) for one in people]  # type: ignore[arg-type]
    boxes = zip(names, (LEFT, RIGHT), strict=False)
    ask = Ask("two people", "text", tuple(Region(n, box, box, seen=True) for n, box in boxes), 5)
    return board.painter.paint([ask], cast, width=128, height=128)[0]


def test_a_face_is_512_numbers_and_nobody_is_none(board: SdxlFaceIdStoryboarder) -> None:
    portrait = person("Anna", 1).portrait
    assert portrait is not None
    nobody, anna = board.painter.encode(portrait)
    assert anna.shape == (1, 512) and np.linalg.norm(anna) == pytest.approx(1, abs=1e-5)
    assert not nobody.any()


def test_faces_act_where_their_masks_are(board: SdxlFaceIdStoryboarder) -> None:
    as_planned, swapped = paint(board, "Anna", "Ben"), paint(board, "Ben", "Anna")
    assert not np.array_equal(as_planned, swapped)
    assert np.array_equal(as_planned, paint(board, "Anna", "Ben"))
    cast = [person("Anna", 1), person("Ben", 2)]
    told = [replace(one, tokens=board.painter.encode(one.portrait)) for one in cast]  # type: ignore[arg-type]
    drawn = board.draw(KITCHEN, view_of(ANNA, BEN), told, width=320, height=180, seed=1)
    assert drawn.picture.shape == (180, 320, 3)
    empty = board.draw(KITCHEN, view_of(), [], width=320, height=180, seed=1)
    assert empty.faces == () and empty.picture.shape == (180, 320, 3)


def test_its_lora_is_worn(
    board: SdxlFaceIdStoryboarder, room: tuple[Path, Path], tmp_path: Path
) -> None:
    unet = board.painter.model.pipe.unet
    assert "faceid_0" in unet.peft_config
    tensors = load_file(room[0] / FILE)
    up, down = (tensors[f"ip_adapter.0.to_q_lora.{way}.weight"] for way in ("up", "down"))
    layer = unet.get_submodule(next(iter(unet.attn_processors)).removesuffix(".processor")).to_q
    seen = torch.randn(1, 3, layer.in_features, generator=torch.Generator().manual_seed(0))
    worn = layer(seen) - layer.base_layer(seen)
    torch.testing.assert_close(worn, seen @ (up @ down).T, rtol=1e-4, atol=1e-5)
    bare = {name: tensor for name, tensor in tensors.items() if "_lora" not in name}
    save_file(bare, tmp_path / FILE)
    assert not np.array_equal(paint(board, "Anna"), paint(board_of(tmp_path, room[1]), "Anna"))


def test_as_the_hub_has_it_it_is_a_pickle(
    board: SdxlFaceIdStoryboarder, room: tuple[Path, Path], tmp_path: Path
) -> None:
    adapter = checkpoints.face_id_adapter(tmp_path, pickled=True)
    pickled = {"ip_adapter_file": "ip-adapter-faceid_sdxl.bin"}
    with pytest.raises(WeightsError, match=r"is a pickle.*--option storyboard.allow_pickle=true"):
        board_of(adapter, room[1], **pickled)
    allowed = board_of(adapter, room[1], allow_pickle="true", **pickled)
    assert np.array_equal(paint(allowed, "Anna"), paint(board, "Anna"))


def test_another_adapter_and_missing_models_are_refused(
    room: tuple[Path, Path], tmp_path: Path
) -> None:
    plus = Path(built("ip_adapter"))
    with pytest.raises(WeightsError, match="is no IP-Adapter FaceID"):
        board_of(
            plus, room[1], ip_adapter_file="sdxl_models/ip-adapter-plus-face_sdxl_vit-h.safetensors"
        )
    with pytest.raises(WeightsError, match=r"buffalo_s holds no model .*storyboard.insightface="):
        board_of(*room, insightface_model="buffalo_s")
    assert board_of(*room).fingerprint == board_of(*room).fingerprint
    other = insightface(tmp_path, seed=9)
    assert board_of(room[0], other).fingerprint != board_of(*room).fingerprint
