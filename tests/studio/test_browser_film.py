"""The whole way in a real browser: from an empty page to a film that plays."""

import time
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from .conftest import OWN_CAST, PATIENCE, Studio, begin, picture_of, step, visit

STORY = """# The Second Chair

Iris Vale sits in her kitchen. "You are late," says Iris.

"Nine years," says Theo Marsh.
"""

pytestmark = pytest.mark.timeout(1200)


def done(page: Page, words: str) -> None:
    """Waits for the end of a film's work."""
    expect(page.locator("#job")).to_contain_text(words, timeout=PATIENCE)


def played(page: Page) -> dict[str, float]:
    """The film, played for a moment."""
    return page.evaluate("""async () => {
        const film = document.getElementById('s2m-film');
        film.muted = true;
        await film.play();
        await new Promise(done => film.addEventListener('timeupdate', () => {
            if (film.currentTime > 0.5) done();
        }));
        film.pause();
        return {time: film.currentTime, width: film.videoWidth, seconds: film.duration,
                words: film.textTracks[0].cues ? film.textTracks[0].cues.length : -1};
    }""")


def cast_somebody(page: Page, name: str, portrait: Path, voice: Path | None = None) -> None:
    page.get_by_label("Name, as in the story").fill(name)
    page.get_by_role("button", name="Add", exact=True).click()
    card = page.locator("#people").get_by_role("button", pressed=True)
    expect(card).to_contain_text(name)
    page.locator("#portraits input[type=file]").set_input_files(portrait)
    expect(card).to_contain_text("1 portrait")
    if voice is not None:
        page.locator("#voice input[type=file]").set_input_files(voice)
        expect(card).to_contain_text("their own recording")


def test_from_an_empty_page_to_a_film(page: Page, studio: Studio, tmp_path: Path) -> None:
    # 1. A film, its settings, its story
    begin(page, studio, "The Second Chair")
    step(page, "settings")
    expect(page.locator("#fps input")).to_have_value("0")
    page.locator("#profile input").click()
    page.get_by_role("option", name="preview").click()
    page.locator("#size input").click()
    page.get_by_role("option", name="320x180").click()
    page.locator("#fps input").fill("8")
    page.locator("#fps input").blur()
    expect(page.locator("#settings-said")).to_contain_text("Kept")
    picture_of(page, "settings")
    step(page, "story")
    story = tmp_path / "story.md"
    story.write_text(STORY, encoding="utf-8")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Open a file").click()
    chooser.value.set_files(story)
    expect(page.get_by_label("Story", exact=True)).to_have_value(STORY.rstrip("\n") + "\n")
    expect(page.locator("#length")).to_contain_text("20 words of prose")
    picture_of(page, "story")

    # 2. Two people, one voice; a file that is no picture is refused where it was dropped
    step(page, "cast")
    iris, theo = OWN_CAST / "cast" / "Iris Vale", OWN_CAST / "cast" / "Theo Marsh"
    cast_somebody(page, "Iris Vale", iris / "portrait.jpg", iris / "voice.flac")
    cast_somebody(page, "Theo Marsh", theo / "portrait.jpg")
    page_in_disguise = tmp_path / "holiday.jpg"
    page_in_disguise.write_text("<html><script>alert(1)</script></html>", encoding="utf-8")
    page.locator("#portraits input[type=file]").set_input_files(page_in_disguise)
    expect(page.locator("#problems")).to_contain_text("holiday.jpg is a web page or XML")
    picture_of(page, "cast")
    page.locator("#audition").click()
    done(page, "Everybody can be seen and heard.")
    expect(page.locator("#people img[src*='cutout.png']")).to_have_count(2)
    expect(page.locator("#people audio")).to_have_count(2)
    picture_of(page, "cast-auditioned")

    # 3. The plan, cut to three shots, a line edited; the checker speaks as one types
    step(page, "story")
    page.locator("#plan-it").click()
    done(page, "The plan is there.")
    shots = page.locator("#board [data-pick]")
    expect(shots.first).to_be_visible()
    while (count := shots.count()) > 3:
        page.get_by_role("button", name="Delete shot").click()
        expect(shots).to_have_count(count - 1)
    line = page.locator("#dialogue textarea")
    for number in range(3):
        shots.nth(number).click()
        expect(shots.nth(number)).to_have_attribute("aria-pressed", "true")
        if line.input_value().startswith("Theo Marsh"):
            break
    line.clear()
    line.press_sequentially("Theo Marsh: !")
    expect(page.locator("#faults")).to_contain_text("has no words to speak")
    picture_of(page, "plan-checked")
    line.fill("Theo Marsh: Ten years.")
    line.blur()
    expect(page.locator("#board")).to_contain_text("Ten years.")
    page.locator("#undo").click()
    expect(page.locator("#board")).to_contain_text("Nine years.")
    page.get_by_role("button", name="Redo").click()
    expect(page.locator("#board")).to_contain_text("Ten years.")
    picture_of(page, "plan")

    # 4. The storyboard; one shot drawn again, one's own picture, a lock
    step(page, "storyboard")
    page.get_by_role("button", name="Draw the storyboard").click()
    done(page, "The storyboard is drawn.")
    pictures = page.locator("#pictures img")
    expect(pictures).to_have_count(3)
    expect(page.locator("#pictures")).to_contain_text("recognised")
    picture_of(page, "storyboard")
    before = pictures.nth(0).get_attribute("src")
    page.locator("#pictures [data-pick]").nth(0).click()
    page.locator("#again").click()
    expect(pictures.nth(0)).not_to_have_attribute("src", before or "", timeout=PATIENCE)
    done(page, "The storyboard is drawn.")
    page.locator("#lock").click()
    expect(page.locator("#pictures [data-pick]").nth(0)).to_contain_text("locked")
    page.locator("#pictures [data-pick]").nth(1).click()
    own = tmp_path / "own.png"
    Image.new("RGB", (640, 360), "teal").save(own)
    drawn = pictures.nth(1).get_attribute("src")
    with page.expect_file_chooser() as chooser:
        page.locator("#own-frame").click()
    chooser.value.set_files(own)
    expect(page.locator("#pictures [data-pick]").nth(1)).to_contain_text(
        "your picture", timeout=PATIENCE
    )
    expect(pictures.nth(1)).not_to_have_attribute("src", drawn or "", timeout=PATIENCE)
    done(page, "The storyboard is drawn.")

    # 5. The film; the page is read again in the middle of the work
    step(page, "film")
    page.locator("#make").click()
    expect(page.locator("#job")).to_contain_text("Making the film")
    page.reload()
    expect(page.locator("#job")).to_contain_text("Making the film", timeout=60_000)
    step(page, "film")
    picture_of(page, "film-under-way")
    done(page, "The film is done.")
    expect(page.locator("#clips video")).to_have_count(3)
    told = played(page)
    assert told["time"] > 0.5 and told["width"] == 320 and told["words"] >= 1
    picture_of(page, "film")

    # 6. One shot again, and the cut
    film = page.locator("#s2m-film").get_attribute("src")
    page.locator("#clips [data-pick]").nth(2).click()
    expect(page.locator("#clips [data-pick]").nth(2)).to_have_attribute("aria-pressed", "true")
    start = time.monotonic()
    page.locator("#recut").click()
    expect(page.locator("#s2m-film")).not_to_have_attribute("src", film or "", timeout=PATIENCE)
    print(f"one shot again and the cut: {time.monotonic() - start:.0f} s")
    done(page, "The film is done.")
    assert played(page)["seconds"] == pytest.approx(told["seconds"], abs=0.2)

    # 7. The score, and what can be taken away
    step(page, "score")
    expect(page.locator("#scores")).to_contain_text("The worst shots first")
    picture_of(page, "score")
    step(page, "film")
    with page.expect_download() as download:
        page.get_by_role("link", name="Film (MP4)").click()
    assert download.value.suggested_filename == "film.mp4"


