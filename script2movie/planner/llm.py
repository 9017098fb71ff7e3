"""The LLM planner: a story into a movie by asking a model, the whole before the part.

Knows the order of the questions and how much of a story fits into one. What is said is in
`prompts`, what may be answered in `answers`, what is good in `checker`, how an answer that does not
pass goes back in `conversation`, and how a server is asked in `endpoint`.
"""

import importlib.util
import json
import threading
from collections.abc import Callable, Sequence
from dataclasses import asdict

from script2movie.errors import BackendUnavailable, SettingsError, StoryError
from script2movie.movie import NARRATOR, Character, Movie, Scene
from script2movie.planner import answers, checker, choices, prompts
from script2movie.planner.answers import FilmAnswer, ScenesAnswer, ShotsAnswer
from script2movie.planner.conversation import Conversation, Question
from script2movie.planner.endpoint import Endpoint, count_tokens
from script2movie.planner.language import Sentence, Text
from script2movie.planner.prices import price_of
from script2movie.planner.prompts import Prompt
from script2movie.planner.reading import Reader
from script2movie.stages import Brief, Expense, Memory, Outline, OutlineScene

__all__ = ["LLMPlanner"]

VERSION = "1"
# Tokens of an answer, and sentences of a scene: what good answers had.
TOKENS_A_SENTENCE, TOKENS_A_SCENE, TOKENS_A_FILM = 260, 220, 600
SENTENCES_A_SCENE = 8
SHORT = 0.85  # by which the count of tokens falls short at most, as measured
PART_BEFORE = 0.25  # of the context at most, for what came before


