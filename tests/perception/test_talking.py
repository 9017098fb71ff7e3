"""Words and turns put together, worked by hand; with faces: tests/test_harvest.py."""

import subprocess
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from script2movie.media.clips import ffmpeg
from script2movie.perception.diarization import Turn
from script2movie.perception.talking import phrases_of
from script2movie.perception.transcript import SpokenWord


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten seconds of a grey picture and a hum."""
    path = tmp_path_factory.mktemp("clip") / "clip.mp4"
    sources = ("-f", "lavfi", "-i", "color=gray:size=160x96:rate=2:duration=10")
    sources += ("-f", "lavfi", "-i", "sine=frequency=150:duration=10")
    subprocess.run([ffmpeg(), "-loglevel", "error", *sources, str(path)], check=True)
    return path


class Listener:
    """What a transcriber and a diarizer heard."""

    fingerprint = "by hand"

    def __init__(self, words: str, *turns: tuple[float, float, int]) -> None:
        parts = [one.split("@") for one in words.split()]
        starts = [float(start) for _, start in parts]
        ends = [*starts[1:], starts[-1] + 0.5]  # a pause belongs to the word before it
        self._words = [
            SpokenWord(text, start, end)
            for (text, _), start, end in zip(parts, starts, ends, strict=True)
        ]
        self._turns = tuple(Turn(*one) for one in turns)

    def words(self, samples: NDArray[np.float32], rate: int) -> Sequence[SpokenWord]:
        return self._words

    def turns(
        self, samples: NDArray[np.float32], rate: int, spoken: Sequence[tuple[float, float]]
    ) -> tuple[Turn, ...]:
        return self._turns

    def close(self) -> None: ...


def heard(clip: Path, words: str, *turns: tuple[float, float, int]) -> list[tuple[object, ...]]:
    listener = Listener(words, *turns)
    found = phrases_of(clip, {}, {}, listener, listener)
    for one in found:
        assert len(one.samples) == pytest.approx((one.end - one.start) * 16_000, abs=2)
    return [(round(one.start, 2), round(one.end, 2), one.text, one.voices) for one in found]


def test_a_phrase_has_its_turns_times(clip: Path) -> None:
    """The first answer's last word runs into the second's turn, whose first word comes late."""
    words = "where@1.0 is@1.3 it@1.5 there@3.2 it@3.2 is@3.4"
    assert heard(clip, words, (0.9, 1.9, 0), (2.9, 4.0, 1)) == [
        (0.85, 2.0, "where is it", (0,)),
        (2.85, 4.0, "there it is", (1,)),
    ]


def test_what_two_say_at_once_is_cut_out(clip: Path) -> None:
    words = "put@1.0 the@1.3 lamp@1.5 down@2.0 right@2.5 now@3.0 please@3.5"
    assert heard(clip, words, (1.0, 4.0, 0), (2.0, 2.9, 1)) == [
        (0.95, 2.0, "put the lamp", (0,)),
        (1.95, 3.1, "down right", (0, 1)),
        (2.95, 4.1, "now please", (0,)),
    ]


def test_what_another_says_into_a_pause_parts_a_phrase(clip: Path) -> None:
    """The other says nothing that a transcriber writes down."""
    words = "well@1.0 then@1.4 I@4.0 will@4.3 go@4.6"
    assert heard(clip, words, (1.0, 1.9, 0), (2.5, 3.0, 1), (3.9, 5.2, 0)) == [
        (0.95, 2.0, "well then", (0,)),
        (3.85, 5.2, "I will go", (0,)),
    ]


def test_words_in_nobodys_turn_are_nobodys_and_said_to_be(clip: Path) -> None:
    listener = Listener("tea@1.0 for@1.5 two@2.0")
    (one,) = phrases_of(clip, {}, {}, listener, listener)
    assert (one.voices, one.name, one.doubt) == ((), "", "too little voice to tell whose")
