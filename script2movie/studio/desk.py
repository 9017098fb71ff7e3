"""What every page works with: whose request it is, their projects, their jobs, their keys.

Pages call this and the functions beside it; what they refuse becomes a message on the page.

Gradio answers events as they get ready, an older one after a newer one if it will. So whatever
writes what a page shows is asked for in one line, TURN, and is quick. What takes long is outside
that line and writes nothing of a page; the page is shown after it, as things are by then. A page
says in a hidden field of the browser what stands on it, and what is pressed there is of that.
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
from script2movie.studio import cards
from script2movie.studio.commands import Kind, Work, work
from script2movie.studio.gate import Gate
from script2movie.studio.job import OVER
from script2movie.studio.jobs import Jobs
from script2movie.studio.limits import Limits
from script2movie.studio.projects import Library, Project
from script2movie.studio.questions import Questions
from script2movie.studio.runs import Runs

__all__ = [
    "PICK",
    "QUIET",
    "TURN",
    "Desk",
    "Look",
    "Page",
    "Shared",
    "adopt",
    "dropped",
    "refusing",
    "standing",
]

F = TypeVar("F", bound=Callable[..., Any])
KEY = re.compile(r"[A-Z][A-Z0-9_]{0,60}_(API_KEY|TOKEN|MODEL)")
ADDRESS = re.compile(r"[A-Z][A-Z0-9_]{0,60}_BASE_URL")  # of a server, which a guest may not choose

# Of every event that is a page's own: no part of the programs' interface, no veil while it runs.
QUIET: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}


# Of every event that writes what a page shows, whoever asks: what is asked for first is done first.
TURN: dict[str, Any] = {
    "trigger_mode": "multiple",
    "concurrency_id": "pages",
    "concurrency_limit": 1,
    **QUIET,
}

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
    """What the pages have in common. `shot` and `revision` are of the film as it was last read."""

    film: gr.Textbox  # the project's id, '' for none
    revision: gr.State
    shot: gr.State  # the one chosen last, '' for the first
    tabs: gr.Tabs
    looked: Sequence[Any]  # what says how far the film's work is: see Desk.looked


@dataclass(frozen=True)
class Look:
    """What a page is to show: a film or none, and the shot that is chosen."""

    project: Project | None
    shot: str
    news: bool = False  # whether work asks and no person: what is being typed stays
    playing: bool = False  # whether something is, which goes on


@dataclass(frozen=True)
class Page:
    """A step: `show(look, *values)` gives a value for each of `outputs`, from those of `inputs`."""

    name: str
    show: Callable[..., Any]
    outputs: Sequence[Any]
    inputs: Sequence[Any] = ()


def standing(page: str) -> gr.Textbox:
    """Where a page says in the browser what stands on it; a State would be ahead of the browser."""
    return gr.Textbox(
        visible="hidden", label="s", elem_id=f"{page}-stands", elem_classes="s2m-stands"
    )


def dropped(element: str) -> str:
    """The script of an upload's event: what stood on the page when the file was dropped or chosen.

    It is the event's first value, in place of what stands there now that the file has come.
    """
    return (
        "(stands, ...rest) => "
        f"[document.getElementById('{element}').dataset.stands ?? stands, ...rest]"
    )


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

    def standing(self, request: gr.Request, film: str, stands: str) -> Project:
        """The chosen film, where it is the one that stands on the page.

        Raises:
            StudioError: it does not yet: what was pressed was pressed on another.
        """
        if film != stands.partition(" ")[0]:
            raise StudioError("The page was still turning to another film: look, and press again.")
        return self.project(request, film)

    def look(
        self,
        request: gr.Request,
        page: Page,
        film: str,
        shot: str,
        values: Sequence[Any],
        *,
        news: bool = False,
        playing: bool = False,
    ) -> Any:
        """What a page shows of a film; of one that is gone or damaged, what it shows of none."""
        try:
            project = self.project(request, film) if film else None
        except StudioError:  # another tab has deleted it
            project = None
        try:
            return page.show(Look(project, shot, news, playing), *values)
        except Script2MovieError as error:
            gr.Warning(str(error), duration=None)
            return page.show(Look(None, ""), *values)

    def shown(self, shared: Shared, page: Page, *, news: bool = False) -> dict[str, Any]:
        """The arguments of an event by which a page shows its film, and how far its work is."""

        def show(request: gr.Request, film: str, shot: str, *values: Any) -> tuple[Any, ...]:
            seen = self.look(request, page, film, shot, values, news=news)
            return *self.looked(request, film), *seen

        inputs = [shared.film, shared.shot, *page.inputs]
        return {"fn": show, "inputs": inputs, "outputs": [*shared.looked, *page.outputs], **TURN}

    def looked(self, request: gr.Request, film: str) -> tuple[Any, ...]:
        """How far a film's work is, what stops it, what looks again, and whose work that is."""
        try:
            status = self.jobs.status(self.project(request, film))
        except StudioError:
            return "", gr.Button(visible=False), gr.Timer(active=False), ""
        going = status is not None and status.state not in OVER
        return cards.job(status), gr.Button(visible=going), gr.Timer(active=going), film

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
