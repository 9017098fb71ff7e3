"""Faces are found wherever they are, whatever their size, roll and light; walls are not faces."""

import math
from collections.abc import Mapping

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from script2movie.perception.faces import Face, FaceDetector

Picture = NDArray[np.uint8]


@pytest.fixture(scope="module")
def detector() -> FaceDetector:
    return FaceDetector()


def centre(face: Face) -> NDArray[np.float64]:
    return np.array(face.box).reshape(2, 2).mean(axis=0)


def turned(rgb: Picture, degrees: float, scale: float = 0.8) -> tuple[Picture, NDArray[np.float64]]:
    """The picture turned counter-clockwise, and the matrix that did it."""
    height, width = rgb.shape[:2]
    matrix = np.asarray(cv2.getRotationMatrix2D((width / 2, height / 2), degrees, scale))
    filled = {"borderMode": cv2.BORDER_CONSTANT, "borderValue": (150, 150, 145)}
    return np.asarray(cv2.warpAffine(rgb, matrix, (width, height), **filled), np.uint8), matrix


def test_each_portrait_has_one_face(
    detector: FaceDetector, portraits: Mapping[str, Picture]
) -> None:
    for name, rgb in portraits.items():
        faces = detector.detect(rgb)
        assert len(faces) == 1, name
        (right, _), (left, _), (_, nose), (_, mouth) = faces[0].keypoints[:4]
        assert right < left  # the person's right eye is on the picture's left
        assert nose < mouth
        assert abs(faces[0].roll) < 0.3


@pytest.mark.parametrize("degrees", [-60, -30, 30, 60])
def test_a_face_is_found_turned(detector: FaceDetector, portrait: Picture, degrees: float) -> None:
    upright = detector.detect(portrait)[0]
    rgb, matrix = turned(portrait, degrees)
    found = detector.detect(rgb)[0]
    expected = matrix @ [*centre(upright), 1]
    assert np.linalg.norm(centre(found) - expected) < 0.15 * upright.side
    assert found.roll == pytest.approx(upright.roll - math.radians(degrees), abs=0.2)


@pytest.mark.parametrize("light", [0.4, 0.15, 2.0])
def test_a_face_is_found_in_any_light(
    detector: FaceDetector, portraits: Mapping[str, Picture], light: float
) -> None:
    for name, rgb in portraits.items():
        lit = np.clip(rgb * light, 0, 255).astype(np.uint8)
        assert len(detector.detect(lit)) >= 1, name


@pytest.mark.parametrize("corner", [(20, 30), (1750, 20), (900, 480), (30, 850), (1700, 860)])
def test_a_small_face_is_found_anywhere_in_tiles(
    detector: FaceDetector, portrait: Picture, corner: tuple[int, int]
) -> None:
    small = cv2.resize(portrait, None, fx=0.15, fy=0.15, interpolation=cv2.INTER_AREA)
    known = detector.detect(portrait)[0]
    frame = np.full((1080, 1920, 3), (150, 150, 145), np.uint8)
    x, y = corner
    frame[y : y + small.shape[0], x : x + small.shape[1]] = small
    (found,) = detector.detect(frame, min_face=30)
    expected = centre(known) * 0.15 + corner
    assert np.linalg.norm(centre(found) - expected) < 0.25 * known.side * 0.15


def test_every_person_of_a_group_is_found(
    detector: FaceDetector, portraits: Mapping[str, Picture]
) -> None:
    group = np.concatenate(list(portraits.values()), axis=1)
    assert len(detector.detect(group)) == len(portraits)


def test_noise_and_flat_walls_have_no_face(detector: FaceDetector) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (480, 640, 3), np.uint8)
    assert detector.detect(noise) == ()
    assert detector.detect(np.full((480, 640, 3), 128, np.uint8)) == ()


def test_a_picture_of_one_pixel_is_no_trouble(detector: FaceDetector) -> None:
    assert detector.detect(np.zeros((1, 1, 3), np.uint8)) == ()
