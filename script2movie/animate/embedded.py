"""The embedded animator: camera moves in true perspective, and people who live, in real time.

It moves the layers that the embedded storyboard draws; a keyframe without layers, as a generative
model draws it, is a flat picture that only the camera moves in. It opens no mouth: that is the
lip-syncer's, so an edited line leaves all else as it was.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from script2movie.animate.acting import Acting, act
from script2movie.animate.backdrop import Place
from script2movie.animate.camera import Lens, Pose, Stage, fitted, path
from script2movie.animate.foreground import Foreground
from script2movie.animate.grade import LOOKS, Grain, Look, vignette
from script2movie.animate.people import Person
from script2movie.errors import ShotFailed
from script2movie.movie import CameraMove, Position, Style
from script2movie.stages import Backdrop, Frame, Keyframe, Layers, Likeness, TimedSpeech, View

__all__ = ["EmbeddedAnimator"]

WALL = 4.0  # metres from the people to a backdrop without depth
EMPTY = 8.0  # metres to a backdrop without depth and without people
FLAT_FOCAL = 1.4  # focal length of a finished picture, in its heights
AS_IT_IS = Look(contrast=1.0, lift=0.0, warmth=0.0, colour=1.0, vignette=0.0, grain=0.0)


class EmbeddedAnimator:
    """Layers into frames. Needs no weights; holds one shot at most."""

    fingerprint = "embedded animator 2"
    num_workers = 2
    streams = True

    def refusal(self, view: View, *, width: int, height: int, num_frames: int, fps: int) -> str:
        """Every view can be animated, at any size and length."""
        del view, width, height, num_frames, fps
        return ""

    def whole_length(self, num_frames: int, *, fps: int) -> int:
        """Exactly what is asked for."""
        del fps
        return num_frames

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
            ShotFailed: there is no keyframe.
        """
        if keyframe is None:
            raise ShotFailed(
                "animator 'embedded' starts from a keyframe, and this storyboard gives none: "
                "choose another --storyboard, or an animator that makes a shot from words"
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
        set_ups = [(layers, LOOKS[layers.style]) for layers in keyframe.layers]
        if not set_ups:  # a finished picture: what it shows is as far as a wall, its look stays
            flat = Backdrop(keyframe.picture, FLAT_FOCAL * height)
            set_ups = [(Layers(flat, (), None, Style.PHOTO), AS_IT_IS)]
        shares = np.cumsum([layers.share for layers, _ in set_ups])
        ends = np.rint(shares / shares[-1] * num_frames).astype(int)
        starts = [0, *ends[:-1]]
        for number, (layers, look) in enumerate(set_ups):
            times = np.arange(starts[number], ends[number]) / fps
            rng = np.random.default_rng([seed, number])
            if len(times):
                yield from _set_up(layers, look, view, speech, times, fps, width, height, rng)


def _set_up(
    layers: Layers,
    look: Look,
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
    lens = Lens(width, height, layers.backdrop.focal / layers.backdrop.scale)
    distances = [person.distance for person in layers.people]
    wall = max(distances) + WALL if distances else EMPTY
    gain = vignette(look, width, height)
    place = Place(layers.backdrop, look, gain, lens, wall)
    people = [
        Person(layer, look, lens, gain)
        for layer in sorted(layers.people, key=lambda layer: -layer.distance)
    ]
    before = None
    if layers.foreground is not None:
        before = Foreground(layers.foreground, layers.backdrop, look, gain, lens, distances)
    grain = Grain(look, width, height, rng)

    # 2. the camera's path, as wide as the layers allow; people who are tracked come along
    tracked = view.camera_move is CameraMove.TRACKING

    def beside(pose: Pose) -> Pose:
        return replace(pose, x=0.0) if tracked else pose

    def holds(pose: Pose) -> bool:
        kept = all(person.holds(beside(pose)) for person in people)
        return kept and place.holds(pose) and (before is None or before.holds(pose))

    stage = Stage(min(distances, default=None), wall, _aim(people, lens), _heading(view))
    poses = path(view.camera_move, times - times[0], len(times) / fps, stage, lens, rng)
    poses = fitted(poses, holds)

    # 3. what each person does
    actings = [_acting(person, people, speech, times, tracked, rng) for person in people]

    # 4. the frames
    for i, pose in enumerate(poses):
        nv12 = np.empty((height * 3 // 2, width), np.uint8)
        place.draw(pose, nv12)
        tracks = [
            person.draw(beside(pose), acting, i, nv12)
            for person, acting in zip(people, actings, strict=True)
        ]
        if before is not None:
            before.draw(pose, nv12)
        grain.over(nv12[:height])
        yield Frame(nv12, tuple(track for track in tracks if track is not None))


def _aim(people: Sequence[Person], lens: Lens) -> tuple[float, float]:
    """Where the middle of the seen faces is, as tangents from the optical axis."""
    middles = [person.origin + person.features.centre for person in people if person.seen]
    if not middles:
        return 0.0, 0.0
    x, y = np.mean(middles, axis=0) - [(lens.width - 1) / 2, (lens.height - 1) / 2]
    return float(x / lens.focal), float(y / lens.focal)


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
