"""The bedroom. Build script: runs inside Blender's Python (bpy)."""

from __future__ import annotations

import architecture as arch
import materials as mat
import props
import stage
from furniture import put
from homes import DAWN, GARDEN, SEA
from stage import Key, SetPlan, Spot, View


def pillow(
    x: float, y: float, z: float, cloth: arch.Material, width: float = 0.62, turn: float = 0.0
) -> None:
    """A pillow leaning against the headboard."""
    thing = arch.box("pillow", (x, y, z), (width, 0.16, 0.4), cloth, 0.07, turn)
    thing.modifiers["edge"].segments = 4
    thing.rotation_euler[0] = -0.32


def bedroom() -> SetPlan:
    """A calm bedroom: dusty blue wall behind a double bed, linen, a low bookcase that hides
    people to the chest.
    """
    stage.sky(DAWN, 200, 2.6, 0.3, lights=False)
    boards = mat.planks("bedroom floor", mat.srgb("b3906a"), 0.16)
    blue, cream = (
        mat.mottled("dusty blue", mat.srgb("7f919b"), 0.9, 0.6, 0.02),
        mat.mottled("bedroom cream", mat.srgb("ded3c1"), 0.9, 0.6, 0.02),
    )
    oak, white = (
        mat.timber("bed oak", mat.srgb("94694a"), 0.42),
        mat.mottled("bed linen", mat.srgb("e6e0d4"), 0.95, 0.05, 0.03),
    )
    ochre, slate = (
        mat.mottled("ochre wool", mat.srgb("b58a45"), 0.95, 0.02, 0.1),
        mat.mottled("slate linen", mat.srgb("5d6f7a"), 0.95, 0.03, 0.06),
    )
    hole = arch.Opening("w", 0.5, 1.9, 0.7, 2.3, "panes")
    room = arch.Room(
        6.2,
        5.8,
        2.65,
        boards,
        {"n": blue, "s": cream, "e": cream, "w": cream},
        (hole, arch.Opening("s", -1.9, 0.9, 0, 2.08, "door")),
    )
    room.daylight(hole, 230, 12)
    stage.sun(-72, 26, 2.8, 0.14, night_colour=(0.4, 0.55, 1.0))
    stage.area((0, -0.2, 2.55), (3, 3), (0, 0, 0), 42, 9, (1, 0.94, 0.86), (0.85, 0.8, 0.9))
    linen = mat.cloth("bedroom curtain", mat.srgb("cdbfa6"))
    black = mat.plain("black iron", mat.srgb("26241f"), 0.45)
    for y0, y1 in ((-0.95, -0.45), (1.45, 1.95)):
        props.curtain((-2.98, y0, 0), (-2.98, y1, 0), 2.45, 0.02, linen)
    props.rod((-2.98, -1.1, 2.47), (-2.98, 2.1, 2.47), 0.014, black)
    props.rug(-0.45, 0.9, 3.4, 2.2, "c3b69c", "7c6a55", "a3947a")

    # the bed, headboard on the north wall; its padded footboard hides people who sit up in it
    arch.box("headboard", (-0.45, 2.83, 0.72), (1.95, 0.1, 1.1), oak, 0.02)
    arch.box("bed_base", (-0.45, 1.75, 0.2), (1.8, 2.1, 0.26), oak, 0.015)
    arch.box("mattress", (-0.45, 1.75, 0.43), (1.74, 2.05, 0.24), white, 0.06)
    duvet = arch.box("duvet", (-0.45, 1.45, 0.57), (1.86, 1.45, 0.17), slate, 0.075)
    duvet.modifiers["edge"].segments = 4
    arch.box("duvet_side", (-0.45, 1.42, 0.42), (1.9, 1.38, 0.3), slate, 0.05)
    arch.box("throw", (-0.45, 0.98, 0.62), (1.9, 0.5, 0.1), ochre, 0.04)
    arch.box("footboard", (-0.45, 0.66, 0.42), (1.9, 0.09, 0.72), oak, 0.02)
    for x in (-0.88, -0.02):
        pillow(x, 2.62, 0.74, white)
        pillow(x, 2.48, 0.72, slate if x < -0.5 else white, 0.56)
    pillow(-0.45, 2.36, 0.68, ochre, 0.4)
    shade, celadon = (
        mat.cloth("shade", mat.srgb("ead9b8"), 0.6),
        mat.plain("celadon", mat.srgb("6f8f84"), 0.25),
    )
    for x in (-1.75, 0.85):
        props.cabinets(x, 2.65, 0, 0.5, 0, 0.52, 0.42, oak, 1, black, drawers=(0,))
        props.shade_lamp(x, 2.66, 0.52, celadon, shade, day=4, night=34)
    put("by", 9, 0.72, 2.55, 20, z=0.52)
    put("cc0", 77, -1.93, 2.6, 0, z=0.52, scale=0.7)
    frame = mat.timber("frame oak", mat.srgb("7a5a3a"), axis="z")
    props.framed(
        room,
        "n",
        -0.9,
        1.85,
        0.55,
        0.72,
        mat.picture("art tree", DAWN, (0.27, 0.43, 0.39, 0.6)),
        frame,
    )
    props.framed(
        room,
        "n",
        0.0,
        1.85,
        0.55,
        0.72,
        mat.picture("art haze", DAWN, (0.52, 0.43, 0.64, 0.6)),
        frame,
    )

    # right: a chest-high bookcase divides off a dressing corner; people stand behind it
    arch.box("divider", (2.15, 0.85, 0.57), (1.7, 0.3, 1.14), oak, 0.006)
    for i in range(3):
        arch.box(
            "divider_hole",
            (1.6 + i * 0.55, 0.72, 0.6),
            (0.48, 0.06, 0.94),
            mat.plain("shadow", mat.srgb("4a3524"), 0.8),
        )
        for z in (0.15, 0.62):
            props.books(
                (1.38 + i * 0.55, 0.68, z),
                0.44,
                0,
                0.3,
                0.06,
                seed=30 + i * 3 + int(z * 10),
                gaps=0.2,
            )
        arch.box("divider_shelf", (1.6 + i * 0.55, 0.7, 0.6), (0.48, 0.08, 0.025), oak)
    put("by", 109, 2.75, 0.85, 0, z=1.14, scale=0.85)
    props.book((1.6, 0.83, 1.16), (0.24, 0.17, 0.04), "2f4858", 10)
    props.book((1.6, 0.83, 1.195), (0.2, 0.15, 0.03), "c9b28a", -8)
    put("by", 63, 2.55, 2.55, 0, size=(1.1, 0.6, 2.1), paint=oak)
    put("scopia", 157, -2.65, 2.45, 0, size=(0.65, 0.65, 1.8))
    props.framed(
        room,
        "e",
        1.9,
        1.6,
        0.5,
        0.65,
        mat.picture("art trees", GARDEN, (0.1, 0.42, 0.2, 0.6)),
        frame,
    )
    # south and east: what view b sees
    put("by", 75, 0.9, -2.6, 180, size=(1.6, 0.48, 0.85), paint={"": oak})
    arch.box("mirror_frame", (0.9, -2.87, 1.55), (0.95, 0.04, 0.95), frame, 0.01)
    arch.box(
        "mirror",
        (0.9, -2.845, 1.55),
        (0.85, 0.02, 0.85),
        mat.plain("mirror", (0.8, 0.82, 0.82), 0.05, 1.0),
    )
    props.shade_lamp(1.5, -2.62, 0.85, celadon, shade, day=4, night=26)
    put("scopia", 41, 0.3, -2.62, 0, z=0.85, scale=0.8)
    put("scopia", 69, -0.6, -2.2, 160, size=(0.8, 0.86, 0.98))
    props.framed(
        room,
        "s",
        -0.55,
        1.6,
        0.75,
        0.52,
        mat.picture("art sea", SEA, (0.42, 0.42, 0.66, 0.62)),
        frame,
    )
    props.framed(
        room,
        "e",
        -1.0,
        1.6,
        0.9,
        0.62,
        mat.picture("art lagoon", SEA, (0.05, 0.42, 0.3, 0.62)),
        frame,
    )
    put("by", 81, 2.6, -2.4, 0, scale=1.2)
    props.pendant(
        -0.45, 0.4, 2.1, 2.65, mat.cloth("paper shade", mat.srgb("efe6d2"), 0.6), 3, 10, 0.24, 0.2
    )
    return SetPlan(
        "bedroom",
        "bedroom",
        True,
        (
            "bedroom",
            "bed",
            "hotel room",
            "guest room",
            "room",
            "dormitory",
            "dorm room",
            "house",
            "home",
            "apartment",
            "chamber",
            "nursery",
            "motel",
            "attic",
            "boudoir",
            "suite",
            "dressing room",
            "bedside",
            "sleeping quarters",
        ),
        {
            "wide": View(
                (0.1, -2.72, 1.15),
                (0.0, 1.2, 1.2),
                68,
                (
                    Spot(-0.88, 2.25, "sit"),
                    Spot(-0.02, 2.25, "sit"),
                    Spot(1.75, 1.3),
                    Spot(2.35, 1.3),
                ),
            ),
            "a": View(
                (-1.9, -1.5, 1.2),
                (1.1, 1.5, 1.2),
                52,
                (Spot(-0.1, 2.2, "sit"), Spot(2.1, 1.35), Spot(2.65, 1.35)),
            ),
            "b": View((1.35, 2.45, 1.45), (1.4, -1.9, 1.25), 58, (Spot(1.65, 0.2), Spot(2.2, 0.2))),
        },
        (0.6, 0.2, 1.5),
        {"day": Key(-80, 25, 5200), "night": Key(-10, 15, 2800)},
        {"day": 0.1, "night": 0.8},
    )
