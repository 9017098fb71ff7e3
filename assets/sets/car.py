"""The inside of a car, seen through the windscreen, with a road outside.

Build script: runs inside Blender's Python (bpy).
"""

from __future__ import annotations

import architecture as arch
import bpy
import materials as mat
import props
import stage
from homes import CITY
from stage import Key, SetPlan, Spot, View


def sheet(
    name: str,
    points: list[stage.Point],
    faces: list[tuple[int, ...]],
    material: arch.Material,
    thick: float = 0.03,
    bevel: float = 0.0,
) -> None:
    """A bent panel given by points and faces, thickened."""
    mesh = bpy.data.meshes.new(name)
    mesh.from_pydata(points, [], faces)
    mesh.materials.append(material)
    thing = bpy.data.objects.new(name, mesh)
    bpy.context.collection.objects.link(thing)
    shell = thing.modifiers.new("shell", "SOLIDIFY")
    shell.thickness, shell.offset = thick, 0
    if bevel:
        edge = thing.modifiers.new("edge", "BEVEL")
        edge.width, edge.segments = bevel, 3


def cushion(
    name: str,
    centre: stage.Point,
    size: stage.Point,
    material: arch.Material,
    tilt: float = 0.0,
    bevel: float = 0.06,
) -> None:
    """A padded block, leaning back by `tilt` radians."""
    thing = arch.box(name, centre, size, material, bevel)
    thing.modifiers["edge"].segments = 5
    thing.rotation_euler[0] = tilt


def seat(x: float, y: float, leather: arch.Material, seam: arch.Material) -> None:
    """A front seat facing -y (towards the windscreen camera)."""
    cushion("seat", (x, y - 0.22, 0.32), (0.54, 0.56, 0.2), leather, 0.08)
    cushion("seat_back", (x, y + 0.14, 0.72), (0.52, 0.17, 0.72), leather, -0.2)
    for dx in (-0.235, 0.235):
        cushion("seat_bolster", (x + dx, y + 0.08, 0.68), (0.1, 0.2, 0.6), leather, -0.2, 0.045)
    cushion("headrest", (x, y + 0.27, 1.19), (0.3, 0.12, 0.2), leather, -0.12, 0.05)
    for dx in (-0.08, 0.08):
        props.rod((x + dx, y + 0.25, 1.0), (x + dx, y + 0.27, 1.14), 0.009, seam)


