"""The hospital room. Build script: runs inside Blender's Python (bpy)."""

from __future__ import annotations

import architecture as arch
import materials as mat
import props
import stage
from furniture import put
from homes import CITY, DAWN, SEA
from stage import Key, SetPlan, Spot, View


def hospital_room() -> SetPlan:
    """A hospital room: bed with rails, monitor, curtain, a nurse's counter that hides people
    to the chest.
    """
    stage.sky(CITY, 60, 2.8, 0.14, lights=False)
    lino = mat.mottled("lino", mat.srgb("a9b3b0"), 0.3, 0.04, 0.05)
    pale, mint = (
        mat.mottled("hospital wall", mat.srgb("dde2dd"), 0.85, 0.6, 0.02),
        mat.mottled("hospital mint", mat.srgb("9fb8ae"), 0.85, 0.6, 0.02),
    )
    beech, white = (
        mat.timber("beech", mat.srgb("c39a6b"), 0.4),
        mat.plain("clinic white", mat.srgb("e4e6e3"), 0.35),
    )
    steel = mat.plain("steel", mat.srgb("b5b7b8"), 0.25, 0.9)
    hole = arch.Opening("w", 0.3, 2.4, 0.85, 2.3)
    door = arch.Opening("s", 2.2, 1.15, 0, 2.15, "door")
    room = arch.Room(
        6.8,
        6.2,
        2.75,
        lino,
        {"n": mint, "s": pale, "e": pale, "w": pale},
        (hole, door),
        door=beech,
        cornice=0.0,
    )
    room.daylight(hole, 200, 16)
    stage.sun(-75, 32, 1.8, 0.08, night_colour=(0.4, 0.55, 1.0))
    panel = mat.glow("ceiling panel", (1.0, 0.98, 0.94), 4.0, 0.05)
    for x in (-1.6, 1.6):
        for y in (-1.4, 1.4):
            arch.box("light_panel", (x, y, 2.74), (0.6, 1.2, 0.03), panel)
            stage.area(
                (x, y, 2.7), (0.6, 1.2), (x, y, 0), 18, 1.1, (1, 0.98, 0.94), (0.5, 0.67, 1.0)
            )
    blind = mat.cloth("voile", mat.srgb("dfe6e4"), 0.6)
    for y0, y1 in ((-1.35, -0.8), (1.4, 1.95)):
        props.curtain((-3.28, y0, 0), (-3.28, y1, 0), 2.5, 0.05, blind)
    privacy = mat.cloth("privacy curtain", mat.srgb("7fa3a6"), 0.35)
    props.curtain((1.55, 2.9, 0), (1.55, 1.6, 0), 2.45, 0.35, privacy, 8)
    props.rod((1.55, 3.1, 2.48), (1.55, 0.6, 2.48), 0.014, steel)

    # bed along the north wall's middle, headboard to the wall
    put(
        "scopia",
        200,
        0.1,
        1.75,
        180,
        size=(1.0, 2.2, 0.95),
        paint={"bed-blue": mat.mottled("blanket", mat.srgb("8fb0b5"), 0.95, 0.03, 0.06)},
    )
    arch.box("bed_head_panel", (0.1, 3.06, 1.35), (3.2, 0.05, 0.75), beech, 0.01)
    arch.box(
        "bed_lamp",
        (0.1, 3.0, 1.78),
        (1.1, 0.09, 0.07),
        mat.glow("bed light", (1.0, 0.9, 0.75), 2, 6),
        0.01,
    )
    stage.area((0.1, 2.92, 1.74), (1.0, 0.1), (0.1, 1.7, 0.8), 4, 26, (1, 0.85, 0.65))
    # monitor, drip, bedside cabinet
    props.rod((0.95, 2.85, 0), (0.95, 2.85, 1.45), 0.02, steel)
    arch.box(
        "monitor",
        (0.95, 2.8, 1.55),
        (0.42, 0.1, 0.32),
        mat.plain("monitor grey", mat.srgb("cfd3d2"), 0.4),
        0.015,
    )
    screen = mat.plain("screen", (0.01, 0.015, 0.02), 0.2)
    arch.box("monitor_screen", (0.95, 2.745, 1.56), (0.35, 0.01, 0.25), screen)
    for z, colour in ((1.64, (0.1, 0.9, 0.3)), (1.57, (0.95, 0.8, 0.15)), (1.5, (0.2, 0.6, 1.0))):
        line = mat.glow(f"trace {z}", colour, 4, 4)
        arch.box("trace", (0.9, 2.737, z), (0.22, 0.004, 0.006), line)
        arch.box("trace", (0.86, 2.737, z + 0.015), (0.012, 0.004, 0.035), line)
        arch.box("trace", (0.95, 2.737, z + 0.015), (0.012, 0.004, 0.035), line)
    props.rod((-0.7, 2.75, 0), (-0.7, 2.75, 2.05), 0.014, steel)
    props.rod((-0.82, 2.75, 2.05), (-0.58, 2.75, 2.05), 0.01, steel)
    arch.box(
        "drip",
        (-0.8, 2.75, 1.85),
        (0.13, 0.04, 0.24),
        mat.clear("drip bag", (0.85, 0.92, 0.95), 0.55),
        0.02,
    )
    props.cabinets(-1.25, 2.8, 0, 0.5, 0, 0.82, 0.45, beech, 1, steel, drawers=(0,))
    put("scopia", 100, -1.3, 2.8, 0, z=0.82, scale=0.75)
    put("kator", 30, -1.1, 2.7, 0, z=0.82)

    # the nurse's counter in front: people stand behind it
    arch.box("counter", (2.1, -0.05, 0.54), (2.2, 0.35, 1.08), white, 0.01)
    arch.box("counter_band", (2.1, -0.235, 0.85), (2.2, 0.02, 0.14), mint)
    arch.box("counter_top", (2.1, -0.05, 1.1), (2.3, 0.46, 0.04), beech, 0.01)
    put("by", 99, 2.5, 0.0, 180, z=1.12, paint=mat.plain("laptop", mat.srgb("3a3d40"), 0.4, 0.3))
    put("scopia", 117, 1.3, -0.05, 0, z=1.12)
    put("scopia", 118, 1.5, -0.1, 20, z=1.12, scale=1.4)
    # overbed table across the bed's foot: hides a patient's visitor and frames the bed
    arch.box("overbed_top", (0.1, 0.75, 1.0), (1.3, 0.42, 0.03), beech, 0.01)
    props.rod((-0.45, 0.75, 0.06), (-0.45, 0.75, 1.0), 0.03, steel)
    arch.box("overbed_foot", (-0.45, 0.75, 0.05), (0.08, 0.6, 0.05), steel, 0.01)
    put("cc0", 9, 0.35, 0.72, 0, z=1.015)
    put("scopia", 60, -0.15, 0.8, 0, z=1.015, scale=0.45)
    # a trolley on the left: people sit behind it
    arch.box("trolley", (-1.55, 0.25, 0.72), (1.1, 0.5, 0.05), white, 0.01)
    arch.box("trolley_body", (-1.55, 0.25, 0.42), (1.0, 0.45, 0.56), white, 0.01)
    put("scopia", 100, -1.95, 0.35, 0, z=0.745, scale=0.7)
    paper = mat.plain("paper", mat.srgb("ebe7dc"), 0.85)
    arch.box("chart", (-1.85, 0.2, 0.75), (0.22, 0.3, 0.012), paper, 0.001, 12)
    put("scopia", 62, -1.5, 0.95, 0)
    # south and east
    frame = mat.timber("frame beech", mat.srgb("a9845a"), axis="z")
    props.framed(
        room, "s", -0.3, 1.6, 1.0, 0.66, mat.picture("art sea", SEA, (0.4, 0.42, 0.66, 0.62)), frame
    )
    props.framed(
        room,
        "e",
        1.3,
        1.6,
        0.9,
        0.62,
        mat.picture("art mist", DAWN, (0.24, 0.42, 0.5, 0.62)),
        frame,
    )
    props.cabinets(-1.9, -2.85, 180, 2.2, 0, 0.9, 0.5, white, 4, steel)
    arch.box("basin_top", (-1.9, -2.84, 0.92), (2.26, 0.54, 0.035), beech, 0.006)
    props.cabinets(-1.9, -2.92, 180, 2.2, 1.5, 2.2, 0.34, white, 4, steel, plinth=False)
    put("scopia", 108, -1.3, -2.8, 180, z=0.94)
    put("scopia", 380, -2.5, -2.8, 180, z=0.94)
    put("by", 66, 1.1, -2.5, 200, paint={"": mat.plain("wheelchair", mat.srgb("2c3436"), 0.45)})
    put("scopia", 157, 2.95, 2.6, 0, size=(0.7, 0.7, 1.7))
    put("cc0", 82, 3.3, -1.9, 270, z=0.9, scale=0.8)
    arch.box("handrail", (3.36, 0.2, 0.9), (0.05, 4.4, 0.12), beech, 0.015)
    return SetPlan(
        "hospital_room",
        "hospital room",
        True,
        (
            "hospital",
            "hospital room",
            "clinic",
            "ward",
            "sickroom",
            "emergency room",
            "doctor's office",
            "infirmary",
            "surgery",
            "medical centre",
            "medical center",
            "nursing home",
            "hospice",
            "recovery room",
            "intensive care",
            "consulting room",
            "maternity ward",
            "sanatorium",
            "asylum",
            "waiting room",
        ),
        {
            "wide": View(
                (-0.25, -2.75, 1.2),
                (0.2, 1.5, 1.25),
                68,
                (Spot(-1.5, 0.8, "sit"), Spot(1.4, 0.55), Spot(2.05, 0.55), Spot(0.1, 2.35, "sit")),
            ),
            "a": View((-1.1, -1.9, 1.25), (1.6, 1.6, 1.3), 50, (Spot(1.75, 0.55), Spot(2.5, 0.55))),
            "b": View(
                (0.85, 1.55, 1.4), (1.85, -1.8, 1.28), 58, (Spot(1.55, -0.6), Spot(2.25, -0.6))
            ),
        },
        (0.4, 0.4, 1.5),
        {"day": Key(-85, 25, 6000), "night": Key(0, 40, 3200)},
        {"day": -0.5, "night": 0.35},
    )
