"""A model loads once, tells its steps, grows thriftier when memory runs out, and is freed."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import torch

from script2movie.backends import open_backend
from script2movie.errors import SettingsError, ShotFailed
from script2movie.generative import model as module
from script2movie.generative.model import Model
from script2movie.generative.running import Running, thriftier
from script2movie.generative.sizes import as_bytes, fitted, model_size, unfit
from script2movie.stages import Watch


@pytest.fixture
def memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "thrift.json"
    monkeypatch.setattr(module, "_memory_file", lambda: path)
    return path


class Decoder:
    """A pipeline whose call needs `rows` of memory at once, or a few where it runs in tiles."""

    def __init__(self, running: Running, room: int) -> None:
        self.running, self.room = running, room

    def __call__(self, rows: int) -> torch.Tensor:
        if rows > self.room and not self.running.tiling:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB.")
        return torch.arange(rows)


def opened(room: int, remarks: list[str], **options: object) -> Model[Decoder]:
    running = Running(device="cpu", dtype="float32", **options)  # type: ignore[arg-type]
    model = Model("storyboard tiny", running, lambda running: Decoder(running, room))
    model.watch = Watch(remark=remarks.append)
    return model


def test_out_of_memory_is_tried_again_thriftier_said_and_remembered(memory: Path) -> None:
    remarks: list[str] = []
    model = opened(4, remarks)
    assert len(model.call(lambda pipe: pipe(3))) == 3
    assert model.num_loads == 1 and not memory.exists()
    assert len(model.call(lambda pipe: pipe(9))) == 9
    assert model.num_loads == 2
    assert remarks == ["storyboard tiny runs with tiling, as memory ran out"]
    assert model.notes == tuple(remarks)
    # The next run starts there, and says so.
    later = opened(4, remarks)
    assert len(later.call(lambda pipe: pipe(9))) == 9
    assert later.num_loads == 1
    assert remarks[-1] == "storyboard tiny runs with tiling, as memory ran out in an earlier run"
    # Another choice of the user's is another matter.
    other = Model("storyboard other", Running(device="cpu"), lambda running: Decoder(running, 4))
    assert other.running == other.asked


def test_thrift_is_remembered_for_one_checkpoint_alone(memory: Path) -> None:
    @dataclass(frozen=True)
    class Options(Running):
        model: str = ""

    def opened(checkpoint: str) -> Model[Decoder]:
        options = Options(device="cpu", model=checkpoint)
        return Model("animator tiny", options, lambda running: Decoder(running, 4))

    assert len(opened("large").call(lambda pipe: pipe(9))) == 9
    assert opened("large").running.tiling and not opened("small").running.tiling


def test_under_the_thriftiest_setting_the_shot_fails_with_what_to_type(memory: Path) -> None:
    model = opened(4, [], tiling=True)

    def run(pipe: Decoder) -> torch.Tensor:
        raise torch.OutOfMemoryError("CUDA out of memory.")

    with pytest.raises(ShotFailed, match=r"its thriftiest setting .* --option storyboard\.pixels="):
        model.call(run)


@pytest.mark.parametrize(
    "told",
    [
        "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`",
        "[enforce fail at alloc_cpu.cpp:121] DefaultCPUAllocator: can't allocate memory: you tried",
    ],
)
def test_memory_runs_out_in_other_words_too(memory: Path, told: str) -> None:
    model = opened(9, [])

    def run(pipe: Decoder) -> bool:
        if not pipe.running.tiling:
            raise RuntimeError(told)
        return True

    assert model.call(run)


def test_another_fault_is_not_taken_for_want_of_memory(memory: Path) -> None:
    model = opened(4, [])

    def run(pipe: Decoder) -> None:
        raise RuntimeError("shapes do not match")

    with pytest.raises(RuntimeError, match="shapes do not match"):
        model.call(run)
    assert model.num_loads == 1


@pytest.mark.parametrize("damaged", ["", "[]", "{", '{"x": 1}'])
def test_a_damaged_memory_is_no_memory(memory: Path, damaged: str) -> None:
    memory.write_text(damaged)
    model = opened(4, [])
    assert model.running == model.asked


def test_thrift_never_changes_what_is_computed() -> None:
    asked = Running(device="cuda")
    steps = list(thriftier(asked))
    assert [(one.tiling, one.offload) for one in steps] == [
        (True, "none"), (True, "model"), (True, "group"),
    ]  # fmt: skip
    assert {(one.dtype, one.quantisation, one.caching) for one in steps} == {
        (asked.dtype, asked.quantisation, asked.caching)
    }
    assert not list(thriftier(steps[-1]))


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        ("sdxl-ip-adapter", "pixels=100", "it must be at least 4096"),
        ("sdxl-ip-adapter", "ip_adapter_scale=7", "it must be 0 to 1"),
        ("sdxl-storydiffusion", "identity_images=5", "it must be 1 to 4"),
        ("sdxl-lora", "rank=0", "it must be at least 1"),
        ("flux2-klein", "steps=-2", "it must be at least 1"),
        ("storygen", "previous_shots=4", "it must be 0 to 3"),
    ],
)
def test_numbers_that_make_no_picture_are_refused_before_anything_is_looked_at(
    name: str, typed: str, said: str
) -> None:
    option, _, value = typed.partition("=")
    with pytest.raises(SettingsError, match=f"--option storyboard.{option} is .*; {said}"):
        open_backend("storyboard", name, {"device": "cpu", "dtype": "float32", option: value})


def test_steps_are_told(memory: Path) -> None:
    steps: list[tuple[int, int]] = []
    model = opened(4, [])
    model.watch = Watch(step=lambda done, total: steps.append((done, total)))
    told = model.step_told(3)
    for step in range(3):
        assert told(None, step, 0, {"latents": step}) == {"latents": step}
    assert steps == [(1, 3), (2, 3), (3, 3)]


@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080), (720, 1280), (640, 640), (1278, 534)])
def test_a_models_size_has_the_films_proportions(size: tuple[int, int]) -> None:
    width, height = model_size(*size, pixels=1024 * 1024, multiple=64)
    assert width % 64 == height % 64 == 0
    assert width * height == pytest.approx(1024 * 1024, rel=0.12)
    assert width / height == pytest.approx(size[0] / size[1], rel=0.09)
    assert unfit(*size, "it") == ""
    assert "it cannot make pictures of 2000x500" in unfit(2000, 500, "it")


def test_a_picture_of_no_numbers_is_no_black_one() -> None:
    drawn = np.linspace(0, 1, 48, dtype=np.float32).reshape(4, 4, 3)
    assert np.array_equal(as_bytes(drawn, "animator"), np.rint(drawn * 255).astype(np.uint8))
    drawn[3, 3, 0] = np.nan
    with pytest.raises(ShotFailed, match=r"no picture but NaN.*--option animator\.dtype=bfloat16"):
        as_bytes(drawn, "animator")


def test_a_picture_fills_the_frame_and_keeps_its_middle() -> None:
    picture = np.zeros((100, 300, 3), np.uint8)
    picture[40:60, 140:160] = 255
    small, large = fitted(picture, 64, 64), fitted(picture, 400, 240)
    assert small.shape == (64, 64, 3) and large.shape == (240, 400, 3)
    for one in (small, large):
        rows, columns = np.nonzero(one[..., 0] > 128)
        assert rows.mean() == pytest.approx((one.shape[0] - 1) / 2, abs=1.5)
        assert columns.mean() == pytest.approx((one.shape[1] - 1) / 2, abs=1.5)
        # The white square stays a square.
        assert np.ptp(rows) == pytest.approx(np.ptp(columns), abs=1)
