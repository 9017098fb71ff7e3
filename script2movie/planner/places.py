"""The places of a sentence: their noun phrase, inside or outside, and whether the film goes there.

Knows the grammar of place; knows not which place a scene takes (`scenes`).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from spacy.tokens import Token

from script2movie.planner.descriptions import noun_phrase
from script2movie.planner.reference import FIRST_PERSON
from script2movie.planner.roles import only_told_of
from script2movie.planner.telling import Told
from script2movie.planner.words import kind_of_verb, light_of, vocabulary

__all__ = ["Place", "places_in"]

UNITS = vocabulary("units of time")
INDOORS = vocabulary("interior")
FURNITURE = frozenset(("table", "sink", "counter", "bed", "sofa", "bar"))
SOUNDS = ("creak", "knock", "ring", "bark", "bang", "rattle", "slam", "click", "buzz", "thud")
SEEN_OR_TOLD = ("perception", "cognition", "communication")


@dataclass(frozen=True)
class Place:
    """A place as a sentence has it. `arrives` marks one that the sentence sets or moves to."""

    phrase: str
    head: str
    interior: bool
    arrives: bool
    strong: bool
    way: bool = False  # where someone goes along or across it


def places_in(told: Told) -> Iterator[Place]:
    """Every place of a sentence, in order."""
    sentence = told.sentence
    people = {mention.token for mention in told.mentions}
    for token in sentence.told:
        if token.i in people or not _is_place(token):
            continue
        relation = _relation(token)
        verb = _verb_above(token)
        beside = verb is not None and verb.dep_ == "advcl" and verb.i > verb.head.i
        if relation == "away" or beside or only_told_of(token) or _describes(token, verb):
            continue
        if _sounds(verb, people) or _lived(verb) or _whenever(sentence.told):
            continue
        verb_is = verb.lemma_ if verb is not None else ""
        moves = kind_of_verb(verb_is) == "motion" or verb_is in vocabulary("verbs of bringing")
        rests = verb_is in vocabulary("verbs of coming to rest")
        way = _on_the_way(token)
        reached = token.dep_ == "dobj" and token.head.lemma_ in vocabulary("verbs of reaching")
        fronted = verb is not None and token.i < verb.i and relation in ("at", "near")
        fragment = verb is None
        strong = (
            reached
            or (
                moves
                and _goes(verb, people)
                and verb_is != "fall"
                and not _only_headed(token)
                and not way
                and not _comes_back(verb)
                and relation in ("towards", "near")
            )
            or (rests and relation in ("at", "near"))
            or (moves and relation == "at" and _to_someone(verb, people))
            or (relation == "at" and _is_suddenly(verb, people))
            or (fronted and relation == "at" and not _subject_between(token, verb))
            or (fragment and sentence.opens_paragraph)
            or (relation == "at" and sentence.doc[0].lower_ == "back")
        )
        strong = strong and (fronted or not _of_earlier(verb))
        described = (
            relation == "subject"
            and not _of_earlier(verb)
            and verb_is in vocabulary("verbs of places")
            and not any(
                c.dep_ == "attr" and c != token for c in (verb.children if verb is not None else ())
            )
        )
        lives = verb_is in ("live", "lodge", "sleep", "work") and relation in ("at", "near")
        arrives = strong or relation == "at" or ((described or lives) and sentence.opens_paragraph)
        inside = _interior(token, relation)
        way = way and moves and _goes(verb, people)
        yield Place(_phrase(token, told), _noun(token), inside, arrives, strong, way)


def _sounds(verb: Token | None, people: set[int]) -> bool:
    """'A floorboard creaked on the landing': heard from where one is."""
    return verb is not None and verb.lemma_ in SOUNDS and not people


def _lived(verb: Token | None) -> bool:
    """'In a town there lived a banker': who he is, before anything happens."""
    there = verb is not None and any(child.dep_ == "expl" for child in verb.children)
    return there and verb is not None and verb.lemma_ == "live"


def _whenever(told: Sequence[Token]) -> bool:
    """'Whenever she came he went into the shed': no one time."""
    return any(token.lower_ == "whenever" for token in told)


def _is_place(token: Token) -> bool:
    if token.dep_ in ("compound", "poss", "amod") or token.pos_ not in ("NOUN", "PROPN"):
        return token.lower_ == "home" and token.dep_ == "advmod"
    noun = token.lemma_.lower()
    top = token
    while top.dep_ == "pobj" and top.head.dep_ == "prep" and top.head.head.pos_ == "NOUN":
        top = top.head.head
        if _is_place(top):
            return False  # "the house by the lake" is the house
    if any(_listed(token, kind) for kind in ("interior", "exterior", "indoors", "outdoors")):
        return True
    rooms = (c for c in token.children if c.dep_ == "compound")
    if token.lower_ in vocabulary("thresholds") and any(
        _listed(room, "interior") for room in rooms
    ):
        return _relation(token) in ("at", "near")  # "on the courthouse steps"
    if token.pos_ == "PROPN":
        went = _relation(token) == "towards" and kind_of_verb(token.head.head.lemma_) == "motion"
        return went or token.ent_type_ in ("GPE", "FAC", "LOC")
    begins = token.head.i == 0 and token.head.lower_ in ("at", "inside")
    begins = begins or (token.head.i == 1 and token.doc[0].lower_ == "back")
    fronted = token.dep_ == "pobj" and begins
    nowhere = (
        vocabulary("no place")
        | vocabulary("containers")
        | UNITS
        | vocabulary("thresholds")
        | FURNITURE
    )
    return fronted and light_of(noun) is None and noun not in nowhere


def _listed(token: Token, kind: str) -> bool:
    return _noun(token) in vocabulary(kind) or token.lower_ in vocabulary(kind)


def _noun(token: Token) -> str:
    """'kitchen' of 'at the kitchen table', else the word itself."""
    rooms = [c.lower_ for c in token.children if c.dep_ == "compound" and c.lower_ in INDOORS]
    return rooms[0] if rooms and token.lemma_ in FURNITURE else str(token.lemma_.lower())


def _relation(token: Token) -> str:
    """How a place hangs in its sentence: 'at', 'towards', 'near', 'away', 'subject', 'object'."""
    top = token
    while top.dep_ == "conj" and top.head.pos_ in ("NOUN", "PROPN"):
        top = top.head
    if top.dep_ in ("nsubj", "nsubjpass", "ROOT", "attr"):
        return "subject"
    if top.dep_ != "pobj":
        return "towards" if top.lower_ == "home" and top.dep_ == "advmod" else "object"
    word = top.head.lower_
    if top.head.head.lower_ == "from":
        return "away"  # "From inside the house came a roar"
    if word == "of":
        above = top.head.head
        if above.dep_ == "pobj" and above.head.lower_ == "from":
            return "away"  # "from the window of the house"
        return "at" if above.lemma_.lower() in vocabulary("thresholds") else "part"
    if word == "for" and (top.head.head.lemma_ not in ("leave", "head", "set")):
        return "away"
    return next((kind for kind in ("at", "towards", "near") if word in vocabulary(kind)), "away")


def _verb_above(token: Token) -> Token | None:
    top = token
    while top.head != top:
        top = top.head
        if top.pos_ in ("VERB", "AUX"):
            return top
    return None


def _only_headed(token: Token) -> bool:
    """'towards the sea': on the way, not there."""
    return token.dep_ == "pobj" and token.head.lower_ in ("toward", "towards")


def _on_the_way(token: Token) -> bool:
    """'across the lawn': a way within a place, and not the next one."""
    return token.dep_ == "pobj" and token.head.lower_ in ("across", "along", "past", "down", "up")


def _comes_back(verb: Token | None) -> bool:
    """'goes out to the car and comes back'."""
    after = verb.conjuncts if verb is not None else ()
    back = ("back", "again")
    return any(
        one.i > verb.i
        and (one.lemma_ == "return" or any(c.lower_ in back for c in one.children))
        and kind_of_verb(one.lemma_) == "motion"
        for one in after
        if verb is not None
    )


def _of_earlier(verb: Token | None) -> bool:
    """'The room had been empty': told of a time before."""
    if verb is None:
        return False
    first = verb
    while first.dep_ == "conj" and not any(c.dep_ == "nsubj" for c in first.children):
        first = first.head
    return any(t.lower_ == "had" and t.dep_ == "aux" for t in (*verb.children, *first.children))


def _describes(token: Token, verb: Token | None) -> bool:
    """'a clerk at the bank', 'the man who lives in the attic': where someone is at other times."""
    if verb is not None and verb.dep_ == "relcl" and token.i > verb.i:
        return True
    top = token
    while top.head != top and top.pos_ not in ("VERB", "AUX"):
        if top.dep_ == "appos" and top != token:
            return True
        top = top.head
    return False


def _to_someone(verb: Token | None, people: set[int]) -> bool:
    """'takes it to Havel at the police station'."""
    goals = [c for c in verb.children if c.lower_ == "to"] if verb is not None else []
    return any(child.i in people for goal in goals for child in goal.children)


def _goes(verb: Token | None, people: set[int]) -> bool:
    """Whether a person goes there: not the sun, and not someone who is only seen to go."""
    if verb is None or verb.dep_ in ("acl", "relcl"):
        return False
    above = verb
    while above.head != above:
        if above.dep_ in ("ccomp", "xcomp") and kind_of_verb(above.head.lemma_) in SEEN_OR_TOLD:
            return False
        above = above.head
    top = verb
    while not (subjects := [c for c in top.children if c.dep_ in ("nsubj", "nsubjpass")]):
        if top.head == top:
            return True
        top = top.head
    one = subjects[0]
    return one.i in people or (one.pos_ == "PRON" and one.lower_ != "it")


def _is_suddenly(verb: Token | None, people: set[int]) -> bool:
    """'Then they were in a garden', 'he found himself in bed': there without a way."""
    if verb is None or verb.lemma_ not in ("be", "stand", "sit", "lie", "find"):
        return False
    if verb.lemma_ == "find":
        return any(c.dep_ == "dobj" and c.lower_.endswith("self") for c in verb.children)
    before = {t.lower_ for t in verb.doc[: verb.i]}
    there = any(c.dep_ == "nsubj" and (c.i in people or c.lower_ == "they") for c in verb.children)
    return there and bool(before & {"then", "next", "suddenly", "gone", "vanished", ":"})


def _subject_between(token: Token, verb: Token | None) -> bool:
    """Whether a place before a verb only belongs to its subject ('the man in the bar laughs')."""
    return verb is not None and any(
        t.dep_ in ("nsubj", "nsubjpass") and t.i < token.i for t in verb.children
    )


def _interior(token: Token, relation: str) -> bool:
    noun = _noun(token)
    if (
        relation == "near"
        and token.dep_ == "pobj"
        and token.head.lower_
        in (
            "outside",
            "of",
            "behind",
            "beside",
            "past",
            "around",
        )
    ):
        return False
    if noun in vocabulary("exterior"):
        return False
    if noun in vocabulary("interior"):
        return True
    return noun in vocabulary("indoors") or noun == "home"


def _phrase(token: Token, told: Told) -> str:
    """'old lighthouse', 'Nadia's kitchen': the text's words without an article or a clause."""
    words = noun_phrase(token)
    of = re.match(rf"(.*?\b{re.escape(token.text)}\b(?: of [^,]+)?)", words)
    words = of[1] if of else words
    words = re.sub(
        r"^(?:(?:the|a|an|this|that|another|every|same|very|own)\s+)+", "", words, flags=re.I
    )
    owner = next((child for child in token.children if child.dep_ == "poss"), None)
    if owner is not None:
        named = next((m.person for m in told.mentions if m.token == owner.i), "")
        if named and named != FIRST_PERSON:
            words = f"{named}'s {words}"
    return words.strip()
