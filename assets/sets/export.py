"""From masters to package data: JPEG plates, 16-bit depths, spots and set.json.

Build script: runs inside Blender's Python (bpy, numpy, opencv, OpenEXR). A spot's `hidden_below`
is read from the depth picture: the highest row from which down the set hides a person there.
"""

from __future__ import annotations

import json
import math
from pathlib import Path

import bpy
import cv2
import furniture
import numpy as np
import OpenEXR
import stage
from bpy_extras.object_utils import world_to_camera_view
from mathutils import Vector

PLATE, PANORAMA, DEPTH = (1600, 900), (2048, 1024), (800, 450)
FACE_HEIGHT = 0.19  # metres, chin to hairline
QUALITY = 85
SHOULDERS = 0.20  # metres either side of a person's middle that must be hidden
MARGIN = 0.12  # metres an occluder is nearer than the person, at least


def depths(plan: stage.SetPlan, masters: Path) -> None:
    """Writes <view>_depth.npy: metres along the view axis, infinity for the sky."""
    scene = bpy.context.scene
    layer = bpy.context.view_layer
    stage.settings(1, 1, 0)
    scene.render.use_persistent_data = False  # it would keep a film without the depth pass
    scene.cycles.use_denoising = scene.cycles.use_adaptive_sampling = False
    scene.cycles.max_bounces = 0
    layer.use_pass_z = True
    scene.render.resolution_x, scene.render.resolution_y = DEPTH
    for name, view in plan.views.items():
        stage.set_camera(view, None)
        path = masters / f"{name}_depth.exr"
        scene.render.filepath = str(path)
        scene.render.image_settings.media_type = "MULTI_LAYER_IMAGE"
        scene.render.image_settings.file_format = "OPEN_EXR_MULTILAYER"
        bpy.ops.render.render(write_still=True)
        parts = OpenEXR.File(str(path), separate_channels=True).parts
        z = next(
            np.asarray(c.pixels, np.float32)
            for p in parts
            for key, c in p.channels.items()
            if "Depth" in key
        )
        np.save(masters / f"{name}_depth.npy", np.where(z > 1500, np.inf, z))
    scene.render.image_settings.media_type = "IMAGE"
    layer.use_pass_z = False


def spots(view: stage.View, depth: np.ndarray) -> list[dict[str, object]]:
    """Where each spot of a view appears on the screen, and what hides it."""
    camera = stage.set_camera(view, None)
    scene = bpy.context.scene
    scene.render.resolution_x, scene.render.resolution_y = PLATE
    height, width = depth.shape
    tall = 2 * math.tan(math.radians(view.hfov) / 2) * 9 / 16  # metres of frame height at one metre
    found = []
    for spot in view.spots:
        x, y, distance = world_to_camera_view(scene, camera, Vector(spot.face))
        y = 1 - y
        share = FACE_HEIGHT / (tall * distance)
        half = max(2, int(SHOULDERS / (tall * distance) * height))
        column = int(x * width)
        left, right = max(0, column - half), min(width, column + half + 1)
        covered = (depth[:, left:right] < distance - MARGIN).mean(axis=1) > 0.92
        start = int(np.clip((y + 0.75 * share) * height, 0, height - 1))
        hidden = None
        for row in range(start, height):
            if covered[row : row + max(4, int(0.12 / (tall * distance) * height))].all():
                hidden = row / height
                break
        room = None if hidden is None else round((hidden - y) / share, 2)
        found.append(
            {
                "x": round(x, 4),
                "face_y": round(y, 4),
                "face_height": round(share, 4),
                "pose": spot.pose,
                "distance": round(distance, 2),
                "hidden_below": None if hidden is None else round(hidden, 4),
                "faces_shown_below": room,
            }
        )
    return found


def report(plan: stage.SetPlan, masters: Path) -> None:
    """Prints every spot of every view and draws them on the drafts."""
    for name, view in plan.views.items():
        depth = np.load(masters / f"{name}_depth.npy")
        found = spots(view, depth)
        draft = cv2.imread(str(masters / f"draft_{name}.png"))
        if draft is not None:
            print(
                "LUMA",
                plan.name,
                name,
                round(float(cv2.cvtColor(draft, cv2.COLOR_BGR2GRAY).mean()) / 255, 3),
            )
        for spot in found:
            print("SPOT", plan.name, name, spot, flush=True)
            if draft is None:
                continue
            h, w = draft.shape[:2]
            x, y, face = spot["x"] * w, spot["face_y"] * h, spot["face_height"] * h
            cv2.ellipse(
                draft,
                (int(x), int(y)),
                (int(face * 0.36), int(face * 0.6)),
                0,
                0,
                360,
                (60, 60, 255),
                1,
            )
            low = h if spot["hidden_below"] is None else spot["hidden_below"] * h
            cv2.line(draft, (int(x - face), int(low)), (int(x + face), int(low)), (60, 60, 255), 1)
        if draft is not None:
            cv2.imwrite(str(masters / f"spots_{name}.png"), draft)


