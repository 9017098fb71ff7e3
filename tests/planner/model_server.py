"""A small real OpenAI-compatible server, and a model in it that plans well by simple rules.

The model reads what a model reads: the numbered sentences, the cast and the wished length in the
prompt. `Server.answer` may be replaced by one that answers otherwise, as a fault would.
"""

import itertools
import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

PEOPLE = ("Anna Reed", "Tom", "Anna", "Ben", "Mara", "Eli")


@dataclass(frozen=True)
class Response:
    """What goes back over HTTP. `content` is a model's text, unless `body` stands for all of it."""

    content: str = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""
    finish: str = "stop"
    refusal: str | None = None
    wait: float = 0.0  # seconds before anything is sent


@dataclass(frozen=True)
class Request:
    """One request as it came in: its JSON, and the key it carried."""

    body: dict[str, Any]
    key: str

    @property
    def prompt(self) -> str:
        return next(one["content"] for one in self.body["messages"] if one["role"] == "user")

    @property
    def last(self) -> str:
        return str(self.body["messages"][-1]["content"])

    @property
    def kind(self) -> str:
        starts = {
            "What colour": "probe",
            "Greet": "probe",
            "Plan the film": "film",
            "Divide": "scenes",
            "Plan the shots": "shots",
        }
        return next(kind for start, kind in starts.items() if self.prompt.startswith(start))

    @property
    def place(self) -> str:
        """The slugline of the scene whose shots are asked for."""
        found = re.search(r"^The scene to plan now: (.*)$", self.prompt, re.MULTILINE)
        return found[1] if found else ""

    @property
    def mode(self) -> str:
        return str(self.body.get("response_format", {}).get("type", "text"))

    @property
    def sentences(self) -> list[str]:
        block = re.search(r"<(story_*)>\n(.*)\n</\1>", self.prompt, re.DOTALL)
        assert block is not None
        return re.findall(r"^\[\d+\] (.*)$", block[2], re.MULTILINE)

    @property
    def cast(self) -> list[str]:
        listed = self.prompt.partition("The cast:\n")[2].splitlines()
        people = itertools.takewhile(lambda line: line.startswith("- "), listed)
        return [re.split(r" \(|;|:", line[2:])[0] for line in people]


Model = Callable[[Request], Response]


@dataclass
class Server:
    """What came in, and who answers."""

    answer: Model
    url: str = ""
    requests: list[Request] = field(default_factory=list)

    def asked(self, kind: str) -> list[Request]:
        return [one for one in self.requests if one.kind == kind]


