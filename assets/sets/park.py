"""The park: a lawn with trees, a low hedged wall, a picnic table.

Build script: runs inside Blender's Python (bpy).
"""

from __future__ import annotations

import math
import random

import architecture as arch
import materials as mat
import stage
from furniture import put
from homes import DAWN
from stage import Key, SetPlan, Spot, View


def grass(name: str) -> arch.Material:
    """Lawn: two sizes of green mottling and a fine bump."""
    material = mat.mottled(name, mat.srgb("69823f"), 0.95, 0.035, 0.38, 0.55)
    tree = material.node_tree
    shader = tree.nodes["Principled BSDF"]
    ramp = next(n for n in tree.nodes if n.type == "VALTORGB")
    noise = tree.nodes.new("ShaderNodeTexNoise")
    noise.inputs["Scale"].default_value = 0.55
    mix = tree.nodes.new("ShaderNodeMix")
    mix.data_type, mix.blend_type = "RGBA", "OVERLAY"
    mix.inputs["Factor"].default_value = 0.6
    source = next(n for n in tree.nodes if n.type == "MAPPING")
    tree.links.new(source.outputs["Vector"], noise.inputs["Vector"])
    tree.links.new(ramp.outputs["Color"], mix.inputs["A"])
    tree.links.new(noise.outputs[0], mix.inputs["B"])
    tree.links.new(mix.outputs["Result"], shader.inputs["Base Color"])
    return material


def picnic_table(x: float, y: float, wood: arch.Material) -> None:
    """A table with two benches, along x."""
    for i in range(5):
        arch.box("picnic_top", (x, y - 0.32 + i * 0.16, 0.75), (1.9, 0.15, 0.045), wood, 0.008)
    arch.box("picnic_apron", (x, y - 0.3, 0.69), (1.6, 0.04, 0.09), wood, 0.004)
    for dy in (-0.68, 0.68):
        for i in (-0.08, 0.08):
            arch.box("picnic_bench", (x, y + dy + i, 0.44), (1.9, 0.15, 0.045), wood, 0.008)
    for dx in (-0.7, 0.7):
        arch.box("picnic_beam", (x + dx, y, 0.39), (0.06, 1.6, 0.1), wood, 0.005)
        for dy in (-0.42, 0.42):
            leg = arch.box("picnic_leg", (x + dx, y + dy, 0.36), (0.06, 0.1, 0.78), wood, 0.005)
            leg.rotation_euler[0] = 0.35 if dy < 0 else -0.35


