"""Published weights in small: random, seeded, in the directory formats of the real ones."""

import json
import warnings
from pathlib import Path
from typing import Any

__all__ = ["clip", "dino", "i3d", "inception", "linear_head", "wavlm", "whisper"]


def clip(folder: Path, *, width: int = 32) -> Path:
    """A CLIPModel with a tokenizer of single letters."""
    import torch
    from transformers import CLIPConfig, CLIPModel

    torch.manual_seed(0)
    size = {"hidden_size": width, "intermediate_size": 64, "num_hidden_layers": 2}
    size |= {"num_attention_heads": 2}
    letters = [chr(code) for code in range(33, 127)]
    words = [*letters, *(f"{letter}</w>" for letter in letters)]
    words += ["<|startoftext|>", "<|endoftext|>"]
    text = {**size, "vocab_size": len(words), "max_position_embeddings": 77}
    text |= {"bos_token_id": len(words) - 2, "eos_token_id": len(words) - 1}
    picture = {**size, "image_size": 32, "patch_size": 8}
    config = CLIPConfig(text_config=text, vision_config=picture, projection_dim=24)
    CLIPModel(config).save_pretrained(folder)
    vocabulary = {word: number for number, word in enumerate(words)}
    (folder / "vocab.json").write_text(json.dumps(vocabulary), "utf-8")
    (folder / "merges.txt").write_text("#version: 0.2\n", "utf-8")
    return folder


def linear_head(path: Path, width: int) -> Path:
    import torch

    torch.manual_seed(1)
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.save(torch.nn.Linear(width, 1).state_dict(), path)
    return path


def dino(folder: Path) -> Path:
    import torch
    from transformers import ViTConfig, ViTModel

    torch.manual_seed(2)
    config = ViTConfig(
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        image_size=224,
        patch_size=16,
    )
    ViTModel(config, add_pooling_layer=False).save_pretrained(folder)
    return folder


