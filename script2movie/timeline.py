"""The cut as data: finished clips in the order and at the times the film has them.

Writes it as an OpenTimelineIO timeline that an editor opens: the pictures on one track, their
sound on another, a marker a line. Knows no codec and no subtitles.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from script2movie.errors import OutputError
from script2movie.movie import NARRATOR, Movie, Transition
from script2movie.stages import TimedSpeech

if TYPE_CHECKING:
    import opentimelineio as otio  # type: ignore[import-untyped]

__all__ = ["Clip", "write_otio"]


@dataclass(frozen=True)
class Clip:
    """A finished clip at its place in the film, picture and sound in one file.

    `start` is seconds from the film's first frame; the clips of a film follow one another without
    gap or overlap. `speech` needs no samples. `shot_id` is '' for a title or end card. A dissolve
    is in the picture already: `transition` says how the clip is entered.
    """

    shot_id: str
    path: Path
    start: float
    num_frames: int
    speech: TimedSpeech
    transition: Transition = Transition.CUT


def write_otio(movie: Movie, clips: Sequence[Clip], path: Path, *, fps: int) -> None:
    """An editor's timeline of the film; media are named relative to `path`'s folder.

    Each clip carries its shot's plan in its metadata, a marker with the plot over its length, and
    a marker a line with the words. Raises `OutputError` where `path` cannot be written.
    """
    import opentimelineio as otio  # takes 0.2 s that only this needs

    shots = {shot.id: (scene, shot) for scene, shot in movie.shots}
    timeline = otio.schema.Timeline(
        movie.title or path.stem,
        global_start_time=otio.opentime.RationalTime(0, fps),
        metadata={"script2movie": {"title": movie.title, "logline": movie.logline}},
    )
    picture = otio.schema.Track("Picture", kind=otio.schema.TrackKind.Video)
    sound = otio.schema.Track("Sound", kind=otio.schema.TrackKind.Audio)
    for clip in clips:
        scene, shot = shots.get(clip.shot_id, (None, None))
        told = {"transition": str(clip.transition)}
        if scene is not None and shot is not None:
            told |= {
                "scene": scene.slugline,
                "plot": shot.plot,
                "size": str(shot.size),
                "framing": str(shot.framing),
                "camera_move": str(shot.camera_move),
                "characters": ", ".join(one.character for one in shot.characters),
            }
        for track in (picture, sound):
            track.append(_item(clip, path.parent, fps, {"script2movie": told}))
        if shot is not None:
            picture[-1].markers.append(
                _marker("plot", shot.plot, 0.0, clip.num_frames, fps, "CYAN")
            )
        for utterance in clip.speech.utterances:
            line, words = utterance.line, utterance.speech.words
            picture[-1].markers.append(
                _marker(
                    "narrator" if line.character == NARRATOR else line.character,
                    line.text,
                    utterance.start,
                    max(1, round((words[-1].end if words else 0.0) * fps)),
                    fps,
                    "GREEN" if line.off_screen else "YELLOW",
                )
            )
    timeline.tracks.extend([picture, sound])
    try:
        otio.adapters.write_to_file(timeline, str(path), adapter_name="otio_json")
    except (OSError, otio.exceptions.OTIOError, ValueError) as error:
        raise OutputError(f"{path} cannot be written: {error}") from None


def _item(
    clip: Clip, folder: Path, fps: int, metadata: dict[str, dict[str, str]]
) -> "otio.schema.Clip":
    import opentimelineio as otio

    whole = otio.opentime.TimeRange(
        otio.opentime.RationalTime(0, fps), otio.opentime.RationalTime(clip.num_frames, fps)
    )
    return otio.schema.Clip(
        name=clip.shot_id or clip.path.stem,
        media_reference=otio.schema.ExternalReference(
            target_url=Path(os.path.relpath(clip.path, folder)).as_posix(), available_range=whole
        ),
        source_range=whole,
        metadata=metadata,
    )


def _marker(
    name: str, text: str, start: float, num_frames: int, fps: int, color: str
) -> "otio.schema.Marker":
    """A mark in a clip: `start` is seconds from its first frame."""
    import opentimelineio as otio

    return otio.schema.Marker(
        name=f"{name}: {text}" if text else name,
        marked_range=otio.opentime.TimeRange(
            otio.opentime.RationalTime(round(start * fps), fps),
            otio.opentime.RationalTime(num_frames, fps),
        ),
        color=color,
        metadata={"script2movie": {"text": text}},
        comment=text,
    )
