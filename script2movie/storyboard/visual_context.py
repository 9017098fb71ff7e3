"""StoryGen's denoiser: Stable Diffusion's, whose every block also looks at earlier pictures.

Visual-language context (Liu et al. 2023, arXiv:2306.00973; haoningwu3639/StoryGen c30c33a8). Let h
be a block's state after self-attention.

    a reference   goes through the same denoiser with its own caption, and each block's h is kept
    the picture   h <- [attn2(norm2 h, text) + h] + [attn3(norm4 h, kept) + h], then feed-forward

`attn3` and `norm4` are what a StoryGen checkpoint has beyond Stable Diffusion's. What is kept is
one `Context` that a call passes down; no block remembers a picture.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

import torch
from diffusers import UNet2DConditionModel
from diffusers.models.attention import BasicTransformerBlock
from diffusers.models.attention_processor import Attention
from diffusers.models.transformers.transformer_2d import Transformer2DModel

__all__ = ["Context", "ContextBlock", "StoryGenUNet", "denoised", "looked_at"]


@dataclass
class Context:
    """States (B, tokens, width) by block: kept of a reference, or read for a picture."""

    states: dict[int, torch.Tensor] = field(default_factory=dict)
    reads: bool = False


class ContextBlock(BasicTransformerBlock):  # type: ignore[misc]
    """A block as `plain` is built, with an attention to what was kept of references."""

    def __init__(self, plain: BasicTransformerBlock, number: int) -> None:
        super().__init__(
            plain.dim,
            plain.num_attention_heads,
            plain.attention_head_dim,
            cross_attention_dim=plain.cross_attention_dim,
            activation_fn=plain.activation_fn,
            attention_bias=plain.attention_bias,
        )
        self.number = number
        self.attn3 = Attention(
            query_dim=plain.dim,
            cross_attention_dim=plain.dim,
            heads=plain.num_attention_heads,
            dim_head=plain.attention_head_dim,
            bias=plain.attention_bias,
        )
        self.norm4 = torch.nn.LayerNorm(plain.dim)

    def forward(
        self,
        hidden_states: torch.Tensor,
        attention_mask: torch.Tensor | None = None,
        encoder_hidden_states: torch.Tensor | None = None,
        encoder_attention_mask: torch.Tensor | None = None,
        timestep: torch.Tensor | None = None,
        cross_attention_kwargs: dict[str, Any] | None = None,
        class_labels: torch.Tensor | None = None,
        added_cond_kwargs: dict[str, torch.Tensor] | None = None,
    ) -> torch.Tensor:
        """(B, tokens, width) to the same; `cross_attention_kwargs` may hold a 'context'."""
        context = (cross_attention_kwargs or {}).get("context")
        state = self.attn1(self.norm1(hidden_states)) + hidden_states
        told = self.attn2(self.norm2(state), encoder_hidden_states=encoder_hidden_states) + state
        if context is not None and context.reads:
            told = told + (self.attn3(self.norm4(state), context.states[self.number]) + state)
        elif context is not None:
            context.states[self.number] = state
        return self.ff(self.norm3(told)) + told


class StoryGenUNet(UNet2DConditionModel):  # type: ignore[misc]
    """`UNet2DConditionModel` in StoryGen's keys; loads and saves like it."""

    @wraps(UNet2DConditionModel.__init__)  # type: ignore[misc]  # its configuration is read off it
    def __init__(self, *sizes: Any, **named: Any) -> None:
        super().__init__(*sizes, **named)
        transformers = [one for one in self.modules() if isinstance(one, Transformer2DModel)]
        for number, one in enumerate(transformers):
            (plain,) = one.transformer_blocks
            one.transformer_blocks[0] = ContextBlock(plain, number)


def looked_at(
    unet: StoryGenUNet,
    scheduler: Any,
    references: Sequence[tuple[torch.Tensor, torch.Tensor]],
    noises: Sequence[torch.Tensor],
    time: torch.Tensor,
    *,
    older_noisier: bool = True,
) -> Context:
    """What a picture at `time` reads of its references, the oldest first.

    A reference is its latents (2, 4, h, w), of a black picture and its own, and its text (2, 77,
    D), nobody's and its caption's; the same noise (1, 4, h, w) goes onto both. Of N references the
    newest is seen at a tenth of the time, the oldest at N tenths; all at a tenth where they are not
    `older_noisier`. The context is for a batch of three: nothing, pictures, pictures.
    """
    states: dict[int, list[torch.Tensor]] = {}
    for age, ((latents, text), noise) in enumerate(zip(references, noises, strict=True)):
        seen = (time / 10).long() * (len(references) - age if older_noisier else 1)
        context = Context()
        noisy = scheduler.add_noise(latents, noise.expand_as(latents), seen.reshape(1))
        unet(noisy, seen, text, cross_attention_kwargs={"context": context})
        for number, state in context.states.items():
            states.setdefault(number, []).append(state[[0, 1, 1]])
    return Context({number: torch.cat(kept, 1) for number, kept in states.items()}, reads=True)


def denoised(
    unet: StoryGenUNet,
    latents: torch.Tensor,
    time: torch.Tensor,
    text: torch.Tensor,
    context: Context,
    *,
    guidance_scale: float,
    image_guidance_scale: float,
) -> torch.Tensor:
    """The noise in latents (1, 4, h, w): of nothing, of the pictures more, of the words more still.

    `text` is (2, 77, D), the negative prompt's and the prompt's.
    """
    told = text[[0, 0, 1]]
    passed = {"context": context} if context.states else None
    noise = unet(torch.cat([latents] * 3), time, told, cross_attention_kwargs=passed).sample
    nothing, pictures, whole = noise.chunk(3)
    by_pictures = image_guidance_scale * (pictures - nothing)
    return nothing + by_pictures + guidance_scale * (whole - pictures)
