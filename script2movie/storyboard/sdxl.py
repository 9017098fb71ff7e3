"""SDXL with IP-Adapter: text and portraits into pictures. What the SDXL backends share.

    Options    the model and how it is asked
    Adapter    what encodes a portrait, and how SDXL reads it (see `ip_adapters`)
    Painter    checkpoints looked at, the pipeline loaded once, portraits encoded, pictures drawn

A portrait's encoding is computed once a character and kept in its likeness; a picture is drawn from
encodings, each bound to a part of the frame by a mask. IP-Adapter: Ye et al. 2023
(arXiv:2308.06721); SDXL: Podell et al. 2023 (arXiv:2307.01952).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from script2movie.generative import checkpoints, prompts
from script2movie.generative.model import Model
from script2movie.generative.running import Running, Stills, check, place, torch_dtype
from script2movie.generative.sizes import as_bytes, model_size
from script2movie.stages import Likeness, Setting, View
from script2movie.storyboard.regions import Region, mask

__all__ = ["Adapter", "Ask", "Options", "Painter", "Picture", "clip_prompt", "decoded"]

MULTIPLE = 64  # pixels: every attention of SDXL then sees whole tokens
MOST_TOKENS = 75  # CLIP's 77 without its two ends
Picture = NDArray[np.uint8]


@dataclass(frozen=True)
class Options(Stills, Running):
    """The choices of the SDXL backends that read portraits; an adapter adds where its files are."""

    model: str = field(
        default="stabilityai/stable-diffusion-xl-base-1.0",
        metadata={"help": "an SDXL checkpoint: hub repository or folder", "checkpoint": True},
    )
    ip_adapter_scale: float = field(
        default=0.7, metadata={"help": "how much a portrait counts, 0 to 1"}
    )
    steps: int = field(default=30, metadata={"help": "denoising steps"})
    guidance_scale: float = field(default=5.0, metadata={"help": "how much the text counts"})
    pixels: int = field(default=1024 * 1024, metadata={"help": "the area a picture is drawn at"})


@dataclass(frozen=True)
class Ask:
    """One picture: its words, whose portraits go where, its noise."""

    prompt: str
    negative: str
    regions: tuple[Region, ...]
    seed: int


class Adapter(Protocol):
    """Looks at its files when it is made; `width` is of an encoding's tokens."""

    fingerprint: str
    width: int

    def load(self, pipe: Any) -> None:
        """Makes the pipeline read encodings. Raises WeightsError."""

    def encode(self, pipe: Any, portrait: Picture) -> NDArray[np.float32]:
        """Nobody's and the portrait's encodings: (2, tokens, width)."""


