"""Rooms and the things a set is built from: walls with openings, curtains, pictures, books, rugs.

Build script: runs inside Blender's Python (bpy). Metres; a room's centre is the origin, its
floor z = 0, "n" the wall at +y.
"""
from __future__ import annotations

import math
import random
from dataclasses import dataclass

import bpy
from mathutils import Vector

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


def box(name: str, centre: stage.Point, size: stage.Point, material: Material, bevel: float = 0.0,
        turn: float = 0.0) -> bpy.types.Object:
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


def cylinder(name: str, foot: stage.Point, radius: float, height: float, material: Material, sides: int = 32,
             top: float | None = None) -> bpy.types.Object:
    """A standing cylinder or cone frustum (`top` radius), smooth-shaded."""
    top = radius if top is None else top
    ring = [(math.cos(2 * math.pi * i / sides), math.sin(2 * math.pi * i / sides)) for i in range(sides)]
    points = [(c * radius, s * radius, 0) for c, s in ring] + [(c * top, s * top, height) for c, s in ring]
    sides_ = [(i, (i + 1) % sides, sides + (i + 1) % sides, sides + i) for i in range(sides)]
    mesh = bpy.data.meshes.new(name)
    mesh.from_pydata(points, [], sides_ + [tuple(range(sides))[::-1], tuple(range(sides, 2 * sides))])
    for polygon in mesh.polygons[:sides]:
        polygon.use_smooth = True
    mesh.materials.append(material)
    thing = bpy.data.objects.new(name, mesh)
    thing.location = foot
    bpy.context.collection.objects.link(thing)
    return thing


def ball(name: str, centre: stage.Point, radius: float, material: Material,
         squash: float = 1.0) -> bpy.types.Object:
    """A sphere."""
    bpy.ops.mesh.primitive_uv_sphere_add(radius=radius, location=centre, segments=24, ring_count=12)
    thing = bpy.context.object
    thing.name = name
    thing.scale[2] = squash
    thing.data.materials.append(material)
    for polygon in thing.data.polygons:
        polygon.use_smooth = True
    return thing


def panel(name: str, centre: stage.Point, width: float, height: float, facing: float,
          material: Material) -> bpy.types.Object:
    """An upright rectangle with UVs, looking along yaw `facing`."""
    mesh = bpy.data.meshes.new(name)
    w, h = width / 2, height / 2
    mesh.from_pydata([(-w, 0, -h), (w, 0, -h), (w, 0, h), (-w, 0, h)], [], [(0, 1, 2, 3)])
    layer = mesh.uv_layers.new()
    for loop, uv in zip(layer.data, ((0, 0), (1, 0), (1, 1), (0, 1))):
        loop.uv = uv
    mesh.materials.append(material)
    thing = bpy.data.objects.new(name, mesh)
    thing.location = centre
    thing.rotation_euler[2] = math.radians(180 - facing)
    bpy.context.collection.objects.link(thing)
    return thing


