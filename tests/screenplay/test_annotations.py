"""A film's shot annotations, in MovieBench's form, made into a plan shot for shot."""

import json
from pathlib import Path

import pytest

from script2movie.annotations import read_annotations
from script2movie.errors import DatasetError
from script2movie.movie import NARRATOR, CameraMove, Framing, Light, Position, ShotSize
from script2movie.screenplay import planned_as_annotated
from script2movie.screenplay.annotations import Remade, camera_move
from script2movie.screenplay.faults import faults

SAMPLE = (
    Path(__file__).parents[3]
    / "shared/data/moviebench/Annotation_Shot_Desc_sample/1004_Juno"
)  # fmt: skip
FILM = "2001_Night_Ferry"


def annotation(characters: dict[str, str], **more: object) -> dict[str, object]:
    return {
        "Characters": characters,
        "Style Elements": ["Cold light", "Quiet", "Still water"],
        "Plot": "They wait.",
        "Background Description": "The harbor is empty at night.",
        "Camera Motion": "The camera is static.",
    } | {key.replace("_", " "): value for key, value in more.items()}


def film(tmp_path: Path, shots: dict[str, dict[str, object]]) -> Path:
    folder = tmp_path / "annotations" / FILM
    folder.mkdir(parents=True, exist_ok=True)
    for span, one in shots.items():
        (folder / f"{FILM}_{span}.json").write_text(json.dumps(one), "utf-8")
    return folder


SHOTS = {
    "00.00.01.000-00.00.03.500": annotation({}, Camera_Motion="A wide shot; the camera pans left."),
    "00.00.03.500-00.00.06.000": annotation({"Mei": "runs", "Tomas": "holds a rope"}),
    "00.00.06.000-00.00.07.250": annotation(
        {"Tomas": "laughs"}, Camera_Motion="A close-up of Tomas, the camera slowly zooms in."
    ),
    "00.10.00.000-00.10.02.000": annotation(
        dict.fromkeys(("A", "Mei", "C", "D", "E"), "dances"),
        Background_Description="The living room is bright.",
        Camera_Motion="Dreamlike.",
    ),
}


def remade(tmp_path: Path, bank: tuple[str, ...] = ()) -> Remade:
    found = planned_as_annotated(read_annotations(film(tmp_path, SHOTS)), dict.fromkeys(bank, ()))
    assert not list(faults(found.movie))
    return found


def test_each_annotation_is_a_shot_of_its_length_and_its_words(tmp_path: Path) -> None:
    movie = remade(tmp_path).movie
    shots = [shot for _, shot in movie.shots]
    assert [shot.reference for shot in shots] == [f"{FILM}_{span}" for span in SHOTS]
    assert [shot.duration for shot in shots] == [2.5, 2.5, 1.25, 2.0]
    for shot, one in zip(shots, SHOTS.values(), strict=True):
        assert shot.plot == one["Plot"]
        assert shot.background == one["Background Description"]
        assert list(shot.style_elements) == one["Style Elements"]
        told = dict(one["Characters"])  # type: ignore[call-overload]
        assert all(told[seen.character] == seen.action for seen in shot.characters)
    assert movie.title == "Night Ferry"


def test_what_has_no_field_is_found_by_the_rules(tmp_path: Path) -> None:
    movie = remade(tmp_path).movie
    first, second, third, fourth = (shot for _, shot in movie.shots)
    assert (first.size, first.framing) == (ShotSize.WIDE, Framing.ESTABLISHING)
    assert first.camera_move is CameraMove.PAN_LEFT
    assert (second.size, second.framing) == (ShotSize.MEDIUM, Framing.TWO_SHOT)
    assert [(p.character, p.position, p.facing) for p in second.characters] == [
        ("Mei", Position.LEFT, Position.RIGHT),
        ("Tomas", Position.RIGHT, Position.LEFT),
    ]
    assert (third.size, third.framing) == (ShotSize.CLOSE_UP, Framing.SINGLE)
    assert third.camera_move is CameraMove.ZOOM_IN
    assert fourth.framing is Framing.GROUP
    assert [(one.place, one.interior, one.light) for one in movie.scenes] == [
        ("harbor", False, Light.NIGHT),
        ("living room", True, Light.DAY),
    ]


def test_whoever_is_left_out_is_named(tmp_path: Path) -> None:
    found = remade(tmp_path, bank=("Mei Chen", "A", "C", "D", "E"))
    assert [one.name for one in found.movie.cast] == ["Mei Chen", "Tomas", "A", "C", "D", "E"]
    said = "\n".join(found.remarks)
    assert "1 people of the annotations are not in the cast" in said
    assert "default figures: Tomas" in said
    assert f"E in {FILM}_00.10.00.000-00.10.02.000" in said
    assert "1 shots are static" in said and "Dreamlike." in said
    assert len(list(found.movie.shots)[3][1].characters) == 4


