"""StoryGen, tiny: its context against the formula in float64, and what a shot looks at."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from diffusers import DDIMScheduler, UNet2DConditionModel
from drawing import ANNA, BEN, KITCHEN, ON_CPU, built, opened, person, view_of
from generative import editors
from torch.nn import functional

from script2movie.errors import WeightsError
from script2movie.movie import Appearance
from script2movie.stages import Companion, Storyboarder
from script2movie.storyboard.visual_context import (
    Context,
    ContextBlock,
    StoryGenUNet,
    denoised,
    looked_at,
)

SMALL = ON_CPU | {"steps": "2", "pixels": str(64 * 64)}
CAST = [person("Anna", 1), person("Ben", 2), person("Cleo", 3)]
ALONE, PAIR, NOBODY = view_of(ANNA), view_of(ANNA, BEN), view_of(plot="Dust in the light.")


@pytest.fixture(scope="module")
def unet() -> StoryGenUNet:
    folder = Path(built("storygen")) / "checkpoint_StorySalon"
    return StoryGenUNet.from_pretrained(folder, subfolder="unet").double().eval()


@pytest.fixture(scope="module")
def board() -> Storyboarder:
    return opened("storygen", **SMALL, model=built("storygen"))


def random(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def attended(layer, queries: torch.Tensor, seen: torch.Tensor) -> torch.Tensor:  # type: ignore[no-untyped-def]
    """Multi-head attention from its definition."""
    heads = layer.heads

    def split(one: torch.Tensor) -> torch.Tensor:
        return one.unflatten(-1, (heads, -1)).transpose(1, 2)

    q, k, v = split(layer.to_q(queries)), split(layer.to_k(seen)), split(layer.to_v(seen))
    scores = (q @ k.transpose(-1, -2)) / q.shape[-1] ** 0.5
    mixed = (scores.softmax(-1) @ v).transpose(1, 2).flatten(2)
    return layer.to_out[0](mixed)


@torch.no_grad()
def test_a_block_is_the_papers_formula(unet: StoryGenUNet) -> None:
    block = next(one for one in unet.modules() if isinstance(one, ContextBlock))
    x, text, kept = random(2, 9, block.dim), random(2, 5, 32, seed=1), random(2, 7, block.dim)
    state = attended(block.attn1, block.norm1(x), block.norm1(x)) + x
    told = attended(block.attn2, block.norm2(state), text) + state
    seen = attended(block.attn3, block.norm4(state), kept) + state
    for context, both in ((Context({block.number: kept}, reads=True), told + seen), (None, told)):
        expected = block.ff(block.norm3(both)) + both
        passed = None if context is None else {"context": context}
        found = block(x, encoder_hidden_states=text, cross_attention_kwargs=passed)
        torch.testing.assert_close(found, expected, rtol=0, atol=1e-10)
    keeping = Context()
    block(x, encoder_hidden_states=text, cross_attention_kwargs={"context": keeping})
    torch.testing.assert_close(keeping.states[block.number], state, rtol=0, atol=1e-10)


@pytest.mark.parametrize("older_noisier", [True, False])
@torch.no_grad()
def test_a_step_is_the_originals_three_passes(unet: StoryGenUNet, older_noisier: bool) -> None:
    """The published loop, written down again: batches of three, states taken where norm2 reads."""
    scheduler = DDIMScheduler(beta_schedule="scaled_linear", steps_offset=1)
    latents, time = random(1, 4, 8, 8), torch.tensor(735)
    nobody, prompt = random(1, 77, 32, seed=2), random(1, 77, 32, seed=3)
    references = [(random(2, 4, 8, 8, seed=s), random(2, 77, 32, seed=s + 9)) for s in (4, 5)]
    noise = random(1, 4, 8, 8, seed=8)
    context = looked_at(
        unet, scheduler, references, [noise, noise], time, older_noisier=older_noisier
    )
    weights = {"guidance_scale": 7.0, "image_guidance_scale": 3.5}
    found = denoised(unet, latents, time, torch.cat([nobody, prompt]), context, **weights)

    blocks = [one for one in unet.modules() if isinstance(one, ContextBlock)]
    states: list[list[torch.Tensor]] = [[] for _ in blocks]
    hooks = [
        block.norm2.register_forward_pre_hook(lambda _, given, kept=kept: kept.append(given[0]))
        for block, kept in zip(blocks, states, strict=True)
    ]
    for number, (pictures, captions) in enumerate(references):
        seen = torch.tensor(73 * (2 - number) if older_noisier else 73)
        batch = torch.cat([pictures, pictures[1:]])
        noisy = scheduler.add_noise(batch, noise.expand_as(batch), seen.reshape(1))
        unet(noisy, seen, torch.cat([captions, captions[1:]]))
    for hook in hooks:
        hook.remove()
    read = Context({n: torch.cat(kept, dim=1) for n, kept in enumerate(states)}, reads=True)
    text = torch.cat([nobody, nobody, prompt])
    passed = {"context": read}
    noise_0, noise_i, noise_all = unet(
        torch.cat([latents] * 3), time, text, cross_attention_kwargs=passed
    ).sample.chunk(3)
    expected = noise_0 + 3.5 * (noise_i - noise_0) + 7.0 * (noise_all - noise_i)
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-9)


@torch.no_grad()
def test_without_context_it_is_stable_diffusion_to_the_bit(unet: StoryGenUNet) -> None:
    plain = UNet2DConditionModel.from_config(dict(unet.config)).double().eval()
    shared = {k: v for k, v in unet.state_dict().items() if "attn3" not in k and "norm4" not in k}
    plain.load_state_dict(shared, strict=True)
    given = random(1, 4, 8, 8), torch.tensor(500), random(1, 77, 32, seed=1)
    assert torch.equal(unet(*given).sample, plain(*given).sample)
    assert functional.mse_loss(unet(*given).sample, random(1, 4, 8, 8)) > 0


def test_portraits_and_the_shots_before_are_looked_at(board: Storyboarder) -> None:
    def draw(view=PAIR, cast=CAST[:2], *before: Companion, seed: int = 1) -> np.ndarray:  # type: ignore[no-untyped-def]
        return board.draw(KITCHEN, view, cast, before, width=128, height=96, seed=seed).picture

    first = draw()
    assert first.shape == (96, 128, 3) and np.array_equal(first, draw())
    assert not np.array_equal(first, draw(seed=2))
    other_face = [replace(CAST[0], portrait=CAST[2].portrait), CAST[1]]
    assert not np.array_equal(first, draw(PAIR, other_face))
    keyframe = board.draw(KITCHEN, ALONE, CAST[:1], width=128, height=96, seed=5)
    before = Companion(ALONE, 5, keyframe)
    continued = draw(PAIR, CAST[:2], before)
    assert not np.array_equal(first, continued)
    # The caption of the shot before counts, not only its picture
    otherwise = Companion(view_of(replace(ANNA, action="Anna sleeps.")), 5, keyframe)
    assert not np.array_equal(continued, draw(PAIR, CAST[:2], otherwise))
    assert draw(NOBODY, []).shape == (96, 128, 3)


def test_three_pictures_are_looked_at_portraits_first(board: Storyboarder) -> None:
    three = view_of(ANNA, BEN, Appearance("Cleo"))
    views = [NOBODY, ALONE, NOBODY, ALONE, PAIR, three]
    assert [list(board.companions(views, n)) for n in range(6)] == [
        [], [0], [0, 1], [1, 2], [3], []
    ]  # fmt: skip
    alike = opened("storygen", **SMALL, model=built("storygen"), stage="multi-image-condition")
    assert alike.fingerprint != board.fingerprint
    one = opened("storygen", **SMALL, model=built("storygen"), previous_shots="1")
    assert list(one.companions(views, 3)) == [2]
    crowd = view_of(*(Appearance(name) for name in "ABCD"))
    assert "keeps at most 3 people apart" in board.refusal(KITCHEN, crowd, width=640, height=360)


def test_pickles_as_published_draw_the_same_where_allowed(
    board: Storyboarder, tmp_path: Path
) -> None:
    published = str(editors.storygen(tmp_path, pickled=True))
    with pytest.raises(WeightsError, match=r"is a pickle.*--option storyboard.allow_pickle=true"):
        opened("storygen", **SMALL, model=published)
    allowed = opened("storygen", **SMALL, model=published, allow_pickle="true")
    drawn = [
        one.draw(KITCHEN, ALONE, CAST[:1], width=128, height=96, seed=1).picture
        for one in (board, allowed)
    ]
    assert np.array_equal(*drawn)


def test_stable_diffusion_itself_is_refused(tmp_path: Path) -> None:
    plain = str(editors.storygen(tmp_path, plain=True))
    with pytest.raises(WeightsError, match=r"unet is no StoryGen: .*attn3"):
        opened("storygen", **SMALL, model=plain)
    with pytest.raises(WeightsError, match=r"StableDiffusionXLPipeline, but StableDiffusionPipe"):
        opened("storygen", **SMALL, model=built("sdxl"), subfolder="")
