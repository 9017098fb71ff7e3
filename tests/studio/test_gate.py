"""Nobody gets at another's files or at the machine's, by any route."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from script2movie.studio.gate import Owners
from script2movie.studio.uploads import kind_of

from .conftest import Studio, opened

PLANTED = "the secret of somebody else"


Visitor = Callable[[Studio], httpx.Client]


@pytest.fixture
def visitor() -> Iterator[Visitor]:
    """Somebody with a browser of their own, each time."""
    with ExitStack() as visitors:

        def visit(studio: Studio) -> httpx.Client:
            somebody = visitors.enter_context(httpx.Client(base_url=studio.address, timeout=60))
            somebody.get("/").raise_for_status()
            return somebody

        yield visit


def upload(somebody: httpx.Client, name: str, content: bytes) -> httpx.Response:
    return somebody.post("/gradio_api/upload", files={"files": (name, content)})


def begin(somebody: httpx.Client, title: str) -> str:
    """A film through the programs' interface; its id."""
    started = somebody.post("/gradio_api/call/new_film", json={"data": [title]}).json()
    said = somebody.get(f"/gradio_api/call/new_film/{started['event_id']}").text
    assert "event: complete" in said, said
    return said.partition('["')[2].partition('"')[0]


def test_a_film_is_its_owner_s_alone(network: Studio, visitor: Visitor) -> None:
    mine, other = visitor(network), visitor(network)
    film = begin(mine, "Mine")
    (folder,) = (path for path in network.films if path.name == film)
    (folder / "out" / "report.json").write_text(PLANTED)
    (folder / "out" / "film.srt").symlink_to("/etc/hostname")
    assert mine.get(f"/films/{film}/out/report.json").text == PLANTED
    for name in ("out/report.json", "plan.json", "out/film.srt"):
        assert other.get(f"/films/{film}/{name}").status_code == 404
    assert mine.get(f"/films/{film}/out/film.srt").status_code == 404
    anonymous = httpx.get(f"{network.address}/films/{film}/out/report.json")
    assert anonymous.status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/file=/etc/passwd",
        "/gradio_api/file=../../etc/passwd",
        "/gradio_api/file=..%2f..%2f..%2fetc%2fpasswd",
        "/gradio_api/file=%2fetc%2fpasswd",
        "/gradio_api/file=/proc/self/environ",
        "/gradio_api/file=file:///etc/passwd",
        "/gradio_api/file=http://127.0.0.1:1/",
        "/gradio_api/file=C:/Windows/win.ini",
        "/gradio_api/file/etc/passwd",
        "/gradio_api/proxy=http://127.0.0.1:1/",
        "/gradio_api/stream/a/b/1/playlist-file",
        "/gradio_api/custom_component/1/client/component/../../../etc/passwd",
        "/gradio_api/vibe-code/",
        "/gradio_api/runs",
        "/gradio_api/profiling/traces",
        "/gradio_api/dev/reload",
        "/gradio_api/deep_link",
        "/gradio_api/openapi.json",
        "/monitoring",
        "/monitoring/summary",
        "/static/../../../../etc/passwd",
        "/static/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
        "/assets/..%2f..%2f..%2f..%2fetc%2fpasswd",
        "/films/../../etc/passwd",
        "/films/x/..%2f..%2f..%2f..%2fetc%2fpasswd",
        "/docs",
        "/openapi.json",
    ],
)
def test_no_route_leads_out(network: Studio, path: str, visitor: Visitor) -> None:
    somebody = visitor(network)
    request = httpx.Request("GET", f"{network.address}/", headers=somebody.headers)
    request.url = request.url.copy_with(raw_path=path.encode())
    request.headers["cookie"] = "; ".join(f"{k}={v}" for k, v in somebody.cookies.items())
    answer = somebody.send(request)
    assert answer.status_code in {400, 403, 404, 405}, answer.text[:200]
    assert "root:" not in answer.text


def test_a_project_file_cannot_be_fetched_through_gradio(network: Studio, visitor: Visitor) -> None:
    mine = visitor(network)
    film = begin(mine, "Mine too")
    (folder,) = (path for path in network.films if path.name == film)
    for path in (folder / "project.json", folder.parent, network.folder / ".lock"):
        assert mine.get(f"/gradio_api/file={path}").status_code == 403


