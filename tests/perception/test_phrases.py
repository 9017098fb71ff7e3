"""Words and turns put together, worked by hand; with sound and faces: tests/test_harvest.py."""

import numpy as np
import pytest

from script2movie.perception.diarization import Turn
from script2movie.perception.phrases import cut_phrases, spoken
from script2movie.perception.transcript import SpokenWord

SOUND = np.zeros(10 * 16_000, np.float32)


def words(text: str) -> list[SpokenWord]:
    """'good@1.0 morning@1.4': when each begins; a pause belongs to the word before it."""
    parts = [one.split("@") for one in text.split()]
    starts = [float(start) for _, start in parts]
    ends = [*starts[1:], starts[-1] + 0.5]
    return [SpokenWord(part[0], *times) for part, *times in zip(parts, starts, ends, strict=True)]


def heard(text: str, *turns: tuple[float, float, int]) -> list[tuple[object, ...]]:
    found = cut_phrases(words(text), [Turn(*one) for one in turns], SOUND)
    for one in found:
        assert len(one.samples) == pytest.approx((one.end - one.start) * 16_000, abs=2)
    return [(round(one.start, 2), round(one.end, 2), one.text, one.voices) for one in found]


def test_a_phrase_has_its_turns_times() -> None:
    """The first word comes early; the third runs into another's turn, whose first comes late."""
    text = "where@1.0 is@1.3 it@1.5 there@3.2 it@3.2 is@3.4"
    assert heard(text, (1.1, 1.9, 0), (2.9, 4.0, 1)) == [
        (1.05, 2.0, "where is it", (0,)),
        (2.85, 4.0, "there it is", (1,)),
    ]


def test_what_two_say_at_once_is_a_phrase_of_both() -> None:
    text = "put@1.0 the@1.3 lamp@1.5 down@2.0 right@2.5 now@3.0 please@3.5"
    assert heard(text, (1.0, 4.0, 0), (2.0, 2.9, 1)) == [
        (0.95, 2.0, "put the lamp", (0,)),
        (1.95, 3.1, "down right", (0, 1)),
        (2.95, 4.1, "now please", (0,)),
    ]


def test_what_another_says_into_a_pause_parts_a_phrase() -> None:
    """The other says nothing that a transcriber writes down."""
    text = "well@1.0 then@1.4 I@4.0 will@4.3 go@4.6"
    assert heard(text, (1.0, 1.9, 0), (2.5, 3.0, 1), (3.9, 5.2, 0)) == [
        (0.95, 2.0, "well then", (0,)),
        (3.85, 5.2, "I will go", (0,)),
    ]


def test_a_break_in_a_turn_is_no_end_of_it() -> None:
    text = "I@1.0 will@1.3 go@1.6"
    assert heard(text, (1.0, 1.7, 0), (1.8, 2.3, 0)) == [(0.95, 2.2, "I will go", (0,))]


def test_words_in_nobodys_turn_are_nobodys() -> None:
    assert heard("tea@1.0 for@1.5 two@2.0") == [(0.95, 2.6, "tea for two", ())]
    assert heard("no@1.0") == []  # too short for anything


def test_stretches_of_speech_do_not_reach_into_each_others_words() -> None:
    text = "Good.@1.0 Morning.@1.4 All@3.0 of@3.2 you.@3.4"
    assert spoken(words(text)) == [(0.95, 1.4), (1.4, 3.0), (3.0, 4.0)]
