"""The film's sound: at its place, at its level, without a click, in little memory.

Loudness and peaks are measured by ffmpeg's ebur128, an implementation that is not ours.
"""

import re
import shutil
import subprocess
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import imageio_ffmpeg
import numpy as np
import pyloudnorm
import pytest
import soundfile
from numpy.typing import NDArray

from script2movie.audio.loudness import integrated_loudness, true_peak
from script2movie.audio.mix import EmbeddedMixer
from script2movie.audio.rooms import ambience_of
from script2movie.audio.score import Score, Stretch, bed_of_mood
from script2movie.errors import OutputError
from script2movie.movie import Light, Line, Style, Transition
from script2movie.stages import MIX_RATE, SPEECH_RATE, Cue, Setting, Speech, TimedSpeech, Utterance

KITCHEN = Setting("kitchen", True, Light.DAY, "", "", "warm", (), (), Style.PHOTO)
STREET = replace(KITCHEN, place="street", interior=False, mood="tense")


def babble(seconds: float, seed: int = 0, level: float = 0.1) -> NDArray[np.float32]:
    """Noise with the rhythm and the peaks of speech."""
    rng = np.random.default_rng(seed)
    length = round(seconds * SPEECH_RATE)
    clock = np.arange(length) / SPEECH_RATE
    syllables = np.clip(np.sin(2 * np.pi * 4 * clock), 0, 1) ** 2
    voice = np.sign(np.sin(2 * np.pi * 140 * clock)) + 0.5 * rng.standard_normal(length)
    return np.asarray(level * syllables * voice, np.float32)


def cue(
    *speeches: tuple[float, NDArray[np.float32]],
    setting: Setting = KITCHEN,
    seconds: float = 4.0,
    transition: Transition = Transition.CUT,
) -> Cue:
    utterances = tuple(
        Utterance(Line("A", "x"), Speech(samples, (), ()), start) for start, samples in speeches
    )
    timed = TimedSpeech(utterances, seconds)
    return Cue(setting, timed, round(seconds * MIX_RATE), transition)


def scene(level: float = 0.1) -> list[Cue]:
    return [
        cue((0.3, babble(3.0, 1, level))),
        cue((0.2, babble(1.5, 2, level)), (2.0, babble(1.5, 3, level))),
        cue(setting=STREET, transition=Transition.DISSOLVE),
        cue((0.3, babble(2.5, 4, level)), setting=STREET),
    ]


def heard(path: Path) -> tuple[float, float]:
    """Integrated loudness (LUFS) and true peak (dBTP) by ffmpeg."""
    program = imageio_ffmpeg.get_ffmpeg_exe()
    command = [program, "-nostats", "-i", path, "-af", "ebur128=peak=true", "-f", "null", "-"]
    report = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    summary = report[report.rindex("Summary:") :]
    return tuple(  # type: ignore[return-value]
        float(re.search(rf"{name}:\s+(-?[\d.]+|-inf)", summary)[1])  # type: ignore[index]
        for name in ("I", "Peak")
    )


def mixed(
    cues: Iterator[Cue] | list[Cue], path: Path, *, music: bool = False
) -> NDArray[np.float32]:
    folder = path.with_suffix("")
    shutil.rmtree(folder, ignore_errors=True)
    EmbeddedMixer().mix(iter(cues), folder, music=music, seed=0)
    path.write_bytes((folder / "mix.wav").read_bytes())
    samples, rate = soundfile.read(path, dtype="float32")
    assert rate == MIX_RATE
    return samples


@pytest.mark.parametrize("music", [False, True])
@pytest.mark.parametrize("level", [0.01, 0.1, 0.8])
def test_a_film_is_at_one_loudness_whatever_its_lines_were(
    tmp_path: Path, level: float, music: bool
) -> None:
    samples = mixed(scene(level), tmp_path / "mix.wav", music=music)
    loudness, peak = heard(tmp_path / "mix.wav")
    assert abs(loudness + 16.0) < 1.0
    assert peak < -1.0
    assert samples.shape == (sum(one.num_samples for one in scene()), 2)


def test_our_meter_agrees_with_two_others(tmp_path: Path) -> None:
    samples = mixed(scene(), tmp_path / "mix.wav")
    loudness, peak = heard(tmp_path / "mix.wav")
    library = pyloudnorm.Meter(MIX_RATE).integrated_loudness(samples.astype(np.float64))
    assert abs(integrated_loudness(samples, MIX_RATE) - library) < 0.15
    assert abs(integrated_loudness(samples, MIX_RATE) - loudness) < 0.15
    assert abs(20 * np.log10(true_peak(samples)) - peak) < 0.3