class Room:
    """Floor, ceiling, four walls with openings, skirting, cornice, window and door joinery."""

    def __init__(self, width: float, depth: float, height: float, floor: Material, walls: dict[str, Material],
                 openings: tuple[Opening, ...] = (), ceiling: Material | None = None, trim: Material | None = None,
                 door: Material | None = None, skirting: float = 0.11, cornice: float = 0.06) -> None:
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

    def _slab(self, name: str, side: str, start: float, end: float, low: float, high: float, out: float,
              thick: float, material: Material, bevel: float = 0.0) -> None:
        if end - start < 1e-4 or high - low < 1e-4:
            return
        size = (end - start, thick, high - low) if side in "ns" else (thick, end - start, high - low)
        centre = self.place(side, (start + end) / 2, out, (low + high) / 2)
        box(f"{name}_{side}", centre, size, material, bevel)

    def _wall(self, side: str, material: Material, holes: list[Opening], skirting: float, cornice: float) -> None:
        half = (self.width if side in "ns" else self.depth) / 2
        edge = -half - SKIN
        for hole in [*holes, None]:
            start = half + SKIN if hole is None else hole.along - hole.width / 2
            self._slab("wall", side, edge, start, 0, self.height, SKIN / 2, SKIN, material)
            if skirting:
                self._slab("wall_skirting", side, edge, start, 0, skirting, -0.008, 0.016, self.trim, 0.004)
            if hole is None:
                break
            end = hole.along + hole.width / 2
            self._slab("wall", side, start, end, hole.head, self.height, SKIN / 2, SKIN, material)
            self._slab("wall", side, start, end, 0, hole.sill, SKIN / 2, SKIN, material)
            if hole.sill > skirting > 0:
                self._slab("wall_skirting", side, start, end, 0, skirting, -0.008, 0.016, self.trim, 0.004)
            self._joinery(side, hole, start, end)
            edge = end
        if cornice:
            self._slab("wall_cornice", side, -half, half, self.height - cornice, self.height, -cornice / 2, cornice,
                       self.trim, 0.02)

    def _joinery(self, side: str, hole: Opening, start: float, end: float) -> None:
        trim, low, high = self.trim, hole.sill, hole.head
        board = 0.07
        for a, b in ((start - board, start), (end, end + board)):
            self._slab("wall_architrave", side, a, b, low, high, -0.01, 0.03, trim, 0.004)
        self._slab("wall_architrave", side, start - board, end + board, high, high + board, -0.01, 0.03, trim, 0.004)
        if hole.kind in ("window", "panes"):
            self._slab("wall_sill", side, start - 0.1, end + 0.1, low - 0.04, low, -0.05, 0.22, trim, 0.006)
            bars = max(1, round(hole.width / (0.95 if hole.kind == "window" else 0.5)))
            rows = 1 if hole.kind == "window" else max(2, round((high - low) / 0.55))
            for i in range(bars + 1):
                x = start + i * (end - start) / bars
                wide = 0.055 if i in (0, bars) or hole.kind == "window" else 0.03
                self._slab("wall_frame", side, x - wide / 2, x + wide / 2, low, high, 0.06, 0.05, trim)
            for j in range(rows + 1):
                z = low + j * (high - low) / rows
                tall = 0.055 if j in (0, rows) else 0.03
                self._slab("wall_frame", side, start, end, z - tall / 2, z + tall / 2, 0.062, 0.042, trim)
        elif hole.kind == "door":
            self._slab("wall_door", side, start, end, 0, high, 0.05, 0.045, self.door, 0.003)
            for z0, z1 in ((0.18, 0.95), (1.08, high - 0.14)):
                for a, b in ((0.1, 0.46), (0.54, 0.9)):
                    x0, x1 = start + a * hole.width, start + b * hole.width
                    self._slab("wall_door", side, x0, x1, z0, z1, 0.026, 0.012, self.door, 0.006)
            brass = mat.plain("brass", mat.srgb("b08d4f"), 0.3, 0.9)
            x, y, z = self.place(side, end - 0.08, -0.03, 1.02)
            ball("wall_knob", (x, y, z), 0.028, brass)

    def daylight(self, hole: Opening, day: float, night: float = 0.0,
                 colour: tuple[float, float, float] = (0.93, 0.97, 1.0),
                 night_colour: tuple[float, float, float] = (0.35, 0.5, 1.0)) -> None:
        """Skylight through a window, as an area light just outside the frame."""
        middle = (hole.sill + hole.head) / 2
        place, inside = (self.place(hole.wall, hole.along, out, middle) for out in (SKIN + 0.03, -2))
        stage.area(place, (hole.width, hole.head - hole.sill), inside, day, night, colour, night_colour, spread=160)


def curtain(start: Vector | stage.Point, end: stage.Point, top: float, low: float, material: Material,
            folds: float = 11.0, depth: float = 0.045) -> None:
    """A pleated curtain between two floor points."""
    a, b = Vector((*start[:2], 0)), Vector((*end[:2], 0))
    along = b - a
    normal = Vector((-along.y, along.x, 0)).normalized()
    steps = max(24, int(along.length * folds * 8))
    points, faces = [], []
    for i in range(steps + 1):
        t = i / steps
        wave = math.sin(t * along.length * folds * 2 * math.pi) + 0.3 * math.sin(t * 17 + 1)
        for z, share in ((low, 1.25), (top, 0.8)):
            p = a + along * t + normal * depth * wave * share
            points.append((p.x, p.y, z))
        if i:
            faces.append((2 * i - 2, 2 * i, 2 * i + 1, 2 * i - 1))
    mesh = bpy.data.meshes.new("curtain")
    mesh.from_pydata(points, [], faces)
    for polygon in mesh.polygons:
        polygon.use_smooth = True
    mesh.materials.append(material)
    bpy.context.collection.objects.link(bpy.data.objects.new("curtain", mesh))


def rod(start: stage.Point, end: stage.Point, radius: float, material: Material) -> bpy.types.Object:
    """A round bar between two points."""
    a, b = Vector(start), Vector(end)
    thing = cylinder("rod", (0, 0, 0), radius, (b - a).length, material, 16)
    thing.location = a
    thing.rotation_euler = (b - a).to_track_quat("Z", "Y").to_euler()
    return thing