def car() -> SetPlan:
    """A saloon on the road: two front seats, rear bench, doors with windows, dashboard before
    the camera.
    """
    stage.sky(CITY, 61, 2.0, 0.13, lights=False)
    leather, dark = (
        mat.mottled("car leather", mat.srgb("8a6a4c"), 0.5, 0.04, 0.05),
        mat.mottled("car dash", mat.srgb("3a3936"), 0.6, 0.01, 0.08),
    )
    lining, trim = (
        mat.mottled("headlining", mat.srgb("8f887b"), 0.95, 0.02, 0.03),
        mat.plain("car chrome", mat.srgb("a9abad"), 0.25, 0.9),
    )
    wood, black = (
        mat.timber("car wood", mat.srgb("6b4226"), 0.25),
        mat.plain("car black", mat.srgb("1d1d1f"), 0.4),
    )
    for x in (-0.38, 0.38):
        seat(x, 0.0, leather, trim)
    cushion("bench", (0, 0.95, 0.34), (1.3, 0.5, 0.22), leather, 0.06)
    cushion("bench_back", (0, 1.3, 0.74), (1.32, 0.18, 0.7), leather, -0.3)
    for x in (-0.38, 0.38):
        cushion("rear_headrest", (x, 1.42, 1.12), (0.26, 0.1, 0.16), leather, -0.2, 0.045)
    arch.box("parcel_shelf", (0, 1.72, 0.96), (1.36, 0.5, 0.04), dark, 0.01)
    arch.box("floor", (0, 0.3, 0.05), (1.5, 3.4, 0.06), dark)
    cushion("console", (0, -0.15, 0.38), (0.2, 0.9, 0.24), dark, 0, 0.03)
    # doors with windows between the pillars, both sides; roof, rear window frame
    for s in (-1, 1):
        x0, x1 = s * 0.74, s * 0.58
        sheet(
            "door",
            [(x0, -1.0, 0.1), (x0, 1.6, 0.1), (x0, 1.6, 0.92), (x0, -1.0, 0.92)],
            [(0, 1, 2, 3)],
            dark,
            0.07,
            0.02,
        )
        arch.box("door_top", (s * 0.715, 0.3, 0.93), (0.08, 2.6, 0.04), leather, 0.015)
        arch.box("door_wood", (s * 0.695, -0.1, 0.82), (0.02, 1.2, 0.07), wood, 0.008)
        cushion("armrest", (s * 0.66, 0.0, 0.62), (0.1, 0.6, 0.07), leather, 0, 0.025)
        props.rod((s * 0.69, -0.32, 0.74), (s * 0.69, -0.18, 0.74), 0.012, trim)
        for ya, yb, wide in (
            (-1.02, -0.42, 0.07),
            (0.42, 0.46, 0.1),
            (1.58, 1.22, 0.12),
        ):  # A, B, C pillars
            sheet(
                "pillar",
                [
                    (x0, ya - wide / 2, 0.92),
                    (x0, ya + wide / 2, 0.92),
                    (x1, yb + wide / 2, 1.4),
                    (x1, yb - wide / 2, 1.4),
                ],
                [(0, 1, 2, 3)],
                lining,
                0.06,
                0.015,
            )
        sheet(
            "roof_rail",
            [(x1, -0.5, 1.37), (x1, 1.3, 1.37), (x1 * 0.9, 1.3, 1.43), (x1 * 0.9, -0.5, 1.43)],
            [(0, 1, 2, 3)],
            lining,
            0.05,
            0.015,
        )
        props.rod((s * 0.6, -0.15, 1.3), (s * 0.6, 0.05, 1.3), 0.013, lining)
        props.rod((s * 0.66, 0.42, 1.12), (s * 0.52, 0.2, 0.45), 0.018, black)  # belt
    sheet(
        "roof",
        [
            (-0.6, -0.5, 1.41),
            (0.6, -0.5, 1.41),
            (0.55, 1.3, 1.42),
            (-0.55, 1.3, 1.42),
            (0, 0.4, 1.45),
        ],
        [(0, 1, 4), (1, 2, 4), (2, 3, 4), (3, 0, 4)],
        lining,
        0.04,
    )
    sheet(
        "rear_header",
        [(-0.6, 1.22, 1.4), (0.6, 1.22, 1.4), (0.6, 1.3, 1.33), (-0.6, 1.3, 1.33)],
        [(0, 1, 2, 3)],
        lining,
        0.04,
    )
    # dashboard and wheel, backs to the camera of the wide view
    cushion("dash", (0, -0.98, 0.76), (1.42, 0.42, 0.28), dark, 0.1, 0.07)
    cushion("binnacle", (0.38, -0.86, 0.93), (0.42, 0.24, 0.12), dark, 0.1, 0.05)
    arch.box("dash_wood", (-0.15, -0.765, 0.78), (0.9, 0.012, 0.09), wood, 0.003)
    bpy.ops.mesh.primitive_torus_add(
        location=(0.38, -0.58, 0.86),
        major_radius=0.185,
        minor_radius=0.017,
        rotation=(1.2, 0, 0),
        major_segments=48,
        minor_segments=12,
    )
    bpy.context.object.data.materials.append(black)
    cushion("wheel_hub", (0.38, -0.585, 0.855), (0.15, 0.05, 0.11), black, -0.37, 0.03)
    props.rod((0.21, -0.6, 0.86), (0.55, -0.6, 0.86), 0.014, black)
    cushion("mirror", (0, -0.52, 1.31), (0.24, 0.05, 0.07), black, 0, 0.02)
    props.rod((0, -0.5, 1.34), (0, -0.48, 1.41), 0.008, black)

    stage.area((0, -2.2, 2.2), (2.2, 1.4), (0, 0, 0.9), 95, 22, (0.95, 0.98, 1.0), (1.0, 0.8, 0.55))
    for s in (-1, 1):
        stage.area(
            (s * 2.2, 0.2, 1.9),
            (2.6, 1.2),
            (0, 0.2, 0.8),
            55 if s < 0 else 85,
            9 if s < 0 else 16,
            (0.95, 0.98, 1.0),
            (0.45, 0.6, 1.0) if s < 0 else (1.0, 0.7, 0.4),
        )
    stage.area((0, 3.0, 2.0), (2, 1.2), (0, 1, 0.9), 40, 6, (0.95, 0.98, 1.0), (0.5, 0.62, 1.0))
    stage.sun(115, 38, 2.2, 0.0)
    stage.bulb((0, 0.35, 1.36), 0, 1.6, (1.0, 0.85, 0.65), 0.05)
    arch.box(
        "reading_light",
        (0, 0.35, 1.405),
        (0.16, 0.1, 0.02),
        mat.glow("cabin light", (1.0, 0.9, 0.75), 0.5, 3),
        0.005,
    )
    return SetPlan(
        "car",
        "inside a car",
        True,
        (
            "car",
            "vehicle",
            "taxi",
            "cab",
            "automobile",
            "driver's seat",
            "back seat",
            "road",
            "highway",
            "limousine",
            "patrol car",
            "police car",
            "drive",
            "traffic",
            "motorway",
            "van",
            "truck",
            "jeep",
            "convertible",
            "passenger seat",
        ),
        {
            "wide": View(
                (0.02, -1.95, 1.14),
                (0.0, 0.3, 1.05),
                50,
                (Spot(-0.38, -0.12, "sit", -0.06), Spot(0.38, -0.12, "sit", -0.06)),
            ),
            "a": View(
                (-0.5, -1.6, 1.14), (0.45, 0.2, 1.06), 46, (Spot(0.38, -0.12, "sit", -0.06),)
            ),
            "b": View(
                (0.5, -1.6, 1.14), (-0.45, 0.2, 1.06), 46, (Spot(-0.38, -0.12, "sit", -0.06),)
            ),
        },
        (0, -0.25, 1.15),
        {"day": Key(115, 38, 6200), "night": Key(100, 30, 3000)},
        {"day": 0.0, "night": 0.8},
    )
