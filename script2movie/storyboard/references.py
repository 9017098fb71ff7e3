"""What the storyboards share whose models take reference pictures: portraits, and another shot.

    prepare   a portrait, cut to head and shoulders, once a character
    draw      1. references     2. sentences     3. the picture     4. whose faces it has

The other shot keeps a scene's place, clothes and light together; a shot that is edited redraws
those that are drawn from it, and no others. Knows no model: a backend says how one paints.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from script2movie.generative import prompts
from script2movie.generative.checkpoints import Checkpoint
from script2movie.generative.model import Model
from script2movie.generative.running import Running, Stills
from script2movie.generative.sizes import fitted, model_size, unfit
from script2movie.movie import Character
from script2movie.stages import Companion, Keyframe, Likeness, Setting, View, Watch
from script2movie.storyboard.casting import CastingRoom, crowded, seen_people
from script2movie.storyboard.regions import regions

__all__ = ["OTHER_SHOT", "LocalStoryboarder", "Options", "Picture", "ReferenceStoryboarder"]

Picture = NDArray[np.uint8]


OTHER_SHOT = "which shot of the scene is a reference too: previous, first or none"


@dataclass(frozen=True)
class Options(Stills, Running):
    """The choices of local models with reference pictures; backends set their own defaults."""

    dtype: Literal["float16", "bfloat16", "float32"] = field(
        default="bfloat16", metadata={"help": "float16, bfloat16 or float32"}
    )
    other_shot: Literal["previous", "first", "none"] = field(
        default="previous", metadata={"help": OTHER_SHOT}
    )
    steps: int = field(default=28, metadata={"help": "denoising steps"})
    guidance_scale: float = field(default=2.5, metadata={"help": "how much the text counts"})
    pixels: int = field(default=1024 * 1024, metadata={"help": "the area a picture is drawn at"})

    @property
    def num_inference_steps(self) -> int:
        return max(min(4, self.steps), self.steps // 3) if self.preview else self.steps


class ReferenceStoryboarder(ABC):
    """Fits `stages.Storyboarder`. A backend says what its model is and how it paints."""

    name: str
    edition: int  # raised when the same shot would look different
    most_people: int
    most_tokens: int  # of text that the model reads
    called = "image {}"  # how the model is told of a reference by its number
    num_workers = 1
    reads_about = True
    notes: tuple[str, ...] = ()  # on every keyframe

    def __init__(self, other_shot: Literal["previous", "first", "none"]) -> None:
        """Raises WeightsError where a recogniser's weights are not on this machine."""
        self._other_shot = other_shot
        self.casting = CastingRoom()

    @abstractmethod
    def paint(
        self, words: str, references: Sequence[Picture], *, width: int, height: int, seed: int
    ) -> Picture:
        """The picture (height, width, 3)."""

    @abstractmethod
    def count(self, words: str) -> int:
        """How many tokens the model reads the words as."""

    @abstractmethod
    def size(self, width: int, height: int) -> tuple[int, int]:
        """What it paints for a film of this size."""

    @property
    @abstractmethod
    def made_with(self) -> str:
        """The model and all of its options that change a picture."""

    @cached_property
    def fingerprint(self) -> str:
        kind = self.name.partition(" ")[2]
        return f"{kind} {self.edition} {self.casting.fingerprint} {self.made_with}"

    def refusal(self, setting: Setting, view: View, *, width: int, height: int) -> str:
        """A crowd, and a film's shape that no such model composes."""
        del setting
        return unfit(width, height, self.name) or crowded(view, self.most_people, self.name)

    def companions(self, views: Sequence[View], number: int) -> Sequence[int]:
        """The scene's previous or first view, as chosen."""
        if self._other_shot == "none" or number == 0:
            return ()
        return (0,) if self._other_shot == "first" else (number - 1,)

    def prepare(self, character: Character) -> Likeness:
        """Raises BankError where no portrait shows a face."""
        return self.casting.likeness(character)

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
        # 1. References: whose faces are seen, then the other shot
        portraits = {one.character: one.portrait for one in cast if one.portrait is not None}
        people = [name for name in seen_people(view) if name in portraits]
        references = [portraits[name] for name in people]
        shots = [one.keyframe.picture for one in companions if one.keyframe is not None]
        other_shot = len(references) + 1 if shots else None
        # 2. Sentences
        looks = {one.character: one.looks for one in cast}
        words = prompts.instructions(
            setting, view, looks, people, other_shot=other_shot, called=self.called
        )
        words, unread = prompts.whole_sentences(words, self.count, most=self.most_tokens)
        notes = [f"the prompt had no room for: {' '.join(unread)}"] if unread else []
        # 3. The picture
        columns, rows = self.size(width, height)
        drawn = self.paint(words, [*references, *shots], width=columns, height=rows, seed=seed)
        picture = fitted(drawn, width, height)
        # 4. Faces
        places = regions(view, width=width, height=height)
        faces = self.casting.faces(picture, cast, places)
        return Keyframe(picture, faces, notes=(*notes, *self.notes))

    @abstractmethod
    def close(self) -> None: ...


class LocalStoryboarder(ReferenceStoryboarder):
    """One whose model runs here: a checkpoint, looked at, and a pipeline of diffusers."""

    multiple = 16  # pixels that sides are divisible by: eight a latent, two latents a token

    def __init__(self, options: Options, checkpoint: Checkpoint) -> None:
        super().__init__(options.other_shot)
        self.options, self.checkpoint = options, checkpoint
        self.model: Model[Any] = Model(self.name, options, self.loaded)

    @abstractmethod
    def loaded(self, running: Running) -> Any:
        """The pipeline, placed."""

    @property
    def made_with(self) -> str:
        return f"{self.checkpoint.fingerprint} {self.options.fingerprint}"

    @property
    def watch(self) -> Watch:
        return self.model.watch

    @watch.setter
    def watch(self, watch: Watch) -> None:
        self.model.watch = watch

    @property
    def notes(self) -> tuple[str, ...]:  # type: ignore[override]
        return self.model.notes

    def size(self, width: int, height: int) -> tuple[int, int]:
        area = self.options.area
        return model_size(width, height, pixels=area, multiple=self.multiple)

    def close(self) -> None:
        self.model.close()
