"""The same steps for a program: documented names that `gradio_client` calls."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import gradio as gr
from gradio.events import api

from script2movie.errors import StudioError
from script2movie.studio import costs, uploads
from script2movie.studio.commands import Kind, settings_of
from script2movie.studio.desk import Desk, refusing
from script2movie.studio.served import DOWNLOADS, address, served

__all__ = ["build"]


def build(desk: Desk) -> None:
    """Adds the endpoints; each takes the id of a film."""

    @refusing
    def new_film(title: str, request: gr.Request) -> str:
        """Begins a film; its id."""
        return desk.library.create(desk.owner(request), title).id

    @refusing
    def films(request: gr.Request) -> list[dict[str, str]]:
        """The id and title of every film, the last changed first."""
        mine = desk.library.projects(desk.owner(request))
        return [{"film": one.id, "title": one.facts.title} for one in mine]

    @refusing
    def delete_film(film: str, request: gr.Request) -> str:
        """Deletes a film and all that was made for it; its id."""
        project = desk.project(request, film)
        desk.jobs.forget(project)
        desk.library.delete(project.owner, film)
        return film

    @refusing
    def set_story(film: str, story: str, request: gr.Request) -> int:
        """The story's text; how many words it has."""
        project = desk.project(request, film)
        with project.changing():
            project.tell(story, ".md", desk.limits)
        return len(story.split())

    @refusing
    def add_person(
        film: str,
        name: str,
        portraits: list[dict[str, Any]],
        voice: dict[str, Any] | None,
        request: gr.Request,
    ) -> str:
        """Somebody with portraits and, if there is one, a voice sample; their name."""
        project = desk.project(request, film)
        called = uploads.person_name(name)
        folder = project.cast / called
        if folder.exists():
            raise StudioError(f"{called} is in the cast already.")
        with project.changing():
            folder.mkdir(parents=True)
        for portrait in portraits or []:
            file = desk.upload(request, str(portrait["path"]))
            uploads.take_portrait(file, folder, desk.limits, project.changing)
        if voice:
            file = desk.upload(request, str(voice["path"]))
            uploads.take_voice(file, folder, desk.limits, project.changing)
        return called

    @refusing
    def choose(
        film: str, profile: str, size: str, fps: int, style: str, seed: int, request: gr.Request
    ) -> str:
        """What the film is made with, '' and 0 for the profile's own; its id."""
        project = desk.project(request, film)
        choices = replace(
            project.facts.choices, profile=profile, size=size, fps=fps, style=style, seed=seed
        )
        settings_of(choices)
        with project.changing():
            project.choose(choices)
        return film

    @refusing
    def start(film: str, work: str, request: gr.Request) -> str:
        """Begins 'plan', 'audition', 'storyboard' or 'film'; the film's id."""
        if work not in set(Kind):
            raise StudioError(f"There is no work '{work[:40]}': it is one of {', '.join(Kind)}.")
        desk.start(request, film, Kind(work))
        return film

    @refusing
    def cost(film: str, work: str, request: gr.Request) -> str:
        """What 'plan', 'audition', 'storyboard' or 'film' takes and costs, before it is begun."""
        project = desk.project(request, film)
        match work:
            case "plan" if costs.asks(project):
                return costs.foreseen(project, desk.ask, desk.limits)
            case "plan":
                return costs.planning(project)
            case "audition":
                return costs.audition(project)
            case "storyboard":
                return costs.storyboard(project)
            case "film":
                return costs.film(project)
        raise StudioError(f"Nothing is known of what '{work[:40]}' costs.")

    @refusing
    def stop(film: str, request: gr.Request) -> str:
        """Stops what is being done; what is made is kept. The film's id."""
        desk.jobs.stop(desk.project(request, film))
        return film

    @refusing
    def status(film: str, request: gr.Request) -> dict[str, Any]:
        """What is done: kind, state, share (0 to 1), seconds left, message."""
        told = desk.jobs.status(desk.project(request, film))
        if told is None:
            return {"kind": "", "state": "none", "share": 0.0, "left": None, "message": ""}
        return {
            "kind": told.kind.value,
            "state": told.state.value,
            "share": round(told.share, 3),
            "left": told.left,
            "message": told.message,
        }

    @refusing
    def get_plan(film: str, request: gr.Request) -> str:
        """plan.json as text."""
        project = desk.project(request, film)
        return served(project, "plan.json").read_text("utf-8")

    @refusing
    def set_plan(film: str, plan: dict[str, Any], request: gr.Request) -> int:
        """An uploaded plan.json; how many shots it has."""
        project = desk.project(request, film)
        movie = uploads.take_plan(desk.upload(request, str(plan["path"])), desk.limits)
        with project.changing():
            project.record(movie)
        return sum(1 for _ in movie.shots)

    @refusing
    def results(film: str, request: gr.Request) -> dict[str, str]:
        """Where what is made can be had, relative to the studio's address, by name."""
        project = desk.project(request, film)
        made = {}
        for name in DOWNLOADS:
            if (project.folder / name).is_file():
                made[name] = address(project, project.folder / name)
        return made

    @refusing
    def open_run(folder: str, request: gr.Request) -> dict[str, Any]:
        """A scored MovieBench run: what its rows are of, and its page, relative to the studio."""
        run = desk.runs.open(desk.owner(request), folder)
        return {"runs": list(run.told), "page": run.address()}

    calls: list[Callable[..., Any]] = [new_film, films, delete_film, set_story, add_person]
    calls += [choose, cost, start, stop, status, get_plan, set_plan, results, open_run]
    for call in calls:
        api(call, api_name=call.__name__)
