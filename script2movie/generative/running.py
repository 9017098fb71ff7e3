"""Where and how thriftily a model runs: options that every diffusion backend has.

    device        where; a machine without it is refused, never served by another
    dtype         of the weights and the arithmetic
    offload       what lies in the computer's memory while it is not computed with
    tiling        the picture decoder works in tiles: less memory, the same picture but for rounding
    attention     the kernel; only models built of transformers let it be chosen
    quantisation  weights kept in 8 bits and widened for use
    caching       steps that skip what hardly changed: faster, a slightly other picture

Device and offload change no picture and are in no fingerprint. An option that names a checkpoint
says so in its metadata, for `script2movie weights` to list it: `checkpoint` is True, or of the
options says whether they want it. Imports torch and diffusers when a model is placed, not before.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field, fields, replace
from typing import Any, Literal

from script2movie.errors import BackendUnavailable, SettingsError, WeightsError
from script2movie.generative.checkpoints import require

__all__ = ["Dtype", "Running", "Stills", "check", "place", "thriftier", "torch_dtype"]


Dtype = Literal["float16", "bfloat16", "float32"]


INVISIBLE = {"device", "offload", "allow_pickle"}  # options that change no picture
SHARE, COUNT, AMOUNT = (0, 1), (1, math.inf), (0, math.inf)
BOUNDS: dict[str, tuple[float, float]] = {  # of options that are numbers, by their names
    **dict.fromkeys(("steps", "longest", "rank", "training_steps"), COUNT),
    **dict.fromkeys(("pixels", "class_images", "motion", "noise", "shortcut_scale"), AMOUNT),
    **dict.fromkeys(("guidance", "guidance_scale", "image_guidance_scale"), AMOUNT),
    **dict.fromkeys(("ip_adapter_scale", "controlnet_scale", "rate_16", "rate_32"), SHARE),
    **dict.fromkeys(("alpha", "face_strength", "tile_strength"), SHARE),
    "identity_images": (1, 4),
    "previous_shots": (0, 3),
    "training_pixels": (64, math.inf),
}
SMALLEST = 64 * 64  # pixels of a picture


def _help(text: str) -> dict[str, str]:
    return {"help": text}


@dataclass(frozen=True)
class Running:
    """The base of a diffusion backend's `Options`. Profiles set these (see `settings`)."""

    device: Literal["cuda", "cpu", "mps"] = field(
        default="cuda", metadata=_help("cuda, mps, or cpu (hours, not minutes)")
    )
    dtype: Dtype = field(default="float16", metadata=_help("float16, bfloat16 or float32"))
    offload: Literal["none", "model", "group"] = field(
        default="none",
        metadata=_help("none, model (a part at a time on the GPU) or group (a layer at a time)"),
    )
    tiling: bool = field(default=False, metadata=_help("decode pictures in tiles: less memory"))
    attention: str = field(
        default="native",
        metadata=_help("native, flash, sage, xformers ...: diffusers' attention backends"),
    )
    quantisation: Literal["none", "float8"] = field(
        default="none", metadata=_help("float8 keeps weights in 8 bits")
    )
    caching: Literal["none", "first-block"] = field(
        default="none", metadata=_help("first-block skips what hardly changes between steps")
    )
    preview: bool = field(default=False, metadata=_help("few steps, small; the same seeds"))
    allow_pickle: bool = field(
        default=False, metadata=_help("read weights that are pickles, which can run code")
    )

    @property
    def fingerprint(self) -> str:
        """What of the options changes a picture.

        Checkpoints name themselves; an option that changes none says `unseen` in its metadata.
        """
        return " ".join(
            f"{one.name}={getattr(self, one.name)}"
            for one in fields(self)
            if one.name not in INVISIBLE
            and not one.metadata.get("checkpoint")
            and not one.metadata.get("unseen")
        )


