"""A file, or standard input, as bytes and as text: or one sentence about why it is neither.

Knows encodings; knows nothing of what the text means.
"""

import sys
from pathlib import Path

from script2movie.errors import PlanError, StoryError

__all__ = ["called", "decoded", "read_bytes", "read_text"]

Refusal = type[PlanError] | type[StoryError]


def read_text(source: Path | str, limit: int, error: Refusal, what: str, hint: str) -> str:
    """UTF-8 text of at most `limit` bytes; '-' is standard input. Raises `error`."""
    return decoded(read_bytes(source, limit, error, what, hint), source, error, what, hint)


def read_bytes(source: Path | str, limit: int, error: Refusal, what: str, hint: str) -> bytes:
    """At most `limit` bytes; '-' is standard input. Raises `error`."""
    name = called(source)
    try:
        if str(source) == "-":
            content = sys.stdin.buffer.read(limit + 1)
        else:
            with Path(source).open("rb") as file:
                content = file.read(limit + 1)
    except FileNotFoundError:
        raise error(f"{name} does not exist: {hint}") from None
    except OSError as reason:
        raise error(f"{name} cannot be read as {what} ({reason.strerror}): {hint}") from None
    if len(content) > limit:
        raise error(f"{name} is larger than {limit / 1e6:g} MB, too large for {what}: {hint}")
    return content


def decoded(content: bytes, source: Path | str, error: Refusal, what: str, hint: str) -> str:
    """The bytes as UTF-8, without a byte order mark. Raises `error`."""
    name = called(source)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise error(
            f"{name} is not UTF-8 text, so it is not {what} that can be read: {hint}"
        ) from None
    if "\0" in text:
        raise error(f"{name} holds binary bytes, not {what}: {hint}")
    if not text.strip():
        raise error(f"{name} is empty: {hint}")
    return text


def called(source: Path | str) -> str:
    """How a message names what was read."""
    return "standard input" if str(source) == "-" else str(source)
