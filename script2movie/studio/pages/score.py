"""The score of a film, from its report: four numbers, and the worst shots first. And the pages of
MovieBench runs that were scored, opened from disk.
"""

from html import escape
from typing import Any

import gradio as gr

from script2movie.studio import cards, scores
from script2movie.studio.desk import QUIET, TURN, Desk, Look, Page, Shared, refusing

__all__ = ["build"]


def build(desk: Desk, shared: Shared) -> Page:
    with gr.Tab("Score", id="score") as tab:
        told = gr.HTML("", elem_classes="s2m-sub", elem_id="scores")
        with gr.Accordion("A MovieBench run from disk", open=False, visible=desk.runs.any):
            with gr.Row(elem_classes="s2m-bar-row"):
                listed = gr.Dropdown(
                    desk.runs.listed(),
                    value=None,
                    label="Scored runs",
                    visible=desk.runs.root is not None,
                    elem_id="runs",
                )
                typed = gr.Textbox(
                    label="Folder that script2movie score wrote its report into",
                    max_lines=1,
                    visible=desk.local,
                    elem_id="run-folder",
                )
                look = gr.Button(
                    "Open", variant="primary", scale=0, min_width=110, visible=desk.local
                )
            opened = gr.HTML("", elem_classes="s2m-sub", elem_id="run")

    def show(look: Look) -> tuple[Any, ...]:
        if look.project is None:
            return (cards.nothing("Choose a film first."),)
        return (scores.page(look.project),)

    @refusing
    def choose(folder: str | None, request: gr.Request) -> str:
        run = desk.runs.open(desk.owner(request), folder or "")
        what = "".join(f"<p>{escape(one)}</p>" for one in run.told)
        links = "".join(
            f'<li><a href="{run.address(name)}" target="_blank" rel="noopener">{words}</a></li>'
            for name, words in (("score.html", "In a window of its own"), ("score.json", "JSON"))
        )
        return (
            f'{what}<ul class="s2m-links">{links}</ul><iframe class="s2m-run" '
            f'title="MovieBench score" src="{run.address()}"></iframe>'
        )

    page = Page("score", show, [told])
    tab.select(**desk.shown(shared, page))
    if desk.runs.root is not None:
        tab.select(lambda: gr.Dropdown(desk.runs.listed()), None, listed, **QUIET)
        listed.input(choose, listed, opened, **TURN)
    for event in (look.click, typed.submit):
        event(choose, typed, opened, **TURN)
    return page
