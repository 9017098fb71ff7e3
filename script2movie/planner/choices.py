"""What a user may choose for the LLM planner, and which model, server and key that comes to.

Knows the environment; connects to nothing. Refuses the impossible.
"""

import os
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from script2movie.errors import BackendUnavailable, SettingsError

__all__ = ["Options", "address_of", "key_of", "model_of", "refuse_impossible"]

OPENAI = "https://api.openai.com/v1"
MODEL_VARIABLE, URL_VARIABLE = "SCRIPT2MOVIE_MODEL", "OPENAI_BASE_URL"
RANGES = {
    "context": (1024, 10_000_000),
    "answer": (128, 1_000_000),
    "temperature": (0, 2),
    "timeout": (0.1, 3600),
    "retries": (0, 20),
    "workers": (1, 64),
}


@dataclass(frozen=True)
class Options:
    """A user's choices; '' takes the environment's."""

    model: str = field(default="", metadata={"help": f"the model; else ${MODEL_VARIABLE}"})
    base_url: str = field(default="", metadata={"help": f"the server; else ${URL_VARIABLE}"})
    key_variable: str = field(
        default="OPENAI_API_KEY", metadata={"help": "the environment variable with the key"}
    )
    context: int = field(default=32_768, metadata={"help": "tokens that the model can take"})
    answer: int = field(default=8_192, metadata={"help": "tokens that one answer may have"})
    temperature: float = field(default=0.3, metadata={"help": "0 to 2: how free the answers are"})
    timeout: float = field(default=120.0, metadata={"help": "seconds without an answer"})
    retries: int = field(default=3, metadata={"help": "times that a failed request is repeated"})
    workers: int = field(default=4, metadata={"help": "scenes that are planned side by side"})
    new_lines: bool = field(
        default=True, metadata={"help": "false: nobody says what the story does not quote"}
    )
    prices: str = field(default="", metadata={"help": "a table of prices over ours"})


def refuse_impossible(options: Options) -> None:
    """Raises SettingsError for a value out of range."""
    for name, (least, most) in RANGES.items():
        value = getattr(options, name)
        if not least <= value <= most:
            raise SettingsError(
                f"--option planner.{name} is {value:g}; it must be from {least:g} to {most:g}"
            )
    if 2 * options.answer >= options.context:
        raise SettingsError(
            f"--option planner.answer is {options.answer}; two answers and a question have to fit "
            f"into planner.context, which is {options.context}: give more of that or less of this"
        )


def model_of(options: Options) -> str:
    """Raises BackendUnavailable where no model is named."""
    model = options.model or os.environ.get(MODEL_VARIABLE, "")
    if not model:
        raise BackendUnavailable(
            f"planner 'llm' needs a model: give --option planner.model=NAME or set {MODEL_VARIABLE}"
        )
    return model


def address_of(options: Options) -> str:
    """The server's base URL. Raises SettingsError for one that is none or holds a secret."""
    given = options.base_url or os.environ.get(URL_VARIABLE, "") or OPENAI
    try:
        parts = urlsplit(given)
        host, secret = parts.hostname, parts.username or parts.password or parts.query
    except ValueError:
        host, secret = None, ""
    if secret:
        raise SettingsError(
            "planner.base_url holds a user, a password or a query, which would be written down: "
            "give the URL alone and the key in the variable that planner.key_variable names"
        )
    if host is None or parts.scheme not in ("http", "https"):
        raise SettingsError(
            f"planner.base_url is '{given}', which is no address: write it as in "
            "http://localhost:8080/v1"
        )
    return given.rstrip("/")


def key_of(options: Options) -> str:
    """The key, '' for a server of one's own that does without. BackendUnavailable where missing."""
    variable = options.key_variable
    key = os.environ.get(variable, "")
    if not key and address_of(options) == OPENAI:
        raise BackendUnavailable(
            f"planner 'llm' needs a key for {OPENAI}: export {variable}=..., or give a server of "
            "your own with --option planner.base_url=URL"
        )
    if any(not "!" <= sign <= "~" for sign in key):
        raise BackendUnavailable(
            f"the key in {variable} holds a space, a line break or a sign that no key has: "
            f"export {variable}=... without it"
        )
    return key
