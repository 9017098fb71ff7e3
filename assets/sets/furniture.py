"""Puts items of Debian's `sweethome3d-furniture` into the scene.

Build script: runs inside Blender's Python (bpy).

An item is named by library and number, e.g. ("cc0", 140), as in the libraries' catalogue files
(`name#140=`). Sizes come from the catalogue, in metres here.
At turn 0 an item's front looks towards -y; turn is degrees, counter-clockwise seen from above.
"""

from __future__ import annotations

import math
import os
import re
from functools import cache
from pathlib import Path

import bpy
from mathutils import Matrix, Vector

FOLDER = Path(os.environ.get("SWEETHOME3D_FURNITURE", "/work/render/sh3d"))
LIBRARIES = {
    "cc0": "BlendSwap-CC-0",
    "by": "BlendSwap-CC-BY",
    "kator": "KatorLegaz",
    "reallusion": "Reallusion",
    "scopia": "Scopia",
}
USED: dict[tuple[str, int], dict[str, str]] = {}  # what this set uses, for CREDITS.md


@cache
def catalogue(library: str) -> dict[int, dict[str, str]]:
    """All items of one library: number -> properties."""
    items: dict[int, dict[str, str]] = {}
    text = (FOLDER / LIBRARIES[library] / "PluginFurnitureCatalog.properties").read_text("latin1")
    for key, number, value in re.findall(r"^(\w+)#(\d+)=(.*)$", text, re.M):
        items.setdefault(int(number), {})[key] = value.strip()
    return items


def _bounds(objects: list[bpy.types.Object], matrix: Matrix) -> tuple[Vector, Vector]:
    points = [matrix @ o.matrix_world @ Vector(c) for o in objects for c in o.bound_box]
    return (
        Vector([min(p[i] for p in points) for i in range(3)]),
        Vector([max(p[i] for p in points) for i in range(3)]),
    )


_templates: dict[tuple[str, int], tuple[list[bpy.types.Object], Matrix]] = {}


def forget() -> None:
    """Drops the imported templates (the scene was emptied)."""
    _templates.clear()
    USED.clear()


def _import(library: str, number: int) -> tuple[list[bpy.types.Object], Matrix]:
    """Imports an item once; returns its hidden parts and the matrix that makes it 1 x 1 x 1
    standing on 0.
    """
    if (library, number) in _templates:
        return _templates[library, number]
    item = catalogue(library)[number]
    USED[library, number] = item
    before = set(bpy.data.objects)
    path = FOLDER / LIBRARIES[library] / item["model"].lstrip("/")
    bpy.ops.wm.obj_import(filepath=str(path), forward_axis="NEGATIVE_Z", up_axis="Y")
    parts = [o for o in bpy.data.objects if o not in before and o.type == "MESH"]
    bpy.context.view_layer.update()
    turn = Matrix.Identity(4)
    if item.get("modelRotation"):
        r = [float(v) for v in item["modelRotation"].split()]
        swap = Matrix(((1, 0, 0), (0, 0, -1), (0, 1, 0)))
        turn = (swap @ Matrix((r[0:3], r[3:6], r[6:9])) @ swap.transposed()).to_4x4()
    low, high = _bounds(parts, turn)
    size, centre = high - low, (low + high) / 2
    unit = (
        Matrix.Diagonal([1 / max(s, 1e-6) for s in size] + [1])
        @ Matrix.Translation((-centre.x, -centre.y, -low.z))
        @ turn
    )
    for part in parts:
        bpy.context.collection.objects.unlink(part)
        for slot in part.material_slots:
            if slot.material:
                _mend(slot.material, path.parent)
    _templates[library, number] = (parts, unit)
    return _templates[library, number]


def _mend(material: bpy.types.Material, folder: Path) -> None:
    """Old MTL files: finds textures whose case differs, drops missing ones, tames mirror-like
    plastic.
    """
    tree = material.node_tree
    for node in [n for n in tree.nodes if n.type == "TEX_IMAGE"]:
        image = node.image
        path = Path(bpy.path.abspath(image.filepath)) if image else None
        if path is None or not path.exists():
            wanted = path.name.lower() if path else "?"
            match = next((f for f in folder.rglob("*") if f.name.lower() == wanted), None)
            if match:
                image.filepath = str(match)
                image.reload()
            else:
                print(f"FAULT: texture {wanted} of {material.name} missing in {folder}")
                tree.nodes.remove(node)
    shader = tree.nodes.get("Principled BSDF")
    if shader:
        shader.inputs["Metallic"].default_value = min(shader.inputs["Metallic"].default_value, 0.6)
        shader.inputs["Roughness"].default_value = max(
            shader.inputs["Roughness"].default_value, 0.28
        )
        shader.inputs["Emission Strength"].default_value = 0
        if shader.inputs["Transmission Weight"].default_value > 0:
            shader.inputs["Transmission Weight"].default_value = 0
            shader.inputs["Alpha"].default_value = min(shader.inputs["Alpha"].default_value, 0.25)


def put(
    library: str,
    number: int,
    x: float,
    y: float,
    turn: float = 0,
    z: float = 0,
    scale: float = 1,
    size: tuple[float | None, float | None, float | None] = (None, None, None),
    paint: dict[str, bpy.types.Material] | bpy.types.Material | None = None,
    lift: bool = True,
) -> list[bpy.types.Object]:
    """Stands an item at (x, y), z metres up (plus the catalogue's own elevation if `lift`).

    `size` overrides width, depth, height in metres; `paint` replaces all materials, or those whose
    name contains a key.
    """
    parts, unit = _import(library, number)
    item = catalogue(library)[number]
    own = [float(item[k]) / 100 * scale for k in ("width", "depth", "height")]
    full = [given if given is not None else mine for given, mine in zip(size, own, strict=True)]
    up = z + (float(item.get("elevation", "0")) / 100 if lift else 0)
    place = (
        Matrix.Translation((x, y, up))
        @ Matrix.Rotation(math.radians(turn), 4, "Z")
        @ Matrix.Diagonal([*full, 1])
        @ unit
    )
    made = []
    for part in parts:
        copy = part.copy()
        bpy.context.collection.objects.link(copy)
        copy.matrix_world = place @ part.matrix_world
        made.append(copy)
        if paint is None:
            continue
        for slot in copy.material_slots:
            slot.link = "OBJECT"
            if isinstance(paint, bpy.types.Material):
                slot.material = paint
            elif slot.material or part.data.materials:
                was = part.data.materials[slot.slot_index]
                slot.material = next(
                    (m for key, m in paint.items() if key.lower() in was.name.lower()), was
                )
    return made
