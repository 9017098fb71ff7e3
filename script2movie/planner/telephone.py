"""Who talks on the telephone, and so is not in one place with whom they talk to."""

from collections.abc import Sequence

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
        if not told.sentence.masked(token)
    )
    answers = bool(lemmas & vocabulary("phone")) and bool(
        lemmas & {"answer", "pick", "lift", "dial", "on", "into", "over"}
    )
    return calling or dials or answers


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
