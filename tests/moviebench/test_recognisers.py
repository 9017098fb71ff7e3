"""Identity by published recognisers: who is known, under which name, in whose column."""

from pathlib import Path

import numpy as np
import pytest
import tiny_faces
from PIL import Image

from script2movie.cli import main
from script2movie.moviebench.choosing import choose
from script2movie.moviebench.dataset import BankPerson, open_dataset
from script2movie.moviebench.measures.identity import Faces, Identity
from script2movie.moviebench.measures.recognisers import ArcFaceRecogniser, VggFaceRecogniser

HUES = (255, 255, 20), (20, 255, 255)


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("recognisers")
    return {
        "vgg-face": tiny_faces.vgg_face(folder / "vgg_face_weights.h5"),
        "mtcnn": tiny_faces.mtcnn(folder / "mtcnn"),
    }


def portraits(folder: Path) -> list[BankPerson]:
    people = []
    for name, hue in zip(("Anna", "Tom"), HUES, strict=True):
        photo = folder / f"{name}.png"
        Image.fromarray(tiny_faces.bright_faces(hue)).save(photo)
        people.append(BankPerson(name, (photo,)))
    return people


def test_vgg_face_tells_two_people_in_a_frame(given: dict[str, Path], tmp_path: Path) -> None:
    faces = Faces(portraits(tmp_path), VggFaceRecogniser(given))
    seen = faces.sightings(tiny_faces.bright_faces(*HUES))
    assert len(seen) > 1 and not faces.remarks
    for one in seen:
        left = one.box[0] < 140
        assert one.character == ("Anna" if left else "Tom"), one
    assert {one.character for one in seen} == {"Anna", "Tom"}


def test_without_a_face_the_whole_photo_is_compared(given: dict[str, Path], tmp_path: Path) -> None:
    photo = tmp_path / "dark.png"
    Image.fromarray(np.full((64, 64, 3), 9, np.uint8)).save(photo)
    recogniser = VggFaceRecogniser(given)
    faces = Faces([BankPerson("Dark", (photo,))], recogniser)
    assert faces.remarks == [
        f"{photo} shows no face that MTCNN finds: the whole photo is compared, as DeepFace does"
    ]
    assert faces._gallery.nearest(recogniser.known(photo)[0][0]) == ("Dark", 0)
    assert recogniser.is_same(1.17) and recogniser.is_same(1.1700004)
    assert not recogniser.is_same(1.17001)


def test_only_vgg_face_by_the_papers_text_stands_in_its_columns(
    tree: Path, given: dict[str, Path]
) -> None:
    films = open_dataset(tree).chosen("Test")
    new = lambda: VggFaceRecogniser(given)  # noqa: E731
    paper, released = (Identity(protocol, films, new) for protocol in ("paper", "released"))
    assert [one.paper for one in paper.columns] == ["P_ID", "R_ID", "F1_ID"]
    assert [one.name for one in paper.columns] == [
        f"identity {ratio} (VGG-Face)" for ratio in ("precision", "recall", "F1")
    ]
    assert {one.paper for one in released.columns} == {""}
    assert {one.paper for one in Identity("paper", films).columns} == {""}
    prints = {one.fingerprint for one in (paper, released, Identity("paper", films))}
    assert len(prints) == 3


def test_without_weights_each_recogniser_says_what_it_needs(
    tree: Path, run: Path, artefacts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / ".script2movie").symlink_to(artefacts)
    words = ["score", str(run), "--dataset", str(tree), "--out", str(tmp_path)]
    assert main([*words, "--metrics", "identity", "--protocol", "paper"]) == 0
    told = capsys.readouterr().out
    (row,) = (line for line in told.splitlines() if line.startswith("| identity (VGG-Face) |"))
    assert "'vgg-face' (580 MB" in row and "NOT for commercial use" in row
    assert "vgg_face_weights.h5'" in row
    (row,) = (line for line in told.splitlines() if line.startswith("| identity (ArcFace) |"))
    assert "non-commercial research only" in row and "NOT for commercial use" in row
    assert "'*det_10g.onnx' '*w600k_r50.onnx'" in row
    assert "| identity F1 (dlib) | paper | 100.00 %" in told


def test_arcface_tells_two_people_and_says_its_licence(
    tree: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = {"insightface": tiny_faces.buffalo(tmp_path / "pack")}
    faces = Faces(portraits(tmp_path), ArcFaceRecogniser(given))
    seen = faces.sightings(tiny_faces.bright_faces(*HUES))
    assert {(one.nearest, one.box[0] < 140) for one in seen} == {("Anna", True), ("Tom", False)}
    photo = tmp_path / "dark.png"
    Image.fromarray(np.full((64, 64, 3), 9, np.uint8)).save(photo)
    nobody = Faces([BankPerson("Nobody", (photo,))], ArcFaceRecogniser(given))
    assert "shows no face" in nobody.remarks[0]
    films = open_dataset(tree).chosen("Test")
    (column, _, _) = Identity("paper", films, lambda: ArcFaceRecogniser(given)).columns
    assert column.name == "identity precision (ArcFace)" and not column.paper
    assert "not for commercial use" in column.encoder


def test_given_weights_open_the_published_measures_beside_the_stand_ins(
    tree: Path, given: dict[str, Path], tmp_path: Path
) -> None:
    films = open_dataset(tree).chosen("Test")
    files = {name: tmp_path / f"{name}.pth" for name in ("raft-things", "amt-s")}
    for file in files.values():
        file.touch()
    pack = {"insightface": tiny_faces.buffalo(tmp_path / "pack")}
    asked = ("identity", "smoothness", "dynamic")
    measures, lacking = choose(asked, "paper", films, {**given, **files, **pack})
    assert [one.columns[-1].name for one in measures] == [
        *("identity F1 (VGG-Face)", "identity F1 (ArcFace)", "identity F1 (dlib)"),
        *("motion smoothness", "motion smoothness (DIS flow)"),
        *("dynamic degree", "dynamic degree (DIS flow)"),
    ]
    assert [one.columns[-1].paper for one in measures if one.columns[-1].paper] == [
        *("F1_ID", "smoothness", "dynamic"),
    ]
    assert not lacking
