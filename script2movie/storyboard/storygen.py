"""Storyboard 'storygen': StoryGen, a story drawn picture after picture on Stable Diffusion 1.5.

What a shot is drawn from, the oldest first and three at most: the portraits of whom it shows, each
with its looks as caption, then the shots before it in the scene, each with its own prompt (see
`visual_context`). Pictures reach the encoder in 0..1, as they did in its training. The original
stretches references to a square; here each keeps its shape.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

import cv2
import numpy as np

from script2movie.errors import WeightsError
from script2movie.generative import checkpoints, prompts
from script2movie.generative.model import Model
from script2movie.generative.running import Running, Stills, check, place, torch_dtype
from script2movie.generative.sizes import fitted as fitted_to
from script2movie.generative.sizes import model_size, unfit
from script2movie.generative.tensors import check_tensors, on_meta
from script2movie.movie import Character
from script2movie.stages import Companion, Keyframe, Likeness, Setting, View, Watch
from script2movie.storyboard.casting import CastingRoom, crowded, seen_people
from script2movie.storyboard.regions import regions
from script2movie.storyboard.sdxl import MULTIPLE, Picture, clip_prompt, decoded

__all__ = ["StoryGenOptions", "StoryGenStoryboarder"]

NAME = "storyboard storygen"
EDITION = 1  # raised when the same shot would look different
MOST_PICTURES = 3  # that it was trained to look at


@dataclass(frozen=True)
class StoryGenOptions(Stills, Running):
    """The choices of this backend."""

    model: str = field(
        default="haoningwu/StoryGen",
        metadata={"help": "a StoryGen checkpoint: hub repository or folder", "checkpoint": True},
    )
    subfolder: str = field(
        default="checkpoint_StorySalon", metadata={"help": "which of its checkpoints, '' for none"}
    )
    previous_shots: int = field(
        default=2, metadata={"help": "shots before it that one is drawn from, 0 to 3"}
    )
    stage: Literal["auto-regressive", "multi-image-condition"] = field(
        default="auto-regressive",
        metadata={"help": "pictures looked at: older ones more noisily, or all alike"},
    )
    steps: int = field(default=40, metadata={"help": "denoising steps"})
    guidance_scale: float = field(default=7.0, metadata={"help": "how much the text counts"})
    image_guidance_scale: float = field(
        default=3.5, metadata={"help": "how much portraits and shots count"}
    )
    pixels: int = field(default=512 * 512, metadata={"help": "the area a picture is drawn at"})


class StoryGenStoryboarder:
    """Fits `stages.Storyboarder`."""

    Options = StoryGenOptions
    num_workers = 1
    reads_about = True

    def __init__(self, options: StoryGenOptions) -> None:
        """Raises BackendUnavailable, SettingsError, WeightsError."""
        check(options, NAME, transformer=False)
        self._options = options
        choice = checkpoints.Choice(NAME, "model", options.model)
        self._checkpoint = checkpoints.pipeline_checkpoint(
            choice,
            ("StableDiffusionPipeline",),
            widths=[("text_encoder.hidden_size", "unet.cross_attention_dim")],
            subfolder=options.subfolder,
            own="unet",
            prefer_fp16=options.dtype == "float16",
            allow_pickle=options.allow_pickle,
        )
        _check_unet(self._checkpoint, choice)
        self._casting = CastingRoom()
        self._model: Model[Any] = Model(NAME, options, self._load)

    @cached_property
    def fingerprint(self) -> str:
        told = f"{self._casting.fingerprint} {self._checkpoint.fingerprint}"
        return f"storygen {EDITION} {told} {self._options.fingerprint}"

    @property
    def watch(self) -> Watch:
        return self._model.watch

    @watch.setter
    def watch(self, watch: Watch) -> None:
        self._model.watch = watch

    def refusal(self, setting: Setting, view: View, *, width: int, height: int) -> str:
        """A crowd, and a film's shape that no such model composes."""
        del setting
        return unfit(width, height, NAME) or crowded(view, MOST_PICTURES, NAME)

    def companions(self, views: Sequence[View], number: int) -> Sequence[int]:
        """The views just before, as many as the portraits leave room for."""
        room = MOST_PICTURES - len(seen_people(views[number]))
        return range(max(0, number - min(room, self._options.previous_shots)), number)

    def prepare(self, character: Character) -> Likeness:
        """Raises BankError where no portrait shows a face."""
        return self._casting.likeness(character)

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
        area = self._options.area
        columns, rows = model_size(width, height, pixels=area, multiple=MULTIPLE)
        known = {one.character: one for one in cast}
        looks = {one.character: one.looks for one in cast}
        tokenizer = self._model.pipe.tokenizer
        # 1. What is looked at, and its words
        looked: list[tuple[Picture, str]] = []
        for name in seen_people(view):
            portrait = known[name].portrait
            assert portrait is not None
            square = fitted_to(portrait, *model_size(1, 1, pixels=area, multiple=MULTIPLE))
            looked.append((square, known[name].looks))
        for other in companions:
            if other.keyframe is not None:
                before = cv2.resize(
                    other.keyframe.picture, (columns, rows), interpolation=cv2.INTER_AREA
                )
                words, _ = clip_prompt(tokenizer, setting, other.view, looks)
                looked.append((np.asarray(before, np.uint8), words))
        words, remark = clip_prompt(tokenizer, setting, view, looks)
        # 2. The picture
        drawn = self._model.call(
            lambda pipe: self._drawn(pipe, setting, words, looked, columns, rows, seed)
        )
        picture = fitted_to(drawn, width, height)
        # 3. Faces
        faces = self._casting.faces(picture, cast, regions(view, width=width, height=height))
        return Keyframe(picture, faces, notes=tuple(filter(None, (remark, *self._model.notes))))

    def close(self) -> None:
        self._model.close()

    def _drawn(
        self,
        pipe: Any,
        setting: Setting,
        words: str,
        looked: Sequence[tuple[Picture, str]],
        width: int,
        height: int,
        seed: int,
    ) -> Picture:
        import torch

        from script2movie.storyboard.visual_context import denoised, looked_at

        options, device, dtype = self._options, pipe._execution_device, pipe.unet.dtype
        avoided = prompts.avoided(setting.style)
        random = torch.Generator("cpu").manual_seed(seed)

        def text(words: str) -> Any:
            told, untold = pipe.encode_prompt(words, device, 1, True, negative_prompt=avoided)
            return torch.cat([untold, told])

        def latents_of(picture: Picture) -> Any:
            shown = (
                torch.from_numpy(picture).permute(2, 0, 1)[None].to(device, pipe.vae.dtype) / 255
            )
            both = torch.cat([torch.zeros_like(shown), shown])
            found = pipe.vae.encode(both).latent_dist.sample(random)
            return (found * pipe.vae.config.scaling_factor).to(dtype)

        with torch.inference_mode():
            steps = options.num_inference_steps
            pipe.scheduler.set_timesteps(steps, device=device)
            channels = pipe.unet.config.in_channels
            latents = pipe.prepare_latents(1, channels, height, width, dtype, device, random)
            told = text(words)
            references = [(latents_of(picture), text(caption)) for picture, caption in looked]
            shapes = dict.fromkeys(one.shape[1:] for one, _ in references)
            noise = {  # one for all references of a shape and all steps
                shape: torch.randn((1, *shape), generator=random).to(device, dtype)
                for shape in shapes
            }
            noises = [noise[one.shape[1:]] for one, _ in references]
            for number, time in enumerate(pipe.scheduler.timesteps):
                context = looked_at(
                    pipe.unet,
                    pipe.scheduler,
                    references,
                    noises,
                    time,
                    older_noisier=options.stage == "auto-regressive",
                )
                predicted = denoised(
                    pipe.unet,
                    pipe.scheduler.scale_model_input(latents, time),
                    time,
                    told,
                    context,
                    guidance_scale=options.guidance_scale,
                    image_guidance_scale=options.image_guidance_scale,
                )
                latents = pipe.scheduler.step(predicted, time, latents).prev_sample
                self._model.watch.step(number + 1, steps)
            return decoded(pipe, latents)

    def _load(self, running: Running) -> Any:
        from diffusers import AutoencoderKL, DDIMScheduler, StableDiffusionPipeline
        from transformers import CLIPTextModel, CLIPTokenizer

        from script2movie.storyboard.visual_context import StoryGenUNet

        folder, dtype = self._checkpoint.folder, torch_dtype(running)
        arguments = self._checkpoint.arguments
        with checkpoints.loading(folder):
            pipe = StableDiffusionPipeline(
                vae=AutoencoderKL.from_pretrained(
                    folder, subfolder="vae", dtype=dtype, **arguments
                ),
                text_encoder=CLIPTextModel.from_pretrained(
                    folder, subfolder="text_encoder", dtype=dtype, **arguments
                ),
                tokenizer=CLIPTokenizer.from_pretrained(
                    folder, subfolder="tokenizer", local_files_only=True
                ),
                unet=StoryGenUNet.from_pretrained(
                    folder, subfolder="unet", dtype=dtype, **arguments
                ),
                scheduler=DDIMScheduler.from_pretrained(folder, subfolder="scheduler"),
                safety_checker=None,
                feature_extractor=None,
                requires_safety_checker=False,
            )
        return place(pipe, running)


def _check_unet(checkpoint: checkpoints.Checkpoint, choice: checkpoints.Choice) -> None:
    """Raises WeightsError where the denoiser has not all of a StoryGen's tensors."""
    from script2movie.storyboard.visual_context import StoryGenUNet

    folder, files = checkpoint.folder / "unet", checkpoint.weights("unet")
    if not any(".attn3." in name for path in files for name in on_meta(path)):
        raise WeightsError(
            f"{folder} is no StoryGen: a denoiser without attention to other pictures (attn3); "
            f"choose another with {choice.typed}"
        )
    with checkpoints.loading(folder):
        check_tensors(StoryGenUNet, folder, files, choice.cure)
