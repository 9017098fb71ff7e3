"""Blender objects for one person: clothes, collars, shoes and glasses."""

from __future__ import annotations

import bmesh
import bpy
import materials
import numpy as np
from body import Colour, Cut, mesh_object, points_of, set_floats
from human import Human

SHOULDER, ELBOW, WRIST = (
    np.array([0.168, 0.525]),
    np.array([0.313, 0.349]),
    np.array([0.431, 0.245]),
)


def _along(rest: np.ndarray) -> np.ndarray:
    """How far down the arm each point is: 0 at the shoulder, 1 at the elbow, 2 at the wrist."""
    flat = np.stack([np.abs(rest[:, 0]), rest[:, 2]], 1)
    d1, d2 = ELBOW - SHOULDER, WRIST - ELBOW
    upper = (flat - SHOULDER) @ d1 / (d1 @ d1)
    lower = (flat - ELBOW) @ d2 / (d2 @ d2)
    return np.where(lower > 0, 1 + lower, np.minimum(upper, 1))


def top_cut(sleeve: float, bottom: float, neck: str, opening: float = 0.0) -> Cut:
    """Signed distance inside a top: sleeve end (as in `_along`), hem height, neckline."""

    def cut(rest: np.ndarray) -> np.ndarray:
        x, y, z = np.abs(rest[:, 0]), rest[:, 1], rest[:, 2]
        arm = (x > 0.185) & (z > 0.12)
        ends = np.where(arm, (sleeve - _along(rest)) * 0.2, 1.0)
        hem = np.where(arm, 1.0, z - bottom)
        front = {
            "crew": 0.512 + 14.0 * x**2,
            "scoop": 0.455 + 13.0 * x**2,
            "v": 0.425 + 1.7 * x,
            "deep": 0.335 + 2.3 * x,
            "high": 0.700 + 0 * x,
            "shirt": 0.490 + 2.2 * x,
        }[neck]
        back = {"high": 0.700}.get(neck, 0.553 if neck != "shirt" else 0.572) + 0.3 * x
        mixed = np.clip((y + 0.075) / 0.07, 0, 1)
        mixed = mixed * mixed * (3 - 2 * mixed)
        line = np.where(x < 0.16, front * (1 - mixed) + back * mixed - z, 1.0)
        line = line * 0.8
        gap = (
            np.where(y < -0.02, x - opening * (1 + 1.2 * np.clip(z - 0.30, 0, 1)), 1.0)
            if opening
            else 1.0
        )
        return np.minimum(np.minimum(ends, hem), np.minimum(line, gap))

    return cut


def bottom_cut(top: float, ankle: float) -> Cut:
    """Signed distance inside trousers or a skirt."""

    def cut(rest: np.ndarray) -> np.ndarray:
        arm = (np.abs(rest[:, 0]) > 0.185) & (rest[:, 2] > 0.12)
        return np.where(arm, -1.0, np.minimum(top - rest[:, 2], rest[:, 2] - ankle))

    return cut


def _relax(
    points: np.ndarray, faces: list[tuple[int, ...]], rounds: int, hold: np.ndarray
) -> np.ndarray:
    """Laplacian smoothing; `hold` of 1 keeps a point where it is."""
    edges = np.array([(f[i], f[(i + 1) % len(f)]) for f in faces for i in range(len(f))])
    edges = np.r_[edges, edges[:, ::-1]]
    count = np.bincount(edges[:, 0], minlength=len(points)).clip(1)[:, None]
    out = points.copy()
    for _ in range(rounds):
        total = np.stack(
            [np.bincount(edges[:, 0], out[edges[:, 1], k], len(points)) for k in range(3)], 1
        )
        moved = np.where(count > 1, total / count, out)
        out = np.where(hold[:, None] > 0.5, out, 0.5 * out + 0.5 * moved)
    return out


def vertex_normals(points: np.ndarray, faces: list[tuple[int, ...]]) -> np.ndarray:
    normals = np.zeros_like(points)
    for face in faces:
        a, b, c, d = (points[face[i % len(face)]] for i in range(4))
        n = np.cross(c - a, d - b) if len(face) == 4 else np.cross(b - a, c - a)
        for i in face:
            normals[i] += n
    return normals / np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12)


