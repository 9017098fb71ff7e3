"""What passes between the stages, and one small protocol per stage.

Knows the shapes and units of everything that crosses; knows no backend. A backend is a class
that fits a protocol: `fingerprint` names all that changes its output, opening it is cheap and
checks everything it needs, weights load at first use, `close` frees them.

Pictures are RGB `uint8` (height, width, 3); positions are pixels from the top left of the
picture they are on; times are seconds; sound is mono `float32` in -1..1 unless said otherwise.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from script2movie.movie import (
    Appearance,
    CameraMove,
    Character,
    Framing,
    Light,
    Line,
    Movie,
    Scene,
    Shot,
    ShotSize,
    Style,
    Transition,
)

__all__ = [
    "MIX_RATE",
    "NUM_LANDMARKS",
    "SPEECH_RATE",
    "Animator",
    "Backdrop",
    "Brief",
    "Cue",
    "Face",
    "FaceTrack",
    "Frame",
    "Keyframe",
    "Layers",
    "Likeness",
    "LipSyncer",
    "Mixer",
    "Outline",
    "OutlineScene",
    "PersonLayer",
    "Phoneme",
    "Planner",
    "Setting",
    "Speaker",
    "Speech",
    "Storyboarder",
    "TimedSpeech",
    "Utterance",
    "View",
    "Voice",
    "Word",
    "setting_of",
    "view_of",
]

SPEECH_RATE = 24_000  # samples a second of every Speech
MIX_RATE = 48_000  # samples a second of every track and of the film
NUM_LANDMARKS = 468  # points of a face mesh (MediaPipe's topology)

Picture = NDArray[np.uint8]
Samples = NDArray[np.float32]


# --- planning ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Brief:
    """What a person asks of the plan. `minutes` is the wished length, None lets the text set it."""

    minutes: float | None = None
    narrator: bool = True
    style: Style = Style.PHOTO


@dataclass(frozen=True)
class OutlineScene:
    """One scene before its shots: `start` to `end` is its stretch of the story, in characters."""

    id: str
    place: str
    interior: bool
    light: Light
    start: int
    end: int
    summary: str = ""
    characters: tuple[str, ...] = ()
    mood: str = ""
    transition: Transition = Transition.CUT


@dataclass(frozen=True)
class Outline:
    """The whole film at scene level. `movie.scenes` is empty; `story` is the text itself."""

    movie: Movie
    story: str
    brief: Brief
    scenes: tuple[OutlineScene, ...]


class Planner(Protocol):
    """A story into an outline, and an outline into scenes that plan apart from each other."""

    @property
    def fingerprint(self) -> str: ...
    def outline(
        self, story: str, bank: Sequence[Character], brief: Brief, *, seed: int
    ) -> Outline: ...
    def scene(
        self, outline: Outline, number: int, bank: Sequence[Character], *, seed: int
    ) -> Scene: ...
    def close(self) -> None: ...


# --- sound ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Phoneme:
    """One sound of speech: ARPAbet without stress, or 'SIL'."""

    symbol: str
    start: float
    end: float


@dataclass(frozen=True)
class Word:
    """One word as written, punctuation kept, with its time."""

    text: str
    start: float
    end: float


@dataclass(frozen=True)
class Voice:
    """A voice a speaker can speak with. `recipe` mixes named voices by weight (sum 1).

    `pitch` and `formant` are ratios (1 leaves them), `pace` multiplies the speaking rate.
    """

    name: str
    recipe: tuple[tuple[str, float], ...] = ()
    pitch: float = 1.0
    formant: float = 1.0
    pace: float = 1.0


@dataclass(frozen=True)
class Speech:
    """One spoken line: samples (N,) at SPEECH_RATE, phonemes and words timed from its start."""

    samples: Samples
    phonemes: tuple[Phoneme, ...]
    words: tuple[Word, ...]

    @property
    def duration(self) -> float:
        return len(self.samples) / SPEECH_RATE


@dataclass(frozen=True)
class Utterance:
    """A line at its place in a shot: `start` is seconds after the shot's first frame."""

    line: Line
    speech: Speech
    start: float


