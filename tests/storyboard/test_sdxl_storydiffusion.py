"""StoryDiffusion, tiny: shots of a person see each other's tokens, and nobody else's."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from drawing import ANNA, BEN, KITCHEN, built, opened, person, sdxl_options, view_of
from numpy.typing import NDArray

from script2movie.movie import ShotSize
from script2movie.stages import Companion, Likeness, View
from script2movie.storyboard.consistency import Bank, ConsistentSelfAttention, Sharing
from script2movie.storyboard.sdxl_storydiffusion import (
    SdxlStoryDiffusionStoryboarder,
    identity_views,
)

ANNA_1 = view_of(ANNA, size=ShotSize.CLOSE_UP)
ANNA_2 = view_of(replace(ANNA, action="Anna waits."))
ANNA_3 = view_of(replace(ANNA, action="Anna leaves."))
BEN_1 = view_of(BEN)
PAIR = view_of(ANNA, BEN)
SCENE = [ANNA_1, BEN_1, PAIR, ANNA_2, ANNA_3]


def story(**options: str) -> SdxlStoryDiffusionStoryboarder:
    backend = opened("sdxl-storydiffusion", **sdxl_options(steps="3"), **options)
    assert isinstance(backend, SdxlStoryDiffusionStoryboarder)
    return backend


@pytest.fixture(scope="module")
def board() -> SdxlStoryDiffusionStoryboarder:
    return story()


@pytest.fixture(scope="module")
def cast(board: SdxlStoryDiffusionStoryboarder) -> list[Likeness]:
    people = [person("Anna", 1), person("Ben", 2)]
    encode = board._single.painter.encode
    return [replace(one, tokens=encode(one.portrait)) for one in people]  # type: ignore[arg-type]


def draw(
    board: SdxlStoryDiffusionStoryboarder,
    cast: list[Likeness],
    view: View,
    seed: int,
    *others: tuple[View, int],
) -> NDArray[np.uint8]:
    companions = [Companion(other, its_seed, None) for other, its_seed in others]
    return board.draw(KITCHEN, view, cast, companions, width=256, height=144, seed=seed).picture


# --- the attention itself ---------------------------------------------------------------------


def softmax_attention(
    hidden: NDArray[np.float64], seen: NDArray[np.float64], layer: torch.nn.Module, heads: int
) -> NDArray[np.float64]:
    """Attention(Q, K, V) = softmax(Q K^T / sqrt(d)) V, head by head, for one picture."""
    weight = {name: value.detach().numpy() for name, value in layer.named_parameters()}
    q, k, v = (
        tokens @ weight[f"to_{name}.weight"].T
        for tokens, name in ((hidden, "q"), (seen, "k"), (seen, "v"))
    )
    width = q.shape[1] // heads
    parts = []
    for head in range(heads):
        of_head = slice(head * width, (head + 1) * width)
        scores = q[:, of_head] @ k[:, of_head].T / np.sqrt(width)
        shares = np.exp(scores - scores.max(axis=1, keepdims=True))
        shares /= shares.sum(axis=1, keepdims=True)
        parts.append(shares @ v[:, of_head])
    return np.hstack(parts) @ weight["to_out.0.weight"].T + weight["to_out.0.bias"]


@pytest.mark.parametrize("rates", [(0.5, 0.25), (1.0, 1.0), (0.2, 0.9)])
def test_attention_is_the_papers_formula(rates: tuple[float, float]) -> None:
    from diffusers.models.attention_processor import Attention

    torch.manual_seed(3)
    heads, num_pictures, num_tokens, width = 2, 3, 8 * 6, 8
    layer = Attention(width, heads=heads, dim_head=4, bias=False).double()
    hidden = torch.randn(2 * num_pictures, num_tokens, width, dtype=torch.float64)
    bank = Bank()
    seed = next(s for s in range(99) if _second_draw(s, num_pictures * num_tokens) > 0.3)
    writing = Sharing((8 * 16, 6 * 16), rates, seed, write=bank)
    writing.next_step()
    processor = ConsistentSelfAttention("here")
    with torch.no_grad():
        written = processor(layer, hidden, sharing=writing).numpy()
    # O_i = Attention(Q_i, K_Pi, V_Pi), P_i = [I_i, S_i], S_i sampled from the other pictures
    sampled = [writing.kept(number, num_tokens).numpy() for number in range(num_pictures)]
    tokens = hidden.numpy()
    worst = 0.0
    for half in range(2):
        for i in range(num_pictures):
            own = tokens[half * num_pictures + i]
            others = [
                tokens[half * num_pictures + k][sampled[k]] for k in range(num_pictures) if k != i
            ]
            wanted = softmax_attention(own, np.vstack([own, *others]), layer, heads)
            worst = max(worst, float(np.abs(wanted - written[half * num_pictures + i]).max()))
    assert worst < 1e-5
    # Another picture reads what all of them left.
    reading = Sharing((8 * 16, 6 * 16), rates, _consistent_seed(), read=[bank])
    reading.next_step()
    other = torch.randn(2, num_tokens, width, dtype=torch.float64)
    with torch.no_grad():
        read = processor(layer, other, sharing=reading).numpy()
    for half in range(2):
        seen = np.vstack(
            [other[half]]
            + [tokens[half * num_pictures + k][sampled[k]] for k in range(num_pictures)]
        )
        wanted = softmax_attention(other[half].numpy(), seen, layer, heads)
        assert np.abs(wanted - read[half]).max() < 1e-5


def _second_draw(seed: int, num_sampled: int) -> float:
    """What decides whether the first writing call is plain: drawn after the samples."""
    generator = torch.Generator().manual_seed(seed)
    for _ in range(3):
        torch.rand(num_sampled // 3, generator=generator)
    return float(torch.rand((), generator=generator))


def _consistent_seed() -> int:
    seeds = range(99)
    return next(
        s for s in seeds if float(torch.rand((), generator=torch.Generator().manual_seed(s))) > 0.3
    )


def test_the_published_schedule_and_rates() -> None:
    sharing = Sharing((1024, 1024), (0.5, 0.25), 7)
    assert all(sharing.is_plain() for _ in range(50))
    plain = {}
    for step in range(1, 40):
        sharing.next_step()
        plain[step] = np.mean([sharing.is_plain() for _ in range(400)])
        first, again = sharing.kept(0, 1024), sharing.kept(0, 1024)
        assert torch.equal(first, again)
    assert np.mean([plain[step] for step in range(1, 20)]) == pytest.approx(0.3, abs=0.02)
    assert np.mean([plain[step] for step in range(20, 40)]) == pytest.approx(0.1, abs=0.02)
    assert len(sharing.kept(1, 1024)) / 1024 == pytest.approx(0.5, abs=0.06)
    assert len(sharing.kept(1, 4096)) / 4096 == pytest.approx(0.25, abs=0.04)
    before = sharing.kept(1, 4096)
    sharing.next_step()
    assert not torch.equal(before, sharing.kept(1, 4096))


# --- the pictures -----------------------------------------------------------------------------


def test_identity_views_and_companions(board: SdxlStoryDiffusionStoryboarder) -> None:
    assert identity_views(SCENE, 2) == {"Anna": (0, 3), "Ben": (1,)}
    behind = view_of(ANNA, replace(BEN, back_to_camera=True))
    assert identity_views([behind, view_of()], 2) == {}

    def companions(number: int) -> list[int]:
        return list(board.companions(SCENE, number))

    assert [companions(number) for number in range(5)] == [[3], [], [0, 1, 3], [0], [0, 3]]


def test_a_view_changes_with_the_identity_views_it_sees_and_no_others(
    board: SdxlStoryDiffusionStoryboarder, cast: list[Likeness]
) -> None:
    annas = ((ANNA_1, 11), (ANNA_2, 12))
    third = draw(board, cast, ANNA_3, 13, *annas)
    assert np.array_equal(third, draw(story(), cast, ANNA_3, 13, *annas))  # a run gone on with
    assert not np.array_equal(third, draw(board, cast, ANNA_3, 13, (ANNA_1, 21), (ANNA_2, 12)))
    pair = draw(board, cast, PAIR, 14, *annas, (BEN_1, 15))
    assert not np.array_equal(pair, draw(board, cast, PAIR, 14, *annas, (BEN_1, 25)))
    assert not np.array_equal(pair, draw(board, cast, PAIR, 14, *annas))
    # What a picture saw before leaves nothing behind.
    assert np.array_equal(third, draw(board, cast, ANNA_3, 13, *annas))


def test_identity_views_are_drawn_together_whichever_is_asked_for(
    board: SdxlStoryDiffusionStoryboarder, cast: list[Likeness]
) -> None:
    first = draw(board, cast, ANNA_1, 11, (ANNA_2, 12))
    second = draw(board, cast, ANNA_2, 12, (ANNA_1, 11))
    fresh = story()
    assert np.array_equal(second, draw(fresh, cast, ANNA_2, 12, (ANNA_1, 11)))
    assert np.array_equal(first, draw(fresh, cast, ANNA_1, 11, (ANNA_2, 12)))
    assert not np.array_equal(first, draw(fresh, cast, ANNA_1, 11, (ANNA_2, 22)))


def test_with_nothing_shared_it_is_sdxl_with_portraits_to_the_bit(cast: list[Likeness]) -> None:
    off = story(rate_32="0", rate_16="0")
    plain = opened("sdxl-ip-adapter", **sdxl_options(steps="3"))
    wanted = plain.draw(KITCHEN, PAIR, cast, (), width=256, height=144, seed=4).picture
    assert np.array_equal(wanted, draw(off, cast, PAIR, 4, (ANNA_1, 1), (BEN_1, 2)))
    assert not np.array_equal(wanted, draw(story(), cast, PAIR, 4, (ANNA_1, 1), (BEN_1, 2)))
    empty = view_of(plot="Dust.")
    alone = plain.draw(KITCHEN, empty, [], (), width=256, height=144, seed=4).picture
    assert np.array_equal(alone, draw(story(), [], empty, 4))


def test_pictures_that_are_not_guided_see_each_other_too(cast: list[Likeness]) -> None:
    free = {"guidance_scale": "1"}
    board, plain = story(**free), opened("sdxl-ip-adapter", **sdxl_options(steps="3", **free))
    wanted = plain.draw(KITCHEN, PAIR, cast, (), width=256, height=144, seed=4).picture
    off = story(rate_32="0", rate_16="0", **free)
    assert np.array_equal(wanted, draw(off, cast, PAIR, 4, (ANNA_1, 1), (BEN_1, 2)))
    annas = ((ANNA_1, 11), (ANNA_2, 12))  # drawn as a batch
    third = draw(board, cast, ANNA_3, 13, *annas)
    assert not np.array_equal(third, draw(board, cast, ANNA_3, 13, (ANNA_1, 21), (ANNA_2, 12)))


def test_no_more_banks_are_kept_than_people_of_a_scene(cast: list[Likeness]) -> None:
    backend = story(identity_images="1")
    for seed in range(7):
        draw(backend, cast, BEN_1, seed)
    assert len(backend._drawn) == 4
    backend.close()
    assert not backend._drawn and backend._single.painter.model.num_loads == 1


def test_another_checkpoint_or_rate_is_another_fingerprint(
    board: SdxlStoryDiffusionStoryboarder,
) -> None:
    assert story(rate_16="0.25").fingerprint != board.fingerprint
    assert built("sdxl") not in board.fingerprint  # contents, not places