def garment(
    who: Human,
    cut: Cut,
    material: bpy.types.Material,
    *,
    offset: float,
    drape: int = 6,
    flare: float = 0.0,
    hug: bool = True,
    group: str = "helper-tights",
) -> bpy.types.Object:
    """A piece of clothing grown from the base mesh's clothing helper, pushed out and draped."""
    inside = cut(who.rest) > -0.035
    faces = [face for face in who.groups[group] if any(inside[i] for i in face)]
    points = _relax(who.points, faces, drape, np.zeros(len(who.points)))
    normals = vertex_normals(who.points, faces)
    lost = ((who.points - points) * normals).sum(1, keepdims=True).clip(0, None)
    arm = (np.abs(who.rest[:, 0]) > 0.185) & (who.rest[:, 2] > 0.12)
    depth = cut(who.rest)
    tight = np.where(arm, np.clip(depth / 0.05, 0.0, 1.0), 1.0)  # cuffs hug the wrist
    if hug:
        tight = np.where(
            who.rest[:, 2] > 0.45, np.clip(0.35 + depth / 0.04, 0.35, 1.0) * tight, tight
        )
    tight = tight[:, None]
    points = points + normals * (offset * tight + lost * (0.3 + 0.7 * tight))
    if flare:
        low = np.clip((-0.30 - who.rest[:, 2]) / 0.35, 0, 1)[:, None]
        points = points + normals * np.array([1, 1, 0]) * flare * low
    thing = mesh_object("cloth", points, faces, {"rest": who.rest}, levels=2)
    _trim(thing.data, cut)
    thing.data.materials.append(material)
    return thing


def _trim(mesh: bpy.types.Mesh, cut: Cut) -> None:
    """Cut the mesh along the line where `cut` is 0, moving the outermost points onto it."""
    points, rest = points_of(mesh), points_of(mesh, "rest")
    value = cut(rest)
    edges = np.empty(len(mesh.edges) * 2, np.int32)
    mesh.edges.foreach_get("vertices", edges)
    edges = np.r_[edges.reshape(-1, 2), edges.reshape(-1, 2)[:, ::-1]]
    edges = edges[(value[edges[:, 0]] <= 0) & (value[edges[:, 1]] > 0)]
    share = (value[edges[:, 1]] / (value[edges[:, 1]] - value[edges[:, 0]]))[:, None]
    count = np.bincount(edges[:, 0], minlength=len(points))
    for array in (points, rest):
        onto = array[edges[:, 1]] * (1 - share) + array[edges[:, 0]] * share
        total = np.stack([np.bincount(edges[:, 0], onto[:, k], len(points)) for k in range(3)], 1)
        array[count > 0] = total[count > 0] / count[count > 0, None]
    mesh.attributes["position"].data.foreach_set("vector", points.astype(np.float32).ravel())
    mesh.attributes["rest"].data.foreach_set("vector", rest.astype(np.float32).ravel())
    set_floats(mesh, "cut", np.where(count > 0, 0.0, value))
    shape = bmesh.new()
    shape.from_mesh(mesh)
    shape.verts.ensure_lookup_table()
    gone = [shape.verts[i] for i in np.flatnonzero((value <= 0) & (count == 0))]
    bmesh.ops.delete(shape, geom=gone, context="VERTS")
    shape.to_mesh(mesh)
    shape.free()
    mesh.shade_smooth()


def collar(
    who: Human,
    material: bpy.types.Material,
    surface,
    *,
    height: float,
    fold: float,
    gap: float,
    spread: float = 0.012,
) -> bpy.types.Object:
    """A collar standing round the neck and folded over, open at the front by `gap` radians."""
    neck = who.joints["neck"]
    base = np.array([0.0, neck[1] - 0.004, neck[2] - 0.047])
    angles = np.linspace(-np.pi + gap, np.pi - gap, 73)
    profile = [
        (-0.020, 0.012),
        (0.0, 0.005),
        (0.5 * height, 0.004),
        (height, 0.006),
        (height + 0.003, 0.009),
        (height - 0.5 * fold, 0.010 + 0.4 * spread),
        (height - fold, 0.008 + spread),
    ]
    rows = []
    for a in angles:
        out = np.array([np.sin(a), np.cos(a), 0.0])
        front = (1 - np.cos(a)) / 2
        foot = base + np.array([0, 0, -0.012 - 0.034 * front**1.5 + 0.024 * (1 - front)])
        hit = surface.ray_cast(foot + out * 0.4, -out)
        radius = np.linalg.norm(np.array(hit[0]) - foot) if hit and hit[0] is not None else 0.065
        radius = min(radius, 0.095)
        long = 1 + 0.45 * front**10
        rows.append(
            [
                foot
                + out * (radius + o)
                + np.array([0, 0, h if n < 5 else height - (height - h) * long])
                for n, (h, o) in enumerate(profile)
            ]
        )
    grid = np.array(rows)
    n, m = grid.shape[:2]
    for _ in range(4):
        grid[1:-1] = 0.5 * grid[1:-1] + 0.25 * (grid[:-2] + grid[2:])
    faces = [
        (i * m + j, (i + 1) * m + j, (i + 1) * m + j + 1, i * m + j + 1)
        for i in range(n - 1)
        for j in range(m - 1)
    ]
    pts = grid.reshape(-1, 3)
    thing = mesh_object(
        "collar", pts, faces, {"rest": pts - np.array([0, 0, pts[:, 2].mean() - 0.55])}, levels=1
    )
    solid = thing.modifiers.new("thick", "SOLIDIFY")
    solid.thickness = 0.0022
    set_floats(thing.data, "cut", np.ones(len(thing.data.vertices)))
    thing.data.materials.append(material)
    return thing


