"""Models of reference pictures, tiny: what they are shown changes what they draw."""

import re
from dataclasses import replace

import numpy as np
import pytest
from drawing import ANNA, BEN, KITCHEN, ON_CPU, built, opened, person, view_of

from script2movie.errors import SettingsError, WeightsError
from script2movie.generative.prompts import instructions
from script2movie.movie import Appearance
from script2movie.stages import Companion, Keyframe, Storyboarder
from script2movie.storyboard.flux_kontext import sheet

MODELS = {
    "flux2-klein": "flux2_klein",
    "flux-kontext": "flux_kontext",
    "qwen-image-edit": "qwen_image_edit",
}
QWEN = "diffusers.pipelines.qwenimage.pipeline_qwenimage_edit_plus"
SMALL = ON_CPU | {"steps": "2", "pixels": str(64 * 64)}
CAST = [person("Anna", 1), person("Ben", 2)]
ALONE, PAIR = view_of(ANNA), view_of(ANNA, BEN)


@pytest.fixture(autouse=True)
def small_references(monkeypatch: pytest.MonkeyPatch) -> None:
    """What Qwen's pipeline reads references at, of a size for a tiny model: a megapixel is 6 s."""
    monkeypatch.setattr(f"{QWEN}.VAE_IMAGE_SIZE", 64 * 64)


@pytest.fixture(scope="module", params=MODELS)
def board(request: pytest.FixtureRequest) -> Storyboarder:
    return opened(request.param, **SMALL, model=built(MODELS[request.param]))


def draw(board: Storyboarder, *companions: Companion, cast=CAST, seed: int = 1) -> Keyframe:  # type: ignore[no-untyped-def]
    return board.draw(KITCHEN, PAIR, cast, companions, width=128, height=96, seed=seed)


def test_portraits_and_the_other_shot_are_looked_at(board: Storyboarder) -> None:
    first = draw(board)
    assert first.picture.shape == (96, 128, 3)
    assert np.array_equal(first.picture, draw(board).picture)
    assert not np.array_equal(first.picture, draw(board, seed=2).picture)
    other_face = [replace(CAST[0], portrait=person("Anna", 9).portrait), CAST[1]]
    assert not np.array_equal(first.picture, draw(board, cast=other_face).picture)
    before = Companion(ALONE, 1, first)
    continued = draw(board, before)
    assert not np.array_equal(first.picture, continued.picture)


def test_a_shot_without_people_is_drawn_from_words(board: Storyboarder) -> None:
    empty = view_of(plot="Dust in the light.")
    assert board.draw(KITCHEN, empty, [], (), width=128, height=96, seed=1).faces == ()


def test_which_shots_are_companions() -> None:
    views = [ALONE, PAIR, ALONE]

    def companions(**options: str) -> list[tuple[int, ...]]:
        board = opened("flux2-klein", **SMALL, model=built("flux2_klein"), **options)
        return [tuple(board.companions(views, n)) for n in range(3)]

    assert companions() == [(), (0,), (1,)]
    assert companions(other_shot="first") == [(), (0,), (0,)]
    assert companions(other_shot="none") == [(), (), ()]


def test_three_portraits_leave_qwen_no_room_for_another_shot() -> None:
    board = opened("qwen-image-edit", **SMALL, model=built("qwen_image_edit"))
    three = view_of(ANNA, BEN, Appearance("Cleo"))
    assert [tuple(board.companions([ALONE, PAIR, three], n)) for n in range(3)] == [(), (0,), ()]
    assert not board.refusal(KITCHEN, three, width=640, height=360)
    assert "keeps at most 3 people" in board.refusal(
        KITCHEN, view_of(ANNA, BEN, Appearance("Cleo"), Appearance("Dan")), width=640, height=360
    )


def test_five_people_are_too_many(board: Storyboarder) -> None:
    crowd = view_of(*(Appearance(name) for name in ("A", "B", "C", "D", "E")))
    said = board.refusal(KITCHEN, crowd, width=640, height=360)
    assert re.search(r"keeps at most \d people apart, and 5 are seen", said)


def test_another_models_checkpoint_is_refused() -> None:
    with pytest.raises(WeightsError, match="FluxKontextPipeline, but Flux2KleinPipeline is needed"):
        opened("flux2-klein", **SMALL, model=built("flux_kontext"))
    with pytest.raises(WeightsError, match="but QwenImageEditPlusPipeline is needed"):
        opened("qwen-image-edit", **SMALL, model=built("flux_kontext"))


def test_float8_and_caching_are_told_by_the_fingerprint_and_draw() -> None:
    small = SMALL | {"model": built("flux_kontext")}
    plain = opened("flux-kontext", **small)
    eight = opened("flux-kontext", **small, quantisation="float8")
    cached = opened("flux-kontext", **small, caching="first-block")
    assert len({board.fingerprint for board in (plain, eight, cached)}) == 3
    far = np.abs(draw(plain).picture.astype(int) - draw(eight).picture).mean()
    assert 0 < far < 30
    assert np.array_equal(draw(cached).picture, draw(cached).picture)  # nothing is left over
    with pytest.raises(SettingsError, match="cannot have caching 'first-block'"):
        opened("flux2-klein", **SMALL, model=built("flux2_klein"), caching="first-block")


def test_what_the_model_is_told() -> None:
    looks = {"Anna": "a young woman, with red hair", "Ben": "an old man"}
    told = instructions(KITCHEN, PAIR, looks, ["Anna", "Ben"], other_shot=3)
    for said in (
        "medium shot, two-shot",
        "Anna is a young woman, with red hair, with exactly the face and hair of the person in "
        "image 1, wearing a red coat; on the left, looking to the right.",
        "the person in image 2; on the right",
        "Only these 2 people are in the picture.",
        "Image 3 is another shot of this scene",
        "The place is kitchen, inside, daylight.",
    ):
        assert said in told


def test_a_sheet_is_a_row_of_pictures_of_one_height() -> None:
    wide = np.full((100, 200, 3), 7, np.uint8)
    tall = np.full((1024, 512, 3), 9, np.uint8)
    row = sheet([wide, tall])
    assert row.shape == (512, 1024 + 256, 3)
    assert (row[:, :1024] == 7).all() and (row[:, 1024:] == 9).all()