def park() -> SetPlan:
    """A public park in the afternoon."""
    stage.sky(DAWN, -153, 1.6, 0.045, lights=True, night_tint=(0.17, 0.29, 0.62))
    stage.sun(-115, 40, 3.8, 0.22, (1.0, 0.9, 0.74), 1.0, (0.45, 0.6, 1.0))
    lawn, gravel = grass("lawn"), mat.mottled("gravel", mat.srgb("b7a78a"), 0.95, 0.02, 0.2, 0.3)
    stone = mat.courses(
        "park wall",
        mat.srgb("a89b84"),
        (0.42, 0.16),
        0.012,
        0.5,
        0.9,
        0.16,
        mat.srgb("6f6657"),
        "front",
        0.4,
    )
    cap, wood = (
        mat.mottled("park cap", mat.srgb("bdb19b"), 0.85, 0.1, 0.08),
        mat.timber("park wood", mat.srgb("8a6540"), 0.65),
    )
    arch.box("lawn", (0, 0, -0.06), (160, 160, 0.1), lawn)
    arch.box("path", (0.3, -2.6, -0.045), (60, 2.0, 0.1), gravel)
    arch.box("path", (4.6, 15, -0.0455), (1.8, 34, 0.1), gravel)
    leaves = [
        {"Leaves": mat.cloth(f"leaves {code}", mat.srgb(code), 0.5)}
        for code in ("a8c268", "94b45f", "bcc873")
    ]
    rng = random.Random(11)
    for i in range(46):  # a belt of trees around, open along the axes the cameras look
        angle, radius = i / 46 * 2 * math.pi + rng.uniform(-0.05, 0.05), rng.uniform(17, 40)
        kind, tall = rng.choice(((353, 7.5), (378, 9.5), (353, 6.0), (365, 9.0)))
        size = tall * rng.uniform(0.8, 1.2)
        put(
            "scopia",
            kind,
            radius * math.sin(angle),
            radius * math.cos(angle),
            rng.uniform(0, 360),
            size=(size * 0.72, size * 0.72, size),
            paint=None if kind == 365 and i % 3 else leaves[i % 3],
        )
    for i in range(70):
        angle, radius = i / 70 * 2 * math.pi, rng.uniform(42, 52)
        put(
            "scopia",
            rng.choice((353, 378)),
            radius * math.sin(angle),
            radius * math.cos(angle),
            rng.uniform(0, 360),
            size=(9, 9, rng.uniform(7, 11)),
            paint=leaves[i % 3],
        )
    for i in range(60):
        angle = i / 60 * 2 * math.pi
        put(
            "scopia",
            339,
            44 * math.sin(angle),
            44 * math.cos(angle),
            -math.degrees(angle),
            size=(5.5, 2.5, rng.uniform(2.6, 4.2)),
            paint={"leaves": leaves[i % 3]["Leaves"]},
        )
    for x, y, size in (
        (-4.6, 5.2, 7.0),
        (3.0, 8.5, 8.0),
        (-8.5, 1.5, 7.5),
        (7.5, 3.2, 6.5),
        (6.2, -6.8, 7.5),
        (-5.2, -8.2, 7.0),
    ):
        put(
            "scopia",
            353,
            x,
            y,
            x * 50,
            size=(size * 0.75, size * 0.75, size),
            paint=leaves[int(size * 2) % 3],
        )
    for i in range(16):
        x = -13 + i * 1.75
        put(
            "scopia",
            286,
            x + rng.uniform(-0.4, 0.4),
            11.5 + rng.uniform(-0.7, 0.7),
            rng.uniform(0, 360),
            scale=rng.uniform(0.7, 1.2),
        )
        put(
            "scopia",
            286,
            x,
            -10.5 + rng.uniform(-0.7, 0.7),
            rng.uniform(0, 360),
            scale=rng.uniform(0.7, 1.2),
        )

    # the wall with its clipped hedge: people stand behind it, from either side
    arch.box("wall", (1.75, 0, 0.3), (3.5, 0.36, 0.6), stone)
    arch.box("wall_cap", (1.75, 0, 0.625), (3.62, 0.46, 0.06), cap, 0.012)
    for i in range(3):
        put("scopia", 347, 0.62 + i * 1.13, 0, 0, z=0.64, size=(1.2, 0.42, 0.5))
    for x in (0.0, 3.5):
        arch.box("pier", (x, 0, 0.5), (0.42, 0.44, 1.0), stone)
        arch.box("pier_cap", (x, 0, 1.03), (0.54, 0.56, 0.07), cap, 0.015)
    picnic_table(-1.75, 0.35, wood)
    put("scopia", 183, -2.35, 0.4, 15, z=0.775, size=(0.42, 0.32, 0.36))
    put("scopia", 70, -1.25, 0.35, 0, z=0.775)
    put(
        "cc0",
        103,
        6.6,
        1.2,
        270,
        size=(1.8, 0.5, 0.55),
        paint={"green": mat.plain("iron green", mat.srgb("2b4036"), 0.5)},
    )
    put("scopia", 12, -6.2, -1.2, 70, size=(1.9, 0.75, 0.9))
    put("scopia", 12, 5.6, 5.5, 250, size=(1.9, 0.75, 0.9))
    for x, y in ((-3.4, -1.35), (5.7, 2.4), (3.4, -4.0), (-7.5, -1.3), (5.7, 11), (9, -1.35)):
        put("kator", 36, x, y, 0, scale=1.45)
        stage.bulb((x, y, 3.38), 0, 190, (1.0, 0.76, 0.46), 0.16)
        arch.ball("lantern", (x, y, 3.3), 0.11, mat.glow("lantern", (1.0, 0.8, 0.5), 0.0, 18))
    put(
        "kator",
        18,
        -4.1,
        -1.2,
        0,
        scale=0.9,
        paint={"reen": mat.plain("bin green", mat.srgb("27382f"), 0.5)},
    )
    return SetPlan(
        "park",
        "park",
        False,
        (
            "park",
            "garden",
            "gardens",
            "lawn",
            "playground",
            "picnic",
            "picnic area",
            "bench",
            "campus",
            "grove",
            "backyard",
            "yard",
            "meadow",
            "cemetery",
            "churchyard",
            "orchard",
            "path",
            "green",
            "botanical garden",
            "schoolyard",
            "outside",
            "trees",
        ),
        {
            "wide": View(
                (0.1, -4.1, 1.2),
                (0.15, 2.0, 1.5),
                62,
                (Spot(-2.3, 1.0, "sit"), Spot(-1.3, 1.0, "sit"), Spot(0.95, 0.7), Spot(2.1, 0.7)),
            ),
            "a": View((-0.4, -2.6, 1.3), (2.2, 2.0, 1.45), 50, (Spot(1.0, 0.65), Spot(2.1, 0.65))),
            "b": View(
                (-0.1, 2.7, 1.35), (2.0, -2.0, 1.42), 50, (Spot(1.4, -0.65), Spot(2.5, -0.65))
            ),
        },
        (1.2, 0.9, 1.5),
        {"day": Key(-115, 40, 5000), "night": Key(-60, 45, 3000)},
        {"day": 0.55, "night": 2.3},
    )
