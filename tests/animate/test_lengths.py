"""Shots cut into clips: long enough, on the model's grid, no longer than it makes."""

import pytest

from script2movie.animate.lengths import Grid, clip_lengths, film_length, native_length

SVD = Grid(1, 0, 25, 25)
WAN = Grid(4, 1, 5, 81)
COG_15 = Grid(16, 1, 17, 81)
LTX = Grid(8, 1, 9, 121)


def test_frame_counts_that_diffusers_would_round_are_never_asked_for() -> None:
    # Wan makes 4k + 1 frames and turns 8 and 10 into 9: we ask for 9 and for 13.
    assert [WAN.at_least(n) for n in (1, 5, 6, 8, 9, 10, 81, 500)] == [5, 5, 9, 9, 9, 13, 81, 81]
    assert [LTX.at_least(n) for n in (1, 9, 10, 120)] == [9, 9, 17, 121]
    assert [COG_15.at_least(n) for n in (1, 17, 18, 81)] == [17, 17, 33, 81]
    assert [SVD.at_least(n) for n in (1, 25, 26)] == [25, 25, 25]


@pytest.mark.parametrize(
    ("grid", "overlap"), [(SVD, 1), (WAN, 1), (COG_15, 1), (LTX, 9), (Grid(1, 0, 16, 16), 1)]
)
def test_clips_cover_the_shot_with_the_fewest_and_stay_on_the_grid(
    grid: Grid, overlap: int
) -> None:
    for wanted in range(1, 700):
        lengths = clip_lengths(wanted, grid, overlap)
        given = sum(lengths) - overlap * (len(lengths) - 1)
        assert given >= wanted
        assert all((one - grid.offset) % grid.step == 0 for one in lengths)
        assert all(grid.least <= one <= grid.most for one in lengths)
        fewer = len(lengths) - 1
        assert fewer == 0 or fewer * grid.most - overlap * (fewer - 1) < wanted
        assert max(lengths) - min(lengths) <= grid.step + overlap or grid.least == grid.most


def test_rates_by_hand() -> None:
    # 49 frames at 24 a second are 2 s: 15 frames at 7 reach it exactly, 16 at 8 and more do too.
    assert native_length(49, 24, 7) == 15
    assert native_length(49, 24, 24) == 49
    assert native_length(1, 24, 16) == 1
    assert film_length(15, 24, 7) == 49
    for fps in (12, 24, 25, 30):
        for model_fps in (7, 8, 16, 24):
            for wanted in range(1, 200):
                native = native_length(wanted, fps, model_fps)
                assert film_length(native, fps, model_fps) >= wanted
                assert native == 1 or film_length(native - 1, fps, model_fps) < wanted
