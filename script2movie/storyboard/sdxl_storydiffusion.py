"""Storyboard 'sdxl-storydiffusion': a scene's shots share self-attention, on SDXL with portraits.

StoryDiffusion keeps a person the same within a story, but text alone does not know the bank's
faces: the portraits come through IP-Adapter as in 'sdxl-ip-adapter'.

    identity views  the first shots of a scene that show one person alone, a few for each person;
                    those of a person are drawn together and see samples of each other's tokens
    other views     see samples of the tokens of whoever they show

So a view is drawn with its identity views as companions: an edited identity view redraws the
scene's shots of that person, any other edit redraws its own shot. Identity views are drawn again
from their seeds where only others are missing; in one run they are drawn once.
"""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar

from script2movie.generative.sizes import fitted
from script2movie.movie import Character
from script2movie.stages import Companion, Keyframe, Likeness, Setting, View, Watch
from script2movie.storyboard.casting import seen_people
from script2movie.storyboard.ip_adapters import PlusFaceOptions
from script2movie.storyboard.regions import regions
from script2movie.storyboard.sdxl_ip_adapter import SdxlIpAdapterStoryboarder

__all__ = ["SdxlStoryDiffusionStoryboarder", "StoryDiffusionOptions", "identity_views"]

NAME = "storyboard sdxl-storydiffusion"
EDITION = 1  # raised when the same shot would look different
MOST_BANKS = 4  # people whose tokens are kept: gigabytes each at full size


@dataclass(frozen=True)
class StoryDiffusionOptions(PlusFaceOptions):
    """The choices of this backend: SDXL's, and StoryDiffusion's own."""

    backend: ClassVar[str] = NAME
    identity_images: int = field(
        default=2, metadata={"help": "shots of a person drawn together, 1 to 4"}
    )
    rate_32: float = field(
        default=0.5, metadata={"help": "tokens shared at 1/32 of the picture, 0 to 1"}
    )
    rate_16: float = field(
        default=0.5, metadata={"help": "tokens shared at 1/16 of the picture, 0 to 1"}
    )


@dataclass(frozen=True)
class _Drawn:
    """A person's identity views as drawn, by seed, and what others see of them."""

    pictures: dict[int, Any]
    bank: Any


class SdxlStoryDiffusionStoryboarder:
    """Fits `stages.Storyboarder`."""

    Options = StoryDiffusionOptions
    num_workers = 1
    reads_about = True

    def __init__(self, options: StoryDiffusionOptions) -> None:
        """Raises BackendUnavailable, SettingsError, WeightsError."""
        self._options = options
        self._single = SdxlIpAdapterStoryboarder(options, NAME, _with_consistency)
        self._drawn: OrderedDict[str, _Drawn] = OrderedDict()

    @cached_property
    def fingerprint(self) -> str:
        return f"sdxl-storydiffusion {EDITION}, {self._single.fingerprint}"

    @property
    def watch(self) -> Watch:
        return self._single.watch

    @watch.setter
    def watch(self, watch: Watch) -> None:
        self._single.watch = watch

    def refusal(self, setting: Setting, view: View, *, width: int, height: int) -> str:
        """As with portraits alone."""
        return self._single.refusal(setting, view, width=width, height=height)

    def companions(self, views: Sequence[View], number: int) -> Sequence[int]:
        """The identity views of whoever the view shows, without itself."""
        identities = identity_views(views, self._options.identity_images)
        wanted = {n for name in seen_people(views[number]) for n in identities.get(name, ())}
        return sorted(wanted - {number})

    def prepare(self, character: Character) -> Likeness:
        """Raises BankError where no portrait shows a face."""
        return self._single.prepare(character)

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
        size = self._single.painter.size(width, height)
        people = seen_people(view)
        alone = {
            name: [(one.view, one.seed) for one in companions if seen_people(one.view) == [name]]
            for name in people
        }
        words, remark = self._single.painter.words(setting, view, cast)
        is_identity = (
            len(people) == len(view.characters) == 1
            and len(alone[people[0]]) < self._options.identity_images
        )
        # 1. An identity view is one of a batch
        if is_identity:
            together = [*alone[people[0]], (view, seed)]
            drawn = self._identity(setting, people[0], together, cast, size).pictures[seed]
        # 2. Another view reads what the people in it have left
        else:
            banks = [
                self._identity(setting, name, views, cast, size).bank
                for name, views in alone.items()
                if views
            ]
            ask = self._single.ask(setting, view, words, size, seed)
            sharing = self._sharing(size, seed, read=banks) if banks else None
            (drawn,) = self._single.painter.paint(
                [ask], cast, width=size[0], height=size[1], sharing=sharing
            )
        picture = fitted(drawn, width, height)
        places = regions(view, width=width, height=height)
        faces = self._single.casting.faces(picture, cast, places)
        notes = tuple(filter(None, (remark, *self._single.painter.model.notes)))
        return Keyframe(picture, faces, notes=notes)

    def close(self) -> None:
        self._drawn.clear()
        self._single.close()

    def _identity(
        self,
        setting: Setting,
        name: str,
        views: Sequence[tuple[View, int]],
        cast: Sequence[Likeness],
        size: tuple[int, int],
    ) -> _Drawn:
        """A person's identity views, drawn together in the order of their seeds."""
        from script2movie.storyboard.consistency import Bank

        together = sorted(views, key=lambda pair: pair[1])
        key = repr((setting, name, together, size))
        if key in self._drawn:
            self._drawn.move_to_end(key)
            return self._drawn[key]
        while len(self._drawn) >= MOST_BANKS:
            self._drawn.popitem(last=False)
        painter = self._single.painter
        asks = [
            self._single.ask(setting, view, painter.words(setting, view, cast)[0], size, seed)
            for view, seed in together
        ]
        sharing = self._sharing(size, together[0][1], write=Bank())
        pictures = painter.paint(asks, cast, width=size[0], height=size[1], sharing=sharing)
        seeds = [seed for _, seed in together]
        drawn = _Drawn(dict(zip(seeds, pictures, strict=True)), sharing.write)
        self._drawn[key] = drawn
        return drawn

    def _sharing(self, size: tuple[int, int], seed: int, **banks: Any) -> Any:
        from script2movie.storyboard.consistency import Sharing

        return Sharing(
            pixels=(size[1], size[0]),
            rates=(self._options.rate_32, self._options.rate_16),
            seed=seed,
            **banks,
        )


def identity_views(views: Sequence[View], most: int) -> dict[str, tuple[int, ...]]:
    """The first views, at most `most`, that show a person alone, for each person who has one."""
    found: dict[str, list[int]] = {}
    for number, view in enumerate(views):
        people = seen_people(view)
        if len(people) == 1 and len(view.characters) == 1:
            found.setdefault(people[0], []).append(number)
    return {name: tuple(numbers[:most]) for name, numbers in found.items()}


def _with_consistency(pipe: Any) -> Any:
    from script2movie.storyboard.consistency import install

    install(pipe.unet)
    return pipe
