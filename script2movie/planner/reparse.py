"""A second look at sentences that the parser takes for a heap of nouns: 'Anna and Tom flee north.'

Knows spaCy's documents; knows no story. A verb in the plain form after two names is often read as
a noun. With 'do' before it the parser sees the verb; the 'do' is then taken out again.
"""

from spacy.language import Language
from spacy.tokens import Doc

from script2movie.planner.words import is_verb

__all__ = ["with_verb"]

NAMES = ("NNP", "NNPS")
NOUN_TAGS = ("NN", "NNS", "JJ", "NNP", "VB", "IN", "RB")


def with_verb(nlp: Language, doc: Doc) -> Doc:
    """The document as it is, or as the parser sees it with 'do' before the verb."""
    at = _verb_after_names(doc)
    if not at:
        return doc
    start = doc[at].idx
    again = nlp(f"{doc.text[:start]}do {doc.text[start:]}")
    same = len(again) == len(doc) + 1 and again[at].lower_ == "do"
    if not same or again[at + 1].pos_ != "VERB" or again[at].head.i != at + 1:
        return doc
    return _without(again, at, doc)


def _verb_after_names(doc: Doc) -> int:
    """The token after 'Anna and Tom' at the head of a clause, if it may be a verb; else 0."""
    heads = [0, *(token.i + 1 for token in doc[:-1] if token.text == ",")]
    return next((at for start in heads if (at := _verb_from(doc, start))), 0)


def _verb_from(doc: Doc, start: int) -> int:
    n, names, joined = start, 0, False
    while n < len(doc) and (doc[n].text[:1].isupper() or doc[n].lower_ in ("and", ",")):
        joined = joined or doc[n].lower_ == "and"
        names += doc[n].pos_ in ("PROPN", "NOUN", "ADJ") or doc[n].tag_ in NAMES
        n += 1
    if not joined or names < 2 or n == len(doc) or doc[n - 1].lower_ in ("and", ","):
        return 0
    verb = doc[n]
    taken = verb.tag_ in NOUN_TAGS and is_verb(verb.lower_) and not verb.is_stop
    return n if taken and not (verb.tag_ == "VB" and verb.dep_ == "ROOT") else 0


def _without(again: Doc, at: int, doc: Doc) -> Doc:
    """The parse of `again` without its token `at`, on the words of `doc`."""
    kept = [token for token in again if token.i != at]
    heads = [token.head.i - (token.head.i > at) for token in kept]
    tags = [token.tag_ for token in kept]
    tags[at] = "VBP"
    return Doc(
        doc.vocab,
        words=[token.text for token in doc],
        spaces=[bool(token.whitespace_) for token in doc],
        tags=tags,
        pos=[token.pos_ for token in kept],
        deps=[token.dep_ for token in kept],
        lemmas=[token.lemma_ for token in kept],
        heads=heads,
        ents=[f"{t.ent_iob_}-{t.ent_type_}" if t.ent_type_ else "O" for t in kept],
    )
