"""One scene of an outline as shots: what all of them share, then the coverage.

Knows beats and the words around them; knows not how either was found.
"""

from collections.abc import Sequence

from script2movie.movie import Light, Scene
from script2movie.planner.beats import Beat
from script2movie.planner.coverage import Frame, covered
from script2movie.planner.words import vocabulary
from script2movie.stages import Outline, OutlineScene

__all__ = ["filmed"]

LIGHT_WORDS = {
    Light.DAY: "daylight",
    Light.MORNING: "morning light",
    Light.EVENING: "evening light",
    Light.NIGHT: "night",
}


def filmed(
    outline: Outline,
    number: int,
    beats: Sequence[Beat],
    words: Sequence[str],
    *,
    narrator: str,
    seed: int,
    pace: float,
) -> Scene:
    """Scene `number`, counted from 0. `words` are what is told in it, in lower case."""
    sketch = outline.scenes[number]
    cast = {member.name for member in outline.movie.cast}
    weather = next((word for word in words if word in vocabulary("weather")), "")
    background = _background(sketch, weather)
    frame = Frame(
        scene=sketch.id,
        background=background,
        style_elements=_style_elements(sketch, weather),
        new_place=number == 0 or outline.scenes[number - 1].place != sketch.place,
        people=tuple(name for name in sketch.characters if name in cast),
        final=number == len(outline.scenes) - 1,
        narrator=narrator,
        number=number + seed,
        pace=pace,
    )
    return Scene(
        id=sketch.id,
        place=sketch.place,
        interior=sketch.interior,
        light=sketch.light,
        shots=covered(beats, frame),
        description=background,
        mood=sketch.mood,
        transition=sketch.transition,
    )


def _background(sketch: OutlineScene, weather: str) -> str:
    words = [sketch.place, LIGHT_WORDS[sketch.light], weather]
    return ", ".join(word for word in words if word)


def _style_elements(sketch: OutlineScene, weather: str) -> tuple[str, ...]:
    elements = (LIGHT_WORDS[sketch.light], f"{sketch.mood} mood", weather)
    return tuple(element for element in elements if element)
