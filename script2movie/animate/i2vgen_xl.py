"""I2VGen-XL (Zhang et al. 2023): a picture and a text, 16 frames at about 1280x704.

Its frame rate is a condition it was trained with, so the film's motion is right at 16 a second.
Layout: `I2VGenXLPipeline`, which diffusers keeps but no longer supports: what it does with
today's transformers is pinned by our tests. The hub says MIT, its authors "research only".
"""

import warnings
from dataclasses import dataclass
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
    told_steps,
)
from script2movie.animate.lengths import Grid
from script2movie.animate.prompts import NEGATIVE, motion_phrases
from script2movie.generative.checkpoints import Choice, loading, pipeline_checkpoint
from script2movie.generative.running import Running, check, place, torch_dtype

__all__ = ["I2VGenXLAnimator"]

FPS = 16
NUM_FRAMES = 16
MULTIPLE = 64  # three halvings of latents that are an eighth of the picture


class I2VGenXLAnimator(ClipAnimator):
    """Fits `stages.Animator`."""

    name = "i2vgen-xl"

    @dataclass(frozen=True)
    class Options(ClipOptions):
        model: str = checkpoint_option("ali-vilab/i2vgen-xl")
        steps: int = option(50, "denoising steps")
        pixels: int = option(1280 * 704, "width times height of the model's frames, at most")
        guidance: float = option(9.0, "how closely it follows the text")

    def __init__(self, options: Options) -> None:
        """Raises BackendUnavailable, SettingsError, WeightsError: see `generative`."""
        check(options, "animator i2vgen-xl", transformer=False)
        self.checkpoint = pipeline_checkpoint(
            Choice(f"animator {self.name}", "model", options.model),
            ["I2VGenXLPipeline"],
            widths=[
                ("image_encoder.projection_dim", "unet.cross_attention_dim"),
                ("text_encoder.hidden_size", "unet.cross_attention_dim"),
            ],
            prefer_fp16=options.dtype == "float16",
            allow_pickle=options.allow_pickle,
        )
        self.guidance = options.guidance
        super().__init__(
            options,
            pixels=options.pixels,
            fingerprint=self.checkpoint.fingerprint,
            load=self._load,
        )

    def _load(self, running: Running) -> Any:
        with loading(self.checkpoint.folder), warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)  # that it is no longer supported
            from diffusers import I2VGenXLPipeline

            pipe = I2VGenXLPipeline.from_pretrained(
                self.checkpoint.folder,
                dtype=torch_dtype(running),
                **self.checkpoint.arguments,
            )
        return place(pipe, running)

    def native(self, width: int, height: int) -> Native:
        grid = Grid(1, 0, NUM_FRAMES, NUM_FRAMES)
        return Native(self.largest(width, height, MULTIPLE), FPS, grid)

    def clip(self, pipe: Any, order: ClipOrder) -> Clip:
        import torch

        def count(text: str) -> int:
            return len(pipe.tokenizer(text).input_ids)

        most = int(pipe.tokenizer.model_max_length)
        prompt = self.worded(motion_phrases(order.view, order.cast), count, most)
        # It encodes the picture with torch's own randomness, which is put back afterwards.
        with torch.random.fork_rng(), told_steps(pipe, order.told):
            torch.manual_seed(order.seed)
            made = pipe(
                prompt_embeds=penultimate(pipe, prompt),
                negative_prompt_embeds=penultimate(pipe, NEGATIVE),
                image=images(order.given)[-1],
                height=order.height,
                width=order.width,
                target_fps=FPS,
                num_frames=order.num_frames,
                num_inference_steps=self.steps,
                guidance_scale=self.guidance,
                decode_chunk_size=1 if self.model.running.tiling else 4,
                generator=generator(order.seed),
                output_type="np",
            )
        return as_clip(made.frames[0])


def penultimate(pipe: Any, prompt: str) -> Any:
    """The text encoder's last layer but one, normalised: what the model was trained to read.

    The pipeline's own way to it looks for a module where transformers 5 no longer has it.
    """
    import torch

    tokens = pipe.tokenizer(
        prompt,
        padding="max_length",
        max_length=pipe.tokenizer.model_max_length,
        truncation=True,
        return_tensors="pt",
    )
    encoder = pipe.text_encoder
    with torch.no_grad():
        told = encoder(tokens.input_ids.to(pipe._execution_device), output_hidden_states=True)
        inner = getattr(encoder, "text_model", encoder)
        return inner.final_layer_norm(told.hidden_states[-2])
