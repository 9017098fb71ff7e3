"""Voices that other environments clone: models by name, or any program of one's own.

Each line is one question to a worker (docs/workers.md): its text, the person's reference as a WAV
with its words, and a seed. Knows the protocol and what a speaker owes; nothing of the models.
"""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np

from script2movie.audio.checkout import WORKERS, Checkout, ProgramOptions, own_program
from script2movie.audio.clauses import join_parts, split_clauses
from script2movie.audio.cloning import cast_clones, unsampled
from script2movie.audio.delivery import delivery_of
from script2movie.audio.reading import text_to_say
from script2movie.audio.spoken import Timer
from script2movie.errors import BackendUnavailable
from script2movie.media.clips import write_wav
from script2movie.movie import Character, Line
from script2movie.perception.sound import read_recording, resample
from script2movie.stages import SPEECH_RATE, Speech, Voice

__all__ = [
    "Chatterbox",
    "CheckoutSpeaker",
    "CommandOptions",
    "Qwen3Tts",
    "WorkerOptions",
    "Xtts",
    "YourTts",
]

LONGEST = 230  # characters at once: beyond, these models hurry, stop or invent


@dataclass(frozen=True)
class WorkerOptions:
    """What a worker of ours may be told."""

    python: Path | None = field(
        default=None, metadata={"help": "the Python of the environment that has the package"}
    )
    checkpoint: str = field(
        default="", metadata={"help": "a folder with the weights; else its package fetches them"}
    )
    device: str = field(default="", metadata={"help": "cuda or cpu; '' is the best there is"})
    narrator: Path | None = field(default=None, metadata={"help": "a recording of the narrator"})
    stock: bool = field(
        default=False, metadata={"help": "clone stock voices for people without a sample"}
    )
    language: str = field(default="en", metadata={"help": "two letters, of the film's lines"})


@dataclass(frozen=True)
class CommandOptions(ProgramOptions):
    """What a program of one's own may be told."""

    narrator: Path | None = field(default=None, metadata={"help": "a recording of the narrator"})
    stock: bool = field(
        default=False, metadata={"help": "clone stock voices for people without a sample"}
    )
    language: str = field(default="en", metadata={"help": "two letters, of the film's lines"})


class _Asking:
    """What all of them do, given a running program and what it is handed on."""

    num_workers = 1
    num_takes = 3
    name = "checkout"

    def __init__(
        self, checkout: Checkout, chosen: WorkerOptions | CommandOptions, handed: Mapping[str, str]
    ) -> None:
        self._checkout, self._chosen, self._handed = checkout, chosen, dict(handed)
        self._timer = Timer()

    @cached_property
    def fingerprint(self) -> str:
        """The program's own name and version, and all that it is told."""
        chosen = self._chosen
        narrator = chosen.narrator.read_bytes() if chosen.narrator else b""
        told = f"{sorted(self._handed.items())} {chosen.stock} {chosen.language} {len(narrator)}"
        return f"worker 1 {self._checkout.fingerprint} {told}"

    def refusal(self, character: Character) -> str:
        """Why this person cannot be cloned; '' where they can."""
        return unsampled(character, self.name, stock=self._chosen.stock)

    def cast(self, characters: Sequence[Character], *, seed: int) -> Mapping[str, Voice]:
        """A voice for each character by name and one for NARRATOR, cloned from their samples.

        Raises:
            BankError: people without a sample, or samples that cannot be used.
        """
        return cast_clones(
            characters,
            backend=self.name,
            narrator=self._chosen.narrator,
            stock=self._chosen.stock,
            language=self._chosen.language,
            seed=seed,
        )

    def speak(self, line: Line, voice: Voice, *, seed: int) -> Speech:
        """The line in the voice of its reference.

        Raises:
            ShotFailed: nothing in the line can be said, or the worker failed at it.
            BackendUnavailable: the worker has ended.
        """
        assert voice.reference is not None, f"{voice.name} has no reference"
        delivery = delivery_of(line)
        parts = split_clauses(text_to_say(line, language=voice.language), LONGEST)
        sounds = []
        with tempfile.TemporaryDirectory(prefix="script2movie.") as folder:
            reference, out = Path(folder) / "reference.wav", Path(folder) / "take.wav"
            write_wav(voice.reference.samples, reference, SPEECH_RATE)
            for number, part in enumerate(parts):
                out.unlink(missing_ok=True)
                self._checkout.ask(
                    {
                        "do": "speak",
                        "text": part,
                        "reference": str(reference),
                        "transcript": voice.reference.transcript,
                        "language": voice.language,
                        "direction": line.parenthetical,
                        "speed": delivery.pace,
                        "gain": delivery.gain,
                        "seed": seed + number,
                        "out": str(out),
                        "options": self._handed,
                    },
                    line.character,
                )
                samples, rate = read_recording(out)
                sounds.append((part, np.asarray(resample(samples, rate, SPEECH_RATE), np.float32)))
        return self._timer.speech(join_parts(sounds), line, line.text, delivery)

    def close(self) -> None:
        """Ends the worker."""
        self._checkout.close()


class _Worker(_Asking):
    script: tuple[str, ...]
    Options = WorkerOptions

    def __init__(self, options: WorkerOptions = WorkerOptions()) -> None:
        """Starts the worker. Raises BackendUnavailable where it cannot run."""
        if options.python is None:
            raise BackendUnavailable(
                f"speaker '{self.name}' runs in an environment of its own: make one as "
                f"docs/backends-audio.md says, and give --option speaker.python=ENV/bin/python"
            )
        command = [str(options.python), str(WORKERS / self.script[0]), *self.script[1:]]
        handed = {"checkpoint": options.checkpoint, "device": options.device}
        super().__init__(Checkout(command, "speak"), options, handed)


class Xtts(_Worker):
    """XTTS v2 by coqui-tts: 17 languages."""

    name, script = "xtts", ("coqui.py", "xtts")


class YourTts(_Worker):
    """YourTTS by coqui-tts: English, French, Portuguese."""

    name, script = "yourtts", ("coqui.py", "yourtts")


class Chatterbox(_Worker):
    """Chatterbox by chatterbox-tts: English, with force in the voice."""

    name, script = "chatterbox", ("chatterbox.py",)


class Qwen3Tts(_Worker):
    """Qwen3-TTS by qwen-tts: ten languages, cloned from a sample and its words."""

    name, script = "qwen3-tts", ("qwen3.py",)


class CheckoutSpeaker(_Asking):
    """A program of one's own that speaks the protocol."""

    Options = CommandOptions

    def __init__(self, options: CommandOptions = CommandOptions()) -> None:
        """Starts the program. Raises BackendUnavailable where it cannot run."""
        checkout = own_program(options, "speaker", "speak")
        super().__init__(checkout, options, {"options": options.options})
