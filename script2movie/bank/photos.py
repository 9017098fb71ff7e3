"""Which photos can be a portrait: one face that is clearly the person's, large enough to use."""

from pathlib import Path

from script2movie.errors import BankError
from script2movie.perception.faces import FaceDetector
from script2movie.perception.mesh import FaceMesh
from script2movie.perception.portraits import portrait_face, read_portrait

__all__ = ["PHOTO_SUFFIXES", "check_new_portrait", "check_portrait", "read_portrait"]

PHOTO_SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff"})
MIN_FACE = 32  # pixels across, of the face as it is in the photo


def check_portrait(path: Path, detector: FaceDetector, mesh: FaceMesh) -> None:
    """Raises `BankError` unless `path` is a photo in which one face is clearly the person's."""
    picture = read_portrait(path).rgb
    try:
        face = portrait_face(picture, detector, mesh)
    except ValueError as error:
        raise BankError(f"{path} {error}") from None
    if face.side < MIN_FACE:
        raise BankError(
            f"{path} has a face of only {face.side:.0f} px: give a larger photo, "
            f"{MIN_FACE} px from ear to ear or more"
        )


def check_new_portrait(path: Path) -> None:
    """`check_portrait` of a photo that comes alone."""
    check_portrait(path, FaceDetector(), FaceMesh())
