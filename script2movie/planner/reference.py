"""Whom each word of the telling means: names, roles ("the clerk") and pronouns.

Knows grammar and gender; knows not who speaks a quote, though it asks to be told, since a speaker
is who the next "she" means. People come out by name; those that the text never names are called
by their role until `telling` decides whether they are cast.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from spacy.tokens import Token

from script2movie.movie import Age, Gender
from script2movie.planner.descriptions import age_told, noun_phrase
from script2movie.planner.language import Sentence
from script2movie.planner.naming import Person
from script2movie.planner.people import names_in
from script2movie.planner.roles import (
    Mention,
    Role,
    clause_of,
    describes,
    names_role,
    owner_of,
    role_of,
)
from script2movie.planner.words import gender_of, title_gender, vocabulary

__all__ = ["FIRST_PERSON", "PRONOUNS", "Resolver"]

FIRST_PERSON = "I"  # who tells a story in the first person, until the text names them
PRONOUNS = {
    **dict.fromkeys(("he", "him", "his", "himself"), Gender.MALE),
    **dict.fromkeys(("she", "her", "hers", "herself"), Gender.FEMALE),
}
PLURAL = frozenset(("they", "them", "their", "themselves", "both", "we", "us", "our", "ourselves"))
SELF = frozenset(("i", "me", "my", "mine", "myself"))
GENERIC = frozenset(("man", "woman", "boy", "girl", "child", "lady", "guy", "kid", "gentleman"))
PARENT, CHILD = ("mother", "father", "mum", "mom", "dad"), ("daughter", "son")
KIN: dict[str, tuple[str, ...]] = {  # what each is to the other
    **dict.fromkeys(PARENT, CHILD),
    **dict.fromkeys(CHILD, PARENT),
    **dict.fromkeys(("brother", "sister"), ("brother", "sister")),
    **dict.fromkeys(("wife", "husband"), ("wife", "husband")),
    **dict.fromkeys(("grandmother", "grandfather"), ("granddaughter", "grandson")),
    **dict.fromkeys(("granddaughter", "grandson"), ("grandmother", "grandfather")),
    **dict.fromkeys(("aunt", "uncle"), ("niece", "nephew")),
    **dict.fromkeys(("niece", "nephew"), ("aunt", "uncle")),
}
REACH = 4  # sentences back that a pronoun looks
REMEMBERED = 300  # mentions
FAR = 12  # sentences back that it looks where nobody nearer fits
MEMORY = 0.2  # what mentions beside the strongest add


WEIGHTS = {Role.AGENT: 2.0, Role.BEFORE: 1.5, Role.PATIENT: 1.0, Role.OWNER: 0.7, Role.TOPIC: 0.4}


@dataclass(frozen=True)
class _Trace:
    """A mention that a later pronoun may mean."""

    person: str
    weight: float
    sentence: int
    present: bool = True


class Resolver:
    """Reads a story once, front to back, and remembers whom it has met."""

    def __init__(self, people: Sequence[Person]) -> None:
        self.people = {person.name: person for person in people}
        self.extras: dict[str, Person] = {}
        self.traces: list[_Trace] = []
        self.together: tuple[str, ...] = ()
        self.kin: dict[tuple[str, str], str] = {}
        self.names: dict[str, str] = {}  # of those who first came without one

    def person(self, name: str) -> Person:
        return self.people.get(name) or self.extras[name]

    def mentions(self, sentence: Sentence) -> tuple[Mention, ...]:
        """Everyone whom the told words of a sentence mean, in their order."""
        named = self._named(sentence)
        taken = {
            i
            for name in names_in(sentence)
            if name.head.i in named or name.head.lower_ not in vocabulary("person")
            for i in range(name.first, name.last + 1)
        }
        local: list[Mention] = []
        for token in sentence.doc:
            if sentence.masked(token):
                continue
            if token.lemma_.lower() in KIN:
                self._kin_by_name(token, named, local)
            meant = list(self._means(token, named, taken, local, sentence))
            for person in meant:
                role = role_of(token)
                local.append(Mention(token.i, person, role, token.pos_ == "PRON"))
        self._learn_name(sentence, local)
        local = [replace(m, person=self.names.get(m.person, m.person)) for m in local]
        self._remember(sentence, local)
        return tuple(local)

    def _learn_name(self, sentence: Sentence, local: Sequence[Mention]) -> None:
        """'Her name is Camille', 'It is Theo': who they are that came without a name."""
        owners = {m.token: m.person for m in local if m.role is Role.OWNER}
        for mention in local:
            token = sentence.doc[mention.token]
            if mention.person not in self.people or token.dep_ not in ("attr", "nsubj"):
                continue
            for subject in token.head.children:
                owner = ""
                if subject.dep_ == "nsubj" and subject.lemma_ == "name":
                    owner = next((owners[t.i] for t in subject.children if t.i in owners), "")
                elif subject.dep_ == "nsubj" and subject.lower_ == "it" and token.dep_ == "attr":
                    before = (t for t in self.traces if t.sentence == sentence.number - 1)
                    owner = next((t.person for t in before if t.person in self.extras), "")
                if owner in self.extras:
                    self._name(owner, mention.person)

    def _name(self, extra: str, name: str) -> None:
        """From here on, and looking back, the extra is the person of that name."""
        self.names[extra] = name
        person, nameless = self.people[name], self.extras[extra]
        self.people[name] = replace(
            person,
            gender=person.gender or nameless.gender,
            age=person.age or nameless.age,
            about=person.about or nameless.about,
            roles=person.roles | nameless.roles,
        )

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
        elif lower in PLURAL and token.pos_ in ("PRON", "DET") and token.dep_ != "det":
            yield from self._group(token, local)
        elif lower in SELF and token.pos_ == "PRON":
            if FIRST_PERSON in self.people:
                yield FIRST_PERSON
        elif token.i not in taken and _pair(token) and len(self.together) == 2:
            gender = gender_of(token.lemma_.lower())
            if all(
                self.person(name).gender in (gender, None) or not gender for name in self.together
            ):
                yield from self.together
        elif token.i not in taken and names_role(token):
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
        if describes(token, local):
            return ""
        if called := self._named_within(token, sentence):
            return called
        new = determiner in ("a", "an", "another", "one", "some")
        owner = owner_of(token, local)
        if owner and (kin := self.kin.get((owner, noun))):
            return kin
        if not new:
            known = [p.name for p in self.people.values() if noun in p.roles]
            if known:
                return self._related(owner, noun, self._latest(known))
        key = noun.capitalize()
        key = f"The {key}" if key in self.people else key
        told_apart = any(child.dep_ in ("relcl", "acl") for child in token.children)
        generic = noun in GENERIC and key not in self.extras and determiner in ("the", "this")
        if generic and not new and not told_apart:
            gender, age = gender_of(noun), age_told(phrase)
            older = Age.OLD if age is Age.OLD else None
            if noun in ("girl", "boy", "child", "kid"):
                young = [name for name in self.people if self._young(name, gender)]
                if young:
                    return self._latest(young)
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
        return self._related(owner, noun, key)

    def _related(self, owner: str, noun: str, person: str) -> str:
        """Remembers 'her daughter', and that she is then the daughter's mother."""
        if owner and owner != person and noun in KIN:
            self.kin[owner, noun] = person
            gender = self.person(owner).gender
            if noun.startswith("grand"):
                self._aged(owner if noun.endswith(("son", "daughter", "child")) else person)
            for other in KIN[noun]:
                if gender_of(other) in (gender, None) or gender is None:
                    self.kin.setdefault((person, other), owner)
        return person

    def _kin_by_name(
        self, token: Token, named: Mapping[int, str], local: Sequence[Mention]
    ) -> None:
        """'his daughter Ruth': Ruth."""
        beside = [token.head.i] if token.dep_ in ("compound", "appos", "nmod") else []
        beside += [child.i for child in token.children if child.dep_ == "appos"]
        if person := next((named[i] for i in beside if i in named), ""):
            self._related(owner_of(token, local), token.lemma_.lower(), person)

    def _aged(self, name: str) -> None:
        """A grandparent is old, unless something else is said."""
        known = self.people if name in self.people else self.extras
        if known[name].age is None:
            known[name] = replace(known[name], age=Age.OLD)

    def _named_within(self, token: Token, sentence: Sentence) -> str:
        """'a young woman named Mara': Mara."""
        named = self._named(sentence)
        for child in token.children:
            if child.dep_ == "acl" and child.lemma_ in ("name", "call"):
                return next((named[t.i] for t in child.subtree if t.i in named), "")
        return ""

    def _young(self, name: str, gender: Gender | None) -> bool:
        person = self.person(name)
        fits = gender in (person.gender, None)
        young = person.age in (Age.CHILD, Age.TEEN, Age.YOUNG)
        return fits and (young or bool(person.roles & vocabulary("young people")))

    def _salient(self, gender: Gender | None, number: int, *, age: Age | None) -> str:
        def fits(name: str) -> bool:
            person = self.person(name)
            return person.gender is gender and (age is None or person.age is age)

        weights = self._remembered(number, fits)
        return max(weights, key=weights.__getitem__, default="")

    def _remembered(
        self, number: int, fits: Callable[[str], bool], reach: int = REACH
    ) -> dict[str, float]:
        """How present each fitting person is: by their strongest mention, a little by the rest."""
        weights: dict[str, float] = defaultdict(float)
        strongest: dict[str, float] = defaultdict(float)
        for trace in self.traces:
            age = number - trace.sentence
            if age > reach or not fits(trace.person):
                continue
            weight = trace.weight * 0.5**age
            strongest[trace.person] = max(strongest[trace.person], weight)
            weights[trace.person] += MEMORY * weight
        for name, weight in strongest.items():
            weights[name] += weight
        return weights

    # --- pronouns --------------------------------------------------------------------------------

    def _pronoun(self, token: Token, local: Sequence[Mention], number: int) -> str:
        gender = PRONOUNS[token.lower_]
        weights = self._remembered(number, lambda name: self._may_be(name, gender))
        if not weights:
            weights = self._remembered(number, lambda name: self._may_be(name, gender), FAR)
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
        subject = mention.role in (Role.AGENT, Role.BEFORE)
        same_clause = subject and clause_of(antecedent) == clause_of(token)
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
            shared = sum(other.token == mention.token for other in local) > 1
            weight = 1.0 if shared else WEIGHTS[mention.role]
            present = mention.role in (Role.AGENT, Role.PATIENT)
            self.traces.append(_Trace(mention.person, weight, sentence.number, present))
        del self.traces[:-REMEMBERED]
        group = list(dict.fromkeys(m.person for m in local if m.role in (Role.AGENT, Role.PATIENT)))
        if len(group) > 1:
            self.together = tuple(group)
        elif len(group) == 1 and group[0] not in self.together:
            previous = self.together[:0] or tuple(
                t.person for t in self.traces if t.sentence == sentence.number - 1
            )
            self.together = tuple(dict.fromkeys([*previous[-1:], *group]))


def _pair(token: Token) -> bool:
    """'the two sisters', 'the friends', 'the couple'."""
    plural = token.tag_ == "NNS" or token.lemma_ in ("couple", "pair")
    definite = any(child.lower_ in ("the", "both", "two") for child in token.children)
    return plural and definite and token.lemma_.lower() in vocabulary("pairs")


def _fits_title(person: Person, title: str) -> bool:
    gender = title_gender(title)
    return title in person.roles or (gender is not None and gender is person.gender)
