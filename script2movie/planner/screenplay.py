"""The planner of screenplays: their own scenes and lines, covered by the rules of film.

Knows the order of the work: read, outline, cover. It adds no word and leaves none out: sluglines
are the scenes, cues say who speaks, action lines are shown and not read aloud. Whom an action line
means and how a shot is framed are found as for prose.
"""

from collections.abc import Sequence
from dataclasses import replace
from importlib.metadata import version

from script2movie import weights
from script2movie.errors import StoryError
from script2movie.movie import Character, Movie, Scene
from script2movie.planner.embedded import MODEL, cast_member, short_title
from script2movie.planner.filming import filmed
from script2movie.planner.language import Grammar
from script2movie.planner.length import pace_for
from script2movie.planner.scenes import mood_of, shortened
from script2movie.planner.script import ScriptReading, read_script
from script2movie.stages import Brief, Outline, OutlineScene

__all__ = ["ScreenplayPlanner"]

VERSION = "1"


class ScreenplayPlanner:
    """Reads Fountain. Needs the weight 'spacy-english' and nothing else."""

    def __init__(self) -> None:
        self._model = weights.path(MODEL)
        self._grammar = Grammar(self._model)
        self._readings: dict[tuple[str, tuple[Character, ...]], ScriptReading] = {}
        self._paces: dict[tuple[Outline, tuple[Character, ...]], float] = {}

    @property
    def fingerprint(self) -> str:
        return f"screenplay-{VERSION} {self._model.name} spacy-{version('spacy')}"

    def outline(self, story: str, bank: Sequence[Character], brief: Brief, *, seed: int) -> Outline:
        """The cast and the scenes; `story` is Fountain. People who never appear are left out.

        Raises:
            StoryError: there is no slugline.
        """
        reading = self._reading(story, tuple(bank))
        if not reading.scenes:
            raise StoryError(
                "this story has no slugline, so planner 'screenplay' finds no scene in it: begin "
                "each scene with a line such as INT. KITCHEN - DAY"
            )
        people = reading.telling.people
        movie = Movie(
            title=short_title(reading.title) or _title(reading),
            cast=tuple(cast_member(person, bank) for person in people),
            scenes=(),
            logline=" ".join(reading.script.titled("Logline").split()),
            style=brief.style,
            planner=self.fingerprint,
        )
        outline = Outline(movie, story, brief, tuple(_sketches(reading)))
        self._pace(outline, tuple(bank))
        return outline

    def scene(
        self, outline: Outline, number: int, bank: Sequence[Character], *, seed: int
    ) -> Scene:
        """One scene's shots; `number` counts from 0. A function of its arguments alone."""
        return self._scene(outline, number, tuple(bank), seed, self._pace(outline, tuple(bank)))

    def _scene(
        self, outline: Outline, number: int, bank: tuple[Character, ...], seed: int, pace: float
    ) -> Scene:
        reading = self._reading(outline.story, bank)
        written = reading.scenes[number]
        words = [t.lower_ for one in reading.told(written) for t in one.sentence.told]
        words += list(written.heading.remarks)
        beats = reading.beats(written)
        scene = filmed(outline, number, beats, words, narrator="", seed=seed, pace=pace)
        if not written.heading.remarks:
            return scene
        remarks = ", ".join(written.heading.remarks)
        return replace(scene, description=f"{scene.description} ({remarks})")

    def _pace(self, outline: Outline, bank: tuple[Character, ...]) -> float:
        """By how much the shots are held or hurried for the film to be as long as wished."""
        if outline.brief.minutes is None:
            return 1.0
        key = (outline, bank)
        if key not in self._paces:
            numbers = range(len(outline.scenes))
            scenes = [self._scene(outline, number, bank, 0, 1.0) for number in numbers]
            shots = [shot for scene in scenes for shot in scene.shots]
            self._paces = {key: pace_for(shots, outline.brief)}
        return self._paces[key]

    def close(self) -> None:
        """Frees the language model and what it read."""
        self._readings.clear()
        self._grammar.close()

    def _reading(self, story: str, bank: tuple[Character, ...]) -> ScriptReading:
        key = (story, bank)
        if key not in self._readings:
            self._readings = {key: read_script(self._grammar, story, bank)}
        return self._readings[key]


def _title(reading: ScriptReading) -> str:
    """A screenplay without a title is called by its people, or by its place."""
    names = [person.name for person in reading.telling.people[:2]]
    return " and ".join(names) if names else reading.scenes[0].place.capitalize()


def _sketches(reading: ScriptReading) -> list[OutlineScene]:
    sketches = []
    for n, written in enumerate(reading.scenes, start=1):
        told = reading.told(written)
        said = [one.text for speech, _ in reading.speeches(written) for one in speech.spoken]
        lemmas = [token.lemma_ for one in told for token in one.sentence.told]
        shown = " ".join(reading.shown[written.start : written.end].split())
        sketches.append(
            OutlineScene(
                id=f"s{n:02d}",
                place=written.place,
                interior=written.interior,
                light=written.light,
                start=written.start,
                end=written.end,
                summary=written.synopsis or shortened(shown),
                characters=reading.people(written),
                mood=mood_of(lemmas, said),
                transition=written.transition,
            )
        )
    return sketches
