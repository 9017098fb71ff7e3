"""Stable Video Diffusion (Blattmann et al. 2023): a picture moves, told only how much.

It reads no text: the plan's camera move and actions become its motion bucket. It makes one fixed
number of frames (14, or 25 of the XT weights) meant for 7 a second, at about 1024x576.
Layout: `StableVideoDiffusionPipeline`. Licence of the weights: Stability AI's community licence.
"""

from dataclasses import dataclass
from pathlib import Path
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
from script2movie.animate.prompts import motion_bucket
from script2movie.generative.checkpoints import Choice, loading, pipeline_checkpoint, read_json
from script2movie.generative.running import Running, check, place, torch_dtype

__all__ = ["SVDAnimator"]

FPS = 7  # that the model is conditioned on and its motion looks right at
MULTIPLE = 64  # three halvings of latents that are an eighth of the picture


class SVDAnimator(ClipAnimator):
    """Fits `stages.Animator`."""

    name = "svd"

    @dataclass(frozen=True)
    class Options(ClipOptions):
        model: str = checkpoint_option(
            "stabilityai/stable-video-diffusion-img2vid-xt",
            "a folder or hub repository, 14 or 25 frames",
        )
        steps: int = option(25, "denoising steps")
        pixels: int = option(1024 * 576, "width times height of the model's frames, at most")
        motion: float = option(1.0, "more or less movement than the plan's camera asks for")
        guidance: float = option(3.0, "on the last frame; 1 on the first")
        noise: float = option(0.02, "added to the picture it starts from")

    def __init__(self, options: Options) -> None:
        """Raises BackendUnavailable, SettingsError, WeightsError: see `generative`."""
        check(options, "animator svd", transformer=False)
        self.options = options
        self.checkpoint = pipeline_checkpoint(
            Choice(f"animator {self.name}", "model", options.model),
            ["StableVideoDiffusionPipeline"],
            widths=[("image_encoder.projection_dim", "unet.cross_attention_dim")],
            prefer_fp16=options.dtype == "float16",
            allow_pickle=options.allow_pickle,
        )
        with loading(self.checkpoint.folder):
            num_frames = int(
                read_json(self.checkpoint.folder / "unet" / "config.json").get("num_frames", 25)
            )
        self.grid = Grid(1, 0, num_frames, num_frames)
        super().__init__(
            options,
            pixels=options.pixels,
            fingerprint=self.checkpoint.fingerprint,
            load=self._load,
        )

    def _load(self, running: Running) -> Any:
        from diffusers import StableVideoDiffusionPipeline

        folder: Path = self.checkpoint.folder
        with loading(folder):
            pipe = StableVideoDiffusionPipeline.from_pretrained(
                folder, dtype=torch_dtype(running), **self.checkpoint.arguments
            )
        return place(pipe, running)

    def native(self, width: int, height: int) -> Native:
        return Native(self.largest(width, height, MULTIPLE), FPS, self.grid)

    def clip(self, pipe: Any, order: ClipOrder) -> Clip:
        bucket = round(motion_bucket(order.view) * self.options.motion)
        made = pipe(
            images(order.given)[-1],
            height=order.height,
            width=order.width,
            num_frames=order.num_frames,
            num_inference_steps=self.steps,
            max_guidance_scale=self.options.guidance,
            fps=FPS,
            motion_bucket_id=min(max(bucket, 1), 255),
            noise_aug_strength=self.options.noise,
            decode_chunk_size=2 if self.model.running.tiling else 8,
            generator=generator(order.seed),
            callback_on_step_end=step_callback(order.told),
            output_type="np",
        )
        return as_clip(made.frames[0])
