"""The storyboard: a picture a shot as they come, and what a person wants otherwise."""

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import gradio as gr

from script2movie.errors import StudioError
from script2movie.studio import board, cards, costs, uploads
from script2movie.studio.commands import Kind
from script2movie.studio.desk import (
    PICK,
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

__all__ = ["build", "take_again"]


def build(desk: Desk, shared: Shared) -> Page:
    with gr.Tab("Storyboard", id="storyboard") as tab:
        with gr.Row(elem_classes="s2m-bar-row"):
            draw = gr.Button("Draw the storyboard", variant="primary", scale=0, min_width=180)
            price = gr.Markdown("", elem_id="price")
        with gr.Row(visible=False, elem_classes="s2m-bar-row") as tools:
            chosen = gr.Markdown("", elem_id="chosen")
            again = gr.Button("Another take", scale=0, min_width=140, elem_id="again")
            own = gr.UploadButton(
                "Use my picture",
                scale=0,
                min_width=150,
                elem_id="own-frame",
                elem_classes="s2m-upload",
            )
            lock = gr.Button("Lock", scale=0, min_width=90, elem_id="lock")
            drawn = gr.Button("Draw it again", scale=0, min_width=200, visible=False)
        pictures = gr.HTML("", js_on_load=PICK, elem_id="pictures")

        stands = standing("storyboard")  # the film and the shot

    outputs = [stands, price, tools, chosen, lock, drawn, pictures]

    def show(look: Look) -> tuple[Any, ...]:
        project = look.project
        movie = project.history.movie() if project else None
        if project is None or movie is None:
            words = "There is no plan yet: write a story and press Plan the film."
            words = words if project else "Choose a film first."
            stands, unseen = project.id if project else "", (gr.skip(), gr.skip())
            return stands, "", gr.Row(visible=False), "", *unseen, cards.nothing(words)
        shot_id, own = board.chosen(movie, look.shot), _own(project)
        what = {"kept": "its picture is locked", "own": "it shows your picture"}
        return (
            f"{project.id} {shot_id}",
            costs.storyboard(project),
            gr.Row(visible=True),
            f"**{shot_id}** · {what.get(own.get(shot_id, ''), 'chosen')}",
            gr.Button(visible=shot_id not in own),
            gr.Button(
                "Unlock" if own.get(shot_id) == "kept" else "Take my picture away",
                visible=shot_id in own,
            ),
            cards.storyboard(project, movie, cards.seen_on(project), shot_id, own),
        )

    page = Page("storyboard", show, outputs)

    @refusing
    def start(film: str, stands: str, request: gr.Request) -> Any:
        desk.standing(request, film, stands)
        desk.start(request, film, Kind.STORYBOARD)
        return desk.looked(request, film)

    @refusing
    def another(film: str, stands: str, shot: str, request: gr.Request) -> Any:
        project = desk.standing(request, film, stands)
        shot = _known(project, shot)
        if shot in _own(project):
            raise StudioError(f"{shot} has a picture that is locked or yours: let go of it first.")
        take_again(project, shot)
        desk.start(request, film, Kind.STORYBOARD)
        return desk.looked(request, film)

    @refusing
    def keep(film: str, stands: str, shot: str, request: gr.Request) -> tuple[Any, ...]:
        project = desk.standing(request, film, stands)
        shot = _known(project, shot)
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
        return show(Look(project, shot))

    @refusing
    def take(stands: str, upload: str, request: gr.Request) -> None:
        """A picture for the shot that stood on the page when it was chosen."""
        film, _, shot = stands.partition(" ")
        project = desk.project(request, film)
        if _known(project, shot) != shot:
            raise StudioError(f"The plan has no shot {shot} any more: choose another.")
        file = desk.upload(request, upload)
        uploads.take_frame(file, project.frames, shot, desk.limits, project.changing)
        desk.start(request, film, Kind.STORYBOARD)

    @refusing
    def let_go(film: str, stands: str, shot: str, request: gr.Request) -> tuple[Any, ...]:
        project = desk.standing(request, film, stands)
        shot = _known(project, shot)
        with project.changing():
            project.drop_frame(shot)
        desk.start(request, film, Kind.STORYBOARD)
        return *desk.looked(request, film), *show(Look(project, shot))

    def pick(film: str, request: gr.Request, event: gr.EventData) -> tuple[Any, ...]:
        shot = str(event.pick)
        return shot, *show(Look(desk.project(request, film), shot))

    one = [shared.film, stands, shared.shot]
    tab.select(**desk.shown(shared, page))
    draw.click(start, one[:2], shared.looked, **TURN)
    again.click(another, one, shared.looked, **{**TURN, "trigger_mode": "once"})
    lock.click(keep, one, outputs, **TURN)
    own.upload(take, [stands, own], None, js=dropped("own-frame"), **QUIET).then(
        **desk.shown(shared, page)
    )
    drawn.click(let_go, one, [*shared.looked, *outputs], **TURN)
    pictures.select(pick, shared.film, [shared.shot, *outputs], **TURN)
    return page


def take_again(project: Project, shot_id: str) -> None:
    """The plan with another take of a shot's picture asked for; Undo takes it back."""
    with project.changing():
        movie = project.history.movie()
        if movie is None:
            raise StudioError("There is no plan yet.")
        shot = board.shot_of(movie, board.chosen(movie, shot_id))
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


def _known(project: Project, shot_id: str) -> str:
    """The shot, or the first where none is chosen. Raises StudioError without a plan."""
    movie = project.history.movie()
    if movie is None:
        raise StudioError("There is no plan yet.")
    return board.chosen(movie, shot_id)