def test_a_film_is_stopped_and_gone_on_with(page: Page, studio: Studio, planned) -> None:
    film = planned(studio, "local")
    visit(page, studio, film)
    step(page, "film")
    page.locator("#make").click()
    expect(page.locator("#job")).to_contain_text("speaking lines", timeout=PATIENCE)
    page.locator("#stop").click()
    expect(page.locator("#job")).to_contain_text("was stopped", timeout=PATIENCE)
    page.locator("#make").click()
    done(page, "The film is done.")


def test_films_are_copied_and_deleted(page: Page, studio: Studio) -> None:
    film = begin(page, studio, "To be copied")
    page.get_by_role("button", name="Copy").click()
    page.wait_for_function("window.location.search.startsWith('?film=to-be-copied-copy')")
    copy = page.url.partition("film=")[2]
    assert {film, copy} <= {path.name for path in studio.films}
    page.get_by_role("button", name="Delete", exact=True).click()
    page.get_by_role("button", name="Yes, delete it").click()
    page.wait_for_function("film => !window.location.href.endsWith(film)", arg=copy)
    assert copy not in {path.name for path in studio.films}


def test_two_tabs_do_not_overwrite_each_other(page: Page, studio: Studio, planned) -> None:
    film = planned(studio, "local")
    other = page.context.new_page()
    for tab in (page, other):
        visit(tab, studio, film)
        step(tab, "plan")
        expect(tab.locator("#board [data-pick]")).to_have_count(3)
    other.wait_for_timeout(2_000)  # until every step of the second tab has read the film
    page.get_by_role("button", name="Add a shot").click()
    expect(page.locator("#board [data-pick]")).to_have_count(4)
    plot = other.locator("#plot textarea")
    plot.fill("From the second tab.")
    plot.blur()
    expect(other.get_by_text("This film was changed in another tab")).to_be_visible()
    expect(other.locator("#board [data-pick]")).to_have_count(4)
    plot.fill("From the second tab.")
    plot.blur()
    expect(other.locator("#board")).to_contain_text("From the second tab.")
    expect(other.locator("#board [data-pick]")).to_have_count(4)


def test_a_film_waits_for_its_storyboard(page: Page, studio: Studio, planned) -> None:
    visit(page, studio, planned(studio, "local"))
    step(page, "storyboard")
    page.get_by_role("button", name="Draw the storyboard").click()
    expect(page.locator("#job")).to_contain_text("Drawing the storyboard")
    step(page, "film")
    page.locator("#make").click()
    expect(page.locator("#job")).to_contain_text("After it the film is made.")
    picture_of(page, "film-waits")
    expect(page.locator("#job")).to_contain_text("Making the film", timeout=PATIENCE)
    done(page, "The film is done.")
    expect(page.locator("#s2m-film")).to_be_visible()
