"""Which film one works on, above all steps; how far its work is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr

from script2movie.errors import Script2MovieError
from script2movie.studio import cards
from script2movie.studio.desk import QUIET, Desk, Page, Shared, in_turn, refusing
from script2movie.studio.job import OVER, State
from script2movie.studio.projects import Project

__all__ = ["Bar", "bar", "join"]

FROM_ADDRESS = "() => new URLSearchParams(window.location.search).get('film') || ''"
TO_ADDRESS = """film => {
  const address = new URL(window.location);
  if (film) address.searchParams.set('film', film); else address.searchParams.delete('film');
  window.history.replaceState(null, '', address);
}"""
PLAYING = """(film, shot, _) => [film, shot,
  [...document.querySelectorAll('video, audio')].some(one => !one.paused) ? 'yes' : '']"""
EVERY = 1.5  # seconds from one look at a film's work to the next


@dataclass(frozen=True)
class Bar:
    """What stands above the steps. `film` holds the film's id, `news` what its work has made."""

    film: gr.Textbox
    chooser: gr.Dropdown
    title: gr.Textbox
    new: gr.Button
    copy: gr.Button
    delete: gr.Button
    sure: gr.Row
    yes: gr.Button
    no: gr.Button
    job: gr.HTML
    stop: gr.Button
    timer: gr.Timer
    news: gr.Textbox
    playing: gr.Textbox


def bar() -> Bar:
    """The components, not yet joined to anything."""
    gr.HTML(
        '<header class="s2m-head"><h1>script2movie</h1>'
        "<p>A synopsis and a cast in, a film out.</p></header>"
    )
    with gr.Row(elem_classes="s2m-bar-row"):
        chooser = gr.Dropdown(
            [], label="Film", scale=4, min_width=220, elem_id="films", filterable=False
        )
        title = gr.Textbox(label="Title of a new film", scale=3, min_width=180, max_lines=1)
        new = gr.Button("New film", variant="primary", scale=1, min_width=110)
        copy = gr.Button("Copy", scale=1, min_width=80)
        delete = gr.Button("Delete", scale=1, min_width=80)
    with gr.Row(visible=False) as sure:
        gr.Markdown("Delete this film and all that was made for it? It cannot be brought back.")
        yes = gr.Button("Yes, delete it", variant="stop", scale=0, min_width=130)
        no = gr.Button("Keep it", scale=0, min_width=110)
    with gr.Row(elem_classes="s2m-bar-row"):
        job = gr.HTML("", elem_id="job")
        stop = gr.Button("Stop", visible=False, scale=0, min_width=90, elem_id="stop")
    timer = gr.Timer(EVERY, active=False)
    film, news, playing = (gr.Textbox(visible="hidden", label=name) for name in ("f", "n", "p"))
    return Bar(
        film, chooser, title, new, copy, delete, sure, yes, no, job, stop, timer, news, playing
    )


def join(desk: Desk, shared: Shared, bar: Bar, steps: Sequence[Page], blocks: gr.Blocks) -> None:
    """Joins the bar to the studio, and every step to the film that is chosen."""

    def choices(request: gr.Request, film: str) -> Any:
        mine = desk.library.projects(desk.owner(request))
        return gr.Dropdown([(one.facts.title, one.id) for one in mine], value=film or None)

    def begin(film: str, request: gr.Request) -> tuple[Any, str]:
        mine = [one.id for one in desk.library.projects(desk.owner(request))]
        film = film if film in mine else (mine[0] if mine else "")
        return choices(request, film), film

    @refusing
    def new(title: str, request: gr.Request) -> tuple[Any, str, str]:
        film = desk.library.create(desk.owner(request), title).id
        return choices(request, film), film, ""

    @refusing
    def copy(film: str, request: gr.Request) -> tuple[Any, str]:
        project = desk.project(request, film)
        made = desk.library.copy(project.owner, film).id
        return choices(request, made), made

    @refusing
    def delete(film: str, request: gr.Request) -> tuple[Any, str, Any]:
        project = desk.project(request, film)
        desk.jobs.forget(project)
        desk.library.delete(project.owner, film)
        return (*begin("", request), gr.Row(visible=False))

    def look(film: str, request: gr.Request) -> tuple[Any, Any, Any, str]:
        try:
            project = desk.project(request, film)
        except Script2MovieError:
            return "", gr.Button(visible=False), gr.Timer(active=False), ""
        status = desk.jobs.status(project)
        going = status is not None and status.state not in OVER
        return (
            cards.job(status),
            gr.Button(visible=going),
            gr.Timer(active=going),
            _news(project, status.state if status else None),
        )

    def stop(film: str, request: gr.Request) -> None:
        desk.jobs.stop(desk.project(request, film))

    listing = [bar.chooser, bar.film]
    looked = [bar.job, bar.stop, bar.timer, bar.news]
    blocks.load(begin, bar.film, listing, js=FROM_ADDRESS, **QUIET)
    bar.chooser.input(lambda film: film or "", bar.chooser, bar.film, **QUIET)
    bar.new.click(new, bar.title, [*listing, bar.title], **QUIET)
    bar.title.submit(new, bar.title, [*listing, bar.title], **QUIET)
    bar.copy.click(copy, bar.film, listing, **QUIET)
    bar.delete.click(lambda: gr.Row(visible=True), None, bar.sure, **QUIET)
    bar.no.click(lambda: gr.Row(visible=False), None, bar.sure, **QUIET)
    bar.yes.click(delete, bar.film, [*listing, bar.sure], **QUIET)
    bar.stop.click(stop, bar.film, None, **QUIET).then(look, bar.film, looked, **QUIET)
    bar.timer.tick(look, bar.film, looked, queue=False, **QUIET)

    bar.film.change(None, bar.film, None, js=TO_ADDRESS, **QUIET)
    bar.film.change(lambda: "", None, shared.shot, **QUIET).then(look, bar.film, looked, **QUIET)

    def shows(step: Page) -> Callable[..., Any]:
        """What a step shows; of a film that another tab has deleted, what it shows of none."""

        def show(film: str, shot: str, playing: str, request: gr.Request) -> Any:
            mine = {one.id for one in desk.library.projects(desk.owner(request))}
            return step.show(film if film in mine else "", shot, playing, request)

        return show

    seen = [bar.film, shared.shot, bar.playing]
    for step in steps:
        shown = {"fn": shows(step), "inputs": seen, "outputs": step.outputs, **QUIET}
        if step.turn:
            shown |= in_turn(step.turn)
        step.tab.select(**shown)
        bar.film.change(**shown)
        bar.news.change(**shown, js=PLAYING)


def _news(project: Project, state: State | None) -> str:
    """Another text whenever there is something new to see of a film."""
    out = project.folder / "out"
    counts = [sum(1 for _ in (out / part).glob("s*")) for part in ("storyboard", "clips")]
    film = project.film.stat().st_mtime if project.film.exists() else 0
    planned = project.plan.stat().st_mtime if project.plan.exists() else 0
    return f"{project.id} {state} {counts} {film} {planned}"
