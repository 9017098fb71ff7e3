"""Speech from a server: a real one on this machine, which speaks with a small voice of its own."""

import io
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np
import pytest
import soundfile

from script2movie.audio.openai_speech import OpenAIOptions, OpenAISpeaker
from script2movie.errors import BackendUnavailable, BankError, SettingsError, ShotFailed
from script2movie.movie import NARRATOR, Character, Gender, Line
from script2movie.stages import Voice

pytest.importorskip("openai")

KEY = "sk-a-secret-of-this-test"


class Server(ThreadingHTTPServer):
    """Speaks as `POST /v1/audio/speech` asks, and fails where `status` says so."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.asked: list[dict[str, Any]] = []
        self.status, self.body = 200, b""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"


class Answer(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append({**asked, "key": self.headers["Authorization"]})
        status, body = self.server.status, self.server.body
        if status == 200 and not body:
            body = spoken(asked["input"], 24_000 if asked["voice"] != "coral" else 22_050)
        if status != 200:
            told = {"error": {"message": f"no, {self.headers['Authorization']}", "code": None}}
            body = json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Nothing on the terminal."""


def spoken(text: str, rate: int) -> bytes:
    """A syllable of tone a word, with a pause between them."""
    parts = []
    for number, _ in enumerate(text.split()):
        clock = np.arange(round(0.25 * rate)) / rate
        tone = np.sin(2 * np.pi * (140 + 20 * (number % 3)) * clock) * np.sin(np.pi * clock / 0.25)
        parts += [0.3 * tone, np.zeros(round(0.05 * rate))]
    whole = io.BytesIO()
    soundfile.write(whole, np.concatenate(parts), rate, format="WAV")
    return whole.getvalue()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    with Server() as one:
        thread = threading.Thread(target=one.serve_forever)
        thread.start()
        yield one
        one.shutdown()
        thread.join()


def speaker(server: Server, **choices: Any) -> OpenAISpeaker:
    return OpenAISpeaker(OpenAIOptions(base_url=server.url, retries=0, **choices))


def test_a_line_comes_back_with_its_words_in_time(server: Server) -> None:
    line = Line("Anna", "Put the lamp down.", parenthetical="whispering")
    one = speaker(server)
    for voice, seconds in (("nova", 1.2), ("coral", 1.2)):  # whatever rate the server sends
        speech = one.speak(line, Voice(voice), seed=0)
        assert speech.duration == pytest.approx(seconds, abs=0.15)
        assert [word.text for word in speech.words] == ["Put", "the", "lamp", "down."]
        assert speech.phonemes[0].start == 0
        assert speech.phonemes[-1].end == pytest.approx(speech.duration, abs=0.01)
    one.close()
    asked = server.asked[0]
    assert (asked["voice"], asked["input"], asked["model"]) == (
        "nova",
        line.text,
        one.options.model,
    )
    assert "whispering" in asked["instructions"] and asked["key"] == f"Bearer {KEY}"
    assert KEY not in one.fingerprint


def test_a_model_without_instructions_is_sent_none(server: Server) -> None:
    line = Line("Anna", "Put the lamp down.", parenthetical="whispering")
    speaker(server, model="tts-1-hd").speak(line, Voice("nova"), seed=0)
    assert "instructions" not in server.asked[0]


def test_a_long_line_is_asked_for_in_parts(server: Server) -> None:
    line = Line("Anna", "The boats came home, one after the other. " * 120)
    speech = speaker(server).speak(line, Voice("nova"), seed=0)
    assert len(server.asked) == 2 and len(speech.words) == 120 * 8
    assert " ".join(one["input"] for one in server.asked).split() == line.text.split()


def test_who_speaks_with_what(server: Server) -> None:
    people = [
        Character("Anna", (), gender=Gender.FEMALE),
        Character("Ben", (), gender=Gender.MALE, voice="ash"),
        Character("Cleo", (), gender=Gender.FEMALE),
        Character("Dan", (), gender=Gender.MALE),
    ]
    cast = speaker(server, voices="Cleo=shimmer").cast(people, seed=0)
    named = {name: voice.name for name, voice in cast.items()}
    assert named == {
        "Anna": "coral",
        "Ben": "ash",
        "Cleo": "shimmer",
        "Dan": "onyx",
        NARRATOR: "fable",
    }
    more = speaker(server, voices="Cleo=shimmer").cast([*people, Character("Eve", ())], seed=0)
    assert {name: more[name].name for name in named} == named
    with pytest.raises(BankError, match="Ben and Anna both have the voice 'ash'"):
        speaker(server, voices="Anna=ash").cast(people, seed=0)
    with pytest.raises(BankError, match="13 voices and all are taken"):
        speaker(server).cast([Character(f"P{n}", ()) for n in range(13)], seed=0)
    with pytest.raises(SettingsError, match=r"speaker\.voices has 'Anna'"):
        speaker(server, voices="Anna")


@pytest.mark.parametrize(
    ("status", "kind", "told"),
    [
        (401, BackendUnavailable, "does not accept the key in OPENAI_API_KEY"),
        (404, BackendUnavailable, "knows no model"),
        (429, BackendUnavailable, "run again later"),
        (400, ShotFailed, "refuses the line"),
        (500, ShotFailed, "failed 1 times"),
    ],
)
def test_a_server_that_fails_is_told_of_without_the_key(
    server: Server, status: int, kind: type[Exception], told: str
) -> None:
    server.status = status
    with pytest.raises(kind, match=told) as caught:
        speaker(server).speak(Line("Anna", "No."), Voice("nova"), seed=0)
    assert KEY not in str(caught.value)


def test_what_is_no_speech_server_is_refused(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.body = b"<html>hello</html>"
    with pytest.raises(BackendUnavailable, match="not with sound"):
        speaker(server).speak(Line("Anna", "No."), Voice("nova"), seed=0)
    lost = OpenAISpeaker(OpenAIOptions(base_url="http://127.0.0.1:9/v1", retries=0))
    with pytest.raises(BackendUnavailable, match=r"nothing answers at http://127\.0\.0\.1:9"):
        lost.speak(Line("Anna", "No."), Voice("nova"), seed=0)
    with pytest.raises(ShotFailed, match="has no word to be spoken"):
        speaker(server).speak(Line("Anna", "... !?"), Voice("nova"), seed=0)
    monkeypatch.delenv("OPENAI_API_KEY")
    with pytest.raises(BackendUnavailable, match="export OPENAI_API_KEY"):
        OpenAISpeaker()
