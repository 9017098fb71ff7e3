"""Trains one LoRA a person on SDXL from their portraits: what 'sdxl-lora' draws with.

DreamBooth's recipe (Ruiz et al. 2022, arXiv:2208.12242) on low-rank updates of the attention (Hu et
al. 2021, arXiv:2106.09685), as AutoStory trains one for each character: the portraits under the
person's own word, class images under the bare noun so that the noun stays what it was.

    <folder>/Anna.safetensors        the LoRA, in diffusers' keys
    <folder>/Anna.json               its word, its base, and how it was trained
    <folder>/Anna.state.safetensors  where training stands, until it is done

Every step draws its noise from the seed and its own number, so that a training gone on with ends
with the same weights as one never stopped.
"""

import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from script2movie.errors import BankError, SettingsError, ShotFailed, WeightsError, writing

__all__ = ["Lora", "Recipe", "read_lora", "train"]

TARGETS = ("to_q", "to_k", "to_v", "to_out.0")
SAVE_EVERY = 50  # steps
LEARNER = "learner"  # the adapter's name in the denoiser
Picture = NDArray[np.uint8]


@dataclass(frozen=True)
class Recipe:
    """How a LoRA is trained. `rate` is the learning rate, `prior` the weight of class images."""

    steps: int = 500
    rank: int = 8
    rate: float = 1e-4
    prior: float = 1.0
    num_class_images: int = 8
    pixels: int = 1024
    seed: int = 0


@dataclass(frozen=True)
class Lora:
    """A trained LoRA: `word` calls the person in a prompt, `base` is the model's fingerprint."""

    path: Path
    word: str
    base: str


def read_lora(folder: Path, name: str, base: str) -> Lora:
    """The LoRA of a person.

    Raises:
        BankError: the person has none.
        WeightsError: it is damaged, or was trained on another base.
    """
    path, about = folder / f"{name}.safetensors", folder / f"{name}.json"
    if not path.is_file() or not about.is_file():
        raise BankError(
            f"{name} has no LoRA in {folder}: script2movie train-lora --cast DIR --out {folder}"
        )
    try:
        told = json.loads(about.read_text(encoding="utf-8"))
        found = Lora(path, told["word"], told["base"])
    except (ValueError, LookupError, TypeError):
        raise WeightsError(f"{about} is damaged: train {name}'s LoRA again") from None
    if found.base != base:
        raise WeightsError(
            f"{path} is for another base model ({found.base}, not {base}): train it again, or "
            "choose its base with --option storyboard.model="
        )
    return found


def train(
    pipe: Any,
    portraits: Sequence[Picture],
    name: str,
    noun: str,
    folder: Path,
    base: str,
    recipe: Recipe,
    told: Callable[[int, int, float], None],
) -> Lora:
    """Trains the LoRA of `name`, or goes on where a run before was stopped.

    `portraits` are squares (H, W, 3); `told` hears of every step: number, of how many, loss.

    Raises:
        SettingsError: a training with other options was stopped there.
        ShotFailed: the loss is no number.
        WeightsError: what a run before kept is damaged.
    """
    import torch

    word = f"{noun} {name.lower()}"
    state = folder / f"{name}.state.safetensors"
    about = {"word": word, "base": base, "recipe": asdict(recipe)}
    # 1. Pictures and words into latents and embeddings, once
    batches = _Batches(pipe, portraits, word, noun, recipe)
    # 2. The adapter and its optimiser, or where they were
    unet = pipe.unet.requires_grad_(False)
    parameters = _adapted(unet, recipe)
    try:
        optimiser = torch.optim.AdamW(list(parameters.values()), lr=recipe.rate)
        first = _restored(state, about, parameters, optimiser, batches.device)
        # Half a float has no room for gradients as small as these
        scaler = torch.amp.GradScaler(
            batches.device.type, init_scale=2.0**12, enabled=batches.dtype == torch.float16
        )
        unet.train()
        # 3. The steps
        for step in range(first, recipe.steps):
            loss = batches.loss(unet, step)
            if not torch.isfinite(loss):
                raise ShotFailed(
                    f"training {name}'s LoRA, the loss of step {step + 1} is no number: the model "
                    "is damaged, or its numbers too narrow: --option storyboard.dtype=bfloat16"
                )
            scaler.scale(loss).backward()
            scaler.step(optimiser)
            scaler.update()
            optimiser.zero_grad()
            if (step + 1) % SAVE_EVERY == 0 and step + 1 < recipe.steps:
                _keep(state, about, step + 1, parameters, optimiser)
            told(step + 1, recipe.steps, float(loss.detach()))
        # 4. The file that pipelines load
        return _finished(pipe, name, folder, about)
    finally:
        unet.eval()
        unet.delete_adapters(LEARNER)


