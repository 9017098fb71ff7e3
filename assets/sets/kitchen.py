"""The kitchen: an island with a raised bar between camera and people. Build script (bpy)."""

from __future__ import annotations

import architecture as arch
import materials as mat
import props
import stage
from furniture import put
from homes import DAWN, GARDEN, SEA
from stage import Key, SetPlan, Spot, View


def kitchen() -> SetPlan:
    """A family kitchen: blue-grey shaker fronts, oak tops, white tiles, a window over the sink."""
    stage.sky(GARDEN, 150, 3.0, 0.18, lights=False)
    blue, oak = (
        mat.plain("shaker blue", mat.srgb("5f7480"), 0.45),
        mat.timber("oak top", mat.srgb("b08552"), 0.35),
    )
    brass, white = (
        mat.plain("brass", mat.srgb("b08d4f"), 0.3, 0.9),
        mat.plain("cup white", mat.srgb("e9e5da"), 0.35),
    )
    tiles = mat.courses(
        "metro tiles",
        mat.srgb("e6e4dc"),
        (0.2, 0.1),
        0.004,
        0.5,
        0.22,
        0.03,
        mat.srgb("b9b4a8"),
        "front",
        0.15,
    )
    floor = mat.courses(
        "stone floor", mat.srgb("b7aa98"), (0.6, 0.6), 0.006, 0.0, 0.4, 0.06, mat.srgb("857a6b")
    )
    wall = mat.mottled("kitchen wall", mat.srgb("d8cbb0"), 0.9, 0.6, 0.02)
    window = arch.Opening("n", 0.25, 1.7, 1.08, 2.25, "panes")
    glass_door = arch.Opening("w", -1.0, 1.7, 0.02, 2.2, "panes")
    door = arch.Opening("e", -1.7, 0.9, 0, 2.08, "door")
    room = arch.Room(
        6.0,
        5.8,
        2.65,
        floor,
        {"n": wall, "s": wall, "e": wall, "w": wall},
        (window, glass_door, door),
    )
    room.daylight(window, 130, 7)
    room.daylight(glass_door, 150, 8)
    stage.sun(-75, 30, 2.4, 0.1, night_colour=(0.4, 0.55, 1.0))
    stage.area((0, 0, 2.55), (3, 3), (0, 0, 0), 48, 32, (1, 0.95, 0.88), (1, 0.74, 0.5))

    # north run: cupboards, top, tiles, hood, sink, fridge
    props.cabinets(-0.55, 2.58, 0, 4.1, 0, 0.87, 0.62, blue, 7, brass, drawers=(1, 5))
    arch.box("worktop", (-0.55, 2.57, 0.89), (4.14, 0.66, 0.04), oak, 0.006)
    for x0, x1, low, high in (
        (-2.95, -0.67, 0.91, 1.5),
        (-0.67, 1.17, 0.91, 1.03),
        (1.17, 1.6, 0.91, 2.3),
    ):
        arch.box(
            "splash", ((x0 + x1) / 2, 2.893, (low + high) / 2), (x1 - x0, 0.014, high - low), tiles
        )
    props.cabinets(-2.5, 2.73, 0, 0.75, 1.5, 2.4, 0.34, blue, 1, brass, plinth=False)
    put("by", 30, -1.62, 2.66, 0, size=(0.9, 0.45, 0.75), z=1.62, lift=False)
    arch.box("splash", (-1.62, 2.893, 1.8), (1.0, 0.012, 0.62), tiles)
    put("scopia", 202, -1.62, 2.56, 0, z=0.91, lift=False)
    props.shelf(-0.93, 2.8, 1.55, 0.36, 0.2, oak)
    put("cc0", 128, 2.2, 2.42, 0, size=(0.92, 0.8, 1.85))
    props.cabinets(2.2, 2.73, 0, 1.1, 1.92, 2.4, 0.34, blue, 2, brass, plinth=False)
    arch.box(
        "sink",
        (0.25, 2.5, 0.9),
        (0.75, 0.45, 0.035),
        mat.plain("steel", mat.srgb("b5b7b8"), 0.25, 0.9),
        0.01,
    )
    steel = mat.plain("steel", mat.srgb("b5b7b8"), 0.25, 0.9)
    props.rod((0.25, 2.78, 0.9), (0.25, 2.78, 1.2), 0.014, steel)
    props.rod((0.25, 2.78, 1.2), (0.25, 2.56, 1.2), 0.012, steel)
    props.rod((0.25, 2.56, 1.2), (0.25, 2.56, 1.12), 0.012, steel)
    put("kator", 27, -0.5, 2.7, 0, z=0.91)
    put("cc0", 77, 0.85, 2.82, 0, z=1.09, scale=0.9)
    put("cc0", 77, -0.3, 2.82, 0, z=1.09, scale=0.75)
    put("scopia", 377, -2.3, 2.66, 20, z=0.91)
    put("by", 83, -1.05, 2.72, 0, z=0.91, scale=0.8)
    put("scopia", 380, 1.35, 2.72, 0, z=0.91)
    put("by", 32, -2.65, 2.66, 0, z=0.91, scale=0.9)

    # island, raised bar towards the camera of the wide view
    props.cabinets(0, 0.12, 180, 2.5, 0, 0.87, 0.7, blue, 4, brass, drawers=(1, 2))
    arch.box("island_top", (0, 0.15, 0.89), (2.6, 0.78, 0.04), oak, 0.006)
    arch.box("bar_wall", (0, -0.31, 0.54), (2.5, 0.12, 1.08), blue, 0.003)
    for i in range(4):
        x = -0.94 + i * 0.625
        arch.box(
            "bar_panel",
            (x, -0.373, 0.56),
            (0.5, 0.012, 0.78),
            mat.plain("shaker deep", mat.srgb("566a75"), 0.45),
            0.003,
        )
    arch.box("bar_top", (0, -0.36, 1.1), (2.7, 0.42, 0.045), oak, 0.008)
    for x in (-0.85, 0.85):
        put("cc0", 168, x, -0.85, 0)
    put("scopia", 355, 0.15, -0.34, 20, z=1.122)
    put("cc0", 9, -0.62, -0.36, 30, z=1.122)
    put("cc0", 9, 0.78, -0.3, -30, z=1.122)
    put("by", 19, -0.75, 0.22, 10, z=0.91)
    put("cc0", 90, -0.75, 0.22, 30, z=0.95)
    put("by", 109, -1.12, -0.3, 0, z=1.122, size=(0.3, 0.25, 0.4))
    ink = mat.plain("enamel", mat.srgb("2e3a3f"), 0.35)
    for x in (-0.75, 0.0, 0.75):
        props.pendant(x, -0.15, 1.85, 2.65, ink, 3, 24, 0.15, 0.16)

    # south and east: what view b sees
    props.cabinets(-0.6, -2.68, 180, 1.9, 0, 0.88, 0.44, blue, 4, brass)
    arch.box("dresser_top", (-0.6, -2.67, 0.9), (1.96, 0.5, 0.035), oak, 0.006)
    for z in (1.35, 1.75, 2.15):
        props.shelf(-0.6, -2.79, z, 1.9, 0.2, oak)
    for i in range(7):
        arch.cylinder("plate", (-1.35 + i * 0.25, -2.81, 1.352), 0.045, 0.09, white, 20, 0.05)
        arch.cylinder(
            "bowl",
            (-1.35 + i * 0.25, -2.79, 1.752),
            0.04,
            0.06,
            ink if i % 3 == 1 else white,
            20,
            0.075,
        )
    props.books((0.1, -2.7, 2.15), 0.95, 180, 0.24, seed=9)
    put("by", 52, -1.2, -2.66, 180, z=0.92)
    put("scopia", 44, -0.1, -2.66, 0, z=0.92, scale=0.9)
    frame = mat.timber("frame oak", mat.srgb("7a5a3a"), axis="z")
    props.framed(
        room,
        "s",
        1.45,
        1.6,
        0.7,
        0.5,
        mat.picture("art lagoon", SEA, (0.38, 0.42, 0.66, 0.62)),
        frame,
    )
    props.framed(
        room,
        "e",
        0.3,
        1.6,
        0.55,
        0.75,
        mat.picture("art tree", DAWN, (0.27, 0.44, 0.39, 0.6)),
        frame,
    )
    props.framed(
        room,
        "s",
        -2.2,
        1.6,
        0.45,
        0.6,
        mat.picture("art trees", GARDEN, (0.1, 0.42, 0.2, 0.6)),
        frame,
    )
    put("by", 81, 2.4, -2.4, 0, scale=1.3)
    put("scopia", 157, -2.6, 0.6, 0, size=(0.7, 0.7, 1.7))
    put("cc0", 125, 2.45, -0.1, -90)
    return SetPlan(
        "kitchen",
        "kitchen",
        True,
        (
            "kitchen",
            "kitchenette",
            "breakfast room",
            "galley",
            "house",
            "home",
            "apartment",
            "flat",
            "pantry",
            "farmhouse",
            "cookhouse",
            "breakfast bar",
            "counter",
            "stove",
            "sink",
            "fridge",
            "cottage",
            "canteen",
        ),
        {
            "wide": View(
                (0.35, -2.72, 1.18),
                (0.0, 1.0, 1.28),
                66,
                (Spot(-0.85, 0.8), Spot(0.05, 0.8), Spot(0.9, 0.8)),
            ),
            "a": View(
                (-1.7, -1.95, 1.25), (0.9, 1.6, 1.32), 50, (Spot(-0.35, 0.8), Spot(0.8, 0.8))
            ),
            "b": View(
                (1.6, 2.1, 1.3), (-0.75, -2.0, 1.28), 54, (Spot(0.1, -0.9), Spot(-0.95, -0.9))
            ),
        },
        (0, 0.75, 1.5),
        {"day": Key(-30, 25, 5600), "night": Key(180, 50, 2800)},
        {"day": -0.4, "night": 0.3},
    )
