"""Blender objects for one person: painted skin and eyes."""

from __future__ import annotations

from collections.abc import Callable

import bpy
import materials
import numpy as np
from human import Human

Colour = tuple[float, float, float]
Cut = Callable[[np.ndarray], np.ndarray]


def mesh_object(
    name: str,
    points: np.ndarray,
    faces: list[tuple[int, ...]],
    layers: dict[str, np.ndarray],
    uv_faces: list[tuple[int, ...]] | None = None,
    uvs: np.ndarray | None = None,
    levels: int = 2,
) -> bpy.types.Object:
    """A subdivided mesh of some faces; `layers` are point attributes carried through."""
    used = sorted({i for face in faces for i in face})
    index = {old: new for new, old in enumerate(used)}
    mesh = bpy.data.meshes.new(name)
    mesh.from_pydata(points[used].tolist(), [], [tuple(index[i] for i in face) for face in faces])
    for key, values in layers.items():
        layer = mesh.attributes.new(key, "FLOAT_VECTOR", "POINT")
        layer.data.foreach_set("vector", values[used].astype(np.float32).ravel())
    if uv_faces is not None:
        layer = mesh.uv_layers.new(name="UVMap")
        layer.data.foreach_set(
            "uv", uvs[[i for face in uv_faces for i in face]].astype(np.float32).ravel()
        )
    thing = bpy.data.objects.new(name, mesh)
    bpy.context.collection.objects.link(thing)
    if levels:
        modifier = thing.modifiers.new("smooth", "SUBSURF")
        modifier.levels = modifier.render_levels = levels
        done = bpy.data.meshes.new_from_object(
            thing.evaluated_get(bpy.context.evaluated_depsgraph_get())
        )
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


def _blob(
    points: np.ndarray,
    centre: tuple[float, float, float],
    radius: float,
    squash: tuple[float, float, float] = (1, 1, 1),
) -> np.ndarray:
    """A soft spot mirrored in x."""
    mirrored = points * np.array([1, 1, 1.0])
    mirrored[:, 0] = np.abs(mirrored[:, 0])
    gap = (mirrored - np.array(centre)) / np.array(squash)
    return np.exp(-(gap**2).sum(1) / (2 * radius**2))


def _blend(colour: np.ndarray, mask: np.ndarray, factor: Colour) -> np.ndarray:
    """Multiply the colour by `factor` where the mask is 1."""
    return colour * (1 + mask[:, None] * (np.array(factor) - 1))


def paint(
    mesh: bpy.types.Mesh,
    tone: Colour,
    *,
    blush: float,
    tired: float,
    beard: float,
    crow: float,
    spots: float,
    brow_shadow: float,
    seed: int,
) -> None:
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
    jaw = np.clip(
        _blob(rest, (0.0, -0.140, 0.628), 0.026, (1.6, 1.4, 0.9))
        + 0.8 * _blob(rest, (0.058, -0.085, 0.640), 0.024, (0.8, 1.2, 1))
        + 0.7 * _blob(rest, (0.020, -0.158, 0.676), 0.007, (1.6, 1.4, 0.6)),
        0,
        1,
    )
    colour = _blend(colour, beard * jaw, (0.62, 0.64, 0.68))
    if spots:
        for _ in range(int(40 * spots)):
            where = (rng.uniform(0, 0.075), -0.13 + rng.normal() * 0.01, rng.uniform(0.63, 0.83))
            one = rest.copy()
            if rng.random() < 0.5:
                one[:, 0] *= -1
            gap = one - np.array(where)
            gap[:, 1] *= 0.3
            colour = _blend(
                colour,
                0.5 * np.exp(-(gap**2).sum(1) / (2 * rng.uniform(0.0010, 0.003) ** 2)),
                (0.72, 0.58, 0.50),
            )
    layer = mesh.attributes.new("paint", "FLOAT_COLOR", "POINT")
    layer.data.foreach_set("color", np.c_[colour, np.ones(len(colour))].astype(np.float32).ravel())
    set_floats(
        mesh,
        "cheeks",
        np.clip(
            1.4 * _blob(rest, (0.030, -0.14, 0.698), 0.026, (1.4, 1.6, 0.9)) + 0.4 * forehead, 0, 1
        ),
    )
    set_floats(
        mesh,
        "forehead",
        np.clip(1.5 * _blob(rest, (0.0, -0.145, 0.785), 0.023, (1.7, 1.4, 0.85)), 0, 1),
    )
    corner = np.array([0.053, -0.122, 0.728])
    side = rest.copy()
    side[:, 0] = np.abs(side[:, 0])
    gap = side - corner
    turn = np.arctan2(gap[:, 2], np.hypot(gap[:, 0], gap[:, 1])) * np.where(
        gap[:, 0] > -0.004, 1, 0
    )
    layer = mesh.attributes.new("crow_xyz", "FLOAT_VECTOR", "POINT")
    layer.data.foreach_set(
        "vector", np.c_[turn * 5.5, rest[:, 0] * 20, rest[:, 2] * 0].astype(np.float32).ravel()
    )
    set_floats(
        mesh,
        "crow",
        crow * np.clip(1.6 * _blob(rest, (0.062, -0.112, 0.728), 0.010, (1, 1.6, 1.2)), 0, 1),
    )


def skin_object(who: Human, covered: list[Cut], **colours) -> bpy.types.Object:
    """The skin, without what clothes cover deeply."""
    hidden = np.zeros(len(who.rest), bool)
    for cut in covered:
        hidden |= cut(who.rest) > 0.014
    keep = [n for n, face in enumerate(who.groups["body"]) if not all(hidden[i] for i in face)]
    faces = [who.groups["body"][n] for n in keep]
    thing = mesh_object(
        "skin",
        who.points,
        faces,
        {"rest": who.rest},
        [who.uv_faces["body"][n] for n in keep],
        who.uvs,
    )
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
        grid = np.cos(a)[..., None] * axis + np.sin(a)[..., None] * (
            np.cos(b)[..., None] * u + np.sin(b)[..., None] * v
        )
        pts = (centre + bulge[..., None] * grid).reshape(-1, 3)
        faces = [
            (
                i * spokes + j,
                (i + 1) * spokes + j,
                (i + 1) * spokes + (j + 1) % spokes,
                i * spokes + (j + 1) % spokes,
            )
            for i in range(rings - 1)
            for j in range(spokes)
        ]
        around = np.stack(
            np.broadcast_arrays(np.cos(b) * (0.6 + 0.1 * a), np.sin(b) * (0.6 + 0.1 * a), 0.35 * a),
            -1,
        )
        thing = mesh_object(f"eye-{side}", pts, faces, {"around": around.reshape(-1, 3)}, levels=0)
        set_floats(thing.data, "angle", np.broadcast_to(a, (rings, spokes)).ravel())
        thing.data.materials.append(material)
        out.append(thing)
    return out
