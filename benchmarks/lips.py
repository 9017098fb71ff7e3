"""Whether mouths follow the sound, measured on a finished film.

    python benchmarks/lips.py --film DIR
    python benchmarks/lips.py PORTRAIT [PORTRAIT ...] [--lines FILE] [--shot medium] [--style noir]

DIR is what `script2movie make` leaves: plan.json and the clips, with their sound. With portraits,
a film is made first in which each person says the next line of FILE (one a row, "(how) words"; the
five lines below without it) to the next person: in a two-shot, a close-up, a medium shot and over
a shoulder by turns, the camera still, moving in, in the hand and panning, unless `--shot` is given.
`--keep DIR` keeps that film.

Every clip is decoded: a face mesh reads every mouth's opening (the gap between the lips over the
mouth's width), and the clip's own sound is aligned with all that is said in it. What a mouth
should do comes from that alignment and a table of how open the sounds of English are, never from
the curves that drove it. Printed per line: how high the face is; the correlation of the two from
the first sound to the last; how many B, M and P are closed (opening below a tenth) within one
frame of their middle; and how much the others' mouths moved meanwhile (standard deviation, the
most of them). A line that cannot be measured is listed with the reason.
"""

import argparse
import re
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path

import cv2
import numpy as np
import soundfile  # type: ignore[import-untyped]
from hearing import read_sound
from numpy.typing import NDArray

from script2movie import pipeline
from script2movie.bank import complete_bank, default_figures
from script2movie.cache import Cache
from script2movie.media.clips import read_frames
from script2movie.movie import (
    Appearance,
    CameraMove,
    CastMember,
    Character,
    Framing,
    Light,
    Line,
    Movie,
    Portrait,
    Position,
    Scene,
    Shot,
    ShotSize,
    Style,
)
from script2movie.perception.alignment import AlignedPhone, Aligner
from script2movie.perception.faces import Face, FaceDetector
from script2movie.perception.mesh import FaceMesh
from script2movie.screenplay import load_plan, save_plan
from script2movie.settings import settings_for
from script2movie.stages import MIX_RATE

CLOSED = 0.10  # mouth widths
STILL = 0.02  # mouth widths, standard deviation: what the mesh reads of a mouth that only breathes
ASKED = 0.6  # correlation
LEAST_HEIGHT = 80  # pixels from brow to chin: smaller faces are not asked for
FEWEST = 6  # sounds, below which a correlation says nothing
LOST = 0.1  # share of a line's frames on which its speaker's face may be missing
NEAR = 0.6  # of a face's size: how far it may be from one frame to the next
SURE = 0.5  # of the mesh that there is a face
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
SET_UPS = (
    (ShotSize.MEDIUM, Framing.TWO_SHOT, CameraMove.STATIC),
    (ShotSize.CLOSE_UP, Framing.SINGLE, CameraMove.DOLLY_IN),
    (ShotSize.MEDIUM, Framing.SINGLE, CameraMove.HANDHELD),
    (ShotSize.MEDIUM, Framing.OVER_THE_SHOULDER, CameraMove.PAN_RIGHT),
)
Curve = NDArray[np.float64]


@dataclass(frozen=True)
class Mouth:
    """One person's mouth in a clip: openings (num_frames,) in mouth widths, NaN where unseen."""

    opening: Curve
    height: float  # pixels from brow to chin, median


@dataclass(frozen=True)
class Spoken:
    """One line as measured, or why it was not. `closed` says of each B, M and P whether it was."""

    reason: str = ""
    correlation: float = 0.0
    height: float = 0.0
    closed: tuple[bool, ...] = ()
    moved: tuple[float, ...] = ()  # each other person's mouth


