"""The studio under load: python benchmarks/studio.py [--films N] [--starts N]

Four guests make films at once, over and over until N are made (30), on two workers. Meanwhile a
fifth clicks on the plan board. Prints how long opening and the first paint take, the clicks, when
each guest's films were done, and the studio's own memory after each round. Real chromium. With
--starts it is opened N times and does no more: seconds until it answers, and of work until then.
"""

import argparse
import os
import secrets
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx
from gradio_client import Client, handle_file  # type: ignore[import-untyped]
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))
PORT = 7896
ADDRESS = f"http://127.0.0.1:{PORT}"
GUESTS = 4


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--films", type=int, default=30, metavar="N", help="films to make (30)")
    options.add_argument("--starts", type=int, metavar="N", help="open it N times, make nothing")
    chosen = options.parse_args()
    num_films = chosen.films
    if chosen.starts:
        opened = [opening() for _ in range(chosen.starts)]
        for wait, work in opened:
            print(f"answers after {wait:.1f} s, {work:.1f} s of them work")
        wait, work = (statistics.median(one) for one in zip(*opened, strict=True))
        print(f"median: {wait:.1f} s, work {work:.1f} s; load {os.getloadavg()[0]:.0f}")
        return
    with tempfile.TemporaryDirectory() as folder:
        start = time.monotonic()
        command = [sys.executable, str(ROOT / "app.py"), "--folder", f"{folder}/films"]
        studio = subprocess.Popen([*command, "--port", str(PORT), "--host", "0.0.0.0"])
        try:
            while not answers():
                time.sleep(0.05)
            print(f"open after {time.monotonic() - start:.1f} s")
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(
                    executable_path=shutil.which("chromium"),
                    args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
                )
                page = browser.new_page()
                start = time.monotonic()
                page.goto(ADDRESS)
                page.get_by_role("button", name="New film").wait_for()
                print(f"first paint after {time.monotonic() - start:.2f} s")
                load(page, Path(folder), studio.pid, num_films)
                browser.close()
        finally:
            studio.terminate()
            studio.wait(90)


def opening() -> tuple[float, float]:
    """Opens the studio and closes it; seconds until it answers, and seconds of work until then."""
    with tempfile.TemporaryDirectory() as folder:
        begun = time.monotonic()
        command = [sys.executable, str(ROOT / "app.py"), "--folder", f"{folder}/films"]
        studio = subprocess.Popen([*command, "--port", str(PORT), "--no-browser"])
        try:
            while not answers():
                time.sleep(0.05)
            wait = time.monotonic() - begun
            times = Path(f"/proc/{studio.pid}/stat").read_text("ascii").rpartition(")")[2].split()
            work = (int(times[11]) + int(times[12])) / os.sysconf("SC_CLK_TCK")
        finally:
            studio.terminate()
            studio.wait(90)
    return wait, work


def load(page: Page, folder: Path, pid: int, num_films: int) -> None:
    from script2movie.screenplay import save_plan
    from tests.studio.films import small_movie

    plan = folder / "plan.json"
    save_plan(small_movie(), plan)
    upload = handle_file(plan)
    guests = [guest() for _ in range(GUESTS)]
    page.get_by_label("Title of a new film").fill("The clicker's")
    page.get_by_role("button", name="New film").click()
    page.wait_for_function("window.location.search !== ''")
    page.locator("#steps button[role=tab][data-tab-id=plan]").last.click()
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Open a plan").click()
    chooser.value.set_files(plan)
    page.locator("#board [data-pick]").nth(2).wait_for()

    clicks: list[float] = []
    memory = [resident(pid)]
    waits: list[list[float]] = [[] for _ in guests]
    for number in range(-(-num_films // GUESTS)):
        start = time.monotonic()
        films = []
        for client in guests:
            film = client.predict(f"Film {number}", api_name="/new_film")
            client.predict(film, upload, api_name="/set_plan")
            client.predict(film, "preview", "320x180", 8, "", 0, api_name="/choose")
            client.predict(film, "film", api_name="/start")
            films.append(film)
        busy = set(range(GUESTS))
        while busy:
            clicks.append(click(page, len(clicks) % 3))
            for one in sorted(busy):
                state = guests[one].predict(films[one], api_name="/status")["state"]
                if state not in {"waiting", "running"}:
                    assert state == "done", state
                    waits[one].append(time.monotonic() - start)
                    busy.remove(one)
        for client, film in zip(guests, films, strict=True):
            client.predict(film, api_name="/delete_film")
        memory.append(resident(pid))
        print(f"round {number + 1}: memory {memory[-1]:.0f} MB", flush=True)
    clicks.sort()
    ninth = clicks[int(0.9 * len(clicks))]
    print(
        f"clicks: median {statistics.median(clicks):.2f} s, 90 % below {ninth:.2f} s, "
        f"n = {len(clicks)}; load {os.getloadavg()[0]:.0f}"
    )
    for one, done in enumerate(waits, 1):
        print(f"guest {one}: {len(done)} films, each after {statistics.mean(done):.0f} s")
    print(f"memory: {memory[1]:.0f} MB after the first round, {memory[-1]:.0f} MB after the last")


def click(page: Page, number: int) -> float:
    """Seconds from a click on a card until the page shows that it is chosen."""
    card = page.locator("#board [data-pick]").nth(number)
    start = time.monotonic()
    card.click()
    page.wait_for_function(
        "n => document.querySelectorAll('#board [data-pick]')[n].ariaPressed === 'true'", arg=number
    )
    return time.monotonic() - start


def guest() -> Client:
    cookie = f"script2movie_owner={secrets.token_urlsafe(32)}"
    return Client(ADDRESS, headers={"cookie": cookie}, verbose=False)


def resident(pid: int) -> float:
    """The studio's own memory in MB, without its jobs' processes."""
    pages = int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def answers() -> bool:
    try:
        return httpx.get(ADDRESS, timeout=60).is_success
    except httpx.HTTPError:
        return False


if __name__ == "__main__":
    main()
