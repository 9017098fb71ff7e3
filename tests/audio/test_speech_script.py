"""A line's words: all of them, once, as written and as they can be said."""

import re

import pytest

from script2movie.audio.pronounce import Pronouncer, split_sounds
from script2movie.audio.script import read_script
from script2movie.errors import StoryError
from script2movie.perception.alignment import ARPABET

LINES = (
    "Hello—wait... what?",
    "He said, “I'm NOT going!” — and left.",
    "Dr. Smith paid $5.50 on Dec. 3rd, 1999 at 5:30pm.",
    "‘Maybe,’ said Zoë's naïve brother-in-law at the café 😀 okay 👍🏽",
    "W-w-wait! Th-that's it. Nooooo! Sooo... hmmm. Shhh!",
    "*really* runnin' 'cause the boys' rock 'n' roll",
    "King Henry VIII at 50km/h; 3/4 of it, 20% — right?",
    "— So?",
    "My number is 555-0199, room 12B, R&D.",
    '[beat] (quietly) Don\'t "go" <there>',
)


@pytest.fixture(scope="module")
def american() -> Pronouncer:
    return Pronouncer(british=False)


@pytest.mark.parametrize("text", LINES)
def test_every_word_is_written_once_and_heard(text: str, american: Pronouncer) -> None:
    tokens = read_script(text)
    assert " ".join(token.written for token in tokens) == " ".join(text.split())
    sounds = american.sounds(tokens)
    heard = {
        word for letter, word in zip(sounds.letters, sounds.words, strict=True) if letter in ARPABET
    }
    assert heard == set(range(len(tokens)))
    assert list(sounds.words) == sorted(sounds.words)


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("Nooooo!", "No!"),
        ("“No,” she said.", "No, she said."),
        ("okay 👍🏽", "okay"),
        ("STOP", "stop"),
        ("*really*", "really"),
        ("déjà vu", "deja vu"),
        ("Dr. Who", "Doctor Who"),
        ("3 dogs", "three dogs"),
    ],
)
def test_spelling_does_not_change_the_sound(text: str, same: str, american: Pronouncer) -> None:
    def bare(line: str) -> str:
        return re.sub(r"[ˈˌ]", "", american.sounds(read_script(line)).letters)

    assert bare(text) == bare(same)


def test_a_dash_or_an_ellipsis_is_a_pause(american: Pronouncer) -> None:
    assert "—" in american.sounds(read_script("I -- I can't")).letters
    assert "…" in american.sounds(read_script("Well... no")).letters


def test_what_a_writer_stressed_is_marked() -> None:
    stressed = [token.written for token in read_script("I did NOT *mean* it") if token.emphasis]
    assert stressed == ["NOT", "*mean*"]
    assert not any(token.emphasis for token in read_script("GET OUT OF HERE"))


@pytest.mark.parametrize("text", ["😀😀", "...", "—", "", "?!", "Привет", "我 know", "שלום"])
def test_what_cannot_be_said_is_refused(text: str) -> None:
    with pytest.raises(StoryError, match="can"):
        read_script(text)


def test_british_voices_speak_british(american: Pronouncer) -> None:
    tokens = read_script("a glass of water")
    assert Pronouncer(british=True).sounds(tokens) != american.sounds(tokens)


def test_long_lines_are_cut_between_words_and_nothing_is_lost(american: Pronouncer) -> None:
    text = "One two three four, five six seven. " * 40 + "word " * 100
    sounds = american.sounds(read_script(text))
    pieces = split_sounds(sounds, 120)
    assert all(len(piece.letters) <= 120 for piece in pieces)
    rejoined = "".join(piece.letters for piece in pieces)
    assert rejoined.replace(" ", "") == sounds.letters.replace(" ", "")
    assert pieces[0].letters.endswith(".")
