"""Blender objects for one person: painted skin, eyes, clothes, shoes and glasses."""
from __future__ import annotations

from collections.abc import Callable

import bmesh
import bpy
import numpy as np

import human
import materials
from human import Human

Colour = tuple[float, float, float]
Cut = Callable[[np.ndarray], np.ndarray]
EYE = np.array([0.031, -0.130, 0.728])
SHOULDER, ELBOW, WRIST = np.array([0.168, 0.525]), np.array([0.313, 0.349]), np.array([0.431, 0.245])


def mesh_object(name: str, points: np.ndarray, faces: list[tuple[int, ...]], layers: dict[str, np.ndarray],
                uv_faces: list[tuple[int, ...]] | None = None, uvs: np.ndarray | None = None,
                levels: int = 2) -> bpy.types.Object:
    """A subdivided mesh of some faces; `layers` are point attributes carried through the subdivision."""
    used = sorted({i for face in faces for i in face})
    index = {old: new for new, old in enumerate(used)}
    mesh = bpy.data.meshes.new(name)
    mesh.from_pydata(points[used].tolist(), [], [tuple(index[i] for i in face) for face in faces])
    for key, values in layers.items():
        layer = mesh.attributes.new(key, "FLOAT_VECTOR", "POINT")
        layer.data.foreach_set("vector", values[used].astype(np.float32).ravel())
    if uv_faces is not None:
        layer = mesh.uv_layers.new(name="UVMap")
        layer.data.foreach_set("uv", uvs[[i for face in uv_faces for i in face]].astype(np.float32).ravel())
    thing = bpy.data.objects.new(name, mesh)
    bpy.context.collection.objects.link(thing)
    if levels:
        modifier = thing.modifiers.new("smooth", "SUBSURF")
        modifier.levels = modifier.render_levels = levels
        done = bpy.data.meshes.new_from_object(thing.evaluated_get(bpy.context.evaluated_depsgraph_get()))
        thing.modifiers.clear()
        thing.data = done
    thing.data.shade_smooth()
    return thing


def points_of(mesh: bpy.types.Mesh, name: str = "position") -> np.ndarray:
    values = np.empty(len(mesh.vertices) * 3, np.float32)
    mesh.attributes[name].data.foreach_get("vector", values)
    return values.reshape(-1, 3).astype(float)


def set_floats(mesh: bpy.types.Mesh, name: str, values: np.ndarray) -> None:
    layer = mesh.attributes.new(name, "FLOAT", "POINT")
    layer.data.foreach_set("value", values.astype(np.float32))


def _blob(points: np.ndarray, centre: tuple[float, float, float], radius: float,
          squash: tuple[float, float, float] = (1, 1, 1)) -> np.ndarray:
    """A soft spot mirrored in x."""
    mirrored = points * np.array([1, 1, 1.0])
    mirrored[:, 0] = np.abs(mirrored[:, 0])
    gap = (mirrored - np.array(centre)) / np.array(squash)
    return np.exp(-(gap**2).sum(1) / (2 * radius**2))


def _blend(colour: np.ndarray, mask: np.ndarray, factor: Colour) -> np.ndarray:
    """Multiply the colour by `factor` where the mask is 1."""
    return colour * (1 + mask[:, None] * (np.array(factor) - 1))