def test_lines_are_said_by_whom_they_name(tmp_path: Path) -> None:
    names = [f"{FILM}_{span}" for span in SHOTS]
    told = read_annotations(film(tmp_path, SHOTS))
    said = {
        names[0]: [("", "Once there was a ferry."), ("Old Captain", "All aboard!")],
        names[1]: [("MEI", "Run!"), ("", "Who is that?")],
        names[2]: [("", "Ha!"), ("narrator", "He laughed.")],
    }
    found = planned_as_annotated(told, {"Mei Chen": ()}, said)
    assert not list(faults(found.movie))
    lines = [
        (line.character, line.text, line.off_screen)
        for _, shot in found.movie.shots
        for line in shot.dialogue
    ]
    assert lines == [
        (NARRATOR, "Once there was a ferry.", True),
        ("Old Captain", "All aboard!", True),
        ("Mei Chen", "Run!", False),
        (NARRATOR, "Who is that?", True),
        ("Tomas", "Ha!", False),
        (NARRATOR, "He laughed.", True),
    ]
    assert [one.name for one in found.movie.cast][-1] == "Old Captain"


def test_scenes_are_the_data_sets_where_it_has_them(tmp_path: Path) -> None:
    folder = film(tmp_path, SHOTS)
    names = [f"{FILM}_{span}" for span in SHOTS]
    scenes = {FILM: {"Sence 1: Late": names[:1], "Sence 2: Talk": [*names[1:3], f"{FILM}_x"]}}
    (tmp_path / "movies_scenes.json").write_text(json.dumps(scenes), "utf-8")
    (tmp_path / "mad2plot.json").write_text(json.dumps({FILM: "A ferry waits. It goes."}), "utf-8")
    found = planned_as_annotated(read_annotations(folder), {})
    assert [(s.description, len(s.shots)) for s in found.movie.scenes] == [("Late", 1), ("Talk", 3)]
    assert found.movie.logline == "A ferry waits."
    assert any("in no scene and stay with the shot before" in one for one in found.remarks)
    assert any("have no annotation and are not made" in one for one in found.remarks)


CAMERA = {
    "The camera follows Juno smoothly as she walks through the store.": CameraMove.TRACKING,
    "The camera remains static, focusing on the two.": CameraMove.STATIC,
    "Static shot with no camera movement.": CameraMove.STATIC,
    "The camera does not move.": CameraMove.STATIC,
    "The camera pans from right to left.": CameraMove.PAN_LEFT,
    "A slow pan across the room.": CameraMove.PAN_RIGHT,
    "The camera tilts down to her hands.": CameraMove.TILT_DOWN,
    "The camera tilts slightly upward.": CameraMove.TILT_UP,
    "The camera slowly zooms in on his face.": CameraMove.ZOOM_IN,
    "It zooms out to show the crowd.": CameraMove.ZOOM_OUT,
    "The camera moves closer to Mark.": CameraMove.DOLLY_IN,
    "The shot pulls back from the house.": CameraMove.DOLLY_OUT,
    "The camera slides to the left.": CameraMove.TRUCK_LEFT,
    "A lateral move along the shelves.": CameraMove.TRUCK_RIGHT,
    "A shaky handheld camera follows him.": CameraMove.HANDHELD,
    "The camera is steady, then pans left.": CameraMove.PAN_LEFT,
    "The camera holds without panning or zooming, fixed on her.": CameraMove.STATIC,
    "Dreamlike.": None,
    "": None,
}


@pytest.mark.parametrize("text", CAMERA)
def test_the_camera_moves_as_it_is_told(text: str) -> None:
    assert camera_move(text) is CAMERA[text]


def test_folders_that_are_no_film_are_refused(tmp_path: Path) -> None:
    folder = film(tmp_path, SHOTS)
    with pytest.raises(DatasetError, match=f"give the folder of one film, such as .*{FILM}"):
        read_annotations(folder.parent)
    (tmp_path / "empty").mkdir()
    with pytest.raises(DatasetError, match="holds no shot annotations"):
        read_annotations(tmp_path / "empty")
    bad = folder / f"{FILM}_00.00.09.000-00.00.10.000.json"
    for content, said in (
        ("{", "JSON"),
        ("[]", "is no annotation"),
        (json.dumps(annotation({}) | {"Plot": 3}), "Plot: input should be a valid string"),
        (json.dumps({"Plot": "x"}), "Characters: field required"),
    ):
        bad.write_text(content, "utf-8")
        with pytest.raises(DatasetError, match=said) as caught:
            read_annotations(folder)
        assert str(bad) in str(caught.value)
    bad.rename(folder / f"{FILM}_00.00.09.000-00.00.08.000.json")
    with pytest.raises(DatasetError, match="before it starts"):
        read_annotations(folder)
    (folder / f"{FILM}_00.00.09.000-00.00.08.000.json").rename(folder / "notes.json")
    with pytest.raises(DatasetError, match="is not named as MovieBench names a shot"):
        read_annotations(folder)
    (folder / "notes.json").unlink()
    other = folder / "1_Other_00.00.09.000-00.00.10.000.json"
    other.write_text(json.dumps(annotation({})), "utf-8")
    with pytest.raises(DatasetError, match="holds shots of 2 films"):
        read_annotations(folder)


@pytest.mark.skipif(not SAMPLE.is_dir(), reason="MovieBench's sample is not here")
def test_a_real_annotation_is_planned() -> None:
    found = planned_as_annotated(read_annotations(SAMPLE), {"Juno MacGuff": ()})
    ((_, shot),) = found.movie.shots
    assert (shot.duration, shot.camera_move) == (3.716, CameraMove.TRACKING)
    assert found.movie.scenes[0].place == "store"
    assert found.movie.title == "Juno"
    assert not found.remarks
