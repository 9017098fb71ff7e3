"""What holds for the plan of any screenplay: its scenes, its people, each word, in order."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from script2movie.errors import StoryError
from script2movie.movie import (
    NARRATOR,
    Age,
    Character,
    Framing,
    Gender,
    Line,
    Movie,
    Portrait,
    Shot,
    Transition,
)
from script2movie.planner.screenplay import ScreenplayPlanner
from script2movie.screenplay import load_plan, open_story, save_plan
from script2movie.screenplay.elements import Mode, Speech
from script2movie.screenplay.fountain import read_fountain
from script2movie.stages import Brief

FOLDER = Path(__file__).parent / "screenplays"
MEI = Character("Dr. Mei Chen", (Portrait(Path("mei.jpg")),), gender=Gender.FEMALE)


@pytest.fixture(scope="module")
def planner() -> Iterator[ScreenplayPlanner]:
    opened = ScreenplayPlanner()
    yield opened
    opened.close()


def planned(
    planner: ScreenplayPlanner, text: str, bank: tuple[Character, ...] = (), **brief: float
) -> Movie:
    outline = planner.outline(text, bank, Brief(**brief), seed=0)  # type: ignore[arg-type]
    numbers = range(len(outline.scenes))
    scenes = tuple(planner.scene(outline, n, bank, seed=0) for n in numbers)
    return replace(outline.movie, scenes=scenes)


def shot_with(movie: Movie, words: str) -> Shot:
    """The shot in which somebody says, or something happens, in these words."""
    return next(
        shot
        for _, shot in movie.shots
        if words in shot.plot or any(words in line.text for line in shot.dialogue)
    )


def line_with(movie: Movie, words: str) -> Line:
    return next(ln for _, shot in movie.shots for ln in shot.dialogue if words in ln.text)


def scene(*body: str) -> str:
    return "\n\n".join(["INT. KITCHEN - DAY", *body]) + "\n"


@pytest.fixture(scope="module")
def ferry(planner: ScreenplayPlanner) -> Movie:
    return planned(planner, (FOLDER / "night_ferry.fountain").read_text("utf-8"), (MEI,))


@pytest.fixture(scope="module")
def brothers(planner: ScreenplayPlanner) -> Movie:
    return planned(planner, (FOLDER / "two_brothers.fountain").read_text("utf-8"))


SCRIPTS = sorted(FOLDER.glob("*.fountain"))


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_every_line_is_spoken_word_for_word_in_order(
    planner: ScreenplayPlanner, path: Path
) -> None:
    text = path.read_text("utf-8")
    written = " ".join(
        one.text
        for speech in read_fountain(text).elements
        if isinstance(speech, Speech) and speech.cue
        for one in speech.spoken
        if one.mode is not Mode.PARENTHETICAL and re.search(r"\w", one.text)
    )
    movie = planned(planner, text)
    spoken = " ".join(line.text for _, shot in movie.shots for line in shot.dialogue)
    assert spoken.split() == written.split()


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_every_action_line_is_shown_in_order_and_none_is_read_aloud(
    planner: ScreenplayPlanner, path: Path
) -> None:
    text = path.read_text("utf-8")
    movie = planned(planner, text)
    starts = [span.start for _, shot in movie.shots for span in shot.source]
    assert starts == sorted(starts)
    shown = {n for _, shot in movie.shots for s in shot.source for n in range(s.start, s.end)}
    for part in re.findall(r"^(?:[A-Z][a-z]+|She|He) [^\n]*[.]$", text, re.MULTILINE):
        assert text.index(part) in shown or part in text[: text.index("INT.")], part
    assert "steers" not in " ".join(ln.text for _, shot in movie.shots for ln in shot.dialogue)


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_the_plan_can_be_saved_and_loaded_and_is_the_same_each_time(
    planner: ScreenplayPlanner, path: Path, tmp_path: Path
) -> None:
    text = path.read_text("utf-8")
    movie = planned(planner, text)
    save_plan(movie, tmp_path / "plan.json")
    assert load_plan(tmp_path / "plan.json") == movie
    planner.close()
    assert planned(planner, text) == movie


def test_sluglines_are_the_scenes(ferry: Movie, brothers: Movie) -> None:
    assert [one.slugline for one in ferry.scenes] == [
        "EXT. HARBOUR - NIGHT",
        "INT. FERRY - CABIN - NIGHT",  # CONTINUOUS
        "INT. FERRY - WHEELHOUSE - NIGHT",  # LATER
        "EXT. HOSPITAL PIER - MORNING",
    ]
    joins = [one.transition for one in ferry.scenes]
    assert joins == [Transition.CUT, Transition.CUT, Transition.FADE, Transition.DISSOLVE]
    assert [one.slugline for one in brothers.scenes][2:4] == [
        "INT. CAR - DAY",
        "EXT. MEMORY OF THE BEACH - DAY",  # forced; a beach is outside
    ]
    assert "moving" in brothers.scenes[2].description


def test_people_are_the_banks_or_as_the_action_brings_them_in(
    ferry: Movie, brothers: Movie
) -> None:
    assert [one.name for one in ferry.cast] == ["Dr. Mei Chen", "Tomas", "Jonah", "Nurse Okoro"]
    told = {one.name: (one.gender, one.age) for one in brothers.cast}
    assert told["Anna Reed"] == (Gender.FEMALE, Age.ADULT)
    assert told["Tom Reed"] == (Gender.MALE, Age.ADULT)  # MR. REED, TOM
    assert told["Sam"] == (Gender.MALE, Age.CHILD)
    assert len(told) == 6


def test_titles_are_the_title_pages(
    ferry: Movie, brothers: Movie, planner: ScreenplayPlanner
) -> None:
    assert (ferry.title, brothers.title) == ("The Night Ferry", "Two Brothers")
    centered = planned(planner, f"> DUST <\n\n{scene('Anna waits.')}")
    assert centered.title == "DUST"
    assert planned(planner, scene("x.", "ANNA\nYes.", "TOM\nNo.")).title == "Anna and Tom"


def test_voices_that_are_not_seen(ferry: Movie, brothers: Movie) -> None:
    for movie, words, hearer in (
        (ferry, "I had carried", ["Jonah"]),
        (ferry, "Bed!", ["Jonah"]),
        (ferry, "How long?", ["Dr. Mei Chen"]),
        (brothers, "my tie", ["Anna Reed"]),
        (brothers, "Happy birthday", ["Anna Reed"]),
        (brothers, "He was forty", ["Anna Reed"]),
    ):
        assert line_with(movie, words).off_screen
        assert [one.character for one in shot_with(movie, words).characters] == hearer
    assert line_with(brothers, "He was forty").character == NARRATOR
    assert not line_with(ferry, "Twenty minutes").off_screen
    assert "speaks to Nurse Okoro" in shot_with(ferry, "Twenty minutes").plot


def test_a_voice_over_a_lonely_face_or_an_empty_place(planner: ScreenplayPlanner) -> None:
    alone = planned(planner, scene("Anna washes a cup.", "ANNA (V.O.)\nI never liked cups."))
    shot = shot_with(alone, "never liked")
    assert [one.character for one in shot.characters] == ["Anna"]
    assert shot.dialogue[0].off_screen
    empty = planned(planner, scene("ANNA (V.O.)\nNobody lives here now."))
    shot = shot_with(empty, "Nobody lives")
    assert (shot.characters, shot.framing) == ((), Framing.ESTABLISHING)


def test_how_a_line_is_said(planner: ScreenplayPlanner, ferry: Movie, brothers: Movie) -> None:
    assert line_with(ferry, "It knocks").parenthetical == "whispering"
    assert line_with(ferry, "Nobody has died").parenthetical == "beat"
    assert line_with(ferry, "I am always late").parenthetical == ""
    assert line_with(ferry, "She never has").parenthetical == ""  # after (MORE)
    assert line_with(brothers, "It is around your neck, Tom.").parenthetical
    song = planned(planner, scene("ANNA\n~Row, row\n\n~row your boat", "TOM\nStop."))
    sung = [ln for _, shot in song.shots for ln in shot.dialogue if ln.parenthetical == "singing"]
    assert " ".join(ln.text for ln in sung) == "Row, row row your boat"
    assert {ln.character for ln in sung} == {"Anna"}


def test_two_who_speak_at_once_are_both_seen(ferry: Movie, brothers: Movie) -> None:
    together = shot_with(brothers, "He started it!")
    assert {"Leo", "Sam"} <= {one.character for one in together.characters}
    lines = [
        ln.character for _, shot in ferry.shots for ln in shot.dialogue if ln.text == "Faster!"
    ]
    assert lines == ["Dr. Mei Chen", "Jonah"]  # dual dialogue, in order


def test_what_is_not_filmed_is_not_in_the_film(ferry: Movie, brothers: Movie) -> None:
    text = " ".join(
        " ".join([shot.plot, *(line.text for line in shot.dialogue)])
        for movie in (ferry, brothers)
        for _, shot in movie.shots
    )
    for unseen in (
        "storm",
        "too expensive",
        "smile here",
        "Crossing",
        "CONTINUED",
        "MORE",
        "THE END",
    ):
        assert unseen not in text, unseen


def test_quotes_in_action_are_signs_and_no_speech(planner: ScreenplayPlanner) -> None:
    movie = planned(planner, scene('Anna reads a note: "Come home at once."', "ANNA\nNo."))
    assert [ln.text for _, shot in movie.shots for ln in shot.dialogue] == ["No."]


def test_a_look_without_words_is_seen(brothers: Movie) -> None:
    shot = shot_with(brothers, "Sam: ...")
    assert [one.character for one in shot.characters] == ["Sam"]
    assert not shot.dialogue


def test_a_wished_length_holds_the_shots(planner: ScreenplayPlanner) -> None:
    text = (FOLDER / "night_ferry.fountain").read_text("utf-8")
    short, long = planned(planner, text), planned(planner, text, minutes=3)
    assert sum(s.duration for _, s in long.shots) > sum(s.duration for _, s in short.shots)
    with pytest.raises(StoryError, match="give --minutes in that range"):
        planned(planner, text, minutes=90)


def test_prose_is_refused(planner: ScreenplayPlanner) -> None:
    with pytest.raises(StoryError, match="no slugline"):
        planner.outline("Anna walks home.\n", (), Brief(), seed=0)


def test_final_draft_is_planned_as_its_fountain(planner: ScreenplayPlanner, tmp_path: Path) -> None:
    from script2movie.screenplay import write_fdx

    path = FOLDER / "night_ferry.fountain"
    film = tmp_path / "film.fdx"
    film.write_bytes(write_fdx(read_fountain(path.read_text("utf-8"))))
    story = open_story(film)
    movie = planned(planner, story.text, (MEI,))
    original = planned(planner, path.read_text("utf-8"), (MEI,))
    lines = [line for _, shot in movie.shots for line in shot.dialogue]
    assert lines == [line for _, shot in original.shots for line in shot.dialogue]
    assert [one.slugline for one in movie.scenes] == [one.slugline for one in original.scenes]
