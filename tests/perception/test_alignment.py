"""Every word of the text is found, in order, where it is said."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from script2movie.perception.alignment import Aligner, arpabet
from script2movie.perception.transcript import Transcriber

Sound = NDArray[np.float32]


@pytest.fixture(scope="module")
def aligner() -> Aligner:
    return Aligner()


def test_every_word_is_there_as_written_and_in_order(
    aligner: Aligner, speech: tuple[Sound, int], sentence: str
) -> None:
    samples, rate = speech
    words = aligner.align(samples, rate, sentence)
    assert [word.text for word in words] == sentence.split()
    times = [time for word in words for phone in word.phones for time in (phone.start, phone.end)]
    assert times == sorted(times)
    assert 0 <= times[0] < times[-1] <= len(samples) / rate
    old = words[1]
    assert [phone.symbol for phone in old.phones] == ["OW", "L", "D"]
    assert (old.start, old.end) == (old.phones[0].start, old.phones[-1].end)
    assert aligner.align(samples, rate, sentence) == words


def test_it_agrees_with_the_transcriber(
    aligner: Aligner, speech: tuple[Sound, int], sentence: str
) -> None:
    aligned = aligner.align(*speech, sentence)
    heard = Transcriber().words(*speech)
    off = [abs(one.end - two.end) for one, two in zip(aligned, heard, strict=True)]
    assert np.median(off) < 0.15


def test_times_follow_a_shift(aligner: Aligner, speech: tuple[Sound, int], sentence: str) -> None:
    samples, rate = speech
    late = aligner.align(np.pad(samples, (rate, rate)), rate, sentence)
    for before, after in zip(aligner.align(samples, rate, sentence)[1:], late[1:], strict=True):
        assert after.start == pytest.approx(before.start + 1, abs=0.06)


def test_names_numbers_and_symbols_are_words(
    aligner: Aligner, say: Callable[[str], tuple[Sound, int]]
) -> None:
    text = "Xanthippe’s 3 cats & Dr. O'Brien—“all” of them—paid $25 — at 7:45."
    samples, rate = say("Xanthippe's three cats and Doctor O'Brien, all of them, paid $25 at 7:45.")
    words = aligner.align(samples, rate, text)
    assert [word.text for word in words] == [
        *("Xanthippe’s", "3", "cats", "&", "Dr.", "O'Brien—", "“all”", "of", "them—"),
        *("paid", "$25", "at", "7:45."),
    ]
    sounds = {word.text: " ".join(phone.symbol for phone in word.phones) for word in words}
    assert sounds["$25"] == "T W EH N T IY F AY V D AA L ER Z"
    assert sounds["3"] == "TH R IY"


def test_a_word_that_cannot_be_pronounced_is_named(aligner: Aligner) -> None:
    with pytest.raises(ValueError, match="cannot pronounce '你好'"):
        aligner.align(np.zeros(16_000, np.float32), 16_000, "Say 你好 now")


def test_a_text_that_is_not_said_is_not_found(
    aligner: Aligner, speech: tuple[Sound, int], sentence: str
) -> None:
    samples, rate = speech
    with pytest.raises(ValueError, match=r"cannot find .* in 0\.10 s"):
        aligner.align(samples[: rate // 10], rate, sentence)


def test_no_words_take_no_time(aligner: Aligner, speech: tuple[Sound, int]) -> None:
    assert aligner.align(*speech, " … — ") == ()


def test_phonemes_of_the_lexicon_in_arpabet() -> None:
    assert arpabet("həlˈO ðˈɛɹ.") == ["HH", "AH", "L", "OW", "DH", "EH", "R"]
    assert arpabet("bˈɜɹd") == ["B", "ER", "D"]
    assert arpabet("wˈɔTəɹ ʧˈʌɹʧ") == ["W", "AO", "D", "ER", "CH", "AH", "R", "CH"]
