"""What the checker finds: a plan that is good passes, and each fault put into one is named."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import outlined, planned, read_labelled, stories

from script2movie.movie import (
    NARRATOR,
    CastMember,
    Framing,
    Line,
    Movie,
    Portrait,
    Position,
    Scene,
    Shot,
    ShotSize,
    Span,
)
from script2movie.movie import Character as Person
from script2movie.planner.checker import (
    passage_of,
    plan_complaints,
    scene_complaints,
    sketch_complaints,
)
from script2movie.planner.embedded import EmbeddedPlanner
from script2movie.planner.language import Text
from script2movie.planner.reading import Reader
from script2movie.stages import Brief, Outline

STORY = """# The Lamp

In the old lighthouse, Anna Reed winds the lamp. Her brother Tom climbs up and looks at her.

"The oil is gone," Anna tells Tom.

"Then we burn the boat," says Tom.

"You are mad," says Anna. Tom smiles. Anna sits down.

The next morning they stand on the beach. A ship passes slowly. "They saw us," Tom says.
"""


@pytest.fixture(scope="module")
def text() -> Text:
    return Reader().read(STORY)


@pytest.fixture
def outline(planner: EmbeddedPlanner) -> Outline:
    return outlined(planner, STORY)


@pytest.fixture
def movie(planner: EmbeddedPlanner) -> Movie:
    return planned(planner, STORY)


def complaints(outline: Outline, text: Text, scene: Scene, **more: object) -> list[str]:
    passage = replace(passage_of(outline, 0, text), **more)  # type: ignore[arg-type]
    return scene_complaints(scene, passage)


def with_shot(scene: Scene, number: int, **more: object) -> Scene:
    shots = list(scene.shots)
    shots[number] = replace(shots[number], **more)  # type: ignore[arg-type]
    return replace(scene, shots=tuple(shots))


def speaking(scene: Scene) -> int:
    """The number of a single of a person who speaks."""
    return next(
        n
        for n, shot in enumerate(scene.shots)
        if shot.framing is Framing.SINGLE and any(not line.off_screen for line in shot.dialogue)
    )


@pytest.mark.parametrize("folder", ["stories", "unseen", "heldout"])
@pytest.mark.parametrize("brief", [Brief(), Brief(narrator=False)])
def test_the_embedded_planner_makes_good_plans(
    planner: EmbeddedPlanner, folder: str, brief: Brief
) -> None:
    for path in stories(folder):
        story = read_labelled(path).text
        outline, movie = outlined(planner, story, (), brief), planned(planner, story, (), brief)
        assert plan_complaints(movie, outline, Reader().read(story), ()) == [], path.name


def test_a_film_of_another_length_than_wished_is_found(
    outline: Outline, movie: Movie, text: Text
) -> None:
    longer = replace(outline, brief=Brief(minutes=9.0))
    assert any("minutes, not 9" in one for one in plan_complaints(movie, longer, text, ()))


def quiet(scene: Scene) -> Scene:
    return replace(scene, shots=tuple(replace(shot, dialogue=()) for shot in scene.shots))


def swapped(scene: Scene) -> Scene:
    """The last shot of two people with their sides exchanged."""
    number = max(n for n, shot in enumerate(scene.shots) if len(shot.characters) == 2)
    one, other = scene.shots[number].characters
    people = (replace(one, position=other.position), replace(other, position=one.position))
    return with_shot(scene, number, characters=people)


def turned(scene: Scene) -> Scene:
    number = speaking(scene)
    (one,) = scene.shots[number].characters
    away = Position.LEFT if one.facing is Position.RIGHT else Position.RIGHT
    return with_shot(scene, number, characters=(replace(one, facing=away),))


def said(scene: Scene, character: str, words: str) -> Scene:
    line = Line(character, words, off_screen=True)
    return with_shot(scene, 0, dialogue=(*scene.shots[0].dialogue, line))


FAULTS: list[tuple[Callable[[Scene], Scene], str]] = [
    (lambda scene: replace(scene, shots=scene.shots[:-1]), "is in no shot"),
    (lambda scene: replace(scene, shots=scene.shots[::-1]), "keep the story's order"),
    (lambda scene: with_shot(scene, 0, source=(Span(0, 9_999),)), "shows sentences 1 to"),
    (quiet, 'says "The oil is gone,"; no line says that word for word'),
    (lambda scene: with_shot(scene, 0, size=ShotSize.MEDIUM, framing=Framing.INSERT), "new place"),
    (lambda scene: replace(scene, shots=(*scene.shots, scene.shots[-1])), "are the same picture"),
    (swapped, "keep everyone's side in a scene"),
    (turned, "away from them: turn them round"),
    (lambda scene: said(scene, "Zorro", "Ha!"), "'Zorro', who is not in the cast"),
    (
        lambda scene: replace(scene, shots=tuple(replace(s, duration=2.0) for s in scene.shots)),
        "shots last 2 s: vary them",
    ),
    (lambda scene: with_shot(scene, 0, duration=900.0), "shot 1: duration is 900"),
    (
        lambda scene: with_shot(scene, speaking(scene), characters=(), framing=Framing.INSERT),
        "speaks but is not in the shot",
    ),
]


@pytest.mark.parametrize(("spoil", "found"), FAULTS)
def test_each_fault_is_named(
    outline: Outline, movie: Movie, text: Text, spoil: Callable[[Scene], Scene], found: str
) -> None:
    scene = movie.scenes[0]
    assert complaints(outline, text, scene) == []
    assert any(found in one for one in complaints(outline, text, spoil(scene)))


def test_what_a_person_asked_for_is_held_to(outline: Outline, movie: Movie, text: Text) -> None:
    scene = movie.scenes[0]
    assert any(
        f"has no {NARRATOR}" in one for one in complaints(outline, text, scene, narrator=False)
    )
    chatty = said(scene, "Tom", "Ahoy there!")
    assert complaints(outline, text, chatty) == []
    assert any(
        'says "Ahoy there!"' in one for one in complaints(outline, text, chatty, new_lines=False)
    )
    lasts = sum(shot.duration for shot in scene.shots)
    assert complaints(outline, text, scene, seconds=lasts) == []
    assert any("lasts" in one for one in complaints(outline, text, scene, seconds=4 * lasts))


def test_a_quote_said_in_another_order_is_found(outline: Outline, movie: Movie, text: Text) -> None:
    scene = movie.scenes[0]
    spoken = [n for n, shot in enumerate(scene.shots) if shot.dialogue]
    lines = [scene.shots[n].dialogue for n in spoken]
    shots: list[Shot] = list(scene.shots)
    for n, other in zip(spoken, reversed(lines), strict=True):
        shots[n] = replace(shots[n], dialogue=other)
    found = complaints(outline, text, replace(scene, shots=tuple(shots)))
    assert any("is said too early: keep the order" in one for one in found)


def test_nobody_is_invented_and_the_title_is_the_authors(
    outline: Outline, movie: Movie, text: Text
) -> None:
    stranger = replace(movie, cast=(*movie.cast, CastMember("Zorro")), title="The Candle")
    found = plan_complaints(stranger, outline, text, ())
    assert any("Zorro is not in the story" in one for one in found)
    assert any("the story is called 'The Lamp'" in one for one in found)
    bank = (Person("Tom", (Portrait(Path("tom.jpg")),)),)
    found = plan_complaints(movie, outline, text, bank)
    assert any("Anna Reed is not one of the people whom this film may name" in one for one in found)
    extra = replace(movie, cast=(CastMember("Tom"), CastMember("the ship")))
    found = plan_complaints(extra, outline, text, bank)
    assert not [one for one in found if one.startswith("film: the ship")]


def test_scenes_cover_the_story_in_order(outline: Outline, text: Text) -> None:
    scenes, movie = outline.scenes, outline.movie
    assert sketch_complaints(scenes, text.sentences, movie) == []
    late = (replace(scenes[0], start=scenes[0].start + 40), *scenes[1:])
    assert "begins after sentence 1" in sketch_complaints(late, text.sentences, movie)[0]
    back = (*scenes, replace(scenes[0], id="s09"))
    assert "keep the story's order" in sketch_complaints(back, text.sentences, movie)[0]
    strange = (replace(scenes[0], characters=("Zorro",)), *scenes[1:])
    assert "Zorro is not in the cast" in sketch_complaints(strange, text.sentences, movie)[0]