def framed(room: Room, side: str, along: float, z: float, width: float, height: float, art: Material,
           frame: Material, mount: float = 0.06) -> None:
    """A framed picture on a wall, with a white mount."""
    facing = {"n": 180, "s": 0, "e": 270, "w": 90}[side]
    outer = (width + 2 * mount + 0.05, height + 2 * mount + 0.05)
    size = (outer[0], 0.03, outer[1]) if side in "ns" else (0.03, outer[0], outer[1])
    box(f"wall_frame_{side}", room.place(side, along, -0.016, z), size, frame, 0.004)
    paper = mat.plain("mount", mat.srgb("f2efe6"), 0.9)
    panel(f"wall_mount_{side}", room.place(side, along, -0.033, z), width + 2 * mount, height + 2 * mount, facing, paper)
    panel(f"wall_art_{side}", room.place(side, along, -0.0345, z), width, height, facing, art)


BOOKS = ("7a2e2a", "2f4858", "c9b28a", "3d5a45", "8a5a3c", "d8d0bd", "4a3b52", "a86b32", "22303c", "91907c")


def books(start: stage.Point, length: float, turn: float = 0.0, height: float = 0.26, deep: float = 0.17,
          seed: int = 1, gaps: float = 0.12) -> None:
    """A row of books standing from `start` along x (turned about z), spines towards -y."""
    rng = random.Random(seed)
    covers = [mat.plain(f"book {code}", mat.srgb(code), 0.65) for code in BOOKS]
    c, s = math.cos(math.radians(turn)), math.sin(math.radians(turn))
    x = 0.0
    while x < length - 0.03:
        if rng.random() < gaps:
            x += rng.uniform(0.04, 0.14)
            continue
        thick, tall = rng.uniform(0.018, 0.045), height * rng.uniform(0.72, 1.0)
        if x + thick > length:
            break
        dx, dy = x + thick / 2, deep / 2
        box("book", (start[0] + dx * c - dy * s, start[1] + dx * s + dy * c, start[2] + tall / 2),
            (thick * 0.96, deep, tall), rng.choice(covers), 0.002, turn)
        x += thick


def bookcase(x: float, y: float, turn: float, width: float, height: float, material: Material, shelves: int = 5,
             deep: float = 0.3, seed: int = 3, z: float = 0.0, gaps: float = 0.15) -> None:
    """An open bookcase filled with books; its front looks along -y at turn 0."""
    c, s = math.cos(math.radians(turn)), math.sin(math.radians(turn))

    def part(dx: float, dy: float, dz: float, size: stage.Point) -> None:
        box("bookcase", (x + dx * c - dy * s, y + dx * s + dy * c, z + dz), size, material, 0.003, turn)

    part(0, deep / 2 - 0.01, height / 2, (width, 0.02, height))
    for dx in (-width / 2 + 0.0125, width / 2 - 0.0125):
        part(dx, 0, height / 2, (0.025, deep, height))
    gap = (height - 0.08) / shelves
    for i in range(shelves + 1):
        part(0, 0, 0.05 + i * gap, (width - 0.05, deep, 0.025))
        if i < shelves:
            dx, dy = -width / 2 + 0.04, -deep / 2 + 0.05
            books((x + dx * c - dy * s, y + dx * s + dy * c, z + 0.064 + i * gap), width - 0.08, turn,
                  min(0.28, gap - 0.05), seed=seed + i, gaps=gaps)


def rug(x: float, y: float, width: float, depth: float, field_: str, border: str, line: str, turn: float = 0) -> None:
    """A woven rug with a border and a thin line in it (hex colours)."""
    for i, (inset, code) in enumerate(((0, border), (0.10, line), (0.13, border), (0.22, field_))):
        cloth = mat.mottled(f"rug {code}", mat.srgb(code), 0.95, 0.03, 0.16)
        box("rug", (x, y, 0.006 + i * 0.0012), (width - 2 * inset, depth - 2 * inset, 0.012), cloth, 0.0, turn)


