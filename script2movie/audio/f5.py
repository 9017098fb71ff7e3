"""F5-TTS: each line in the voice of a ten-second reference, by flow matching (Chen et al., 2024).

The `f5_tts` package's own model, tokenizer and sampler, called part by part: the reference is
prepared here, the length of each part is given from its sounds and not from its letters, and its
loaders are handed files, so nothing is downloaded in the middle of a film.
Code MIT; the published weights are CC-BY-NC-4.0: no film made with them may be sold.
"""

import importlib
import importlib.util
import sys
import types
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, field
from functools import cached_property
from importlib.machinery import ModuleSpec
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from threading import Lock
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from script2movie.audio.clauses import join_parts, split_clauses
from script2movie.audio.cloning import cast_clones, unsampled
from script2movie.audio.delivery import delivery_of
from script2movie.audio.reading import text_to_say
from script2movie.audio.spoken import Timer
from script2movie.errors import WeightsError
from script2movie.generative.checkpoints import Choice, file_digest, find, loading, require
from script2movie.movie import Character, Line
from script2movie.stages import SPEECH_RATE, Reference, Speech, Voice

__all__ = ["F5Options", "F5Speaker"]

Samples = NDArray[np.float32]

LONGEST = 22.0  # seconds of reference and line that the model was trained on
VOCODER = ("config.yaml", "pytorch_model.bin")
PAUSE = 0.12  # seconds that the model puts between two parts of a line


@dataclass(frozen=True)
class F5Options:
    """What F5-TTS may be told."""

    model: str = field(
        default="F5TTS_v1_Base", metadata={"help": "a config of the package, or a .yaml file"}
    )
    checkpoint: str = field(
        default="SWivid/F5-TTS",
        metadata={"help": "a repository of the hub, a folder or a file", "checkpoint": True},
    )
    vocoder: str = field(
        default="charactr/vocos-mel-24khz",
        metadata={"help": "Vocos: a repository of the hub or a folder", "checkpoint": True},
    )
    vocabulary: Path | None = field(default=None, metadata={"help": "vocab.txt, if not its own"})
    steps: int = field(default=32, metadata={"help": "evaluations of the flow, 16 or 32"})
    guidance_scale: float = field(default=2.0, metadata={"help": "0 is none"})
    speed: float = field(default=1.0, metadata={"help": "above 1 is faster"})
    narrator: Path | None = field(default=None, metadata={"help": "a recording of the narrator"})
    stock: bool = field(
        default=False, metadata={"help": "clone stock voices for people without a sample"}
    )
    language: Literal["en", "zh"] = field(default="en", metadata={"help": "en or zh"})
    device: str = field(default="", metadata={"help": "cuda, cpu, ...; '' is the best there is"})


