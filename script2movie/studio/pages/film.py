"""The film: made, watched, one shot made again, taken away."""

from typing import Any

import gradio as gr

from script2movie.studio import board, cards, costs
from script2movie.studio.commands import Kind
from script2movie.studio.desk import PICK, TURN, Desk, Look, Page, Shared, refusing, standing
from script2movie.studio.pages.storyboard import take_again

__all__ = ["build"]


def build(desk: Desk, shared: Shared) -> Page:
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

        stands = standing("film")

    outputs = [stands, price, player, tools, chosen, clips]

    def show(look: Look) -> tuple[Any, ...]:
        project = look.project
        movie = project.history.movie() if project else None
        if project is None or movie is None:
            words = "There is no plan yet: write a story and press Plan the film."
            nothing = cards.nothing(words if project else "Choose a film first.")
            return project.id if project else "", "", nothing, gr.Row(visible=False), "", ""
        shot = board.chosen(movie, look.shot)
        has_clips = any((project.folder / "out" / "clips").glob("s*.mp4"))
        return (
            project.id,
            costs.film(project),
            gr.skip() if look.playing else cards.film(project, movie),
            gr.Row(visible=has_clips),
            f"**{shot}** is chosen.",
            gr.skip() if look.playing else cards.clip_board(project, movie, shot),
        )

    def pick(film: str, request: gr.Request, event: gr.EventData) -> tuple[Any, ...]:
        shot = str(event.pick)
        return shot, *show(Look(desk.project(request, film), shot))

    @refusing
    def start(film: str, stands: str, request: gr.Request) -> Any:
        desk.standing(request, film, stands)
        desk.start(request, film, Kind.FILM)
        return desk.looked(request, film)

    @refusing
    def recut(film: str, stands: str, shot: str, request: gr.Request) -> Any:
        take_again(desk.standing(request, film, stands), shot)
        desk.start(request, film, Kind.FILM)
        return desk.looked(request, film)

    page = Page("film", show, outputs)
    one = [shared.film, stands]
    tab.select(**desk.shown(shared, page))
    make.click(start, one, shared.looked, **TURN)
    again.click(recut, [*one, shared.shot], shared.looked, **{**TURN, "trigger_mode": "once"})
    clips.select(pick, shared.film, [shared.shot, *outputs], **TURN)
    return page
