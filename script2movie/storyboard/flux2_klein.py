"""Storyboard 'flux2-klein': FLUX.2 klein, a model of several reference pictures.

The 4B checkpoint (Black Forest Labs, Apache-2.0) is distilled to four steps and takes no guidance;
an undistilled one takes both.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from PIL import Image

from script2movie.generative import checkpoints
from script2movie.generative.running import Running, check, place, torch_dtype
from script2movie.generative.sizes import as_bytes
from script2movie.storyboard import references
from script2movie.storyboard.references import LocalStoryboarder, Picture

__all__ = ["Flux2KleinOptions", "Flux2KleinStoryboarder"]


@dataclass(frozen=True)
class Flux2KleinOptions(references.Options):
    model: str = field(
        default="black-forest-labs/FLUX.2-klein-4B",
        metadata={"help": "a FLUX.2 klein checkpoint: repository or folder", "checkpoint": True},
    )
    steps: int = field(default=4, metadata={"help": "denoising steps; 4 for a distilled model"})
    guidance_scale: float = field(
        default=4.0, metadata={"help": "how much the text counts; a distilled model has none"}
    )


class Flux2KleinStoryboarder(LocalStoryboarder):
    Options = Flux2KleinOptions
    name = "storyboard flux2-klein"
    edition = 1
    most_tokens = 500  # of 512, without the chat's own
    most_people = 4

    def __init__(self, options: Flux2KleinOptions) -> None:
        """Raises BackendUnavailable, SettingsError, WeightsError."""
        check(options, self.name, transformer=True, caches=False)  # diffusers 0.42: a TypeError
        checkpoint = checkpoints.pipeline_checkpoint(
            checkpoints.Choice(self.name, "model", options.model),
            ("Flux2KleinPipeline",),
            allow_pickle=options.allow_pickle,
        )
        super().__init__(options, checkpoint)

    def paint(
        self, words: str, references: Sequence[Picture], *, width: int, height: int, seed: int
    ) -> Picture:
        import torch

        steps = self.options.num_inference_steps
        told = self.model.step_told(steps)

        def run(pipe: Any) -> Any:
            return pipe(
                image=[Image.fromarray(one) for one in references] or None,
                prompt=words,
                width=width,
                height=height,
                num_inference_steps=steps,
                guidance_scale=1.0 if pipe.config.is_distilled else self.options.guidance_scale,
                generator=torch.Generator("cpu").manual_seed(seed),
                output_type="np",
                callback_on_step_end=told,
            ).images[0]

        return as_bytes(self.model.call(run), "storyboard")

    def count(self, words: str) -> int:
        return len(self.model.pipe.tokenizer(words)["input_ids"])

    def loaded(self, running: Running) -> Any:
        from diffusers import Flux2KleinPipeline

        with checkpoints.loading(self.checkpoint.folder):
            pipe = Flux2KleinPipeline.from_pretrained(
                self.checkpoint.folder, dtype=torch_dtype(running), **self.checkpoint.arguments
            )
        return place(pipe, running)
