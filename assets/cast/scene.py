"""Builds one figure in Blender and photographs it: portrait, second view, full length."""

from __future__ import annotations

from dataclasses import dataclass, field

import body
import bpy
import clothes
import facial_hair
import groom
import human
import materials
import numpy as np
from groom import Style
from mathutils import Vector

Colour = tuple[float, float, float]


@dataclass(frozen=True)
class Top:
    """One upper garment."""

    colour: Colour
    weave: str = "cotton"
    sleeve: float = 1.92
    bottom: float = -0.02
    neck: str = "crew"
    offset: float = 0.006
    drape: int = 8
    opening: float = 0.0
    second: Colour | None = None
    pattern: str = "plain"
    collar: bool = False
    hem: float = 0.014


@dataclass(frozen=True)
class Look:
    """Everything that makes one figure."""

    shape: dict
    tone: Colour
    hair: Style | None
    hair_colour: Colour
    iris: Colour
    lips: Colour
    tops: tuple[Top, ...]
    trousers: Colour = (0.03, 0.035, 0.05)
    skirt: Colour | None = None
    shoes: Colour = (0.03, 0.02, 0.015)
    stance: dict = field(default_factory=dict)
    grey: float = 0.0
    blush: float = 0.5
    tired: float = 0.5
    stubble: float = 0.0
    freckles: float = 0.0
    wrinkles: float = 0.0
    spots: float = 0.0
    shine: float = 0.4
    brow: dict = field(default_factory=dict)
    brow_colour: Colour | None = None
    lash: float = 0.8
    beard: dict | None = None
    beard_colour: Colour | None = None
    glasses: dict | None = None
    seed: int = 1


@dataclass(frozen=True)
class Shot:
    """A camera and its lights. Angles in degrees, positive towards the figure's left."""

    width: int
    height: int
    turn: float = 0.0
    key_side: float = 1.0
    key_power: float = 1.0
    warm: float = 0.0
    frame: float = 0.61
    full: bool = False
    samples: int = 48


PORTRAIT = Shot(704, 880, turn=-6, samples=6)
SECOND = Shot(360, 450, turn=14, key_side=-1, key_power=0.8, warm=0.5, frame=0.5, samples=4)
FULL = Shot(440, 1100, turn=-4, full=True, samples=5)


def _lamp(
    name: str, where: Vector, target: Vector, size: float, power: float, colour: Colour
) -> None:
    light = bpy.data.lights.new(name, "AREA")
    light.shape, light.size, light.energy, light.color = "DISK", size, power, colour
    thing = bpy.data.objects.new(name, light)
    thing.location = where
    thing.rotation_euler = (target - where).to_track_quat("-Z", "Y").to_euler()
    bpy.context.collection.objects.link(thing)