@contextmanager
def serving(answer: Model | None = None) -> Iterator[Server]:
    server = Server(answer or good)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            key = self.headers.get("Authorization", "").removeprefix("Bearer ")
            request = Request(json.loads(self.rfile.read(length)), key)
            server.requests.append(request)
            response = server.answer(request)
            time.sleep(response.wait)
            payload = (response.body or completion(request, response)).encode()
            try:
                self.send_response(response.status)
                for name, value in response.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(payload)))
                self.end_headers()
                self.wfile.write(payload)
            except OSError:
                self.close_connection = True  # the client has left

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    http.daemon_threads = True
    server.url = f"http://127.0.0.1:{http.server_port}/v1"
    thread = threading.Thread(target=http.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        http.shutdown()
        http.server_close()
        thread.join()


def completion(request: Request, response: Response) -> str:
    read = sum(len(one["content"]) for one in request.body["messages"]) // 4
    message = {"role": "assistant", "content": response.content, "refusal": response.refusal}
    choice = {"index": 0, "finish_reason": response.finish, "message": message}
    usage = {"prompt_tokens": read, "completion_tokens": len(response.content) // 4}
    usage["total_tokens"] = sum(usage.values())
    return json.dumps(
        {
            "id": "1",
            "object": "chat.completion",
            "created": 0,
            "model": request.body["model"],
            "choices": [choice],
            "usage": usage,
        }
    )


def error(status: int, message: str, code: str = "", **headers: str) -> Response:
    body = {"error": {"message": message, "type": "error", "code": code or None, "param": None}}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(status=status, headers=named, body=json.dumps(body))


# --- a model that plans well ----------------------------------------------------------------------


def good(request: Request) -> Response:
    """What a good model says on a server that enforces schemas."""
    if request.kind == "probe":
        schema = request.body.get("response_format", {}).get("json_schema", {}).get("schema")
        if schema is None:
            return Response("Blue.")
        word = schema["properties"]["colour"]["enum"][0]
        return Response(json.dumps({"colour": word, "sure": True}))
    answers = {"film": film, "scenes": scenes, "shots": shots}
    return Response(json.dumps(answers[request.kind](request)))


def film(request: Request) -> dict[str, Any]:
    banked = re.search(r"The people:\n(.*?)\n</plan", request.prompt, re.DOTALL)
    known = re.findall(r"^- ([^:\n]+)", banked[1], re.MULTILINE) if banked else list(PEOPLE)
    told = " ".join(request.sentences) + " ".join(re.findall(r'"name":"([^"]+)"', request.prompt))
    cast = [name for name in known if name in told]
    cast = [name for name in cast if not any(name != one and name in one for one in cast)]
    title = re.search(r"^Title: (.*)$", request.prompt, re.MULTILINE)
    kept = re.search(r'"title":"([^"]+)"', request.prompt)
    return {
        "title": title[1] if title else kept[1] if kept else "The Plan",
        "logline": request.sentences[0][:300],
        "look": "soft light",
        "cast": [
            {"name": name, "looks": "", "gender": "unknown", "age": "unknown", "aliases": []}
            for name in cast
        ],
        "relations": [],
        "arcs": [],
    }


def scenes(request: Request) -> dict[str, Any]:
    """A scene where a sentence opens with a place or a time, and after five sentences."""
    found: list[dict[str, Any]] = []
    for number, sentence in enumerate(request.sentences, 1):
        opens = re.match(r"(?:In|At|On) the (?:old )?(\w+)|The next (\w+)", sentence)
        if found and not opens and number - found[-1]["first_sentence"] < 5:
            continue
        place = (opens and (opens[1] or opens[2])) or (found[-1]["place"] if found else "room")
        found.append(
            {
                "first_sentence": number,
                "place": place,
                "interior": True,
                "light": "day",
                "description": f"the {place}",
                "characters": [name for name in request.cast if name in sentence],
                "what": sentence[:200],
                "mood": "calm",
                "wardrobe": [],
                "props": [],
                "transition": "cut",
            }
        )
    return {"scenes": found}


def shots(request: Request) -> dict[str, Any]:
    found = [_shot(1, "wide", "establishing", [], [])]
    for number, sentence in enumerate(request.sentences, 1):
        told = re.sub(r'["“].*?["”]', "", sentence)
        seen = [name for name in request.cast if name.split()[0] in told][:2]
        speaker = seen[-1] if seen else request.cast[0] if request.cast else "NARRATOR"
        lines = [
            {
                "character": speaker,
                "text": quote,
                "parenthetical": "",
                "off_screen": speaker not in seen,
            }
            for quote in re.findall(r'["“](.*?)["”]', sentence)
        ]
        framing = ("insert", "single", "two-shot")[len(seen)]
        size = ("medium", "close-up")[number % 2]
        found.append(_shot(number, size, framing, sorted(seen), lines))
    wished = re.search(r"lasts about (\d+) seconds", request.prompt)
    each = float(wished[1]) / len(found) if wished else 2.5
    for n, shot in enumerate(found):
        shot["duration"] = round(each * (0.9 if n % 2 else 1.1), 2)
    return {"shots": found}


def _shot(
    number: int, size: str, framing: str, people: list[str], lines: list[dict[str, Any]]
) -> dict[str, Any]:
    sides = ("left", "right") if len(people) == 2 else ("center",)
    return {
        "first_sentence": number,
        "size": size,
        "framing": framing,
        "camera_move": "static",
        "characters": [
            {
                "character": name,
                "action": "",
                "position": side,
                "facing": "center",
                "back_to_camera": False,
            }
            for name, side in zip(people, sides, strict=False)
        ],
        "plot": f"what sentence {number} tells",
        "background": "a wall",
        "style_elements": ["soft light"],
        "dialogue": lines,
        "sound": "",
        "duration": 2.0,
    }
