"""Word error rate, speaker similarity and mel-cepstral distortion of a clip's own sound.

A shot without words, or whose prediction or ground truth is silent, has nothing to be measured:
the release holds neither subtitles nor voices, so words come from subtitles a user gives or from
the transcript of the film's own clip.
"""

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from script2movie.media.clips import read_sound
from script2movie.moviebench.measures import Column, Features, Shown, mean_of
from script2movie.moviebench.metrics.cepstral import mel_cepstral_distortion_db
from script2movie.perception.published.cepstra import CEPSTRUM_RATE, check_pyworld, mel_cepstra
from script2movie.perception.published.wavlm import WavlmRecogniser, is_large
from script2movie.perception.published.whisper import WhisperTranscriber
from script2movie.perception.sound import HEARING_RATE
from script2movie.perception.speaker import SpeakerRecogniser, speaker_similarity
from script2movie.perception.transcript import Transcriber
from script2movie.perception.words import count_words
from script2movie.weights import published

__all__ = ["CepstralDistortion", "VoiceSimilarity", "WordErrors"]

Given = Mapping[str, Path]
SILENCE = 1e-3  # peak below which there is nothing to hear


class _Hears(Protocol):
    def text(self, samples: NDArray[np.float32], rate: int) -> str: ...


class WordErrors:
    """The words of a shot against those heard in its prediction. Errors by words, over all."""

    additive = True

    def __init__(self, given: Given, *, embedded: bool) -> None:
        """Raises WeightsError."""
        if embedded:
            self._hears: _Hears = Transcriber()
            name, said, self._digest = "WER (Whisper tiny.en)", "Whisper tiny.en, int8", ""
        else:
            folder = published.find("whisper-large-v3", given)
            self._hears, name, said = WhisperTranscriber(folder), "WER", "Whisper-large-v3"
            self._digest = published.digest(folder)
        self._name = name
        self.columns = (
            Column(
                name,
                "paper",
                "lower",
                f"{said}, greedy; Whisper's normaliser",
                "the whole sound",
                "%",
                paper="" if embedded else "WER",
                ratio=mean_of(0, 1, 100),
            ),
        )

    @cached_property
    def fingerprint(self) -> str:
        return f"{self._name} 2 {self._digest}"

    def key(self, shown: Shown) -> tuple[object, ...]:
        return (shown.path, shown.line, shown.truth if shown.line is None else None)

    def features(self, shown: Shown) -> Features | None:
        if shown.kind == "keyframes":
            return None
        said = shown.line
        if said is None and shown.truth is not None:
            said = self._hears.text(_sound(shown.truth, HEARING_RATE), HEARING_RATE)
        if not said:
            return None
        sound = _sound(shown.path, HEARING_RATE)
        if not _is_heard(sound):
            return None
        heard = self._hears.text(sound, HEARING_RATE)
        counts = count_words(said, heard)
        return {"sums": np.array([counts.errors, counts.words], float)} if counts.words else None


class VoiceSimilarity:
    """The voice of a shot against that of the film's own clip."""

    additive = True

    def __init__(self, given: Given, *, embedded: bool) -> None:
        """Raises WeightsError."""
        paper = ""
        if embedded:
            self._encoder: SpeakerRecogniser | WavlmRecogniser = SpeakerRecogniser()
            name, said, self._digest = "similarity (Resemblyzer)", "Resemblyzer", ""
        else:
            folder = published.find("wavlm-sv", given)
            self._encoder, self._digest = WavlmRecogniser(folder), published.digest(folder)
            name, said = "similarity (WavLM x-vectors)", "WavLM x-vectors"
            if is_large(folder):
                name, said, paper = "SIM-o", "WavLM-large x-vectors", "SIM-o"
        self._name = name
        self.columns = (
            Column(
                name,
                "paper",
                "higher",
                f"{said}, cosine",
                "the whole sound",
                paper=paper,
                ratio=mean_of(0, 1),
            ),
        )

    @cached_property
    def fingerprint(self) -> str:
        return f"{self._name} 1 {self._digest}"

    def key(self, shown: Shown) -> tuple[object, ...]:
        return (shown.path, shown.truth)

    def features(self, shown: Shown) -> Features | None:
        sounds = _both(shown, HEARING_RATE)
        if sounds is None:
            return None
        one, other = (self._encoder.embed(sound, HEARING_RATE) for sound in sounds)
        return {"sums": np.array([speaker_similarity(one, other), 1.0])}


class CepstralDistortion:
    """The sound of a shot against that of the film's own clip, aligned in time."""

    additive = True
    fingerprint = "mel-cepstral distortion 1"

    def __init__(self) -> None:
        """Raises BackendUnavailable without pyworld."""
        check_pyworld()
        self.columns = (
            Column(
                "MCD",
                "paper",
                "lower",
                "WORLD's envelope, 14 mel cepstra, exact time warping",
                "the whole sound, every 5 ms",
                "dB",
                paper="MCD",
                ratio=mean_of(0, 1),
            ),
        )

    def key(self, shown: Shown) -> tuple[object, ...]:
        return (shown.path, shown.truth)

    def features(self, shown: Shown) -> Features | None:
        sounds = _both(shown, CEPSTRUM_RATE)
        if sounds is None:
            return None
        ours, theirs = (mel_cepstra(sound, CEPSTRUM_RATE) for sound in sounds)
        return {"sums": np.array([mel_cepstral_distortion_db(theirs, ours), 1.0])}


def _both(shown: Shown, rate: int) -> list[NDArray[np.float32]] | None:
    """The sounds of a shot and of the film's own clip, None where one of them is silent."""
    if shown.kind == "keyframes" or shown.truth is None:
        return None
    sounds = [_sound(path, rate) for path in (shown.path, shown.truth)]
    return sounds if all(map(_is_heard, sounds)) else None


def _is_heard(sound: NDArray[np.float32]) -> bool:
    return bool(len(sound) and np.abs(sound).max() > SILENCE)


def _sound(path: Path, rate: int) -> NDArray[np.float32]:
    """A clip's sound, empty where it has none."""
    try:
        return read_sound(path, rate)
    except ValueError:
        return np.zeros(0, np.float32)
