"""The tag of a quote: its verb of saying, that verb's subject, and how it is said.

Knows the grammar of '"Yes," says the old clerk quietly'; knows not who a subject is (`dialogue`).
"""

import re
from collections.abc import Sequence

from spacy.tokens import Token

from script2movie.planner.language import Sentence
from script2movie.planner.roles import NOUNS, Mention
from script2movie.planner.words import vocabulary

__all__ = ["MANNERS", "manner_of", "said_verb", "subject_of", "voice_of"]

MANNERS = {
    **dict.fromkeys(("whisper", "breathe"), "whispering"),
    **dict.fromkeys(("shout", "yell", "scream", "roar", "bellow", "boom"), "shouting"),
    **dict.fromkeys(("murmur", "mutter", "mumble"), "murmuring"),
    **dict.fromkeys(("beg", "plead", "implore"), "pleading"),
    **dict.fromkeys(("sob", "weep", "wail", "whimper"), "sobbing"),
    **dict.fromkeys(("laugh", "giggle", "chuckle", "joke"), "laughing"),
    **dict.fromkeys(("snap", "growl", "hiss", "bark", "snarl"), "sharply"),
    **dict.fromkeys(("stammer", "stutter", "gasp"), "faltering"),
    **dict.fromkeys(("cry", "exclaim"), "calling out"),
    **{"sigh": "sighing", "smile": "smiling", "grin": "smiling", "call": "calling"},
    **{"sing": "singing", "insist": "firmly", "demand": "firmly", "order": "firmly"},
}
SUBJECTS = ("nsubj", "nsubjpass")


def said_verb(sentence: Sentence) -> Token | None:
    """The verb of saying nearest to a quote."""
    verbs = [
        token
        for token in sentence.doc
        if token.lemma_.lower() in vocabulary("said")
        and not sentence.masked(token)
        and (token.pos_ in ("VERB", "AUX") or token.tag_.startswith("VB"))
        and not any(child.dep_ == "neg" for child in token.children)
    ]
    return min(
        verbs,
        key=lambda verb: min(abs(verb.idx - mask) for mask in sentence.masks),
        default=None,
    )


def subject_of(sentence: Sentence, verb: Token | None) -> Token | None:
    """Who the verb is said of: its subject, its neighbour in 'says Anna', its owner's subject."""
    doc = sentence.doc
    top = verb if verb is not None else doc[:].root
    hops = 0
    while top is not None and hops < 4:
        subjects = [c for c in top.children if c.dep_ in SUBJECTS and not sentence.masked(c)]
        if subjects:
            return subjects[-1]
        if top == verb and (after := _inverted(sentence, verb)):
            return after
        if top.head == top:
            return None
        top = top.head
        hops += 1
    return None


def _inverted(sentence: Sentence, verb: Token) -> Token | None:
    """The person in '"Yes," says the old clerk.'"""
    n = verb.i - 1
    follows_quote = n >= 0 and (sentence.masked(sentence.doc[n]) or sentence.doc[n].text == ",")
    if not follows_quote:
        return None
    for token in sentence.doc[verb.i + 1 : verb.i + 6]:
        if token.is_punct or token.pos_ in ("ADP", "SCONJ", "CCONJ") or sentence.masked(token):
            return None
        if token.pos_ in NOUNS and token.dep_ not in ("compound", "poss"):
            return token
    return None


def voice_of(subject: Token, mentions: Sequence[Mention]) -> Mention | None:
    """'Anna's voice says': Anna."""
    if subject.lemma_.lower() not in vocabulary("body parts"):
        return None
    owned = [child.i for child in subject.children if child.dep_ == "poss"]
    return next((m for m in mentions if m.token in owned), None)


def manner_of(verb: Token) -> str:
    """How it is said: the verb's own manner and its adverbs."""
    manners = [MANNERS.get(verb.lemma_.lower(), "")]
    for child in verb.children:
        if child.dep_ in ("advmod", "acomp") and child.lower_.endswith("ly"):
            manners.append(child.lower_)
        if child.dep_ == "prep" and child.lower_ in ("with", "without", "in"):
            phrase = " ".join(t.text for t in child.subtree if not t.is_punct)
            if re.search(
                r"\b(smile|laugh|sigh|sob|grin|whisper|tears|shrug|frown|voice)\b", phrase
            ):
                manners.append(phrase.lower())
        if child.dep_ in ("advcl", "conj") and child.tag_ == "VBG":
            manners.append(MANNERS.get(child.lemma_, ""))
    return ", ".join(dict.fromkeys(manner for manner in manners if manner))
