"""What a word for a person is in its sentence: who acts, is acted on, is only spoken of.

Knows the grammar of one word; knows not whom it means (`reference`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from spacy.tokens import Token

from script2movie.planner.language import Sentence
from script2movie.planner.words import is_verb, kind_of_verb, vocabulary

__all__ = [
    "NOUNS",
    "Mention",
    "Role",
    "clause_of",
    "comes",
    "counted",
    "describes",
    "follows_verb",
    "has_things",
    "in_one_clause",
    "is_company",
    "is_of_crowd",
    "is_pair",
    "leaves",
    "names_role",
    "only_told_of",
    "owner_of",
    "role_of",
    "strangers_act",
]

REPORTS = vocabulary("verbs of reporting")
INTENDS = vocabulary("verbs of intending")
BESIDE = ("by", "at", "beside", "over", "near")  # "sits by Anna's bed": she is in it
NOUNS = ("NOUN", "PROPN", "PRON")


class Role(StrEnum):
    """What a person is in a sentence: who acts or is acted on is there to be seen."""

    AGENT = "agent"
    PATIENT = "patient"
    OWNER = "owner"  # "Anna's cup": seen only if Anna is there anyway
    BEFORE = "before"  # "Anna had left": told of an earlier time
    TOPIC = "topic"  # "a letter about Anna"
    REPORTED = "reported"  # "they say that Anna left"


@dataclass(frozen=True)
class Mention:
    """A person as one word of a sentence; `token` is its place in the sentence's parse."""

    token: int
    person: str
    role: Role
    pronoun: bool = False


def role_of(token: Token) -> Role:
    """What the word is to the verb or noun that it hangs on."""
    if token.pos_ == "PROPN" and any(c.dep_ == "det" and c.lower_ == "a" for c in token.children):
        return Role.TOPIC  # "registered to a Faith Mercer"
    top = token
    while top.dep_ in ("conj", "appos") and top.head.pos_ in (*NOUNS, "NUM") and top.head != top:
        top = top.head
    if only_told_of(top):
        return Role.OWNER if top.dep_ == "poss" else Role.REPORTED
    if top.dep_ == "poss":
        if top.head.lemma_.lower() in vocabulary("felt by whom it is told of"):
            return Role.PATIENT if top.head.head.lower_ == "to" else Role.OWNER
        seen = top.head.lemma_.lower() in vocabulary("body parts")
        lies = top.head.lemma_ in ("bed", "bedside") and top.head.head.lower_ in BESIDE
        return Role.PATIENT if seen or lies else Role.OWNER
    if top.dep_ in ("nsubj", "nsubjpass", "ROOT", "agent", "expl"):
        names = top.head.lemma_ == "call" and top.head.dep_ == "relcl"  # "whom they call Sarge"
        if names or _stays_away(top.head) or _is_not_there(top.head):
            return Role.TOPIC
        return Role.BEFORE if _earlier(top.head) else Role.AGENT
    if follows_verb(top):
        return Role.AGENT
    if top.dep_ in ("dobj", "iobj", "dative", "obj", "attr", "oprd"):
        absent = top.head.lemma_.lower() in vocabulary("absent objects")
        return Role.TOPIC if absent else Role.PATIENT
    if top.dep_ in ("pobj", "pcomp"):
        return _role_after(top)
    if _misread_verb(top, top.head) or _misread_name(top):
        return Role.AGENT
    if top.dep_ in ("aux", "auxpass", "dep", "csubj"):
        return Role.AGENT  # a name that the parse takes for another word
    if top.dep_ == "compound" and top.pos_ == "PROPN" and top.head.tag_ == "NN":
        bare = not any(child.dep_ in ("det", "poss") for child in top.head.children)
        return (
            Role.PATIENT if bare and top.head.dep_ == "dobj" else Role.TOPIC
        )  # "takes Al hostage"
    return Role.TOPIC if top.dep_ in ("npadvmod", "compound", "nmod") else Role.PATIENT


