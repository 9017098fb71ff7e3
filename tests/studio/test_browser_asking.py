"""What a page says before something is begun: who is in the story, what it takes, what it costs."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from script2movie.media.clips import ffmpeg
from script2movie.studio.limits import Limits
from script2movie.studio.projects import Choices, Library, Project

from .conftest import OWN_CAST, PATIENCE, Studio, picture_of, step, violations, visit

sys.path.insert(0, str(Path(__file__).parents[1] / "planner"))
from model_server import serving

STORY = """# The Watch

Mara Reed enters the shop. "It was my father's," says Mara.

Old Walter bows over the watch. Rosa brings tea. "Sit down," says Rosa.
"""

pytestmark = pytest.mark.timeout(1200)


def told(studio: Studio, story: str = STORY, **choices: object) -> Project:
    """A film with a story and no plan."""
    project = Library(studio.folder, Limits()).create("local", "The Watch")
    project.choose(Choices("preview", size="320x180", fps=8, **choices))  # type: ignore[arg-type]
    with project.changing():
        project.tell(story, ".md", Limits())
    return project


def add_pictured(page: Page, portrait: Path) -> None:
    with page.expect_file_chooser() as chooser:
        page.locator("#add-pictured").click()
    chooser.value.set_files(portrait)


def test_people_of_the_story_are_offered_before_it_is_planned(
    page: Page, studio: Studio, tmp_path: Path
) -> None:
    project = told(studio)
    visit(page, studio, project.id)
    step(page, "cast")
    offered = page.locator("#offered")
    expect(offered.get_by_role("checkbox")).to_have_count(3, timeout=PATIENCE)
    for name in ("Mara Reed", "Walter", "Rosa"):
        expect(offered.get_by_role("checkbox", name=name)).to_be_checked()
    picture_of(page, "cast-offered")

    # 1. One of them with a portrait, the others with a press
    portrait = OWN_CAST / "cast" / "Iris Vale" / "portrait.jpg"
    add_pictured(page, portrait)
    expect(page.get_by_text("Tick one person alone").first).to_be_visible()
    page.locator(".toast-close").first.click()
    for name in ("Walter", "Rosa"):
        offered.get_by_role("checkbox", name=name).uncheck()
    add_pictured(page, portrait)
    mara = page.locator("#people").get_by_role("button", pressed=True)
    expect(mara).to_contain_text("Mara Reed")
    expect(mara).to_contain_text("1 portrait")
    expect(offered.get_by_role("checkbox")).to_have_count(2)
    page.get_by_role("button", name="Add them").click()
    expect(page.locator("#people [data-pick]")).to_have_count(3)
    expect(page.locator("#people")).to_contain_text("a default figure will play them")
    expect(offered).to_be_hidden()
    assert sorted(path.name for path in project.cast.iterdir()) == ["Mara Reed", "Rosa", "Walter"]
    expect(page.locator("#audition-price")).to_contain_text("It costs nothing.")

    # 2. A voice as a telephone records it
    page.locator("#people [data-pick]").first.click()
    expect(page.locator("#people [data-pick]").first).to_have_attribute("aria-pressed", "true")
    memo = tmp_path / "memo.m4a"
    voice = OWN_CAST / "cast" / "Iris Vale" / "voice.flac"
    subprocess.run([ffmpeg(), "-v", "error", "-i", str(voice), str(memo)], check=True)
    page.locator("#voice input[type=file]").set_input_files(memo)
    expect(page.locator("#people [data-pick]").first).to_contain_text("their own recording")
    assert (project.cast / "Mara Reed" / "voice.flac").is_file()

    # 3. Somebody comes into the story, and is offered the next time one looks
    with project.changing():
        project.tell(f'{STORY}\nTheo Marsh knocks. "Hello," says Theo.\n', ".md", Limits())
    step(page, "story")
    step(page, "cast")
    expect(offered.get_by_role("checkbox")).to_have_count(1, timeout=PATIENCE)
    expect(offered.get_by_role("checkbox", name="Theo Marsh")).to_be_checked()


def test_a_story_that_cannot_be_read_says_why(page: Page, studio: Studio) -> None:
    project = told(studio, "一天晚上，她走进商店。")
    visit(page, studio, project.id)
    step(page, "cast")
    expect(page.locator("#looked")).to_contain_text("not in English", timeout=PATIENCE)


def test_a_planner_that_costs_money_says_so_first(page: Page, studio: Studio) -> None:
    with serving() as model:
        options = ("planner.model=gpt-5-mini", f"planner.base_url={model.url}")
        project = told(studio, backends=(("planner", "llm"),), options=options)
        visit(page, studio, project.id)
        step(page, "story")
        expect(page.locator("#plan-price")).to_contain_text("Planner 'llm' asks a model")
        page.locator("#plan-it").click()
        foreseen = page.locator("#foreseen")
        asks = re.compile(r"gpt-5-mini: about \d+ calls, \d+ tokens read")
        expect(foreseen).to_contain_text(asks, timeout=PATIENCE)
        expect(foreseen).to_contain_text("about $0.0")
        expect(foreseen).to_contain_text("whoever runs the server that planner.base_url names")
        picture_of(page, "story-foreseen")
        page.get_by_role("button", name="Not now").click()
        expect(foreseen).to_be_hidden()
        assert not model.requests
        page.locator("#plan-it").click()
        page.get_by_role("button", name="Plan it for that").click(timeout=PATIENCE)
        expect(page.locator("#job")).to_contain_text("The plan is there.", timeout=PATIENCE)
        assert model.asked("film")


def test_a_planner_without_its_key_is_refused_before_it_is_begun(
    page: Page, studio: Studio
) -> None:
    project = told(studio, backends=(("planner", "llm"),), options=("planner.model=gpt-5-mini",))
    visit(page, studio, project.id)
    step(page, "story")
    page.locator("#plan-it").click()
    expect(page.get_by_text("needs a key").first).to_be_visible(timeout=PATIENCE)
    expect(page.locator("#foreseen")).to_be_hidden()


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_everybody_can_read_what_is_asked(
    browser: Browser, studio: Studio, width: int, scheme: str
) -> None:
    with serving() as model:
        options = ("planner.model=gpt-5-mini", f"planner.base_url={model.url}")
        project = told(studio, backends=(("planner", "llm"),), options=options)
        context = browser.new_context(
            viewport={"width": width, "height": 800}, color_scheme=scheme, reduced_motion="reduce"
        )
        context.set_default_timeout(60_000)
        page = context.new_page()
        visit(page, studio, project.id)
        for name, wait_for in (("cast", "#offered"), ("story", "#foreseen")):
            step(page, name)
            if name == "story":
                page.locator("#plan-it").click()
            page.locator(wait_for).wait_for(timeout=PATIENCE)
            page.wait_for_timeout(700)
            picture_of(page, f"{name}-asking-{width}-{scheme}")
            bad = violations(page)
            assert not bad, f"{name}: {bad}"
            assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
        context.close()
