"""What a good plan is, whoever planned it. Says what is wrong with one, a sentence a fault.

Knows films and the story's text; knows no model, no grammar and no file. The rules:

1. The people are those of the bank, or without one those whom the story names: nobody invented.
2. Every sentence of the story is in a scene and in a shot, in order, at most a few in one shot.
3. What the story quotes is said word for word, in order.
4. Who stands left of somebody stays there for the whole scene, and speaks towards them.
5. No two shots in a row are the same picture, not all are equally long, a new place is shown first.
6. A scene is as long as its share of the wished length.
7. It can be shot: whatever `screenplay` would refuse is wrong here too.
"""

import bisect
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from script2movie.movie import (
    NARRATOR,
    CastMember,
    Character,
    Framing,
    Movie,
    Position,
    Scene,
    Shot,
    ShotSize,
)
from script2movie.planner.coverage import spoken_seconds
from script2movie.planner.language import Sentence, Text, clean
from script2movie.screenplay.faults import faults, suggestion
from script2movie.stages import Brief, Outline, OutlineScene

__all__ = [
    "Passage",
    "cast_complaints",
    "most_sentences",
    "passage_of",
    "plan_complaints",
    "quoted_seconds",
    "scene_complaints",
    "sketch_complaints",
]

MOST_SENTENCES = 4  # in one shot
SHORTEST_SHOT = 1.5  # seconds: a film hurried beyond that shows several sentences in a shot
TOLERANCE = 0.25  # of a scene's share of the wished length
FEW_SHOTS = 3  # so many may well be equally long
QUOTED = 60  # characters of a sentence in a complaint
IN_SHOT = re.compile(r"scenes\[0\]\.(?:shots\[(\d+)\][.:]\s*)?")
ORDER = {Position.LEFT: 0, Position.CENTER: 1, Position.RIGHT: 2}
FIRST_PERSON = re.compile(r"\b(?:I|I'm|I've|I'll|I'd)\b")
ARTICLES = frozenset(("the", "a", "an", "of", "mr", "mrs", "ms", "dr", "miss"))


@dataclass(frozen=True)
class Passage:
    """What one scene has to tell. `seconds` is its share of the wished length, None if open."""

    story: str
    sentences: tuple[Sentence, ...]
    cast: tuple[CastMember, ...]
    new_place: bool = True
    narrator: bool = True
    new_lines: bool = True  # somebody may say what the story does not quote
    seconds: float | None = None


def passage_of(outline: Outline, number: int, text: Text, *, new_lines: bool = True) -> Passage:
    """What the outline's scene has to tell; `number` counts from 0."""
    sketch = outline.scenes[number]
    return Passage(
        story=outline.story,
        sentences=_between(text, sketch.start, sketch.end),
        cast=outline.movie.cast,
        new_place=number == 0 or outline.scenes[number - 1].place != sketch.place,
        narrator=outline.brief.narrator,
        new_lines=new_lines,
        seconds=_share(outline.brief, sketch, text),
    )


def plan_complaints(
    movie: Movie, outline: Outline, text: Text, bank: Sequence[Character]
) -> list[str]:
    """All that is wrong with a whole plan, each complaint under its scene's id."""
    found = [f"film: {one}" for one in cast_complaints(movie, text, bank)]
    found += [f"film: {one}" for one in sketch_complaints(outline.scenes, text.sentences, movie)]
    for number, scene in enumerate(movie.scenes):
        passage = passage_of(outline, number, text)
        whole = replace(passage, seconds=None)  # how scenes share the length is the planner's
        found += [f"{scene.id}: {one}" for one in scene_complaints(scene, whole)]
    if outline.brief.minutes is not None:
        lasts = sum(_seconds(scene) for scene in movie.scenes)
        if abs(lasts - 60 * outline.brief.minutes) > TOLERANCE * 60 * outline.brief.minutes:
            found.append(f"film: it lasts {lasts / 60:.1f} minutes, not {outline.brief.minutes:g}")
    return found


