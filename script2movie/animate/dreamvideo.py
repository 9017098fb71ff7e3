"""DreamVideo (Wei et al. 2023) on ModelScope's text to video: one learned person, learned motions.

A person is a token of the text and an adapter, a motion another adapter (`dreamvideo_adapters`); a
shot starts from text, not from its keyframe. A motion is told the person's portrait, so that what
it adds is movement. 32 frames of 256x256 at 8 a second, as it was trained; noise with an offset.

Layout: a `TextToVideoSDPipeline`, which diffusers keeps but no longer supports; where motions are
given a CLIP ViT-H picture encoder; `NAME/text_embedding*` and `NAME/*adapter*` for a person,
`NAME*adapter*` for a motion, in VGen's keys. The adapters that its authors published are for
ModelScope 1.5, research only; learning them is not done here.
"""

import re
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from script2movie.animate.clips import (
    Clip,
    ClipOptions,
    ClipOrder,
    Native,
    as_clip,
    checkpoint_option,
    generator,
    option,
    told_steps,
)
from script2movie.animate.learned import (
    LearnedPeople,
    check_tokens,
    file_name,
    learn_token,
    learned_files,
    with_tokens,
)
from script2movie.animate.lengths import Grid
from script2movie.animate.prompts import CAMERA_LORAS, NEGATIVE, motion_phrases
from script2movie.errors import WeightsError
from script2movie.generative.checkpoints import (
    Choice,
    file_digest,
    loading,
    model_checkpoint,
    pipeline_checkpoint,
    read_json,
)
from script2movie.generative.running import Running, check, place, torch_dtype
from script2movie.stages import Likeness, View

__all__ = ["DreamVideoAnimator"]

FPS = 8
MULTIPLE = 64  # three halvings of latents that are an eighth of the picture
OFFSET = 0.1  # of noise that a whole frame has in common
CLIP_MEAN = np.array([0.48145466, 0.4578275, 0.40821073], np.float32)
CLIP_STD = np.array([0.26862954, 0.26130258, 0.27577711], np.float32)


