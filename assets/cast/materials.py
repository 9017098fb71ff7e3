"""Cycles materials: skin, eyes, hair and cloth, all procedural but for the base mesh's lip mask."""

from __future__ import annotations

import bpy
import human

Colour = tuple[float, float, float]


def _material(name: str) -> tuple[bpy.types.Material, bpy.types.NodeTree, bpy.types.Node]:
    material = bpy.data.materials.new(name)
    material.use_nodes = True
    return material, material.node_tree, material.node_tree.nodes["Principled BSDF"]


class Graph:
    """A few words for wiring shader nodes."""

    def __init__(self, tree: bpy.types.NodeTree) -> None:
        self.tree = tree

    def node(self, kind: str, **settings) -> bpy.types.Node:
        node = self.tree.nodes.new(f"ShaderNode{kind}")
        for key, value in settings.items():
            setattr(node, key, value)
        return node

    def put(self, socket, value) -> None:
        if hasattr(value, "is_output"):
            self.tree.links.new(value, socket)
        elif isinstance(value, tuple) and len(value) == 3 and socket.type == "RGBA":
            socket.default_value = (*value, 1)
        else:
            socket.default_value = value

    def attribute(self, name: str, part: str = "Fac"):
        return self.node("Attribute", attribute_name=name).outputs[part]

    def math(self, operation: str, a, b=0.0, clamp: bool = False):
        node = self.node("Math", operation=operation, use_clamp=clamp)
        self.put(node.inputs[0], a)
        self.put(node.inputs[1], b)
        return node.outputs[0]

    def mix(self, factor, a, b, blend: str = "MIX"):
        node = self.node("Mix", data_type="RGBA", blend_type=blend)
        self.put(node.inputs[0], factor)
        self.put(node.inputs[6], a)
        self.put(node.inputs[7], b)
        return node.outputs[2]

    def noise(self, vector, scale: float, detail: float = 2, distortion: float = 0):
        node = self.node("TexNoise")
        self.put(node.inputs["Vector"], vector)
        node.inputs["Scale"].default_value = scale
        node.inputs["Detail"].default_value = detail
        node.inputs["Distortion"].default_value = distortion
        return node.outputs[0]

    def stretch(self, vector, factors: tuple[float, float, float]):
        node = self.node("VectorMath", operation="MULTIPLY")
        self.put(node.inputs[0], vector)
        node.inputs[1].default_value = factors
        return node.outputs[0]

    def ramp(self, factor, stops: list[tuple[float, Colour]]):
        node = self.node("ValToRGB")
        elements = node.color_ramp.elements
        while len(elements) < len(stops):
            elements.new(0.5)
        for element, (where, colour) in zip(elements, stops, strict=True):
            element.position, element.color = where, (*colour, 1)
        self.put(node.inputs[0], factor)
        return node.outputs[0]

    def range(self, value, low: float, high: float):
        """0 below `low`, 1 above `high`, smooth between."""
        node = self.node("MapRange", interpolation_type="SMOOTHSTEP")
        self.put(node.inputs[0], value)
        node.inputs[1].default_value, node.inputs[2].default_value = low, high
        return node.outputs[0]

    def bump(self, height, strength: float, distance: float, normal=None):
        node = self.node("Bump")
        node.inputs["Strength"].default_value = strength
        node.inputs["Distance"].default_value = distance
        self.put(node.inputs["Height"], height)
        if normal is not None:
            self.put(node.inputs["Normal"], normal)
        return node.outputs[0]


