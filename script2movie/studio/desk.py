"""What every page works with: whose request it is, their projects, their jobs, their keys.

Pages call this and the functions beside it; what they refuse becomes a message on the page.
"""

import functools
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import gradio as gr

from script2movie.errors import Script2MovieError, StudioError
from script2movie.studio.commands import Kind, Work, work
from script2movie.studio.gate import Gate
from script2movie.studio.jobs import Jobs
from script2movie.studio.limits import Limits
from script2movie.studio.projects import Library, Project
from script2movie.studio.questions import Questions
from script2movie.studio.runs import Runs

__all__ = [
    "CHOOSING",
    "PICK",
    "QUIET",
    "Desk",
    "Page",
    "Shared",
    "adopt",
    "in_turn",
    "refusing",
]

F = TypeVar("F", bound=Callable[..., Any])
KEY = re.compile(r"[A-Z][A-Z0-9_]{0,60}_(API_KEY|TOKEN|MODEL)")
ADDRESS = re.compile(r"[A-Z][A-Z0-9_]{0,60}_BASE_URL")  # of a server, which a guest may not choose

# Of every event that is a page's own: no part of the programs' interface, no veil while it runs.
QUIET: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}


def in_turn(line: str) -> dict[str, Any]:
    """Of events that wait for each other, whoever asks: what is asked for first is done first."""
    return {"concurrency_id": line, "concurrency_limit": 1, **QUIET}


# Of a choice among cards: one made while the one before is still being shown is shown after it.
CHOOSING: dict[str, Any] = {"trigger_mode": "multiple", **in_turn("choices")}

# A card that is chosen tells the server which; the focus stays on it when the cards are drawn anew.
PICK = """
element.addEventListener('click', event => {
  const card = event.target.closest('[data-pick]');
  if (card) trigger('select', {pick: card.dataset.pick});
});
watch('value', () => {
  if (document.activeElement === document.body) {
    const chosen = element.querySelector('[aria-pressed="true"]');
    if (chosen && element.dataset.picked === chosen.dataset.pick)
      chosen.focus({preventScroll: true});
  }
});
element.addEventListener('focusin', event => {
  const card = event.target.closest('[data-pick]');
  if (card) element.dataset.picked = card.dataset.pick;
});
"""


@dataclass(frozen=True)
class Shared:
    """What the pages have in common: which film, as it was when read, which shot."""

    film: gr.Textbox  # the project's id, '' for none
    revision: gr.State
    shot: gr.State
    tabs: gr.Tabs


@dataclass(frozen=True)
class Page:
    """A step: `show(request, film, shot)` gives a value for each of `outputs`.

    `turn` names the line in which its events wait for each other, so that what was asked for first
    is never shown last.
    """

    show: Callable[..., Any]
    outputs: Sequence[Any]
    tab: gr.Tab
    turn: str | None = None


@dataclass
class Desk:
    """One studio. `local` is whether its one user is the one of this machine."""

    library: Library
    jobs: Jobs
    limits: Limits
    local: bool
    runs: Runs
    questions: Questions
    gate: Gate | None = None
    keys: dict[str, dict[str, str]] = field(default_factory=dict)  # owner -> variable -> key

    def owner(self, request: gr.Request) -> str:
        """Raises StudioError for a request without an owner."""
        owner = request.request.scope["state"]["owner"] if request.request else None
        if owner is None:
            raise StudioError("Open the studio in a browser that keeps cookies.")
        return str(owner)

    def project(self, request: gr.Request, film: str) -> Project:
        """Raises StudioError where the film is not one of theirs."""
        if not film:
            raise StudioError("Choose a film above, or begin a new one.")
        return self.library.open(self.owner(request), film)

    def upload(self, request: gr.Request, path: str) -> Path:
        """An upload, once it is known to be theirs. Raises StudioError."""
        assert self.gate is not None
        file = Path(path)
        if not self.gate.uploaded_by(file, self.owner(request)) or not file.is_file():
            raise StudioError("This file is not one that you have uploaded.")
        return file

    def start(self, request: gr.Request, film: str, kind: Kind, *, line: str = "") -> Project:
        """Queues work on a film."""
        project = self.project(request, film)
        job = work(project, kind, self.limits, line=line)
        self.jobs.submit(project, job, self.keys.get(project.owner))
        return project

    def ask(self, project: Project, arguments: Sequence[str]) -> Any:
        """A short question about a film, answered at once; it has its owner's keys."""
        return self.questions.ask(arguments, self.keys.get(project.owner, {}), project.folder)

    def keep_key(self, request: gr.Request, variable: str, key: str) -> None:
        """A key for the owner's jobs, in memory alone; '' forgets it. Raises StudioError."""
        known = KEY.fullmatch(variable) or (self.local and ADDRESS.fullmatch(variable))
        if not known:
            raise StudioError("A key is called as its provider calls it, as in OPENAI_API_KEY.")
        if len(key) > 500 or not key.isprintable():
            raise StudioError("This is no key: copy it from your provider's page.")
        mine = self.keys.setdefault(self.owner(request), {})
        if key:
            mine[variable] = key
        else:
            mine.pop(variable, None)


def adopt(project: Project, job: Work) -> None:
    """What a finished job changes in its project: a new plan becomes a version of it."""
    if job.kind is Kind.AUDITION:
        told = json.loads((project.folder / ".job.out").read_text("utf-8"))
        voices = {one["name"]: one["voice"] for one in told}
        path = project.folder / "audition" / "voices.json"
        path.write_text(json.dumps(voices, ensure_ascii=False), encoding="utf-8")
    if job.kind is Kind.PLAN:
        from script2movie.screenplay import load_plan

        movie = load_plan(project.folder / "planning" / "plan.json")
        with project.changing():
            project.record(movie)


def refusing(call: F) -> F:
    """A page's function whose refusals are shown on the page and stay until they are read."""

    @functools.wraps(call)
    def guarded(*arguments: Any, **named: Any) -> Any:
        try:
            return call(*arguments, **named)
        except Script2MovieError as error:
            raise gr.Error(str(error), duration=None, print_exception=False) from None

    return guarded  # type: ignore[return-value]
