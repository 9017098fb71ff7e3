"""Scored MovieBench runs are opened from disk: by the user of this machine any, on a network those
under one folder, and nothing leads out of it.
"""

import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from script2movie.cli import main
from script2movie.errors import StudioError
from script2movie.studio.runs import Runs

from .conftest import Studio, begin, opened, picture_of, step, violations, visit

sys.path.insert(0, str(Path(__file__).parents[1] / "moviebench"))
from synthetic import FERRY, make_dataset, make_predictions

pytestmark = pytest.mark.timeout(900)


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of runs: one that was scored, one that was not, one that others may not see."""
    folder = tmp_path_factory.mktemp("runs")
    data = make_dataset(tmp_path_factory.mktemp("moviebench"))
    run = make_predictions(folder / "week 1" / "monday", {5_000: ["Old Tom"]})
    told = ["score", str(run), "--dataset", str(data), "--metrics", "identity"]
    assert main([*told, "--protocol", "paper"]) == 0
    (folder / "unscored").mkdir()
    hidden = folder.with_name("hidden")
    shutil.copytree(run, hidden)
    return folder


def refused(call: Callable[..., object], *given: object) -> str:
    with pytest.raises(StudioError) as refusal:
        call(*given)
    assert "\n" not in str(refusal.value)
    return str(refusal.value)


def test_on_this_machine_any_folder_is_opened(runs: Path) -> None:
    here = Runs(None, local=True)
    run = here.open("local", f" {runs / 'week 1' / 'monday'} ")
    assert run.told == (f"{runs / 'week 1' / 'monday'}: 9 clips of 9 annotated shots",)
    assert here.served("local", run.id, "score.html") == run.folder / "score.html"
    assert here.listed() == [] and Runs(runs, local=True).listed() == ["week 1/monday"]
    assert Runs(runs, local=True).open("local", "week 1/monday").folder == run.folder
    assert "holds no score.json: score the run first" in refused(
        here.open, "local", str(runs / "unscored")
    )
    for typed in (str(runs / "nowhere"), "", "\0", "x" * 2000, "~nobody-of-this-name/x"):
        refused(here.open, "local", typed)


def test_a_damaged_score_is_said(runs: Path, tmp_path: Path) -> None:
    run = Path(shutil.copytree(runs / "week 1" / "monday", tmp_path / "run"))
    here = Runs(None, local=True)
    for damaged in ("{", "[]", '{"runs": 3}', '{"runs": [{}]}'):
        (run / "score.json").write_text(damaged)
        assert "run/score.json is damaged" in refused(here.open, "local", str(run))


def test_nothing_leads_out_of_the_folder_of_runs(runs: Path, tmp_path: Path) -> None:
    mine = Path(shutil.copytree(runs, tmp_path / "runs"))
    hidden = runs.with_name("hidden")
    (mine / "link").symlink_to(hidden)
    (mine / "loop").symlink_to(mine / "loop")
    leaky = Path(shutil.copytree(mine / "week 1" / "monday", mine / "leaky"))
    (leaky / "score.html").unlink()
    (leaky / "score.html").symlink_to("/etc/passwd")
    there = Runs(mine, local=False)
    run = there.open("guest-a", "week 1/monday")
    outside = ("../hidden", "link", "loop", str(hidden), "week 1/../../hidden", "/", "..", "leaky")
    for typed in (*outside, "unscored", "week 1/../week 1/monday"):
        refused(there.open, "guest-a", typed)
    for owner, name in (("guest-b", "score.html"), ("guest-a", "../secret"), ("guest-a", ".")):
        assert refused(there.served, owner, run.id, name) == "There is no such file."
    (run.folder / "score.html").unlink()
    (run.folder / "score.html").symlink_to("/etc/passwd")  # after it was opened
    refused(there.served, "guest-a", run.id, "score.html")
    assert "--runs DIR" in refused(Runs(None, local=False).open, "guest-a", str(mine))


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_a_run_is_looked_at(
    browser: Browser, studio: Studio, runs: Path, width: int, scheme: str
) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme=scheme, reduced_motion="reduce"
    )
    context.set_default_timeout(60_000)
    page = context.new_page()
    begin(page, studio, f"Scored {width} {scheme}")
    step(page, "score")
    page.get_by_role("button", name="A MovieBench run from disk").click()
    folder = page.get_by_label("Folder that script2movie score wrote its report into")
    folder.fill(str(runs / "unscored"))
    page.get_by_role("button", name="Open", exact=True).click()
    expect(page.get_by_text("unscored holds no score.json").first).to_be_visible()
    assert not violations(page)
    page.locator(".toast-close").click()
    expect(page.locator(".toast-close")).to_have_count(0)
    folder.fill(str(runs / "week 1" / "monday"))
    folder.press("Enter")
    report = page.frame_locator("iframe[title='MovieBench score']")
    expect(report.get_by_role("heading", name="Shots, the worst first")).to_be_visible()
    expect(report.get_by_role("cell", name="identity F1 (dlib)")).to_be_visible()
    expect(report.locator("svg.plot")).not_to_have_count(0)
    expect(report.locator("article.shot").first).to_contain_text("missed: ")
    page.locator("iframe.s2m-run").scroll_into_view_if_needed()
    page.wait_for_timeout(700)
    picture_of(page, f"score-run-{width}-{scheme}")
    assert not violations(page)
    overflow = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert overflow <= 0
    with context.expect_page() as another:
        page.get_by_role("link", name="In a window of its own").click()
    expect(another.value.get_by_text(FERRY).first).to_be_visible()
    context.close()


@pytest.mark.parametrize("width", [1280, 390])
def test_everybody_can_read_the_page_of_a_run(browser: Browser, runs: Path, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.goto((runs / "week 1" / "monday" / "score.html").as_uri())
    assert not violations(page)
    page.close()


def test_a_network_s_guests_see_the_runs_they_are_given(
    page: Page, runs: Path, tmp_path: Path
) -> None:
    mine = Path(shutil.copytree(runs, tmp_path / "runs"))
    with opened(tmp_path / "films", "--host", "0.0.0.0", "--runs", str(mine)) as studio:
        visit(page, studio)
        step(page, "score")
        page.get_by_role("button", name="A MovieBench run from disk").click()
        expect(page.get_by_label("Folder that script2movie")).to_be_hidden()
        page.locator("#runs input").click()
        page.get_by_role("option", name="week 1/monday").click()
        report = page.frame_locator("iframe[title='MovieBench score']")
        expect(report.get_by_role("heading", name="Numbers")).to_be_visible()
        shutil.copytree(mine / "week 1" / "monday", mine / "week 2")  # scored since
        step(page, "film")
        step(page, "score")
        page.locator("#runs input").click()
        before = page.locator("iframe.s2m-run").get_attribute("src")
        page.get_by_role("option", name="week 2").click()
        expect(page.locator("iframe.s2m-run")).not_to_have_attribute("src", before or "")
        expect(report.get_by_role("heading", name="Numbers")).to_be_visible()
        address = page.locator("iframe.s2m-run").get_attribute("src")
        assert page.request.get(f"{studio.address}/{address}").ok
        with httpx.Client(base_url=studio.address, timeout=60) as other:
            other.get("/").raise_for_status()
            assert other.get(f"/{address}").status_code == 404
            for typed in ("../hidden", str(runs.with_name("hidden")), "/etc"):
                asked = other.post("/gradio_api/call/open_run", json={"data": [typed]}).json()
                said = other.get(f"/gradio_api/call/open_run/{asked['event_id']}").text
                assert "event: error" in said and "none of the runs here" in said
            asked = other.post("/gradio_api/call/open_run", json={"data": ["week 2"]}).json()
            said = other.get(f"/gradio_api/call/open_run/{asked['event_id']}").text
            (told,) = json.loads(said.partition("data: ")[2].splitlines()[0])
            answer = other.get(f"/{told['page']}")
            assert (
                answer.status_code == 200 and "sandbox" in answer.headers["content-security-policy"]
            )
