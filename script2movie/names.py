"""How a name is written, and when two spellings are one. Knows nothing of who is called so."""

import unicodedata

__all__ = ["one_key", "one_name", "same_name"]


def one_key(name: str) -> str:
    """A film's or file's name with its accents composed (NFC), as names of files are compared."""
    return unicodedata.normalize("NFC", name)


def one_name(text: str) -> str:
    """`text` as a name is written: composed accents (NFC), '_' and runs of spaces as one space."""
    return " ".join(one_key(text).replace("_", " ").split())


def same_name(name: str) -> str:
    """The key under which two spellings of one name are equal: accents composed, case folded."""
    return one_key(one_key(name).casefold())
