"""The hosted storyboard against a real HTTP server that reads what it is sent."""

import base64
import io
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest
from drawing import ANNA, BEN, KITCHEN, opened, person, view_of
from PIL import Image

from script2movie.errors import BackendUnavailable, ShotFailed
from script2movie.stages import Companion, Keyframe, Storyboarder

CAST = [person("Anna", 1), person("Ben", 2)]
PAIR = view_of(ANNA, BEN)


@dataclass
class Service:
    """An image service: paints the mean colour of the pictures it is given."""

    url: str = ""
    status: int = 200
    asked: list[dict[str, object]] = field(default_factory=list)
    body: str | None = None
    kind: str = "application/json"

    def answer(self, path: str, kind: str, sent: bytes) -> tuple[int, str]:
        if self.status != 200:
            return self.status, json.dumps({"error": {"message": "no such luck", "code": "no"}})
        fields: dict[str, object]
        pictures: list[np.ndarray] = []  # type: ignore[type-arg]
        if kind.startswith("multipart/"):
            message = BytesParser(policy=HTTP).parsebytes(
                f"Content-Type: {kind}\r\n\r\n".encode() + sent
            )
            fields = {}
            for part in message.iter_parts():  # type: ignore[attr-defined]
                name = part.get_param("name", header="content-disposition")
                content = part.get_payload(decode=True)
                if part.get_filename():
                    with Image.open(io.BytesIO(content)) as picture:
                        pictures.append(np.asarray(picture))
                else:
                    fields[str(name)] = content.decode()
        else:
            fields = json.loads(sent)
        self.asked.append(fields | {"path": path, "pictures": pictures})
        width, height = map(int, str(fields["size"]).split("x"))
        colour = np.mean([one.mean((0, 1)) for one in pictures], 0) if pictures else [9, 9, 9]
        painted = np.full((height, width, 3), colour, np.uint8)
        buffer = io.BytesIO()
        Image.fromarray(painted).save(buffer, "PNG")
        coded = base64.b64encode(buffer.getvalue()).decode()
        return 200, self.body or json.dumps({"created": 0, "data": [{"b64_json": coded}]})


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    told = Service()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent = self.rfile.read(int(self.headers["Content-Length"]))
            status, body = told.answer(self.path, self.headers["Content-Type"], sent)
            self.send_response(status)
            self.send_header("Content-Type", told.kind)
            self.send_header("Retry-After-Ms", "1")
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    told.url = f"http://127.0.0.1:{server.server_port}/v1"
    monkeypatch.setenv("OPENAI_API_KEY", "of-this-test")
    yield told
    server.shutdown()
    server.server_close()


def draw(board: Storyboarder, *companions: Companion) -> Keyframe:
    return board.draw(KITCHEN, PAIR, CAST, companions, width=320, height=180, seed=1)


def test_portraits_and_the_other_shot_are_sent_and_the_picture_comes_back(
    service: Service,
) -> None:
    board = opened("openai", base_url=service.url)
    keyframe = draw(board)
    portraits = [one.portrait for one in CAST]
    colour = np.mean([one.mean((0, 1)) for one in portraits if one is not None], 0)
    assert keyframe.picture.shape == (180, 320, 3)
    assert np.abs(keyframe.picture.mean((0, 1)) - colour).max() <= 1
    (asked,) = service.asked
    assert asked["path"] == "/v1/images/edits" and asked["size"] == "1536x1024"
    assert asked["model"] == "gpt-image-1" and asked["quality"] == "high"
    assert "person in image 2" in str(asked["prompt"])
    for sent, portrait in zip(asked["pictures"], portraits, strict=True):  # type: ignore[call-overload]
        assert np.array_equal(sent, portrait)
    draw(board, Companion(view_of(ANNA), 1, keyframe))
    assert len(service.asked[1]["pictures"]) == 3  # type: ignore[arg-type]
    assert "Image 3 is another shot" in str(service.asked[1]["prompt"])


def test_a_place_without_people_is_made_from_words(service: Service) -> None:
    board = opened("openai", base_url=service.url, preview="true")
    board.draw(KITCHEN, view_of(plot="Dust."), [], (), width=180, height=320, seed=1)
    (asked,) = service.asked
    assert asked["path"] == "/v1/images/generations"
    assert asked["size"] == "1024x1536" and asked["quality"] == "low"


@pytest.mark.parametrize(
    ("status", "refusal", "said"),
    [
        (401, BackendUnavailable, "refuses the key in OPENAI_API_KEY"),
        (404, BackendUnavailable, "there is no model 'gpt-image-1'"),
        (400, ShotFailed, "will not draw this"),
        (429, BackendUnavailable, "nothing more for now .*no such luck.*what is drawn is kept"),
        (503, BackendUnavailable, "nothing more for now .*no such luck.*what is drawn is kept"),
    ],
)
def test_a_service_that_refuses(
    service: Service, status: int, refusal: type[Exception], said: str
) -> None:
    service.status = status
    with pytest.raises(refusal, match=said):
        draw(opened("openai", base_url=service.url))


def test_an_answer_without_a_picture_is_a_failed_shot(service: Service) -> None:
    board = opened("openai", base_url=service.url)
    for body, service.kind in (
        ('{"created": 0, "data": []}', "application/json"),
        ('{"created": 0, "data": [{"b64_json": "bm8="}]}', "application/json"),
        ('{"created": 0, "data": [{"url": "http://here/1.png"}]}', "application/json"),
        ("<html>Log in to this network</html>", "application/json"),
        ("<html>Log in to this network</html>", "text/html"),
    ):
        service.body = body
        with pytest.raises(ShotFailed, match="without a picture"):
            draw(board)


def test_a_service_that_is_not_there(service: Service) -> None:
    board = opened("openai", base_url="http://127.0.0.1:9/v1", timeout="0.2")
    with pytest.raises(BackendUnavailable, match=r"127\.0\.0\.1:9/v1/ does not answer"):
        draw(board)


def test_without_a_key_it_does_not_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(BackendUnavailable, match="export OPENAI_API_KEY"):
        opened("openai")


def test_the_fingerprint_names_model_quality_and_service(service: Service) -> None:
    boards = [
        opened("openai", base_url=service.url),
        opened("openai", base_url="http://elsewhere/v1"),
        opened("openai", base_url=service.url, model="other"),
        opened("openai", base_url=service.url, quality="low"),
    ]
    assert len({board.fingerprint for board in boards}) == 4
