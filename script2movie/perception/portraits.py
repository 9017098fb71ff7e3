"""Any photo a person has into a picture with one face: what a gallery and a cut-out start from.

Knows formats, sizes and faces; knows nothing of whose portrait it is. Turned by its EXIF, alpha
laid on grey and kept beside, dark photos lifted before the look for a face (never in the picture
handed on).
"""

import struct
import warnings
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from script2movie.errors import BankError
from script2movie.perception.faces import Face, FaceDetector
from script2movie.perception.mesh import FaceMesh

__all__ = ["Photo", "certain_faces", "format_fault", "lifted", "portrait_face", "read_portrait"]

MIN_SIDE = 48  # pixels
MAX_SIDE = 12_000  # pixels
MAX_PIXELS = 50_000_000  # of a photo that cannot be decoded at a fraction of its size
PRESENCE = 0.5  # of a mesh on a face, below which it is a pattern on a wall
RIVAL = 0.7  # of the main face's side: a second face as large as this makes the photo unclear
CUT_OUT = 0.02  # of the pixels: where more than that is see-through, alpha is the person's outline
_FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "TIFF")
_GREY = (128, 128, 128, 255)
_DARK = 70  # mean brightness below which a photo is lifted to look for its face


@dataclass(frozen=True)
class Photo:
    """A photo upright."""

    rgb: NDArray[np.uint8]
    """Opaque (H, W, 3); what is see-through lies on grey."""
    matte: NDArray[np.float32] | None
    """How much of each pixel is the person, (H, W) in 0..1, where it was cut out already."""


def format_fault(path: Path) -> str:
    """Why a file that looks like a picture cannot be a portrait; '' where its format may."""
    jpeg = path.with_suffix(".jpg").name
    match path.suffix.lower():
        case ".heic" | ".heif" | ".avif":
            return (
                "is a format that few programs read: convert it with "
                f"heif-convert '{path.name}' '{jpeg}' (apt-get install libheif-examples)"
            )
        case ".gif":
            return f"is a GIF: save one frame of it as {jpeg}"
        case ".svg" | ".psd" | ".raw" | ".cr2" | ".nef" | ".dng" | ".arw":
            return f"is not a photo that can be read: export it as {jpeg}"
    return ""


def read_portrait(path: Path, *, longest_side: int = 2048) -> Photo:
    """The photo in a file, no side longer than `longest_side`.

    A large JPEG is decoded at a fraction of its size, so memory stays under a quarter gigabyte.
    Raises `BankError` for a file that is no photo, is damaged, too small, too large or moves.
    """
    if fault := format_fault(path):
        raise BankError(f"{path} {fault}")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(path, formats=_FORMATS) as photo:
                _check_size(path, photo)
                photo.draft("RGB", (longest_side, longest_side))
                return _upright(photo, longest_side)
    except Image.DecompressionBombError:
        raise BankError(
            f"{path} is too large to open: save it with no side over {MAX_SIDE} px"
        ) from None
    except UnidentifiedImageError:
        with path.open("rb") as file:
            if file.read(12)[4:8] == b"ftyp":  # a phone's picture under another name
                heic = path.with_suffix(".heic").name
                raise BankError(
                    f"{path} is a HEIC: convert it with mv '{path.name}' '{heic}' && heif-convert "
                    f"'{heic}' '{path.stem}.jpg' (apt-get install libheif-examples)"
                ) from None
        raise BankError(f"{path} is not a photo that can be read: save it as JPEG or PNG") from None
    except (FileNotFoundError, PermissionError) as error:
        raise BankError(f"{path} cannot be read: {error.strerror}") from None
    except (OSError, SyntaxError, ValueError, EOFError, struct.error, zlib.error) as error:
        raise BankError(f"{path} is damaged ({error}): copy or export it again") from None


def certain_faces(
    picture: NDArray[np.uint8],
    detector: FaceDetector,
    mesh: FaceMesh,
    *,
    min_face: float | None = None,
) -> tuple[Face, ...]:
    """The faces in a picture (H, W, 3) that a mesh fits too, the largest first.

    On 108 views of places without people the detector alone sees 38 faces, with the mesh 1; of 68
    portraits at three sizes none is lost.
    """
    light = lifted(picture)
    return tuple(
        face
        for face in detector.detect(light, min_face=min_face)
        if mesh.fit(light, face).presence >= PRESENCE
    )


def portrait_face(picture: NDArray[np.uint8], detector: FaceDetector, mesh: FaceMesh) -> Face:
    """Whose portrait a picture (H, W, 3) is: the one face, or the one that is clearly the largest.

    Raises `ValueError`, worded to follow the picture's name, where there is none or no such one.
    """
    far = max(picture.shape[:2]) / 50  # a full figure's
    faces = certain_faces(picture, detector, mesh) or certain_faces(
        picture, detector, mesh, min_face=far
    )
    if not faces:
        raise ValueError(
            "shows no face that can be found: give a photo that shows it from the front"
        )
    height, width = picture.shape[:2]
    whole = [
        face
        for face in faces
        if min(face.box[:2]) >= 0 and face.box[2] <= width and face.box[3] <= height
    ]
    main = max(whole or faces, key=lambda face: face.side)
    rivals = [face for face in whole if face.side >= RIVAL * main.side]
    if len(rivals) > 1:
        raise ValueError(f"shows {len(rivals)} faces of like size: crop it to one person")
    return main


def lifted(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A dark picture with its shadows opened, another one as it is."""
    brightness = float(picture.mean())
    if brightness >= _DARK:
        return picture
    gamma = np.log(110 / 255) / np.log(max(brightness, 2.0) / 255)
    table = (255 * (np.arange(256) / 255) ** gamma).astype(np.uint8)
    return np.take(table, picture)


def _check_size(path: Path, photo: Image.Image) -> None:
    width, height = photo.size
    if min(width, height) < MIN_SIDE:
        raise BankError(
            f"{path} is {width} x {height} px: a portrait needs at least {MIN_SIDE} px each way"
        )
    if max(width, height) > MAX_SIDE or (
        width * height > MAX_PIXELS and photo.format not in {"JPEG", "MPO"}
    ):
        raise BankError(
            f"{path} is {width} x {height} px: save it as a JPEG with no side over {MAX_SIDE} px"
        )
    num_frames = getattr(photo, "n_frames", 1)
    if num_frames > 1 and photo.format != "MPO":  # a phone's JPEG with a second view
        raise BankError(f"{path} has {num_frames} frames: save one of them as a photo")


def _upright(photo: Image.Image, longest_side: int) -> Photo:
    photo.load()
    if photo.mode.startswith("I"):  # 16-bit grey, which PIL would clip instead of scale
        photo = Image.fromarray((np.asarray(photo).astype(np.int32) >> 8).clip(0, 255).astype("u1"))
    elif photo.mode == "P" or (photo.mode != "RGBA" and "transparency" in photo.info):
        photo = photo.convert("RGBA")
    photo.thumbnail((longest_side, longest_side), Image.Resampling.LANCZOS)
    upright = ImageOps.exif_transpose(photo)
    matte = None
    if "A" in upright.getbands() or "a" in upright.getbands():
        upright = upright.convert("RGBA")
        alpha = np.asarray(upright.getchannel("A"), np.float32) / np.float32(255)
        matte = alpha if (alpha < 0.5).mean() > CUT_OUT else None
        upright = Image.alpha_composite(Image.new("RGBA", upright.size, _GREY), upright)
    return Photo(np.array(upright.convert("RGB")), matte)
