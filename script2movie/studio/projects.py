"""A project is a folder: story, cast, plan, film, and what was chosen. Knows no page and no job.

    <root>/<owner>/<project>/
      project.json   title, choices, dates
      story.md       or story.fountain
      cast/          a folder a person, as `script2movie --cast` takes it
      history/       the plan's versions;  plan.json  the present one
      frames/        own pictures and kept keyframes, by shot
      out/           film.mp4 and all that lies beside it
      job.json       what is being done, or was done last

Nobody's words become a path: owners and projects are called by letters and digits of ours, people
by names that the cast folder's own rules let pass. What a tab has read is a revision; whoever
saves over a newer one is refused and reads again.
"""

import re
import secrets
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from script2movie.errors import StudioError, writing
from script2movie.movie import Movie
from script2movie.screenplay import save_plan
from script2movie.studio.history import History
from script2movie.studio.limits import Limits

__all__ = ["Choices", "Facts", "Library", "Project"]

ID = re.compile(r"[a-z0-9]{1,32}(?:-[a-z0-9]{1,32}){0,4}")
OWNER = re.compile(r"[a-z0-9]{1,16}(?:-[a-z0-9]{1,64})?")
MAX_TITLE = 120  # characters
MADE = {"out", "audition"}  # what work has made, which nobody edits


@dataclass(frozen=True)
class Choices:
    """What a person chose for a film, as `script2movie` takes it; '' and 0 leave the profile's."""

    profile: str = "embedded"
    backends: tuple[tuple[str, str], ...] = ()  # (stage, name)
    options: tuple[str, ...] = ()  # STAGE.NAME=VALUE
    size: str = ""
    fps: int = 0
    style: str = ""
    seed: int = 0
    music: bool = True
    cards: bool = True
    subtitles: bool = True
    minutes: float = 0.0
    narrator: bool = True


@dataclass(frozen=True)
class Facts:
    """What project.json holds. `revision` counts the changes; dates are seconds since 1970."""

    title: str
    created: float
    changed: float
    revision: int = 0
    choices: Choices = Choices()
    story: str = "story.md"  # its file


_FACTS = TypeAdapter(Facts)


class Project:
    """One project's folder. Reading is free; whoever changes something holds `lock`."""

    def __init__(self, folder: Path, lock: threading.RLock) -> None:
        self.folder, self.lock = folder, lock
        self.history = History(folder / "history")

    @property
    def id(self) -> str:
        return self.folder.name

    @property
    def owner(self) -> str:
        return self.folder.parent.name

    @property
    def cast(self) -> Path:
        return self.folder / "cast"

    @property
    def frames(self) -> Path:
        return self.folder / "frames"

    @property
    def film(self) -> Path:
        return self.folder / "out" / "film.mp4"

    @property
    def plan(self) -> Path:
        return self.folder / "plan.json"

    @property
    def facts(self) -> Facts:
        """Raises StudioError where project.json is gone or damaged."""
        try:
            return _FACTS.validate_json((self.folder / "project.json").read_bytes())
        except (OSError, ValidationError):
            raise StudioError(f"The project {self.id} is gone or damaged.") from None

    @property
    def story_file(self) -> Path:
        return self.folder / self.facts.story

    @property
    def story(self) -> str:
        """The text as it was pasted or dropped, '' where there is none yet."""
        path = self.story_file
        return path.read_text("utf-8") if path.is_file() else ""

    @contextmanager
    def changing(self, revision: int | None = None) -> Iterator[None]:
        """Around a change by somebody who has read `revision`; None where that does not matter.

        Raises:
            StudioError: another tab has changed the project since.
        """
        with self.lock:
            facts = self.facts
            if revision is not None and revision != facts.revision:
                raise StudioError(
                    "This film was changed in another tab. It has been read again; "
                    "please make your last change once more."
                )
            yield
            self.write(replace(self.facts, revision=facts.revision + 1, changed=time.time()))

    def write(self, facts: Facts) -> None:
        path = self.folder / "project.json"
        with writing(path):
            draft = path.with_name(".project.json.part")
            draft.write_bytes(_FACTS.dump_json(facts, indent=1))
            draft.replace(path)

    def rename(self, title: str) -> None:
        self.write(replace(self.facts, title=_title(title)))

    def choose(self, choices: Choices) -> None:
        self.write(replace(self.facts, choices=choices))

    def tell(self, text: str, suffix: str, limits: Limits) -> None:
        """Keeps a story. Raises StudioError where it is too long."""
        if len(text) > limits.story:
            raise StudioError(
                f"The story has {len(text):,} characters; up to {limits.story:,} can be taken. "
                "Make a film of each part."
            )
        name = f"story{suffix}"
        with writing(self.folder):
            for old in self.folder.glob("story.*"):
                if old.name != name:
                    old.unlink()
            (self.folder / name).write_text(text, encoding="utf-8", newline="\n")
        self.write(replace(self.facts, story=name))

    def record(self, movie: Movie, *, amend: bool = False) -> None:
        """A new version of the plan, or the present one amended; plan.json follows."""
        if amend and self.history.present:
            self.history.amend(movie)
        else:
            self.history.record(movie)
        save_plan(movie, self.plan)

    def drop_frame(self, shot_id: str) -> None:
        """Forgets the own picture or kept keyframe of a shot."""
        for path in self.frames.glob(f"{shot_id}.*"):
            path.unlink()

    def step(self, by: int) -> None:
        """Undo (-1) or redo (1). Raises StudioError where there is nothing to."""
        self.history.undo() if by < 0 else self.history.redo()
        if movie := self.history.movie():
            save_plan(movie, self.plan)


