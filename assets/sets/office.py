"""The office, which also serves as police station. Build script: runs in Blender's Python (bpy)."""

from __future__ import annotations

import architecture as arch
import materials as mat
import props
import stage
from furniture import put
from homes import CITY, DAWN, SEA
from stage import Key, SetPlan, Spot, View


def partition(
    x: float,
    y: float,
    length: float,
    height: float,
    cloth: arch.Material,
    trim: arch.Material,
    turn: float = 0.0,
) -> None:
    """A cloth-covered office screen with a wooden cap."""
    arch.box(
        "partition", (x, y, height / 2 + 0.02), (length, 0.07, height - 0.06), cloth, 0.006, turn
    )
    arch.box("partition_cap", (x, y, height), (length + 0.04, 0.1, 0.035), trim, 0.006, turn)
    arch.box("partition_foot", (x, y, 0.04), (length, 0.09, 0.08), trim, 0.004, turn)


def paperwork(x: float, y: float, z: float, turn: float = 0.0, sheets: int = 3) -> None:
    """A small pile of papers and a folder."""
    paper, card = (
        mat.plain("paper", mat.srgb("ebe7dc"), 0.85),
        mat.plain("folder", mat.srgb("b9955a"), 0.8),
    )
    arch.box("folder", (x, y, z + 0.006), (0.32, 0.24, 0.012), card, 0.001, turn)
    for i in range(sheets):
        arch.box(
            "paper",
            (x + 0.01 * i, y + 0.008 * i, z + 0.015 + 0.003 * i),
            (0.21, 0.297, 0.003),
            paper,
            0,
            turn + 7 * i,
        )


