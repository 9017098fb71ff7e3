"""Voices, speech and tracks: mono `float32` in -1..1 unless said otherwise, times in seconds."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from script2movie.movie import Character, Line, Transition
from script2movie.stages.views import Setting

__all__ = [
    "MIX_RATE",
    "SPEECH_RATE",
    "STEMS",
    "Cue",
    "Mixer",
    "Phoneme",
    "Reference",
    "Speaker",
    "Speech",
    "TimedSpeech",
    "Utterance",
    "Voice",
    "Word",
]


SPEECH_RATE = 24_000  # samples a second of every Speech
MIX_RATE = 48_000  # samples a second of every track and of the film
STEMS = ("dialogue", "effects", "ambience", "music")

Samples = NDArray[np.float32]


@dataclass(frozen=True)
class Phoneme:
    """One sound of speech: ARPAbet without stress, or 'SIL'."""

    symbol: str
    start: float
    end: float


@dataclass(frozen=True)
class Word:
    """One word as written, punctuation kept, with its time."""

    text: str
    start: float
    end: float


@dataclass(frozen=True)
class Reference:
    """What a cloned voice is cloned from: samples (N,) at SPEECH_RATE and their exact words."""

    samples: Samples
    transcript: str


@dataclass(frozen=True)
class Voice:
    """A voice a speaker can speak with. `recipe` mixes named voices by weight (sum 1).

    `pitch` and `formant` are ratios (1 leaves them), `pace` multiplies the speaking rate.
    `language` is the two letters of ISO 639 that it speaks.
    """

    name: str
    recipe: tuple[tuple[str, float], ...] = ()
    pitch: float = 1.0
    formant: float = 1.0
    pace: float = 1.0
    language: str = "en"
    reference: Reference | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Speech:
    """One spoken line: samples (N,) at SPEECH_RATE, phonemes and words timed from its start.

    `notes` are substitutions to report.
    """

    samples: Samples
    phonemes: tuple[Phoneme, ...]
    words: tuple[Word, ...]
    notes: tuple[str, ...] = ()

    @property
    def duration(self) -> float:
        return len(self.samples) / SPEECH_RATE


@dataclass(frozen=True)
class Utterance:
    """A line at its place in a shot: `start` is seconds after the shot's first frame."""

    line: Line
    speech: Speech
    start: float


@dataclass(frozen=True)
class TimedSpeech:
    """All that is said in one shot, in order; `duration` is the whole shot's, in seconds."""

    utterances: tuple[Utterance, ...]
    duration: float


class Speaker(Protocol):
    """Text-to-speech. `cast` is asked once a film so that no two voices are too alike."""

    @property
    def fingerprint(self) -> str: ...
    @property
    def num_workers(self) -> int: ...
    @property
    def num_takes(self) -> int:
        """Takes that a line may need where the user does not say; 1 where a seed changes none."""
        ...

    def refusal(self, character: Character) -> str:
        """Why this person cannot have the voice they ask for; '' where they can."""
        ...

    def cast(self, characters: Sequence[Character], *, seed: int) -> Mapping[str, Voice]:
        """A voice for each character by name, and one for NARRATOR that no character has."""
        ...

    def speak(self, line: Line, voice: Voice, *, seed: int) -> Speech: ...
    def close(self) -> None: ...


@dataclass(frozen=True)
class Cue:
    """What one shot sounds like: its speech at its place in it, where it is, how it is entered.

    `num_samples` is the shot's exact length at MIX_RATE; `sound` is what else the plan has heard.
    """

    setting: Setting
    speech: TimedSpeech
    num_samples: int
    transition: Transition = Transition.CUT
    sound: str = ""


class Mixer(Protocol):
    """Dialogue, effects, ambience and music into tracks."""

    @property
    def fingerprint(self) -> str: ...
    @property
    def num_workers(self) -> int: ...
    def track(self, cue: Cue, *, seed: int) -> NDArray[np.float32]:
        """One shot's dialogue and room tone, without music: (num_samples, 2) at MIX_RATE."""
        ...

    def mix(self, cues: Iterable[Cue], folder: Path, *, music: bool, seed: int) -> None:
        """The whole film's sound as 48 kHz stereo WAVs in a new folder, each as long as the film.

        `mix.wav` is at -16 LUFS, true peak below -1 dBTP; one file for each of STEMS holds a part
        of it, and they add up to it. Reads one cue at a time: memory does not grow with the film.
        """
        ...

    def close(self) -> None: ...
