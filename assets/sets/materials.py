"""Procedural materials, made once per name. Build script: runs inside Blender's Python (bpy).

Colours are linear RGB in 0..1; sizes in metres. Textures use object coordinates, and every box of
architecture.py has its scale applied, so a plank of 0.14 is 0.14 m wide.
"""

from __future__ import annotations

import bpy

Colour = tuple[float, float, float]


def srgb(code: str) -> Colour:
    """Linear colour of a hex code such as 'c8b89a'."""
    parts = [int(code[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return (r, g, b)


def _scaled(colour: Colour, factor: float) -> tuple[float, float, float, float]:
    return (*(min(1.0, c * factor) for c in colour), 1.0)


def _start(name: str) -> tuple[bpy.types.Material, bpy.types.NodeTree, bpy.types.Node, bool]:
    found = bpy.data.materials.get(name)
    if found:
        return found, found.node_tree, found.node_tree.nodes["Principled BSDF"], True
    material = bpy.data.materials.new(name)
    material.use_nodes = True
    return material, material.node_tree, material.node_tree.nodes["Principled BSDF"], False


def _coordinates(
    tree: bpy.types.NodeTree,
    scale: tuple[float, float, float] = (1, 1, 1),
    turn: tuple[float, float, float] = (0, 0, 0),
) -> bpy.types.NodeSocket:
    source = tree.nodes.new("ShaderNodeTexCoord")
    mapping = tree.nodes.new("ShaderNodeMapping")
    mapping.inputs["Scale"].default_value = scale
    mapping.inputs["Rotation"].default_value = turn
    tree.links.new(source.outputs["Object"], mapping.inputs["Vector"])
    return mapping.outputs["Vector"]


def plain(name: str, colour: Colour, rough: float = 0.6, metal: float = 0.0) -> bpy.types.Material:
    """One colour."""
    material, _, shader, known = _start(name)
    if not known:
        shader.inputs["Base Color"].default_value = (*colour, 1)
        shader.inputs["Roughness"].default_value = rough
        shader.inputs["Metallic"].default_value = metal
        if rough > 0.75:
            shader.inputs["Specular IOR Level"].default_value = 0.2
    return material


def mottled(
    name: str,
    colour: Colour,
    rough: float = 0.85,
    size: float = 0.15,
    amount: float = 0.12,
    bump: float = 0.0,
) -> bpy.types.Material:
    """Plaster, concrete, asphalt, cloth, grass: one colour with soft noise, `size` metres a
    blotch.
    """
    material, tree, shader, known = _start(name)
    if known:
        return material
    shader.inputs["Roughness"].default_value = rough
    shader.inputs["Specular IOR Level"].default_value = 0.25
    noise = tree.nodes.new("ShaderNodeTexNoise")
    noise.inputs["Scale"].default_value = 1 / size
    noise.inputs["Detail"].default_value = 3
    ramp = tree.nodes.new("ShaderNodeValToRGB")
    ramp.color_ramp.elements[0].position, ramp.color_ramp.elements[1].position = 0.3, 0.7
    ramp.color_ramp.elements[0].color = _scaled(colour, 1 - amount)
    ramp.color_ramp.elements[1].color = _scaled(colour, 1 + amount)
    tree.links.new(_coordinates(tree), noise.inputs["Vector"])
    tree.links.new(noise.outputs[0], ramp.inputs["Fac"])
    tree.links.new(ramp.outputs["Color"], shader.inputs["Base Color"])
    if bump:
        _bump(tree, shader, noise.outputs[0], bump)
    return material


def _bump(
    tree: bpy.types.NodeTree, shader: bpy.types.Node, height: bpy.types.NodeSocket, amount: float
) -> None:
    node = tree.nodes.new("ShaderNodeBump")
    node.inputs["Strength"].default_value = amount
    node.inputs["Distance"].default_value = 0.02
    tree.links.new(height, node.inputs["Height"])
    tree.links.new(node.outputs["Normal"], shader.inputs["Normal"])


def courses(
    name: str,
    colour: Colour,
    size: tuple[float, float],
    joint: float = 0.006,
    offset: float = 0.5,
    rough: float = 0.6,
    spread: float = 0.15,
    joint_colour: Colour | None = None,
    plane: str = "floor",
    bump: float = 0.0,
) -> bpy.types.Material:
    """Planks, tiles, bricks, paving: rows of `size` = (length, height) metres with a joint.

    `plane` says which way it is seen: "floor" (x, y), "turned" floor (rows along y),
    "front" wall (x, z), "side" wall (y, z).
    """
    material, tree, shader, known = _start(name)
    if known:
        return material
    brick = tree.nodes.new("ShaderNodeTexBrick")
    brick.offset = offset
    for key, value in (
        ("Scale", 1),
        ("Brick Width", size[0]),
        ("Row Height", size[1]),
        ("Mortar Size", joint),
        ("Mortar Smooth", 0.1),
        ("Bias", 0.0),
    ):
        brick.inputs[key].default_value = value
    brick.inputs["Color1"].default_value = _scaled(colour, 1 - spread)
    brick.inputs["Color2"].default_value = _scaled(colour, 1 + spread)
    brick.inputs["Mortar"].default_value = (
        (*joint_colour, 1) if joint_colour else _scaled(colour, 0.45)
    )
    half = 1.5707963
    turn = {
        "floor": (0, 0, 0),
        "turned": (0, 0, half),
        "front": (-half, 0, 0),
        "side": (0, half, -half),
    }[plane]
    if plane == "side":  # y becomes the row, z the height
        source = tree.nodes.new("ShaderNodeTexCoord")
        split = tree.nodes.new("ShaderNodeSeparateXYZ")
        join = tree.nodes.new("ShaderNodeCombineXYZ")
        tree.links.new(source.outputs["Object"], split.inputs[0])
        tree.links.new(split.outputs["Y"], join.inputs["X"])
        tree.links.new(split.outputs["Z"], join.inputs["Y"])
        vector = join.outputs[0]
    else:
        vector = _coordinates(tree, turn=turn)
    tree.links.new(vector, brick.inputs["Vector"])
    tree.links.new(brick.outputs["Color"], shader.inputs["Base Color"])
    shader.inputs["Roughness"].default_value = rough
    if bump:
        invert = tree.nodes.new("ShaderNodeMath")
        invert.operation = "SUBTRACT"
        invert.inputs[0].default_value = 1
        tree.links.new(brick.outputs["Fac"], invert.inputs[1])
        _bump(tree, shader, invert.outputs[0], bump)
    return material


def planks(
    name: str,
    colour: Colour,
    width: float = 0.14,
    length: float = 1.3,
    rough: float = 0.42,
    plane: str = "floor",
) -> bpy.types.Material:
    """Floor boards with grain along each board."""
    known = bpy.data.materials.get(name)
    material = courses(
        name,
        colour,
        (length, width),
        joint=0.0025,
        rough=rough,
        spread=0.22,
        plane=plane,
        offset=0.37,
    )
    if known:
        return material
    tree = material.node_tree
    shader = tree.nodes["Principled BSDF"]
    shader.inputs["Specular IOR Level"].default_value = 0.4
    brick = next(n for n in tree.nodes if n.type == "TEX_BRICK")
    along = (3, 40, 40) if plane == "floor" else (40, 3, 40)
    noise = tree.nodes.new("ShaderNodeTexNoise")
    noise.inputs["Scale"].default_value = 1
    noise.inputs["Detail"].default_value = 3
    tree.links.new(_coordinates(tree, scale=along), noise.inputs["Vector"])
    mix = tree.nodes.new("ShaderNodeMix")
    mix.data_type, mix.blend_type = "RGBA", "SOFT_LIGHT"
    mix.inputs["Factor"].default_value = 0.55
    tree.links.new(brick.outputs["Color"], mix.inputs["A"])
    tree.links.new(noise.outputs[0], mix.inputs["B"])
    tree.links.new(mix.outputs["Result"], shader.inputs["Base Color"])
    return material


def timber(name: str, colour: Colour, rough: float = 0.4, axis: str = "x") -> bpy.types.Material:
    """Solid wood with grain along `axis`."""
    material, tree, shader, known = _start(name)
    if known:
        return material
    scale = {"x": (1.2, 22, 22), "y": (22, 1.2, 22), "z": (22, 22, 1.2)}[axis]
    noise = tree.nodes.new("ShaderNodeTexNoise")
    noise.inputs["Scale"].default_value = 1
    noise.inputs["Detail"].default_value = 4
    noise.inputs["Distortion"].default_value = 0.6
    ramp = tree.nodes.new("ShaderNodeValToRGB")
    ramp.color_ramp.elements[0].position, ramp.color_ramp.elements[1].position = 0.3, 0.72
    ramp.color_ramp.elements[0].color = _scaled(colour, 0.72)
    ramp.color_ramp.elements[1].color = _scaled(colour, 1.22)
    tree.links.new(_coordinates(tree, scale=scale), noise.inputs["Vector"])
    tree.links.new(noise.outputs[0], ramp.inputs["Fac"])
    tree.links.new(ramp.outputs["Color"], shader.inputs["Base Color"])
    shader.inputs["Roughness"].default_value = rough
    return material


def glow(
    name: str, colour: Colour, day: float, night: float, base: Colour | None = None
) -> bpy.types.Material:
    """A surface that shines with strength `day` or `night` (stage.switch_light reads the two)."""
    material, _, shader, known = _start(name)
    if not known:
        shader.inputs["Base Color"].default_value = (*(base or colour), 1)
        shader.inputs["Roughness"].default_value = 0.08 if base else 0.7
        shader.inputs["Emission Color"].default_value = (*colour, 1)
        material["day"], material["night"] = day, night
        shader.inputs["Emission Strength"].default_value = day
    return material


def pane(name: str, colour: Colour = (0.05, 0.07, 0.09), rough: float = 0.06) -> bpy.types.Material:
    """Dark window glass seen from outside: reflects, shows nothing behind it."""
    material, _, shader, known = _start(name)
    if not known:
        shader.inputs["Base Color"].default_value = (*colour, 1)
        shader.inputs["Roughness"].default_value = rough
        shader.inputs["Specular IOR Level"].default_value = 0.8
    return material


def clear(name: str, tint: Colour = (0.95, 0.97, 0.97), alpha: float = 0.12) -> bpy.types.Material:
    """Thin clear glass: mostly see-through with a glossy film; cheaper and cleaner than
    refraction.
    """
    material, _, shader, known = _start(name)
    if not known:
        shader.inputs["Base Color"].default_value = (*tint, 1)
        shader.inputs["Roughness"].default_value = 0.05
        shader.inputs["Alpha"].default_value = alpha
    return material


def cloth(name: str, colour: Colour, through: float = 0.45) -> bpy.types.Material:
    """Curtain cloth that lets some light through."""
    material, tree, _, known = _start(name)
    if known:
        return material
    out = tree.nodes["Material Output"]
    diffuse, translucent, mix = (
        tree.nodes.new(kind)
        for kind in ("ShaderNodeBsdfDiffuse", "ShaderNodeBsdfTranslucent", "ShaderNodeMixShader")
    )
    diffuse.inputs["Color"].default_value = (*colour, 1)
    translucent.inputs["Color"].default_value = (*colour, 1)
    mix.inputs["Fac"].default_value = through
    tree.links.new(diffuse.outputs[0], mix.inputs[1])
    tree.links.new(translucent.outputs[0], mix.inputs[2])
    tree.links.new(mix.outputs[0], out.inputs["Surface"])
    return material


def picture(
    name: str,
    path: str,
    crop: tuple[float, float, float, float] = (0, 0, 1, 1),
    shine: float = 0.0,
    rough: float = 0.5,
    shine_night: float | None = None,
) -> bpy.types.Material:
    """A photograph on a UV-mapped face; crop = (left, bottom, right, top) in 0..1 of the file.

    `shine` makes it glow by day and, unless `shine_night` says otherwise, by night.
    """
    material, tree, shader, known = _start(name)
    if known:
        return material
    source = tree.nodes.new("ShaderNodeTexCoord")
    mapping = tree.nodes.new("ShaderNodeMapping")
    mapping.inputs["Location"].default_value = (crop[0], crop[1], 0)
    mapping.inputs["Scale"].default_value = (crop[2] - crop[0], crop[3] - crop[1], 1)
    image = tree.nodes.new("ShaderNodeTexImage")
    image.image = bpy.data.images.load(path, check_existing=True)
    tree.links.new(source.outputs["UV"], mapping.inputs["Vector"])
    tree.links.new(mapping.outputs["Vector"], image.inputs["Vector"])
    tree.links.new(image.outputs["Color"], shader.inputs["Base Color"])
    shader.inputs["Roughness"].default_value = rough
    if shine or shine_night:
        tree.links.new(image.outputs["Color"], shader.inputs["Emission Color"])
        shader.inputs["Emission Strength"].default_value = shine
        material["day"], material["night"] = shine, shine if shine_night is None else shine_night
    return material
