"""An answer that comes late is never shown over a newer choice, in a real browser."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from script2movie.studio.limits import Limits
from script2movie.studio.projects import Choices, Library, Project

from .conftest import OWN_CAST, Studio, opened, settle, step, visit
from .films import small_movie

PORTRAIT = OWN_CAST / "cast" / "Iris Vale" / "portrait.jpg"
MEANWHILE = 300  # milliseconds in which a question has reached the studio, and is not answered

pytestmark = pytest.mark.timeout(600)
Delay = Callable[..., None]


@pytest.fixture(scope="module")
def slow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    folder = tmp_path_factory.mktemp("slow") / "films"
    with opened(folder, app=Path(__file__).with_name("slow_app.py")) as studio:
        yield studio


@pytest.fixture
def delay(slow: Studio) -> Iterator[Delay]:
    """Has a function of the studio's take so many seconds longer."""
    path = slow.folder.with_name("delays.json")

    def late(name: str, seconds: float, film: str = "") -> None:
        path.write_text(json.dumps({name: (seconds, film)}), encoding="utf-8")

    yield late
    path.unlink(missing_ok=True)


def made(studio: Studio, title: str, *, story: str = "", planned: bool = True) -> Project:
    """A film with Anna and Ben in its cast, planned or with a story alone."""
    project = Library(studio.folder, Limits()).create("local", title)
    project.choose(Choices("preview", size="320x180", fps=8))
    with project.changing():
        if planned:
            project.record(replace(small_movie(), title=title))
        if story:
            project.tell(story, ".md", Limits())
        for name in () if story else ("Anna", "Ben"):
            (project.cast / name).mkdir()
    return project


def stands(page: Page, name: str) -> str:
    return page.locator(f"#{name}-stands :is(input, textarea)").input_value()


def chosen(page: Page, board: str) -> str:
    return page.locator(f"{board} [aria-pressed=true]").get_attribute("data-pick") or ""


def turn_to(page: Page, project: Project) -> None:
    """Another film, by the chooser."""
    page.locator("#films input").click()
    page.get_by_role("option", name=project.facts.title, exact=True).click()


def test_a_portrait_that_is_still_read_is_whose_it_was_dropped_on(
    page: Page, slow: Studio, delay: Delay, tmp_path: Path
) -> None:
    project = made(slow, "Portraits")
    delay("uploads.take_portrait", 2.0)
    visit(page, slow, project.id)
    step(page, "cast")
    assert chosen(page, "#people") == "Anna"
    words = tmp_path / "holiday.jpg"
    words.write_text("<html></html>", encoding="utf-8")
    page.locator("#portraits input[type=file]").set_input_files([PORTRAIT, words])
    page.wait_for_timeout(MEANWHILE)
    page.locator("#people [data-pick=Ben]").click()
    expect(page.locator("#people [data-pick=Ben]")).to_have_attribute("aria-pressed", "true")
    about = page.get_by_label("About them")
    about.press_sequentially("a sailor")  # while the first answer is still to come
    expect(page.locator("#problems")).to_contain_text("Anna: holiday.jpg is a web page")
    assert chosen(page, "#people") == "Ben" and stands(page, "cast") == f"{project.id} Ben"
    expect(about).to_have_value("a sailor")
    expect(page.locator("#people [data-pick=Anna]")).to_contain_text("1 portrait")
    assert [path.name for path in (project.cast / "Anna").iterdir()] == ["portrait-1.jpg"]
    about.blur()
    settle(page)
    assert (project.cast / "Ben" / "about.txt").read_text("utf-8") == "a sailor"


def test_a_portrait_that_is_still_on_its_way_is_whose_it_was_dropped_on(
    page: Page, slow: Studio
) -> None:
    project = made(slow, "Telephone")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/gradio_api/upload?*", hold)
    visit(page, slow, project.id)
    step(page, "cast")
    page.locator("#portraits input[type=file]").set_input_files(PORTRAIT)
    page.wait_for_timeout(MEANWHILE)
    page.locator("#people [data-pick=Ben]").click()
    expect(page.locator("#people [data-pick=Ben]")).to_have_attribute("aria-pressed", "true")
    assert len(held) == 1
    held[0].continue_()
    expect(page.locator("#people [data-pick=Anna]")).to_contain_text("1 portrait")
    assert chosen(page, "#people") == "Ben"
    assert not list((project.cast / "Ben").iterdir())


