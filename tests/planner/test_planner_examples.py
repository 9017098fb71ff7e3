"""The examples: the plan shown beside the first is what the planner makes, and both are films."""

from pathlib import Path

import pytest
from conftest import planned

from script2movie.movie import NARRATOR
from script2movie.planner.embedded import EmbeddedPlanner
from script2movie.planner.length import film_seconds
from script2movie.screenplay import load_plan, read_story

EXAMPLES = Path(__file__).parents[2] / "examples"


def test_the_plan_shown_is_the_one_that_is_made(planner: EmbeddedPlanner) -> None:
    """After a change of the planner: script2movie plan .../story.md --out .../plan.json"""
    folder = EXAMPLES / "forty_years_late"
    assert load_plan(folder / "plan.json") == planned(planner, read_story(folder / "story.md"))


@pytest.mark.parametrize(
    ("name", "people", "places", "seconds"),
    [("forty_years_late", 3, 3, 55), ("own_cast", 2, 2, 45)],
)
def test_an_example_is_a_short_film_with_talk(
    planner: EmbeddedPlanner, name: str, people: int, places: int, seconds: float
) -> None:
    movie = planned(planner, read_story(EXAMPLES / name / "story.md"))
    lines = [line for _, shot in movie.shots for line in shot.dialogue]
    assert len(movie.cast) == people
    assert len({scene.place for scene in movie.scenes}) == places
    assert {line.character for line in lines} == {NARRATOR, *(one.name for one in movie.cast)}
    assert film_seconds([shot for _, shot in movie.shots]) == pytest.approx(seconds, abs=12)


def test_the_second_example_has_a_folder_for_each_of_its_people(planner: EmbeddedPlanner) -> None:
    folder = EXAMPLES / "own_cast"
    movie = planned(planner, read_story(folder / "story.md"))
    assert {path.name for path in (folder / "cast").iterdir()} == {m.name for m in movie.cast}
