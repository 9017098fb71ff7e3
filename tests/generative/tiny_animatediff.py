"""A tiny Stable Diffusion 1.5 with a motion adapter, identities and a camera LoRA."""

from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file

from .checkpoints import clip_text, kl_vae, save
from .tokenizers_built import clip_tokenizer

WIDTH = 32  # of the text


def stable_diffusion(folder: Path, *, fp16: bool = False, sharded: bool = False) -> Path:
    """`SG161222/Realistic_Vision_V5.1_noVAE`: SD 1.5."""
    from diffusers import DDIMScheduler, StableDiffusionPipeline, UNet2DConditionModel
    from transformers import CLIPTokenizer

    size = clip_tokenizer(folder / "tokenizer")
    torch.manual_seed(0)
    unet = UNet2DConditionModel(
        sample_size=8,
        block_out_channels=(8, 16),
        layers_per_block=1,
        norm_num_groups=4,
        down_block_types=("CrossAttnDownBlock2D", "DownBlock2D"),
        up_block_types=("UpBlock2D", "CrossAttnUpBlock2D"),
        cross_attention_dim=WIDTH,
        attention_head_dim=4,
    )
    pipe = StableDiffusionPipeline(
        vae=kl_vae(),
        text_encoder=clip_text(size, projected=False, width=WIDTH),
        tokenizer=CLIPTokenizer.from_pretrained(folder / "tokenizer"),
        unet=unet,
        scheduler=DDIMScheduler(beta_schedule="scaled_linear", steps_offset=1, clip_sample=False),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )
    return save(pipe, folder, fp16=fp16, sharded=sharded)


def motion_adapter(folder: Path) -> Path:
    """`guoyww/animatediff-motion-adapter-v1-5-2`."""
    from diffusers import MotionAdapter

    torch.manual_seed(1)
    adapter = MotionAdapter(
        block_out_channels=(8, 16),
        motion_layers_per_block=1,
        motion_num_attention_heads=2,
        motion_norm_num_groups=4,
        use_motion_mid_block=False,
    )
    adapter.save_pretrained(folder)
    return folder


def identity(path: Path, *, seed: int = 0) -> Path:
    """Four tokens, as A1111 writes a textual inversion."""
    path.parent.mkdir(parents=True, exist_ok=True)
    tokens = torch.randn((4, WIDTH), generator=torch.Generator().manual_seed(seed))
    save_file({"emb_params": tokens}, path)
    return path


def camera_lora(folder: Path, adapter: Path) -> Path:
    """`guoyww/animatediff-motion-lora-*`: a LoRA on the motion modules' attention."""
    from diffusers import MotionAdapter

    torch.manual_seed(2)
    tensors: dict[str, Any] = {}
    model = MotionAdapter.from_pretrained(adapter)
    for name, part in model.named_modules():
        if name.endswith(("to_q", "to_k", "to_v", "to_out.0")):
            place = f"unet.{name}"
            tensors[f"{place}.lora_A.weight"] = torch.randn(2, part.in_features)
            tensors[f"{place}.lora_B.weight"] = torch.randn(part.out_features, 2)
    folder.mkdir(parents=True)
    save_file(tensors, folder / "diffusion_pytorch_model.safetensors")
    return folder
