"""A folder of predictions to rows: what counts, what is listed, what is refused."""

import json
import unicodedata
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
import tiny
from synthetic import FERRY, INN, SHOTS, make_predictions

from script2movie.annotations import Span
from script2movie.cli import main
from script2movie.errors import DatasetError
from script2movie.moviebench.dataset import open_dataset
from script2movie.moviebench.layout import clip_path, find_predictions, keyframe_path
from script2movie.moviebench.lines import lines_of_shot, read_subtitles

Copied = Callable[[Path], Path]
Scored = Callable[..., dict]


@pytest.fixture
def scored(
    tree: Path, artefacts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> Scored:
    """`score` with these words, its exit code, and what it wrote."""

    def call(*words: object, code: int = 0) -> dict:
        out = tmp_path / "report"
        out.mkdir(exist_ok=True)
        if not (out / ".script2movie").exists():
            (out / ".script2movie").symlink_to(artefacts)
        told = ["score", *map(str, words), "--dataset", str(tree), "--out", str(out)]
        assert main(told) == code, capsys.readouterr().err
        return {
            **json.loads((out / "score.json").read_text("utf-8")),
            "markdown": (out / "score.md").read_text("utf-8"),
            "page": (out / "score.html").read_text("utf-8"),
        }

    return call


def numbers(told: dict, number: int = 0) -> dict[tuple[str, str], dict]:
    return {(row["metric"], row["protocol"]): row for row in told["runs"][number]["rows"]}


def test_identity_is_the_sum_over_shots_worked_by_hand(scored: Scored, tmp_path: Path) -> None:
    # Anna's shot shows Tom (1 too many, 1 missed); Kim-Lee's shows nobody (1 missed)
    run = make_predictions(tmp_path / "run", {5_000: ("Old Tom",), 61_000: ()})
    told = scored(run, "--metrics", "identity")
    rows = numbers(told)
    # over both films 11 are to be seen: 9 right, 1 too many, 2 missed
    assert rows["identity precision (dlib)", "paper"]["value"] == pytest.approx(100 * 9 / 10)
    assert rows["identity recall (dlib)", "paper"]["value"] == pytest.approx(100 * 9 / 11)
    assert rows["identity F1 (dlib)", "paper"]["value"] == pytest.approx(100 * 18 / 21)
    assert rows["identity F1 (dlib)", "paper"]["shots"] == 9
    # the script covers one film: 7 to be seen, 5 right, 1 too many, 2 missed
    released = rows["identity F1 (dlib)", "released"]
    assert released["films"] == [FERRY] and released["shots"] == 6
    assert released["value"] == pytest.approx(100 * 10 / 13)
    by_film = rows["identity F1 (dlib)", "paper"]["by film"]
    assert by_film == pytest.approx({FERRY: 100 * 10 / 13, INN: 100})
    assert rows["identity recall (dlib)", "paper"]["by scene"] == pytest.approx(
        {
            f"{FERRY}, scene 1": 50.0,
            f"{FERRY}, scene 2": 80.0,
            f"{INN}, scene 1": 100.0,
            f"{INN}, scene 2": 100.0,
        }
    )
    people = {(one["film"], one["character"]): one for one in told["runs"][0]["characters"]}
    assert people[FERRY, "Old Tom"]["false_positives"] == 1
    assert people[FERRY, "Kim-Lee"]["false_negatives"] == 1
    low, high = rows["identity F1 (dlib)", "paper"]["between"]
    assert low < 100 * 18 / 21 < high
    # every number with its direction, encoder and frames; never in the paper's columns
    assert all(row["encoder"] and row["frames"] and row["better"] for row in rows.values())
    assert {row["paper's column"] for row in rows.values()} == {None}
    assert "Kim-Lee" in told["page"] and "<svg" in told["page"]


def test_a_second_score_measures_nothing_again(scored: Scored, run: Path, artefacts: Path) -> None:
    first = scored(run, "--metrics", "identity", "dynamic")
    made = {path: path.stat().st_mtime_ns for path in artefacts.glob("*/*.*")}
    again = scored(run, "--metrics", "identity", "dynamic")
    assert first["runs"] == again["runs"]
    assert {path.parent.name for path in made} >= {"seen", "features"}
    assert {path: path.stat().st_mtime_ns for path in artefacts.glob("*/*.*")} == made


def test_what_cannot_be_read_is_counted_and_listed(
    scored: Scored, run: Path, copied: Copied
) -> None:
    spoiled = copied(run)
    ferry = spoiled / FERRY
    names = [shot.name(FERRY) for shot in SHOTS[FERRY]]
    (ferry / f"{names[0]}.mp4").write_bytes(b"")
    (ferry / f"{names[1]}.mp4").write_bytes(b"no clip at all" * 99)
    (ferry / f"{names[2]}.mp4").unlink()
    (ferry / f"{names[3]}.mp4").rename(ferry / f"{names[3]}.mov")
    (ferry / f"{FERRY}_00.09.00.000-00.09.01.000.mp4").write_bytes(b"?")
    (ferry / "notes.txt").write_text("?", "utf-8")
    (spoiled / "9001_The_Fery").mkdir()
    one = ferry / f"{names[4]}.mp4"
    writer = cv2.VideoWriter(str(one), cv2.VideoWriter.fourcc(*"mp4v"), 8, (64, 36))
    writer.write(np.full((36, 64, 3), 90, np.uint8))
    writer.release()
    told = scored(spoiled, "--metrics", "identity", "smoothness", code=1)["runs"][0]
    faults = "\n".join(told["cannot be read"])
    assert "0 bytes" in faults and names[1] in faults
    assert "fewer than 3 frames" in faults
    remarks = "\n".join(told["remarks"])
    assert "did you mean '9001_The_Ferry'" in remarks
    assert "a shot that is not annotated" in remarks and "notes.txt" in remarks
    rows = {row["metric"]: row for row in told["rows"] if row["protocol"] == "paper"}
    assert (told["shots annotated"], told["shots predicted"]) == (9, 8)
    assert rows["identity F1 (dlib)"]["shots"] == 6
    assert rows["motion smoothness (DIS flow)"]["shots"] == 5
    # 11 are to be seen, 7 of them in the shots that can be read; 6 are
    assert rows["identity recall (dlib)"]["value"] == pytest.approx(100 * 6 / 7)
    strict = rows["identity recall (dlib), missing shots missed"]
    assert strict["value"] == pytest.approx(100 * 6 / 11) and strict["shots"] == 9
    assert rows["identity F1 (dlib), missing shots missed"]["value"] == pytest.approx(1200 / 17)
    assert "identity precision (dlib), missing shots missed" not in rows
    assert told["shots missing"] == 1


def test_predictions_in_either_unicode_form_and_none_for_a_film(tree: Path, run: Path) -> None:
    films = open_dataset(tree).chosen("Test")
    found = find_predictions(run, films)
    assert {path.parent.name for path in found.files.values()} == {FERRY, INN}
    assert found.kind == "clips" and not found.missing


def test_a_film_without_predictions_is_said(tree: Path, run: Path, copied: Copied) -> None:
    folder = copied(run)
    (folder / INN).rename(folder / unicodedata.normalize("NFD", "9002_Les_Thenardier"))
    films = open_dataset(tree).chosen("Test")
    found = find_predictions(folder, films)
    assert len(found.missing) == 3
    assert any(f"holds nothing for {INN} (3 shots)" in one for one in found.remarks)
    with pytest.raises(DatasetError, match="named like their shots, as in"):
        find_predictions(folder, films, "keyframes")


def test_keyframes_are_scored_as_keyframes(
    scored: Scored, tree: Path, run: Path, tmp_path: Path
) -> None:
    from script2movie.moviebench.frames import read_clip

    films = open_dataset(tree).chosen("Test")
    folder = tmp_path / "keyframes"
    for shot in (shot for film in films for shot in film.shots):
        path = keyframe_path(folder, shot)
        path.parent.mkdir(parents=True, exist_ok=True)
        frame = next(read_clip(clip_path(run, shot), [6]))
        cv2.imwrite(str(path), frame[..., ::-1])
    told = scored(folder, "--metrics", "identity", "smoothness")
    assert told["runs"][0]["kind"] == "keyframes"
    rows = numbers(told)
    assert rows["identity F1 (dlib)", "paper"]["value"] == 100
    assert rows["motion smoothness (DIS flow)", "paper"]["value"] is None
    assert "no data" in told["markdown"]


def test_two_runs_are_compared_shot_by_shot(scored: Scored, run: Path, tmp_path: Path) -> None:
    other = make_predictions(tmp_path / "other", {61_000: (), 8_000: ("Old Tom",)})
    words = ("--compare", run, other, "--metrics", "identity", "--protocol", "paper")
    told = scored(*words)
    recall = next(one for one in told["differences"] if "recall" in one["metric"])
    # 11 of 11 against 9 of 11
    assert recall["value"] == pytest.approx(100 - 100 * 9 / 11)
    assert recall["between"][0] >= 0 and recall["num_shots"] == 9
    same = scored("--compare", run, run, "--metrics", "identity")["differences"]
    assert all(one["value"] == 0 and one["between"] == [0, 0] for one in same)


def test_the_films_own_clips_are_a_row(scored: Scored) -> None:
    told = scored("--ground-truth", "--metrics", "identity", "wer", "voice", "mcd")
    rows = numbers(told)
    assert told["runs"][0]["run"] == "ground truth"
    assert rows["identity F1 (dlib)", "paper"]["value"] == 100
    # two shots are spoken in; a clip's sound against itself
    assert rows["WER (Whisper tiny.en)", "paper"]["shots"] == 2
    assert rows["WER (Whisper tiny.en)", "paper"]["value"] == 0
    assert rows["similarity (Resemblyzer)", "paper"]["value"] == pytest.approx(1)
    assert rows["MCD", "paper"]["value"] == 0
    lacking = {one["name"]: one["needs"] for one in told["runs"][0]["no data"]}
    assert "hf download openai/whisper-large-v3" in lacking["WER"]
    assert "wavlm" in lacking["SIM-o"]


def test_words_come_from_subtitles_where_they_are_given(
    scored: Scored, run: Path, tmp_path: Path
) -> None:
    subtitles = tmp_path / "srt"
    subtitles.mkdir()
    text = (
        "1\n00:00:06,600 --> 00:00:07,900\nOLD TOM: The last <i>boat</i> leaves soon.\n\n"
        "2\n00:00:08,200 --> 00:00:09,000\n(bell)\n"
    )
    (subtitles / f"{FERRY}.srt").write_text(text, "utf-8")
    (line,) = read_subtitles(subtitles / f"{FERRY}.srt")
    assert (line.speaker, line.text) == ("OLD TOM", "The last boat leaves soon.")
    assert lines_of_shot([line], Span(6_500, 8_000)) == (line,)
    assert lines_of_shot([line], Span(8_000, 9_500)) == ()
    told = scored(run, "--metrics", "wer", "--protocol", "paper", "--subtitles", subtitles)
    row = numbers(told)["WER (Whisper tiny.en)", "paper"]
    assert (row["value"], row["shots"]) == (0, 1)
    (subtitles / f"{FERRY}.srt").write_text("no subtitles", "utf-8")
    with pytest.raises(DatasetError, match="-->"):
        read_subtitles(subtitles / f"{FERRY}.srt")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--metrics", "identty"], "did you mean 'identity'"),
        (["--metrics", "clip"], "hf download openai/clip-vit-base-patch16"),
        (["--weights", "clip"], "NAME=PATH"),
        (["--weights", "clip-vit-b17=/x"], "did you mean 'clip-vit-b1"),
        (["--weights", "vgg-face=/nowhere/x.h5"], "x.h5: there is no such file or folder"),
        (["--films", "9001_The_Fery"], "did you mean"),
        (["--kind", "keyframes"], "holds no keyframes"),
        (["--subtitles", "/nowhere"], "cannot be read"),
    ],
)
def test_what_cannot_be_scored_is_one_sentence(
    words: list[str], said: str, tree: Path, run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["score", str(run), "--dataset", str(tree), *words]) == 2
    told = capsys.readouterr().err
    assert told.count("script2movie: ") == 1 and said in told