def follows_verb(token: Token) -> bool:
    """'On the steps stood an old man', 'Out stepped Virginia': a subject behind its verb."""
    verb = token.head
    return (
        token.dep_ in ("dobj", "attr", "oprd", "npadvmod", "acomp", "ccomp", "nsubj")
        and token.i > verb.i
        and verb.lemma_ in vocabulary("verbs before a subject")
        and verb.tag_ in ("VBD", "VBZ", "VBP")
        and not any(c.dep_ in ("nsubj", "nsubjpass") and c.i < verb.i for c in verb.children)
        and any(c.dep_ in ("prep", "advmod", "prt") and c.i < verb.i for c in verb.children)
    )


def _misread_verb(name: Token, token: Token) -> bool:
    """'Ines laughs.', where the parse takes what she does for a thing."""
    inside = name.dep_ in ("compound", "nmod", "amod", "poss", "npadvmod")
    acts = token.tag_ in ("NNS", "NNPS") or token.tag_.startswith("VB")
    beside = token.i == name.i + 1 and not any(child.dep_ == "det" for child in token.children)
    return inside and acts and is_verb(token.lemma_.lower()) and (token.dep_ == "ROOT" or beside)


def _misread_name(name: Token) -> bool:
    """'Pike dropped his bag', where the parse takes Pike for a cry."""
    return name.dep_ == "intj" and name.i == 0 and name.nbor(1).tag_ in ("VBD", "VBZ")


def _role_after(token: Token) -> Role:
    """The role of a noun after a preposition."""
    word = token.head.lower_
    above = token.head.head
    verb = above.lemma_.lower()
    if word in ("about", "without", "like", "than", "as", "concerning", "despite"):
        return Role.TOPIC
    if word == "of" and any(child.dep_ == "appos" for child in above.children):
        return Role.TOPIC  # "One of them, a woman with a braid"
    if word == "of" and above.lemma_.lower() in vocabulary("quantities"):
        return role_of(above)
    if word == "of":
        near = above.lemma_.lower() in vocabulary("after a prep") | vocabulary("body parts")
        return Role.PATIENT if near else Role.TOPIC
    if word == "for":
        return Role.TOPIC if verb in vocabulary("verbs of waiting") else Role.PATIENT
    if word == "from" and token.head.i and token.head.nbor(-1).lower_ == "across":
        return Role.PATIENT
    if word == "from":
        kind = kind_of_verb(verb) if above.pos_ == "VERB" else ""
        kind = "contact" if verb == "visit" else kind
        if above.dep_ == "dobj":  # "rents a room from Anna"
            kind = kind_of_verb(above.head.lemma_)
        return (
            Role.PATIENT
            if kind in ("contact", "possession", "motion", "social", "cognition")
            else Role.TOPIC
        )
    if word == "to" and verb in ("write", "send", "belong", "letter", "married"):
        return Role.TOPIC
    return Role.PATIENT


def only_told_of(token: Token) -> bool:
    """'she said that he would come', 'he plans to rob Tom': spoken or thought of, not there."""
    top = token
    while top.head != top:
        inside, top = top, top.head
        if inside.dep_ in ("prep", "acl") and top.lemma_ in vocabulary("pictures"):
            return True
        if inside.pos_ not in ("VERB", "AUX"):
            continue
        led = inside.i < top.i and not any(c.dep_ == "nsubj" for c in top.children)
        if led:  # "Lowe listens, promises to act"
            continue
        if inside.dep_ == "ccomp" and top.lemma_ in REPORTS and not _bare(inside):
            return True
        subject = token.dep_ in ("nsubj", "nsubjpass") and token.head == inside
        if inside.dep_ == "xcomp" and top.lemma_ in INTENDS and not subject:
            return True
    return False


def _bare(clause: Token) -> bool:
    """'tells Anna to go', 'hears Anna go': what she then does."""
    return any(c.dep_ == "aux" and c.lower_ == "to" for c in clause.children) or (
        clause.tag_ in ("VB", "VBG") and not any(c.dep_ == "aux" for c in clause.children)
    )


def comes(token: Token) -> bool:
    """'Morris arrived', 'It was Morris'."""
    verb = token.head
    if token.dep_ == "attr":
        return any(child.lower_ == "it" for child in verb.children)
    return token.dep_ == "nsubj" and verb.lemma_ in ("come", "arrive", "enter", "appear", "turn")


