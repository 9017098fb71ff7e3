"""What dresses a room: curtains, framed pictures, books, rugs, lamps, cupboards, shelves.

Build script: runs inside Blender's Python (bpy). Metres; turn is
degrees, counter-clockwise from above.
"""

from __future__ import annotations

import math
import random

import architecture as arch
import bmesh
import bpy
import materials as mat
import stage
from mathutils import Vector


def curtain(
    start: Vector | stage.Point,
    end: stage.Point,
    top: float,
    low: float,
    material: arch.Material,
    folds: float = 11.0,
    depth: float = 0.045,
) -> None:
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


def rod(
    start: stage.Point, end: stage.Point, radius: float, material: arch.Material
) -> bpy.types.Object:
    """A round bar between two points."""
    a, b = Vector(start), Vector(end)
    thing = arch.cylinder("rod", (0, 0, 0), radius, (b - a).length, material, 16)
    thing.location = a
    thing.rotation_euler = (b - a).to_track_quat("Z", "Y").to_euler()
    return thing


def framed(
    room: arch.Room,
    side: str,
    along: float,
    z: float,
    width: float,
    height: float,
    art: arch.Material,
    frame: arch.Material,
    mount: float = 0.06,
) -> None:
    """A framed picture on a wall, with a white mount."""
    facing = {"n": 180, "s": 0, "e": 270, "w": 90}[side]
    outer = (width + 2 * mount + 0.05, height + 2 * mount + 0.05)
    size = (outer[0], 0.03, outer[1]) if side in "ns" else (0.03, outer[0], outer[1])
    arch.box(f"wall_frame_{side}", room.place(side, along, -0.016, z), size, frame, 0.004)
    paper = mat.plain("mount", mat.srgb("f2efe6"), 0.9)
    arch.panel(
        f"wall_mount_{side}",
        room.place(side, along, -0.033, z),
        width + 2 * mount,
        height + 2 * mount,
        facing,
        paper,
    )
    arch.panel(f"wall_art_{side}", room.place(side, along, -0.0345, z), width, height, facing, art)


BOOKS = (
    "7a2e2a",
    "2f4858",
    "c9b28a",
    "3d5a45",
    "8a5a3c",
    "d8d0bd",
    "4a3b52",
    "a86b32",
    "22303c",
    "91907c",
)


def books(
    start: stage.Point,
    length: float,
    turn: float = 0.0,
    height: float = 0.26,
    deep: float = 0.17,
    seed: int = 1,
    gaps: float = 0.12,
) -> None:
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
        arch.box(
            "book",
            (start[0] + dx * c - dy * s, start[1] + dx * s + dy * c, start[2] + tall / 2),
            (thick * 0.96, deep, tall),
            rng.choice(covers),
            0.002,
            turn,
        )
        x += thick


def book(place: stage.Point, size: stage.Point, colour: str, turn: float) -> None:
    """One book lying flat."""
    arch.box("book", place, size, mat.plain(f"book {colour}", mat.srgb(colour)), 0.003, turn)


def bookcase(
    x: float,
    y: float,
    turn: float,
    width: float,
    height: float,
    material: arch.Material,
    shelves: int = 5,
    deep: float = 0.3,
    seed: int = 3,
    z: float = 0.0,
    gaps: float = 0.15,
) -> None:
    """An open bookcase filled with books; its front looks along -y at turn 0."""
    c, s = math.cos(math.radians(turn)), math.sin(math.radians(turn))

    def part(dx: float, dy: float, dz: float, size: stage.Point) -> None:
        arch.box(
            "bookcase",
            (x + dx * c - dy * s, y + dx * s + dy * c, z + dz),
            size,
            material,
            0.003,
            turn,
        )

    part(0, deep / 2 - 0.01, height / 2, (width, 0.02, height))
    for dx in (-width / 2 + 0.0125, width / 2 - 0.0125):
        part(dx, 0, height / 2, (0.025, deep, height))
    gap = (height - 0.08) / shelves
    for i in range(shelves + 1):
        part(0, 0, 0.05 + i * gap, (width - 0.05, deep, 0.025))
        if i < shelves:
            dx, dy = -width / 2 + 0.04, -deep / 2 + 0.05
            books(
                (x + dx * c - dy * s, y + dx * s + dy * c, z + 0.064 + i * gap),
                width - 0.08,
                turn,
                min(0.28, gap - 0.05),
                seed=seed + i,
                gaps=gaps,
            )


def rug(
    x: float,
    y: float,
    width: float,
    depth: float,
    field_: str,
    border: str,
    line: str,
    turn: float = 0,
) -> None:
    """A woven rug with a border and a thin line in it (hex colours)."""
    for i, (inset, code) in enumerate(((0, border), (0.10, line), (0.13, border), (0.22, field_))):
        cloth = mat.mottled(f"rug {code}", mat.srgb(code), 0.95, 0.03, 0.16)
        arch.box(
            "rug",
            (x, y, 0.006 + i * 0.0012),
            (width - 2 * inset, depth - 2 * inset, 0.012),
            cloth,
            0.0,
            turn,
        )


