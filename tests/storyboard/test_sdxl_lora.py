"""LoRAs, tiny: training learns and can be stopped, and a LoRA draws in its person's region only."""

import logging
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from drawing import ANNA, BEN, KITCHEN, SMALL, built, opened, person, view_of
from numpy.typing import NDArray
from safetensors.torch import load_file, save_file

from script2movie.errors import BankError, SettingsError, ShotFailed, WeightsError
from script2movie.generative.adapters import load_lora
from script2movie.media.clips import write_png
from script2movie.movie import Character, Portrait
from script2movie.perception.faces import FaceDetector
from script2movie.perception.mesh import FaceMesh
from script2movie.perception.portraits import read_portrait
from script2movie.storyboard import lora
from script2movie.storyboard.lora import Lora, Recipe, read_lora, train
from script2movie.storyboard.portraits import PortraitStudio
from script2movie.storyboard.regions import Region
from script2movie.storyboard.sdxl_lora import SdxlLoraStoryboarder

CAST = Path(str(resources.files("script2movie"))) / "assets" / "cast"
TOY = Recipe(steps=12, rank=4, rate=3e-2, num_class_images=1, pixels=64)
PORTRAITS = [np.full((64, 64, 3), colour, np.uint8) for colour in ((200, 40, 40), (190, 60, 50))]


def story(folder: Path, kind: str = "sdxl") -> SdxlLoraStoryboarder:
    backend = opened("sdxl-lora", **SMALL, model=built(kind), loras=str(folder))
    assert isinstance(backend, SdxlLoraStoryboarder)
    return backend


def trained(
    board: SdxlLoraStoryboarder, folder: Path, name: str = "Anna", recipe: Recipe = TOY
) -> tuple[Lora, list[float]]:
    losses: list[float] = []
    pipe = board._model.pipe
    made = train(
        pipe, PORTRAITS, name, "a woman", folder, board.base, recipe,
        lambda done, total, loss: losses.append(loss),
    )  # fmt: skip
    return made, losses


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("loras")
    board = story(folder)
    for number, name in enumerate(("Anna", "Ben")):
        trained(board, folder, name, replace(TOY, seed=number))
    return folder


def test_training_lowers_the_loss_on_its_own_pictures(tmp_path: Path) -> None:
    board = story(tmp_path)
    pipe = board._model.pipe
    recipe = replace(TOY, num_class_images=0, steps=40)
    probe = lora._Batches(pipe, PORTRAITS, "a woman anna", "a woman", recipe)

    def loss() -> float:
        with torch.no_grad():
            return float(np.mean([float(probe.loss(pipe.unet, 10_000 + n)) for n in range(20)]))

    before = loss()
    made, losses = trained(board, tmp_path, recipe=recipe)
    assert len(losses) == 40 and loss() == pytest.approx(before)  # the base itself is as it was
    pipe.load_lora_weights(str(made.path.parent), weight_name=made.path.name)
    assert loss() < 0.99 * before


class Stopped(Exception):
    pass


def test_a_training_gone_on_with_ends_as_one_never_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from safetensors.torch import load_file

    monkeypatch.setattr(lora, "SAVE_EVERY", 8)
    recipe = replace(TOY, steps=20)
    whole, parted = tmp_path / "whole", tmp_path / "parted"
    for one in (whole, parted):
        one.mkdir()
    wanted, losses = trained(story(whole), whole, recipe=recipe)
    heard: list[float] = []

    def told(done: int, total: int, loss: float) -> None:
        heard.append(loss)
        if len(heard) == 13:
            raise Stopped

    board = story(parted)
    with pytest.raises(Stopped):
        train(board._model.pipe, PORTRAITS, "Anna", "a woman", parted, board.base, recipe, told)
    assert not (parted / "Anna.safetensors").exists()
    assert (parted / "Anna.state.safetensors").exists()
    again, rest = trained(story(parted), parted, recipe=recipe)
    assert len(rest) == 12 and rest == losses[8:]  # from step 8 on, to the same numbers
    first, second = load_file(wanted.path), load_file(again.path)
    assert first.keys() == second.keys()
    assert all(torch.equal(first[name], second[name]) for name in first)
    assert not (parted / "Anna.state.safetensors").exists()


