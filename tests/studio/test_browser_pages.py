"""What must hold on every page: nothing from outside, readable by everybody, each one's own."""

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from .conftest import Studio, begin, picture_of, step, violations, visit

STEPS = ("story", "cast", "plan", "storyboard", "film", "score", "settings")

pytestmark = pytest.mark.timeout(900)


def test_the_page_asks_no_other_host_and_is_there_at_once(page: Page, studio: Studio) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    start = time.monotonic()
    visit(page, studio)
    print(f"first paint: {time.monotonic() - start:.2f} s")
    begin(page, studio, "Elsewhere")
    for name in STEPS:
        step(page, name)
        page.wait_for_timeout(300)
    tabs = page.locator("#steps .tab-container:not(.visually-hidden) [role=tab]")
    expect(tabs).to_have_text([name.capitalize() for name in STEPS])
    outside = [url for url in asked if not url.startswith((studio.address, "data:", "blob:"))]
    assert len(asked) > 10 and not outside
    assert not wrong


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_everybody_can_use_every_page(
    browser: Browser, studio: Studio, planned: Callable[..., str], width: int, scheme: str
) -> None:
    film = planned(studio, "local")
    context = browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme=scheme, reduced_motion="reduce"
    )
    context.set_default_timeout(60_000)
    page = context.new_page()
    visit(page, studio, film)
    for name in STEPS:
        step(page, name)
        page.wait_for_timeout(700)
        picture_of(page, f"{name}-{width}-{scheme}")
        bad = violations(page)
        assert not bad, f"{name}: {bad}"
        overflow = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert overflow <= 0, f"{name} is {overflow} px wider than the screen"
    context.close()


def test_the_board_is_used_without_a_mouse(
    page: Page, studio: Studio, planned: Callable[..., str]
) -> None:
    visit(page, studio, planned(studio, "local"))
    step(page, "plan")
    second = page.locator("#board [data-pick]").nth(1)
    second.focus()
    page.keyboard.press("Enter")
    expect(second).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#dialogue textarea")).to_have_value("Ben: Maybe.")
    expect(second).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("#board [data-pick]").nth(2)).to_be_focused()


def test_every_choice_of_somebody_in_a_hurry_is_shown(
    page: Page, studio: Studio, planned: Callable[..., str]
) -> None:
    visit(page, studio, planned(studio, "local"))
    step(page, "plan")
    expect(page.locator("#board [data-pick]").first).to_have_attribute("aria-pressed", "true")
    page.evaluate(
        """async () => {
          for (const number of [2, 0, 1]) {
            document.querySelectorAll('#board [data-pick]')[number].click();
            await new Promise(resolve => setTimeout(resolve, 5));
          }
        }"""
    )
    expect(page.locator("#board [data-pick]").nth(1)).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#dialogue textarea")).to_have_value("Ben: Maybe.")


def test_a_story_typed_before_there_is_a_film_is_kept(page: Page, network: Studio) -> None:
    visit(page, network)
    story = page.locator("#story textarea")
    story.fill("Anna waits.")
    story.blur()
    expect(page.get_by_text("begin a new one").first).to_be_visible()
    page.get_by_label("Title of a new film").fill("Waiting")
    page.get_by_role("button", name="New film").click()
    expect(page.locator("#length")).to_contain_text("2 words of prose")
    page.reload()
    expect(story).to_have_value("Anna waits.")


def test_a_second_browser_cannot_see_the_first_one_s_films(
    browser: Browser, network: Studio
) -> None:
    first, second = browser.new_context(), browser.new_context()
    for context in (first, second):
        context.set_default_timeout(60_000)
    mine = first.new_page()
    film = begin(mine, network, "Mine alone")
    (folder,) = (path for path in network.films if path.name == film)
    (folder / "out" / "film.srt").write_text("1", encoding="utf-8")
    assert mine.request.get(f"{network.address}/films/{film}/out/film.srt").ok

    other = second.new_page()
    visit(other, network)
    expect(other.locator("#films input")).to_have_value("")
    other.goto(f"{network.address}/?film={film}")
    other.get_by_role("button", name="New film").wait_for()
    other.wait_for_timeout(1500)
    assert "Mine alone" not in other.content()
    assert other.request.get(f"{network.address}/films/{film}/out/film.srt").status == 404

    reopened = first.new_page()  # and the first finds it again
    visit(reopened, network)
    reopened.wait_for_function("document.querySelector('#films input').value === 'Mine alone'")
    first.close()
    second.close()
