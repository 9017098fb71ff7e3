"""Timed speech without its samples, and with them again: a film's worth of sound would add up."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from script2movie.media import artefacts
from script2movie.stages import Speech, TimedSpeech

__all__ = ["with_samples", "without_samples"]


def without_samples(speech: TimedSpeech) -> TimedSpeech:
    """The times alone; the samples stay on disk."""
    empty = np.zeros(0, np.float32)
    return replace(
        speech,
        utterances=tuple(
            replace(said, speech=replace(said.speech, samples=empty)) for said in speech.utterances
        ),
    )


def with_samples(speech: TimedSpeech, spoken: Sequence[Path]) -> TimedSpeech:
    """The times with their samples back."""
    return replace(
        speech,
        utterances=tuple(
            replace(said, speech=artefacts.load(path, Speech))
            for said, path in zip(speech.utterances, spoken, strict=True)
        ),
    )