def skin(lips: Colour, freckles: float, wrinkles: float, shine: float) -> bpy.types.Material:
    """Paint under mottling, freckles and lips; pores and wrinkles as bump; scattering light."""
    material, tree, shader = _material("skin")
    g = Graph(tree)
    rest = g.attribute("rest", "Vector")
    colour = g.attribute("paint", "Color")
    mottle = g.noise(rest, 90, 4)
    colour = g.mix(
        0.5,
        colour,
        g.ramp(mottle, [(0.3, (0.40, 0.36, 0.35)), (0.7, (0.60, 0.63, 0.62))]),
        "OVERLAY",
    )
    fine = g.noise(rest, 700, 3)
    colour = g.mix(
        0.22,
        colour,
        g.ramp(fine, [(0.3, (0.36, 0.34, 0.33)), (0.7, (0.64, 0.65, 0.65))]),
        "OVERLAY",
    )
    if freckles:
        cells = g.node("TexVoronoi", feature="F1")
        g.put(cells.inputs["Vector"], rest)
        cells.inputs["Scale"].default_value = 230
        spot = g.math(
            "MULTIPLY",
            g.math("SUBTRACT", 1.0, g.range(cells.outputs["Distance"], 0.12, 0.42)),
            g.range(g.noise(rest, 160), 0.48, 0.62),
        )
        spot = g.math("MULTIPLY", spot, g.math("MULTIPLY", g.attribute("cheeks"), freckles))
        colour = g.mix(spot, colour, (0.62, 0.36, 0.24), "MULTIPLY")
    image = g.node(
        "TexImage", image=bpy.data.images.load(str(human.DATA / "textures/mpfb_lips.jpg"))
    )
    image.image.colorspace_settings.name = "Non-Color"
    lip = g.range(image.outputs[0], 0.15, 0.85)
    lipped = g.mix(
        0.35,
        lips,
        g.ramp(
            g.noise(g.stretch(rest, (1, 1, 0.15)), 900, 2),
            [(0.3, (0.35, 0.35, 0.35)), (0.7, (0.62, 0.62, 0.62))],
        ),
        "OVERLAY",
    )
    colour = g.mix(g.math("MULTIPLY", lip, 0.82), colour, lipped)
    g.put(shader.inputs["Base Color"], colour)
    rough = g.math("ADD", g.math("MULTIPLY", g.noise(rest, 250), 0.14), 0.46 - 0.18 * shine)
    rough = g.math("SUBTRACT", rough, g.math("MULTIPLY", lip, 0.10))
    g.put(shader.inputs["Roughness"], rough)
    shader.inputs["Specular IOR Level"].default_value = 0.42
    shader.inputs["Subsurface Weight"].default_value = 0.55
    shader.inputs["Subsurface Radius"].default_value = (1.0, 0.34, 0.18)
    shader.inputs["Subsurface Scale"].default_value = 0.006
    pores = g.node("TexVoronoi", feature="SMOOTH_F1")
    g.put(pores.inputs["Vector"], rest)
    pores.inputs["Scale"].default_value = 620
    normal = g.bump(pores.outputs["Distance"], 0.20, 0.0008)
    normal = g.bump(g.noise(rest, 260, 4), 0.14, 0.0012, normal)
    if wrinkles:
        forehead = g.noise(g.stretch(rest, (9, 9, 115)), 1.0, 1.5, 0.3)
        crow = g.noise(g.attribute("crow_xyz", "Vector"), 1.0, 1)
        creases = g.math(
            "ADD",
            g.math("MULTIPLY", g.attribute("forehead"), g.range(forehead, 0.38, 0.62)),
            g.math("MULTIPLY", g.attribute("crow"), g.range(crow, 0.36, 0.64)),
        )
        loose = g.math("MULTIPLY", g.noise(g.stretch(rest, (1, 1, 0.55)), 240, 3, 0.8), 0.6)
        normal = g.bump(creases, min(1.0, wrinkles), 0.0022 * wrinkles, normal)
        normal = g.bump(loose, min(1.0, 0.6 * wrinkles), 0.002, normal)
    g.put(shader.inputs["Normal"], normal)
    return material


def eye(iris: Colour) -> bpy.types.Material:
    """An eyeball painted by the angle from its axis, under a wet coat."""
    material, tree, shader = _material("eye")
    g = Graph(tree)
    angle, around = g.attribute("angle"), g.attribute("around", "Vector")
    dark = tuple(c * 0.15 for c in iris)
    light = tuple(min(1.0, c * 1.25 + 0.01) for c in iris)
    fibres = g.noise(around, 9, 3, 0.4)
    iris_colour = g.mix(fibres, dark, light)
    iris_colour = g.mix(g.range(angle, 0.20, 0.36), g.mix(0.6, iris_colour, light), iris_colour)
    white = g.mix(g.range(angle, 0.5, 1.2), (0.70, 0.665, 0.635), (0.60, 0.42, 0.36))
    veins = g.range(g.noise(around, 22, 4, 2.2), 0.60, 0.74)
    white = g.mix(g.math("MULTIPLY", veins, 0.22), white, (0.52, 0.20, 0.16))
    colour = g.mix(
        g.range(angle, 0.385, 0.445), g.mix(g.range(angle, 0.33, 0.42), iris_colour, dark), white
    )
    colour = g.mix(g.range(angle, 0.135, 0.165), (0.004, 0.004, 0.004), colour)
    g.put(shader.inputs["Base Color"], colour)
    shader.inputs["Roughness"].default_value = 0.32
    shader.inputs["Specular IOR Level"].default_value = 0.4
    shader.inputs["Coat Weight"].default_value = 1.0
    shader.inputs["Coat Roughness"].default_value = 0.02
    return material


