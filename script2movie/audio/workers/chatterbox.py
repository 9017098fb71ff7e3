"""Chatterbox (Resemble AI), by the package chatterbox-tts (0.1.7), which pins torch 2.6.

    <environment>/bin/python chatterbox.py

Code and weights MIT; its sound carries an inaudible watermark.
"""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

sys.path.append(sys.path.pop(0))  # this file has the package's name: the package comes first
from protocol import package_version, serve

EXCITED = 0.75  # exaggeration of a line said with force; 0.5 is plain


def main() -> None:
    loaded: dict[str, Any] = {}

    def speak(asked: Mapping[str, Any]) -> None:
        import soundfile  # type: ignore[import-untyped]
        import torch
        from chatterbox.tts import ChatterboxTTS

        options = asked["options"]
        if not loaded:
            device = options.get("device") or ("cuda" if torch.cuda.is_available() else "cpu")
            folder = options.get("checkpoint", "")
            loaded["tts"] = (
                ChatterboxTTS.from_local(Path(folder), device)
                if folder
                else ChatterboxTTS.from_pretrained(device=device)
            )
        torch.manual_seed(asked["seed"])
        strong = asked["gain"] > 1.0
        sound = loaded["tts"].generate(
            asked["text"],
            audio_prompt_path=asked["reference"],
            exaggeration=EXCITED if strong else 0.5,
            cfg_weight=0.3 if asked["speed"] < 0.95 else 0.5,
        )
        soundfile.write(asked["out"], sound.squeeze().cpu().numpy(), loaded["tts"].sr)

    install = "give it one with --option speaker.python=, made by: pip install chatterbox-tts"
    serve("chatterbox", lambda: package_version("chatterbox-tts", install), {"speak": speak})


if __name__ == "__main__":
    main()
