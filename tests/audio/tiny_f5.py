"""A tiny F5-TTS of random weights in the layout of the published one."""

from importlib.resources import files
from pathlib import Path

import yaml

from script2movie.audio.f5 import _inference_module


def write_tiny_f5(folder: Path) -> dict[str, str]:
    """A config, a checkpoint, a vocoder; returns the options that choose them."""
    _inference_module()
    import torch
    from f5_tts.model import CFM, DiT
    from f5_tts.model.utils import get_tokenizer
    from safetensors.torch import save_file
    from vocos import Vocos

    torch.manual_seed(0)
    # 1. Vocos as load_vocoder reads it from a folder
    vocoder = folder / "vocos"
    vocoder.mkdir(parents=True)
    mel = {"sample_rate": 24000, "n_fft": 1024, "hop_length": 256, "n_mels": 100}
    backbone = {"input_channels": 100, "dim": 32, "intermediate_dim": 64, "num_layers": 1}
    head = {"dim": 32, "n_fft": 1024, "hop_length": 256, "padding": "center"}
    extractor = "vocos.feature_extractors.MelSpectrogramFeatures"
    config = {
        "feature_extractor": {"class_path": extractor, "init_args": {**mel, "padding": "center"}},
        "backbone": {"class_path": "vocos.models.VocosBackbone", "init_args": backbone},
        "head": {"class_path": "vocos.heads.ISTFTHead", "init_args": head},
    }
    (vocoder / "config.yaml").write_text(yaml.safe_dump(config))
    weights = Vocos.from_hparams(str(vocoder / "config.yaml")).state_dict()
    torch.save(weights, vocoder / "pytorch_model.bin")
    # 2. The model's config as the package ships it, but small
    package = files("f5_tts")
    whole = yaml.safe_load((package / "configs/F5TTS_v1_Base.yaml").read_text())
    small = {"dim": 32, "depth": 1, "heads": 2, "text_dim": 16, "conv_layers": 1}
    whole["model"]["arch"] |= small
    (folder / "tiny.yaml").write_text(yaml.safe_dump(whole))
    # 3. Its weights under the names of the published checkpoint
    vocabulary, size = get_tokenizer(str(package / "infer/examples/vocab.txt"), "custom")
    model = CFM(
        transformer=DiT(**whole["model"]["arch"], text_num_embeds=size, mel_dim=100),
        mel_spec_kwargs={
            **{"n_fft": 1024, "hop_length": 256, "win_length": 1024, "n_mel_channels": 100},
            **{"target_sample_rate": 24000, "mel_spec_type": "vocos"},
        },
        odeint_kwargs={"method": "euler"},
        vocab_char_map=vocabulary,
    )
    for weight in model.parameters():
        if not weight.abs().sum():  # what starts at zero would say nothing
            torch.nn.init.normal_(weight, std=0.02)
    named = {f"ema_model.{key}": value.contiguous() for key, value in model.state_dict().items()}
    save_file(named, str(folder / "model_1.safetensors"))
    return {
        "speaker.model": str(folder / "tiny.yaml"),
        "speaker.checkpoint": str(folder / "model_1.safetensors"),
        "speaker.vocoder": str(vocoder),
        "speaker.steps": "2",
    }
