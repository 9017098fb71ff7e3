"""A project is its owner's; nothing is lost; nobody's words become a path."""

from dataclasses import replace
from pathlib import Path

import pytest

from script2movie.errors import StudioError
from script2movie.studio.limits import Limits
from script2movie.studio.projects import Library
from script2movie.studio.served import address, served

from .films import small_movie


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path, Limits(projects=3))


def test_projects_are_listed_copied_and_deleted_by_their_owner(library: Library) -> None:
    first = library.create("local", "../../etc/passwd")
    assert first.folder.parent == library.root / "local" and first.id.startswith("etc-passwd-")
    with first.changing():
        first.tell("A story.", ".md", Limits())
    copy = library.copy("local", first.id)
    assert copy.story == "A story." and copy.facts.title.endswith("(copy)")
    assert {one.id for one in library.projects("local")} == {first.id, copy.id}
    assert library.projects("guest-1") == []
    for stolen in (first.id, f"../local/{first.id}", ".", "..", ""):
        with pytest.raises(StudioError):
            library.open("guest-1", stolen)
    library.create("local", "Third")
    with pytest.raises(StudioError, match="3 films here already"):
        library.create("local", "Fourth")
    library.delete("local", first.id)
    assert not first.folder.exists() and copy.folder.exists()


def test_two_tabs_do_not_fight(library: Library) -> None:
    project = library.create("local", "Two tabs")
    one = other = project.facts.revision
    with project.changing(one):
        project.tell("From the first.", ".md", Limits())
    with pytest.raises(StudioError, match="another tab"), project.changing(other):
        project.tell("From the second.", ".md", Limits())
    assert project.story == "From the first."


def test_a_plan_is_undone_and_done_again(library: Library) -> None:
    project = library.create("local", "Undo")
    titles = ("One", "Two", "Three")
    for title in titles:
        with project.changing():
            project.record(replace(small_movie(), title=title))

    def title() -> str:
        reopened = library.open("local", project.id)
        movie = reopened.history.movie()
        assert movie is not None
        return movie.title

    project.step(-1)
    project.step(-1)
    assert title() == "One" and not project.history.can_undo
    with pytest.raises(StudioError, match="nothing to undo"):
        project.step(-1)
    project.step(1)
    assert title() == "Two"
    with project.changing():
        project.record(replace(small_movie(), title="Other"))
    assert title() == "Other" and not project.history.can_redo


def test_a_story_that_is_too_long_is_refused(library: Library) -> None:
    project = library.create("local", "Long")
    with pytest.raises(StudioError, match="200,001 characters"):
        project.tell("x" * 200_001, ".md", Limits())


def test_only_a_film_s_own_files_are_served(library: Library, tmp_path: Path) -> None:
    project = library.create("local", "Served")
    clips = project.folder / "out" / "clips"
    clips.mkdir()
    (clips / "s01_sh001.mp4").write_bytes(b"clip")
    secret = tmp_path / "secret"
    secret.write_text("secret")
    (clips / "s01_sh002.mp4").symlink_to(secret)
    assert served(project, "out/clips/s01_sh001.mp4").read_bytes() == b"clip"
    assert "?v=" in address(project, clips / "s01_sh001.mp4")
    (project.cast / "..").mkdir(exist_ok=True)
    for name in (
        "out/clips/s01_sh002.mp4",
        "out/clips/missing.mp4",
        "../../secret",
        "out/clips/../../project.json",
        "cast/../project.json",
        "project.json",
        "job.json",
        "out/.script2movie/times.jsonl",
        "/etc/passwd",
        "",
    ):
        with pytest.raises(StudioError, match="no such file"):
            served(project, name)
