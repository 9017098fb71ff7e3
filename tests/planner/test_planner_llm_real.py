"""A real model behind a real server: so small that its plans are bad, so that all else is tested.

Between the planner and the server stands a recorder that passes everything on.
"""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import replace

import pytest
from conftest import outlined
from model_server import Model, Request, Response, Server, error, serving
from small_model import missing, serving_small_model

from script2movie.errors import BackendUnavailable, ShotFailed
from script2movie.planner.checker import passage_of, scene_complaints
from script2movie.planner.embedded import EmbeddedPlanner
from script2movie.planner.llm import LLMPlanner
from script2movie.planner.reading import Reader
from script2movie.stages import Memory

pytestmark = pytest.mark.skipif(bool(missing()), reason=missing())
STORY = "In the kitchen, Anna lights the stove.\n"


def passing_on(url: str) -> Model:
    def answer(request: Request) -> Response:
        sent = urllib.request.Request(
            f"{url}/chat/completions",
            json.dumps(request.body).encode(),
            {"Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(sent, timeout=120) as reply:
                return Response(body=reply.read().decode())
        except urllib.error.HTTPError as failure:
            with failure:
                return Response(status=failure.code, body=failure.read().decode())

    return answer


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serving_small_model() as url, serving(passing_on(url)) as recorder:
        yield recorder


def planner_at(server: Server, memory: Memory, said: list[str], **options: object) -> LLMPlanner:
    chosen = {"model": "smollm2", "base_url": server.url, "answer": 300, "temperature": 0.0}
    opened = LLMPlanner(LLMPlanner.Options(**{**chosen, "retries": 1, **options}))  # type: ignore[arg-type]
    opened.attend(memory, said.append)
    return opened


def test_a_scene_passes_the_checker_or_is_refused_by_name(
    server: Server, planner: EmbeddedPlanner
) -> None:
    passed_on, fail = server.answer, iter([True])

    def failing_once(request: Request) -> Response:
        return error(503, "loading") if next(fail, False) else passed_on(request)

    server.answer = failing_once
    outline = outlined(planner, STORY)
    said: list[str] = []
    opened = planner_at(server, lambda key, ask: ask(), said)
    try:
        scene = opened.scene(outline, 0, (), seed=0)
        passage = passage_of(outline, 0, Reader().read(STORY))
        assert scene_complaints(scene, passage) == []
    except ShotFailed as failure:
        assert "INT. KITCHEN - DAY, from 'In the kitchen, Anna lights the…'" in str(failure)
        assert "the model was told 2 times what is wrong" in str(failure)
        assert len(server.asked("shots")) == 3
    finally:
        opened.close()
        server.answer = passed_on
    assert len(server.asked("probe")) == 2  # the first one failed and was sent again
    assert said[0].endswith("answers in json_schema")
    assert {request.mode for request in server.asked("shots")} == {"json_schema"}
    for request in server.asked("shots")[1:]:
        assert request.last.startswith("That answer cannot be used:\n- ")
    spent = int(opened.account().split(": ")[1].split()[0])
    assert spent == len(server.requests) - 1


def test_what_the_server_takes_is_found_out_once(server: Server, planner: EmbeddedPlanner) -> None:
    kept: dict[tuple[object, ...], str] = {}

    def memory(key: tuple[object, ...], ask: object) -> str:
        if key not in kept:
            kept[key] = ask()  # type: ignore[operator]
        return kept[key]

    outline = outlined(planner, STORY)
    too_long = replace(outline, notes=tuple("the sea is wide and grey " * 40 for _ in range(40)))
    for expected in (1, 0):
        server.requests.clear()
        opened = planner_at(server, memory, [])
        with pytest.raises(BackendUnavailable, match=r"8192 tokens\).*planner.context=TOKENS"):
            opened.scene(too_long, 0, (), seed=0)
        opened.close()
        assert len(server.asked("probe")) == expected


def test_a_model_that_takes_too_long_is_left(server: Server, planner: EmbeddedPlanner) -> None:
    opened = planner_at(server, lambda key, ask: ask(), [], timeout=0.1, retries=0)
    with pytest.raises(ShotFailed, match=r"gave no answer within 0\.1 s"):
        opened.scene(outlined(planner, STORY), 0, (), seed=0)
    opened.close()
