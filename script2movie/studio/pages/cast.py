"""The cast: who is in the film, their portraits and their voices, what is wrong with either."""

import json
import re
import shutil
from collections.abc import Callable
from typing import Any

import gradio as gr

from script2movie.errors import Script2MovieError, StudioError
from script2movie.studio import cards, costs, people, uploads
from script2movie.studio.commands import Kind
from script2movie.studio.desk import CHOOSING, PICK, QUIET, Desk, Page, Shared, refusing
from script2movie.studio.pages.films import Bar
from script2movie.studio.projects import Project
from script2movie.studio.questions import AT_ONCE

__all__ = ["build"]


def build(desk: Desk, shared: Shared, bar: Bar) -> Page:
    with gr.Tab("Cast", id="cast") as tab:
        gr.Markdown(
            "Give people faces and voices. **Ask them before you use their face or voice.** "
            "Whoever has no portrait is played by a default figure."
        )
        with gr.Row():
            with gr.Column(scale=3, min_width=300):
                board = gr.HTML("", js_on_load=PICK, elem_id="people")
                with gr.Row(elem_classes="s2m-bar-row"):
                    hear = gr.Button(
                        "See the cut-outs and hear the voices",
                        scale=0,
                        min_width=290,
                        elem_id="audition",
                    )
                    price = gr.Markdown("", elem_id="audition-price")
            with gr.Column(scale=2, min_width=300):
                with gr.Row(elem_classes="s2m-bar-row"):
                    name = gr.Textbox(label="Name, as in the story", max_lines=1, scale=3)
                    add = gr.Button("Add", variant="primary", scale=1, min_width=80)
                with gr.Column(visible=False, elem_id="offered") as offer:
                    offered = gr.CheckboxGroup([], label="In the story and not in the cast yet")
                    with gr.Row():
                        take_in = gr.Button("Add them", variant="primary", min_width=110)
                        pictured = gr.UploadButton(
                            "Add with a portrait",
                            file_count="multiple",
                            min_width=170,
                            elem_id="add-pictured",
                        )
                look = gr.Button("Look for people in the story", visible=False, elem_id="look-for")
                looked = gr.Markdown("", elem_id="looked")
                who = gr.Radio([], label="Person", visible=False, elem_id="who")
                with gr.Group(visible=False) as person:
                    portraits = gr.File(
                        label="Portraits: drop photos that show one face",
                        file_count="multiple",
                        height=160,
                        elem_id="portraits",
                    )
                    voice = gr.Audio(
                        label="Voice sample: ten seconds of speech (WAV, MP3, M4A)",
                        sources=["upload", "microphone"],
                        type="filepath",
                        editable=False,
                        elem_id="voice",
                    )
                    transcript = gr.Textbox(label="What they say in it", lines=1)
                    about = gr.Textbox(
                        label="About them", lines=2, placeholder="a retired teacher of seventy"
                    )
                    problems = gr.Markdown("", elem_id="problems")
                    with gr.Row():
                        save = gr.Button("Keep these words", min_width=120)
                        fewer = gr.Button("Remove portraits", min_width=120)
                        silent = gr.Button("Remove voice", min_width=120)
                        leave = gr.Button("Remove person", variant="stop", min_width=120)

    finding = [looked, offer, offered, look]
    outputs = [board, who, person, transcript, about, problems, offer, offered, look, price]

    def view(project: Project, chosen: str, said: str = "") -> tuple[Any, ...]:
        names = people.names(project)
        chosen = chosen if chosen in names else (names[0] if names else "")
        folder = project.cast / chosen if chosen else project.cast
        missing = people.missing(project)
        return (
            cards.people(project, names, chosen, _heard(project)),
            gr.Radio(names, value=chosen or None, visible=len(names) > 1),
            gr.Group(visible=bool(chosen)),
            _text(folder / "voice.txt") if chosen else "",
            _text(folder / "about.txt") if chosen else "",
            said,
            gr.Column(visible=bool(missing)),
            gr.CheckboxGroup(missing, value=missing),
            gr.Button(visible=people.unread(project)),
            costs.audition(project),
        )

    def show(film: str, _shot: str, _playing: str, request: gr.Request) -> tuple[Any, ...]:
        if not film:
            return cards.nothing("Choose a film first."), *(gr.skip() for _ in outputs[1:])
        if _playing:
            return tuple(gr.skip() for _ in outputs)
        return view(desk.project(request, film), "")

    def choose(film: str, chosen: str, request: gr.Request) -> tuple[Any, ...]:
        return view(desk.project(request, film), chosen)

    def pick(film: str, request: gr.Request, event: gr.EventData) -> tuple[Any, ...]:
        return view(desk.project(request, film), str(event.pick))

    @refusing
    def search(film: str, request: gr.Request) -> tuple[Any, ...]:
        """Who is in the story, before it is planned; a story that cannot be read says why."""
        nothing = tuple(gr.skip() for _ in finding[1:])
        if not film or not people.unread(project := desk.project(request, film)):
            return "", *nothing
        try:
            people.look(project, desk.ask)
        except Script2MovieError as error:
            return f"Nobody could be looked for: {error}", *nothing
        missing = people.missing(project)
        return (
            "" if missing else "Everybody in the story is in the cast.",
            gr.Column(visible=bool(missing)),
            gr.CheckboxGroup(missing, value=missing),
            gr.Button(visible=False),
        )

    def let_in(project: Project, typed: list[str]) -> list[str]:
        """New people, all or none of them; their names. Raises StudioError."""
        added = [uploads.person_name(one or "") for one in typed]
        names = people.names(project)
        if taken := [one for one in added if one.casefold() in {n.casefold() for n in names}]:
            raise StudioError(f"{taken[0]} is in the cast already.")
        if len(names) + len(added) > desk.limits.people:
            raise StudioError(f"A cast may have {desk.limits.people} people.")
        with project.changing():
            for one in added:
                (project.cast / one).mkdir(parents=True)
        return added

    @refusing
    def join(film: str, typed: str, request: gr.Request) -> tuple[Any, ...]:
        project = desk.project(request, film)
        (added,) = let_in(project, [typed])
        return *view(project, added), ""

    @refusing
    def join_all(film: str, ticked: list[str], request: gr.Request) -> tuple[Any, ...]:
        project = desk.project(request, film)
        if not ticked:
            raise StudioError("Tick whom to add.")
        return view(project, let_in(project, ticked)[0])

    @refusing
    def join_pictured(
        film: str, ticked: list[str], files: list[str] | None, request: gr.Request
    ) -> tuple[Any, ...]:
        project = desk.project(request, film)
        if len(ticked) != 1:
            raise StudioError("Tick one person alone, whom the portrait is of.")
        (added,) = let_in(project, ticked)
        return take(film, added, files, request)[:-1]

    def take(
        film: str, chosen: str, files: list[str] | None, request: gr.Request
    ) -> tuple[Any, ...]:
        project = desk.project(request, film)
        folder = _folder(project, chosen)
        refused = []
        for upload in files or []:
            try:
                with project.changing():
                    uploads.take_portrait(desk.upload(request, upload), folder, desk.limits)
            except StudioError as error:
                refused.append(str(error))
        return *view(project, chosen, _said(refused)), None

    def record(film: str, chosen: str, upload: str | None, request: gr.Request) -> Any:
        project = desk.project(request, film)
        refused = []
        if upload:
            try:
                with project.changing():
                    uploads.take_voice(
                        desk.upload(request, upload), _folder(project, chosen), desk.limits
                    )
            except StudioError as error:
                refused.append(str(error))
        return *view(project, chosen, _said(refused)), None

    @refusing
    def words(
        film: str, chosen: str, transcript: str, about: str, request: gr.Request
    ) -> tuple[Any, ...]:
        project = desk.project(request, film)
        folder = _folder(project, chosen)
        with project.changing():
            for name, text, most in (("voice", transcript, 2_000), ("about", about, 1_000)):
                if len(text) > most:
                    raise StudioError(f"That is {len(text)} characters long; {most} are enough.")
                path = folder / f"{name}.txt"
                path.write_text(text, "utf-8") if text.strip() else path.unlink(missing_ok=True)
        return view(project, chosen)

    def remove(pattern: str) -> Callable[..., Any]:
        def removed(film: str, chosen: str, request: gr.Request) -> tuple[Any, ...]:
            project = desk.project(request, film)
            with project.changing():
                for path in _folder(project, chosen).glob(pattern):
                    path.unlink()
            return view(project, chosen)

        return removed

    def part(film: str, chosen: str, request: gr.Request) -> tuple[Any, ...]:
        project = desk.project(request, film)
        with project.changing():
            shutil.rmtree(_folder(project, chosen))
        return view(project, "")

    @refusing
    def audition(film: str, request: gr.Request) -> Any:
        project = desk.project(request, film)
        desk.start(request, film, Kind.AUDITION, line=_line(project.story))
        return gr.Timer(active=True)

    one = [shared.film, who]
    who.input(choose, one, outputs, **QUIET)
    board.select(pick, shared.film, outputs, **CHOOSING)
    for event in (add.click, name.submit):
        event(join, [shared.film, name], [*outputs, name], **QUIET)
    take_in.click(join_all, [shared.film, offered], outputs, **QUIET)
    pictured.upload(join_pictured, [shared.film, offered, pictured], outputs, **QUIET)
    for asked in (tab.select, look.click):
        asked(
            search,
            shared.film,
            finding,
            api_visibility="private",
            show_progress_on=looked,
            concurrency_limit=AT_ONCE,
        )
    portraits.upload(take, [*one, portraits], [*outputs, portraits], api_visibility="private")
    voice.change(
        record, [*one, voice], [*outputs, voice], api_visibility="private", show_progress="minimal"
    )
    save.click(words, [*one, transcript, about], outputs, **QUIET)
    fewer.click(remove("portrait-*"), one, outputs, **QUIET)
    silent.click(remove("voice.*"), one, outputs, **QUIET)
    leave.click(part, one, outputs, **QUIET)
    hear.click(audition, shared.film, bar.timer, **QUIET)
    return Page(show, outputs, tab)


def _folder(project: Project, name: str) -> Any:
    """Somebody's folder. Raises StudioError where they are not in the cast."""
    if name not in people.names(project):
        raise StudioError("Choose a person first.")
    return project.cast / name


def _heard(project: Project) -> dict[str, str]:
    """The voices of the last audition, by name."""
    try:
        told = json.loads((project.folder / "audition" / "voices.json").read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}


def _text(path: Any) -> str:
    return path.read_text("utf-8") if path.is_file() else ""


def _said(refused: list[str]) -> str:
    return "\n".join(f"- {line}" for line in refused)


def _line(story: str) -> str:
    """The story's first words in quotes that are long enough to tell a voice by, else ''."""
    quotes = re.findall(r"[\"“]([^\"”\n]{12,160})[\"”]", story)
    return quotes[0].rstrip(",") if quotes else ""
