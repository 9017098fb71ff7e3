"""Whom a word for several people means: 'they', 'the Gardiners', 'her parents', 'the two sisters'.

Knows the grammar of plurals and who was told of together; knows not whom a single word means.
"""

from collections.abc import Sequence

from spacy.tokens import Token

from script2movie.planner.acquaintances import FIRST_PERSON, Acquaintances
from script2movie.planner.kinship import KIN
from script2movie.planner.language import Sentence
from script2movie.planner.roles import (
    Mention,
    Role,
    clause_of,
    counted,
    has_things,
    is_company,
    is_of_crowd,
    is_pair,
    owner_of,
)
from script2movie.planner.words import gender_of, kind_of_verb, vocabulary

__all__ = ["PLURAL", "Groups"]

OURS = ("we", "us", "our", "ourselves")
PLURAL = frozenset(("they", "them", "their", "themselves", "both", *OURS, "neither"))
MOST = 4  # of one office who are seen together
LONG_AGO = 40  # sentences back that "the parents" looks
TOLD = vocabulary("said") | {"show", "give", "teach", "receive", "greet", "meet", "join", "leave"}
SEVERAL = {
    "parents": ("mother", "father"),
    "children": ("son", "daughter"),
    "siblings": ("sister", "brother"),
}


class Groups:
    """Reads along with the resolver."""

    def __init__(self, known: Acquaintances) -> None:
        self.known = known

    def they(self, token: Token, local: Sequence[Mention], sentence: Sentence) -> tuple[str, ...]:
        """'they': who is told of together, here or before; 'we' are they and who tells."""
        memory = self.known.memory
        if is_of_crowd(token, local) or (memory.crowd == sentence.number - 1 and not local):
            return ()
        if token.dep_ == "pobj" and token.head.lower_ == "of" and counted(token.head.head):
            return tuple(m.person for m in local if m.token == token.head.head.i)
        before = [m for m in local if m.pronoun and sentence.doc[m.token].lower_ in PLURAL]
        subject = {
            m.person
            for m in local
            if token.dep_ in ("dobj", "iobj", "dative", "pobj")
            and m.role in (Role.AGENT, Role.BEFORE)
            and clause_of(sentence.doc[m.token]) == clause_of(token)
        }
        part = token.dep_ == "pobj" and token.head.head.i in {m.token for m in before}
        if before and (part or not subject):
            return tuple(m.person for m in before if m.token == before[-1].token)
        if subject and memory.crowd == sentence.number - 1 and {m.person for m in local} <= subject:
            return ()  # "Two men come in. Anna sees them."
        thing = token.lower_ == "them" and token.dep_ == "dobj" and token.head.lemma_ not in TOLD
        if (thing and memory.things >= sentence.number - 1) or (thing and has_things(sentence)):
            return ()
        here = list(dict.fromkeys(m.person for m in local if m.role is not Role.TOPIC))
        here = [name for name in here if name not in subject]
        if len(set(here) - {FIRST_PERSON}) > 1:
            return tuple(here)
        if token.lower_ in OURS:
            joint = memory.joint
            if FIRST_PERSON in joint.names and sentence.number - joint.sentence <= MOST:
                return joint.names
            mine = [FIRST_PERSON] if FIRST_PERSON in self.known.people else []
            told = (t.person for t in reversed(memory.traces) if t.person != FIRST_PERSON)
            return tuple(dict.fromkeys([*mine, *list(told)[:1]]))
        group = tuple(name for name in memory.they(sentence) if name != FIRST_PERSON)
        if not subject & set(group):
            return group
        return tuple(name for name in memory.present(sentence.number) if name not in subject)

    def family(self, token: Token) -> tuple[str, ...]:
        """'the Gardiners': those of that surname who were met, or the first two of the story."""
        surname = _surname_told(token)
        if not surname:
            return ()
        named = [p.name for p in self.known.people.values() if p.name.split()[-1] == surname]
        met = [name for name in named if name in self.known.memory.told]
        if len(met) > 1:
            return tuple(met)
        new = [name for name in named if name not in met][:2]
        return tuple(new) if len(new) > 1 and kind_of_verb(token.head.lemma_) != "stative" else ()

    def several(
        self, token: Token, local: Sequence[Mention], sentence: Sentence
    ) -> tuple[str, ...]:
        """'her parents', 'the two sisters'."""
        owner = owner_of(token, local)
        kin = SEVERAL.get(token.lower_, (token.lemma_.lower(),))
        if token.tag_ == "NNS" and kin[0] in KIN:
            kind = frozenset(kin)
            found = self.known.kin.all(owner, kind) if owner else ()
            if found:
                return found
        if token.lower_ == "parents" and not owner:
            near = self.known.memory.near(sentence.number, LONG_AGO)
            return tuple(name for name in near if self.known.kin.is_parent(name))
        if (count := counted(token)) and not owner:
            near = list(dict.fromkeys(m.person for m in local if m.role is not Role.TOPIC))
            if len(near) < count:
                near += [n for n in self.known.memory.present(sentence.number) if n not in near]
            return tuple(sorted(near[:count], key=near.index)) if len(near) >= count else ()
        if token.lower_ == "family" and token.dep_ == "nsubj" and not owner:
            related = self.known.kin.people() & self.known.memory.told.keys()
            return tuple(sorted(related, key=self.known.memory.first.__getitem__)[:MOST])
        if is_company(token):
            return self.known.memory.they(sentence)
        if found := self._of_office(token):
            return found
        if not is_pair(token):
            return ()
        gender = gender_of(token.lemma_.lower())
        return self.known.memory.two(
            sentence.number,
            lambda name: gender is None or self.known.person(name).gender in (gender, None),
        )

    def _of_office(self, token: Token) -> tuple[str, ...]:
        """'the detectives': those who are, with a partner of one."""
        the = any(child.lower_ == "the" for child in token.children)
        if token.tag_ != "NNS" or not the or token.lemma_.lower() not in vocabulary("person"):
            return ()
        met = [p for p in self.known.people.values() if p.name in self.known.memory.told]
        found = [p.name for p in met if token.lemma_.lower() in p.roles]
        if len(found) == 1:
            found += [p.name for p in met if "partner" in p.roles and p.name not in found]
        return tuple(found) if 1 < len(found) <= MOST else ()


def _surname_told(token: Token) -> str:
    """'Crowe' of 'the Crowes'."""
    the = any(child.lower_ == "the" for child in token.children)
    plural = token.pos_ in ("PROPN", "NOUN") and token.text[:1].isupper()
    return token.text.removesuffix("s") if the and plural and token.text.endswith("s") else ""
