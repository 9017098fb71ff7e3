"""Where what is heard departs from what was to be said: words skipped, added or said otherwise.

A transcriber writes down what it hears as it would spell it, so words are held against each other
by their sounds: homophones, and one word heard as two, are no fault. Knows nothing of sound files.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from script2movie.perception.alignment import arpabet
from script2movie.perception.words import spelled, words_and_names

__all__ = ["Misreading", "Reader"]

MISHEARD = 0.5  # share of a word's sounds in which a transcriber may be wrong
SHORT = 3  # sounds: of a word as short it may be wrong in all
SWAP = 1.4  # cost of a word said otherwise, of all its sounds; skipping one and adding one is 2


@dataclass(frozen=True)
class Misreading:
    """Words of the text that were not said, words that were said beside it, pairs said otherwise.

    Each in the text's order.
    """

    skipped: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    swapped: tuple[tuple[str, str], ...] = ()

    @property
    def errors(self) -> int:
        return len(self.skipped) + len(self.added) + len(self.swapped)


class Reader:
    """Compares a text with its transcript. English; the lexicon loads with the first text."""

    @cached_property
    def _g2p(self) -> Any:
        from hibari.g2p import G2P  # type: ignore[import-untyped]

        return G2P()

    def compare(self, said: str, heard: str, names: Collection[str] = ()) -> Misreading:
        """The alignment of `heard` to `said` that explains it best; names are heard as anything."""
        words = [
            (word, is_name)
            for run, is_name in words_and_names(said, names)
            for word in spelled(run)
        ]
        return self._aligned(words, spelled(heard))

    def _sounds(self, word: str) -> tuple[str, ...]:
        return tuple(arpabet(self._g2p(word))) or (word,)

    def _aligned(self, said: Sequence[tuple[str, bool]], heard: Sequence[str]) -> Misreading:
        spoken = [self._sounds(word) for word, _ in said]
        written = [self._sounds(word) for word in heard]
        # best[i][j]: cost of said[:i] against heard[:j], and the step that led there
        best: list[list[tuple[float, int, int]]] = []
        for i in range(len(said) + 1):
            row: list[tuple[float, int, int]] = []
            for j in range(len(heard) + 1):
                choices = [(0.0, 0, 0)] if i == j == 0 else []
                if i:
                    choices.append((best[i - 1][j][0] + (0.0 if said[i - 1][1] else 1.0), 1, 0))
                if j:
                    choices.append((row[j - 1][0] + 1.0, 0, 1))
                for words, pieces in ((1, 1), (1, 2), (2, 1)):
                    if i >= words and j >= pieces:
                        if words == 1 and said[i - 1][1]:
                            share = 0.0
                        else:
                            share = _apart(
                                sum(spoken[i - words : i], ()), sum(written[j - pieces : j], ())
                            )
                            if words + pieces > 2 and share >= MISHEARD / 2:
                                continue
                        cost = best[i - words][j - pieces][0] + SWAP * share
                        choices.append((cost, words, pieces))
                row.append(min(choices))
            best.append(row)
        skipped: list[str] = []
        added: list[str] = []
        swapped: list[tuple[str, str]] = []
        i, j = len(said), len(heard)
        while i or j:
            _, words, pieces = best[i][j]
            if words and not pieces and not said[i - 1][1]:
                skipped.append(said[i - 1][0])
            elif pieces and not words:
                added.append(heard[j - 1])
            elif (
                words == pieces == 1
                and not said[i - 1][1]
                and len(spoken[i - 1]) > SHORT
                and _apart(spoken[i - 1], written[j - 1]) > MISHEARD
            ):
                swapped.append((said[i - 1][0], heard[j - 1]))
            i, j = i - words, j - pieces
        return Misreading(tuple(skipped[::-1]), tuple(added[::-1]), tuple(swapped[::-1]))


def _apart(first: Sequence[str], second: Sequence[str]) -> float:
    """Edits between two words' sounds by the longer one's, 0..1."""
    row = list(range(len(second) + 1))
    for i, sound in enumerate(first, 1):
        diagonal, row[0] = row[0], i
        for j, other in enumerate(second, 1):
            diagonal, row[j] = row[j], min(diagonal + (sound != other), row[j] + 1, row[j - 1] + 1)
    return row[-1] / max(len(first), len(second), 1)