def test_an_upload_is_its_owner_s_alone(network: Studio, visitor: Visitor) -> None:
    mine, other = visitor(network), visitor(network)
    (path,) = upload(mine, "../../../etc/cron.d/x.txt", PLANTED.encode()).json()
    assert Path(path).is_relative_to(network.folder / ".uploads")
    assert mine.get(f"/gradio_api/file={path}").text == PLANTED
    assert other.get(f"/gradio_api/file={path}").status_code == 403
    film = begin(other, "Thief")
    said = call(other, "set_plan", [film, {"path": path, "meta": {"_type": "gradio.FileData"}}])
    assert "event: error" in said
    for outside in ("/etc/passwd", str(network.folder / ".lock")):
        given = {"path": outside, "meta": {"_type": "gradio.FileData"}}
        said = call(mine, "set_plan", [begin(mine, "Outside"), given])
        assert "event: error" in said and "root:" not in said


def call(somebody: httpx.Client, name: str, data: list[object]) -> str:
    answer = somebody.post(f"/gradio_api/call/{name}", json={"data": data})
    if answer.status_code != 200:
        return f"event: error {answer.text}"
    return somebody.get(f"/gradio_api/call/{name}/{answer.json()['event_id']}").text


def test_a_large_upload_is_refused_at_once(network: Studio, visitor: Visitor) -> None:
    answer = upload(visitor(network), "zeros.png", b"\0" * 50_000_000)
    assert answer.status_code == 413
    answer = visitor(network).post("/gradio_api/call/set_story", content=b"x" * 5_000_000)
    assert answer.status_code == 413 and "4 MB" in answer.text


def test_another_site_cannot_ask(network: Studio, studio: Studio, visitor: Visitor) -> None:
    somebody = visitor(network)
    headers = {"origin": "https://elsewhere.example"}
    answer = somebody.post("/gradio_api/call/new_film", json={"data": ["x"]}, headers=headers)
    assert answer.status_code == 403
    for host in ("elsewhere.example", "elsewhere.example:7860"):  # a name made to lead here
        answer = httpx.get(studio.address, headers={"host": host})
        assert answer.status_code == 421
    policy = httpx.get(studio.address).headers["content-security-policy"]
    assert "http:" not in policy and "https:" not in policy and "*" not in policy


def test_logins(tmp_path: Path, visitor: Visitor) -> None:
    people = tmp_path / "people.txt"
    people.write_text("anna:correct horse\nben:battery staple\n", encoding="utf-8")
    with opened(tmp_path / "films", "--auth", str(people)) as studio:
        nobody = visitor(studio)
        assert nobody.get("/gradio_api/info").status_code == 401
        assert upload(nobody, "a.txt", b"words").status_code == 403
        wrong = nobody.post("/login", data={"username": "anna", "password": "battery staple"})
        assert wrong.status_code == 400

        def login(name: str, password: str) -> httpx.Client:
            somebody = visitor(studio)
            done = somebody.post("/login", data={"username": name, "password": password})
            assert done.status_code == 200
            return somebody

        anna = login("anna", "correct horse")
        film = begin(anna, "Anna's")
        ben, anna_elsewhere = login("ben", "battery staple"), login("anna", "correct horse")
        assert film in call(anna_elsewhere, "films", [])
        assert film not in call(ben, "films", [])
        assert "event: error" in call(ben, "delete_film", [film])


@pytest.mark.parametrize(
    ("choices", "expected"),
    [
        ({"network": False, "shared": False}, "local"),
        ({"network": True, "shared": True}, "shared"),
        ({"network": True, "shared": False}, None),
    ],
)
def test_owners(choices: dict[str, bool], expected: str | None) -> None:
    assert Owners(**choices, login=None).of({}) == expected


def test_a_token_stands_for_one_owner() -> None:
    owners = Owners(network=True, shared=False, login=None)
    first, second = (secrets.token_urlsafe(32) for _ in range(2))
    name: Callable[[str], str | None] = lambda token: owners.of({"script2movie_owner": token})  # noqa: E731
    assert name(first) == name(first) != name(second)
    for forged in ("", "local", "../local", first[:-1], first + "/"):
        assert name(forged) is None
    assert first not in str(name(first))


def test_kinds_are_told_by_content(tmp_path: Path) -> None:
    path = tmp_path / "picture.png"
    path.write_bytes(b"\xff\xd8\xff\xe0" + bytes(100))
    assert kind_of(path) == "JPEG"
