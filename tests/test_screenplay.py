"""plan.json: whole out, whole in, and every fault said with its place and what would be right."""

import io
import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from script2movie.errors import OutputError, PlanError, StoryError
from script2movie.movie import (
    NARRATOR,
    Age,
    Appearance,
    CameraMove,
    CastMember,
    Framing,
    Gender,
    Light,
    Line,
    Movie,
    Position,
    Scene,
    Shot,
    ShotSize,
    Span,
    Style,
    Transition,
)
from script2movie.screenplay import load_plan, plan_schema, read_story, save_plan

DOCS = Path(__file__).parent.parent / "docs"


def movie() -> Movie:
    """A plan that uses every field."""
    left = Appearance("Renée O’Hara", "waits", Position.LEFT, Position.RIGHT)
    right = Appearance("Tom", position=Position.RIGHT, facing=Position.LEFT, back_to_camera=True)
    talk = Shot(
        id="s01_sh002",
        size=ShotSize.MEDIUM,
        framing=Framing.OVER_THE_SHOULDER,
        camera_move=CameraMove.DOLLY_IN,
        characters=(left, right),
        plot="Renée speaks to Tom.",
        background="kitchen, rain",
        style_elements=("evening light", "sad mood"),
        dialogue=(
            Line("Renée O’Hara", 'He said "no"…', "whispering"),
            Line(NARRATOR, "It rains.", off_screen=True),
        ),
        sound="rain",
        duration=2.5,
        source=(Span(0, 12), Span(20, 31)),
    )
    opening = Shot("s01_sh001", ShotSize.WIDE, Framing.ESTABLISHING)
    scene = Scene(
        id="s01",
        place="old kitchen",
        interior=True,
        light=Light.EVENING,
        shots=(opening, talk),
        set="kitchen",
        description="a kitchen in the rain",
        mood="sad",
        wardrobe=(("Tom", "a wet coat"),),
        props=("a letter",),
        transition=Transition.DISSOLVE,
    )
    renee = CastMember(
        "Renée O’Hara", "a cook", Gender.FEMALE, Age.OLD, ("Mrs O’Hara",), "rosa", "af_heart"
    )
    return Movie("Two 猫", (renee, CastMember("Tom")), (scene,), "They talk.", Style.NOIR, "hand")


def written(tmp_path: Path, change: object = None) -> Path:
    """A plan on disk, with its JSON changed by a function."""
    path = tmp_path / "plan.json"
    save_plan(movie(), path)
    if callable(change):
        plan = json.loads(path.read_text("utf-8"))
        change(plan)
        path.write_text(json.dumps(plan), "utf-8")
    return path


def complaint(path: Path) -> str:
    with pytest.raises(PlanError) as caught:
        load_plan(path)
    return str(caught.value)


def test_a_round_trip_loses_nothing(tmp_path: Path) -> None:
    assert load_plan(written(tmp_path)) == movie()


def test_the_file_is_the_same_whenever_it_is_written(tmp_path: Path) -> None:
    path = written(tmp_path)
    first = path.read_bytes()
    save_plan(load_plan(path), path)
    assert path.read_bytes() == first
    assert not list(tmp_path.glob("*.part"))


def shot(plan: dict, n: int = 1) -> dict:  # type: ignore[type-arg]
    return plan["scenes"][0]["shots"][n]  # type: ignore[no-any-return]