# --- the film -------------------------------------------------------------------------------------


def cast_complaints(movie: Movie, text: Text, bank: Sequence[Character]) -> list[str]:
    """What is wrong with the title and the people."""
    found = [fault for fault in faults(movie) if fault.startswith(("title", "cast"))]
    title = _words(text.title)
    if title and _words(movie.title) != title[: max(1, len(_words(movie.title)))]:
        found.append(f"the story is called '{text.title}': keep its title")
    told = set(_words(text.story))
    own = {character.name for character in bank}
    strangers: list[str] = []
    for member in movie.cast:
        if bank and member.name not in own and not _is_role(member.name):
            found.append(
                f"{member.name} is not one of the people whom this film may name"
                f"{suggestion(member.name, sorted(own))}; call an extra by a role in small "
                "letters, such as 'the waiter'"
            )
            continue
        names = [member.name, *member.aliases]
        if not any(_mentioned(name, told) for name in names):
            strangers.append(member.name)
    if strangers and _told_by_i(text):
        strangers = strangers[1:]  # the one who tells it need not be named
    return found + [f"{name} is not in the story: leave them out" for name in strangers]


def sketch_complaints(
    scenes: Sequence[OutlineScene], sentences: Sequence[Sentence], movie: Movie
) -> list[str]:
    """What is wrong with scenes that have to tell `sentences`, counted from 1."""
    known = [member.name for member in movie.cast]
    numbers = {sentence.start: n for n, sentence in enumerate(sentences, 1)}
    found = []
    if scenes and sentences and scenes[0].start > sentences[0].start:
        found.append("the first scene begins after sentence 1: begin it there")
    for n, (one, following) in enumerate(pairwise(scenes), 1):
        if following.start <= one.start:
            found.append(
                f"scene {n + 1} begins at sentence {numbers.get(following.start, '?')}, which is "
                f"not after where scene {n} begins: keep the story's order"
            )
    for n, scene in enumerate(scenes, 1):
        for name in (*scene.characters, *(person for person, _ in scene.wardrobe)):
            if name not in known:
                found.append(f"scene {n}: {name} is not in the cast{suggestion(name, known)}")
    return list(dict.fromkeys(found))


def most_sentences(passage: Passage) -> int:
    """How many sentences one shot may show: more in a film that has to hurry."""
    if passage.seconds is None:
        return MOST_SENTENCES
    hurried = len(passage.sentences) * SHORTEST_SHOT / max(1.0, passage.seconds)
    return max(MOST_SENTENCES, 2 * math.ceil(hurried))


def quoted_seconds(sentences: Sequence[Sentence]) -> float:
    """How long it takes to say what the sentences quote."""
    return sum(spoken_seconds(quote.text) for one in sentences for quote in one.quotes)


def _between(text: Text, start: int, end: int) -> tuple[Sentence, ...]:
    return tuple(one for one in text.sentences if start <= one.start < end)


def _share(brief: Brief, sketch: OutlineScene, text: Text) -> float | None:
    """What is quoted takes its time; the rest of the wished length is shared by words."""
    if brief.minutes is None:
        return None
    mine = _between(text, sketch.start, sketch.end)
    spoken = quoted_seconds(mine)
    rest = max(0.0, 60 * brief.minutes - quoted_seconds(text.sentences))
    words = sum(len(_words(text.story[one.start : one.end])) for one in text.sentences)
    own = sum(len(_words(text.story[one.start : one.end])) for one in mine)
    return spoken + rest * own / max(1, words)


def _is_role(name: str) -> bool:
    return name.startswith(("the ", "a ", "an ")) and name == name.lower()


def _mentioned(name: str, told: set[str]) -> bool:
    return any(word in told for word in _words(name) if word not in ARTICLES)


