"""How long a shot lasts and when its lines start. Pure; knows no sound and no pictures."""

import math
from collections.abc import Sequence

from script2movie.movie import NARRATOR, Framing, Line, Shot
from script2movie.stages import Speech, TimedSpeech, Utterance

__all__ = ["DISSOLVE", "num_frames", "time_lines"]

DISSOLVE = 0.5  # seconds in which one scene becomes the next
LEAD = 0.22  # seconds from the cut to the first word
LEAD_ESTABLISHING = 0.7  # a new place is seen before it is spoken over
TURN = 0.28  # seconds between two speakers
BREATH = 0.18  # seconds between two lines of one speaker
TAIL = 0.34  # seconds from the last word to the cut
TAIL_TRAILING = 0.7  # after a line that trails off


def time_lines(shot: Shot, speeches: Sequence[Speech], fps: int) -> TimedSpeech:
    """Places the shot's lines one after the other; `speeches` are those of `shot.dialogue`.

    The duration is a whole number of frames, at least the shot's own and long enough for every
    line and the breath that an editor leaves around it.
    """
    clock = LEAD_ESTABLISHING if shot.framing is Framing.ESTABLISHING else LEAD
    utterances: list[Utterance] = []
    before: Line | None = None
    for line, speech in zip(shot.dialogue, speeches, strict=True):
        if before is not None:
            clock += BREATH if before.character == line.character else TURN
        utterances.append(Utterance(line, speech, clock))
        clock += speech.duration
        before = line
    if before is not None:
        trails = before.text.rstrip("\"'”’ ").endswith(("…", "...", "—"))
        clock += TAIL_TRAILING if trails and before.character != NARRATOR else TAIL
    least = max(shot.duration, clock if before is not None else 0.0)
    return TimedSpeech(tuple(utterances), math.ceil(least * fps - 1e-6) / fps)


def num_frames(speech: TimedSpeech, fps: int) -> int:
    """The shot's length in frames."""
    return round(speech.duration * fps)
