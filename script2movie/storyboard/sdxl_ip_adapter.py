"""Storyboard 'sdxl-ip-adapter': SDXL, each person's portrait in their own part of the frame.

prepare   a portrait -> its encoding, once a character
draw      1. words, counted     2. where people stand     3. the picture     4. whose faces it has
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

from script2movie.generative import prompts
from script2movie.generative.sizes import fitted, unfit
from script2movie.movie import Character
from script2movie.stages import Companion, Keyframe, Likeness, Setting, View, Watch
from script2movie.storyboard import sdxl
from script2movie.storyboard.casting import CastingRoom, crowded
from script2movie.storyboard.ip_adapters import PlusFace, PlusFaceOptions
from script2movie.storyboard.regions import regions

__all__ = ["SdxlIpAdapterStoryboarder"]

NAME = "storyboard sdxl-ip-adapter"
EDITION = 1  # raised when the same shot would look different
MOST_PEOPLE = 4  # whose regions are still wide enough to hold a face


class SdxlIpAdapterStoryboarder:
    """Fits `stages.Storyboarder`."""

    Options: type[sdxl.Options] = PlusFaceOptions
    num_workers = 1
    reads_about = True

    def __init__(
        self,
        options: sdxl.Options,
        name: str = NAME,
        prepared: Callable[[Any], Any] = lambda pipe: pipe,
        adapter: Callable[[Any, Path], sdxl.Adapter] = PlusFace,
    ) -> None:
        """Raises BackendUnavailable, SettingsError, WeightsError.

        A backend that builds on this one gives its own name, what it does to the pipeline, and
        what reads its portraits.
        """
        self.painter = sdxl.Painter(options, name, adapter, prepared)
        self.casting = CastingRoom()
        self._name = name

    @cached_property
    def fingerprint(self) -> str:
        return f"sdxl-ip-adapter {EDITION} {self.casting.fingerprint} {self.painter.fingerprint}"

    @property
    def watch(self) -> Watch:
        return self.painter.model.watch

    @watch.setter
    def watch(self, watch: Watch) -> None:
        self.painter.model.watch = watch

    def refusal(self, setting: Setting, view: View, *, width: int, height: int) -> str:
        """A crowd, and a film's shape that no such model composes."""
        del setting
        return unfit(width, height, self._name) or crowded(view, MOST_PEOPLE, self._name)

    def companions(self, views: Sequence[View], number: int) -> Sequence[int]:
        """None: every picture is its own shot's."""
        return ()

    def prepare(self, character: Character) -> Likeness:
        """Raises BankError where no portrait shows a face."""
        likeness = self.casting.likeness(character)
        assert likeness.portrait is not None
        return replace(likeness, tokens=self.painter.encode(likeness.portrait))

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
        words, remark = self.painter.words(setting, view, cast)
        # 2. Places
        columns, rows = self.painter.size(width, height)
        ask = self.ask(setting, view, words, (columns, rows), seed)
        # 3. The picture
        (drawn,) = self.painter.paint([ask], cast, width=columns, height=rows)
        picture = fitted(drawn, width, height)
        # 4. Faces
        faces = self.casting.faces(picture, cast, regions(view, width=width, height=height))
        notes = tuple(filter(None, (remark, *self.painter.model.notes)))
        return Keyframe(picture, faces, notes=notes)

    def ask(
        self, setting: Setting, view: View, words: str, size: tuple[int, int], seed: int
    ) -> sdxl.Ask:
        """A view as the painter takes it; `size` is the picture's width and height."""
        people = regions(view, width=size[0], height=size[1])
        seen = tuple(region for region in people if region.seen)
        return sdxl.Ask(words, prompts.avoided(setting.style), seen, seed)

    def close(self) -> None:
        self.painter.model.close()