class F5Speaker:
    """Speaks with cloned voices. The model loads with the first line; one line at a time."""

    num_workers = 1  # the package draws from torch's global generator
    num_takes = 3  # its best-known fault is a line with words of the reference in it

    Options = F5Options

    def __init__(self, options: F5Options = F5Options()) -> None:
        """Checks that all is here: the package and every file of the weights.

        Raises:
            BackendUnavailable: the package is missing.
            WeightsError: a file is missing, named with what brings it.
        """
        self.options = options
        require("torch", "f5_tts", "vocos", backend="speaker 'f5-tts'", extra="tts")
        self._config = self._config_file()
        self._checkpoint = self._checkpoint_file()
        self._vocoder = find(Choice("speaker f5-tts", "vocoder", options.vocoder))
        for name in VOCODER:
            if not (self._vocoder / name).is_file():
                raise WeightsError(
                    f"{self._vocoder} holds no {name}: give --option speaker.vocoder=DIR"
                )
        self._vocabulary = options.vocabulary or Path(
            str(files("f5_tts").joinpath("infer/examples/vocab.txt"))
        )
        if not self._vocabulary.is_file():
            raise WeightsError(f"{self._vocabulary} is no file: give --option speaker.vocabulary=")
        self._timer = Timer()
        self._lock = Lock()

    @cached_property
    def fingerprint(self) -> str:
        """Version, options and the contents of the weights' files."""
        paths = (self._config, self._checkpoint, self._vocabulary, self._vocoder / VOCODER[1])
        digests = " ".join(file_digest(path) for path in paths)
        chosen = self.options
        return (
            f"f5-tts 1 {version('f5-tts')} {digests} {chosen.steps} {chosen.guidance_scale} "
            f"{chosen.speed} {chosen.stock} {chosen.language} "
            f"{file_digest(chosen.narrator) if chosen.narrator else ''}"
        )

    def refusal(self, character: Character) -> str:
        """Why this person cannot be cloned; '' where they can."""
        return unsampled(character, "f5-tts", stock=self.options.stock)

    def cast(self, characters: Sequence[Character], *, seed: int) -> Mapping[str, Voice]:
        """A voice for each character by name and one for NARRATOR, cloned from their samples.

        Raises:
            BankError: people without a sample, or samples that cannot be used.
        """
        return cast_clones(
            characters,
            backend="f5-tts",
            narrator=self.options.narrator,
            stock=self.options.stock,
            language=self.options.language,
            seed=seed,
        )

    def speak(self, line: Line, voice: Voice, *, seed: int) -> Speech:
        """The line in the voice of its reference; the same seed gives the same samples on a CPU.

        Raises:
            ShotFailed: nothing in the line can be said, or the model made no sound.
        """
        assert voice.reference is not None, f"{voice.name} has no reference"
        reference, delivery = voice.reference, delivery_of(line)
        # 1. As it is said: numbers and abbreviations in words, parts that the model can take
        said = text_to_say(line, language=voice.language)
        spoken = len(reference.samples) / SPEECH_RATE
        seconds = spoken / max(_weight(reference.transcript), 1.0)  # that a letter lasts
        room = max(30, int((LONGEST - spoken) / seconds))
        parts = split_clauses(said, room)
        # 2. Sound, part by part, each as long as its letters ask
        speed = self.options.speed * delivery.pace
        with self._lock:
            sounds = [
                self._part(part, reference, seconds * _weight(part) / speed + PAUSE, seed + number)
                for number, part in enumerate(parts)
            ]
        # 3. One sound, its level and times
        joined = join_parts(list(zip(parts, sounds, strict=True)))
        return self._timer.speech(joined, line, line.text, delivery)

    def close(self) -> None:
        """Frees the models."""
        self.__dict__.pop("_models", None)

    def _part(self, text: str, reference: Reference, seconds: float, seed: int) -> Samples:
        import torch

        infer, model, vocoder = self._models
        torch.manual_seed(seed)
        words = reference.transcript
        words = words if words.endswith((".", "!", "?", "。", "！", "？")) else f"{words}."
        generated = infer.infer_batch_process(
            (torch.from_numpy(reference.samples)[None], SPEECH_RATE),  # (1, N)
            words,
            [text],
            model,
            vocoder,
            progress=None,
            nfe_step=self.options.steps,
            cfg_strength=self.options.guidance_scale,
            fix_duration=len(reference.samples) / SPEECH_RATE + seconds,
            device=self._device,
        )
        samples, rate, _ = next(generated)
        assert rate == SPEECH_RATE
        return np.nan_to_num(np.asarray(samples, np.float32))

    @cached_property
    def _device(self) -> str:
        import torch

        if self.options.device:
            return self.options.device
        return "cuda" if torch.cuda.is_available() else "cpu"

    @cached_property
    def _models(self) -> tuple[Any, Any, Any]:
        """The package's inference module, the model and the vocoder."""
        infer = _inference_module()
        from f5_tts import model as backbones
        from omegaconf import OmegaConf

        config = OmegaConf.load(self._config).model
        with redirect_stdout(sys.stderr):  # it prints where its files are
            with loading(self._checkpoint):
                model = infer.load_model(
                    getattr(backbones, config.backbone),
                    OmegaConf.to_container(config.arch),
                    str(self._checkpoint),
                    config.mel_spec.mel_spec_type,
                    str(self._vocabulary),
                    device=self._device,
                )
            with loading(self._vocoder):
                vocoder = infer.load_vocoder(
                    config.mel_spec.mel_spec_type, True, str(self._vocoder), self._device
                )
        return infer, model, vocoder

    def _config_file(self) -> Path:
        chosen = self.options.model
        own = Path(str(files("f5_tts").joinpath(f"configs/{chosen}.yaml")))
        path = Path(chosen) if chosen.endswith((".yaml", ".yml")) else own
        if not path.is_file():
            raise WeightsError(
                f"f5-tts has no config '{chosen}': give F5TTS_v1_Base, F5TTS_Base or a .yaml file"
            )
        return path

    def _checkpoint_file(self) -> Path:
        place = find(Choice("speaker f5-tts", "checkpoint", self.options.checkpoint))
        if place.is_file():
            return place
        name = self._config.stem
        found = [
            path
            for folder in (place / name, place)
            for suffix in ("safetensors", "pt")
            for path in sorted(folder.glob(f"model_*.{suffix}"))
        ]
        if not found:
            raise WeightsError(
                f"{place} holds no {name}/model_*.safetensors: "
                "give --option speaker.checkpoint=FILE"
            )
        return found[0]


def _weight(text: str) -> float:
    """How long a text takes to say, in letters: marks are pauses, a Chinese sign is three."""
    letters = sum(1.0 if sign.isascii() else 3.0 for sign in text if sign.isalnum())
    return letters + 2.0 * sum(sign in ".,;:!?…—。，！？" for sign in text)


def _inference_module() -> Any:
    """`f5_tts.infer.utils_infer`, also where torchaudio's compiled part does not load.

    Of torchaudio only the mel spectrogram is used, which is plain torch; its wheel for CUDA cannot
    load its library beside a CPU build of torch. The package's trainer, which its model module
    imports, wants wandb and datasets, which speaking does not.
    """
    with _standing_in(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pydub misses an ffmpeg that is not used
        from f5_tts.infer import utils_infer

    return utils_infer


@contextmanager
def _standing_in() -> Iterator[None]:
    added: list[str] = []

    def stand_in(name: str, **names: object) -> None:
        module = types.ModuleType(name)
        module.__spec__ = ModuleSpec(name, None)
        module.__dict__.update(names)
        sys.modules[name] = module
        added.append(name)

    try:
        importlib.import_module("torchaudio")
    except OSError:
        for name in [name for name in sys.modules if name.split(".")[0] == "torchaudio"]:
            del sys.modules[name]
        stand_in(
            "torchaudio._extension",
            _IS_TORCHAUDIO_EXT_AVAILABLE=False,
            _IS_ALIGN_AVAILABLE=False,
            fail_if_no_align=lambda function: function,
            _check_cuda_version=lambda: None,
        )
        added.clear()  # torchaudio holds it from now on
    if importlib.util.find_spec("wandb") is None:
        stand_in("wandb")
    if importlib.util.find_spec("datasets") is None:
        stand_in("datasets", Dataset=object, load_from_disk=None)
    try:
        yield
    finally:
        for name in added:
            sys.modules.pop(name, None)
