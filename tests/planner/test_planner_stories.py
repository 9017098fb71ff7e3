"""The plans of labelled stories against what a reader knows of them.

docs/plan.md says which were looked at when, and what the first look found. Counts are pooled over
a folder, so that there is no mean of means.
"""

import re
from dataclasses import dataclass

import pytest
from conftest import Labelled, Story, outlined, planned, read_labelled, stories

from script2movie.movie import Movie, Shot
from script2movie.planner.embedded import EmbeddedPlanner

STORIES = [path for folder in ("stories", "unseen", "heldout") for path in stories(folder)]


@dataclass
class Count:
    right: int = 0
    added: int = 0
    missed: int = 0

    @property
    def f1(self) -> float:
        return 2 * self.right / (2 * self.right + self.added + self.missed)

    def compare(self, found: set[object], wanted: set[object]) -> None:
        self.right += len(found & wanted)
        self.added += len(found - wanted)
        self.missed += len(wanted - found)


def shots_of(movie: Movie, sentence: Labelled) -> list[Shot]:
    return [
        shot
        for _, shot in movie.shots
        if any(span.start < sentence.end and sentence.start < span.end for span in shot.source)
    ]


def count_people(count: Count, story: Story, movie: Movie) -> None:
    for sentence in story.sentences:
        shots = shots_of(movie, sentence)
        found = {one.character for shot in shots for one in shot.characters}
        heard = {line.character for shot in shots for line in shot.dialogue if line.off_screen}
        wanted = set(sentence.seen) | ({sentence.speaker} - {""} - heard)
        listeners = set(story.company(sentence)) if sentence.speaker else set()
        count.compare((found & wanted) | (found - listeners), wanted - heard)


def speakers(story: Story, movie: Movie) -> list[bool]:
    """For each labelled quote, whether the one line that holds it is the right person's."""
    found = []
    for sentence in story.sentences:
        for quote in re.findall(r"[\"“]([^\"”]+)[\"”]", sentence.text if sentence.speaker else ""):
            words = quote.rstrip(",")
            lines = [ln for shot in shots_of(movie, sentence) for ln in shot.dialogue]
            by = [line.character for line in lines if words in line.text]
            found.append(by[:1] == [sentence.speaker])
    return found


@pytest.mark.parametrize(
    ("folder", "least_f1", "least_quotes", "least_scenes"),
    [("stories", 0.95, 0.98, 0.95), ("unseen", 0.95, 0.95, 0.9), ("heldout", 0.95, 0.95, 0.9)],
)
def test_a_plan_shows_and_hears_whom_a_reader_does(
    planner: EmbeddedPlanner,
    folder: str,
    least_f1: float,
    least_quotes: float,
    least_scenes: float,
) -> None:
    people, scenes, quotes = Count(), Count(), list[bool]()
    for path in stories(folder):
        story = read_labelled(path)
        movie = planned(planner, story.text)
        starts = {scene.start for scene in outlined(planner, story.text).scenes}
        scenes.compare(set(starts) - {0}, set(story.scenes) - {0})
        count_people(people, story, movie)
        quotes += speakers(story, movie)
    print(f"{folder}: people {people} F1 {people.f1:.3f}, ", end="")  # pytest -s shows it
    print(f"quotes {sum(quotes)} of {len(quotes)}, scenes {scenes} F1 {scenes.f1:.3f}")
    assert people.f1 >= least_f1
    assert sum(quotes) / len(quotes) >= least_quotes
    assert scenes.f1 >= least_scenes


@pytest.mark.parametrize("path", STORIES, ids=lambda p: p.stem)
def test_everything_told_is_shown_in_order_and_nobody_is_invented(
    planner: EmbeddedPlanner, path: object
) -> None:
    story = read_labelled(path)  # type: ignore[arg-type]
    movie = planned(planner, story.text)
    known = {name for one in story.sentences for name in one.seen | {one.speaker}}
    assert {member.name for member in movie.cast} <= known
    assert all(shots_of(movie, sentence) for sentence in story.sentences)
    starts = [min(span.start for span in shot.source) for _, shot in movie.shots if shot.source]
    assert starts == sorted(starts)
