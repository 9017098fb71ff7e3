"""A film's sound in its parts: dialogue over its bed, each part on disk, no click between shots."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from test_mix import KITCHEN, babble, cue, heard

from script2movie.audio.effects import effects
from script2movie.audio.mix import EmbeddedMixer
from script2movie.audio.treatment import Treatment, treated, treatment_of
from script2movie.movie import NARRATOR, Light, Line, Transition
from script2movie.stages import MIX_RATE, STEMS, Cue, TimedSpeech, Utterance

PLACES = ("kitchen", "street", "bar", "forest")
MOODS = ("", "tense", "joyful")
SOUNDS = ("", "", "a knock at the door", "thunder in the distance", "the phone rings")


def random_cues(seed: int) -> list[Cue]:
    """Three or four shots of any place, mood, join, sound and number of lines."""
    rng = np.random.default_rng(seed)
    cues = []
    for number in range(rng.integers(3, 5)):
        setting = replace(
            KITCHEN,
            place=str(rng.choice(PLACES)),
            interior=bool(rng.integers(2)),
            mood=str(rng.choice(MOODS)),
            light=list(Light)[rng.integers(4)],
        )
        lines = [
            (0.2 + 1.1 * n, babble(0.9, 10 * seed + n, float(rng.uniform(0.05, 0.3))))
            for n in range(rng.integers(0, 3) if number else 2)
        ]
        join = list(Transition)[rng.integers(3)]
        one = cue(*lines, setting=setting, seconds=2.4, transition=join)
        cues.append(replace(one, sound=str(rng.choice(SOUNDS))))
    return cues


@pytest.mark.parametrize("seed", range(20))
def test_any_film_is_in_range_and_its_dialogue_stands_out(tmp_path: Path, seed: int) -> None:
    cues = random_cues(seed)
    EmbeddedMixer().mix(iter(cues), tmp_path / "mix", music=True, seed=0)
    loudness, peak = heard(tmp_path / "mix" / "mix.wav")
    assert abs(loudness + 16.0) < 1.0 and peak < -1.0
    read = {n: soundfile.read(tmp_path / "mix" / f"{n}.wav")[0] for n in ("mix", *STEMS)}
    total = sum(one.num_samples for one in cues)
    assert all(len(stem) == total for stem in read.values())
    # The stems add up to the mix, but for the dither of each.
    assert np.abs(sum(read[name] for name in STEMS) - read["mix"]).max() < 8 / 32768
    # While somebody speaks they are 10 dB above all else together.
    clock, spoken = 0, np.zeros(total, bool)
    for one in cues:
        for said in one.speech.utterances:
            start = clock + round(said.start * MIX_RATE)
            spoken[start : start + round(said.speech.duration * MIX_RATE)] = True
        clock += one.num_samples
    bed = read["music"] + read["ambience"]
    level = [20 * np.log10(np.sqrt((x[spoken] ** 2).mean())) for x in (read["dialogue"], bed)]
    assert level[0] - level[1] >= 10.0
    # No click where shots meet: no step that the sound around it does not have.
    steps = np.abs(np.diff(read["mix"][:, 0]))
    clock = 0
    for one in cues[:-1]:
        clock += one.num_samples
        beside = np.concatenate((steps[clock - 2400 : clock - 3], steps[clock + 3 : clock + 2400]))
        assert steps[clock - 3 : clock + 3].max() <= max(1.5 * beside.max(), 1e-3)


@pytest.mark.parametrize(
    ("line", "treatment"),
    [
        (Line("Ann", "x"), Treatment.ROOM),
        (Line(NARRATOR, "x", off_screen=True), Treatment.NARRATION),
        (Line("Ann", "x", off_screen=True), Treatment.AWAY),
        (Line("Ann", "x", "V.O.", off_screen=True), Treatment.NARRATION),
        (Line("Ann", "x", "over the phone", off_screen=True), Treatment.WIRE),
        (Line("Ann", "x", "into the phone"), Treatment.ROOM),
        (Line("Ann", "x", "on the phone"), Treatment.ROOM),  # she is here; who listens is not
        (Line("Ann", "x", "from the radio, tired", off_screen=True), Treatment.WIRE),
        (Line("Crowd", "x"), Treatment.CROWD),
        (Line("Allan", "x"), Treatment.ROOM),
    ],
)
def test_how_a_voice_comes(line: Line, treatment: Treatment) -> None:
    assert treatment_of(line) is treatment


def test_a_telephone_has_no_lows_and_no_highs_and_a_crowd_is_wide() -> None:
    voice = np.repeat(babble(2.0, 1), 2)  # at 48 kHz

    def bands(line: Line) -> tuple[float, float]:
        sound = treated(voice, line, KITCHEN)
        assert np.isfinite(sound).all() and sound.shape == (len(voice), 2)
        power = np.abs(np.fft.rfft(sound[:, 0])) ** 2
        hertz = np.fft.rfftfreq(len(sound), 1 / MIX_RATE)
        middle = power[(hertz > 400) & (hertz < 3000)].sum()
        return (
            float(power[hertz < 200].sum() / middle),
            float(power[hertz > 5000].sum() / middle),
        )

    near = bands(Line("Ann", "x"))
    wired = bands(Line("Ann", "x", "over the phone", off_screen=True))
    assert wired[0] < near[0] / 20 and wired[1] < near[1] / 10
    sides = treated(voice, Line("Crowd", "x"), KITCHEN)
    assert np.corrcoef(sides.T)[0, 1] < 0.8
    for line in (Line("Ann", "x"), Line("Crowd", "x"), Line(NARRATOR, "x", off_screen=True)):
        level = [np.sqrt((s**2).mean()) for s in (treated(voice, line, KITCHEN), voice)]
        assert 20 * np.log10(level[0] / level[1]) == pytest.approx(0, abs=1.5)


def test_a_shots_sound_is_heard_where_a_sound_is_known() -> None:
    assert len(effects("A knock at the door, then footsteps.")) == 2
    assert effects("silence") == () == effects("")
    empty = Cue(KITCHEN, TimedSpeech((), 3.0), 3 * MIX_RATE)
    still = EmbeddedMixer().track(empty, seed=0)
    knocked = EmbeddedMixer().track(replace(empty, sound="a knock"), seed=0)
    change = np.abs(knocked - still).max(1)
    assert change[: round(0.14 * MIX_RATE)].max() < 1e-6 < change.max() < 0.6


def test_a_voice_rings_out_in_its_room(tmp_path: Path) -> None:
    click = np.zeros(2400, np.float32)
    click[2000] = 0.5
    said = cue((0.5, click))
    utterance = said.speech.utterances[0]
    assert isinstance(utterance, Utterance)
    track = EmbeddedMixer().track(said, seed=0) - EmbeddedMixer().track(cue(), seed=0)
    after = track[round(0.61 * MIX_RATE) : round(0.66 * MIX_RATE)]
    assert np.abs(after).max() > 1e-4
