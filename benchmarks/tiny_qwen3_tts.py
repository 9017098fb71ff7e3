"""A tiny Qwen3-TTS with random weights in the published layout, to run the real package on a CPU.

    ENV/bin/python benchmarks/tiny_qwen3_tts.py FOLDER   # ENV has qwen-tts 0.1.1
    script2movie make STORY --cast DIR --speaker qwen3-tts --takes 1 \
        --option speaker.python=ENV/bin/python --option speaker.checkpoint=FOLDER

What it says is noise. Not among the tests: the package pins transformers 4.57.
"""

import json
import sys
from pathlib import Path

import torch
from qwen_tts.core.models.configuration_qwen3_tts import Qwen3TTSConfig
from qwen_tts.core.models.modeling_qwen3_tts import Qwen3TTSForConditionalGeneration
from qwen_tts.core.models.processing_qwen3_tts import Qwen3TTSProcessor
from qwen_tts.core.tokenizer_12hz.configuration_qwen3_tts_tokenizer_v2 import (
    Qwen3TTSTokenizerV2Config,
)
from qwen_tts.core.tokenizer_12hz.modeling_qwen3_tts_tokenizer_v2 import Qwen3TTSTokenizerV2Model
from transformers import EncodecFeatureExtractor, Qwen2TokenizerFast
from transformers.models.gpt2.tokenization_gpt2 import bytes_to_unicode

GROUPS, CODES = 4, 64  # codebooks, and entries of each
SPECIAL = {  # of the text: configuration's name, token
    "im_start_token_id": "<|im_start|>",
    "im_end_token_id": "<|im_end|>",
    "tts_pad_token_id": "<tts_pad>",
    "tts_bos_token_id": "<tts_text_bos>",
    "tts_eos_token_id": "<tts_text_eod>",
}
SMALL = {
    "hidden_size": 32,
    "intermediate_size": 64,
    "num_attention_heads": 2,
    "num_key_value_heads": 1,
    "head_dim": 16,
    "num_code_groups": GROUPS,
}


def main() -> None:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(0)
    # 1. A tokenizer of single bytes
    bytes_known = {byte: n for n, byte in enumerate(sorted(bytes_to_unicode().values()))}
    (folder / "vocab.json").write_text(json.dumps(bytes_known))
    (folder / "merges.txt").write_text("#version: 0.2\n")
    tokenizer = Qwen2TokenizerFast(str(folder / "vocab.json"), str(folder / "merges.txt"))
    tokenizer.add_special_tokens({"additional_special_tokens": [*SPECIAL.values()]})
    Qwen3TTSProcessor(tokenizer).save_pretrained(folder)
    # 2. The talker: of its codes, the last 1 024 are never sampled but for the end
    first = CODES + 980
    ends = ("eos", "think", "nothink", "think_bos", "think_eos", "pad", "bos")
    talker = {
        **SMALL,
        "vocab_size": CODES + 1024,
        "num_hidden_layers": 2,
        "text_hidden_size": 32,
        "text_vocab_size": 300,
        **{
            f"codec_{'eos_token' if end == 'eos' else end}_id": first + n
            for n, end in enumerate(ends)
        },
        "codec_language_id": {"english": first + 20, "chinese": first + 21},
        "spk_id": {},
        "spk_is_dialect": {},
        "rope_scaling": {"rope_type": "default", "mrope_section": [2, 3, 3], "interleaved": True},
        "code_predictor_config": {**SMALL, "vocab_size": CODES, "num_hidden_layers": 1},
    }
    listener = {
        "mel_dim": 128,
        "enc_dim": 32,
        "enc_channels": [16, 16, 16, 16, 48],
        "enc_attention_channels": 8,
        "enc_res2net_scale": 2,
        "enc_se_channels": 8,
    }
    configuration = Qwen3TTSConfig(
        talker_config=talker,
        speaker_encoder_config=listener,
        tokenizer_type="qwen3_tts_tokenizer_12hz",
        tts_model_size="0b6",
        tts_model_type="base",
        **{name: tokenizer.convert_tokens_to_ids(token) for name, token in SPECIAL.items()},
    )
    Qwen3TTSForConditionalGeneration(configuration).save_pretrained(folder)
    saved = json.loads((folder / "config.json").read_text())
    saved["speaker_encoder_config"] = listener  # its class takes nothing more
    (folder / "config.json").write_text(json.dumps(saved, indent=1))
    sampling = {"do_sample": True, "top_k": 20, "temperature": 0.9, "max_new_tokens": 25}
    (folder / "generation_config.json").write_text(json.dumps(sampling))
    # 3. The codec, loud enough to be heard
    small = {
        "hidden_size": 32,
        "intermediate_size": 32,
        "num_attention_heads": 2,
        "num_key_value_heads": 2,
        "head_dim": 16,
        "num_hidden_layers": 1,
        "codebook_size": CODES,
        "num_quantizers": GROUPS,
    }
    encoder = {
        "num_filters": 4,
        "codebook_dim": 16,
        "vector_quantization_hidden_dimension": 16,
        "upsample_groups": 32,
        "num_semantic_quantizers": 1,
    }
    decoder = {"latent_dim": 32, "decoder_dim": 32, "codebook_dim": 32}
    codec = Qwen3TTSTokenizerV2Model(
        Qwen3TTSTokenizerV2Config(
            encoder_config={**small, **encoder},
            decoder_config={**small, **decoder},
            encoder_valid_num_quantizers=GROUPS,
        )
    )
    with torch.no_grad():
        for values in (*codec.decoder.parameters(), *codec.decoder.buffers()):
            if values.is_floating_point():
                if not values.abs().sum():
                    values.normal_()
                elif values.ndim == 3:
                    values.mul_(3.0)
    codec.save_pretrained(folder / "speech_tokenizer")
    EncodecFeatureExtractor(feature_size=1, sampling_rate=24_000).save_pretrained(
        folder / "speech_tokenizer"
    )


if __name__ == "__main__":
    main()
