"""Brows, lashes and beards as curves."""

from __future__ import annotations

import bpy
import numpy as np
from groom import Surface, curves


def brows(
    surface: Surface,
    material: bpy.types.Material,
    *,
    thick: float,
    arch: float,
    length: float,
    height: float,
    density: int,
    seed: int,
) -> None:
    """Eyebrows: short hairs lying outward along an arched band above each eye."""
    rng = np.random.default_rng(seed)
    rest = surface.rest_middles
    x = np.abs(rest[:, 0])
    u = (x - 0.013) / (0.042 * length)
    line = (
        0.7485
        + height
        + arch * (0.0065 * np.sin(np.clip(u, 0, 1.25) * 2.2))
        - 0.004 * np.clip(u - 0.55, 0, 1)
    )
    half = thick * 0.0036 * np.interp(u, [0, 0.15, 0.6, 1.0], [0.75, 1.0, 0.8, 0.22])
    inside = (
        np.clip(1.3 - np.abs(rest[:, 2] - line) / half, 0, 1)
        * (u > -0.02)
        * (u < 1.02)
        * (rest[:, 1] < -0.10)
    )
    roots, normals, where = surface.scatter(inside, density, rng)
    sign = np.sign(where[:, 0])[:, None]
    u = ((np.abs(where[:, 0]) - 0.013) / (0.042 * length))[:, None]
    out = (
        np.concatenate([sign * (0.45 + 0.8 * u), np.zeros_like(u), 1.1 - 1.6 * u], 1)
        + rng.normal(size=(density, 3)) * 0.16
    )
    out -= (out * normals).sum(1, keepdims=True) * normals
    out /= np.linalg.norm(out, axis=1, keepdims=True)
    size = 0.0075 * (0.7 + 0.5 * rng.random((density, 1)))
    t = np.linspace(0, 1, 5)[None, :, None]
    lay = out[:, None] * size[:, None] * t + normals[:, None] * (
        0.0011 * np.sin(np.pi * t * 0.75) + 0.0001
    )
    lay[..., 2:] -= 0.0006 * t**2
    curves("brows", roots[:, None] - normals[:, None] * 0.0003 + lay, material, 0.000075)


def lashes(who, material: bpy.types.Material, *, length: float = 1.0, seed: int = 0) -> None:
    """Lashes along the strips that the base mesh carries for them."""
    rng = np.random.default_rng(seed)
    for side in ("l", "r"):
        eye = who.joints[f"{side}-eye"]
        for strip, count, scale in (("1", 110, 0.8), ("2", 60, 0.8)):
            faces = who.groups[f"helper-{side}-eyelashes-{strip}"]
            ids = sorted({i for face in faces for i in face})
            pts = who.points[ids]
            far = np.linalg.norm(pts - eye, axis=1)
            pairs = {frozenset((f[k], f[(k + 1) % len(f)])) for f in faces for k in range(len(f))}
            index = {v: n for n, v in enumerate(ids)}
            edges = [tuple(index[v] for v in pair) for pair in pairs]
            cut = np.median(far)
            spokes = [
                (a, b) if far[a] < far[b] else (b, a)
                for a, b in edges
                if (far[a] < cut) != (far[b] < cut)
            ]
            spokes.sort(key=lambda ab: pts[ab[0]][0])
            root = np.array([pts[a] for a, _ in spokes])
            tip = np.array([pts[b] for _, b in spokes])
            if len(root) < 2:
                continue
            where = np.sort(rng.random(count)) * (len(root) - 1)
            knots = np.arange(len(root))
            r = np.stack([np.interp(where, knots, root[:, k]) for k in range(3)], 1)
            e = np.stack([np.interp(where, knots, tip[:, k]) for k in range(3)], 1)
            d = (e - r) * (length * scale * (0.75 + 0.35 * rng.random((count, 1)))) + rng.normal(
                size=(count, 3)
            ) * 0.0005
            t = np.linspace(0, 1, 6)[None, :, None]
            bow = np.array([0, 0, 1.0 if r[:, 2].mean() > eye[2] else -0.5]) * 0.0012
            curves("lash", r[:, None] + d[:, None] * t + bow * (t**2 - t), material, 0.00006)


def beard(
    surface: Surface,
    material: bpy.types.Material,
    *,
    kind: str,
    length: float,
    strands: int,
    seed: int,
    thickness: float = 0.00008,
) -> None:
    """Facial hair: stubble, full beard, goatee or moustache."""
    rng = np.random.default_rng(seed)
    p = surface.rest_middles
    x, y, z = np.abs(p[:, 0]), p[:, 1], p[:, 2]
    cheek = np.interp(x, [0.0, 0.030, 0.050, 0.068, 0.080], [0.6460, 0.655, 0.672, 0.704, 0.745])
    jaw = (
        np.clip((cheek - z) / 0.006, 0, 1)
        * np.clip((-0.035 - y) / 0.01, 0, 1)
        * (z > 0.585 + 0.9 * np.clip(y + 0.14, 0, 0.1))
    )
    lip_gap = (x < 0.0265) & (z > 0.6475) & (z < 0.6735) & (y < -0.12)
    soul = (x < 0.009) & (z > 0.640) & (z < 0.6475) & (y < -0.12)
    moustache = (
        np.clip(
            1.2 - np.abs(z - (0.6768 - 0.0085 * np.clip(x / 0.030, 0, 1.2) ** 2)) / 0.0042, 0, 1
        )
        * (x < 0.034)
        * (y < -0.125)
        * (x > 0.002)
    )
    goatee = jaw * np.clip((0.030 - x) / 0.006, 0, 1)
    mask = {
        "full": np.maximum(jaw * ~lip_gap, moustache),
        "stubble": np.maximum(jaw * ~lip_gap, moustache),
        "goatee": np.maximum(goatee * ~lip_gap, moustache),
        "moustache": moustache,
        "chin": jaw * ~lip_gap,
    }[kind]
    mask = np.maximum(mask, 0.4 * soul * (kind != "moustache"))
    roots, normals, where = surface.scatter(mask, strands, rng)
    out = (
        np.stack([where[:, 0] * 4, np.full(len(where), -0.25), np.full(len(where), -1.0)], 1)
        + rng.normal(size=(strands, 3)) * 0.22
    )
    is_moustache = (where[:, 2] > 0.662) & (np.abs(where[:, 0]) < 0.034)
    out[is_moustache] = (
        np.c_[
            np.sign(where[is_moustache, 0]) * 0.9,
            -0.1 * np.ones(is_moustache.sum()),
            -0.8 * np.ones(is_moustache.sum()),
        ]
        + rng.normal(size=(is_moustache.sum(), 3)) * 0.18
    )
    out -= (out * normals).sum(1, keepdims=True) * normals * 0.9
    out /= np.linalg.norm(out, axis=1, keepdims=True)
    size = length * (0.6 + 0.6 * rng.random((strands, 1)))
    size[is_moustache] = np.minimum(size[is_moustache], 0.011)
    t = np.linspace(0, 1, 6)[None, :, None]
    lay = out[:, None] * size[:, None] * t + normals[:, None] * size[:, None] * 0.35 * np.sin(
        np.pi * t * 0.6
    )
    lay += rng.normal(size=(strands, 1, 3)) * 0.04 * length * t**2
    curves("beard", roots[:, None] - normals[:, None] * 0.0003 + lay, material, thickness)
