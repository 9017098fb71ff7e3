"""Whom each word of the telling means: names, roles ("the clerk") and pronouns.

Knows grammar and gender; knows not who speaks a quote, though it asks to be told, since a speaker
is who the next "she" means. People come out by name; those that the text never names are called
by their role until `telling` decides whether they are cast.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from spacy.tokens import Token

from script2movie.movie import Age, Gender
from script2movie.planner.language import Sentence
from script2movie.planner.people import Person, age_told, names_in, noun_phrase
from script2movie.planner.words import gender_of, kind_of_verb, title_gender, vocabulary

__all__ = ["FIRST_PERSON", "Mention", "Resolver", "Role"]

FIRST_PERSON = "I"  # who tells a story in the first person, until the text names them
PRONOUNS = {
    **dict.fromkeys(("he", "him", "his", "himself"), Gender.MALE),
    **dict.fromkeys(("she", "her", "hers", "herself"), Gender.FEMALE),
}
PLURAL = frozenset(("they", "them", "their", "themselves", "both", "we", "us", "our", "ourselves"))
SELF = frozenset(("i", "me", "my", "mine", "myself"))
GENERIC = frozenset(("man", "woman", "boy", "girl", "child", "lady", "guy", "kid", "gentleman"))
REACH = 4  # sentences back that a pronoun looks
NOUNS = ("NOUN", "PROPN", "PRON")


class Role(StrEnum):
    """What a person is in a sentence: who acts or is acted on is there to be seen."""

    AGENT = "agent"
    PATIENT = "patient"
    OWNER = "owner"  # "Anna's cup": seen only if Anna is there anyway
    BEFORE = "before"  # "Anna had left": told of an earlier time
    TOPIC = "topic"  # "a letter about Anna"


@dataclass(frozen=True)
class Mention:
    """A person as one word of a sentence; `token` is its place in the sentence's parse."""

    token: int
    person: str
    role: Role
    pronoun: bool = False


@dataclass(frozen=True)
class _Trace:
    """A mention that a later pronoun may mean."""

    person: str
    weight: float
    sentence: int