class DreamVideoAnimator(LearnedPeople):
    """Fits `stages.Animator`."""

    name = "dreamvideo"
    wanted = "a folder {}/ with text_embedding and adapter"

    @dataclass(frozen=True)
    class Options(ClipOptions):
        model: str = checkpoint_option("ali-vilab/text-to-video-ms-1.7b")
        image_encoder: str = checkpoint_option("h94/IP-Adapter", "a CLIP ViT-H picture encoder")
        image_encoder_folder: str = option("models/image_encoder", "where in it")
        identities: str = option("", "a folder with NAME/ of everybody in the film")
        motions: str = option("", "a folder with motions' adapters, named by move or action")
        steps: int = option(50, "denoising steps")
        pixels: int = option(256 * 256, "width times height of the model's frames, at most")
        guidance: float = option(9.0, "how closely it follows the text")
        longest: int = option(32, "frames made at once; it was trained with 32")

    def __init__(self, options: Options) -> None:
        """Raises BackendUnavailable, SettingsError, WeightsError: see `generative`."""
        check(options, "animator dreamvideo", transformer=False)
        from script2movie.animate.dreamvideo_adapters import check_adapters

        self.options = options
        pickle = options.allow_pickle
        self.checkpoint = pipeline_checkpoint(
            Choice(f"animator {self.name}", "model", options.model),
            ["TextToVideoSDPipeline"],
            widths=[("text_encoder.hidden_size", "unet.cross_attention_dim")],
            prefer_fp16=options.dtype == "float16",
            allow_pickle=pickle,
        )
        people = Choice("animator dreamvideo", "identities", options.identities)
        motions = Choice("animator dreamvideo", "motions", options.motions)
        self.embeddings = learned_files(people, "*/text_embedding*", pickle)
        self.identities = learned_files(people, "*/*adapter*", pickle)
        if odd := set(self.embeddings) ^ set(self.identities):
            raise WeightsError(
                f"{people.source}/{min(odd)} has a text_embedding or an adapter, and not both: "
                "a person needs both"
            )
        self.motions = learned_files(motions, "*adapter*", pickle)
        check_tokens(self.embeddings, self.checkpoint.folder)
        self.encoder = None
        if self.motions:
            self.encoder = model_checkpoint(
                Choice("animator dreamvideo", "image_encoder", options.image_encoder),
                ["CLIPVisionModelWithProjection"],
                subfolder=options.image_encoder_folder,
                allow_pickle=pickle,
            )
        told = read_json(self.encoder.folder / "config.json") if self.encoder else {}
        adapters = [*self.identities.values(), *self.motions.values()]
        check_adapters(self.checkpoint.folder / "unet", adapters, told.get("projection_dim"))
        files = [*self.embeddings.values(), *adapters]
        encoders = [self.encoder.fingerprint] if self.encoder else []
        prints = [self.checkpoint.fingerprint, *encoders, *map(file_digest, files)]
        super().__init__(
            options, pixels=options.pixels, fingerprint=" ".join(prints), load=self._load
        )

    def _load(self, running: Running) -> Any:
        from script2movie.animate.dreamvideo_adapters import adaptable, read_adapter, wear

        with loading(self.checkpoint.folder), warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)  # that it is no longer supported
            from diffusers import DDIMScheduler, TextToVideoSDPipeline

            pipe = TextToVideoSDPipeline.from_pretrained(
                self.checkpoint.folder, dtype=torch_dtype(running), **self.checkpoint.arguments
            )
        pipe.scheduler = DDIMScheduler.from_config(
            pipe.scheduler.config,
            clip_sample=False,
            set_alpha_to_one=False,
            steps_offset=1,
            timestep_spacing="leading",
        )
        for name, path in self.embeddings.items():
            with loading(path):
                tokens = embedding(path)
            learn_token(pipe, name, tokens, path)
        adaptable(pipe.unet)
        for kind, files in (("identity", self.identities), ("motion", self.motions)):
            for name, path in files.items():
                with loading(path):
                    wear(pipe.unet, f"{kind} {name}", read_adapter(path), path)
        if self.encoder is not None:  # it stays on the CPU: a picture a shot
            from transformers import CLIPVisionModelWithProjection

            with loading(self.encoder.folder):
                pipe.appearance_encoder = CLIPVisionModelWithProjection.from_pretrained(
                    self.encoder.folder, **self.encoder.arguments
                )
        return place(pipe, running)

    def native(self, width: int, height: int) -> Native:
        grid = Grid(1, 0, 8, max(8, self.options.longest))
        return Native(self.largest(width, height, MULTIPLE), FPS, grid)

    def refusal(self, view: View, *, width: int, height: int, num_frames: int, fps: int) -> str:
        """Two people, a person without an identity, or a shot that is too long."""
        people = list(dict.fromkeys(one.character for one in view.characters))
        if len(people) > 1:
            return (
                f"animator 'dreamvideo' wears one person's adapter, and {' and '.join(people)} are "
                "here: show one of them, or choose another --animator"
            )
        return super().refusal(view, width=width, height=height, num_frames=num_frames, fps=fps)

    def clip(self, pipe: Any, order: ClipOrder) -> Clip:
        import torch

        from script2movie.animate.dreamvideo_adapters import Worn

        def count(text: str) -> int:
            return len(pipe.tokenizer(text).input_ids)

        # 1. Words, and what is worn
        phrases = [with_tokens(phrase, order.view) for phrase in motion_phrases(order.view)]
        prompt = self.worded(phrases, count, int(pipe.tokenizer.model_max_length))
        motion = motion_of(self.motions, order.view)
        names = [f"identity {file_name(one.character)}" for one in order.view.characters[:1]]
        names += [f"motion {motion}"] if motion else []
        appearance = self._appearance(order.cast, pipe) if motion else None
        # 2. Noise, of which a little is a whole frame's
        random = generator(order.seed)
        rows, columns = order.height // 8, order.width // 8
        channels = pipe.unet.config.in_channels
        noise = torch.randn((1, channels, order.num_frames, rows, columns), generator=random)
        shared = torch.randn((1, channels, order.num_frames, 1, 1), generator=random)
        # 3. The frames
        with told_steps(pipe, order.told):
            made = pipe(
                prompt=prompt,
                negative_prompt=NEGATIVE,
                height=order.height,
                width=order.width,
                num_frames=order.num_frames,
                num_inference_steps=self.steps,
                guidance_scale=self.options.guidance,
                latents=(noise + OFFSET * shared).to(pipe.unet.dtype),
                generator=random,
                cross_attention_kwargs={"worn": Worn(tuple(names), appearance)},
                output_type="np",
            )
        return as_clip(made.frames[0])

    def _appearance(self, cast: Sequence[Likeness], pipe: Any) -> Any:
        """Nothing, and the embedding of the first person's picture: (2, width); None for nobody."""
        import torch

        if not cast:
            return None
        encoder = pipe.appearance_encoder
        shown = torch.from_numpy(seen(cast[0], encoder.config.image_size))
        with torch.inference_mode():
            found = encoder(shown.permute(2, 0, 1)[None]).image_embeds
        both = torch.cat([torch.zeros_like(found), found])
        return both.to(pipe._execution_device, pipe.unet.dtype)


def seen(person: Likeness, side: int) -> NDArray[np.float32]:
    """A portrait, or a cut-out on white, as CLIP's encoder reads it: (side, side, 3)."""
    if person.portrait is not None:
        rgb = np.asarray(person.portrait, np.float32)
    else:
        alpha = person.picture[..., 3:].astype(np.float32) / 255
        rgb = np.asarray(person.picture[..., :3] * alpha + 255 * (1 - alpha), np.float32)
    rows, columns = rgb.shape[:2]
    square = min(rows, columns)
    left = (columns - square) // 2
    cut = rgb[:square, left : left + square]  # from the top: a head
    small = cv2.resize(cut, (side, side), interpolation=cv2.INTER_AREA)
    return np.asarray((small / 255 - CLIP_MEAN) / CLIP_STD, np.float32)


def embedding(path: Path) -> Any:
    """The learned token (1, width) of a person.

    Raises:
        WeightsError: the file holds none.
    """
    import torch

    if path.suffix == ".safetensors":
        from safetensors.torch import load_file

        found = load_file(path).get("emb_params")
    else:
        with torch.serialization.safe_globals([torch.nn.ParameterDict, set]):
            read = torch.load(path, map_location="cpu", weights_only=True)
        found = read["string_to_param"]["*"]
    if found is None:
        raise WeightsError(f"{path} has no tensor 'emb_params': it is no learned token")
    return found.detach()


def motion_of(motions: Iterable[str], view: View) -> str:
    """The motion that a shot is to wear: its camera move's, or the first whose words it says."""
    known = {re.sub("[-_]?adapter.*", "", name): name for name in motions}
    move = CAMERA_LORAS.get(view.camera_move, view.camera_move.value.replace("_", "-"))
    if move in known:
        return known[move]
    said = " ".join([view.plot, *(one.action for one in view.characters)]).casefold()
    words = set(re.findall(r"\w+", said))
    return next((name for told, name in known.items() if set(re.split("[-_]", told)) <= words), "")
