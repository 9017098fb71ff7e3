"""A split rendered shot for shot: killed or whole, in shards or at once, with faults in its way."""

import json
import multiprocessing
import os
import re
import shutil
import signal
import time
import unicodedata
from collections.abc import Callable
from pathlib import Path

import cv2
import jiwer
import numpy as np
import pytest
from PIL import Image
from synthetic import FERRY, INN, SHOTS

from script2movie.cli import main
from script2movie.errors import BackendRefused, ShotFailed
from script2movie.media.clips import encode, read_frames, read_sound, write_png
from script2movie.moviebench.batch import Batch, share_of
from script2movie.moviebench.dataset import open_dataset
from script2movie.moviebench.frames import read_clip
from script2movie.moviebench.layout import film_folder, find_predictions
from script2movie.screenplay import load_plan, planned_as_annotated

SMALL = ("--size", "192x128", "--fps", "4")
NAMES = [shot.name(INN) for shot in SHOTS[INN]]
ANNOTATIONS = "Annotation_Shot_Desc_11.15_V2_160movies"


def batch(tree: Path, run: Path, *words: object, films: str = INN, code: int = 0) -> None:
    told = ["--dataset", str(tree), "--films", films, "--out", str(run), *SMALL]
    assert main(["batch", *told, *map(str, words)]) == code


def made(run: Path, film: str = INN) -> dict[str, bytes]:
    """The predictions of a film, by name."""
    return {path.name: path.read_bytes() for path in sorted((run / film).iterdir())}


