"""Weights and checkpoints of a run: what is here, what it may be used for, and getting the rest."""

from dataclasses import asdict, dataclass, fields
from pathlib import Path

from script2movie import weights
from script2movie.backends import STAGES, read_options
from script2movie.cli.console import bars, said
from script2movie.settings import Settings
from script2movie.weights import hub

__all__ = ["Holding", "fetch", "holdings", "restrictions"]

RECOGNISERS = "embedded"  # the manifest's profile; every film is spoken, seen and heard with it
COMMERCIAL = {True: "", False: " (NOT for commercial use)", None: " (commercial use: look it up)"}


@dataclass(frozen=True)
class Holding:
    """A weight or checkpoint; `megabytes` is 0 and `commercial` None where that is not known.

    `lacks` is what a fetch that was stopped has left out of one that is here in part.
    """

    name: str
    purpose: str
    megabytes: float
    licence: str
    commercial: bool | None
    source: str
    present: bool
    path: str
    lacks: tuple[str, ...] = ()

    def __str__(self) -> str:
        state = "here" if self.present else "partial" if self.lacks else "missing"
        more = f" and {len(self.lacks) - 3} more" if self.lacks[3:] else ""
        lost = ", ".join(one or "a file that is half written" for one in self.lacks[:3])
        return (
            f"{state:<7}  {self.name:<22} "
            f"{self.megabytes or '?':>6} MB  {self.licence}{COMMERCIAL[self.commercial]}"
            f"  from {self.source}: {self.purpose}" + (f"; lacks {lost}{more}" if lost else "")
        )

    @property
    def told(self) -> dict[str, object]:
        return asdict(self)


def holdings(settings: Settings) -> list[Holding]:
    """What the profile needs, and the hub's checkpoints that its backends load."""
    listed = [
        Holding(
            status.weight.name,
            status.weight.purpose,
            round(status.weight.size / 1e6, 1),
            status.weight.licence,
            status.weight.commercial,
            ", ".join(dict.fromkeys(part.package for part in status.weight.parts)),
            status.present,
            str(status.path),
        )
        for status in weights.status(RECOGNISERS)
    ]
    for one in _checkpoints(settings):
        place = hub.hub_place(one.name)
        lacks = hub.hub_lacks(one.name) if place else ()
        size = round(one.size / 1e6, 1)
        listed.append(
            Holding(
                one.name,
                one.purpose,
                size,
                one.licence,
                one.commercial,
                one.page,
                place is not None and not lacks,
                str(place or ""),
                lacks,
            )
        )
    return listed


def fetch(settings: Settings, *, quiet: bool, lines: bool = False) -> None:
    """Gets what is missing, and says aloud what may not be sold. Raises WeightsError."""
    with bars(quiet, lines) as progress:
        missing = [one for one in weights.status(RECOGNISERS) if not one.present]
        for status in missing:
            if not status.weight.commercial:
                said(f"{status.weight.name}: its licence forbids commercial use")
        weights.fetch([status.weight.name for status in missing], progress=progress)
    for one in _checkpoints(settings):
        if one.commercial is False:
            said(f"{one.repo}: its licence ({one.licence}) forbids commercial use")
        hub.fetch_hub([one.name])


def restrictions(settings: Settings) -> list[str]:
    """A sentence for each part of a film that may not be sold, or not for certain."""
    told = {False: "not for commercial use", None: "look up whether it allows commercial use"}
    return [
        f"{one.name}: {one.licence}, {told[one.commercial]}"
        for one in holdings(settings)
        if not one.commercial
    ]


def _checkpoints(settings: Settings) -> list[hub.HubRepo]:
    """The options of the chosen backends that name checkpoints of the hub.

    Planners have none: they ask a server, or read grammar that takes seconds to import.
    """
    found: dict[str, hub.HubRepo] = {}
    for stage in STAGES[1:]:
        chosen = read_options(stage, getattr(settings, stage), settings.options_of(stage))
        for field in fields(chosen) if chosen is not None else ():
            source = str(getattr(chosen, field.name))
            wanted = field.metadata.get("checkpoint", False)
            wanted = wanted(chosen) if callable(wanted) else wanted
            if wanted and hub.is_hub_name(source) and not Path(source).exists():
                found[source] = hub.hub_repo(source)
    return list(found.values())