def paint(mesh: bpy.types.Mesh, tone: Colour, *, blush: float, tired: float, beard: float, crow: float,
          spots: float, brow_shadow: float, seed: int) -> None:
    """Colour the skin by landmarks on the unmorphed head, so every face is painted alike."""
    rest = points_of(mesh, "rest")
    rng = np.random.default_rng(seed)
    colour = np.tile(np.array(tone, float), (len(rest), 1))
    cheeks = _blob(rest, (0.046, -0.128, 0.690), 0.017, (1.2, 1, 1))
    nose = _blob(rest, (0.0, -0.166, 0.694), 0.010, (1.4, 1, 1))
    chin = _blob(rest, (0.0, -0.150, 0.628), 0.014)
    ears = _blob(rest, (0.086, -0.045, 0.725), 0.020, (0.6, 1, 1.3))
    under = _blob(rest, (0.030, -0.142, 0.711), 0.0075, (1.7, 1.5, 0.75))
    lids = _blob(rest, (0.031, -0.140, 0.736), 0.0080, (1.7, 1.5, 0.7))
    inner = _blob(rest, (0.015, -0.138, 0.727), 0.006, (1, 1.5, 1.3))
    forehead = _blob(rest, (0.0, -0.140, 0.790), 0.032, (1.4, 1, 0.8))
    red = (1.05, 0.78, 0.74)
    colour = _blend(colour, blush * np.clip(cheeks + 0.9 * nose + 0.4 * chin, 0, 1), red)
    colour = _blend(colour, 0.8 * ears, (1.02, 0.80, 0.78))
    colour = _blend(colour, tired * under, (0.80, 0.70, 0.76))
    colour = _blend(colour, brow_shadow * np.clip(lids + inner, 0, 1), (0.82, 0.70, 0.70))
    colour = _blend(colour, 0.5 * forehead, (1.04, 1.02, 0.97))
    jaw = np.clip(_blob(rest, (0.0, -0.140, 0.628), 0.026, (1.6, 1.4, 0.9))
                  + 0.8 * _blob(rest, (0.058, -0.085, 0.640), 0.024, (0.8, 1.2, 1))
                  + 0.7 * _blob(rest, (0.020, -0.158, 0.676), 0.007, (1.6, 1.4, 0.6)), 0, 1)
    colour = _blend(colour, beard * jaw, (0.62, 0.64, 0.68))
    if spots:
        for _ in range(int(40 * spots)):
            where = (rng.uniform(0, 0.075), -0.13 + rng.normal() * 0.01, rng.uniform(0.63, 0.83))
            one = rest.copy()
            if rng.random() < 0.5:
                one[:, 0] *= -1
            gap = one - np.array(where)
            gap[:, 1] *= 0.3
            colour = _blend(colour, 0.5 * np.exp(-(gap**2).sum(1) / (2 * rng.uniform(0.0010, 0.003) ** 2)),
                            (0.72, 0.58, 0.50))
    layer = mesh.attributes.new("paint", "FLOAT_COLOR", "POINT")
    layer.data.foreach_set("color", np.c_[colour, np.ones(len(colour))].astype(np.float32).ravel())
    set_floats(mesh, "cheeks", np.clip(1.4 * _blob(rest, (0.030, -0.14, 0.698), 0.026, (1.4, 1.6, 0.9))
                                       + 0.4 * forehead, 0, 1))
    set_floats(mesh, "forehead", np.clip(1.5 * _blob(rest, (0.0, -0.145, 0.785), 0.023, (1.7, 1.4, 0.85)), 0, 1))
    corner = np.array([0.053, -0.122, 0.728])
    side = rest.copy()
    side[:, 0] = np.abs(side[:, 0])
    gap = side - corner
    turn = np.arctan2(gap[:, 2], np.hypot(gap[:, 0], gap[:, 1])) * np.where(gap[:, 0] > -0.004, 1, 0)
    layer = mesh.attributes.new("crow_xyz", "FLOAT_VECTOR", "POINT")
    layer.data.foreach_set("vector", np.c_[turn * 5.5, rest[:, 0] * 20, rest[:, 2] * 0].astype(np.float32).ravel())
    set_floats(mesh, "crow", crow * np.clip(1.6 * _blob(rest, (0.062, -0.112, 0.728), 0.010, (1, 1.6, 1.2)), 0, 1))


def skin_object(who: Human, covered: list[Cut], **colours) -> bpy.types.Object:
    """The skin, without what clothes cover deeply."""
    hidden = np.zeros(len(who.rest), bool)
    for cut in covered:
        hidden |= cut(who.rest) > 0.014
    keep = [n for n, face in enumerate(who.groups["body"]) if not all(hidden[i] for i in face)]
    faces = [who.groups["body"][n] for n in keep]
    thing = mesh_object("skin", who.points, faces, {"rest": who.rest},
                        [who.uv_faces["body"][n] for n in keep], who.uvs)
    paint(thing.data, **colours)
    return thing


