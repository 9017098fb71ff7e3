"""Every edit of a plan leaves one that can be shot, and no two shots of one id."""

from dataclasses import replace

import pytest

from script2movie.errors import StudioError
from script2movie.movie import NARRATOR, Framing, Line, Movie
from script2movie.screenplay.faults import faults
from script2movie.studio import board, dialogue

from .films import small_movie


def ids(movie: Movie) -> list[str]:
    found = [shot.id for _, shot in movie.shots]
    assert len(set(found)) == len(found)
    assert not list(faults(movie))
    return found


def test_a_shot_is_added_split_joined_and_deleted() -> None:
    movie = small_movie()
    added, new = board.add_shot(movie, "s01_sh001")
    assert ids(added) == ["s01_sh001", "s01_sh001a", "s01_sh002", "s02_sh001"]
    assert new == "s01_sh001a"
    again, newer = board.add_shot(added, "s01_sh001")
    assert newer == "s01_sh001b" and ids(again)[1] == newer
    last, end = board.add_shot(movie, "s01_sh002")
    assert end == "s01_sh003" and ids(last)[2] == end

    talk = replace(
        movie.scenes[0].shots[0], dialogue=tuple(Line("Anna", f"Word {n}.") for n in range(3))
    )
    movie = board.edit_shot(movie, talk)
    split, second = board.split_shot(movie, "s01_sh001")
    first, rest = board.shot_of(split, "s01_sh001"), board.shot_of(split, second)
    assert first.dialogue + rest.dialogue == talk.dialogue and len(first.dialogue) == 2
    joined = board.join_shot(split, "s01_sh001")
    assert board.shot_of(joined, "s01_sh001").dialogue == talk.dialogue
    assert ids(joined) == ids(movie)
    assert ids(board.delete_shot(movie, "s01_sh001")) == ["s01_sh002", "s02_sh001"]
    assert [one.id for one in board.delete_shot(movie, "s02_sh001").scenes] == ["s01"]


def test_joined_shots_show_everybody_of_both() -> None:
    movie = small_movie()
    joined = board.shot_of(board.join_shot(movie, "s01_sh001"), "s01_sh001")
    assert [one.character for one in joined.characters] == ["Anna", "Ben"]
    assert joined.framing is Framing.TWO_SHOT
    assert len({one.position for one in joined.characters}) == 2
    ids(board.join_shot(movie, "s01_sh001"))


def test_a_shot_moves_within_its_scene_and_into_the_next() -> None:
    movie = small_movie()
    swapped, same = board.move_shot(movie, "s01_sh001", 1)
    assert ids(swapped) == ["s01_sh002", "s01_sh001", "s02_sh001"] and same == "s01_sh001"
    moved, new = board.move_shot(movie, "s01_sh002", 1)
    assert ids(moved) == ["s01_sh001", new, "s02_sh001"] and new.startswith("s02_")
    assert board.shot_of(moved, new).dialogue == movie.scenes[0].shots[1].dialogue
    with pytest.raises(StudioError, match="the film's first already"):
        board.move_shot(movie, "s01_sh001", -1)


def test_scenes_are_moved_split_joined_added_and_deleted() -> None:
    movie = small_movie()
    assert ids(board.move_scene(movie, "s02", -1))[0] == "s02_sh001"
    split, new = board.split_scene(movie, "s01_sh002")
    assert ids(split) == ["s01_sh001", new, "s02_sh001"] and new == "s01a_sh001"
    assert ids(board.join_scene(split, "s01")) == ids(movie)
    added, opening = board.add_scene(movie, "s02")
    assert ids(added)[-1] == opening == "s03_sh001"
    assert ids(board.delete_scene(movie, "s01")) == ["s02_sh001"]
    with pytest.raises(StudioError, match="at least one scene"):
        board.delete_scene(board.delete_scene(movie, "s01"), "s02")


@pytest.mark.parametrize("names", [(), ("Ben",), ("Anna", "Ben"), ("Ben", "Anna")])
def test_a_shot_is_framed_for_whoever_is_in_it(names: tuple[str, ...]) -> None:
    movie = small_movie()
    for shot_id in ids(movie):
        shot = board.with_people(board.shot_of(movie, shot_id), names)
        ids(board.edit_shot(movie, shot))
        assert tuple(one.character for one in shot.characters) == names
        over = board.with_framing(shot, Framing.OVER_THE_SHOULDER)
        if len(names) == 2:
            ids(board.edit_shot(movie, over))


def test_faults_are_told_at_their_shot() -> None:
    movie = small_movie()
    wrong = replace(movie.scenes[0].shots[1], dialogue=(Line("Anna", "!"),), duration=0.0)
    movie = board.edit_shot(movie, wrong)
    assert board.faults_of(movie, "s01_sh001") == []
    told = board.faults_of(movie, "s01_sh002")
    assert any(one.startswith("duration is 0") for one in told)
    assert any(one.startswith("row 1 of the dialogue has no words") for one in told)
    assert all(one.startswith("s01_sh002: ") for one in board.faults_of(movie))


def test_lines_are_typed_as_they_are_shown() -> None:
    lines = (
        Line("Anna", "Is it yours?", "whispering"),
        Line("Ben", "No: hers.", off_screen=True),
        Line(NARRATOR, "Nobody spoke.", off_screen=True),
    )
    shown = dialogue.lines_as_text(lines)
    assert shown.splitlines()[0] == "Anna (whispering): Is it yours?"
    assert dialogue.text_as_lines(shown, ["Anna", "Ben"]) == lines
    assert dialogue.text_as_lines("anna: Yes.\n\n", ["Anna"]) == (Line("Anna", "Yes."),)
    with pytest.raises(StudioError, match="Row 2 of the dialogue does not say who speaks"):
        dialogue.text_as_lines("Anna: Yes.\nNo.", ["Anna"])
    assert dialogue.text_as_actions("ben: waits: a little", ["Ben"]) == {"Ben": "waits: a little"}
