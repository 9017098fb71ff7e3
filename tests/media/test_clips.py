"""Clips hold exactly the frames and the sound they were given, and so does what is stitched."""

import subprocess
from pathlib import Path

import cv2
import imageio_ffmpeg  # type: ignore[import-untyped]
import numpy as np
import pytest
import soundfile  # type: ignore[import-untyped]
from numpy.typing import NDArray

from script2movie.errors import OutputError
from script2movie.media import clips, joins, nv12
from script2movie.media.cards import Card, card_frames
from script2movie.stages import MIX_RATE

WIDTH, HEIGHT, FPS = 160, 96, 24
Picture = NDArray[np.uint8]


def grey(level: int) -> Picture:
    return nv12.from_rgb(np.full((HEIGHT, WIDTH, 3), level, np.uint8))


def write(path: Path, levels: list[int]) -> Path:
    frames = map(grey, levels)
    assert clips.encode(frames, path, width=WIDTH, height=HEIGHT, fps=FPS) == len(levels)
    return path


def levels_of(path: Path) -> list[int]:
    return [round(float(frame.mean())) for frame in clips.read_frames(path)]


def streams(path: Path) -> dict[str, float]:
    """Seconds of picture and of sound, as an independent decoder (OpenCV, ffmpeg) finds them."""
    capture = cv2.VideoCapture(str(path))
    count = 0
    while capture.read()[0]:
        count += 1
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-i", str(path), "-vn"]
    command += ["-ac", "1", "-ar", str(MIX_RATE), "-f", "s16le", "-"]
    sound = np.frombuffer(subprocess.run(command, check=True, capture_output=True).stdout, "<i2")
    return {"picture": count / capture.get(cv2.CAP_PROP_FPS), "sound": len(sound) / MIX_RATE}


def test_colours_survive_the_way_to_nv12_and_back() -> None:
    rng = np.random.default_rng(0)
    patches = rng.integers(0, 256, (6, 8, 3), dtype=np.uint8)
    rgb = cv2.resize(patches, (160, 96), interpolation=cv2.INTER_NEAREST).astype(np.uint8)
    back = nv12.to_rgb(nv12.from_rgb(rgb)).astype(int)
    flat = (slice(8, None, 16), slice(10, None, 20))  # the patches' middles
    assert np.abs(back[flat] - rgb[flat]).max() <= 3