def shade_lamp(
    x: float,
    y: float,
    z: float,
    base: arch.Material,
    shade: arch.Material,
    tall: float = 0.36,
    radius: float = 0.16,
    day: float = 3,
    night: float = 18,
    stem: float = 0.0,
) -> None:
    """A lamp with a fabric shade; `stem` metres of stand make it a floor lamp."""
    if stem:
        arch.cylinder("lamp_foot", (x, y, z), 0.14, 0.025, base)
        arch.cylinder("lamp_stem", (x, y, z), 0.012, stem, base, 12)
    else:
        arch.ball("lamp_body", (x, y, z + tall * 0.42), tall * 0.3, base, 1.35)
        arch.cylinder("lamp_stem", (x, y, z), tall * 0.2, 0.02, base)
    foot = z + (stem if stem else tall * 0.86)
    thing = arch.cylinder(
        "lamp_shade", (x, y, foot), radius, radius * 1.25, shade, 32, radius * 0.72
    )
    mesh = thing.data
    mesh.polygons[-1].select = mesh.polygons[-2].select = True
    shape = bmesh.new()
    shape.from_mesh(mesh)
    bmesh.ops.delete(shape, geom=[f for f in shape.faces if len(f.verts) > 4], context="FACES_ONLY")
    shape.to_mesh(mesh)
    shape.free()
    stage.bulb((x, y, foot + radius * 0.6), day, night)


def pendant(
    x: float,
    y: float,
    z: float,
    ceiling: float,
    shade: arch.Material,
    day: float,
    night: float,
    radius: float = 0.2,
    height: float = 0.18,
) -> None:
    """A hanging lamp whose rim is at z."""
    cord = mat.plain("cord", (0.02, 0.02, 0.02), 0.6)
    arch.cylinder("pendant_cord", (x, y, z + height), 0.006, ceiling - z - height, cord, 8)
    thing = arch.cylinder("pendant", (x, y, z), radius, height, shade, 32, radius * 0.3)
    shape = bmesh.new()
    shape.from_mesh(thing.data)
    bottom = min(
        (f for f in shape.faces if len(f.verts) > 4), key=lambda f: f.calc_center_median().z
    )
    bmesh.ops.delete(shape, geom=[bottom], context="FACES_ONLY")
    shape.to_mesh(thing.data)
    shape.free()
    shine = mat.glow("pendant bulb", (1.0, 0.82, 0.58), 4, 12)
    arch.ball("pendant_bulb", (x, y, z + height * 0.35), 0.045, shine)
    stage.bulb((x, y, z + 0.02), day, night, (1.0, 0.78, 0.52), 0.08)


def cabinets(
    x: float,
    y: float,
    turn: float,
    length: float,
    low: float,
    high: float,
    deep: float,
    front: arch.Material,
    count: int,
    handle: arch.Material,
    plinth: bool = True,
    drawers: tuple[int, ...] = (),
) -> None:
    """A run of shaker-fronted cupboards centred at (x, y), fronts towards -y at turn 0.

    `drawers` numbers the units that have three drawers in place of a door.
    """
    c, s = math.cos(math.radians(turn)), math.sin(math.radians(turn))

    def part(
        dx: float,
        dy: float,
        z: float,
        size: stage.Point,
        material: arch.Material,
        bevel: float = 0.003,
    ) -> None:
        arch.box(
            "cabinet", (x + dx * c - dy * s, y + dx * s + dy * c, z), size, material, bevel, turn
        )

    foot = 0.1 if plinth else 0.0
    part(0, 0.01, (low + foot + high) / 2, (length, deep - 0.02, high - low - foot), front)
    if plinth:
        part(
            0,
            0.05,
            low + foot / 2,
            (length, deep - 0.1, foot),
            mat.plain("plinth", mat.srgb("3a3733"), 0.7),
        )
    unit = length / count
    for i in range(count):
        middle = -length / 2 + (i + 0.5) * unit
        rows = 3 if i in drawers else 1
        tall = (high - low - foot) / rows
        for j in range(rows):
            z = low + foot + (j + 0.5) * tall
            part(middle, -deep / 2 - 0.008, z, (unit - 0.008, 0.016, tall - 0.008), front)
            rail = 0.055
            for dx, dz, w, h in (
                (0, tall / 2 - rail / 2 - 0.004, unit - 0.008, rail),
                (0, -tall / 2 + rail / 2 + 0.004, unit - 0.008, rail),
                (-unit / 2 + rail / 2 + 0.004, 0, rail, tall - 0.008 - 2 * rail),
                (unit / 2 - rail / 2 - 0.004, 0, rail, tall - 0.008 - 2 * rail),
            ):
                part(middle + dx, -deep / 2 - 0.02, z + dz, (w, 0.012, h), front, 0.002)
            if rows == 3:
                part(middle, -deep / 2 - 0.045, z, (0.13, 0.014, 0.014), handle)
            else:
                side = unit / 2 - 0.06 if i % 2 == 0 else -unit / 2 + 0.06
                grip = high - 0.16 if low < 0.5 else low + 0.16
                part(middle + side, -deep / 2 - 0.045, grip, (0.014, 0.014, 0.13), handle)


def shelf(
    x: float,
    y: float,
    z: float,
    length: float,
    deep: float,
    material: arch.Material,
    turn: float = 0.0,
) -> None:
    """A wall shelf with its top at z."""
    arch.box("shelf", (x, y, z - 0.016), (length, deep, 0.032), material, 0.004, turn)