def eyes(who: Human, iris: Colour, look_at: np.ndarray) -> list[bpy.types.Object]:
    """Two eyeballs with a little corneal bulge, looking at a point."""
    out, material = [], materials.eye(iris)
    for side in ("l", "r"):
        ids = sorted({i for face in who.groups[f"helper-{side}-eye"] for i in face})
        shell = who.points[ids]
        centre = (shell.min(0) + shell.max(0)) / 2
        radius = np.ptp(shell[:, 0]) / 2 * 0.995
        axis = (look_at - centre) / np.linalg.norm(look_at - centre)
        u = np.cross(axis, [0, 0, 1.0])
        u /= np.linalg.norm(u)
        v = np.cross(u, axis)
        rings, spokes = 90, 96
        a = np.linspace(0, np.pi, rings)[:, None]
        b = np.linspace(0, 2 * np.pi, spokes, endpoint=False)[None]
        bulge = radius * (1 + 0.05 * np.clip(1 - (a / 0.47) ** 2, 0, None))
        grid = (np.cos(a)[..., None] * axis + np.sin(a)[..., None] * (np.cos(b)[..., None] * u + np.sin(b)[..., None] * v))
        pts = (centre + bulge[..., None] * grid).reshape(-1, 3)
        faces = [(i * spokes + j, (i + 1) * spokes + j, (i + 1) * spokes + (j + 1) % spokes, i * spokes + (j + 1) % spokes)
                 for i in range(rings - 1) for j in range(spokes)]
        around = np.stack(np.broadcast_arrays(np.cos(b) * (0.6 + 0.1 * a), np.sin(b) * (0.6 + 0.1 * a), 0.35 * a), -1)
        thing = mesh_object(f"eye-{side}", pts, faces, {"around": around.reshape(-1, 3)}, levels=0)
        set_floats(thing.data, "angle", np.broadcast_to(a, (rings, spokes)).ravel())
        thing.data.materials.append(material)
        out.append(thing)
    return out


def _along(rest: np.ndarray) -> np.ndarray:
    """How far down the arm each point is: 0 at the shoulder joint, 1 at the elbow, 2 at the wrist."""
    flat = np.stack([np.abs(rest[:, 0]), rest[:, 2]], 1)
    d1, d2 = ELBOW - SHOULDER, WRIST - ELBOW
    upper = (flat - SHOULDER) @ d1 / (d1 @ d1)
    lower = (flat - ELBOW) @ d2 / (d2 @ d2)
    return np.where(lower > 0, 1 + lower, np.minimum(upper, 1))


def top_cut(sleeve: float, bottom: float, neck: str, opening: float = 0.0) -> Cut:
    """Signed distance inside an upper garment: sleeve end (as in `_along`), hem height, neckline."""

    def cut(rest: np.ndarray) -> np.ndarray:
        x, y, z = np.abs(rest[:, 0]), rest[:, 1], rest[:, 2]
        arm = (x > 0.185) & (z > 0.12)
        ends = np.where(arm, (sleeve - _along(rest)) * 0.2, 1.0)
        hem = np.where(arm, 1.0, z - bottom)
        front = {"crew": 0.512 + 14.0 * x**2, "scoop": 0.455 + 13.0 * x**2, "v": 0.425 + 1.7 * x,
                 "deep": 0.335 + 2.3 * x, "high": 0.700 + 0 * x, "shirt": 0.490 + 2.2 * x}[neck]
        back = {"high": 0.700}.get(neck, 0.553 if neck != "shirt" else 0.572) + 0.3 * x
        mixed = np.clip((y + 0.075) / 0.07, 0, 1)
        mixed = mixed * mixed * (3 - 2 * mixed)
        line = np.where(x < 0.16, front * (1 - mixed) + back * mixed - z, 1.0)
        line = line * 0.8
        gap = np.where(y < -0.02, x - opening * (1 + 1.2 * np.clip(z - 0.30, 0, 1)), 1.0) if opening else 1.0
        return np.minimum(np.minimum(ends, hem), np.minimum(line, gap))

    return cut


def bottom_cut(top: float, ankle: float) -> Cut:
    """Signed distance inside trousers or a skirt."""

    def cut(rest: np.ndarray) -> np.ndarray:
        arm = (np.abs(rest[:, 0]) > 0.185) & (rest[:, 2] > 0.12)
        return np.where(arm, -1.0, np.minimum(top - rest[:, 2], rest[:, 2] - ankle))

    return cut


def _relax(points: np.ndarray, faces: list[tuple[int, ...]], rounds: int, hold: np.ndarray) -> np.ndarray:
    """Laplacian smoothing; `hold` of 1 keeps a point where it is."""
    edges = np.array([(f[i], f[(i + 1) % len(f)]) for f in faces for i in range(len(f))])
    edges = np.r_[edges, edges[:, ::-1]]
    count = np.bincount(edges[:, 0], minlength=len(points)).clip(1)[:, None]
    out = points.copy()
    for _ in range(rounds):
        total = np.stack([np.bincount(edges[:, 0], out[edges[:, 1], k], len(points)) for k in range(3)], 1)
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


def garment(who: Human, cut: Cut, material: bpy.types.Material, *, offset: float, drape: int = 6,
            flare: float = 0.0, hug: bool = True, group: str = "helper-tights") -> bpy.types.Object:
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
        tight = np.where(who.rest[:, 2] > 0.45, np.clip(0.35 + depth / 0.04, 0.35, 1.0) * tight, tight)
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