def test_a_film_is_never_shown_under_the_name_of_another(
    page: Page, slow: Studio, delay: Delay
) -> None:
    first, second = made(slow, "The First"), made(slow, "The Second")
    delay("costs.storyboard", 1.5, first.id)
    visit(page, slow, second.id)
    step(page, "storyboard")
    page.evaluate("""() => {
        window.seen = [];
        const stands = document.querySelector('#storyboard-stands :is(input, textarea)');
        const look = () => {
            if (getComputedStyle(document.getElementById('pictures')).visibility === 'visible')
                seen.push(stands.value.split(' ')[0]);
            requestAnimationFrame(look);
        };
        look();
    }""")
    turn_to(page, first)  # which takes its time,
    page.wait_for_timeout(MEANWHILE)
    page.locator("#steps button[role=tab][data-tab-id=film]").last.click()
    page.locator("#steps button[role=tab][data-tab-id=storyboard]").last.click()
    turn_to(page, second)  # and is not waited for
    settle(page)
    assert stands(page, "storyboard") == f"{second.id} s01_sh001"
    expect(page.locator("#films input")).to_have_value("The Second")
    seen = page.evaluate("window.seen")
    assert set(seen) == {second.id}


def test_what_is_pressed_before_a_film_stands_there_is_not_done_to_another(
    page: Page, slow: Studio, delay: Delay
) -> None:
    first, second = made(slow, "Cut Me Not"), made(slow, "Nor Me")
    visit(page, slow, first.id)
    step(page, "plan")
    expect(page.locator("#board [data-pick]")).to_have_count(3)
    delay("costs.storyboard", 2.0, second.id)
    turn_to(page, second)
    page.wait_for_timeout(MEANWHILE)
    page.locator("button", has_text="Delete shot").dispatch_event("click")
    expect(page.get_by_text("still turning to another film").first).to_be_visible()
    settle(page)
    for project in (first, second):
        movie = project.history.movie()
        assert movie is not None and len(list(movie.shots)) == 3
    assert stands(page, "plan").startswith(second.id)


def test_people_who_are_still_looked_for_are_offered_to_their_own_film(
    page: Page, slow: Studio, delay: Delay
) -> None:
    story = 'Mara Reed enters the shop. "It was my father\'s," says Mara Reed.'
    first, second = made(slow, "With Mara", story=story, planned=False), made(slow, "Without")
    delay("people.look", 1.0)
    visit(page, slow, first.id)
    page.locator("#steps button[role=tab][data-tab-id=cast]").last.click()
    page.wait_for_timeout(MEANWHILE)
    turn_to(page, second)
    settle(page)
    assert stands(page, "cast") == f"{second.id} Anna"
    expect(page.locator("#offered")).to_be_hidden()
    turn_to(page, first)
    expect(page.locator("#offered").get_by_role("checkbox", name="Mara Reed")).to_be_checked()


def test_a_shot_that_was_chosen_stays_chosen(page: Page, slow: Studio, delay: Delay) -> None:
    project = made(slow, "The Shot")
    visit(page, slow, project.id)
    step(page, "plan")
    delay("cards.plan_board", 0.7)
    page.locator("#plot textarea").fill("Anna waits by the window.")
    for _ in range(
        2
    ):  # the words belong to the first shot, whatever is chosen before they are kept
        page.locator("#board [data-pick]").nth(2).click()
        page.locator("#board [data-pick]").nth(1).click()
    page.locator("#steps button[role=tab][data-tab-id=storyboard]").last.click()
    settle(page)
    assert chosen(page, "#pictures") == chosen(page, "#board") == "s01_sh002"
    movie = project.history.movie()
    assert movie is not None
    assert [shot.plot for _, shot in movie.shots] == ["Anna waits by the window.", "", ""]


def test_a_picture_is_of_the_shot_that_it_was_given_to(
    page: Page, slow: Studio, delay: Delay
) -> None:
    project = made(slow, "My Picture")
    visit(page, slow, project.id)
    step(page, "storyboard")
    delay("uploads.take_frame", 1.5)
    with page.expect_file_chooser() as chooser:
        page.locator("#own-frame").click()
    chooser.value.set_files(PORTRAIT)
    page.wait_for_timeout(MEANWHILE)
    page.locator("#pictures [data-pick]").nth(2).click()
    expect(page.locator("#pictures [data-pick]").nth(0)).to_contain_text("your picture")
    assert chosen(page, "#pictures") == "s02_sh001"
    assert [path.stem for path in project.frames.iterdir()] == ["s01_sh001"]
    page.locator("#stop").click()
    expect(page.locator("#job")).to_contain_text("stopped")
