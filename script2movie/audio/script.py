"""A line's words as written, and as a voice can say them.

Knows spelling: quotes, dashes, emoji, stutters, drawn-out words. Knows nothing of phonemes, of
models or of how long a word lasts. No word is lost or invented: what cannot be said is refused.
"""

import re
import unicodedata
from dataclasses import dataclass

from script2movie.errors import StoryError

__all__ = ["Token", "read_script"]

_QUOTES = dict.fromkeys(map(ord, '"“”„‟«»‹›`´()[]{}<>|\\^~#'), None)
_SIGNS = {
    ord("’"): "'",
    ord("‘"): "'",
    ord("ʼ"): "'",
    ord("‛"): "'",
    ord("′"): "'",
    ord("‐"): "-",
    ord("‑"): "-",
    ord("‒"): "—",
    ord("–"): "—",
    ord("―"): "—",
    ord("…"): "…",
    ord("¿"): None,
    ord("¡"): None,
}
_ELISIONS = ("'cause", "'em", "'til", "'tis", "'twas", "'bout", "'round", "'n")
_SPOKEN_SIGNS = "%&@+=°$£€"  # signs that are words of their own
_UNSEEN = frozenset({"So", "Sk", "Cf", "Cs", "Co", "Cn", "Mn", "Me", "Cc", "Sm", "No", "Po", "Pd"})
_STUTTER = re.compile(r"^((?:[A-Za-z]{1,2}-)+)([A-Za-z][\w']+)(.*)$", re.DOTALL)
_HUSH = re.compile(r"^s*s?h{1,}h$|^ssh+$", re.IGNORECASE)
_ONSETS = {
    **dict(zip("bdfhklmnprstvwz", "bdfhklmnpɹstvwz", strict=True)),
    **{"c": "k", "g": "ɡ", "j": "ʤ", "q": "k", "y": "j", "th": "ð", "sh": "ʃ", "ch": "ʧ"},
    **{"wh": "w", "st": "st", "pl": "pl", "tr": "tɹ", "br": "bɹ", "gr": "ɡɹ", "fr": "fɹ"},
}


@dataclass(frozen=True)
class Token:
    """One word. `written` is what a subtitle shows, `spoken` what the pronouncer is given.

    `emphasis` marks a word that its writer stressed: *really*, _really_ or REALLY.
    """

    written: str
    spoken: str
    emphasis: bool = False


def read_script(text: str) -> tuple[Token, ...]:
    """The words of a line, in order; each word of the text is in exactly one token.

    A dash, an emoji or a lone quotation mark belongs to the word before it.

    Raises:
        StoryError: nothing in the text can be said, or a word is not in Latin letters.
    """
    tokens: list[Token] = []
    opening = ""  # what stands before the first word
    shouted = _mostly_capitals(text)
    for piece in text.split():
        spoken = _spoken(piece)
        if not any(sign.isalnum() or sign in _SPOKEN_SIGNS for sign in spoken):
            if tokens:
                pause = "".join(sign for sign in spoken if sign in "—…,.!?;:")
                before = tokens[-1]
                said = before.spoken if pause and before.spoken.endswith(pause) else None
                tokens[-1] = Token(
                    f"{before.written} {piece}",
                    before.spoken + pause if said is None else said,
                    before.emphasis,
                )
            else:
                opening += f"{piece} "
            continue
        stressed = piece.strip("\"'“”‘’.,!?;:…—").startswith(("*", "_")) or (
            not shouted and sum(map(str.isalpha, piece)) > 2 and piece.isupper()
        )
        tokens.append(Token(opening + piece, spoken, stressed))
        opening = ""
    if not tokens:
        raise StoryError(f"the line {text!r} has no word that can be spoken: write words")
    return tuple(tokens)


def _mostly_capitals(text: str) -> bool:
    """Whether the whole line is in capitals, so that no single word of it stands out."""
    words = re.findall(r"[^\W\d_]{2,}", text)
    return len(words) > 1 and sum(map(str.isupper, words)) > 0.7 * len(words)


def _spoken(piece: str) -> str:
    """One piece between spaces as the pronouncer reads it; '' where nothing of it is heard."""
    piece = unicodedata.normalize("NFC", piece).translate(_QUOTES).translate(_SIGNS)
    piece = re.sub(r"\.{2,}|\. \.", "…", piece)
    piece = re.sub(r"-{2,}|^-$|-$", "—", piece)
    piece = piece.replace("*", "").replace("_", " ").strip()
    piece = re.sub(r"([!?])[!?]*", lambda run: "?" if "?" in run[0] else "!", piece)
    kept = "".join(sign for sign in piece if _is_heard(sign))
    if foreign := [sign for sign in kept if sign.isalpha() and not _is_latin(sign)]:
        raise StoryError(
            f"the word {piece!r} cannot be spoken by English voices ({foreign[0]!r} is not a "
            "Latin letter): write it as it sounds in English"
        )
    word = _without_quotes(kept)
    bare = word.strip("—…,.!?;:")
    if bare.lower() in ("'n", "'n'"):
        return "[n](/ən/)"
    if _HUSH.match(bare):
        return word.replace(bare, f"[{bare}](/ʃː/)")
    if stutter := _STUTTER.match(word):
        return _stuttered(*stutter.groups())
    return word


def _is_heard(sign: str) -> bool:
    if sign.isascii() or sign in "—…°£€½¼¾":
        return True
    return unicodedata.category(sign) not in _UNSEEN


def _is_latin(letter: str) -> bool:
    return letter.isascii() or unicodedata.name(letter, "").startswith(("LATIN", "MODIFIER"))


def _without_quotes(word: str) -> str:
    """Drops apostrophes that quote and keeps those that stand for letters."""
    head = len(word) - len(word.lstrip("—…,.!?;:"))
    if word[head:].startswith("'") and not word[head:].lower().startswith(_ELISIONS):
        word = word[:head] + word[head:].lstrip("'")
    return re.sub(r"'+(?=[—…,.!?;:]*$)", "", word)


def _stuttered(false_starts: str, word: str, rest: str) -> str:
    """'W-w-wait' as two short sounds and the word; anything else is left as it was."""
    starts = false_starts.lower().rstrip("-").split("-")
    if not all(word.lower().startswith(start) for start in starts):
        return false_starts + word + rest
    sounds = [
        f"[{start}](/{_ONSETS[start]}ə/)" if start in _ONSETS else f"{start.upper()},"
        for start in starts
    ]
    return " ".join((*sounds, word)) + rest
