"""The film as data: what a planner writes, a person edits and a crew shoots.

Knows nothing of files, pixels, sound or backends. Everything is frozen; an edit is
`dataclasses.replace`. A value that exists is valid: the edge (`screenplay`, `bank`) checks.

    Movie                     title, style, the cast, the scenes
    ├── CastMember            a person of the story, as the text describes them
    └── Scene                 continuous action in one place and time
        └── Shot              one run of the camera
            ├── Appearance    who is in the shot, where, doing what
            └── Line          one speech by one character
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

__all__ = [
    "NARRATOR",
    "Age",
    "Appearance",
    "CameraMove",
    "CastMember",
    "Character",
    "Framing",
    "Gender",
    "Light",
    "Line",
    "Movie",
    "OwnFrame",
    "Portrait",
    "Position",
    "Scene",
    "Shot",
    "ShotSize",
    "Span",
    "Style",
    "Transition",
    "VoiceSample",
]

NARRATOR = "NARRATOR"  # the speaker of a line that no character says


class ShotSize(StrEnum):
    """How much of the frame a person takes, from a face to a figure in a landscape."""

    EXTREME_CLOSE_UP = "extreme close-up"
    CLOSE_UP = "close-up"
    MEDIUM = "medium"
    FULL = "full"
    WIDE = "wide"


class Framing(StrEnum):
    """Who or what the camera frames."""

    SINGLE = "single"
    TWO_SHOT = "two-shot"
    GROUP = "group"
    OVER_THE_SHOULDER = "over-the-shoulder"
    POINT_OF_VIEW = "point of view"
    ESTABLISHING = "establishing"
    INSERT = "insert"


class CameraMove(StrEnum):
    """Pan and tilt rotate, dolly and truck travel, zoom is the lens."""

    STATIC = "static"
    PAN_LEFT = "pan left"
    PAN_RIGHT = "pan right"
    TILT_UP = "tilt up"
    TILT_DOWN = "tilt down"
    DOLLY_IN = "dolly in"
    DOLLY_OUT = "dolly out"
    TRUCK_LEFT = "truck left"
    TRUCK_RIGHT = "truck right"
    ZOOM_IN = "zoom in"
    ZOOM_OUT = "zoom out"
    TRACKING = "tracking"
    HANDHELD = "handheld"


class Transition(StrEnum):
    """How a scene is entered from the one before."""

    CUT = "cut"
    DISSOLVE = "dissolve"
    FADE = "fade"


class Position(StrEnum):
    """Where on the screen a person stands, as the audience sees it."""

    LEFT = "left"
    CENTER = "center"
    RIGHT = "right"


class Light(StrEnum):
    """The time of day a scene is lit for."""

    DAY = "day"
    MORNING = "morning"
    EVENING = "evening"
    NIGHT = "night"


class Style(StrEnum):
    """The look of the whole film."""

    PHOTO = "photo"
    NOIR = "noir"
    COMIC = "comic"
    SKETCH = "sketch"


class Gender(StrEnum):
    FEMALE = "female"
    MALE = "male"


class Age(StrEnum):
    CHILD = "child"
    TEEN = "teen"
    YOUNG = "young"
    ADULT = "adult"
    OLD = "old"


@dataclass(frozen=True)
class Span:
    """Characters `start` to `end` of the story: what a shot shows."""

    start: int
    end: int


@dataclass(frozen=True)
class Line:
    """One speech by one character, verbatim. `parenthetical` is how it is said, '' where open.

    `off_screen` marks a voice whose speaker the shot does not show (V.O., O.S., the narrator).
    """

    character: str
    text: str
    parenthetical: str = ""
    off_screen: bool = False


@dataclass(frozen=True)
class Appearance:
    """A person in a shot. `action` is MovieBench's description of them in this shot.

    `facing` is the side of the screen they look towards; CENTER is towards the camera.
    `back_to_camera` is the near person of an over-the-shoulder shot: present, not seen.
    """

    character: str
    action: str = ""
    position: Position = Position.CENTER
    facing: Position = Position.CENTER
    back_to_camera: bool = False


@dataclass(frozen=True)
class Shot:
    """One run of the camera. `duration` is the least time on screen in seconds; lines extend it.

    `reference` names the shot of a real film that this one re-makes, as a data set calls it.
    `take` counts the tries at its picture: another number asks for another picture.
    """

    id: str
    size: ShotSize
    framing: Framing
    camera_move: CameraMove = CameraMove.STATIC
    characters: tuple[Appearance, ...] = ()
    plot: str = ""
    background: str = ""
    style_elements: tuple[str, ...] = ()
    dialogue: tuple[Line, ...] = ()
    sound: str = ""
    duration: float = 3.0
    source: tuple[Span, ...] = ()
    reference: str = ""
    take: int = 0


@dataclass(frozen=True)
class Scene:
    """Continuous action in one place and time; `id` is 's02', `place` the slugline's noun phrase.

    `set` pins one of the storyboard's sets by name; '' lets it choose by meaning.
    `wardrobe` is (character, clothes) and `props` the things that persist through the scene.
    """

    id: str
    place: str
    interior: bool
    light: Light
    shots: tuple[Shot, ...]
    set: str = ""
    description: str = ""
    mood: str = ""
    wardrobe: tuple[tuple[str, str], ...] = ()
    props: tuple[str, ...] = ()
    transition: Transition = Transition.CUT

    @property
    def slugline(self) -> str:
        """'INT. STORE - DAY', as a screenplay opens the scene."""
        return f"{'INT' if self.interior else 'EXT'}. {self.place.upper()} - {self.light.upper()}"


@dataclass(frozen=True)
class CastMember:
    """A person of the story as the text has them; None is what the text leaves open.

    `figure` and `voice` pin a default cast figure and a stock voice; '' lets the film deal them.
    """

    name: str
    about: str = ""
    gender: Gender | None = None
    age: Age | None = None
    aliases: tuple[str, ...] = ()
    figure: str = ""
    voice: str = ""


@dataclass(frozen=True)
class Movie:
    """A whole plan: the hinge between words and pictures, written to plan.json."""

    title: str
    cast: tuple[CastMember, ...]
    scenes: tuple[Scene, ...]
    logline: str = ""
    style: Style = Style.PHOTO
    planner: str = ""

    @property
    def shots(self) -> Iterator[tuple[Scene, Shot]]:
        """Every shot with its scene, in the film's order."""
        return ((scene, shot) for scene in self.scenes for shot in scene.shots)


@dataclass(frozen=True)
class Portrait:
    """A picture of one person. `default_figure` marks one that we drew, not a photo."""

    path: Path
    default_figure: bool = False


@dataclass(frozen=True)
class VoiceSample:
    """A recording of a person and, where known, its exact words."""

    path: Path
    transcript: str = ""


@dataclass(frozen=True)
class OwnFrame:
    """What a person puts in place of a shot's drawn keyframe.

    `path` is a picture of any size with whose face is where on it (x0, y0, x1, y1 in its pixels)
    or, where it is `kept`, a keyframe as a run made it.
    """

    path: Path
    faces: tuple[tuple[str, tuple[float, float, float, float]], ...] = ()
    kept: bool = False


@dataclass(frozen=True)
class Character:
    """A person of the bank, ready to be shot: at least one portrait, the best first.

    `figure` names the default cast figure that plays them, '' for a person with photos.
    """

    name: str
    portraits: tuple[Portrait, ...]
    voice_sample: VoiceSample | None = None
    about: str = ""
    gender: Gender | None = None
    age: Age | None = None
    aliases: tuple[str, ...] = ()
    figure: str = ""
    voice: str = ""