def leaves(token: Token) -> bool:
    """'Morris went away', 'smiled and left the room': no more there when the sentence ends."""
    if token.dep_ != "nsubj" or token.head.dep_ not in ("ROOT", "conj"):
        return False
    last = max([token.head, *token.head.conjuncts], key=lambda verb: verb.i)
    if any(child.dep_ == "nsubj" for child in last.children) and last != token.head:
        return False
    if any(child.dep_ in ("neg", "aux") for child in last.children):
        return False
    away = {child.lower_ for child in last.children} & {"away", "out", "off", "home"}
    up = any(child.lower_ == "up" for child in last.children)
    if last.lemma_ in ("show", "usher") and any(c.lower_ == "into" for c in last.children):
        return True  # the maid who shows a guest in
    words = {c.lower_ for c in last.subtree}
    if last.lemma_ == "let" and "out" in words and any(word.endswith("self") for word in words):
        return True  # "let himself out"
    return (
        last.lemma_ in ("leave", "depart", "exit", "vanish", "disappear")
        or (last.lemma_ == "hang" and up)
        or (bool(away) and kind_of_verb(last.lemma_) == "motion")
    )


def _stays_away(verb: Token) -> bool:
    """'does not come', 'never arrives'."""
    denied = any(child.dep_ == "neg" for child in verb.children)
    return denied and verb.lemma_ in ("come", "arrive", "appear", "return")


def _is_not_there(verb: Token) -> bool:
    """'Anna was not in it', 'he is gone'."""
    places = (c.dep_ == "prep" and c.lower_ in ("in", "at", "there") for c in verb.children)
    if verb.lemma_ == "be" and any(c.lower_ == "gone" for c in verb.children):
        return True
    if verb.lower_ == "gone" and any(c.lemma_ == "be" for c in verb.children):
        return True
    denied = any(child.dep_ == "neg" for child in verb.children)
    return verb.lemma_ == "be" and denied and any(places)


def _earlier(verb: Token) -> bool:
    """'had left': told of a time before the scene."""
    gone = verb.lemma_ in ("go", "leave")  # "when Frank has gone out"
    words = ("had", "'d", "has", "have") if gone else ("had", "'d")
    return verb.tag_ == "VBN" and any(
        child.dep_ == "aux" and child.lower_ in words for child in verb.children
    )


def clause_of(token: Token) -> int:
    """The verb whose clause a word stands in."""
    top = token
    while top.pos_ not in ("VERB", "AUX") and top.head != top:
        top = top.head
    while top.dep_ in ("conj", "xcomp", "advcl") and top.head.pos_ in ("VERB", "AUX"):
        if any(child.dep_ in ("nsubj", "nsubjpass") for child in top.children):
            break
        top = top.head
    return int(top.i)


def owner_of(token: Token, local: Sequence[Mention]) -> str:
    """Whose: the person of 'her' in 'her daughter'."""
    owners = [child.i for child in token.children if child.dep_ == "poss"]
    return next((m.person for m in local if m.token in owners), "")


def names_role(token: Token) -> bool:
    """A single person by what they are; no plural, no description of a name."""
    noun = token.lemma_.lower()
    misread = token.pos_ == "ADJ" and token.dep_ in ("nsubj", "dobj", "pobj")
    if not (misread or token.pos_ in ("NOUN", "PROPN")) or token.tag_ in ("NNS", "NNPS"):
        return False
    if noun not in vocabulary("person") | (vocabulary("animal") - vocabulary("not people")):
        return False
    if token.dep_ in ("compound", "nmod", "amod", "npadvmod"):
        return False
    if any(child.lower_ in ("each", "every", "any", "no", "what") for child in token.children):
        return False
    if token.dep_ == "poss" and any(child.lower_ in ("a", "an") for child in token.children):
        return False  # "with a child's face"
    beside = [c for c in token.children if c.dep_ == "compound"]  # "the sergeant-major"
    words = [*token.children, *(c for one in beside for c in one.children)]
    return any(word.dep_ in ("det", "poss") for word in words) or token.i == 0


