"""Whom 'the clerk', 'his wife', 'the old man' or 'a stranger' means.

In the order of a careful reader: kin by what is known of a family; someone who is called so; one
met before as such, the likeliest by words shared and by how present they are; else someone new.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from spacy.tokens import Token

from script2movie.movie import Age
from script2movie.planner.acquaintances import FIRST_PERSON, Acquaintances
from script2movie.planner.descriptions import age_told, noun_phrase
from script2movie.planner.kinship import KIN
from script2movie.planner.naming import Person
from script2movie.planner.roles import Mention, Role, describes, in_one_clause, owner_of, role_of
from script2movie.planner.words import age_of, gender_of, title_gender, vocabulary

__all__ = ["Nameless"]

NEW = frozenset(("a", "an", "another", "one", "some"))
SMALL = NEW | {"the", "this", "that", "of", "in", "with", "his", "her", "their", "my"}
SMALL |= {"poor", "dear", "beloved", "darling"}  # what one feels for them tells nobody apart
YOUNG = frozenset(("girl", "boy", "child", "kid", "lad"))
GENERIC = YOUNG | {"man", "woman", "lady", "guy", "gentleman", "fellow"}
ORDINALS = frozenset(("first", "second", "third", "fourth", "fifth", "last", "other", "next"))
NAMED_SOON = 8  # sentences after which "the boy" has a name, if he gets one
NAMED_NEXT = 2  # and "his partner"
FAR = 12  # sentences back that it looks for someone whom no word but its gender fits
BACK = 40  # sentences that a nameless one is remembered by their noun alone
LONG = 5  # words of "in the street" from which it is no part of a name
CALLED_SO, NAMED = 3.0, 0.3  # how much likelier a noun and a name make it


@dataclass(frozen=True)
class _Phrase:
    """'the old man': its noun, its words and where it stands."""

    token: Token
    noun: str
    text: str
    determiner: str
    number: int

    @property
    def words(self) -> frozenset[str]:
        return frozenset(self.text.lower().split()) - SMALL

    @property
    def told_apart(self) -> bool:
        return any(child.dep_ in ("relcl", "acl") for child in self.token.children)

    @property
    def told_more(self) -> str:
        """'with the gold tooth'."""
        after = (c for c in self.token.children if c.dep_ == "prep" and c.i > self.token.i)
        return next((" ".join(t.lower_ for t in c.subtree) for c in after), "")


class Nameless:
    """Reads along with the resolver and keeps those who have no name."""

    def __init__(self, known: Acquaintances) -> None:
        self.known = known
        self.called: dict[str, str] = {}  # who "the doctor" is, once somebody was called so
        self.awaited: dict[str, int] = {}  # who may be named soon, and until which sentence

    def meant(
        self, token: Token, local: Sequence[Mention], number: int, named: Mapping[int, str]
    ) -> str:
        """The person of a noun; '' where it only describes one."""
        known = self.known
        noun = token.lemma_.lower()
        determiner = next((c.lower_ for c in token.children if c.dep_ in ("det", "poss")), "")
        phrase = _Phrase(token, noun, noun_phrase(token), determiner, number)
        if describes(token, local):
            return ""
        if called := _named_within(token, named):
            return called
        owner = owner_of(token, local) or _named_after(token, "of", named)
        if owner and noun in vocabulary("other beings"):  # "Marley's ghost" is Marley
            known.change(owner, roles=known.person(owner).roles | {noun})
            return owner
        here = {m.person for m in local if in_one_clause(token, m)}
        if owner and noun in KIN:
            kin = known.kin.of(owner, noun) or known.kin.by_surname(
                known.person(owner),
                noun,
                list(known.people.values()),
                lambda name: name not in here,
                known.memory.told,
            )
            if kin:
                return known.related(owner, noun, kin)
        if determiner not in NEW:
            meant = self._called(phrase, owner) or self._again(phrase, here)
            if meant:
                return known.related(owner, noun, meant)
        return known.related(owner, noun, self._new(phrase, owned=bool(owner)))

    def arrived(self, number: int, local: Sequence[Mention]) -> None:
        """'The boy' of whom nothing was said before is who is named for the first time next."""
        known = self.known
        met = known.memory.told
        for mention in local:
            person = known.people.get(mention.person)
            if person is None or mention.pronoun or mention.person in met:
                continue
            others = {m.person for m in local}
            for key, at in list(self.awaited.items()):
                extra = known.extras.get(key)
                near = number <= at and key not in others
                same = extra and (person.gender in (extra.gender, None) or not extra.gender)
                if near and same:
                    known.name(key, mention.person)
                    break

    def _called(self, phrase: _Phrase, owner: str) -> str:
        """Someone known who is what the noun says: 'the mayor'."""
        noun, known = phrase.noun, self.known
        if noun in GENERIC:
            return ""
        names = [p.name for p in known.people.values() if noun in p.roles]
        if owner and noun in KIN:  # another's wife is not his
            names = [name for name in names if not known.kin.is_anyones(name, noun)]
        if not names:
            return ""
        chosen = self.called.get(noun, "")
        self.called[noun] = chosen if chosen in names else known.memory.latest(names)
        return self.called[noun]

    def _again(self, phrase: _Phrase, here: set[str]) -> str:
        """Someone met before: as 'a man', or known and such that it fits."""
        known, noun, number = self.known, phrase.noun, phrase.number
        alike = self._alike(phrase)
        if alike and self._shared(phrase, known.person(alike)):
            return alike  # "the man with the gold tooth"
        if phrase.told_more and noun in GENERIC:
            return alike
        if noun not in GENERIC or phrase.determiner not in ("the", "this", "that"):
            return alike or self._newcomer(phrase, here)
        gender, age = gender_of(noun), age_told(phrase.text)
        young = noun in YOUNG or age is Age.YOUNG

        def fits(name: str) -> bool:
            person = known.person(name)
            if name in here or name == FIRST_PERSON or phrase.told_apart:
                return False
            if noun in person.roles and name in known.extras:
                return self._same(phrase, person)
            if gender is not None and person.gender is not gender:
                return False
            if young:
                return known.is_young(name) and name in known.memory.seen
            return age is not Age.OLD or known.is_old(name)

        weights = known.memory.weights(number, fits, BACK if young else FAR)
        for name in weights:
            person = known.person(name)
            if noun in person.roles:
                weights[name] *= CALLED_SO
            elif person.named and not young and age is None:
                weights[name] *= NAMED
        if age is Age.OLD and not weights and not phrase.told_apart and not alike:
            near = [
                name
                for name in known.memory.present(number)
                if name not in here
                and known.person(name).age is None
                and known.person(name).gender is gender
                and title_gender(name.split()[0].rstrip(".").lower()) is gender
            ]
            return near[0] if len(near) == 1 else ""  # Mrs. Quill, who is old then
        return max(weights, key=weights.__getitem__, default="" if phrase.told_apart else alike)

    def _alike(self, phrase: _Phrase) -> str:
        """The nameless one of that noun who shares most words with the phrase."""
        known = self.known
        alike = [
            name
            for name, one in known.extras.items()
            if phrase.noun in one.roles and self._same(phrase, one)
        ]
        if not alike:
            return ""
        shared = {name: len(self._shared(phrase, known.extras[name])) for name in alike}
        most = max(shared.values())
        found = known.memory.latest([name for name in alike if shared[name] == most])
        near = phrase.number - known.memory.told.get(found, 0) <= BACK
        return found if near or most else ""

    def _newcomer(self, phrase: _Phrase, here: set[str]) -> str:
        """'the visitor', 'the stranger': who came last, by whatever word."""
        known = self.known
        new = phrase.noun in vocabulary("neutral people") and phrase.determiner == "the"
        if not new or phrase.told_apart:
            return ""
        memory = known.memory
        near = memory.near(phrase.number, FAR)
        near = [name for name in near if name in memory.seen and name not in here]
        words = vocabulary("neutral people") | GENERIC
        unnamed = [n for n in near if n in known.extras and known.person(n).roles & words]
        came = [name for name in near if name in memory.came]
        return max(unnamed or came, key=lambda name: memory.first.get(name, 0), default="")

    def _same(self, phrase: _Phrase, person: Person) -> bool:
        """Not 'the third spirit' where the second is known."""
        told = set(person.about.lower().split()) & ORDINALS
        return not (phrase.words & ORDINALS) or told == phrase.words & ORDINALS

    def _shared(self, phrase: _Phrase, person: Person) -> frozenset[str]:
        words = {word for word in phrase.words - {phrase.noun} if age_of(word) is None}
        return frozenset(words) & frozenset(person.about.lower().split())

    def _new(self, phrase: _Phrase, *, owned: bool) -> str:
        key = self._key(phrase)
        self.known.extras[key] = Person(
            name=key,
            forms=frozenset({key}),
            gender=gender_of(phrase.noun),
            age=age_told(phrase.text),
            about=phrase.text,
            roles=frozenset({phrase.noun}),
            named=False,
        )
        if phrase.determiner == "the" and phrase.noun in GENERIC:
            self.awaited[key] = phrase.number + NAMED_SOON
        elif owned and phrase.noun not in KIN and role_of(phrase.token) is Role.AGENT:
            self.awaited[key] = phrase.number + NAMED_NEXT  # "his partner", who is Ray
        return key

    def _key(self, phrase: _Phrase) -> str:
        """'Man', 'Old man' or 'Another man': a name that nobody has yet."""
        used = {*self.known.people, *self.known.extras}
        noun, words = phrase.noun, phrase.text.lower().split()
        before = words[words.index(noun) - 1] if noun in words[1:] else ""
        names = [f"{before} {noun}" if before and before not in SMALL else "", noun]
        more = phrase.told_more
        names += [f"{noun} {more}" if 0 < len(more.split()) < LONG else ""]
        names += [f"{which} {noun}" for which in ("another", "third", "fourth", "fifth")]
        keys = [name.capitalize() for name in names if name]
        return next((key for key in keys if key not in used), f"{keys[0]} {len(used)}")


def _named_after(token: Token, word: str, named: Mapping[int, str]) -> str:
    """'the ghost of Marley': Marley."""
    after = (child for child in token.children if child.dep_ == "prep" and child.lower_ == word)
    return next((named[t.i] for child in after for t in child.children if t.i in named), "")


def _named_within(token: Token, named: Mapping[int, str]) -> str:
    """'a young woman named Mara': Mara."""
    beside = [child for child in token.children if child.dep_ == "appos"]
    for child in (child for noun in (token, *beside) for child in noun.children):
        if child.dep_ == "acl" and child.lemma_ in ("name", "call"):
            return next((named[t.i] for t in child.subtree if t.i in named), "")
    return ""