@dataclass(frozen=True)
class TimedSpeech:
    """All that is said in one shot, in order; `duration` is the whole shot's, in seconds."""

    utterances: tuple[Utterance, ...]
    duration: float


class Speaker(Protocol):
    """Text-to-speech. `cast` is asked once a film so that no two voices are too alike."""

    @property
    def fingerprint(self) -> str: ...
    def cast(self, characters: Sequence[Character], *, seed: int) -> Mapping[str, Voice]:
        """A voice for each character by name, and one for NARRATOR that no character has."""
        ...

    def speak(self, line: Line, voice: Voice, *, seed: int) -> Speech: ...
    def close(self) -> None: ...


@dataclass(frozen=True)
class Cue:
    """What one shot sounds like: its speech at its place in it, where it is, how it is entered.

    `num_samples` is the shot's exact length at MIX_RATE.
    """

    setting: "Setting"
    speech: TimedSpeech
    num_samples: int
    transition: Transition = Transition.CUT


class Mixer(Protocol):
    """Dialogue, room tone and music into tracks."""

    @property
    def fingerprint(self) -> str: ...
    def track(self, cue: Cue, *, seed: int) -> NDArray[np.float32]:
        """One shot's dialogue and room tone, without music: (num_samples, 2) at MIX_RATE."""
        ...

    def mix(self, cues: Iterable[Cue], path: Path, *, music: bool, seed: int) -> None:
        """The whole film's sound into a 48 kHz stereo WAV: -16 LUFS, true peak below -1 dBTP.

        Reads one cue at a time: memory does not grow with the film.
        """
        ...

    def close(self) -> None: ...


# --- pictures ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Setting:
    """A scene without its shots: all that its pictures share."""

    place: str
    interior: bool
    light: Light
    set: str
    description: str
    mood: str
    wardrobe: tuple[tuple[str, str], ...]
    props: tuple[str, ...]
    style: Style


@dataclass(frozen=True)
class View:
    """A shot without its dialogue and sound: all that its picture shows."""

    size: ShotSize
    framing: Framing
    camera_move: CameraMove
    characters: tuple[Appearance, ...]
    plot: str
    background: str
    style_elements: tuple[str, ...]


@dataclass(frozen=True)
class Likeness:
    """What a storyboard made once of a character.

    picture    (H, W, 4) the person cut out, straight alpha
    landmarks  (468, 3) face mesh in the picture's pixels, z scaled as x, smaller is nearer
    embedding  (128,) identity, as `perception.identity` makes it
    whole      the picture shows the person down to the feet
    """

    character: str
    picture: Picture
    landmarks: NDArray[np.float32]
    embedding: NDArray[np.float32]
    whole: bool = False


@dataclass(frozen=True)
class Face:
    """Whose face is where in a keyframe: x0, y0, x1, y1 in pixels."""

    character: str
    box: tuple[float, float, float, float]


@dataclass(frozen=True)
class Backdrop:
    """The place behind the people, larger than the frame so that a camera can move in it.

    picture  (H, W, 3) a flat (rectilinear) view, already lit and softened as the shot wants it
    focal    its focal length in its own pixels; the optical axis is at its centre
    depth    (h, w) metres for a plate with parallax, None for one that only turns and zooms
    scale    its pixels for one pixel of the frame at rest, 0.5 for a soft one kept at half size;
             the frame at rest is the middle of the picture, so its focal length is focal / scale
    """

    picture: Picture
    focal: float
    depth: NDArray[np.float32] | None = None
    scale: float = 1.0


@dataclass(frozen=True)
class PersonLayer:
    """A person as placed in the frame, relit and defringed.

    picture    (h, w, 4) straight alpha, at screen size
    origin     x, y of the picture's top left in the frame; may lie outside
    landmarks  (468, 3) in the picture's pixels; empty (0, 3) where the face is not seen
    distance   metres from the camera: what moves how fast when the camera travels
    seen       False for the near, dark shoulder of an over-the-shoulder shot
    yaw        a steady turn of the head in radians, positive to the screen's right
    """

    character: str
    picture: Picture
    origin: tuple[float, float]
    landmarks: NDArray[np.float32]
    distance: float
    seen: bool = True
    yaw: float = 0.0


