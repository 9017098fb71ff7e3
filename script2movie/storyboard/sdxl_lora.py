"""Storyboard 'sdxl-lora': SDXL with a LoRA for each person, each drawing in their own region.

AutoStory's way: a LoRA a character, composed by a layout from the plan. At every step the noise is
predicted for the whole picture from its whole prompt, and again for each person with their LoRA
and their own words; inside a person's region theirs counts. So a shot of two people costs three
passes a step. AutoStory fuses the LoRAs into one model first; here they stay apart, so that a
person added later retrains nobody. Where a ControlNet is given, every pass also reads the plan's
layout as a picture of skeletons or outlines (see `controls`).
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from script2movie.errors import SettingsError
from script2movie.generative import checkpoints, prompts
from script2movie.generative.adapters import check_lora, load_lora
from script2movie.generative.model import Model
from script2movie.generative.running import Running, Stills, check, place, torch_dtype
from script2movie.generative.sizes import fitted, model_size, unfit
from script2movie.movie import Character
from script2movie.stages import Companion, Keyframe, Likeness, Setting, View, Watch
from script2movie.storyboard.casting import CastingRoom, crowded
from script2movie.storyboard.controlnet import (
    Reading,
    controlnet_checkpoint,
    reading,
    with_controlnet,
    without_controlnet,
)
from script2movie.storyboard.controls import Kind, control_picture
from script2movie.storyboard.lora import Lora, Recipe, read_lora, train
from script2movie.storyboard.regions import Region, mask, regions
from script2movie.storyboard.sdxl import MULTIPLE, Picture, clip_prompt, decoded

__all__ = ["SdxlLoraOptions", "SdxlLoraStoryboarder"]

NAME = "storyboard sdxl-lora"
EDITION = 1  # raised when the same shot would look different
MOST_PEOPLE = 4


@dataclass(frozen=True)
class SdxlLoraOptions(Stills, Running):
    """The choices of this backend."""

    model: str = field(
        default="stabilityai/stable-diffusion-xl-base-1.0",
        metadata={"help": "an SDXL checkpoint: hub repository or folder", "checkpoint": True},
    )
    loras: str = field(
        default="loras",
        metadata={"help": "the folder that train-lora wrote: a LoRA a person", "unseen": True},
    )
    steps: int = field(default=30, metadata={"help": "denoising steps"})
    guidance_scale: float = field(default=7.5, metadata={"help": "how much the text counts"})
    pixels: int = field(default=1024 * 1024, metadata={"help": "the area a picture is drawn at"})
    controlnet: str = field(
        default="",
        metadata={"help": "an SDXL ControlNet for the layout, '' for none", "checkpoint": True},
    )
    control: Kind = field(
        default="pose", metadata={"help": "what it reads: pose (OpenPose) or sketch (outlines)"}
    )
    controlnet_scale: float = field(
        default=0.6, metadata={"help": "how much the layout counts, 0 to 1"}
    )
    training_steps: int = field(
        default=500, metadata={"help": "train-lora: steps a person", "unseen": True}
    )
    training_pixels: int = field(
        default=1024, metadata={"help": "train-lora: side of a picture", "unseen": True}
    )
    rank: int = field(
        default=8, metadata={"help": "train-lora: rank of the updates", "unseen": True}
    )
    class_images: int = field(
        default=8, metadata={"help": "train-lora: pictures of the noun", "unseen": True}
    )


class SdxlLoraStoryboarder:
    """Fits `stages.Storyboarder`; `train_lora` makes what it draws with."""

    Options = SdxlLoraOptions
    num_workers = 1
    reads_about = True

    def __init__(self, options: SdxlLoraOptions) -> None:
        """Raises BackendUnavailable, SettingsError, WeightsError."""
        check(options, NAME, transformer=False)
        checkpoints.require("peft", backend=NAME)
        if options.training_pixels % 8:
            raise SettingsError(
                f"--option storyboard.training_pixels is {options.training_pixels}; it must be a "
                "multiple of 8"
            )
        self._options = options
        self._checkpoint = checkpoints.pipeline_checkpoint(
            checkpoints.Choice(NAME, "model", options.model),
            ("StableDiffusionXLPipeline",),
            prefer_fp16=options.dtype == "float16",
            allow_pickle=options.allow_pickle,
        )
        self._controlnet = (
            controlnet_checkpoint(NAME, options, self._checkpoint) if options.controlnet else None
        )
        self._folder = Path(options.loras).expanduser()
        self._casting = CastingRoom()
        self._model = Model(NAME, options, self._load)

    @property
    def base(self) -> str:
        """The base model's contents, whatever its folder is called."""
        return self._checkpoint.fingerprint.split()[-1]

    @cached_property
    def fingerprint(self) -> str:
        """With the contents of every LoRA that is done: one that is trained again draws anew."""
        files = sorted(self._folder.glob("*.safetensors")) if self._folder.is_dir() else []
        done = [one for one in files if not one.stem.endswith(".state")]
        loras = [f"{one.stem}:{checkpoints.file_digest(one)}" for one in done]
        layout = [self._controlnet.fingerprint] if self._controlnet else []
        told = [self._casting.fingerprint, self._checkpoint.fingerprint, *layout, *loras]
        return f"sdxl-lora {EDITION} {' '.join(told)} {self._options.fingerprint}"

    @property
    def watch(self) -> Watch:
        return self._model.watch

    @watch.setter
    def watch(self, watch: Watch) -> None:
        self._model.watch = watch

    def refusal(self, setting: Setting, view: View, *, width: int, height: int) -> str:
        """A crowd, and a film's shape that no such model composes."""
        del setting
        return unfit(width, height, NAME) or crowded(view, MOST_PEOPLE, NAME)

    def companions(self, views: Sequence[View], number: int) -> Sequence[int]:
        """None: every picture is its own shot's."""
        return ()

    def prepare(self, character: Character) -> Likeness:
        """Raises BankError where no portrait shows a face, or there is no LoRA of the person."""
        check_lora(read_lora(self._folder, character.name, self.base).path)
        return self._casting.likeness(character)

    def portraits(self, character: Character) -> list[Picture]:
        """What a person's LoRA is trained on: every portrait with a face, and mirrored.

        Raises BankError where none shows one.
        """
        heads = self._casting.heads(character)
        return [np.ascontiguousarray(one) for head in heads for one in (head, head[:, ::-1])]

    def train_lora(self, character: Character, portraits: Sequence[Picture], folder: Path) -> Lora:
        """Trains the person's LoRA into `folder`, or goes on where a run before was stopped."""
        options = self._options
        recipe = Recipe(
            steps=options.training_steps,
            rank=options.rank,
            num_class_images=options.class_images,
            pixels=options.training_pixels,
        )
        noun = prompts.looks_of(character).partition(", ")[0]
        told = self._model.watch.step
        return self._model.call(
            lambda pipe: train(
                without_controlnet(pipe),
                portraits,
                character.name,
                noun,
                folder,
                self.base,
                recipe,
                lambda done, total, loss: told(done, total),
            )
        )

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
        # 1. Who is where, and their words
        columns, rows = self._size(width, height)
        seen = [one for one in regions(view, width=columns, height=rows) if one.seen]
        loras = {one.character: read_lora(self._folder, one.character, self.base) for one in seen}
        looks = {one.character: one.looks for one in cast}
        named = {name: loras[name].word if name in loras else told for name, told in looks.items()}
        tokenizer = self._model.pipe.tokenizer
        whole, remark = clip_prompt(tokenizer, setting, view, looks)
        own = {
            one.character: clip_prompt(
                tokenizer,
                setting,
                replace(
                    view,
                    characters=tuple(a for a in view.characters if a.character == one.character),
                ),
                named,
            )[0]
            for one in seen
        }
        # 2. The picture
        drawn = self._model.call(
            lambda pipe: self._drawn(
                pipe, setting, view, whole, [(one, own[one.character]) for one in seen], loras,
                columns, rows, seed,
            )
        )  # fmt: skip
        picture = fitted(drawn, width, height)
        # 3. Faces
        faces = self._casting.faces(picture, cast, regions(view, width=width, height=height))
        return Keyframe(picture, faces, notes=tuple(filter(None, (remark, *self._model.notes))))

    def close(self) -> None:
        self._model.close()

    def _size(self, width: int, height: int) -> tuple[int, int]:
        area = self._options.area
        return model_size(width, height, pixels=area, multiple=MULTIPLE)

    def _drawn(
        self,
        pipe: Any,
        setting: Setting,
        view: View,
        whole: str,
        people: Sequence[tuple[Region, str]],
        loras: dict[str, Lora],
        width: int,
        height: int,
        seed: int,
    ) -> Picture:
        import torch

        unet, scale = pipe.unet, self._options.guidance_scale
        adapters = [self._adapter(pipe, loras[region.character]) for region, _ in people]
        with torch.inference_mode():
            conditions = [
                self._conditions(pipe, setting, words, width, height)
                for words in (whole, *(words for _, words in people))
            ]
            masks = [self._mask(pipe, region, width, height) for region, _ in people]
            layout = self._layout(pipe, view, width, height)
            steps = self._options.num_inference_steps
            pipe.scheduler.set_timesteps(steps, device=pipe._execution_device)
            latents = pipe.prepare_latents(
                1, unet.config.in_channels, height, width, unet.dtype, pipe._execution_device,
                torch.Generator("cpu").manual_seed(seed),
            )  # fmt: skip
            for number, time in enumerate(pipe.scheduler.timesteps):
                noisy = pipe.scheduler.scale_model_input(torch.cat([latents] * 2), time)

                def predicted(
                    adapter: str | None,
                    words: dict[str, Any],
                    noisy: Any = noisy,
                    time: Any = time,
                ) -> Any:
                    _wear(unet, adapter)
                    read = layout(noisy, time, words)
                    without, told = unet(noisy, time, **words, **read).sample.chunk(2)
                    return without + scale * (told - without)

                noise = predicted(None, conditions[0])
                for adapter, words, inside in zip(adapters, conditions[1:], masks, strict=True):
                    noise = torch.where(inside, predicted(adapter, words), noise)
                latents = pipe.scheduler.step(noise, time, latents).prev_sample
                self._model.watch.step(number + 1, steps)
            return decoded(pipe, latents)

    def _conditions(
        self, pipe: Any, setting: Setting, words: str, width: int, height: int
    ) -> dict[str, Any]:
        """Without and with the words, as the denoiser takes them."""
        import torch

        told, untold, pooled, unpooled = pipe.encode_prompt(
            words, negative_prompt=prompts.avoided(setting.style)
        )
        sizes = torch.tensor(
            [[height, width, 0, 0, height, width]] * 2, dtype=told.dtype, device=told.device
        )
        return {
            "encoder_hidden_states": torch.cat([untold, told]),
            "added_cond_kwargs": {
                "text_embeds": torch.cat([unpooled, pooled]),
                "time_ids": sizes,
            },
        }

    def _layout(self, pipe: Any, view: View, width: int, height: int) -> Reading:
        """What the denoiser is told of the layout at a step; nothing without a ControlNet."""
        if self._controlnet is None:
            return lambda noisy, time, words: {}
        options = self._options
        picture = control_picture(view, options.control, width=width, height=height)
        return reading(pipe, picture, options.controlnet_scale)

    def _mask(self, pipe: Any, region: Region, width: int, height: int) -> Any:
        import torch

        step = pipe.vae_scale_factor
        painted = mask(region, width=width, height=height)[step // 2 :: step, step // 2 :: step]
        return torch.from_numpy(painted > 0)[None, None].to(pipe._execution_device)

    def _adapter(self, pipe: Any, lora: Lora) -> str:
        """The adapter's name in the pipeline, loaded into it where it is not yet."""
        name = f"person_{lora.path.stem.encode().hex()}"
        if name not in pipe.get_list_adapters().get("unet", ()):
            with warnings.catch_warnings():
                # peft asks whether a second adapter is meant: it is
                warnings.filterwarnings("ignore", "Already found a `peft_config`", UserWarning)
                load_lora(pipe, lora.path, name)
        return name

    def _load(self, running: Running) -> Any:
        from diffusers import StableDiffusionXLPipeline

        with checkpoints.loading(self._checkpoint.folder):
            pipe = StableDiffusionXLPipeline.from_pretrained(
                self._checkpoint.folder,
                dtype=torch_dtype(running),
                add_watermarker=False,
                **self._checkpoint.arguments,
            )
        if self._controlnet is not None:
            pipe = with_controlnet(pipe, self._controlnet, running)
        return place(pipe, running)


def _wear(unet: Any, adapter: str | None) -> None:
    """Draws with one person's LoRA, or with none."""
    if adapter is not None:
        unet.set_adapters([adapter])
        unet.enable_lora()
    elif getattr(unet, "peft_config", None):
        unet.disable_lora()
