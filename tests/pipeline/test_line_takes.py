"""A faulty take is heard and spoken again; what is right is spoken once."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from script2movie.audio.embedded import EmbeddedSpeaker
from script2movie.cache import Cache
from script2movie.media import artefacts
from script2movie.movie import Character, Line
from script2movie.pipeline.run import Run
from script2movie.pipeline.takes import TakeLoop
from script2movie.stages import SPEECH_RATE, Reference, Speech, Voice

LINE = Line("Ann", "Put the lamp down and step away from the window.")
WORDS = "The gulls were calling while he mended the nets."
FADE = round(0.008 * SPEECH_RATE)


@pytest.fixture(scope="module")
def spoken() -> dict[str, Speech]:
    speaker = EmbeddedSpeaker()
    said = {
        "line": speaker.speak(LINE, Voice("am_michael"), seed=0),
        "reference": speaker.speak(Line("Ann", WORDS), Voice("am_michael"), seed=0),
        "somebody else": speaker.speak(LINE, Voice("af_bella"), seed=0),
    }
    speaker.close()
    return said


def joined(*parts: NDArray[np.float32]) -> NDArray[np.float32]:
    faded = []
    for part in parts:
        ramp = np.minimum(1, np.arange(len(part), dtype=np.float32) / FADE)
        faded.append(part * ramp * ramp[::-1])
    return np.concatenate(faded)


def cut(speech: Speech, first: int, last: int) -> NDArray[np.float32]:
    """The samples of words `first` up to, not with, `last`."""
    edges = [word.start for word in speech.words] + [speech.duration]
    return speech.samples[round(edges[first] * SPEECH_RATE) : round(edges[last] * SPEECH_RATE)]


class Unreliable:
    """A speaker with voices of its own takes: each call gives the next."""

    fingerprint = "unreliable"
    num_workers, num_takes = 1, 3

    def __init__(self, *takes: NDArray[np.float32]) -> None:
        self.takes, self.seeds = list(takes), list[int]()

    def cast(self, characters: Sequence[Character], *, seed: int) -> Mapping[str, Voice]:
        return {}

    def speak(self, line: Line, voice: Voice, *, seed: int) -> Speech:
        self.seeds.append(seed)
        return Speech(self.takes.pop(0), (), ())

    def close(self) -> None:
        """Nothing to free."""


def loop(folder: Path, speaker: Unreliable, most: int = 3) -> TakeLoop:
    return TakeLoop(Run(Cache(folder), lambda *_: None), speaker, ["Ann"], most)


@pytest.fixture
def voice(spoken: dict[str, Speech]) -> Voice:
    return Voice("Ann", reference=Reference(spoken["reference"].samples, WORDS))


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ("skip", "skips 'away'"),
        ("repeat", "says 'lamp', which is not there"),
        ("leak", "says 'nets', of the reference"),
        ("somebody else", "sounds like somebody else"),
    ],
)
def test_a_faulty_take_is_spoken_again(
    tmp_path: Path, spoken: dict[str, Speech], voice: Voice, fault: str, told: str
) -> None:
    good, reference = spoken["line"], spoken["reference"]
    faulty = {
        "skip": joined(cut(good, 0, 6), cut(good, 7, 10)),
        "repeat": joined(cut(good, 0, 4), cut(good, 2, 10)),
        "leak": joined(cut(reference, 7, 9), good.samples),
        "somebody else": spoken["somebody else"].samples,
    }[fault]
    speaker = Unreliable(faulty, good.samples, good.samples)
    takes = loop(tmp_path, speaker)
    kept = artefacts.load(takes.speak(("s", 0), LINE, voice, 5), Speech)
    assert np.array_equal(kept.samples, good.samples)
    assert speaker.seeds[0] == 5 and len(set(speaker.seeds)) == len(speaker.seeds) == 2
    first, second = takes.heard["s", 0].verdicts
    assert takes.heard["s", 0].kept == 1 and not second.faults
    assert any(fault.startswith(told) for fault in first.faults), first.faults

    # Stopped and run again: nothing is spoken or heard twice.
    again = loop(tmp_path, Unreliable())
    assert np.array_equal(
        artefacts.load(again.speak(("s", 0), LINE, voice, 5), Speech).samples, good.samples
    )
    assert again.run.cache.made == [] and again.heard == takes.heard


def test_the_best_of_takes_that_are_all_wrong_is_kept(
    tmp_path: Path, spoken: dict[str, Speech], voice: Voice
) -> None:
    good = spoken["line"]
    worse = joined(cut(good, 0, 2), cut(good, 7, 10))
    bad = joined(cut(good, 0, 6), cut(good, 7, 10))
    takes = loop(tmp_path, Unreliable(worse, bad, worse[: len(worse) // 2]))
    kept = artefacts.load(takes.speak(("s", 0), LINE, voice, 0), Speech)
    assert np.array_equal(kept.samples, bad)
    assert len(takes.heard["s", 0].verdicts) == 3


def test_one_take_is_not_judged_and_equal_takes_are_not_repeated(
    tmp_path: Path, spoken: dict[str, Speech], voice: Voice
) -> None:
    bad = joined(cut(spoken["line"], 0, 6), cut(spoken["line"], 7, 10))
    takes = loop(tmp_path / "one", Unreliable(bad), most=1)
    takes.speak(("s", 0), LINE, voice, 0)
    assert takes.heard == {} and takes.run.cache.made[0][0] == "speak"
    alike = loop(tmp_path / "alike", Unreliable(bad, bad, bad))
    alike.speak(("s", 0), LINE, voice, 0)
    assert len(alike.heard["s", 0].verdicts) == 1


def test_a_language_that_is_not_judged_is_spoken_once(
    tmp_path: Path, spoken: dict[str, Speech]
) -> None:
    speaker = Unreliable(spoken["line"].samples)
    takes = loop(tmp_path, speaker)
    takes.speak(("s", 0), LINE, Voice("Ann", language="pt"), 0)
    assert takes.heard == {} and len(speaker.seeds) == 1
