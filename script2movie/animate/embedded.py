"""The embedded animator: camera moves in true perspective, and people who live, in real time.

It needs the layers that the embedded storyboard draws. It opens no mouth: that is the
lip-syncer's, so an edited line leaves all else as it was.
"""

from collections.abc import Iterator, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from script2movie.animate.acting import Acting, act
from script2movie.animate.backdrop import Place
from script2movie.animate.camera import Lens, fitted, path
from script2movie.animate.foreground import Foreground
from script2movie.animate.grade import LOOKS, Grain
from script2movie.animate.people import Person
from script2movie.errors import ShotFailed
from script2movie.movie import CameraMove, Position
from script2movie.stages import Frame, Keyframe, Layers, Likeness, TimedSpeech, View

__all__ = ["EmbeddedAnimator"]

WALL = 4.0  # metres from the people to a backdrop without depth
EMPTY = 8.0  # metres to a backdrop without depth and without people


class EmbeddedAnimator:
    """Layers into frames. Needs no weights; holds one shot at most."""

    fingerprint = "embedded-animator-1"

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
        """Streams `num_frames` frames; the set-ups of the keyframe take turns by their share.

        Raises:
            ShotFailed: the keyframe is missing, or has no layers.
        """
        if keyframe is None or not keyframe.layers:
            raise ShotFailed(
                "animator 'embedded' needs the layers of storyboard 'embedded': choose "
                "--storyboard embedded, or an animator that starts from a picture"
            )
        return self._frames(keyframe, view, speech, width, height, num_frames, fps, seed)

    def close(self) -> None:
        """Nothing to free."""

    def _frames(
        self,
        keyframe: Keyframe,
        view: View,
        speech: TimedSpeech | None,
        width: int,
        height: int,
        num_frames: int,
        fps: int,
        seed: int,
    ) -> Iterator[Frame]:
        cv2.setNumThreads(1)  # for the process: the encoder needs the other core, and bytes repeat
        shares = np.cumsum([layers.share for layers in keyframe.layers])
        ends = np.rint(shares / shares[-1] * num_frames).astype(int)
        starts = [0, *ends[:-1]]
        for number, layers in enumerate(keyframe.layers):
            times = np.arange(starts[number], ends[number]) / fps
            rng = np.random.default_rng([seed, number])
            if len(times):
                yield from _set_up(layers, view, speech, times, fps, width, height, rng)


def _set_up(
    layers: Layers,
    view: View,
    speech: TimedSpeech | None,
    times: NDArray[np.float64],
    fps: int,
    width: int,
    height: int,
    rng: np.random.Generator,
) -> Iterator[Frame]:
    """One set-up of the camera; `times` are seconds after the shot's first frame."""
    # 1. everything that does not change
    look = LOOKS[layers.style]
    lens = Lens(width, height, layers.backdrop.focal / layers.backdrop.scale)
    distances = [person.distance for person in layers.people]
    wall = max(distances) + WALL if distances else EMPTY
    place = Place(layers.backdrop, look, lens, wall)
    people = [
        Person(layer, look, lens) for layer in sorted(layers.people, key=lambda p: -p.distance)
    ]
    before = None
    if layers.foreground is not None:
        before = Foreground(layers.foreground, layers.backdrop, look, lens, distances)
    grain = Grain(look, width, height, rng)

    # 2. the camera's path, as wide as the layers allow
    poses = path(
        view.camera_move,
        times - times[0],
        len(times) / fps,
        nearest=min(distances, default=None),
        towards=_heading(view),
        rng=rng,
    )
    parts: list[Place | Person | Foreground] = [place, *people, *([before] if before else [])]
    poses = fitted(poses, lambda pose: all(part.holds(pose) for part in parts))

    # 3. what each person does
    walking = view.camera_move is CameraMove.TRACKING
    actings = [_acting(person, people, speech, times, walking, rng) for person in people]

    # 4. the frames
    for i, pose in enumerate(poses):
        nv12 = np.empty((height * 3 // 2, width), np.uint8)
        place.draw(pose, nv12)
        tracks = [
            person.draw(pose, acting, i, nv12)
            for person, acting in zip(people, actings, strict=True)
        ]
        if before is not None:
            before.draw(pose, nv12)
        grain.over(nv12[:height])
        yield Frame(nv12, tuple(track for track in tracks if track is not None))


def _acting(
    person: Person,
    people: Sequence[Person],
    speech: TimedSpeech | None,
    times: NDArray[np.float64],
    walking: bool,
    rng: np.random.Generator,
) -> Acting:
    here = person.origin[0] + person.width / 2
    others = [p.origin[0] + p.width / 2 - here for p in people if p is not person]
    look = float(np.sign(np.mean(others))) if others else 0.0
    return act(person.layer.character, speech, times, look=look, walking=walking, rng=rng)


def _heading(view: View) -> float:
    """The side of the screen that most people of a view face: -1, 0 or 1."""
    sides = {Position.LEFT: -1.0, Position.CENTER: 0.0, Position.RIGHT: 1.0}
    return float(np.sign(sum(sides[a.facing] for a in view.characters)))
