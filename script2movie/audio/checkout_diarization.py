"""Who speaks when, told in another environment: by pyannote.audio, or any program of one's own.

The whole sound is one question to a worker (docs/workers.md), and its answer is RTTM, the field's
text format for turns. Knows the protocol and that format; nothing of faces or names.
"""

import math
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from script2movie.audio.checkout import WORKERS, Checkout, ProgramOptions, own_program
from script2movie.errors import BackendUnavailable, ShotFailed
from script2movie.media.clips import write_wav
from script2movie.perception.diarization import Turn
from script2movie.perception.sound import HEARING_RATE, resample
from script2movie.weights.published import find

__all__ = ["CheckoutDiarizer", "Pyannote", "PyannoteOptions", "read_rttm"]

Floats = NDArray[np.float32]

WEIGHTS = "pyannote-community-1"
TRUSTED = "trusted"  # the word by which our worker reads pickles whatever they hold
OTHER_TYPES = {  # of RTTM's lines, beside SPEAKER
    *("SEGMENT", "NOSCORE", "NO_RT_METADATA", "LEXEME", "NON-LEX", "NON-SPEECH"),
    *("FILLER", "EDIT", "SU", "IP", "CB", "A/P", "SPKR-INFO"),
}


@dataclass(frozen=True)
class PyannoteOptions:
    """What pyannote's pipeline may be told."""

    python: Path | None = field(
        default=None, metadata={"help": "the Python of the environment that has pyannote.audio"}
    )
    checkpoint: Path | None = field(
        default=None, metadata={"help": "a folder with the pipeline, if not where weights lie"}
    )
    device: str = field(default="", metadata={"help": "cuda or cpu; '' is the best there is"})
    num_speakers: int = field(default=0, metadata={"help": "voices in the film; 0: it counts them"})
    allow_pickle: bool = field(
        default=False, metadata={"help": "read weights that are pickles, which can run code"}
    )


class _Asking:
    """What all of them do, given a running program and what it is handed on."""

    def __init__(self, checkout: Checkout, handed: Mapping[str, str]) -> None:
        self._checkout = checkout
        self._handed = {key: value for key, value in handed.items() if value}

    @property
    def fingerprint(self) -> str:
        """The program's own name and version, and all that it is told."""
        told = " ".join(f"{key}={value}" for key, value in sorted(self._handed.items()))
        return f"{self._checkout.fingerprint} {told}".strip()

    def turns(
        self, samples: Floats, rate: int, spoken: Sequence[tuple[float, float]]
    ) -> tuple[Turn, ...]:
        """Mono sound (N,) in -1..1 to the turns in it, by their starts; `spoken` is passed over.

        Raises:
            ShotFailed: the program failed, in its own words, or wrote no RTTM.
            BackendUnavailable: the program has ended.
        """
        with tempfile.TemporaryDirectory(prefix="script2movie.") as name:
            audio, out = Path(name) / "sound.wav", Path(name) / "turns.rttm"
            write_wav(resample(samples, rate, HEARING_RATE), audio, HEARING_RATE)
            job = {"do": "diarize", "audio": str(audio), "out": str(out), "options": self._handed}
            self._checkout.ask(job, "the film's sound")
            try:
                return read_rttm(out.read_text(encoding="utf-8"))
            except ValueError as error:
                raise ShotFailed(f"{self._checkout.fingerprint} writes no RTTM: {error}") from None

    def close(self) -> None:
        """Ends the worker."""
        self._checkout.close()


class Pyannote(_Asking):
    """pyannote.audio's published pipeline, speaker-diarization-community-1."""

    Options = PyannoteOptions

    def __init__(self, options: PyannoteOptions = PyannoteOptions()) -> None:
        """Starts the worker, which looks at the checkpoint before it says hello.

        Raises:
            BackendUnavailable: there is no environment, or it or the checkpoint cannot be used.
            WeightsError: the checkpoint is not on this machine.
        """
        if options.python is None:
            raise BackendUnavailable(
                "diarizer 'pyannote' runs in an environment of its own: make one as "
                "docs/backends-audio.md says, and give --option diarizer.python=ENV/bin/python"
            )
        given = {WEIGHTS: options.checkpoint.expanduser()} if options.checkpoint else {}
        folder = str(find(WEIGHTS, given).absolute())
        command = [str(options.python), str(WORKERS / "diarization.py"), folder]
        handed = {"checkpoint": folder, "device": options.device}
        handed["num_speakers"] = str(options.num_speakers or "")
        super().__init__(Checkout([*command, *[TRUSTED] * options.allow_pickle], "diarize"), handed)


class CheckoutDiarizer(_Asking):
    """A program of one's own that speaks the protocol."""

    Options = ProgramOptions

    def __init__(self, options: ProgramOptions) -> None:
        """Starts the program. Raises BackendUnavailable where it cannot run."""
        checkout = own_program(options, "diarizer", "diarize")
        super().__init__(checkout, {"options": options.options})


def read_rttm(text: str) -> tuple[Turn, ...]:
    """The turns of one recording in RTTM (NIST's Rich Transcription 2009 plan), by their starts.

    Voices are numbered as they appear; lines of other types than SPEAKER and comments (;;) are
    passed over. Raises ValueError, which shows the line, for what is not RTTM.
    """
    voices: dict[str, int] = {}
    turns = []
    for line in text.splitlines():
        fields = line.split()
        if not fields or fields[0] in OTHER_TYPES or fields[0].startswith(";;"):
            continue
        try:
            kind, start, seconds, label = fields[0], float(fields[3]), float(fields[4]), fields[7]
        except (ValueError, IndexError):
            raise ValueError(f"'{line[:80]}'") from None
        if kind != "SPEAKER" or not (0 <= start < math.inf and 0 <= seconds < math.inf):
            raise ValueError(f"'{line[:80]}'")
        turns.append((start, start + seconds, label))
    turns.sort()
    return tuple(
        Turn(start, end, voices.setdefault(label, len(voices))) for start, end, label in turns
    )
