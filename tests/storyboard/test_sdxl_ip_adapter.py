"""SDXL with IP-Adapter, tiny: portraits act where their masks are, and only there."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from drawing import ANNA, BEN, KITCHEN, built, opened, person, sdxl_options, view_of
from numpy.typing import NDArray

from script2movie.errors import WeightsError
from script2movie.generative import prompts
from script2movie.movie import Appearance, ShotSize
from script2movie.stages import Likeness
from script2movie.storyboard.regions import Region
from script2movie.storyboard.sdxl import Ask, decoded
from script2movie.storyboard.sdxl_ip_adapter import SdxlIpAdapterStoryboarder

SIDE = 128
LEFT, RIGHT = (0.0, 0.0, 64.0, 128.0), (64.0, 0.0, 128.0, 128.0)
PAIR = view_of(ANNA, BEN)


@pytest.fixture(scope="module")
def board() -> SdxlIpAdapterStoryboarder:
    backend = opened("sdxl-ip-adapter", **sdxl_options())
    assert isinstance(backend, SdxlIpAdapterStoryboarder)
    return backend


@pytest.fixture(scope="module")
def cast(board: SdxlIpAdapterStoryboarder) -> list[Likeness]:
    people = [person("Anna", 1), person("Ben", 2), person("Cleo", 3)]
    return [replace(one, tokens=board.painter.encode(one.portrait)) for one in people]  # type: ignore[arg-type]


def region(name: str, box: tuple[float, float, float, float]) -> Region:
    return Region(name, box, box, seen=True)


def paint(
    board: SdxlIpAdapterStoryboarder, cast: list[Likeness], *regions: Region, seed: int = 5
) -> NDArray[np.uint8]:
    ask = Ask("two people", "text", regions, seed)
    (picture,) = board.painter.paint([ask], cast, width=SIDE, height=SIDE)
    return picture


def test_a_keyframe_is_the_seeds_and_the_films_size(
    board: SdxlIpAdapterStoryboarder, cast: list[Likeness]
) -> None:
    def draw(seed: int) -> NDArray[np.uint8]:
        return board.draw(KITCHEN, PAIR, cast, width=320, height=180, seed=seed).picture

    first = draw(1)
    assert first.shape == (180, 320, 3)
    assert np.array_equal(first, draw(1)) and not np.array_equal(first, draw(2))
    assert board.painter.model.num_loads == 1


def test_swapping_two_portraits_swaps_what_the_masks_say(
    board: SdxlIpAdapterStoryboarder, cast: list[Likeness]
) -> None:
    as_planned = paint(board, cast, region("Anna", LEFT), region("Ben", RIGHT))
    other_order = paint(board, cast, region("Ben", RIGHT), region("Anna", LEFT))
    swapped = paint(board, cast, region("Anna", RIGHT), region("Ben", LEFT))
    apart = np.abs(as_planned.astype(int) - other_order).max()
    assert apart <= 1  # sums in another order
    assert np.abs(as_planned.astype(int) - swapped).max() > 10 * max(apart, 1)
    anna, ben, cleo = cast
    faces_swapped = [replace(anna, tokens=ben.tokens), replace(ben, tokens=anna.tokens), cleo]
    again = paint(board, faces_swapped, region("Anna", RIGHT), region("Ben", LEFT))
    assert np.abs(as_planned.astype(int) - again).max() <= 1


def test_a_portrait_acts_inside_its_mask_only(
    board: SdxlIpAdapterStoryboarder, cast: list[Likeness]
) -> None:
    """Seen at the first cross-attention, before convolutions carry it further."""
    unet = board.painter.model.pipe.unet
    first = next(name for name, _ in unet.named_modules() if name.endswith("attn2"))
    outputs: list[torch.Tensor] = []

    def kept(module: Any, arguments: Any, output: torch.Tensor) -> None:
        outputs.append(output)

    hook = unet.get_submodule(first).register_forward_hook(kept)
    seen = []
    for right in ("Ben", "Cleo"):
        outputs.clear()
        paint(board, cast, region("Anna", LEFT), region(right, RIGHT))
        seen.append(outputs[0])
    hook.remove()
    side = int(seen[0].shape[1] ** 0.5)
    changed = (seen[0] - seen[1]).abs().amax(dim=(0, 2)).reshape(side, side)
    assert changed[:, : side // 2].max() == 0
    assert (changed[:, side // 2 :] > 0).all()


@pytest.mark.parametrize("guidance", [5.0, 1.0, 0.0])  # a distilled model wants none
def test_cached_encodings_give_the_same_pixels_as_the_portraits(
    board: SdxlIpAdapterStoryboarder,
    cast: list[Likeness],
    guidance: float,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from diffusers.image_processor import IPAdapterMaskProcessor
    from PIL import Image

    options = replace(board.painter.options, guidance_scale=guidance)
    monkeypatch.setattr(board.painter, "options", options)
    picture = paint(board, cast, region("Anna", LEFT))
    pipe = board.painter.model.pipe
    half = np.zeros((1, SIDE, SIDE, 1), np.float32)
    half[0, :, :64] = 1
    masks = IPAdapterMaskProcessor().preprocess(half).reshape(1, 1, SIDE, SIDE)
    pipe.set_ip_adapter_scale([[0.7]])
    with torch.inference_mode():
        latents = pipe(
            "two people", negative_prompt="text", width=SIDE, height=SIDE, num_inference_steps=2,
            guidance_scale=guidance, output_type="latent",
            generator=torch.Generator().manual_seed(5),
            ip_adapter_image=[[Image.fromarray(cast[0].portrait)]],
            cross_attention_kwargs={"ip_adapter_masks": [masks]},
        ).images  # fmt: skip
        assert np.array_equal(picture, decoded(pipe, latents))


def test_without_people_it_is_plain_sdxl_to_the_bit(
    board: SdxlIpAdapterStoryboarder, cast: list[Likeness]
) -> None:
    from diffusers import StableDiffusionXLPipeline

    plain = StableDiffusionXLPipeline.from_pretrained(built("sdxl"), add_watermarker=False)
    plain.set_progress_bar_config(disable=True)
    wanted = plain(
        "two people", negative_prompt="text", width=SIDE, height=SIDE, num_inference_steps=2,
        guidance_scale=5.0, generator=torch.Generator().manual_seed(5), output_type="np",
    ).images[0]  # fmt: skip
    assert np.array_equal(paint(board, cast), (wanted * 255).round().astype(np.uint8))


def test_what_a_shot_asks_too_much_is_refused_before_anything_is_drawn(
    board: SdxlIpAdapterStoryboarder,
) -> None:
    crowd = view_of(*(Appearance(name) for name in ("A", "B", "C", "D", "E")))
    said = board.refusal(KITCHEN, crowd, width=1280, height=720)
    assert "keeps at most 4 people apart, and 5 are seen here" in said
    said = board.refusal(KITCHEN, PAIR, width=1280, height=256)
    assert "cannot make pictures of 1280x256" in said
    assert board.refusal(KITCHEN, PAIR, width=1280, height=720) == ""
    assert board.companions([PAIR, PAIR], 1) == ()


def test_adapters_for_another_base_are_refused() -> None:
    with pytest.raises(WeightsError, match="is for another base model"):
        opened("sdxl-ip-adapter", **sdxl_options(model=built("sdxl_of_another_width")))
    with pytest.raises(WeightsError, match=r"lacks .*other\.safetensors"):
        opened("sdxl-ip-adapter", **sdxl_options(ip_adapter_file="other.safetensors"))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"device": "cuda"}, "wants the device 'cuda'"),
        ({"dtype": "float16"}, "--option storyboard.dtype=float32"),
        ({"offload": "model"}, "moves weights off a GPU"),
        ({"attention": "flash"}, "cannot have attention 'flash'"),
        ({"caching": "first-block"}, "cannot have caching 'first-block'"),
    ],
)
def test_what_the_machine_cannot_do_is_refused_at_opening(
    options: dict[str, str], said: str
) -> None:
    from script2movie.errors import Script2MovieError

    with pytest.raises(Script2MovieError) as refusal:
        opened("sdxl-ip-adapter", **sdxl_options(**options))
    assert said in str(refusal.value)


def test_a_long_prompt_says_what_had_no_room(
    board: SdxlIpAdapterStoryboarder, cast: list[Likeness]
) -> None:
    setting = replace(KITCHEN, description="dusty shelves " * 60, props=("a blue teapot",))
    view = view_of(ANNA, size=ShotSize.CLOSE_UP)
    keyframe = board.draw(setting, view, cast, width=320, height=180, seed=1)
    assert any("had no room for: description of the place" in note for note in keyframe.notes)
    words, _ = board.painter.words(setting, view, cast)
    tokens = board.painter.model.pipe.tokenizer(words, truncation=False)["input_ids"]
    assert len(tokens) - 2 <= 75
    for must in ("close-up", "a young woman", "kitchen", "wears a red coat"):
        assert must in words
    assert prompts.avoided(setting.style).startswith("drawing")
