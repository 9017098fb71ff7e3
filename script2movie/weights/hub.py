"""Checkpoints on the Hugging Face hub: repository, pinned revision, licence, and where they lie.

A checkpoint is named as it is typed: 'organisation/name', or 'organisation/name@revision'. Those
of `hub.json` come with a revision, a licence and the files that are needed; of any other the
revision is the one that its first fetch found, and the licence is for the reader to look up.
They live in the hub's own cache, so that what another program fetched is not fetched twice.

Knows nothing of what a model does. Only `fetch_hub` goes out.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from script2movie.errors import WeightsError

__all__ = [
    "HubRepo",
    "fetch_hub",
    "hub_folder",
    "hub_lacks",
    "hub_place",
    "hub_repo",
    "is_hub_name",
]

FILES = ("*.json", "*.txt", "*.model", "*.jinja", "*.safetensors", "*.safetensors.index.*.json")


@dataclass(frozen=True)
class HubRepo:
    """A repository. `revision` is a commit, '' for the one that the first fetch finds.

    `commercial` says whether the licence lets a film made with it be sold, None where it is not
    known; `gated` ones want their terms accepted on the hub and a token. `size` is about how many
    bytes `files` (patterns) are, 0 where that is not known.
    """

    repo: str
    revision: str = ""
    purpose: str = "your own choice"
    licence: str = ""
    commercial: bool | None = None
    gated: bool = False
    size: int = 0
    files: tuple[str, ...] = FILES

    @property
    def name(self) -> str:
        """As it is typed."""
        return f"{self.repo}@{self.revision}" if self.revision else self.repo

    @property
    def page(self) -> str:
        return f"https://huggingface.co/{self.repo}"


def is_hub_name(name: str) -> bool:
    """Whether it is written as 'organisation/name', with or without '@revision'."""
    return bool(re.fullmatch(r"[\w-][\w.-]*/[\w-][\w.-]*(@[\w./-]+)?", name))


@cache
def _known() -> dict[str, HubRepo]:
    text = resources.files("script2movie.weights").joinpath("hub.json").read_bytes()
    return {one.repo: one for one in TypeAdapter(tuple[HubRepo, ...]).validate_json(text)}


def hub_repo(name: str) -> HubRepo:
    """What is known of 'organisation/name' or 'organisation/name@revision'."""
    repo, _, revision = name.partition("@")
    known = _known().get(repo) or HubRepo(repo, licence=f"see https://huggingface.co/{repo}")
    if not revision or revision == known.revision:
        return known
    return HubRepo(
        repo, revision, known.purpose, known.licence, known.commercial, known.gated, known.size
    )


def hub_folder(name: str) -> Path:
    """The snapshot's folder on this machine, named after its commit; see `hub_lacks`.

    Raises:
        WeightsError: it is not on this machine, or the hub's client is not installed.
    """
    wanted = hub_repo(name)
    hub = _client()
    try:
        found = hub.snapshot_download(
            wanted.repo,
            revision=wanted.revision or None,
            allow_patterns=list(wanted.files),
            local_files_only=True,
        )
    except (OSError, ValueError) as error:
        found = getattr(error, "snapshot_path", None)  # of one that is there in part
        if found is None:
            raise WeightsError(f"checkpoint '{name}' is not on this machine") from None
    return Path(found)


def hub_place(name: str) -> Path | None:
    """The snapshot's folder, None where it is not here."""
    try:
        return hub_folder(name)
    except WeightsError:
        return None


def hub_lacks(name: str) -> tuple[str, ...]:
    """What a stopped fetch has left out of a snapshot that is here, '' for what has no name.

    Known from the hub's listing where its client has kept it; else from what is there: indexes of
    shards, the components that a pipeline names, and files that are half written.
    """
    wanted, folder = hub_repo(name), hub_folder(name)
    listed = _listing(wanted)
    if listed is not None:
        return tuple(
            one
            for one, size in sorted(listed.items())
            if _is_wanted(one, wanted) and not _is_whole(folder / one, size)
        )
    named = {one for one in wanted.files if not re.search(r"[*?[]", one)}
    for index in folder.rglob("*.index*.json"):
        shards = _read(index).get("weight_map", {}).values()
        within = {(index.parent / shard).relative_to(folder).as_posix() for shard in shards}
        named |= {one for one in within if _is_wanted(one, wanted)}
    for index in folder.rglob("model_index.json"):
        for part, told in _read(index).items():
            if isinstance(told, list) and told[-1] and not (index.parent / part).is_dir():
                named.add((index.parent / part).relative_to(folder).as_posix())
    lost = {one for one in named if not (folder / one).exists()}
    return (*sorted(lost), *([""] if not lost and _is_stopped(folder) else []))


def _listing(wanted: HubRepo) -> dict[str, int] | None:
    """The files of a repository and their bytes, None where the hub's client has kept no list."""
    try:
        from huggingface_hub import get_cached_repo_tree
        from huggingface_hub.errors import CachedRepoTreeNotFoundError
    except ImportError:  # of a client that keeps none
        return None
    try:
        tree = get_cached_repo_tree(wanted.repo, revision=wanted.revision or None)
    except CachedRepoTreeNotFoundError:
        return None
    return {one.path: one.size for one in tree}


def _is_wanted(file: str, wanted: HubRepo) -> bool:
    return any(fnmatch(file, pattern) for pattern in wanted.files)


def _is_whole(file: Path, size: int) -> bool:
    return file.is_file() and file.stat().st_size == size


def _is_stopped(folder: Path) -> bool:
    """Whether the last that came of a repository is half a file."""
    arrived: dict[bool, list[float]] = {True: [0.0], False: [0.0]}
    for blob in folder.parents[1].glob("blobs/*"):
        arrived[blob.name.endswith(".incomplete")].append(blob.stat().st_mtime)
    return max(arrived[True]) > max(arrived[False])


def _read(index: Path) -> dict[str, Any]:
    try:
        told = json.loads(index.read_text(encoding="utf-8"))
    except (OSError, ValueError):  # damaged: said where it is loaded
        return {}
    return told if isinstance(told, dict) else {}


def fetch_hub(names: Sequence[str]) -> None:
    """Puts checkpoints on this machine; files that are here already are left alone.

    Raises:
        WeightsError: the hub cannot be reached, has no such repository or revision, or wants its
            terms accepted first.
    """
    hub = _client()
    from huggingface_hub.errors import (
        GatedRepoError,
        RepositoryNotFoundError,
        RevisionNotFoundError,
    )

    for name in names:
        wanted = hub_repo(name)
        try:
            hub.snapshot_download(
                wanted.repo, revision=wanted.revision or None, allow_patterns=list(wanted.files)
            )
        except GatedRepoError:
            raise WeightsError(
                f"{wanted.repo} wants its terms accepted at {wanted.page}, "
                "and then: hf auth login, and again: script2movie weights --fetch"
            ) from None
        except (RepositoryNotFoundError, RevisionNotFoundError):
            at = f" at revision {wanted.revision}" if wanted.revision else ""
            raise WeightsError(f"the hub has no repository '{wanted.repo}'{at}") from None
        except (OSError, ValueError) as error:
            reason = " ".join(str(error).split())[:200]
            raise WeightsError(
                f"cannot fetch {name} from the hub: {reason} "
                "(network there? script2movie weights --fetch again)"
            ) from error


def _client() -> Any:
    try:
        import huggingface_hub
    except ImportError:
        raise WeightsError(
            "checkpoints of the hub need its client: pip install 'script2movie[gpu]'"
        ) from None
    return huggingface_hub