FAULTS = {
    "a word that is nearly right": (
        lambda plan: shot(plan).update(size="closeup"),
        "plan.json: scenes[0].shots[1].size is 'closeup'; did you mean 'close-up'? (one of ",
    ),
    "a key that is nearly right": (
        lambda plan: shot(plan).update(camera="pan left"),
        "scenes[0].shots[1].camera is a key that a plan does not have; did you mean 'camera_move'?",
    ),
    "a missing key": (lambda plan: shot(plan).pop("size"), "scenes[0].shots[1].size is missing"),
    "a person not in the cast": (
        lambda plan: shot(plan)["characters"][1].update(character="Tim"),
        "characters[1].character is 'Tim', who is not in the cast; did you mean 'Tom'?",
    ),
    "a speaker not in the cast": (
        lambda plan: shot(plan)["dialogue"][0].update(character="Renee O'Hara"),
        "dialogue[0].character is \"Renee O'Hara\", who is not in the cast; did you mean 'Renée",
    ),
    "a speaker who is not in the shot": (
        lambda plan: shot(plan, 0).update(dialogue=[{"character": "Tom", "text": "Hello."}]),
        "shots[0].dialogue[0]: Tom speaks but is not in the shot; add them to characters or set",
    ),
    "a narrator who is seen": (
        lambda plan: shot(plan)["dialogue"][1].pop("off_screen"),
        "dialogue[1].off_screen is false; the narrator is never seen",
    ),
    "a line without words": (
        lambda plan: shot(plan)["dialogue"][0].update(text=" … "),
        "dialogue[0].text has no words to speak",
    ),
    "a negative duration": (
        lambda plan: shot(plan).update(duration=-2),
        "scenes[0].shots[1].duration is -2; it is seconds, above 0",
    ),
    "no duration": (lambda plan: shot(plan).update(duration=0), "duration is 0;"),
    "an absurd duration": (lambda plan: shot(plan).update(duration=1e9), "duration is 1e+09;"),
    "a duration in words": (
        lambda plan: shot(plan).update(duration="2 s"),
        "duration is '2 s'; a number is wanted",
    ),
    "one id twice": (
        lambda plan: shot(plan).update(id="s01_sh001"),
        "shots[1].id is 's01_sh001', which scenes[0].shots[0].id is already",
    ),
    "an id that is a path": (
        lambda plan: shot(plan).update(id="../s01_sh002"),
        "shots[1].id is '../s01_sh002'; an id looks like 's01_sh001'",
    ),
    "an id of another scene": (
        lambda plan: shot(plan).update(id="s02_sh002"),
        "shots[1].id is 's02_sh002' in scene 's01'; it begins 's01_'",
    ),
    "no scenes": (lambda plan: plan.update(scenes=[]), "scenes is empty: a film needs"),
    "no shots": (lambda plan: plan["scenes"][0].update(shots=[]), "scenes[0].shots is empty"),
    "a single of two": (
        lambda plan: shot(plan).update(framing="single"),
        "framing is 'single', for 1 in the shot; here are 2",
    ),
    "nobody near the camera": (
        lambda plan: shot(plan)["characters"][1].pop("back_to_camera"),
        "one of the two has back_to_camera true, here 0 have",
    ),
    "a span that ends before it begins": (
        lambda plan: shot(plan).update(source=[{"start": 9, "end": 2}]),
        "source[0] runs from 9 to 2",
    ),
    "two people of one name": (
        lambda plan: plan["cast"].append({"name": "tom"}),
        "cast[2].name is 'tom', which another person of the cast is called already",
    ),
    "a narrator in the cast": (
        lambda plan: plan["cast"].append({"name": "Narrator"}),
        "cast[2].name is 'Narrator'; the narrator is no person of the cast",
    ),
    "an age no one has": (
        lambda plan: plan["cast"][0].update(age="ancient"),
        "cast[0].age is 'ancient'; it is one of child, teen, young, adult, old",
    ),
    "text for a list": (
        lambda plan: shot(plan).update(characters="Tom"),
        "characters is 'Tom'; a list in [ ] is wanted",
    ),
    "another version": (
        lambda plan: plan.update(script2movie_plan=2),
        "plan.json is a plan of version 2, this program reads version 1",
    ),
    "no version": (
        lambda plan: plan.pop("script2movie_plan"),
        'plan.json is no plan: it lacks "script2movie_plan": 1',
    ),
    "clothes for a stranger": (
        lambda plan: plan["scenes"][0].update(wardrobe=[["Bob", "a hat"]]),
        "scenes[0].wardrobe[0][0] is 'Bob', who is not in the cast",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_said_with_its_place_and_its_cure(tmp_path: Path, fault: str) -> None:
    change, expected = FAULTS[fault]
    assert expected in complaint(written(tmp_path, change))


def test_all_faults_are_said_at_once(tmp_path: Path) -> None:
    def change(plan: dict) -> None:  # type: ignore[type-arg]
        shot(plan).update(duration=-1, id="x")
        plan["cast"].append({"name": ""})

    assert len(complaint(written(tmp_path, change)).splitlines()) == 3


BYTES = {
    "empty": (b"", "is empty"),
    "spaces": (b" \n ", "is empty"),
    "no JSON": (b"{", "plan.json is not JSON"),
    "a list": (b"[]", "holds no plan"),
    "binary": (b"\x89PNG\r\n\x1a\n\0\0\xff", "is not UTF-8 text"),
    "zero bytes": (b'{"a": "\0"}', "holds binary bytes"),
    "latin-1": ('{"title": "Café"}'.encode("latin-1"), "is not UTF-8 text"),
    "NaN": (b'{"script2movie_plan": 1, "title": NaN}', "NaN stands in it"),
    "infinity": (b'{"script2movie_plan": 1, "title": -Infinity}', "-Infinity stands in it"),
    "half a character": (b'{"script2movie_plan": 1, "title": "\\ud83d"}', "half a character"),
    "one key twice": (b'{"script2movie_plan": 1, "cast": [], "cast": []}', "'cast' stands twice"),
    "depth": (b"[" * 100_000, "nested too deep"),
}


@pytest.mark.parametrize("kind", BYTES)
def test_a_file_that_is_no_plan_is_refused_in_one_sentence(tmp_path: Path, kind: str) -> None:
    content, expected = BYTES[kind]
    path = tmp_path / "plan.json"
    path.write_bytes(content)
    said = complaint(path)
    assert expected in said
    assert "\n" not in said


def test_a_plan_that_is_not_there_or_a_folder_is_refused(tmp_path: Path) -> None:
    assert "does not exist" in complaint(tmp_path / "plan.json")
    assert "cannot be read" in complaint(tmp_path)


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    path = written(tmp_path)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert load_plan(path) == movie()


def test_a_plan_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(OutputError, match="cannot be written"):
        save_plan(movie(), tmp_path / "file" / "plan.json")


def test_an_unsound_plan_is_never_written(tmp_path: Path) -> None:
    with pytest.raises(AssertionError):
        save_plan(replace(movie(), scenes=()), tmp_path / "plan.json")
    assert not (tmp_path / "plan.json").exists()


def test_every_key_of_the_schema_says_what_it_means() -> None:
    schema = plan_schema()
    objects = [schema, *(one for one in schema["$defs"].values() if "properties" in one)]
    for one in objects:
        assert one["additionalProperties"] is False
        for key, value in one["properties"].items():
            assert len(value["description"]) > 10, key


def test_the_published_schema_is_this_one() -> None:
    published = json.loads((DOCS / "plan.schema.json").read_text("utf-8"))
    assert published == plan_schema()


def test_a_story_is_read_from_a_file_or_standard_input(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "story.md"
    path.write_bytes("Zoë waits.\r\nIt rains.".encode("utf-8-sig"))
    assert read_story(path) == "Zoë waits.\nIt rains."
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"Tom runs.")))
    assert read_story("-") == "Tom runs."


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "is empty"),
        (b"--- !", "has no words in it"),
        (b"\xff\xfe\x00", "is not UTF-8 text"),
        (b"a\0b", "holds binary bytes"),
        (b"word " * 250_000, "is larger than 1 MB"),
    ],
)
def test_a_story_that_is_none_is_refused(tmp_path: Path, content: bytes, expected: str) -> None:
    path = tmp_path / "story.txt"
    path.write_bytes(content)
    with pytest.raises(StoryError, match=expected) as caught:
        read_story(path)
    assert "\n" not in str(caught.value)
    assert str(path) in str(caught.value)


def test_a_story_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoryError, match="does not exist"):
        read_story(tmp_path / "nothing.md")


def test_faults_found_by_a_stranger(tmp_path: Path) -> None:
    plan = tmp_path / "plan.json"
    save_plan(movie(), plan)
    text = plan.read_text("utf-8")
    data = json.loads(text)
    decomposed = {"name": "Rene\u0301e O’Hara"}
    cases = [
        (data | {"title": "Lamp " * 50}, "title is longer than 200 characters"),
        (data | {"title": "The\0Lamp"}, "title holds the character"),
        (data | {"cast": [*data["cast"], decomposed]}, "is called already"),
        (data | {"style": None}, "style is null; it is one of"),
    ]
    for wrong, said in cases:
        plan.write_text(json.dumps(wrong), "utf-8")
        with pytest.raises(PlanError, match=said):
            load_plan(plan)
    deep = json.dumps(data | {"title": "x"}).replace('"x"', "[" * 900 + "]" * 900)
    plan.write_text(deep, "utf-8")
    with pytest.raises(PlanError, match="nested too deep"):
        load_plan(plan)
    plan.write_text(text, "utf-8")
    with pytest.raises(StoryError, match="is a plan, not a story: script2movie shoot"):
        read_story(plan)
