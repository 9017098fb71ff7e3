"""Sets outdoors: a shopping street and a park. Build script: runs inside Blender's Python (bpy)."""

from __future__ import annotations

import random

import architecture as arch
import facades
import materials as mat
import stage
from facades import Front
from furniture import put
from homes import DAWN, PANORAMAS
from stage import Key, SetPlan, Spot, View

MALL, HALL, LOBBY = (
    str(PANORAMAS / f"{name}.jpg") for name in ("pm_esplanade", "pm_hall", "pm_lobby")
)


def shop_window(name: str, path: str, crop: tuple[float, float, float, float]) -> arch.Material:
    """A picture of a room behind glass: dim by day, lit by night, with a glossy face."""
    return mat.picture(name, path, crop, 0.25, 0.08, 0.8)


def street() -> SetPlan:
    """An old-town shopping street with a café terrace whose planters hide people from the
    chest down.
    """
    stage.sky(DAWN, 180, 1.15, 0.045, lights=True, night_tint=(0.16, 0.3, 1.0))
    stage.sun(-125, 52, 3.6, 0.1, (1.0, 0.92, 0.8), 1.0, (0.45, 0.6, 1.0))
    asphalt = mat.mottled("asphalt", mat.srgb("55565a"), 0.9, 0.05, 0.14)
    paving = mat.courses(
        "paving", mat.srgb("a59c8e"), (0.6, 0.4), 0.008, 0.5, 0.75, 0.07, mat.srgb("6e675c")
    )
    kerb, stone = (
        mat.mottled("kerb", mat.srgb("8d8a84"), 0.8, 0.1, 0.08),
        mat.mottled("stone", mat.srgb("c9bca4"), 0.85, 0.2, 0.05),
    )
    arch.box("road", (0, 12, -0.05), (7.2, 100, 0.1), asphalt)
    for side in (-1, 1):
        arch.box("kerb", (side * 3.52, 12, 0.03), (0.16, 100, 0.18), kerb, 0.015)
        arch.box("pavement", (side * 5.8, 12, 0.02), (4.4, 100, 0.2), paving)
    paint = mat.plain("road paint", mat.srgb("d8d5cb"), 0.7)
    for i in range(16):
        arch.box("line", (0, -22 + i * 5, 0.003), (0.12, 2.2, 0.008), paint)
    for i in range(7):
        arch.box("zebra", (-3 + i * 1.0, 14.5, 0.003), (0.5, 3.0, 0.008), paint)

    def bricks(name: str, colour: str, plane: str) -> arch.Material:
        mortar = mat.srgb("a39a8c")
        return mat.courses(
            name, mat.srgb(colour), (0.24, 0.075), 0.01, 0.5, 0.85, 0.14, mortar, plane
        )

    brick, red = (bricks(f"brick {c}", c, "side") for c in ("8d5a45", "a5715a"))
    ochre, cream, grey = (
        mat.mottled(f"render {c}", mat.srgb(c), 0.9, 0.5, 0.04)
        for c in ("c79f6b", "d6c7a8", "9aa09c")
    )
    paints = [
        mat.plain(f"shop paint {c}", mat.srgb(c), 0.4)
        for c in ("24403a", "2b3a52", "6e2f2b", "3b3a36")
    ]
    cloths = [
        mat.cloth(f"awning {c}", mat.srgb(c), 0.25)
        for c in ("7d2f2c", "31584c", "c8b48a", "35506b")
    ]
    insides = [
        shop_window("shop mall", MALL, (0.62, 0.36, 0.78, 0.58)),
        shop_window("shop mall b", MALL, (0.02, 0.36, 0.2, 0.58)),
        shop_window("shop lobby", LOBBY, (0.4, 0.38, 0.6, 0.6)),
        shop_window("shop hall", HALL, (0.3, 0.36, 0.5, 0.56)),
    ]
    rng = random.Random(7)
    east = (
        (brick, 3, 8.2, 0),
        (cream, 2, 6.4, 1),
        (ochre, 3, 7.6, 2),
        (grey, 3, 6.8, 3),
        (red, 2, 8.4, 1),
        (cream, 3, 7.0, None),
        (brick, 3, 8.0, 0),
    )
    west = (
        (cream, 3, 7.4, 2),
        (red, 2, 7.8, None),
        (grey, 3, 6.6, 3),
        (brick, 3, 8.2, 0),
        (ochre, 2, 6.8, 1),
        (cream, 3, 7.4, None),
        (red, 3, 8.0, 2),
    )
    y = -17.0
    for wall, floors, width, shop in east:  # looks west: its left end is the north one
        dress = None if shop is None else (paints[shop], insides[shop], cloths[shop])
        y += width
        facades.house(Front(8.0, y, 270), width, floors, wall, stone, rng, dress)
    end = y
    y = -17.0
    for wall, floors, width, shop in west:
        dress = None if shop is None else (paints[shop], insides[shop], cloths[shop])
        facades.house(Front(-8.0, y, 90), width, floors, wall, stone, rng, dress)
        y += width
    flat = bricks("brick front", "97664f", "front")
    for left, width in ((16, 9), (8, 8), (-1, 9), (-9, 8)):
        facades.house(
            Front(left, end + 8, 180), width, 3, flat if left in (8, -9) else cream, stone, rng
        )
    for left, width in ((-7, 9), (1, 8), (10, 9), (18, 8)):
        facades.house(Front(left, -26, 0), width, 3, flat if left in (1, 18) else ochre, stone, rng)
    arch.box("square", (0, end + 4, -0.04), (60, 10, 0.1), paving)

    # the terrace: planters along the kerb, café tables behind them
    timber = mat.timber("planter", mat.srgb("6d5238"), 0.6)
    for y in (-0.75, 0.55, 1.85, 3.15):
        arch.box("planter", (3.85, y, 0.4), (0.42, 1.2, 0.56), timber, 0.01)
        put("scopia", 347, 3.85, y, 90, z=0.66, size=(1.22, 0.46, 0.58))
    for x, y in ((5.6, 0.2), (5.6, 2.4), (6.6, 4.2), (5.4, -2.0)):
        put("kator", 15, x, y, 0, z=0.12)
        put("kator", 14, x + 0.2, y + 0.65, 10, z=0.12)
        put("kator", 14, x - 0.1, y - 0.65, 190, z=0.12)
    # bystanding things
    put("by", 94, -2.45, 7.5, 180)
    put("scopia", 249, -2.45, 14.5, 180)
    put("scopia", 252, 2.5, 8.6, 0)
    put(
        "scopia",
        59,
        2.5,
        18.5,
        0,
        paint={"chapa_roja": mat.plain("car wine", mat.srgb("5a2227"), 0.25)},
    )
    put(
        "scopia",
        59,
        -2.45,
        -3.6,
        180,
        paint={"chapa_roja": mat.plain("car green", mat.srgb("2f4a45"), 0.25)},
    )
    put(
        "by",
        94,
        2.5,
        -8.2,
        0,
        paint={"carPaint": mat.plain("car silver", mat.srgb("9ea3a5"), 0.25, 0.4)},
    )
    put("scopia", 246, 4.2, 5.6, 90, z=0.12)
    put(
        "kator",
        18,
        4.3,
        -4.6,
        0,
        z=0.12,
        scale=0.9,
        paint={"reen": mat.plain("bin green", mat.srgb("27382f"), 0.5)},
    )
    for x, y in (
        (4.25, 6.6),
        (-4.25, -0.5),
        (4.25, -7.0),
        (-4.25, 10),
        (4.25, 17),
        (-4.25, 21),
        (4.25, 27),
    ):
        put("kator", 36, x, y, 0, z=0.12, scale=1.55)
        stage.bulb((x, y, 3.72), 0, 150, (1.0, 0.75, 0.45), 0.16)
        arch.ball("lantern", (x, y, 3.62), 0.12, mat.glow("lantern", (1.0, 0.8, 0.5), 0.0, 18))
    for x, y in ((4.3, 11.5), (-4.3, 4.6), (-4.3, 16), (4.3, 22.5), (-4.3, -8), (4.3, -12)):
        put("scopia", 353, x, y, y * 40, z=0.1, scale=1.25)
    return SetPlan(
        "street",
        "old-town street",
        False,
        (
            "street",
            "road",
            "avenue",
            "boulevard",
            "lane",
            "alley",
            "sidewalk",
            "pavement",
            "corner",
            "city",
            "town",
            "downtown",
            "neighbourhood",
            "neighborhood",
            "market street",
            "square",
            "crossing",
            "block",
            "kerb",
            "curb",
            "terrace",
            "outside",
            "village",
            "main street",
        ),
        {
            "wide": View(
                (-0.9, -4.4, 1.42),
                (3.1, 3.6, 2.0),
                58,
                (Spot(4.45, 0.2, up=0.12), Spot(4.5, 1.75, up=0.12), Spot(4.45, 3.1, up=0.12)),
            ),
            "a": View(
                (0.6, -2.6, 1.42),
                (4.3, 2.4, 1.62),
                46,
                (Spot(4.5, 0.9, up=0.12), Spot(4.5, 2.6, up=0.12)),
            ),
            "b": View(
                (0.5, 5.4, 1.42),
                (4.4, 0.4, 1.62),
                46,
                (Spot(4.5, 1.6, up=0.12), Spot(4.5, 0.0, up=0.12)),
            ),
        },
        (4.3, 1.4, 1.62),
        {"day": Key(-125, 52, 5300), "night": Key(-20, 40, 2900)},
        {"day": 0.45, "night": 1.2},
    )
