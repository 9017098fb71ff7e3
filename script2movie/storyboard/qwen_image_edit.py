"""Storyboard 'qwen-image-edit': Qwen-Image-Edit 2509 and 2511, several reference pictures.

Portraits come first, then the other shot; its makers (Qwen, Apache-2.0) advise at most three
pictures, so a shot of three people looks at no other shot. Every reference is read twice: small by
the language model, at one megapixel by the picture decoder, whatever size is drawn. A shot without
any reference is drawn from text by the same weights.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PIL import Image

from script2movie.generative import checkpoints
from script2movie.generative.running import Running, check, place, torch_dtype
from script2movie.generative.sizes import as_bytes
from script2movie.stages import View
from script2movie.storyboard import references
from script2movie.storyboard.casting import seen_people
from script2movie.storyboard.references import LocalStoryboarder, Picture

__all__ = ["QwenImageEditOptions", "QwenImageEditStoryboarder"]

MOST_PICTURES = 3


@dataclass(frozen=True)
class QwenImageEditOptions(references.Options):
    model: str = field(
        default="Qwen/Qwen-Image-Edit-2509",
        metadata={"help": "a Qwen-Image-Edit-Plus checkpoint: repo or folder", "checkpoint": True},
    )
    steps: int = field(default=40, metadata={"help": "denoising steps"})
    guidance_scale: float = field(
        default=4.0, metadata={"help": "how much the text counts; 1 halves the time"}
    )


class QwenImageEditStoryboarder(LocalStoryboarder):
    Options = QwenImageEditOptions
    name = "storyboard qwen-image-edit"
    edition = 1
    most_tokens = 900  # of 1024, without the chat's own
    most_people = MOST_PICTURES
    called = "Picture {}"  # as its chat numbers them

    def __init__(self, options: QwenImageEditOptions) -> None:
        """Raises BackendUnavailable, SettingsError, WeightsError."""
        check(options, self.name, transformer=True)
        checkpoint = checkpoints.pipeline_checkpoint(
            checkpoints.Choice(self.name, "model", options.model),
            ("QwenImageEditPlusPipeline",),
            allow_pickle=options.allow_pickle,
        )
        super().__init__(options, checkpoint)

    def companions(self, views: Sequence[View], number: int) -> Sequence[int]:
        """As chosen, where the portraits leave room for another picture."""
        if len(seen_people(views[number])) == MOST_PICTURES:
            return ()
        return super().companions(views, number)

    def paint(
        self, words: str, references: Sequence[Picture], *, width: int, height: int, seed: int
    ) -> Picture:
        import torch

        steps = self.options.num_inference_steps
        told = self.model.step_told(steps)
        shown = {"image": [Image.fromarray(one) for one in references]} if references else {}

        def run(pipe: Any) -> Any:
            return (pipe if references else _from_text(pipe))(
                **shown,
                prompt=words,
                negative_prompt=" ",
                true_cfg_scale=self.options.guidance_scale,
                width=width,
                height=height,
                num_inference_steps=steps,
                generator=torch.Generator("cpu").manual_seed(seed),
                output_type="np",
                callback_on_step_end=told,
                max_sequence_length=1024,
            ).images[0]

        return as_bytes(self.model.call(run), "storyboard")

    def count(self, words: str) -> int:
        return len(self.model.pipe.tokenizer(words)["input_ids"])

    def loaded(self, running: Running) -> Any:
        from diffusers import QwenImageEditPlusPipeline

        with checkpoints.loading(self.checkpoint.folder):
            pipe = QwenImageEditPlusPipeline.from_pretrained(
                self.checkpoint.folder,
                dtype=torch_dtype(running),
                processor=_processor(self.checkpoint.folder),
                **self.checkpoint.arguments,
            )
        return place(pipe, running)


def _processor(folder: Path) -> Any:
    """The checkpoint's processor without its part for videos, which wants torchvision."""
    from transformers import AutoTokenizer, Qwen2VLImageProcessorPil, Qwen2VLProcessor

    class OfPictures(Qwen2VLProcessor):  # type: ignore[misc]
        def __init__(self, image_processor: Any, tokenizer: Any) -> None:
            super().__init__(image_processor, tokenizer)

    where = folder / "processor"
    return OfPictures(
        Qwen2VLImageProcessorPil.from_pretrained(where, local_files_only=True),
        AutoTokenizer.from_pretrained(where, local_files_only=True),
    )


def _from_text(pipe: Any) -> Any:
    """The same weights as a pipeline that takes no picture, which the editing one insists on."""
    from diffusers import QwenImagePipeline

    parts = {name: part for name, part in pipe.components.items() if name != "processor"}
    plain = QwenImagePipeline(**parts)
    plain.set_progress_bar_config(disable=True)
    return plain
