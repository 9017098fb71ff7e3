"""pyannote's speaker diarization, by the package pyannote.audio (4.0).

    <environment>/bin/python diarization.py CHECKPOINT [trusted]

CHECKPOINT is a folder as pyannote/speaker-diarization-community-1 is published: code MIT, weights
CC-BY-4.0. Its networks are pickles, which the package reads without a look at what they run; they
are looked at here first, by torch's reader of mere weights, unless the user trusts who made them.
Nothing is fetched, and nothing is told to the package's makers.
"""

import os
import re
import sys
import wave
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from protocol import Refusal, package_version, serve

PIPELINE = "pyannote.audio.pipelines.SpeakerDiarization"
NETWORKS = ("segmentation", "embedding")
PARTS = {
    **dict.fromkeys(NETWORKS, ("pytorch_model.bin",)),
    "plda": ("plda.npz", "xvec_transform.npz"),
}
INSTALL = "give it one with --option diarizer.python=, made by: pip install pyannote.audio"
FETCH = "take speaker-diarization-community-1 as it is published (docs/backends-audio.md)"
RECORDS = ("task.Specifications", "task.Problem", "task.Resolution", "model.Introspection")


def main() -> None:
    os.environ.update(HF_HUB_OFFLINE="1", PYANNOTE_METRICS_ENABLED="false")
    folder, trusted = Path(sys.argv[1]), sys.argv[2:] == ["trusted"]
    loaded: dict[str, Any] = {}

    def about() -> str:
        version: str = package_version("pyannote.audio", INSTALL)
        networks = networks_of(folder)
        for network in () if trusted else networks:
            refuse_code(network)
        return version

    def diarize(asked: Mapping[str, Any]) -> None:
        import numpy as np
        import torch
        from pyannote.audio import Pipeline

        options = asked["options"]
        if not loaded:
            device = options.get("device") or ("cuda" if torch.cuda.is_available() else "cpu")
            loaded["pipeline"] = Pipeline.from_pretrained(folder).to(torch.device(device))
        with wave.open(asked["audio"]) as sound:
            rate, pcm = sound.getframerate(), sound.readframes(sound.getnframes())
        samples = torch.from_numpy(np.frombuffer(pcm, "<i2").astype(np.float32) / 32768)
        known = {"num_speakers": int(options["num_speakers"])} if "num_speakers" in options else {}
        told = loaded["pipeline"]({"waveform": samples[None], "sample_rate": rate}, **known)
        told = getattr(told, "speaker_diarization", told)  # a 'legacy' pipeline gives it alone
        with Path(asked["out"]).open("w", encoding="utf-8") as out:
            for turn, _, voice in told.itertracks(yield_label=True):
                span = f"{turn.start:.3f} {turn.duration:.3f}"
                out.write(f"SPEAKER film 1 {span} <NA> <NA> {voice} <NA> <NA>\n")

    serve("pyannote", about, {"diarize": diarize})


def networks_of(folder: Path) -> list[Path]:
    """The networks of a pipeline that is whole and asks for nothing but pyannote's own class."""
    import yaml  # type: ignore[import-untyped]

    path = folder / "config.yaml"
    try:
        config = yaml.safe_load(path.read_text(encoding="utf-8"))
        pipeline = config["pipeline"]
        name, params = pipeline["name"], dict(pipeline["params"])
    except (OSError, ValueError, LookupError, TypeError, yaml.YAMLError):
        raise Refusal(f"{path} is no pipeline of pyannote's: {FETCH}") from None
    if name != PIPELINE or "preprocessors" in config:
        raise Refusal(f"{path} asks for more than {PIPELINE}: {FETCH}")
    networks = []
    for part, files in PARTS.items():
        where = str(params.get(part, "the hub"))
        if not where.startswith("$model/"):
            raise Refusal(f"{path} takes its {part} from '{where}', not from the folder: {FETCH}")
        places = [folder / where.removeprefix("$model/") / file for file in files]
        for place in places:
            if not place.is_file():
                raise Refusal(f"the checkpoint lacks {place}: {FETCH}")
        if part in NETWORKS:
            networks += places
    return networks


def refuse_code(path: Path) -> None:
    """Refuses a pickle that names anything but tensors, numbers and pyannote's own records."""
    import torch

    class Record:
        def __new__(cls, *_: Any) -> "Record":
            return object.__new__(cls)

    records = [(Record, f"pyannote.audio.core.{name}") for name in RECORDS]
    try:
        with torch.serialization.safe_globals([*records, torch.torch_version.TorchVersion]):
            torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # a pickle may break its reader in any way
        named = re.search(r"GLOBAL (\S+)", str(error))
        holds = f"names {named[1]}" if named else "holds more than weights"
        raise Refusal(
            f"{path} is a pickle that {holds}, which can run code: where you trust who made it, "
            "--option diarizer.allow_pickle=true"
        ) from None


if __name__ == "__main__":
    main()
