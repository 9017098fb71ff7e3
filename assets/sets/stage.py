"""The stage: what a set is made of as data, its lights, its sky, and the renderer's settings.

Build script: runs inside Blender's Python (bpy). Metres; +y is north, yaw 0; yaw grows to the
right (east). Knows nothing of any particular set.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field
from pathlib import Path

import bpy
from mathutils import Vector

Point = tuple[float, float, float]
FACE = {"stand": 1.60, "sit": 1.18}  # metres from floor to the middle of the face


@dataclass(frozen=True)
class Spot:
    """A place for a person: x, y on the floor; `up` raises the floor there (a step, a bar
    stool).
    """

    x: float
    y: float
    pose: str = "stand"
    up: float = 0.0

    @property
    def face(self) -> Point:
        return (self.x, self.y, FACE[self.pose] + self.up)


@dataclass(frozen=True)
class View:
    """A camera and the spots it can show."""

    camera: Point
    target: Point
    hfov: float
    spots: tuple[Spot, ...]
    hide: tuple[str, ...] = ()  # prefixes of object names (wild walls) this camera looks through

    @property
    def yaw(self) -> float:
        return math.degrees(
            math.atan2(self.target[0] - self.camera[0], self.target[1] - self.camera[1])
        )


@dataclass(frozen=True)
class Key:
    """Where the main light comes from, in the panorama's frame."""

    yaw: float
    elevation: float
    kelvin: int


@dataclass(frozen=True)
class SetPlan:
    """All that is said about a built set."""

    name: str
    title: str
    interior: bool
    tags: tuple[str, ...]
    views: dict[str, View]
    pano: Point
    key: dict[str, Key]
    exposure: dict[str, float] = field(default_factory=lambda: {"day": 0.0, "night": 0.0})


def empty_stage() -> None:
    bpy.ops.wm.read_factory_settings(use_empty=True)


def _light(
    kind: str,
    place: Point,
    colour: tuple[float, float, float],
    day: float,
    night: float,
    toward: Point | None,
) -> bpy.types.Object:
    data = bpy.data.lights.new("lamp", kind)
    data.color = colour
    thing = bpy.data.objects.new("lamp", data)
    thing.location = place
    thing["day"], thing["night"] = day, night
    if toward is not None:
        thing.rotation_euler = (Vector(toward) - Vector(place)).to_track_quat("-Z", "Y").to_euler()
    bpy.context.collection.objects.link(thing)
    thing.visible_camera = False
    return thing


def area(
    place: Point,
    size: tuple[float, float],
    toward: Point,
    day: float,
    night: float = 0.0,
    colour: tuple[float, float, float] = (1, 1, 1),
    night_colour: tuple[float, float, float] | None = None,
    spread: float = 180,
) -> bpy.types.Object:
    """A soft rectangular light; watts by day and by night."""
    thing = _light("AREA", place, colour, day, night, toward)
    thing.data.shape, thing.data.size, thing.data.size_y = "RECTANGLE", *size
    thing.data.spread = math.radians(spread)
    thing.visible_glossy = False
    if night_colour:
        thing["day_colour"], thing["night_colour"] = colour, night_colour
    return thing


def bulb(
    place: Point,
    day: float,
    night: float,
    colour: tuple[float, float, float] = (1, 0.72, 0.42),
    radius: float = 0.06,
) -> bpy.types.Object:
    """A lamp's bulb; watts by day and by night."""
    thing = _light("POINT", place, colour, day, night, None)
    thing.data.shadow_soft_size = radius
    return thing


def sun(
    yaw: float,
    elevation: float,
    day: float,
    night: float = 0.0,
    colour: tuple[float, float, float] = (1, 0.93, 0.82),
    softness: float = 1.5,
    night_colour: tuple[float, float, float] | None = None,
) -> bpy.types.Object:
    """Sunlight from a yaw and elevation (the moon at night)."""
    a, e = math.radians(yaw), math.radians(elevation)
    place = (math.sin(a) * math.cos(e) * 30, math.cos(a) * math.cos(e) * 30, math.sin(e) * 30)
    thing = _light("SUN", place, colour, day, night, (0, 0, 0))
    thing.data.angle = math.radians(softness)
    if night_colour:
        thing["day_colour"], thing["night_colour"] = colour, night_colour
    return thing


