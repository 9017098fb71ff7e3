"""Sets at home: living room, bedroom, kitchen. Build script: runs inside Blender's Python (bpy)."""

from __future__ import annotations

import architecture as arch
import materials as mat
import props
import stage
from furniture import put
from stage import Key, SetPlan, Spot, View

PANORAMAS = stage.Path(__file__).parents[2] / "script2movie/assets/panoramas"
GARDEN, CITY, SEA, DAWN = (
    str(PANORAMAS / f"{name}.jpg") for name in ("bl_forest", "bl_city", "bl_sunset", "bl_sunrise")
)


def living_room() -> SetPlan:
    """A warm living and dining room: sage walls, oak floor; the dining table is between camera
    and people.
    """
    stage.sky(GARDEN, 10, 3.0, 0.3, lights=False)
    oak, walnut = (
        mat.planks("oak floor", mat.srgb("a67c52")),
        mat.timber("walnut", mat.srgb("5c3d28")),
    )
    cream, sage = (
        mat.mottled("cream wall", mat.srgb("ddd2be"), 0.9, 0.6, 0.02),
        mat.mottled("sage wall", mat.srgb("86937f"), 0.9, 0.6, 0.03),
    )
    window = arch.Opening("n", -0.75, 2.3, 0.55, 2.3, "panes")
    side = arch.Opening("w", -0.75, 1.5, 0.75, 2.25, "panes")
    door = arch.Opening("e", -2.2, 0.9, 0, 2.1, "door")
    room = arch.Room(
        6.6, 6.8, 2.75, oak, {"n": cream, "s": sage, "w": cream, "e": sage}, (window, side, door)
    )
    room.daylight(window, 170, 9)
    room.daylight(side, 120, 6)
    stage.sun(-62, 33, 2.6, 0.12, night_colour=(0.4, 0.55, 1.0))
    stage.area((0, 0, 2.6), (3.5, 4), (0, 0, 0), 58, 22, (1, 0.94, 0.86), (1, 0.7, 0.45))
    linen = mat.cloth("linen curtain", mat.srgb("c9b79b"))
    black = mat.plain("black iron", mat.srgb("26241f"), 0.45)
    for x0, x1 in ((-2.25, -1.8), (0.3, 0.75)):
        props.curtain((x0, 3.28, 0), (x1, 3.28, 0), 2.48, 0.02, linen)
    for y0, y1 in ((-1.8, -1.45), (-0.05, 0.3)):
        props.curtain((-3.18, y0, 0), (-3.18, y1, 0), 2.48, 0.02, linen)
    props.rod((-2.4, 3.28, 2.5), (0.9, 3.28, 2.5), 0.014, black)
    props.rod((-3.18, -1.95, 2.5), (-3.18, 0.45, 2.5), 0.014, black)

    # dining: people sit on the far side for the wide view, on the near side for view b
    arch.box("table_top", (0, -0.8, 0.735), (2.1, 0.95, 0.035), walnut, 0.008)
    arch.box("table_apron", (0, -0.8, 0.67), (1.9, 0.75, 0.09), walnut, 0.004)
    for x in (-0.93, 0.93):
        for y in (-1.16, -0.44):
            arch.box("table_leg", (x, y, 0.36), (0.07, 0.07, 0.72), walnut, 0.006)
    for x in (-0.52, 0.52):
        put("cc0", 171, x, -0.02, 0)
    put("cc0", 171, -1.45, -0.8, 90)
    put("by", 78, -0.05, -0.72, 0, z=0.752, size=(0.36, 0.34, 0.4))
    put("scopia", 70, 0.42, -0.82, 0, z=0.752)
    put("cc0", 9, -0.55, -0.9, 30, z=0.752)
    put("by", 9, 0.78, -0.62, 15, z=0.752)

    # sitting: sofa on the west wall, armchairs by the window
    rust = mat.mottled("rust fabric", mat.srgb("a35a38"), 0.95, 0.02, 0.08)
    petrol = mat.mottled("petrol fabric", mat.srgb("34505a"), 0.95, 0.02, 0.08)
    props.rug(-1.1, 1.75, 2.9, 2.4, "b8a98c", "6b4a3a", "d8c9a8")
    put("by", 119, -2.72, 1.75, 90, size=(2.2, 0.92, 0.84))
    arch.box("cushion", (-2.75, 2.35, 0.62), (0.14, 0.42, 0.42), rust, 0.06, 10)
    arch.box("cushion", (-2.75, 1.1, 0.62), (0.14, 0.42, 0.42), petrol, 0.06, -12)
    put("scopia", 69, 0.35, 2.35, -28, size=(0.8, 0.86, 0.98))
    put("scopia", 33, -1.25, 1.75, 90, size=(1.15, 0.6, 0.4), paint=walnut)
    put("scopia", 100, -1.25, 1.55, 0, z=0.4, scale=0.62)
    props.shade_lamp(
        -2.85,
        2.98,
        0,
        black,
        mat.cloth("shade", mat.srgb("ead9b8"), 0.6),
        radius=0.22,
        stem=1.42,
        day=6,
        night=46,
    )

    # the half wall that parts the room from the hall: people stand behind it
    arch.box("half_wall", (2.35, 1.25, 0.56), (1.9, 0.16, 1.12), sage)
    arch.box("half_wall_top", (2.33, 1.25, 1.135), (2.0, 0.26, 0.035), walnut, 0.006)
    arch.box("half_wall_skirting", (2.35, 1.165, 0.055), (1.9, 0.016, 0.11), room.trim, 0.004)
    put("cc0", 77, 3.1, 1.25, 20, z=1.15, scale=1.1)
    props.book((1.62, 1.24, 1.17), (0.22, 0.16, 0.035), "7a2e2a", 12)
    props.book((1.61, 1.24, 1.2), (0.19, 0.15, 0.03), "22303c", -6)

    props.bookcase(1.75, 3.23, 0, 1.5, 2.15, walnut, 5)
    put("cc0", 77, 1.3, 3.2, 0, z=2.15)
    put("scopia", 42, 2.1, 3.22, 0, z=2.15, scale=0.9)
    put("scopia", 157, 2.95, 2.95, 0, size=(0.75, 0.75, 1.75))
    put("by", 85, -1.9, 3.0, 0, size=(0.8, 0.75, 1.5))
    put("by", 75, -3.0, -2.6, 90, size=(1.5, 0.45, 0.82), paint={"": walnut})
    props.shade_lamp(
        -3.0,
        -3.05,
        0.82,
        mat.plain("celadon", mat.srgb("6f8f84"), 0.25),
        mat.cloth("shade", mat.srgb("ead9b8"), 0.6),
        day=5,
        night=30,
    )
    put("by", 109, -2.98, -2.35, 0, z=0.82, scale=0.9)
    frame = mat.timber("frame oak", mat.srgb("7a5a3a"), axis="z")
    props.framed(
        room,
        "w",
        -2.6,
        1.62,
        0.8,
        0.56,
        mat.picture("art sea", SEA, (0.42, 0.42, 0.66, 0.62)),
        frame,
    )
    props.framed(
        room,
        "w",
        1.75,
        1.72,
        1.1,
        0.7,
        mat.picture("art mist", DAWN, (0.24, 0.42, 0.5, 0.62)),
        frame,
    )
    props.framed(
        room,
        "n",
        2.85,
        1.75,
        0.4,
        0.55,
        mat.picture("art tree", DAWN, (0.28, 0.44, 0.38, 0.6)),
        black,
    )
    props.framed(
        room,
        "e",
        0.15,
        1.72,
        0.62,
        0.82,
        mat.picture("art dawn", DAWN, (0.5, 0.4, 0.64, 0.62)),
        frame,
    )
    props.framed(
        room,
        "e",
        -0.85,
        1.72,
        0.42,
        0.55,
        mat.picture("art trees", GARDEN, (0.1, 0.42, 0.2, 0.6)),
        black,
    )
    # south, behind view b's people: fireplace between bookcases
    put("scopia", 165, 0.1, -3.22, 180, size=(1.5, 0.36, 1.12))
    props.framed(
        room,
        "s",
        0.1,
        1.85,
        1.1,
        0.68,
        mat.picture("art lagoon", SEA, (0.05, 0.42, 0.3, 0.62)),
        frame,
    )
    put("scopia", 358, -0.45, -3.25, 0, z=1.12, scale=0.7)
    put("scopia", 43, 0.6, -3.25, 0, z=1.12, scale=0.6)
    props.bookcase(-1.6, -3.23, 180, 1.2, 2.15, walnut, 5, seed=40)
    props.bookcase(1.8, -3.23, 180, 1.2, 2.15, walnut, 5, seed=60)
    put("by", 81, 2.85, -3.0, 0, scale=1.2)
    props.pendant(0, -0.8, 1.75, 2.75, black, 6, 60, 0.24, 0.2)
    return SetPlan(
        "living_room",
        "living room",
        True,
        (
            "living room",
            "lounge",
            "sitting room",
            "dining room",
            "parlour",
            "parlor",
            "family room",
            "drawing room",
            "house",
            "home",
            "apartment",
            "flat",
            "den",
            "study",
            "library",
            "villa",
            "cottage",
            "fireside",
            "residence",
            "dinner table",
        ),
        {
            "wide": View(
                (0.5, -3.0, 1.2),
                (0.02, 1.0, 1.2),
                68,
                (
                    Spot(-0.52, -0.02, "sit"),
                    Spot(0.52, -0.02, "sit"),
                    Spot(1.9, 1.75),
                    Spot(2.5, 1.75),
                ),
            ),
            "a": View(
                (-1.7, -2.2, 1.2),
                (1.0, 1.6, 1.3),
                50,
                (
                    Spot(-0.52, -0.02, "sit"),
                    Spot(0.52, -0.02, "sit"),
                    Spot(2.15, 1.75),
                    Spot(2.75, 1.75),
                ),
            ),
            "b": View(
                (1.1, 1.9, 1.3),
                (-0.35, -2.2, 1.2),
                54,
                (Spot(0.5, -1.6, "sit"), Spot(-0.5, -1.6, "sit")),
            ),
        },
        (0, -0.1, 1.5),
        {"day": Key(-40, 25, 5400), "night": Key(-60, 15, 2900)},
        {"day": 0.15, "night": 0.75},
    )
