"""ModelScope's text to video, tiny, and DreamVideo's adapters in VGen's keys, by hand."""

from pathlib import Path

import torch
from safetensors.torch import save_file

from .checkpoints import clip_text, clip_vision, kl_vae, save
from .tokenizers_built import clip_tokenizer

WIDTH = 32  # of the text
SPATIAL = {  # VGen's names of what looks at a frame in `modelscope`, and the widths
    "input_blocks.1.1": 32, "middle_block.1": 64, "output_blocks.2.1": 32, "output_blocks.3.1": 32
}  # fmt: skip
TEMPORAL = {"input_blocks.0.1": 64} | {
    f"{name[:-1]}2": width for name, width in SPATIAL.items()
}  # the first has eight heads of eight, whatever the width


def modelscope(folder: Path, *, fp16: bool = False, sharded: bool = False) -> Path:
    """`ali-vilab/text-to-video-ms-1.7b`: two levels, the first with attention."""
    import warnings

    from diffusers import DDIMScheduler, UNet3DConditionModel
    from transformers import CLIPTokenizer

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        from diffusers import TextToVideoSDPipeline

        size = clip_tokenizer(folder / "tokenizer")
        torch.manual_seed(0)
        unet = UNet3DConditionModel(
            sample_size=8,
            block_out_channels=(32, 64),
            layers_per_block=1,
            down_block_types=("CrossAttnDownBlock3D", "DownBlock3D"),
            up_block_types=("UpBlock3D", "CrossAttnUpBlock3D"),
            cross_attention_dim=WIDTH,
            attention_head_dim=8,
            norm_num_groups=32,
        )
        pipe = TextToVideoSDPipeline(
            vae=kl_vae(),
            text_encoder=clip_text(size, projected=False, width=WIDTH),
            tokenizer=CLIPTokenizer.from_pretrained(folder / "tokenizer"),
            unet=unet,
            scheduler=DDIMScheduler(
                beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear"
            ),
        )
    return save(pipe, folder, fp16=fp16, sharded=sharded)


def image_encoder(folder: Path) -> Path:
    """`h94/IP-Adapter`, its picture encoder alone."""
    torch.manual_seed(1)
    clip_vision().save_pretrained(folder / "models" / "image_encoder")
    return folder


def identity_adapter(*, seed: int = 2) -> dict[str, torch.Tensor]:
    """Beside the attention to the text, in every block that looks at a frame."""
    return _adapter(
        {name: (width, ("cross_attn_adapter",)) for name, width in SPATIAL.items()}, seed
    )


def motion_adapter(*, seed: int = 3) -> dict[str, torch.Tensor]:
    """Beside all three layers of every block that looks along time, told of an appearance."""
    kinds = ("attn_adapter", "cross_attn_adapter", "ff_adapter")
    places = {name: (width, kinds) for name, width in TEMPORAL.items()}
    return _adapter(places, seed, appearance=32)


def _adapter(
    places: dict[str, tuple[int, tuple[str, ...]]], seed: int, appearance: int = 0
) -> dict[str, torch.Tensor]:
    random = torch.Generator().manual_seed(seed)
    tensors = {}
    for place, (width, kinds) in places.items():
        for kind in kinds:
            layers = {"down_linear": (width // 2, width), "up_linear": (width, width // 2)}
            layers |= {"condition_linear": (width, appearance)} if appearance else {}
            for layer, shape in layers.items():
                key = f"{place}.transformer_blocks.0.{kind}.{layer}"
                tensors[f"{key}.weight"] = torch.randn(shape, generator=random) * 0.2
                tensors[f"{key}.bias"] = torch.randn(shape[0], generator=random) * 0.2
    return tensors


def person(folder: Path, *, pickled: bool = False, seed: int = 2) -> Path:
    """A folder of one person; `pickled` as the authors published it."""
    folder.mkdir(parents=True, exist_ok=True)
    random = torch.Generator().manual_seed(seed)
    learned, tensors = torch.randn((1, WIDTH), generator=random), identity_adapter(seed=seed)
    if pickled:
        told = torch.nn.ParameterDict({"*": torch.nn.Parameter(learned)})
        words = {"string_to_token": {"*": torch.tensor(265)}, "string_to_param": told}
        torch.save(words, folder / "text_embedding_of_dog2_0003000.pth")
        torch.save({"state_dict": tensors, "step": 500}, folder / "dog2_adapter_00000500.pth")
    else:
        save_file({"emb_params": learned}, folder / "text_embedding.safetensors")
        save_file(tensors, folder / "adapter.safetensors")
    return folder


def motion(path: Path, *, seed: int = 3) -> Path:
    """A motion's file: safetensors, or a pickle where its name ends so."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".pth":
        torch.save({"state_dict": motion_adapter(seed=seed), "step": 1500}, path)
    else:
        save_file(motion_adapter(seed=seed), path)
    return path