class Painter:
    """SDXL with one IP-Adapter. Opening it looks at the files; weights load at first use."""

    def __init__(
        self,
        options: Options,
        backend: str,
        adapter: Callable[[Any, Path], Adapter],
        prepared: Callable[[Any], Any] = lambda pipe: pipe,
    ) -> None:
        """`adapter` is made of the options and the model's folder; `prepared` changes the
        pipeline once it is loaded.

        Raises BackendUnavailable, SettingsError, WeightsError.
        """
        self._prepared = prepared
        check(options, backend, transformer=False)
        self.options, self.backend = options, backend
        self.checkpoint = checkpoints.pipeline_checkpoint(
            checkpoints.Choice(backend, "model", options.model),
            ("StableDiffusionXLPipeline",),
            prefer_fp16=options.dtype == "float16",
            allow_pickle=options.allow_pickle,
        )
        self.adapter = adapter(options, self.checkpoint.folder)
        self.model = Model(backend, options, self._load)

    @property
    def fingerprint(self) -> str:
        """The checkpoints' contents and every option that changes a picture."""
        adapter = self.adapter.fingerprint
        return f"{self.checkpoint.fingerprint} {adapter} {self.options.fingerprint}"

    def size(self, width: int, height: int) -> tuple[int, int]:
        """What is drawn for a film of this size."""
        return model_size(width, height, pixels=self.options.area, multiple=MULTIPLE)

    def words(self, setting: Setting, view: View, cast: Sequence[Likeness]) -> tuple[str, str]:
        """The prompt of a view, and a remark on what of it had no room, or ''."""
        looks = {likeness.character: likeness.looks for likeness in cast}
        return clip_prompt(self.model.pipe.tokenizer, setting, view, looks)

    def encode(self, portrait: Picture) -> NDArray[np.float32]:
        """Nobody's and the portrait's encodings: (2, tokens, width)."""
        return self.model.call(lambda pipe: self.adapter.encode(pipe, portrait))

    def paint(
        self,
        asks: Sequence[Ask],
        cast: Sequence[Likeness],
        *,
        width: int,
        height: int,
        sharing: Any = None,
    ) -> list[Picture]:
        """The pictures (height, width, 3), drawn as one batch; all ask for the same people.

        `sharing` goes down to the self-attention (see `consistency`); it is told of the start and
        of every step.
        """
        return self.model.call(lambda pipe: self._paint(pipe, asks, cast, width, height, sharing))

    def _paint(
        self,
        pipe: Any,
        asks: Sequence[Ask],
        cast: Sequence[Likeness],
        width: int,
        height: int,
        sharing: Any,
    ) -> list[Picture]:
        import torch

        # As the pipeline decides whether every picture is drawn without the prompt too
        guided = self.options.guidance_scale > 1 and pipe.unet.config.time_cond_proj_dim is None
        if sharing is not None:
            sharing.restart(guided=guided)
        portraits, masks = self._portraits(asks, cast, width, height, pipe)
        if not guided:
            portraits = portraits[1:]
            masks = masks if masks is None else masks[-len(asks) :]
        scale = self.options.ip_adapter_scale
        pipe.set_ip_adapter_scale([[scale] * len(asks[0].regions)] if masks is not None else 0.0)
        passed = {} if masks is None else {"ip_adapter_masks": [masks]}
        passed |= {} if sharing is None else {"sharing": sharing}
        steps = self.options.num_inference_steps
        told = self.model.step_told(steps)

        def stepped(*happened: Any) -> dict[str, Any]:
            if sharing is not None:
                sharing.next_step()
            return told(*happened)

        with torch.inference_mode():
            latents = pipe(
                prompt=[ask.prompt for ask in asks],
                negative_prompt=[ask.negative for ask in asks],
                width=width,
                height=height,
                num_inference_steps=steps,
                guidance_scale=self.options.guidance_scale,
                generator=[torch.Generator("cpu").manual_seed(ask.seed) for ask in asks],
                ip_adapter_image_embeds=[portraits],
                cross_attention_kwargs=passed or None,
                output_type="latent",
                callback_on_step_end=stepped,
            ).images
            return [decoded(pipe, one[None]) for one in latents]

    def _portraits(
        self, asks: Sequence[Ask], cast: Sequence[Likeness], width: int, height: int, pipe: Any
    ) -> tuple[Any, Any]:
        """Encodings (2, N, tokens, width) without and with, and masks or None.

        Masks are (1, N, H, W), or (2 * B, N, H, W) for a batch.
        """
        import torch
        from diffusers.image_processor import IPAdapterMaskProcessor

        known = {one.character: one.tokens for one in cast if one.tokens is not None}
        tokens = [known[region.character] for region in asks[0].regions]
        if not tokens:
            nobody = torch.zeros((2, 1, 1, self.adapter.width), dtype=pipe.unet.dtype)
            return nobody, None
        stacked = torch.from_numpy(np.stack(tokens, axis=1)).to(pipe.unet.dtype)
        painted = np.stack(
            [mask(one, width=width, height=height) for ask in asks for one in ask.regions]
        )
        scaled = painted[..., None].astype(np.float32) / 255
        masks = IPAdapterMaskProcessor().preprocess(scaled, height=height, width=width)
        masks = masks.reshape(len(asks), len(tokens), height, width)
        return stacked, masks if len(asks) == 1 else torch.cat([masks, masks])

    def _load(self, running: Running) -> Any:
        return place(self._prepared(self._assembled(running)), running)

    def _assembled(self, running: Running) -> Any:
        from diffusers import StableDiffusionXLPipeline

        with checkpoints.loading(self.checkpoint.folder):
            pipe = StableDiffusionXLPipeline.from_pretrained(
                self.checkpoint.folder,
                dtype=torch_dtype(running),
                add_watermarker=False,
                **self.checkpoint.arguments,
            )
        self.adapter.load(pipe)
        return pipe


def clip_prompt(
    tokenizer: Any, setting: Setting, view: View, looks: Mapping[str, str]
) -> tuple[str, str]:
    """A view in the words that CLIP has room for, and a remark on what had none, or ''."""
    text, dropped = prompts.short_prompt(
        prompts.phrases(setting, view, looks),
        lambda text: len(tokenizer(text, truncation=False)["input_ids"]) - 2,
        most=MOST_TOKENS,
    )
    return text, f"77 tokens of prompt had no room for: {', '.join(dropped)}" if dropped else ""


def decoded(pipe: Any, latents: Any) -> Picture:
    """One picture (H, W, 3) from latents (1, 4, h, w); in 32 bits where the decoder asks for it."""
    import torch

    vae = pipe.vae
    if vae.dtype == torch.float16 and vae.config.force_upcast:
        vae.to(torch.float32)
    picture = vae.decode(latents.to(vae.dtype) / vae.config.scaling_factor, return_dict=False)[0]
    pipe.maybe_free_model_hooks()
    drawn = pipe.image_processor.postprocess(picture.float(), output_type="np")[0]
    return as_bytes(drawn, "storyboard")
