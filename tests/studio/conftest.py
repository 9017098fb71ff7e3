"""A studio that is open, in its own process, and a real browser that visits it."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    expect,
    sync_playwright,
)

from script2movie.movie import Movie

from .films import small_movie

ROOT = Path(__file__).parents[2]
OWN_CAST = ROOT / "examples" / "own_cast"
SCREENSHOTS = ROOT / "out" / "screenshots"
QUIET = 120  # milliseconds without a question under way, after which a page has settled
PATIENCE = 240_000  # milliseconds that work may take on a busy machine


@dataclass(frozen=True)
class Studio:
    """An open studio: where it is, where its films are, its process."""

    address: str
    folder: Path
    process: subprocess.Popen[bytes]

    @property
    def films(self) -> list[Path]:
        return [path.parent for path in self.folder.glob("*/*/project.json")]


@contextmanager
def opened(folder: Path, *options: str, app: Path = ROOT / "app.py") -> Iterator[Studio]:
    """`python app.py` on a free port, until the block ends."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, str(app), "--folder", str(folder), "--port", str(port)]
    process = subprocess.Popen(
        [*command, "--no-browser", *options],
        env={**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
        cwd=folder.parent,
        stdout=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + 120
        while True:
            try:
                httpx.get(address, timeout=60).raise_for_status()
                break
            except httpx.HTTPError:
                assert process.poll() is None, "the studio did not open"
                assert time.monotonic() < deadline
                time.sleep(0.2)
        yield Studio(address, folder, process)
    finally:
        process.terminate()
        process.wait(90)


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """For the one user of this machine."""
    with opened(tmp_path_factory.mktemp("studio") / "films") as studio:
        yield studio


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """Open to a network, without logins."""
    folder = tmp_path_factory.mktemp("network") / "films"
    with opened(folder, "--host", "0.0.0.0") as studio:
        yield studio


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.fail("the studio is tested in a real browser: sudo apt-get install chromium")
    expect.set_options(timeout=60_000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield browser
        browser.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.set_default_timeout(60_000)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


# Counts in the browser what was asked and is not answered yet.
COUNT = r"""
window.unanswered = new Set();
window.asking = 0;
{
  const send = window.fetch, answered = new Set();
  const listen = async stream => {
    let said = '';
    for await (const part of stream.pipeThrough(new TextDecoderStream())) {
      const lines = (said + part).split('\n');
      said = lines.pop();
      for (const line of lines) {
        const told = line.startsWith('data:') ? JSON.parse(line.slice(5)) : {};
        if (told.msg !== 'process_completed') continue;
        answered.add(told.event_id);
        unanswered.delete(told.event_id);
      }
    }
  };
  window.fetch = async (where, what) => {
    const url = String(where.url ?? where);
    const asks = url.includes('/queue/join') || url.includes('/upload?');
    if (asks) window.asking += 1;
    const response = await send(where, what);
    if (asks) {
      const told = await response.clone().json();
      if (told.event_id && !answered.has(told.event_id)) unanswered.add(told.event_id);
      window.asking -= 1;
    }
    if (!url.includes('/queue/data')) return response;
    const [mine, theirs] = response.body.tee();
    listen(mine).catch(() => {});
    return new Response(theirs, response);
  };
}"""


def settle(page: Page) -> None:
    """Waits until the studio has answered all that the page has asked."""
    still, deadline = 0, time.monotonic() + PATIENCE / 1000
    while still < QUIET:
        page.wait_for_timeout(20)
        still = still + 20 if page.evaluate("asking + unanswered.size === 0") else 0
        assert time.monotonic() < deadline, "the studio has not answered"


def visit(page: Page, studio: Studio, film: str = "") -> None:
    """Opens the studio, on a film where one is named, and waits until it answers."""
    page.add_init_script(f"if (!window.unanswered) {{{COUNT}}}")
    page.goto(f"{studio.address}/{f'?film={film}' if film else ''}")
    page.get_by_role("button", name="New film").wait_for()
    if film:
        page.wait_for_function(
            "film => document.querySelector('#story-stands :is(input, textarea)')?.value === film",
            arg=film,
        )
    settle(page)


def step(page: Page, name: str) -> None:
    """Turns to a step."""
    tab = page.locator(f"#steps button[role=tab][data-tab-id={name}]").last
    if tab.is_visible():
        tab.click()
    else:
        page.locator("#steps .overflow-menu > button").click()
        page.locator("#steps .overflow-dropdown button").filter(
            has_text=name.capitalize()
        ).last.click()
    settle(page)


def begin(page: Page, studio: Studio, title: str) -> str:
    """A new film; its id."""
    visit(page, studio)
    page.get_by_label("Title of a new film").fill(title)
    page.get_by_role("button", name="New film").click()
    slug = "-".join(title.lower().split())
    page.wait_for_function("slug => window.location.search.startsWith('?film=' + slug)", arg=slug)
    settle(page)
    return page.url.partition("film=")[2]


def picture_of(page: Page, name: str) -> Path:
    """A screenshot, kept for whoever looks at them."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    path = SCREENSHOTS / f"{name}.png"
    page.screenshot(path=path, full_page=True)
    return path


def violations(page: Page) -> list[tuple[str, str, str]]:
    """What axe-core finds serious or critical: its rule, where, and why."""
    # What is still fading in has the contrast of no colour of ours.
    page.wait_for_function(
        """() => [...document.querySelectorAll('.toast-body')].every(
            one => Number(getComputedStyle(one).opacity) === 1)"""
    )
    return [
        (one["id"], node["html"][:200], node["failureSummary"])
        for one in Axe().run(page).response["violations"]
        if one["impact"] in {"serious", "critical"}
        for node in one["nodes"]
    ]


@pytest.fixture
def planned(tmp_path: Path) -> Callable[[Studio, str], str]:
    """A film of three shots in a studio, planned, at the smallest size; its id."""
    from script2movie.studio.limits import Limits
    from script2movie.studio.projects import Choices, Library

    def make(studio: Studio, owner: str, movie: Movie | None = None) -> str:
        library = Library(studio.folder, Limits())
        project = library.create(owner, "The Test")
        project.choose(Choices("preview", size="320x180", fps=8))
        with project.changing():
            project.record(movie or small_movie())
        return project.id

    return make
