"""The words of a text against the words heard, counted as people count them.

Counts are added with `+` over lines; the rate comes last, so there is no mean of means. Knows
nothing of sound.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

__all__ = ["WordCounts", "count_words", "spelled", "words_and_names"]

_NO_NAME = frozenset(
    {"the", "a", "of", "old", "young", "mr", "mrs", "ms", "dr", "miss", "and", "de"}
)
_TOKEN = re.compile(r"[^\W_]+(?:[.'’-][^\W_]+)*")


@dataclass(frozen=True)
class WordCounts:
    """Words of the text that were heard otherwise, not heard, or heard without being there."""

    words: int = 0
    substitutions: int = 0
    deletions: int = 0
    insertions: int = 0

    def __add__(self, other: "WordCounts") -> "WordCounts":
        return WordCounts(
            self.words + other.words,
            self.substitutions + other.substitutions,
            self.deletions + other.deletions,
            self.insertions + other.insertions,
        )

    @property
    def errors(self) -> int:
        return self.substitutions + self.deletions + self.insertions

    @property
    def error_rate(self) -> float | None:
        """Errors a word of the text; above 1 where more was heard than said, None for no words."""
        return self.errors / self.words if self.words else None


def count_words(said: str, heard: str, names: Collection[str] = ()) -> WordCounts:
    """The alignment of `heard` to `said` with the fewest errors; a name may be heard as anything.

    Both texts are first made alike in case, spelling, numbers and contractions by Whisper's
    normaliser. A name counts neither as a word nor as an error.
    """
    words = [
        (word, is_name) for run, is_name in words_and_names(said, names) for word in spelled(run)
    ]
    return _aligned(words, spelled(heard))


def words_and_names(text: str, names: Collection[str]) -> list[tuple[str, bool]]:
    """`text` in runs, each with whether it is a name: a capitalised word of one of `names`."""
    known = {
        token.lower()
        for name in names
        for token in re.split(r"[\s.,_-]+", name)
        if len(token) > 1 and token[0].isupper() and token.lower() not in _NO_NAME
    }
    runs: list[tuple[str, bool]] = []
    at = 0
    for match in _TOKEN.finditer(text):
        word = re.sub(r"['’]s?$", "", match[0])
        if word[0].isupper() and all(part.lower() in known for part in re.split(r"[.-]", word)):
            runs += [(text[at : match.start()], False), (match[0], True)]
            at = match.end()
    runs.append((text[at:], False))
    return [run for run in runs if run[0].strip()]


def spelled(text: str) -> list[str]:
    """The words of a text, their case, spelling, numbers and contractions made alike."""
    # of three dots the normaliser leaves one
    return [word for word in _normaliser()(text).split() if any(map(str.isalnum, word))]


@cache
def _normaliser() -> Any:
    from whisper_normalizer.english import EnglishTextNormalizer  # type: ignore[import-untyped]

    return EnglishTextNormalizer()


def _aligned(said: Sequence[tuple[str, bool]], heard: Sequence[str]) -> WordCounts:
    """`said` is each word and whether it is part of a name, which takes up to two heard words."""
    # best[j]: errors, substitutions, deletions, insertions of said[:i] against heard[:j]
    best = [(j, 0, 0, j) for j in range(len(heard) + 1)]
    for word, is_name in said:
        row: list[tuple[int, int, int, int]] = []
        for j in range(len(heard) + 1):
            errors, swapped, dropped, added = best[j]
            choices = [best[j] if is_name else (errors + 1, swapped, dropped + 1, added)]
            if j:
                errors, swapped, dropped, added = best[j - 1]
                alike = is_name or word == heard[j - 1]
                choices.append(best[j - 1] if alike else (errors + 1, swapped + 1, dropped, added))
                errors, swapped, dropped, added = row[j - 1]
                choices.append((errors + 1, swapped, dropped, added + 1))
            if j > 1 and is_name:
                choices.append(best[j - 2])
            row.append(min(choices))
        best = row
    _, substitutions, deletions, insertions = best[-1]
    words = sum(not is_name for _, is_name in said)
    return WordCounts(words, substitutions, deletions, insertions)
