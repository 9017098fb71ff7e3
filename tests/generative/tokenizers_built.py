"""Tokenizers built here, in the file layout of the real ones: no vocabulary is downloaded."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer, pre_tokenizers, trainers
from tokenizers.models import BPE

WORDS = (
    "photograph film still of a woman man girl boy young old adult child in the kitchen "
    "forest street room office night day morning evening medium shot close-up wide full extreme "
    "two-shot over shoulder looking left right at camera wearing red blue coat dress shirt "
    "stands sits walks speaks holds letter window table light soft dark cinematic noir comic "
    "sketch drawing ink black white low quality blurry deformed text watermark portrait person "
    "same as reference image keep face background interior exterior standing with and on by "
)


@cache
def _byte_pairs(suffix: str, specials: tuple[str, ...]) -> tuple[dict[str, int], list[str]]:
    ends: dict[str, Any] = {"end_of_word_suffix": suffix} if suffix else {}
    trained = Tokenizer(BPE(**ends))
    trained.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
    trainer = trainers.BpeTrainer(
        vocab_size=900,
        special_tokens=list(specials),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
        **ends,
    )
    trained.train_from_iterator([WORDS] * 4, trainer)
    model = json.loads(trained.to_str())["model"]
    vocabulary: dict[str, int] = dict(model["vocab"])
    if suffix:
        for letter in pre_tokenizers.ByteLevel.alphabet():
            vocabulary.setdefault(letter + suffix, len(vocabulary))
    return vocabulary, [" ".join(pair) for pair in model["merges"]]


def clip_tokenizer(folder: Path) -> int:
    """CLIP's layout: vocab.json, merges.txt, 77 tokens. Returns the size of the vocabulary."""
    vocabulary, merges = _byte_pairs("</w>", ("<|startoftext|>", "<|endoftext|>"))
    folder.mkdir(parents=True)
    folder.joinpath("vocab.json").write_text(json.dumps(vocabulary), encoding="utf-8")
    text = "\n".join(["#version: 0.2", *merges]) + "\n"
    folder.joinpath("merges.txt").write_text(text, encoding="utf-8")
    config = {
        "tokenizer_class": "CLIPTokenizer",
        "bos_token": "<|startoftext|>",
        "eos_token": "<|endoftext|>",
        "pad_token": "<|endoftext|>",
        "unk_token": "<|endoftext|>",
        "model_max_length": 77,
    }
    folder.joinpath("tokenizer_config.json").write_text(json.dumps(config), encoding="utf-8")
    return len(vocabulary)


def qwen_tokenizer(folder: Path) -> int:
    """Qwen's layout with a chat template. Returns the size of the vocabulary."""
    specials = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")
    vision = ("<|vision_start|>", "<|vision_end|>", "<|image_pad|>", "<|video_pad|>")
    vocabulary, merges = _byte_pairs("", (*specials, *vision))
    folder.mkdir(parents=True)
    folder.joinpath("vocab.json").write_text(json.dumps(vocabulary), encoding="utf-8")
    text = "\n".join(["#version: 0.2", *merges]) + "\n"
    folder.joinpath("merges.txt").write_text(text, encoding="utf-8")
    template = (
        "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
        "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
    )
    config = {
        "tokenizer_class": "Qwen2Tokenizer",
        "eos_token": "<|im_end|>",
        "pad_token": "<|endoftext|>",
        "additional_special_tokens": [*specials[1:], *vision],
        "chat_template": template,
        "model_max_length": 131072,
    }
    folder.joinpath("tokenizer_config.json").write_text(json.dumps(config), encoding="utf-8")
    return len(vocabulary)


def t5_tokenizer(folder: Path) -> int:
    """T5's fast layout (tokenizer.json). Returns the size of the vocabulary."""
    from transformers import T5TokenizerFast

    words = dict.fromkeys(WORDS.split())
    letters = [chr(code) for code in range(33, 127)]
    pieces = ["<pad>", "</s>", "<unk>", "▁", *(f"▁{word}" for word in words), *letters]
    vocabulary = [(piece, -float(number)) for number, piece in enumerate(dict.fromkeys(pieces))]
    tokenizer = T5TokenizerFast(vocab=vocabulary, extra_ids=0, model_max_length=512)
    tokenizer.save_pretrained(folder)
    return len(vocabulary)