def _told_by_i(text: Text) -> bool:
    quoted = [(quote.start, quote.end) for one in text.sentences for quote in one.quotes]
    return any(
        not any(start <= match.start() < end for start, end in quoted)
        for match in FIRST_PERSON.finditer(clean(text.story))
    )


# --- one scene ------------------------------------------------------------------------------------


def scene_complaints(scene: Scene, passage: Passage) -> list[str]:
    """What is wrong with a scene's shots. Sentences and shots are counted from 1."""
    return [
        *_shooting(scene, passage),
        *_coverage(scene, passage),
        *_words_said(scene, passage),
        *_direction(scene),
        *_rhythm(scene, passage),
        *_length(scene, passage),
    ]


def _shooting(scene: Scene, passage: Passage) -> Iterator[str]:
    film = Movie("film", passage.cast, (scene,))
    for fault in faults(film):
        if not fault.startswith("cast"):
            yield IN_SHOT.sub(
                lambda found: f"shot {int(found[1]) + 1}: " if found[1] else "", fault, count=1
            )


def _coverage(scene: Scene, passage: Passage) -> Iterator[str]:
    spans = [(span.start, span.end) for shot in scene.shots for span in shot.source]
    for n, one in enumerate(passage.sentences, 1):
        words = [one.start + m.start() for m in re.finditer(r"\w+", _told(one, passage.story))]
        missed = [place for place in words if not any(a <= place < b for a, b in spans)]
        if missed:
            rest = " ".join(passage.story[missed[0] : one.end].split())
            much = rest if len(rest) <= QUOTED else rest[: QUOTED - 1] + "…"
            yield f"sentence {n} is in no shot{' to its end' * (len(missed) < len(words))}: {much}"
    ends = [one.end for one in passage.sentences]
    firsts = [
        (m, bisect.bisect_right(ends, min(span.start for span in shot.source)))
        for m, shot in enumerate(scene.shots, 1)
        if shot.source
    ]
    for (before, first), (m, sentence) in pairwise(firsts):
        if sentence < first:
            yield f"shot {m} shows what comes before shot {before}: keep the story's order"
    most = most_sentences(passage)
    for m, shot in enumerate(scene.shots, 1):
        shown = [
            n
            for n, one in enumerate(passage.sentences, 1)
            if any(span.start < one.end and one.start < span.end for span in shot.source)
        ]
        if len(shown) > most:
            yield (
                f"shot {m} shows sentences {shown[0]} to {shown[-1]}; a shot shows at most {most}: "
                "give the others shots of their own"
            )


def _words_said(scene: Scene, passage: Passage) -> Iterator[str]:
    lines = [line for shot in scene.shots for line in shot.dialogue]
    said = [word for line in lines for word in _words(line.text)]
    written = " ".join(shot.plot for shot in scene.shots)
    shown = [] if passage.narrator else _words(written)  # writing that nobody can read out
    quotes = [(n, quote) for n, one in enumerate(passage.sentences, 1) for quote in one.quotes]
    place = 0
    for n, quote in quotes:
        wanted = _words(quote.text)
        at = _find(wanted, said, place)
        if at >= 0:
            place = at + len(wanted)
        elif _find(wanted, said, 0) >= 0:
            yield f'sentence {n} says "{quote.text}", which is said too early: keep the order'
        elif _find(wanted, shown, 0) < 0:
            yield (
                f'sentence {n} says "{quote.text}"; no line says that word for word: '
                "give it to its speaker as it stands"
            )
    quoted = [word for _, quote in quotes for word in _words(quote.text)]
    for m, shot in enumerate(scene.shots, 1):
        for line in shot.dialogue:
            if line.character == NARRATOR:
                if not passage.narrator:
                    yield f"shot {m}: this film has no {NARRATOR}; leave the line out"
            elif not passage.new_lines and _find(_words(line.text), quoted, 0) < 0:
                yield f'shot {m}: nobody in the story says "{line.text}"; leave the line out'


