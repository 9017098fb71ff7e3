"""Which places there are, and which of them a scene is shot in.

A place is a rendered set (plates, depth, panorama) or a panorama alone. Knows the files that
describe them and the meaning of words as far as `meanings.json` has it; knows nothing of pixels.
"""

import difflib
import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from script2movie.errors import PlanError
from script2movie.movie import Light
from script2movie.stages import Setting

__all__ = ["Choice", "KeyLight", "Place", "Plate", "Spot", "choose", "places"]


@dataclass(frozen=True)
class KeyLight:
    """Where the strongest light comes from: yaw and elevation in degrees, colour in kelvin."""

    yaw: float
    elevation: float
    kelvin: float


@dataclass(frozen=True)
class Spot:
    """Where a person can stand on a plate: shares of its width and height, metres.

    `hidden_below` is the y below which something of the set covers a person, None where the
    feet show; `faces_shown_below` how many face heights of the body show below the face.
    """

    x: float
    face_y: float
    face_height: float
    pose: str
    distance: float
    hidden_below: float | None
    faces_shown_below: float


@dataclass(frozen=True)
class Plate:
    """One rendered view of a set. `depth_scale` is metres for one step of the depth picture."""

    picture: Path
    night: Path | None
    depth: Path | None
    depth_scale: float
    hfov: float
    yaw: float
    spots: tuple[Spot, ...] = ()


@dataclass(frozen=True)
class Place:
    """A place a scene can be shot in. Yaws are degrees on its panorama, growing to the right."""

    name: str
    title: str
    interior: bool
    night: bool
    tags: tuple[str, ...]
    panorama: Path
    night_panorama: Path | None
    key: KeyLight
    night_key: KeyLight
    front: float
    angles: Mapping[str, float] = field(default_factory=dict)
    plates: Mapping[str, Plate] = field(default_factory=dict)


@dataclass(frozen=True)
class Choice:
    """The place a scene is shot in; `note` says so where it only stands in."""

    place: Place
    note: str = ""


def _assets() -> Path:
    return Path(str(resources.files("script2movie"))) / "assets"


@cache
def places() -> tuple[Place, ...]:
    """Every place that ships with the package, by name."""
    found = [*_panoramas(_assets() / "panoramas"), *_sets(_assets() / "sets")]
    return tuple(sorted(found, key=lambda place: place.name))


def _panoramas(folder: Path) -> list[Place]:
    described = folder / "panoramas.json"
    if not described.exists():
        return []
    return [
        Place(
            name=entry["name"],
            title=entry["title"],
            interior=entry["interior"],
            night=entry["time"] == "night",
            tags=tuple(entry["tags"]),
            panorama=folder / entry["picture"],
            night_panorama=None,
            key=_key(entry["key_light"]),
            night_key=_key(entry["key_light"]),
            front=float(entry["front"]),
            angles={"reverse": float(entry["reverse"])},
        )
        for entry in json.loads(described.read_text())["panoramas"]
    ]


def _sets(folder: Path) -> list[Place]:
    return [_set(described) for described in sorted(folder.glob("*/set.json"))]


def _set(described: Path) -> Place:
    entry: dict[str, Any] = json.loads(described.read_text())
    folder = described.parent
    spots = entry.get("spots", {})
    plates = {
        name: _plate(folder, view, spots.get(name, ())) for name, view in entry["views"].items()
    }
    night = entry["pano"].get("night")
    front = plates["wide"].yaw if "wide" in plates else next(iter(plates.values())).yaw
    return Place(
        name=folder.name,
        title=entry.get("title", folder.name.replace("_", " ")),
        interior=bool(entry["interior"]),
        night=False,
        tags=tuple(entry["tags"]),
        panorama=folder / entry["pano"]["day"],
        night_panorama=folder / night if night else None,
        key=_key(entry["key_light"]["day"]),
        night_key=_key(entry["key_light"].get("night") or entry["key_light"]["day"]),
        front=front,
        angles={name: plate.yaw for name, plate in plates.items() if name != "wide"},
        plates=plates,
    )


