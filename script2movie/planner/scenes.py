"""Where one scene ends and the next begins: place, time of day, how it feels, how it is entered.

Knows places, times and the grammar that moves people between them; knows no shots. A scene's place
is a noun phrase of the text; what the text leaves open is inherited from the scene before.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from script2movie.movie import Light, Transition
from script2movie.planner.places import Place, places_in
from script2movie.planner.roles import Mention, Role, names_role
from script2movie.planner.telling import Telling, Told
from script2movie.planner.times import BACK, LATER, UNIT, opening, tense, time_passes
from script2movie.planner.words import kind_of_verb, light_of, vocabulary
from script2movie.stages import OutlineScene

__all__ = ["mood_of", "outlined", "shortened"]

MOODS = ("tense", "sad", "joyful", "warm", "mysterious")
OPEN_PLACE = ("room", "open air")  # interior and exterior of a story that names no place
SOMEONE = ("somebody", "someone", "something")
INDOOR_THINGS = frozenset(("door", "table", "window", "bed", "chair", "sofa", "desk", "shelf"))
SUMMARY = 160  # characters
TOLD_BEFORE = 3  # sentences in the past tense before the present one is another time


@dataclass
class _Scene:
    """A scene while it is read."""

    told: list[Told]
    light: Light
    place: Place | None = None
    timed: bool = False
    passed: bool = False  # time passed before it
    moved: bool = False  # it is the first whose place is named
    lit: bool = False
    back: "_Scene | None" = None  # of a flashback: the scene that it interrupts
    names: list[str] = field(default_factory=list)


def outlined(telling: Telling) -> tuple[OutlineScene, ...]:
    """The story's scenes in order; together they hold every sentence."""
    scenes: list[_Scene] = []
    for told in telling.told:
        _read(told, scenes)
    _fill_places(scenes)
    numbered = zip(scenes, [*scenes[1:], None], strict=True)
    return tuple(
        _outline(
            n, scene, following.told[0].sentence.start if following else len(telling.text.story)
        )
        for n, (scene, following) in enumerate(numbered, start=1)
    )


# --- boundaries -----------------------------------------------------------------------------------


def _read(told: Told, scenes: list[_Scene]) -> None:
    """Puts a sentence into the last scene or opens one with it."""
    opens = opening(told)
    light = _light(told)
    known = [scene.place for scene in scenes if scene.place]
    current = scenes[-1] if scenes else None
    passed = time_passes(opens, told, present_again=_present_again(told, current))
    place = _arrival(told, current, known)
    remembered = _remembers(told)
    passed = passed or (remembered and current is not None)
    returns = current is not None and current.back is not None and _returns(told, current)
    fresh = (
        current is None
        or returns
        or told.sentence.opens_section
        or (passed and bool(current.told))
        or (place is not None and _elsewhere(place, current) and not _may_adopt(current, place))
    )
    if fresh:
        before, passed = current, passed or returns
        if before and before.back and returns:
            before = before.back
        inherited = before.light if before else Light.DAY
        words = " ".join(t.lower_ for t in told.sentence.told[:12])
        current = _Scene(
            told=[],
            light=inherited,
            place=before.place if before and returns else None,
            timed=passed,
            passed=passed and bool(scenes),
            back=before if remembered else _flashback_of(before, words) if not returns else None,
        )
        scenes.append(current)
    assert current is not None
    if place is not None and (current.place is None or _may_adopt(current, place)):
        current.place = place
    if light and (fresh or not current.lit) and (fresh or len(current.told) < 3):
        current.light, current.lit = light, True
    elif fresh and passed and re.search(rf"\bday\b|\b{UNIT}\b", opens):
        current.light = Light.DAY
    current.told.append(told)


def _flashback_of(before: _Scene | None, words: str) -> _Scene | None:
    """The scene that a new one interrupts, be it the flashback's first or a later one."""
    if before is None or BACK.search(words):
        return before
    return None if LATER.search(words) else before.back


def _remembers(told: Told) -> bool:
    """'She remembers the funeral: black umbrellas, a folded flag': shown for one sentence."""
    return any(
        token.dep_ == "ROOT"
        and token.lemma_ in ("remember", "recall")
        and any(c.dep_ == "dobj" and c.pos_ == "NOUN" for c in token.children)
        and any(c.text == ":" for c in token.children)
        for token in told.sentence.told
    )


