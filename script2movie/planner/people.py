"""Who is in a story: the bank's people, those the text names, and what it says of them.

Knows names, titles, descriptions and the gender and age they tell; knows not who a pronoun means
(`reference`) nor who speaks (`dialogue`).
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from spacy.tokens import Token

from script2movie.movie import NARRATOR, Character, Gender
from script2movie.planner.descriptions import age_told, gender_told, noun_phrase
from script2movie.planner.kinship import KIN
from script2movie.planner.language import Sentence, clean
from script2movie.planner.names import Name, first_name, names_in, of_one_surname
from script2movie.planner.naming import Person, forms_of, from_bank, gender_of_name, title_words
from script2movie.planner.words import (
    age_of,
    kind_of_verb,
    one_spelling,
    title_gender,
    vocabulary,
)

__all__ = ["doubtful_names", "named_people"]

GOING = ("drive", "travel", "move", "sail", "fly", "ride", "go", "return", "head", "get")
LIVELY = ("motion", "perception", "body", "emotion", "contact", "possession", "social")
ABROAD = frozenset(("GPE", "LOC", "FAC", "ORG", "NORP", "DATE", "TIME", "LANGUAGE", "EVENT"))
INTRODUCES = re.compile(
    r"\b([Ii]t's|[Tt]his is|[Mm]y name is|I'm|I am) "
    r"((?:(?:Mrs?|Ms|Miss|Dr)\.? )?[A-Z][\w'-]+(?: [A-Z][\w'-]+)?)"
)
TITLED = re.compile(r"\b([A-Z][a-z]+)\.? ([A-Z][\w'-]+)")
CLERGY = ("father", "mother", "brother", "sister")  # as titles, nobody's kin
POSTURES = ("sit", "kneel", "sleep", "wake", "crouch", "lean", "die", "awake", "hide")
BEDS = {"bed", "bedside", "coat", "pocket", "face", "body", "wheelchair", "cell", "office"}
TITLE = 4  # what a title adds
ENOUGH = 3  # what the occurrences of a name must add up to before it is a person's


@dataclass
class _Evidence:
    """What speaks for a name being a person's."""

    score: int = 0
    titles: Counter[str] = field(default_factory=Counter)
    first_at: int = 0


def named_people(
    sentences: Sequence[Sentence], bank: Sequence[Character], cued: Sequence[Person] = ()
) -> tuple[Person, ...]:
    """The bank's people, those `cued` and everyone the story names, as the story has them."""
    banked = [*(from_bank(character) for character in bank), *cued]
    titled = dict(pair for sentence in sentences for pair in _titled_in_speech(sentence))
    given = frozenset(_given(sentences))
    found = list(_names(sentences, titled.keys() | given))
    known = frozenset(form for person in banked for form in person.forms)
    others = [name for name in found if not _belongs(name, known)]
    strangers = _strangers(others, titled, given)
    people = [*banked, *_surnamed(strangers, sentences)]
    people += _introduced(sentences, people)
    told = _descriptions(found, people)
    return tuple(_described(_aged(person, found), told.get(person.name, [])) for person in people)


def doubtful_names(sentences: Sequence[Sentence], known: Collection[str]) -> Iterator[str]:
    """What may be people's names, though too little speaks for it to cast them."""
    evidence: dict[str, list[int]] = defaultdict(list)
    for name in _names(sentences, ()):
        words = set(name.text.split())
        if not words & set(known) and name.head.ent_type_ not in ABROAD:
            evidence[name.text].append(_speaks_for_person(name))
    yield from (name for name, scores in evidence.items() if min(scores) >= 0 and max(scores) > 1)


def _names(sentences: Sequence[Sentence], spoken: Collection[str]) -> Iterator[Name]:
    """All names told: what is one within a sentence, or `spoken`, is one at its head too."""
    inside = (name for one in sentences for name in names_in(one) if name.first > 0)
    known = frozenset(name.text for name in inside if first_name(name.text) or name.title)
    for sentence in sentences:
        yield from of_one_surname(list(names_in(sentence, known | frozenset(spoken))))


def _before_verb(name: Name) -> bool:
    """'Pike dropped his bag', where the parse takes Pike for a cry."""
    after = name.sentence.doc[name.last + 1 : name.last + 2]
    return any(token.tag_ in ("VBD", "VBZ") for token in after)


