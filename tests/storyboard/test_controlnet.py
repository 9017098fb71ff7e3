"""The plan's layout as a picture, and a tiny ControlNet that reads it beside SDXL with LoRAs."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from drawing import ANNA, BEN, KITCHEN, SMALL, built, opened, person, view_of
from generative import checkpoints
from PIL import Image

from script2movie.errors import WeightsError
from script2movie.generative import prompts
from script2movie.movie import Position, ShotSize
from script2movie.stages import View
from script2movie.storyboard.controls import control_picture, joints
from script2movie.storyboard.regions import mask, placed, regions
from script2movie.storyboard.sdxl import clip_prompt
from script2movie.storyboard.sdxl_lora import SdxlLoraStoryboarder

SIDES = {"width": 640, "height": 360}
BEHIND = view_of(replace(ANNA, back_to_camera=True))


def story(folder: Path, **options: str) -> SdxlLoraStoryboarder:
    typed = {"model": built("sdxl"), "loras": str(folder), "class_images": "1"}
    training = {"training_steps": "1", "training_pixels": "64", "rank": "2"}
    backend = opened("sdxl-lora", **SMALL, **(typed | training | options))
    assert isinstance(backend, SdxlLoraStoryboarder)
    return backend


def drawn(board: SdxlLoraStoryboarder, view: View) -> np.ndarray:
    cast = [person("Anna", 1), person("Ben", 2)]
    return board.draw(KITCHEN, view, cast, width=192, height=128, seed=3).picture


@pytest.mark.parametrize("size", ShotSize)
@pytest.mark.parametrize("kind", ["pose", "sketch"])
def test_people_are_drawn_where_they_are_to_stand(size: ShotSize, kind: str) -> None:
    view = view_of(ANNA, BEN, size=size)
    picture = control_picture(view, kind, **SIDES)  # type: ignore[arg-type]
    assert picture.shape == (360, 640, 3)
    for region in regions(view, **SIDES):
        assert picture[mask(region, **SIDES) > 0].any()
    assert not control_picture(view_of(), kind, **SIDES).any()  # type: ignore[arg-type]


def test_a_skeleton_is_turned_as_the_plan_says() -> None:
    def of(facing: Position, *, behind: bool = False) -> dict[str, tuple[float, float]]:
        view = view_of(replace(ANNA, facing=facing, back_to_camera=behind), size=ShotSize.FULL)
        return joints(placed(view, **SIDES)[0])

    ahead, left, behind = of(Position.CENTER), of(Position.LEFT), of(Position.CENTER, behind=True)
    assert len(ahead) == 18
    assert ahead["right shoulder"][0] < ahead["neck"][0] < ahead["left shoulder"][0]
    assert ahead["nose"][1] < ahead["neck"][1] < ahead["left hip"][1] < ahead["left ankle"][1]
    assert left["nose"][0] < left["neck"][0] and set(ahead) - set(left) == {"right ear"}
    assert behind["left shoulder"][0] < behind["right shoulder"][0]
    assert set(ahead) - set(behind) == {"nose", "left eye", "right eye"}


def test_the_layout_is_read_as_diffusers_reads_it(tmp_path: Path) -> None:
    """Of somebody seen from behind no LoRA is worn: the picture is diffusers' own pipeline's."""
    board = story(tmp_path, controlnet=built("controlnet"))
    ours = drawn(board, BEHIND)
    pipe = board._model.pipe
    words, _ = clip_prompt(pipe.tokenizer, KITCHEN, BEHIND, {"Anna": "a young woman"})
    size = {"width": 192, "height": 128}
    columns, rows = board._size(**size)
    shown = control_picture(BEHIND, "pose", width=columns, height=rows)
    assert shown.any()
    theirs = pipe(
        prompt=words, negative_prompt=prompts.avoided(KITCHEN.style), image=Image.fromarray(shown),
        controlnet_conditioning_scale=0.6, guidance_scale=7.5, num_inference_steps=2,
        width=columns, height=rows, generator=torch.Generator().manual_seed(3), output_type="np",
    ).images[0]  # fmt: skip
    from script2movie.generative.sizes import fitted

    expected = fitted(np.asarray((theirs * 255).round(), np.uint8), **size)
    assert np.abs(ours.astype(int) - expected).max() <= 1


def test_layouts_kinds_and_scales_change_the_picture(tmp_path: Path) -> None:
    model = built("controlnet")
    pose = story(tmp_path, controlnet=model)
    sketch = story(tmp_path, controlnet=model, control="sketch")
    ignored, none = story(tmp_path, controlnet=model, controlnet_scale="0"), story(tmp_path)
    pictures = [drawn(board, BEHIND) for board in (pose, sketch, ignored)]
    assert not np.array_equal(pictures[0], pictures[1])
    assert np.array_equal(pictures[2], drawn(none, BEHIND))  # read, and counted for nothing
    assert not np.array_equal(pictures[0], pictures[2])
    assert len({board.fingerprint for board in (pose, sketch, ignored, none)}) == 4


def test_a_cast_is_trained_with_a_controlnet_chosen(tmp_path: Path) -> None:
    from importlib import resources

    from script2movie.movie import Character, Portrait

    portrait = Path(str(resources.files("script2movie"))) / "assets/cast/aisha/portrait.webp"
    board = story(tmp_path, controlnet=str(checkpoints.controlnet(tmp_path / "net", sharded=True)))
    anna = Character("Anna", (Portrait(portrait),))
    lora = board.train_lora(anna, board.portraits(anna), tmp_path)
    assert lora.path.is_file()
    view = view_of(ANNA)
    cast = [person("Anna", 1)]
    with_layout = board.draw(KITCHEN, view, cast, width=192, height=128, seed=3).picture
    plain = story(tmp_path).draw(KITCHEN, view, cast, width=192, height=128, seed=3).picture
    assert not np.array_equal(with_layout, plain)


def test_one_for_another_base_is_refused(tmp_path: Path) -> None:
    other = checkpoints.controlnet(tmp_path / "other", cross_attention_dim=96)
    with pytest.raises(WeightsError, match=r"another base model \(text of width 96, not 64\)"):
        story(tmp_path, controlnet=str(other))
    with pytest.raises(WeightsError, match="is of UNet2DConditionModel, but ControlNetModel"):
        story(tmp_path, controlnet=str(Path(built("sdxl")) / "unet"))
