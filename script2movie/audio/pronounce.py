"""Words to Kokoro's phonemes, each phoneme knowing the written word it comes from.

Knows English, American and British, through hibari's lexicon. Knows nothing of sound.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING

from script2movie.audio.script import Token

if TYPE_CHECKING:
    from hibari.g2p import G2P  # type: ignore[import-untyped]

__all__ = ["Pronouncer", "Sounds", "split_sounds"]

_SENTENCE_END = ".!?…"
_CLAUSE_END = ",;:—"
_LINK = re.compile(r"\[[^\]]*\]\(/[^/]*/\)")
_UNVOICED = dict.fromkeys(map(ord, '"“”()'))
_LETTERS = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "th"})


@dataclass(frozen=True)
class Sounds:
    """Phoneme letters of a line, and for each the number of its written word (-1 before any)."""

    letters: str
    words: tuple[int, ...]


class Pronouncer:
    """Text to phonemes in one accent. Safe to call from several threads."""

    def __init__(self, *, british: bool) -> None:
        self.british = british
        self._lock = Lock()

    @cached_property
    def _g2p(self) -> "G2P":
        from hibari.g2p import G2P

        return G2P(british=self.british)

    def sounds(self, tokens: Sequence[Token]) -> Sounds:
        """The phonemes of a line; every token that is heard has at least one."""
        with self._lock:
            g2p = self._g2p
        from hibari.g2p import normalize

        said = [self._plain(_drawn_in(token.spoken, g2p)) for token in tokens]
        read = _normalized(" ".join(said), normalize)
        owners = _owners(said, read.split())
        with self._lock:
            spelled = g2p.phonemize_tokens(g2p.tokenize(read))
        letters: list[str] = []
        words: list[int] = []
        number = 0  # of the word as read
        for piece in spelled:
            owner = owners[min(number, len(owners) - 1)]
            sounds = (piece.phonemes or "").translate(_UNVOICED)
            letters.extend(sounds)
            words.extend([owner] * len(sounds))
            spaces = piece.text.count(" ") + len(piece.whitespace)
            number += spaces
            if piece.whitespace:
                letters.append(" ")
                words.append(owner)
        return Sounds("".join(letters), tuple(words))

    def _plain(self, word: str) -> str:
        """Foreign accents go where the lexicon does not know the word with them."""
        if word.isascii() or _LINK.search(word):
            return word
        bare = word.strip("—…,.!?;:'")
        lexicon = self._g2p.lexicon
        if bare.isascii() or bare in lexicon.golds or bare.lower() in lexicon.golds:
            return word
        folded = unicodedata.normalize("NFD", bare.translate(_LETTERS))
        letters = "".join(sign for sign in folded if not unicodedata.combining(sign))
        return word.replace(bare, letters)


def _normalized(text: str, normalize: object) -> str:
    assert callable(normalize)
    parts = _LINK.split(text)
    links = _LINK.findall(text)
    read = [str(normalize(part)) for part in parts]
    joined = read[0]
    for link, part in zip(links, read[1:], strict=True):
        gap = "" if not part or part[0] in _SENTENCE_END + _CLAUSE_END else " "
        joined = f"{joined} {link}{gap}{part}".strip()
    return joined


def _drawn_in(word: str, g2p: "G2P") -> str:
    """Shortens letters drawn out until the lexicon knows the word: 'Nooooo' is read as 'no'."""
    if not re.search(r"([A-Za-z])\1\1", word) or re.fullmatch(r"[IVXLCDM]+\W*", word):
        return word
    doubled = re.sub(r"([A-Za-z])\1{2,}", r"\1\1", word)
    single = re.sub(r"([A-Za-z])\1{2,}", r"\1", word)
    bare = doubled.strip("—…,.!?;:'").lower()
    return doubled if bare in g2p.lexicon.golds else single


def _owners(said: Sequence[str], read: Sequence[str]) -> list[int]:
    """For each word as read, the number of the token it comes from: 'Dr.' is read 'Doctor'."""
    flat = [(word, number) for number, text in enumerate(said) for word in text.split()]
    owners = [0] * max(1, len(read))
    matcher = SequenceMatcher(None, [word for word, _ in flat], list(read), autojunk=False)
    for _, from_start, from_end, to_start, to_end in matcher.get_opcodes():
        for position in range(to_start, to_end):
            share = (position - to_start) / (to_end - to_start)
            source = from_start + int(share * (from_end - from_start))
            owners[position] = flat[min(source, len(flat) - 1)][1]
    return owners


def split_sounds(sounds: Sounds, most: int) -> list[Sounds]:
    """Cuts a line into pieces of at most `most` letters: at sentences, else clauses, else words."""
    pieces: list[Sounds] = []
    letters, words = sounds.letters, sounds.words
    while len(letters) > most:
        cut = (
            _last_break(letters, most, _SENTENCE_END)
            or _last_break(letters, most, _CLAUSE_END)
            or letters.rfind(" ", 1, most) + 1
            or most
        )
        head = letters[:cut].rstrip()
        pieces.append(Sounds(head, words[: len(head)]))
        letters, words = letters[cut:], words[cut:]
    return [*pieces, Sounds(letters, words)] if letters else pieces


def _last_break(letters: str, most: int, marks: str) -> int:
    """Where the words after the last mark begin, or 0 where no mark is past a quarter of `most`."""
    for position in range(most - 1, most // 4, -1):
        if letters[position] == " " and letters[position - 1] in marks:
            return position + 1
    return 0
