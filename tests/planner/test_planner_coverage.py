"""The film grammar: what holds for the shots of any scene."""

from dataclasses import replace
from itertools import combinations, pairwise

import pytest
from conftest import planned, read_labelled, stories

from script2movie.movie import (
    NARRATOR,
    CameraMove,
    Framing,
    Movie,
    Position,
    Shot,
    ShotSize,
)
from script2movie.planner.beats import Beat
from script2movie.planner.coverage import Frame, covered
from script2movie.planner.embedded import EmbeddedPlanner
from script2movie.planner.staging import Sides

ACROSS = {Position.LEFT: 0, Position.CENTER: 1, Position.RIGHT: 2}


def frame(*people: str, new_place: bool = False) -> Frame:
    return Frame("s01", "kitchen, night", ("night",), new_place, people)


def says(speaker: str, line: str, to: str = "", **more: object) -> Beat:
    return Beat(
        0, 10, "", (speaker,), "communication", speaker=speaker, line=line, addressee=to, **more
    )  # type: ignore[arg-type]


def does(text: str, *people: str, kind: str = "motion") -> Beat:
    return Beat(0, 10, text, people, kind)


def names(shot: Shot) -> list[str]:
    return [one.character for one in shot.characters]


TALK = [
    says("Ann", "You came back.", "Ben"),
    says("Ben", "I said I would.", "Ann"),
    says("Ann", "Seven years ago!", "Ben"),
    says("Ben", "I am sorry.", "Ann"),
    says("Ann", "Sorry is late.", "Ben"),
    says("Ben", "Then what is left?", "Ann"),
]


@pytest.fixture(scope="module")
def films(planner: EmbeddedPlanner) -> list[Movie]:
    paths = [*stories("stories"), *stories("unseen"), *stories("heldout")]
    return [planned(planner, read_labelled(path).text) for path in paths]


def test_a_new_place_opens_on_an_empty_wide_shot(films: list[Movie]) -> None:
    for movie in films:
        before = None
        for scene in movie.scenes:
            first = scene.shots[0]
            opens = (first.framing, first.size, first.characters)
            established = opens == (Framing.ESTABLISHING, ShotSize.WIDE, ())
            assert established or scene.place == before, scene.id
            before = scene.place


def test_everyone_keeps_their_side_of_everyone(films: list[Movie]) -> None:
    for movie in films:
        for scene in movie.scenes:
            order: dict[tuple[str, str], bool] = {}
            for shot in scene.shots:
                for one, two in combinations(shot.characters, 2):
                    left = ACROSS[one.position] < ACROSS[two.position]
                    assert ACROSS[one.position] != ACROSS[two.position] or len(shot.characters) > 3
                    pair = (one.character, two.character)
                    order.setdefault(pair, left)
                    order.setdefault(pair[::-1], not left)
                    assert order[pair] is left, shot.id


def test_two_in_a_shot_face_each_other(films: list[Movie]) -> None:
    for movie in films:
        for _, shot in movie.shots:
            if len(shot.characters) == 2:
                left, right = sorted(shot.characters, key=lambda one: ACROSS[one.position])
                assert (left.facing, right.facing) == (Position.RIGHT, Position.LEFT), shot.id


def test_no_two_shots_in_a_row_jump(films: list[Movie]) -> None:
    for movie in films:
        for scene in movie.scenes:
            for first, second in pairwise(scene.shots):
                if names(first) == names(second) != []:
                    same = first.size is second.size and first.framing is second.framing
                    turned = [one.back_to_camera for one in first.characters] != [
                        one.back_to_camera for one in second.characters
                    ]
                    assert not same or turned, f"{movie.title} {second.id}"


def test_nobody_is_framed_wider_than_a_portrait_reaches(films: list[Movie]) -> None:
    for movie in films:
        for _, shot in movie.shots:
            assert not shot.characters or shot.size in (ShotSize.MEDIUM, ShotSize.CLOSE_UP)


def test_who_speaks_on_screen_is_seen_from_the_front(films: list[Movie]) -> None:
    for movie in films:
        for _, shot in movie.shots:
            seen = {one.character for one in shot.characters if not one.back_to_camera}
            for line in shot.dialogue:
                assert line.off_screen or line.character in seen, shot.id


