"""The shop: checkout counter, low gondolas, tall shelves.

Build script: runs inside Blender's Python (bpy).
"""

from __future__ import annotations

import math
import random

import architecture as arch
import bpy
import materials as mat
import props
import stage
from furniture import put
from homes import PANORAMAS
from stage import Key, SetPlan, Spot, View

WRAPS = (
    "b8432f",
    "d9a441",
    "3c6e57",
    "2f5b84",
    "e3dcc8",
    "8a3b4a",
    "c96f3a",
    "4b5a68",
    "a9b46a",
    "d8c7a0",
    "6b4a34",
    "efe9dc",
)


def goods(
    x: float, y: float, z: float, length: float, deep: float, tall: float, turn: float, seed: int
) -> None:
    """One shelf's worth of packets, tins and bottles as one mesh; fronts towards -y at turn 0."""
    rng = random.Random(seed)
    points, faces, colours = [], [], []
    u = -length / 2
    while u < length / 2 - 0.06:
        wide = rng.choice((0.07, 0.09, 0.13, 0.18, 0.22))
        height = tall * rng.uniform(0.55, 0.95)
        colour, copies = rng.randrange(len(WRAPS)), rng.randint(2, 4)
        for _ in range(copies):
            if u + wide > length / 2:
                break
            first = len(points)
            if wide < 0.1:  # a tin or bottle: eight sides
                ring = [
                    (
                        math.cos(k * math.pi / 4) * wide * 0.46,
                        math.sin(k * math.pi / 4) * wide * 0.46,
                    )
                    for k in range(8)
                ]
                centre = (u + wide / 2, -deep / 2 + wide / 2 + 0.01)
                points += [(centre[0] + a, centre[1] + b, h) for h in (0, height) for a, b in ring]
                faces += [
                    (first + k, first + (k + 1) % 8, first + 8 + (k + 1) % 8, first + 8 + k)
                    for k in range(8)
                ]
                faces.append(tuple(first + 8 + k for k in range(8)))
                colours += [colour] * 8 + [(colour + 5) % len(WRAPS)]
            else:
                a, b, c, d = u + 0.004, u + wide - 0.004, -deep / 2 + 0.01, deep / 2 - 0.03
                points += [
                    (p, q, h)
                    for h in (0, height * 0.36, height * 0.72, height)
                    for p, q in ((a, c), (b, c), (b, d), (a, d))
                ]
                for band in range(3):
                    low = first + band * 4
                    faces += [
                        (low + k, low + (k + 1) % 4, low + 4 + (k + 1) % 4, low + 4 + k)
                        for k in range(4)
                    ]
                    colours += [(colour + 4) % len(WRAPS) if band == 1 else colour] * 4
                faces.append(tuple(first + 12 + k for k in range(4)))
                colours.append(colour)
            u += wide
        u += rng.choice((0.0, 0.01, 0.02, 0.06))
    mesh = bpy.data.meshes.new("goods")
    mesh.from_pydata(points, [], faces)
    for code in WRAPS:
        mesh.materials.append(mat.plain(f"wrap {code}", mat.srgb(code), 0.45))
    for polygon, colour in zip(mesh.polygons, colours, strict=True):
        polygon.material_index = colour
    thing = bpy.data.objects.new("goods", mesh)
    thing.location = (x, y, z)
    thing.rotation_euler[2] = math.radians(turn)
    bpy.context.collection.objects.link(thing)


def shelving(
    x: float,
    y: float,
    turn: float,
    length: float,
    height: float,
    levels: int,
    metal: arch.Material,
    board: arch.Material,
    seed: int,
    sides: tuple[int, ...] = (1,),
    deep: float = 0.42,
) -> None:
    """A gondola: a back board with shelves of goods on one or both sides (1: towards -y, -1:
    towards +y).
    """
    c, s = math.cos(math.radians(turn)), math.sin(math.radians(turn))

    def part(
        name: str, dx: float, dy: float, z: float, size: stage.Point, material: arch.Material
    ) -> None:
        arch.box(name, (x + dx * c - dy * s, y + dx * s + dy * c, z), size, material, 0.004, turn)

    part("gondola_back", 0, 0, height / 2, (length, 0.04, height), board)
    gap = (height - 0.14) / levels
    for side in sides:
        middle = -side * (deep / 2 + 0.02)
        part("gondola_plinth", 0, middle, 0.06, (length, deep, 0.12), metal)
        for i in range(levels):
            z = 0.12 + i * gap
            part("gondola_shelf", 0, middle, z + 0.012, (length, deep, 0.024), metal)
            part(
                "gondola_price",
                0,
                middle - side * (deep / 2 + 0.006),
                z + 0.01,
                (length, 0.012, 0.04),
                mat.plain("price rail", mat.srgb("e9d9a4"), 0.5),
            )
            goods(
                x - middle * s,
                y + middle * c,
                z + 0.026,
                length - 0.06,
                deep,
                gap - 0.07,
                turn + (0 if side > 0 else 180),
                seed + i * 7 + (50 if side < 0 else 0),
            )
    for end in (-length / 2, length / 2):
        part(
            "gondola_end",
            end,
            0 if len(sides) > 1 else -sides[0] * deep / 2,
            height / 2,
            (0.03, deep * len(sides) + 0.04, height),
            board,
        )