def office() -> SetPlan:
    """An office above the city: a big desk before the windows, screens that hide people to the
    chest.
    """
    stage.sky(CITY, 58, 2.4, 0.1, lights=False)
    carpet = mat.mottled("carpet tiles", mat.srgb("6d7175"), 0.95, 0.02, 0.12)
    warm, grey = (
        mat.mottled("office wall", mat.srgb("d8d2c4"), 0.9, 0.6, 0.02),
        mat.mottled("office blue", mat.srgb("54666e"), 0.9, 0.6, 0.02),
    )
    oak, walnut = (
        mat.timber("office oak", mat.srgb("a9845a"), 0.4),
        mat.timber("office walnut", mat.srgb("684a33"), 0.4),
    )
    cloth = mat.mottled("screen cloth", mat.srgb("5f7680"), 0.95, 0.02, 0.1)
    holes = (arch.Opening("n", -1.75, 2.6, 0.75, 2.45), arch.Opening("n", 1.35, 2.6, 0.75, 2.45))
    glass_door = arch.Opening("s", 1.9, 0.95, 0, 2.15, "door")
    room = arch.Room(
        7.6,
        7.0,
        2.8,
        carpet,
        {"n": warm, "s": grey, "e": warm, "w": grey},
        (*holes, glass_door),
        door=oak,
        cornice=0.0,
    )
    for hole in holes:
        room.daylight(hole, 170, 8)
    stage.sun(-40, 36, 1.8, 0.06, night_colour=(0.4, 0.55, 1.0))
    panel = mat.glow("ceiling panel", (1.0, 0.97, 0.9), 4.0, 0.3)
    for x in (-2.1, 0.3, 2.7):
        for y in (-1.9, 1.3):
            arch.box("light_panel", (x, y, 2.79), (1.2, 0.6, 0.03), panel)
            stage.area(
                (x, y, 2.75), (1.2, 0.6), (x, y, 0), 16, 4.5, (1, 0.96, 0.9), (1, 0.82, 0.62)
            )

    # the chief's desk: people sit behind it (wide, a) or before it (b)
    arch.box("desk_top", (-0.55, 0.45, 0.735), (2.0, 0.9, 0.04), walnut, 0.006)
    arch.box("desk_front", (-0.55, 0.1, 0.4), (1.8, 0.03, 0.62), walnut, 0.004)
    for x in (-1.42, 0.32):
        arch.box("desk_side", (x, 0.45, 0.36), (0.05, 0.8, 0.72), walnut, 0.004)
    put(
        "scopia",
        47,
        -0.55,
        1.35,
        0,
        paint={"tela": mat.mottled("charcoal cloth", mat.srgb("3b4044"), 0.95, 0.02, 0.1)},
    )
    put(
        "by",
        99,
        -0.05,
        0.55,
        170,
        z=0.755,
        scale=1.05,
        paint=mat.plain("laptop", mat.srgb("3a3d40"), 0.4, 0.3),
    )
    paperwork(-1.1, 0.4, 0.755, 12)
    put("scopia", 48, -1.4, 0.7, 140, z=0.755, scale=1.1)
    stage.bulb((-1.25, 0.55, 1.12), 0, 16)
    put("scopia", 120, 0.28, 0.72, 10, z=0.755)
    put("cc0", 9, -0.55, 0.25, 30, z=0.755)
    put("scopia", 119, -0.85, 0.72, 0, z=0.755)
    for x, turn in ((-1.15, 195), (0.05, 165)):
        put("scopia", 62, x, -0.55, turn)
    # the screen on the right: people stand behind it
    partition(2.35, 0.55, 2.1, 1.17, cloth, oak)
    partition(1.3, 1.6, 2.1, 1.17, cloth, oak, 90)
    arch.box("desk2", (2.75, 1.75, 0.735), (1.5, 0.75, 0.035), oak, 0.005)
    put("scopia", 50, 2.9, 1.85, 180, z=0.75)
    arch.box("cabinet_low", (-3.35, 2.2, 0.55), (0.75, 1.5, 1.1), walnut, 0.006)
    put("by", 81, -3.3, 2.4, 0, z=1.1, scale=0.75)
    props.books((-3.5, 1.6, 1.1), 0.4, 0, 0.3, seed=4)
    put("scopia", 157, 3.35, 3.05, 0, size=(0.8, 0.8, 1.9))
    put("by", 85, -0.2, 3.1, 0, size=(0.75, 0.7, 1.5))
    frame = mat.plain("frame black", mat.srgb("2b2826"), 0.4)
    props.framed(
        room,
        "w",
        0.2,
        1.65,
        1.1,
        0.7,
        mat.picture("art city", CITY, (0.42, 0.46, 0.66, 0.64)),
        frame,
    )
    props.framed(
        room,
        "e",
        -0.6,
        1.65,
        0.9,
        0.62,
        mat.picture("art sea", SEA, (0.4, 0.42, 0.66, 0.62)),
        frame,
    )
    props.framed(
        room,
        "e",
        1.6,
        1.65,
        0.9,
        0.62,
        mat.picture("art mist", DAWN, (0.24, 0.42, 0.5, 0.62)),
        frame,
    )
    # south and west: shelves, files, water, a board with notes
    props.bookcase(-2.6, -3.33, 180, 1.4, 2.1, walnut, 5, seed=11, gaps=0.3)
    props.bookcase(-1.15, -3.33, 180, 1.4, 2.1, walnut, 5, seed=23, gaps=0.3)
    for x in (-0.15, 0.27, 0.69):
        put(
            "kator",
            74,
            x,
            -3.2,
            180,
            size=(0.4, 0.55, 1.05),
            paint={"iling": mat.plain("file grey", mat.srgb("8a8d8b"), 0.45)},
        )
    put("scopia", 149, 3.0, -3.15, 180)
    arch.box(
        "board",
        (0.35, -3.48, 1.72),
        (1.15, 0.03, 0.85),
        mat.mottled("cork", mat.srgb("b08a5c"), 0.95, 0.02, 0.15),
    )
    for i, code in enumerate(
        ("efe8cf", "dfe6ea", "efe8cf", "e6c9b8", "f1efe8", "dfe6ea", "efe8cf")
    ):
        arch.box(
            "note",
            (-0.08 + (i % 4) * 0.28, -3.46, 1.9 - (i // 4) * 0.36 - (i % 3) * 0.03),
            (0.17, 0.006, 0.24),
            mat.plain(f"note {code}", mat.srgb(code), 0.9),
            0,
            0,
        )
    put("scopia", 24, -3.1, -1.9, 55)
    put("by", 78, -3.3, -0.8, 0, scale=1.3)
    return SetPlan(
        "office",
        "office",
        True,
        (
            "office",
            "workplace",
            "study",
            "boardroom",
            "meeting room",
            "conference room",
            "headquarters",
            "company",
            "agency",
            "bank",
            "law firm",
            "newsroom",
            "police station",
            "precinct",
            "interrogation room",
            "bureau",
            "cubicle",
            "desk",
            "principal's office",
            "embassy",
            "reception",
            "detective agency",
            "startup",
            "studio",
        ),
        {
            "wide": View(
                (-0.2, -3.1, 1.22),
                (0.1, 1.2, 1.26),
                68,
                (Spot(-0.55, 1.2, "sit"), Spot(1.75, 1.15), Spot(2.45, 1.1)),
            ),
            "a": View(
                (-2.3, -1.35, 1.25),
                (1.1, 2.0, 1.3),
                50,
                (Spot(-0.5, 1.25, "sit"), Spot(2.1, 1.15), Spot(2.75, 1.15)),
            ),
            "b": View(
                (0.55, 2.6, 1.3),
                (-0.75, -1.6, 1.22),
                56,
                (Spot(-1.15, -0.42, "sit"), Spot(0.0, -0.42, "sit")),
            ),
        },
        (-0.4, 0.6, 1.5),
        {"day": Key(-10, 25, 6000), "night": Key(0, 70, 3800)},
        {"day": -0.15, "night": 0.95},
    )
