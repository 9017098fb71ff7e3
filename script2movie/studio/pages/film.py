"""The film: made, watched, one shot made again, taken away."""

from typing import Any

import gradio as gr

from script2movie.studio import cards, costs
from script2movie.studio.commands import Kind
from script2movie.studio.desk import CHOOSING, PICK, QUIET, Desk, Page, Shared, refusing
from script2movie.studio.pages.films import Bar
from script2movie.studio.pages.storyboard import take_again

__all__ = ["build"]


def build(desk: Desk, shared: Shared, bar: Bar) -> Page:
    with gr.Tab("Film", id="film") as tab:
        with gr.Row(elem_classes="s2m-bar-row"):
            make = gr.Button(
                "Make the film", variant="primary", scale=0, min_width=160, elem_id="make"
            )
            price = gr.Markdown("", elem_id="film-price")
        player = gr.HTML("", elem_classes="s2m-sub", elem_id="player")
        with gr.Row(visible=False, elem_classes="s2m-bar-row") as tools:
            chosen = gr.Markdown("")
            again = gr.Button(
                "Another take, and cut again", scale=0, min_width=230, elem_id="recut"
            )
        clips = gr.HTML("", js_on_load=PICK, elem_id="clips")

    outputs = [shared.shot, price, player, tools, chosen, clips]

    def show(film: str, shot: str, playing: str, request: gr.Request) -> tuple[Any, ...]:
        nothing = cards.nothing("There is no plan yet: write a story and press Plan the film.")
        if not film:
            return ("", "", cards.nothing("Choose a film first."), gr.Row(visible=False), "", "")
        project = desk.project(request, film)
        movie = project.history.movie()
        if movie is None:
            return ("", "", nothing, gr.Row(visible=False), "", "")
        ids = [one.id for _, one in movie.shots]
        shot = shot if shot in ids else ids[0]
        has_clips = any((project.folder / "out" / "clips").glob("s*.mp4"))
        return (
            shot,
            costs.film(project),
            gr.skip() if playing else cards.film(project, movie),
            gr.Row(visible=has_clips),
            f"**{shot}** is chosen.",
            gr.skip() if playing else cards.clip_board(project, movie, shot),
        )

    def pick(film: str, request: gr.Request, event: gr.EventData) -> tuple[Any, ...]:
        return show(film, str(event.pick), "", request)

    @refusing
    def start(film: str, request: gr.Request) -> Any:
        desk.start(request, film, Kind.FILM)
        return gr.Timer(active=True)

    @refusing
    def recut(film: str, shot: str, request: gr.Request) -> Any:
        take_again(desk.project(request, film), shot)
        desk.start(request, film, Kind.FILM)
        return gr.Timer(active=True)

    make.click(start, shared.film, bar.timer, **QUIET)
    again.click(recut, [shared.film, shared.shot], bar.timer, **QUIET)
    clips.select(pick, shared.film, outputs, **CHOOSING)
    return Page(show, outputs, tab)
