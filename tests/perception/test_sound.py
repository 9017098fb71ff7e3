"""Resampling keeps what fits and drops what does not; mel bands are librosa's."""

import numpy as np
import pytest

from script2movie.perception.sound import mel_power, resample


@pytest.mark.parametrize("rate", [8_000, 22_050, 24_000, 44_100, 48_000])
def test_a_tone_stays_the_same_tone(rate: int) -> None:
    tone = np.sin(2 * np.pi * 1000 * np.arange(rate) / rate).astype(np.float32)
    heard = resample(tone, rate, 16_000)
    expected = np.sin(2 * np.pi * 1000 * np.arange(16_000) / 16_000)
    assert heard.dtype == np.float32
    assert len(heard) == 16_000
    assert np.abs(heard - expected)[800:-800].max() < 1e-3


@pytest.mark.parametrize("hertz", [8_500, 10_000, 11_500])
def test_what_is_too_high_is_gone_and_does_not_fold(hertz: int) -> None:
    tone = np.sin(2 * np.pi * hertz * np.arange(24_000) / 24_000).astype(np.float32)
    assert np.abs(resample(tone, 24_000, 16_000)[800:-800]).max() < 1e-3


def test_the_same_rate_is_the_same_sound() -> None:
    sound = np.random.default_rng(0).normal(size=100).astype(np.float32)
    assert resample(sound, 16_000, 16_000) is sound


def test_mel_power_is_its_definition() -> None:
    """One frame by hand: windowed DFT, squared, summed under triangles of equal area."""
    sound = np.random.default_rng(0).normal(0, 0.1, 1600).astype(np.float32)
    frame = 4  # centred on sample 640
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(400) / 400)
    part = sound[640 - 200 : 640 + 200] * window
    turns = np.exp(-2j * np.pi * np.outer(np.arange(201), np.arange(400)) / 400)
    power = np.abs(turns @ part) ** 2
    # Slaney: 15 mels to 1000 Hz, then 27 mels for every factor of 6.4
    top = 15 + 27 * np.log(8) / np.log(6.4)
    mels = np.linspace(0, top, 42)
    edges = [m * 200 / 3 if m < 15 else 1000 * 6.4 ** ((m - 15) / 27) for m in mels]
    for band in (0, 7, 20, 39):
        low, middle, high = edges[band : band + 3]
        total = 0.0
        for bin_, value in enumerate(power):
            hertz = bin_ * 40
            rise, fall = (hertz - low) / (middle - low), (high - hertz) / (high - middle)
            total += value * max(0.0, min(rise, fall)) * 2 / (high - low)
        measured = mel_power(sound, 40, "constant")[frame, band]
        assert measured == pytest.approx(total, rel=1e-4, abs=1e-9)


def test_there_is_a_frame_every_ten_milliseconds() -> None:
    assert mel_power(np.zeros(16_000, np.float32), 80, "reflect").shape == (101, 80)
