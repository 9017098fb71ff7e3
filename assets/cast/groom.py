"""A head's hair as curves: guides are grown over the head, strands fill in between."""

from __future__ import annotations

from dataclasses import dataclass

import bpy
import numpy as np
from body import points_of
from mathutils import Vector
from mathutils.bvhtree import BVHTree

CROWN = np.array([0.0, -0.050, 0.755])
"""The middle of the unmorphed head."""


@dataclass(frozen=True)
class Style:
    """How hair falls. Lengths in metres; angles of the hairline in degrees of elevation."""

    length: float = 0.04
    side_length: float | None = None
    strands: int = 26000
    lift: float = 0.35
    comb: tuple[float, float, float] = (0.0, 0.2, 0.1)
    part: float | None = None
    part_pull: float = 1.0
    gravity: float = 0.0
    curl: float = 0.0
    curl_size: float = 0.004
    wave: float = 0.0
    clump: float = 0.4
    frizz: float = 0.1
    gather: tuple[float, float, float] | None = None
    hairline: float = 0.0
    recede: float = 0.0
    bald: float = 0.0
    fringe: float = 0.0
    fringe_length: float = 0.06
    volume: float = 0.006
    thickness: float = 0.00011
    steps: int = 18
    taper_length: float = 0.25
    extras: tuple[str, ...] = ()


