"""Rooms and the shapes a set is built from: boxes, cylinders, walls with openings.

Build script: runs inside Blender's Python (bpy). Metres; a room's centre is the origin, its
floor z = 0, "n" the wall at +y.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import bpy
import materials as mat
import stage

Material = bpy.types.Material
SKIN = 0.12  # metres, thickness of walls


@dataclass(frozen=True)
class Opening:
    """A hole in wall n, s, e or w, centred at `along` (its x or y), from `sill` to `head`."""

    wall: str
    along: float
    width: float
    sill: float
    head: float
    kind: str = "window"  # window | door | arch | panes (many small ones)


def box(
    name: str,
    centre: stage.Point,
    size: stage.Point,
    material: Material,
    bevel: float = 0.0,
    turn: float = 0.0,
) -> bpy.types.Object:
    """A box of full size `size`, turned about z by `turn` degrees."""
    mesh = bpy.data.meshes.new(name)
    x, y, z = (s / 2 for s in size)
    corners = [(a * x, b * y, c * z) for c in (-1, 1) for b in (-1, 1) for a in (-1, 1)]
    faces = [(0, 2, 3, 1), (4, 5, 7, 6), (0, 1, 5, 4), (2, 6, 7, 3), (0, 4, 6, 2), (1, 3, 7, 5)]
    mesh.from_pydata(corners, [], faces)
    mesh.materials.append(material)
    thing = bpy.data.objects.new(name, mesh)
    thing.location = centre
    thing.rotation_euler[2] = math.radians(turn)
    bpy.context.collection.objects.link(thing)
    if bevel:
        edge = thing.modifiers.new("edge", "BEVEL")
        edge.width, edge.segments = bevel, 2
    return thing


def cylinder(
    name: str,
    foot: stage.Point,
    radius: float,
    height: float,
    material: Material,
    sides: int = 32,
    top: float | None = None,
) -> bpy.types.Object:
    """A standing cylinder or cone frustum (`top` radius), smooth-shaded."""
    top = radius if top is None else top
    ring = [
        (math.cos(2 * math.pi * i / sides), math.sin(2 * math.pi * i / sides)) for i in range(sides)
    ]
    points = [(c * radius, s * radius, 0) for c, s in ring] + [
        (c * top, s * top, height) for c, s in ring
    ]
    sides_ = [(i, (i + 1) % sides, sides + (i + 1) % sides, sides + i) for i in range(sides)]
    mesh = bpy.data.meshes.new(name)
    mesh.from_pydata(
        points, [], [*sides_, tuple(range(sides))[::-1], tuple(range(sides, 2 * sides))]
    )
    for polygon in mesh.polygons[:sides]:
        polygon.use_smooth = True
    mesh.materials.append(material)
    thing = bpy.data.objects.new(name, mesh)
    thing.location = foot
    bpy.context.collection.objects.link(thing)
    return thing


def ball(
    name: str, centre: stage.Point, radius: float, material: Material, squash: float = 1.0
) -> bpy.types.Object:
    """A sphere."""
    bpy.ops.mesh.primitive_uv_sphere_add(radius=radius, location=centre, segments=24, ring_count=12)
    thing = bpy.context.object
    thing.name = name
    thing.scale[2] = squash
    thing.data.materials.append(material)
    for polygon in thing.data.polygons:
        polygon.use_smooth = True
    return thing


def panel(
    name: str, centre: stage.Point, width: float, height: float, facing: float, material: Material
) -> bpy.types.Object:
    """An upright rectangle with UVs, looking along yaw `facing`."""
    mesh = bpy.data.meshes.new(name)
    w, h = width / 2, height / 2
    mesh.from_pydata([(-w, 0, -h), (w, 0, -h), (w, 0, h), (-w, 0, h)], [], [(0, 1, 2, 3)])
    layer = mesh.uv_layers.new()
    for loop, uv in zip(layer.data, ((0, 0), (1, 0), (1, 1), (0, 1)), strict=True):
        loop.uv = uv
    mesh.materials.append(material)
    thing = bpy.data.objects.new(name, mesh)
    thing.location = centre
    thing.rotation_euler[2] = math.radians(180 - facing)
    bpy.context.collection.objects.link(thing)
    return thing


class Room:
    """Floor, ceiling, four walls with openings, skirting, cornice, window and door joinery."""

    def __init__(
        self,
        width: float,
        depth: float,
        height: float,
        floor: Material,
        walls: dict[str, Material],
        openings: tuple[Opening, ...] = (),
        ceiling: Material | None = None,
        trim: Material | None = None,
        door: Material | None = None,
        skirting: float = 0.11,
        cornice: float = 0.06,
    ) -> None:
        self.width, self.depth, self.height = width, depth, height
        self.trim = trim or mat.plain("trim", mat.srgb("ece7dc"), 0.45)
        self.door = door or self.trim
        ceiling = ceiling or mat.plain("ceiling", mat.srgb("f1eee6"), 0.9)
        pad = 2 * SKIN
        box("floor", (0, 0, -0.05), (width + pad, depth + pad, 0.1), floor)
        box("ceiling", (0, 0, height + 0.05), (width + pad, depth + pad, 0.1), ceiling)
        for side in "nsew":
            holes = sorted((o for o in openings if o.wall == side), key=lambda o: o.along)
            self._wall(side, walls.get(side, walls["n"]), holes, skirting, cornice)

    def place(self, side: str, along: float, out: float, z: float) -> stage.Point:
        """A point on a wall: `out` metres beyond its inner face (negative: into the room)."""
        if side in "ns":
            return (along, (self.depth / 2 + out) * (1 if side == "n" else -1), z)
        return ((self.width / 2 + out) * (1 if side == "e" else -1), along, z)

    def _slab(
        self,
        name: str,
        side: str,
        start: float,
        end: float,
        low: float,
        high: float,
        out: float,
        thick: float,
        material: Material,
        bevel: float = 0.0,
    ) -> None:
        if end - start < 1e-4 or high - low < 1e-4:
            return
        size = (
            (end - start, thick, high - low) if side in "ns" else (thick, end - start, high - low)
        )
        centre = self.place(side, (start + end) / 2, out, (low + high) / 2)
        box(f"{name}_{side}", centre, size, material, bevel)

    def _wall(
        self, side: str, material: Material, holes: list[Opening], skirting: float, cornice: float
    ) -> None:
        half = (self.width if side in "ns" else self.depth) / 2
        edge = -half - SKIN
        for hole in [*holes, None]:
            start = half + SKIN if hole is None else hole.along - hole.width / 2
            self._slab("wall", side, edge, start, 0, self.height, SKIN / 2, SKIN, material)
            if skirting:
                self._slab(
                    "wall_skirting", side, edge, start, 0, skirting, -0.008, 0.016, self.trim, 0.004
                )
            if hole is None:
                break
            end = hole.along + hole.width / 2
            self._slab("wall", side, start, end, hole.head, self.height, SKIN / 2, SKIN, material)
            self._slab("wall", side, start, end, 0, hole.sill, SKIN / 2, SKIN, material)
            if hole.sill > skirting > 0:
                self._slab(
                    "wall_skirting", side, start, end, 0, skirting, -0.008, 0.016, self.trim, 0.004
                )
            self._joinery(side, hole, start, end)
            edge = end
        if cornice:
            self._slab(
                "wall_cornice",
                side,
                -half,
                half,
                self.height - cornice,
                self.height,
                -cornice / 2,
                cornice,
                self.trim,
                0.02,
            )

    def _joinery(self, side: str, hole: Opening, start: float, end: float) -> None:
        trim, low, high = self.trim, hole.sill, hole.head
        board = 0.07
        for a, b in ((start - board, start), (end, end + board)):
            self._slab("wall_architrave", side, a, b, low, high, -0.01, 0.03, trim, 0.004)
        self._slab(
            "wall_architrave",
            side,
            start - board,
            end + board,
            high,
            high + board,
            -0.01,
            0.03,
            trim,
            0.004,
        )
        if hole.kind in ("window", "panes"):
            self._slab(
                "wall_sill", side, start - 0.1, end + 0.1, low - 0.04, low, -0.05, 0.22, trim, 0.006
            )
            bars = max(1, round(hole.width / (0.95 if hole.kind == "window" else 0.5)))
            rows = 1 if hole.kind == "window" else max(2, round((high - low) / 0.55))
            for i in range(bars + 1):
                x = start + i * (end - start) / bars
                wide = 0.055 if i in (0, bars) or hole.kind == "window" else 0.03
                self._slab(
                    "wall_frame", side, x - wide / 2, x + wide / 2, low, high, 0.06, 0.05, trim
                )
            for j in range(rows + 1):
                z = low + j * (high - low) / rows
                tall = 0.055 if j in (0, rows) else 0.03
                self._slab(
                    "wall_frame", side, start, end, z - tall / 2, z + tall / 2, 0.062, 0.042, trim
                )
        elif hole.kind == "door":
            self._slab("wall_door", side, start, end, 0, high, 0.05, 0.045, self.door, 0.003)
            for z0, z1 in ((0.18, 0.95), (1.08, high - 0.14)):
                for a, b in ((0.1, 0.46), (0.54, 0.9)):
                    x0, x1 = start + a * hole.width, start + b * hole.width
                    self._slab("wall_door", side, x0, x1, z0, z1, 0.026, 0.012, self.door, 0.006)
            brass = mat.plain("brass", mat.srgb("b08d4f"), 0.3, 0.9)
            x, y, z = self.place(side, end - 0.08, -0.03, 1.02)
            ball("wall_knob", (x, y, z), 0.028, brass)

    def daylight(
        self,
        hole: Opening,
        day: float,
        night: float = 0.0,
        colour: tuple[float, float, float] = (0.93, 0.97, 1.0),
        night_colour: tuple[float, float, float] = (0.35, 0.5, 1.0),
    ) -> None:
        """Skylight through a window, as an area light just outside the frame."""
        middle = (hole.sill + hole.head) / 2
        place, inside = (
            self.place(hole.wall, hole.along, out, middle) for out in (SKIN + 0.03, -2)
        )
        stage.area(
            place,
            (hole.width, hole.head - hole.sill),
            inside,
            day,
            night,
            colour,
            night_colour,
            spread=160,
        )
