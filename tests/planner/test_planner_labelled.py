"""The embedded planner on the labelled stories: pooled counts of a half, with intervals.

docs/plan.md has the figures; `pytest -s tests/planner/test_planner_labelled.py` prints them, and
with `-rA` every fault.
"""

import pytest
from conftest import outlined, planned
from labelled import read_half
from labelled.scoring import Score, judge

from script2movie.planner.embedded import EmbeddedPlanner


@pytest.mark.parametrize(
    ("half", "least_people", "least_quotes", "least_scenes"),
    [
        ("tuning", 0.93, 0.98, 0.96),
        ("held_out", 0.87, 0.95, 0.85),
        ("fresh", 0.9, 0.97, 0.82),
        ("blind", 0.93, 0.95, 0.87),
    ],
)
def test_a_plan_shows_and_hears_whom_a_careful_reader_does(
    planner: EmbeddedPlanner,
    half: str,
    least_people: float,
    least_quotes: float,
    least_scenes: float,
) -> None:
    score = Score()
    for story in read_half(half):
        starts = [scene.start for scene in outlined(planner, story.text).scenes]
        judge(score, story, planned(planner, story.text), starts)
    print(f"{half}: {score} {score.invented}")
    print("\n".join(score.faults))
    assert score.people.f1 >= least_people
    assert score.quotes.right >= least_quotes * score.quotes.of
    assert score.scenes.f1 >= least_scenes
    assert score.events.right == score.events.of