class Resolver:
    """Reads a story once, front to back, and remembers whom it has met."""

    def __init__(self, people: Sequence[Person]) -> None:
        self.people = {person.name: person for person in people}
        self.extras: dict[str, Person] = {}
        self.traces: list[_Trace] = []
        self.together: tuple[str, ...] = ()

    def person(self, name: str) -> Person:
        return self.people.get(name) or self.extras[name]

    def mentions(self, sentence: Sentence) -> tuple[Mention, ...]:
        """Everyone whom the told words of a sentence mean, in their order."""
        named = self._named(sentence)
        taken = {
            i for name in names_in(sentence) for i in range(name.first, name.last + 1)
        } | named.keys()
        local: list[Mention] = []
        for token in sentence.doc:
            if sentence.masked(token):
                continue
            for person in self._means(token, named, taken, local, sentence):
                role = role_of(token)
                local.append(Mention(token.i, person, role, token.pos_ == "PRON"))
        self._remember(sentence, local)
        return tuple(local)

    def ahead(self, sentence: Sentence) -> tuple[Mention, ...]:
        """The mentions of a sentence not yet reached; nothing of it is remembered."""
        traces, together = list(self.traces), self.together
        found = self.mentions(sentence)
        self.traces, self.together = traces, together
        return found

    def spoke(self, person: str, sentence: Sentence) -> None:
        """Tells that someone spoke: the next pronoun may well mean them."""
        self.traces.append(_Trace(person, 2.0, sentence.number))

    # --- one word --------------------------------------------------------------------------------

    def _means(
        self,
        token: Token,
        named: dict[int, str],
        taken: set[int],
        local: Sequence[Mention],
        sentence: Sentence,
    ) -> Iterator[str]:
        lower = token.lower_
        if token.i in named:
            yield named[token.i]
        elif lower in PRONOUNS and token.pos_ in ("PRON", "DET"):
            if person := self._pronoun(token, local, sentence.number):
                yield person
        elif lower in PLURAL and (token.pos_ in ("PRON", "DET") or token.dep_ == "nsubj"):
            yield from self._group(token, local)
        elif lower in SELF and token.pos_ == "PRON":
            if FIRST_PERSON in self.people:
                yield FIRST_PERSON
        elif token.i not in taken and _is_role(token):
            person = self._by_role(token, local, sentence)
            if person:
                yield person

    def _named(self, sentence: Sentence) -> dict[int, str]:
        """Head token of each name of someone known, and who that is."""
        found: dict[int, str] = {}
        for name in names_in(sentence):
            text = name.text
            people = [p for p in self.people.values() if text in p.forms]
            if not people:  # "old Anna Reed", "Anna Reed Street"
                people = [p for p in self.people.values() if p.forms & set(text.split(" "))]
                if any(word[0].isupper() for word in text.split(" ")[1:]) and len(people) != 1:
                    people = []
            if name.title and len(people) > 1:
                people = [p for p in people if _fits_title(p, name.title)] or people
            if people:
                found[name.head.i] = self._latest([p.name for p in people])
        return found

    def _latest(self, names: Sequence[str]) -> str:
        for trace in reversed(self.traces):
            if trace.person in names:
                return trace.person
        return names[0]

    # --- roles -----------------------------------------------------------------------------------

    def _by_role(self, token: Token, local: Sequence[Mention], sentence: Sentence) -> str:
        """'the clerk': someone known to be one, the only one it can be, or someone new."""
        noun = token.lemma_.lower()
        phrase = noun_phrase(token)
        determiner = next((c.lower_ for c in token.children if c.dep_ in ("det", "poss")), "")
        if _describes(token, local):
            return ""
        new = determiner in ("a", "an", "another", "one", "some")
        if not new:
            known = [p.name for p in self.people.values() if noun in p.roles]
            if known:
                return self._latest(known)
        key = noun.capitalize()
        key = f"The {key}" if key in self.people else key
        if not new and noun in GENERIC and key not in self.extras and determiner in ("the", "this"):
            gender, age = gender_of(noun), age_told(phrase)
            older = Age.OLD if age is Age.OLD else None
            if meant := self._salient(gender, sentence.number, age=older):
                return meant
        extra = Person(
            name=key,
            forms=frozenset({key}),
            gender=gender_of(noun),
            age=age_told(phrase),
            about=phrase,
            roles=frozenset({noun}),
            named=False,
        )
        self.extras.setdefault(key, extra)
        return key

    def _salient(self, gender: Gender | None, number: int, *, age: Age | None) -> str:
        weights: dict[str, float] = defaultdict(float)
        for trace in self.traces:
            person = self.person(trace.person)
            if person.gender is not gender or number - trace.sentence > REACH:
                continue
            if age is not None and person.age is not age:
                continue
            weights[trace.person] += trace.weight * 0.5 ** (number - trace.sentence)
        return max(weights, key=weights.__getitem__, default="")

    # --- pronouns --------------------------------------------------------------------------------

    def _pronoun(self, token: Token, local: Sequence[Mention], number: int) -> str:
        gender = PRONOUNS[token.lower_]
        weights: dict[str, float] = defaultdict(float)
        for trace in self.traces:
            age = number - trace.sentence
            if age <= REACH and self._may_be(trace.person, gender):
                weights[trace.person] += trace.weight * 0.5**age
        for mention in local:
            if self._may_be(mention.person, gender):
                weights[mention.person] += self._local_weight(token, mention)
        weights = {name: weight for name, weight in weights.items() if weight > 0}
        best = max(weights, key=weights.__getitem__, default="")
        sure = [name for name in weights if self.person(name).gender is gender]
        if best and best not in sure and sure:
            best = max(sure, key=weights.__getitem__)
        return best

    def _may_be(self, name: str, gender: Gender) -> bool:
        return self.person(name).gender in (gender, None) and name != FIRST_PERSON

    def _local_weight(self, token: Token, mention: Mention) -> float:
        """How far a person earlier in the sentence is meant by a pronoun of it."""
        antecedent = token.doc[mention.token]
        subject = antecedent.dep_ in ("nsubj", "nsubjpass")
        same_clause = subject and _clause(antecedent) == _clause(token)
        weight = 3.0 if subject else 1.5 if mention.role is Role.PATIENT else 1.0
        if mention.role is Role.TOPIC:
            weight = 0.7
        if token.lower_.endswith("self"):
            weight += 10 if same_clause else 0
        elif token.dep_ == "poss":
            weight += 3 if same_clause else 0
        elif same_clause and not mention.token > token.i:
            weight = -50.0  # "Anna sees her": not Anna
        if token.dep_ in ("nsubj", "nsubjpass") and subject:
            weight += 1
        return weight * 1.3

    def _group(self, token: Token, local: Sequence[Mention]) -> tuple[str, ...]:
        """'they': the people last told of together, or the last two that were seen."""
        here = list(dict.fromkeys(m.person for m in local if m.role is not Role.TOPIC))
        if len(here) > 1:
            return tuple(here)
        if token.lower_ in ("we", "us", "our", "ourselves"):
            mine = [FIRST_PERSON] if FIRST_PERSON in self.people else []
            other = [t.person for t in reversed(self.traces) if t.person != FIRST_PERSON][:1]
            return tuple(dict.fromkeys([*mine, *other]))
        if self.together:
            return self.together
        seen = list(dict.fromkeys(t.person for t in reversed(self.traces[-8:])))
        return tuple(sorted(seen[:2], key=[t.person for t in self.traces].index))

    # --- memory ----------------------------------------------------------------------------------

    def _remember(self, sentence: Sentence, local: Sequence[Mention]) -> None:
        for mention in local:
            token = sentence.doc[mention.token]
            weight = 2.0 if token.dep_ in ("nsubj", "nsubjpass", "ROOT") else 1.0
            weight = 0.4 if mention.role is Role.TOPIC else weight
            self.traces.append(_Trace(mention.person, weight, sentence.number))
        group = list(dict.fromkeys(m.person for m in local if m.role in (Role.AGENT, Role.PATIENT)))
        if len(group) > 1:
            self.together = tuple(group)
        elif len(group) == 1 and group[0] not in self.together:
            previous = self.together[:0] or tuple(
                t.person for t in self.traces if t.sentence == sentence.number - 1
            )
            self.together = tuple(dict.fromkeys([*previous[-1:], *group]))


