"""A plan against what a careful reader knows of its story: counts, pooled over a half.

Sums before ratios. Intervals are 95 %: Wilson's for shares, a bootstrap over sentences for F1.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from labelled import Quote, Sentence, Story
from script2movie.movie import NARRATOR, Movie, Shot


@dataclass
class Counts:
    """Right, added and missed, an entry a sentence, so that an interval can be drawn."""

    rows: list[tuple[int, int, int]] = field(default_factory=list)

    def add(self, right: int, added: int, missed: int) -> None:
        self.rows.append((right, added, missed))

    @property
    def sums(self) -> tuple[int, int, int]:
        right, added, missed = np.array(self.rows or [(0, 0, 0)]).sum(axis=0).tolist()
        return right, added, missed

    @property
    def f1(self) -> float:
        right, added, missed = self.sums
        return 2 * right / max(1, 2 * right + added + missed)

    def interval(self, seed: int = 0) -> tuple[float, float]:
        rows = np.array(self.rows)
        draws = np.random.default_rng(seed).integers(0, len(rows), (2000, len(rows)))
        right, added, missed = np.moveaxis(rows[draws].sum(axis=1), 1, 0)
        low, high = np.percentile(2 * right / (2 * right + added + missed), [2.5, 97.5])
        return float(low), float(high)

    def __str__(self) -> str:
        right, added, missed = self.sums
        low, high = self.interval()
        counts = f"{right} right, {added} added, {missed} missed"
        return f"F1 {self.f1:.3f} ({low:.3f} to {high:.3f}; {counts})"


@dataclass
class Share:
    right: int = 0
    of: int = 0

    def add(self, right: bool) -> None:
        self.right += right
        self.of += 1

    def __str__(self) -> str:
        n, p, z = max(1, self.of), self.right / max(1, self.of), 1.96
        middle = (p + z * z / (2 * n)) / (1 + z * z / n)
        half = z / (1 + z * z / n) * (p * (1 - p) / n + z * z / (4 * n * n)) ** 0.5
        low, high = max(0.0, middle - half), min(1.0, middle + half)
        return f"{self.right} of {self.of}, {p:.3f} ({low:.3f} to {high:.3f})"


@dataclass
class Score:
    people: Counts = field(default_factory=Counts)
    scenes: Counts = field(default_factory=Counts)
    quotes: Share = field(default_factory=Share)
    events: Share = field(default_factory=Share)
    invented: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)  # a line each, for whoever looks

    def __str__(self) -> str:
        return (
            f"people {self.people}; scenes {self.scenes}; quotes {self.quotes}; "
            f"events {self.events}; invented {len(self.invented)}"
        )


def judge(score: Score, story: Story, movie: Movie, scene_starts: Sequence[int]) -> None:
    """Adds one story's counts. `scene_starts` are the plan's scenes, in characters of the text."""
    names = Names(story)
    score.invented += [m.name for m in movie.cast if names(m.name) not in names.cast]
    shots = [shot for _, shot in movie.shots]
    for sentence in story.sentences:
        judge_people(score, story, sentence, shots, names)
    for quote in story.quotes:
        judge_quote(score, story, quote, shots, names)
    judge_scenes(score, story, scene_starts)
    judge_events(score, story, shots)


TITLES = re.compile(r"^(the|mr|mrs|ms|miss|dr|captain|inspector|coach|old)\b\.? ")


class Names:
    """A plan's name for someone to the reader's, by name, alias, or either without its title."""

    def __init__(self, story: Story) -> None:
        self.cast = {person.name for person in story.cast}
        self.tellers = {NARRATOR, *(one.name for one in story.cast if "I" in one.aliases)}
        self.known: dict[str, str] = {}
        people = sorted(story.cast, key=lambda one: one.kind != "person")
        for plain in (str.lower, lambda name: TITLES.sub("", name.lower())):
            for person in people:
                for alias in (person.name, *person.aliases):
                    self.known.setdefault(plain(alias), person.name)

    def __call__(self, name: str) -> str:
        lower = name.lower()
        found = self.known.get(lower) or self.known.get(TITLES.sub("", lower))
        if found:
            return found
        words = lower.split()  # "Man" is whoever alone is called "a man in a black raincoat"
        alike = {
            called
            for alias, called in self.known.items()
            if all(word in re.findall(r"[a-z]+", alias) for word in words)
        }
        return alike.pop() if len(alike) == 1 else name


def shown_in(shots: Sequence[Shot], start: int, end: int) -> list[Shot]:
    return [s for s in shots if any(a.start < end and start < a.end for a in s.source)]


def judge_people(
    score: Score,
    story: Story,
    sentence: Sentence,
    shots: Sequence[Shot],
    names: Names,
) -> None:
    """Who the shots of a sentence show, against who is seen in it.

    A shot of several sentences may show whoever any of them has.
    """
    mine = shown_in(shots, sentence.start, sentence.end)
    found = {names(c.character) for s in mine for c in s.characters}
    allowed = set(sentence.present | sentence.optional)
    for shot in mine:
        for other in story.sentences:
            if shown_in([shot], other.start, other.end):
                allowed |= other.present | other.optional
    right, added = found & sentence.present, found - allowed
    missed = sentence.present - found
    score.people.add(len(right), len(added), len(missed))
    if added or missed:
        score.faults.append(
            f"{story.name}: +{sorted(added)} -{sorted(missed)} in: {sentence.text[:110]}"
        )


def judge_quote(
    score: Score, story: Story, quote: Quote, shots: Sequence[Shot], names: Names
) -> None:
    """Whether all its words are spoken by its speaker; what is not speech, by no character."""
    mine = shown_in(shots, quote.start, quote.end)
    words = " ".join(quote.text.split()).strip(" ,")
    by = [
        names(line.character)
        for shot in mine
        for line in shot.dialogue
        if words in " ".join(line.text.split())
        or (line.text.strip(" ,.") and line.text.strip(" ,.") in words)
    ]
    speakers = set(by)
    right = speakers == {quote.speaker} if quote.spoken else speakers <= names.tellers
    score.quotes.add(right)
    if not right:
        wanted = quote.speaker if quote.spoken else "no speech"
        score.faults.append(
            f"{story.name}: quote by {sorted(speakers)}, is {wanted}: {quote.text[:80]}"
        )


def judge_scenes(score: Score, story: Story, scene_starts: Sequence[int]) -> None:
    def sentence_at(offset: int) -> int:
        return max(n for n, one in enumerate(story.sentences) if one.start <= offset)

    found = Counter(sentence_at(start) for start in scene_starts if start > 0)
    found.pop(0, None)
    free: set[int] = set()
    for scene in story.scenes[1:]:
        places = [scene.sentence, *scene.alternatives]
        hit = next((place for place in places if found.get(place)), None)
        if scene.optional:
            free |= set(places)
        elif hit is None:
            score.scenes.add(0, 0, 1)
            where = story.sentences[scene.sentence].text[:90]
            score.faults.append(f"{story.name}: no scene begins at: {where}")
        else:
            score.scenes.add(1, 0, 0)
            found.pop(hit)
            free |= set(places)
    for place in found:
        if place not in free:
            score.scenes.add(0, 1, 0)
            score.faults.append(
                f"{story.name}: a scene begins at: {story.sentences[place].text[:90]}"
            )


def judge_events(score: Score, story: Story, shots: Sequence[Shot]) -> None:
    """Covered: all letters of the clause are in sources, and no shot before an earlier event's."""
    last = 0
    for event in story.events:
        letters = {n for n in range(event.start, event.end) if story.text[n].isalnum()}
        mine = [
            n
            for n, shot in enumerate(shots)
            if any(letters & set(range(s.start, s.end)) for s in shot.source)
        ]
        covered = {
            n for i in mine for s in shots[i].source for n in range(s.start, s.end) if n in letters
        }
        right = covered == letters and bool(mine) and mine[-1] >= last
        score.events.add(right)
        if not right:
            score.faults.append(f"{story.name}: event not covered in order: {event.text[:90]}")
        if mine:
            last = max(last, mine[0])
