"""What a story is, by suffix, by choice or by its first lines; and what is none."""

import io
import sys
from pathlib import Path

import pytest

from script2movie.errors import PlanError, StoryError
from script2movie.movie import Light, Transition
from script2movie.screenplay import Form, load_plan, open_story, read_fountain, write_fdx
from script2movie.screenplay.cues import Cue, Names, read_cue
from script2movie.screenplay.restore import transition_of
from script2movie.screenplay.sluglines import Heading, read_slugline

SCRIPT = "INT. KITCHEN - DAY\n\nANNA\nYes.\n"
PROSE = "Anna walks into the kitchen. She says yes.\n"


def story(tmp_path: Path, name: str, content: str | bytes) -> Path:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize(
    ("name", "content", "form", "guessed"),
    [
        ("a.fountain", SCRIPT, Form.FOUNTAIN, ""),
        ("a.FOUNTAIN", SCRIPT, Form.FOUNTAIN, ""),
        ("a.spmd", SCRIPT, Form.FOUNTAIN, ""),
        ("a.fdx", write_fdx(read_fountain(SCRIPT)), Form.FDX, ""),
        ("a.md", PROSE, Form.PROSE, ""),
        ("a.txt", SCRIPT, Form.FOUNTAIN, "'INT. KITCHEN - DAY'"),
        ("a.txt", "Interior light.\n\nInt he dark.\n", Form.PROSE, ""),
        ("a.xml", write_fdx(read_fountain(SCRIPT)), Form.FDX, "Final Draft's XML"),
    ],
)
def test_a_story_is_what_its_suffix_or_its_lines_say(
    tmp_path: Path, name: str, content: str | bytes, form: Form, guessed: str
) -> None:
    found = open_story(story(tmp_path, name, content))
    assert (found.form, found.guessed) == (form, guessed)
    if form is Form.FDX:
        assert found.text == SCRIPT


def test_a_choice_goes_before_suffix_and_lines(tmp_path: Path) -> None:
    assert open_story(story(tmp_path, "a.txt", SCRIPT), Form.PROSE).form is Form.PROSE
    assert open_story(story(tmp_path, "a.fountain", SCRIPT), Form.PROSE).text == SCRIPT


