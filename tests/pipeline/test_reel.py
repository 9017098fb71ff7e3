"""How shots join, and which must be made for which."""

from script2movie.movie import Framing, Light, Movie, Scene, Shot, ShotSize, Transition
from script2movie.pipeline.reel import Reel


def scene(number: int, shots: int, transition: Transition) -> Scene:
    return Scene(
        f"s{number:02}",
        "attic",
        True,
        Light.DAY,
        tuple(
            Shot(f"s{number:02}_sh{n:03}", ShotSize.MEDIUM, Framing.SINGLE)
            for n in range(1, shots + 1)
        ),
        transition=transition,
    )


MOVIE = Movie(
    "T",
    (),
    (
        scene(1, 2, Transition.DISSOLVE),  # the first scene of a film has nothing to dissolve from
        scene(2, 1, Transition.DISSOLVE),
        scene(3, 2, Transition.FADE),
        scene(4, 1, Transition.CUT),
    ),
)


def test_joins() -> None:
    reel = Reel.of(MOVIE, 24, ())
    joins = {shot.id: reel.joins(shot.id) for _, shot in MOVIE.shots}
    assert joins["s01_sh001"].dissolve_from is None and joins["s01_sh001"].fade_in == 12
    assert joins["s01_sh002"].tail == 12
    assert joins["s02_sh001"].dissolve_from == "s01_sh002" and joins["s02_sh001"].fade_out == 12
    assert joins["s03_sh001"].fade_in == 12 and joins["s03_sh002"].tail == 0
    assert joins["s04_sh001"].fade_in == 0 and joins["s04_sh001"].fade_out == 12


def test_a_shot_that_dissolves_brings_the_one_before_it() -> None:
    reel = Reel.of(MOVIE, 24, ("s02_sh001",))
    assert [shot.id for _, shot in reel.filmed] == ["s01_sh002", "s02_sh001"]
    assert reel.asked == {"s02_sh001"} and not reel.whole
    assert Reel.of(MOVIE, 24, ()).whole
