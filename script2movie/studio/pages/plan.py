"""The plan: scenes and shots on a board, edited with undo, the checker speaking as one types."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Any

import gradio as gr

from script2movie.errors import StudioError
from script2movie.movie import (
    CameraMove,
    Framing,
    Light,
    Movie,
    ShotSize,
    Transition,
)
from script2movie.studio import board, cards, dialogue, uploads
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
from script2movie.studio.served import SCREENPLAYS

__all__ = ["build"]

Edit = Callable[[Movie, str], tuple[Movie, str]]
FAULTS = 4  # the place of the checker's words among what the page shows


def build(desk: Desk, shared: Shared) -> Page:
    with gr.Tab("Plan", id="plan") as tab:
        with gr.Row(elem_classes="s2m-bar-row"):
            undo = gr.Button("Undo", min_width=80, scale=0, elem_id="undo")
            redo = gr.Button("Redo", min_width=80, scale=0)
            upload = gr.UploadButton(
                "Open a plan",
                min_width=130,
                scale=0,
                elem_id="open-plan",
                elem_classes="s2m-upload",
            )
            links = gr.HTML("", elem_classes="s2m-sub")
        with gr.Row():
            with gr.Column(scale=3, min_width=300):
                cardboard = gr.HTML("", js_on_load=PICK, elem_id="board")
            with gr.Column(scale=2, min_width=300, visible=False) as editor:
                faults = gr.Markdown("", elem_id="faults")
                plot = gr.Textbox(label="What happens", lines=2, elem_id="plot")
                lines = gr.Textbox(
                    label="Dialogue",
                    info="A row a line: Mara (whispering): Is it yours?  (off) is out of sight.",
                    lines=4,
                    elem_id="dialogue",
                )
                people = gr.Dropdown(
                    [], label="Who is in it", multiselect=True, elem_id="who-is-in"
                )
                actions = gr.Textbox(
                    label="What each does",
                    info="A row a person: Mara: holds out the watch",
                    lines=2,
                )
                with gr.Row():
                    size = gr.Dropdown(_words(ShotSize), label="Shot size", min_width=130)
                    framing = gr.Dropdown(_words(Framing), label="Framing", min_width=130)
                with gr.Row():
                    camera = gr.Dropdown(_words(CameraMove), label="Camera", min_width=130)
                    duration = gr.Number(label="Seconds at least", minimum=0.1, min_width=130)
                with gr.Accordion("Picture and sound", open=False):
                    background = gr.Textbox(label="Background", lines=1)
                    sound = gr.Textbox(label="What else is heard", lines=1)
                with gr.Accordion("The scene", open=False):
                    place = gr.Textbox(label="Place", lines=1)
                    with gr.Row():
                        interior = gr.Checkbox(label="Indoors")
                        light = gr.Dropdown(_words(Light), label="Light", min_width=110)
                    with gr.Row():
                        mood = gr.Textbox(label="Mood", lines=1, min_width=110)
                        entered = gr.Dropdown(_words(Transition), label="Entered by", min_width=110)
                with gr.Row():
                    earlier = gr.Button("Move earlier", min_width=110)
                    later = gr.Button("Move later", min_width=110)
                    add = gr.Button("Add a shot", min_width=110)
                    split = gr.Button("Split", min_width=110)
                    join = gr.Button("Join with next", min_width=110)
                    delete = gr.Button("Delete shot", variant="stop", min_width=110)
                with gr.Accordion("Move, split or delete the scene", open=False), gr.Row():
                    scene_earlier = gr.Button("Scene earlier", min_width=120)
                    scene_later = gr.Button("Scene later", min_width=120)
                    scene_add = gr.Button("Add a scene", min_width=120)
                    scene_split = gr.Button("New scene from here", min_width=120)
                    scene_join = gr.Button("Join next scene", min_width=120)
                    scene_delete = gr.Button("Delete scene", variant="stop", min_width=120)

        stands = standing("plan")  # the film and the shot

    texts = [plot, lines, actions, background, sound, place, mood]
    choices: list[Any] = [people, size, framing, camera, duration, interior, light, entered]
    fields = [*texts, *choices]
    outputs = [stands, shared.revision, cardboard, editor, faults, undo, redo, links, *fields]

    def view(project: Project, shot_id: str) -> tuple[Any, ...]:
        history, revision = project.history, project.facts.revision
        movie = history.movie()
        steps = (
            gr.Button(interactive=history.can_undo),
            gr.Button(interactive=history.can_redo),
        )
        if movie is None:
            words = cards.nothing("There is no plan yet: write a story and press Plan the film.")
            blank = (gr.skip() for _ in fields)
            return (project.id, revision, words, gr.Column(visible=False), "", *steps, "", *blank)
        shot_id = board.chosen(movie, shot_id)
        shot, scene = board.shot_of(movie, shot_id), board.scene_of(movie, shot_id)
        cast = [member.name for member in movie.cast]
        names = {"plan.json": "plan.json", **SCREENPLAYS}
        link = "Download " + " ".join(
            f'<a href="films/{project.id}/{name}?download=1" download>{label}</a>'
            for name, label in names.items()
        )
        return (
            f"{project.id} {shot_id}",
            revision,
            cards.plan_board(movie, shot_id, ()),
            gr.Column(visible=True),
            _saved(shot_id),
            *steps,
            link,
            shot.plot,
            dialogue.lines_as_text(shot.dialogue),
            dialogue.actions_as_text(shot.characters),
            shot.background,
            shot.sound,
            scene.place,
            scene.mood,
            gr.update(choices=cast, value=[one.character for one in shot.characters]),
            shot.size.value,
            shot.framing.value,
            shot.camera_move.value,
            shot.duration,
            scene.interior,
            scene.light.value,
            scene.transition.value,
        )

    def show(look: Look, revision: int, was: str) -> tuple[Any, ...]:
        project = look.project
        if project is None:
            hidden, off = gr.Column(visible=False), gr.Button(interactive=False)
            words = cards.nothing("Choose a film first.")
            return "", 0, words, hidden, "", off, off, "", *(gr.skip() for _ in fields)
        shown = view(project, look.shot)
        if look.news and (shown[1], shown[0]) == (revision, was):  # what is being typed stays
            return tuple(gr.skip() for _ in outputs)
        return shown

    def edited(movie: Movie, shot_id: str, *values: Any) -> Movie:
        (plot, lines, actions, background, sound, place, mood) = values[:7]
        (people, size, framing, camera, seconds, interior, light, entered) = values[7:]
        cast = [member.name for member in movie.cast]
        shot, scene = board.shot_of(movie, shot_id), board.scene_of(movie, shot_id)
        changed = replace(
            shot,
            plot=plot.strip(),
            dialogue=dialogue.text_as_lines(lines, cast),
            background=background.strip(),
            sound=sound.strip(),
            size=ShotSize(size),
            camera_move=CameraMove(camera),
            duration=float(seconds or 0),
        )
        does = dialogue.text_as_actions(actions, cast)
        changed = board.with_people(changed, list(people), does)
        if Framing(framing) is not shot.framing:
            changed = board.with_framing(changed, Framing(framing))
        movie = board.edit_shot(movie, changed)
        return board.edit_scene(
            movie,
            scene.id,
            place=place.strip(),
            mood=mood.strip(),
            interior=bool(interior),
            light=Light(light),
            transition=Transition(entered),
        )

    def check(request: gr.Request, stands: str, *values: Any) -> str:
        film, _, shot = stands.partition(" ")
        movie = desk.project(request, film).history.movie()
        if movie is None:
            return ""
        try:
            wrong = board.faults_of(edited(movie, shot, *values))
        except StudioError as error:
            wrong = [str(error)]
        return _wrong(wrong) if wrong else "Nothing is wrong with it."

    def keep(
        request: gr.Request, film: str, stands: str, revision: int, shot: str, *values: Any
    ) -> Any:
        """What was typed or chosen, in the shot that stood on the page then."""
        whose, _, of = stands.partition(" ")
        project = desk.project(request, whose)
        stays = film == whose and shot in {"", of}  # whether nothing else was chosen meanwhile
        try:
            with project.changing(revision if film == whose else None):
                movie = project.history.movie()
                if movie is None:
                    raise StudioError("There is no plan to change.")
                changed = edited(movie, of, *values)
                if wrong := board.faults_of(changed):
                    return _said(f"{_wrong(wrong)}\n\nNot kept until it is mended.", outputs)
                if changed == movie:
                    return _said(_saved(of) if stays else gr.skip(), outputs)
                project.record(changed)
        except StudioError as error:
            if film == whose and project.facts.revision != revision:
                gr.Warning(str(error))
                return view(project, shot)
            return _said(_wrong([str(error)]), outputs)
        if film != whose:
            return tuple(gr.skip() for _ in outputs)
        if not stays:
            return view(project, shot)
        # What was typed meanwhile stays; of the choices, those that the edit has changed follow.
        head = len(outputs) - len(fields)
        shown = view(project, shot)
        followed = [
            now if _plain(now) != was else gr.skip()
            for now, was in zip(shown[head + len(texts) :], values[len(texts) :], strict=True)
        ]
        return (*shown[:head], *(gr.skip() for _ in texts), *followed)

    def change(edit: Edit) -> Callable[..., Any]:
        @refusing
        def made(film: str, stands: str, revision: int, shot: str, request: gr.Request) -> Any:
            project = desk.standing(request, film, stands)
            try:
                with project.changing(revision):
                    movie = project.history.movie()
                    if movie is None:
                        raise StudioError("There is no plan to change.")
                    before = {one.id for _, one in movie.shots}
                    movie, shot = edit(movie, board.chosen(movie, shot))
                    for _, one in movie.shots:
                        if one.id not in before:  # an id that was another shot's, now deleted
                            project.drop_frame(one.id)
                    project.record(movie)
            except StudioError as error:
                if project.facts.revision == revision:
                    raise
                gr.Warning(str(error))
            return shot, *view(project, shot)

        return made

    def step(by: int) -> Callable[..., Any]:
        @refusing
        def made(film: str, stands: str, shot: str, request: gr.Request) -> Any:
            project = desk.standing(request, film, stands)
            with project.changing():
                project.step(by)
            return view(project, shot)

        return made

    @refusing
    def replace_plan(stands: str, file: str, request: gr.Request) -> None:
        project = desk.project(request, stands.partition(" ")[0])
        movie = uploads.take_plan(desk.upload(request, file), desk.limits)
        with project.changing():
            project.record(movie)

    def pick(film: str, request: gr.Request, event: gr.EventData) -> tuple[Any, ...]:
        return str(event.pick), *view(desk.project(request, film), str(event.pick))

    page = Page("plan", show, outputs, [shared.revision, stands])
    one = [shared.film, stands]
    known = [*one, shared.revision, shared.shot]
    tab.select(**desk.shown(shared, page))
    for text in texts:
        text.input(check, [stands, *fields], faults, **{**TURN, "trigger_mode": "always_last"})
        text.blur(keep, [*known, *fields], outputs, **TURN)
    for choice in choices:
        choice.input(keep, [*known, *fields], outputs, **TURN)
    moved = [shared.shot, *outputs]
    for button, edit in _edits(
        (earlier, later, add, split, join, delete),
        (scene_earlier, scene_later, scene_add, scene_split, scene_join, scene_delete),
    ):
        button.click(change(edit), known, moved, **TURN)
    undo.click(step(-1), [*one, shared.shot], outputs, **TURN)
    redo.click(step(1), [*one, shared.shot], outputs, **TURN)
    upload.upload(replace_plan, [stands, upload], None, js=dropped("open-plan"), **QUIET).success(
        **desk.shown(shared, page)
    )
    cardboard.select(pick, shared.film, moved, **TURN)
    return page


def _edits(shots: Sequence[gr.Button], scenes: Sequence[gr.Button]) -> Iterator[tuple[Any, Edit]]:
    """What each button of the board asks for: a plan and the shot chosen in, both out."""
    yield from zip(
        shots,
        (
            lambda movie, shot: board.move_shot(movie, shot, -1),
            lambda movie, shot: board.move_shot(movie, shot, 1),
            board.add_shot,
            board.split_shot,
            lambda movie, shot: (board.join_shot(movie, shot), shot),
            lambda movie, shot: (board.delete_shot(movie, shot), ""),
        ),
        strict=True,
    )

    def scene(edit: Callable[[Movie, str], Movie]) -> Edit:
        return lambda movie, shot: (edit(movie, board.scene_of(movie, shot).id), shot)

    yield from zip(
        scenes,
        (
            scene(lambda movie, scene_id: board.move_scene(movie, scene_id, -1)),
            scene(lambda movie, scene_id: board.move_scene(movie, scene_id, 1)),
            lambda movie, shot: board.add_scene(movie, board.scene_of(movie, shot).id),
            board.split_scene,
            scene(board.join_scene),
            scene(board.delete_scene),
        ),
        strict=True,
    )


def _words(choices: type[StrEnum]) -> list[str]:
    return [choice.value for choice in choices]


def _plain(shown: Any) -> Any:
    """The value that a page gives a component."""
    return shown["value"] if isinstance(shown, dict) else shown


def _saved(shot: str) -> str:
    return f"**{shot}** · every change is kept; Undo takes it back."


def _wrong(faults: Sequence[str]) -> str:
    return "\n".join(f"- {fault}" for fault in faults[:8])


def _said(words: Any, outputs: Sequence[Any]) -> tuple[Any, ...]:
    """The checker's words and nothing else, so that what was typed stays."""
    return tuple(words if number == FAULTS else gr.skip() for number in range(len(outputs)))