class _Batches:
    """Latents and embeddings of the portraits and of the class images, and the loss on them."""

    def __init__(
        self, pipe: Any, portraits: Sequence[Picture], word: str, noun: str, recipe: Recipe
    ) -> None:
        import torch

        self.scheduler, self.recipe = pipe.scheduler, recipe
        self.device, self.dtype = pipe._execution_device, pipe.unet.dtype
        betas = pipe.scheduler.alphas_cumprod
        self.signal = betas.to(self.device, torch.float32)
        with torch.no_grad():
            self.own = [self._latents(pipe, one) for one in portraits]
            self.own_words = self._words(pipe, f"a photo of {word}")
            self.noun_words = self._words(pipe, f"a photo of {noun}")
            self.others = [self._latents(pipe, one) for one in _class_images(pipe, noun, recipe)]
        side = recipe.pixels
        self.sizes = torch.tensor(
            [[side, side, 0, 0, side, side]], device=self.device, dtype=self.dtype
        )

    def loss(self, unet: Any, step: int) -> Any:
        """Mean squared error of the predicted noise, the class images' weighted beside it."""
        import torch

        generator = torch.Generator("cpu").manual_seed(self.recipe.seed * 1_000_003 + step)
        loss = self._one(unet, self.own, self.own_words, generator)
        if self.others:
            loss = loss + self.recipe.prior * self._one(
                unet, self.others, self.noun_words, generator
            )
        return loss

    def _one(self, unet: Any, latents: Sequence[Any], words: tuple[Any, Any], rng: Any) -> Any:
        import torch

        chosen = latents[int(torch.randint(len(latents), (), generator=rng))]
        time = int(torch.randint(len(self.signal), (), generator=rng))
        noise = torch.randn(chosen.shape, generator=rng).to(self.device)
        share = self.signal[time]
        noisy = share.sqrt() * chosen + (1 - share).sqrt() * noise
        with torch.autocast(self.device.type, self.dtype, enabled=self.dtype != torch.float32):
            predicted = unet(
                noisy.to(self.dtype),
                torch.tensor([time], device=self.device),
                encoder_hidden_states=words[0],
                added_cond_kwargs={"text_embeds": words[1], "time_ids": self.sizes},
            ).sample
        wanted = noise
        if self.scheduler.config.prediction_type == "v_prediction":
            wanted = share.sqrt() * noise - (1 - share).sqrt() * chosen
        return torch.nn.functional.mse_loss(predicted.float(), wanted)

    def _latents(self, pipe: Any, picture: Picture) -> Any:
        import torch
        from PIL import Image

        side, vae = self.recipe.pixels, pipe.vae
        pixels = pipe.image_processor.preprocess(Image.fromarray(picture), height=side, width=side)
        kept = vae.dtype
        if vae.config.force_upcast:  # half precision overflows in it
            vae.to(torch.float32)
        found = vae.encode(pixels.to(self.device, vae.dtype)).latent_dist.mode()
        vae.to(kept)  # the pipeline draws class images with it as it was
        return found.float() * vae.config.scaling_factor

    def _words(self, pipe: Any, text: str) -> tuple[Any, Any]:
        words, _, pooled, _ = pipe.encode_prompt(text, do_classifier_free_guidance=False)
        return words, pooled


