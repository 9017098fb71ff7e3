"""Who is in a film's story and not in its cast, before there is a plan and after.

Before there is one the embedded planner reads the story for its people; what it found is kept
beside the story in people.json. Knows a project's folder; knows no page.
"""

import hashlib
import json
from typing import Any

from script2movie.errors import writing
from script2movie.studio.costs import Ask
from script2movie.studio.projects import Project

__all__ = ["look", "missing", "names", "unread"]


def names(project: Project) -> list[str]:
    """The cast, in order."""
    folders = project.cast.iterdir() if project.cast.is_dir() else ()
    return sorted(one.name for one in folders if one.is_dir() and not one.name.startswith("."))


def missing(project: Project) -> list[str]:
    """Those of the plan, or else of the story as it was read, who are not in the cast."""
    movie = project.history.movie()
    told = [member.name for member in movie.cast] if movie else []
    if not _is_planned(project) and not _is_old(found := _found(project), project):
        told += found["people"]
    there = {one.casefold() for one in names(project)}
    return [one for one in dict.fromkeys(told) if one.casefold() not in there]


def unread(project: Project) -> bool:
    """Whether the story has words that nobody has read for people, neither a plan nor `look`."""
    has_words = bool(project.story.strip())
    return has_words and not _is_planned(project) and _is_old(_found(project), project)


def look(project: Project, ask: Ask) -> None:
    """Reads the story for its people.

    Raises:
        StudioError: it is not one that the embedded planner can read.
    """
    digest, cast = _digest(project), names(project)
    known = ["--cast", str(project.cast)] if cast else []
    told = ask(project, ["people", str(project.story_file), *known, "--json"])
    found = {"digest": digest, "cast": cast, "people": [one["name"] for one in told]}
    path = project.folder / "people.json"
    with project.lock, writing(path):
        path.write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")


def _is_planned(project: Project) -> bool:
    """Whether there is a plan that the story was not changed after."""
    plan, story = project.plan, project.story_file
    if not plan.is_file():
        return False
    return not story.is_file() or plan.stat().st_mtime >= story.stat().st_mtime


def _found(project: Project) -> dict[str, Any]:
    """people.json: of which text, with which cast known, whom; empty where nobody has looked."""
    try:
        found = json.loads((project.folder / "people.json").read_text("utf-8"))
        return found if {"digest", "cast", "people"} <= set(found) else {}
    except (OSError, ValueError, TypeError):
        return {}


def _is_old(found: dict[str, Any], project: Project) -> bool:
    """Whether the text is another, or somebody was added whom the text may call otherwise."""
    if not found or found["digest"] != _digest(project):
        return True
    return not set(names(project)) <= {*found["cast"], *found["people"]}


def _digest(project: Project) -> str:
    return hashlib.sha256(project.story.encode()).hexdigest()
