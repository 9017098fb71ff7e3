"""What a mouth must do for the sounds of English."""

import numpy as np
import pytest

from script2movie.audio.visemes import Mouth, mouths
from script2movie.stages import SPEECH_RATE, Phoneme, Speech

FPS = 24


def speech(sounds: str, length: float = 0.1, loud: float = 0.1) -> Speech:
    """Sounds of equal length, one after the other, in a voice of one loudness."""
    symbols = sounds.split()
    phonemes = tuple(Phoneme(s, i * length, (i + 1) * length) for i, s in enumerate(symbols))
    clock = np.arange(round(len(symbols) * length * SPEECH_RATE)) / SPEECH_RATE
    return Speech((loud * np.sin(2 * np.pi * 150 * clock)).astype(np.float32), phonemes, ())


def mouth(sounds: str, length: float = 0.1, start: float = 0.5, fps: int = FPS) -> Mouth:
    said = speech(sounds, length)
    return mouths(said, start, int((said.duration + 2 * start + 1) * fps), fps)


def middle(number: int, length: float = 0.1, start: float = 0.5, fps: int = FPS) -> int:
    """The frame in the middle of a sound."""
    return int((start + (number + 0.5) * length) * fps)


@pytest.mark.parametrize("fps", [24, 25, 30, 60])
@pytest.mark.parametrize("sound", ["B", "M", "P"])
@pytest.mark.parametrize("length", [0.05, 0.08, 0.14])
def test_lips_meet_for_b_m_and_p(sound: str, length: float, fps: int) -> None:
    said = mouth(f"AA1 {sound} AA1 {sound} IY0", length, fps=fps)
    for number in (1, 3):
        first, last = (int((0.5 + n * length) * fps) for n in (number, number + 1))
        assert said.opening[first : last + 1].min() < 0.01


def test_lips_part_for_vowels_between_them() -> None:
    said = mouth("M AA1 M AA1 M", 0.12)
    assert said.opening[middle(1, 0.12)] > 0.15
    assert said.opening[middle(3, 0.12)] > 0.15


@pytest.mark.parametrize("sound", ["F", "V"])
def test_a_lip_meets_the_teeth_for_f_and_v(sound: str) -> None:
    said = mouth(f"AA1 {sound} AA1")
    assert said.bite[middle(1)] > 0.9
    assert said.opening[middle(1)] < 0.08
    assert said.bite[middle(0) - 1] < 0.2


def test_open_vowels_open_more_than_close_ones() -> None:
    opening = {v: mouth(f"K {v} K").opening[middle(1)] for v in ("AA1", "EH1", "IY1", "UW1")}
    assert opening["AA1"] > opening["EH1"] > opening["IY1"] > 0.02
    assert opening["AA1"] > 2 * opening["UW1"]


def test_lips_are_round_for_uw_and_wide_for_iy() -> None:
    assert mouth("K UW1 K").wide[middle(1)] < -0.4
    assert mouth("K IY1 K").wide[middle(1)] > 0.3


def test_loud_speech_opens_the_mouth_more() -> None:
    said = speech("K AA1 K K AA1 K")
    half = len(said.samples) // 2
    quiet = np.concatenate([said.samples[:half] * 0.1, said.samples[half:]])
    curve = mouths(Speech(quiet, said.phonemes, ()), 0.5, 60, FPS)
    assert curve.opening[middle(4)] > 1.15 * curve.opening[middle(1)]


def test_before_and_after_a_line_the_face_has_its_own_mouth() -> None:
    said = mouth("HH AH0 L OW1")
    start, end = int(0.5 * FPS), int(0.9 * FPS)
    assert said.speaking[: start - 4].max() == 0
    assert said.speaking[end + 4 :].max() == 0
    assert said.speaking[start + 1 : end - 1].min() > 0.9