def _direction(scene: Scene) -> Iterator[str]:
    sides: dict[tuple[str, str], tuple[bool, int]] = {}  # (a, b) -> a is on the left, since shot
    for m, shot in enumerate(scene.shots, 1):
        people = sorted(shot.characters, key=lambda one: one.character)
        for k, one in enumerate(people):
            for other in people[k + 1 :]:
                if one.position is other.position:
                    continue
                left = ORDER[one.position] < ORDER[other.position]
                pair = (one.character, other.character)
                before, since = sides.setdefault(pair, (left, m))
                if before is not left:
                    yield (
                        f"shot {m} has {pair[0]} on the {'left' if left else 'right'} of {pair[1]}"
                        f", shot {since} on the other side: keep everyone's side in a scene"
                    )
    present = {one.character for shot in scene.shots for one in shot.characters}
    for m, shot in enumerate(scene.shots, 1):
        speaking = {line.character for line in shot.dialogue if not line.off_screen}
        for one in shot.characters if shot.framing is Framing.SINGLE else ():
            own = [
                left if pair[0] == one.character else not left
                for pair, (left, _) in sides.items()
                if one.character in pair
            ]
            if len(own) < len(present) - 1 or len(set(own)) != 1:
                continue  # somebody may stand on either side
            away = Position.LEFT if own[0] else Position.RIGHT
            if one.character in speaking and one.facing is away:
                yield (
                    f"shot {m}: {one.character} stands {away} of the others in this scene and "
                    f"speaks facing {away}, away from them: turn them round"
                )


def _rhythm(scene: Scene, passage: Passage) -> Iterator[str]:
    for m, (one, following) in enumerate(pairwise(scene.shots), 1):
        if _picture(one) == _picture(following):
            yield (
                f"shots {m} and {m + 1} are the same picture: {one.size}, {one.framing}, the same "
                "people; change the size or the framing, or make them one shot"
            )
    durations = {shot.duration for shot in scene.shots}
    if len(scene.shots) > FEW_SHOTS and len(durations) == 1:
        yield f"all {len(scene.shots)} shots last {durations.pop():g} s: vary them"
    first = scene.shots[0] if scene.shots else None
    shows_place = first is not None and (
        first.framing is Framing.ESTABLISHING or first.size is ShotSize.WIDE
    )
    if passage.new_place and first is not None and not shows_place:
        yield (
            f"shot 1 opens a new place ({scene.place}) on a {first.size}, {first.framing}: "
            "open on an establishing or a wide shot"
        )


def _picture(shot: Shot) -> object:
    people = [(one.character, one.back_to_camera) for one in shot.characters]
    return shot.size, shot.framing, people


def _length(scene: Scene, passage: Passage) -> Iterator[str]:
    if passage.seconds is None:
        return
    lasts = _seconds(scene)
    least, most = (1 - TOLERANCE) * passage.seconds, (1 + TOLERANCE) * passage.seconds
    if not least <= lasts <= most + 1:
        yield (
            f"the scene lasts {lasts:.0f} s by its shots and lines; for the film to be as long as "
            f"wished it lasts {least:.0f} to {most:.0f} s"
        )


def _seconds(scene: Scene) -> float:
    return sum(
        max(shot.duration, sum(spoken_seconds(line.text) for line in shot.dialogue))
        for shot in scene.shots
    )


def _words(text: str) -> list[str]:
    return re.findall(r"\w+(?:'\w+)*", clean(text).casefold())


def _find(wanted: Sequence[str], among: Sequence[str], start: int) -> int:
    """Where the words stand in a row, -1 nowhere."""
    width = len(wanted)
    for n in range(start, len(among) - width + 1):
        if among[n : n + width] == wanted:
            return n
    return -1


def _told(sentence: Sentence, story: str) -> str:
    return story[sentence.start : sentence.end]
