"""Which film one works on, above all steps; how far its work is."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import gradio as gr

from script2movie.errors import StudioError
from script2movie.studio.desk import QUIET, TURN, Desk, Page, Shared, refusing, standing

__all__ = ["Bar", "bar", "join"]

FROM_ADDRESS = "() => new URLSearchParams(window.location.search).get('film') || ''"
# What stands on the pages is not seen until it is the chosen film's.
LEAVE = """film => {
  const address = new URL(window.location);
  if (film) address.searchParams.set('film', film); else address.searchParams.delete('film');
  window.history.replaceState(null, '', address);
  document.body.classList.add('s2m-turning');
}"""
ARRIVE = """(film, stands) => {
  if (film === stands) document.body.classList.remove('s2m-turning');
}"""
# To another film, unless one was chosen since this was asked for.
GO = """(way, film) => {
  const [from, to] = way.split(' ');
  const arrived = film === from ? to : film;
  return [arrived, arrived || null];
}"""
# What is open, and whether something plays, as the page is when it looks for news.
AT_PRESENT = """(film, shot, stands, news, _open, _playing, ...rest) => [film, shot, stands, news,
  [...document.querySelectorAll('#steps [role=tab][aria-selected=true]')].at(-1)?.dataset.tabId,
  [...document.querySelectorAll('video, audio')].some(one => !one.paused) ? 'yes' : '', ...rest]"""
PLAYERS = {"cast", "film"}  # the steps on which something may be playing
EVERY = 1.5  # seconds from one look at a film's work to the next


@dataclass(frozen=True)
class Bar:
    """What stands above the steps. `film` holds the chosen film's id, `stands` whose work it is."""

    film: gr.Textbox
    chooser: gr.Dropdown
    title: gr.Textbox
    new: gr.Button
    copy: gr.Button
    delete: gr.Button
    sure: gr.Row
    question: gr.Markdown
    yes: gr.Button
    no: gr.Button
    job: gr.HTML
    stop: gr.Button
    timer: gr.Timer
    stands: gr.Textbox


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
        question = gr.Markdown("")
        yes = gr.Button("Yes, delete it", variant="stop", scale=0, min_width=130)
        no = gr.Button("Keep it", scale=0, min_width=110)
    with gr.Row(elem_classes="s2m-bar-row"):
        job = gr.HTML("", elem_id="job")
        stop = gr.Button("Stop", visible=False, scale=0, min_width=90, elem_id="stop")
    timer = gr.Timer(EVERY, active=False)
    film = gr.Textbox(visible="hidden", label="f", elem_id="film-chosen")
    return Bar(
        *(film, chooser, title, new, copy, delete, sure, question, yes, no, job, stop, timer),
        standing("bar"),
    )


