"""Storyboard 'sdxl-ip-adapter': SDXL, each person's portrait in their own part of the frame.

prepare   a portrait -> its encoding, once a character
draw      1. words, counted     2. where people stand     3. the picture     4. whose faces it has
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

from script2movie.generative import prompts
from script2movie.generative.checkpoints import require
from script2movie.generative.sizes import fitted
from script2movie.movie import Character
from script2movie.stages import Companion, Keyframe, Likeness, Setting, View, Watch
from script2movie.storyboard import sdxl
from script2movie.storyboard.casting import CastingRoom, refuse_crowd
from script2movie.storyboard.regions import regions

__all__ = ["SdxlIpAdapterStoryboarder"]

NAME = "storyboard sdxl-ip-adapter"
EDITION = 1  # raised when the same shot would look different
MOST_PEOPLE = 4  # whose regions are still wide enough to hold a face


class SdxlIpAdapterStoryboarder:
    """Fits `stages.Storyboarder`."""

    Options = sdxl.Options
    num_workers = 1
    reads_about = True

    def __init__(self, options: sdxl.Options) -> None:
        """Raises BackendUnavailable, SettingsError, WeightsError."""
        require("torch", "diffusers", "transformers", "accelerate", backend=NAME)
        self._painter = sdxl.Painter(options, NAME)
        self._casting = CastingRoom()

    @cached_property
    def fingerprint(self) -> str:
        return f"sdxl-ip-adapter {EDITION} {self._casting.fingerprint} {self._painter.fingerprint}"

    @property
    def watch(self) -> Watch:
        return self._painter.model.watch

    @watch.setter
    def watch(self, watch: Watch) -> None:
        self._painter.model.watch = watch

    def companions(
        self, views: Sequence[View], number: int, *, width: int, height: int
    ) -> Sequence[int]:
        """None; refuses a crowd and a film's size that SDXL cannot draw."""
        self._painter.size(width, height)
        refuse_crowd(views[number], MOST_PEOPLE, NAME)
        return ()

    def prepare(self, character: Character) -> Likeness:
        """Raises BankError where no portrait shows a face."""
        likeness = self._casting.likeness(character)
        assert likeness.portrait is not None
        return replace(likeness, tokens=self._painter.encode(likeness.portrait))

    def draw(
        self,
        setting: Setting,
        view: View,
        cast: Sequence[Likeness],
        companions: Sequence[Companion] = (),
        *,
        width: int,
        height: int,
        seed: int,
    ) -> Keyframe:
        # 1. Words
        words, remark = self._painter.words(setting, view, cast)
        # 2. Places
        columns, rows = self._painter.size(width, height)
        people = regions(view, width=columns, height=rows)
        seen = tuple(region for region in people if region.seen)
        # 3. The picture
        ask = sdxl.Ask(words, prompts.avoided(setting.style), seen, seed)
        (drawn,) = self._painter.paint([ask], cast, width=columns, height=rows)
        picture = fitted(drawn, width, height)
        # 4. Faces
        faces = self._casting.faces(picture, cast, regions(view, width=width, height=height))
        notes = tuple(filter(None, (remark, *self._painter.model.notes)))
        return Keyframe(picture, faces, notes=notes)

    def close(self) -> None:
        self._painter.model.close()
