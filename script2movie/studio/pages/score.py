"""The score of a film, from its report: four numbers, and the worst shots first."""

from typing import Any

import gradio as gr

from script2movie.studio import cards, scores
from script2movie.studio.desk import Desk, Page, Shared

__all__ = ["build"]


def build(desk: Desk, shared: Shared) -> Page:
    with gr.Tab("Score", id="score") as tab:
        told = gr.HTML("", elem_classes="s2m-sub", elem_id="scores")

    def show(film: str, _shot: str, _playing: str, request: gr.Request) -> Any:
        if not film:
            return cards.nothing("Choose a film first.")
        return scores.page(desk.project(request, film))

    return Page(show, [told], tab)
