"""LTX-2 (Lightricks, 2026): pictures or the last frames of a clip, and a text; 8k + 1 frames at 24.

It goes on from several frames, so motion keeps its speed across a join. It makes sound too, which
is left out: the film's voices are its own. Layout: `LTX2Pipeline`, `LTX2ImageToVideoPipeline` or
`LTX2ConditionPipeline`, which share it. Licence of the weights: LTX-2 community licence.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from script2movie.animate.clips import (
    Clip,
    ClipAnimator,
    ClipOptions,
    ClipOrder,
    Native,
    Picture,
    as_clip,
    checkpoint_option,
    generator,
    images,
    option,
    step_callback,
)
from script2movie.animate.lengths import Grid
from script2movie.animate.prompts import NEGATIVE, motion_phrases
from script2movie.generative.checkpoints import Choice, loading, pipeline_checkpoint, read_json
from script2movie.generative.running import Dtype, Running, check, place, torch_dtype
from script2movie.media.clips import recoded

__all__ = ["LTX2Animator"]

FPS = 24
TOKENS = 1024


class LTX2Animator(ClipAnimator):
    """Fits `stages.Animator`."""

    name = "ltx2"

    @dataclass(frozen=True)
    class Options(ClipOptions):
        model: str = checkpoint_option("Lightricks/LTX-2")
        dtype: Dtype = field(default="bfloat16", metadata={"help": "of its weights"})
        steps: int = option(40, "denoising steps")
        pixels: int = option(768 * 512, "width times height of the model's frames, at most")
        guidance: float = option(4.0, "how closely it follows the text")

    def __init__(self, options: Options) -> None:
        """Raises BackendUnavailable, SettingsError, WeightsError: see `generative`."""
        check(options, "animator ltx2", transformer=True, caches=False)
        self.checkpoint = pipeline_checkpoint(
            Choice(f"animator {self.name}", "model", options.model),
            ["LTX2Pipeline", "LTX2ImageToVideoPipeline", "LTX2ConditionPipeline"],
            allow_pickle=options.allow_pickle,
        )
        with loading(self.checkpoint.folder):
            denoiser = read_json(self.checkpoint.folder / "transformer" / "config.json")
            time, high, wide = denoiser["vae_scale_factors"]
            self.grid = Grid(int(time), 1, int(time) + 1, 15 * int(time) + 1)
            self.multiple = max(int(high), int(wide)) * int(denoiser["patch_size"])
            self.overlap = int(time) + 1  # frames that are two latents, the second of them motion
            # 2.3 was trained to be guided by what it does without some of its attention; 2.0 not.
            self.perturbed = bool(denoiser.get("perturbed_attn"))
        self.guidance = options.guidance
        super().__init__(
            options,
            pixels=options.pixels,
            fingerprint=self.checkpoint.fingerprint,
            load=self._load,
        )

    def _load(self, running: Running) -> Any:
        from diffusers import LTX2ConditionPipeline

        with loading(self.checkpoint.folder):
            pipe = LTX2ConditionPipeline.from_pretrained(
                self.checkpoint.folder,
                dtype=torch_dtype(running),
                **self.checkpoint.arguments,
            )
        return place(pipe, running)

    def native(self, width: int, height: int) -> Native:
        fit = self.largest(width, height, self.multiple)
        return Native(fit, FPS, self.grid, self.overlap)

    def clip(self, pipe: Any, order: ClipOrder) -> Clip:
        from diffusers.pipelines.ltx2 import LTX2VideoCondition

        def count(text: str) -> int:
            return len(pipe.tokenizer(text).input_ids)

        guidance = {} if self.perturbed else {"stg_scale": 0.0, "audio_stg_scale": 0.0}
        made = pipe(
            conditions=LTX2VideoCondition(images(self._as_video(pipe, order.given)), crf=0),
            prompt=self.worded(motion_phrases(order.view, order.cast), count, TOKENS),
            negative_prompt=NEGATIVE,
            height=order.height,
            width=order.width,
            num_frames=order.num_frames,
            frame_rate=float(FPS),
            num_inference_steps=self.steps,
            guidance_scale=self.guidance,
            generator=generator(order.seed),
            callback_on_step_end=step_callback(order.told),
            max_sequence_length=TOKENS,
            output_type="np",
            **guidance,
        )
        return as_clip(made.frames[0])

    def _as_video(self, pipe: Any, given: Sequence[Picture]) -> list[Picture]:
        """A still as a frame of a compressed film: on a clean one the model hardly moves.

        The pipeline does the same with PyAV, whose wheels bring an x264 under the GPL into the
        process; ours runs beside it.
        """
        from diffusers.pipelines.ltx2.utils import resolve_default_image_crf

        if len(given) > 1:
            return list(given)
        return [recoded(given[0], crf=resolve_default_image_crf(pipe.text_encoder))]
