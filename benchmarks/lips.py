"""Whether mouths follow the sound, measured on finished clips.

    python benchmarks/lips.py PORTRAIT [PORTRAIT ...] [--size 1280x720] [--shot medium]

Each person says one line to the next, who listens, in a two-shot that is encoded with its sound.
The clip is then decoded: a face mesh reads every mouth's opening (the gap between the lips over
the mouth's width), and the clip's own sound is aligned with the text. What the mouth should do
comes from that alignment and a table of how open the sounds of English are, never from the
curves that drove it. Printed per line: the correlation of the two from the first sound to the
last; how many of the B, M and P are closed (opening below a tenth) within one frame of their
middle; and how much the listener's mouth moved meanwhile (standard deviation).
"""

import argparse
import tempfile
from collections.abc import Sequence
from itertools import cycle
from pathlib import Path

import numpy as np
from hearing import read_sound
from numpy.typing import NDArray

from script2movie.animate.embedded import EmbeddedAnimator
from script2movie.audio.embedded import EmbeddedSpeaker
from script2movie.audio.lipsync import EmbeddedLipSyncer
from script2movie.media.clips import encode, join_clip, read_frames
from script2movie.movie import (
    Appearance,
    CameraMove,
    Character,
    Framing,
    Light,
    Line,
    Portrait,
    Position,
    ShotSize,
    Style,
)
from script2movie.perception.alignment import AlignedPhone, Aligner
from script2movie.perception.faces import FaceDetector
from script2movie.perception.mesh import FaceMesh
from script2movie.stages import MIX_RATE, SPEECH_RATE, Setting, TimedSpeech, Utterance, View
from script2movie.storyboard.embedded import EmbeddedStoryboarder

