"""Opens the studio: the pages, the files, the gate before them, and the jobs behind."""

import contextlib
import errno
import importlib
import importlib.util
import inspect
import os
import secrets
import socket
import sys
import threading
import webbrowser
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from script2movie.errors import StudioError, writing
from script2movie.studio.limits import Limits

__all__ = ["Opening", "serve", "without_stubs"]

WARM = 4.0  # seconds after opening
OFF = {
    "GRADIO_ANALYTICS_ENABLED": "False",
    "GRADIO_RUN_HISTORY": "False",
    "GRADIO_SSR_MODE": "False",
    "GRADIO_MCP_SERVER": "False",
    "HF_HUB_OFFLINE": "1",
}


@dataclass(frozen=True)
class Opening:
    """How the studio is opened; `logins` are passwords by name, empty for none."""

    folder: Path
    host: str = "127.0.0.1"
    port: int = 7860
    logins: Mapping[str, str] | None = None
    root_path: str = ""
    shared: bool = False
    workers: int = 2
    browser: bool = True
    runs: Path | None = None  # the folder that scored MovieBench runs lie under
    limits: Limits = field(default_factory=Limits)

    @property
    def network(self) -> bool:
        """Whether others than the one user of this machine can reach it."""
        return self.host not in {"127.0.0.1", "::1", "localhost"} or bool(self.root_path)


def serve(opening: Opening) -> None:
    """Serves until Ctrl-C.

    Raises:
        StudioError: gradio is missing, or the port or the folder is in use.
    """
    if importlib.util.find_spec("gradio") is None:
        raise StudioError("The studio needs gradio: pip install 'script2movie[ui]'")
    root = opening.folder.expanduser().resolve()
    with writing(root):
        (root / ".uploads").mkdir(parents=True, exist_ok=True)
    os.environ.update(OFF, GRADIO_TEMP_DIR=str(root / ".uploads"))
    with _alone(root), _port(opening) as listener:
        _open(opening, root, listener)


def _open(opening: Opening, root: Path, listener: socket.socket) -> None:
    # 1. What does the work
    with without_stubs():
        import gradio as gr
    import uvicorn
    from fastapi import FastAPI, Request
    from fastapi.responses import FileResponse, JSONResponse, Response

    from script2movie.studio.commands import work
    from script2movie.studio.desk import Desk, adopt
    from script2movie.studio.gate import Gate, Owners
    from script2movie.studio.jobs import Jobs
    from script2movie.studio.pages import LOOK, build
    from script2movie.studio.projects import Library
    from script2movie.studio.questions import Questions
    from script2movie.studio.runs import Runs
    from script2movie.studio.served import served

    limits = opening.limits
    library = Library(root, limits)
    jobs = Jobs(opening.workers, limits.jobs, adopt, own_keys=not opening.network)
    local = not opening.network
    runs, questions = Runs(opening.runs, local=local), Questions(jobs.environment)
    desk = Desk(library, jobs, limits, local, runs, questions)

    # 2. The pages, and the files of a film beside them
    server = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)

    @server.api_route("/films/{project}/{name:path}", methods=["GET", "HEAD"])
    def film_file(project: str, name: str, request: Request) -> Response:
        return sent(request, lambda owner: served(library.open(owner, project), name))

    @server.api_route("/runs/{run}/{name}", methods=["GET", "HEAD"])
    def run_file(run: str, name: str, request: Request) -> Response:
        return sent(request, lambda owner: desk.runs.served(owner, run, name))

    def sent(request: Request, found: Callable[[str], Path]) -> Response:
        try:
            owner = request.scope["state"]["owner"]
            if owner is None:
                raise StudioError("There is no such file.")
            path = found(owner)
        except StudioError as error:
            return JSONResponse({"error": str(error)}, status_code=404)
        headers = {"Cache-Control": "private, max-age=31536000, immutable"}
        if "v" not in request.query_params:
            headers["Cache-Control"] = "private, no-cache"
        if path.suffix == ".html":
            headers["Content-Security-Policy"] = (
                "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
                "frame-ancestors 'self'"
            )
        named = path.name if "download" in request.query_params else None
        return FileResponse(path, filename=named, headers=headers)

    blocks = build(desk)
    blocks.queue(default_concurrency_limit=16, max_size=256)
    server = gr.mount_gradio_app(
        server,
        blocks,
        "/",
        server_name=opening.host,
        server_port=opening.port,
        auth=_check(opening.logins) if opening.logins else None,
        auth_message="Log in to see your films.",
        root_path=opening.root_path or None,
        allowed_paths=[],
        show_error=True,
        max_file_size=limits.upload,
        footer_links=[],
        run_history=False,
        enable_monitoring=False,
        pwa=False,
        ssr_mode=False,
        mcp_server=False,
        **LOOK,
    )
    pages = next(route.app for route in server.routes if getattr(route, "path", "") == "")

    # 3. The gate before them
    def login(cookies: dict[str, str]) -> str | None:
        for kind in ("access-token", "access-token-unsecure"):
            if name := pages.tokens.get(cookies.get(f"{kind}-{pages.cookie_id}", "")):
                return str(name)
        return None

    owners = Owners(
        network=opening.network, shared=opening.shared, login=login if opening.logins else None
    )
    gate = desk.gate = Gate(server, owners, root / ".uploads")

    # 4. What was under way when it last closed goes on
    jobs.resume(library.everything(), lambda project, kind: work(project, kind, limits))
    config = uvicorn.Config(
        gate,
        root_path=opening.root_path,
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=3,
        proxy_headers=bool(opening.root_path),
    )
    _announce(opening)
    # What a click would wait for otherwise comes once the page has been painted.
    warm = threading.Timer(WARM, _warm)
    warm.daemon = True
    warm.start()
    try:
        uvicorn.Server(config).run(sockets=[listener])
    finally:
        jobs.close()


