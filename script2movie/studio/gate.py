"""Who may ask the server for what. In front of everything, as ASGI middleware.

- Whoever asks has an owner: the one user of this machine, the login, or a random token that the
  browser keeps in a cookie that scripts cannot read.
- Gradio serves an upload to whoever knows its path; here only to whoever uploaded it.
- Of Gradio's own routes only those pass that these pages use.
- A page of another site cannot send anything here, nor reach this machine by a name of its own.
- Nothing on these pages may be loaded from another host.

Knows HTTP; knows no project.
"""

import hashlib
import json
import re
import secrets
from collections import OrderedDict
from collections.abc import Callable
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

__all__ = ["Gate", "Owners"]

Scope = dict[str, Any]
Receive = Callable[[], Any]
Send = Callable[[dict[str, Any]], Any]

COOKIE = "script2movie_owner"
A_YEAR = 365 * 24 * 3600  # seconds
TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
LOOPBACK = {"localhost", "127.0.0.1", "::1"}
UPLOADS_KEPT = 10_000  # whose an upload is; older ones are nobody's
MAX_BODY = 4_000_000  # bytes of anything that is no upload
ROUTES = re.compile(  # of Gradio, after /gradio_api/
    r"(info|startup-events|app_id|login_check|user|theme\.css|reset|cancel|upload|upload_progress"
    r"|queue/(join|data)|heartbeat/\w+|call/[\w/.-]+|run/[\w.-]+|api/[\w.-]+|file=.+)/?"
)
PAGES = re.compile(
    r"/|/(login|logout|config|theme\.css|robots\.txt|manifest\.json|favicon\.ico|pwa_icon)/?"
    r"|/(assets|static|svelte|films|runs)/.+"
)
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; media-src 'self' data: blob:; "
    "font-src 'self' data:; connect-src 'self' data: blob:; worker-src 'self' blob:; "
    "frame-ancestors 'self'; base-uri 'self'; form-action 'self'; object-src 'none'"
)


class Owners:
    """Whose request it is, as a name for a folder: 'local', 'login-...', 'guest-...'."""

    def __init__(
        self, *, network: bool, shared: bool, login: Callable[[dict[str, str]], str | None] | None
    ) -> None:
        """`login` finds the name of who is logged in by the cookies; None where nobody logs in."""
        self.network, self.shared, self.login = network, shared, login

    def of(self, cookies: dict[str, str]) -> str | None:
        """None for somebody whom nothing is known of yet."""
        if self.login is not None:
            name = self.login(cookies)
            if name is None:
                return None
            return "shared" if self.shared else f"login-{_digest(name)}"
        if not self.network:
            return "local"
        if self.shared:
            return "shared"
        token = cookies.get(COOKIE, "")
        return f"guest-{_digest(token)}" if TOKEN.fullmatch(token) else None

    @property
    def gives_tokens(self) -> bool:
        """Whether whoever comes without a name is given a token."""
        return self.network and self.login is None and not self.shared


