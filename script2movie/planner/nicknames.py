"""That two names are one person's: 'Robert, whom everyone calls Bug'.

Knows the grammar of calling; knows not who else is meant (`reference`).
"""

from collections.abc import Iterator, Sequence

from spacy.tokens import Token

from script2movie.planner.acquaintances import FIRST_PERSON, Acquaintances
from script2movie.planner.language import Sentence
from script2movie.planner.roles import Mention

__all__ = ["nicknames"]

CALLING = frozenset(("call", "nickname", "name", "dub", "christen", "know"))


def nicknames(
    sentence: Sentence, local: Sequence[Mention], known: Acquaintances
) -> Iterator[tuple[str, str]]:
    """Each person of a sentence with another name that it gives them."""
    people = {mention.token: mention.person for mention in local}
    for mention in local:
        token = sentence.doc[mention.token]
        if mention.pronoun or mention.person not in known.people:
            continue
        verb = _calling(token)
        if verb is None or mention.person in known.memory.told:
            continue
        name = next((people[t.i] for t in _called(verb, token) if t.i in people), "")
        name = known.names.get(name, name)
        if name in (FIRST_PERSON, mention.person, "") or known.people[mention.person].banked:
            continue
        yield name, mention.person


def _calling(name: Token) -> Token | None:
    """The verb that gives the name: 'called Bug', 'known as Bug', 'called nothing but Bug'."""
    if name.dep_ in ("oprd", "dobj", "attr") and name.head.lemma_ in CALLING - {"know"}:
        return name.head
    if name.dep_ == "pobj" and name.head.lower_ in ("as", "but"):
        above = name.head.head
        while above.lemma_ not in CALLING and above.dep_ in ("dobj", "oprd", "ccomp", "prep"):
            above = above.head
        return above if above.lemma_ in CALLING else None
    return None


def _called(verb: Token, name: Token) -> Iterator[Token]:
    """Who may be meant: 'everyone calls him', 'she is called', 'the boy, whom they call'."""
    if verb.tag_ == "VBN" and any(c.dep_ == "nsubjpass" for c in verb.children):
        yield from (c for c in verb.children if c.dep_ == "nsubjpass")
    inside = verb.subtree
    yield from (t for t in inside if t.dep_ in ("dobj", "nsubj") and verb.i < t.i < name.i)
    if verb.dep_ in ("relcl", "acl", "conj", "ccomp"):
        top = verb
        while top.dep_ in ("conj", "ccomp"):
            top = top.head
        if top.dep_ in ("relcl", "acl"):
            yield top.head
