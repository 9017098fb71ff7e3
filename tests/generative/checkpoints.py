"""Tiny random checkpoints in the directory and key layout of the real ones, for CPU.

Each builder writes a whole pipeline into a folder, as the hub would lay it. `fp16` writes half
precision under the variant's file names; `sharded` cuts every model into several files with an
index. The classes are the real ones: only the numbers of channels and layers are small.
"""

from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file

from .tokenizers_built import clip_tokenizer

SHARD = "60KB"


def save(pipe: Any, folder: Path, *, fp16: bool = False, sharded: bool = False) -> Path:
    """A pipeline in diffusers' layout, its tokenizers left to whoever built them."""
    from transformers.utils import logging

    logging.disable_progress_bar()
    if fp16:
        for part in pipe.components.values():
            if isinstance(part, torch.nn.Module):
                part.half()
    pipe.save_pretrained(
        folder,
        variant="fp16" if fp16 else None,
        max_shard_size=SHARD if sharded else "10GB",
    )
    return folder


def sdxl_unet(**changes: Any) -> Any:
    """Three levels like the real one, so that attention runs at 1/16 and 1/32 of the picture."""
    from diffusers import UNet2DConditionModel

    config: dict[str, Any] = {
        "sample_size": 8,
        "in_channels": 4,
        "out_channels": 4,
        "down_block_types": ("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
        "up_block_types": ("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
        "block_out_channels": (8, 16, 32),
        "layers_per_block": 1,
        "norm_num_groups": 4,
        "attention_head_dim": (1, 2, 4),
        "use_linear_projection": True,
        "addition_embed_type": "text_time",
        "addition_time_embed_dim": 8,
        "transformer_layers_per_block": (1, 1, 2),
        "projection_class_embeddings_input_dim": 80,
        "cross_attention_dim": 64,
    }
    return UNet2DConditionModel(**(config | changes))


def kl_vae(**changes: Any) -> Any:
    """Eight pixels a latent, like the real one."""
    from diffusers import AutoencoderKL

    config: dict[str, Any] = {
        "block_out_channels": (4, 4, 8, 8),
        "down_block_types": ["DownEncoderBlock2D"] * 4,
        "up_block_types": ["UpDecoderBlock2D"] * 4,
        "latent_channels": 4,
        "norm_num_groups": 4,
        "sample_size": 64,
        "layers_per_block": 1,
    }
    return AutoencoderKL(**(config | changes))


def clip_text(vocabulary: int, *, projected: bool, width: int = 32) -> Any:
    from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection

    config = CLIPTextConfig(
        vocab_size=vocabulary,
        hidden_size=width,
        intermediate_size=37,
        num_hidden_layers=2,
        num_attention_heads=4,
        projection_dim=32,
        max_position_embeddings=77,
        bos_token_id=0,
        eos_token_id=1,
        pad_token_id=1,
        hidden_act="gelu",
    )
    return (CLIPTextModelWithProjection if projected else CLIPTextModel)(config)


def clip_vision(*, image_size: int = 28, width: int = 32) -> Any:
    from transformers import CLIPVisionConfig, CLIPVisionModelWithProjection

    return CLIPVisionModelWithProjection(
        CLIPVisionConfig(
            hidden_size=width,
            intermediate_size=37,
            num_hidden_layers=3,
            num_attention_heads=4,
            image_size=image_size,
            patch_size=14,
            projection_dim=32,
        )
    )


def sdxl(
    folder: Path, *, fp16: bool = False, sharded: bool = False, seed: int = 0, **unet: Any
) -> Path:
    """`stabilityai/stable-diffusion-xl-base-1.0`; `unet` changes the denoiser's configuration."""
    from diffusers import EulerDiscreteScheduler, StableDiffusionXLPipeline
    from transformers import CLIPTokenizer

    torch.manual_seed(seed)
    size = clip_tokenizer(folder / "tokenizer")
    clip_tokenizer(folder / "tokenizer_2")
    pipe = StableDiffusionXLPipeline(
        vae=kl_vae(scaling_factor=0.13025, force_upcast=False),
        text_encoder=clip_text(size, projected=False),
        text_encoder_2=clip_text(size, projected=True),
        tokenizer=CLIPTokenizer.from_pretrained(folder / "tokenizer"),
        tokenizer_2=CLIPTokenizer.from_pretrained(folder / "tokenizer_2"),
        unet=sdxl_unet(**unet),
        scheduler=EulerDiscreteScheduler(
            beta_start=0.00085,
            beta_end=0.012,
            beta_schedule="scaled_linear",
            steps_offset=1,
            timestep_spacing="leading",
        ),
        force_zeros_for_empty_prompt=True,
    )
    return save(pipe, folder, fp16=fp16, sharded=sharded)


def sdxl_of_another_width(folder: Path) -> Path:
    """An SDXL whose text is wider than `ip_adapter` is made for."""
    return sdxl(folder, cross_attention_dim=96)


def controlnet(
    folder: Path, *, fp16: bool = False, sharded: bool = False, seed: int = 7, **unet: Any
) -> Path:
    """`thibaud/controlnet-openpose-sdxl-1.0`: the denoiser's encoder, and a picture's."""
    from diffusers import ControlNetModel

    torch.manual_seed(seed)
    model = ControlNetModel.from_unet(
        sdxl_unet(**unet), conditioning_embedding_out_channels=(4, 8, 8, 8)
    )
    for name, parameter in model.named_parameters():  # a fresh one's are zero
        if name.startswith(("controlnet_down", "controlnet_mid", "controlnet_cond_embedding")):
            torch.nn.init.normal_(parameter, std=0.3)
    if fp16:
        model.half()
    size = SHARD if sharded else "10GB"
    model.save_pretrained(folder, variant="fp16" if fp16 else None, max_shard_size=size)
    return folder


def ip_adapter(folder: Path, *, seed: int = 1, unet: Any = None) -> Path:
    """`h94/IP-Adapter`: Plus-Face for SDXL and its image encoder, in the original keys."""
    torch.manual_seed(seed)
    vision = clip_vision()
    vision.save_pretrained(folder / "models" / "image_encoder")
    width, tokens, inner = 64, 4, 64
    shapes = {
        "latents": (1, tokens, inner),
        "proj_in.weight": (inner, vision.config.hidden_size),
        "proj_in.bias": (inner,),
        "proj_out.weight": (width, inner),
        "proj_out.bias": (width,),
        "norm_out.weight": (width,),
        "norm_out.bias": (width,),
    }
    shapes |= _perceiver(inner)
    tensors = {f"image_proj.{name}": torch.randn(shape) * 0.2 for name, shape in shapes.items()}
    tensors |= _ip_attention(unet or sdxl_unet(), width)
    path = folder / "sdxl_models" / "ip-adapter-plus-face_sdxl_vit-h.safetensors"
    path.parent.mkdir(parents=True)
    save_file(tensors, path)
    return folder


def _perceiver(inner: int) -> dict[str, tuple[int, ...]]:
    """The four layers in which an adapter's tokens ask CLIP's, one head of 64."""
    shapes: dict[str, tuple[int, ...]] = {}
    for layer in range(4):
        for name, shape in {
            "0.norm1.weight": (inner,),
            "0.norm1.bias": (inner,),
            "0.norm2.weight": (inner,),
            "0.norm2.bias": (inner,),
            "0.to_q.weight": (64, inner),
            "0.to_kv.weight": (128, inner),
            "0.to_out.weight": (inner, 64),
            "1.0.weight": (inner,),
            "1.0.bias": (inner,),
            "1.1.weight": (4 * inner, inner),
            "1.3.weight": (inner, 4 * inner),
        }.items():
            shapes[f"layers.{layer}.{name}"] = shape
    return shapes


def face_id_adapter(
    folder: Path, *, seed: int = 2, pickled: bool = False, plus: str = "", clip: int = 32
) -> Path:
    """`h94/IP-Adapter-FaceID` for SDXL: face embeddings of 512 numbers, a LoRA in it.

    `pickled` as the hub has it, in two groups; else as safetensors. `plus` is 'plus' or 'plusv2',
    which have the same tensors and read CLIP's of width `clip`; the plain one reads none.
    """
    identity = 512
    torch.manual_seed(seed)
    width, tokens = 64, 4
    shapes: dict[str, tuple[int, ...]] = {
        "proj.0.weight": (2 * identity, identity),
        "proj.0.bias": (2 * identity,),
        "proj.2.weight": (width * tokens, 2 * identity),
        "proj.2.bias": (width * tokens,),
        "norm.weight": (width,),
        "norm.bias": (width,),
    }
    if plus:
        asked: dict[str, tuple[int, ...]] = {
            "proj_in.weight": (width, clip),
            "proj_in.bias": (width,),
            "proj_out.weight": (width, width),
            "proj_out.bias": (width,),
            "norm_out.weight": (width,),
            "norm_out.bias": (width,),
        }
        asked |= _perceiver(width)
        shapes |= {f"perceiver_resampler.{name}": shape for name, shape in asked.items()}
    tensors = {f"image_proj.{name}": torch.randn(shape) * 0.2 for name, shape in shapes.items()}
    unet = sdxl_unet()
    tensors |= _ip_attention(unet, width) | _attention_lora(unet)
    folder.mkdir(parents=True, exist_ok=True)
    stem = f"ip-adapter-faceid{plus and f'-{plus}'}_sdxl"
    if pickled:
        groups: dict[str, dict[str, torch.Tensor]] = {"image_proj": {}, "ip_adapter": {}}
        for name, tensor in tensors.items():
            group, _, rest = name.partition(".")
            groups[group][rest] = tensor
        torch.save(groups, folder / f"{stem}.bin")
    else:
        save_file(tensors, folder / f"{stem}.safetensors")
    return folder


def _attention_lora(unet: Any, rank: int = 2) -> dict[str, torch.Tensor]:
    """FaceID's updates of every attention's four layers, numbered like its processors."""
    tensors = {}
    for number, name in enumerate(unet.attn_processors):
        attention = unet.get_submodule(name.removesuffix(".processor"))
        for which in ("q", "k", "v", "out"):
            layer = attention.to_out[0] if which == "out" else getattr(attention, f"to_{which}")
            key = f"ip_adapter.{number}.to_{which}_lora"
            tensors[f"{key}.down.weight"] = torch.randn(rank, layer.in_features) * 0.3
            tensors[f"{key}.up.weight"] = torch.randn(layer.out_features, rank) * 0.3
    return tensors


def _ip_attention(unet: Any, width: int) -> dict[str, torch.Tensor]:
    """Keys and values of every cross-attention, numbered as IP-Adapter numbers them."""
    tensors = {}
    for number, name in enumerate(unet.attn_processors):
        if name.endswith("attn2.processor"):
            attention = unet.get_submodule(name.removesuffix(".processor"))
            for which in ("k", "v"):
                weight = torch.randn(attention.inner_dim, width) * 0.5
                tensors[f"ip_adapter.{number}.to_{which}_ip.weight"] = weight
    return tensors
