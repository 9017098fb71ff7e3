"""A plan into Fountain and Final Draft and back: whole, and what a person edits is in it."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from plans import movies, sound

from script2movie.errors import PlanError
from script2movie.movie import CastMember, Light, Line, Movie, Transition
from script2movie.screenplay import (
    exported,
    load_plan,
    read_fdx,
    read_fountain,
    restored,
    write_fdx,
    write_fountain,
)

EXAMPLE = Path(__file__).parents[2] / "examples" / "forty_years_late" / "plan.json"


def fountain(movie: Movie) -> str:
    return write_fountain(exported(movie))


def back(text: str) -> Movie:
    return restored(read_fountain(text), "film.fountain")


@pytest.fixture
def film() -> Movie:
    return load_plan(EXAMPLE)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(movies().filter(sound))
def test_any_plan_comes_back_from_fountain_as_it_was(movie: Movie) -> None:
    assert back(fountain(movie)) == movie


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(movies().filter(sound))
def test_any_plan_comes_back_from_final_draft_as_it_was(movie: Movie) -> None:
    assert restored(read_fdx(write_fdx(exported(movie)), "film.fdx"), "film.fdx") == movie


def test_an_example_comes_back_and_reads_as_a_screenplay(film: Movie) -> None:
    text = fountain(film)
    assert back(text) == film
    assert "\nINT. WALTER'S SHOP - EVENING\n" in text
    assert "\nMARA\nCan you save it? It is my grandmother's.\n" in text
    assert "\nWALTER\n(whispering)\nI made this. For Rosa.\n" in text
    assert back(write_fountain(read_fountain(text))) == film


def test_an_edited_line_is_the_films(film: Movie) -> None:
    edited = back(fountain(film).replace("You know her?", "You knew her?"))
    assert [
        line for _, shot in edited.shots for line in shot.dialogue if line.text[:8] == "You knew"
    ]
    scene = film.scenes[0]
    shot = scene.shots[5]
    expected = replace(shot, dialogue=(replace(shot.dialogue[0], text="You knew her?"),))
    assert edited.scenes[0].shots[5] == expected
    assert edited.scenes[1:] == film.scenes[1:]


EDITS = {
    "a slugline": (
        "INT. WALTER'S SHOP - EVENING",
        "EXT. WALTER'S YARD - NIGHT",
        lambda film: (
            (film.scenes[0].place, film.scenes[0].interior, film.scenes[0].light)
            == ("walter's yard", False, Light.NIGHT)
        ),
    ),
    "only the time of a slugline": (
        "INT. WALTER'S SHOP - EVENING",
        "INT. WALTER'S SHOP - NIGHT",
        lambda film: (film.scenes[0].place, film.scenes[0].light) == ("Walter's shop", Light.NIGHT),
    ),
    "a title": ("Title: Forty Years Late", "Title: On Time", lambda film: film.title == "On Time"),
    "a parenthetical": (
        "(whispering)\nI made",
        "(aloud)\nI made",
        lambda film: film.scenes[0].shots[4].dialogue[0].parenthetical == "aloud",
    ),
    "an action line": (
        "\nMara speaks to Walter.\n",
        "\nMara steps back.\n",
        lambda film: film.scenes[0].shots[2].plot == "Mara steps back.",
    ),
    "a new line": (
        "You know her?\n",
        "You know her?\n\nWALTER (O.S.)\nI did.\n",
        lambda film: (
            film.scenes[0].shots[5].dialogue[1] == Line("Walter", "I did.", off_screen=True)
        ),
    ),
    "a new person's line": (
        "You know her?\n",
        "You know her?\n\nPOSTMAN (O.S.)\nLetters!\n",
        lambda film: film.cast[-1] == CastMember("POSTMAN"),
    ),
    "a note": (
        "medium, single, handheld, 5.2 s",
        "close-up, single, zoom in, 4 s",
        lambda film: (
            (film.scenes[0].shots[1].size, film.scenes[0].shots[1].duration) == ("close-up", 4.0)
        ),
    ),
    "a transition": (
        "DISSOLVE TO:",
        "FADE OUT.",
        lambda film: film.scenes[1].transition is Transition.FADE,
    ),
    "a person's remark": (
        "\nMARA\nCan",
        "\n[[Is this too early?]]\n\nMARA\nCan",
        lambda film: film == load_plan(EXAMPLE),
    ),
}


@pytest.mark.parametrize("what", EDITS)
def test_what_a_person_edits_is_in_the_plan(film: Movie, what: str) -> None:
    old, new, holds = EDITS[what]
    text = fountain(film)
    assert old in text
    assert holds(back(text.replace(old, new, 1)))


WRONG = {
    "a size": ("medium, single, handheld", "mediun, single, handheld", "did you mean 'medium'?"),
    "a missing value": ("medium, single, handheld, 5.2 s", "medium, single", "is not its size"),
    "seconds": (", 5.2 s", ", 5..2 s", "is no duration; write seconds"),
    "a position": (
        "Mara, left, facing right: carries",
        "Mara, lift: carries",
        "did you mean 'left'",
    ),
    "a source": ("source: 20-39", "source: 20", "write one as 120-180"),
    "another version": (
        "[[plan 1",
        "[[plan 2",
        "a plan of version 2, this program reads version 1",
    ),
    "no plan note": ("[[plan 1", "[[note", "put it back, or take all such notes out"),
    "a speaker who is not there": (
        "You know her?\n",
        "You know her?\n\nROSA\nI do.\n",
        "shot s01_sh006: dialogue[1]: Rosa speaks but is not in the shot",
    ),
    "a scene without shots": (
        "DISSOLVE TO:",
        "INT. HALL - DAY\n\nNobody is here.\n\nDISSOLVE TO:",
        "'INT. HALL - DAY' has no [[shot ...]] note before its first line",
    ),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_note_that_cannot_be_is_refused_in_a_sentence(film: Movie, what: str) -> None:
    old, new, said = WRONG[what]
    text = fountain(film)
    assert old in text
    with pytest.raises(PlanError, match=re.escape(said)) as caught:
        back(text.replace(old, new, 1))
    assert str(caught.value).startswith("film.fountain: ")