def test_nv12_is_what_ffmpeg_calls_nv12(tmp_path: Path) -> None:
    rgb = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    rgb[:, : WIDTH // 2] = (200, 40, 90)
    rgb[:, WIDTH // 2 :] = (20, 180, 60)
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-f", "rawvideo"]
    command += ["-pix_fmt", "rgb24", "-s", f"{WIDTH}x{HEIGHT}", "-i", "-"]
    command += ["-vf", "scale=out_color_matrix=bt709:out_range=tv", "-pix_fmt", "nv12"]
    command += ["-f", "rawvideo", "-"]
    raw = subprocess.run(command, input=rgb.tobytes(), capture_output=True, check=True).stdout
    theirs = np.frombuffer(raw, np.uint8).reshape(HEIGHT * 3 // 2, WIDTH).astype(int)
    assert np.abs(theirs - nv12.from_rgb(rgb)).max() <= 2


def test_a_clip_has_its_frames_and_a_stitched_film_all_of_them(tmp_path: Path) -> None:
    first = write(tmp_path / "a'1.mp4", [40] * 25 + [80] * 6)  # 31 frames: not a round second
    second = write(tmp_path / "b 2.mp4", [120] * 7)
    assert levels_of(first)[0] == pytest.approx(40, abs=2) and len(levels_of(first)) == 31
    sound = tmp_path / "sound.wav"
    clips.write_wav(np.zeros((38 * 2000, 2), np.float32), sound, MIX_RATE)
    words = tmp_path / "film.srt"
    words.write_text("1\n00:00:00,200 --> 00:00:01,000\nHello\n", encoding="utf-8")
    film = tmp_path / "film.mp4"
    clips.stitch([first, second], sound, words, film, tmp_path, {"title": "A film: “é”"})
    levels = levels_of(film)
    assert len(levels) == 38
    assert levels == pytest.approx([40] * 25 + [80] * 6 + [120] * 7, abs=2)
    found = streams(film)
    assert abs(found["picture"] - found["sound"]) <= 1 / FPS
    told = subprocess.run(
        [imageio_ffmpeg.get_ffmpeg_exe(), "-i", film], capture_output=True, check=False
    ).stderr.decode()
    assert "mov_text" in told and "A film: “é”" in told
    with film.open("rb") as file:
        assert file.read().find(b"moov") < 5000, "faststart: the index comes first"


def test_a_joined_clip_ends_with_its_sound(tmp_path: Path) -> None:
    for count in (1, 7, 24, 61):
        picture = write(tmp_path / "p.mp4", [90] * count)
        track = np.full((count * 2000, 2), 0.1, np.float32)
        clips.join_clip(picture, track, tmp_path / "c.mp4", tmp_path)
        found = streams(tmp_path / "c.mp4")
        assert abs(found["picture"] - found["sound"]) <= 1 / FPS


def test_an_encoder_that_cannot_write_says_so(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="could not write"):
        write(tmp_path / "no" / "such" / "folder.mp4", [1, 2, 3])


def test_frames_are_read_by_number(tmp_path: Path) -> None:
    film = write(tmp_path / "a.mp4", [20, 60, 100, 140, 180])
    chosen = [round(float(f.mean())) for f in clips.read_frames(film, every=[1, 3])]
    assert chosen == pytest.approx([60, 140], abs=2)


def test_a_dissolve_goes_from_one_clip_to_the_other(tmp_path: Path) -> None:
    np.save(tmp_path / "tail.npy", np.stack([grey(0)] * 3))
    mixed = list(joins.dissolve_from(tmp_path / "tail.npy", [grey(255)] * 5))
    luma = [float(frame[:HEIGHT].mean()) for frame in mixed]
    assert luma == pytest.approx([16 + 219 * share for share in (0.25, 0.5, 0.75, 1, 1)], abs=1)


def test_a_fade_starts_and_ends_at_black() -> None:
    faded = list(joins.fade([grey(255)] * 10, num_frames=10, num_in=3, num_out=4))
    luma = [float(frame[:HEIGHT].mean()) for frame in faded]
    shares = [0.25, 0.5, 0.75, 1, 1, 1, 0.8, 0.6, 0.4, 0.2]
    assert luma == pytest.approx([16 + 219 * share for share in shares], abs=1)


def test_a_tail_is_what_runs_on_after_the_end() -> None:
    tail: list[Picture] = []
    kept = list(joins.split_tail([grey(level) for level in (1, 2, 3, 4, 5)], 3, tail))
    assert len(kept) == 3 and len(tail) == 2


def test_no_word_on_a_card_runs_off_the_frame() -> None:
    plate = np.zeros((360, 640, 3), np.uint8)
    long = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenverordnung and a day"
    frames = list(card_frames(Card(((long, 0.09), ("small gypsy", 0.04)), 1.0, 0.2), plate, fps=10))
    assert len(frames) == 10
    luma = frames[5][:360].astype(int)
    ys, xs = np.nonzero(luma > 60)
    assert len(xs) and xs.min() > 0.08 * 640 and xs.max() < 0.92 * 640
    assert ys.min() > 10 and ys.max() < 350
    assert frames[0][:360].max() <= 17, "it comes up from black"


def test_a_wav_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    samples = np.random.default_rng(0).uniform(-1.2, 1.2, (999, 2)).astype(np.float32)
    clips.write_wav(samples, tmp_path / "a.wav", MIX_RATE)
    read, rate = soundfile.read(tmp_path / "a.wav", dtype="float32")
    assert rate == MIX_RATE
    assert np.abs(read - np.clip(samples, -1, 1)).max() < 2 / 32767