def _titled_in_speech(sentence: Sentence) -> Iterator[tuple[str, str]]:
    """'Mr. Pike sent me': the name Pike, and its title."""
    for quote in sentence.quotes:
        for title, name in TITLED.findall(clean(quote.text)):
            if title.lower() in title_words() and title_gender(title.lower()):
                yield name, title.lower()


def _surnamed(people: Sequence[Person], sentences: Sequence[Sentence]) -> Iterator[Person]:
    """'Joseph Okafor!' calls Joseph by the surname that somebody of the story has."""
    surnames = {person.name.split()[-1] for person in people if " " in person.name}
    quotes = " ".join(clean(quote.text) for one in sentences for quote in one.quotes)
    for person in people:
        full = {f"{person.name} {one}" for one in surnames if f"{person.name} {one}" in quotes}
        if " " in person.name or len(full) != 1:
            yield person
            continue
        name = full.pop()
        yield replace(person, name=name, forms=person.forms | {name})


def _given(sentences: Sequence[Sentence]) -> Iterator[str]:
    """'"What's your name?" "Tamsin."': Tamsin."""
    quotes = [clean(quote.text) for sentence in sentences for quote in sentence.quotes]
    for asked, answer in pairwise(quotes):
        if "your name" in asked and (name := re.match(r"([A-Z][\w'-]+)\b", answer)):
            yield name[1]


def _belongs(name: Name, forms: frozenset[str]) -> bool:
    """Whether a name is one of the bank's, perhaps with more around it ('old Anna Reed')."""
    return any(form in forms for form in forms_of(name.text))


# --- strangers: people the bank lacks -------------------------------------------------------------


def _strangers(
    names: Sequence[Name], titled: Mapping[str, str], given: frozenset[str]
) -> list[Person]:
    """`titled` are surnames that somebody speaks of with a title, `given` names told on demand."""
    evidence: dict[str, _Evidence] = {}
    alike: dict[str, list[Name]] = defaultdict(list)
    for name in names:
        alike[name.text.split()[-1]].append(name)
    for name in names:
        key = _key(name, alike[name.text.split()[-1]])
        one = evidence.setdefault(key, _Evidence(first_at=name.sentence.start))
        one.score += _speaks_for_person(name)
        if name.title:
            one.titles[name.title] += 1
    for key in evidence.keys() & titled.keys():
        evidence[key].score += TITLE
        evidence[key].titles[titled[key]] += 1
    for key in evidence.keys() & given:
        evidence[key].score += TITLE
    groups = one_spelling(_grouped(evidence))
    return [
        _stranger(full, members, evidence)
        for full, members in groups.items()
        if sum(evidence[m].score for m in members) >= ENOUGH
        and full.casefold() != NARRATOR.casefold()
    ]


def _key(name: Name, alike: Sequence[Name]) -> str:
    """'Mrs. Reed' is apart from a man who is called Reed in full, and from Mr. Reed.

    `alike` are the names of the story that end with the same word.
    """
    gender = title_gender(name.title)
    if " " in name.text or not name.title:
        return name.text
    if gender is None:
        return _key_of_office(name, alike)
    full = [other for other in alike if other.text.endswith(f" {name.text}")]
    same = [other for other in full if _of(other) is gender]
    if gender is Gender.FEMALE and len({other.text for other in same}) == 1:
        return name.text  # "Mrs. Reed" is the one lady of that name, who may be named later
    before = any(_before(other, name) and _of(other) in (gender, None) for other in full)
    couple = {title_gender(other.title) for other in alike} >= set(Gender)
    apart = (full or couple) and not before
    return f"{_title_shown(name.title)} {name.text}" if apart else name.text


def _key_of_office(name: Name, alike: Sequence[Name]) -> str:
    """'Sheriff Okafor' is not Tess Okafor, the sheriff's daughter."""
    full = [other for other in alike if other.text.endswith(f" {name.text}")]
    kin = any(noun.lemma_.lower() in KIN for other in full for noun in _describing(other))
    office = any(
        name.title in (other.title, *(noun.lower_ for noun in _describing(other))) for other in full
    )
    return f"{_title_shown(name.title)} {name.text}" if kin and not office else name.text


def _of(name: Name) -> Gender | None:
    return gender_of_name(name.text) or title_gender(name.title)


def _before(first: Name, second: Name) -> bool:
    return first.sentence.number <= second.sentence.number


