"""A generative model's clips into a shot's frames: planned, made, joined, and converted once.

    1. the film's frame is fitted into a size that the model makes          (fitting)
    2. the shot is cut into clips of lengths that it makes                   (lengths)
    3. each clip goes on from the last frames of the one before              (joining)
    4. the film's frame is cut out of the model's, scaled, and made NV12
    5. the model's frame rate becomes the film's, along the motion           (rates)

Knows everything of this and nothing of a model: how one is loaded and asked for a clip is in the
file that bears its name.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, ClassVar, TypeVar

import numpy as np
from numpy.typing import NDArray

from script2movie.animate.fitting import Fit, best_size, sizes_within
from script2movie.animate.joining import continued
from script2movie.animate.lengths import Grid, clip_lengths, film_length, native_length
from script2movie.animate.rates import retimed
from script2movie.errors import SettingsError, ShotFailed
from script2movie.generative.model import Model
from script2movie.generative.running import Running
from script2movie.generative.sizes import as_bytes
from script2movie.media import nv12
from script2movie.stages import FaceTrack, Frame, Keyframe, Likeness, TimedSpeech, View, Watch

__all__ = [
    "Clip",
    "ClipAnimator",
    "ClipOptions",
    "ClipOrder",
    "Native",
    "Picture",
    "as_clip",
    "checkpoint_option",
    "generator",
    "images",
    "option",
    "step_callback",
    "told_steps",
]

T = TypeVar("T")
Picture = NDArray[np.uint8]
Clip = NDArray[np.uint8]  # (N, H, W, 3) RGB

LEAST_SHARE = 0.6  # of a model's frame that a film must use, or its size is refused
EDITION = 4  # raised when the same clips would become other frames
PREVIEW_STEPS = 8  # denoising steps of a preview, where the model's own are more
PREVIEW_AREA = 0.25  # of the pixels that are else asked for


def option(default: T, text: str) -> T:
    """A field of `Options`: its default and its line in a list."""
    return field(default=default, metadata={"help": text})


def checkpoint_option(default: str, text: str = "a folder, or a hub repository") -> str:
    """A field of `Options` that names a checkpoint: what `weights` lists and fetches."""
    return field(default=default, metadata={"help": text, "checkpoint": True})


@dataclass(frozen=True)
class ClipOptions(Running):
    """The options that all our generative animators have; each sets its model's own defaults."""

    model: str = checkpoint_option("")
    steps: int = option(50, "denoising steps")
    pixels: int = option(0, "width times height of the model's frames, at most")


@dataclass(frozen=True)
class Native:
    """What a model makes for a film: its size, frames a second, counts, and frames it goes on from.

    `overlap` is how many last frames of a clip the next one is given.
    """

    fit: Fit
    fps: int
    grid: Grid
    overlap: int = 1

    def lengths(self, num_frames: int, fps: int) -> tuple[int, ...]:
        """The clips, in frames of the model's, that cover `num_frames` of the film."""
        return clip_lengths(native_length(num_frames, fps, self.fps), self.grid, self.overlap)

    def whole_length(self, num_frames: int, fps: int) -> int:
        """The film's frames that those clips give."""
        lengths = self.lengths(num_frames, fps)
        return film_length(sum(lengths) - self.overlap * (len(lengths) - 1), fps, self.fps)


@dataclass(frozen=True)
class ClipOrder:
    """What one clip has to show.

    given       the frames (height, width, 3) it begins with: a keyframe, or the last ones of the
                clip before; none for a model that starts from text
    num_frames  how many, on the model's grid
    told        to be called with the number of each denoising step that is done, from 1
    """

    given: Sequence[Picture]
    view: View
    cast: Sequence[Likeness]
    width: int
    height: int
    num_frames: int
    seed: int
    told: Callable[[int], None]


