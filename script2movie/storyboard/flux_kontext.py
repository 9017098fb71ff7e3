"""Storyboard 'flux-kontext': FLUX.1 Kontext, a model of one reference picture.

Its one picture is a sheet: the portraits side by side, the other shot of the scene last. The dev
checkpoint (Black Forest Labs) forbids commercial use.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import cv2
import numpy as np
from PIL import Image

from script2movie.generative import checkpoints, prompts
from script2movie.generative.running import Running, check, place, torch_dtype
from script2movie.generative.sizes import as_bytes
from script2movie.storyboard import references
from script2movie.storyboard.references import LocalStoryboarder, Picture

__all__ = ["FluxKontextOptions", "FluxKontextStoryboarder", "sheet"]

SHEET_HEIGHT = 512  # pixels of the pictures on a sheet
TRAINED_AREA = 768 * 1024  # pixels: above it a reference is brought to a size of the training


@dataclass(frozen=True)
class FluxKontextOptions(references.Options):
    model: str = field(
        default="black-forest-labs/FLUX.1-Kontext-dev",
        metadata={"help": "a FLUX.1 Kontext checkpoint: repository or folder", "checkpoint": True},
    )
    other_shot: Literal["previous", "first", "none"] = field(
        default="none",
        metadata={"help": "which shot of the scene is on the sheet too: previous, first or none"},
    )


class FluxKontextStoryboarder(LocalStoryboarder):
    Options = FluxKontextOptions
    name = "storyboard flux-kontext"
    edition = 1
    most_tokens = 512
    most_people = 2  # more portraits on one sheet are too small to be copied
    called = "picture {} from the left"

    def __init__(self, options: FluxKontextOptions) -> None:
        """Raises BackendUnavailable, SettingsError, WeightsError."""
        check(options, self.name, transformer=True)
        checkpoint = checkpoints.pipeline_checkpoint(
            checkpoints.Choice(self.name, "model", options.model),
            ("FluxKontextPipeline",),
            widths=[
                ("text_encoder.hidden_size", "transformer.pooled_projection_dim"),
                ("text_encoder_2.d_model", "transformer.joint_attention_dim"),
            ],
            allow_pickle=options.allow_pickle,
        )
        super().__init__(options, checkpoint)

    def paint(
        self, words: str, references: Sequence[Picture], *, width: int, height: int, seed: int
    ) -> Picture:
        import torch

        steps = self.options.num_inference_steps
        trained = self.options.area >= TRAINED_AREA
        told = self.model.step_told(steps)

        def run(pipe: Any) -> Any:
            with pipe.transformer.cache_context("cond"):  # one pass a step, without guidance
                return asked(pipe)

        def asked(pipe: Any) -> Any:
            return pipe(
                image=Image.fromarray(sheet(references)) if references else None,
                prompt=prompts.whole_sentences(
                    words, lambda text: len(pipe.tokenizer(text)["input_ids"]), most=77
                )[0],  # CLIP sums up how the picture is framed; T5 reads all of it
                prompt_2=words,
                width=width,
                height=height,
                num_inference_steps=steps,
                guidance_scale=self.options.guidance_scale,
                generator=torch.Generator("cpu").manual_seed(seed),
                max_area=self.options.area,
                _auto_resize=trained,
                output_type="np",
                callback_on_step_end=told,
            ).images[0]

        return as_bytes(self.model.call(run), "storyboard")

    def count(self, words: str) -> int:
        return len(self.model.pipe.tokenizer_2(words)["input_ids"])

    def loaded(self, running: Running) -> Any:
        from diffusers import FluxKontextPipeline

        with checkpoints.loading(self.checkpoint.folder):
            pipe = FluxKontextPipeline.from_pretrained(
                self.checkpoint.folder, dtype=torch_dtype(running), **self.checkpoint.arguments
            )
        return place(pipe, running)


def sheet(pictures: Sequence[Picture]) -> Picture:
    """Pictures of one height in a row, edge to edge."""
    scaled = []
    for picture in pictures:
        rows, columns = picture.shape[:2]
        size = (round(columns * SHEET_HEIGHT / rows), SHEET_HEIGHT)
        smaller = rows > SHEET_HEIGHT
        how = cv2.INTER_AREA if smaller else cv2.INTER_CUBIC
        scaled.append(np.asarray(cv2.resize(picture, size, interpolation=how), np.uint8))
    return np.hstack(scaled)