def package(plan: stage.SetPlan, masters: Path, target: Path) -> None:
    """Writes the JPEGs there are masters for, the depths and set.json."""
    target.mkdir(parents=True, exist_ok=True)
    for master in sorted(masters.glob("*.png")):
        if master.stem.startswith(("draft_", "spots_")):
            continue
        size = PANORAMA if master.stem.startswith("pano") else PLATE
        picture = cv2.imread(str(master))
        if picture.shape[1] != size[0]:
            picture = sharpen(cv2.resize(picture, size, interpolation=cv2.INTER_LANCZOS4))
        cv2.imwrite(
            str(target / f"{master.stem}.jpg"),
            picture,
            [
                cv2.IMWRITE_JPEG_QUALITY,
                QUALITY,
                cv2.IMWRITE_JPEG_PROGRESSIVE,
                1,
                cv2.IMWRITE_JPEG_OPTIMIZE,
                1,
            ],
        )
    described = {
        "name": plan.name,
        "title": plan.title,
        "interior": plan.interior,
        "tags": list(plan.tags),
        "views": {},
        "pano": {
            "day": "pano.jpg",
            "night": existing(target, "pano_night.jpg"),
            "position": list(plan.pano),
        },
        "key_light": {
            when: {"yaw": key.yaw, "elevation": key.elevation, "kelvin": key.kelvin}
            for when, key in plan.key.items()
        },
        "spots": {},
    }
    for name, view in plan.views.items():
        if existing(target, f"{name}.jpg") is None:  # not rendered yet
            continue
        depth = np.load(masters / f"{name}_depth.npy")
        scale = write_depth(depth, target / f"{name}_depth.png", 60.0 if plan.interior else 150.0)
        described["views"][name] = {
            "plate": f"{name}.jpg",
            "night": existing(target, f"{name}_night.jpg"),
            "depth": f"{name}_depth.png",
            "depth_scale": scale,
            "hfov": view.hfov,
            "camera": list(view.camera),
            "target": list(view.target),
            "yaw": round(view.yaw, 2),
        }
        described["spots"][name] = spots(view, depth)
    (target / "set.json").write_text(json.dumps(described, indent=1) + "\n")


CREDITS = """# Sets

The pictures in this folder were rendered for script2movie from scenes that `assets/sets/` of the
repository builds. Rooms, streets, joinery, fabrics and lights are the project's own (Apache-2.0).
They are furnished with 3D models of Debian's package `sweethome3d-furniture` 1.8-1, changed in
size, place and colour:

| library | collected by | licence |
| --- | --- | --- |
| BlendSwap-CC-0 | Emmanuel Puybaret / eTeks | CC0 1.0 |
| BlendSwap-CC-BY | Emmanuel Puybaret / eTeks | CC BY 3.0 |
| KatorLegaz | Andrew Kator and Jennifer Legaz | CC BY 3.0 US |
| Scopia | Scopia Visual Interfaces Systems, s.l. (www.scopia.es) | CC BY 3.0 |

Skies, views through windows, shop interiors and framed photographs are the CC0 panoramas of
`script2movie/assets/panoramas/` (Poly Haven contributors).

CC BY 3.0: https://creativecommons.org/licenses/by/3.0/

## Models by set

"""


def write_credits(used: dict[str, dict[tuple[str, int], dict[str, str]]], path: Path) -> None:
    """Writes CREDITS.md: every model with its author and library, set by set."""
    lines = []
    for name, items in used.items():
        models = sorted(
            {
                f"{item['name']} ({item.get('creator', library)}; {furniture.LIBRARIES[library]})"
                for (library, _), item in items.items()
            }
        )
        lines.append(f"**{name}**: " + ", ".join(models) + ".\n")
    path.write_text(CREDITS + "\n".join(lines))


def existing(folder: Path, name: str) -> str | None:
    return name if (folder / name).exists() else None


def sharpen(picture: np.ndarray, amount: float = 0.35) -> np.ndarray:
    """Gives an enlarged picture back a little of its edge contrast."""
    return cv2.addWeighted(picture, 1 + amount, cv2.GaussianBlur(picture, (0, 0), 1.1), -amount, 0)


def write_depth(depth: np.ndarray, path: Path, far: float) -> float:
    """Writes a 16-bit PNG, returns metres per unit; all beyond `far` reads `far`."""
    scale = 0.005 if far <= 60 else 0.01
    units = np.round(np.minimum(depth, far) / scale).astype(np.uint16)
    cv2.imwrite(str(path), units, [cv2.IMWRITE_PNG_COMPRESSION, 9])
    return scale
