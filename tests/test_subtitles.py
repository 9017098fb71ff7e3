"""Subtitles: what a viewer reads, and when."""

import html
import random
import re
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from script2movie.errors import OutputError
from script2movie.movie import NARRATOR, Line
from script2movie.stages import SPEECH_RATE, Speech, TimedSpeech, Utterance, Word
from script2movie.subtitles import subtitles, write_srt, write_vtt
from script2movie.timeline import Clip

TEXT = (
    "I never said that, did I? When the rain stopped we walked home; nobody spoke. Oh! The old "
    "lighthouse-keeper's daughter waited for him, as she always had, on the incomprehensibly "
    "long pier - and then he came."
)


def spoken(text: str, *, start: float = 0.0, pace: float = 0.3, gap: float = 0.02) -> Speech:
    """`text` said at an even pace, `pace` seconds a word."""
    words = []
    for word in text.split():
        words.append(Word(word, start, start + pace - gap))
        start += pace
    samples = np.zeros(round(start * SPEECH_RATE), np.float32)
    return Speech(samples, (), tuple(words))


def clip_of(*utterances: Utterance, start: float = 0.0, shot_id: str = "s01_sh001") -> Clip:
    duration = max((u.start + u.speech.duration for u in utterances), default=2.0) + 0.5
    speech = TimedSpeech(utterances, duration)
    return Clip(shot_id, Path(f"{shot_id}.mp4"), start, round(duration * 24), speech)


def random_film(seed: int) -> list[Clip]:
    generator = random.Random(seed)
    clips: list[Clip] = []
    start = 3.0
    for number in range(8):
        at, utterances = 0.2, []
        for _ in range(generator.randint(0, 3)):
            text = " ".join(generator.choices(TEXT.split(), k=generator.randint(1, 45)))
            speech = spoken(text, pace=generator.uniform(0.12, 0.6))
            line = Line(generator.choice(["Anna", "Ben", NARRATOR]), text)
            line = Line(line.character, text, off_screen=generator.random() < 0.4)
            utterances.append(Utterance(line, speech, at))
            at += speech.duration + generator.uniform(0.0, 0.6)
        clips.append(clip_of(*utterances, start=start, shot_id=f"s01_sh{number:03}"))
        start += clips[-1].num_frames / 24
    return clips


@pytest.mark.parametrize("seed", range(12))
def test_any_film_reads_well(seed: int) -> None:
    clips = random_film(seed)
    cues = subtitles(clips)
    for cue in cues:
        assert 1 <= len(cue.lines) <= 2
        for number, line in enumerate(cue.lines):
            shown = ("" if number else cue.label) + " ".join(word.text for word in line)
            assert 0 < len(shown) <= 42
        words = [word for line in cue.lines for word in line]
        assert abs(cue.start - words[0].start) <= 0.1 + 1e-9
        assert cue.end >= words[-1].end - 1e-9
        assert cue.end - words[-1].end <= 0.1 + 1e-9 or cue.end - cue.start <= 0.8 + 1e-9
    assert all(first.end <= second.start + 1e-9 for first, second in pairwise(cues))
    said = [word.text for c in clips for u in c.speech.utterances for word in u.speech.words]
    assert [word.text for cue in cues for line in cue.lines for word in line] == said


def test_a_cue_ends_where_a_sentence_ends() -> None:
    text = "We waited at the station until the very last train. Then she turned, and she left me."
    cues = subtitles([clip_of(Utterance(Line("Anna", text), spoken(text), 0.2))])
    assert [cue.lines[-1][-1].text for cue in cues] == ["train.", "me."]


def test_a_short_word_stays_long_enough_to_read() -> None:
    cues = subtitles([clip_of(Utterance(Line("Anna", "No."), spoken("No."), 0.2))])
    assert cues[0].end - cues[0].start == pytest.approx(0.8)


def test_a_long_silence_ends_a_cue() -> None:
    speech = spoken("Wait.")
    late = Word("Listen", 2.0, 2.4), Word("now", 2.4, 2.7)
    speech = Speech(np.zeros(3 * SPEECH_RATE, np.float32), (), (*speech.words, *late))
    cues = subtitles([clip_of(Utterance(Line("Anna", "Wait. Listen now"), speech, 0.0))])
    assert [cue.lines[0][0].text for cue in cues] == ["Wait.", "Listen"]


def test_srt_shows_who_is_not_seen(tmp_path: Path) -> None:
    write_srt(
        [
            clip_of(
                Utterance(Line(NARRATOR, "It rained.", off_screen=True), spoken("It rained."), 0.2),
                Utterance(Line("Zoë", "Wer da?", off_screen=True), spoken("Wer da?"), 2.0),
                Utterance(Line("Ben", "Me."), spoken("Me."), 4.0),
                start=3600.0,
            )
        ],
        tmp_path / "film.srt",
    )
    assert (tmp_path / "film.srt").read_text("utf-8") == (
        "1\n01:00:00,200 --> 01:00:01,000\n<i>It rained.</i>\n\n"
        "2\n01:00:02,000 --> 01:00:02,800\nZOË: Wer da?\n\n"
        "3\n01:00:04,000 --> 01:00:04,800\nMe.\n"
    )


def test_vtt_times_every_word_and_escapes_what_is_markup(tmp_path: Path) -> None:
    text = "Tom & <b>I</b> --> home"
    line = Line("A<b>&na", text)
    write_vtt([clip_of(Utterance(line, spoken(text), 1.0))], tmp_path / "film.vtt")
    content = (tmp_path / "film.vtt").read_text("utf-8")
    assert content.startswith("WEBVTT\n\ns01_sh001-1\n00:00:01.000 --> 00:00:02.580\n")
    payload = content.splitlines()[4]
    assert payload.startswith("<v A&lt;b&gt;&amp;na>")
    assert re.findall(r"<(\d\d:\d\d:\d\d\.\d{3})>", payload) == [
        "00:00:01.300",
        "00:00:01.600",
        "00:00:01.900",
    ] + ["00:00:02.200"] * (len(text.split()) - 4)
    assert html.unescape(re.sub(r"<[^>]*>", "", payload)) == text


def test_a_film_without_words_has_empty_subtitles(tmp_path: Path) -> None:
    write_srt([clip_of()], tmp_path / "film.srt")
    write_vtt([clip_of()], tmp_path / "film.vtt")
    assert (tmp_path / "film.srt").read_text() == ""
    assert (tmp_path / "film.vtt").read_text() == "WEBVTT\n"


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"nowhere/film\.srt cannot be written"):
        write_srt([clip_of()], tmp_path / "nowhere" / "film.srt")