def test_every_portrait_with_a_face_is_trained_on(tmp_path: Path) -> None:
    blank = tmp_path / "blank.png"
    write_png(np.full((300, 200, 3), 180, np.uint8), blank)
    shown = [CAST / name / "portrait.webp" for name in ("aisha", "ben")]
    board = story(tmp_path)
    pictures = board.portraits(Character("Anna", tuple(map(Portrait, [*shown, blank]))))
    assert len(pictures) == 4 and all(one.shape[0] == one.shape[1] for one in pictures)
    assert not np.array_equal(pictures[0], pictures[2])
    for one, mirrored in (pictures[:2], pictures[2:]):
        assert np.array_equal(one, mirrored[:, ::-1])
    with pytest.raises(BankError, match="shows no face"):
        board.portraits(Character("Anna", (Portrait(blank),)))


def test_a_face_at_the_edge_of_a_portrait_keeps_its_shape(tmp_path: Path) -> None:
    detector, mesh, studio = FaceDetector(), FaceMesh(), PortraitStudio()
    whole = read_portrait(CAST / "ben" / "portrait.webp", longest_side=800).rgb

    def shape(rgb: NDArray[np.uint8]) -> float:
        """The face's width by its height."""
        points = mesh.landmarks(rgb, detector.detect(rgb)[0])[:, :2]
        across, down = points[454] - points[234], points[152] - points[10]
        return float(np.linalg.norm(across) / np.linalg.norm(down))

    x0, y0, x1, y1 = (round(side) for side in detector.detect(whole)[0].box)
    margin = (y1 - y0) // 3
    for left, right in ((x0, x1), (x0, whole.shape[1]), (0, x1)):
        photo = tmp_path / f"{left}.png"
        write_png(whole[max(0, y0 - margin) : y1 + margin, left:right].copy(), photo)
        (head,) = studio.heads(Character("Ben", (Portrait(photo),)))
        assert head.shape[0] == head.shape[1]
        assert shape(head) == pytest.approx(shape(whole), rel=0.05)


def test_another_training_is_not_thrown_away_in_silence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lora, "SAVE_EVERY", 2)
    board = story(tmp_path)

    def told(done: int, total: int, loss: float) -> None:
        if done == 3:
            raise Stopped

    pipe = board._model.pipe
    with pytest.raises(Stopped):
        train(pipe, PORTRAITS, "Anna", "a woman", tmp_path, board.base, TOY, told)
    state = (tmp_path / "Anna.state.safetensors").read_bytes()
    assert story(tmp_path).fingerprint == board.fingerprint  # what is not done draws nothing anew
    for changes in ({"rank": 2}, {"pixels": 128}, {"steps": 1}):
        recipe = replace(TOY, **changes)
        with pytest.raises(SettingsError, match=r"another training was stopped, at step 2"):
            trained(board, tmp_path, recipe=recipe)
        assert (tmp_path / "Anna.state.safetensors").read_bytes() == state
    _, losses = trained(board, tmp_path, recipe=replace(TOY, steps=5))  # fewer or more to come
    assert len(losses) == 3
    with pytest.raises(SettingsError, match=r"training_pixels is 100; it must be a multiple of 8"):
        opened("sdxl-lora", **SMALL, model=built("sdxl"), training_pixels="100")


def test_half_precision_overflows_nowhere_in_training(tmp_path: Path) -> None:
    """As on a GPU; SDXL's own encoder of pictures overflows in 16 bits, and says so itself."""
    board = story(tmp_path)
    pipe = board._model.pipe
    pipe.to(torch.float16)
    pipe.vae.register_to_config(force_upcast=True)
    with torch.no_grad():
        pipe.vae.encoder.conv_in.weight.fill_(6e4)
        square = torch.ones((1, 3, 64, 64), dtype=torch.float16)
        assert not torch.isfinite(pipe.vae.encode(square).latent_dist.mode()).all()
    recipe = replace(TOY, steps=3, num_class_images=0)
    _, losses = trained(board, tmp_path, recipe=recipe)
    assert np.isfinite(losses).all() and pipe.vae.dtype is torch.float16
    pipe.unet.conv_in.weight.data.fill_(float("nan"))
    with pytest.raises(ShotFailed, match="the loss of step 1 is no number"):
        trained(board, tmp_path, "Ben", recipe)


def region(name: str, x0: float, x1: float) -> Region:
    box = (x0, 0.0, x1, 128.0)
    return Region(name, box, box, seen=True)


