"""The tree as it is published, whole, in part and spoiled."""

import json
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import quiet
from synthetic import BAKERY, FERRY, INN, SHOTS

from script2movie.annotations import Span, keys, shot_named
from script2movie.errors import DatasetError
from script2movie.moviebench.checking import check
from script2movie.moviebench.dataset import open_dataset
from script2movie.moviebench.statistics import measure

ANNOTATIONS = "Annotation_Shot_Desc_11.15_V2_160movies"
Copied = Callable[[Path], Path]


def test_a_whole_tree_is_read(tree: Path) -> None:
    dataset = open_dataset(tree)
    assert dataset.missing() == ()
    assert dataset.films == (FERRY, INN, BAKERY)
    assert [film.name for film in dataset.chosen("Test")] == [FERRY, INN]
    film = dataset.film(FERRY)
    assert [shot.name for shot in film.shots] == [shot.name(FERRY) for shot in SHOTS[FERRY]]
    annotations = list(film.annotations())
    assert [one.names for one in annotations] == [frozenset(s.people) for s in SHOTS[FERRY]]
    assert annotations[0].style_elements == ("Plain", "Evenly lit", "Quiet")
    assert [scene.number for scene in film.scenes] == [1, 2]
    assert film.scenes[0].description == "the beginning"
    assert dataset.imdb[FERRY] == "tt9000001"
    assert {one.name for one in film.scoring_bank} == {"Anna O'Neil", "Old Tom", "Kim-Lee"}
    actors = {one.name: one.actor for one in film.bank}
    assert actors == {"Anna O'Neil": "Mary-Ann Fox", "Old Tom": "T. J. Hall", "Kim-Lee": "Jo Doe"}
    assert all(film.clip(shot) for shot in film.shots)


def test_names_are_one_in_both_unicode_forms(tree: Path) -> None:
    on_disk = [path.name for path in (tree / ANNOTATIONS).iterdir()]
    assert INN not in on_disk and unicodedata.normalize("NFD", INN) in on_disk
    dataset = open_dataset(tree)
    for form in ("NFC", "NFD"):
        film = dataset.film(unicodedata.normalize(form, INN))
        assert len(film.shots) == 3 and film.name == INN
        assert film.shots[0].film == INN
        assert film.clip(film.shots[0]) is not None
    assert dataset.synopses[INN] and dataset.scenes[INN]


def test_a_span_is_in_the_name() -> None:
    shot = shot_named("1004_Juno_00.05.14.970-01.05.18.686")
    assert shot is not None
    assert shot.span == Span(314_970, 3_918_686)
    assert shot.film == "1004_Juno"
    assert shot_named("1004_Juno_5.14-5.18") is None


@pytest.mark.parametrize("part", [*keys.PARTS])
def test_a_part_that_was_not_downloaded_is_named_with_its_source(
    tree: Path, copied: Copied, part: str
) -> None:
    folder = copied(tree)
    (folder / part).rename(folder / "elsewhere")
    dataset = open_dataset(folder)
    (told,) = dataset.missing()
    assert part in told and "http" in told
    films = dataset.chosen(None)
    assert films and measure(dataset, films, quiet).missing == (told,)
    assert any(one.kind == "missing part" for one in check(dataset, films, quiet, pictures=False))


def test_what_is_no_dataset_is_refused(tmp_path: Path, tree: Path) -> None:
    with pytest.raises(DatasetError, match="holds nothing of MovieBench"):
        open_dataset(tmp_path)
    with pytest.raises(DatasetError, match="cannot be read"):
        open_dataset(tmp_path / "nowhere")
    with pytest.raises(DatasetError, match=f"did you mean '{FERRY}'"):
        open_dataset(tree).film("9001_The_Fery")