class Stills:
    """What a preview leaves of a model of single pictures: a base of its `Options`.

    Adds no option: a backend has its own defaults of steps and pixels.
    """

    steps: int
    pixels: int
    preview: bool

    @property
    def num_inference_steps(self) -> int:
        return max(1, self.steps // 3) if self.preview else self.steps

    @property
    def area(self) -> int:
        return self.pixels // 4 if self.preview else self.pixels


def check(running: Running, backend: str, *, transformer: bool, caches: bool = True) -> None:
    """Refuses what this machine or this kind of model cannot do, before anything is loaded.

    `backend` is told as 'storyboard flux2-klein'; `transformer` says whether the denoiser is one,
    `caches` whether diffusers can skip steps of it.

    Raises:
        BackendUnavailable: torch or diffusers is missing, or the device is.
        SettingsError: options that contradict each other or the model.
    """
    require("torch", "diffusers", "transformers", "accelerate", backend=backend)
    stage = backend.partition(" ")[0]
    for one in fields(running):
        least, most = BOUNDS.get(one.name, (-math.inf, math.inf))
        if one.name == "pixels" and isinstance(running, Stills):
            least = SMALLEST
        value = getattr(running, one.name)
        if one.name in BOUNDS and not least <= value <= most:
            room = f"at least {least}" if most == math.inf else f"{least} to {most}"
            raise SettingsError(f"--option {stage}.{one.name} is {value}; it must be {room}")
    for name, plain, able in (
        ("attention", "native", transformer),
        ("caching", "none", transformer and caches),
    ):
        if not able and getattr(running, name) != plain:
            raise SettingsError(
                f"the model of {backend} cannot have {name} '{getattr(running, name)}': "
                f"leave out --option {stage}.{name}="
            )
    if running.attention != "native":
        _check_attention(running.attention, f"--option {stage}.attention=")
    if running.device == "cpu" and running.offload != "none":
        raise SettingsError(
            f"{backend}: offload '{running.offload}' moves weights off a GPU, and the device is "
            f"cpu: leave out --option {stage}.offload="
        )
    if running.device == "cpu" and running.dtype == "float16":
        raise SettingsError(
            f"{backend}: a CPU computes no float16 pictures: --option {stage}.dtype=float32"
        )
    import torch

    there = {
        "cuda": torch.cuda.is_available(),
        "mps": torch.backends.mps.is_available(),
        "cpu": True,
    }
    if not there[running.device]:
        raise BackendUnavailable(
            f"{backend} wants the device '{running.device}', which torch {torch.__version__} does "
            f"not find here: install a driver and a torch build for it, or type "
            f"--option {stage}.device=cpu --option {stage}.dtype=float32 (slow)"
        )


def _check_attention(kernel: str, option: str) -> None:
    """Raises SettingsError for a kernel that diffusers does not know, or that is not here."""
    from diffusers import AttentionBackendName, attention_backend

    known = [one.value for one in AttentionBackendName if "_hub" not in one.value]
    if kernel not in known:  # one of the hub is code, fetched in the middle of a run
        usual = ", ".join(one for one in known if not one.startswith("_"))
        raise SettingsError(f"{option} is '{kernel}'; it must be one of {usual}")
    try:
        with attention_backend(kernel):
            pass
    except (ImportError, RuntimeError) as error:
        raise SettingsError(
            f"{option} '{kernel}' cannot be used here: {error} Or leave the option out"
        ) from None


def torch_dtype(running: Running) -> Any:
    """The torch dtype of the weights."""
    import torch

    return getattr(torch, running.dtype)


def place(pipe: Any, running: Running) -> Any:
    """Puts a freshly loaded pipeline where it runs, as the options say; returns it.

    Raises:
        WeightsError: a part of it has been given no weights.
    """
    import torch

    for name, part in pipe.components.items():
        parameters = part.named_parameters() if isinstance(part, torch.nn.Module) else ()
        if lost := next((key for key, one in parameters if one.is_meta), ""):
            raise WeightsError(
                f"the checkpoint's {name} has no tensor '{lost}': it is damaged or of another "
                "architecture: choose another, or fetch it again"
            )
    denoisers = [
        part
        for name in ("unet", "transformer", "transformer_2")
        if (part := getattr(pipe, name, None)) is not None
    ]
    decoder = getattr(pipe, "vae", None)
    if running.tiling and decoder is not None:
        for way in ("tiling", "slicing"):
            if hasattr(decoder, f"use_{way}"):  # every decoder has the method, not all can
                getattr(decoder, f"enable_{way}")()
    for denoiser in denoisers:
        if running.quantisation == "float8":
            denoiser.enable_layerwise_casting(
                storage_dtype=torch.float8_e4m3fn, compute_dtype=torch_dtype(running)
            )
        if denoiser is not getattr(pipe, "unet", None):  # always: diffusers' default is global
            denoiser.set_attention_backend(running.attention)
        if running.caching == "first-block":
            from diffusers import FirstBlockCacheConfig

            denoiser.enable_cache(FirstBlockCacheConfig(threshold=0.1))
    if running.offload == "model":
        pipe.enable_model_cpu_offload(device=running.device)
    elif running.offload == "group":
        pipe.enable_group_offload(
            onload_device=torch.device(running.device),
            offload_device=torch.device("cpu"),
            offload_type="leaf_level",
            use_stream=running.device == "cuda",
        )
    else:
        pipe.to(running.device)
    pipe.set_progress_bar_config(disable=True)
    return pipe


def thriftier(running: Running) -> Iterator[Running]:
    """The same options with ever less memory: tiles first, then offloading, never another dtype."""
    if not running.tiling:
        running = replace(running, tiling=True)
        yield running
    if running.device == "cpu":
        return
    for offload in ("model", "group"):
        if running.offload == "none" or (running.offload == "model" and offload == "group"):
            running = replace(running, offload=offload)
            yield running
