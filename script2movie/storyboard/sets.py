"""Which places there are, and which of them a scene is shot in.

A place is a rendered set (plates, depth, panorama) or a panorama alone. Knows the files that
describe them and the meaning of words as far as `meanings.json` has it; knows nothing of pixels.
"""

import difflib
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from script2movie.errors import PlanError
from script2movie.movie import Light
from script2movie.stages import Setting

__all__ = [
    "Choice",
    "KeyLight",
    "Place",
    "Plate",
    "Spot",
    "choose",
    "digest",
    "places",
    "unknown_set",
]


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
    """A place a scene can be shot in.

    `angles` are yaws on its panorama in degrees, growing to the right: 'wide' the front, 'a' and
    'b' the sides behind who looks right and left, 'reverse' the way back.
    """

    name: str
    title: str
    interior: bool
    night: bool
    tags: tuple[str, ...]
    panorama: Path
    night_panorama: Path | None
    key: KeyLight
    night_key: KeyLight
    angles: Mapping[str, float]
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


@cache
def digest() -> str:
    """Names what there is to choose from: another set or another picture is another digest."""
    known = hashlib.sha256(resources.files(__package__).joinpath("meanings.json").read_bytes())
    for folder in ("panoramas", "sets"):
        root = _assets() / folder
        for file in sorted(root.rglob("*")):
            if file.is_file():
                known.update(f"{file.relative_to(root)} {file.stat().st_size}\n".encode())
    return known.hexdigest()[:12]


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
            angles=_angles(float(entry["front"]), reverse=float(entry["reverse"])),
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
        angles=_angles(front, **{name: plate.yaw for name, plate in plates.items()}),
        plates=plates,
    )


def _angles(front: float, **known: float) -> dict[str, float]:
    """The four angles of a place; those not known lie where a crew would put the camera."""
    usual = {"wide": front, "a": front - 48, "b": front + 48, "reverse": front + 180}
    return usual | known


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


@dataclass(frozen=True)
class _Match:
    """How well words name a place, 0..1, and whether they mean it or only come near."""

    score: float = 0.0
    same: bool = False


@cache
def _table(kind: str) -> Mapping[str, tuple[str, ...]]:
    """What a phrase means the 'same' as, or is 'near' to: 'pub' -> ('bar',), both ways."""
    groups = json.loads(resources.files(__package__).joinpath("meanings.json").read_text())[kind]
    table: dict[str, list[str]] = {}
    for head, members in groups.items():
        for member in members.split(", "):
            table.setdefault(_phrase(member), []).append(_phrase(head))
            if kind == "same":
                table.setdefault(_phrase(head), []).append(_phrase(member))
    return {word: tuple(dict.fromkeys(kinds)) for word, kinds in table.items()}


@cache
def _phrase(text: str) -> str:
    return " ".join(_singular(word) for word in re.findall(r"[a-z]+", text.lower()))


def _phrases(text: str) -> list[str]:
    """Phrases of one to three words in a text, in singular, the longest first."""
    words = _phrase(text).split()
    return [
        " ".join(words[start : start + length])
        for length in (3, 2, 1)
        for start in range(len(words) - length + 1)
    ]


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith(("ches", "shes", "sses", "xes")):
        return word[:-2]
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def _means(phrase: str, place: Place) -> _Match:
    """Whether a phrase is one of the place's tags, means one, or comes near one."""
    tags = [_phrase(tag) for tag in place.tags]
    names = [_phrase(place.title), _phrase(place.name.replace("_", " "))]

    def rank(words: Sequence[str], worth: float) -> float:
        places = [tags.index(word) for word in words if word in tags]
        if any(word in names for word in words):
            return worth
        return worth * (1 - 0.015 * min(places)) if places else 0.0

    same = _table("same").get(phrase, ())
    best = _Match(max(rank([phrase], 1.0), rank(same, 0.9)), same=True)
    near = [*_table("near").get(phrase, ())]
    near += [other for word in same for other in _table("near").get(word, ())]
    wider = near + [other for word in near for other in _table("same").get(word, ())]
    for step, word in enumerate(near):
        score = rank([word], 0.72 * 0.96**step)
        best = max(best, _Match(score), key=lambda match: match.score)
    score = rank(wider, 0.5)
    return max(best, _Match(score), key=lambda match: match.score)


def _known(phrase: str) -> bool:
    return phrase in _table("same") or phrase in _table("near")


def _match(setting: Setting, place: Place) -> _Match:
    best = _Match()
    for weight, text in ((1.0, setting.place), (0.35, setting.description)):
        phrases = _phrases(text)
        known = [p for p in phrases if " " in p and _known(p)]  # a police station is no station
        for phrase in phrases:
            if any(phrase != whole and f" {phrase} " in f" {whole} " for whole in known):
                continue
            found = _means(phrase, place)
            worth = weight if phrase == phrases[0] or " " in phrase else 0.95 * weight
            if phrase == phrases[-1]:  # the head of a noun phrase comes last
                worth = weight
            best = max(best, replace(found, score=worth * found.score), key=lambda m: m.score)
    return best


def _fits(setting: Setting, place: Place) -> float:
    """What speaks for a place beside its name: inside or outside, night or day, its plates."""
    dark = setting.light is Light.NIGHT
    fit = 0.0 if place.interior is setting.interior else -0.35
    if place.night and not dark:
        fit -= 0.6
    if dark and (place.night or place.night_panorama):
        fit += 0.04
    words = _phrases(f"{setting.place} {setting.description} {setting.light}")
    fit += 0.03 * any(hour in place.tags and hour in words for hour in ("dawn", "sunset", "dusk"))
    usual = "living room" if setting.interior else "street"  # where nothing else speaks
    return fit + (0.08 if place.plates else 0.0) + (0.01 if usual in place.tags else 0.0)


_HEAD = re.compile(r"\b(?:of|in|on|at|by|near|behind|outside|under)\b")


def choose(setting: Setting, among: Sequence[Place]) -> Choice:
    """The place a scene is shot in: the pinned one, or the nearest by meaning.

    Raises PlanError where the pinned one does not exist.
    """
    if wrong := unknown_set(setting, among):
        raise PlanError(wrong)
    for place in among:
        if place.name == setting.set:
            return Choice(place)
    matches = {place.name: _match(setting, place) for place in among}
    best = max(among, key=lambda place: matches[place.name].score + _fits(setting, place))
    head = _HEAD.split(setting.place)[0]  # the deck of a boat in the harbour is no harbour
    named = any(_known(phrase) for phrase in _phrases(head))
    shown = (
        _match(replace(setting, place=head, description=""), best) if named else _Match(1.0, True)
    )
    if all(one.same and one.score > 0.6 for one in (matches[best.name], shown)):
        return Choice(best)
    article = "an" if setting.place[:1].lower() in "aeiou" else "a"
    return Choice(best, f"no set is {article} '{setting.place}': '{best.title}' stands in")


def unknown_set(setting: Setting, among: Sequence[Place]) -> str:
    """What is wrong with the set that a scene pins; '' where it exists or none is pinned."""
    names = [place.name for place in among]
    if not setting.set or setting.set in names:
        return ""
    near = difflib.get_close_matches(setting.set, names, 1, 0.0)[0]
    return f"there is no set '{setting.set}': the nearest is '{near}'"
