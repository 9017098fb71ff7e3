"""The order of the stages, and nothing else: a story to a plan, a plan to a film.

    auditions  everybody of a cast cut out and heard, before there is a plan
    planning   story -> Movie
    refusing   what the backends cannot do of a plan, before anything is made
    shooting   Movie -> a picture without sound for every shot
    frames     a person's own picture in place of a keyframe
    cutting    pictures and speech -> clips, the soundtrack, the film and what lies beside it
    run        one run: what is made or found, what failed, how far it is

Each stage runs whole before the next: every model is loaded once, and the storyboard is there to
look at early. What a stage makes is an artefact named after the call that made it, so a second
run makes only what is missing or changed.
"""

from script2movie.pipeline.auditions import Audition, audition
from script2movie.pipeline.cutting import Film, Take
from script2movie.pipeline.planning import foresee, people, plan
from script2movie.pipeline.reel import asked_shots
from script2movie.pipeline.refusing import rehearse
from script2movie.pipeline.run import Progress
from script2movie.pipeline.shooting import draw_storyboard, shoot

__all__ = [
    "Audition",
    "Film",
    "Progress",
    "Take",
    "asked_shots",
    "audition",
    "draw_storyboard",
    "foresee",
    "people",
    "plan",
    "rehearse",
    "shoot",
]
