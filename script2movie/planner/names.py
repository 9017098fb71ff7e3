"""The runs of capitalised words in a sentence that may name someone.

Knows capitals, titles and particles; knows not who is a person (`people`).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from spacy.tokens import Doc, Token

from script2movie.planner.language import Sentence
from script2movie.planner.naming import title_words
from script2movie.planner.words import is_verb, unaccented, vocabulary

__all__ = ["Name", "first_name", "names_in", "of_one_surname"]

PARTICLES = frozenset(("de", "la", "le", "van", "von", "der", "den", "del", "della", "di", "da"))
AGES = ("old", "young", "poor")
LONGEST = 7  # tokens of a name


@dataclass(frozen=True)
class Name:
    """A run of capitalised words in a sentence, tokens `first` to `last`, without its title."""

    sentence: Sentence
    first: int
    last: int
    text: str
    title: str = ""

    @property
    def head(self) -> Token:
        return self.sentence.doc[self.first : self.last + 1].root


def names_in(sentence: Sentence, known: frozenset[str] = frozenset()) -> Iterator[Name]:
    """Every run of capitalised words that may name someone.

    `known` are names of the story, which are names at the head of a sentence too: "Will knew."
    """
    doc = sentence.doc
    n = 0
    while n < len(doc):
        if not _capital(sentence, doc[n], known):
            n += 1
            continue
        last = n
        while last + 1 < len(doc):
            step = _joins(sentence, doc, last)
            if not step:
                break
            last += step
        first = n
        titles = []
        if first < last and doc[first].lower_ in AGES and doc[first + 1].text[0].isupper():
            first += 1  # "Old Denzil Hocking" is Denzil Hocking
        if first < last and _is_calling(doc[first], last - first):
            first += 1  # "Glaciologist Sigrid Holm" is Sigrid Holm
        while first < last and doc[first].lower_.rstrip(".") in title_words():
            titles.append(doc[first].lower_.rstrip("."))
            first += 1
            if first < last and doc[first].text == "-":  # "Sergeant-Major Morris"
                titles[-1] += f"-{doc[first + 1].lower_}"
                first += 2
        if titles and doc[first].is_punct:
            first += 1
        text = re.sub(r"'s?$", "", doc[first : last + 1].text)
        if first == last and text.lower().rstrip(".") in title_words():
            titles, text = [text.lower().rstrip(".")], _shared_surname(doc, last) or text
        if last - first < LONGEST:
            yield Name(sentence, first, last, text, titles[0] if titles else "")
        n = last + 1


def _is_calling(token: Token, more: int) -> bool:
    """What someone is, with a capital only because it begins the sentence."""
    word = token.lower_
    if token.i or first_name(token.text) or word.rstrip(".") in title_words():
        return False
    named = more > 1 and first_name(token.nbor(1).text) and token.nbor(1).text[0].isupper()
    return named or word in vocabulary("person")


def _shared_surname(doc: Doc, last: int) -> str:
    """'Gardiner' for the first title of 'Mr. and Mrs. Gardiner'."""
    after = doc[last + 1 : last + 4]
    pair = len(after) == 3 and after[0].lower_ in ("and", "&")
    titled = pair and after[1].lower_.rstrip(".") in title_words()
    return after[2].text if titled and after[2].text[0].isupper() else ""


def of_one_surname(names: Sequence[Name]) -> Iterator[Name]:
    """'Elias and Sam Okoye': Elias is an Okoye too."""
    for name, following in zip_longest(names, names[1:]):
        assert name
        between = name.sentence.doc[name.last + 1 : following.first].text if following else ""
        if following and between == "and" and " " not in name.text and " " in following.text:
            yield replace(name, text=f"{name.text} {following.text.split()[-1]}")
        else:
            yield name


def _capital(sentence: Sentence, token: Token, known: frozenset[str] = frozenset()) -> bool:
    if sentence.masked(token) or not token.text[0].isupper() or token.lower_ in ("i", "i'm"):
        return False
    if token.lower_ in vocabulary("calendar") or not token.text[0].isalpha():
        return False
    if token.text == "Eve" and token.i and token.nbor(-1).lower_ in ("christmas", "'s"):
        return False
    if first_name(token.text) and _beside_verb(token):
        return True  # "Will says", though "will" is a word
    begins = token.i == 0 or token.nbor(-1).text in ('"', "'", "(", ":")
    if begins and token.text in known and token.i + 1 < len(token.doc):
        after = token.nbor(1)
        thing = after.pos_ in ("NOUN", "ADJ") and not is_verb(after.lemma_.lower())
        return after.pos_ not in ("PRON", "DET", "NUM") and not thing
    if not begins and token.text in known:
        return True
    if not begins:
        return token.pos_ in ("PROPN", "NOUN", "ADJ", "VERB", "X", "INTJ") and not token.is_stop
    follows = token.i + 1 < len(token.doc) and token.nbor(1).text[0].isupper()
    return (token.pos_ == "PROPN" or first_name(token.text)) and (
        not token.is_stop or (follows and not token.nbor(1).is_stop)
    )


def _beside_verb(token: Token) -> bool:
    """Whether a verb in the third person or a name follows, or one of saying stands before."""
    said = token.i > 0 and token.nbor(-1).lemma_.lower() in vocabulary("said")
    if said or token.i + 1 == len(token.doc):
        return bool(said)
    return token.nbor(1).tag_ in ("VBZ", "VBD", "POS") or token.nbor(1).pos_ == "PROPN"


def _joins(sentence: Sentence, doc: Doc, last: int) -> int:
    """How many tokens further a name goes on: 'Hale', '- Luc', 'de la Cruz'."""
    after = doc[last + 1]
    if after.text == "." and doc[last].lower_ in title_words():
        return 1
    if after.text == "-" and last + 2 < len(doc) and not doc[last].whitespace_:
        return 2 if doc[last + 2].text[0].isupper() else 0
    if _capital(sentence, after) and not doc[last].text.endswith(("'s", ",")):
        return 1
    reach = last + 1
    while reach < len(doc) and doc[reach].text in PARTICLES:
        reach += 1
    more = reach > last + 1 and reach < len(doc) and _capital(sentence, doc[reach])
    return reach - last if more else 0


def first_name(word: str) -> bool:
    lower = unaccented(word.lower())
    return word[:1].isupper() and any(
        lower in vocabulary(kind) for kind in ("female names", "male names", "names of either")
    )
