"""Likenesses, keyframes, layers and frames.

Pictures are RGB `uint8` (height, width, 3); positions are pixels from the top left of the picture
they are on.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from script2movie.movie import Character, Style
from script2movie.stages.sound import TimedSpeech
from script2movie.stages.views import Setting, View

__all__ = [
    "NUM_LANDMARKS",
    "Animator",
    "Backdrop",
    "Companion",
    "Face",
    "FaceTrack",
    "Frame",
    "Keyframe",
    "Layers",
    "Likeness",
    "LipSyncer",
    "PersonLayer",
    "Storyboarder",
    "Watch",
    "Watched",
]


NUM_LANDMARKS = 468  # points of a face mesh (MediaPipe's topology)

Picture = NDArray[np.uint8]


@dataclass(frozen=True)
class Likeness:
    """What a storyboard made once of a character.

    picture    (H, W, 4) the person cut out, straight alpha
    landmarks  (468, 3) face mesh in the picture's pixels, z scaled as x, smaller is nearer
    embedding  (128,) identity, as `perception.identity` makes it
    whole      the picture shows the person down to the feet
    looks      what the person looks like, in words
    portrait   (h, w, 3) head and shoulders, for models that take pictures of people
    tokens     a model's own encoding of the portraits

    The last three are what generative backends add; an embedded one leaves them empty.
    """

    character: str
    picture: Picture
    landmarks: NDArray[np.float32]
    embedding: NDArray[np.float32]
    whole: bool = False
    looks: str = ""
    portrait: Picture | None = None
    tokens: NDArray[np.float32] | None = None


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


@dataclass(frozen=True)
class Companion:
    """Another view of the scene that a keyframe is drawn with.

    `seed` is the one that its keyframe is drawn with; `keyframe` is there where it is drawn before.
    """

    view: View
    seed: int
    keyframe: Keyframe | None


class Storyboarder(Protocol):
    """Characters into likenesses, shots into keyframes.

    A keyframe looks at its own shot and at its companions: other views of its scene. Most
    backends have none; one that continues from the last picture, or shares attention between
    pictures, names them, so that an edited shot redraws exactly those that look at it.
    """

    @property
    def fingerprint(self) -> str: ...
    @property
    def num_workers(self) -> int: ...
    def refusal(self, setting: Setting, view: View, *, width: int, height: int) -> str:
        """Why it cannot draw this shot, asked before anything is made; '' where it can."""
        ...

    @property
    def reads_about(self) -> bool:
        """`prepare` looks at a character's description: one that does not is not asked again."""
        ...

    def companions(self, views: Sequence[View], number: int) -> Sequence[int]:
        """The numbers of the scene's views that view `number` is drawn with, itself left out."""
        ...

    def prepare(self, character: Character) -> Likeness: ...
    def draw(
        self,
        setting: Setting,
        view: View,
        cast: Sequence[Likeness],
        companions: Sequence[Companion],
        *,
        width: int,
        height: int,
        seed: int,
    ) -> Keyframe:
        """`cast` are the people of the view and of its companions, each once."""
        ...

    def close(self) -> None: ...


def _unheard(*told: object) -> None:
    pass


@dataclass(frozen=True)
class Watch:
    """Who is told how far a backend is inside one call, and what it substitutes.

    step    how many steps of the call are done, of how many
    remark  a substitution, as a sentence for the run and the report
    """

    step: Callable[[int, int], None] = _unheard
    remark: Callable[[str], None] = _unheard


@runtime_checkable
class Watched(Protocol):
    """A backend of any stage that has something to tell while it works."""

    watch: Watch


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
    """A keyframe into moving frames, streamed.

    Where `streams` is true frames cost little: they are made again with the clip that shows them.
    Where it is false they cost much: they are kept as an artefact of their own and are given no
    speech, so that an edit of the lips never makes them again.
    """

    @property
    def fingerprint(self) -> str: ...
    @property
    def num_workers(self) -> int: ...
    @property
    def streams(self) -> bool: ...
    def refusal(self, view: View, *, width: int, height: int, num_frames: int, fps: int) -> str:
        """Why it cannot animate this shot, asked before anything is made; '' where it can.

        `num_frames` is a guess: nothing is spoken yet.
        """
        ...

    def whole_length(self, num_frames: int, *, fps: int) -> int:
        """How many frames it makes anyway to give `num_frames`: its clips come in fixed lengths.

        What is kept has all of them, so that a shot can grow by a word without a new clip.
        """
        ...

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
    @property
    def num_workers(self) -> int: ...
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
        """As many frames as there are. `cast` is who may be seen, by whose looks a face is told.

        `faces` are the keyframe's, for frames that carry no mesh. Off-screen lines move none.
        """
        ...

    def close(self) -> None: ...