def describes(token: Token, local: Sequence[Mention]) -> bool:
    """'Tom is a baker', 'Tom, a baker,': says what someone is, and brings in no one else."""
    if follows_verb(token):
        return False
    if token.dep_ in ("attr", "oprd", "acomp"):  # not in "there was a miller", "it was the maid"
        subject = [c for c in token.head.children if c.dep_ in ("expl", "nsubj")]
        return not any(c.dep_ == "expl" or c.lower_ == "it" for c in subject)
    if token.dep_ == "pobj" and token.head.lower_ == "as":
        return True
    beside = [token.head, *token.children]
    names = {token.doc[mention.token].i for mention in local}
    if token.dep_ == "appos" and token.head.i in names:
        return True
    return any(t.dep_ == "appos" and t.pos_ == "PROPN" for t in beside if t != token.head)


def in_one_clause(token: Token, mention: Mention) -> bool:
    """Whether a word and a person's stand in the same clause."""
    return clause_of(token.doc[mention.token]) == clause_of(token)


def is_pair(token: Token) -> bool:
    """'the two sisters', 'the friends', 'the couple'."""
    plural = token.tag_ == "NNS" or token.lemma_ in ("couple", "pair")
    definite = any(c.lower_ in ("the", "both", "these", "those") for c in token.children)
    others = any(c.dep_ in ("prep", "relcl", "acl") for c in token.children)  # "the men in grey"
    return plural and definite and not others and token.lemma_.lower() in vocabulary("pairs")


def counted(token: Token) -> int:
    """How many 'the two', 'the three' or 'the trio' are; 0 for other words."""
    before = token.nbor(-1).lower_ if token.i else ""
    alone = token.head.pos_ == "VERB" or token.dep_ in ("nsubj", "dobj", "pobj")
    alone = alone or (token.dep_ == "nummod" and is_verb(token.head.lemma_))  # "the two fall out"
    noun = token.dep_ == "nummod" and any(c.i > token.i for c in token.head.lefts)
    known = {"two": 2, "three": 3, "four": 4, "trio": 3, "pair": 2}
    misread = token.dep_ == "nummod" and token.head.tag_ in ("NNS", "NNPS")
    if before not in ("the", "these") or not alone or noun or misread:
        return 0
    return known.get(token.lower_, 0)


def is_company(token: Token) -> bool:
    """'the team', 'the group': who has been told of together."""
    the = any(child.lower_ == "the" for child in token.children)
    alone = not any(child.dep_ in ("prep", "compound", "amod") for child in token.children)
    acts = token.dep_ in ("nsubj", "nsubjpass")
    return the and alone and acts and token.lemma_ in ("group", "team", "gang", "trio", "duo")


def is_of_crowd(token: Token, local: Sequence[Mention]) -> bool:
    """'People stood with their collars up': theirs, and nobody's of the cast."""
    known = {mention.token for mention in local}
    return any(
        other.dep_ in ("nsubj", "nsubjpass")
        and other.i not in known
        and other.tag_ == "NNS"
        and other.lemma_.lower() in vocabulary("person") | {"people", "person"}
        for other in token.doc[: token.i]
    )


def strangers_act(sentence: Sentence, local: Sequence[Mention]) -> bool:
    """'Forty members of a band crowd in': whom 'they' then means, and nobody of the cast."""
    if local:
        return False
    for token in sentence.told:
        subject = token.dep_ == "nsubj" and token.head.dep_ == "ROOT"
        few = any(child.dep_ == "nummod" for child in token.children)
        if subject and token.tag_ == "NNS" and not (few and token.lemma_ == "people"):
            return token.lemma_.lower() in vocabulary("person") | {"people", "member"}
    return False


def has_things(sentence: Sentence) -> bool:
    """'unlaces his running shoes': whom 'them' then means is nobody."""
    return any(
        token.tag_ == "NNS"
        and token.dep_ == "dobj"
        and token.lemma_.lower() not in vocabulary("person") | vocabulary("body parts")
        for token in sentence.told
    )
