"""The README's pictures of the studio: python tools/studio_screenshots.py

Opens a studio, gives it the example's plan, draws the storyboard, makes the film, and takes two
pictures in Debian's chromium: docs/pictures/studio-storyboard.webp and studio-film.webp.
"""

import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "examples" / "forty_years_late"
PICTURES = ROOT / "docs" / "pictures"
PORT = 7897
ADDRESS = f"http://127.0.0.1:{PORT}"
PATIENCE = 1_800_000  # milliseconds


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, str(ROOT / "app.py"), "--folder", f"{folder}/films"]
        studio = subprocess.Popen([*command, "--port", str(PORT), "--no-browser"])
        try:
            wait()
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(
                    executable_path=shutil.which("chromium"),
                    args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
                )
                film(browser.new_page(viewport={"width": 1280, "height": 860}))
                browser.close()
        finally:
            studio.terminate()
            studio.wait(90)


def film(page: Page) -> None:
    page.goto(ADDRESS)
    page.get_by_label("Title of a new film").fill("Forty Years Late")
    page.get_by_role("button", name="New film").click()
    page.wait_for_function("window.location.search !== ''")
    step(page, "settings")
    page.locator("#profile input").click()
    page.get_by_role("option", name="preview").click()
    page.get_by_text("Kept: the next work").wait_for()
    step(page, "plan")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Open a plan").click()
    chooser.value.set_files(EXAMPLE / "plan.json")
    page.locator("#board [data-pick]").nth(17).wait_for()
    step(page, "storyboard")
    page.get_by_role("button", name="Draw the storyboard").click()
    page.get_by_text("The storyboard is drawn.").wait_for(timeout=PATIENCE)
    page.locator("#pictures [data-pick]").nth(4).click()
    page.wait_for_timeout(2000)
    picture(page, "studio-storyboard")
    step(page, "film")
    page.locator("#make").click()
    page.get_by_text("The film is done.").wait_for(timeout=PATIENCE)
    page.evaluate("""async () => {
        const film = document.getElementById('s2m-film');
        film.muted = true;
        film.currentTime = 9;
        await new Promise(done => film.addEventListener('seeked', done, {once: true}));
    }""")
    page.wait_for_timeout(1500)
    picture(page, "studio-film")


def picture(page: Page, name: str) -> None:
    PICTURES.mkdir(exist_ok=True)
    with tempfile.NamedTemporaryFile(suffix=".png") as shot:
        page.screenshot(path=shot.name)
        with Image.open(shot.name) as whole:
            whole.save(PICTURES / f"{name}.webp", quality=86, method=6)
    print(PICTURES / f"{name}.webp")


def step(page: Page, name: str) -> None:
    page.locator(f"#steps button[role=tab][data-tab-id={name}]").last.click()
    page.wait_for_timeout(800)


def wait() -> None:
    for _ in range(240):
        try:
            urllib.request.urlopen(ADDRESS, timeout=60).close()
            return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.5)
    sys.exit("the studio did not open")


if __name__ == "__main__":
    main()
