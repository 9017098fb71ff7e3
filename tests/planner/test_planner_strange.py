"""Stories as strangers write them: names in capitals, someone called Narrator, a long heading."""

import pytest
from conftest import planned

from script2movie.errors import StoryError
from script2movie.movie import NARRATOR, Gender
from script2movie.planner.embedded import MAX_TITLE, EmbeddedPlanner
from script2movie.stages import Brief, Outline

SCREENPLAY = "INT. KITCHEN - DAY\n\nANNA enters.\n\nANNA\nHello.\n\nTOM (V.O.)\nBye.\n\nTom runs.\n"


def outline(story: str) -> Outline:
    planner = EmbeddedPlanner()
    try:
        return planner.outline(story, (), Brief(), seed=0)
    finally:
        planner.close()


def test_a_name_in_capitals_is_the_same_person() -> None:
    names = [member.name for member in outline(SCREENPLAY).movie.cast]
    assert len({name.casefold() for name in names}) == len(names) and "Tom" in names


def test_the_narrator_is_no_person() -> None:
    story = 'Narrator walks in. "Hi," says Narrator. NARRATOR smiles. Anna sits down.'
    assert all(one.name.casefold() != "narrator" for one in outline(story).movie.cast)


def test_a_heading_too_long_for_a_card_is_cut() -> None:
    title = outline(f"# {'The lamp ' * 60}\n\nAnna walks into the kitchen.").movie.title
    assert len(title) <= MAX_TITLE and title.startswith("The lamp") and title.endswith("…")


def test_a_story_in_another_script_is_refused() -> None:
    with pytest.raises(StoryError, match="not in English"):
        outline("安娜走进厨房。“你来晚了，”她说。Tom sighs.")
    assert outline("Zoë opens the café's door to Łukasz Müller.").movie.cast


def spoken(story: str) -> list[tuple[str, str]]:
    planner = EmbeddedPlanner()
    try:
        movie = planned(planner, story)
    finally:
        planner.close()
    return [(line.character, line.text) for _, shot in movie.shots for line in shot.dialogue]


def test_nobody_else_goes_on_with_the_words_of_one_unknown() -> None:
    lines = spoken(
        'Anna sits in the hospital.\n\n"Tell me about the bear," she says.\n\n'
        '"It danced," he murmurs. "Only for me."\n\n"Good," says Anna.'
    )
    assert [text for name, text in lines if name == "Anna"] == ["Tell me about the bear.", "Good."]
    assert any(name == NARRATOR and "Only for me." in text for name, text in lines)


@pytest.mark.parametrize(
    ("name", "says", "gender"),
    [
        ("Doctor James", "she", Gender.FEMALE),
        ("Inspector Grace", "he", Gender.MALE),
        ("Captain Anna", "", Gender.FEMALE),
    ],
)
def test_a_surname_like_a_first_name_tells_no_gender_against_a_pronoun(
    name: str, says: str, gender: Gender
) -> None:
    tag = f'{says} says. "Please."' if says else f'says {name}. "Please."'
    story = f'{name} opens the door of the bar. "Sit," {tag}'
    (member,) = outline(story).movie.cast
    assert (member.name, member.gender) == (name, gender)
    assert (name, "Sit. Please.") in spoken(story)