class ClipAnimator(ABC):
    """What our generative animators share: they fit `stages.Animator` through it.

    A model's own file says how it is opened and loaded, what it makes (`native`) and how it is
    asked for one clip (`clip`).
    """

    name: ClassVar[str]
    starts_from_picture: ClassVar[bool] = True
    num_workers = 2  # while the model makes one shot's clip, another's frames are converted
    streams = False

    def __init__(
        self,
        options: ClipOptions,
        *,
        pixels: int,
        fingerprint: str,
        load: Callable[[Running], Any],
    ) -> None:
        """`fingerprint` names the checkpoints; `pixels` is an area."""
        few = options.preview
        self.steps = min(options.steps, PREVIEW_STEPS) if few else options.steps
        self.pixels = round(pixels * PREVIEW_AREA) if few else pixels
        self.fingerprint = f"{self.name} {EDITION} {fingerprint} {options.fingerprint}"
        self._turn = Lock()
        self.model: Model[Any] = Model(f"animator {self.name}", options, load)

    @property
    def watch(self) -> Watch:
        return self.model.watch

    @watch.setter
    def watch(self, watch: Watch) -> None:
        self.model.watch = watch

    @abstractmethod
    def native(self, width: int, height: int) -> Native:
        """What the model makes for a film of this size."""

    @abstractmethod
    def clip(self, pipe: Any, order: ClipOrder) -> Clip:
        """One clip. The same order gives the same frames."""

    def largest(self, width: int, height: int, multiple: int) -> Fit:
        """The film's frame in the best of the sizes that `pixels` allows.

        Raises:
            SettingsError: there is none.
        """
        sizes = sizes_within(self.pixels, multiple)
        if not sizes:
            raise SettingsError(
                f"--option animator.pixels allows {self.pixels} pixels, and the smallest frame of "
                f"'{self.name}' has {multiple * multiple}"
            )
        return best_size(width, height, sizes)

    def refusal(self, view: View, *, width: int, height: int, num_frames: int, fps: int) -> str:
        """A shot longer than is made at once, or a shape of frame too far from the model's."""
        del view
        if reason := self._too_long(num_frames, fps):
            return reason
        fit = self.native(width, height).fit
        if fit.share >= LEAST_SHARE:
            return ""
        return (
            f"animator '{self.name}' makes {fit.model_width}x{fit.model_height}, of which a film "
            f"of {width}x{height} would use {fit.share:.0%}: choose "
            f"--size {fit.model_width}x{fit.model_height}, or another animator"
        )

    def whole_length(self, num_frames: int, *, fps: int) -> int:
        """All frames of the clips; the film's size changes none of their lengths."""
        return self.native(1280, 720).whole_length(num_frames, fps)

    def _too_long(self, num_frames: int, fps: int) -> str:
        """Why a model that starts from text cannot make so many frames; '' where one can."""
        native = self.native(1280, 720)  # the film's size changes no length
        if self.starts_from_picture or len(native.lengths(num_frames, fps)) == 1:
            return ""
        return (
            f"animator '{self.name}' makes at most {native.grid.most / native.fps:g} s at once "
            f"and cannot go on from a picture: shorten the shot, which takes "
            f"{num_frames / fps:.1f} s"
        )

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
        """Streams `num_frames` frames; holds one clip. What is said changes nothing.

        Raises:
            ShotFailed: a model that starts from a picture is given none, one that starts from text
                more than it makes at once (lines may be longer than planned), or memory runs out.
        """
        del speech
        if keyframe is None and self.starts_from_picture:
            raise ShotFailed(
                f"animator '{self.name}' starts from a picture and this shot has no keyframe: "
                "choose a storyboard that draws one"
            )
        if reason := self._too_long(num_frames, fps):
            raise ShotFailed(reason)
        native = self.native(width, height)
        lengths = native.lengths(num_frames, fps)
        first = [native.fit.into(keyframe.picture)] if keyframe and self.starts_from_picture else []

        def make(given: Sequence[Picture], length: int, number: int) -> Clip:
            def told(step: int) -> None:
                self.watch.step(number * self.steps + step, len(lengths) * self.steps)

            size = (native.fit.model_width, native.fit.model_height)
            order = ClipOrder(given, view, cast, *size, length, seed + number, told)
            with self._turn:
                return self.model.call(lambda pipe: self.clip(pipe, order))

        def frames() -> Iterator[Frame]:
            joined = continued(first, lengths, make, overlap=native.overlap)
            shown = (nv12.from_rgb(native.fit.out(rgb)) for rgb in joined)
            for frame in retimed(shown, model_fps=native.fps, fps=fps, num_frames=num_frames):
                yield Frame(frame, self.tracks(frame, view))

        return frames()

    def tracks(self, frame: Picture, view: View) -> tuple[FaceTrack, ...]:
        """Whose face is where in a frame of the film (NV12); none where the keyframe says it."""
        return ()

    def close(self) -> None:
        """Frees the model."""
        self.model.close()

    def worded(self, phrases: Sequence[str], count: Callable[[str], int], most: int) -> str:
        """The phrases as a prompt of at most `most` tokens; what is left out is said."""
        kept = list(phrases)
        while len(kept) > 1 and count(". ".join(kept)) > most:
            kept.pop()
        words = ". ".join(kept).split(" ")
        while len(words) > 1 and count(" ".join(words)) > most:
            words.pop()
        text = " ".join(words)
        if left := ". ".join(phrases)[len(text) :].strip(". "):
            self.watch.remark(f"animator {self.name} reads {most} tokens; not told: {left}")
        return text


def images(given: Sequence[Picture]) -> list[Any]:
    """RGB arrays as the pictures that diffusers' pipelines take."""
    from PIL import Image

    return [Image.fromarray(picture) for picture in given]


def as_clip(frames: NDArray[np.floating[Any]]) -> Clip:
    """A pipeline's frames (N, H, W, 3) in 0..1 as bytes; a frame at a time, as they are large."""
    clip = np.empty(frames.shape, np.uint8)
    for frame, made in zip(clip, frames, strict=True):
        frame[:] = as_bytes(made, "animator")
    return clip


def generator(seed: int) -> Any:
    """Randomness of one clip, drawn on the CPU so that every device draws the same."""
    import torch

    return torch.Generator("cpu").manual_seed(seed)


def step_callback(told: Callable[[int], None]) -> Callable[..., dict[str, Any]]:
    """For a pipeline's `callback_on_step_end`."""

    def done(pipe: object, step: int, time: object, tensors: dict[str, Any]) -> dict[str, Any]:
        told(step + 1)
        return tensors

    return done


@contextmanager
def told_steps(pipe: Any, told: Callable[[int], None]) -> Iterator[None]:
    """Around a call of a pipeline that has no callback: its progress bar tells the steps."""

    class Bar:
        def __init__(self, total: int | None = None) -> None:
            self.done = 0

        def __enter__(self) -> "Bar":
            return self

        def __exit__(self, *error: object) -> None:
            pass

        def update(self) -> None:
            self.done += 1
            told(self.done)

    pipe.progress_bar = Bar
    try:
        yield
    finally:
        del pipe.progress_bar
