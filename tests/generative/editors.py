"""Tiny random checkpoints of models that take reference pictures, as `checkpoints` builds them."""

import json
import shutil
from pathlib import Path

import torch
from safetensors.torch import load_file

from .checkpoints import clip_text, kl_vae, save
from .tokenizers_built import clip_tokenizer, qwen_tokenizer, t5_tokenizer


def flux2_klein(folder: Path, *, fp16: bool = False, sharded: bool = False, seed: int = 3) -> Path:
    """`black-forest-labs/FLUX.2-klein-4B`, distilled."""
    from diffusers import (
        AutoencoderKLFlux2,
        FlowMatchEulerDiscreteScheduler,
        Flux2KleinPipeline,
        Flux2Transformer2DModel,
    )
    from transformers import Qwen2TokenizerFast, Qwen3Config, Qwen3ForCausalLM

    torch.manual_seed(seed)
    size = qwen_tokenizer(folder / "tokenizer")
    config = Qwen3Config(
        vocab_size=size,
        hidden_size=16,
        intermediate_size=16,
        num_hidden_layers=28,  # the pipeline reads layers 9, 18 and 27
        num_attention_heads=2,
        num_key_value_heads=2,
        head_dim=8,
        max_position_embeddings=1024,
        eos_token_id=0,
        bos_token_id=None,
        pad_token_id=0,
    )
    pipe = Flux2KleinPipeline(
        scheduler=FlowMatchEulerDiscreteScheduler(use_dynamic_shifting=True),
        vae=AutoencoderKLFlux2(
            sample_size=32,
            down_block_types=("DownEncoderBlock2D",) * 4,
            up_block_types=("UpDecoderBlock2D",) * 4,
            block_out_channels=(4, 4, 4, 4),
            layers_per_block=1,
            latent_channels=2,
            norm_num_groups=1,
            use_quant_conv=False,
            use_post_quant_conv=False,
        ),
        text_encoder=Qwen3ForCausalLM(config),
        tokenizer=Qwen2TokenizerFast.from_pretrained(folder / "tokenizer"),
        transformer=Flux2Transformer2DModel(
            patch_size=1,
            in_channels=8,
            num_layers=1,
            num_single_layers=1,
            attention_head_dim=16,
            num_attention_heads=2,
            joint_attention_dim=48,
            timestep_guidance_channels=256,
            axes_dims_rope=(4, 4, 4, 4),
            guidance_embeds=False,
        ),
        is_distilled=True,
    )
    return save(pipe, folder, fp16=fp16, sharded=sharded)


def flux_kontext(folder: Path, *, fp16: bool = False, sharded: bool = False, seed: int = 4) -> Path:
    """`black-forest-labs/FLUX.1-Kontext-dev`."""
    from diffusers import (
        FlowMatchEulerDiscreteScheduler,
        FluxKontextPipeline,
        FluxTransformer2DModel,
    )
    from transformers import CLIPTokenizer, T5Config, T5EncoderModel, T5TokenizerFast

    torch.manual_seed(seed)
    clip_size = clip_tokenizer(folder / "tokenizer")
    t5_size = t5_tokenizer(folder / "tokenizer_2")
    pipe = FluxKontextPipeline(
        scheduler=FlowMatchEulerDiscreteScheduler(use_dynamic_shifting=True),
        vae=kl_vae(
            latent_channels=1,
            use_quant_conv=False,
            use_post_quant_conv=False,
            shift_factor=0.0609,
            scaling_factor=1.5035,
        ),
        text_encoder=clip_text(clip_size, projected=False),
        tokenizer=CLIPTokenizer.from_pretrained(folder / "tokenizer"),
        text_encoder_2=T5EncoderModel(
            T5Config(vocab_size=t5_size, d_model=32, d_kv=8, d_ff=37, num_layers=1, num_heads=4)
        ),
        tokenizer_2=T5TokenizerFast.from_pretrained(folder / "tokenizer_2"),
        transformer=FluxTransformer2DModel(
            patch_size=1,
            in_channels=4,
            num_layers=1,
            num_single_layers=1,
            attention_head_dim=16,
            num_attention_heads=2,
            joint_attention_dim=32,
            pooled_projection_dim=32,
            axes_dims_rope=(4, 4, 8),
            guidance_embeds=True,
        ),
    )
    return save(pipe, folder, fp16=fp16, sharded=sharded)