def shop() -> SetPlan:
    """A neighbourhood grocery."""
    stage.sky(str(PANORAMAS / "pm_city.jpg"), -40, 2.4, 0.16, lights=False)
    floor = mat.courses(
        "shop tiles", mat.srgb("b9b2a4"), (0.5, 0.5), 0.005, 0.0, 0.28, 0.05, mat.srgb("8f887b")
    )
    wall, teal = (
        mat.mottled("shop wall", mat.srgb("e0d8c6"), 0.9, 0.6, 0.02),
        mat.mottled("shop teal", mat.srgb("3f6a66"), 0.85, 0.6, 0.02),
    )
    metal, board = (
        mat.plain("shelf metal", mat.srgb("cfccc3"), 0.45),
        mat.plain("shelf board", mat.srgb("ddd7c9"), 0.6),
    )
    oak, dark = (
        mat.timber("shop oak", mat.srgb("a97f52"), 0.4),
        mat.plain("till dark", mat.srgb("2a2c2e"), 0.4),
    )
    window = arch.Opening("s", 1.7, 3.4, 0.5, 2.5)
    door = arch.Opening("s", -1.6, 1.3, 0.02, 2.4)
    room = arch.Room(
        8.4,
        8.6,
        3.0,
        floor,
        {"n": teal, "s": wall, "e": wall, "w": wall},
        (window, door),
        cornice=0.0,
        trim=mat.plain("shop trim", mat.srgb("3b4a48"), 0.45),
    )
    room.daylight(window, 180, 8)
    room.daylight(door, 90, 4)
    panel = mat.glow("ceiling panel", (1.0, 0.97, 0.9), 4.5, 0.5)
    for x in (-2.6, 0, 2.6):
        for y in (-2.6, 0.2, 2.9):
            arch.box("light_panel", (x, y, 2.985), (0.3, 1.6, 0.04), panel)
            stage.area(
                (x, y, 2.95), (0.3, 1.6), (x, y, 0), 24, 4.5, (1, 0.97, 0.91), (1, 0.86, 0.68)
            )
    # checkout: people stand behind it (wide, a) or before it (b)
    arch.box("checkout", (-0.1, -0.35, 0.5), (3.0, 0.5, 1.0), teal)
    for i in range(12):
        arch.box("slat", (-1.5 + i * 0.255, -0.612, 0.5), (0.2, 0.024, 0.86), oak, 0.004)
    arch.box("checkout_top", (-0.1, -0.35, 1.03), (3.1, 0.62, 0.05), oak, 0.01)
    arch.box("ledge", (-0.1, -0.58, 1.11), (3.0, 0.18, 0.03), oak, 0.006)
    arch.box("ledge_front", (-0.1, -0.6, 1.05), (2.9, 0.06, 0.12), teal)
    arch.box("till", (1.1, -0.3, 1.12), (0.4, 0.36, 0.14), dark, 0.015)
    screen = arch.box("till_screen", (1.1, -0.22, 1.33), (0.36, 0.03, 0.26), dark, 0.01)
    screen.rotation_euler[0] = 0.2
    put("scopia", 70, -1.25, -0.32, 0, z=1.055)
    put("scopia", 183, -0.75, -0.32, 10, z=1.055, size=(0.42, 0.3, 0.28))
    goods(0.1, -0.58, 1.126, 0.7, 0.14, 0.14, 0, 77)
    # gondolas: low ones across behind the counter, tall ones on the walls
    for x, seed in ((-2.05, 1), (2.05, 200)):
        shelving(x, 1.75, 0, 2.7, 1.2, 3, metal, board, seed, (1, -1))
        shelving(x, 3.0, 0, 2.7, 1.2, 3, metal, board, seed + 20, (1,))
    shelving(0, 4.25, 0, 6.6, 2.25, 5, metal, board, 400)
    for y, seed in ((-1.6, 500), (1.4, 560)):
        shelving(-4.15, y, 90, 2.8, 2.25, 5, metal, board, seed)
    # fridges on the east wall
    for i in range(3):
        y = -0.2 + i * 1.15
        arch.box(
            "fridge",
            (3.85, y, 1.1),
            (0.66, 1.12, 2.2),
            mat.plain("fridge grey", mat.srgb("8b9092"), 0.4),
            0.01,
        )
        arch.box(
            "fridge_inside",
            (3.515, y, 1.15),
            (0.01, 1.0, 1.7),
            mat.glow("fridge light", (0.85, 0.93, 1.0), 0.5, 0.6, (0.75, 0.8, 0.82)),
        )
        for k in range(4):
            goods(3.47, y, 0.36 + k * 0.42, 0.94, 0.1, 0.34, 270, 600 + i * 10 + k)
            arch.box("fridge_shelf", (3.47, y, 0.35 + k * 0.42), (0.1, 1.0, 0.015), metal)
        props.rod((3.38, y + 0.4, 0.9), (3.38, y + 0.4, 1.6), 0.014, metal)
    stage.area((3.3, 1, 1.3), (3.2, 1.6), (0, 1, 1), 8, 10, (0.88, 0.94, 1.0))
    arch.box("fascia", (0, 4.27, 2.62), (8.2, 0.04, 0.5), oak)
    # by the windows
    for x, seed in ((0.9, 1), (1.9, 2), (2.9, 3)):
        put("cc0", 73, x, -3.6, seed * 7, size=(0.6, 0.58, 0.5))
        put("scopia", 70, x - 0.12, -3.6, 0, z=0.5, scale=1.2)
        put("scopia", 355, x + 0.1, -3.5, 40, z=0.5, scale=1.1)
    put("by", 81, -3.6, -3.7, 0, scale=1.4)
    put("scopia", 287, -0.05, -3.9, 0, z=2.8, lift=False)
    frame = mat.plain("frame teal", mat.srgb("24403d"), 0.4)
    props.framed(
        room,
        "s",
        -0.46,
        1.7,
        0.5,
        0.7,
        mat.picture("poster fruit", str(PANORAMAS / "bl_sunrise.jpg"), (0.27, 0.43, 0.39, 0.6)),
        frame,
    )
    props.framed(
        room,
        "s",
        -3.2,
        1.7,
        0.7,
        0.9,
        mat.picture("poster farm", str(PANORAMAS / "bl_sunrise.jpg"), (0.5, 0.42, 0.64, 0.62)),
        frame,
    )
    shade = mat.plain("enamel teal", mat.srgb("24403d"), 0.35)
    for x in (-1.1, 0.0, 1.1):
        props.pendant(x, -0.4, 2.1, 3.0, shade, 5, 26, 0.17, 0.16)
    return SetPlan(
        "shop",
        "corner shop",
        True,
        (
            "shop",
            "store",
            "supermarket",
            "grocery",
            "grocery store",
            "market",
            "convenience store",
            "bakery",
            "pharmacy",
            "drugstore",
            "bookshop",
            "boutique",
            "checkout",
            "aisle",
            "deli",
            "gas station",
            "kiosk",
            "corner shop",
            "counter",
            "bodega",
            "general store",
            "hardware store",
        ),
        {
            "wide": View(
                (0.45, -3.75, 1.2),
                (-0.05, 2.0, 1.55),
                64,
                (Spot(-0.95, 0.35), Spot(0.1, 0.35), Spot(-2.1, 2.4), Spot(2.0, 2.4)),
            ),
            "a": View(
                (-1.9, -2.4, 1.28),
                (0.9, 1.9, 1.36),
                52,
                (Spot(-0.5, 0.35), Spot(0.65, 0.35), Spot(2.0, 2.4)),
            ),
            "b": View(
                (0.9, 1.1, 1.42), (-0.45, -2.6, 1.34), 58, (Spot(0.25, -1.05), Spot(-0.8, -1.05))
            ),
        },
        (-0.2, 0.2, 1.5),
        {"day": Key(170, 30, 5200), "night": Key(0, 70, 4000)},
        {"day": -0.3, "night": 0.1},
    )