def i3d(path: Path) -> Path:
    """TorchScript with the published file's call: (N, 3, T, 224, 224) to (N, 400)."""
    import torch

    class Tiny(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.look = torch.nn.Conv3d(3, 400, (4, 16, 16), stride=(4, 16, 16))

        def forward(
            self,
            x: torch.Tensor,
            rescale: bool = False,
            resize: bool = False,
            return_features: bool = False,
        ) -> torch.Tensor:
            return self.look(x).mean(dim=[2, 3, 4])

    torch.manual_seed(3)
    path.parent.mkdir(parents=True, exist_ok=True)
    with warnings.catch_warnings():  # torch wants exports instead; what is published is TorchScript
        warnings.simplefilter("ignore", DeprecationWarning)
        torch.jit.script(Tiny()).save(str(path))
    return path


def inception(path: Path) -> Path:
    """The published file's 566 names and shapes, each with random numbers of a sane size."""
    import torch

    shapes = json.loads(Path(__file__).with_name("inception_shapes.json").read_text("utf-8"))
    draw = torch.Generator().manual_seed(4)
    state: dict[str, Any] = {}
    for name, shape in shapes.items():
        numbers = torch.randn(shape, generator=draw)
        if name.endswith("conv.weight") or name == "fc.weight":
            numbers *= (2 / numbers[0].numel()) ** 0.5
        elif name.endswith(("running_var", "bn.weight")):
            numbers = 1 + 0.1 * numbers.abs()
        elif name.endswith("num_batches_tracked"):
            numbers = torch.tensor(1)
        else:
            numbers *= 0.1
        state[name] = numbers
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.save(state, path)
    return path


def whisper(folder: Path) -> Path:
    """A WhisperForConditionalGeneration with its processor, vocabulary of bytes and of times."""
    import torch
    from tokenizers.pre_tokenizers import ByteLevel
    from transformers import (
        GenerationConfig,
        WhisperConfig,
        WhisperFeatureExtractor,
        WhisperForConditionalGeneration,
        WhisperProcessor,
        WhisperTokenizer,
    )

    folder.mkdir(parents=True, exist_ok=True)
    special = ["<|endoftext|>", "<|startoftranscript|>", "<|en|>", "<|transcribe|>"]
    special += ["<|notimestamps|>"]
    stamps = [f"<|{number / 50:.2f}|>" for number in range(1501)]
    words = [*sorted(ByteLevel.alphabet()), *special, *stamps]
    vocabulary = {word: number for number, word in enumerate(words)}
    (folder / "vocab.json").write_text(json.dumps(vocabulary), "utf-8")
    (folder / "merges.txt").write_text("#version: 0.2\n", "utf-8")
    tokenizer = WhisperTokenizer(vocab=vocabulary, merges=[])
    tokenizer.add_special_tokens({"additional_special_tokens": special[1:]})
    tokenizer.add_tokens(stamps)
    ids = {word: vocabulary[word] for word in special}
    torch.manual_seed(5)
    config = WhisperConfig(
        vocab_size=len(words),
        d_model=32,
        encoder_layers=1,
        decoder_layers=1,
        encoder_attention_heads=2,
        decoder_attention_heads=2,
        encoder_ffn_dim=32,
        decoder_ffn_dim=32,
        max_target_positions=16,
        num_mel_bins=80,
        pad_token_id=ids["<|endoftext|>"],
        bos_token_id=ids["<|endoftext|>"],
        eos_token_id=ids["<|endoftext|>"],
        decoder_start_token_id=ids["<|startoftranscript|>"],
    )
    model = WhisperForConditionalGeneration(config)
    model.generation_config = GenerationConfig(
        is_multilingual=True,
        lang_to_id={"<|en|>": ids["<|en|>"]},
        task_to_id={"transcribe": ids["<|transcribe|>"]},
        no_timestamps_token_id=ids["<|notimestamps|>"],
        max_initial_timestamp_index=50,
        alignment_heads=[[0, 0], [0, 1]],
        decoder_start_token_id=ids["<|startoftranscript|>"],
        eos_token_id=ids["<|endoftext|>"],
        pad_token_id=ids["<|endoftext|>"],
        max_length=12,
    )
    model.save_pretrained(folder)
    WhisperProcessor(WhisperFeatureExtractor(), tokenizer).save_pretrained(folder)
    return folder


def wavlm(folder: Path) -> Path:
    import torch
    from transformers import WavLMConfig, WavLMForXVector

    torch.manual_seed(6)
    config = WavLMConfig(
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        conv_dim=(16, 16),
        conv_stride=(10, 16),
        conv_kernel=(10, 16),
        num_feat_extract_layers=2,
        num_conv_pos_embeddings=16,
        num_conv_pos_embedding_groups=2,
        tdnn_dim=(32, 32, 32),
        tdnn_kernel=(5, 3, 1),
        tdnn_dilation=(1, 2, 1),
        xvector_output_dim=24,
    )
    WavLMForXVector(config).save_pretrained(folder)
    return folder


def drawn(shapes: dict[str, list[int]], seed: int) -> dict[str, Any]:
    """Tensors of such names and shapes, their numbers of a sane size, the same on any machine."""
    import numpy as np
    import torch

    draw = np.random.default_rng(seed)
    state: dict[str, Any] = {}
    for name, shape in shapes.items():
        numbers = draw.uniform(-1, 1, shape).astype(np.float32)
        if len(shape) > 1:
            numbers *= (4.5 / numbers[0].size) ** 0.5  # keeps the size of what goes through
        elif name.endswith("num_batches_tracked"):
            numbers = np.array(1)
        elif name.endswith(("running_var", "norm1.weight", "norm2.weight", "downsample.1.weight")):
            numbers = 1 + 0.2 * numbers
        else:
            numbers *= 0.1
        state[name] = torch.from_numpy(np.asarray(numbers))
    return state


def raft(path: Path) -> Path:
    """The published file's 179 names and shapes; its flow stays within a few pixels."""
    import torch

    shapes = json.loads(Path(__file__).with_name("raft_shapes.json").read_text("utf-8"))
    state = drawn(shapes, 7)
    state["module.update_block.flow_head.conv2.weight"] *= 0.02
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.save(state, path)
    return path


def moving_pictures(height: int, width: int) -> tuple[Any, Any]:
    """Two frames (height, width, 3) of soft noise, the second moved by (3, -2) pixels."""
    import cv2
    import numpy as np

    rng = np.random.default_rng(8)
    whole = rng.integers(0, 256, (height // 4 + 4, width // 4 + 4, 3), dtype=np.uint8)
    whole = cv2.resize(whole, None, fx=4, fy=4, interpolation=cv2.INTER_LINEAR)
    return whole[4 : 4 + height, 4 : 4 + width], whole[6 : 6 + height, 1 : 1 + width]


def amt(path: Path) -> Path:
    """The published file's 213 names and shapes, beside an epoch and an optimiser's rate."""
    import numpy as np
    import torch

    shapes = json.loads(Path(__file__).with_name("amt_shapes.json").read_text("utf-8"))
    state = drawn(shapes, 12)
    for name in state:  # flows of some pixels, colours that are no black and white
        if name.endswith("weight") and state[name].dim() == 1:
            state[name] = 0.25 + state[name]
        elif name.endswith("convblock.2.weight"):
            state[name] *= 0.15 if name.startswith("decoder1") else 0.5
        elif name.startswith("comb_block.2") or "flow_head.2" in name:
            state[name] *= 0.1
    path.parent.mkdir(parents=True, exist_ok=True)
    rate = {"param_groups": [{"lr": np.float64(2e-5)}]}
    torch.save({"epoch": 299, "state_dict": state, "optim": rate}, path)
    return path
