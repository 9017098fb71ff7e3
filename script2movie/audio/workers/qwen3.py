"""Qwen3-TTS (Alibaba), by the package qwen-tts (0.1.1), which pins transformers 4.57.

    <environment>/bin/python qwen3.py

Code and weights Apache-2.0. A base model clones: the others have voices of their own, and refuse.
"""

from collections.abc import Mapping
from typing import Any

from protocol import Refusal, package_version, serve

MODEL = "Qwen/Qwen3-TTS-12Hz-1.7B-Base"
LANGUAGES = {
    "zh": "Chinese",
    "en": "English",
    "ja": "Japanese",
    "ko": "Korean",
    "de": "German",
    "fr": "French",
    "ru": "Russian",
    "pt": "Portuguese",
    "es": "Spanish",
    "it": "Italian",
}


def main() -> None:
    loaded: dict[str, Any] = {}

    def speak(asked: Mapping[str, Any]) -> None:
        import soundfile  # type: ignore[import-untyped]
        import torch
        from qwen_tts import Qwen3TTSModel

        if asked["language"] not in LANGUAGES:
            known = ", ".join(LANGUAGES)
            raise Refusal(f"qwen3-tts speaks {known}, not '{asked['language']}'")
        options = asked["options"]
        if not loaded:
            cuda = torch.cuda.is_available()
            device = options.get("device") or ("cuda" if cuda else "cpu")
            loaded["tts"] = Qwen3TTSModel.from_pretrained(
                options.get("checkpoint") or MODEL,
                device_map=device,
                dtype=torch.float32 if device == "cpu" else torch.bfloat16,
            )
        torch.manual_seed(asked["seed"])
        sounds, rate = loaded["tts"].generate_voice_clone(
            text=asked["text"],
            language=LANGUAGES[asked["language"]],
            ref_audio=asked["reference"],
            ref_text=asked["transcript"],
        )
        soundfile.write(asked["out"], sounds[0], rate)

    install = "give it one with --option speaker.python=, made by: pip install qwen-tts"
    serve("qwen3-tts", lambda: package_version("qwen-tts", install), {"speak": speak})


if __name__ == "__main__":
    main()
