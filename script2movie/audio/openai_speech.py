"""Speech by a service: OpenAI's, or any server that answers `POST /audio/speech` as it does.

Each person has one of the service's voices, pinned by the bank, mapped by the user, or dealt by
gender; how a line is said goes along as instructions to the models that take them. The key is
read from the environment and shown nowhere. Nothing is cloned: a bank's samples are not sent.
"""

import importlib.util
import io
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, NoReturn

import numpy as np
import soundfile  # type: ignore[import-untyped]
from numpy.typing import NDArray

from script2movie.audio.clauses import join_parts, split_clauses
from script2movie.audio.delivery import Delivery, delivery_of
from script2movie.audio.spoken import Timer
from script2movie.audio.stock import first_name_gender
from script2movie.errors import BackendUnavailable, BankError, SettingsError, ShotFailed
from script2movie.movie import NARRATOR, Character, Gender, Line
from script2movie.perception.sound import resample
from script2movie.stages import SPEECH_RATE, Speech, Voice

__all__ = ["OpenAIOptions", "OpenAISpeaker"]

LONGEST = 4000  # characters of one request: the service takes 4096
SHOWN = 200  # characters of what a server says
WITHOUT_INSTRUCTIONS = ("tts-1",)  # models that take none
VOICES: dict[str, Gender | None] = {  # as their makers and most ears have them; None is either
    **{"coral": Gender.FEMALE, "ash": Gender.MALE, "nova": Gender.FEMALE, "onyx": Gender.MALE},
    **{"sage": Gender.FEMALE, "echo": Gender.MALE, "shimmer": Gender.FEMALE},
    **{"verse": Gender.MALE, "marin": Gender.FEMALE, "cedar": Gender.MALE, "ballad": Gender.MALE},
    **{"alloy": None, "fable": None},
}
NARRATORS = ("fable", "alloy", "sage")


@dataclass(frozen=True)
class OpenAIOptions:
    """What the service may be told."""

    model: str = field(default="gpt-4o-mini-tts", metadata={"help": "the service's model"})
    base_url: str = field(
        default="https://api.openai.com/v1", metadata={"help": "the server; often ends in /v1"}
    )
    key_variable: str = field(
        default="OPENAI_API_KEY", metadata={"help": "the environment variable with the key"}
    )
    voices: str = field(
        default="", metadata={"help": "who speaks with what: 'Anna=nova, NARRATOR=fable'"}
    )
    speed: float = field(default=1.0, metadata={"help": "0.25 to 4"})
    timeout: float = field(default=60.0, metadata={"help": "seconds without an answer"})
    retries: int = field(default=3, metadata={"help": "times that a failed request is repeated"})
    workers: int = field(default=4, metadata={"help": "lines that are spoken side by side"})
    language: str = field(default="en", metadata={"help": "two letters, of the film's lines"})