def build(look: Look) -> human.Human:
    """Put the figure together in an empty scene."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    who = human.make(look.shape, look.stance)
    eye_height = (who.joints["l-eye"] + who.joints["r-eye"]) / 2
    cuts = [clothes.top_cut(t.sleeve, t.bottom, t.neck, t.opening) for t in look.tops]
    legs = clothes.bottom_cut(look.tops[0].bottom + 0.05, -0.745)
    hips = clothes.bottom_cut(0.16, -0.30)
    hidden = [cuts[0], hips if look.skirt else legs, lambda rest: -0.745 - rest[:, 2]]
    skin = body.skin_object(
        who,
        hidden,
        tone=look.tone,
        blush=look.blush,
        tired=look.tired,
        beard=look.stubble,
        crow=1.0,
        spots=look.spots,
        brow_shadow=0.55,
        seed=look.seed,
    )
    skin.data.materials.append(materials.skin(look.lips, look.freckles, look.wrinkles, look.shine))
    body.eyes(who, look.iris, eye_height + np.array([0, -2.0, 0.0]))
    surface = groom.Surface(skin)

    outer = []
    for top, cut in zip(look.tops, cuts, strict=True):
        fabric = materials.cloth(
            top.colour, top.weave, top.second, top.pattern, 0.0 if top.collar else top.hem
        )
        outer.append(
            clothes.garment(
                who, cut, fabric, offset=top.offset, drape=top.drape, hug=not top.opening
            )
        )
        if top.collar:
            clothes.collar(
                who,
                fabric,
                surface.tree,
                height=0.034,
                fold=0.042,
                gap=0.13 if not top.opening else 0.6,
            )
    if look.skirt:
        clothes.garment(
            who,
            clothes.bottom_cut(0.18, -0.34),
            materials.cloth(look.skirt, "cotton"),
            offset=0.006,
            group="helper-skirt",
        )
    else:
        clothes.garment(
            who, legs, materials.cloth(look.trousers, "denim"), offset=0.0015, drape=4, flare=0.024
        )
    clothes.shoes(who, materials.cloth(look.shoes, "leather"))

    solid = groom.Surface(skin)
    if look.hair is not None:
        offset = (
            who.joints["head"] - human.to_blender(human.joints(human.base()[0])["head"][None])[0]
        )
        every = _Joined([skin, *outer])
        groom.head_hair(
            surface,
            every,
            look.hair,
            materials.hair(look.hair_colour, look.grey),
            offset,
            look.seed,
        )
    brow_hair = materials.hair(look.brow_colour or look.hair_colour, look.grey * 0.7)
    facial_hair.brows(
        solid,
        brow_hair,
        seed=look.seed,
        **{"thick": 1.0, "arch": 1.0, "length": 1.0, "height": 0.0, "density": 900, **look.brow},
    )
    facial_hair.lashes(
        who,
        materials.hair(tuple(0.5 * c for c in look.brow_colour or look.hair_colour)),
        length=look.lash,
        seed=look.seed,
    )
    if look.beard:
        facial_hair.beard(
            solid,
            materials.hair(look.beard_colour or look.hair_colour, look.grey),
            seed=look.seed,
            **look.beard,
        )
    if look.glasses:
        clothes.glasses(who, **look.glasses)
    return who


class _Joined:
    """Several objects as one thing for hair to lie on."""

    def __init__(self, things: list[bpy.types.Object]) -> None:
        self.surfaces = [groom.Surface(thing) for thing in things]

    def keep_out(self, points: np.ndarray, margin: np.ndarray) -> np.ndarray:
        for surface in self.surfaces:
            points = surface.keep_out(points, margin)
        return points


def _highest(thing: bpy.types.Object) -> float:
    points = np.empty(len(thing.data.points) * 3, np.float32)
    thing.data.attributes["position"].data.foreach_get("vector", points)
    return float(points[2::3].max())


def shoot(who: human.Human, shot: Shot, path: str) -> None:
    """Light, frame and render one picture with a transparent background."""
    for thing in [o for o in bpy.data.objects if o.type in ("LIGHT", "CAMERA")]:
        bpy.data.objects.remove(thing)
    scene = bpy.context.scene
    eyes = Vector((who.joints["l-eye"] + who.joints["r-eye"]) / 2)
    top = float(who.points[:13380, 2].max())
    crown = max([top, *(_highest(o) - 0.012 for o in bpy.data.objects if o.type == "CURVES")])
    face = Vector((0, eyes.y, eyes.z - 0.03))
    spin = np.radians(shot.turn)

    def around(right: float, ahead: float, up: float) -> Vector:
        c, s = np.cos(spin), np.sin(spin)
        return face + Vector((right * c + ahead * s, right * s - ahead * c, up))

    side, power = shot.key_side, shot.key_power
    key = (1.0, 0.955 - 0.06 * shot.warm, 0.90 - 0.16 * shot.warm)
    far = 2.2 if shot.full else 1.0
    _lamp(
        "key",
        around(-0.75 * side * far, 1.15 * far, 0.55 * far),
        face,
        0.6 * far,
        24 * power * far**2,
        key,
    )
    _lamp(
        "fill",
        around(1.3 * side * far, 1.2 * far, 0.0),
        face,
        1.6 * far,
        9 * far**2,
        (0.93, 0.96, 1.0),
    )
    _lamp("rim", around(0.85 * side, -0.95, 0.55), face, 0.5, 15, (1.0, 0.97, 0.93))
    _lamp("edge", around(-0.9 * side, -0.95, 0.35), face, 0.5, 7, (0.9, 0.95, 1.0))
    world = scene.world or bpy.data.worlds.new("world")
    scene.world = world
    world.use_nodes = True
    world.node_tree.nodes["Background"].inputs[0].default_value = (0.52, 0.55, 0.58, 1)
    world.node_tree.nodes["Background"].inputs[1].default_value = 0.2

    camera = bpy.data.cameras.new("camera")
    thing = bpy.data.objects.new("camera", camera)
    bpy.context.collection.objects.link(thing)
    scene.camera = thing
    camera.sensor_fit = "VERTICAL"
    camera.sensor_height, camera.lens = 36, 85
    if shot.full:
        middle, tall = Vector((0, -0.02, crown / 2)), crown * 1.08
        camera.lens = 70
    else:
        tall = shot.frame * (0.75 + 0.25 * top / 1.7)
        middle = Vector((0, eyes.y + 0.05, crown + 0.06 * tall - tall / 2))
    distance = tall * camera.lens / 36
    thing.location = middle + Vector((np.sin(spin), -np.cos(spin), 0.0)) * distance
    thing.location.z = middle.z + (0.05 if shot.full else 0.10)
    thing.rotation_euler = (middle - thing.location).to_track_quat("-Z", "Y").to_euler()

    scene.render.engine = "CYCLES"
    scene.render.threads_mode, scene.render.threads = "FIXED", 1
    scene.cycles.samples = shot.samples
    scene.cycles.use_adaptive_sampling, scene.cycles.adaptive_threshold = True, 0.05
    scene.cycles.use_denoising, scene.cycles.denoiser = True, "OPENIMAGEDENOISE"
    scene.cycles.denoising_quality, scene.cycles.denoising_prefilter = "FAST", "FAST"
    scene.cycles.max_bounces, scene.cycles.transparent_max_bounces = 5, 12
    scene.cycles.pixel_filter_type = "BLACKMAN_HARRIS"
    scene.render.film_transparent = True
    scene.view_settings.view_transform = "AgX"
    scene.view_settings.look = "AgX - Medium High Contrast"
    scene.view_settings.exposure = 0.2
    scene.render.resolution_x, scene.render.resolution_y = shot.width, shot.height
    scene.render.image_settings.file_format, scene.render.image_settings.color_mode = "PNG", "RGBA"
    scene.render.filepath = path
    bpy.ops.render.render(write_still=True)