def join(desk: Desk, shared: Shared, bar: Bar, steps: Sequence[Page], blocks: gr.Blocks) -> None:
    """Joins the bar to the studio, and every step to the film that is chosen."""
    # The ids of the film from which and to which one goes; of the film that may be deleted.
    way, doomed = (gr.Textbox(visible="hidden", label=name) for name in ("w", "d"))
    opened, playing = (gr.Textbox(visible="hidden", label=name) for name in ("o", "p"))
    news = gr.State("")

    def listed(request: gr.Request) -> tuple[Any, list[str]]:
        mine = desk.library.projects(desk.owner(request))
        return gr.Dropdown([(one.facts.title, one.id) for one in mine]), [one.id for one in mine]

    def begin(film: str, request: gr.Request) -> tuple[Any, str]:
        films, mine = listed(request)
        return films, f" {film if film in mine else (mine[0] if mine else '')}"

    @refusing
    def new(film: str, title: str, request: gr.Request) -> tuple[Any, str, str]:
        made = desk.library.create(desk.owner(request), title).id
        return listed(request)[0], f"{film} {made}", ""

    @refusing
    def copy(film: str, request: gr.Request) -> str:
        project = desk.project(request, film)
        return f"{film} {desk.library.copy(project.owner, film).id}"

    def relist(request: gr.Request) -> Any:
        return listed(request)[0]

    @refusing
    def ask(film: str, request: gr.Request) -> tuple[Any, str, str]:
        title = desk.project(request, film).facts.title
        words = f"Delete “{title}” and all that was made for it? It cannot be brought back."
        return gr.Row(visible=True), words, film

    @refusing
    def delete(film: str, request: gr.Request) -> None:
        project = desk.project(request, film)
        desk.jobs.forget(project)
        desk.library.delete(project.owner, film)

    def gone(film: str, request: gr.Request) -> tuple[Any, str]:
        films, mine = listed(request)
        return films, f"{film} {mine[0] if mine else ''}"

    def turn(request: gr.Request, film: str, *values: Any) -> tuple[Any, ...]:
        """Every page to another film, in one answer."""
        seen = pages(request, film, "", values)
        return (
            "",
            _news(desk, request, film),
            gr.Row(visible=False),
            *desk.looked(request, film),
            *seen,
        )

    def tick(
        request: gr.Request,
        film: str,
        shot: str,
        stands: str,
        seen: str,
        opened: str,
        playing: str,
        *values: Any,
    ) -> tuple[Any, ...]:
        """How far the work is; of what it has made, what the open page shows."""
        news = _news(desk, request, film)
        is_new = news != seen and film == stands
        shown = pages(
            *(request, film, shot, values),
            opened if is_new else "",
            news=True,
            playing=bool(playing),
        )
        job, stop, timer, whose = desk.looked(request, film)
        if is_new and playing and opened in PLAYERS:  # left alone, and looked at again
            news, timer = seen, gr.skip()
        return news, job, stop, timer, whose, *shown

    def pages(
        request: gr.Request,
        film: str,
        shot: str,
        values: Sequence[Any],
        only: str | None = None,
        **how: bool,
    ) -> list[Any]:
        """What all steps show, or one alone."""
        given = iter(values)
        shown: list[Any] = []
        for step in steps:
            mine = tuple(islice(given, len(step.inputs)))
            if only in {None, step.name}:
                shown += desk.look(request, step, film, shot, mine, **how)
            else:
                shown += [gr.skip() for _ in step.outputs]
        return shown

    def stop(film: str, request: gr.Request) -> tuple[Any, ...]:
        desk.jobs.stop(desk.project(request, film))
        return desk.looked(request, film)

    once = {**TURN, "trigger_mode": "once"}
    going = {"fn": None, "inputs": [way, bar.film], "outputs": [bar.film, bar.chooser], "js": GO}
    listing = [bar.chooser, way]
    blocks.load(begin, bar.film, listing, js=FROM_ADDRESS, **TURN).success(**going, **QUIET)
    bar.chooser.input(None, bar.chooser, bar.film, js="film => film || ''", **QUIET)
    for event in (bar.new.click, bar.title.submit):
        event(new, [bar.film, bar.title], [*listing, bar.title], **once).success(**going, **QUIET)
    bar.copy.click(copy, bar.film, way, **QUIET).success(relist, None, bar.chooser, **TURN).success(
        **going, **QUIET
    )
    bar.delete.click(ask, bar.film, [bar.sure, bar.question, doomed], **TURN)
    bar.no.click(lambda: gr.Row(visible=False), None, bar.sure, **TURN)
    bar.yes.click(lambda: gr.Row(visible=False), None, bar.sure, **TURN)
    bar.yes.click(delete, doomed, None, **QUIET).success(gone, doomed, listing, **TURN).success(
        **going, **QUIET
    )
    bar.stop.click(stop, bar.stands, shared.looked, **TURN)

    needs = [one for step in steps for one in step.inputs]
    shows = [one for step in steps for one in step.outputs]
    bar.film.change(None, bar.film, None, js=LEAVE, **QUIET)
    bar.film.change(
        turn,
        [bar.film, *needs],
        [shared.shot, news, bar.sure, *shared.looked, *shows],
        **TURN,
    ).then(None, [bar.film, bar.stands], None, js=ARRIVE, **QUIET)
    bar.timer.tick(
        tick,
        [bar.film, shared.shot, bar.stands, news, opened, playing, *needs],
        [news, *shared.looked, *shows],
        js=AT_PRESENT,
        **once,
    )


def _news(desk: Desk, request: gr.Request, film: str) -> str:
    """Another text whenever there is something new to see of a film."""
    try:
        project = desk.project(request, film)
    except StudioError:
        return ""
    status = desk.jobs.status(project)
    out = project.folder / "out"
    made = [*(out / "storyboard").glob("s*"), *(out / "clips").glob("s*")]
    dates = [_date(path) for path in (project.film, project.plan, *sorted(made))]
    return f"{status.state if status else None} {dates}"


def _date(path: Path) -> int:
    """When a file was written last, in nanoseconds; 0 for one that is not there, or no more."""
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0
