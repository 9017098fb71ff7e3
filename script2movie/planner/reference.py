"""Whom each word of the telling means: names, roles ("the clerk") and pronouns.

Knows grammar and gender; knows not who speaks a quote, though it asks to be told, since a speaker
is who the next "she" means. People come out by name; those that the text never names are called
by their role until `telling` decides whether they are cast.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from spacy.tokens import Token

from script2movie.movie import Age, Gender
from script2movie.planner.acquaintances import FIRST_PERSON, Acquaintances
from script2movie.planner.descriptions import age_told
from script2movie.planner.groups import PLURAL, Groups
from script2movie.planner.kinship import KIN
from script2movie.planner.language import Sentence
from script2movie.planner.memory import Company, Trace
from script2movie.planner.nameless import Nameless
from script2movie.planner.names import names_in
from script2movie.planner.naming import Person
from script2movie.planner.nicknames import nicknames
from script2movie.planner.roles import (
    Mention,
    Role,
    clause_of,
    comes,
    in_one_clause,
    names_role,
    owner_of,
    role_of,
)
from script2movie.planner.words import kind_of_verb, title_gender, vocabulary

__all__ = ["FIRST_PERSON", "PRONOUNS", "Resolver"]

PRONOUNS = {
    **dict.fromkeys(("he", "him", "his", "himself"), Gender.MALE),
    **dict.fromkeys(("she", "her", "hers", "herself"), Gender.FEMALE),
}
SELF = frozenset(("i", "me", "my", "mine", "myself"))
TO_ANOTHER = ("take", "seize", "grab", "kiss", "pat", "stroke", "squeeze", "catch")
ALIVE = ("communication", "motion", "perception", "body", "emotion", "contact", "possession")
CLEARLY = 2.0  # how much more present one of open gender is than one who is known to fit
LEFT = 3  # sentences after which who has left is not at hand
FAR = 12  # sentences back that a pronoun looks where nobody nearer fits


class Resolver:
    """Reads a story once, front to back, and remembers whom it has met."""

    def __init__(self, people: Sequence[Person]) -> None:
        self.known = Acquaintances.of(people)
        self.nameless = Nameless(self.known)
        self.groups = Groups(self.known)
        self.forms = frozenset(form for person in people for form in person.forms)

    def person(self, name: str) -> Person:
        return self.known.person(name)

    def mentions(self, sentence: Sentence) -> tuple[Mention, ...]:
        """Everyone whom the told words of a sentence mean, in their order."""
        named = self._named(sentence)
        taken = {
            i
            for name in names_in(sentence, self.forms)
            if name.head.i in named or name.head.lower_ not in vocabulary("person")
            for i in range(name.first, name.last + 1)
        }
        local: list[Mention] = []
        for token in sentence.doc:
            if sentence.masked(token):
                continue
            if token.lemma_.lower() in KIN:
                self._kin_by_name(token, named, local)
            for person in list(self._means(token, named, taken, local, sentence)):
                local.append(Mention(token.i, person, role_of(token), token.pos_ == "PRON"))
        self._learn(sentence, local)
        for name, nickname in nicknames(sentence, local, self.known):
            self.known.same(name, nickname)
        self.nameless.arrived(sentence.number, local)
        names = self.known.names
        local = [replace(m, person=names.get(m.person, m.person)) for m in local]
        self.known.memory.remember(sentence, local)
        return tuple(local)

    def ahead(self, sentence: Sentence) -> tuple[Mention, ...]:
        """The mentions of a sentence not yet reached; nothing of it is remembered."""
        kept = self.known.memory.copy()
        found = self.mentions(sentence)
        self.known.memory.restore(kept)
        return found

    def spoke(self, person: str, sentence: Sentence, addressee: str = "") -> None:
        """Tells that someone spoke, and to whom: the next pronoun may well mean them."""
        memory = self.known.memory
        memory.traces.append(Trace(person, 2.0, sentence.number))
        memory.gone.discard(person)
        if addressee and addressee != person:
            memory.together = Company((person, addressee), sentence.number, sentence.paragraph)

    # --- what a sentence teaches -----------------------------------------------------------------

    def _learn(self, sentence: Sentence, local: Sequence[Mention]) -> None:
        """'Her name is Camille', 'It is Theo': who they are. 'She was past seventy': how old."""
        owners = {m.token: m.person for m in local if m.role is Role.OWNER}
        for mention in local:
            token = sentence.doc[mention.token]
            if (age := _age_told(token)) and self.person(mention.person).age is None:
                self.known.change(mention.person, age=age)
            if mention.person not in self.known.people or token.dep_ not in ("attr", "nsubj"):
                continue
            for subject in token.head.children:
                owner = ""
                if subject.dep_ == "nsubj" and subject.lemma_ == "name":
                    owner = next((owners[t.i] for t in subject.children if t.i in owners), "")
                elif subject.dep_ == "nsubj" and subject.lower_ == "it" and token.dep_ == "attr":
                    traces = self.known.memory.traces
                    before = (t for t in traces if t.sentence == sentence.number - 1)
                    acted = (t.person for t in before if t.weight >= 2.0)
                    owner = next((name for name in acted if name in self.known.extras), "")
                if owner in self.known.extras:
                    self.known.name(owner, mention.person)

    def _kin_by_name(
        self, token: Token, named: Mapping[int, str], local: Sequence[Mention]
    ) -> None:
        """'his daughter Ruth': Ruth."""
        beside = [token.head.i] if token.dep_ in ("compound", "appos", "nmod") else []
        beside += [child.i for child in token.children if child.dep_ == "appos"]
        if person := next((named[i] for i in beside if i in named), ""):
            self.known.related(owner_of(token, local), token.lemma_.lower(), person)

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
                self._known_as(person, PRONOUNS[lower])
                yield person
        elif lower in PLURAL and token.pos_ in ("PRON", "DET") and token.dep_ != "det":
            yield from self.groups.they(token, local, sentence)
        elif lower in SELF and token.pos_ == "PRON":
            if FIRST_PERSON in self.known.people:
                yield FIRST_PERSON
        elif lower == "it" and token.dep_ == "nsubj":
            if person := self._being(token, sentence.number):
                yield person
        elif family := self.groups.family(token):
            yield from family
        elif token.i not in taken and (group := self.groups.several(token, local, sentence)):
            yield from group
        elif token.i not in taken and names_role(token):
            person = self.nameless.meant(token, local, sentence.number, named)
            if person:
                yield person

    def _named(self, sentence: Sentence) -> dict[int, str]:
        """Head token of each name of someone known, and who that is."""
        found: dict[int, str] = {}
        everyone = self.known.people.values()
        for name in names_in(sentence, self.forms):
            text = name.text
            people = [p for p in everyone if text in p.forms]
            if not people:  # "old Anna Reed", "Anna Reed Street"
                people = [p for p in everyone if p.forms & set(text.split(" "))]
                if any(word[0].isupper() for word in text.split(" ")[1:]) and len(people) != 1:
                    people = []
            if name.title and len(people) > 1:
                called = [p for p in people if name.title in p.roles]
                people = called or [p for p in people if _fits_title(p, name.title)] or people
                people = self._eldest(people) if name.title in ("mr", "mrs") else people
            if people:
                found[name.head.i] = self.known.memory.latest([p.name for p in people])
        return found

    def _eldest(self, people: list[Person]) -> list[Person]:
        """Of a family it is the elder who goes by the surname alone."""
        return [p for p in people if self.known.is_old(p.name)] or people

    def _being(self, token: Token, number: int) -> str:
        """'it answered': the ghost or the animal just told of."""
        if kind_of_verb(token.head.lemma_) not in ALIVE:
            return ""
        known = self.known
        return known.most_present(
            number, lambda name: known.is_being(name) and name in known.memory.seen, 2
        )

    def _pronoun(self, token: Token, local: Sequence[Mention], number: int) -> str:
        gender = PRONOUNS[token.lower_]
        memory = self.known.memory
        weights = memory.weights(number, lambda name: self.known.may_be(name, gender))
        gone = {name for name in memory.gone if number - memory.told[name] > LEFT}
        for reach in (FAR, 4 * FAR):  # who has left is meant only if nobody else can be
            if not weights.keys() - gone:
                further = memory.weights(number, lambda n: self.known.may_be(n, gender), reach)
                here = {n: w for n, w in further.items() if n not in gone}
                weights = defaultdict(float, here or weights or further)
        for mention in local:
            if self.known.may_be(mention.person, gender):
                weights[mention.person] += self._local_weight(token, mention)
        if token.dep_ == "poss" and token.head.lemma_.lower() in KIN:
            for name in weights:  # whose brother: someone's who is known to have one
                weights[name] *= 3 if self.known.kin.of(name, token.head.lemma_.lower()) else 1
        weights = {name: weight for name, weight in weights.items() if weight > 0}
        best = max(weights, key=weights.__getitem__, default="")
        sure = [name for name in weights if self.person(name).gender is gender]
        own = token.dep_ == "poss" and any(  # "The visitor wears a veil over her face"
            m.person == best and m.role is Role.AGENT and in_one_clause(token, m) for m in local
        )
        if best and sure and not own:
            near = {m.person for m in local if m.role in (Role.AGENT, Role.PATIENT)}
            near |= {t.person for t in memory.traces[-9:] if t.present and number - t.sentence < 2}
            neutral = vocabulary("neutral people")
            came = {m.person for m in local if comes(token.doc[m.token])}
            new = [
                name
                for name in weights
                if name in near - set(sure) and (name in came or self.person(name).roles & neutral)
            ]
            likeliest = max(sure, key=weights.__getitem__)
            open_still = self.person(best).gender is None and self.person(best).named
            if open_still and weights[best] > CLEARLY * weights[likeliest]:
                self.known.change(best, gender=gender)
            else:
                newest = new and not near & set(sure)
                best = max(new, key=weights.__getitem__) if newest else likeliest
        return best

    def _known_as(self, name: str, gender: Gender) -> None:
        """A nameless one whose gender was open is what the first pronoun says."""
        if name in self.known.extras and self.person(name).gender is None:
            self.known.change(name, gender=gender)

    def _local_weight(self, token: Token, mention: Mention) -> float:
        """How far a person earlier in the sentence is meant by a pronoun of it."""
        antecedent = token.doc[mention.token]
        subject = mention.role in (Role.AGENT, Role.BEFORE)
        same_clause = subject and clause_of(antecedent) == clause_of(token)
        weight = 3.0 if subject else 1.5 if mention.role is Role.PATIENT else 1.0
        if _has_left(antecedent, mention):
            return 0.2
        if mention.role is Role.TOPIC:
            weight = 0.7
        if token.lower_.endswith("self"):
            weight += 10 if same_clause else 0
        elif token.dep_ == "poss":
            other = token.head.dep_ == "dobj" and token.head.head.lemma_ in TO_ANOTHER
            other = other and token.head.lemma_.lower() in vocabulary("body parts")
            weight += (-2 if other else 3) if same_clause else 0
        elif same_clause and _beside_oneself(token):
            weight = 2.0  # "He waits with the contract in front of him"
        elif same_clause and not mention.token > token.i:
            weight = -50.0  # "Anna sees her": not Anna
        if token.dep_ in ("nsubj", "nsubjpass") and subject:
            verb = token.head.head
            tells = token.head.dep_ == "ccomp" and verb in (
                antecedent.head,
                *antecedent.head.conjuncts,
            )
            weight += 3 if tells else 1  # "Sam says that he is glad": Sam is
            if tells and verb.lemma_ == "ask" and _asks_of(token.head):
                weight = 0.3  # "Sam asks how he knew": not Sam
        return weight * 1.3


def _beside_oneself(token: Token) -> bool:
    """'held the lamp before him', 'in front of him': may well mean who does it."""
    prep = token.head
    if token.dep_ != "pobj" or prep.dep_ != "prep":
        return False
    if prep.lower_ == "of" and prep.head.lower_ in ("front", "ahead", "sides", "side"):
        return True
    beside = ("before", "behind", "around", "about", "over", "under", "above", "beneath", "with")
    things = (c.dep_ == "dobj" and c.pos_ == "NOUN" for c in prep.head.children)
    return prep.lower_ in beside and (prep.head.pos_ == "NOUN" or any(things))


def _asks_of(clause: Token) -> bool:
    """'how he knew', 'what he wants'."""
    return any(child.tag_ in ("WRB", "WP") for child in clause.children)


def _has_left(token: Token, mention: Mention) -> bool:
    """'When the guest had left, he': not the guest."""
    return mention.role is Role.BEFORE and token.head.lemma_ in ("leave", "go")


def _age_told(token: Token) -> Age | None:
    """'She was past seventy', 'He is about sixty'."""
    verb = token.head
    if token.dep_ != "nsubj" or verb.lemma_ != "be" or verb.dep_ not in ("ROOT", "conj"):
        return None
    after = [c for c in verb.children if c.dep_ in ("attr", "acomp", "prep") and c.i > verb.i]
    after += [c for t in after if t.lower_ in ("past", "over", "under") for c in t.children]
    return next((age_told(f"of {t.text}") for t in after if t.pos_ == "NUM"), None)


def _fits_title(person: Person, title: str) -> bool:
    gender = title_gender(title)
    return gender is not None and gender is person.gender
