"""A voice for everyone in a film, from the table of stock voices; no model is loaded."""

from collections.abc import Sequence
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from script2movie.audio.casting import MOST_ALIKE, cast_voices
from script2movie.audio.matching import Match
from script2movie.audio.stock import first_name_gender, stock
from script2movie.errors import BankError
from script2movie.movie import NARRATOR, Age, Character, Gender, VoiceSample
from script2movie.stages import Voice


def person(
    name: str, gender: Gender | None = None, age: Age | None = None, voice: str = ""
) -> Character:
    return Character(name, (), gender=gender, age=age, voice=voice)


def crowd(size: int) -> list[Character]:
    genders, ages = (Gender.FEMALE, Gender.MALE, None), (None, *Age)
    return [person(f"P{n}", genders[n % 3], ages[n % 6]) for n in range(size)]


def unmatched(character: Character, taken: Sequence[int]) -> Match:
    raise AssertionError(f"{character.name} has no sample")


def cast(*characters: Character, seed: int = 0) -> dict[str, Voice]:
    return dict(cast_voices(characters, unmatched, seed=seed))


def numbers(voices: dict[str, Voice]) -> list[int]:
    return [stock().number(voice.name) for voice in voices.values()]


def test_there_are_twenty_four_voices_and_more() -> None:
    plain = [voice for voice in stock().voices if voice.plain]
    assert len(plain) == 28
    for voice in plain:
        assert voice.gender is (Gender.FEMALE if voice.base[1] == "f" else Gender.MALE)
    female = [voice.f0 for voice in plain if voice.gender is Gender.FEMALE]
    male = [voice.f0 for voice in plain if voice.gender is Gender.MALE]
    assert np.median(female) > 1.3 * np.median(male)


@pytest.mark.parametrize("size", [2, 5, 12, 24])
def test_nobody_sounds_like_another(size: int) -> None:
    dealt = numbers(cast(*crowd(size)))
    assert len(dealt) == size + 1
    assert all(stock().most[a, b] < MOST_ALIKE for a, b in combinations(dealt, 2))


def test_sixty_people_can_be_told_apart_and_more_are_refused() -> None:
    dealt = numbers(cast(*crowd(60)))
    assert all(stock().usual[a, b] < MOST_ALIKE for a, b in combinations(dealt, 2))
    with pytest.raises(BankError, match="no voice is left"):
        cast(*crowd(100))


def test_gender_and_age_fit() -> None:
    for who in crowd(60):
        voice = stock().voices[stock().number(cast(who)[who.name].name)]
        assert who.gender in (None, voice.gender)
        assert who.age in (None, voice.age)


def test_one_more_person_changes_nobody_else() -> None:
    before, after = cast(*crowd(20)), cast(*crowd(21))
    assert before.items() <= after.items()


def test_the_narrator_has_a_voice_of_their_own() -> None:
    narrator = cast()[NARRATOR]
    assert narrator.name not in [
        voice.name for name, voice in cast(*crowd(40)).items() if name != NARRATOR
    ]
    taken = cast(person("A", voice=narrator.name))
    assert taken["A"] == narrator
    assert taken[NARRATOR] != narrator


def test_a_pinned_voice_is_theirs_and_a_wrong_one_gets_the_nearest_name() -> None:
    voices = cast(*crowd(3), person("Zed", voice="am_puck"))
    assert voices["Zed"].name == "am_puck"
    assert [voice.name for voice in voices.values()].count("am_puck") == 1
    with pytest.raises(BankError, match=r"Zed.*'am_puk'.*'am_puck'"):
        cast(person("Zed", voice="am_puk"))
    with pytest.raises(BankError, match="both pin"):
        cast(person("A", voice="am_puck"), person("B", voice="am_puck"))


def test_a_name_says_the_gender_where_nothing_else_does() -> None:
    assert first_name_gender("Mary Poppins") is Gender.FEMALE
    assert first_name_gender("Tom") is Gender.MALE
    assert first_name_gender("The Stranger") is None
    for name, gender in (("Mary", Gender.FEMALE), ("Tom", Gender.MALE)):
        assert stock().voices[stock().number(cast(person(name))[name].name)].gender is gender


def test_nobody_is_dealt_a_voice_like_a_matched_one() -> None:
    heard = stock().centre[stock().number("af_heart")]

    def match(character: Character, taken: Sequence[int]) -> Match:
        return Match(Voice(character.name, (("af_heart", 1.0),)), heard, 0.9)

    sampled = Character("S", (), VoiceSample(Path("s.wav")))
    voices = cast_voices([*crowd(12), sampled], match, seed=0)
    assert voices["S"].recipe == (("af_heart", 1.0),)
    for name, voice in voices.items():
        if name not in ("S", NARRATOR):
            assert stock().centre[stock().number(voice.name)] @ heard < MOST_ALIKE