def _returns(told: Told, flashback: _Scene) -> bool:
    """Whether a paragraph is back where a flashback began: who was only there is here again."""
    assert flashback.back is not None
    if flashback.told and _remembers(flashback.told[-1]):
        return True
    if flashback.told and told.sentence.told and told.sentence.told[0].lower_ == "now":
        return True
    if not told.sentence.opens_paragraph or not flashback.told:
        return False
    here = {*told.seen, *(m.person for m in told.mentions if m.role is Role.BEFORE)}
    then = {m.person for one in flashback.told for m in one.mentions}
    then |= {
        name for one in flashback.told for s in one.speeches for name in (s.speaker, s.addressee)
    }
    frame = {name for one in flashback.back.told for name in one.seen}
    last = [token.lower_ for token in flashback.told[-1].sentence.told]
    return bool(here & (frame - then)) or last[-1:] == ["since"]


def _elsewhere(place: Place, current: _Scene) -> bool:
    return current.place is None or not _same(place, current.place)


WHICH = frozenset(("first", "second", "third", "fourth", "last", "next", "other", "upper", "lower"))


def _same(place: Place, known: Place) -> bool:
    """'the room' is the room one is in; 'the doctor's room' only that."""
    owner, other = (re.match(r"(.+?)'s? ", one.phrase) for one in (place, known))
    whose = owner is None or (other is not None and owner[1] == other[1])
    which, before = (WHICH & set(one.phrase.lower().split()) for one in (place, known))
    return place.head == known.head and whose and (which == before or not which)


def _may_adopt(current: _Scene, place: Place) -> bool:
    """A scene that has only begun and has no place yet takes the first it hears of.

    But where someone has acted already and then goes somewhere, that is the next.
    """
    begins = not current.passed and not current.timed
    agents = [(m, one) for one in current.told for m in one.mentions if m.role is Role.AGENT]
    if place.strong and any(_acts(m, one) or not begins for m, one in agents):
        return False
    begun = len(current.told) <= 2 and not any(told.speeches for told in current.told)
    return begun and (current.place is None or current.place.phrase.startswith("outside "))


def _acts(mention: Mention, told: Told) -> bool:
    """In the main clause, and does something: 'I was nine when he died' only sets the time."""
    verb = told.sentence.doc[mention.token].head
    return verb.dep_ in ("ROOT", "conj") and kind_of_verb(verb.lemma_) != "stative"


def _present_again(told: Told, current: _Scene | None) -> bool:
    """A paragraph in the present tense after a scene in the past: back to the time of telling."""
    if current is None or told.sentence.quotes or tense(told) != "present":
        return False
    tenses = Counter(tense(one) for one in current.told if not one.sentence.quotes)
    return tenses["past"] >= TOLD_BEFORE and not tenses["present"]


# --- places ---------------------------------------------------------------------------------------


def _arrival(told: Told, current: _Scene | None, known: Sequence[Place]) -> Place | None:
    """The place that a sentence sets or moves to, under the name it was first given."""
    found = list(places_in(told))
    if current is None or current.place is None or told.sentence.opens_section:
        chosen = [p for p in found if p.strong] or [p for p in found if p.arrives]
        chosen = chosen or (found if current is None or not known else [])
    elif told.sentence.opens_paragraph:
        chosen = [p for p in found if p.arrives]
    else:
        chosen = [p for p in found if p.strong]
    leads = told.sentence.opens_paragraph and current and current.place and current.place.interior
    if not chosen and leads:
        chosen = [p for p in found if p.way and not p.interior]  # "They ran across the square"
    if not chosen:
        return _outside_or_in(told, current)
    place = chosen[-1] if all(p.strong for p in chosen) else chosen[0]
    same = next((p for p in known if _same(place, p)), None)
    return same if same and len(same.phrase) >= len(place.phrase) else place