def _plate(folder: Path, view: Mapping[str, Any], spots: Sequence[Mapping[str, Any]]) -> Plate:
    night, depth = view.get("night"), view.get("depth")
    return Plate(
        picture=folder / view["plate"],
        night=folder / night if night else None,
        depth=folder / depth if depth else None,
        depth_scale=float(view["depth_scale"]),
        hfov=float(view["hfov"]),
        yaw=float(view["yaw"]),
        spots=tuple(
            Spot(
                x=float(spot["x"]),
                face_y=float(spot["face_y"]),
                face_height=float(spot["face_height"]),
                pose=str(spot["pose"]),
                distance=float(spot["distance"]),
                hidden_below=spot["hidden_below"],
                faces_shown_below=float(spot.get("faces_shown_below") or 0.0),
            )
            for spot in spots
        ),
    )


def _key(entry: Mapping[str, float]) -> KeyLight:
    return KeyLight(float(entry["yaw"]), float(entry["elevation"]), float(entry["kelvin"]))


# --- by meaning ---------------------------------------------------------------------------------


@cache
def _kinds() -> Mapping[str, tuple[str, ...]]:
    """What a word is a kind of, nearest first: 'pub' -> ('bar', 'restaurant', ...)."""
    text = resources.files(__package__).joinpath("meanings.json").read_text()
    return {word: tuple(kinds) for word, kinds in json.loads(text).items()}


def _words(text: str) -> list[str]:
    """Lower-case phrases of one to three words in a text, the longest first, singular."""
    found = [_singular(word) for word in re.findall(r"[a-z]+", text.lower())]
    return [
        " ".join(found[start : start + length])
        for length in (3, 2, 1)
        for start in range(len(found) - length + 1)
    ]


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith(("ches", "shes", "sses", "xes")):
        return word[:-2]
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def _nearness(phrase: str, place: Place) -> float:
    """How well a phrase names a place, 0..1."""
    tags = [" ".join(_singular(word) for word in tag.lower().split()) for tag in place.tags]
    title = " ".join(_words(place.title)[-len(place.title.split()) :])
    best = 0.0
    for steps, word in enumerate((phrase, *_kinds().get(phrase, ()))):
        worth = 0.85**steps * (1.0 if steps == 0 else 0.9)
        if word in tags:
            best = max(best, worth * (1.0 - 0.02 * min(tags.index(word), 8)))
        elif word == title or word == place.name.replace("_", " "):
            best = max(best, worth)
    return best


def _score(setting: Setting, place: Place) -> float:
    score = 0.0
    for weight, text in ((1.0, setting.place), (0.3, setting.description)):
        phrases = _words(text)
        last = phrases[-1] if phrases else ""
        for phrase in phrases:
            worth = 1.0 if " " in phrase else (0.9 if phrase == last else 0.7)
            score = max(score, weight * worth * _nearness(phrase, place))
    return score


def _fits(setting: Setting, place: Place) -> float:
    """What speaks for a place beside its name: inside or outside, night or day."""
    dark = setting.light is Light.NIGHT
    fit = 0.0 if place.interior is setting.interior else -0.3
    if place.night and not dark:
        fit -= 0.5
    if dark and (place.night or place.night_panorama):
        fit += 0.04
    words = f"{setting.place} {setting.description} {setting.light}".lower()
    fit += 0.03 * any(tag in words for tag in ("dawn", "sunset", "sunrise") if tag in place.tags)
    return fit + (0.06 if place.plates else 0.0)


def choose(setting: Setting, among: Sequence[Place]) -> Choice:
    """The place a scene is shot in: the pinned one, or the nearest by meaning.

    Raises PlanError where the pinned one does not exist.
    """
    if setting.set:
        for place in among:
            if place.name == setting.set:
                return Choice(place)
        names = [place.name for place in among]
        near = difflib.get_close_matches(setting.set, names, 1, 0.0)
        raise PlanError(f"there is no set '{setting.set}': the nearest is '{near[0]}'")
    ranked = sorted(
        among,
        key=lambda place: (-_score(setting, place) - _fits(setting, place), place.name),
    )
    best = ranked[0]
    score = _score(setting, best)
    if score >= 0.6 and math.isclose(_fits(setting, best), _fits(setting, best)):
        return Choice(best)
    return Choice(best, f"no set is a '{setting.place}': '{best.title}' stands in")