@contextlib.contextmanager
def without_stubs() -> Iterator[None]:
    """Around the import of Gradio, which it shortens by a third.

    As it is imported, Gradio reads the source of each of its components and writes a stub for
    editors beside it. It does so for no class without a source file, so here none of them has one.
    """
    getfile = inspect.getfile

    def found(object: Any) -> str:
        if isinstance(object, type) and object.__module__.startswith("gradio."):
            raise OSError
        return getfile(object)

    inspect.getfile = found
    try:
        yield
    finally:
        inspect.getfile = getfile


def _warm() -> None:
    for name in ("pipeline.estimate", "bank.voices"):
        importlib.import_module(f"script2movie.{name}")


def _announce(opening: Opening) -> None:
    host = f"[{opening.host}]" if ":" in opening.host else opening.host
    address = f"http://{host}:{opening.port}{opening.root_path}"
    print(f"The studio is open at {address}; films are in {opening.folder}. Ctrl-C closes it.")
    if opening.network and not opening.logins:
        print(
            "WARNING: anybody who reaches this address can use it. Give --auth FILE (a line "
            "NAME:PASSWORD a person), or leave --host away.",
            file=sys.stderr,
        )
    sys.stdout.flush()
    if opening.browser and not opening.network:
        threading.Timer(1.0, webbrowser.open, [address]).start()


def _check(logins: Mapping[str, str]) -> Callable[[str, str], bool]:
    def right(name: str, password: str) -> bool:
        known = logins.get(name, secrets.token_hex())  # nobody's takes as long as somebody's
        return secrets.compare_digest(known.encode(), password.encode())

    return right


@contextlib.contextmanager
def _port(opening: Opening) -> Iterator[socket.socket]:
    """A socket that listens, so that a port in use is refused at once."""
    family = socket.AF_INET6 if ":" in opening.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((opening.host, opening.port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise StudioError(
                    f"Port {opening.port} is in use: give another, as in --port {opening.port + 1}"
                ) from None
            raise StudioError(
                f"--host {opening.host} --port {opening.port} cannot be opened: {error.strerror}"
            ) from None
        listener.listen(128)
        yield listener


@contextlib.contextmanager
def _alone(root: Path) -> Iterator[None]:
    """One studio a folder: two would do the same work twice."""
    with (root / ".lock").open("w") as lock:
        try:
            import fcntl

            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except ImportError:  # not on Windows
            pass
        except OSError:
            raise StudioError(
                f"A studio is open on {root} already: use that one, or give another --folder"
            ) from None
        yield
