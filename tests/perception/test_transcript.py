"""What is said is written down, word by word in time."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from script2movie.perception.transcript import Transcriber
from script2movie.perception.words import count_words

Sound = NDArray[np.float32]


@pytest.fixture(scope="module")
def transcriber() -> Transcriber:
    return Transcriber()


def test_a_sentence_is_understood(
    transcriber: Transcriber, speech: tuple[Sound, int], sentence: str
) -> None:
    text = transcriber.text(*speech)
    assert count_words(sentence, text).error_rate == 0
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


def test_a_long_recording_loses_no_sentence(
    transcriber: Transcriber, say: Callable[[str], tuple[Sound, int]]
) -> None:
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
    spoken = [say(line) for line in sentences]
    rate = spoken[0][1]
    pause = np.zeros(rate // 2, np.float32)
    long = np.concatenate([part for samples, _ in spoken for part in (samples, pause)])
    assert len(long) > 35 * rate
    words = transcriber.words(long, rate)
    heard = " ".join(word.text for word in words)
    counts = count_words(" ".join(sentences), heard)
    assert counts.errors < 0.05 * counts.words
    starts = [word.start for word in words]
    assert starts == sorted(starts)
    assert all(word.end - word.start < 2 for word in words)
    assert starts[-1] > len(long) / rate - 3


def test_silence_is_not_words(transcriber: Transcriber) -> None:
    assert transcriber.text(np.zeros(32_000, np.float32), 16_000) == ""
    assert transcriber.words(np.zeros(0, np.float32), 16_000) == ()
