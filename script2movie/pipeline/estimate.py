"""What a plan would make and how long that takes, from measured rates. Makes nothing.

Knows the rates of the embedded backends; of a generative model or a service none was measured.
"""

from dataclasses import dataclass

from script2movie.movie import Movie, Shot
from script2movie.settings import Settings
from script2movie.timing import LEAD, TAIL

__all__ = ["Estimate", "audition_seconds", "estimate", "planning_seconds", "shot_seconds"]

WORDS_A_SECOND = 2.6  # spoken by the embedded voices at their usual pace
# Seconds of work on two cores, by the commands in docs/quality.md.
OPEN = 5.0  # a command with a grammar or a model in it
PLAN = 0.0005  # a word
MATCH = 25.0  # a recording, for the voice that is nearest to it
SPEAK = 0.45  # a second of speech
PREPARE = 2.0  # a person from a photo; a default figure takes a quarter
DRAW = 0.19  # a shot
FILM = 0.35  # a second of 1280x720 at 24 fps
REPORT = 0.4  # a second of film
LOOK = 0.15  # a picture, for whoever is recognised on it


@dataclass(frozen=True)
class Estimate:
    """`film_seconds` long and `work_seconds` to make, report included.

    `storyboard_seconds` is for the storyboard alone; `words` are those spoken.
    """

    scenes: int
    shots: int
    people: int
    lines: int
    film_seconds: float
    work_seconds: float
    storyboard_seconds: float
    words: int


def estimate(movie: Movie, settings: Settings, num_recordings: int = 0) -> Estimate:
    """Counts a plan and applies the rates to it; `num_recordings` are of voices in its cast."""
    shots = [shot for _, shot in movie.shots]
    film = sum(shot_seconds(shot) for shot in shots)
    people = {person.character for shot in shots for person in shot.characters}
    pixels = settings.width * settings.height * settings.fps / (1280 * 720 * 24)
    work = (
        MATCH * num_recordings
        + SPEAK * sum(_spoken_seconds(shot) for shot in shots)
        + PREPARE * len(people)
        + DRAW * len(shots)
        + FILM * film * pixels
        + REPORT * film
    )
    lines = [line for shot in shots for line in shot.dialogue]
    return Estimate(
        scenes=len(movie.scenes),
        shots=len(shots),
        people=len(people),
        lines=len(lines),
        film_seconds=film,
        work_seconds=work,
        storyboard_seconds=OPEN + PREPARE * len(people) + (DRAW + LOOK) * len(shots),
        words=sum(len(line.text.split()) for line in lines),
    )


def planning_seconds(num_words: int) -> float:
    """How long the embedded planner takes for a story of so many words."""
    return OPEN + PLAN * num_words


def audition_seconds(num_people: int, num_words: int, num_recordings: int) -> float:
    """How long so many people take to be cut out and to say a line of so many words each.

    `num_recordings` of them have a recording of their voice.
    """
    return (
        OPEN + MATCH * num_recordings + num_people * (PREPARE + SPEAK * num_words / WORDS_A_SECOND)
    )


def shot_seconds(shot: Shot) -> float:
    """About how long a shot lasts once its lines are spoken."""
    return max(shot.duration, _spoken_seconds(shot) + (LEAD + TAIL if shot.dialogue else 0))


def _spoken_seconds(shot: Shot) -> float:
    return sum(len(line.text.split()) for line in shot.dialogue) / WORDS_A_SECOND
