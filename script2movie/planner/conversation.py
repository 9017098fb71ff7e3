"""One question to a model until its answer passes: what is wrong goes back to it, at most twice.

Knows where accepted answers are kept, so that none is asked for twice; knows no film.
"""

import json
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from script2movie.errors import ShotFailed
from script2movie.planner import answers, prompts
from script2movie.planner.answers import Answer, Unusable
from script2movie.planner.endpoint import Endpoint, Message, Support
from script2movie.planner.prompts import Prompt
from script2movie.stages import Memory

__all__ = ["Conversation", "Question"]

A = TypeVar("A", bound=Answer)
MOST_COMPLAINTS = 2  # times that an answer goes back
SHOWN = 4  # complaints in an error


@dataclass(frozen=True)
class Question(Generic[A]):
    """`what` it is about, for an error; `wrong` says what is the matter with an answer."""

    what: str
    prompt: Prompt
    kind: type[A]
    schema: Mapping[str, Any]
    wrong: Callable[[A], Sequence[str]]


class Conversation:
    """Asks one model, from several threads at once."""

    def __init__(self, endpoint: Endpoint, fingerprint: str, max_tokens: int) -> None:
        self._endpoint, self._fingerprint, self._max_tokens = endpoint, fingerprint, max_tokens
        self._memory: Memory = lambda key, ask: ask()
        self._say: Callable[[str], None] = lambda remark: None
        self._lock = threading.Lock()
        self._support: Support | None = None
        self.num_kept = 0  # answers that were there before

    def attend(self, memory: Memory, say: Callable[[str], None]) -> None:
        self._memory, self._say = memory, say

    def say(self, remark: str) -> None:
        self._say(remark)

    def answer(self, question: Question[A], seed: int) -> A:
        """An answer that passes, from memory or from the model.

        Raises:
            ShotFailed: no answer passes; the message says what about and why.
            BackendUnavailable: the model cannot be asked.
        """
        asked = False

        def ask() -> str:
            nonlocal asked
            asked = True
            return self._passing(question, seed)

        schema = json.dumps(question.schema, sort_keys=True)
        text = self._memory((self._fingerprint, question.prompt, schema, seed), ask)
        if not asked:
            with self._lock:
                self.num_kept += 1
        return answers.read(question.kind, text)

    def _passing(self, question: Question[A], seed: int) -> str:
        support = self._supported()
        form = "" if support.takes_schema else prompts.in_this_form(question.schema)
        first: list[Message] = [
            {"role": "system", "content": question.prompt.system},
            {"role": "user", "content": question.prompt.user + form},
        ]
        messages, complaints = first, [""]
        for turn in range(MOST_COMPLAINTS + 1):
            try:
                reply = self._endpoint.ask(
                    messages,
                    question.schema,
                    support,
                    max_tokens=self._max_tokens,
                    seed=seed + turn,
                )
            except ShotFailed as error:
                raise ShotFailed(f"{question.what}: {error}") from None
            try:
                answer = answers.read(question.kind, reply.text)
                complaints = list(dict.fromkeys(question.wrong(answer)))
                if not complaints:
                    return answer.model_dump_json()
            except Unusable as unusable:
                complaints = list(unusable.complaints)
            if reply.cut_off:
                complaints = [prompts.TOO_LONG]
            given = [] if reply.cut_off else [{"role": "assistant", "content": reply.text}]
            back = {"role": "user", "content": prompts.complaint(complaints)}
            messages = [*first, *given, back]
        if reply.cut_off:
            complaints = [
                f"its answer is cut off at {self._max_tokens} tokens; give more with "
                "--option planner.answer=TOKENS"
            ]
        rest = len(complaints) - SHOWN
        more = f"; and {rest} more" if rest > 0 else ""
        raise ShotFailed(
            f"{question.what}: the model was told {MOST_COMPLAINTS} times what is wrong, and still "
            f"{'; '.join(complaints[:SHOWN])}{more}"
        )

    def _supported(self) -> Support:
        with self._lock:
            if self._support is None:
                about = (self._endpoint.base_url, self._endpoint.model)
                found = self._memory(("probe", *about), lambda: self._endpoint.probe().to_json())
                self._support = Support.from_json(found)
                self._say(f"{about[1]} at {about[0]} {self._support}")
            return self._support