class Gate:
    """The middleware."""

    def __init__(self, app: Any, owners: Owners, uploads: Path) -> None:
        """`uploads` is where Gradio puts what is uploaded."""
        self.app, self.owners, self.uploads = app, owners, uploads
        self._whose: OrderedDict[Path, set[str]] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self.app(scope, receive, send)
            return
        headers = {k.decode("latin-1").lower(): v.decode("latin-1") for k, v in scope["headers"]}
        cookies = _cookies(headers)
        owner = self.owners.of(cookies)
        if refusal := self._refusal(scope, headers, owner):
            await _answer(send, *refusal)
            return
        token = ""
        if owner is None and self.owners.gives_tokens and scope["method"] in {"GET", "HEAD"}:
            token = secrets.token_urlsafe(32)
        path = _path(scope)
        if path == "/gradio_api/upload":
            send = self._remembering(send, owner)
        scope.setdefault("state", {})["owner"] = owner
        await self.app(scope, receive, _with_headers(send, token, _is_secure(scope, headers), path))

    def _refusal(
        self, scope: Scope, headers: dict[str, str], owner: str | None
    ) -> tuple[int, str] | None:
        """A status and a sentence for what does not pass."""
        path = _path(scope)
        host = urlsplit(f"//{headers.get('host', '')}").hostname or ""
        if not self.owners.network and host not in LOOPBACK:
            return 421, "This studio answers to this machine alone."
        origin = headers.get("origin")
        if origin is not None and scope["method"] not in {"GET", "HEAD", "OPTIONS"}:
            named = {headers.get("host", ""), headers.get("x-forwarded-host", "")}
            if urlsplit(origin).netloc not in named:
                return 403, "A page of another site may not send anything here."
        prefix = "/gradio_api/"
        if path.startswith(prefix):
            if not ROUTES.fullmatch(path.removeprefix(prefix)):
                return 404, "There is nothing here."
        elif not PAGES.fullmatch(path):
            return 404, "There is nothing here."
        if path.startswith(f"{prefix}file="):
            asked = Path(unquote(path.removeprefix(f"{prefix}file=")))
            if owner is None or not self.uploaded_by(asked, owner):
                return 403, "This file is not yours."
        if path.startswith(f"{prefix}upload") and owner is None:
            return 403, "Open the studio in a browser first."
        if not path.startswith(f"{prefix}upload"):
            length = headers.get("content-length", "0")
            if not length.isdecimal() or int(length) > MAX_BODY:
                return 413, f"A request may have {MAX_BODY / 1e6:.0f} MB."
        return None

    def uploaded_by(self, path: Path, owner: str) -> bool:
        """Whether a file is an upload of this owner's."""
        return not path.is_symlink() and owner in self._whose.get(path.resolve(), ())

    def _remembering(self, send: Send, owner: str | None) -> Send:
        """Learns whose the files of an upload are from the server's answer."""
        body = bytearray()

        async def remember(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.body":
                body.extend(message.get("body", b""))
                if not message.get("more_body") and owner is not None:
                    for path in _listed(bytes(body)):
                        self._whose.setdefault(Path(path).resolve(), set()).add(owner)
                    while len(self._whose) > UPLOADS_KEPT:
                        self._whose.popitem(last=False)
            await send(message)

        return remember


def _listed(body: bytes) -> list[str]:
    try:
        paths = json.loads(body)
    except ValueError:
        return []
    return [path for path in paths if isinstance(path, str)] if isinstance(paths, list) else []


def _path(scope: Scope) -> str:
    """The path without the prefix under which a proxy serves the studio."""
    path: str = scope["path"]
    root: str = scope.get("root_path", "")
    return path.removeprefix(root) or "/" if root else path


def _cookies(headers: dict[str, str]) -> dict[str, str]:
    jar: SimpleCookie = SimpleCookie()
    try:
        jar.load(headers.get("cookie", ""))
    except CookieError:
        return {}
    return {name: morsel.value for name, morsel in jar.items()}


def _is_secure(scope: Scope, headers: dict[str, str]) -> bool:
    return scope.get("scheme") == "https" or headers.get("x-forwarded-proto", "") == "https"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _with_headers(send: Send, token: str, secure: bool, path: str) -> Send:
    async def add(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            headers = list(message.get("headers", []))
            named = {name.lower() for name, _ in headers}
            if b"content-security-policy" not in named:
                headers.append((b"content-security-policy", POLICY.encode()))
            headers += [
                (b"x-content-type-options", b"nosniff"),
                (b"referrer-policy", b"no-referrer"),
            ]
            if token and path == "/":
                cookie = f"{COOKIE}={token}; Path=/; Max-Age={A_YEAR}; HttpOnly; SameSite=Lax"
                headers.append((b"set-cookie", (cookie + "; Secure" * secure).encode()))
            message = {**message, "headers": headers}
        await send(message)

    return add


async def _answer(send: Send, status: int, words: str) -> None:
    body = json.dumps({"error": words}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
