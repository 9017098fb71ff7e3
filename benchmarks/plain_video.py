"""Whose mouth moves on video that says nothing of its faces, and how well.

    python benchmarks/plain_video.py BANK [BANK ...] [--size 960x540] [--keep DIR]

Each bank is a folder of portraits. A film of its people in ones, twos and threes, the camera
moving, is animated without lips, encoded, decoded and handed to the embedded lip-syncer as plain
frames: no meshes, and of the keyframe's places none. Truth is the animator's own meshes.

Assignment: of the frames on which somebody on screen speaks, those on which the speaker's mouth
changed and nobody else's face did. Correlation: `benchmarks/lips.py` on the finished film.
Identity: how much farther the speaker's face is from their portrait afterwards.
"""

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

import lips
import numpy as np

from script2movie import pipeline
from script2movie.audio.lipsync import EmbeddedLipSyncer, mouths_of
from script2movie.backends import BACKENDS, Backend
from script2movie.bank import complete_bank, read_bank
from script2movie.cache import Cache
from script2movie.media import clips
from script2movie.media.nv12 import from_rgb, to_rgb
from script2movie.movie import (
    Appearance,
    CameraMove,
    CastMember,
    Character,
    Framing,
    Light,
    Line,
    Movie,
    Position,
    Scene,
    Shot,
    ShotSize,
)
from script2movie.perception.identity import FaceRecogniser
from script2movie.perception.tracks import face_under
from script2movie.screenplay import save_plan
from script2movie.settings import settings_for
from script2movie.stages import Face, FaceTrack, Frame, Likeness, TimedSpeech

LINES = (
    "Would you rather be brave, or would you rather be alive?",
    "I have been waiting by this window for forty years.",
    "Do you remember the summer we spent at Maple Beach?",
    "Pack your bags and meet me at the bridge by nine.",
)
SET_UPS = (
    (3, ShotSize.MEDIUM, CameraMove.STATIC),
    (2, ShotSize.MEDIUM, CameraMove.DOLLY_IN),
    (1, ShotSize.CLOSE_UP, CameraMove.HANDHELD),
    (2, ShotSize.CLOSE_UP, CameraMove.PAN_LEFT),
    (3, ShotSize.MEDIUM, CameraMove.TRUCK_RIGHT),
    (2, ShotSize.FULL, CameraMove.STATIC),
)
SPEAKING = 0.35  # of the speech's share of a mouth, from which it must be seen to move
CHANGED = 0.35  # mean change of a mouth's luma that is a change


@dataclass
class Assigned:
    """Frames on which somebody speaks, what moved on them, and how far identities went."""

    spoken: int = 0
    right: int = 0
    wrong: int = 0
    still: int = 0


COUNTS = Assigned()
GROWTH: list[float] = []


class Plain:
    """The embedded lip-syncer on frames that went through an encoder and lost all else."""

    fingerprint, num_workers = "plain video", 1

    def sync(
        self,
        frames: Iterator[Frame],
        speech: TimedSpeech,
        faces: Sequence[Face],
        cast: Sequence[Likeness],
        *,
        fps: int,
        seed: int,
    ) -> Iterator[Frame]:
        kept = list(frames)
        height, width = kept[0].nv12.shape[0] * 2 // 3, kept[0].nv12.shape[1]
        with tempfile.TemporaryDirectory() as folder:
            film = Path(folder) / "plain.mp4"
            clips.encode((f.nv12 for f in kept), film, width=width, height=height, fps=fps)
            plain = [from_rgb(rgb) for rgb in clips.read_frames(film)]
        before = [nv12.copy() for nv12 in plain]
        syncer = EmbeddedLipSyncer()
        synced = syncer.sync((Frame(n) for n in plain), speech, (), cast, fps=fps, seed=seed)
        after = list(synced)
        lines = mouths_of(speech, fps)
        recogniser = FaceRecogniser()
        own = {one.character: one.embedding for one in cast}
        for number, (old, new) in enumerate(zip(before, after, strict=True)):
            truth = {track.character: track for track in kept[number].faces}
            speaking = [
                name
                for name, mouth in lines
                if number < len(mouth.speaking) and mouth.speaking[number] > SPEAKING
            ]
            if len(speaking) == 1 and speaking[0] in truth:
                count(old, new.nv12, truth, speaking[0], height)
                if number % 12 == 0:
                    face = face_under(truth[speaking[0]].points)
                    away = [
                        float(np.linalg.norm(recogniser.embed(to_rgb(n), face) - own[speaking[0]]))
                        for n in (old, new.nv12)
                    ]
                    GROWTH.append(away[1] - away[0])
        yield from after

    def close(self) -> None:
        """Nothing to free."""