def _class_images(pipe: Any, noun: str, recipe: Recipe) -> Iterator[Picture]:
    """What the base model takes the bare noun for."""
    import torch

    for number in range(recipe.num_class_images):
        drawn = pipe(
            f"a photo of {noun}",
            width=recipe.pixels,
            height=recipe.pixels,
            num_inference_steps=20,
            generator=torch.Generator("cpu").manual_seed(recipe.seed + number),
            output_type="np",
        ).images[0]
        yield np.asarray((drawn * 255).round(), np.uint8)


def _adapted(unet: Any, recipe: Recipe) -> dict[str, Any]:
    """The parameters of a fresh adapter on the denoiser, by name; they alone are trained."""
    import torch
    from peft import LoraConfig

    unet.add_adapter(
        LoraConfig(r=recipe.rank, lora_alpha=recipe.rank, target_modules=list(TARGETS)),
        adapter_name=LEARNER,
    )
    generator = torch.Generator("cpu").manual_seed(recipe.seed)
    parameters = {name: one for name, one in unet.named_parameters() if f".{LEARNER}." in name}
    with torch.no_grad():
        for name, one in parameters.items():
            one.requires_grad_(True)
            one.data = one.data.float()
            if "lora_A" in name:
                one.copy_(torch.randn(one.shape, generator=generator) / recipe.rank)
            else:
                one.zero_()
    return parameters


def _keep(
    state: Path, about: dict[str, Any], step: int, parameters: dict[str, Any], optimiser: Any
) -> None:
    from safetensors.torch import save_file

    tensors = {}
    for name, one in parameters.items():
        moments = optimiser.state[one]
        tensors[f"{name}|value"] = one.detach().cpu().contiguous()
        for which in ("exp_avg", "exp_avg_sq"):
            tensors[f"{name}|{which}"] = moments[which].cpu().contiguous()
    draft = state.with_suffix(".part")
    with writing(state):
        save_file(tensors, draft, {"about": json.dumps(about), "step": str(step)})
        draft.replace(state)


def _restored(
    state: Path, about: dict[str, Any], parameters: dict[str, Any], optimiser: Any, device: Any
) -> int:
    """The step to go on with, 0 where nothing was kept; it may go on to more steps than planned.

    `device` is where steps are made: an offloaded parameter is elsewhere until then.
    """
    import torch
    from safetensors import SafetensorError, safe_open

    if not state.is_file():
        return 0
    try:
        with safe_open(state, "pt") as file:
            told = file.metadata() or {}
            step, of = int(told["step"]), json.loads(told["about"])
            steps = about["recipe"]["steps"]
            if of | {"recipe": of["recipe"] | {"steps": steps}} != about or step > steps:
                raise SettingsError(
                    f"{state} is where another training was stopped, at step {step} of {of}: "
                    "type its options and go on, or delete it to begin anew"
                )
            with torch.no_grad():
                for name, one in parameters.items():
                    one.copy_(file.get_tensor(f"{name}|value"))
                    optimiser.state[one] = {
                        "step": torch.tensor(float(step)),
                        "exp_avg": file.get_tensor(f"{name}|exp_avg").to(device),
                        "exp_avg_sq": file.get_tensor(f"{name}|exp_avg_sq").to(device),
                    }
    except (SafetensorError, LookupError, ValueError, TypeError):
        raise WeightsError(f"{state} is damaged: delete it and train again") from None
    return step


def _finished(pipe: Any, name: str, folder: Path, about: dict[str, Any]) -> Lora:
    from peft import get_peft_model_state_dict

    unet = pipe.unet
    layers = get_peft_model_state_dict(unet, adapter_name=LEARNER)
    path = folder / f"{name}.safetensors"
    with writing(path):
        draft = folder / f".{name}.part"
        pipe.save_lora_weights(draft, unet_lora_layers=layers, weight_name=path.name)
        (draft / path.name).replace(path)
        shutil.rmtree(draft)
        text = json.dumps(about, indent=1)
        (folder / f"{name}.json").write_text(text, encoding="utf-8")
        (folder / f"{name}.state.safetensors").unlink(missing_ok=True)
        return Lora(path, about["word"], about["base"])