def test_shots_last_as_long_as_their_content(films: list[Movie]) -> None:
    lengths = [shot.duration for movie in films for _, shot in movie.shots]
    assert min(lengths) >= 1.8
    assert max(lengths) <= 9
    assert 2.5 <= sum(lengths) / len(lengths) <= 5


def test_talk_opens_on_both_then_goes_over_the_shoulder_and_comes_close() -> None:
    shots = covered(TALK, frame("Ann", "Ben"))
    assert shots[0].framing is Framing.TWO_SHOT
    assert shots[1].framing is Framing.OVER_THE_SHOULDER
    assert shots[-1].size is ShotSize.CLOSE_UP
    assert [shot.dialogue[0].character for shot in shots] == ["Ann", "Ben"] * 3
    sizes = [shot.size for shot in shots]
    assert sizes.index(ShotSize.CLOSE_UP) == sizes.count(ShotSize.MEDIUM)  # never back again


def test_over_the_shoulder_shows_the_speaker_past_the_listener() -> None:
    shot = covered(TALK, frame("Ann", "Ben"))[1]
    near = next(one for one in shot.characters if one.back_to_camera)
    assert (near.character, shot.dialogue[0].character) == ("Ann", "Ben")


def test_who_speaks_speaks_and_to_whom_the_picture_shows() -> None:
    beats = [
        says("Ann", "Sign.", to="Cy"),
        replace(says("Ben", "No.", to="Ann"), actions=(("Ben", "whispers"),)),
    ]
    first, second = covered(beats, frame("Ann", "Ben"))
    assert first.plot == "Ann speaks to Ben."  # Cy is elsewhere; who answers is in the picture
    assert {one.character: one.action for one in first.characters} == {
        "Ann": "speaks",
        "Ben": "listens",
    }
    assert second.characters[0].action == "whispers"


def test_a_long_speech_shows_who_listens() -> None:
    line = (
        "I waited at the station all night. The trains came and they went. "
        "Nobody at all looked for me. "
    )
    shots = covered(
        [*TALK[:2], says("Ann", line + "So I went home and burned your letters.", "Ben")], frame()
    )
    speech = [shot for shot in shots if shot.dialogue[0].character == "Ann"][1:]
    assert [names(shot)[-1] for shot in speech] == ["Ann", "Ben"]
    assert speech[1].dialogue[0].off_screen
    assert " ".join(shot.dialogue[0].text for shot in speech) == line + (
        "So I went home and burned your letters."
    )


@pytest.mark.parametrize(
    ("kind", "size", "move"),
    [
        ("motion", ShotSize.MEDIUM, CameraMove.TRACKING),
        ("contact", ShotSize.MEDIUM, CameraMove.HANDHELD),
        ("emotion", ShotSize.CLOSE_UP, CameraMove.DOLLY_IN),
        ("perception", ShotSize.CLOSE_UP, CameraMove.STATIC),
    ],
)
def test_what_happens_sets_size_and_move(kind: str, size: ShotSize, move: CameraMove) -> None:
    (shot,) = covered([does("Ann acts.", "Ann", kind=kind)], frame("Ann"))
    assert (shot.size, shot.camera_move) == (size, move)
    assert shot.dialogue[0].character == NARRATOR


def test_first_words_without_people_are_told_over_the_place() -> None:
    shots = covered([does("Rain falls."), does("Ann runs.", "Ann")], frame("Ann", new_place=True))
    assert [len(shot.characters) for shot in shots] == [0, 1]
    assert shots[0].dialogue[0].text == "Rain falls."


def test_more_than_four_are_never_in_one_shot() -> None:
    people = ("Ann", "Ben", "Cy", "Di", "Ed")
    (shot,) = covered([does("They dance.", *people)], frame(*people))
    assert len(shot.characters) == 4
    assert shot.framing is Framing.GROUP


def test_who_talks_most_stands_outside() -> None:
    sides = Sides.of(["Ann", "Ben", "Cy"])
    assert sides.order == ("Ann", "Cy", "Ben")
    assert [one.position for one in sides.placed(["Ben", "Cy"])] == [Position.LEFT, Position.RIGHT]
