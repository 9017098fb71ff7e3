"""What the film is made with: profile, backends and what each needs, size, style, seed, keys."""

from dataclasses import replace
from html import escape
from typing import Any

import gradio as gr

from script2movie.backends import STAGES, available, read_options
from script2movie.errors import SettingsError
from script2movie.movie import Style
from script2movie.settings import PROFILES
from script2movie.studio import cards
from script2movie.studio.commands import Kind, settings_of
from script2movie.studio.desk import TURN, Desk, Look, Page, Shared, refusing, standing
from script2movie.studio.machine import Machine
from script2movie.studio.projects import Choices

__all__ = ["build"]

SIZES = ["", "320x180", "640x360", "1280x720", "1920x1080"]


def build(desk: Desk, shared: Shared) -> Page:
    machine = Machine()
    with gr.Tab("Settings", id="settings") as tab:
        with gr.Row():
            with gr.Column(min_width=300):
                profile = gr.Dropdown(list(PROFILES), label="Profile", elem_id="profile")
                style = gr.Dropdown(
                    [("the plan's own", ""), *((one.value, one.value) for one in Style)],
                    label="Style",
                )
                with gr.Row():
                    size = gr.Dropdown(
                        [(one or "the profile's", one) for one in SIZES],
                        label="Size",
                        min_width=130,
                        elem_id="size",
                    )
                    fps = gr.Number(
                        label="Frames a second (0: the profile's)",
                        minimum=0,
                        maximum=120,
                        precision=0,
                        min_width=130,
                        elem_id="fps",
                    )
                    seed = gr.Number(label="Seed", minimum=0, precision=0, min_width=110)
                parts = gr.CheckboxGroup(
                    ["music", "cards", "subtitles"], label="With", elem_id="parts"
                )
            with gr.Column(min_width=300):
                backends = [
                    gr.Dropdown(_names(stage), label=f"{stage.capitalize()} backend")
                    for stage in STAGES
                ]
                options = gr.Textbox(
                    label="Options of backends",
                    info="A row each: planner.model=qwen3",
                    lines=2,
                    visible=desk.local,
                )
        said = gr.Markdown("", elem_id="settings-said")
        with gr.Accordion("Keys of services", open=False):
            gr.Markdown(
                "A key is kept in memory until the studio closes, is given to your films' work "
                "alone, and is never shown or written."
            )
            with gr.Row(elem_classes="s2m-bar-row"):
                variable = gr.Textbox(label="Its name", value="OPENAI_API_KEY", max_lines=1)
                key = gr.Textbox(label="Key (empty forgets it)", type="password", max_lines=1)
                keep = gr.Button("Keep the key", scale=0, min_width=130)
            kept = gr.Markdown("")
        with gr.Accordion("What this machine can run", open=False, elem_id="machine"):
            with gr.Row():
                look = gr.Button("Look", scale=0, min_width=100, elem_id="look")
                fetch = gr.Button("Fetch missing weights", scale=0, min_width=180)
            found = gr.HTML("", elem_classes="s2m-sub", elem_id="found")

        stands = standing("settings")

    fields = [profile, style, size, fps, seed, parts, *backends, options]

    outputs = [stands, said, *fields]

    def show(look: Look) -> tuple[Any, ...]:
        if look.news:
            return tuple(gr.skip() for _ in outputs)
        choices = look.project.facts.choices if look.project else Choices()
        chosen = dict(choices.backends)
        profiled = settings_of(Choices(choices.profile))
        return (
            look.project.id if look.project else "",
            "",
            choices.profile,
            choices.style,
            choices.size,
            choices.fps,
            choices.seed,
            [name for name in ("music", "cards", "subtitles") if getattr(choices, name)],
            *(chosen.get(stage, getattr(profiled, stage)) for stage in STAGES),
            "\n".join(choices.options),
        )

    @refusing
    def save(request: gr.Request, film: str, stands: str, *values: Any) -> str:
        profile, style, size, fps, seed, parts = values[:6]
        names, options = values[6:-1], values[-1]
        project = desk.standing(request, film, stands)
        profiled = settings_of(Choices(profile))
        rows = tuple(row.strip() for row in options.splitlines() if row.strip())
        choices = replace(
            project.facts.choices,
            profile=profile,
            style=style or "",
            size=size or "",
            fps=int(fps or 0),
            seed=int(seed or 0),
            backends=tuple(
                (stage, name)
                for stage, name in zip(STAGES, names, strict=True)
                if name != getattr(profiled, stage)
            ),
            options=rows if desk.local else (),
            **{name: name in parts for name in ("music", "cards", "subtitles")},
        )
        settings_of(choices)
        for row in choices.options:
            stage, _, rest = row.partition(".")
            option, sign, value = rest.partition("=")
            if stage not in STAGES or not sign:
                raise SettingsError(f"'{row}' is no option: write it as in planner.model=qwen3")
            read_options(stage, dict(zip(STAGES, names, strict=True))[stage], {option: value})
        with project.changing():
            project.choose(choices)
        return "Kept: the next work on this film uses it."

    @refusing
    def keep_key(variable: str, key: str, request: gr.Request) -> tuple[str, str]:
        desk.keep_key(request, variable.strip(), key.strip())
        return "", f"{variable} is {'kept until the studio closes' if key else 'forgotten'}."

    def examine() -> str:
        rows = "".join(
            f"<tr><th scope=row>{escape(one.subject)}</th>"
            f'<td><span class="{"s2m-good" if one.fine else "s2m-bad"}">'
            f"{'fine' if one.fine else 'missing'}</span></td><td>{escape(one.said)}"
            f"{'' if one.fine else f' <b>{escape(one.mend)}</b>'}</td></tr>"
            for one in sorted(machine.needs(again=True), key=lambda one: one.fine)
        )
        if not rows:
            return cards.nothing("This machine could not be looked at: run script2movie doctor.")
        return (
            '<div style="overflow-x:auto"><table class="s2m-table"><thead><tr><th scope=col>What'
            f"</th><th scope=col>Is</th><th scope=col>More</th></tr></thead>{rows}</table></div>"
        )

    @refusing
    def get(film: str, stands: str, request: gr.Request) -> Any:
        desk.standing(request, film, stands)
        desk.start(request, film, Kind.WEIGHTS)
        return desk.looked(request, film)

    page = Page("settings", show, outputs)
    one = [shared.film, stands]
    tab.select(**desk.shown(shared, page))
    chosen: list[Any] = [profile, style, size, parts, *backends]
    for choice in chosen:
        choice.input(save, [*one, *fields], said, **TURN)
    for typed in (fps, seed, options):
        typed.blur(save, [*one, *fields], said, **TURN)
    keep.click(keep_key, [variable, key], [key, kept], **TURN)
    look.click(examine, None, found, api_visibility="private")
    fetch.click(get, one, shared.looked, **TURN)
    return page


def _names(stage: str) -> list[tuple[str, str]]:
    """A stage's backends, each with the line that says what it is."""
    return [(f"{name}: {one.summary}", name) for name, one in available(stage).items()]