FPS = 24
START = 0.5  # seconds before the line
CLOSED = 0.10  # mouth widths
LINES = (
    "My mother bought a big map before the boat moved, probably from Bob.",
    "We should leave before the morning. Nobody will ever know what happened here.",
    "I really do think you ought to listen to me for once. Please!",
    "Five very brave women have never found a better view of the river.",
    "Why would you say that? You promised me everything would be fine.",
)
OPENNESS = {
    **dict.fromkeys(("AA", "AE", "AY", "AW"), 1.0),
    **dict.fromkeys(("AO", "AH", "EH", "EY", "OW", "OY"), 0.75),
    **dict.fromkeys(("IH", "ER", "UH", "IY", "HH", "K", "G", "NG", "L", "R", "TH", "DH", "Y"), 0.4),
    **dict.fromkeys(("UW", "W", "T", "D", "N", "S", "Z", "SH", "CH", "JH", "ZH"), 0.25),
    **dict.fromkeys(("F", "V"), 0.1),
}  # of a jaw, relative; closed for B, M, P and silence
BLUR = 0.035  # seconds, standard deviation, over which a jaw gets from one to the next


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("portraits", nargs="+", type=Path)
    parser.add_argument("--size", default="1280x720")
    parser.add_argument("--shot", default="medium", help="close-up, medium, full ...")
    options = parser.parse_args()
    width, height = (int(n) for n in options.size.split("x"))
    size = ShotSize(options.shot)
    storyboard, speaker, aligner = EmbeddedStoryboarder(), EmbeddedSpeaker(), Aligner()
    detector, mesh = FaceDetector(), FaceMesh()
    people = [Character(path.stem, (Portrait(path),)) for path in options.portraits]
    likenesses = {person.name: storyboard.prepare(person) for person in people}
    voices = speaker.cast(people, seed=1)
    setting = Setting(
        "living room", True, Light.DAY, "", "", "", wardrobe=(), props=(), style=Style.PHOTO
    )
    correlations, shut, asked, stirred = [], 0, 0, []
    print("speaker           face px  correlation  B M P closed  listener moved")
    for i, (person, text) in enumerate(zip(people, cycle(LINES), strict=False)):
        # 1. a clip
        other = people[(i + 1) % len(people)]
        appearances = (
            Appearance(person.name, position=Position.LEFT, facing=Position.RIGHT),
            Appearance(other.name, position=Position.RIGHT, facing=Position.LEFT),
        )[: 2 if other is not person else 1]
        framing = Framing.TWO_SHOT if len(appearances) == 2 else Framing.SINGLE
        view = View(size, framing, CameraMove.STATIC, appearances, "", "", ())
        cast = [likenesses[a.character] for a in appearances]
        keyframe = storyboard.draw(setting, view, cast, width=width, height=height, seed=1)
        line = Line(person.name, text)
        said = speaker.speak(line, voices[person.name], seed=1)
        speech = TimedSpeech((Utterance(line, said, START),), said.duration + 2 * START)
        frames = EmbeddedAnimator().animate(
            keyframe, view, cast, speech,
            width=width, height=height, num_frames=round(speech.duration * FPS), fps=FPS, seed=i,
        )  # fmt: skip
        frames = EmbeddedLipSyncer().sync(frames, speech, keyframe.faces, fps=FPS)
        with tempfile.TemporaryDirectory() as folder:
            picture, clip = Path(folder) / "picture.mp4", Path(folder) / "clip.mp4"
            encode((f.nv12 for f in frames), picture, width=width, height=height, fps=FPS)
            join_clip(picture, track(said.samples), clip, Path(folder))

            # 2. read back
            seen = {face.character: (face.box[0] + face.box[2]) / 2 for face in keyframe.faces}
            read: dict[str, list[float]] = {name: [] for name in seen}
            tall = []
            for rgb in read_frames(clip):
                faces = detector.detect(rgb)
                for name, middle in seen.items():
                    near = min(faces, key=lambda f: abs((f.box[0] + f.box[2]) / 2 - middle))
                    points = mesh.landmarks(rgb, near)[:, :2]
                    gap, across = points[13] - points[14], points[61] - points[291]
                    read[name].append(float(np.linalg.norm(gap) / np.linalg.norm(across)))
                    if name == person.name:
                        tall.append(float(np.linalg.norm(points[10] - points[152])))
            words = aligner.align(read_sound(clip, MIX_RATE), MIX_RATE, text)

        # 3. compare
        phones = [phone for word in words for phone in word.phones]
        opening = np.array(read[person.name])
        times = (np.arange(len(opening)) + 0.5) / FPS
        speaking = (times > phones[0].start) & (times < phones[-1].end)
        wanted = openness(phones, times)
        correlation = float(np.corrcoef(opening[speaking], wanted[speaking])[0, 1])
        lips = [p for p in phones if p.symbol in {"B", "M", "P"}]
        middles = [int((p.start + p.end) / 2 * FPS) for p in lips]
        closed = sum(bool(opening[max(0, n - 1) : n + 2].min() < CLOSED) for n in middles)
        moved = float(np.std(np.array(read[other.name])[speaking])) if other is not person else 0.0
        print(
            f"{person.name:18}{np.mean(tall):6.0f} {correlation:11.2f} {closed:8} of {len(lips):<4}"
            f" {moved:12.3f}"
        )
        correlations.append(correlation)
        shut, asked = shut + closed, asked + len(lips)
        stirred.append(moved)
    print(
        f"{len(people)} lines: correlation {np.mean(correlations):.2f} in the mean, "
        f"{min(correlations):.2f} at the least; {shut} of {asked} closed; "
        f"listeners moved {max(stirred):.3f} at the most"
    )


def track(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """A line (N,) in stereo at MIX_RATE, with silence before and after."""
    loud = np.repeat(samples, MIX_RATE // SPEECH_RATE)
    pause = np.zeros(round(START * MIX_RATE), np.float32)
    return np.repeat(np.concatenate([pause, loud, pause])[:, None], 2, axis=1)


def openness(phones: Sequence[AlignedPhone], times: NDArray[np.float64]) -> NDArray[np.float64]:
    """How open a mouth should be at each time, relative."""
    fine = np.arange(0, times[-1] + 1, 0.005)
    level = np.zeros_like(fine)
    for phone in phones:
        level[(fine >= phone.start) & (fine < phone.end)] = OPENNESS.get(phone.symbol, 0.0)
    offsets = np.arange(-30, 31) * 0.005
    window = np.exp(-0.5 * (offsets / BLUR) ** 2)
    return np.interp(times, fine, np.convolve(level, window / window.sum(), "same"))


if __name__ == "__main__":
    main()
