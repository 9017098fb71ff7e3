"""Turns from another environment: their format, and what is refused before anything is listened to.

pyannote.audio itself is not here (benchmarks/tiny_pyannote.py): its worker's look at a checkpoint
is, and that needs torch alone.
"""

import sys
import types
from collections import OrderedDict
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from script2movie.audio.checkout import WORKERS, ProgramOptions
from script2movie.audio.checkout_diarization import (
    CheckoutDiarizer,
    Pyannote,
    PyannoteOptions,
    read_rttm,
)
from script2movie.errors import BackendUnavailable, ShotFailed, WeightsError
from script2movie.perception.diarization import Turn

STANDINS = Path(__file__).parent / "standins"
CONFIG = """
pipeline:
  name: pyannote.audio.pipelines.SpeakerDiarization
  params: {segmentation: $model/segmentation, embedding: $model/embedding, plda: $model/plda}
"""


def test_rttm_is_read_as_nist_has_it() -> None:
    text = """;; a comment
SPKR-INFO film 1 <NA> <NA> <NA> unknown SPEAKER_01 <NA> <NA>
SPEAKER film 1 2.500 1.250 <NA> <NA> SPEAKER_00 <NA> <NA>
SPEAKER film 1 0.031 2.969 <NA> <NA> SPEAKER_01 <NA> <NA>

SPEAKER film 1 4.000 0.500 <NA> <NA> SPEAKER_01 <NA>
"""
    assert read_rttm(text) == (Turn(0.031, 3.0, 0), Turn(2.5, 3.75, 1), Turn(4.0, 4.5, 0))
    assert read_rttm("") == ()


@pytest.mark.parametrize(
    "line",
    [
        "00:01 Anna: good morning",
        "SPEAKER film 1 soon 1.0 <NA> <NA> one <NA> <NA>",
        "SPEAKER film 1 1.0 nan <NA> <NA> one <NA> <NA>",
        "SPEAKER film 1 -1.0 1.0 <NA> <NA> one <NA> <NA>",
        "SPEAKER film 1 1.0 1.0",
    ],
)
def test_what_is_no_rttm_is_refused_and_shown(line: str, tmp_path: Path) -> None:
    turns = tmp_path / "turns.rttm"
    turns.write_text(line)
    command = f"{sys.executable} {STANDINS / 'diarize.py'} {WORKERS} {turns}"
    diarizer = CheckoutDiarizer(ProgramOptions(command=command))
    with pytest.raises(ShotFailed, match=r"stand-in 1\.0 writes no RTTM: ") as told:
        diarizer.turns(np.zeros(16_000, np.float32), 16_000, ())
    assert line in str(told.value)
    diarizer.close()


def test_who_cannot_run_is_refused_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCRIPT2MOVIE_WEIGHTS", str(tmp_path))
    with pytest.raises(BackendUnavailable, match=r"diarizer\.command="):
        CheckoutDiarizer(ProgramOptions())
    with pytest.raises(BackendUnavailable, match=r"diarizer\.python="):
        Pyannote()
    here = Path(sys.executable)
    with pytest.raises(
        WeightsError, match=r"accept its terms at .*hf download .*--revision [0-9a-f]{40}"
    ):
        Pyannote(PyannoteOptions(python=here))
    with pytest.raises(WeightsError, match="no such file or folder"):
        Pyannote(PyannoteOptions(python=here, checkpoint=tmp_path / "lost"))
    with pytest.raises(
        BackendUnavailable, match=r"pyannote: .* has no pyannote\.audio: .*pip install"
    ):
        Pyannote(PyannoteOptions(python=here, checkpoint=tmp_path))


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Our worker's module, as its own environment imports it."""
    monkeypatch.syspath_prepend(WORKERS)
    import diarization  # type: ignore[import-not-found]

    return diarization


@pytest.fixture
def checkpoint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The published layout, its networks as Lightning and pyannote.audio pickle them."""
    import torch

    records = types.ModuleType("pyannote.audio.core.task")

    class Resolution(Enum):
        FRAME = 1

    @dataclass
    class Specifications:
        resolution: Resolution
        duration: float
        classes: list[str]

    for record in (Resolution, Specifications):
        record.__module__, record.__qualname__ = records.__name__, record.__name__
        setattr(records, record.__name__, record)
    saved = {
        "state_dict": OrderedDict(weight=torch.ones(2)),
        "hyper_parameters": {"sample_rate": 16_000},
        "pyannote.audio": {
            "versions": {"torch": torch.__version__},
            "specifications": Specifications(Resolution.FRAME, 10.0, ["speaker#1"]),
        },
    }
    with monkeypatch.context() as patched:
        for package in ("pyannote", "pyannote.audio", "pyannote.audio.core"):
            patched.setitem(sys.modules, package, types.ModuleType(package))
        patched.setitem(sys.modules, records.__name__, records)
        for name in ("segmentation", "embedding"):
            (tmp_path / name).mkdir()
            torch.save(saved, tmp_path / name / "pytorch_model.bin")
    (tmp_path / "plda").mkdir()
    for name in ("plda", "xvec_transform"):
        np.savez(tmp_path / "plda" / f"{name}.npz", mu=np.ones(2))
    (tmp_path / "config.yaml").write_text(CONFIG)
    return tmp_path


def test_a_checkpoint_of_weights_and_pyannotes_own_records_is_read(
    worker: Any, checkpoint: Path
) -> None:
    networks = worker.networks_of(checkpoint)
    assert [one.parent.name for one in networks] == ["segmentation", "embedding"]
    for one in networks:
        worker.refuse_code(one)


class Command:
    def __reduce__(self) -> tuple[Any, ...]:
        import os

        return os.mkdir, ("made-by-a-pickle",)


def test_a_pickle_that_runs_something_is_refused_unrun(
    worker: Any, checkpoint: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    monkeypatch.chdir(tmp_path)
    path = checkpoint / "embedding/pytorch_model.bin"
    torch.save({"state_dict": {}, "callbacks": Command()}, path)
    with pytest.raises(worker.Refusal, match=r"names posix\.mkdir, .*diarizer\.allow_pickle=true"):
        worker.refuse_code(path)
    path.write_bytes(b"no pickle at all")
    with pytest.raises(worker.Refusal, match="holds more than weights"):
        worker.refuse_code(path)
    assert not (tmp_path / "made-by-a-pickle").exists()


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("SpeakerDiarization", "VoiceActivityDetection", "asks for more than"),
        ("pipeline:", "preprocessors: {audio: {name: os.system}}\npipeline:", "asks for more than"),
        (
            "$model/segmentation",
            "pyannote/segmentation-3.0",
            "'pyannote/segmentation-3.0', not from",
        ),
        (", plda: $model/plda", "", "its plda from 'the hub', not from the folder"),
        ("$model/plda", "$model/lost", r"lacks .*lost/plda\.npz"),
        ("pipeline:", "[", "is no pipeline of pyannote's"),
    ],
)
def test_a_pipeline_that_is_not_whole_or_asks_for_more_is_refused(
    worker: Any, checkpoint: Path, old: str, new: str, told: str
) -> None:
    (checkpoint / "config.yaml").write_text(CONFIG.replace(old, new))
    with pytest.raises(worker.Refusal, match=told):
        worker.networks_of(checkpoint)