def paint(
    board: SdxlLoraStoryboarder, folder: Path, *people: Region, steps: int | None = None
) -> NDArray[np.uint8]:
    loras = {one.character: read_lora(folder, one.character, board.base) for one in people}
    return board._drawn(
        board._model.pipe, KITCHEN, view_of(), "two people",
        [(one, loras[one.character].word) for one in people], loras, 128, 128, 3,
    )  # fmt: skip


def test_without_people_nobodys_lora_is_worn(folder: Path) -> None:
    fresh, used = story(folder), story(folder)
    plain = paint(fresh, folder)
    with_anna = paint(used, folder, region("Anna", 0, 128))
    assert not np.array_equal(plain, with_anna)
    assert np.array_equal(plain, paint(used, folder))  # worn before, and taken off
    assert not np.array_equal(with_anna, paint(used, folder, region("Ben", 0, 128)))


def test_a_lora_counts_inside_its_region_only(folder: Path) -> None:
    """Seen in the predicted noise of the first step, before the next step carries it further."""
    board = story(folder)
    predicted: list[Any] = []
    step = board._model.pipe.scheduler.step

    def kept(noise: torch.Tensor, *others: Any, **more: Any) -> Any:
        predicted.append(noise)
        return step(noise, *others, **more)

    board._model.pipe.scheduler.step = kept
    noises = []
    for people in ((), (region("Anna", 0, 64),), (region("Anna", 0, 64), region("Ben", 64, 128))):
        predicted.clear()
        paint(board, folder, *people)
        noises.append(predicted[0])
    nobody, left, both = noises
    half = nobody.shape[-1] // 2
    assert torch.equal(left[..., half:], nobody[..., half:])
    assert (left[..., :half] != nobody[..., :half]).all()
    assert torch.equal(both[..., :half], left[..., :half])
    assert (both[..., half:] != nobody[..., half:]).any()


def test_a_person_without_a_lora_and_a_lora_of_another_base_are_refused(
    folder: Path, tmp_path: Path
) -> None:
    with pytest.raises(BankError, match=r"Cleo has no LoRA in .* script2movie train-lora"):
        read_lora(folder, "Cleo", "base")
    other = story(folder, "sdxl_of_another_width")
    with pytest.raises(WeightsError, match="is for another base model"):
        read_lora(folder, "Anna", other.base)
    (tmp_path / "Anna.safetensors").write_bytes((folder / "Anna.safetensors").read_bytes())
    (tmp_path / "Anna.json").write_text("{")
    with pytest.raises(WeightsError, match=r"Anna\.json is damaged"):
        read_lora(tmp_path, "Anna", "base")


def test_a_lora_that_is_not_whole_is_refused_and_nothing_else_is_printed(
    folder: Path,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """diffusers draws the half that is not there at random, and logs what does not fit."""
    path = tmp_path / "Anna.safetensors"
    (tmp_path / "Anna.json").write_bytes((folder / "Anna.json").read_bytes())
    held = load_file(folder / path.name)
    lost = next(name for name in held if "lora.down" in name or "lora_A" in name)
    save_file({name: held[name] for name in held if name != lost}, path)
    board = story(tmp_path)
    with pytest.raises(WeightsError, match=rf"lacks the tensor '{lost}', the other half of"):
        board.prepare(Character("Anna", ()))
    save_file(held | {lost: held[lost][:1]}, path)
    with pytest.raises(WeightsError, match="which are not of one rank"):
        board.prepare(Character("Anna", ()))
    save_file(held | {lost: torch.cat([held[lost]] * 2, dim=1)}, path)
    pipe = board._model.pipe
    monkeypatch.setattr(logging.getLogger("diffusers"), "propagate", True)  # to caplog
    with pytest.raises(WeightsError, match=r"Anna.safetensors does not load: .*size mismatch"):
        load_lora(pipe, path, "anna")
    assert not caplog.records


def test_a_keyframe_is_the_seeds_and_another_lora_another_fingerprint(
    folder: Path, tmp_path: Path
) -> None:
    board = story(folder)
    cast = [person("Anna", 1), person("Ben", 2)]

    def draw(seed: int) -> NDArray[np.uint8]:
        pair = view_of(ANNA, BEN)
        return board.draw(KITCHEN, pair, cast, (), width=320, height=180, seed=seed).picture

    assert np.array_equal(draw(1), draw(1)) and not np.array_equal(draw(1), draw(2))
    assert board._model.num_loads == 1
    assert story(tmp_path).fingerprint != board.fingerprint == story(folder).fingerprint