def test_a_long_pause_inside_a_line_brings_the_mouth_to_rest() -> None:
    phonemes = (Phoneme("AA", 0.0, 0.2), Phoneme("SIL", 0.2, 1.0), Phoneme("AA", 1.0, 1.2))
    samples = np.full(round(1.2 * SPEECH_RATE), 0.1, np.float32)
    said = mouths(Speech(samples, phonemes, ()), 0.0, 40, FPS)
    assert said.speaking[int(0.6 * FPS)] == 0
    assert said.speaking[int(1.1 * FPS)] > 0.9


def test_silence_moves_nothing() -> None:
    silent = Speech(np.zeros(SPEECH_RATE, np.float32), (Phoneme("SIL", 0, 1),), ())
    said = mouths(silent, 0.2, 48, FPS)
    assert said.speaking.max() == said.opening.max() == 0


def test_a_very_short_cry_is_spoken() -> None:
    said = mouths(speech("AA1", 0.06), 0.0, 24, FPS)
    assert said.opening.max() > 0.05


def test_a_word_space_does_not_shut_the_mouth_between_open_vowels() -> None:
    phonemes = (Phoneme("AA", 0.0, 0.2), Phoneme("SIL", 0.2, 0.29), Phoneme("AA", 0.29, 0.5))
    samples = np.full(round(0.5 * SPEECH_RATE), 0.1, np.float32)
    said = mouths(Speech(samples, phonemes, ()), 0.5, 40, FPS)
    assert said.opening[int(0.55 * FPS) : int(0.95 * FPS)].min() > 0.2


def test_a_long_consonant_is_left_for_its_vowel() -> None:
    phonemes = (Phoneme("B", 0.0, 0.2), Phoneme("AA", 0.2, 0.35), Phoneme("SIL", 0.35, 0.8))
    samples = np.full(round(0.8 * SPEECH_RATE), 0.1, np.float32)
    said = mouths(Speech(samples, phonemes, ()), 0.5, 40, FPS)
    assert said.opening[int(0.68 * FPS)] > 0.15


def test_a_mouth_rests_in_silence_that_letters_run_through() -> None:
    said = speech("K AA1 T AA1 K", 0.2)
    silent = slice(round(0.42 * SPEECH_RATE), round(0.62 * SPEECH_RATE))
    said.samples[silent] = 0
    curve = mouths(said, 0.5, 60, FPS)
    assert curve.opening[int(1.02 * FPS)] < 0.05
    assert min(curve.opening[middle(1, 0.2)], curve.opening[middle(3, 0.2)]) > 0.2


def test_a_last_vowel_is_open_for_as_long_as_it_is_heard() -> None:
    heard = speech("M IY1 IY1 IY1 IY1")
    short = (Phoneme("M", 0.0, 0.1), Phoneme("IY", 0.1, 0.25), Phoneme("SIL", 0.25, 0.5))
    curve = mouths(Speech(heard.samples, short, ()), 0.5, 60, FPS)
    assert curve.opening[int(0.9 * FPS)] > 0.1


@pytest.mark.parametrize("sound", ["B", "M", "P"])
def test_a_long_closure_is_left_for_its_vowel(sound: str) -> None:
    phonemes = (Phoneme("AH", 0, 0.1), Phoneme(sound, 0.1, 0.25), Phoneme("EY", 0.25, 0.4))
    samples = speech("AH0 M EY1 EY1").samples
    curve = mouths(Speech(samples, phonemes, ()), 0.5, 40, FPS)
    assert curve.opening[int(0.62 * FPS) : int(0.66 * FPS) + 1].min() < 0.01
    assert curve.opening[int(0.76 * FPS)] > 0.15


def test_an_unstressed_vowel_opens_less_than_an_open_one() -> None:
    opening = {v: mouth(f"K {v} K").opening[middle(1)] for v in ("AA1", "AH0", "T")}
    assert opening["AA1"] > 1.5 * opening["AH0"] > 1.5 * opening["T"]
