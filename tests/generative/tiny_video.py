"""Tiny random checkpoints of video models in their true folder and key layout.

Every builder constructs the very classes that a published checkpoint names, a few channels wide,
and writes them as diffusers does; nothing here is read by the package.
"""

from pathlib import Path
from typing import Any

import torch


def save(pipe: Any, folder: Path, *, variant: str | None = None, shard: str = "10GB") -> Path:
    """The pipeline as a checkpoint; `shard` is the largest size of a file of weights."""
    if variant == "fp16":
        pipe = pipe.to(dtype=torch.float16)
    pipe.save_pretrained(folder, variant=variant, max_shard_size=shard)
    return folder


def svd() -> Any:
    from diffusers import (
        AutoencoderKLTemporalDecoder,
        EulerDiscreteScheduler,
        StableVideoDiffusionPipeline,
        UNetSpatioTemporalConditionModel,
    )
    from transformers import (
        CLIPImageProcessor,
        CLIPVisionConfig,
        CLIPVisionModelWithProjection,
    )

    torch.manual_seed(0)
    unet = UNetSpatioTemporalConditionModel(
        sample_size=16,
        num_frames=6,
        block_out_channels=(32, 64),
        layers_per_block=1,
        down_block_types=("CrossAttnDownBlockSpatioTemporal", "DownBlockSpatioTemporal"),
        up_block_types=("UpBlockSpatioTemporal", "CrossAttnUpBlockSpatioTemporal"),
        cross_attention_dim=32,
        num_attention_heads=(2, 4),
        projection_class_embeddings_input_dim=96,
        addition_time_embed_dim=32,
    )
    vae = AutoencoderKLTemporalDecoder(
        block_out_channels=(32, 32, 32, 32),
        down_block_types=("DownEncoderBlock2D",) * 4,
        layers_per_block=1,
        scaling_factor=0.18215,
    )
    scheduler = EulerDiscreteScheduler(
        beta_start=0.00085,
        beta_end=0.012,
        beta_schedule="scaled_linear",
        prediction_type="v_prediction",
        sigma_max=700.0,
        sigma_min=0.002,
        timestep_spacing="leading",
        timestep_type="continuous",
        use_karras_sigmas=True,
    )
    vision = CLIPVisionConfig(
        hidden_size=32,
        projection_dim=32,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=37,
        image_size=224,
        patch_size=32,
    )
    return StableVideoDiffusionPipeline(
        vae=vae,
        image_encoder=CLIPVisionModelWithProjection(vision),
        unet=unet,
        scheduler=scheduler,
        feature_extractor=CLIPImageProcessor(crop_size=224, size=224),
    )


def words() -> list[tuple[str, float]]:
    """A unigram vocabulary in which any ASCII text can be spelled."""
    letters = [chr(code) for code in range(33, 127)]
    pieces = ["▁", *letters, *(f"▁{letter}" for letter in letters)]
    return [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), *((piece, -3.0) for piece in pieces)]


def t5(width: int, *, multilingual: bool = False) -> tuple[Any, Any]:
    """A text encoder of `width` and its tokenizer: T5 v1.1, or UMT5."""
    from transformers import T5Config, T5EncoderModel, T5Tokenizer, UMT5Config, UMT5EncoderModel

    shape: dict[str, Any] = {
        "vocab_size": 400,
        "d_model": width,
        "d_kv": 8,
        "d_ff": 37,
        "num_layers": 2,
        "num_heads": 4,
        "feed_forward_proj": "gated-gelu",
    }
    torch.manual_seed(0)
    if multilingual:
        return UMT5EncoderModel(UMT5Config(**shape)), T5Tokenizer(vocab=words())
    return T5EncoderModel(T5Config(**shape)), T5Tokenizer(vocab=words())


def wan(kind: str = "2.1") -> Any:
    """Wan 2.1, 2.2 A14B ('a14b') or 2.2 TI2V 5B ('5b')."""
    from diffusers import (
        AutoencoderKLWan,
        UniPCMultistepScheduler,
        WanImageToVideoPipeline,
        WanTransformer3DModel,
    )
    from transformers import CLIPImageProcessor, CLIPVisionConfig, CLIPVisionModel

    small, first = kind == "5b", kind == "2.1"
    torch.manual_seed(0)
    if small:
        vae = AutoencoderKLWan(
            base_dim=4,
            decoder_base_dim=4,
            z_dim=16,
            dim_mult=[1, 1, 1, 1],
            num_res_blocks=1,
            temperal_downsample=[False, True, True],
            is_residual=True,
            in_channels=12,
            out_channels=12,
            patch_size=2,
            scale_factor_spatial=16,
        )
    else:
        vae = AutoencoderKLWan(base_dim=4, z_dim=16, dim_mult=[1, 1, 1, 1], num_res_blocks=1)

    def denoiser() -> Any:
        return WanTransformer3DModel(
            num_attention_heads=2,
            attention_head_dim=12,
            in_channels=16 if small else 36,
            out_channels=16,
            text_dim=32,
            freq_dim=32,
            ffn_dim=32,
            num_layers=2,
            rope_max_seq_len=64,
            image_dim=32 if first else None,
            added_kv_proj_dim=24 if first else None,
        )

    text_encoder, tokenizer = t5(32, multilingual=True)
    vision = CLIPVisionConfig(
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=37,
        image_size=32,
        patch_size=16,
    )
    return WanImageToVideoPipeline(
        tokenizer=tokenizer,
        text_encoder=text_encoder,
        vae=vae,
        scheduler=UniPCMultistepScheduler(
            prediction_type="flow_prediction", use_flow_sigmas=True, flow_shift=3.0
        ),
        image_processor=CLIPImageProcessor(crop_size=32, size=32) if first else None,
        image_encoder=CLIPVisionModel(vision) if first else None,
        transformer=denoiser(),
        transformer_2=denoiser() if kind == "a14b" else None,
        boundary_ratio=0.9 if kind == "a14b" else None,
        expand_timesteps=small,
    )


def wan_a14b() -> Any:
    return wan("a14b")


def wan_5b() -> Any:
    return wan("5b")
