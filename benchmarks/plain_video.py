"""Whose mouth moves on video that says nothing of its faces, and how well.

    python benchmarks/plain_video.py BANK [BANK ...] [--size 960x540] [--keep DIR]
                                     [--far 0.4] [--light 0.3]

Each bank is a folder of portraits. A film of its people in ones, twos and threes, the camera
moving, is animated without lips, encoded, decoded and handed to the embedded lip-syncer as plain
frames: no meshes, and of the keyframe's places none. Truth is the animator's own meshes.

Assignment: of the frames on which somebody on screen speaks, those on which the speaker's mouth
changed and nobody else's face did. Some frames show nothing to change: shut lips that are to be
shut, as in the middle of a B. Which ones is told without the tracker, by the warp of a copy of the
frame with the animator's own mesh; they are counted apart, and are no part of the second figure.
Correlation: `benchmarks/lips.py` on the finished film. Identity: how much farther the speaker's
face is from their portrait afterwards.

`--far` sets the picture smaller into a blurred one before it is encoded, as small faces are in a
wide shot; `--light` darkens it.
"""

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import cycle, islice
from pathlib import Path

import cv2
import lips
import numpy as np

from script2movie import pipeline
from script2movie.audio.lipsync import EmbeddedLipSyncer, mouths_of
from script2movie.audio.mouth import MouthPose, bend
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
    shut: int = 0  # of the still ones, with nothing to move


COUNTS: list[Assigned] = []  # one a bank
GROWTH: list[float] = []


@dataclass(frozen=True)
class PlainOptions:
    """How the plain video differs from what was animated."""

    far: float = 1.0  # of the picture's size
    light: float = 1.0  # of its light


class Plain:
    """The embedded lip-syncer on frames that went through an encoder and lost all else."""

    Options = PlainOptions
    num_workers = 1

    def __init__(self, options: PlainOptions) -> None:
        self.far, self.light = options.far, options.light
        self.fingerprint = f"plain video {options}"

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
        kept = [self.filmed(frame) for frame in frames]
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
                (name, mouth)
                for name, mouth in lines
                if number < len(mouth.speaking) and mouth.speaking[number] > SPEAKING
            ]
            if len(speaking) == 1 and speaking[0][0] in truth:
                speaker, mouth = speaking[0]
                known = old.copy()
                curves = (mouth.speaking, mouth.opening, mouth.wide, mouth.bite, mouth.tongue)
                pose = MouthPose(*(float(curve[number]) for curve in curves))
                bend(known, truth[speaker].points, pose)
                count(old, new.nv12, known, truth, speaker)
                if number % 12 == 0:
                    face = face_under(truth[speaker].points)
                    away = [
                        float(np.linalg.norm(recogniser.embed(to_rgb(n), face) - own[speaker]))
                        for n in (old, new.nv12)
                    ]
                    GROWTH.append(away[1] - away[0])
        yield from after

    def filmed(self, frame: Frame) -> Frame:
        """The frame from as far, and in as little light, as was asked for."""
        rgb, faces = to_rgb(frame.nv12), frame.faces
        if self.far < 1:
            small = cv2.resize(rgb, None, None, self.far, self.far, cv2.INTER_AREA)
            height, width = small.shape[:2]
            y, x = (rgb.shape[0] - height) * 2 // 3, (rgb.shape[1] - width) // 2
            few = cv2.resize(rgb, (16, 9), interpolation=cv2.INTER_AREA)
            size = (rgb.shape[1], rgb.shape[0])
            rgb = np.asarray(cv2.resize(few, size, interpolation=cv2.INTER_CUBIC), np.uint8)
            rgb[y : y + height, x : x + width] = small
            corner = np.array([x, y], np.float32)
            faces = tuple(
                FaceTrack(one.character, one.points * np.float32(self.far) + corner)
                for one in faces
            )
        if self.light < 1:
            rgb = (rgb * np.float32(self.light)).astype(np.uint8)
        return replace(frame, nv12=from_rgb(rgb), faces=faces)

    def close(self) -> None:
        """Nothing to free."""


def count(
    old: np.ndarray,
    new: np.ndarray,
    known: np.ndarray,
    truth: dict[str, FaceTrack],
    speaker: str,
) -> None:
    moved = {name for name, track in truth.items() if differ(old, new, track)}
    counts = COUNTS[-1]
    counts.spoken += 1
    counts.right += moved == {speaker}
    counts.wrong += bool(moved - {speaker})
    counts.still += speaker not in moved
    counts.shut += not moved and not differ(old, known, truth[speaker])


def differ(old: np.ndarray, new: np.ndarray, track: FaceTrack) -> bool:
    """Whether a mouth is another on two frames."""
    mouth = track.points[[61, 291, 0, 17, 152]]
    (x0, y0), (x1, y1) = np.rint(mouth.min(0)).astype(int), np.rint(mouth.max(0)).astype(int)
    box = np.s_[max(y0, 0) : min(y1, old.shape[0] * 2 // 3), max(x0, 0) : x1]
    change = np.abs(new[box].astype(np.int16) - old[box])
    return bool(change.size and change.mean() > CHANGED)


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
    read.add_argument("--far", type=float, default=1.0)
    read.add_argument("--light", type=float, default=1.0)
    asked = read.parse_args()
    BACKENDS["lipsync"]["plain"] = Backend("__main__:Plain", "")
    width, height = (int(n) for n in asked.size.split("x"))
    settings = settings_for(
        lipsync="plain",
        cards=False,
        music=False,
        width=width,
        height=height,
        options=(("lipsync.far", str(asked.far)), ("lipsync.light", str(asked.light))),
    )
    for folder in asked.banks:
        COUNTS.append(Assigned())
        bank = read_bank(folder)
        movie = film_of(bank)
        out = (asked.keep or Path(tempfile.mkdtemp())) / folder.name
        out.mkdir(parents=True, exist_ok=True)
        save_plan(movie, out / "plan.json")
        people = complete_bank(movie.cast, bank)
        cache = Cache(out / ".script2movie")
        pipeline.shoot(movie, people, out / "film.mp4", settings, cache, lambda *_: None)
        if not COUNTS[-1].spoken:
            read.exit(1, f"{out} holds this film already, so nothing was counted: empty it\n")
        print(folder.name, COUNTS[-1])
        lips.measure(out)
    spoken, right, shut = (
        sum(getattr(one, name) for one in COUNTS) for name in ("spoken", "right", "shut")
    )
    print(f"spoken frames that move the right mouth and no other: {right / spoken:.4f} of {spoken}")
    moving = spoken - shut
    print(f"of those on which it has to move: {right / moving:.4f} of {moving}")
    print(f"identity distance grows by {np.mean(GROWTH):.3f} (worst {max(GROWTH):.3f})")


if __name__ == "__main__":
    main()