def spoil(folder: Path) -> dict[str, str]:
    """One fault of every kind; returns the kinds and a word that tells where."""
    ferry, first = folder / ANNOTATIONS / FERRY, SHOTS[FERRY][0]
    annotation = ferry / f"{first.name(FERRY)}.json"
    told = json.loads(annotation.read_text("utf-8"))
    told["Characters"] = {"Anna": "waits"}
    annotation.write_text(json.dumps(told), "utf-8")
    (ferry / f"{SHOTS[FERRY][1].name(FERRY)}.json").write_text('{"Characters": {"Old Tom"', "utf-8")
    spans = ("00.00.07.000-00.00.07.500", "00.02.00.000-00.01.59.000", "00.03.00.000-00.09.00.000")
    for span in spans:
        (ferry / f"{FERRY}_{span}.json").write_bytes(json.dumps(told).encode())
    (ferry / f"{FERRY}_5-6.json").write_text("{}", "utf-8")
    (ferry / "notes.txt").write_text("?", "utf-8")
    clips = folder / "LSMDC" / FERRY
    (clips / f"{SHOTS[FERRY][2].name(FERRY)}.avi").write_bytes(b"")
    (clips / f"{SHOTS[FERRY][3].name(FERRY)}.avi").write_bytes(b"RIFF no clip" * 40)
    photo = next((folder / "Char_Bank" / FERRY).glob("Kim*"))
    photo.write_bytes(b"\xff\xd8 no photo")
    scenes = json.loads((folder / "movies_scenes.json").read_text("utf-8"))
    scenes[FERRY]["Sence 3: never shot"] = [f"{FERRY}_00.09.00.000-00.09.01.000"]
    (folder / "movies_scenes.json").write_text(json.dumps(scenes), "utf-8")
    (folder / ANNOTATIONS / "9001_The_Fery").mkdir()
    return {
        "name the bank lacks": "'Anna'",
        "broken annotation": "broken JSON",
        "spans overlap": "before",
        "span runs backwards": "1.000 s",
        "very long shot": "360 s",
        "file name that is no shot's": "HH.MM",
        "file of another kind": ".json",
        "empty file": "0 bytes",
        "clip that does not decode": "LSMDC",
        "shot without a clip": "LSMDC",
        "portrait that cannot be used": "Kim",
        "scene of a shot that is not there": "movies_scenes",
        "shot without a scene": "movies_scenes",
        "film not listed": "did you mean '9001_The_Ferry'",
    }


def test_every_oddity_is_listed(tree: Path, copied: Copied) -> None:
    folder = copied(tree)
    expected = spoil(folder)
    found = check(dataset := open_dataset(folder), dataset.chosen(None), quiet)
    for kind, word in expected.items():
        told = [one.told for one in found if one.kind == kind]
        assert any(word in one for one in told), (kind, word, told)
    undecodable = [one for one in found if one.kind == "clip that does not decode"]
    assert len(undecodable) == 2
    numbers = measure(dataset, dataset.chosen(None), quiet)
    assert len(numbers.unreadable) == 1 and "broken JSON" in numbers.unreadable[0]


def test_a_whole_tree_has_nothing_odd_but_the_film_without_clips(tree: Path) -> None:
    dataset = open_dataset(tree)
    assert check(dataset, dataset.chosen("Test"), quiet) == []
    kinds = [one.kind for one in check(dataset, dataset.chosen("Train"), quiet)]
    assert kinds == ["film without files", "film without a bank"]


def test_statistics_are_the_sums_worked_by_hand(tree: Path) -> None:
    dataset = open_dataset(tree)
    numbers = measure(dataset, dataset.chosen(None), quiet)
    levels = {level.name: level.values for level in numbers.levels}
    # the bakery: shots of 2.0 and 2.25 s, 'Sence 1' has both, 'Sence 2' none
    assert sorted(levels["seconds of a shot"])[-2:] == [2.0, 2.25]
    assert sorted(levels["seconds of a scene"]) == [1.5, 3.0, 3.0, 4.25, 6.0]
    assert levels["minutes of a film"] == pytest.approx((9 / 60, 4.5 / 60, 4.25 / 60))
    # 'Loaves rise in the oven.' 5, 'Plain' 'Evenly lit' 'Quiet' 4, background 5, camera 7
    assert min(levels["words of a shot"]) == 5 + 4 + 5 + 7
    assert [film.side for film in numbers.films] == ["Test", "Test", "Train"]


def test_the_real_banks_and_annotation_are_read(bench: Path) -> None:
    dataset = open_dataset(bench)
    assert (len(dataset.split["Train"]), len(dataset.split["Test"])) == (85, 6)
    juno = dataset.film("1004_Juno")
    (annotation,) = juno.annotations()
    assert annotation.names == {"Juno MacGuff"}
    assert annotation.shot.span.seconds == pytest.approx(3.716)
    assert len(juno.bank) == 7 and len(juno.scoring_bank) == 12
    assert {one.actor for one in juno.bank} >= {"Elliot Page", "J.K. Simmons"}