@dataclass
class Sums:
    """What a film comes to."""

    correlations: list[float] = field(default_factory=list)
    closed: list[bool] = field(default_factory=list)
    moved: list[float] = field(default_factory=list)
    unmeasured: int = 0

    def __str__(self) -> str:
        found = np.array(self.correlations or [np.nan])
        fine = sum(one >= ASKED for one in self.correlations)
        still = sum(one < STILL for one in self.moved)
        return (
            f"{len(self.correlations)} lines measured, {self.unmeasured} not: correlation "
            f"{found.mean():.2f} in the mean, {found.min():.2f} at the least, {fine} of "
            f"{len(self.correlations)} at {ASKED} or better; {sum(self.closed)} of "
            f"{len(self.closed)} B, M, P closed; {still} of {len(self.moved)} listening mouths "
            f"still (below {STILL}), {max(self.moved, default=0):.3f} at the most"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("portraits", nargs="*", type=Path)
    parser.add_argument("--film", type=Path, help="a folder with plan.json and clips/")
    parser.add_argument("--lines", type=Path, help="a text file, one line of dialogue a row")
    parser.add_argument("--size", default="1280x720")
    parser.add_argument("--shot", help="close-up, medium, full ...: a two-shot of that size")
    parser.add_argument("--style", default="photo", choices=list(Style))
    parser.add_argument("--keep", type=Path, help="a folder for the film")
    options = parser.parse_args()
    if bool(options.portraits) == bool(options.film):
        parser.error("give portraits, or a film with --film")
    if options.film:
        measure(options.film)
    elif options.keep:
        measure(film_of_lines(options, options.keep))
    else:
        with tempfile.TemporaryDirectory() as folder:
            measure(film_of_lines(options, Path(folder)))


def film_of_lines(options: argparse.Namespace, folder: Path) -> Path:
    """Shoots the lines with the people of the portraits into the folder, which it returns."""
    rows: Sequence[str] = LINES
    if options.lines:
        rows = list(filter(None, map(str.strip, options.lines.read_text("utf-8").splitlines())))
    bank = [character_of(path) for path in options.portraits]
    movie = movie_of(rows, bank, Style(options.style), options.shot)
    width, height = (int(n) for n in options.size.split("x"))
    settings = settings_for(cards=False, music=False, width=width, height=height)
    people = complete_bank(movie.cast, bank)
    folder.mkdir(parents=True, exist_ok=True)
    save_plan(movie, folder / "plan.json")
    cache = Cache(folder / ".script2movie")
    pipeline.shoot(movie, people, folder / "film.mp4", settings, cache, lambda *_: None)
    return folder


def character_of(path: Path) -> Character:
    """Whoever a portrait shows; a default figure's is known by its folder."""
    for figure in default_figures():
        if figure.portrait.resolve() == path.resolve():
            portrait = Portrait(path, default_figure=True)
            return Character(figure.name, (portrait,), gender=figure.gender, age=figure.age)
    return Character(path.stem, (Portrait(path),))


def movie_of(
    rows: Sequence[str], bank: Sequence[Character], style: Style, size: str | None
) -> Movie:
    """A line a shot, between two shots of nobody, since films fade in and out."""
    empty = Shot("", ShotSize.WIDE, Framing.ESTABLISHING, duration=1.0)
    shots = [empty]
    for number, (row, person) in enumerate(zip(rows, cycle(bank), strict=False)):
        told = re.fullmatch(r"(?:\(([^)]*)\))?\s*(.+)", row)
        assert told
        line = Line(person.name, told[2], told[1] or "")
        set_up = (ShotSize(size), Framing.TWO_SHOT, CameraMove.STATIC) if size else None
        chosen, framing, move = set_up or SET_UPS[number % len(SET_UPS)]
        other = bank[(number + 1) % len(bank)]
        left, right = (Position.LEFT, Position.RIGHT)[:: -1 if number // 4 % 2 else 1]
        speaker = Appearance(person.name, position=left, facing=right)
        hides = framing is Framing.OVER_THE_SHOULDER
        listener = Appearance(other.name, position=right, facing=left, back_to_camera=hides)
        alone = framing is Framing.SINGLE or other is person
        seen = (speaker,) if alone else (speaker, listener)
        framing = Framing.SINGLE if alone else framing
        shots.append(Shot("", chosen, framing, move, seen, dialogue=(line,), duration=1.0))
    shots.append(empty)
    numbered = tuple(
        Shot(**{**shot.__dict__, "id": f"s01_sh{number:03}"})
        for number, shot in enumerate(shots, 1)
    )
    scene = Scene("s01", "living room", True, Light.DAY, numbered)
    cast = tuple(CastMember(p.name, gender=p.gender, age=p.age) for p in bank)
    return Movie("Lips", cast, (scene,), style=style)


def measure(folder: Path) -> Sums:
    """Prints every line of a film with what was found, and the sums."""
    sums = Sums()
    print("shot        speaker            face px  correlation  B M P closed  others moved")
    for name, line, found in lines_of(folder):
        head = f"{name:11} {line.character[:18]:18}"
        moved = f"{max(found.moved):.3f}" if found.moved else "nobody"
        sums.moved += found.moved
        if found.reason:
            sums.unmeasured += 1
            print(f"{head} not measured: {found.reason}, others {moved}: {line.text!r}")
            continue
        closed = f"{sum(found.closed)} of {len(found.closed)}"
        print(f"{head} {found.height:8.0f} {found.correlation:12.2f} {closed:>13} {moved:>13}")
        sums.correlations.append(found.correlation)
        sums.closed += found.closed
    print(sums)
    return sums


def lines_of(folder: Path) -> Iterator[tuple[str, Line, Spoken]]:
    """Every line of a film: its shot, itself, and its measures or why there are none."""
    reader, aligner = Reader(), Aligner()
    for _, shot in load_plan(folder / "plan.json").shots:
        if not shot.dialogue:
            continue
        clip = folder / "clips" / f"{shot.id}.mp4"
        if not clip.exists():
            yield from ((shot.id, line, Spoken("there is no clip")) for line in shot.dialogue)
            continue
        # 1. What is seen, and what is heard when
        mouths = reader.mouths(clip, seen_in(shot))
        fps = cv2.VideoCapture(str(clip)).get(cv2.CAP_PROP_FPS)
        sound = read_sound(clip, MIX_RATE)
        try:
            heard = spoken_in(aligner, sound, shot)
        except ValueError as error:
            yield from ((shot.id, line, Spoken(str(error))) for line in shot.dialogue)
            continue
        voices = sorted((folder / "voices").glob(f"{shot.id}_*.wav"))
        said = sum(soundfile.info(str(voice)).duration for voice in voices)
        # 2. Line by line
        for line, phones in zip(shot.dialogue, heard, strict=True):
            if said > len(sound) / MIX_RATE:
                yield shot.id, line, Spoken("it overlaps with another")
            else:
                yield shot.id, line, compared(line, phones, mouths, fps)


def seen_in(shot: Shot) -> list[str]:
    """Whose faces a shot shows, from the screen's left to its right."""
    places = list(Position)
    seen = [one for one in shot.characters if not one.back_to_camera]
    return [one.character for one in sorted(seen, key=lambda one: places.index(one.position))]


class Reader:
    """Reads mouths off finished clips: found once, then followed from mesh to mesh."""

    def __init__(self) -> None:
        self.detector, self.mesh = FaceDetector(), FaceMesh()

    def mouths(self, clip: Path, people: Sequence[str]) -> dict[str, Mouth]:
        """The mouth of each person, named from the screen's left to its right."""
        openings: dict[str, list[float]] = {name: [] for name in people}
        heights: dict[str, list[float]] = {name: [] for name in people}
        followed: dict[str, Face] = {}
        for rgb in read_frames(clip) if people else ():
            meshes = {name: self.mesh.fit(rgb, face) for name, face in followed.items()}
            if any(name not in meshes or meshes[name].presence < SURE for name in people):
                found = self._found(rgb, people, followed)
                meshes |= {name: self.mesh.fit(rgb, face) for name, face in found.items()}
            for name in people:
                opening, height = np.nan, np.nan
                if name in meshes and meshes[name].presence >= SURE:
                    points = meshes[name].points[:, :2]
                    followed[name] = face_of(points)
                    gap, across = points[13] - points[14], points[61] - points[291]
                    opening = float(np.linalg.norm(gap) / np.linalg.norm(across))
                    height = float(np.linalg.norm(points[10] - points[152]))
                openings[name].append(opening)
                heights[name].append(height)
        return {
            name: Mouth(np.array(track), float(np.nan_to_num(np.nanmedian(heights[name]))))
            for name, track in openings.items()
        }

    def _found(
        self, rgb: NDArray[np.uint8], people: Sequence[str], followed: dict[str, Face]
    ) -> dict[str, Face]:
        """Everybody's face where as many are seen as there are people, else who can be known."""
        faces = self.detector.detect(rgb)[: len(people)]  # the most prominent
        if len(faces) == len(people):
            faces = tuple(sorted(faces, key=lambda face: face.box[0] + face.box[2]))
            named = dict(zip(people, faces, strict=True))
        else:
            named = {
                name: min(faces, key=lambda face: apart(face, before))
                for name, before in followed.items()
                if any(apart(face, before) < NEAR for face in faces)
            }
        # a mesh on a small face says better than the detector how the head is held
        return {
            name: face_of(self.mesh.landmarks(rgb, face)[:, :2]) for name, face in named.items()
        }


def face_of(points: NDArray[np.float32]) -> Face:
    """The face under a mesh (468, 2), as MediaPipe follows it: its bounds, its eyes' outer ends."""
    (x0, y0), (x1, y1) = points.min(0).tolist(), points.max(0).tolist()
    places = points[[33, 263, 1, 13, 234, 454]].tolist()
    return Face((x0, y0, x1, y1), 1.0, tuple((x, y) for x, y in places))


def apart(face: Face, other: Face) -> float:
    """How far two faces' middles are apart, in the second's size."""
    middles = [np.add(one.box[:2], one.box[2:]) / 2 for one in (face, other)]
    return float(np.linalg.norm(middles[0] - middles[1]) / other.side)


def spoken_in(aligner: Aligner, sound: NDArray[np.float32], shot: Shot) -> list[list[AlignedPhone]]:
    """The sounds of each of a shot's lines. Raises ValueError where they cannot be found."""
    words = aligner.align(sound, MIX_RATE, " ".join(line.text for line in shot.dialogue))
    found = []
    for line in shot.dialogue:
        letters = re.sub(r"\W", "", line.text)
        phones: list[AlignedPhone] = []
        while words and (letters := letters.removeprefix(re.sub(r"\W", "", words[0].text))) != "":
            phones += words[0].phones
            words = words[1:]
        if words:
            phones += words[0].phones
            words = words[1:]
        found.append(phones)
    return found


def compared(
    line: Line, phones: Sequence[AlignedPhone], mouths: dict[str, Mouth], fps: float
) -> Spoken:
    """The measures of one line."""
    count = max((len(mouth.opening) for mouth in mouths.values()), default=1)
    times: Curve = np.arange(0.5, count) / fps
    speaking = (times > phones[0].start) & (times < phones[-1].end)
    moved = tuple(
        float(np.nanstd(other.opening[speaking]))
        for name, other in mouths.items()
        if (line.off_screen or name != line.character)
        and not np.isnan(other.opening[speaking]).all()
    )
    if line.off_screen or line.character not in mouths:
        return Spoken("its speaker is not on screen", moved=moved)
    mouth = mouths[line.character]
    if mouth.height < LEAST_HEIGHT:
        return Spoken(f"the face is {mouth.height:.0f} px high", moved=moved)
    if len(phones) < FEWEST:
        return Spoken(f"it has {len(phones)} sounds", moved=moved)
    if (lost := float(np.isnan(mouth.opening[speaking]).mean())) > LOST:
        return Spoken(f"the face is not found on {lost:.0%} of its frames", moved=moved)
    opening = filled(mouth.opening)
    wanted = openness(phones, times)
    correlation = float(np.corrcoef(opening[speaking], wanted[speaking])[0, 1])
    middles = [int((p.start + p.end) / 2 * fps) for p in phones if p.symbol in {"B", "M", "P"}]
    closed = tuple(bool(opening[max(0, n - 1) : n + 2].min() < CLOSED) for n in middles)
    return Spoken("", correlation, mouth.height, closed, moved)


def filled(curve: Curve) -> Curve:
    """The curve with straight lines where nothing was read."""
    known = np.flatnonzero(~np.isnan(curve))
    return np.interp(np.arange(len(curve)), known, curve[known])


def openness(phones: Sequence[AlignedPhone], times: Curve) -> Curve:
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
