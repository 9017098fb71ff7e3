"""A person's own picture, or a keyframe that was kept, in place of one that is drawn.

Knows keyframes and files; knows no backend.
"""

import shutil
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from script2movie.errors import ShotFailed
from script2movie.media import artefacts
from script2movie.movie import OwnFrame, Style
from script2movie.pipeline.run import Run
from script2movie.stages import Backdrop, Face, Keyframe, Layers

__all__ = ["own_keyframe"]

MARGIN = 0.06  # of the frame on each side, for the camera's moves; cut off at rest
FOCAL = 1.2  # of the frame's width: a lens of about 45 degrees


def own_keyframe(run: Run, frame: OwnFrame, width: int, height: int) -> Path:
    """The artefact that stands for the drawn one, at the film's size.

    A kept keyframe is taken as it is. A picture is cropped to the frame's shape about its middle.

    Raises:
        ShotFailed: the kept keyframe is of a film of another size, or the picture cannot be read.
    """
    if frame.kept:
        kept = artefacts.load(frame.path, Keyframe).picture.shape
        if kept[:2] != (height, width):
            raise ShotFailed(
                f"its kept keyframe is {kept[1]} x {kept[0]} px and the film {width} x {height}: "
                f"choose the old size again, or delete {frame.path}"
            )

    def write(path: Path) -> None:
        if frame.kept:
            shutil.copyfile(frame.path, path)
        else:
            artefacts.save(_keyframe(frame, width, height), path)

    key = ("own", frame.path, frame.faces, () if frame.kept else (width, height))
    return run.make("draw", ".keyframe", key, write)


def _keyframe(frame: OwnFrame, width: int, height: int) -> Keyframe:
    from PIL import Image, ImageOps

    try:
        with Image.open(frame.path) as photo:
            picture = np.asarray(ImageOps.exif_transpose(photo).convert("RGB"))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise ShotFailed(f"its own picture cannot be read: {error}") from None
    h, w = picture.shape[:2]
    scale = max(width / w, height / h) * (1 + 2 * MARGIN)
    size = (round(width * (1 + 2 * MARGIN)), round(height * (1 + 2 * MARGIN)))
    left, top = (w * scale - size[0]) / 2, (h * scale - size[1]) / 2
    moved = np.array([[scale, 0, -left], [0, scale, -top]], np.float32)
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    larger: NDArray[np.uint8] = np.asarray(
        cv2.warpAffine(picture, moved, size, flags=method, borderMode=cv2.BORDER_REPLICATE),
        np.uint8,
    )
    x, y = (size[0] - width) // 2, (size[1] - height) // 2
    at_rest = np.ascontiguousarray(larger[y : y + height, x : x + width])
    faces = tuple(
        Face(
            name,
            (
                box[0] * scale - left - x,
                box[1] * scale - top - y,
                box[2] * scale - left - x,
                box[3] * scale - top - y,
            ),
        )
        for name, box in frame.faces
    )
    backdrop = Backdrop(larger, FOCAL * width)
    return Keyframe(at_rest, faces, (Layers(backdrop, (), None, Style.PHOTO),))
