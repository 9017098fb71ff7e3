"""What holds for every plan of the embedded planner: faithful, the same each time, fit to shoot."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import outlined, planned

from script2movie.errors import StoryError
from script2movie.movie import (
    NARRATOR,
    Age,
    Character,
    Gender,
    Light,
    Movie,
    Portrait,
    Transition,
)
from script2movie.planner.embedded import EmbeddedPlanner
from script2movie.planner.length import film_seconds
from script2movie.screenplay import load_plan, save_plan
from script2movie.stages import Brief

STORY = """# The Lamp

In the old lighthouse, Anna Reed winds the lamp. Her brother Tom, a fisherman of seventy, climbs up.

"The oil is gone," she whispers.

"Then we burn the boat," says Tom. He smiles.

The next morning they stand on the beach. A ship passes slowly. "They saw us," Tom says.
"""


def person(name: str, **more: object) -> Character:
    return Character(name, (Portrait(Path("face.jpg")),), **more)  # type: ignore[arg-type]


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def spoken(movie: Movie) -> str:
    return " ".join(line.text for _, shot in movie.shots for line in shot.dialogue)


def test_every_word_of_the_film_is_a_word_of_the_story(planner: EmbeddedPlanner) -> None:
    assert set(words(spoken(planned(planner, STORY)))) <= set(words(STORY))


def test_the_same_story_gives_the_same_plan(planner: EmbeddedPlanner) -> None:
    first = planned(planner, STORY)
    planner.close()
    assert planned(planner, STORY) == first


def test_a_scene_plans_alone_as_with_the_others(planner: EmbeddedPlanner) -> None:
    outline = outlined(planner, STORY)
    movie = planned(planner, STORY)
    assert EmbeddedPlanner().scene(outline, 1, (), seed=0) == movie.scenes[1]


def test_an_edited_outline_is_what_is_shot(planner: EmbeddedPlanner) -> None:
    outline = outlined(planner, STORY)
    edited = replace(outline.scenes[1], place="harbour", light=Light.NIGHT)
    changed = replace(outline, scenes=(outline.scenes[0], edited))
    scene = planner.scene(changed, 1, (), seed=0)
    assert (scene.place, scene.light) == ("harbour", Light.NIGHT)


def test_a_plan_can_be_saved_and_loaded(planner: EmbeddedPlanner, tmp_path: Path) -> None:
    movie = planned(planner, STORY)
    save_plan(movie, tmp_path / "plan.json")
    assert load_plan(tmp_path / "plan.json") == movie


def test_places_times_and_people_are_the_storys(planner: EmbeddedPlanner) -> None:
    movie = planned(planner, STORY)
    assert movie.title == "The Lamp"
    assert [scene.slugline for scene in movie.scenes] == [
        "INT. OLD LIGHTHOUSE - DAY",
        "EXT. BEACH - MORNING",
    ]
    assert movie.scenes[1].transition is Transition.DISSOLVE
    tom = next(member for member in movie.cast if member.name == "Tom")
    assert (tom.gender, tom.age) == (Gender.MALE, Age.OLD)
    assert "fisherman" in tom.about


def test_dialogue_is_verbatim_with_its_manner(planner: EmbeddedPlanner) -> None:
    lines = [line for _, shot in planned(planner, STORY).shots for line in shot.dialogue]
    said = [(ln.character, ln.text, ln.parenthetical) for ln in lines if ln.character != NARRATOR]
    assert said == [
        ("Anna Reed", "The oil is gone.", "whispering"),
        ("Tom", "Then we burn the boat.", ""),
        ("Tom", "They saw us.", ""),
    ]


def test_the_narrator_can_be_silenced(planner: EmbeddedPlanner) -> None:
    movie = planned(planner, STORY, brief=Brief(narrator=False))
    assert NARRATOR not in {ln.character for _, shot in movie.shots for ln in shot.dialogue}
    assert len(list(movie.shots)) >= 6


def test_people_of_the_bank_keep_their_names_and_facts(planner: EmbeddedPlanner) -> None:
    bank = (
        person("Anna Maria Reed", gender=Gender.FEMALE, age=Age.YOUNG, aliases=("Anna Reed",)),
        person("Zoltán"),
    )
    cast = {member.name: member for member in planned(planner, STORY, bank).cast}
    assert set(cast) == {"Anna Maria Reed", "Tom"}  # Zoltán never appears
    assert cast["Anna Maria Reed"].age is Age.YOUNG


def test_a_bank_tells_who_she_is(planner: EmbeddedPlanner) -> None:
    bank = (person("Wren", about="a woman of thirty"), person("Ash", about="a boy of nine"))
    story = 'Wren and Ash sit in the kitchen. She says: "Eat." He says: "No."'
    movie = planned(planner, story, bank)
    said = [ln for _, shot in movie.shots for ln in shot.dialogue if ln.character != NARRATOR]
    assert [(ln.character, ln.text) for ln in said] == [("Wren", "Eat."), ("Ash", "No.")]


def test_names_with_accents_and_apostrophes_are_found(planner: EmbeddedPlanner) -> None:
    bank = (person("Renée O’Hara"), person("D'Artagnan"))
    story = "Renée O'Hara opens the door of the inn. D’Artagnan bows. She laughs."
    assert {m.name for m in planned(planner, story, bank).cast} == {"Renée O’Hara", "D'Artagnan"}


def test_names_may_be_common_words(planner: EmbeddedPlanner) -> None:
    story = (
        "Will Hart is a locksmith. A boy called Art walks into the shop.\n\n"
        '"Can you open it?" asks Art.\n\n"I will," Will says.\n\n'
        "Will leans over the side and sees the roof of a house. Grace waits in the car."
    )
    movie = planned(planner, story)
    assert {member.name for member in movie.cast} == {"Will Hart", "Art", "Grace"}
    said = [ln for _, shot in movie.shots for ln in shot.dialogue if ln.character != NARRATOR]
    assert [ln.character for ln in said] == ["Art", "Will Hart"]


def test_two_of_one_surname_are_told_apart(planner: EmbeddedPlanner) -> None:
    story = (
        "Peter Holt and Ida Holt live in a flat. Mr. Holt reads. Mrs. Holt sings.\n\n"
        '"Too loud," says Mr. Holt.'
    )
    movie = planned(planner, story)
    assert [m.name for m in movie.cast] == ["Peter Holt", "Ida Holt"]
    line = [ln for _, shot in movie.shots for ln in shot.dialogue][-1]
    assert line.character == "Peter Holt"


def test_a_role_that_speaks_is_cast_and_one_that_passes_is_not(planner: EmbeddedPlanner) -> None:
    story = (
        "Mia enters the shop. A dog sleeps by the door and a postman walks out.\n\n"
        '"We are closed," the clerk says.\n\n"So is my heart," says Mia.'
    )
    assert {member.name for member in planned(planner, story).cast} == {"Mia", "Clerk"}


def test_a_sign_is_read_by_the_narrator(planner: EmbeddedPlanner) -> None:
    story = 'Mia stops at the gate. The sign says, "No dogs beyond this point."'
    movie = planned(planner, story)
    lines = [ln for _, shot in movie.shots for ln in shot.dialogue]
    assert {ln.character for ln in lines} == {NARRATOR}


def test_a_first_person_story_is_told_by_its_voice(planner: EmbeddedPlanner) -> None:
    story = 'I sat in the kitchen. I waited.\n\n"Coffee?" asked Ruth.\n\n"Please," I said.'
    movie = planned(planner, story)
    told = [ln for _, shot in movie.shots for ln in shot.dialogue if ln.off_screen]
    assert {ln.character for ln in told} == {"I"}


def test_on_the_telephone_nobody_shares_a_frame(planner: EmbeddedPlanner) -> None:
    story = (
        "In her kitchen Nora picks up the phone.\n\n"
        '"This is Frank," says a voice.\n\n"Where are you?" asks Nora.'
    )
    movie = planned(planner, story)
    talk = [shot for _, shot in movie.shots if shot.dialogue and shot.dialogue[0].text[0] in "TW"]
    assert [[one.character for one in shot.characters] for shot in talk] == [["Nora"], ["Nora"]]
    assert talk[0].dialogue[0].character == "Frank"
    assert talk[0].dialogue[0].off_screen


@pytest.mark.parametrize("minutes", [0.5, 0.7, 0.9])
def test_a_wished_length_is_reached(planner: EmbeddedPlanner, minutes: float) -> None:
    movie = planned(planner, STORY, brief=Brief(minutes=minutes))
    seconds = film_seconds([shot for _, shot in movie.shots])
    assert seconds == pytest.approx(60 * minutes, abs=3)


def test_a_length_out_of_reach_names_the_range(planner: EmbeddedPlanner) -> None:
    with pytest.raises(StoryError, match=r"a film of 0\.\d to \d\.\d minutes, not 90"):
        outlined(planner, STORY, brief=Brief(minutes=90))


@pytest.mark.parametrize(
    "story",
    [
        "Run!",
        "# Only a title\n\nRain.",
        "?! ... word",
        '"Who is there?"',
        "word " * 2_000,
        "Ann " * 300 + "ran.",
        "An email to bob@example.org says: <b>hi</b> & {json: [1, 2]}.",
        "«Bonjour,» dit Marie.\n\n— Bonjour, répond Paul.",
        "A\n\n***\n\nB\n\n---\n\nC",
        'She says "a" and "b" and "c',
    ],
)
def test_any_text_gives_a_plan_that_can_be_shot(
    planner: EmbeddedPlanner, story: str, tmp_path: Path
) -> None:
    movie = planned(planner, story)
    save_plan(movie, tmp_path / "plan.json")
    assert load_plan(tmp_path / "plan.json") == movie


def test_a_title_alone_is_no_story(planner: EmbeddedPlanner) -> None:
    with pytest.raises(StoryError, match="a title and nothing else"):
        outlined(planner, "# The Lamp\n")