@dataclass(frozen=True)
class Layers:
    """One set-up of the camera, back to front. `share` is its part of the shot's time.

    foreground  (H, W, 4) a piece of the set before the people, frame-sized, or None
    style       the film's look, for the grade that goes over everything
    """

    backdrop: Backdrop
    people: tuple[PersonLayer, ...]
    foreground: Picture | None
    style: Style
    share: float = 1.0


@dataclass(frozen=True)
class Keyframe:
    """The still a shot is animated from, and whose face is where.

    `layers` is what an embedded storyboard adds: usually one set-up, two where an empty plate
    and a closer view cover what one picture cannot show; empty from a generative model.
    `notes` are substitutions to report, such as the nearest set to a place that none fits.
    """

    picture: Picture
    faces: tuple[Face, ...]
    layers: tuple[Layers, ...] = ()
    notes: tuple[str, ...] = ()


class Storyboarder(Protocol):
    """Characters into likenesses, shots into keyframes."""

    @property
    def fingerprint(self) -> str: ...
    def prepare(self, character: Character) -> Likeness: ...
    def draw(
        self,
        setting: Setting,
        view: View,
        cast: Sequence[Likeness],
        *,
        width: int,
        height: int,
        seed: int,
    ) -> Keyframe: ...
    def close(self) -> None: ...


@dataclass(frozen=True)
class FaceTrack:
    """Where a face's mesh is in one frame: points (468, 2) in pixels."""

    character: str
    points: NDArray[np.float32]


@dataclass(frozen=True)
class Frame:
    """One frame of a clip as the encoder takes it.

    nv12   (height * 3 // 2, width) `uint8`: luma, then interleaved chroma at half size,
           BT.709, limited range; width and height are even
    faces  the meshes of the people whose faces are seen; empty where the animator does not know
    """

    nv12: NDArray[np.uint8]
    faces: tuple[FaceTrack, ...] = ()


class Animator(Protocol):
    """A keyframe into moving frames, streamed."""

    @property
    def fingerprint(self) -> str: ...
    def animate(
        self,
        keyframe: Keyframe | None,
        view: View,
        cast: Sequence[Likeness],
        speech: TimedSpeech | None,
        *,
        width: int,
        height: int,
        num_frames: int,
        fps: int,
        seed: int,
    ) -> Iterator[Frame]:
        """`num_frames` frames; each Frame's buffer is its own and may be written to."""
        ...

    def close(self) -> None: ...


class LipSyncer(Protocol):
    """Frames into frames in which the mouth of whoever speaks follows the speech."""

    @property
    def fingerprint(self) -> str: ...
    def sync(
        self, frames: Iterator[Frame], speech: TimedSpeech, faces: Sequence[Face], *, fps: int
    ) -> Iterator[Frame]:
        """`faces` are the keyframe's, for frames that carry no mesh. Off-screen lines move none."""
        ...

    def close(self) -> None: ...


# --- scene and shot, seen by the stages ---------------------------------------------------------


def setting_of(movie: Movie, scene: Scene) -> Setting:
    """The scene without its shots, so that an edited shot changes no other shot's picture."""
    return Setting(
        place=scene.place,
        interior=scene.interior,
        light=scene.light,
        set=scene.set,
        description=scene.description,
        mood=scene.mood,
        wardrobe=scene.wardrobe,
        props=scene.props,
        style=movie.style,
    )


def view_of(shot: Shot) -> View:
    """The shot without its dialogue and sound."""
    return View(
        size=shot.size,
        framing=shot.framing,
        camera_move=shot.camera_move,
        characters=shot.characters,
        plot=shot.plot,
        background=shot.background,
        style_elements=shot.style_elements,
    )
