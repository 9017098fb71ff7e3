"""The embedded planner on the labelled stories: pooled counts of a half, with intervals.

docs/plan.md has the figures; `pytest -s tests/planner/test_planner_labelled.py` prints them, and
with `-rA` every fault.
"""

import pytest
from conftest import outlined, planned
from labelled import read_half
from labelled.scoring import Score, judge

from script2movie.planner.embedded import EmbeddedPlanner


@pytest.mark.parametrize("half", ["tuning"])
def test_a_plan_shows_and_hears_whom_a_careful_reader_does(
    planner: EmbeddedPlanner, half: str
) -> None:
    score = Score()
    for story in read_half(half):
        starts = [scene.start for scene in outlined(planner, story.text).scenes]
        judge(score, story, planned(planner, story.text), starts)
    print(f"{half}: {score}")
    print("\n".join(score.faults))
    assert not score.invented
    assert score.people.f1 >= 0.9
    assert score.quotes.right >= 0.95 * score.quotes.of
    assert score.scenes.f1 >= 0.8
    assert score.events.right == score.events.of
