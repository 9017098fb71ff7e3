"""The cut as an editor opens it."""

from pathlib import Path

import numpy as np
import opentimelineio as otio
import pytest

from script2movie.errors import OutputError
from script2movie.movie import (
    CastMember,
    Framing,
    Light,
    Line,
    Movie,
    Scene,
    Shot,
    ShotSize,
    Transition,
)
from script2movie.stages import Speech, TimedSpeech, Utterance, Word
from script2movie.timeline import Clip, write_otio

LINE = Line("Anna", "The <last> bus & all that.")
SHOT = Shot("s01_sh001", ShotSize.CLOSE_UP, Framing.SINGLE, plot="Anna waits.", dialogue=(LINE,))
MOVIE = Movie(
    "The Last Bus",
    (CastMember("Anna"),),
    (Scene("s01", "bus stop", False, Light.NIGHT, (SHOT,), transition=Transition.DISSOLVE),),
)


def clips_in(folder: Path) -> list[Clip]:
    speech = Speech(np.zeros(0, np.float32), (), (Word("The", 0.0, 0.3), Word("last", 0.3, 1.0)))
    return [
        Clip("", folder / "cards" / "title.mp4", 0.0, 48, TimedSpeech((), 2.0)),
        Clip(
            "s01_sh001",
            folder / "clips" / "s01_sh001.mp4",
            2.0,
            72,
            TimedSpeech((Utterance(LINE, speech, 0.5),), 3.0),
            Transition.DISSOLVE,
        ),
    ]


@pytest.fixture
def timeline(tmp_path: Path) -> otio.schema.Timeline:
    write_otio(MOVIE, clips_in(tmp_path), tmp_path / "film.otio", fps=24)
    return otio.adapters.read_from_file(str(tmp_path / "film.otio"))


def test_every_clip_is_where_the_film_has_it(timeline: otio.schema.Timeline) -> None:
    for track in timeline.tracks:
        starts = [track.range_of_child(item).start_time.to_seconds() for item in track]
        assert starts == [0.0, 2.0]
        assert track.duration() == otio.opentime.RationalTime(120, 24)
    assert [track.kind for track in timeline.tracks] == ["Video", "Audio"]


def test_media_are_named_from_where_the_timeline_lies(timeline: otio.schema.Timeline) -> None:
    media = [clip.media_reference.target_url for clip in timeline.video_tracks()[0]]
    assert media == ["cards/title.mp4", "clips/s01_sh001.mp4"]


def test_lines_and_plot_are_markers(timeline: otio.schema.Timeline) -> None:
    plot, line = timeline.video_tracks()[0][1].markers
    assert plot.name == "plot: Anna waits."
    assert line.name == "Anna: The <last> bus & all that."
    assert line.marked_range.start_time == otio.opentime.RationalTime(12, 24)
    assert line.marked_range.duration == otio.opentime.RationalTime(24, 24)


def test_the_plan_travels_with_the_clip(timeline: otio.schema.Timeline) -> None:
    told = timeline.video_tracks()[0][1].metadata["script2movie"]
    assert told["scene"] == "EXT. BUS STOP - NIGHT"
    assert told["transition"] == "dissolve"


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"film\.otio cannot be written"):
        write_otio(MOVIE, [], tmp_path / "nowhere" / "film.otio", fps=24)
