"""How long shots last: worked by hand."""

import numpy as np

from script2movie.movie import Framing, Line, Shot, ShotSize
from script2movie.stages import SPEECH_RATE, Speech
from script2movie.timing import num_frames, time_lines

FPS = 24


def speech(seconds: float) -> Speech:
    return Speech(np.zeros(round(seconds * SPEECH_RATE), np.float32), (), ())


def shot(*lines: Line, duration: float = 1.0, framing: Framing = Framing.SINGLE) -> Shot:
    return Shot("s01_sh001", ShotSize.MEDIUM, framing, dialogue=lines, duration=duration)


def test_a_silent_shot_lasts_what_the_plan_says() -> None:
    timed = time_lines(shot(duration=2.5), [], FPS)
    assert timed.duration == 2.5 and num_frames(timed, FPS) == 60


def test_lines_follow_each_other_with_an_editors_pauses() -> None:
    lines = (Line("Anna", "Stay."), Line("Ben", "No."), Line("Ben", "Never."))
    timed = time_lines(shot(*lines), [speech(1.0), speech(0.5), speech(0.5)], FPS)
    starts = [round(said.start, 3) for said in timed.utterances]
    assert starts == [0.22, 1.5, 2.18]  # 0.22; + 1.0 + 0.28; + 0.5 + 0.18
    assert timed.duration == 73 / 24  # 2.18 + 0.5 + 0.34 = 3.02 s, up to a whole frame


def test_a_new_place_is_seen_before_it_is_spoken_over() -> None:
    timed = time_lines(
        shot(Line("NARRATOR", "Dawn."), framing=Framing.ESTABLISHING), [speech(1)], FPS
    )
    assert timed.utterances[0].start == 0.7


def test_the_duration_is_whole_frames_at_any_rate() -> None:
    for fps in (12, 24, 25, 30, 60):
        timed = time_lines(shot(Line("Anna", "Stay."), duration=0.1), [speech(1.234)], fps)
        assert abs(timed.duration * fps - num_frames(timed, fps)) < 1e-9
        assert timed.duration >= 0.22 + 1.234 + 0.34 - 1e-6