def sky(
    path: str,
    turn: float,
    day: float,
    night: float,
    lights: bool,
    night_tint: tuple[float, float, float] = (0.25, 0.42, 1.0),
    linear: bool = False,
) -> None:
    """A panorama as the world. `lights`: it also lights the scene (outdoors); else it is only seen.

    `turn` is the yaw of the set at which the panorama's centre column appears.
    """
    world = bpy.data.worlds.new("sky")
    bpy.context.scene.world = world
    world.use_nodes = True
    tree = world.node_tree
    picture = tree.nodes.new("ShaderNodeTexEnvironment")
    picture.image = bpy.data.images.load(path)
    mapping = tree.nodes.new("ShaderNodeMapping")
    mapping.inputs["Rotation"].default_value[2] = math.radians(turn - 90)
    source = tree.nodes.new("ShaderNodeTexCoord")
    tint = tree.nodes.new("ShaderNodeMix")
    tint.name, tint.data_type, tint.blend_type = "tint", "RGBA", "MULTIPLY"
    tint.inputs["Factor"].default_value = 1
    background = tree.nodes["Background"]
    tree.links.new(source.outputs["Generated"], mapping.inputs["Vector"])
    tree.links.new(mapping.outputs["Vector"], picture.inputs["Vector"])
    tree.links.new(picture.outputs["Color"], tint.inputs["A"])
    tree.links.new(tint.outputs["Result"], background.inputs["Color"])
    world["day"], world["night"], world["night_tint"] = day, night, night_tint
    if not lights:
        world.cycles_visibility.diffuse = False
        world.cycles.sampling_method = "NONE"


def switch_light(when: str) -> None:
    """Sets every lamp, glowing surface and the sky to "day" or "night"."""
    for thing in bpy.data.objects:
        if thing.type == "LIGHT":
            thing.data.energy = thing[when]
            thing.hide_render = thing[when] <= 0
            if f"{when}_colour" in thing:
                thing.data.color = thing[f"{when}_colour"]
    for material in bpy.data.materials:
        if "day" in material:
            material.node_tree.nodes["Principled BSDF"].inputs[
                "Emission Strength"
            ].default_value = material[when]
    world = bpy.context.scene.world
    if world and "day" in world:
        world.node_tree.nodes["Background"].inputs["Strength"].default_value = world[when]
        tint = (1, 1, 1) if when == "day" else tuple(world["night_tint"])
        world.node_tree.nodes["tint"].inputs["B"].default_value = (*tint, 1)


def settings(samples: int, threads: int, exposure: float) -> None:
    """Cycles on the CPU: few samples, few bounces, OIDN with albedo and normal."""
    scene = bpy.context.scene
    scene.render.engine = "CYCLES"
    scene.render.threads_mode, scene.render.threads = "FIXED", threads
    scene.render.use_persistent_data = True
    cycles = scene.cycles
    cycles.device, cycles.samples, cycles.seed = "CPU", samples, 1
    cycles.use_adaptive_sampling, cycles.adaptive_threshold, cycles.adaptive_min_samples = (
        True,
        0.06,
        6,
    )
    cycles.max_bounces, cycles.diffuse_bounces, cycles.glossy_bounces = 3, 2, 2
    cycles.transmission_bounces, cycles.transparent_max_bounces = 3, 8
    cycles.sample_clamp_direct, cycles.sample_clamp_indirect = 12, 4
    cycles.caustics_reflective = cycles.caustics_refractive = False
    cycles.blur_glossy = 1.0
    cycles.use_denoising, cycles.denoiser = True, "OPENIMAGEDENOISE"
    cycles.denoising_quality = "BALANCED"
    cycles.denoising_input_passes, cycles.denoising_prefilter = "RGB_ALBEDO_NORMAL", "FAST"
    scene.view_settings.view_transform, scene.view_settings.look = (
        "AgX",
        "AgX - Medium High Contrast",
    )
    scene.view_settings.exposure = exposure
    scene.render.film_transparent = False


def set_camera(view: View | None, pano: Point | None) -> bpy.types.Object:
    """Points the one camera along a view, or makes it a panorama facing north."""
    scene = bpy.context.scene
    if scene.camera is None:
        thing = bpy.data.objects.new("camera", bpy.data.cameras.new("camera"))
        bpy.context.collection.objects.link(thing)
        scene.camera = thing
    camera = scene.camera
    camera.data.clip_start, camera.data.clip_end = 0.05, 2000
    if view is not None:
        camera.data.type = "PERSP"
        camera.data.angle = math.radians(view.hfov)
        camera.location = view.camera
        camera.rotation_euler = (
            (Vector(view.target) - Vector(view.camera)).to_track_quat("-Z", "Y").to_euler()
        )
    elif pano is not None:
        camera.data.type, camera.data.panorama_type = "PANO", "EQUIRECTANGULAR"
        camera.location = pano
        camera.rotation_euler = (math.pi / 2, 0, 0)
    hidden = view.hide if view else ()
    for thing in bpy.data.objects:
        if thing.type == "MESH":
            thing.visible_camera = not thing.name.startswith(hidden) if hidden else True
    bpy.context.view_layer.update()
    return camera


def render(path: Path, size: tuple[int, int]) -> float:
    """Renders to a PNG (or EXR by suffix) and returns the seconds it took."""
    scene = bpy.context.scene
    scene.render.resolution_x, scene.render.resolution_y = size
    scene.render.resolution_percentage = 100
    scene.render.filepath = str(path)
    scene.render.image_settings.file_format = "OPEN_EXR" if path.suffix == ".exr" else "PNG"
    started = time.time()
    bpy.ops.render.render(write_still=True)
    return time.time() - started