# --- grammar of one word --------------------------------------------------------------------------


def role_of(token: Token) -> Role:
    """What the word is to the verb or noun that it hangs on."""
    top = token
    while top.dep_ in ("conj", "appos") and top.head.pos_ in NOUNS and top.head is not top:
        top = top.head
    if top.dep_ == "poss":
        seen = top.head.lemma_.lower() in vocabulary("body parts")
        return Role.PATIENT if seen else Role.OWNER
    if top.dep_ in ("nsubj", "nsubjpass", "ROOT", "agent", "expl"):
        return Role.BEFORE if _earlier(top.head) else Role.AGENT
    if top.dep_ in ("dobj", "iobj", "dative", "obj", "attr", "oprd"):
        absent = top.head.lemma_.lower() in vocabulary("absent objects")
        return Role.TOPIC if absent else Role.PATIENT
    if top.dep_ in ("pobj", "pcomp"):
        return _role_after(top)
    return Role.TOPIC if top.dep_ in ("npadvmod", "compound", "nmod") else Role.PATIENT


def _role_after(token: Token) -> Role:
    """The role of a noun after a preposition."""
    word = token.head.lower_
    above = token.head.head
    verb = above.lemma_.lower()
    if word in ("about", "without", "like", "than", "as", "concerning", "despite"):
        return Role.TOPIC
    if word == "of":
        near = above.lemma_.lower() in vocabulary("after a prep") | vocabulary("body parts")
        return Role.PATIENT if near else Role.TOPIC
    if word == "for":
        return Role.TOPIC if verb in vocabulary("verbs of waiting") else Role.PATIENT
    if word == "from":
        kind = kind_of_verb(verb) if above.pos_ == "VERB" else ""
        return Role.PATIENT if kind in ("contact", "possession", "motion") else Role.TOPIC
    if word == "to" and verb in ("write", "send", "belong", "letter", "married"):
        return Role.TOPIC
    return Role.PATIENT


def _earlier(verb: Token) -> bool:
    """'had left': told of a time before the scene."""
    return any(
        child.dep_ == "aux" and child.lower_ in ("had", "'d") for child in verb.children
    ) and (verb.tag_ == "VBN")


def _clause(token: Token) -> int:
    """The verb whose clause a word stands in."""
    top = token
    while top.pos_ not in ("VERB", "AUX") and top.head is not top:
        top = top.head
    while top.dep_ == "conj" and top.head.pos_ in ("VERB", "AUX"):
        if any(child.dep_ in ("nsubj", "nsubjpass") for child in top.children):
            break
        top = top.head
    return int(top.i)


def _is_role(token: Token) -> bool:
    """A single person by what they are; no plural, no description of a name."""
    noun = token.lemma_.lower()
    if token.pos_ not in ("NOUN", "PROPN") or token.tag_ in ("NNS", "NNPS"):
        return False
    if noun not in vocabulary("person") and noun not in vocabulary("animal"):
        return False
    if token.dep_ in ("compound", "nmod", "amod", "npadvmod"):
        return False
    return any(child.dep_ in ("det", "poss") for child in token.children) or token.i == 0


def _describes(token: Token, local: Sequence[Mention]) -> bool:
    """'Tom is a baker', 'Tom, a baker,': says what someone is, and brings in no one else."""
    if token.dep_ in ("attr", "oprd", "acomp"):
        return True
    if token.dep_ == "pobj" and token.head.lower_ == "as":
        return True
    beside = [token.head, *token.children]
    names = {token.doc[mention.token].i for mention in local}
    if token.dep_ == "appos" and token.head.i in names:
        return True
    return any(t.dep_ == "appos" and t.pos_ == "PROPN" for t in beside if t is not token.head)


def _fits_title(person: Person, title: str) -> bool:
    gender = title_gender(title)
    return title in person.roles or (gender is not None and gender is person.gender)
