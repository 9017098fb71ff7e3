"""RAFT and AMT-S on random weights in their published layouts, against others and by hand."""

from pathlib import Path

import numpy as np
import pytest
import tiny

from script2movie.errors import WeightsError
from script2movie.perception.published.amt import AmtInterpolator
from script2movie.perception.published.correlation import correlations, look_up
from script2movie.perception.published.raft import RaftFlow, raised

REFERENCE = Path(__file__).parent / "reference"


@pytest.fixture(scope="module")
def raft(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.raft(tmp_path_factory.mktemp("raft") / "raft-things.pth")


def test_raft_flows_as_torchvisions_does(raft: Path) -> None:
    """torchvision 0.28's raft_large, these weights under its names, 20 updates; every 4th pixel.

    princeton-vl's own code gave the same flow to 2e-5 pixels, a frame that is no multiple of 8
    included (once).
    """
    flow = RaftFlow(raft).flow(*tiny.moving_pictures(136, 200))
    assert flow.shape == (136, 200, 2)
    told = np.load(REFERENCE / "raft_flow.npz")["flow"]
    assert np.abs(told).max() > 5
    np.testing.assert_allclose(flow[::4, ::4], told, atol=2e-3)


def test_raft_fills_frames_to_multiples_of_eight(raft: Path) -> None:
    before, after = tiny.moving_pictures(131, 130)
    flow = RaftFlow(raft).flow(before, after)
    assert flow.shape == (136, 136, 2)
    # 5 rows: 2 above, 3 below; 6 columns: 3 and 3, all repeating the border
    filled = [np.pad(one, ((2, 3), (3, 3), (0, 0)), mode="edge") for one in (before, after)]
    np.testing.assert_allclose(flow, RaftFlow(raft).flow(*filled), atol=1e-5)


def test_correlations_are_products_at_four_scales() -> None:
    import torch

    draw = torch.Generator().manual_seed(0)
    first, second = torch.randn(2, 1, 16, 8, 12, generator=draw, dtype=torch.float64)
    scales = correlations(first[None][0], second[None][0])
    assert [tuple(one.shape) for one in scales] == [
        *((96, 1, 8, 12), (96, 1, 4, 6), (96, 1, 2, 3), (96, 1, 1, 1))
    ]
    # pixel (5, 2) of the first with pixel (7, 3) of the second; then with the mean of 2 x 2
    pixel = first[0, :, 2, 5]
    assert scales[0][2 * 12 + 5, 0, 3, 7] == pytest.approx((pixel @ second[0, :, 3, 7]).item() / 4)
    four = second[0, :, 2:4, 6:8].mean(dim=(1, 2))
    assert scales[1][2 * 12 + 5, 0, 1, 3] == pytest.approx((pixel @ four).item() / 4)


def test_a_look_up_is_bilinear_and_zero_outside() -> None:
    """Against four weights worked out for every sample, in float64."""
    import torch

    draw = torch.Generator().manual_seed(1)
    scales = [
        torch.randn(96, 1, 8 >> number, 12 >> number, generator=draw, dtype=torch.float64)
        for number in range(4)
    ]
    at = 14 * torch.rand(1, 2, 8, 12, generator=draw, dtype=torch.float64) - 2
    seen = look_up(scales, at, 4)
    assert seen.shape == (1, 324, 8, 12)

    def sample(plane: np.ndarray, x: float, y: float) -> float:
        left, top = int(np.floor(x)), int(np.floor(y))
        total = 0.0
        for column, across in ((left, 1 - (x - left)), (left + 1, x - left)):
            for row, down in ((top, 1 - (y - top)), (top + 1, y - top)):
                if 0 <= column < plane.shape[1] and 0 <= row < plane.shape[0]:
                    total += plane[row, column] * across * down
        return total

    for row, column, number, x, y in ((0, 0, 0, -4, 4), (3, 5, 1, 2, -1), (7, 11, 2, 0, 0)):
        centre = at[0, :, row, column] / 2**number
        plane = scales[number][row * 12 + column, 0].numpy()
        channel = 81 * number + 9 * (x + 4) + y + 4  # x is the slower step
        expected = sample(plane, centre[0].item() + x, centre[1].item() + y)
        assert seen[0, channel, row, column].item() == pytest.approx(expected, abs=1e-12)


def test_a_flow_is_raised_by_convex_combinations() -> None:
    import torch

    flow = torch.tensor([[3.0, 5.0], [1.0, -2.0]], dtype=torch.float64).reshape(1, 2, 1, 2)
    mask = torch.full((1, 9 * 64, 1, 2), -50.0, dtype=torch.float64)
    mask[0, 4 * 64 :, 0, 0] = torch.where(torch.arange(5 * 64) < 64, 50.0, -50.0)  # its own pixel
    for number in (4, 5):  # half its own, half beyond the edge, which is 0
        mask[0, number * 64 : number * 64 + 64, 0, 1] = 50.0
    fine = raised(flow, mask)
    assert fine.shape == (1, 2, 8, 16)
    np.testing.assert_allclose(fine[0, :, :, :8], np.broadcast_to([[[24.0]], [[8.0]]], (2, 8, 8)))
    np.testing.assert_allclose(fine[0, :, :, 8:], np.broadcast_to([[[20.0]], [[-8.0]]], (2, 8, 8)))


def test_amt_makes_the_frame_that_its_authors_code_does(tmp_path: Path) -> None:
    """AMT's own network with these weights, VBench's filling and rounding; every 3rd pixel."""
    frames = tiny.moving_pictures(131, 147)
    made = AmtInterpolator(tiny.amt(tmp_path / "amt-s.pth")).between(*frames)
    assert made.shape == (131, 147, 3) and made.dtype == np.uint8
    told = np.load(REFERENCE / "amt_frame.npz")["frame"].astype(int)
    apart = np.abs(made[::3, ::3] - told)
    assert told.std() > 50
    assert apart.max() <= 2 and (apart > 0).mean() < 0.01


def test_a_frame_between_comes_out_the_same_backwards_in_time(tmp_path: Path) -> None:
    """With shares, flows and mends at nothing, it is the mean of both, whichever is first."""
    import torch

    path = tiny.amt(tmp_path / "amt-s.pth")
    told = torch.load(path, weights_only=False)
    for name, numbers in told["state_dict"].items():
        if "convblock.2" in name or "flow_head.2" in name or name.startswith("comb_block.2"):
            numbers.zero_()
    torch.save(told, path)
    before, after = tiny.moving_pictures(128, 128)
    made = AmtInterpolator(path).between(before, after)
    mean = (before.astype(int) + after) / 2
    assert np.abs(made - mean).max() <= 1
    assert np.abs(AmtInterpolator(path).between(after, before) - mean).max() <= 1


def test_another_checkpoint_of_amt_is_one_sentence(tmp_path: Path) -> None:
    import torch

    path = tiny.amt(tmp_path / "amt-s.pth")
    frames = tiny.moving_pictures(128, 128)
    state = torch.load(path, weights_only=False)["state_dict"]
    state["comb_block.0.weight"] = torch.zeros(30, 15, 3, 3)  # AMT-L has five flows
    torch.save({"state_dict": state}, path)
    with pytest.raises(WeightsError, match=r"no checkpoint of AMT-S: 'comb_block\.0\.weight' is"):
        AmtInterpolator(path).between(*frames)
    torch.save(state, path)
    with pytest.raises(WeightsError, match="state_dict"):
        AmtInterpolator(path).between(*frames)


def test_another_checkpoint_is_one_sentence(raft: Path, tmp_path: Path) -> None:
    import torch

    whole = torch.load(raft, weights_only=True)
    frames = tiny.moving_pictures(128, 128)
    for spoil, said in (
        (lambda one: one.pop("module.fnet.conv2.bias"), "lacks 'fnet.conv2.bias'"),
        (
            lambda one: one.update({"module.update_block.mask.2.bias": torch.zeros(4)}),
            r"'update_block.mask.2.bias' is \(4,\) in it and should be \(576,\)",
        ),
        (lambda one: one.update({"module.att.to_qk.weight": torch.zeros(1)}), "has 'att.to_qk"),
    ):
        spoiled = dict(whole)
        spoil(spoiled)
        path = tmp_path / "spoiled.pth"
        torch.save(spoiled, path)
        with pytest.raises(WeightsError, match=said) as told:
            RaftFlow(path).flow(*frames)
        assert "\n" not in str(told.value)
    half = tmp_path / "half.pth"
    half.write_bytes(raft.read_bytes()[:1_000_000])
    with pytest.raises(WeightsError, match="download it again"):
        RaftFlow(half).flow(*frames)


def test_a_checkpoint_runs_no_code(tmp_path: Path) -> None:
    import pickle

    class Trap:
        def __reduce__(self) -> tuple[object, tuple[str, str]]:
            return Path.write_text, (tmp_path / "ran", "ran")  # type: ignore[return-value]

    path = tmp_path / "trap.pth"
    path.write_bytes(pickle.dumps({"module.fnet.conv1.weight": Trap()}, protocol=2))
    with pytest.raises(WeightsError):
        RaftFlow(path).flow(*tiny.moving_pictures(64, 64))
    assert not (tmp_path / "ran").exists()
