"""One voice is like itself whatever it says and however loud; another is less like it."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from script2movie import weights
from script2movie.perception.speaker import SpeakerRecogniser, speaker_similarity, voiced

Sound = NDArray[np.float32]


@pytest.fixture(scope="module")
def recogniser() -> SpeakerRecogniser:
    return SpeakerRecogniser()


def voice_like(seconds: float, rate: int) -> Sound:
    """Harmonics under two moving formants, in syllables with pauses: heard as a voice."""
    time = np.arange(round(seconds * rate)) / rate
    pitch = 140 + 25 * np.sin(2 * np.pi * 0.7 * time)
    phase = 2 * np.pi * np.cumsum(pitch) / rate
    formant = 600 + 250 * np.sin(2 * np.pi * 1.3 * time)
    sound = sum(
        np.sin(n * phase) * np.exp(-(((n * pitch - formant) / 400) ** 2))
        + 0.3 * np.sin(n * phase) * np.exp(-(((n * pitch - 2400) / 500) ** 2))
        for n in range(1, 30)
    )
    syllables = np.clip(np.sin(2 * np.pi * 3 * time) + 0.4, 0, 1)
    talking = np.sin(2 * np.pi * 0.25 * time) > -0.7
    return np.asarray(0.1 * sound * syllables * talking, np.float32)


def test_it_is_resemblyzer(recogniser: SpeakerRecogniser) -> None:
    """Against the original's embedding and voice activity of the same sound."""
    reference = np.load(Path(__file__).parent / "reference/resemblyzer.npz")
    sound = voice_like(8, 16_000)
    assert len(voiced(sound, 16_000)) == reference["num_samples"] < len(sound)
    similarity = speaker_similarity(recogniser.embed(sound, 16_000), reference["embedding"])
    assert similarity == pytest.approx(1, abs=1e-5)


def test_an_embedding_is_256_numbers_of_norm_1(recogniser: SpeakerRecogniser) -> None:
    embedding = recogniser.embed(voice_like(3, 24_000), 24_000)
    assert embedding.shape == (256,)
    assert embedding.dtype == np.float32
    assert np.linalg.norm(embedding) == pytest.approx(1, abs=1e-6)
    np.testing.assert_array_equal(embedding, recogniser.embed(voice_like(3, 24_000), 24_000))


def test_a_voice_is_itself_softly_and_with_pauses(
    recogniser: SpeakerRecogniser, speech: tuple[Sound, int]
) -> None:
    samples, rate = speech
    once = recogniser.embed(samples, rate)
    softly = recogniser.embed(samples * np.float32(0.02), rate)
    late = recogniser.embed(np.pad(samples, (rate, 2 * rate)), rate)
    assert speaker_similarity(once, softly) > 0.95
    assert speaker_similarity(once, late) > 0.95


def test_two_voices_are_less_alike_than_one_voice_twice(
    recogniser: SpeakerRecogniser, speech: tuple[Sound, int]
) -> None:
    samples, rate = speech
    half = len(samples) // 2
    first, second = recogniser.embed(samples[:half], rate), recogniser.embed(samples[half:], rate)
    other = recogniser.embed(voice_like(4, rate), rate)
    assert speaker_similarity(first, second) > 0.75
    assert speaker_similarity(first, other) < speaker_similarity(first, second) - 0.15


def test_silence_has_no_voice(recogniser: SpeakerRecogniser) -> None:
    silence = np.zeros(16_000, np.float32)
    assert voiced(silence, 16_000).size == 0
    with pytest.raises(ValueError, match=r"no sound in 1\.00 s"):
        recogniser.embed(silence, 16_000)


def test_a_sound_shorter_than_a_word_is_heard_whole(recogniser: SpeakerRecogniser) -> None:
    click = np.random.default_rng(0).normal(0, 0.1, 300).astype(np.float32)
    assert recogniser.embed(click, 16_000).shape == (256,)


def test_no_weight_is_needed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The encoder ships with the package."""
    monkeypatch.setenv("SCRIPT2MOVIE_WEIGHTS", str(tmp_path))
    assert not any(status.present for status in weights.status())
    assert SpeakerRecogniser().embed(voice_like(2, 16_000), 16_000).any()