def _introduced(sentences: Sequence[Sentence], known: Sequence[Person]) -> list[Person]:
    """People who say their own name and are named nowhere else: 'This is Frank,' says a voice."""
    found: dict[str, Person] = {}
    forms = {form for person in known for form in person.forms}
    for quote in (quote for sentence in sentences for quote in sentence.quotes):
        for says, name in INTRODUCES.findall(clean(quote.text)):
            first = name.split()[0]
            sure = says.casefold() == "my name is" or first_name(first)
            sure = sure or title_gender(first.rstrip(".").casefold())
            if sure and not forms & {name, name.split()[0]}:
                found[name] = Person(name, frozenset(forms_of(name)), gender_of_name(name))
    return list(found.values())


def _grouped(evidence: Mapping[str, _Evidence]) -> dict[str, list[str]]:
    """'Anna' and 'Reed' belong to 'Anna Reed' where only one person can be meant."""
    order = sorted(evidence, key=lambda key: evidence[key].first_at)
    longest = sorted(order, key=lambda key: -len(key.split()))
    groups: dict[str, list[str]] = {}
    for key in longest:
        homes = [full for full in groups if key in list(forms_of(full))]
        title = bool(evidence[key].titles)
        if title:  # "Lord Canterville" has nothing of "Canterville Chase"
            homes = [full for full in homes if evidence[full].score > 0 or full == key]
        if len(homes) == 1 and not (title and key == homes[0].split()[-1] and _clash(key, groups)):
            groups[homes[0]].append(key)
        elif not homes:
            groups[key] = [key]
    return dict(sorted(groups.items(), key=lambda item: evidence[item[0]].first_at))


def _clash(surname: str, groups: Mapping[str, object]) -> bool:
    return sum(full.split()[-1] == surname for full in groups) > 1


def _stranger(full: str, members: Sequence[str], evidence: Mapping[str, _Evidence]) -> Person:
    if full.split(maxsplit=1)[0].rstrip(".").lower() in title_words():
        title = full.split(maxsplit=1)[0].rstrip(".").lower()
        both = frozenset((full, full.rsplit(maxsplit=1)[-1]))
        return Person(full, both, gender_of_name(full), roles=frozenset({title} - {*CLERGY}))
    titles = Counter[str]()
    for member in members:
        titles += evidence[member].titles
    title = titles.most_common(1)[0][0] if titles else ""
    gender = title_gender(title) or gender_of_name(full)
    shown = full if " " in full or not title else f"{_title_shown(title)} {full}"
    forms = {form for member in members for form in forms_of(member)} | {shown}
    role = {"dr": "doctor", "capt": "captain", "prof": "professor"}.get(title, title)
    roles = frozenset({role, role.split("-")[-1]} - {"", *CLERGY})
    return Person(shown, frozenset(forms), gender, roles=roles)


def _title_shown(title: str) -> str:
    return "-".join(part.capitalize() for part in title.split("-")) + (
        "." if title in ("mr", "mrs", "ms", "dr") else ""
    )


