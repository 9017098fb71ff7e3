"""A plan that is shot in seconds."""

from script2movie.movie import (
    Appearance,
    CastMember,
    Framing,
    Gender,
    Light,
    Line,
    Movie,
    Position,
    Scene,
    Shot,
    ShotSize,
)

ANNA = Appearance("Anna", position=Position.LEFT, facing=Position.RIGHT)
BEN = Appearance("Ben", position=Position.RIGHT, facing=Position.LEFT)


def small_movie() -> Movie:
    """Two scenes, three shots, two people, two lines."""
    come = Shot(
        "s01_sh001",
        ShotSize.MEDIUM,
        Framing.SINGLE,
        characters=(ANNA,),
        plot="Anna waits.",
        dialogue=(Line("Anna", "Come in."),),
        duration=0.5,
    )
    maybe = Shot(
        "s01_sh002",
        ShotSize.CLOSE_UP,
        Framing.SINGLE,
        characters=(BEN,),
        dialogue=(Line("Ben", "Maybe."),),
        duration=0.5,
    )
    both = Shot(
        "s02_sh001", ShotSize.MEDIUM, Framing.TWO_SHOT, characters=(ANNA, BEN), duration=0.7
    )
    return Movie(
        "The Test",
        (CastMember("Anna", gender=Gender.FEMALE), CastMember("Ben", gender=Gender.MALE)),
        (
            Scene("s01", "kitchen", True, Light.DAY, (come, maybe)),
            Scene("s02", "forest", False, Light.DAY, (both,)),
        ),
    )
