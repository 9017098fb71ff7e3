"""Whether lips and sound stay together through a film of two minutes: start, middle and end.

    python benchmarks/offset.py [FILM] [--size 640x360] [--keep DIR]

Without FILM one is shot: two people in turn, 40 shots, 24 frames a second. Mouths are read off the
finished film by mesh; in a window of 20 s at each place the opening of whichever mouth moves most
is cross-correlated with the loudness of the film's own sound. Printed: the lag in frames at which
they agree best (positive: lips after the sound), and that correlation.
"""

import argparse
import tempfile
from itertools import cycle
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from script2movie import pipeline
from script2movie.bank import complete_bank
from script2movie.cache import Cache
from script2movie.media.clips import read_frames, read_sound
from script2movie.movie import (
    Appearance,
    CastMember,
    Framing,
    Gender,
    Light,
    Line,
    Movie,
    Scene,
    Shot,
    ShotSize,
)
from script2movie.perception.tracks import FaceTracker
from script2movie.settings import settings_for

LINES = (
    ("Anna", "Would you rather be brave, or would you rather be alive?"),
    ("Ben", "I have been waiting by this window for forty years."),
    ("Anna", "Do you remember the summer we spent at Maple Beach?"),
    ("Ben", "Pack your bags and meet me at the bridge by nine."),
)
WINDOW = 20.0  # seconds
MOST = 0.5  # seconds of lag that are tried
MOUTH = (13, 14), (61, 291)  # of the mesh: the lips' inner edges, the corners
Curve = NDArray[np.float64]


def shoot(folder: Path, size: str) -> Path:
    shots = [
        Shot(
            f"s01_sh{n + 1:03}",
            ShotSize.CLOSE_UP,
            Framing.SINGLE,
            characters=(Appearance(name),),
            dialogue=(Line(name, text),),
        )
        for n, (name, text) in zip(range(40), cycle(LINES), strict=False)
    ]
    cast = (CastMember("Anna", gender=Gender.FEMALE), CastMember("Ben", gender=Gender.MALE))
    movie = Movie("Long", cast, (Scene("s01", "kitchen", True, Light.DAY, tuple(shots)),))
    width, height = (int(n) for n in size.split("x"))
    settings = settings_for(width=width, height=height, music=False)
    folder.mkdir(parents=True, exist_ok=True)
    film = folder / "film.mp4"
    cache = Cache(folder / ".script2movie")
    pipeline.shoot(movie, complete_bank(movie.cast, ()), film, settings, cache, lambda *_: None)
    return film


def main() -> None:
    read = argparse.ArgumentParser(description=__doc__)
    read.add_argument("film", type=Path, nargs="?")
    read.add_argument("--size", default="640x360")
    read.add_argument("--keep", type=Path)
    asked = read.parse_args()
    film = asked.film or shoot(asked.keep or Path(tempfile.mkdtemp()), asked.size)
    fps = cv2.VideoCapture(str(film)).get(cv2.CAP_PROP_FPS)
    sound = read_sound(film, 48_000)
    total = len(sound) / 48_000
    places = {"start": 4.0, "middle": total / 2 - WINDOW / 2, "end": total - WINDOW - 5}
    spans = [(round(at * fps), round((at + WINDOW) * fps)) for at in places.values()]
    wanted = {number for first, last in spans for number in range(first, last)}
    openings: dict[int, float] = {}
    tracker = FaceTracker({}, {})
    for number, rgb in enumerate(read_frames(film)):
        if number not in wanted:
            continue
        widest = 0.0
        for seen in tracker.look(rgb):
            points = seen.points
            gap, wide = (float(np.linalg.norm(points[a] - points[b])) for a, b in MOUTH)
            widest = max(widest, gap / max(wide, 1))
        openings[number] = widest
    reach = round(0.05 * 48_000)
    level = np.sqrt(np.convolve(sound.astype(float) ** 2, np.full(reach, 1 / reach), "same"))
    print(f"{film.name}: {total:.1f} s at {fps:g} frames a second")
    for place, at in places.items():
        numbers = np.arange(round(at * fps), round((at + WINDOW) * fps))
        mouth = np.array([openings.get(int(n), 0.0) for n in numbers])
        correlation, lag = max(
            (float(np.corrcoef(mouth, heard(level, numbers, lag, fps))[0, 1]), lag)
            for lag in np.arange(-MOST, MOST, 0.25 / fps).tolist()
        )
        print(
            f"{place:7} lips {lag * fps:+.2f} frames after the sound, correlation {correlation:.2f}"
        )


def heard(level: Curve, numbers: NDArray[np.int_], lag: float, fps: float) -> Curve:
    """The loudness at each frame's middle, `lag` seconds earlier."""
    at = ((numbers + 0.5) / fps - lag) * 48_000
    return np.take(level, at.astype(int), mode="clip")


if __name__ == "__main__":
    main()