def test_a_track_is_as_long_as_its_shot_and_a_line_at_its_sample() -> None:
    shot = replace(cue((0.5, babble(1.0))), num_samples=4 * MIX_RATE + 7)
    track = EmbeddedMixer().track(shot, seed=0)
    assert track.shape == (4 * MIX_RATE + 7, 2)
    assert track.dtype == np.float32
    clicks = np.zeros(SPEECH_RATE, np.float32)
    clicks[SPEECH_RATE // 2] = 0.5
    track = EmbeddedMixer().track(cue((1.25, clicks)), seed=0)
    assert abs(int(np.abs(track[:, 0]).argmax()) - round(1.75 * MIX_RATE)) <= 1


def test_a_line_that_outlasts_its_shot_is_cut_without_a_click() -> None:
    track = EmbeddedMixer().track(cue((3.5, babble(2.0))), seed=0)
    assert np.abs(track[-1]).max() < 0.02


def test_a_silent_film_keeps_its_room_tone_low(tmp_path: Path) -> None:
    samples = mixed([cue(), cue(setting=STREET)], tmp_path / "mix.wav")
    assert 0 < np.abs(samples).max() < 0.03


def test_cuts_do_not_click(tmp_path: Path) -> None:
    samples = mixed([cue(), cue(), cue(setting=STREET), cue()], tmp_path / "mix.wav")[:, 0]
    steps = np.abs(np.diff(samples))
    usual = np.quantile(steps, 0.9999)
    for cut in (4, 8, 12):
        around = steps[cut * MIX_RATE - 50 : cut * MIX_RATE + 50]
        assert around.max() < 1.5 * usual


def test_room_tone_runs_on_through_a_cut(tmp_path: Path) -> None:
    one, path = cue(seconds=8.0), tmp_path / "mix.wav"
    whole = mixed([one], path)
    halves = mixed([cue(), cue()], path)
    assert np.abs(whole - halves).max() < 4 / 32768  # but for dither


def test_the_same_film_is_the_same_file(tmp_path: Path) -> None:
    for name in ("one.wav", "two.wav"):
        mixed(scene(), tmp_path / name)
    assert (tmp_path / "one.wav").read_bytes() == (tmp_path / "two.wav").read_bytes()


def test_memory_does_not_grow_with_the_film(tmp_path: Path) -> None:
    def peak(count: int) -> int:
        tracemalloc.start()
        mixed_cues = (cue((0.3, babble(3.0))) for _ in range(count))
        EmbeddedMixer().mix(mixed_cues, tmp_path / str(count), music=False, seed=0)
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    EmbeddedMixer().track(cue((0.3, babble(3.0))), seed=0)  # the room is made once
    assert peak(40) < 1.1 * peak(12)


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="nowhere"):
        EmbeddedMixer().mix(iter([cue()]), tmp_path / "nowhere" / "mix", music=False, seed=0)
    assert not list(tmp_path.iterdir())


def test_music_sinks_while_people_speak_and_rises_before_they_do_not() -> None:
    second = MIX_RATE
    score = Score([Stretch(0, "calm")], [(10 * second, 14 * second)], 30 * second)
    alone = Score([Stretch(0, "calm")], [], 30 * second)

    def sunk(start: float, end: float) -> float:
        levels = [
            np.sqrt(np.mean(one.between(round(start * second), round(end * second)) ** 2))
            for one in (score, alone)
        ]
        return float(20 * np.log10(levels[0] / levels[1]))

    assert sunk(8.0, 9.7) == pytest.approx(0.0, abs=0.1)
    assert sunk(10.0, 14.0) == pytest.approx(-12.0, abs=0.1)
    assert sunk(14.7, 18.0) == pytest.approx(0.0, abs=0.1)


def test_any_stretch_of_the_music_is_the_same_however_it_is_asked_for() -> None:
    second = MIX_RATE
    score = Score(
        [Stretch(0, "calm"), Stretch(7 * second, "tense")], [(second, 2 * second)], 20 * second
    )
    whole = score.between(0, 20 * second)
    pieces = [
        score.between(start, start + 2 * second + 1)
        for start in range(0, 16 * second, 2 * second + 1)
    ]
    joined = np.concatenate(pieces)
    assert np.allclose(joined, whole[: len(joined)], atol=1e-6)
    assert np.abs(whole[:10]).max() < 1e-3
    assert np.abs(whole[-10:]).max() < 1e-3


@pytest.mark.parametrize(
    ("place", "interior", "light", "name"),
    [
        ("kitchen", True, Light.DAY, "quiet_room"),
        ("a bar on the corner", True, Light.NIGHT, "bar"),
        ("Walter's workshop", True, Light.DAY, "quiet_room"),
        ("the pier", False, Light.DAY, "sea"),
        ("nowhere", False, Light.DAY, "street"),
        ("nowhere", False, Light.NIGHT, "night"),
    ],
)
def test_a_place_sounds_like_the_place(place: str, interior: bool, light: Light, name: str) -> None:
    setting = replace(KITCHEN, place=place, interior=interior, light=light)
    assert ambience_of(setting).name == name


def test_the_moods_that_a_planner_names_have_music_of_their_own() -> None:
    found = {bed_of_mood(mood).file for mood in ("tense", "sad", "joyful", "warm", "mysterious")}
    assert len(found) == 5
    assert bed_of_mood("") == bed_of_mood("calm")
