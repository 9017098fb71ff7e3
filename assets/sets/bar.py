"""The bar, which also serves as restaurant and café.

Build script: runs inside Blender's Python (bpy).
"""

from __future__ import annotations

import random

import architecture as arch
import materials as mat
import props
import stage
from furniture import put
from homes import DAWN, GARDEN, PANORAMAS, SEA
from stage import Key, SetPlan, Spot, View

SQUARE = str(PANORAMAS / "pm_city.jpg")


def bottle(
    x: float,
    y: float,
    z: float,
    glass: arch.Material,
    label: arch.Material,
    tall: float,
    wide: float,
) -> None:
    """A bottle with neck and label."""
    arch.cylinder("bottle", (x, y, z), wide, tall * 0.62, glass, 16)
    arch.cylinder("bottle", (x, y, z + tall * 0.62), wide, tall * 0.12, glass, 16, wide * 0.36)
    arch.cylinder("bottle", (x, y, z + tall * 0.74), wide * 0.36, tall * 0.26, glass, 12)
    arch.cylinder("label", (x, y, z + tall * 0.16), wide * 1.02, tall * 0.28, label, 16)


def back_bar(y: float, walnut: arch.Material, dark: arch.Material) -> None:
    """Cupboards, three lit shelves of bottles and glasses, pilasters and a cornice on the
    north wall.
    """
    brass = mat.plain("brass", mat.srgb("b08d4f"), 0.3, 0.9)
    props.cabinets(0, y - 0.25, 0, 5.0, 0, 0.95, 0.5, walnut, 8, brass)
    arch.box("backbar_top", (0, y - 0.26, 0.97), (5.1, 0.55, 0.04), dark, 0.006)
    mirror = mat.plain("old mirror", mat.srgb("6f7672"), 0.35, 0.7)
    for middle in (-1.65, 0, 1.65):
        arch.box("mirror", (middle, y - 0.012, 1.8), (1.5, 0.02, 1.55), mirror)
    for x in (-2.5, -0.83, 0.83, 2.5):
        arch.box("pilaster", (x, y - 0.1, 1.75), (0.16, 0.2, 1.65), walnut, 0.01)
    arch.box("backbar_cornice", (0, y - 0.14, 2.66), (5.3, 0.32, 0.16), walnut, 0.03)
    rng = random.Random(5)
    glasses = [
        mat.plain(f"bottle {c}", mat.srgb(c), 0.1)
        for c in ("5b3214", "1f3b26", "8c5a1c", "2c2a28", "7b8f8a", "6b1f1c")
    ]
    labels = [
        mat.plain(f"label {c}", mat.srgb(c), 0.7) for c in ("d9cba6", "1f1f1f", "9a3b2c", "cdb15c")
    ]
    strip = mat.glow("shelf light", (1.0, 0.72, 0.4), 3.0, 6.0)
    for z in (1.0, 1.42, 1.84, 2.26):
        for middle in (-1.665, 0, 1.665):
            if z > 1.1:
                arch.box(
                    "bottle_shelf", (middle, y - 0.12, z - 0.012), (1.5, 0.2, 0.024), walnut, 0.003
                )
                arch.box("shelf_light", (middle, y - 0.03, z - 0.03), (1.46, 0.015, 0.012), strip)
            x = middle - 0.64
            while x < middle + 0.66:
                if z == 1.0 and rng.random() < 0.45:
                    x += 0.16
                    continue
                wide = rng.uniform(0.032, 0.045)
                bottle(
                    x,
                    y - 0.13,
                    z,
                    rng.choice(glasses),
                    rng.choice(labels),
                    rng.uniform(0.25, 0.33),
                    wide,
                )
                x += 2 * wide + rng.uniform(0.012, 0.07)
    for middle in (-1.65, 0, 1.65):
        stage.area(
            (middle, y - 0.3, 2.5), (1.4, 0.1), (middle, y - 0.05, 1.2), 9, 16, (1.0, 0.75, 0.45)
        )


