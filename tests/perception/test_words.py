"""Word errors are counted as people count them, by hand and by another implementation."""

import numpy as np
import pytest
from jiwer import process_words

from script2movie.perception.words import WordCounts, count_words, words_and_names


def test_words_are_counted_by_hand() -> None:
    assert count_words("the cat sat on the mat", "the cat sat on the mat") == WordCounts(6)
    assert count_words("the cat sat on the mat", "the bat sat on mat now") == WordCounts(6, 1, 1, 1)
    assert count_words("hello there", "") == WordCounts(2, 0, 2, 0)
    assert count_words("", "hello there") == WordCounts(0, 0, 0, 2)
    assert count_words("hello", "").error_rate == 1
    assert WordCounts(6, 1, 1, 1) + WordCounts(4) == WordCounts(10, 1, 1, 1)
    assert (WordCounts(6, 1, 1, 1) + WordCounts(4)).error_rate == pytest.approx(0.3)
    assert WordCounts().error_rate is None


@pytest.mark.parametrize(
    ("said", "heard", "errors", "words"),
    [
        ("the cat sat on the mat", "The cat sat on the mat.", 0, 6),
        ("the cat sat on the mat", "the cat sat on mat", 1, 6),
        ("the cat sat on the mat", "the dog sat down on the mat", 2, 6),
        ("I don't know", "I do not know", 0, 4),
        ("She paid twenty-five dollars", "She paid $25", 0, 3),
        ("the colour grey", "the color gray", 0, 3),
        ("Well... So...", "well so", 0, 2),
        ("", "...", 0, 0),
    ],
)
def test_one_word_spelled_two_ways_is_one_word(
    said: str, heard: str, errors: int, words: int
) -> None:
    counts = count_words(said, heard)
    assert (counts.errors, counts.words) == (errors, words)


@pytest.mark.parametrize("seed", range(20))
def test_without_names_the_count_is_the_known_one(seed: int) -> None:
    generator = np.random.default_rng(seed)
    said = " ".join(generator.choice(list("abcde"), generator.integers(1, 12)))
    heard = " ".join(generator.choice(list("abcde"), generator.integers(1, 12)))
    known = process_words(said, heard)
    counts = count_words(said, heard)
    assert counts.errors == known.substitutions + known.deletions + known.insertions
    assert counts.words == known.hits + known.substitutions + known.deletions


def test_a_name_may_be_heard_as_anything() -> None:
    names = ("Paulie Bleeker", "Su-Chin", "Old Tom")
    assert count_words("Stay here, Bleeker", "stay here, bleak her", names) == WordCounts(2)
    assert count_words("Bleeker left", "left", names) == WordCounts(1)
    assert count_words("Tell Tom it rains", "tell mom it rains", names) == WordCounts(3)
    assert count_words("Tell Tom it rains", "tell mom it trains", names) == WordCounts(3, 1)


def test_names_are_left_out_of_the_count() -> None:
    said = "Juno MacGuff told Juno's father the truth"
    heard = "Juneau mac guff told Juneau's father a truth"
    names = ("Juno MacGuff",)
    assert count_words(said, heard, names).error_rate == pytest.approx(1 / 4)
    assert (count_words(said, heard).error_rate or 0) > 1 / 4
    assert count_words("Juno", "Hugo", names) == WordCounts()


def test_only_a_capitalised_word_of_a_name_is_a_name() -> None:
    names = ("Will Hope", "The Kid")
    runs = words_and_names("Will you hope for Hope's kid, the Kid?", names)
    assert [run for run, is_name in runs if is_name] == ["Will", "Hope's", "Kid"]
    assert "".join(run for run, _ in runs) == "Will you hope for Hope's kid, the Kid?"