def tube(
    name: str, path: np.ndarray, radius: float, material: bpy.types.Material, closed: bool = False
) -> bpy.types.Object:
    """A round rod along a path: glasses frames, necklaces."""
    curve = bpy.data.curves.new(name, "CURVE")
    curve.dimensions, curve.bevel_depth, curve.bevel_resolution = "3D", radius, 3
    spline = curve.splines.new("POLY")
    spline.points.add(len(path) - 1)
    spline.points.foreach_set("co", np.c_[path, np.ones(len(path))].astype(np.float32).ravel())
    spline.use_cyclic_u = closed
    thing = bpy.data.objects.new(name, curve)
    bpy.context.collection.objects.link(thing)
    thing.data.materials.append(material)
    return thing


def glasses(who: Human, colour: Colour, shape: str = "round", metal: bool = False) -> None:
    """Frames before the eyes and temples back to the ears, without lenses."""
    material = materials.plain(colour, 0.25, 1.0 if metal else 0.0)
    left, right = who.joints["l-eye"], who.joints["r-eye"]
    middle = (left + right) / 2
    across = (left - right) / np.linalg.norm(left - right)
    up = np.array([0, 0, 1.0])
    out = np.cross(across, up)
    out *= -1 if out[1] > 0 else 1
    half = np.linalg.norm(left - right) / 2
    w, h, power = {
        "round": (0.0215, 0.0205, 2),
        "square": (0.024, 0.0175, 4),
        "oval": (0.0235, 0.0165, 2.5),
    }[shape]
    t = np.linspace(0, 2 * np.pi, 64, endpoint=False)
    c, s = np.cos(t), np.sin(t)
    grow = (np.abs(c) ** power + np.abs(s) ** power) ** (-1 / power)
    ahead = 0.026
    for sign in (1, -1):
        centre = middle + across * sign * (half + 0.001) + out * ahead - up * 0.002
        bend = -0.10 * np.abs(c * grow * w) * np.where(c * sign > 0, 1, 0)
        ring = (
            centre
            + across * (c * grow * w)[:, None]
            + up * (s * grow * h)[:, None]
            + out * bend[:, None]
        )
        tube("rim", ring, 0.0009 if metal else 0.0016, material, True)
        hinge = centre + across * sign * w + up * 0.006 + out * -0.003
        ear = np.array([middle[0], 0, 0]) + across * sign * 0.078
        end = np.array([ear[0], middle[1] + 0.088, hinge[2] - 0.004])
        tube(
            "temple",
            np.array([hinge, hinge * 0.9 + end * 0.1 + across * sign * 0.004, end]),
            0.0012,
            material,
        )
    bridge = [
        middle + across * x + out * (ahead + 0.002) + up * (0.003 + 0.003 * (1 - (x / half) ** 2))
        for x in np.linspace(-(half - w), half - w, 9)
    ]
    tube("bridge", np.array(bridge), 0.0009 if metal else 0.0015, material)


def shoes(
    who: Human, material: bpy.types.Material, top: float = -0.735, sole: Colour = (0.02, 0.02, 0.02)
) -> None:
    """Shoes from the clothing helper's feet, with a flat sole."""

    def cut(rest: np.ndarray) -> np.ndarray:
        return top - rest[:, 2]

    thing = garment(who, cut, material, offset=0.012, drape=9)
    mesh = thing.data
    pts = points_of(mesh)
    floor = pts[:, 2].min()
    pts[:, 2] = np.maximum(pts[:, 2], floor + 0.004)
    mesh.attributes["position"].data.foreach_set("vector", pts.astype(np.float32).ravel())
    low = who.points[:13380][who.rest[:13380, 2] < -0.79]
    for sign in (1, -1):
        part = low[low[:, 0] * sign > 0]
        angles = np.linspace(0, 2 * np.pi, 32, endpoint=False)
        out = np.c_[np.cos(angles), np.sin(angles)]
        ring = part[(part[:, :2] @ out.T).argmax(0), :2] + 0.006 * out
        edge = np.c_[ring, np.full(32, floor)]
        pts = np.r_[edge, edge + np.array([0, 0, 0.012])]
        faces = [
            tuple(range(31, -1, -1)),
            *[(i, (i + 1) % 32, 32 + (i + 1) % 32, 32 + i) for i in range(32)],
        ]
        base = mesh_object("sole", pts, faces, {"rest": pts}, levels=0)
        base.data.materials.append(materials.plain(sole, 0.6))
