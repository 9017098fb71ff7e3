"""Consistent self-attention: pictures of one character attend to each other's tokens.

StoryDiffusion (Zhou et al. 2024, arXiv:2405.01434): image i attends to P_i = [I_i, S_i] in place of
its own tokens I_i, where S_i is a random sample of the tokens of the other identity images. Rates
and schedule as published with the code (HVision-NKU/StoryDiffusion 8de45e42): only in the decoder's
self-attention; the first step is plain; later ones are consistent with probability 0.7, from step
20 on 0.9, decided anew at every call; which tokens are sampled is drawn anew at every step.

What is shared is one `Sharing` object that a call passes down to the attention; neither the
processors nor this module keep anything, so that two pictures cannot meet by accident.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from diffusers.models.attention_processor import AttnProcessor2_0

__all__ = ["Bank", "ConsistentSelfAttention", "Sharing", "install"]

EARLY, LATE = 0.3, 0.1  # share of calls that stay plain before and from `TURN` on
TURN = 20  # step from which on more calls are consistent


@dataclass
class Bank:
    """Sampled tokens of a character's identity images: by step and attention layer.

    Each entry is (2, tokens, width): without and with the prompt, or (1, tokens, width) where
    pictures are not guided. Kept in the computer's memory.
    """

    tokens: dict[tuple[int, str], torch.Tensor] = field(default_factory=dict)


@dataclass
class Sharing:
    """One call's sharing.

    pixels     height and width of the pictures: tells the two resolutions of attention apart
    rates      the share of tokens sampled at 1/32 and at 1/16 of the picture
    seed       of what is sampled, and of which calls stay plain
    write      where the batch is identity images: the bank that their tokens go to
    read       the banks of the people in the picture, where it is another
    """

    pixels: tuple[int, int]
    rates: tuple[float, float]
    seed: int
    write: Bank | None = None
    read: Sequence[Bank] = ()

    def __post_init__(self) -> None:
        self.restart()

    def restart(self, *, guided: bool = True) -> None:
        """Before the first step of a picture, or of the same picture tried again.

        `guided` says that every picture is drawn without the prompt too.
        """
        self.step, self.num_prompts = 0, 2 if guided else 1
        self.generator = torch.Generator("cpu").manual_seed(self.seed)
        self._kept: dict[tuple[int, int], torch.Tensor] = {}
        if self.write is not None:
            self.write.tokens.clear()

    def next_step(self) -> None:
        """To be told after every denoising step."""
        self.step += 1
        self._kept.clear()

    def is_plain(self) -> bool:
        """Whether the call at hand is plain attention; draws from the generator."""
        if self.step == 0:
            return True
        drawn = float(torch.rand((), generator=self.generator))
        return drawn <= (EARLY if self.step < TURN else LATE)

    def kept(self, image: int, num_tokens: int) -> torch.Tensor:
        """Which tokens of an identity image the others see in this step: indices, ascending."""
        if (image, num_tokens) not in self._kept:
            height, width = self.pixels
            rate = self.rates[num_tokens != (height // 32) * (width // 32)]
            drawn = torch.rand(num_tokens, generator=self.generator) < rate
            self._kept[image, num_tokens] = drawn.nonzero()[:, 0]
        return self._kept[image, num_tokens]


class ConsistentSelfAttention(AttnProcessor2_0):  # type: ignore[misc]
    """diffusers' own attention, over more tokens where a `Sharing` says so.

    Batches are laid out as pipelines lay them: all pictures without the prompt, then all with it,
    or these alone.
    """

    def __init__(self, layer: str = "") -> None:
        """`layer` names the attention in the model, and so its tokens in a bank."""
        super().__init__()
        self.layer = layer

    def __call__(
        self,
        attn: Any,
        hidden_states: torch.Tensor,  # (2 * B, N, C)
        encoder_hidden_states: torch.Tensor | None = None,
        attention_mask: torch.Tensor | None = None,
        temb: torch.Tensor | None = None,
        sharing: Sharing | None = None,
    ) -> torch.Tensor:
        plain = super().__call__
        if sharing is None:
            return plain(attn, hidden_states, encoder_hidden_states, attention_mask, temb)
        pictures = hidden_states.unflatten(0, (sharing.num_prompts, -1))  # (2, B, N, C)
        shared = self._samples(pictures, sharing)
        if sharing.is_plain() or not any(one.shape[1] for one in shared):
            return plain(attn, hidden_states, None, attention_mask, temb)
        drawn = []
        for number in range(pictures.shape[1]):
            own = pictures[:, number]
            others = [one for k, one in enumerate(shared) if sharing.write is None or k != number]
            seen = torch.cat([own, *others], dim=1)
            drawn.append(plain(attn, own, seen, None, temb))
        return torch.stack(drawn, dim=1).flatten(0, 1)

    def _samples(self, pictures: torch.Tensor, sharing: Sharing) -> list[torch.Tensor]:
        """Tokens to be seen by others: of each identity image, or of each bank: (2, n, C)."""
        if sharing.write is None:
            entries = [bank.tokens[sharing.step, self.layer] for bank in sharing.read]
            return [one.to(pictures.device, pictures.dtype) for one in entries]
        num_tokens = pictures.shape[2]
        samples = []
        for number in range(pictures.shape[1]):
            kept = sharing.kept(number, num_tokens).to(pictures.device)
            samples.append(pictures[:, number, kept])
        bank = torch.cat(samples, dim=1).detach().cpu()
        sharing.write.tokens[sharing.step, self.layer] = bank
        return samples


def install(unet: Any) -> None:
    """Puts consistent self-attention into the decoder; without a `Sharing` it changes nothing."""
    processors = dict(unet.attn_processors)
    for name in processors:
        if name.startswith("up_blocks") and name.endswith("attn1.processor"):
            processors[name] = ConsistentSelfAttention(name)
    unet.set_attn_processor(processors)