class Surface:
    """The head as something hair can stand on and not pass through."""

    def __init__(self, thing: bpy.types.Object) -> None:
        mesh = thing.data
        self.points, self.rest = points_of(mesh), points_of(mesh, "rest")
        mesh.calc_loop_triangles()
        triangles = np.empty(len(mesh.loop_triangles) * 3, np.int32)
        mesh.loop_triangles.foreach_get("vertices", triangles)
        self.triangles = triangles.reshape(-1, 3)
        self.tree = BVHTree.FromPolygons(self.points.tolist(), self.triangles.tolist())
        a, b, c = (self.points[self.triangles[:, k]] for k in range(3))
        cross = np.cross(b - a, c - a)
        self.areas = np.linalg.norm(cross, axis=1) / 2
        self.normals = cross / np.maximum(2 * self.areas[:, None], 1e-15)
        self.middles = (a + b + c) / 3
        self.rest_middles = self.rest[self.triangles].mean(1)

    def scatter(
        self, density: np.ndarray, count: int, rng: np.random.Generator
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Random points, their normals and rest places; `density` is each triangle's."""
        share = self.areas * density
        pick = rng.choice(len(share), count, p=share / share.sum())
        u, v = rng.random(count), rng.random(count)
        flip = u + v > 1
        u[flip], v[flip] = 1 - u[flip], 1 - v[flip]
        w = np.stack([1 - u - v, u, v], 1)[..., None]
        corners = self.triangles[pick]
        return (
            (self.points[corners] * w).sum(1),
            self.normals[pick],
            (self.rest[corners] * w).sum(1),
        )

    def keep_out(self, points: np.ndarray, margin: np.ndarray) -> np.ndarray:
        """Push points that came closer than `margin` back out."""
        out = points.copy()
        for n, p in enumerate(points):
            near, normal, _, _ = self.tree.find_nearest(Vector(p), 0.08)
            if near is None:
                continue
            gap = Vector(p) - near
            side = gap.dot(normal)
            if side < margin[n]:
                out[n] = np.array(near + normal * margin[n])
        return out


def _angles(rest: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Azimuth (0 ahead, 180 behind) and elevation about the middle of the head, in degrees."""
    d = rest - CROWN
    return (
        np.degrees(np.abs(np.arctan2(d[:, 0], -d[:, 1]))),
        np.degrees(np.arctan2(d[:, 2], np.hypot(d[:, 0], d[:, 1]))),
    )


def hairline(rest: np.ndarray, style: Style, rng: np.random.Generator | None = None) -> np.ndarray:
    """Density of hair: 1 inside the scalp, 0 outside, with a soft edge."""
    azimuth, elevation = _angles(rest)
    knots = [0, 20, 38, 52, 62, 72, 80, 92, 108, 125, 150, 180]
    line = [27, 27.5, 27, 22, 9, -6, -16, -16, -9, -25, -43, -46]
    edge = np.interp(azimuth, knots, line) + style.hairline * np.clip(1 - azimuth / 70, 0, 1)
    edge += style.recede * np.exp(-(((azimuth - 36) / 16) ** 2))
    if rng is not None:
        edge = edge + rng.normal(size=len(edge)) * 1.4
    density = np.clip((elevation - edge) / 4.0, 0, 1)
    if style.bald:
        top = np.clip(
            (elevation - (62 - 34 * style.bald) - 0.06 * np.clip(azimuth - 90, 0, 90)) / 8, 0, 1
        )
        density = density * (1 - top)
    behind_ear = (azimuth > 84) & (azimuth < 112) & (elevation < -6) & (np.abs(rest[:, 0]) > 0.074)
    return density * ~behind_ear


def _directions(style: Style, rest: np.ndarray, normals: np.ndarray) -> np.ndarray:
    """Which way each strand leaves the skin."""
    flow = np.tile(np.array(style.comb, float), (len(rest), 1))
    if style.part is not None:
        side = np.tanh((rest[:, 0] - style.part) / 0.006)
        top = np.clip((rest[:, 2] - 0.76) / 0.05, 0, 1)
        flow[:, 0] += style.part_pull * side * (0.4 + 0.6 * top)
    elif not style.gather:
        flow[:, 0] += 0.35 * np.tanh(rest[:, 0] / 0.03)
    azimuth, elevation = _angles(rest)
    if style.fringe:
        front = np.clip(1 - azimuth / 60, 0, 1) * np.clip((elevation - 28) / 15, 0, 1)
        flow += front[:, None] * style.fringe * np.array([0.25, -1.6, -0.1])
    low = np.clip((20 - elevation) / 30, 0, 1)[:, None]
    flow = flow * (1 - low) + low * np.array([0, 0.35, -1.0])
    flow -= (flow * normals).sum(1, keepdims=True) * normals
    flow /= np.maximum(np.linalg.norm(flow, axis=1, keepdims=True), 1e-6)
    out = normals * style.lift + flow * (1 - style.lift * 0.5)
    return out / np.linalg.norm(out, axis=1, keepdims=True)


def grow(
    surface: Surface,
    body: Surface,
    style: Style,
    rng: np.random.Generator,
    offset: np.ndarray,
    count: int = 650,
) -> tuple[np.ndarray, np.ndarray]:
    """Guide strands (count, steps, 3) and their rest roots."""
    density = hairline(surface.rest_middles, style)
    roots, normals, rest = surface.scatter(density, count, rng)
    direction = _directions(style, rest, normals)
    azimuth, elevation = _angles(rest)
    side = np.clip((32 - elevation) / 22, 0, 1) * np.clip((azimuth - 35) / 25, 0, 1)
    length = style.length * (1 - side) + (style.side_length or style.length) * side
    if style.fringe:
        front = np.clip((42 - azimuth) / 10, 0, 1) * np.clip((66 - elevation) / 10, 0, 1)
        reach = style.fringe_length + np.clip(elevation - 27, 0, 40) * 0.0016
        length = length * (1 - front) + reach * front
    length = length * (1 - style.taper_length * rng.random(count))
    step = (length / (style.steps - 1))[:, None]
    points = np.empty((count, style.steps, 3))
    points[:, 0] = roots - normals * 0.001
    here = roots.copy()
    goal = None if style.gather is None else np.array(style.gather) + offset
    for n in range(1, style.steps):
        t = n / (style.steps - 1)
        if goal is not None:
            toward = goal - here
            far = np.linalg.norm(toward, axis=1, keepdims=True)
            stop = np.clip(far / 0.02, 0, 1)
            direction = direction * 0.45 + toward / np.maximum(far, 1e-6) * 0.75
            points_step = np.maximum(step, far / (style.steps - n)) * stop
        else:
            direction = direction + np.array([0, 0, -1.0]) * style.gravity * (0.25 + t)
            points_step = step
        direction /= np.linalg.norm(direction, axis=1, keepdims=True)
        here = here + direction * points_step
        margin = 0.0015 + style.volume * min(1.0, t * 3) * (
            0.55 + 0.9 * ((np.arange(count) * 0.618) % 1)
        )
        moved = body.keep_out(here, margin)
        shift = moved - here
        here = moved
        direction = direction + shift / np.maximum(points_step, 1e-4) * 0.5
        points[:, n] = here
    return points, rest


def fill(
    guides: np.ndarray,
    guide_rest: np.ndarray,
    surface: Surface,
    style: Style,
    rng: np.random.Generator,
) -> np.ndarray:
    """Strands between the guides, clumped, waved, curled and frizzed."""
    probe = hairline(surface.rest_middles, style)
    roots, normals, rest = surface.scatter(probe, style.strands, rng)
    keep = hairline(rest, style, rng) > rng.random(len(rest)) * 0.8
    roots, normals, rest = roots[keep], normals[keep], rest[keep]
    out = np.empty((len(roots), guides.shape[1], 3))
    t = np.linspace(0, 1, guides.shape[1])[None, :, None]
    shape = guides - guides[:, :1]
    for start in range(0, len(roots), 2000):
        chunk = slice(start, start + 2000)
        gap = ((rest[chunk, None] - guide_rest[None]) ** 2).sum(2)
        if style.part is not None:
            gap = gap + 0.01 * (
                (rest[chunk, None, 0] - style.part) * (guide_rest[None, :, 0] - style.part) < 0
            )
        order = np.argpartition(gap, 3, axis=1)[:, :3]
        near = np.take_along_axis(gap, order, 1)
        w = 1 / (near + 1e-6)
        w /= w.sum(1, keepdims=True)
        blended = (shape[order] * w[:, :, None, None]).sum(1)
        out[chunk] = roots[chunk, None] + blended
        lead = np.take_along_axis(order, near.argmin(1)[:, None], 1)[:, 0]
        target = guides[lead]
        pull = style.clump * (0.6 + 0.4 * rng.random((len(lead), 1, 1))) * t**1.3
        out[chunk] = out[chunk] * (1 - pull) + target * pull
    n = len(out)
    span = np.linalg.norm(out[:, -1] - out[:, 0], axis=1)[:, None, None]
    cell = np.floor(rest / 0.012)
    phase = ((np.sin(cell @ np.array([12.9898, 78.233, 37.719])) * 43758.5453) % 1 * 2 * np.pi)[
        :, None
    ]
    along = t[..., 0] * np.linalg.norm(np.diff(out, axis=1), axis=2).sum(1)[:, None]
    if style.curl:
        turn = along / style.curl_size * 1.0 + phase + rng.normal(size=(n, 1)) * 0.5
        radius = style.curl * np.minimum(1, t[..., 0] * 4) * (0.7 + 0.6 * rng.random((n, 1)))
        out[..., 0] += radius * np.cos(turn)
        out[..., 1] += radius * np.sin(turn)
        out[..., 2] += radius * np.sin(turn * 0.7 + 1) * 0.7
    if style.wave:
        turn = along * 95 + phase * 0.35 + rng.normal(size=(n, 1)) * 0.35
        swing = style.wave * np.minimum(1, t[..., 0] * 2.2)
        out[..., 0] += swing * np.sin(turn)
        out[..., 1] += swing * np.cos(turn) * 0.8
    rough = rng.normal(size=(n, 1, 3)) * style.frizz * 0.05 * t**1.2 * span
    jitter = rng.normal(size=(n, out.shape[1], 3)) * style.frizz * 0.004 * t
    out += rough * 0.35 + jitter * 0.5
    return out


def curves(
    name: str, strands: np.ndarray, material: bpy.types.Material, thickness: float
) -> bpy.types.Object:
    """A curves object tapering to its tips."""
    count, steps, _ = strands.shape
    data = bpy.data.hair_curves.new(name)
    data.add_curves([steps] * count)
    data.attributes["position"].data.foreach_set("vector", strands.astype(np.float32).ravel())
    radius = data.attributes.new("radius", "FLOAT", "POINT")
    taper = np.tile(thickness * (1 - 0.75 * np.linspace(0, 1, steps) ** 2), count)
    radius.data.foreach_set("value", taper.astype(np.float32))
    data.materials.append(material)
    thing = bpy.data.objects.new(name, data)
    bpy.context.collection.objects.link(thing)
    return thing


def head_hair(
    surface: Surface,
    body: Surface,
    style: Style,
    material: bpy.types.Material,
    offset: np.ndarray,
    seed: int,
) -> None:
    """All the hair of a head, with a bun or tail where the style gathers it."""
    rng = np.random.default_rng(seed)
    guides, rest = grow(surface, body, style, rng, offset)
    strands = fill(guides, rest, surface, style, rng)
    curves("hair", strands, material, style.thickness)
    if style.gather is None:
        return
    knot = np.array(style.gather) + offset
    if "bun" in style.extras:
        n, size = 5000, 0.034
        d = rng.normal(size=(n, 3))
        d /= np.linalg.norm(d, axis=1, keepdims=True)
        axis = np.array([0, -0.5, 0.86])
        turn = np.linspace(0, 2.2, 14)[None, :, None]
        e = np.cross(axis, d)
        e /= np.linalg.norm(e, axis=1, keepdims=True)
        tilt = e + 0.35 * rng.normal(size=(n, 1))
        tilt /= np.linalg.norm(tilt, axis=1, keepdims=True)
        ball = np.cos(turn) * d[:, None] + np.sin(turn) * tilt[:, None]
        shell = size * (0.86 + 0.14 * rng.random((n, 1, 1)))
        curves("bun", knot + ball * shell * np.array([1.1, 0.9, 0.95]), material, style.thickness)
    if "tail" in style.extras:
        n, steps = 5000, 16
        t = np.linspace(0, 1, steps)[None, :, None]
        start = rng.normal(size=(n, 1, 3)) * 0.008
        fan = rng.normal(size=(n, 1, 3)) * np.array([0.022, 0.014, 0.01])
        centre = (
            np.array([0, 0.075, 0]) * np.sin(np.minimum(1, t * 1.6) * np.pi / 2)
            + np.array([0, 0.0, -0.26]) * t**1.4
        )
        tail = knot + start * (1 - t) + centre + fan * np.sin(np.pi * np.minimum(t * 0.8 + 0.1, 1))
        curves("tail", tail, material, style.thickness)
