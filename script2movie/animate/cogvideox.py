"""CogVideoX (Zhipu, 2024): a picture and a text. 5B-I2V makes 49 frames of 720x480 at 8 a second,
1.5-5B-I2V 16k + 1 frames up to 81 at 16.

The 5B-I2V has learned one embedding for each place and moment, so it makes that one size and
count and no other. Layout: `CogVideoXImageToVideoPipeline`. Licence of the weights: the CogVideoX
licence, free for research, by registration for business.
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
from script2movie.animate.fitting import Fit
from script2movie.animate.lengths import Grid
from script2movie.animate.prompts import NEGATIVE, motion_phrases
from script2movie.generative.checkpoints import Choice, loading, pipeline_checkpoint, read_json
from script2movie.generative.running import Dtype, Running, check, place, torch_dtype

__all__ = ["CogVideoXAnimator"]


class CogVideoXAnimator(ClipAnimator):
    """Fits `stages.Animator`."""

    name = "cogvideox"

    @dataclass(frozen=True)
    class Options(ClipOptions):
        model: str = checkpoint_option("zai-org/CogVideoX1.5-5B-I2V")
        dtype: Dtype = field(default="bfloat16", metadata={"help": "of its weights"})
        steps: int = option(50, "denoising steps")
        pixels: int = option(1360 * 768, "width times height of 1.5's frames, at most")
        guidance: float = option(6.0, "how closely it follows the text")

    def __init__(self, options: Options) -> None:
        """Raises BackendUnavailable, SettingsError, WeightsError: see `generative`."""
        check(options, "animator cogvideox", transformer=True)
        self.checkpoint = pipeline_checkpoint(
            Choice(f"animator {self.name}", "model", options.model),
            ["CogVideoXImageToVideoPipeline"],
            widths=[("text_encoder.d_model", "transformer.text_embed_dim")],
            allow_pickle=options.allow_pickle,
        )
        with loading(self.checkpoint.folder):
            denoiser = read_json(self.checkpoint.folder / "transformer" / "config.json")
            decoder = read_json(self.checkpoint.folder / "vae" / "config.json")
            scale = 2 ** (len(decoder["block_out_channels"]) - 1)
            most, patches = int(denoiser["sample_frames"]), denoiser.get("patch_size_t")
            self.learned = bool(denoiser.get("use_learned_positional_embeddings"))
            self.size = (
                int(denoiser["sample_width"]) * scale,
                int(denoiser["sample_height"]) * scale,
            )
            self.multiple = scale * int(denoiser["patch_size"])
            self.fps = 16 if patches else 8
            # 1.5 was trained on whole seconds of 16 frames and one more; the 5B on one length only.
            self.grid = Grid(16, 1, 17, most) if patches else Grid(1, 0, most, most)
            self.most_tokens = int(denoiser["max_text_seq_length"])
        self.guidance = options.guidance
        super().__init__(
            options,
            pixels=options.pixels,
            fingerprint=self.checkpoint.fingerprint,
            load=self._load,
        )

    def _load(self, running: Running) -> Any:
        from diffusers import CogVideoXImageToVideoPipeline

        with loading(self.checkpoint.folder):
            pipe = CogVideoXImageToVideoPipeline.from_pretrained(
                self.checkpoint.folder,
                dtype=torch_dtype(running),
                **self.checkpoint.arguments,
            )
        return place(pipe, running)

    def native(self, width: int, height: int) -> Native:
        if self.learned:
            fit = Fit(width, height, *self.size)
        else:
            fit = self.largest(width, height, self.multiple)
        return Native(fit, self.fps, self.grid)

    def clip(self, pipe: Any, order: ClipOrder) -> Clip:
        def count(text: str) -> int:
            return len(pipe.tokenizer(text).input_ids)

        made = pipe(
            image=images(order.given)[-1],
            prompt=self.worded(motion_phrases(order.view, order.cast), count, self.most_tokens),
            negative_prompt=NEGATIVE,
            height=order.height,
            width=order.width,
            num_frames=order.num_frames,
            num_inference_steps=self.steps,
            guidance_scale=self.guidance,
            use_dynamic_cfg="DPM" in type(pipe.scheduler).__name__,
            generator=generator(order.seed),
            callback_on_step_end=step_callback(order.told),
            max_sequence_length=self.most_tokens,
            output_type="np",
        )
        return as_clip(made.frames[0])
