"""One model behind an OpenAI-compatible server: what it supports, what it answers, what it takes.

Knows HTTP and its failures through the `openai` package, which retries what is worth it (429, 5xx,
lost connections) and waits as long as a Retry-After asks, up to two minutes. Knows no film. The key
goes into the requests' header and nowhere else; a server's words are shown without it.

Calls run on an event loop in a thread of its own: `close` ends those that are under way, so that
nobody has to wait for a slow server after Ctrl-C.
"""

import asyncio
import json
import re
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import CancelledError
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any, NoReturn

from script2movie.errors import BackendUnavailable, ShotFailed
from script2movie.planner import prompts
from script2movie.planner.answers import unbounded
from script2movie.stages import Expense

__all__ = ["Endpoint", "Message", "Mode", "Reply", "Support", "count_tokens"]

Message = dict[str, str]
BYTES_A_TOKEN = 4  # of UTF-8; docs/quality.md has the error
PROBE_TOKENS = 1024  # a model that thinks aloud needs some before it answers
PROBE_WORD = "vermilion-7"
SHOWN = 300  # characters of what a server says
FORMAT = re.compile(r"response_format|schema|maxlength|json|grammar")
OUR_CHOICES = ("max_tokens", "temperature", "seed")


def count_tokens(text: str) -> int:
    """An estimate: no tokenizer is known before the server is asked."""
    return -(-len(text.encode()) // BYTES_A_TOKEN)


class Mode(StrEnum):
    """How the server is made to answer in JSON, the surest first."""

    SCHEMA = "json_schema"
    BARE_SCHEMA = "json_schema without lengths and ranges"
    OBJECT = "json_object"
    TEXT = "plain text"


@dataclass(frozen=True)
class Support:
    """What the server was found to take."""

    mode: Mode
    limit: str = "max_tokens"
    temperature: bool = True
    seed: bool = True

    @property
    def takes_schema(self) -> bool:
        return self.mode in (Mode.SCHEMA, Mode.BARE_SCHEMA)

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "Support":
        found = json.loads(text)
        return cls(Mode(found["mode"]), found["limit"], found["temperature"], found["seed"])

    def __str__(self) -> str:
        refused = [name for name in ("temperature", "seed") if not getattr(self, name)]
        without = f", does not take {' or '.join(refused)}" if refused else ""
        return f"answers in {self.mode}{without}"


@dataclass(frozen=True)
class Reply:
    """One answer: its text, and whether it was cut off at the limit."""

    text: str
    cut_off: bool


class _Refused(Exception):
    """400 or 422: something in the request is not to the server's taste."""

    def __init__(self, said: str, about: str) -> None:
        super().__init__(said)
        self.said, self.about = said, about


class Endpoint:
    """A model at a base URL. Opening it connects to nothing."""

    def __init__(
        self,
        base_url: str,
        model: str,
        key: str,
        key_variable: str,
        *,
        timeout: float,
        retries: int,
        temperature: float,
    ) -> None:
        self.base_url, self.model = base_url, model
        self._key, self._key_variable = key, key_variable
        self._timeout, self._retries, self._temperature = timeout, retries, temperature
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._client: Any = None
        self._closed = False
        self.spent = Expense()
        self.unmeasured = False  # the server does not say how many tokens it read

    def probe(self) -> Support:
        """Finds out, by asking, what the server takes and enforces.

        Raises:
            BackendUnavailable: it cannot be asked at all.
        """
        word = {"type": "string", "enum": [PROBE_WORD], "maxLength": 40}
        schema = {
            "type": "object",
            "properties": {"colour": word, "sure": {"type": "boolean"}},
            "required": ["colour", "sure"],
            "additionalProperties": False,
        }
        support = Support(Mode.SCHEMA)
        question = [{"role": "user", "content": prompts.PROBE_SCHEMA}]
        for mode in (Mode.SCHEMA, Mode.BARE_SCHEMA):
            support, reply = self._tried(question, schema, replace(support, mode=mode))
            if reply is not None:
                found = _object(reply.text)
                if found is not None and found.get("colour") == PROBE_WORD:
                    return support
                break  # it takes a schema and does not keep to it
        greeting = [{"role": "user", "content": prompts.PROBE_OBJECT}]
        support, reply = self._tried(greeting, schema, replace(support, mode=Mode.OBJECT))
        if reply is not None and _object(reply.text) is not None:
            return support
        return replace(support, mode=Mode.TEXT)

    def _tried(
        self, messages: Sequence[Message], schema: Mapping[str, Any], support: Support
    ) -> tuple[Support, Reply | None]:
        """The reply, None where the server refuses this mode; choices it refuses are dropped."""
        for _ in range(len(OUR_CHOICES) + 1):
            try:
                return support, self._asked(messages, schema, support, PROBE_TOKENS, 0)
            except _Refused as refusal:
                if "max_tokens" in refusal.about and support.limit == "max_tokens":
                    support = replace(support, limit="max_completion_tokens")
                elif "temperature" in refusal.about and support.temperature:
                    support = replace(support, temperature=False)
                elif "seed" in refusal.about and support.seed:
                    support = replace(support, seed=False)
                elif support.mode is Mode.OBJECT or FORMAT.search(refusal.about):
                    return support, None
                else:
                    self._refuse(refusal.said)
        return support, None

    def ask(
        self,
        messages: Sequence[Message],
        schema: Mapping[str, Any],
        support: Support,
        *,
        max_tokens: int,
        seed: int,
    ) -> Reply:
        """One answer of at most `max_tokens`.

        Raises:
            ShotFailed: this one question has no answer (it hangs, the server fails or declines).
            BackendUnavailable: no question will have one, until a person mends something.
        """
        try:
            return self._asked(messages, schema, support, max_tokens, seed)
        except _Refused as refusal:
            self._refuse(refusal.said)

    def close(self) -> None:
        """Ends what is under way and leaves nothing open."""
        with self._lock:
            self._closed = True
            loop, self._loop = self._loop, None
        if loop is not None and self._thread is not None:
            asyncio.run_coroutine_threadsafe(self._ended(), loop).result(10)
            loop.call_soon_threadsafe(loop.stop)
            self._thread.join(10)
            loop.close()

    # --- one request ------------------------------------------------------------------------------

    def _asked(
        self,
        messages: Sequence[Message],
        schema: Mapping[str, Any],
        support: Support,
        max_tokens: int,
        seed: int,
    ) -> Reply:
        asked: dict[str, Any] = {"model": self.model, "messages": list(messages)}
        asked[support.limit] = max_tokens
        if support.temperature:
            asked["temperature"] = self._temperature
        if support.seed:
            asked["seed"] = seed
        if support.takes_schema:
            sent = schema if support.mode is Mode.SCHEMA else unbounded(schema)
            named = {"name": "plan", "strict": True, "schema": sent}
            asked["response_format"] = {"type": "json_schema", "json_schema": named}
        elif support.mode is Mode.OBJECT:
            asked["response_format"] = {"type": "json_object"}
        return self._read(self._run(asked), messages)

    async def _sent(self, asked: dict[str, Any]) -> Any:
        import httpx2
        import openai

        if self._client is None:
            self._client = openai.AsyncOpenAI(
                api_key=self._key or "none",
                base_url=self.base_url,
                timeout=httpx2.Timeout(self._timeout, connect=min(self._timeout, 10.0)),
                max_retries=self._retries,
            )
        try:
            return await self._client.chat.completions.create(**asked)
        except openai.APITimeoutError:
            raise ShotFailed(
                f"{self.base_url} gave no answer within {self._timeout:g} s, "
                f"{self._retries + 1} times: give --option planner.timeout=SECONDS, or a smaller "
                "--option planner.answer=TOKENS"
            ) from None
        except openai.APIConnectionError as error:
            raise BackendUnavailable(
                f"nothing answers at {self.base_url} ({self._shown(str(error.__cause__ or error))})"
                ": start the server, or give --option planner.base_url=URL"
            ) from None
        except openai.APIStatusError as error:
            self._failed(error)
        except (json.JSONDecodeError, openai.APIResponseValidationError):
            self._foreign()

    def _failed(self, error: Any) -> NoReturn:
        status, body = error.status_code, error.body if isinstance(error.body, dict) else {}
        said = self._shown(str(body.get("message") or error.message))
        code = str(body.get("code") or "")
        if status in (401, 403):
            raise BackendUnavailable(
                f"{self.base_url} does not accept the key in {self._key_variable} ({status}): "
                f"export {self._key_variable}=... with a key that is valid there"
            ) from None
        if status == 404:
            raise BackendUnavailable(
                f"{self.base_url} knows no model '{self.model}' (404: {said}): give one that it "
                "has with --option planner.model=NAME, or mend the URL, which often ends in /v1"
            ) from None
        if status == 429 and "quota" in code:
            raise BackendUnavailable(
                f"{self.base_url}: the account has no credit left (429): top it up, or choose "
                "another with --option planner.base_url=URL"
            ) from None
        if status == 429:
            after = error.response.headers.get("retry-after", "")
            wait = f" and asks to wait {self._shown(after)} s" if after else ""
            raise BackendUnavailable(
                f"{self.base_url} is asked too often (429){wait}: run again later, what is planned "
                "is kept, or give --option planner.workers=1"
            ) from None
        if "content_filter" in code or "content_policy" in code:
            self._declined(said)
        if status in (400, 413, 422):
            raise _Refused(said, f"{body.get('param') or ''} {said}".lower()) from None
        if status >= 500:
            raise ShotFailed(
                f"{self.base_url} failed {self._retries + 1} times ({status}: {said}): "
                "run again later"
            ) from None
        raise BackendUnavailable(f"{self.base_url} answers {status}: {said}") from None

    def _read(self, completion: Any, messages: Sequence[Message]) -> Reply:
        choices = getattr(completion, "choices", None)
        if not choices or getattr(choices[0], "message", None) is None:
            self._foreign()
        message, reason = choices[0].message, choices[0].finish_reason
        text = message.content or ""
        usage = completion.usage
        read = count_tokens("".join(one["content"] for one in messages))
        counted = usage is not None and usage.prompt_tokens is not None
        with self._lock:
            self.unmeasured = self.unmeasured or not counted
            self.spent += Expense(
                1,
                usage.prompt_tokens if counted else read,
                usage.completion_tokens if counted else count_tokens(text),
            )
        if getattr(message, "refusal", None) or reason == "content_filter":
            self._declined(self._shown(getattr(message, "refusal", None) or reason))
        return Reply(text, reason == "length")

    def _declined(self, said: str) -> NoReturn:
        raise ShotFailed(
            f"the model declines to plan this ({said}): write it otherwise, or choose another "
            "model with --option planner.model=NAME"
        ) from None

    def _refuse(self, said: str) -> NoReturn:
        hint = ""
        if "context" in said.lower():
            hint = ": tell it how long the model's context is with --option planner.context=TOKENS"
        raise BackendUnavailable(f"{self.base_url} refuses the request: {said}{hint}") from None

    def _foreign(self) -> NoReturn:
        raise BackendUnavailable(
            f"{self.base_url} answers, but not as an OpenAI-compatible server does: mend "
            "--option planner.base_url=URL, which often ends in /v1"
        ) from None

    def _shown(self, said: str) -> str:
        """What a server says, short, on one line, and without the key that some repeat."""
        words = " ".join(said.split())
        words = words.replace(self._key, "***") if self._key else words
        return words if len(words) <= SHOWN else words[: SHOWN - 1] + "…"

    # --- the loop ---------------------------------------------------------------------------------

    def _run(self, asked: dict[str, Any]) -> Any:
        with self._lock:
            if self._closed:
                raise CancelledError
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                self._thread = threading.Thread(
                    target=self._loop.run_forever, name="planner", daemon=True
                )
                self._thread.start()
            future = asyncio.run_coroutine_threadsafe(self._sent(asked), self._loop)
        return future.result()

    async def _ended(self) -> None:
        mine = asyncio.current_task()
        others = [task for task in asyncio.all_tasks() if task is not mine]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        if self._client is not None:
            await self._client.close()
            self._client = None


def _object(text: str) -> dict[str, Any] | None:
    """The text as a JSON object, None where it is anything else."""
    try:
        found = json.loads(text)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
