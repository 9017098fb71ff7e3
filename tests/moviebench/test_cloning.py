"""Table 7's protocol with the embedded speaker on two synthetic people."""

import json
from pathlib import Path

import numpy as np
import pytest
from synthetic import RATE, spoken

from script2movie.audio import matching
from script2movie.cli import main
from script2movie.errors import DatasetError
from script2movie.media.clips import write_wav
from script2movie.moviebench.cloning import Piece, read_recordings, split_in_half

LINES = ("The last boat leaves soon.", "Is there a room for the night?")


def test_recordings_are_split_by_their_seconds() -> None:
    pieces = [Piece(np.ones(length, np.float32), 10, str(length)) for length in (30, 30, 20, 40)]
    # 120 samples in all: the first two make half
    reference, test = split_in_half(pieces)
    assert [one.words for one in reference] == ["30", "30"]
    assert [one.words for one in test] == ["20", "40"]
    # a long last one leaves the last for the test all the same
    reference, test = split_in_half(pieces[2:])
    assert [one.words for one in reference] == ["20"] and [one.words for one in test] == ["40"]
    # one alone is cut where it is quietest, near its middle
    samples = np.ones(1000, np.float32)
    samples[540:560] = 0
    (first,), (second,) = split_in_half([Piece(samples, 100, "all of it")])
    assert 540 <= len(first.samples) <= 560 and first.words == second.words == ""


def test_a_person_is_spoken_again_with_their_own_voice(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # How near a matched voice comes is tested with the speaker; here two words judge a mix.
    monkeypatch.setattr(matching, "SENTENCES", ("Please hurry.", "Slowly, please."))
    for number, line in enumerate(LINES):
        path = tmp_path / "Old Tom" / f"{number}.wav"
        path.parent.mkdir(exist_ok=True)
        write_wav(spoken(line), path, RATE)
        path.with_suffix(".txt").write_text(line, "utf-8")
    assert main(["moviebench", "voices", str(tmp_path), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    (one,) = told["each"]
    assert (told["people"], told["lines"], one["words"]) == (1, 1, LINES[1])
    assert told["WER (Whisper tiny.en)"] < 0.35
    assert 0.3 < told["similarity (Resemblyzer)"] <= 1 and told["MCD, dB"] > 0


def test_a_folder_without_recordings_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="holds no recordings"):
        read_recordings(tmp_path)
    (tmp_path / "Tom").mkdir()
    (tmp_path / "Tom/a.wav").write_bytes(b"no sound")
    with pytest.raises(DatasetError, match="is no recording"):
        read_recordings(tmp_path)
