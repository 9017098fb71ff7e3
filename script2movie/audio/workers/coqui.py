"""XTTS v2 and YourTTS, by the package coqui-tts (0.28; idiap/coqui-ai-TTS).

    <environment>/bin/python coqui.py xtts|yourtts

XTTS's weights are under the Coqui Public Model License (not commercial), YourTTS's CC-BY-NC-ND-4.0.
"""

import sys
from collections.abc import Mapping
from typing import Any

from protocol import Refusal, package_version, serve

MODELS = {
    "xtts": "tts_models/multilingual/multi-dataset/xtts_v2",
    "yourtts": "tts_models/multilingual/multi-dataset/your_tts",
}
LANGUAGES = {"yourtts": {"en": "en", "fr": "fr-fr", "pt": "pt-br"}}


def main() -> None:
    name = sys.argv[1]
    loaded: dict[str, Any] = {}

    def speak(asked: Mapping[str, Any]) -> None:
        import torch
        from TTS.api import TTS

        options = asked["options"]
        if not loaded:
            device = options.get("device") or ("cuda" if torch.cuda.is_available() else "cpu")
            model = options.get("checkpoint", "")
            if model:  # a folder with config.json and the model
                loaded["tts"] = TTS(model_path=model, config_path=f"{model}/config.json").to(device)
            else:
                loaded["tts"] = TTS(MODELS[name]).to(device)
        language = LANGUAGES.get(name, {}).get(asked["language"], asked["language"])
        if name in LANGUAGES and asked["language"] not in LANGUAGES[name]:
            known = ", ".join(LANGUAGES[name])
            raise Refusal(f"{name} speaks {known}, not '{asked['language']}'")
        torch.manual_seed(asked["seed"])
        loaded["tts"].tts_to_file(
            text=asked["text"],
            speaker_wav=asked["reference"],
            language=language,
            speed=asked["speed"],
            file_path=asked["out"],
        )

    install = "give it one with --option speaker.python=, made by: pip install 'coqui-tts[cpu]'"
    serve(name, lambda: package_version("coqui-tts", install), {"speak": speak})


if __name__ == "__main__":
    main()
