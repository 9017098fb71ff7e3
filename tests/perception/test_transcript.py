"""What is said is written down, word by word in time; errors are counted as people count them."""

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from script2movie.perception.transcript import Transcriber, word_error_rate

Sound = NDArray[np.float32]


@pytest.fixture(scope="module")
def transcriber() -> Transcriber:
    return Transcriber()


def test_a_sentence_is_understood(
    transcriber: Transcriber, speech: tuple[Sound, int], sentence: str
) -> None:
    text = transcriber.text(*speech)
    assert word_error_rate(sentence, text) == 0
    assert transcriber.text(*speech) == text


def test_words_come_in_order_within_the_sound(
    transcriber: Transcriber, speech: tuple[Sound, int]
) -> None:
    samples, rate = speech
    words = transcriber.words(samples, rate)
    assert " ".join(word.text for word in words) == transcriber.text(samples, rate)
    times = [time for word in words for time in (word.start, word.end)]
    assert times == sorted(times)
    assert times[0] >= 0
    assert times[-1] <= len(samples) / rate + 0.1
    late = transcriber.words(np.pad(samples, (2 * rate, 0)), rate)
    moved = [after.end - before.end for before, after in zip(words, late, strict=True)]
    assert np.median(moved) == pytest.approx(2, abs=0.1)


def test_a_long_recording_loses_no_sentence(transcriber: Transcriber) -> None:
    from hibari import SAMPLE_RATE, Hibari  # type: ignore[import-untyped]

    sentences = [
        "On Monday the ferry came late, and half of the village waited in the rain.",
        "Her brother had written three letters, but not one of them had arrived.",
        "The baker closed his shop early and walked down to the harbour with a lamp.",
        "Nobody spoke while the captain counted the passengers for a second time.",
        "A child in a yellow coat was the first to see the light on the water.",
        "They pulled the small boat to the beach and carried everything up the hill.",
        "In the morning the sea was quiet again, as if nothing had ever happened.",
        "She found the last letter in the pocket of a coat that was not her own.",
    ]
    voice, pause = Hibari(), np.zeros(SAMPLE_RATE // 2, np.float32)
    parts = [np.concatenate([voice(line, seed=0), pause]) for line in sentences]
    long = np.concatenate(parts).astype(np.float32)
    assert len(long) > 35 * SAMPLE_RATE
    words = transcriber.words(long, SAMPLE_RATE)
    heard = " ".join(word.text for word in words)
    assert word_error_rate(" ".join(sentences), heard) < 0.05
    starts = [word.start for word in words]
    assert starts == sorted(starts)
    assert all(word.end - word.start < 2 for word in words)
    assert starts[-1] > len(long) / SAMPLE_RATE - 3


def test_silence_is_not_words(transcriber: Transcriber) -> None:
    assert transcriber.text(np.zeros(32_000, np.float32), 16_000) == ""
    assert transcriber.words(np.zeros(0, np.float32), 16_000) == ()


@pytest.mark.parametrize(
    ("reference", "hypothesis", "errors", "words"),
    [
        ("the cat sat on the mat", "The cat sat on the mat.", 0, 6),
        ("the cat sat on the mat", "the cat sat on mat", 1, 6),
        ("the cat sat on the mat", "the dog sat down on the mat", 2, 6),
        ("I don't know", "I do not know", 0, 4),
        ("She paid twenty-five dollars", "She paid $25", 0, 3),
        ("the colour grey", "the color gray", 0, 3),
    ],
)
def test_word_errors_counted_by_hand(
    reference: str, hypothesis: str, errors: int, words: int
) -> None:
    assert word_error_rate(reference, hypothesis) == pytest.approx(errors / words)


def test_names_are_left_out_of_the_count() -> None:
    said = "Juno MacGuff told Juno's father the truth"
    heard = "Juneau mac guff told Juneau's father a truth"
    names = ("Juno MacGuff",)
    assert word_error_rate(said, heard, names=names) == pytest.approx(1 / 4)
    assert word_error_rate(said, heard) > 1 / 4
    assert word_error_rate("Juno", "Hugo", names=names) == 0


def test_nothing_said_is_nothing_wrong() -> None:
    assert word_error_rate("", "...") == 0
    assert word_error_rate("", "hello") == math.inf
    assert word_error_rate("hello", "") == 1
