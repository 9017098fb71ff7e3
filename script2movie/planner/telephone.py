"""Who talks on the telephone, and so is not in one place with whom they talk to."""

from collections.abc import Sequence

from spacy.tokens import Token

from script2movie.planner.roles import Role
from script2movie.planner.telling import SEEN, Told
from script2movie.planner.words import vocabulary

__all__ = ["calling_after", "is_there"]


def calling_after(told: Told, calling: bool) -> bool:
    """Whether people are on the telephone after this sentence."""
    doc = told.sentence.doc
    lemmas = {token.lemma_.lower() for token in told.sentence.told}
    if {"hang", "put"} & lemmas and calling and ("up" in lemmas or lemmas & vocabulary("phone")):
        return False
    persons = {mention.token for mention in told.mentions}
    dials = any(
        (
            token.lemma_.lower() in vocabulary("phone verbs")
            and token.pos_ == "VERB"
            and any(
                child.dep_ in ("dobj", "oprd") and child.pos_ != "PRON" for child in token.children
            )
        )
        or (
            token.lemma_.lower() in vocabulary("phone verbs")
            and any(
                child.dep_ in ("dobj", "oprd") and child.i in persons for child in token.children
            )
        )
        for token in doc
        if not told.sentence.masked(token) and not _names(token)
    )
    phones = [token for token in told.sentence.told if _is_phone(token)]
    answers = bool(phones) and bool(
        lemmas & {"answer", "pick", "lift", "dial", "on", "into", "over"}
    )
    rings = any(token.dep_ == "nsubj" and token.head.lemma_ == "ring" for token in phones)
    return calling or dials or answers or rings


def _names(verb: Token) -> bool:
    """'calls her a traitor'."""
    what = ("oprd", "ccomp", "attr")
    said = [c for c in verb.children if c.dep_ in what and c.pos_ in ("NOUN", "PROPN", "ADJ")]
    things = [c for c in verb.children if c.dep_ in ("dobj", "dative")]
    return verb.lemma_ == "call" and (bool(said) or len(things) > 1)


def _is_phone(token: Token) -> bool:
    """'line' is one only in 'on the line'."""
    if token.lemma_.lower() not in vocabulary("phone"):
        return False
    return token.lemma_ != "line" or (token.dep_ == "pobj" and token.head.lower_ == "on")


def is_there(name: str, scene: Sequence[Told]) -> bool:
    """Whether a person does anything in the scene but speak."""
    for told in scene:
        for mention in told.mentions:
            verb = told.sentence.doc[mention.token].head.lemma_.lower()
            heard = verb in vocabulary("said") and verb not in vocabulary("phone verbs")
            called = verb in vocabulary("phone verbs") and mention.role is not Role.AGENT
            if mention.person == name and mention.role in SEEN and not heard and not called:
                return True
    return False