def test_standard_input_is_known_by_its_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    for content, form in ((SCRIPT, Form.FOUNTAIN), (PROSE, Form.PROSE)):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content.encode())))
        assert open_story("-").form is form


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        (
            "a.fountain",
            b"Anna walks.\n\nShe sits.",
            "without a slugline.*INT. KITCHEN - DAY.*[.]md",
        ),
        ("a.fountain", b"", "is empty"),
        ("a.fountain", b"  \n\n", "is empty"),
        ("a.fountain", b"--- ===", "has no words in it"),
        ("a.fountain", b"\x89PNG\r\n\xff", "is not UTF-8 text"),
        ("a.fountain", SCRIPT.encode("utf-16"), "is not UTF-8 text"),
        ("a.fountain", b"INT. A\n\n\0", "holds binary bytes"),
        ("a.fountain", b"/* INT. A - DAY */\n\nx", "without a slugline"),
        ("a.fountain", b"word " * 250_000, "is larger than 1 MB"),
        ("a.fdx", b"", "is not the XML of Final Draft"),
        ("a.fdx", write_fdx(read_fountain("x\n\ny")), "without a slugline"),
        ("a.fdx", SCRIPT.encode(), "is not the XML of Final Draft"),
    ],
)
def test_a_screenplay_that_is_none_is_refused(
    tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    path = story(tmp_path, name, content)
    with pytest.raises(StoryError, match=said) as caught:
        open_story(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_screenplay_is_no_plan_and_says_what_to_type(tmp_path: Path) -> None:
    path = story(tmp_path, "a.fountain", SCRIPT)
    with pytest.raises(
        PlanError, match=r"is a screenplay, not a plan: script2movie plan .*a.fount"
    ):
        load_plan(path)


SLUGLINES = {
    "INT. KITCHEN - DAY": Heading(True, "kitchen", Light.DAY),
    "EXT. STREET - NIGHT": Heading(False, "street", Light.NIGHT),
    "int kitchen - dusk": Heading(True, "kitchen", Light.EVENING),
    "EST. CITY - DAWN": Heading(False, "city", Light.MORNING),
    "INT./EXT. CAR - DAY": Heading(True, "car", Light.DAY),
    "EXT./INT. CAR - DAY": Heading(False, "car", Light.DAY),
    "I/E. CAR - CONTINUOUS": Heading(True, "car", None),
    "INT. HOUSE - KITCHEN - LATE AFTERNOON": Heading(True, "house - kitchen", Light.DAY),
    "INT. HOUSE – KITCHEN — SAME TIME": Heading(True, "house - kitchen", None),
    "INT. HOUSE - MOMENTS LATER": Heading(True, "house", None),
    "INT. HOUSE - THE NEXT MORNING": Heading(True, "house", Light.MORNING),
    "INT. HOUSE - LATER THAT NIGHT": Heading(True, "house", Light.NIGHT),
    "INT. CAR (MOVING) - NIGHT (FLASHBACK)": Heading(
        True, "car", Light.NIGHT, ("moving", "flashback")
    ),
    "INT. BAR. NIGHT.": Heading(True, "bar", Light.NIGHT),
    "EXT. PIER, SUNSET": Heading(False, "pier", Light.EVENING),
    "INT. KITCHEN": Heading(True, "kitchen", None),
    "INT. X-RAY ROOM - DAY": Heading(True, "x-ray room", Light.DAY),
    "EXT. NIGHT MARKET - DAY": Heading(False, "night market", Light.DAY),
    "I AM ALONE": Heading(None, "i am alone", None),
    "BACK TO SCENE": Heading(None, "back to scene", None),
}


@pytest.mark.parametrize("text", SLUGLINES)
def test_a_slugline_says_side_place_and_time(text: str) -> None:
    assert read_slugline(text) == SLUGLINES[text]


CUES = {
    "ANNA": Cue("ANNA"),
    "ANNA (V.O.)": Cue("ANNA", True, "", True),
    "ANNA (O.S.)": Cue("ANNA", True),
    "ANNA (OS) (CONT’D)": Cue("ANNA", True),
    "ANNA (O.C.)": Cue("ANNA", True),
    "ANNA (CONT'D)": Cue("ANNA"),
    "ANNA (continuing)": Cue("ANNA"),
    "ANNA (ON PHONE)": Cue("ANNA", True, far=True),
    "ANNA (over the radio)": Cue("ANNA", True, far=True),
    "ANNA (INTO PHONE)": Cue("ANNA", False, "into phone"),
    "ANNA (WHISPERING)": Cue("ANNA", False, "whispering"),
    "ANNA (V.O./in French)": Cue("ANNA", True, "in french", True),
    "DR. CHEN:": Cue("DR. CHEN"),
}


@pytest.mark.parametrize("text", CUES)
def test_a_cue_is_a_name_and_how_it_is_heard(text: str) -> None:
    assert read_cue(text) == CUES[text]


def test_a_cue_means_whom_it_may_mean() -> None:
    names = Names({"Dr. Mei Chen": (), "Anna Reed": ("Nan",), "Tom Reed": (), "Renée": ()})
    assert names.meant("DR. CHEN") == names.meant("MEI") == names.meant("CHEN") == ("Dr. Mei Chen",)
    assert names.meant("DR MEI CHEN") == ("Dr. Mei Chen",)
    assert names.meant("NAN") == ("Anna Reed",)
    assert names.meant("REED") == ("Anna Reed", "Tom Reed")
    assert names.meant("RENÉE") == names.meant("RENE\u0301E") == ("Renée",)
    assert names.meant("YOUNG ANNA") == names.meant("PHONE") == ()


def test_transitions_join_scenes_as_they_say() -> None:
    joins = {
        "CUT TO:": None,
        "SMASH CUT TO:": None,
        "DISSOLVE TO:": Transition.DISSOLVE,
        "FADE OUT.": Transition.FADE,
        "FADE IN:": Transition.FADE,
        "CUT TO BLACK.": Transition.FADE,
    }
    assert {text: transition_of(text) for text in joins} == joins