def hair(colour: Colour, grey: float = 0.0, rough: float = 0.32) -> bpy.types.Material:
    """A hair fibre of this colour; `grey` of the strands have lost it; tips are lighter."""
    material, tree, shader = _material("hair")
    g = Graph(tree)
    fibre = g.node("BsdfHairPrincipled", model="CHIANG", parametrization="COLOR")
    info = g.node("HairInfo")
    colour = tuple(0.55 * c for c in colour)
    light = tuple(min(1.0, c * 1.35 + 0.002) for c in colour)
    root = tuple(c * 0.7 for c in colour)
    base = g.mix(info.outputs["Intercept"], root, light)
    tint = g.mix(
        info.outputs["Random"],
        tuple(c * 0.62 for c in colour),
        tuple(min(1, c * 1.35) for c in colour),
    )
    base = g.mix(0.5, base, tint)
    if grey:
        gone = g.math("LESS_THAN", info.outputs["Random"], grey)
        base = g.mix(gone, base, (0.66, 0.65, 0.63))
    g.put(fibre.inputs["Color"], base)
    fibre.inputs["Roughness"].default_value = rough
    fibre.inputs["Radial Roughness"].default_value = 0.4
    fibre.inputs["Random Roughness"].default_value = 0.2
    tree.nodes.remove(shader)
    g.put(tree.nodes["Material Output"].inputs["Surface"], fibre.outputs[0])
    return material


WEAVES = {
    "cotton": (1500, 0.10, 0.85),
    "denim": (900, 0.45, 0.9),
    "wool": (420, 0.5, 0.95),
    "knit": (330, 0.4, 0.95),
    "silk": (2500, 0.05, 0.55),
    "leather": (500, 0.35, 0.42),
}


def cloth(
    colour: Colour,
    weave: str = "cotton",
    second: Colour | None = None,
    pattern: str = "plain",
    hem: float = 0.0,
) -> bpy.types.Material:
    """Fabric in rest coordinates, hemmed where the garment's `cut` attribute nears 0."""
    material, tree, shader = _material("cloth")
    g = Graph(tree)
    rest = g.attribute("rest", "Vector")
    scale, depth, rough = WEAVES[weave]
    tone = g.mix(
        0.30,
        colour,
        g.ramp(g.noise(rest, 35, 4), [(0.3, (0.38, 0.38, 0.38)), (0.7, (0.6, 0.6, 0.6))]),
        "OVERLAY",
    )
    if second is not None:
        if pattern == "stripes":
            wave = g.node("TexWave", bands_direction="Z", wave_profile="SIN")
            g.put(wave.inputs["Vector"], rest)
            wave.inputs["Scale"].default_value = 12
            mask = g.range(wave.outputs[1], 0.55, 0.62)
        elif pattern == "check":
            axes = []
            for axis in ("X", "Z"):
                wave = g.node("TexWave", bands_direction=axis)
                g.put(wave.inputs["Vector"], rest)
                wave.inputs["Scale"].default_value = 9
                axes.append(g.math("MULTIPLY", g.range(wave.outputs[1], 0.5, 0.6), 0.5))
            mask = g.math("ADD", axes[0], axes[1])
        elif pattern == "dots":
            cells = g.node("TexVoronoi", feature="F1")
            cells.inputs["Randomness"].default_value = 0.35
            g.put(cells.inputs["Vector"], rest)
            cells.inputs["Scale"].default_value = 42
            mask = g.math("SUBTRACT", 1.0, g.range(cells.outputs["Distance"], 0.26, 0.32))
        else:
            mask = g.range(g.noise(rest, 55, 3), 0.45, 0.6)
        tone = g.mix(mask, tone, second)
    cut = g.attribute("cut")
    if hem:
        edge = g.math("SUBTRACT", 1.0, g.range(cut, hem - 0.0012, hem))
        tone = g.mix(g.math("MULTIPLY", edge, 0.28), tone, (0.0, 0.0, 0.0))
    g.put(shader.inputs["Base Color"], tone)
    shader.inputs["Roughness"].default_value = rough
    shader.inputs["Specular IOR Level"].default_value = {"leather": 0.5, "silk": 0.3}.get(
        weave, 0.2
    )
    shader.inputs["Sheen Weight"].default_value = 0.25 if weave in ("wool", "knit") else 0.08
    if weave in ("knit", "wool"):
        ribs = g.node("TexWave", bands_direction="X" if weave == "knit" else "DIAGONAL")
        g.put(ribs.inputs["Vector"], rest)
        ribs.inputs["Scale"].default_value = scale * 0.22
        ribs.inputs["Distortion"].default_value = 1.4
        height = g.math("ADD", ribs.outputs[1], g.noise(rest, scale * 3, 3))
    else:
        height = g.noise(rest, scale, 2)
    normal = g.bump(height, depth, 0.0012)
    folds = g.noise(g.stretch(rest, (1, 1, 0.6)), 17, 2, 0.9)
    normal = g.bump(folds, 0.55, 0.016 if weave != "leather" else 0.012, normal)
    g.put(shader.inputs["Normal"], normal)
    return material


def plain(colour: Colour, rough: float = 0.4, metallic: float = 0.0) -> bpy.types.Material:
    """One smooth colour: buttons, shoes, glasses frames, teeth."""
    material, _, shader = _material("plain")
    shader.inputs["Base Color"].default_value = (*colour, 1)
    shader.inputs["Roughness"].default_value = rough
    shader.inputs["Metallic"].default_value = metallic
    return material