def shade_lamp(x: float, y: float, z: float, base: Material, shade: Material, tall: float = 0.36,
               radius: float = 0.16, day: float = 3, night: float = 18, stem: float = 0.0) -> None:
    """A lamp with a fabric shade; `stem` metres of stand make it a floor lamp."""
    if stem:
        cylinder("lamp_foot", (x, y, z), 0.14, 0.025, base)
        cylinder("lamp_stem", (x, y, z), 0.012, stem, base, 12)
    else:
        ball("lamp_body", (x, y, z + tall * 0.42), tall * 0.3, base, 1.35)
        cylinder("lamp_stem", (x, y, z), tall * 0.2, 0.02, base)
    foot = z + (stem if stem else tall * 0.86)
    thing = cylinder("lamp_shade", (x, y, foot), radius, radius * 1.25, shade, 32, radius * 0.72)
    mesh = thing.data
    mesh.polygons[-1].select = mesh.polygons[-2].select = True
    import bmesh
    shape = bmesh.new()
    shape.from_mesh(mesh)
    bmesh.ops.delete(shape, geom=[f for f in shape.faces if len(f.verts) > 4], context="FACES_ONLY")
    shape.to_mesh(mesh)
    shape.free()
    stage.bulb((x, y, foot + radius * 0.6), day, night)


def pendant(x: float, y: float, z: float, ceiling: float, shade: Material, day: float, night: float,
            radius: float = 0.2, height: float = 0.18) -> None:
    """A hanging lamp whose rim is at z."""
    import bmesh
    cord = mat.plain("cord", (0.02, 0.02, 0.02), 0.6)
    cylinder("pendant_cord", (x, y, z + height), 0.006, ceiling - z - height, cord, 8)
    thing = cylinder("pendant", (x, y, z), radius, height, shade, 32, radius * 0.3)
    shape = bmesh.new()
    shape.from_mesh(thing.data)
    bottom = min((f for f in shape.faces if len(f.verts) > 4), key=lambda f: f.calc_center_median().z)
    bmesh.ops.delete(shape, geom=[bottom], context="FACES_ONLY")
    shape.to_mesh(thing.data)
    shape.free()
    shine = mat.glow("pendant bulb", (1.0, 0.82, 0.58), 4, 12)
    ball("pendant_bulb", (x, y, z + height * 0.35), 0.045, shine)
    stage.bulb((x, y, z + 0.02), day, night, (1.0, 0.78, 0.52), 0.08)


def cabinets(x: float, y: float, turn: float, length: float, low: float, high: float, deep: float,
             front: Material, count: int, handle: Material, plinth: bool = True, drawers: tuple[int, ...] = ()) -> None:
    """A run of shaker-fronted cupboards centred at (x, y), fronts towards -y at turn 0.

    `drawers` numbers the units that have three drawers in place of a door.
    """
    c, s = math.cos(math.radians(turn)), math.sin(math.radians(turn))

    def part(dx: float, dy: float, z: float, size: stage.Point, material: Material, bevel: float = 0.003) -> None:
        box("cabinet", (x + dx * c - dy * s, y + dx * s + dy * c, z), size, material, bevel, turn)

    foot = 0.1 if plinth else 0.0
    part(0, 0.01, (low + foot + high) / 2, (length, deep - 0.02, high - low - foot), front)
    if plinth:
        part(0, 0.05, low + foot / 2, (length, deep - 0.1, foot), mat.plain("plinth", mat.srgb("3a3733"), 0.7))
    unit = length / count
    for i in range(count):
        middle = -length / 2 + (i + 0.5) * unit
        rows = 3 if i in drawers else 1
        tall = (high - low - foot) / rows
        for j in range(rows):
            z = low + foot + (j + 0.5) * tall
            part(middle, -deep / 2 - 0.008, z, (unit - 0.008, 0.016, tall - 0.008), front)
            rail = 0.055
            for dx, dz, w, h in ((0, tall / 2 - rail / 2 - 0.004, unit - 0.008, rail),
                                 (0, -tall / 2 + rail / 2 + 0.004, unit - 0.008, rail),
                                 (-unit / 2 + rail / 2 + 0.004, 0, rail, tall - 0.008 - 2 * rail),
                                 (unit / 2 - rail / 2 - 0.004, 0, rail, tall - 0.008 - 2 * rail)):
                part(middle + dx, -deep / 2 - 0.02, z + dz, (w, 0.012, h), front, 0.002)
            if rows == 3:
                part(middle, -deep / 2 - 0.045, z, (0.13, 0.014, 0.014), handle)
            else:
                side = unit / 2 - 0.06 if i % 2 == 0 else -unit / 2 + 0.06
                grip = high - 0.16 if low < 0.5 else low + 0.16
                part(middle + side, -deep / 2 - 0.045, grip, (0.014, 0.014, 0.13), handle)


def shelf(x: float, y: float, z: float, length: float, deep: float, material: Material, turn: float = 0.0) -> None:
    """A wall shelf with its top at z."""
    box("shelf", (x, y, z - 0.016), (length, deep, 0.032), material, 0.004, turn)