def _speaks_for_person(name: Name) -> int:
    head = name.head
    score = TITLE if name.title else 0
    first = name.text.split()[0].split("-")[0]
    score += 3 if first_name(first) else 0
    label = head.ent_type_
    verb = head.head if head.dep_ == "nsubj" else head
    owns = any(t.dep_ == "poss" and t.lower_ in ("his", "her") for t in verb.subtree)
    who = any(
        t.lower_ == "who" for one in head.children if one.dep_ == "relcl" for t in one.children
    )
    score += owns and verb != head  # "Tamsin walked with a finger on her lip"
    score += 3 if who else 0  # "Tamsin, who had followed her"
    label = "" if who or (owns and verb != head and " " not in name.text) else label
    abroad = label in ABROAD and not first_name(first) and (label != "ORG" or " " in name.text)
    score += 2 if label == "PERSON" else -1 if abroad else 0
    described = any(child.lemma_.lower() in vocabulary("person") for child in head.children)
    if any(child.lower_ == "the" for child in head.children) and not (name.title or described):
        score -= 4
    called = head.head if head.dep_ in ("oprd", "dobj", "attr") else head
    if called.lemma_ in ("call", "name") and called.dep_ == "acl":
        score += 5 if called.head.lemma_.lower() in vocabulary("person") else -6
    someone = ("whom", "him", "her", "me")
    if called.lemma_ in ("call", "nickname") and any(c.lower_ in someone for c in called.children):
        score += 3
    top = head
    while top.dep_ in ("conj", "appos", "compound") and top.head.pos_ in ("NOUN", "PROPN"):
        top = top.head
        if top.lemma_.lower() in vocabulary("person"):
            score += 3
        if top.lemma_.lower() in vocabulary("animal"):
            score -= 6
    if top.dep_ in ("nsubj", "nsubjpass") and top.head.pos_ == "VERB":
        kind = kind_of_verb(top.head.lemma_)
        alive = kind in ("perception", "body", "emotion") or top.head.lemma_ in POSTURES
        alone = alive and label not in ABROAD and " " not in name.text
        speaks = bool(name.sentence.quotes) and top.head.lemma_ in vocabulary("said")
        score += 3 if alone or speaks else 1 if kind == "stative" else 2
        score += kind in LIVELY and " " in name.text and label not in ABROAD
    elif name.first == 0 and head.dep_ in ("intj", "advmod", "amod", "npadvmod", "ROOT", "dep"):
        score += 2 if _before_verb(name) else 0
    if top.dep_ == "poss" and top.head.lemma_.lower() in vocabulary("body parts") | set(KIN) | BEDS:
        score += 3  # "Odile's hand", "Odile's brother", "Odile's bed"
    if top.dep_ == "pobj" and top.head.lower_ in ("in", "at", "from", "into", "near"):
        score -= 2
    if top.dep_ == "pobj" and top.head.lower_ in ("to", "toward", "towards", "through", "across"):
        score -= 2 if top.head.head.lemma_ in GOING and not name.title else 0
    for child in head.children:
        if child.dep_ in ("appos", "compound") and child.lemma_.lower() in vocabulary("person"):
            score += 3
        if child.dep_ == "appos" and child.lemma_.lower() in vocabulary("animal"):
            score -= 6
    return score


# --- what the text says of them -------------------------------------------------------------------


def _descriptions(names: Sequence[Name], people: Sequence[Person]) -> dict[str, list[Token]]:
    """Person to the nouns that describe them: 'her brother Tom', 'Tom, a fisherman,'."""
    told: dict[str, list[Token]] = defaultdict(list)
    for name in names:
        owners = [p for p in people if any(form in p.forms for form in forms_of(name.text))]
        if len(owners) != 1:
            continue
        told[owners[0].name] += [
            noun
            for noun in _describing(name)
            if noun.lemma_.lower() in vocabulary("person") and noun.tag_ != "NNS"
            if noun.lower_ not in CLERGY or noun.text.islower()  # "Father Okafor"
        ]
    return told


def _aged(person: Person, names: Sequence[Name]) -> Person:
    """'old Walter' is old, unless he is 'young Walter' too."""
    called = [
        name.sentence.doc[name.first - 1].lower_
        for name in names
        if person.age is None and name.text in person.forms and name.first > 0
    ]
    told = {word: age for word in called if (age := age_of(word))}
    if len(set(told.values())) != 1:
        return person
    word, age = next(iter(told.items()))
    return replace(person, age=age, about=person.about or word)


def _describing(name: Name) -> Iterator[Token]:
    head = name.head
    inside = range(name.first, name.last + 1)
    for child in head.children:
        before = child.dep_ in ("compound", "nmod") and child.i == name.first - 1
        if child.i not in inside and (before or child.dep_ == "appos"):
            yield child
    if head.dep_ in ("appos", "compound") and head.head.i not in inside:
        yield head.head
        beside = (child for child in head.head.children if child.dep_ == "appos")
        yield from (child for child in beside if child.i not in inside)
    if head.dep_ in ("nsubj", "oprd", "attr", "dobj") and head.head.lemma_ == "be":
        yield from (child for child in head.head.children if child.dep_ == "attr")
    if head.dep_ in ("oprd", "dobj") and head.head.lemma_ in ("name", "call"):
        verb = head.head
        if verb.dep_ in ("acl", "relcl"):  # "a man named Pope", "a man whom everybody calls Pope"
            yield verb.head


def _described(person: Person, nouns: Sequence[Token]) -> Person:
    if not nouns:
        return person
    phrases = list(dict.fromkeys(noun_phrase(noun) for noun in nouns))
    roles = person.roles | {noun.lemma_.lower() for noun in nouns}
    about = person.about or "; ".join(phrases)
    gender = person.gender or next(filter(None, map(gender_told, phrases)), None)
    age = person.age or next(filter(None, map(age_told, phrases)), None)
    return replace(person, about=about, roles=roles, gender=gender, age=age)
