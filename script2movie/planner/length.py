"""How long a film is, and how its shots are held or hurried to a wished length.

Knows seconds; speech takes its time, and what is left is stretched. Nothing is cut or added.
"""

from collections.abc import Sequence

from script2movie.errors import StoryError
from script2movie.movie import Shot
from script2movie.planner.coverage import spoken_seconds
from script2movie.stages import Brief

__all__ = ["film_seconds", "pace_for"]

FASTEST, SLOWEST = 0.6, 3.0  # of a shot's own length
STEPS = 40


def film_seconds(shots: Sequence[Shot], pace: float = 1.0) -> float:
    """How long the shots last: each its duration, longer where its lines are."""
    return sum(max(shot.duration * pace, _speech(shot)) for shot in shots)


def pace_for(shots: Sequence[Shot], brief: Brief) -> float:
    """What to multiply durations by. StoryError names the lengths within reach."""
    if brief.minutes is None:
        return 1.0
    wanted = 60 * brief.minutes
    least, most = film_seconds(shots, FASTEST), film_seconds(shots, SLOWEST)
    if not least <= wanted <= most:
        raise StoryError(
            f"this story makes a film of {least / 60:.1f} to {most / 60:.1f} minutes, "
            f"not {brief.minutes:g}: give --minutes in that range"
        )
    low, high = FASTEST, SLOWEST
    for _ in range(STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if film_seconds(shots, middle) < wanted else (low, middle)
    return round((low + high) / 2, 4)


def _speech(shot: Shot) -> float:
    return sum(spoken_seconds(line.text) for line in shot.dialogue)
