"""Any photo a person has into a picture with one face.

Knows formats, sizes and faces; knows nothing of whose portrait it is. Turned by its EXIF, alpha
laid on grey, dark photos lifted before the look for a face (never in the picture handed on).
"""

import struct
import warnings
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from script2movie.errors import BankError

__all__ = ["MAX_SIDE", "PHOTO_SUFFIXES", "format_fault", "read_portrait"]

PHOTO_SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff"})
MIN_SIDE = 48  # pixels
MAX_SIDE = 12_000  # pixels
MAX_PIXELS = 80_000_000
_FORMATS = ("JPEG", "MPO", "PNG", "WEBP", "BMP", "TIFF")  # MPO is a phone's JPEG with a second view
_GREY = (128, 128, 128, 255)


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


def read_portrait(path: Path, *, longest_side: int = 2048) -> NDArray[np.uint8]:
    """The photo upright and opaque: RGB (height, width, 3), no side longer than `longest_side`.

    Never holds more than `MAX_PIXELS` pixels; a large JPEG is decoded at a fraction of its size.
    Raises `BankError` for a file that is no photo, is damaged, too small, too large or moves.
    """
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
        raise BankError(f"{path} is not a photo that can be read: save it as JPEG or PNG") from None
    except (OSError, SyntaxError, ValueError, EOFError, struct.error, zlib.error) as error:
        raise BankError(f"{path} is damaged ({error}): copy or export it again") from None


def _check_size(path: Path, photo: Image.Image) -> None:
    width, height = photo.size
    if min(width, height) < MIN_SIDE:
        raise BankError(
            f"{path} is {width} x {height} px: a portrait needs at least {MIN_SIDE} px each way"
        )
    if max(width, height) > MAX_SIDE or width * height > MAX_PIXELS:
        raise BankError(
            f"{path} is {width} x {height} px: save it with no side over {MAX_SIDE} px "
            f"and under {MAX_PIXELS // 1_000_000} megapixels"
        )
    num_frames = getattr(photo, "n_frames", 1)
    if photo.format != "MPO" and num_frames > 1:
        raise BankError(f"{path} has {num_frames} frames: save one of them as a photo")


def _upright(photo: Image.Image, longest_side: int) -> NDArray[np.uint8]:
    photo.load()
    if photo.mode.startswith("I"):  # 16-bit grey, which PIL would clip instead of scale
        photo = Image.fromarray((np.asarray(photo).astype(np.int64) >> 8).clip(0, 255).astype("u1"))
    small = photo.copy()
    if small.mode == "P" or (small.mode != "RGBA" and "transparency" in small.info):
        small = small.convert("RGBA")
    small.thumbnail((longest_side, longest_side), Image.Resampling.LANCZOS)
    upright = ImageOps.exif_transpose(small)
    if "A" in upright.getbands() or "a" in upright.getbands():
        behind = Image.new("RGBA", upright.size, _GREY)
        upright = Image.alpha_composite(behind, upright.convert("RGBA"))
    return np.array(upright.convert("RGB"))
