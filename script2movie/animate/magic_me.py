"""Magic-Me (Ma et al. 2024) on AnimateDiff: people as tokens of the text, no keyframe.

A person is four learned tokens of Stable Diffusion 1.5, a file each. The frames' noise is jointly
normal, frames i and j alike by alpha^|i-j| (the paper's 3D Gaussian noise prior). Faces and then
the whole frame are drawn again (see `refining`). Shots longer than the motion module's 16 frames
are made in windows that slide over them inside every step (FreeNoise, Qiu et al. 2023), so there
is no join. The camera is told in the text and, where their folder is given, by AnimateDiff's
motion LoRAs.

Layout: a `StableDiffusionPipeline` of SD 1.5, a `MotionAdapter`, and identities as A1111 writes
textual inversions: a tensor (tokens, 768) named `emb_params` in a safetensors file, or
`string_to_param` in a pickle where that is allowed. Learning identities is not done here.
"""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from script2movie.animate.clips import (
    Clip,
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
from script2movie.animate.learned import (
    LearnedPeople,
    check_tokens,
    learn_token,
    learned_files,
    token,
    with_tokens,
)
from script2movie.animate.lengths import Grid
from script2movie.animate.prompts import CAMERA_LORAS, NEGATIVE, motion_phrases
from script2movie.animate.refining import face_regions, redrawn, tiles
from script2movie.errors import WeightsError
from script2movie.generative.adapters import check_lora_fits, load_lora
from script2movie.generative.checkpoints import (
    Choice,
    file_digest,
    loading,
    model_checkpoint,
    pipeline_checkpoint,
    read_json,
)
from script2movie.generative.running import Running, check, place, torch_dtype

__all__ = ["MagicMeAnimator"]

FPS = 8
WINDOW, STRIDE = 16, 4  # frames that the motion module looks at together, and between windows
MOST = 96  # frames: 12 s; all are denoised together
SIDE = 512  # pixels that the model was trained on
FEATHER = 24


class MagicMeAnimator(LearnedPeople):
    """Fits `stages.Animator`."""

    name = "magic-me"
    wanted = "{}.safetensors"

    @dataclass(frozen=True)
    class Options(ClipOptions):
        model: str = checkpoint_option(
            "SG161222/Realistic_Vision_V5.1_noVAE", "a Stable Diffusion 1.5: folder or repository"
        )
        motion_adapter: str = checkpoint_option("guoyww/animatediff-motion-adapter-v1-5-2")
        identities: str = option("", "a folder with NAME.safetensors of everybody in the film")
        camera_loras: str = option("", "a folder with AnimateDiff's motion LoRAs, pan-left/ ...")
        steps: int = option(25, "denoising steps")
        pixels: int = option(SIDE * SIDE, "width times height of the frames first drawn, at most")
        guidance: float = option(7.5, "how closely it follows the text")
        alpha: float = option(0.05, "how alike the noise of neighbouring frames is, 0 to 1")
        face_strength: float = option(0.4, "how much of a face is drawn again, 0 for nothing")
        tile_strength: float = option(0.2, "how much of the enlarged frame is, 0 for nothing")

    def __init__(self, options: Options) -> None:
        """Raises BackendUnavailable, SettingsError, WeightsError: see `generative`."""
        check(options, "animator magic-me", transformer=False)
        self.options = options
        half = options.dtype == "float16"
        pickle = options.allow_pickle
        self.checkpoint = pipeline_checkpoint(
            Choice(f"animator {self.name}", "model", options.model),
            ["StableDiffusionPipeline"],
            widths=[("text_encoder.hidden_size", "unet.cross_attention_dim")],
            prefer_fp16=half,
            allow_pickle=pickle,
        )
        self.adapter = model_checkpoint(
            Choice("animator magic-me", "motion_adapter", options.motion_adapter),
            ["MotionAdapter"],
            prefer_fp16=half,
            allow_pickle=pickle,
        )
        people = Choice("animator magic-me", "identities", options.identities)
        moves = Choice("animator magic-me", "camera_loras", options.camera_loras)
        self.identities = learned_files(people, "*", pickle)
        check_tokens(self.identities, self.checkpoint.folder)
        self.loras = learned_files(moves, "*/*", pickle)
        _check_motion(self.checkpoint.folder / "unet", self.adapter.folder, self.loras.values())
        files = [*self.identities.values(), *self.loras.values()]
        prints = [self.checkpoint.fingerprint, self.adapter.fingerprint, *map(file_digest, files)]
        super().__init__(
            options, pixels=options.pixels, fingerprint=" ".join(prints), load=self._load
        )

    def _load(self, running: Running) -> Any:
        from diffusers import AnimateDiffPipeline, DDIMScheduler, MotionAdapter

        dtype = torch_dtype(running)
        with loading(self.adapter.folder):
            adapter = MotionAdapter.from_pretrained(
                self.adapter.folder, dtype=dtype, **self.adapter.arguments
            )
        with loading(self.checkpoint.folder):
            pipe = AnimateDiffPipeline.from_pretrained(
                self.checkpoint.folder,
                motion_adapter=adapter,
                dtype=dtype,
                **self.checkpoint.arguments,
            )
        pipe.scheduler = DDIMScheduler.from_config(
            pipe.scheduler.config,
            beta_schedule="linear",
            clip_sample=False,
            timestep_spacing="linspace",
            steps_offset=1,
        )
        for name, path in self.identities.items():
            with loading(path):
                tokens = _tokens(path)
            learn_token(pipe, name, tokens, path)
        pipe.enable_free_noise(
            context_length=WINDOW, context_stride=STRIDE
        )  # it rebuilds what LoRAs load into
        for move, path in self.loras.items():
            load_lora(pipe, path, move)
        return place(pipe, running)

    @property
    def enlarged(self) -> int:
        """How many times larger the frames are than they are first drawn."""
        return 2 if self.options.tile_strength else 1

    @property
    def side(self) -> int:
        """Of a square as large as what the model draws at once."""
        return max(64, int(self.pixels**0.5) // 64 * 64)

    def native(self, width: int, height: int) -> Native:
        drawn = self.largest(width, height, 64)
        size = (drawn.model_width * self.enlarged, drawn.model_height * self.enlarged)
        return Native(Fit(width, height, *size), FPS, Grid(STRIDE, 0, WINDOW, MOST))

    def clip(self, pipe: Any, order: ClipOrder) -> Clip:
        def count(text: str) -> int:
            return len(pipe.tokenizer(pipe.maybe_convert_prompt(text, pipe.tokenizer)).input_ids)

        # 1. The shot as the text has it, people as their tokens
        width, height = order.width // self.enlarged, order.height // self.enlarged
        phrases = [with_tokens(phrase, order.view) for phrase in motion_phrases(order.view)]
        prompt = self.worded(phrases, count, int(pipe.tokenizer.model_max_length))
        move = CAMERA_LORAS.get(order.view.camera_move, "")
        if self.loras:
            pipe.set_adapters(list(self.loras), [float(one == move) for one in self.loras])
        shape = (1, pipe.unet.config.in_channels, order.num_frames, height // 8, width // 8)
        made = pipe(
            prompt=prompt,
            negative_prompt=NEGATIVE,
            height=height,
            width=width,
            num_frames=order.num_frames,
            num_inference_steps=self.steps,
            guidance_scale=self.options.guidance,
            latents=noise_prior(shape, self.options.alpha, order.seed).to(pipe.unet.dtype),
            generator=generator(order.seed),
            callback_on_step_end=step_callback(order.told),
            decode_chunk_size=2 if self.model.running.tiling else 16,
            output_type="np",
        )
        frames = as_clip(made.frames[0])

        # 2. Faces, each as large as the model draws
        if self.options.face_strength:
            found = [[face.box for face in self._finder[0].detect(frame)] for frame in frames]
            named = face_regions(order.view, found, width, height)

            def face(number: int, cut: Clip) -> Clip:
                text = f"photo of {token(named[number][0])}, face. {prompt}"
                return self._again(pipe, cut, text, self.options.face_strength, order.seed)

            frames = redrawn(frames, [box for _, box in named], face, feather=FEATHER)

        # 3. The frame at twice its size, tile by tile
        if self.options.tile_strength:
            size = (order.width, order.height)
            lanczos = cv2.INTER_LANCZOS4
            frames = np.stack([cv2.resize(one, size, interpolation=lanczos) for one in frames])

            def tile(number: int, cut: Clip) -> Clip:
                return self._again(pipe, cut, prompt, self.options.tile_strength, order.seed)

            places = tiles(order.width, order.height, self.side, min(2 * FEATHER, self.side // 2))
            frames = redrawn(frames, places, tile, feather=FEATHER)
        return frames

    def _again(self, pipe: Any, cut: Clip, prompt: str, strength: float, seed: int) -> Clip:
        """A piece of the clip denoised again from `strength` of the way, at the model's size."""
        from diffusers import AnimateDiffVideoToVideoPipeline

        again = AnimateDiffVideoToVideoPipeline(**pipe.components)
        again.set_progress_bar_config(disable=True)
        rows, columns = cut.shape[1:3]
        scale = self.side / max(rows, columns)
        size = (max(8, round(columns * scale / 8) * 8), max(8, round(rows * scale / 8) * 8))
        large = [cv2.resize(frame, size, interpolation=cv2.INTER_CUBIC) for frame in cut]
        made = again(
            video=images([np.asarray(frame, np.uint8) for frame in large]),
            prompt=prompt,
            negative_prompt=NEGATIVE,
            width=size[0],
            height=size[1],
            num_inference_steps=max(self.steps, int(np.ceil(1 / strength))),
            strength=strength,
            guidance_scale=self.options.guidance,
            generator=generator(seed),
            output_type="np",
        )
        frames = as_clip(made.frames[0])
        back = [cv2.resize(f, (columns, rows), interpolation=cv2.INTER_AREA) for f in frames]
        return np.asarray(np.stack(back), np.uint8)


def _check_motion(unet: Path, adapter: Path, loras: Collection[Path]) -> None:
    """Whether a motion adapter fits a denoiser, and LoRAs both; nothing of them is read.

    Raises:
        WeightsError: one of them does not.
    """
    levels = [read_json(one / "config.json").get("block_out_channels") for one in (adapter, unet)]
    if levels[0] != levels[1]:
        raise WeightsError(
            f"{adapter} is for another base model (of levels {levels[0]}, not {levels[1]}): choose "
            "one for it with --option animator.motion_adapter="
        )
    if not loras:
        return
    import torch
    from diffusers import AnimateDiffPipeline, MotionAdapter, UNet2DConditionModel, UNetMotionModel

    def built(kind: Any, folder: Path) -> Any:
        return kind.from_config(kind.load_config(folder, local_files_only=True))

    with torch.device("meta"):
        plain, motion = built(UNet2DConditionModel, unet), built(MotionAdapter, adapter)
        for path in loras:
            whole = UNetMotionModel.from_unet2d(plain, motion)
            check_lora_fits(path, AnimateDiffPipeline, whole)


def noise_prior(shape: tuple[int, ...], alpha: float, seed: int) -> Any:
    """Noise (batch, channels, frames, height, width), frames i and j alike by alpha^|i-j|."""
    import torch

    fresh = torch.randn(shape, generator=generator(seed))
    made = fresh.clone()
    for frame in range(1, shape[2]):
        carried = alpha * made[:, :, frame - 1]
        made[:, :, frame] = carried + (1 - alpha**2) ** 0.5 * fresh[:, :, frame]
    return made


def _tokens(path: Path) -> Any:
    """The learned tokens (tokens, width) of one person."""
    import torch

    if path.suffix == ".safetensors":
        from safetensors.torch import load_file

        read: dict[str, Any] = load_file(path)
        tensor = read.get("emb_params")
    else:
        tensor = torch.load(path, map_location="cpu", weights_only=True)["string_to_param"]["*"]
    if tensor is None:
        raise WeightsError(f"{path} has no tensor 'emb_params': it is no textual inversion")
    return tensor.detach()
