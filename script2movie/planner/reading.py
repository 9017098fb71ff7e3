"""A story in numbered sentences, so that a model can point at it. Knows no grammar and no model."""

from functools import cached_property
from pathlib import Path

import spacy
from spacy.language import Language
from spacy.tokens import Doc

from script2movie.planner.language import Grammar

__all__ = ["Reader"]


class Reader(Grammar):
    """Sentences and quotes as the embedded planner finds them, without a parse and its weight."""

    def __init__(self) -> None:
        super().__init__(Path())

    @cached_property
    def nlp(self) -> Language:
        return spacy.blank("xx")

    def parsed(self, doc: Doc) -> Doc:
        return doc
