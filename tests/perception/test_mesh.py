"""The mesh lies where MediaPipe lays it, and follows the face."""

import math
from collections.abc import Mapping
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from script2movie.perception.faces import Face, FaceDetector
from script2movie.perception.mesh import FaceMesh

Picture = NDArray[np.uint8]


@pytest.fixture(scope="module")
def mesh() -> FaceMesh:
    return FaceMesh()


@pytest.fixture(scope="module")
def detector() -> FaceDetector:
    return FaceDetector()


def width(points: NDArray[np.float32]) -> float:
    return float(np.ptp(points[:, 0]))


def test_the_mesh_is_the_one_mediapipe_lays(
    mesh: FaceMesh, detector: FaceDetector, bench: Path
) -> None:
    """Against MediaPipe 0.10.21's own graph on 12 stills, in pixels at a face of 256."""
    reference = np.load(Path(__file__).parent / "reference/mediapipe_meshes.npz")
    errors = []
    for path in reference.files:
        rgb = cv2.cvtColor(cv2.imread(str(bench / path)), cv2.COLOR_BGR2RGB)
        scale = 640 / max(rgb.shape[:2])
        rgb = cv2.resize(rgb, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        expected = reference[path].astype(np.float32) / 32
        ours = mesh.landmarks(np.asarray(rgb, np.uint8), detector.detect(rgb)[0])
        off = np.linalg.norm(ours[:, :2] - expected[:, :2], axis=1).mean()
        errors.append(off / width(expected) * 256)
    assert np.mean(errors) < 2
    assert np.max(errors) < 5


def test_the_mesh_follows_shift_scale_and_roll(
    mesh: FaceMesh, detector: FaceDetector, portraits: Mapping[str, Picture]
) -> None:
    for rgb in portraits.values():
        height, wide = rgb.shape[:2]
        matrix = np.asarray(cv2.getRotationMatrix2D((wide / 2, height / 2), 20, 0.7))
        matrix[:, 2] += (11, -7)
        moved = np.asarray(cv2.warpAffine(rgb, matrix, (wide, height)), np.uint8)
        before = mesh.landmarks(rgb, detector.detect(rgb)[0])
        after = mesh.landmarks(moved, detector.detect(moved)[0])
        expected = before[:, :2] @ matrix[:, :2].T + matrix[:, 2]
        off = np.linalg.norm(after[:, :2] - expected, axis=1).mean()
        assert off / (0.7 * width(before)) < 0.02


def test_the_mesh_of_a_mirrored_face_is_mirrored(
    mesh: FaceMesh, detector: FaceDetector, portrait: Picture
) -> None:
    mirrored = np.ascontiguousarray(portrait[:, ::-1])
    one = mesh.landmarks(portrait, detector.detect(portrait)[0])
    other = mesh.landmarks(mirrored, detector.detect(mirrored)[0])
    for left, right in ((33, 263), (61, 291), (10, 10), (152, 152), (1, 1)):
        expected = (portrait.shape[1] - 1 - one[left, 0], one[left, 1])
        assert math.dist(other[right, :2], expected) < 0.05 * width(one)


def test_eyes_and_mouth_are_where_the_detector_saw_them(
    mesh: FaceMesh, detector: FaceDetector, portrait: Picture
) -> None:
    face = detector.detect(portrait)[0]
    fitted = mesh.fit(portrait, face)
    points = fitted.points
    assert points.shape == (468, 3)
    assert points.dtype == np.float32
    assert fitted.presence > 0.9
    right_eye, left_eye, _, mouth = face.keypoints[:4]
    seen = {right_eye: (33, 133), left_eye: (362, 263), mouth: (13, 14)}
    for keypoint, pair in seen.items():
        assert math.dist(points[list(pair), :2].mean(axis=0), keypoint) < 0.1 * face.side
    assert points[1, 2] < points[234, 2]  # the nose is nearer than the ear


def test_a_wall_has_no_presence(mesh: FaceMesh) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (300, 300, 3), np.uint8)
    face = Face((100, 100, 200, 200), 0.9, ((130, 130), (170, 130), (150, 150), (150, 175)))
    assert mesh.fit(noise, face).presence < 0.5
