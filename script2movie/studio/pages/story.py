"""The story: pasted or dropped, its length, what it will become."""

from dataclasses import replace
from typing import Any

import gradio as gr

from script2movie.errors import StoryError, StudioError
from script2movie.screenplay import Form, open_story
from script2movie.studio import costs, uploads
from script2movie.studio.commands import Kind
from script2movie.studio.desk import (
    QUIET,
    TURN,
    Desk,
    Look,
    Page,
    Shared,
    dropped,
    refusing,
    standing,
)
from script2movie.studio.projects import Project

__all__ = ["build"]

WORDS_A_MINUTE = 130  # told and spoken, with the pauses of the example film
FORMS = {Form.PROSE: "prose", Form.FOUNTAIN: "a screenplay", Form.FDX: "a screenplay"}


def build(desk: Desk, shared: Shared) -> Page:
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
            file = gr.UploadButton(
                "Open a file (text, Fountain, FDX)",
                file_count="single",
                elem_id="open-story",
                elem_classes="s2m-upload",
            )
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
        stands = standing("story")
        asked = gr.State(("", ""))  # the film whose planning costs something, and what

    def show(look: Look, asked: tuple[str, str], was: str, written: str) -> tuple[Any, ...]:
        project = look.project
        if project is None:
            return "", "", "", 0, True, "", gr.Row(visible=False), ""
        # Words of before there was a film are the first one's.
        if not was and not project.story and 0 < len(written.strip()) <= desk.limits.story:
            with project.changing():
                project.tell(written, ".md", desk.limits)
        choices = project.facts.choices
        typed = [project.story, choices.minutes, choices.narrator]
        text, minutes, narrator = (gr.skip() for _ in typed) if look.news else typed
        told = asked[1] if asked[0] == project.id else ""
        return (
            *(project.id, text, _length(project), minutes, narrator, costs.planning(project)),
            *(gr.Row(visible=bool(told)), told),
        )

    outputs = [stands, text, length, minutes, narrator, price, sure, foreseen]
    page = Page("story", show, outputs, [asked, stands, text])

    @refusing
    def keep(
        film: str, stands: str, story: str, minutes: float, narrator: bool, request: gr.Request
    ) -> tuple[Any, Any]:
        """What was typed, in the film that it was typed for."""
        project = desk.project(request, stands)
        was = project.facts.choices
        choices = replace(was, minutes=float(minutes or 0), narrator=narrator)
        if story != project.story or choices != was:
            with project.changing():
                project.choose(choices)
                if story != project.story:
                    project.tell(story, project.story_file.suffix, desk.limits)
        if film != stands:
            return gr.skip(), gr.skip()
        return _length(project), costs.planning(project)

    @refusing
    def drop(stands: str, upload: str, request: gr.Request) -> None:
        project = desk.project(request, stands)
        words, suffix = uploads.take_story(desk.upload(request, upload), desk.limits)
        with project.changing():
            project.tell(words, suffix, desk.limits)

    @refusing
    def plan(
        film: str, stands: str, story: str, minutes: float, narrator: bool, request: gr.Request
    ) -> tuple[Any, ...]:
        project = desk.standing(request, film, stands)
        keep(film, stands, story, minutes, narrator, request)
        if costs.asks(project):
            return (film, ""), gr.skip(), *desk.looked(request, film)
        desk.start(request, film, Kind.PLAN)
        return ("", ""), gr.Tabs(selected="plan"), *desk.looked(request, film)

    @refusing
    def foresee(asked: tuple[str, str], request: gr.Request) -> tuple[str, str]:
        if not asked[0]:
            return asked
        project = desk.project(request, asked[0])
        return project.id, costs.foreseen(project, desk.ask, desk.limits)

    @refusing
    def begin(
        film: str, stands: str, asked: tuple[str, str], request: gr.Request
    ) -> tuple[Any, ...]:
        desk.standing(request, film, stands)
        if asked[0] != film:
            raise StudioError("Press Plan the film first: what it takes is said before.")
        desk.start(request, film, Kind.PLAN)
        return (
            ("", ""),
            gr.Tabs(selected="plan"),
            *desk.looked(request, film),
            gr.Row(visible=False),
        )

    one = [shared.film, stands]
    typed = [text, minutes, narrator]
    begun = [asked, shared.tabs, *shared.looked]
    tab.select(**desk.shown(shared, page))
    for event in (text.blur, minutes.blur, narrator.input):
        event(keep, [*one, *typed], [length, price], **TURN)
    file.upload(drop, [stands, file], None, js=dropped("open-story"), **QUIET).success(
        **desk.shown(shared, page)
    )
    go.click(plan, [*one, *typed], begun, **{**TURN, "trigger_mode": "once"}).success(
        foresee,
        asked,
        asked,
        api_visibility="private",
        show_progress="minimal",
        show_progress_on=price,
    ).success(**desk.shown(shared, page, news=True))
    yes.click(begin, [*one, asked], [*begun, sure], **TURN)
    no.click(lambda: (("", ""), gr.Row(visible=False)), None, [asked, sure], **TURN)
    return page


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
