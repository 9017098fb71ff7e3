"""The cast: who is in the film, their portraits and their voices, what is wrong with either."""

import json
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import gradio as gr

from script2movie.errors import Script2MovieError, StudioError
from script2movie.studio import cards, costs, people, uploads
from script2movie.studio.commands import Kind
from script2movie.studio.desk import (
    PICK,
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
from script2movie.studio.questions import AT_ONCE

__all__ = ["build"]

Said = tuple[str, str]  # the film of which it is said, and the words
NOTHING: Said = ("", "")
WORDS = {"voice.txt": 2_000, "about.txt": 1_000}  # characters that may be written about somebody


def build(desk: Desk, shared: Shared) -> Page:
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
                            elem_classes="s2m-upload",
                        )
                look = gr.Button("Look for people in the story", visible=False, elem_id="look-for")
                looked = gr.Markdown("", elem_id="looked")
                who = gr.Radio([], label="Person", visible=False, elem_id="who")
                with gr.Column(visible=False) as person:
                    problems = gr.Markdown("", elem_id="problems")
                    portraits = gr.File(
                        label="Portraits: drop photos that show one face",
                        file_count="multiple",
                        height=160,
                        elem_id="portraits",
                        elem_classes="s2m-upload",
                    )
                    voice = gr.Audio(
                        label="Voice sample: ten seconds of speech (WAV, MP3, M4A)",
                        sources=["upload", "microphone"],
                        type="filepath",
                        editable=False,
                        elem_id="voice",
                        elem_classes="s2m-upload",
                    )
                    transcript = gr.Textbox(label="What they say in it", lines=1)
                    about = gr.Textbox(
                        label="About them", lines=2, placeholder="a retired teacher of seventy"
                    )
                    with gr.Row(elem_classes="s2m-bar-row"):
                        fewer = gr.Button("Remove portraits", min_width=150)
                        silent = gr.Button("Remove voice", min_width=120)
                        leave = gr.Button("Remove person", variant="stop", min_width=130)
        stands = standing("cast")  # the film and the person
        joined = gr.Textbox(visible="hidden", label="j")  # the same of whoever was added last
        chosen, offering = gr.State(""), gr.State(())
        found, unseen, unheard = (gr.State(NOTHING) for _ in range(3))  # a film, and words about it

    def show(
        look: Look,
        chosen: str,
        was: str,
        offered: tuple[str, ...],
        found: Said,
        unseen: Said,
        unheard: Said,
    ) -> tuple[Any, ...]:
        project = look.project
        if project is None:
            words, hidden = cards.nothing("Choose a film first."), gr.Column(visible=False)
            nobody = gr.Radio([], value=None, visible=False), gr.Column(visible=False), "", "", ""
            return "", words, *nobody, hidden, gr.skip(), (), gr.Button(visible=False), "", ""
        if look.playing:
            return tuple(gr.skip() for _ in outputs)
        names = people.names(project)
        chosen = chosen if chosen in names else (names[0] if names else "")
        now = f"{project.id} {chosen}"
        typed = [_text(project.cast / chosen / name) if chosen else "" for name in WORDS]
        missing = people.missing(project)
        offering = (project.id, *missing)
        return (
            now,
            cards.people(project, names, chosen, _heard(project)),
            gr.Radio(names, value=chosen or None, visible=len(names) > 1),
            gr.Column(visible=bool(chosen)),
            *((gr.skip() for _ in typed) if look.news and was == now else typed),
            "\n".join(said for film, said in (unseen, unheard) if film == project.id and said),
            gr.Column(visible=bool(missing)),
            gr.skip() if offering == offered else gr.CheckboxGroup(missing, value=missing),
            offering,
            gr.Button(visible=people.unread(project)),
            found[1] if found[0] == project.id else "",
            costs.audition(project),
        )

    outputs = [stands, board, who, person, transcript, about, problems]
    outputs += [offer, offered, offering, look, looked, price]
    page = Page("cast", show, outputs, [chosen, stands, offering, found, unseen, unheard])
    changed = [chosen, unseen, unheard, *outputs]

    def seen(project: Project, chosen: str) -> tuple[Any, ...]:
        """Somebody is chosen: what was said of uploads before has been read."""
        fresh = show(Look(project, ""), chosen, "", (), NOTHING, NOTHING, NOTHING)
        return chosen, NOTHING, NOTHING, *fresh

    def choose(film: str, chosen: str, request: gr.Request) -> tuple[Any, ...]:
        return seen(desk.project(request, film), chosen)

    def pick(film: str, request: gr.Request, event: gr.EventData) -> tuple[Any, ...]:
        return seen(desk.project(request, film), str(event.pick))

    @refusing
    def search(film: str, request: gr.Request) -> Any:
        """Who is in the story, before it is planned; a story that cannot be read says why."""
        if not film or not people.unread(project := desk.project(request, film)):
            return gr.skip()
        try:
            people.look(project, desk.ask)
        except Script2MovieError as error:
            return film, f"Nobody could be looked for: {error}"
        return film, "" if people.missing(project) else "Everybody in the story is in the cast."

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
    def join(film: str, stands: str, typed: str, request: gr.Request) -> tuple[Any, ...]:
        project = desk.standing(request, film, stands)
        (added,) = let_in(project, [typed])
        return *seen(project, added), ""

    @refusing
    def join_all(film: str, stands: str, ticked: list[str], request: gr.Request) -> Any:
        project = desk.standing(request, film, stands)
        if not ticked:
            raise StudioError("Tick whom to add.")
        return seen(project, let_in(project, ticked)[0])

    @refusing
    def join_one(stands: str, film: str, ticked: list[str], request: gr.Request) -> Any:
        project = desk.standing(request, film, stands)
        if len(ticked) != 1:
            raise StudioError("Tick one person alone, whom the portrait is of.")
        (added,) = let_in(project, ticked)
        return *seen(project, added), f"{film} {added}"

    def take(stands: str, files: list[str] | None, request: gr.Request) -> tuple[Any, Said]:
        """Portraits for whoever stood on the page when they were dropped."""
        film, _, name = stands.partition(" ")
        refused = []
        for upload in files or []:
            try:
                project = desk.project(request, film)
                folder, file = _folder(project, name), desk.upload(request, upload)
                changing = partial(_changing, project, name)
                uploads.take_portrait(file, folder, desk.limits, changing)
            except StudioError as error:
                refused.append(f"- {name}: {error}")
        return None, (film, "\n".join(refused))

    def record(stands: str, upload: str | None, request: gr.Request) -> tuple[Any, Any]:
        film, _, name = stands.partition(" ")
        if not upload:  # it was taken away again, as after each
            return gr.skip(), gr.skip()
        try:
            project = desk.project(request, film)
            folder, file = _folder(project, name), desk.upload(request, upload)
            uploads.take_voice(file, folder, desk.limits, partial(_changing, project, name))
        except StudioError as error:
            return None, (film, f"- {name}: {error}")
        return None, NOTHING

    @refusing
    def keep(stands: str, transcript: str, about: str, request: gr.Request) -> None:
        """What was typed, of whom it was typed."""
        film, _, name = stands.partition(" ")
        project = desk.project(request, film)
        folder, written = _folder(project, name), dict(zip(WORDS, (transcript, about), strict=True))
        for file, text in written.items():
            if len(text) > WORDS[file]:
                raise StudioError(f"That is {len(text)} characters long; {WORDS[file]} are enough.")
        if {file: _text(folder / file) for file in WORDS} != written:
            with project.changing():
                for file, text in written.items():
                    path = folder / file
                    path.write_text(text, "utf-8") if text.strip() else path.unlink(missing_ok=True)

    def remove(pattern: str) -> Callable[..., Any]:
        @refusing
        def removed(film: str, stands: str, chosen: str, request: gr.Request) -> Any:
            project = desk.standing(request, film, stands)
            folder = _folder(project, _same(stands, chosen))
            with project.changing():
                for path in folder.glob(pattern):
                    path.unlink()
            return seen(project, folder.name)

        return removed

    @refusing
    def part(film: str, stands: str, chosen: str, request: gr.Request) -> tuple[Any, ...]:
        project = desk.standing(request, film, stands)
        with project.changing():
            shutil.rmtree(_folder(project, _same(stands, chosen)))
        return seen(project, "")

    @refusing
    def audition(film: str, stands: str, request: gr.Request) -> Any:
        project = desk.standing(request, film, stands)
        desk.start(request, film, Kind.AUDITION, line=_line(project.story))
        return desk.looked(request, film)

    shown, unhurried = desk.shown(shared, page), desk.shown(shared, page, news=True)
    one = [shared.film, stands]
    read: dict[str, Any] = {"api_visibility": "private"}
    finding: dict[str, Any] = {"show_progress_on": looked, "concurrency_limit": AT_ONCE, **read}
    tab.select(**shown).then(search, shared.film, found, **finding).then(**unhurried)
    look.click(search, shared.film, found, **finding).then(**unhurried)
    who.input(choose, [shared.film, who], changed, **TURN)
    board.select(pick, shared.film, changed, **TURN)
    once = {**TURN, "trigger_mode": "once"}
    for event in (add.click, name.submit):
        event(join, [*one, name], [*changed, name], **once)
    take_in.click(join_all, [*one, offered], changed, **once)
    pictured.upload(
        *(join_one, [stands, shared.film, offered], [*changed, joined]),
        js=dropped("add-pictured"),
        **once,
    ).success(take, [joined, pictured], [portraits, unseen], **read).then(**unhurried)
    portraits.upload(
        take, [stands, portraits], [portraits, unseen], js=dropped("portraits"), **read
    ).then(**unhurried)
    voice.change(
        *(record, [stands, voice], [voice, unheard]),
        js=dropped("voice"),
        show_progress="minimal",
        **read,
    ).then(**unhurried)
    for words in (transcript, about):
        words.blur(keep, [stands, transcript, about], None, **TURN)
    fewer.click(remove("portrait-*"), [*one, chosen], changed, **TURN)
    silent.click(remove("voice.*"), [*one, chosen], changed, **TURN)
    leave.click(part, [*one, chosen], changed, **once)
    hear.click(audition, one, shared.looked, **TURN)
    return page


@contextmanager
def _changing(project: Project, name: str) -> Iterator[None]:
    """Around a change of somebody who was in the cast before. Raises StudioError."""
    with project.changing():
        if name not in people.names(project):
            raise StudioError(f"{name} is not in the cast any more.")
        yield


def _same(stands: str, chosen: str) -> str:
    """Who stands on the page, where nobody else is on their way to it. Raises StudioError."""
    name = stands.partition(" ")[2]
    if chosen not in {"", name}:
        raise StudioError("The page was still turning to somebody else: look, and press again.")
    return name


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


def _line(story: str) -> str:
    """The story's first words in quotes that are long enough to tell a voice by, else ''."""
    quotes = re.findall(r"[\"“]([^\"”\n]{12,160})[\"”]", story)
    return quotes[0].rstrip(",") if quotes else ""