def test_published_metrics_run_on_tiny_weights(scored: Scored, run: Path, tmp_path: Path) -> None:
    given = [
        f"clip-vit-b16={tiny.clip(tmp_path / 'b16')}",
        f"clip-vit-b32={tiny.clip(tmp_path / 'b32')}",
        f"clip-vit-l14={tiny.clip(tmp_path / 'l14')}",
        f"laion-aesthetic={tiny.linear_head(tmp_path / 'head.pth', 24)}",
        f"dino-vit-b16={tiny.dino(tmp_path / 'dino')}",
        f"i3d={tiny.i3d(tmp_path / 'i3d.pt')}",
    ]
    words = [word for pair in given for word in ("--weights", pair)]
    asked = ("clip", "aesthetic", "subject", "background", "fvd")
    told = scored(run, "--metrics", *asked, *words, "--films", INN, code=1)
    rows = numbers(told)
    for name in ("CLIP score", "aesthetic", "subject consistency", "background consistency"):
        row = rows[name, "paper"]
        assert row["value"] is not None and row["shots"] == 3, name
    # a clip of 12 frames is too short for FVD: said, not skipped
    assert rows["FVD", "paper"]["value"] is None
    assert any("too few for FVD" in one for one in told["runs"][0]["cannot be read"])
    assert "| - |" in told["markdown"]
