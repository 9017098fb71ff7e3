"""The story: pasted or dropped, its length, what it will become."""

from dataclasses import replace
from typing import Any

import gradio as gr

from script2movie.errors import StoryError
from script2movie.screenplay import Form, open_story
from script2movie.studio import costs, uploads
from script2movie.studio.commands import Kind
from script2movie.studio.desk import QUIET, Desk, Page, Shared, in_turn, refusing
from script2movie.studio.pages.films import Bar
from script2movie.studio.projects import Project

__all__ = ["build"]

WORDS_A_MINUTE = 130  # told and spoken, with the pauses of the example film
FORMS = {Form.PROSE: "prose", Form.FOUNTAIN: "a screenplay", Form.FDX: "a screenplay"}


def build(desk: Desk, shared: Shared, bar: Bar) -> Page:
    with gr.Tab("Story", id="story") as tab:
        gr.Markdown("A page of text is enough. What stands in quotes becomes dialogue.")
        text = gr.Textbox(
            label="Story",
            lines=14,
            max_lines=30,
            placeholder="On a rainy evening, a young woman named Mara carries a broken watch …",
            elem_id="story",
        )
        length = gr.Markdown("", elem_id="length")
        with gr.Row(elem_classes="s2m-bar-row"):
            file = gr.UploadButton("Open a file (text, Fountain, FDX)", file_count="single")
            minutes = gr.Number(
                label="Minutes (0: as the text asks)", value=0, minimum=0, maximum=600
            )
            narrator = gr.Checkbox(label="A narrator tells what nobody says", value=True)
        with gr.Row(elem_classes="s2m-bar-row"):
            go = gr.Button(
                "Plan the film", variant="primary", scale=0, min_width=160, elem_id="plan-it"
            )
            price = gr.Markdown("", elem_id="plan-price")
        with gr.Row(visible=False, elem_classes="s2m-bar-row") as sure:
            foreseen = gr.Markdown("", elem_id="foreseen")
            yes = gr.Button("Plan it for that", variant="primary", scale=0, min_width=150)
            no = gr.Button("Not now", scale=0, min_width=100)
        # The film whose story stands on the page, in the browser: a State would be ahead of it.
        whose = gr.Textbox(visible="hidden", label="w")

    def show(film: str, _shot: str, _playing: str, request: gr.Request) -> tuple[Any, ...]:
        if not film:
            return "", "", 0, True, "", gr.Row(visible=False), ""
        project = desk.project(request, film)
        choices = project.facts.choices
        told = _length(project), choices.minutes, choices.narrator, costs.planning(project)
        return project.story, *told, gr.Row(visible=False), film

    @refusing
    def keep(film: str, story: str, whose: str, request: gr.Request) -> tuple[str, str]:
        project = desk.project(request, film)
        if whose == film and story != project.story:
            with project.changing():
                project.tell(story, project.story_file.suffix, desk.limits)
        return _length(project), costs.planning(project)

    @refusing
    def drop(film: str, upload: str, request: gr.Request) -> tuple[str, str, str, str]:
        project = desk.project(request, film)
        words, suffix = uploads.take_story(desk.upload(request, upload), desk.limits)
        with project.changing():
            project.tell(words, suffix, desk.limits)
        return words, _length(project), costs.planning(project), film

    @refusing
    def start(
        film: str, story: str, whose: str, minutes: float, narrator: bool, request: gr.Request
    ) -> tuple[Any, ...]:
        keep(film, story, whose, request)
        project = desk.project(request, film)
        with project.changing():
            project.choose(
                replace(project.facts.choices, minutes=float(minutes or 0), narrator=narrator)
            )
        if costs.asks(project) and (told := costs.foreseen(project, desk.ask, desk.limits)):
            return gr.skip(), gr.skip(), gr.Row(visible=True), told
        return *begin(film, request), ""

    @refusing
    def begin(film: str, request: gr.Request) -> tuple[Any, Any, Any]:
        desk.start(request, film, Kind.PLAN)
        return gr.Timer(active=True), gr.Tabs(selected="plan"), gr.Row(visible=False)

    planned = [bar.timer, shared.tabs, sure]
    last: dict[str, Any] = {"trigger_mode": "always_last"}
    text.blur(keep, [shared.film, text, whose], [length, price], **last, **in_turn("story"))
    file.upload(drop, [shared.film, file], [text, length, price, whose], **in_turn("story"))
    go.click(
        start,
        [shared.film, text, whose, minutes, narrator],
        [*planned, foreseen],
        api_visibility="private",
        show_progress="minimal",
        show_progress_on=price,
    )
    yes.click(begin, shared.film, planned, **QUIET)
    no.click(lambda: gr.Row(visible=False), None, sure, **QUIET)
    return Page(show, [text, length, minutes, narrator, price, sure, whose], tab, "story")


def _length(project: Project) -> str:
    count = len(project.story.split())
    if not count:
        return "No story yet."
    try:
        form = FORMS[open_story(project.story_file).form]
    except StoryError as error:
        return str(error)
    minutes = count / WORDS_A_MINUTE
    about = f"{round(minutes)} min" if minutes >= 1.5 else f"{max(10, round(6 * minutes) * 10)} s"
    return f"{count:,} words of {form}: a film of about {about}, longer where little is said."
