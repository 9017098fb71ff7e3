"""The storyboard: a picture a shot as they come, and what a person wants otherwise."""

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import gradio as gr

from script2movie.errors import StudioError
from script2movie.studio import board, cards, costs, uploads
from script2movie.studio.commands import Kind
from script2movie.studio.desk import CHOOSING, PICK, QUIET, Desk, Page, Shared, refusing
from script2movie.studio.pages.films import Bar
from script2movie.studio.projects import Project

__all__ = ["build", "take_again"]


def build(desk: Desk, shared: Shared, bar: Bar) -> Page:
    with gr.Tab("Storyboard", id="storyboard") as tab:
        with gr.Row(elem_classes="s2m-bar-row"):
            draw = gr.Button("Draw the storyboard", variant="primary", scale=0, min_width=180)
            price = gr.Markdown("", elem_id="price")
        with gr.Row(visible=False, elem_classes="s2m-bar-row") as tools:
            chosen = gr.Markdown("", elem_id="chosen")
            again = gr.Button("Another take", scale=0, min_width=140, elem_id="again")
            own = gr.UploadButton("Use my picture", scale=0, min_width=150, elem_id="own-frame")
            lock = gr.Button("Lock", scale=0, min_width=90, elem_id="lock")
            drawn = gr.Button("Draw it again", scale=0, min_width=200, visible=False)
        pictures = gr.HTML("", js_on_load=PICK, elem_id="pictures")

    outputs = [shared.shot, price, tools, chosen, lock, drawn, pictures]

    def view(project: Project, shot_id: str) -> tuple[Any, ...]:
        movie = project.history.movie()
        if movie is None:
            words = "There is no plan yet: write a story and press Plan the film."
            return ("", "", gr.Row(visible=False), "", gr.skip(), gr.skip(), cards.nothing(words))
        ids = [shot.id for _, shot in movie.shots]
        shot_id = shot_id if shot_id in ids else ids[0]
        own = _own(project)
        told = cards.seen_on(project)
        what = {"kept": "its picture is locked", "own": "it shows your picture"}
        said = f"**{shot_id}** · {what.get(own.get(shot_id, ''), 'chosen')}"
        return (
            shot_id,
            costs.storyboard(project),
            gr.Row(visible=True),
            said,
            gr.Button(visible=shot_id not in own),
            gr.Button(
                "Unlock" if own.get(shot_id) == "kept" else "Take my picture away",
                visible=shot_id in own,
            ),
            cards.storyboard(project, movie, told, shot_id, own),
        )

    def show(film: str, shot: str, _playing: str, request: gr.Request) -> tuple[Any, ...]:
        if not film:
            nothing = cards.nothing("Choose a film first.")
            return ("", "", gr.Row(visible=False), "", gr.skip(), gr.skip(), nothing)
        return view(desk.project(request, film), shot)

    @refusing
    def start(film: str, request: gr.Request) -> Any:
        desk.start(request, film, Kind.STORYBOARD)
        return gr.Timer(active=True)

    @refusing
    def another(film: str, shot: str, request: gr.Request) -> Any:
        project = desk.project(request, film)
        if shot in _own(project):
            raise StudioError(f"{shot} has a picture that is locked or yours: let go of it first.")
        take_again(project, shot)
        desk.start(request, film, Kind.STORYBOARD)
        return gr.Timer(active=True)

    @refusing
    def keep(film: str, shot: str, request: gr.Request) -> tuple[Any, ...]:
        project = desk.project(request, film)
        told = cards.seen_on(project).get(shot, {})
        name = Path(str(told.get("keyframe", ""))).name
        drawn = project.folder / "out" / ".script2movie" / "draw" / name
        if not name or not drawn.is_file():
            raise StudioError(f"{shot} is not drawn yet: draw the storyboard first.")
        from script2movie.bank.frames import KEPT

        with project.changing():
            project.drop_frame(shot)
            project.frames.mkdir(exist_ok=True)
            shutil.copyfile(drawn, project.frames / f"{shot}{KEPT}")
        return view(project, shot)

    @refusing
    def take(film: str, shot: str, upload: str, request: gr.Request) -> tuple[Any, ...]:
        project = desk.project(request, film)
        _known(project, shot)
        file = desk.upload(request, upload)
        with project.changing():
            uploads.take_frame(file, project.frames, shot, desk.limits)
        desk.start(request, film, Kind.STORYBOARD)
        return *view(project, shot), gr.Timer(active=True)

    @refusing
    def let_go(film: str, shot: str, request: gr.Request) -> tuple[Any, ...]:
        project = desk.project(request, film)
        _known(project, shot)
        with project.changing():
            project.drop_frame(shot)
        desk.start(request, film, Kind.STORYBOARD)
        return *view(project, shot), gr.Timer(active=True)

    def pick(film: str, request: gr.Request, event: gr.EventData) -> tuple[Any, ...]:
        return view(desk.project(request, film), str(event.pick))

    one = [shared.film, shared.shot]
    draw.click(start, shared.film, bar.timer, **QUIET)
    again.click(another, one, bar.timer, **QUIET)
    lock.click(keep, one, outputs, **QUIET)
    own.upload(take, [*one, own], [*outputs, bar.timer], **QUIET)
    drawn.click(let_go, one, [*outputs, bar.timer], **QUIET)
    pictures.select(pick, shared.film, outputs, **CHOOSING)
    return Page(show, outputs, tab)


def take_again(project: Project, shot_id: str) -> None:
    """The plan with another take of a shot's picture asked for; Undo takes it back."""
    with project.changing():
        movie = project.history.movie()
        if movie is None:
            raise StudioError("There is no plan yet.")
        shot = board.shot_of(movie, shot_id)
        project.record(board.edit_shot(movie, replace(shot, take=shot.take + 1)))


def _own(project: Project) -> dict[str, str]:
    """'kept' or 'own' by shot, where the picture is not drawn."""
    from script2movie.bank.frames import KEPT  # with scipy: two seconds

    paths = project.frames.iterdir() if project.frames.is_dir() else ()
    return {
        path.stem: "kept" if path.suffix == KEPT else "own"
        for path in paths
        if not path.name.startswith(".")
    }


def _known(project: Project, shot_id: str) -> None:
    movie = project.history.movie()
    if movie is None:
        raise StudioError("There is no plan yet.")
    board.shot_of(movie, shot_id)