def collar(who: Human, material: bpy.types.Material, surface, *, height: float, fold: float, gap: float,
           spread: float = 0.012) -> bpy.types.Object:
    """A collar standing round the neck and folded over, open at the front by `gap` radians."""
    neck = who.joints["neck"]
    base = np.array([0.0, neck[1] - 0.004, neck[2] - 0.047])
    angles = np.linspace(-np.pi + gap, np.pi - gap, 73)
    profile = [(-0.020, 0.012), (0.0, 0.005), (0.5 * height, 0.004), (height, 0.006),
               (height + 0.003, 0.009), (height - 0.5 * fold, 0.010 + 0.4 * spread), (height - fold, 0.008 + spread)]
    rows = []
    for a in angles:
        out = np.array([np.sin(a), np.cos(a), 0.0])
        front = (1 - np.cos(a)) / 2
        foot = base + np.array([0, 0, -0.012 - 0.034 * front**1.5 + 0.024 * (1 - front)])
        hit = surface.ray_cast(foot + out * 0.4, -out)
        radius = np.linalg.norm(np.array(hit[0]) - foot) if hit and hit[0] is not None else 0.065
        radius = min(radius, 0.095)
        long = 1 + 0.45 * front**10
        rows.append([foot + out * (radius + o) + np.array([0, 0, h if n < 5 else height - (height - h) * long])
                     for n, (h, o) in enumerate(profile)])
    grid = np.array(rows)
    n, m = grid.shape[:2]
    for _ in range(4):
        grid[1:-1] = 0.5 * grid[1:-1] + 0.25 * (grid[:-2] + grid[2:])
    faces = [(i * m + j, (i + 1) * m + j, (i + 1) * m + j + 1, i * m + j + 1) for i in range(n - 1) for j in range(m - 1)]
    pts = grid.reshape(-1, 3)
    thing = mesh_object("collar", pts, faces, {"rest": pts - np.array([0, 0, pts[:, 2].mean() - 0.55])}, levels=1)
    solid = thing.modifiers.new("thick", "SOLIDIFY")
    solid.thickness = 0.0022
    set_floats(thing.data, "cut", np.ones(len(thing.data.vertices)))
    thing.data.materials.append(material)
    return thing


def tube(name: str, path: np.ndarray, radius: float, material: bpy.types.Material, closed: bool = False) -> bpy.types.Object:
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
    w, h, power = {"round": (0.0215, 0.0205, 2), "square": (0.024, 0.0175, 4), "oval": (0.0235, 0.0165, 2.5)}[shape]
    t = np.linspace(0, 2 * np.pi, 64, endpoint=False)
    c, s = np.cos(t), np.sin(t)
    grow = (np.abs(c) ** power + np.abs(s) ** power) ** (-1 / power)
    ahead = 0.026
    for sign in (1, -1):
        centre = middle + across * sign * (half + 0.001) + out * ahead - up * 0.002
        bend = -0.10 * np.abs(c * grow * w) * np.where(c * sign > 0, 1, 0)
        ring = centre + across * (c * grow * w)[:, None] + up * (s * grow * h)[:, None] + out * bend[:, None]
        tube("rim", ring, 0.0009 if metal else 0.0016, material, True)
        hinge = centre + across * sign * w + up * 0.006 + out * -0.003
        ear = np.array([middle[0], 0, 0]) + across * sign * 0.078
        end = np.array([ear[0], middle[1] + 0.088, hinge[2] - 0.004])
        tube("temple", np.array([hinge, hinge * 0.9 + end * 0.1 + across * sign * 0.004, end]), 0.0012, material)
    bridge = [middle + across * x + out * (ahead + 0.002) + up * (0.003 + 0.003 * (1 - (x / half) ** 2))
              for x in np.linspace(-(half - w), half - w, 9)]
    tube("bridge", np.array(bridge), 0.0009 if metal else 0.0015, material)


def shoes(who: Human, material: bpy.types.Material, top: float = -0.735, sole: Colour = (0.02, 0.02, 0.02)) -> None:
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
        pts = np.r_[edge, edge + [0, 0, 0.012]]
        faces = [tuple(range(31, -1, -1)), *[(i, (i + 1) % 32, 32 + (i + 1) % 32, 32 + i) for i in range(32)]]
        base = mesh_object("sole", pts, faces, {"rest": pts}, levels=0)
        base.data.materials.append(materials.plain(sole, 0.6))
