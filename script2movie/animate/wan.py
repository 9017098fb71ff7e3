"""Wan (Alibaba, 2025): a picture and a text. 2.1 and 2.2 A14B make 81 frames at 16 a second, 2.2
TI2V 5B 121 at 24; all make 4k + 1.

Which of them a checkpoint is, is read from it: two denoisers with a boundary are the A14B, one
that is given its noise level pixel by pixel is the 5B, one with an image encoder is 2.1.
Layout: `WanImageToVideoPipeline`, or `WanPipeline` where it is the 5B. Licence of the weights:
Apache-2.0.
"""

from dataclasses import dataclass, field
from typing import Any

from script2movie.animate.clips import (
    Clip,
    ClipAnimator,
    ClipOptions,
    ClipOrder,
    Native,
    as_clip,
    checkpoint_option,
    generator,
    images,
    option,
    step_callback,
)
from script2movie.animate.lengths import Grid
from script2movie.animate.prompts import NEGATIVE, motion_phrases
from script2movie.errors import WeightsError
from script2movie.generative.checkpoints import (
    Choice,
    loading,
    pipeline_checkpoint,
    read_json,
    require,
)
from script2movie.generative.running import Dtype, Running, check, place, torch_dtype

__all__ = ["WanAnimator"]

TOKENS = 512  # of UMT5 that the denoiser reads


@dataclass(frozen=True)
class _Kind:
    """What the makers recommend for one of the three: frames a second, counts, area, guidance."""

    fps: int
    most: int
    pixels: int
    guidance: float


SMALL = _Kind(fps=24, most=121, pixels=1280 * 704, guidance=5.0)  # 2.2 TI2V 5B
MIXTURE = _Kind(fps=16, most=81, pixels=832 * 480, guidance=3.5)  # 2.2 A14B
FIRST = _Kind(fps=16, most=81, pixels=832 * 480, guidance=5.0)  # 2.1


class WanAnimator(ClipAnimator):
    """Fits `stages.Animator`."""

    name = "wan"

    @dataclass(frozen=True)
    class Options(ClipOptions):
        model: str = checkpoint_option("Wan-AI/Wan2.2-TI2V-5B-Diffusers")
        dtype: Dtype = field(default="bfloat16", metadata={"help": "of its weights"})
        steps: int = option(40, "denoising steps")
        pixels: int = option(0, "width times height of its frames, at most; 0 is the model's own")
        guidance: float = option(0.0, "how closely it follows the text; 0 is the model's own")

    def __init__(self, options: Options) -> None:
        """Raises BackendUnavailable, SettingsError, WeightsError: see `generative`."""
        check(options, "animator wan", transformer=True)
        require("ftfy", backend="animator wan")
        self.checkpoint = pipeline_checkpoint(
            Choice(f"animator {self.name}", "model", options.model),
            ["WanImageToVideoPipeline", "WanPipeline"],
            widths=[
                ("image_encoder.hidden_size", "transformer.image_dim"),
                ("text_encoder.d_model", "transformer.text_dim"),
            ],
            allow_pickle=options.allow_pickle,
        )
        folder = self.checkpoint.folder
        with loading(folder):
            index = read_json(folder / "model_index.json")
            denoiser, decoder = (
                read_json(folder / "transformer" / "config.json"),
                read_json(folder / "vae" / "config.json"),
            )
            if index.get("expand_timesteps"):
                self.kind = SMALL
            elif denoiser["in_channels"] == denoiser["out_channels"]:
                raise WeightsError(
                    f"{folder} is a Wan that starts from text alone: choose one that starts from a "
                    "picture, such as --option animator.model=Wan-AI/Wan2.2-TI2V-5B-Diffusers"
                )
            else:
                self.kind = MIXTURE if index.get("boundary_ratio") is not None else FIRST
            # Only the 5B's decoder says by what it shrinks; the others leave it to diffusers.
            time = int(decoder.get("scale_factor_temporal", 4))
            self.grid = Grid(time, 1, time + 1, self.kind.most)
            space = int(decoder.get("scale_factor_spatial", 8))
            self.multiple = space * int(denoiser["patch_size"][1])
        self.guidance = options.guidance or self.kind.guidance
        super().__init__(
            options,
            pixels=options.pixels or self.kind.pixels,
            fingerprint=self.checkpoint.fingerprint,
            load=self._load,
        )

    def _load(self, running: Running) -> Any:
        import torch
        from diffusers import WanImageToVideoPipeline

        dtypes = {"default": torch_dtype(running), "vae": torch.float32}  # its makers' advice
        with loading(self.checkpoint.folder):
            pipe = WanImageToVideoPipeline.from_pretrained(
                self.checkpoint.folder, dtype=dtypes, **self.checkpoint.arguments
            )
        return place(pipe, running)

    def native(self, width: int, height: int) -> Native:
        return Native(self.largest(width, height, self.multiple), self.kind.fps, self.grid)

    def clip(self, pipe: Any, order: ClipOrder) -> Clip:
        def count(text: str) -> int:
            return len(pipe.tokenizer(text).input_ids)

        made = pipe(
            image=images(order.given)[-1],
            prompt=self.worded(motion_phrases(order.view, order.cast), count, TOKENS),
            negative_prompt=NEGATIVE,
            height=order.height,
            width=order.width,
            num_frames=order.num_frames,
            num_inference_steps=self.steps,
            guidance_scale=self.guidance,
            generator=generator(order.seed),
            callback_on_step_end=step_callback(order.told),
            max_sequence_length=TOKENS,
            output_type="np",
        )
        return as_clip(made.frames[0])
