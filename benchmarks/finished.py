"""What can be measured of any finished film: its sound, its length, its subtitles, its joins.

    python benchmarks/finished.py out/film.mp4

Loudness and peak are ffmpeg's; the length of picture and sound are decoded, of the film and of
every clip beside it; frames are decoded twice, by ffmpeg and by OpenCV. Each subtitle's words are
looked for in the film's own sound, music and all, by forced alignment: how far are the times in
film.vtt from that? At each cut, the sharpest corner of the sound within 2 ms is set against the
film's own corners: a click is sharper than what speech and music have.
"""

import argparse
import html
import re
import subprocess
from pathlib import Path

import cv2
import numpy as np
from hearing import read_sound
from numpy.typing import NDArray

from script2movie.media.clips import ffmpeg
from script2movie.perception.alignment import Aligner

RATE = 48_000
BEFORE, AFTER = 0.15, 0.3  # seconds of sound heard around a cue
STAMP = re.compile(r"(\d+):(\d+):(\d+\.\d+)")


def loudness(film: Path) -> tuple[float, float]:
    """LUFS and dBTP, by ffmpeg's EBU R128 meter."""
    command = [ffmpeg(), "-nostats", "-i", str(film)]
    command += ["-af", "ebur128=peak=true", "-f", "null", "-"]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    summary = told[told.rindex("Summary:") :]
    found = [re.search(rf"{name}:\s+(-?[\d.]+)", summary) for name in ("I", "Peak")]
    return float(found[0][1]), float(found[1][1])  # type: ignore[index]


def complaints(film: Path) -> str:
    command = [ffmpeg(), "-v", "error", "-i", str(film)]
    done = subprocess.run([*command, "-f", "null", "-"], capture_output=True, text=True, check=True)
    return done.stderr.strip()


def frames(film: Path) -> tuple[int, float]:
    """Frames that OpenCV decodes, and how many a second."""
    capture = cv2.VideoCapture(str(film))
    fps, count = float(capture.get(cv2.CAP_PROP_FPS)), 0
    while capture.grab():
        count += 1
    return count, fps


def seconds(stamp: str) -> float:
    hours, minutes, rest = STAMP.fullmatch(stamp.strip()).groups()  # type: ignore[union-attr]
    return int(hours) * 3600 + int(minutes) * 60 + float(rest)


def cues(vtt: Path) -> list[tuple[float, float, list[tuple[str, float]]]]:
    """Start, end and (word, start) of each cue that has word times."""
    found = []
    for block in vtt.read_text(encoding="utf-8").split("\n\n"):
        lines = block.strip().splitlines()
        timed = next((n for n, line in enumerate(lines) if " --> " in line), None)
        if timed is None:
            continue
        start, end = (seconds(part) for part in lines[timed].split(" --> "))
        text = re.sub(r"</?[vic][^>]*>", "", " ".join(lines[timed + 1 :]))
        words, clock = [], start
        for part in re.split(r"<(\d+:\d+:\d+\.\d+)>", text):
            if STAMP.fullmatch(part):
                clock = seconds(part)
            else:
                words += [(html.unescape(word), clock) for word in part.split()]
        found.append((start, end, words))
    return found


def subtitle_errors(vtt: Path, sound: NDArray[np.float32]) -> tuple[list[float], int]:
    """How late each word is shown, in seconds, and how many cues were not found in the sound."""
    aligner, late, lost = Aligner(), [], 0
    for start, end, words in cues(vtt):
        first = max(0.0, start - BEFORE)
        heard = sound[round(first * RATE) : round((end + AFTER) * RATE)]
        try:
            aligned = aligner.align(heard, RATE, " ".join(word for word, _ in words))
        except ValueError:
            lost += 1
            continue
        if len(aligned) != len(words):
            lost += 1
            continue
        late += [clock - first - one.start for (_, clock), one in zip(words, aligned, strict=True)]
    return late, lost


def sharpest_join(sound: NDArray[np.float32], joins: list[float]) -> float:
    """The sharpest corner at a join by the film's own at the 99.99th percentile."""
    corners = np.abs(np.diff(sound, 2))
    usual = float(np.quantile(corners, 0.9999))
    reach = round(0.002 * RATE)
    middles = [round(at * RATE) for at in joins]
    return max(float(corners[m - reach : m + reach].max(initial=0)) for m in middles) / usual


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("film", type=Path)
    film = parser.parse_args().film
    lufs, peak = loudness(film)
    print(f"loudness {lufs:.1f} LUFS, true peak {peak:.1f} dBTP")
    print(f"decoding complaints: {complaints(film) or 'none'}")
    worst, starts, clock = 0.0, [], 0.0
    folder = film.parent / "clips"
    for path in (film, folder / "title.mp4", *sorted(folder.glob("s*.mp4"))):
        if not path.exists():  # a film may do without cards
            continue
        count, fps = frames(path)
        gap = abs(count / fps - len(read_sound(path, RATE)) / RATE) * fps
        worst = max(worst, gap)
        if path == film:
            print(f"film: {count} frames, {count / fps:.3f} s; sound off by {gap:.2f} frames")
        else:
            clock += count / fps
            starts.append(clock)
    print(f"sound and picture of film and clips end within {worst:.2f} frames of each other")
    sound = read_sound(film, RATE)
    late, lost = subtitle_errors(film.with_suffix(".vtt"), sound)
    off = np.abs(late)
    print(
        f"subtitles: {len(late)} words, off by {np.median(off):.3f} s in the median, "
        f"{np.quantile(off, 0.95):.3f} at the 95th percentile, {(off <= 0.1).mean():.1%} within "
        f"0.1 s; {lost} cues not found in the mix"
    )
    print(f"joins: the sharpest is {sharpest_join(sound, starts):.2f} of the film's own corners")


if __name__ == "__main__":
    main()