def qwen_image_edit(
    folder: Path, *, fp16: bool = False, sharded: bool = False, seed: int = 5
) -> Path:
    """`Qwen/Qwen-Image-Edit-2509`; the processor as the hub lays it, for pictures and videos."""
    from diffusers import (
        AutoencoderKLQwenImage,
        FlowMatchEulerDiscreteScheduler,
        QwenImageEditPlusPipeline,
        QwenImageTransformer2DModel,
    )
    from transformers import (
        Qwen2_5_VLConfig,
        Qwen2_5_VLForConditionalGeneration,
        Qwen2TokenizerFast,
    )

    torch.manual_seed(seed)
    size = qwen_tokenizer(folder / "tokenizer")
    tokenizer = Qwen2TokenizerFast.from_pretrained(folder / "tokenizer")
    ids = {
        f"{name}_token_id": tokenizer.convert_tokens_to_ids(f"<|{word}|>")
        for name, word in {
            "image": "image_pad",
            "video": "video_pad",
            "vision_start": "vision_start",
            "vision_end": "vision_end",
        }.items()
    }
    text = {
        "vocab_size": size,
        "hidden_size": 16,
        "intermediate_size": 16,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "num_key_value_heads": 2,
        "bos_token_id": 0,
        "eos_token_id": 0,
        "rope_parameters": {
            "mrope_section": [1, 1, 2],
            "rope_type": "default",
            "rope_theta": 1000000.0,
        },
    }
    vision = {
        "depth": 2,
        "hidden_size": 16,
        "intermediate_size": 16,
        "num_heads": 2,
        "out_hidden_size": 16,
        "fullatt_block_indexes": [1],
    }
    pipe = QwenImageEditPlusPipeline(
        scheduler=FlowMatchEulerDiscreteScheduler(use_dynamic_shifting=True),
        vae=AutoencoderKLQwenImage(
            base_dim=4,
            z_dim=4,
            num_res_blocks=1,
            latents_mean=[0.0] * 4,
            latents_std=[1.0] * 4,
        ),
        text_encoder=Qwen2_5_VLForConditionalGeneration(
            Qwen2_5_VLConfig(text_config=text, vision_config=vision, **ids)
        ),
        tokenizer=tokenizer,
        processor=None,  # laid below: as a class it wants torchvision
        transformer=QwenImageTransformer2DModel(
            in_channels=16,
            out_channels=4,
            num_layers=2,
            attention_head_dim=16,
            num_attention_heads=2,
            joint_attention_dim=16,
            axes_dims_rope=(8, 4, 4),
        ),
    )
    save(pipe, folder, fp16=fp16, sharded=sharded)
    _qwen_processor(folder / "processor")
    index = folder / "model_index.json"
    listed = json.loads(index.read_text(encoding="utf-8"))
    listed["processor"] = ["transformers", "Qwen2VLProcessor"]
    index.write_text(json.dumps(listed), encoding="utf-8")
    return folder


def _qwen_processor(folder: Path) -> None:
    """Qwen's own files: the tokenizer's, and how pictures and videos are cut into patches."""
    shutil.copytree(folder.parent / "tokenizer", folder)
    cut = {
        "min_pixels": 3136,
        "max_pixels": 12845056,
        "patch_size": 14,
        "temporal_patch_size": 2,
        "merge_size": 2,
        "image_mean": [0.48145466, 0.4578275, 0.40821073],
        "image_std": [0.26862954, 0.26130258, 0.27577711],
        "image_processor_type": "Qwen2VLImageProcessor",
        "processor_class": "Qwen2VLProcessor",
    }
    for name in ("preprocessor_config.json", "video_preprocessor_config.json"):
        (folder / name).write_text(json.dumps(cut), encoding="utf-8")


def storygen(
    folder: Path,
    *,
    fp16: bool = False,
    sharded: bool = False,
    pickled: bool = False,
    plain: bool = False,
    seed: int = 6,
) -> Path:
    """`haoningwu/StoryGen`: two levels of blocks with attention, like the real one's three.

    `pickled` as the hub has it; `plain` is Stable Diffusion, without StoryGen's own layers.
    """
    from diffusers import DDIMScheduler, StableDiffusionPipeline, UNet2DConditionModel
    from transformers import CLIPTokenizer

    from script2movie.storyboard.visual_context import StoryGenUNet

    torch.manual_seed(seed)
    inside = folder / "checkpoint_StorySalon"
    size = clip_tokenizer(inside / "tokenizer")
    pipe = StableDiffusionPipeline(
        vae=kl_vae(),
        text_encoder=clip_text(size, projected=False),
        tokenizer=CLIPTokenizer.from_pretrained(inside / "tokenizer"),
        unet=(UNet2DConditionModel if plain else StoryGenUNet)(
            sample_size=8,
            block_out_channels=(8, 16),
            layers_per_block=1,
            norm_num_groups=4,
            down_block_types=("CrossAttnDownBlock2D", "DownBlock2D"),
            up_block_types=("UpBlock2D", "CrossAttnUpBlock2D"),
            cross_attention_dim=32,
            attention_head_dim=4,
        ),
        scheduler=DDIMScheduler(
            beta_start=0.00085,
            beta_end=0.012,
            beta_schedule="scaled_linear",
            clip_sample=False,
            set_alpha_to_one=False,
            steps_offset=1,
        ),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )
    save(pipe, inside, fp16=fp16, sharded=sharded)
    # As its authors' own classes named them
    index = inside / "model_index.json"
    listed = json.loads(index.read_text(encoding="utf-8"))
    listed["unet"] = ["model", "UNet2DConditionModel"]
    for name in ("safety_checker", "feature_extractor", "image_encoder"):
        listed.pop(name, None)
    index.write_text(json.dumps(listed), encoding="utf-8")
    config = inside / "unet" / "config.json"
    told = json.loads(config.read_text(encoding="utf-8"))
    config.write_text(json.dumps(told | {"_class_name": "UNet2DConditionModel"}), encoding="utf-8")
    if pickled:
        for part, name in (
            ("unet", "diffusion_pytorch_model"),
            ("vae", "diffusion_pytorch_model"),
            ("text_encoder", "pytorch_model"),
        ):
            (weights,) = (inside / part).glob("*.safetensors")
            torch.save(load_file(weights), inside / part / f"{name}.bin")
            weights.unlink()
    return folder