class Library:
    """All projects under a root, each owner's to that owner."""

    def __init__(self, root: Path, limits: Limits) -> None:
        self.root, self.limits = root, limits
        self._locks: dict[Path, threading.RLock] = {}
        self._lock = threading.Lock()

    def everything(self) -> Iterator[Project]:
        """Every owner's projects."""
        for folder in sorted(self.root.glob("*/*/project.json")):
            yield self._project(folder.parent)

    def projects(self, owner: str) -> list[Project]:
        """The owner's, the last changed first."""
        folders = [path.parent for path in self._home(owner).glob("*/project.json")]
        dated = [(path.joinpath("project.json").stat().st_mtime, path) for path in folders]
        return [self._project(path) for _, path in sorted(dated, reverse=True)]

    def open(self, owner: str, project_id: str) -> Project:
        """Raises StudioError where the owner has no such project."""
        folder = self._home(owner) / project_id
        if not ID.fullmatch(project_id) or not (folder / "project.json").is_file():
            raise StudioError("There is no such film here: choose one from the list.")
        return self._project(folder)

    def create(self, owner: str, title: str) -> Project:
        """An empty project. Raises StudioError where the owner has too many."""
        folder = self._room(owner, title)
        with writing(folder):
            for part in ("cast", "frames", "out"):
                (folder / part).mkdir(parents=True)
        project = self._project(folder)
        now = time.time()
        project.write(Facts(_title(title), now, now))
        return project

    def copy(self, owner: str, project_id: str) -> Project:
        """A project with all that was made for it, under a new name."""
        source = self.open(owner, project_id)
        title = f"{source.facts.title[: MAX_TITLE - 7]} (copy)"
        folder = self._room(owner, title)
        with writing(folder):
            with source.lock:  # for what people edit, which is small
                skipped = shutil.ignore_patterns("job.json", *MADE)
                shutil.copytree(source.folder, folder, symlinks=True, ignore=skipped)
            for part in MADE & {path.name for path in source.folder.iterdir()}:
                shutil.copytree(source.folder / part, folder / part, symlinks=True)
        project = self._project(folder)
        project.write(replace(project.facts, title=title, changed=time.time(), revision=0))
        return project

    def delete(self, owner: str, project_id: str) -> None:
        """The folder and all in it."""
        project = self.open(owner, project_id)
        with project.lock, writing(project.folder):
            gone = project.folder.with_name(f".gone-{secrets.token_hex(6)}")
            project.folder.rename(gone)
            shutil.rmtree(gone, ignore_errors=True)

    def _room(self, owner: str, title: str) -> Path:
        home = self._home(owner)
        if len(self.projects(owner)) >= self.limits.projects:
            raise StudioError(
                f"There are {self.limits.projects} films here already: delete one first."
            )
        words = re.findall(r"[a-z0-9]+", title.lower())[:4]
        slug = "-".join(word[:16] for word in words) or "film"
        return home / f"{slug}-{secrets.token_hex(4)}"

    def _home(self, owner: str) -> Path:
        assert OWNER.fullmatch(owner), owner
        return self.root / owner

    def _project(self, folder: Path) -> Project:
        with self._lock:
            return Project(folder, self._locks.setdefault(folder, threading.RLock()))


def _title(text: str) -> str:
    title = " ".join(text.split())[:MAX_TITLE]
    return title if title.isprintable() and title else "Untitled"
