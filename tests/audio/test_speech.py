"""Spoken lines, measured: what is heard, when, by whom, how loud. The real model speaks."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
import pytest
import soundfile

from script2movie.audio.embedded import EmbeddedSpeaker
from script2movie.audio.loudness import integrated_loudness
from script2movie.errors import BankError, ShotFailed
from script2movie.movie import Age, Character, Gender, Line, VoiceSample
from script2movie.perception.alignment import Aligner
from script2movie.perception.speaker import SpeakerRecogniser, speaker_similarity
from script2movie.perception.transcript import Transcriber
from script2movie.perception.words import count_words
from script2movie.stages import SPEECH_RATE, Speech, Voice

CAST = (
    Character("Anna", (), gender=Gender.FEMALE, age=Age.YOUNG),
    Character("Ben", (), gender=Gender.MALE, age=Age.CHILD),
    Character("Joe", (), gender=Gender.MALE, age=Age.OLD),
    Character("Tom", (), gender=Gender.MALE),
)
SAID = (
    Line("Anna", "We have twenty minutes — so please hurry up, the train is leaving!"),
    Line("Anna", "I waited for you until the rain stopped, and then I walked home."),
    Line("Ben", "Can I keep the dog, or does he have to go back to the farm?"),
    Line("Ben", "There were 3 ships in the harbour, and all of them were burning."),
    Line("Joe", "My father told me that courage is what remains when hope is gone."),
    Line("Joe", "Nobody has seen that lighthouse lit for forty years...", "sadly"),
    Line("Tom", "Put the money on the table, and walk away slowly.", "whispering"),
    Line("Tom", "Put the money on the table, and walk away slowly.", "shouting"),
)


@dataclass(frozen=True)
class Take:
    line: Line
    speech: Speech


@pytest.fixture(scope="module")
def speaker() -> Iterator[EmbeddedSpeaker]:
    embedded = EmbeddedSpeaker()
    yield embedded
    embedded.close()


@pytest.fixture(scope="module")
def takes(speaker: EmbeddedSpeaker) -> list[Take]:
    voices = speaker.cast(CAST, seed=0)
    with ThreadPoolExecutor(2) as threads:
        speeches = threads.map(
            lambda line: speaker.speak(line, voices[line.character], seed=0), SAID
        )
        return [Take(line, speech) for line, speech in zip(SAID, speeches, strict=True)]


def test_the_words_are_heard(takes: list[Take]) -> None:
    transcriber = Transcriber()
    said = " ".join(take.line.text for take in takes)
    heard = " ".join(transcriber.text(take.speech.samples, SPEECH_RATE) for take in takes)
    counts = count_words(said, heard)
    assert counts.errors <= 0.05 * counts.words


def test_everyone_sounds_like_themselves_and_like_nobody_else(takes: list[Take]) -> None:
    recogniser = SpeakerRecogniser()
    heard = [
        (take.line.character, recogniser.embed(take.speech.samples, SPEECH_RATE)) for take in takes
    ]
    for (one, first), (other, second) in combinations(heard, 2):
        alike = speaker_similarity(first, second)
        assert alike >= 0.85 if one == other else alike < 0.80, (one, other, alike)


def test_every_word_is_timed_once_in_order(takes: list[Take]) -> None:
    for take in takes:
        words = take.speech.words
        assert " ".join(word.text for word in words) == take.line.text
        times = [time for word in words for time in (word.start, word.end)]
        assert times == sorted(times)
        assert 0.0 <= times[0] <= times[-1] <= take.speech.duration
        assert all(word.end - word.start > 0.02 for word in words)


def test_phonemes_cover_the_line_without_a_gap(takes: list[Take]) -> None:
    for take in takes:
        phonemes = take.speech.phonemes
        assert phonemes[0].start == 0.0
        assert phonemes[-1].end == take.speech.duration
        for before, after in pairwise(phonemes):
            assert before.end == after.start
            assert before.start < before.end
        assert all(re.fullmatch(r"[A-Z]{1,3}", phoneme.symbol) for phoneme in phonemes)


def test_word_times_agree_with_a_forced_alignment(takes: list[Take]) -> None:
    aligner = Aligner()
    missed = []
    for take in takes:
        text = re.sub(r" — ", " ", take.line.text)
        aligned = aligner.align(take.speech.samples, SPEECH_RATE, text)
        for word, found in zip(take.speech.words, aligned, strict=True):
            missed.append(abs(word.start - found.start))
    assert np.median(missed) < 0.03
    assert np.quantile(missed, 0.95) < 0.1


def test_silence_before_and_after_is_short_and_ends_are_quiet(takes: list[Take]) -> None:
    for take in takes:
        samples = take.speech.samples
        loud = np.flatnonzero(np.abs(samples) > 0.03 * np.abs(samples).max())
        assert loud[0] < 0.2 * SPEECH_RATE
        assert len(samples) - loud[-1] < 0.4 * SPEECH_RATE
        assert max(abs(samples[0]), abs(samples[-1])) < 1e-3


def test_lines_are_of_one_loudness_but_for_how_they_are_said(takes: list[Take]) -> None:
    *plain, whispered, shouted = takes
    loudness = [integrated_loudness(take.speech.samples, SPEECH_RATE) for take in plain]
    assert max(abs(level + 23.0) for level in loudness) < 3.5
    quiet, loud = (
        integrated_loudness(take.speech.samples, SPEECH_RATE) for take in (whispered, shouted)
    )
    assert loud - quiet > 6.0
    assert whispered.speech.duration > shouted.speech.duration
    assert max(np.abs(take.speech.samples).max() for take in takes) < 0.9


def test_the_same_line_is_the_same_sound_whoever_asks(
    speaker: EmbeddedSpeaker, takes: list[Take]
) -> None:
    again = speaker.speak(SAID[0], speaker.cast(CAST, seed=0)["Anna"], seed=7)
    assert np.array_equal(again.samples, takes[0].speech.samples)
    assert again.phonemes == takes[0].speech.phonemes


def test_a_line_longer_than_the_model_takes_is_spoken_whole(speaker: EmbeddedSpeaker) -> None:
    text = "The road went on and on, over the hill and the river, and nobody came. " * 3
    speech = speaker.speak(Line("A", text), Voice("af_heart"), seed=0)
    assert [word.text for word in speech.words] == text.split()
    counts = count_words(text, Transcriber().text(speech.samples, SPEECH_RATE))
    assert counts.errors <= 0.05 * counts.words


@pytest.mark.parametrize("text", ["😀", "...", "Привет"])
def test_a_line_that_cannot_be_said_names_its_speaker(speaker: EmbeddedSpeaker, text: str) -> None:
    with pytest.raises(ShotFailed, match="Anna"):
        speaker.speak(Line("Anna", text), Voice("af_heart"), seed=0)


def test_a_matched_voice_comes_at_least_as_near_as_the_nearest_stock_voice(
    speaker: EmbeddedSpeaker, tmp_path: Path
) -> None:
    recogniser = SpeakerRecogniser()
    stranger = Voice("stranger", (("am_michael", 0.5), ("bm_fable", 0.5)), 1.06, 1.06)
    sample = speaker.speak(SAID[4], stranger, seed=0)
    soundfile.write(tmp_path / "voice.wav", sample.samples, SPEECH_RATE)
    target = recogniser.embed(sample.samples, SPEECH_RATE)
    person = Character("Max", (), VoiceSample(tmp_path / "voice.wav"), gender=Gender.MALE)
    voices = speaker.cast([person, CAST[3]], seed=0)
    assert voices["Max"].name == "Max"

    def likeness(voice: Voice) -> float:
        held_out = Line("Max", "She opened the old wooden door and stepped into the garden.")
        speech = speaker.speak(held_out, voice, seed=0)
        return speaker_similarity(recogniser.embed(speech.samples, SPEECH_RATE), target)

    nearest = max(likeness(Voice(name)) for name in ("am_michael", "bm_fable"))
    assert likeness(voices["Max"]) >= nearest


def test_a_sample_without_a_voice_is_refused(speaker: EmbeddedSpeaker, tmp_path: Path) -> None:
    path = tmp_path / "voice.wav"
    person = Character("Max", (), VoiceSample(path))
    soundfile.write(path, np.zeros(SPEECH_RATE), SPEECH_RATE)
    with pytest.raises(BankError, match="no voice"):
        speaker.cast([person], seed=0)
    path.write_bytes(b"not sound")
    with pytest.raises(BankError, match="that can be read"):
        speaker.cast([person], seed=0)