@pytest.fixture(scope="module")
def whole(tree: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that nothing stopped."""
    run = tmp_path_factory.mktemp("whole")
    batch(tree, run)
    return run


@pytest.fixture
def warm(whole: Path, tmp_path: Path) -> Path:
    """A new run whose people are cut out already, since that is what takes long."""
    run = tmp_path / "warm"
    cache = film_folder(run, INN) / ".script2movie"
    cache.mkdir(parents=True)
    kept = film_folder(whole, INN) / ".script2movie" / "prepare"
    shutil.copytree(kept, cache / "prepare")
    return run


def test_files_are_named_as_the_scorer_reads_them(whole: Path, tree: Path) -> None:
    assert set(made(whole)) == {name + suffix for name in NAMES for suffix in (".mp4", ".jpg")}
    film = open_dataset(tree).film(INN)
    found = find_predictions(whole, [film])
    assert found.kind == "clips" and not found.missing and not found.remarks
    for shot in film.shots:
        frames = list(read_frames(found.files[shot]))
        assert len(frames) == round(shot.span.seconds * 4)
        assert frames[0].shape == (128, 192, 3)
        with pytest.raises(ValueError):  # nobody speaks: there is nothing to be measured
            read_sound(found.files[shot], 16_000)
    told = json.loads((whole / "run.json").read_text("utf-8"))["made with"]
    assert told["seed"] == 0 and "embedded" in told["fingerprints"]["storyboard"]
    assert not (whole / "failed.json").exists()


def test_killed_and_run_again_it_ends_in_the_same_files(
    whole: Path, warm: Path, tree: Path
) -> None:
    context = multiprocessing.get_context("fork")  # what is imported already need not be again
    child = context.Process(target=batch, args=(tree, warm))
    child.start()
    drawn = film_folder(warm, INN) / ".script2movie" / "draw"
    started = time.monotonic()
    while not list(drawn.glob("[!.]*")) and time.monotonic() - started < 120:
        time.sleep(0.02)
    assert child.pid is not None and child.is_alive()
    os.kill(child.pid, signal.SIGKILL)
    child.join()
    assert not (warm / INN).exists() or len(made(warm)) < 2 * len(NAMES)
    batch(tree, warm)
    assert made(warm) == made(whole)
    kept = {path: path.stat().st_mtime_ns for path in warm.rglob("*") if path.is_file()}
    batch(tree, warm)
    after = {path: path.stat().st_mtime_ns for path in warm.rglob("*") if path.is_file()}
    changed = {path.name for path in after if after[path] != kept.get(path)}
    assert changed <= {"run.json", "plan.json"}


def test_two_shards_side_by_side_make_what_one_run_makes(
    whole: Path, warm: Path, tree: Path
) -> None:
    batch(tree, warm, "--jobs", "2")
    assert made(warm) == made(whole)
    assert not list(warm.glob("failed*"))


def test_shards_are_neighbours_and_leave_nothing_out(tree: Path) -> None:
    films = open_dataset(tree).chosen("Test")
    everything = [shot for film in films for shot in film.shots]
    for count in range(1, 12):
        shards = [share_of(films, (number, count)) for number in range(1, count + 1)]
        dealt = [shot for shares in shards for share in shares for shot in share.shots]
        assert dealt == everything
        sizes = [sum(len(share.shots) for share in shares) for shares in shards]
        assert max(sizes) - min(sizes) <= 1
    first, second = (share_of(films, (number, 2), whole=True) for number in (1, 2))
    assert [share.film.name for share in (*first, *second)] == [film.name for film in films]


def test_the_films_own_first_frame_and_what_fails_beside_it(
    warm: Path, tree: Path, copied: Callable[[Path], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    spoiled = copied(tree)
    on_disk = unicodedata.normalize("NFD", INN)
    clips = spoiled / "LSMDC" / on_disk
    names = [unicodedata.normalize("NFD", name) for name in NAMES]
    one_frame, green = clips / f"{names[0]}.avi", np.full((90, 160, 3), (40, 200, 60), np.uint8)
    writer = cv2.VideoWriter(str(one_frame), cv2.VideoWriter.fourcc(*"MJPG"), 8, (160, 90))
    writer.write(green)
    writer.release()
    (clips / f"{names[1]}.avi").write_bytes(b"")
    (spoiled / ANNOTATIONS / on_disk / f"{names[2]}.json").write_text("{", "utf-8")
    stale = warm / INN / f"{NAMES[1]}.mp4"
    stale.parent.mkdir()
    stale.write_bytes(b"of another day")
    batch(spoiled, warm, "--keyframes", "real-first", "--json", code=1)
    told = json.loads(capsys.readouterr().out)
    reasons = {one["shot"]: one["why"] for one in told["failed"]}
    assert set(reasons) == {NAMES[1], NAMES[2]}
    assert "0 bytes" in reasons[NAMES[1]] and "broken JSON" in reasons[NAMES[2]]
    assert json.loads((warm / "failed.json").read_text("utf-8")) == told["failed"]
    assert set(made(warm)) == {f"{NAMES[0]}.mp4", f"{NAMES[0]}.jpg"}
    expected = next(read_clip(one_frame, [0])).reshape(-1, 3).mean(axis=0)
    with Image.open(warm / INN / f"{NAMES[0]}.jpg") as keyframe:
        shown = np.asarray(keyframe).reshape(-1, 3)
    assert np.abs(shown.mean(axis=0) - expected).max() < 4 and shown.std(axis=0).max() < 4
    # mended, only what was missing is made; another kind of run is refused
    batch(tree, warm, code=2)
    assert "holds a run with keyframes" in capsys.readouterr().err
    batch(tree, warm, "--keyframes", "real-first")
    assert len(made(warm)) == 6 and not (warm / "failed.json").exists()


def test_keyframes_and_lines_that_are_given(
    whole: Path, warm: Path, tree: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pictures, subtitles = tmp_path / "pictures", tmp_path / "srt"
    shutil.copytree(whole / INN, pictures / INN, ignore=shutil.ignore_patterns("*.mp4"))
    (pictures / INN / f"{NAMES[0]}.jpg").unlink()
    subtitles.mkdir()
    text = "1\n01:00:01,600 --> 01:00:02,900\nVIKTOR: Is there a room?\n"
    (subtitles / f"{INN}.srt").write_text(text, "utf-8")
    words = ("--keyframes", pictures, "--subtitles", subtitles, "--level", "film")
    batch(tree, warm, *words, code=1)
    said = capsys.readouterr().out
    assert f"has no picture {INN}/{NAMES[0]}.jpg" in said and "not cut, since 1" in said
    clip = warm / INN / f"{NAMES[1]}.mp4"
    assert np.abs(read_sound(clip, 16_000)).max() > 0.05
    plan = load_plan(film_folder(warm, INN) / "plan.json")
    (line,) = (line for _, shot in plan.shots for line in shot.dialogue)
    assert (line.character, line.text, line.off_screen) == ("Viktor", "Is there a room?", False)
    shutil.copy(whole / INN / f"{NAMES[0]}.jpg", pictures / INN)
    batch(tree, warm, *words)
    film = film_folder(warm, INN) / "film.mp4"
    assert sum(1 for _ in read_frames(film)) > sum(round(1.5 * 4) for _ in NAMES)


def test_lines_are_heard_in_the_film_s_own_clips(warm: Path, tree: Path) -> None:
    """Whisper writes down the one clip in which somebody speaks; the others stay silent."""
    batch(tree, warm, "--subtitles", "asr")
    plan = load_plan(film_folder(warm, INN) / "plan.json")
    said = {shot.reference: [line.text for line in shot.dialogue] for _, shot in plan.shots}
    (heard,) = said.pop(NAMES[1])
    assert jiwer.wer("is there a room", re.sub(r"[^a-z ]", "", heard.lower())) <= 0.25
    assert not any(said.values())
    assert np.abs(read_sound(warm / INN / f"{NAMES[1]}.mp4", 16_000)).max() > 0.05


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--films", "9001_The_Fery"], "did you mean"),
        (["--shard", "4/3"], "written --shard 3/8"),
        (["--jobs", "0"], "1 or more"),
        (["--planner", "llm"], "--from synopsis"),
        (["--from", "synopsis", "--keyframes", "real-first"], "leave it out"),
        (["--keyframes", "/nowhere"], "--keyframes /nowhere is no folder"),
        (["--subtitles", "/nowhere"], "--subtitles /nowhere is no folder"),
        (["--storyboard", "embeded"], "did you mean 'embedded'"),
        (["--clips", "/nowhere"], "cannot be read"),
    ],
)
def test_what_cannot_be_run_is_one_sentence(
    words: list[str], said: str, tree: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = ["batch", "--dataset", str(tree), "--out", str(tmp_path / "run"), *SMALL]
    assert main([*told, *words]) == 2
    error = capsys.readouterr().err
    assert error.count("script2movie: ") == 1 and said in error
    assert not (tmp_path / "run").exists()  # the words put right are no other kind of run


def test_a_partial_download_says_what_it_lacks(
    tree: Path, tmp_path: Path, copied: Callable[[Path], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    partial = copied(tree)
    shutil.rmtree(partial / "LSMDC")
    batch(partial, tmp_path / "run", "--keyframes", "real-first", films=FERRY, code=2)
    assert "has no LSMDC" in capsys.readouterr().err
    shutil.rmtree(partial / ANNOTATIONS)
    batch(partial, tmp_path / "run", films=FERRY, code=2)
    assert "has no Annotation" in capsys.readouterr().err


class Refusing:
    """A crew whose backend refuses one shot and fails at another; grey clips else."""

    def plan(self, told, bank, lines, folder):  # type: ignore[no-untyped-def]
        folder.mkdir(parents=True, exist_ok=True)
        return planned_as_annotated(told, {one.name: () for one in bank}, lines).movie

    def shoot(self, movie, people, folder, *, only, frames, cut):  # type: ignore[no-untyped-def]
        if "s01_sh001" in only:
            raise BackendRefused("too long", {"s01_sh001": "too long"})
        for shot in only:
            for path in (folder / "clips" / f"{shot}.mp4", folder / "storyboard" / f"{shot}.png"):
                path.parent.mkdir(parents=True, exist_ok=True)
            grey = np.full((192, 192), 128, np.uint8)
            encode([grey] * 4, folder / "clips" / f"{shot}.mp4", width=192, height=128, fps=4)
            write_png(np.full((128, 192, 3), 128, np.uint8), folder / "storyboard" / f"{shot}.png")
        raise ShotFailed("1 failed", {"s01_sh002": "no memory", "Viktor": "no face"})


def test_what_a_backend_refuses_stops_no_other_shot(tree: Path, tmp_path: Path) -> None:
    (share,) = share_of([open_dataset(tree).film(INN)])
    told = Batch(tmp_path, Refusing(), lambda film: {}, cut=True).make(share)
    assert [(one.shot, one.why) for one in told] == [
        (NAMES[0], "too long"),
        (NAMES[1], "no memory"),
        ("", "not cut, since 2 shots failed"),
    ]
    assert set(made(tmp_path)) == {f"{NAMES[2]}.mp4", f"{NAMES[2]}.jpg"}


def test_a_film_from_its_synopsis_has_shots_of_its_own(warm: Path, tree: Path) -> None:
    batch(tree, warm, "--from", "synopsis", "--minutes", "0.2")
    names = {path.stem for path in (warm / INN).iterdir()}
    assert "s01_sh001" in names and all(name.startswith("s0") for name in names)