def count(
    old: np.ndarray, new: np.ndarray, truth: dict[str, FaceTrack], speaker: str, height: int
) -> None:
    moved = set()
    for name, track in truth.items():
        mouth = track.points[[61, 291, 0, 17, 152]]
        (x0, y0), (x1, y1) = np.rint(mouth.min(0)).astype(int), np.rint(mouth.max(0)).astype(int)
        box = np.s_[max(y0, 0) : min(y1, height), max(x0, 0) : x1]
        change = np.abs(new[box].astype(np.int16) - old[box])
        if change.size and change.mean() > CHANGED:
            moved.add(name)
    COUNTS.spoken += 1
    COUNTS.right += moved == {speaker}
    COUNTS.wrong += bool(moved - {speaker})
    COUNTS.still += speaker not in moved


def film_of(bank: Sequence[Character]) -> Movie:
    people = cycle(bank)
    shots = [Shot("s01_sh001", ShotSize.WIDE, Framing.ESTABLISHING, duration=0.6)]
    for number, (size, shown, move) in enumerate(SET_UPS):
        seen = list(islice(people, size))
        places = {1: (Position.CENTER,), 2: (Position.LEFT, Position.RIGHT)}.get(
            size, (Position.LEFT, Position.CENTER, Position.RIGHT)
        )
        framing = {1: Framing.SINGLE, 2: Framing.TWO_SHOT}.get(size, Framing.GROUP)
        shots.append(
            Shot(
                f"s01_sh{number + 2:03}",
                shown,
                framing,
                move,
                tuple(
                    Appearance(one.name, position=place)
                    for one, place in zip(seen, places, strict=True)
                ),
                dialogue=(Line(seen[number % size].name, LINES[number % len(LINES)]),),
                duration=1.0,
            )
        )
    cast = tuple(CastMember(p.name, gender=p.gender, age=p.age) for p in bank)
    return Movie("Plain", cast, (Scene("s01", "living room", True, Light.DAY, tuple(shots)),))


def main() -> None:
    read = argparse.ArgumentParser(description=__doc__)
    read.add_argument("banks", type=Path, nargs="+")
    read.add_argument("--size", default="960x540")
    read.add_argument("--keep", type=Path)
    asked = read.parse_args()
    BACKENDS["lipsync"]["plain"] = Backend("__main__:Plain", "")
    width, height = (int(n) for n in asked.size.split("x"))
    settings = settings_for(lipsync="plain", cards=False, music=False, width=width, height=height)
    for folder in asked.banks:
        bank = read_bank(folder)
        movie = film_of(bank)
        out = (asked.keep or Path(tempfile.mkdtemp())) / folder.name
        out.mkdir(parents=True, exist_ok=True)
        save_plan(movie, out / "plan.json")
        people = complete_bank(movie.cast, bank)
        cache = Cache(out / ".script2movie")
        pipeline.shoot(movie, people, out / "film.mp4", settings, cache, lambda *_: None)
        print(folder.name, COUNTS)
        lips.measure(out)
    right = COUNTS.right / max(COUNTS.spoken, 1)
    print(f"spoken frames that move the right mouth and no other: {right:.4f} of {COUNTS.spoken}")
    print(f"identity distance grows by {np.mean(GROWTH):.3f} (worst {max(GROWTH):.3f})")


if __name__ == "__main__":
    main()
