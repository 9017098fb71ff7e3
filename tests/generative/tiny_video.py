"""Tiny random checkpoints of video models in their true folder and key layout.

As `checkpoints`: the very classes that a published checkpoint names, a few channels wide, written
as diffusers writes them.
"""

import json
from pathlib import Path
from typing import Any

import torch

from .checkpoints import clip_text, kl_vae, save
from .tokenizers_built import clip_tokenizer, t5_tokenizer


def svd(folder: Path, *, fp16: bool = False, sharded: bool = False) -> Path:
    """`stabilityai/stable-video-diffusion-img2vid`, of 6 frames."""
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
    pipe = StableVideoDiffusionPipeline(
        vae=vae,
        image_encoder=CLIPVisionModelWithProjection(vision),
        unet=unet,
        scheduler=scheduler,
        feature_extractor=CLIPImageProcessor(crop_size=224, size=224),
    )
    return save(pipe, folder, fp16=fp16, sharded=sharded)


def t5(folder: Path, width: int, *, multilingual: bool = False) -> tuple[Any, Any]:
    """A text encoder of `width` and its tokenizer: T5 v1.1, or UMT5."""
    from transformers import (
        T5Config,
        T5EncoderModel,
        T5TokenizerFast,
        UMT5Config,
        UMT5EncoderModel,
    )

    shape: dict[str, Any] = {
        "vocab_size": t5_tokenizer(folder / "tokenizer"),
        "d_model": width,
        "d_kv": 8,
        "d_ff": 37,
        "num_layers": 2,
        "num_heads": 4,
        "feed_forward_proj": "gated-gelu",
    }
    tokenizer = T5TokenizerFast.from_pretrained(folder / "tokenizer")
    torch.manual_seed(0)
    if multilingual:
        return UMT5EncoderModel(UMT5Config(**shape)), tokenizer
    return T5EncoderModel(T5Config(**shape)), tokenizer


def wan(folder: Path, kind: str = "2.1", *, fp16: bool = False, sharded: bool = False) -> Path:
    """`Wan-AI/Wan2.1-I2V-14B-480P-Diffusers`, Wan2.2's A14B ('a14b') or TI2V-5B ('5b').

    't2v' is a 2.1 that starts from text alone.
    """
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
            in_channels=16 if small or kind == "t2v" else 36,
            out_channels=16,
            text_dim=32,
            freq_dim=32,
            ffn_dim=32,
            num_layers=2,
            rope_max_seq_len=64,
            image_dim=32 if first else None,
            added_kv_proj_dim=24 if first else None,
        )

    text_encoder, tokenizer = t5(folder, 32, multilingual=True)
    vision = CLIPVisionConfig(
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=37,
        image_size=32,
        patch_size=16,
    )
    pipe = WanImageToVideoPipeline(
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
    save(pipe, folder, fp16=fp16, sharded=sharded)
    if not small:  # published before diffusers' decoder had these
        config = folder / "vae" / "config.json"
        told = json.loads(config.read_text(encoding="utf-8"))
        new = ("scale_factor_temporal", "scale_factor_spatial", "is_residual", "patch_size")
        older = {key: value for key, value in told.items() if key not in new}
        config.write_text(json.dumps(older), encoding="utf-8")
    return folder


def cogvideox(
    folder: Path, *, second: bool = False, fp16: bool = False, sharded: bool = False
) -> Path:
    """`THUDM/CogVideoX-5b-I2V`, or `zai-org/CogVideoX1.5-5B-I2V` where `second`."""
    from diffusers import (
        AutoencoderKLCogVideoX,
        CogVideoXDDIMScheduler,
        CogVideoXImageToVideoPipeline,
        CogVideoXTransformer3DModel,
    )

    text_encoder, tokenizer = t5(folder, 32)
    torch.manual_seed(0)
    own = {
        "use_learned_positional_embeddings": not second,
        "patch_size_t": 2 if second else None,
        "patch_bias": not second,
        "ofs_embed_dim": 16 if second else None,
        "sample_frames": 33 if second else 9,
    }
    transformer = CogVideoXTransformer3DModel(
        num_attention_heads=2,
        attention_head_dim=16,
        in_channels=8,
        out_channels=4,
        time_embed_dim=16,
        text_embed_dim=32,
        num_layers=2,
        sample_width=18,
        sample_height=12,
        patch_size=2,
        temporal_compression_ratio=4,
        max_text_seq_length=224 if second else 226,
        use_rotary_positional_embeddings=True,
        **own,
    )
    vae = AutoencoderKLCogVideoX(
        down_block_types=("CogVideoXDownBlock3D",) * 4,
        up_block_types=("CogVideoXUpBlock3D",) * 4,
        block_out_channels=(8, 8, 8, 8),
        latent_channels=4,
        layers_per_block=1,
        norm_num_groups=2,
        temporal_compression_ratio=4,
        scaling_factor=0.7,
        invert_scale_latents=second,
    )
    pipe = CogVideoXImageToVideoPipeline(
        tokenizer=tokenizer,
        text_encoder=text_encoder,
        vae=vae,
        transformer=transformer,
        scheduler=CogVideoXDDIMScheduler(
            prediction_type="v_prediction",
            rescale_betas_zero_snr=True,
            snr_shift_scale=1.0,
            timestep_spacing="trailing",
        ),
    )
    return save(pipe, folder, fp16=fp16, sharded=sharded)


def i2vgen_xl(folder: Path, *, fp16: bool = False, sharded: bool = False) -> Path:
    """`ali-vilab/i2vgen-xl`."""
    import warnings

    from diffusers import DDIMScheduler, I2VGenXLPipeline, I2VGenXLUNet
    from transformers import (
        CLIPImageProcessor,
        CLIPTokenizer,
        CLIPVisionConfig,
        CLIPVisionModelWithProjection,
    )

    size = clip_tokenizer(folder / "tokenizer")
    torch.manual_seed(0)
    unet = I2VGenXLUNet(
        sample_size=16,
        block_out_channels=(4, 8),
        layers_per_block=1,
        norm_num_groups=2,
        down_block_types=("CrossAttnDownBlock3D", "DownBlock3D"),
        up_block_types=("UpBlock3D", "CrossAttnUpBlock3D"),
        cross_attention_dim=16,
        attention_head_dim=4,
        num_attention_heads=None,
    )
    vision = CLIPVisionConfig(
        hidden_size=16,
        projection_dim=16,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=37,
        image_size=224,
        patch_size=32,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        pipe = I2VGenXLPipeline(
            vae=kl_vae(),
            text_encoder=clip_text(size, projected=False, width=16),
            tokenizer=CLIPTokenizer.from_pretrained(folder / "tokenizer"),
            image_encoder=CLIPVisionModelWithProjection(vision),
            feature_extractor=CLIPImageProcessor(crop_size=224, size=224),
            unet=unet,
            scheduler=DDIMScheduler(
                beta_schedule="squaredcos_cap_v2",
                prediction_type="v_prediction",
                rescale_betas_zero_snr=True,
                clip_sample=False,
                set_alpha_to_one=False,
                steps_offset=1,
            ),
        )
    return save(pipe, folder, fp16=fp16, sharded=sharded)
