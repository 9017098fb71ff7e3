"""Voice samples as people have them, and lines as people write them."""

import subprocess
from pathlib import Path

import imageio_ffmpeg
import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from script2movie.audio.clauses import join_parts, split_clauses
from script2movie.audio.embedded import EmbeddedSpeaker
from script2movie.audio.reading import text_to_say
from script2movie.audio.references import prepare_reference
from script2movie.bank.voices import check_voice_sample
from script2movie.errors import BankError, ShotFailed
from script2movie.movie import Line, VoiceSample
from script2movie.perception.words import count_words
from script2movie.stages import SPEECH_RATE, Voice

SAID = (
    "Nobody told me that the meeting was moved to Thursday.",
    "I keep every letter that she ever sent me in that drawer.",
    "There is a storm coming, and the horses know it.",
)


@pytest.fixture(scope="module")
def speaker() -> EmbeddedSpeaker:
    return EmbeddedSpeaker()


@pytest.fixture(scope="module")
def voices(speaker: EmbeddedSpeaker) -> dict[str, NDArray[np.float32]]:
    """Two people, with sentences and pauses: some ten seconds of one, three of the other."""
    pause = np.zeros(SPEECH_RATE // 2, np.float32)
    said = {}
    for name, texts in (("am_michael", SAID), ("af_bella", SAID[1:2])):
        lines = [speaker.speak(Line("x", text), Voice(name), seed=0).samples for text in texts]
        said[name] = np.concatenate([part for line in lines for part in (line, pause)])
    return said


@pytest.mark.parametrize("kind", ["eight bits", "mp3", "m4a", "quiet", "long"])
def test_any_usual_recording_gives_a_reference(
    voices: dict[str, NDArray[np.float32]], tmp_path: Path, kind: str
) -> None:
    samples = voices["am_michael"]
    path = tmp_path / "voice.wav"
    match kind:
        case "eight bits":
            old = np.interp(np.arange(0, len(samples), 3), np.arange(len(samples)), samples)
            soundfile.write(path, np.stack([old, old], 1) * 1.5, 8_000, subtype="PCM_U8")
        case "mp3":
            path = tmp_path / "voice.mp3"
            soundfile.write(path, samples, SPEECH_RATE)
        case "m4a":
            soundfile.write(path, samples, SPEECH_RATE)
            command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-i", path]
            path = tmp_path / "voice.m4a"
            subprocess.run([*command, path], check=True)
        case "quiet":
            soundfile.write(path, samples * 0.05, SPEECH_RATE)
        case "long":  # half a minute, of which the middle is spoiled
            spoiled = np.clip(samples * 60, -1, 1)
            soundfile.write(path, np.concatenate((samples, spoiled, samples)), SPEECH_RATE)
    check_voice_sample(path)
    reference = prepare_reference(VoiceSample(path), "Ann", language="en")
    seconds = len(reference.samples) / SPEECH_RATE
    assert 4.0 < seconds <= 12.5
    assert not reference.samples[-SPEECH_RATE // 3 :].any()  # silent at its end
    heard = count_words(" ".join(SAID), reference.transcript)
    assert heard.substitutions + heard.insertions <= (6 if kind == "eight bits" else 2)
    if kind != "eight bits":
        assert np.abs(np.diff(reference.samples)).max() < 0.9
    # With its words given they are not written down by ear.
    if kind == "mp3":
        given = VoiceSample(path, " ".join(SAID))
        mine = prepare_reference(given, "Ann", language="en")
        assert set(mine.transcript.split()) <= set(" ".join(SAID).split())
        assert np.array_equal(mine.samples, reference.samples)


def test_what_would_spoil_a_clone_is_refused(
    voices: dict[str, NDArray[np.float32]], tmp_path: Path
) -> None:
    one, other = voices["am_michael"], voices["af_bella"]
    clock = np.arange(len(one)) / SPEECH_RATE
    music = sum(np.sin(2 * np.pi * f * clock) for f in (220, 277, 330, 440))
    cases = {
        "behind Ann's voice": one + 0.03 * np.asarray(music, np.float32),
        "two people are heard": np.concatenate((np.array_split(one, 3)[0], other)),
        "of Ann speaking on end|holds .* of Ann": one[: SPEECH_RATE * 3 // 2],
    }
    for number, (told, samples) in enumerate(cases.items()):
        path = tmp_path / f"{number}.wav"
        soundfile.write(path, np.clip(samples, -1, 1), SPEECH_RATE)
        with pytest.raises(BankError, match=told):
            prepare_reference(VoiceSample(path), "Ann", language="en")
    soundfile.write(tmp_path / "voice.wav", one, SPEECH_RATE)
    wrong = VoiceSample(tmp_path / "voice.wav", "It was the last night of the long summer.")
    with pytest.raises(BankError, match="is not what is said in it"):
        prepare_reference(wrong, "Ann", language="en")
    path = tmp_path / "broken.m4a"
    path.write_bytes(b"no sound at all")
    with pytest.raises(BankError, match="is not a recording that can be read"):
        check_voice_sample(path)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (
            "It costs $5.20 in 1984.",
            "It costs five dollars and twenty cents in nineteen eighty-four.",
        ),
        ("Dr. Smith, 10th St., 20%", "Dr Smith, tenth Street, twenty percent"),
        ("See www.example.com/shop now", "See example dot com slash shop now"),
        ("(laughs) No. [sighs] Well, yes.", "No. Well, yes."),
        ("3,000 men and 2.5 miles", "three thousand men and two point five miles"),
        ("*Really*?", "Really?"),
    ],
)
def test_numbers_abbreviations_addresses_and_directions(written: str, said: str) -> None:
    assert text_to_say(Line("Ann", written), language="en") == said


@pytest.mark.parametrize("text", ["...", "?!", "—", "(laughs)", "*  *"])
def test_a_line_of_marks_alone_is_refused_with_its_words(
    text: str, speaker: EmbeddedSpeaker
) -> None:
    with pytest.raises(ShotFailed, match="Ann: "):
        text_to_say(Line("Ann", text), language="en")
    with pytest.raises(ShotFailed, match="Ann: "):
        text_to_say(Line("Ann", text), language="zh")


def test_another_script_is_refused_in_english_and_kept_in_its_own() -> None:
    with pytest.raises(ShotFailed, match="cannot be spoken by English voices"):
        text_to_say(Line("Ann", "Привет, мир"), language="en")
    assert text_to_say(Line("Ann", "你好。 世界。"), language="zh") == "你好。 世界。"


def test_two_thousand_characters_are_cut_where_one_breathes_and_joined_without_a_click() -> None:
    text = ("The boats came home, one after the other; nobody spoke. " * 40)[:2000]
    parts = split_clauses(text, 135)
    assert all(0 < len(part) <= 135 for part in parts)
    assert " ".join(parts) == " ".join(text.split())
    assert all(part[-1] in ".;," for part in parts[:-1])
    assert split_clauses("x" * 300, 135) == ["x" * 135, "x" * 135, "x" * 30]
    assert split_clauses("", 135) == []
    clock = np.arange(SPEECH_RATE) / SPEECH_RATE
    tone = (0.5 * np.sin(2 * np.pi * 200 * clock)).astype(np.float32)
    joined = join_parts([(part, tone) for part in parts[:4]])
    assert np.abs(np.diff(joined)).max() < 1.2 * np.abs(np.diff(tone)).max()
    assert abs(len(joined) / SPEECH_RATE - 4 - 3 * 0.2) < 0.5
