"""A shot into words: counted, in order of weight, nothing important lost, no names in CLIP."""

from dataclasses import replace

import pytest

from script2movie.generative.prompts import (
    instructions,
    looks_of,
    phrases,
    short_prompt,
    whole_sentences,
)
from script2movie.movie import (
    Age,
    Appearance,
    CameraMove,
    Character,
    Framing,
    Gender,
    Light,
    Portrait,
    Position,
    ShotSize,
    Style,
)
from script2movie.stages import Setting, View

SETTING = Setting(
    place="bakery",
    interior=True,
    light=Light.MORNING,
    set="",
    description="flour on every shelf",
    mood="tense",
    wardrobe=(("Anna Berg", "Ben's old coat"), ("Ben", "an apron")),
    props=("a brass bell",),
    style=Style.NOIR,
)
VIEW = View(
    ShotSize.MEDIUM,
    Framing.TWO_SHOT,
    CameraMove.STATIC,
    (
        Appearance("Anna Berg", "Anna hands Ben the letter.", Position.LEFT, Position.RIGHT),
        Appearance("Ben", "", Position.RIGHT, Position.LEFT, back_to_camera=True),
    ),
    "Anna Berg wants her letter read.",
    "",
    (),
)
LOOKS = {"Anna Berg": "an old woman, with white hair", "Ben": "a teenage boy"}


def words(text: str) -> int:
    return len(text.replace(",", " ,").split())


def test_all_that_matters_is_said_when_there_is_room() -> None:
    text, dropped = short_prompt(phrases(SETTING, VIEW, LOOKS), words, most=400)
    assert dropped == ()
    for said in (
        "black and white film noir",
        "medium shot, two-shot",
        "an old woman on the left, looking to the right",
        "the woman wears the boy's old coat",
        "the woman hands the boy the letter",
        "a teenage boy in the foreground on the right, seen from behind",
        "bakery, interior, morning light",
        "flour on every shelf",
        "a brass bell",
        "tense mood",
    ):
        assert said in text
    for name in ("Anna", "Ben", "Berg"):
        assert name not in text


@pytest.mark.parametrize(
    ("name", "other", "said", "told"),
    [
        ("Old Tom", "Ann", "Old walls. Tom hides Old Tom", "Old walls. the man hides the man"),
        ("The Stranger", "Ann", "The Stranger in The Crown", "the man in The Crown"),
        (
            "Mr. Hall",
            "Mr. Price",
            "Mr. Price or Mr. Hall. Price",
            "the woman or the man. the woman",
        ),
        ("Tom Berg", "Tom Hill", "Tom, not Tom Hill", "Tom, not the woman"),
        ("Will", "Ann", "Willing. Ann's Will", "Willing. the woman's the man"),
        ("Dr.", "Ann", "Dr. sits", "the man sits"),
    ],
)
def test_nobody_is_called_by_a_title(name: str, other: str, said: str, told: str) -> None:
    looks = {name: "an old man", other: "a woman"}
    view = replace(VIEW, characters=(), plot=said)
    text, _ = short_prompt(phrases(SETTING, view, looks), words, most=400)
    assert told in text


def test_nothing_is_told_twice() -> None:
    setting = replace(SETTING, description="bakery, morning light, flour on every shelf")
    waving = Appearance("Ben", "waves, smiles", Position.LEFT, Position.RIGHT)
    smiling = Appearance("Anna Berg", "nods, smiles", Position.RIGHT, Position.LEFT)
    view = replace(
        VIEW,
        characters=(waving, smiling),
        plot="Ben waves, smiles.",
        background="bakery, morning light, rainy",
        style_elements=("morning light", "tense mood", "rainy"),
    )
    text, _ = short_prompt(phrases(setting, view, LOOKS), words, most=400)
    for once in ("bakery", "morning light", "rainy", "tense mood", "flour on every shelf", "waves"):
        assert text.count(once) == 1
    assert text.count("smiles") == 2  # who else smiles is news
    text = instructions(setting, view, LOOKS, ())
    assert [text.count(once) for once in ("bakery", "morning light", "rainy")] == [1, 1, 1]


@pytest.mark.parametrize("most", range(12, 90, 6))
def test_what_matters_least_goes_first_and_is_told(most: int) -> None:
    told = phrases(SETTING, VIEW, LOOKS)
    text, dropped = short_prompt(told, words, most=most)
    assert words(text) <= most
    kept = [phrase for phrase in told if phrase.text in text]
    lost = [phrase for phrase in told if phrase.text not in text]
    if lost:
        assert dropped
        assert min(phrase.rank for phrase in lost) >= 1 or not any(one.rank for one in kept)


def test_an_edit_of_the_scene_reaches_every_shot() -> None:
    def told(setting: Setting) -> str:
        return short_prompt(phrases(setting, VIEW, LOOKS), words, most=400)[0]

    for change in (
        {"wardrobe": (("Ben", "a red scarf"),)},
        {"place": "harbour"},
        {"props": ("a lantern",)},
        {"light": Light.NIGHT},
        {"style": Style.COMIC},
    ):
        assert told(replace(SETTING, **change)) != told(SETTING)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("gender", "age", "about", "looks"),
    [
        (Gender.FEMALE, Age.CHILD, "", "a little girl"),
        (Gender.MALE, None, "A baker.\nTall.", "a man, A baker. Tall"),
        (Gender.FEMALE, Age.ADULT, "", "a woman"),
        (None, Age.OLD, "", "a person"),
    ],
)
def test_looks(gender: Gender | None, age: Age | None, about: str, looks: str) -> None:
    person = Character("X", (Portrait.__new__(Portrait),), about=about, gender=gender, age=age)
    assert looks_of(person) == looks


def test_sentences_are_left_out_whole() -> None:
    text = "One two. Three four! Five?"
    assert whole_sentences(text, words, most=99) == (text, ())
    assert whole_sentences(text, words, most=4) == ("One two. Three four!", ("Five?",))
    assert whole_sentences("One two three.", words, most=1) == ("One two three.", ())
