"""Characters named per shot by any annotator, against ground truth."""

import json
from pathlib import Path

import pytest
from synthetic import FERRY, SHOTS, annotation, write_json

from script2movie.cli import main
from script2movie.errors import DatasetError
from script2movie.moviebench.dataset import open_dataset
from script2movie.moviebench.naming import f1_between, name_shots


def test_names_are_counted_per_shot_by_hand(
    tree: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # the ferry has 7 names in 6 shots; the annotator writes 5 of the 6 shots:
    # shot 1 Tom for Anna (1 too many, 1 missed), shot 5 in capitals, shot 6 left out (2 missed)
    for number, shot in enumerate(SHOTS[FERRY][:5], 1):
        told = annotation(shot)
        if number == 1:
            told["Characters"] = {"Old Tom": "waits"}
        if number == 5:
            told["Characters"] = {"KIM-LEE": "looks"}
        write_json(tmp_path / FERRY / f"{shot.name(FERRY)}.json", told)
    films = (open_dataset(tree).film(FERRY),)
    found = name_shots(tmp_path, films)
    total = found.total
    counted = (total.true_positives, total.false_positives, total.false_negatives)
    assert counted == (4, 1, 3) and found.num_missing == 1
    low, high = f1_between(found) or (0, 0)
    assert low <= 100 * 8 / 12 <= high
    words = ["moviebench", "annotations", str(tree), "--run", str(tmp_path), "--films", FERRY]
    assert main([*words, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["precision"] == pytest.approx(4 / 5) and told["recall"] == pytest.approx(4 / 7)
    assert main(words) == 0
    assert "GPT-4o" in capsys.readouterr().out


def test_a_folder_without_annotations_is_refused(tree: Path, tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="holds no annotation of these films"):
        name_shots(tmp_path, (open_dataset(tree).film(FERRY),))