class LLMPlanner:
    """A model behind an OpenAI-compatible server. Needs the extra 'llm', a model and a key."""

    Options = choices.Options

    def __init__(self, options: choices.Options) -> None:
        choices.refuse_impossible(options)
        if importlib.util.find_spec("openai") is None:
            raise BackendUnavailable(
                "planner 'llm' needs the package openai: pip install 'script2movie[llm]'"
            )
        self.options = options
        self.num_workers = options.workers
        self._endpoint = Endpoint(
            choices.address_of(options),
            choices.model_of(options),
            choices.key_of(options),
            options.key_variable,
            timeout=options.timeout,
            retries=options.retries,
            temperature=options.temperature,
        )
        self._price = price_of(self._endpoint.model, options.prices)
        self._conversation = Conversation(self._endpoint, self.fingerprint, options.answer)
        self._reader = Reader()
        self._text: Text | None = None
        self._lock = threading.Lock()

    @property
    def fingerprint(self) -> str:
        """All that changes a plan but the question; no key, and nothing of how patient we are."""
        options = self.options
        quoted = "" if options.new_lines else " quotes-only"
        return (
            f"llm-{VERSION} {self._endpoint.model} at {self._endpoint.base_url} "
            f"t{options.temperature:g} {options.context}/{options.answer}{quoted}"
        )

    def attend(self, memory: Memory, say: Callable[[str], None]) -> None:
        """Where answers are kept, and who is told what a person should know."""
        self._conversation.attend(memory, say)

    def close(self) -> None:
        """Ends what is under way."""
        self._endpoint.close()
        self._reader.close()

    # --- the film and its scenes ------------------------------------------------------------------

    def outline(self, story: str, bank: Sequence[Character], brief: Brief, *, seed: int) -> Outline:
        """The film and its scenes, in as many stretches of the story as the context needs.

        Raises:
            StoryError: nothing to film, or a wished length that the quoted speech alone exceeds.
            ShotFailed: no answer passed the checker.
        """
        text = self._begun(story, brief)
        place, film = 0, None
        while place < len(text.sentences):
            film, count = self._film(text, place, film, bank, brief, seed)
            place += count
        assert film is not None
        movie, notes = answers.film_from(film, bank, brief, self.fingerprint)
        place, scenes = 0, list[OutlineScene]()
        while place < len(text.sentences):
            found, count = self._scenes(text, place, scenes, movie, notes, seed)
            scenes += found
            place += count
        cast = {member.name for member in movie.cast}
        absent = [one.name for one in bank if one.name not in cast]
        if absent:
            self._conversation.say(f"in the cast folder, but not in the story: {', '.join(absent)}")
        return Outline(movie, story, brief, tuple(scenes), notes)

    def _film(
        self,
        text: Text,
        place: int,
        so_far: FilmAnswer | None,
        bank: Sequence[Character],
        brief: Brief,
        seed: int,
    ) -> tuple[FilmAnswer, int]:
        """The film up to as many sentences from `place` on as fit, and how many these are."""
        known = {one.name for one in so_far.cast} if so_far else set()
        before = so_far.model_dump_json() if so_far else ""
        title = "" if so_far else text.title

        def asked(count: int) -> Prompt:
            part = text.sentences[place : place + count]
            return prompts.film(brief, bank, before, title, part, text.story)

        def wrong(answer: FilmAnswer) -> list[str]:
            movie, _ = answers.film_from(answer, bank, brief, "")
            lost = sorted(known - {one.name for one in answer.cast})
            return checker.cast_complaints(movie, text, bank) + [
                f"{name} was in the cast already: keep them" for name in lost
            ]

        count = self._fitting(asked, len(text.sentences) - place)
        what = f"the film, from '{_beginning(text, place)}'"
        schema = answers.schema_of(FilmAnswer, {}, count)
        question = Question(what, asked(count), FilmAnswer, schema, wrong)
        return self._conversation.answer(question, seed), count

    def _scenes(
        self,
        text: Text,
        place: int,
        so_far: Sequence[OutlineScene],
        movie: Movie,
        notes: Sequence[str],
        seed: int,
    ) -> tuple[tuple[OutlineScene, ...], int]:
        """Scenes of as many sentences from `place` on as fit, and how many these are."""
        before, left_out = self._before(so_far, None)
        longest = max(2, self.options.answer // TOKENS_A_SENTENCE)
        most = max(longest, 2 * self.options.answer // TOKENS_A_SCENE)

        def asked(count: int) -> Prompt:
            part = text.sentences[place : place + count]
            return prompts.scenes(movie, notes, before, left_out, part, text.story, longest)

        count = self._fitting(asked, min(most, len(text.sentences) - place))
        part = text.sentences[place : place + count]

        def built(answer: ScenesAnswer) -> tuple[OutlineScene, ...]:
            return answers.sketches_from(answer, part, len(so_far) + 1)

        def wrong(answer: ScenesAnswer) -> list[str]:
            sketches = built(answer)
            lengths = [len(_within(part, one)) for one in sketches]
            return checker.sketch_complaints(sketches, part, movie) + [
                f"scene {n} has {length} sentences; a scene has at most {longest}: divide it"
                for n, length in enumerate(lengths, 1)
                if length > longest
            ]

        names = [member.name for member in movie.cast]
        known = {"SceneSketch.characters": names, "Clothes.character": names}
        what = f"the scenes, from '{_beginning(text, place)}'"
        schema = answers.schema_of(ScenesAnswer, known, count)
        question = Question(what, asked(count), ScenesAnswer, schema, wrong)
        found = built(self._conversation.answer(question, seed))
        if place + count < len(text.sentences) and len(found) > 1:
            # The last scene may go on after this stretch: the next one begins with it.
            return found[:-1], count - len(_within(part, found[-1]))
        return found, count

    # --- one scene --------------------------------------------------------------------------------

    def scene(
        self, outline: Outline, number: int, bank: Sequence[Character], *, seed: int
    ) -> Scene:
        """One scene's shots; `number` counts from 0. Asks with what this scene needs to know.

        Raises:
            ShotFailed: no answer passed the checker.
        """
        text = self._read(outline.story)
        passage = checker.passage_of(outline, number, text, new_lines=self.options.new_lines)
        sketch = outline.scenes[number]
        before, left_out = self._before(outline.scenes[:number], sketch)
        asked = prompts.shots(
            outline.movie,
            outline.notes,
            before,
            left_out,
            sketch,
            passage,
            outline.story,
        )

        def built(answer: ShotsAnswer) -> Scene:
            return answers.scene_from(answer, sketch, passage.sentences)

        def wrong(answer: ShotsAnswer) -> list[str]:
            return checker.scene_complaints(built(answer), passage)

        names = [member.name for member in outline.movie.cast]
        speakers = [*names, NARRATOR] if passage.narrator else names
        known = {"PersonInShot.character": names, "Speech.character": speakers}
        first = text.sentences.index(passage.sentences[0])
        what = f"{prompts.slugline(sketch)}, from '{_beginning(text, first)}'"
        schema = answers.schema_of(ShotsAnswer, known, len(passage.sentences))
        question = Question(what, asked, ShotsAnswer, schema, wrong)
        return built(self._conversation.answer(question, seed))

    # --- what fits --------------------------------------------------------------------------------

    def _read(self, story: str) -> Text:
        with self._lock:
            if self._text is None or self._text.story != story:
                self._text = self._reader.read(story)
            return self._text

    def _begun(self, story: str, brief: Brief) -> Text:
        text = self._read(story)
        if not text.sentences:
            raise StoryError("the story is a title and nothing else: write what happens")
        spoken = checker.quoted_seconds(text.sentences) / 60
        if brief.minutes is not None and brief.minutes < spoken:
            raise StoryError(
                f"what the story quotes takes {spoken:.1f} minutes to say, more than "
                f"{brief.minutes:g}: give --minutes {spoken:.1f} or more"
            )
        return text

    def _fitting(self, asked: Callable[[int], Prompt], most: int) -> int:
        """How many sentences the question may hold, with room for an answer and one that failed."""
        room = SHORT * (self.options.context - 2 * self.options.answer)

        def tokens(count: int) -> int:
            prompt = asked(count)
            return count_tokens(prompt.system + prompt.user)

        low, high = 0, most
        while low < high:
            middle = (low + high + 1) // 2
            fits = tokens(middle) <= room
            low, high = (middle, high) if fits else (low, middle - 1)
        if low == 0:
            need = round(tokens(1) / SHORT) + 2 * self.options.answer
            raise SettingsError(
                f"planner.context is {self.options.context}; this story needs about {need} at "
                "least, with two answers: give more, or less of --option planner.answer=TOKENS"
            )
        return low

    def _before(
        self, scenes: Sequence[OutlineScene], sketch: OutlineScene | None
    ) -> tuple[list[OutlineScene], int]:
        """The scenes that a question recalls, and how many did not fit.

        The scene just before comes first, then those with this one's place or people, the latest
        first, then the others.
        """

        def relevance(n: int) -> tuple[bool, int]:
            shares = sketch is not None and (
                scenes[n].place == sketch.place
                or bool(set(scenes[n].characters) & set(sketch.characters))
            )
            return n == len(scenes) - 1 or shares, n

        room = PART_BEFORE * self.options.context
        chosen: list[int] = []
        for n in sorted(range(len(scenes)), key=relevance, reverse=True):
            room -= count_tokens(json.dumps(asdict(scenes[n]), ensure_ascii=False))
            if room < 0:
                break
            chosen.append(n)
        return [scenes[n] for n in sorted(chosen)], len(scenes) - len(chosen)

    # --- what it takes ----------------------------------------------------------------------------

    def foresee(self, story: str, bank: Sequence[Character], brief: Brief) -> Expense:
        """An estimate before anything is asked: no answer goes back, and the scenes are guessed."""
        text = self._begun(story, brief)
        whole = count_tokens(story)
        fixed = count_tokens(prompts.SYSTEM) + count_tokens(prompts.SHOTS)
        fixed += count_tokens("".join(one.name + one.about for one in bank)) + TOKENS_A_FILM // 2
        room = max(1, self.options.context - 2 * self.options.answer - fixed)
        num_scenes = max(1, round(len(text.sentences) / SENTENCES_A_SCENE))
        stretches = -(-whole // room)
        sketching = max(stretches, -(-num_scenes * TOKENS_A_SCENE // self.options.answer))
        asked = stretches + sketching + num_scenes
        before = min(PART_BEFORE * self.options.context, num_scenes * TOKENS_A_SCENE / 2)
        read = 3 * whole + asked * fixed + round(num_scenes * before)
        written = stretches * TOKENS_A_FILM + num_scenes * TOKENS_A_SCENE
        written += len(text.sentences) * TOKENS_A_SENTENCE
        return self._priced(Expense(asked + 2, read, written))  # 2 to find out what it supports

    def account(self, expense: Expense | None = None) -> str:
        """A sentence on an expense that is foreseen, or on what was spent so far."""
        spent = self._priced(expense or self._endpoint.spent)
        about = "about " if expense or self._endpoint.unmeasured else ""
        if self._price is None or spent.dollars is None:
            money = "price unknown (docs/planner-llm.md says how to give one)"
        else:
            money = f"{about}${spent.dollars:.4f} at prices of {self._price.date}"
        num_kept = self._conversation.num_kept
        if not spent.num_calls:
            return f"{self._endpoint.model}: nothing was asked, all is kept from before"
        kept = f"; {num_kept} answers kept from before" if num_kept and not expense else ""
        return (
            f"{self._endpoint.model}: {about}{spent.num_calls} calls, {spent.tokens_in} tokens "
            f"read, {spent.tokens_out} written, {money}{kept}"
        )

    def _priced(self, expense: Expense) -> Expense:
        tokens = (expense.tokens_in, expense.tokens_out)
        dollars = None if self._price is None else self._price.dollars(*tokens)
        return Expense(expense.num_calls, *tokens, dollars)


def _within(sentences: Sequence[Sentence], sketch: OutlineScene) -> list[Sentence]:
    return [one for one in sentences if sketch.start <= one.start < sketch.end]


def _beginning(text: Text, place: int) -> str:
    """The first words from a sentence on, so that a person finds the place."""
    words = text.story[text.sentences[place].start :].split(maxsplit=6)
    return " ".join(words[:6]) + ("…" if len(words) > 6 else "")
