"""Whom each word of the telling means: names, roles ("the clerk") and pronouns.

Knows grammar and gender; knows not who speaks a quote, though it asks to be told, since a speaker
is who the next "she" means. People come out by name; those that the text never names are called
by their role until `telling` decides whether they are cast.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from spacy.tokens import Token

from script2movie.movie import Age, Gender
from script2movie.planner.descriptions import age_told, noun_phrase
from script2movie.planner.kinship import KIN, Kinship
from script2movie.planner.language import Sentence
from script2movie.planner.memory import Memory, Trace
from script2movie.planner.naming import Person
from script2movie.planner.people import names_in
from script2movie.planner.roles import (
    Mention,
    Role,
    clause_of,
    describes,
    in_one_clause,
    is_of_crowd,
    is_pair,
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
PLURAL = frozenset(
    ("they", "them", "their", "themselves", "both", "we", "us", "our", "ourselves", "neither")
)
SELF = frozenset(("i", "me", "my", "mine", "myself"))
NEW = frozenset(("a", "an", "another", "one", "some"))
SMALL = NEW | {"the", "this", "that", "of", "in", "with", "his", "her", "their", "my"}
TO_ANOTHER = ("take", "seize", "grab", "kiss", "pat", "stroke", "squeeze", "catch")
YOUNG = frozenset(("girl", "boy", "child", "kid"))
GENERIC = YOUNG | {"man", "woman", "lady", "guy", "gentleman"}
NAMED_SOON = 8  # sentences after which "the boy" has a name, if he gets one
FAR = 12  # sentences back that it looks where nobody nearer fits


class Resolver:
    """Reads a story once, front to back, and remembers whom it has met."""

    def __init__(self, people: Sequence[Person]) -> None:
        self.people = {person.name: person for person in people}
        self.extras: dict[str, Person] = {}
        self.memory = Memory()
        self.kin = Kinship()
        self.called: dict[str, str] = {}  # who "the doctor" is, once somebody was called so
        self.awaited: dict[str, int] = {}  # "the boy" of whom nothing was said, and where
        self.forms = frozenset(form for person in people for form in person.forms)
        self.names: dict[str, str] = {}  # of those who first came without one

    def person(self, name: str) -> Person:
        return self.people.get(name) or self.extras[name]

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
        self._learn_name(sentence, local)
        self._arrived(sentence, local)
        local = [replace(m, person=self.names.get(m.person, m.person)) for m in local]
        self.memory.remember(sentence, local)
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
                    before = (t for t in self.memory.traces if t.sentence == sentence.number - 1)
                    owner = next((t.person for t in before if t.person in self.extras), "")
                if owner in self.extras:
                    self.name(owner, mention.person)

    def _arrived(self, sentence: Sentence, local: Sequence[Mention]) -> None:
        """'The boy' of whom nothing was said before is who is named for the first time next."""
        met = {trace.person for trace in self.memory.traces}
        for mention in local:
            person = self.people.get(mention.person)
            if person is None or mention.pronoun or mention.person in met:
                continue
            others = {m.person for m in local}
            for key, number in list(self.awaited.items()):
                extra = self.extras.get(key)
                near = sentence.number - number <= NAMED_SOON and key not in others
                if extra and near and person.gender in (extra.gender, None):
                    self.name(key, mention.person)
                    break

    def name(self, extra: str, name: str) -> None:
        """From here on, and looking back, the extra is the person of that name."""
        self.names[extra] = name
        person, nameless = self.people[name], self.extras.pop(extra)
        self.memory.rename(extra, name)
        self.kin.rename(extra, name)
        self.people[name] = replace(
            person,
            gender=person.gender or nameless.gender,
            age=person.age or nameless.age,
            about=person.about or nameless.about,
            roles=person.roles | nameless.roles,
        )

    def ahead(self, sentence: Sentence) -> tuple[Mention, ...]:
        """The mentions of a sentence not yet reached; nothing of it is remembered."""
        kept = self.memory.copy()
        found = self.mentions(sentence)
        self.memory = kept
        return found

    def spoke(self, person: str, sentence: Sentence) -> None:
        """Tells that someone spoke: the next pronoun may well mean them."""
        self.memory.traces.append(Trace(person, 2.0, sentence.number))

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
            yield from self._group(token, local, sentence)
        elif lower in SELF and token.pos_ == "PRON":
            if FIRST_PERSON in self.people:
                yield FIRST_PERSON
        elif token.i not in taken and is_pair(token):
            gender = gender_of(token.lemma_.lower())
            yield from self.memory.two(
                sentence.number,
                lambda name: gender is None or self.person(name).gender in (gender, None),
            )
        elif token.i not in taken and names_role(token):
            person = self._by_role(token, local, sentence)
            if person:
                yield person

    def _named(self, sentence: Sentence) -> dict[int, str]:
        """Head token of each name of someone known, and who that is."""
        found: dict[int, str] = {}
        for name in names_in(sentence, self.forms):
            text = name.text
            people = [p for p in self.people.values() if text in p.forms]
            if not people:  # "old Anna Reed", "Anna Reed Street"
                people = [p for p in self.people.values() if p.forms & set(text.split(" "))]
                if any(word[0].isupper() for word in text.split(" ")[1:]) and len(people) != 1:
                    people = []
            if name.title and len(people) > 1:
                people = [p for p in people if _fits_title(p, name.title)] or people
            if people:
                found[name.head.i] = self.memory.latest([p.name for p in people])
        return found

    def _by_role(self, token: Token, local: Sequence[Mention], sentence: Sentence) -> str:
        """'the clerk': someone known to be one, the only one it can be, or someone new."""
        noun = token.lemma_.lower()
        phrase = noun_phrase(token)
        determiner = next((c.lower_ for c in token.children if c.dep_ in ("det", "poss")), "")
        if describes(token, local):
            return ""
        if called := self._named_within(token, sentence):
            return called
        owner = owner_of(token, local)
        if owner and noun in KIN:
            beside = {m.person for m in local if in_one_clause(token, m)}
            kin = self.kin.of(owner, noun) or self.kin.by_surname(
                self.person(owner),
                noun,
                list(self.people.values()),
                lambda name: name not in beside,
            )
            if kin:
                return self._related(owner, noun, kin)
        if determiner not in NEW:
            known = [p.name for p in self.people.values() if noun in p.roles]
            if owner and noun in KIN:  # another's wife is not his
                known = [name for name in known if not self.kin.is_anyones(name, noun)]
            if known:
                chosen = self.called.get(noun, "")
                chosen = chosen if chosen in known else self.memory.latest(known)
                self.called[noun] = chosen
                return self._related(owner, noun, chosen)
            if meant := self._again(noun, phrase, determiner, token, local, sentence.number):
                return meant
        key = self._new_key(noun, phrase)
        self.extras[key] = Person(
            name=key,
            forms=frozenset({key}),
            gender=gender_of(noun),
            age=age_told(phrase),
            about=phrase,
            roles=frozenset({noun}),
            named=False,
        )
        if determiner == "the" and noun in GENERIC:
            self.awaited[key] = sentence.number
        return self._related(owner, noun, key)

    def _again(
        self,
        noun: str,
        phrase: str,
        determiner: str,
        token: Token,
        local: Sequence[Mention],
        number: int,
    ) -> str:
        """'the man': whoever came as 'a man' before, or someone known whom it fits."""
        words = set(phrase.lower().split()) - SMALL
        alike = [name for name, one in self.extras.items() if noun in one.roles]
        if alike:
            shared = {
                name: len(words & set(self.extras[name].about.lower().split())) for name in alike
            }
            most = max(shared.values())
            return self.memory.latest([name for name in alike if shared[name] == most])
        told_apart = any(child.dep_ in ("relcl", "acl") for child in token.children)
        if noun not in GENERIC or determiner not in ("the", "this") or told_apart:
            return ""
        here = {m.person for m in local if in_one_clause(token, m)}
        gender = gender_of(noun)
        if noun in YOUNG:
            been = {trace.person for trace in self.memory.traces if trace.present}
            young = [n for n in been if self._young(n, gender) and n not in here]
            return self.memory.latest(young) if young else ""
        if age_told(phrase) is Age.OLD:
            return self._salient(
                gender,
                number,
                lambda n: (self.person(n).age is Age.OLD or self.kin.is_elder(n)) and n not in here,
            )
        return self._salient(gender, number, lambda n: n not in here)

    def _new_key(self, noun: str, phrase: str) -> str:
        """'Man', 'Old man' or 'Another man': a name that nobody has yet."""
        used = {*self.people, *self.extras}
        words = phrase.lower().split()
        before = words[words.index(noun) - 1] if noun in words[1:] else ""
        names = [noun, f"{before} {noun}" if before and before not in SMALL else ""]
        names += [f"{which} {noun}" for which in ("another", "third", "fourth", "fifth")]
        keys = [name.capitalize() for name in names if name]
        return next((key for key in keys if key not in used), f"{keys[0]} {len(used)}")

    def _related(self, owner: str, noun: str, person: str) -> str:
        """Remembers 'her daughter', and that she is then the daughter's mother."""
        if owner and owner != person and noun in KIN:
            self.kin.learn(self.person(owner), noun, self.person(person))
            if noun.startswith("grand"):
                self._aged(owner if noun.endswith(("son", "daughter", "child")) else person)
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
        beside = [child for child in token.children if child.dep_ == "appos"]
        for child in (child for noun in (token, *beside) for child in noun.children):
            if child.dep_ == "acl" and child.lemma_ in ("name", "call"):
                return next((named[t.i] for t in child.subtree if t.i in named), "")
        return ""

    def _young(self, name: str, gender: Gender | None) -> bool:
        person = self.person(name)
        fits = gender in (person.gender, None)
        young = person.age in (Age.CHILD, Age.TEEN, Age.YOUNG)
        return fits and (young or bool(person.roles & vocabulary("young people")))

    def _salient(self, gender: Gender | None, number: int, fits: Callable[[str], bool]) -> str:
        """The most present person of that gender who fits."""
        weights = self.memory.weights(
            number, lambda name: self.person(name).gender is gender and fits(name)
        )
        return max(weights, key=weights.__getitem__, default="")

    def _pronoun(self, token: Token, local: Sequence[Mention], number: int) -> str:
        gender = PRONOUNS[token.lower_]
        weights = self.memory.weights(number, lambda name: self._may_be(name, gender))
        if not weights:
            weights = self.memory.weights(number, lambda name: self._may_be(name, gender), FAR)
        for mention in local:
            if self._may_be(mention.person, gender):
                weights[mention.person] += self._local_weight(token, mention)
        if token.dep_ == "poss" and token.head.lemma_.lower() in KIN:
            for name in weights:  # whose brother: someone's who is known to have one
                weights[name] *= 3 if self.kin.of(name, token.head.lemma_.lower()) else 1
        weights = {name: weight for name, weight in weights.items() if weight > 0}
        best = max(weights, key=weights.__getitem__, default="")
        sure = [name for name in weights if self.person(name).gender is gender]
        own = token.dep_ == "poss" and any(  # "The visitor wears a veil over her face"
            m.person == best and m.role is Role.AGENT and in_one_clause(token, m) for m in local
        )
        if best and best not in sure and sure and not own:
            best = max(sure, key=weights.__getitem__)
        return best

    def _known_as(self, name: str, gender: Gender) -> None:
        """A nameless one whose gender was open is what the first pronoun says."""
        if name in self.extras and self.extras[name].gender is None:
            self.extras[name] = replace(self.extras[name], gender=gender)

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
            other = token.head.dep_ == "dobj" and token.head.head.lemma_ in TO_ANOTHER
            other = other and token.head.lemma_.lower() in vocabulary("body parts")
            weight += (-2 if other else 3) if same_clause else 0
        elif same_clause and not mention.token > token.i:
            weight = -50.0  # "Anna sees her": not Anna
        if token.dep_ in ("nsubj", "nsubjpass") and subject:
            tells = token.head.dep_ == "ccomp" and antecedent.head == token.head.head
            weight += 3 if tells else 1  # "Sam says that he is glad": Sam is
        return weight * 1.3

    def _group(self, token: Token, local: Sequence[Mention], sentence: Sentence) -> tuple[str, ...]:
        """'they': who is told of together, here or before; 'we' are they and who tells."""
        if is_of_crowd(token, local):
            return ()
        here = list(dict.fromkeys(m.person for m in local if m.role is not Role.TOPIC))
        if len(here) > 1:
            return tuple(here)
        if token.lower_ in ("we", "us", "our", "ourselves"):
            mine = [FIRST_PERSON] if FIRST_PERSON in self.people else []
            told = (t.person for t in reversed(self.memory.traces) if t.person != FIRST_PERSON)
            return tuple(dict.fromkeys([*mine, *list(told)[:1]]))
        return self.memory.they(sentence)


def _fits_title(person: Person, title: str) -> bool:
    gender = title_gender(title)
    return title in person.roles or (gender is not None and gender is person.gender)
