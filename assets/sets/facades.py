"""House fronts along a street. Build script: runs inside Blender's Python (bpy).

A front is built in its own frame: u along the front (metres, left to right for someone looking at
it), v out of the wall towards that person, z up; `Front.at` turns that into the world.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

import architecture as arch
import materials as mat
import stage

Material = arch.Material


@dataclass(frozen=True)
class Front:
    """Where a front stands: its left end on the ground, and the yaw it looks along."""

    x: float
    y: float
    facing: float

    def at(self, u: float, v: float, z: float) -> stage.Point:
        a = math.radians(self.facing)
        out, left = (math.sin(a), math.cos(a)), (-math.cos(a), math.sin(a))
        return (self.x + u * left[0] + v * out[0], self.y + u * left[1] + v * out[1], z)

    def block(
        self,
        name: str,
        u0: float,
        u1: float,
        v0: float,
        v1: float,
        z0: float,
        z1: float,
        material: Material,
        bevel: float = 0.0,
    ) -> None:
        arch.box(
            name,
            self.at((u0 + u1) / 2, (v0 + v1) / 2, (z0 + z1) / 2),
            (u1 - u0, v1 - v0, z1 - z0),
            material,
            bevel,
            180 - self.facing,
        )

    def pane(
        self, name: str, u0: float, u1: float, v: float, z0: float, z1: float, material: Material
    ) -> None:
        arch.panel(
            name, self.at((u0 + u1) / 2, v, (z0 + z1) / 2), u1 - u0, z1 - z0, self.facing, material
        )


def house(
    front: Front,
    width: float,
    floors: int,
    wall: Material,
    stone: Material,
    rng: random.Random,
    shop: tuple[Material, Material, Material] | None = None,
    deep: float = 7.0,
    storey: float = 3.1,
    ground: float = 3.6,
    awning: bool = True,
) -> None:
    """A town house; `shop` = (joinery paint, picture of the interior, awning cloth) opens its
    ground floor.
    """
    top = ground + floors * storey + 0.5
    front.block("house", 0, width, -deep, 0, ground if shop else 0, top, wall)
    front.block(
        "house_cornice", -0.05, width + 0.05, -0.2, 0.35, top - 0.25, top + 0.05, stone, 0.03
    )
    front.block("house_band", 0, width, 0, 0.1, ground - 0.05, ground + 0.15, stone, 0.02)
    dark, frame = mat.pane("house glass"), mat.plain("sash white", mat.srgb("dedacf"), 0.5)
    lit = mat.glow("lit window", (1.0, 0.62, 0.28), 0.0, 1.1, (0.05, 0.07, 0.09))
    columns = max(2, int(width / 2.1))
    step = width / columns
    for floor in range(floors):
        low = ground + 0.75 + floor * storey
        for i in range(columns):
            window(
                front,
                (i + 0.5) * step,
                low,
                1.05,
                1.75,
                frame,
                stone,
                lit if rng.random() < 0.38 else dark,
            )
    if shop is None:
        for i in range(columns):
            if i == columns // 2:
                doorway(
                    front, (i + 0.5) * step, mat.plain("door green", mat.srgb("26423a"), 0.4), stone
                )
            else:
                window(
                    front,
                    (i + 0.5) * step,
                    1.0,
                    1.05,
                    1.75,
                    frame,
                    stone,
                    lit if rng.random() < 0.5 else dark,
                )
        front.block("house_plinth", 0, width, 0, 0.06, 0, 0.6, stone, 0.01)
        return
    paint, inside, cloth = shop
    front.block("shop_back", 0, width, -deep, -0.35, 0, ground, wall)
    front.block("shop_fascia", 0, width, -0.1, 0.14, ground - 0.75, ground - 0.06, paint, 0.02)
    front.block(
        "shop_cornice", -0.03, width + 0.03, -0.1, 0.26, ground - 0.12, ground + 0.02, paint, 0.02
    )
    door = width * 0.5
    for u in (0.14, door - 0.62, door + 0.62, width - 0.14):
        front.block("shop_pilaster", u - 0.14, u + 0.14, -0.3, 0.1, 0, ground - 0.7, paint, 0.015)
    for u0, u1 in ((0.28, door - 0.76), (door + 0.76, width - 0.28)):
        front.block("shop_riser", u0, u1, -0.2, 0.02, 0, 0.55, paint, 0.01)
        front.pane("shop_inside", u0, u1, -0.25, 0.55, ground - 0.75, inside)
        for u in (u0, (u0 + u1) / 2, u1):
            front.block("shop_bar", u - 0.025, u + 0.025, -0.12, -0.04, 0.55, ground - 0.72, paint)
        front.block("shop_bar", u0, u1, -0.12, -0.04, 2.25, 2.3, paint)
    front.block("shop_door", door - 0.48, door + 0.48, -0.28, -0.22, 0, 2.3, paint, 0.01)
    front.pane("shop_doorglass", door - 0.34, door + 0.34, -0.215, 0.75, 2.12, inside)
    front.pane("shop_light", door - 0.48, door + 0.48, -0.2, 2.38, ground - 0.75, inside)
    for u in (width * 0.25, width * 0.75):
        stage.bulb(front.at(u, 0.45, ground - 0.6), 0, 16, (1.0, 0.75, 0.48), 0.15)
    if awning:
        canopy(front, 0.3, width - 0.3, ground - 0.82, cloth)


def window(
    front: Front,
    u: float,
    low: float,
    width: float,
    height: float,
    frame: Material,
    stone: Material,
    glass: Material,
) -> None:
    """A sash window with surround and sill, standing proud of the wall."""
    half = width / 2
    front.pane("house_glass", u - half, u + half, 0.012, low, low + height, glass)
    for a, b in ((-half - 0.05, -half + 0.04), (half - 0.04, half + 0.05), (-0.02, 0.02)):
        front.block("house_sash", u + a, u + b, 0.0, 0.06, low, low + height, frame)
    for z in (low, low + height / 2 - 0.03, low + height - 0.06):
        front.block("house_sash", u - half, u + half, 0.0, 0.055, z, z + 0.06, frame)
    front.block(
        "house_sill", u - half - 0.14, u + half + 0.14, 0, 0.18, low - 0.12, low, stone, 0.015
    )
    front.block(
        "house_lintel",
        u - half - 0.16,
        u + half + 0.16,
        0,
        0.09,
        low + height,
        low + height + 0.2,
        stone,
        0.015,
    )


def doorway(front: Front, u: float, paint: Material, stone: Material) -> None:
    """A panelled house door with a stone surround and a step."""
    front.block("house_door", u - 0.5, u + 0.5, 0, 0.05, 0.16, 2.35, paint)
    for z0, z1 in ((0.35, 1.05), (1.2, 2.15)):
        for a in (-0.24, 0.24):
            front.block("house_door", u + a - 0.17, u + a + 0.17, 0.05, 0.07, z0, z1, paint, 0.01)
    for a in (-0.62, 0.62):
        front.block("house_surround", u + a - 0.12, u + a + 0.12, 0, 0.16, 0, 2.5, stone, 0.02)
    front.block("house_surround", u - 0.85, u + 0.85, 0, 0.24, 2.5, 2.8, stone, 0.03)
    front.block("house_step", u - 0.8, u + 0.8, 0, 0.5, 0, 0.16, stone, 0.02)


def canopy(front: Front, u0: float, u1: float, z: float, cloth: Material) -> None:
    """A sloping awning with a valance."""
    import bpy

    out, drop = 1.15, 0.55
    mesh = bpy.data.meshes.new("awning")
    points = [
        front.at(u0, 0.1, z),
        front.at(u1, 0.1, z),
        front.at(u1, out, z - drop),
        front.at(u0, out, z - drop),
        front.at(u1, out, z - drop - 0.2),
        front.at(u0, out, z - drop - 0.2),
    ]
    mesh.from_pydata(points, [], [(0, 1, 2, 3), (3, 2, 4, 5)])
    mesh.materials.append(cloth)
    bpy.context.collection.objects.link(bpy.data.objects.new("awning", mesh))
