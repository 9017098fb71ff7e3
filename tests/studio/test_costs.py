"""What work costs is said in words before it is begun: how long, how much of what, to whom."""

from pathlib import Path

import pytest

from script2movie.studio import costs
from script2movie.studio.commands import Kind, work
from script2movie.studio.limits import Limits
from script2movie.studio.projects import Choices, Library, Project

from .films import small_movie


@pytest.fixture
def project(tmp_path: Path) -> Project:
    project = Library(tmp_path, Limits()).create("local", "Film")
    with project.changing():
        project.record(small_movie())
    return project


def chosen(project: Project, **backends: str) -> Project:
    project.choose(Choices(backends=tuple(backends.items())))
    return project


def test_what_the_embedded_backends_make_costs_time_alone(project: Project) -> None:
    board, film = costs.storyboard(project), costs.film(project)
    assert board.startswith("2 scenes, 3 shots: drawn in about 10 s on two idle cores.")
    assert film.startswith("2 scenes, 3 shots, 2 lines: 3 s of film, made in about")
    for said in (board, film):
        assert said.endswith("It costs nothing.") and "longer" not in said
    assert costs.planning(project) == ""
    project.tell("word " * 20_000, ".md", Limits())
    assert costs.planning(project) == "Planned in about 15 s. It costs nothing."


def test_a_service_is_named_with_how_much_is_asked_of_it(project: Project) -> None:
    chosen(project, storyboard="openai", speaker="openai")
    board, film = costs.storyboard(project), costs.film(project)
    assert "Storyboard 'openai' is paid for, to OpenAI" in board and "for 3 pictures" in board
    assert "Speaker 'openai'" not in board
    assert "for 3 pictures" in film and "for 2 lines of 3 words in all" in film
    assert "longer by what speaker 'openai' and storyboard 'openai' take" in film
    for said in (board, film):
        assert "costs nothing" not in said and "its price is not known here" in said


def test_a_model_of_one_s_own_takes_longer_and_is_not_paid_for(project: Project) -> None:
    said = costs.storyboard(chosen(project, storyboard="sdxl-lora"))
    assert "longer by what storyboard 'sdxl-lora' takes, which was not measured. " in said
    assert said.endswith("It costs nothing.")


def test_hearing_the_cast_may_be_paid_for(project: Project) -> None:
    assert costs.audition(project) == ""
    for name in ("Anna", "Ben"):
        (project.cast / name).mkdir()
    assert costs.audition(project) == "Takes about 12 s. It costs nothing."
    assert "audition" in work(project, Kind.AUDITION, Limits()).arguments  # by default figures
    (project.cast / "Anna" / "voice.flac").touch()
    assert costs.audition(project) == "Takes about 37 s. It costs nothing."
    assert "for 2 lines" in costs.audition(chosen(project, speaker="openai"))
    assert costs.asks(chosen(project, planner="llm")) and not costs.asks(chosen(project))
