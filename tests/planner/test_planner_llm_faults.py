"""A server that fails as servers do, over real HTTP: what a person is told, and what is tried."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from model_server import Model, Request, Response, Server, error, good, serving

from script2movie.errors import BackendUnavailable, Script2MovieError, SettingsError, ShotFailed
from script2movie.movie import Movie
from script2movie.planner.llm import LLMPlanner
from script2movie.stages import Brief

KEY = "sk-secret-0123456789abcdef"
STORY = 'In the kitchen, Anna lights the stove. Ben sleeps.\n\n"Wake up," says Anna.\n'


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as running:
        yield running


@pytest.fixture(autouse=True)
def no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "SCRIPT2MOVIE_MODEL"):
        monkeypatch.delenv(variable, raising=False)


def planned(url: str, story: str = STORY, **options: object) -> tuple[Movie, list[str]]:
    """The movie with its one scene, and what was said."""
    chosen = {"model": "good-1", "base_url": url, "timeout": 5.0, "retries": 0, **options}
    planner = LLMPlanner(LLMPlanner.Options(**chosen))  # type: ignore[arg-type]
    said: list[str] = []
    planner.attend(lambda key, ask: ask(), said.append)
    try:
        outline = planner.outline(story, (), Brief(), seed=0)
        planner.scene(outline, 0, (), seed=0)
        said.append(planner.account())
    finally:
        planner.close()
    return outline.movie, said


def refused(url: str, **options: object) -> str:
    with pytest.raises(Script2MovieError) as failure:
        planned(url, **options)
    said = str(failure.value)
    assert "\n" not in said and len(said) < 700
    return said


def first(times: int, fault: Response, kind: str = "film") -> Model:
    """Fails the first times that it is asked for this, then answers well."""
    left = [times]

    def answer(request: Request) -> Response:
        if request.kind == kind and left[0]:
            left[0] -= 1
            return fault
        return good(request)

    return answer


# --- what passes by itself ------------------------------------------------------------------------


def test_a_rate_limit_is_waited_for_as_long_as_it_says(server: Server) -> None:
    server.answer = first(1, error(429, "slow down", Retry_After="1"))
    start = time.monotonic()
    assert planned(server.url, retries=2)
    assert time.monotonic() - start >= 1 and len(server.asked("film")) == 2


def test_a_server_error_is_tried_again(server: Server) -> None:
    server.answer = first(2, error(500, "oops"))
    assert planned(server.url, retries=2) and len(server.asked("film")) == 3


def test_a_hang_is_tried_again(server: Server) -> None:
    server.answer = first(1, Response("{}", wait=1.0))
    assert planned(server.url, retries=1, timeout=0.4) and len(server.asked("film")) == 2


@pytest.mark.parametrize(
    ("answer", "complaint"),
    [
        ('{"title": "The Kit', "not one whole JSON object"),
        ("I would rather not say.", "not one whole JSON object"),
        ('{"title": "A", "plot": 3}', "plot: Extra inputs are not permitted (you wrote 3)"),
        ('{"title": "' + 101 * "A" + '"}', "title: String should have at most 100 characters"),
        ("[" * 100_000, "not one whole JSON object"),
    ],
)
def test_an_answer_of_the_wrong_form_goes_back(server: Server, answer: str, complaint: str) -> None:
    server.answer = first(1, Response(answer))
    assert planned(server.url) and complaint in server.asked("film")[1].last


def test_an_answer_that_was_cut_off_is_asked_for_shorter(server: Server) -> None:
    server.answer = first(1, Response('{"title": "The', finish="length"))
    assert planned(server.url)
    again = server.asked("film")[1].body["messages"]
    assert [one["role"] for one in again] == ["system", "user", "user"]
    assert "it was too long" in again[-1]["content"]


# --- what a person has to mend --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "kind", "words"),
    [
        (error(401, "bad key"), BackendUnavailable, "export OPENAI_API_KEY="),
        (error(404, "no such model"), BackendUnavailable, "--option planner.model=NAME"),
        (error(429, "no money", "insufficient_quota"), BackendUnavailable, "no credit left"),
        (error(429, "slow", Retry_After="300"), BackendUnavailable, "asks to wait 300 s"),
        (error(500, "oops"), ShotFailed, "failed 1 times (500: oops)"),
        (error(400, "the context is 10 tokens"), BackendUnavailable, "planner.context=TOKENS"),
        (error(418, "teapot"), BackendUnavailable, "answers 418: teapot"),
        (Response("{}", wait=1.0), ShotFailed, "--option planner.timeout=SECONDS"),
        (Response("", refusal="I will not."), ShotFailed, "declines to plan this (I will not.)"),
        (Response("", finish="content_filter"), ShotFailed, "declines to plan this"),
        (error(400, "no", "content_filter"), ShotFailed, "declines to plan this"),
        (Response(body="<html>Welcome</html>"), BackendUnavailable, "which often ends in /v1"),
        (Response(body='{"hello": 1}'), BackendUnavailable, "which often ends in /v1"),
        (Response("{", finish="length"), ShotFailed, "--option planner.answer=TOKENS"),
    ],
)
def test_each_failure_says_what_to_do(
    server: Server, fault: Response, kind: type[Script2MovieError], words: str
) -> None:
    server.answer = first(99, fault)
    with pytest.raises(kind) as failure:
        planned(server.url, timeout=0.5)
    assert words in str(failure.value) and "\n" not in str(failure.value)
    if kind is ShotFailed:
        assert "the film, from 'In the kitchen" in str(failure.value)


def test_nothing_at_the_address_is_said_with_the_address() -> None:
    assert "nothing answers at http://127.0.0.1:9/v1" in refused("http://127.0.0.1:9/v1")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"model": ""}, "SCRIPT2MOVIE_MODEL"),
        ({"base_url": ""}, "export OPENAI_API_KEY="),
        ({"base_url": "localhost:8080"}, "http://localhost:8080/v1"),
        ({"base_url": "http://me:pass@host/v1"}, "holds a user, a password"),
        ({"base_url": "http://host/v1?api-key=1"}, "holds a user, a password"),
        ({"context": 2048, "answer": 1024}, "planner.answer"),
        ({"context": 1024, "answer": 500}, "planner.context is 1024; this story needs about"),
        ({"temperature": 3.0}, "from 0 to 2"),
        ({"retries": -1}, "planner.retries"),
        ({"prices": "nowhere.toml"}, "nowhere.toml"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_asked(
    server: Server, options: dict[str, object], words: str
) -> None:
    said = refused(server.url, **options)
    assert words in said and "pass@" not in said
    assert all(one.kind == "probe" for one in server.requests)


def test_without_its_package_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openai", None)
    assert "pip install 'script2movie[llm]'" in refused("http://127.0.0.1:9/v1")


def test_a_key_with_a_line_break_is_refused_without_showing_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", f"{KEY}\n")
    said = refused("http://127.0.0.1:9/v1")
    assert "line break" in said and KEY not in said


# --- what the server supports is found out --------------------------------------------------------


def fenced(request: Request) -> Response:
    """A server that knows no response_format and a model that chats around its JSON."""
    if request.kind == "probe":
        return Response("Blue, I think.")
    return Response(f"<think>{{hm}}</think>Sure!\n```json\n{good(request).content}\n```\nEnjoy!")


def ignoring(request: Request) -> Response:
    """It takes any schema, keeps to none, and makes objects where it is asked for them."""
    if request.kind == "probe":
        return Response('{"greeting": "Hello"}' if request.mode == "json_object" else "Blue.")
    return good(request)


def objects_only(request: Request) -> Response:
    if request.mode == "json_schema":
        return error(400, "response_format.type must be json_object or text")
    return ignoring(request)


def no_lengths(request: Request) -> Response:
    if "maxLength" in json.dumps(request.body.get("response_format", {})):
        return error(400, "Invalid schema: 'maxLength' is not permitted")
    return good(request)


def thinker(request: Request) -> Response:
    """As OpenAI's models that think before they answer."""
    if "max_tokens" in request.body:
        return error(400, "Unsupported parameter: 'max_tokens'; use 'max_completion_tokens'")
    if "temperature" in request.body:
        return error(400, "Unsupported value: 'temperature' does not support 0.3")
    return good(request)


