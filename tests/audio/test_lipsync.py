"""Whose lips move, when, and where in the picture; read back with the face mesh of perception."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from script2movie.audio.lipsync import EmbeddedLipSyncer
from script2movie.audio.mouth import MouthPose, bend
from script2movie.media.nv12 import from_rgb, to_rgb
from script2movie.movie import Line
from script2movie.perception.faces import FaceDetector
from script2movie.perception.identity import FaceRecogniser
from script2movie.perception.mesh import FaceMesh
from script2movie.perception.tracks import face_under
from script2movie.stages import (
    SPEECH_RATE,
    Face,
    FaceTrack,
    Frame,
    Likeness,
    Phoneme,
    Speech,
    TimedSpeech,
    Utterance,
)

WIDTH, HEIGHT, FPS = 640, 360, 24
PLACES = {"Ann": (170, "amber"), "Bob": (470, "walter")}
SOUNDS = "M AA1 M AH0 W UH1 D B AY1 AH0 B IH1 G M AE1 P"


@dataclass(frozen=True)
class Still:
    """A two-shot that does not move, and its meshes."""

    rgb: NDArray[np.uint8]
    tracks: tuple[FaceTrack, ...]


@pytest.fixture(scope="module")
def still() -> Still:
    """Two default figures side by side, faces about 130 pixels high."""
    rgb = np.full((HEIGHT, WIDTH, 3), 110, np.uint8)
    for middle, figure in PLACES.values():
        path = resources.files("script2movie") / "assets" / "cast" / figure / "portrait.webp"
        with path.open("rb") as file:
            picture = Image.open(file).convert("RGBA")
        scale = 270 / picture.width
        small = picture.resize((270, round(picture.height * scale)), Image.Resampling.LANCZOS)
        canvas = Image.fromarray(rgb)
        canvas.paste(small, (middle - 135, 20), small)
        rgb = np.asarray(canvas)
    detector, mesh = FaceDetector(), FaceMesh()
    faces = sorted(detector.detect(rgb), key=lambda face: face.box[0])
    tracks = tuple(
        FaceTrack(name, mesh.landmarks(rgb, face)[:, :2])
        for name, face in zip(PLACES, faces, strict=True)
    )
    return Still(rgb, tracks)


def utterance(
    character: str, start: float, *, off_screen: bool = False, sounds: str = SOUNDS
) -> Utterance:
    symbols = sounds.split()
    phonemes = tuple(Phoneme(s, 0.1 * i, 0.1 * (i + 1)) for i, s in enumerate(symbols))
    clock = np.arange(round(0.1 * len(symbols) * SPEECH_RATE)) / SPEECH_RATE
    samples = (0.1 * np.sin(2 * np.pi * 150 * clock)).astype(np.float32)
    line = Line(character, "", off_screen=off_screen)
    return Utterance(line, Speech(samples, phonemes, ()), start)


def synced(
    still: Still,
    *utterances: Utterance,
    duration: float = 2.4,
    tracked: bool = True,
    faces: Sequence[Face] = (),
    cast: Sequence[Likeness] = (),
) -> list[Frame]:
    tracks = still.tracks if tracked else ()
    frames = (Frame(from_rgb(still.rgb), tracks) for _ in range(round(duration * FPS)))
    syncer = EmbeddedLipSyncer()
    done = list(
        syncer.sync(frames, TimedSpeech(utterances, duration), faces, cast, fps=FPS, seed=0)
    )
    syncer.close()
    return done


def changed(still: Still, frame: Frame) -> NDArray[np.bool_]:
    """Which pixels of a frame are no longer the still's."""
    before = from_rgb(still.rgb)
    colour = (frame.nv12 != before)[HEIGHT:].reshape(HEIGHT // 2, WIDTH // 2, 2).any(-1)
    light = (frame.nv12 != before)[:HEIGHT]
    return np.asarray(light | np.kron(colour, np.ones((2, 2), bool)))


def openings(frames: Sequence[Frame], still: Still, number: int) -> NDArray[np.float64]:
    """How far a mouth is open on each frame, in its own widths, as the face mesh reads it."""
    detector, mesh = FaceDetector(), FaceMesh()
    middle = still.tracks[number].points.mean(0)
    read = []
    for frame in frames:
        rgb = to_rgb(frame.nv12)
        face = min(detector.detect(rgb), key=lambda f: abs((f.box[0] + f.box[2]) / 2 - middle[0]))
        points = mesh.landmarks(rgb, face)[:, :2]
        gap, width = points[13] - points[14], points[61] - points[291]
        read.append(np.linalg.norm(gap) / np.linalg.norm(width))
    return np.array(read)


def test_only_the_speakers_lower_face_changes(still: Still) -> None:
    frames = synced(still, utterance("Ann", 0.4))
    track = still.tracks[0].points
    nose, left, right = track[4, 1], track[234, 0], track[454, 0]
    touched = np.any([changed(still, frame) for frame in frames], axis=0)
    rows, columns = np.flatnonzero(touched.any(1)), np.flatnonzero(touched.any(0))
    assert len(rows) > 20
    assert rows[0] > nose
    assert columns[0] > left - 15
    assert columns[-1] < right + 15


def test_the_mouth_follows_the_speech_and_shuts_for_m_b_and_p(still: Still) -> None:
    said = utterance("Ann", 0.4)
    frames = synced(still, said)
    read = openings(frames, still, 0)
    rest = read[:6].mean()
    times = (np.arange(len(frames)) + 0.5) / FPS - 0.4
    vowels = [p for p in said.speech.phonemes if p.symbol in {"AA1", "AY1", "AE1"}]
    for vowel in vowels:
        inside = (times > vowel.start) & (times < vowel.end)
        assert read[inside].max() > rest + 0.06
    for sound in said.speech.phonemes:
        if sound.symbol in {"B", "M", "P"}:
            frame = int((0.4 + (sound.start + sound.end) / 2) * FPS)
            assert read[frame - 1 : frame + 2].min() < rest + 0.02
    assert read[-5:].max() < rest + 0.02


def test_the_other_is_still_and_both_may_speak_at_once(still: Still) -> None:
    right = WIDTH // 2
    alone = synced(still, utterance("Ann", 0.4))
    assert not any(changed(still, frame)[:, right:].any() for frame in alone)
    both = synced(still, utterance("Ann", 0.4), utterance("Bob", 0.8))
    assert any(
        changed(still, f)[:, :right].any() and changed(still, f)[:, right:].any() for f in both
    )


def test_a_voice_off_screen_moves_nobody(still: Still) -> None:
    for said in (utterance("Ann", 0.4, off_screen=True), utterance("NARRATOR", 0.4)):
        assert not any(changed(still, frame).any() for frame in synced(still, said))


def test_frames_without_tracks_are_found_by_the_keyframes_faces(still: Still) -> None:
    faces = []
    for track in still.tracks:
        (x0, y0), (x1, y1) = track.points.min(0).tolist(), track.points.max(0).tolist()
        faces.append(Face(track.character, (x0, y0, x1, y1)))
    frames = synced(
        still, utterance("Bob", 0.2, sounds="AA1 AA1"), duration=0.6, tracked=False, faces=faces
    )
    touched = np.any([changed(still, frame) for frame in frames], axis=0)
    assert touched[:, WIDTH // 2 :].any()
    assert not touched[:, : WIDTH // 2].any()


@pytest.fixture(scope="module")
def cast(still: Still) -> list[Likeness]:
    """Both people as a storyboard knows them: by their looks alone."""
    recogniser = FaceRecogniser()
    empty, points = np.zeros((2, 2, 4), np.uint8), np.zeros((0, 3), np.float32)
    return [
        Likeness(
            track.character, empty, points, recogniser.embed(still.rgb, face_under(track.points))
        )
        for track in still.tracks
    ]


@pytest.mark.parametrize("mirrored", [False, True])
def test_on_plain_video_the_speaker_is_known_by_their_looks(
    still: Still, cast: list[Likeness], mirrored: bool
) -> None:
    rgb = np.ascontiguousarray(still.rgb[:, ::-1]) if mirrored else still.rgb
    seen = Still(rgb, still.tracks)
    said = utterance("Bob", 0.2, sounds="AA1 AA1")
    frames = synced(seen, said, duration=0.6, tracked=False, cast=cast)
    touched = np.any([changed(seen, frame) for frame in frames], axis=0)
    halves = touched[:, : WIDTH // 2], touched[:, WIDTH // 2 :]
    assert halves[not mirrored].any() and not halves[mirrored].any()


def test_a_face_that_leaves_a_cut_and_a_speaker_who_is_not_seen(
    still: Still, cast: list[Likeness]
) -> None:
    nobody = np.full_like(still.rgb, 110)
    alone = still.rgb.copy()
    alone[:, : WIDTH // 2] = 110  # Ann has left; Bob stays
    shown = [still.rgb] * 8 + [nobody] * 8 + [np.ascontiguousarray(alone[:, ::-1])] * 8
    for speaker, moving in (("Ann", range(2, 8)), ("Bob", [*range(2, 8), *range(17, 24)])):
        frames = [Frame(from_rgb(rgb)) for rgb in shown]
        said = TimedSpeech((utterance(speaker, 0.0, sounds="AA1 " * 10),), 1.0)
        synced = list(EmbeddedLipSyncer().sync(iter(frames), said, (), cast, fps=FPS, seed=0))
        moved = [
            bool((frame.nv12 != from_rgb(rgb)).any())
            for frame, rgb in zip(synced, shown, strict=True)
        ]
        assert len(moved) == 24
        assert all(moved[number] for number in moving)
        assert not any(moved[8:16])
        if speaker == "Ann":
            assert not any(moved[16:])


def test_the_same_arguments_make_the_same_bytes(still: Still) -> None:
    first, again = (synced(still, utterance("Ann", 0.1), duration=0.8) for _ in range(2))
    assert all((a.nv12 == b.nv12).all() for a, b in zip(first, again, strict=True))


@pytest.mark.parametrize("size", [40, 700])
@pytest.mark.parametrize("squeeze", [1.0, 0.35])
def test_faces_of_any_size_turn_and_place_on_the_screen(
    still: Still, size: float, squeeze: float
) -> None:
    points = still.tracks[0].points
    scale = size / np.linalg.norm(points[152] - points[10])
    mesh = (points - points.mean(0)) * np.float32([scale * squeeze, scale])
    said = TimedSpeech((utterance("Ann", 0.0, sounds="AA1 B AA1"),), 0.5)
    places = ((WIDTH / 2, HEIGHT / 2), (0, 0), (WIDTH, HEIGHT), (-900, 100))
    for place in places:
        track = FaceTrack("Ann", (mesh + np.float32(place)).astype(np.float32))
        frames = (Frame(from_rgb(still.rgb), (track,)) for _ in range(12))
        assert len(list(EmbeddedLipSyncer().sync(frames, said, (), (), fps=FPS, seed=0))) == 12


def test_noir_gets_no_colour(still: Still) -> None:
    grey = cv2.cvtColor(cv2.cvtColor(still.rgb, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
    frames = synced(Still(grey, still.tracks), utterance("Ann", 0.0), duration=1.0)
    assert max(np.abs(f.nv12[HEIGHT:].astype(int) - 128).max() for f in frames) <= 1


def test_shut_lips_leave_no_lip_in_an_open_mouth(still: Still) -> None:
    points = still.tracks[0].points.copy()
    width = float(np.linalg.norm(points[61] - points[291]))
    points[[87, 14, 317, 88, 178, 402, 318], 1] += np.float32(0.06 * width)  # the mesh's mistake
    nv12 = from_rgb(still.rgb)
    bend(nv12, points, MouthPose(speaking=1, opening=0.45, wide=0, bite=0, tongue=0))
    x, top = np.rint(points[13]).astype(int)
    inside = nv12[top + round(0.07 * width) : top + round(0.27 * width), x]
    lip = from_rgb(still.rgb)[top + round(0.15 * width), x]
    assert inside.max() < 0.6 * lip