def bar() -> SetPlan:
    """A corner bar: walnut counter with brass, bottle-green walls, tables by the window."""
    stage.sky(SQUARE, -60, 2.6, 0.22, lights=False)
    walnut, dark = (
        mat.timber("bar walnut", mat.srgb("6b4429"), 0.35),
        mat.timber("bar top", mat.srgb("4a2e1c"), 0.22),
    )
    floor = mat.planks("bar floor", mat.srgb("7d5a3a"), 0.12)
    green, upper = (
        mat.mottled("bottle green wall", mat.srgb("4a6154"), 0.85, 0.6, 0.03),
        mat.mottled("bar cream", mat.srgb("d3c2a0"), 0.9, 0.6, 0.03),
    )
    brass, black = (
        mat.plain("brass", mat.srgb("b08d4f"), 0.3, 0.9),
        mat.plain("black iron", mat.srgb("26241f"), 0.45),
    )
    leather = mat.mottled("oxblood leather", mat.srgb("6d2e26"), 0.45, 0.05, 0.08)
    trim = mat.plain("bar trim", mat.srgb("5a3a25"), 0.45)
    windows = (
        arch.Opening("w", 0.4, 2.0, 0.85, 2.5),
        arch.Opening("w", -2.1, 1.7, 0.85, 2.5),
        arch.Opening("s", 1.9, 1.9, 0.85, 2.5),
    )
    room = arch.Room(
        8.0,
        7.4,
        3.1,
        floor,
        {"n": green, "s": upper, "e": upper, "w": upper},
        (*windows, arch.Opening("s", -1.9, 1.0, 0, 2.2, "door")),
        trim=trim,
        cornice=0.1,
    )
    for hole in windows:
        room.daylight(hole, 130, 6)
    stage.sun(-70, 28, 2.4, 0.0)
    stage.area((0, -0.6, 3.0), (5, 5), (0, -0.6, 0), 60, 30, (1, 0.9, 0.76), (1, 0.7, 0.42))
    for side, start, end in (
        ("e", -3.7, 3.7),
        ("s", -4.0, -2.45),
        ("s", -1.35, 4.0),
        ("w", -3.7, 3.7),
    ):
        room._slab("wall_wainscot", side, start, end, 0.1, 0.84, -0.015, 0.03, walnut)
        room._slab("wall_dado", side, start, end, 0.82, 0.88, -0.025, 0.05, walnut, 0.01)
    back_bar(3.7, walnut, dark)

    # the counter: people stand behind it (wide, a) or before it (b)
    arch.box("counter", (-0.2, 1.35, 0.54), (5.0, 0.5, 1.08), walnut, 0.004)
    arch.box("counter_top", (-0.2, 1.3, 1.1), (5.2, 0.72, 0.05), dark, 0.012)
    for i in range(7):
        arch.box(
            "counter_panel",
            (-2.36 + i * 0.72, 1.092, 0.6),
            (0.58, 0.018, 0.72),
            mat.timber("bar panel", mat.srgb("5c3a23"), 0.4, "z"),
            0.008,
        )
    props.rod((-2.6, 0.98, 0.2), (2.2, 0.98, 0.2), 0.025, brass)
    for x in (-2.55, -0.2, 2.15):
        props.rod((x, 0.98, 0.2), (x, 1.1, 0.2), 0.018, brass)
    for x in (-2.1, -0.75, 1.75):
        put("scopia", 71, x, 0.62, 180, size=(0.44, 0.46, 1.02), paint=walnut)
    put(
        "scopia",
        102,
        1.98,
        1.4,
        0,
        z=1.125,
        paint={"": mat.plain("steel", mat.srgb("8f9294"), 0.3, 0.8)},
    )
    for x, y in ((-1.75, 1.15), (0.35, 1.2), (0.55, 1.35)):
        put("by", 27, x, y, 0, z=1.125)
    arch.cylinder("tap", (-0.25, 1.42, 1.125), 0.035, 0.32, brass, 20)
    props.rod((-0.45, 1.42, 1.42), (-0.05, 1.42, 1.42), 0.03, brass)
    for x in (-0.42, -0.25, -0.08):
        props.rod((x, 1.42, 1.42), (x, 1.4, 1.62), 0.016, black)
        props.rod((x, 1.42, 1.42), (x, 1.3, 1.36), 0.012, brass)
    shade = mat.plain("enamel green", mat.srgb("22372e"), 0.3)
    for x in (-1.9, -0.2, 1.5):
        props.pendant(x, 1.25, 2.0, 3.1, shade, 10, 34, 0.19, 0.17)

    # tables and a banquette
    for x, y in ((-2.75, -0.35), (2.75, -0.6), (-2.75, -2.4), (2.75, -2.7), (0.6, -2.85)):
        arch.cylinder("table_foot", (x, y, 0), 0.24, 0.03, black, 24)
        arch.cylinder("table_stem", (x, y, 0), 0.035, 0.72, black, 12)
        arch.box("table_top", (x, y, 0.735), (0.8, 0.72, 0.035), dark, 0.01)
        put("scopia", 53, x + 0.1, y, 0, z=0.752, scale=0.7)
        stage.bulb((x + 0.1, y, 0.9), 0, 3)
        for dy, turn in ((0.6, 0), (-0.6, 180)):
            put("cc0", 171, x, y + dy, turn, paint=walnut)
    arch.box("banquette", (3.65, -1.4, 0.24), (0.6, 4.2, 0.44), leather, 0.04)
    arch.box("banquette_back", (3.9, -1.4, 0.72), (0.14, 4.2, 0.6), leather, 0.05)
    frame = mat.plain("gilt", mat.srgb("8f7440"), 0.4, 0.6)
    arts = [
        mat.picture(f"bar art {i}", path, crop)
        for i, (path, crop) in enumerate(
            (
                (SEA, (0.4, 0.42, 0.66, 0.62)),
                (DAWN, (0.27, 0.43, 0.4, 0.6)),
                (SEA, (0.05, 0.42, 0.3, 0.62)),
                (DAWN, (0.5, 0.42, 0.7, 0.62)),
                (GARDEN, (0.1, 0.42, 0.25, 0.6)),
            )
        )
    ]
    for along, z, w, h, art in (
        (-2.6, 1.65, 0.8, 0.55, 0),
        (-1.45, 1.7, 0.42, 0.56, 1),
        (-0.4, 1.65, 0.85, 0.56, 2),
        (0.75, 1.7, 0.42, 0.56, 1),
        (2.2, 1.7, 0.8, 0.55, 3),
    ):
        props.framed(room, "e", along, z, w, h, arts[art], frame, 0.03)
    for along, z, w, h, art in (
        (0.1, 1.7, 0.75, 0.5, 3),
        (-0.85, 1.72, 0.4, 0.55, 4),
        (3.3, 1.7, 0.5, 0.65, 1),
    ):
        props.framed(room, "s", along, z, w, h, arts[art], frame, 0.03)
    for x, y in ((-1.35, -3.66), (0.65, -3.66), (3.96, -2.0), (3.96, 0.2)):
        arch.ball("sconce", (x, y, 2.1), 0.085, mat.glow("sconce", (1.0, 0.75, 0.45), 3, 9))
        stage.bulb((x * 0.97, y * 0.96, 2.1), 3, 16)
    put("by", 85, -3.5, 2.6, 0, size=(0.9, 0.85, 1.9))
    put("by", 81, 3.5, 1.3, 0, scale=1.4)
    put("scopia", 155, 3.9, 2.3, 270, z=1.7, lift=False)
    return SetPlan(
        "bar",
        "bar",
        True,
        (
            "bar",
            "pub",
            "restaurant",
            "cafe",
            "café",
            "coffee shop",
            "diner",
            "tavern",
            "inn",
            "bistro",
            "saloon",
            "club",
            "nightclub",
            "counter",
            "canteen",
            "brasserie",
            "cocktail bar",
            "pizzeria",
            "eatery",
            "lounge bar",
            "hotel bar",
            "steakhouse",
        ),
        {
            "wide": View(
                (0.5, -2.6, 1.22),
                (-0.25, 2.0, 1.42),
                66,
                (Spot(-1.4, 2.1), Spot(-0.1, 2.1), Spot(1.15, 2.1)),
            ),
            "a": View((-2.0, -1.0, 1.3), (0.6, 2.4, 1.4), 50, (Spot(-0.9, 2.1), Spot(0.5, 2.1))),
            "b": View(
                (1.9, 2.75, 1.42), (-0.95, -1.6, 1.3), 56, (Spot(0.35, 0.6), Spot(-0.95, 0.6))
            ),
        },
        (-0.2, 0.9, 1.5),
        {"day": Key(-80, 25, 4800), "night": Key(0, 40, 2700)},
        {"day": 0.45, "night": 0.9},
    )