@pytest.mark.parametrize(
    ("model", "found", "mode"),
    [
        (good, "answers in json_schema", "json_schema"),
        (no_lengths, "json_schema without lengths and ranges", "json_schema"),
        (objects_only, "json_object", "json_object"),
        (ignoring, "json_object", "json_object"),
        (fenced, "plain text", "text"),
        (thinker, "answers in json_schema, does not take temperature", "json_schema"),
    ],
)
def test_the_surest_way_that_the_server_really_takes_is_used_and_said(
    server: Server, model: Model, found: str, mode: str
) -> None:
    server.answer = model
    _, said = planned(server.url)
    assert any(found in remark for remark in said)
    asked = server.asked("film")[0]
    assert asked.mode == mode
    assert ("JSON Schema" in asked.prompt) == (mode != "json_schema")
    assert len(server.asked("probe")) <= 5


# --- the key --------------------------------------------------------------------------------------


def cli(folder: Path, url: str, *arguments: str, **variables: str) -> subprocess.Popen[str]:
    (folder / "story.md").write_text(STORY, "utf-8")
    environment = {
        **os.environ,
        "OPENAI_API_KEY": KEY,
        "OPENAI_BASE_URL": url,
        "SCRIPT2MOVIE_MODEL": "good-1",
        **variables,
    }
    typed = ["plan", "story.md", "--planner", "llm", "--out", "plan.json", *arguments]
    return subprocess.Popen(
        [sys.executable, "-m", "script2movie", *typed],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def echoing(request: Request) -> Response:
    return error(403 if request.kind == "film" else 500, f"key {request.key} is not welcome")


def leaking(request: Request) -> Response:
    return good(request) if request.kind == "probe" else error(500, f"no {request.key}")


@pytest.mark.parametrize("answer", [good, echoing, leaking])
def test_the_key_is_sent_and_written_nowhere(
    server: Server, tmp_path: Path, answer: Callable[[Request], Response]
) -> None:
    server.answer = answer
    run = cli(tmp_path, server.url, "--option", "planner.retries=0", OPENAI_LOG="debug")
    out, err = run.communicate(timeout=60)
    assert run.returncode == (0 if answer is good else 1), err
    assert {request.key for request in server.requests} == {KEY}
    assert KEY not in out + err and KEY[3:] not in out + err
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(written) > 1
    assert not [path for path in written if KEY.encode() in path.read_bytes()]


def test_ctrl_c_leaves_a_hanging_server_at_once(server: Server, tmp_path: Path) -> None:
    server.answer = lambda request: (
        Response("", wait=20) if request.kind == "shots" else good(request)
    )
    run = cli(tmp_path, server.url)
    deadline = time.monotonic() + 30
    while not server.asked("shots") and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(0.2)
    start = time.monotonic()
    run.send_signal(signal.SIGINT)
    _, err = run.communicate(timeout=15)
    assert run.returncode == 130 and time.monotonic() - start < 5
    assert "stopped; what is made is kept" in err and "Traceback" not in err


def test_a_setting_is_refused_from_the_command_line(tmp_path: Path) -> None:
    run = cli(tmp_path, "", "--option", f"planner.key={KEY}")
    _, err = run.communicate(timeout=30)
    assert run.returncode == 2 and "has no option 'key'" in err and KEY not in err
    with pytest.raises(SettingsError):
        LLMPlanner(LLMPlanner.Options(model="m", base_url="ftp://host"))
