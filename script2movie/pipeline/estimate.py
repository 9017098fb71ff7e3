"""What a plan would make and how long that takes, from measured rates. Makes nothing."""

from dataclasses import dataclass

from script2movie.movie import Movie, Shot
from script2movie.settings import Settings
from script2movie.timing import LEAD, TAIL

__all__ = ["Estimate", "estimate", "shot_seconds"]

WORDS_A_SECOND = 2.6  # spoken by the embedded voices at their usual pace
# Seconds of work on two cores, by the commands in docs/quality.md.
SPEAK = 0.45  # a second of speech
PREPARE = 2.0  # a person from a photo; a default figure takes a quarter
DRAW = 0.19  # a shot
FILM = 0.35  # a second of 1280x720 at 24 fps
REPORT = 0.4  # a second of film


@dataclass(frozen=True)
class Estimate:
    """`film_seconds` long and `work_seconds` to make, report included."""

    scenes: int
    shots: int
    people: int
    lines: int
    film_seconds: float
    work_seconds: float


def estimate(movie: Movie, settings: Settings) -> Estimate:
    """Counts a plan and applies the rates to it."""
    shots = [shot for _, shot in movie.shots]
    film = sum(shot_seconds(shot) for shot in shots)
    people = {person.character for shot in shots for person in shot.characters}
    pixels = settings.width * settings.height * settings.fps / (1280 * 720 * 24)
    work = (
        SPEAK * sum(_spoken_seconds(shot) for shot in shots)
        + PREPARE * len(people)
        + DRAW * len(shots)
        + FILM * film * pixels
        + REPORT * film
    )
    lines = sum(len(shot.dialogue) for shot in shots)
    return Estimate(len(movie.scenes), len(shots), len(people), lines, film, work)


def shot_seconds(shot: Shot) -> float:
    """About how long a shot lasts once its lines are spoken."""
    return max(shot.duration, _spoken_seconds(shot) + (LEAD + TAIL if shot.dialogue else 0))


def _spoken_seconds(shot: Shot) -> float:
    return sum(len(line.text.split()) for line in shot.dialogue) / WORDS_A_SECOND