def _outside_or_in(told: Told, current: _Scene | None) -> Place | None:
    """'Outside, ...': the street before the door; 'inside' leads back."""
    if current is None or current.place is None:
        return None
    acting = {mention.token for mention in told.mentions}
    for token in told.sentence.told:
        moved = token.dep_ == "advmod" and kind_of_verb(token.head.lemma_) == "motion"
        unseen = [c for c in token.head.children if c.dep_ == "nsubj" and c.i not in acting]
        if not moved and any(
            c.lower_ in SOMEONE or names_role(c) for c in unseen
        ):  # "Outside somebody knocked": heard from within
            continue
        if token.lower_ == "outside" and token.dep_ != "prep" and (token.i < 2 or moved):
            if not current.place.interior:
                return None
            phrase = f"outside {current.place.phrase}"
            return Place(phrase, phrase, interior=False, arrives=True, strong=True)
        if token.lower_ == "inside" and token.dep_ != "prep" and (token.i < 2 or moved):
            phrase = current.place.phrase.removeprefix("outside ")
            if phrase != current.place.phrase:
                return Place(phrase, phrase.split()[-1], interior=True, arrives=True, strong=True)
    return None


def _fill_places(scenes: list[_Scene]) -> None:
    """What is left open is inherited; before any place is named, the first named one serves."""
    first = next((scene.place for scene in scenes if scene.place), None)
    if first is None:
        words = {
            t.lemma_.lower() for scene in scenes for one in scene.told for t in one.sentence.told
        }
        indoors = bool(words & INDOOR_THINGS)
        first = Place(OPEN_PLACE[not indoors], "", indoors, arrives=True, strong=False)
    current = first
    named = False
    for scene in scenes:
        scene.moved = scene.place is not None and not named
        named = named or scene.place is not None
        current = scene.place or current
        scene.place = current
    _join(scenes)


def _join(scenes: list[_Scene]) -> None:
    """A scene that brings neither a new place nor a new time is the one before going on."""
    n = 1
    while n < len(scenes):
        before, scene = scenes[n - 1], scenes[n]
        same = before.place and scene.place and _same(scene.place, before.place)
        if (
            same
            and not scene.timed
            and not scene.moved
            and not scene.told[0].sentence.opens_section
        ):
            before.told += scene.told
            del scenes[n]
        else:
            n += 1


# --- the outline ----------------------------------------------------------------------------------


def _light(told: Told) -> Light | None:
    found = [
        light
        for token in told.sentence.told
        if token.pos_ in ("NOUN", "PROPN", "ADV") and (light := light_of(token.lower_))
    ]
    return found[-1] if found else None


def _mood(scene: _Scene) -> str:
    tokens = [token for one in scene.told for token in one.sentence.told]
    told = [t.lemma_ for t in tokens if (t.lemma_, t.pos_) != ("tear", "VERB")]  # "tears it up"
    said = [speech.quote.text for one in scene.told for speech in one.speeches]
    return mood_of(told, said)


def mood_of(told: Sequence[str], said: Sequence[str]) -> str:
    """How a scene feels, by its words: those told in their ground form, those said as they are."""
    words = [word.lower() for word in told]
    words += [word for text in said for word in re.findall(r"[a-z]+", text.lower())]
    counts = Counter(
        {mood: sum(map(vocabulary(f"mood {mood}").__contains__, words)) for mood in MOODS}
    )
    best = max(MOODS, key=lambda mood: counts[mood])
    return best if counts[best] else "calm"


def _outline(number: int, scene: _Scene, end: int) -> OutlineScene:
    assert scene.place is not None
    names = dict.fromkeys(name for told in scene.told for name in told.seen)
    first = " ".join(
        "".join(t.text_with_ws for t in told.sentence.doc if not told.sentence.masked(t)).strip()
        for told in scene.told
    )
    return OutlineScene(
        id=f"s{number:02d}",
        place=scene.place.phrase,
        interior=scene.place.interior,
        light=scene.light,
        start=scene.told[0].sentence.start,
        end=end,
        summary=shortened(re.sub(r"\s+([,.!?])", r"\1", re.sub(r"\s+", " ", first))),
        characters=tuple(names),
        mood=_mood(scene),
        transition=Transition.DISSOLVE if scene.passed else Transition.CUT,
    )


def shortened(text: str) -> str:
    """The first words of a summary."""
    return text if len(text) <= SUMMARY else text[:SUMMARY].rsplit(" ", 1)[0] + " ..."
