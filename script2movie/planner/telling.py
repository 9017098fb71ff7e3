"""A story as it is told: each sentence with the people in it and the words they speak.

Puts `people`, `reference` and `dialogue` together and settles who is cast: the bank's people and
those named, if they appear, and a role ("the clerk") that speaks or keeps acting. Nobody else.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from script2movie.movie import Character, Gender
from script2movie.planner.dialogue import Conversation, Speech
from script2movie.planner.language import Sentence, Text
from script2movie.planner.names import names_in
from script2movie.planner.naming import Person, title_words
from script2movie.planner.people import doubtful_names, named_people
from script2movie.planner.reference import FIRST_PERSON, PRONOUNS, Resolver
from script2movie.planner.roles import Mention, Role, clause_of
from script2movie.planner.words import kind_of_verb, title_gender, vocabulary

__all__ = ["Telling", "Told", "tell"]

SEEN = (Role.AGENT, Role.PATIENT)
ACTS_OFTEN = 2  # sentences in which a nameless role acts before it is cast


@dataclass(frozen=True)
class Told:
    """One sentence, whom it means and what is said in it."""

    sentence: Sentence
    mentions: tuple[Mention, ...]
    speeches: tuple[Speech, ...]

    @property
    def seen(self) -> tuple[str, ...]:
        """Who is there to be seen, by this sentence alone."""
        spoke = [speech.speaker for speech in self.speeches if speech.speaker]
        return tuple(dict.fromkeys([*self.acting, *spoke]))

    @property
    def acting(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(m.person for m in self.mentions if m.role in SEEN))


@dataclass(frozen=True)
class Telling:
    """The whole story told; `people` are those to cast, in the order they appear.

    `unseen` are names that may be people's and are nobody's of the cast.
    """

    text: Text
    people: tuple[Person, ...]
    told: tuple[Told, ...]
    unseen: tuple[str, ...] = ()


def tell(
    text: Text,
    bank: Sequence[Character],
    cued: Sequence[Person] = (),
    heard: Sequence[tuple[int, str]] = (),
) -> Telling:
    """Who is in each sentence and who says each quote.

    `cued` are people known by other means than the text; `heard` is who speaks between its
    sentences, in order, each with the place where they do: both as a screenplay's cues tell.
    """
    named = named_people(text.sentences, bank, cued)
    people = [_gendered(person, text.sentences) for person in named]
    unheard = list(heard)
    if _first_person(text.sentences):
        teller = _teller(people, text.sentences)
        people = [person for person in people if person is not teller]
        known = replace(teller, name=FIRST_PERSON) if teller else Person(FIRST_PERSON, frozenset())
        people.append(known)
    resolver = Resolver(people)
    conversation = Conversation(resolver)
    told: list[Told] = []
    for n, sentence in enumerate(text.sentences):
        while unheard and unheard[0][0] < sentence.start:
            resolver.spoke(unheard.pop(0)[1], text.sentences[max(0, n - 1)])
        mentions = conversation.narrated(sentence, resolver.mentions(sentence))
        before = (told[-1].sentence, told[-1].mentions) if told else None
        after = text.sentences[n + 1] if n + 1 < len(text.sentences) else None
        speeches, mentions = conversation.speeches(sentence, mentions, before, after)
        told.append(Told(sentence, mentions, speeches))
    told = [_renamed(one, resolver.known.names) for one in told]
    cast = _cast(told, resolver, heard)
    names = {person.name for person in cast}
    met = resolver.known
    never = [
        person.name
        for person in met.people.values()
        if person.name in met.memory.told and person.name not in names | {FIRST_PERSON}
    ]
    forms = {form for person in met.people.values() for form in person.forms}
    unseen = dict.fromkeys([*never, *doubtful_names(text.sentences, forms)])
    return Telling(text, tuple(cast), tuple(_only(names, one) for one in told), tuple(unseen))


def _cast(
    told: Sequence[Told], resolver: Resolver, heard: Sequence[tuple[int, str]]
) -> list[Person]:
    """Who appears, in order; of those without a name, who speaks or keeps acting."""
    seen = [(one.sentence.start, name) for one in told for name in one.seen]
    entrances = sorted([*seen, *heard], key=lambda entrance: entrance[0])
    appears = list(dict.fromkeys(name for _, name in entrances))
    speaks = {speech.speaker for one in told for speech in one.speeches}
    acts = Counter(name for one in told for name in _doing(one))
    named = any(name in resolver.known.people for name in appears)
    often = ACTS_OFTEN if named else ACTS_OFTEN - 1
    cast = []
    for name in appears:
        person = resolver.person(name)
        animal = bool(person.roles & vocabulary("animal")) and not person.named
        if person.named or name in speaks or (acts[name] >= often and not animal):
            cast.append(person)
    return cast


def _doing(told: Told) -> set[str]:
    """Who does something in a sentence, and does not only lie there."""
    doc = told.sentence.doc
    agents = (m for m in told.mentions if m.role is Role.AGENT)
    return {m.person for m in agents if kind_of_verb(doc[m.token].head.lemma_) != "stative"}


def _renamed(told: Told, names: Mapping[str, str]) -> Told:
    """The sentence with those named only later under their name."""
    return replace(
        told,
        mentions=tuple(replace(m, person=names.get(m.person, m.person)) for m in told.mentions),
        speeches=tuple(
            replace(
                speech,
                speaker=names.get(speech.speaker, speech.speaker),
                addressee=names.get(speech.addressee, speech.addressee),
            )
            for speech in told.speeches
        ),
    )


def _only(names: set[str], told: Told) -> Told:
    """The sentence without those who are not cast; what they say is left to the telling."""
    return replace(
        told,
        mentions=tuple(m for m in told.mentions if m.person in names),
        speeches=tuple(
            replace(speech, addressee=speech.addressee if speech.addressee in names else "")
            for speech in told.speeches
        ),
    )


def _first_person(sentences: Sequence[Sentence]) -> bool:
    """Whether the telling, not only the quotes, says 'I' as who acts."""
    return sum(t.lower_ == "i" and t.dep_ == "nsubj" for s in sentences for t in s.told) > 1


def _teller(people: Sequence[Person], sentences: Sequence[Sentence]) -> Person | None:
    """Who 'My name is Yusuf Demir' says is telling the story."""
    for sentence in sentences:
        told = " ".join(token.text for token in sentence.told)
        for says in re.findall(r"\b(?:[Mm]y name is|I am called) ([A-Z].*)", told):
            named = (p for p in people if not p.banked and says.startswith(tuple(p.forms)))
            if person := next(named, None):
                return person
    return None


# --- gender from the pronouns that follow a name --------------------------------------------------


def _gendered(person: Person, sentences: Sequence[Sentence]) -> Person:
    """The pronouns that follow a name tell a gender where nothing does, or a first name alone."""
    title, *names = person.name.lower().split()
    titled = title_gender(title.rstrip(".")) is not None
    surname = title.rstrip(".") in title_words() and len(names) == 1  # "Doctor James" may be a she
    sure_of = person.gender is not None and not (surname and person.roles <= title_words())
    if person.banked or titled or (sure_of and person.roles):
        return person
    votes = Counter(_pronouns_after(person, sentences))
    (best, count), (_, rest) = [*votes.most_common(2), *[(None, 0)] * 2][:2]
    sure = count > (rest + 2 * (rest + 1) if sure_of else rest)
    return replace(person, gender=best) if best is not None and sure else person


def _pronouns_after(person: Person, sentences: Sequence[Sentence]) -> Iterator[Gender]:
    """The first pronoun after each sole mention, in its sentence or at the head of the next."""
    for n, sentence in enumerate(sentences):
        names = list(names_in(sentence, person.forms))
        if not names or names[-1].text not in person.forms:
            continue
        if len(names) > 1 and names[-1].head.dep_ == "poss":
            continue  # "Ada sits by Benedikt's bed. She"
        last = names[-1].last
        other = any(  # "She takes it to Havel, who sends her home"
            t.lower_ in PRONOUNS and t.dep_ == "nsubj" and t.i < last for t in sentence.told
        )
        found = [
            PRONOUNS[t.lower_]
            for t in sentence.told
            if t.i > last
            and t.lower_ in PRONOUNS
            and not (other and t.dep_ not in ("nsubj", "poss"))
            and (t.dep_ in ("nsubj", "poss") or clause_of(t) != clause_of(names[-1].head))
        ]
        if not found and not other and n + 1 < len(sentences):
            following = sentences[n + 1]
            first = min((name.first for name in names_in(following)), default=len(following.doc))
            found = [
                PRONOUNS[t.lower_]
                for t in following.told
                if t.lower_ in PRONOUNS and t.i < first and t.dep_ in ("nsubj", "poss")
            ]
        if found:
            yield found[0]
