"""The embedded planner: a story into a movie by grammar and film rules, offline and at once.

Knows the order of the work: read, tell, outline, cover. It never invents: people, places, actions
and words are the story's own, and every shot says which stretch of the story it shows.
"""

import re
import unicodedata
from collections.abc import Sequence
from importlib.metadata import version

from script2movie import weights
from script2movie.errors import StoryError
from script2movie.movie import NARRATOR, CastMember, Character, Movie, Scene
from script2movie.planner.events import beats_of
from script2movie.planner.filming import filmed
from script2movie.planner.language import Grammar
from script2movie.planner.length import pace_for
from script2movie.planner.naming import Person
from script2movie.planner.reference import FIRST_PERSON
from script2movie.planner.scenes import outlined
from script2movie.planner.telling import Telling, tell
from script2movie.stages import Brief, Outline, OutlineScene

__all__ = ["MODEL", "EmbeddedPlanner", "cast_member", "short_title"]

MODEL = "spacy-english"
MAX_TITLE = 200  # characters: what a plan allows
VERSION = "7"


class EmbeddedPlanner:
    """Rules on a parse of the text. Needs the weight 'spacy-english' and nothing else."""

    def __init__(self) -> None:
        self._model = weights.path(MODEL)
        self._grammar = Grammar(self._model)
        self._tellings: dict[tuple[str, tuple[Character, ...]], Telling] = {}
        self._paces: dict[tuple[Outline, tuple[Character, ...]], float] = {}

    @property
    def fingerprint(self) -> str:
        return f"embedded-{VERSION} {self._model.name} spacy-{version('spacy')}"

    def outline(self, story: str, bank: Sequence[Character], brief: Brief, *, seed: int) -> Outline:
        """The cast and the scenes. People of the bank who never appear are left out.

        Raises:
            StoryError: nothing happens in the story, or it is not in Latin letters.
        """
        letters = [sign for sign in story if sign.isalpha()]
        if 2 * sum(unicodedata.name(sign, "").startswith("LATIN") for sign in letters) < len(
            letters
        ):
            raise StoryError(
                "the story is not in English, the one language of planner 'embedded' and its "
                "voices: translate it"
            )
        telling = self._telling(story, tuple(bank))
        if not telling.told:
            raise StoryError("the story is a title and nothing else: write what happens")
        scenes = outlined(telling)
        movie = Movie(
            title=short_title(telling.text.title) or _title(telling, scenes),
            cast=tuple(cast_member(person, bank) for person in telling.people),
            scenes=(),
            logline=_logline(telling),
            style=brief.style,
            planner=self.fingerprint,
        )
        outline = Outline(movie, story, brief, scenes, remarks=_remarks(telling))
        self._pace(outline, tuple(bank))
        return outline

    def scene(
        self, outline: Outline, number: int, bank: Sequence[Character], *, seed: int
    ) -> Scene:
        """One scene's shots; `number` counts from 0. A function of its arguments alone."""
        pace = self._pace(outline, tuple(bank))
        return self._scene(outline, number, tuple(bank), seed, pace)

    def _scene(
        self, outline: Outline, number: int, bank: tuple[Character, ...], seed: int, pace: float
    ) -> Scene:
        sketch = outline.scenes[number]
        telling = self._telling(outline.story, bank)
        told = [one for one in telling.told if sketch.start <= one.sentence.start < sketch.end]
        beats = beats_of(told, outline.story)
        words = [token.lower_ for one in told for token in one.sentence.told]
        return filmed(
            outline, number, beats, words, narrator=_narrator(outline), seed=seed, pace=pace
        )

    def _pace(self, outline: Outline, bank: tuple[Character, ...]) -> float:
        """By how much the shots are held or hurried for the film to be as long as wished."""
        if outline.brief.minutes is None:
            return 1.0
        key = (outline, bank)
        if key not in self._paces:
            numbers = range(len(outline.scenes))
            scenes = [self._scene(outline, number, bank, 0, 1.0) for number in numbers]
            self._paces = {
                key: pace_for([s for scene in scenes for s in scene.shots], outline.brief)
            }
        return self._paces[key]

    def close(self) -> None:
        """Frees the language model and what it read."""
        self._tellings.clear()
        self._grammar.close()

    def _telling(self, story: str, bank: tuple[Character, ...]) -> Telling:
        """The story read and told; scenes of one outline share it."""
        key = (story, bank)
        if key not in self._tellings:
            self._tellings = {key: tell(self._grammar.read(story), bank)}
        return self._tellings[key]


def _remarks(telling: Telling) -> tuple[str, ...]:
    """Whom the story names and the film does not show, in one sentence, if there is anybody."""
    if not telling.unseen:
        return ()
    names = " and ".join(f"'{name}'" for name in telling.unseen)
    one = len(telling.unseen) == 1
    who = "is named but is nobody in the cast" if one else "are named but are nobody in the cast"
    which = "this is a person to be seen" if one else "they are people to be seen"
    return (f"{names} {who}: if {which}, write what they do, or give them a folder in --cast",)


def _narrator(outline: Outline) -> str:
    """A story told by 'I' is told by that person's voice."""
    if not outline.brief.narrator:
        return ""
    mine = any(member.name == FIRST_PERSON for member in outline.movie.cast)
    return FIRST_PERSON if mine else NARRATOR


def cast_member(person: Person, bank: Sequence[Character]) -> CastMember:
    """A person of the story as the plan has them."""
    own = next((character for character in bank if character.name == person.name), None)
    return CastMember(
        name=person.name,
        about=person.about,
        gender=person.gender,
        age=person.age,
        aliases=own.aliases if own else (),
    )


def short_title(title: str) -> str:
    """A heading that fits on a card; a paragraph marked as one is cut."""
    return title if len(title) <= MAX_TITLE else f"{title[: MAX_TITLE - 1].rstrip()}…"


def _title(telling: Telling, scenes: Sequence[OutlineScene]) -> str:
    """A story without a title is called by its people, or by its place."""
    names = [person.name for person in telling.people[:2]]
    return " and ".join(names) if names else scenes[0].place.capitalize()


def _logline(telling: Telling) -> str:
    for one in telling.told:
        sentence = one.sentence
        if not sentence.quotes:
            return re.sub(r"\s+", " ", telling.text.story[sentence.start : sentence.end])
    return ""