class OpenAISpeaker:
    """Asks a server for each line. Safe to call from several threads."""

    num_takes = 1  # each take is paid for
    Options = OpenAIOptions

    def __init__(self, options: OpenAIOptions = OpenAIOptions()) -> None:
        """Raises BackendUnavailable without the client or the key, SettingsError for an option."""
        self.options = options
        if importlib.util.find_spec("openai") is None:
            raise BackendUnavailable(
                "speaker 'openai' needs openai: pip install 'script2movie[llm]'"
            )
        self._key = os.environ.get(options.key_variable, "")
        if not self._key and options.base_url == OpenAIOptions().base_url:
            raise BackendUnavailable(
                f"speaker 'openai' needs a key: export {options.key_variable}=..., or give a "
                "server of your own with --option speaker.base_url=URL"
            )
        self._chosen = _mapped(options.voices)
        self._timer = Timer()

    @property
    def num_workers(self) -> int:
        return self.options.workers

    @property
    def fingerprint(self) -> str:
        chosen = replace(self.options, key_variable="", timeout=0, retries=0, workers=0)
        return f"openai speech 1 {chosen}"

    def refusal(self, character: Character) -> str:
        """Nothing: which voices a server has it says when it is asked."""
        del character
        return ""

    def cast(self, characters: Sequence[Character], *, seed: int) -> Mapping[str, Voice]:
        """A voice for each character by name and one for NARRATOR.

        Raises:
            BankError: one voice for two people, or more people than the service has voices.
        """
        del seed
        dealt = {name: voice for name, voice in self._chosen.items() if name == NARRATOR}
        for person in characters:
            if voice := self._chosen.get(person.name, person.voice):
                if other := next((name for name, had in dealt.items() if had == voice), ""):
                    raise BankError(f"{person.name} and {other} both have the voice '{voice}'")
                dealt[person.name] = voice
        if NARRATOR not in dealt:
            free = [voice for voice in NARRATORS if voice not in dealt.values()]
            dealt[NARRATOR] = free[0] if free else NARRATORS[0]
        for person in characters:
            if person.name in dealt:
                continue
            wanted = person.gender or first_name_gender(person.name)
            free = [voice for voice in VOICES if voice not in dealt.values()]
            if not free:
                raise BankError(
                    f"{person.name}: the service has {len(VOICES)} voices and all are taken: cast "
                    "fewer people or name others with --option speaker.voices="
                )
            free.sort(key=lambda voice: VOICES[voice] not in (wanted, None))
            dealt[person.name] = free[0]
        return {name: Voice(voice, language=self.options.language) for name, voice in dealt.items()}

    def speak(self, line: Line, voice: Voice, *, seed: int) -> Speech:
        """The line, spoken by the server; no two takes are alike, whatever the seed.

        Raises:
            ShotFailed: nothing in the line can be said, or the server failed at this line.
            BackendUnavailable: the server cannot be asked at all: address, key, credit, model.
        """
        del seed
        if not any(sign.isalnum() for sign in line.text):
            raise ShotFailed(f"{line.character}: the line {line.text!r} has no word to be spoken")
        parts = split_clauses(line.text, LONGEST)
        sounds = [(part, self._asked(part, line, voice)) for part in parts]
        gain = Delivery(gain=delivery_of(line).gain)  # its pace is the server's
        return self._timer.speech(join_parts(sounds), line, line.text, gain)

    def close(self) -> None:
        """Closes the connection."""
        if "_client" in self.__dict__:
            self.__dict__.pop("_client").close()

    @cached_property
    def _client(self) -> Any:
        import openai

        return openai.OpenAI(
            api_key=self._key or "none",
            base_url=self.options.base_url,
            timeout=self.options.timeout,
            max_retries=self.options.retries,
        )

    def _asked(self, text: str, line: Line, voice: Voice) -> NDArray[np.float32]:
        import openai

        asked: dict[str, Any] = {"model": self.options.model, "voice": voice.name, "input": text}
        asked |= {"response_format": "wav", "speed": self.options.speed}
        if line.parenthetical and not self.options.model.startswith(WITHOUT_INSTRUCTIONS):
            asked["instructions"] = f"Say it as the script directs: {line.parenthetical}."
        try:
            sound = self._client.audio.speech.create(**asked).content
        except openai.APITimeoutError:
            raise ShotFailed(
                f"{line.character}: {self.options.base_url} gave no answer within "
                f"{self.options.timeout:g} s: give --option speaker.timeout=SECONDS"
            ) from None
        except openai.APIConnectionError as error:
            raise BackendUnavailable(
                f"nothing answers at {self.options.base_url} "
                f"({self._shown(str(error.__cause__ or error))}): start the server, or give "
                "--option speaker.base_url=URL"
            ) from None
        except openai.APIStatusError as error:
            self._failed(error, line)
        try:
            samples, rate = soundfile.read(io.BytesIO(sound), dtype="float32", always_2d=True)
        except (soundfile.SoundFileError, ValueError):
            raise BackendUnavailable(
                f"{self.options.base_url} answers, but not with sound: mend "
                "--option speaker.base_url=URL, which often ends in /v1"
            ) from None
        return resample(np.asarray(samples.mean(axis=1), np.float32), int(rate), SPEECH_RATE)

    def _failed(self, error: Any, line: Line) -> NoReturn:
        options, status = self.options, error.status_code
        body = error.body if isinstance(error.body, dict) else {}
        said = self._shown(str(body.get("message") or error.message))
        if status in (401, 403):
            raise BackendUnavailable(
                f"{options.base_url} does not accept the key in {options.key_variable} "
                f"({status}): export {options.key_variable}=... with one that is valid there"
            ) from None
        if status == 404:
            raise BackendUnavailable(
                f"{options.base_url} knows no model '{options.model}' (404: {said}): give "
                "--option speaker.model=NAME, or mend the URL, which often ends in /v1"
            ) from None
        if status == 429:
            raise BackendUnavailable(
                f"{options.base_url} is asked too often or the credit is spent (429: {said}): "
                "run again later, what is spoken is kept, or give --option speaker.workers=1"
            ) from None
        if status >= 500:
            raise ShotFailed(
                f"{line.character}: {options.base_url} failed {options.retries + 1} times "
                f"({status}: {said}): run again later"
            ) from None
        raise ShotFailed(
            f"{line.character}: {options.base_url} refuses the line ({status}: {said})"
        ) from None

    def _shown(self, said: str) -> str:
        """What a server says, short, on one line, and without the key that some repeat."""
        words = " ".join(said.split())
        words = words.replace(self._key, "***") if self._key else words
        return words if len(words) <= SHOWN else words[: SHOWN - 1] + "…"


def _mapped(voices: str) -> dict[str, str]:
    """'Anna=nova, NARRATOR=fable' as names and their voices."""
    chosen: dict[str, str] = {}
    for pair in filter(None, (part.strip() for part in voices.split(","))):
        name, sign, voice = (word.strip() for word in pair.partition("="))
        if not (name and sign and voice):
            raise SettingsError(
                f"--option speaker.voices has '{pair}'; write it as in "
                "--option 'speaker.voices=Anna=nova, NARRATOR=fable'"
            )
        chosen[name] = voice
    return chosen
