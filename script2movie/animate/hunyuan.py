"""HunyuanVideo 1.5 (Tencent, 2025): a picture and a text, 4k + 1 frames up to 121 at 24 a second.

It chooses among sizes of its own by the picture's shape. Layout:
`HunyuanVideo15ImageToVideoPipeline`. Licence of the weights: Tencent's community licence, which
excludes the EU, the UK and South Korea.
"""

from collections.abc import Iterator
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
    told_steps,
)
from script2movie.animate.fitting import best_size
from script2movie.animate.lengths import Grid
from script2movie.animate.prompts import NEGATIVE, motion_phrases
from script2movie.errors import SettingsError
from script2movie.generative.checkpoints import Choice, loading, pipeline_checkpoint, read_json
from script2movie.generative.running import Dtype, Running, check, place, torch_dtype

__all__ = ["HunyuanAnimator", "bucket", "buckets"]

FPS = 24
TOKENS = 1000
WIDEST = 4.0  # sides of a bucket to each other, at most


class HunyuanAnimator(ClipAnimator):
    """Fits `stages.Animator`."""

    name = "hunyuan-1.5"

    @dataclass(frozen=True)
    class Options(ClipOptions):
        model: str = checkpoint_option("hunyuanvideo-community/HunyuanVideo-1.5-Diffusers-480p_i2v")
        dtype: Dtype = field(default="bfloat16", metadata={"help": "of its weights"})
        steps: int = option(50, "denoising steps")
        pixels: int = option(0, "must be 0: the checkpoint has sizes of its own")

    def __init__(self, options: Options) -> None:
        """Raises BackendUnavailable, SettingsError, WeightsError: see `generative`."""
        check(options, "animator hunyuan-1.5", transformer=True, caches=False)
        if options.pixels:
            raise SettingsError(
                "animator 'hunyuan-1.5' makes the sizes of its checkpoint: leave out "
                "--option animator.pixels, or choose the 480p or 720p one with animator.model"
            )
        self.checkpoint = pipeline_checkpoint(
            Choice(f"animator {self.name}", "model", options.model),
            ["HunyuanVideo15ImageToVideoPipeline"],
            widths=[
                ("image_encoder.hidden_size", "transformer.image_embed_dim"),
                ("text_encoder.hidden_size", "transformer.text_embed_dim"),
                ("text_encoder_2.d_model", "transformer.text_embed_2_dim"),
            ],
            allow_pickle=options.allow_pickle,
        )
        with loading(self.checkpoint.folder):
            decoder = read_json(self.checkpoint.folder / "vae" / "config.json")
            denoiser = read_json(self.checkpoint.folder / "transformer" / "config.json")
            time = int(decoder["temporal_compression_ratio"])
            self.grid = Grid(time, 1, time + 1, 30 * time + 1)
            target = int(denoiser["target_size"])
            self.sizes = buckets(target, int(decoder["spatial_compression_ratio"]))
        super().__init__(
            options,
            pixels=target**2,
            fingerprint=self.checkpoint.fingerprint,
            load=self._load,
        )

    def _load(self, running: Running) -> Any:
        from diffusers import HunyuanVideo15ImageToVideoPipeline

        with loading(self.checkpoint.folder):
            pipe = HunyuanVideo15ImageToVideoPipeline.from_pretrained(
                self.checkpoint.folder,
                dtype=torch_dtype(running),
                **self.checkpoint.arguments,
            )
        return place(pipe, running)

    def native(self, width: int, height: int) -> Native:
        kept = (size for size in self.sizes if bucket(*size, self.sizes) == size)
        return Native(best_size(width, height, kept), FPS, self.grid)

    def clip(self, pipe: Any, order: ClipOrder) -> Clip:
        def count(text: str) -> int:
            return len(pipe.tokenizer(text).input_ids)

        with told_steps(pipe, order.told):
            made = pipe(
                image=images(order.given)[-1],
                prompt=self.worded(motion_phrases(order.view, order.cast), count, TOKENS),
                negative_prompt=NEGATIVE,
                num_frames=order.num_frames,
                num_inference_steps=self.steps,
                generator=generator(order.seed),
                output_type="np",
            )
        return as_clip(made.frames[0])


def buckets(target: int, multiple: int) -> tuple[tuple[int, int], ...]:
    """The sizes (width, height) of about `target` x `target` pixels that the model was trained on.

    For each number of columns of patches the most rows that stay within the area, the widest
    first: HunyuanVideo-1.5, `hyvideo/utils/data_utils.py`, where a square's order is kept.
    """
    most = round((target / multiple) ** 2)

    def walk() -> Iterator[tuple[int, int]]:
        across, down = most, 1
        while across > 0:
            if max(across, down) / min(across, down) <= WIDEST:
                yield across * multiple, down * multiple
            if (down + 1) * across <= most:
                down += 1
            else:
                across -= 1

    return tuple(walk())


def bucket(width: int, height: int, sizes: tuple[tuple[int, int], ...]) -> tuple[int, int]:
    """The size that the model makes of a picture: the nearest shape that is no further from square.

    Its pipeline rounds the shapes, so a bucket need not be its own.
    """
    ratio = height / width
    shapes = [(round(high / wide, 5) - ratio, (wide, high)) for high, wide in sizes]
    inside = [one for one in shapes if (one[0] <= 0 if ratio >= 1 else one[0] >= 0)]
    return min(inside, key=lambda one: abs(one[0]))[1]
