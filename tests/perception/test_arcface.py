"""insightface's models as insightface reads them: points, the face straightened, 512 numbers."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from generative.insightface import insightface

from script2movie.errors import WeightsError
from script2movie.perception.arcface import SIDE, TEMPLATE, ArcFace, straightened

OPTION = "storyboard.insightface"
TURN, MOVE = 1.9 * np.exp(1j * np.radians(25)), 130 + 60j  # of the template in the picture
PLACES = TEMPLATE @ (1, 1j) * TURN + MOVE
POINTS = np.stack([PLACES.real, PLACES.imag], axis=1)  # in a picture of 480x360


def picture() -> np.ndarray:
    noise = np.random.default_rng(3).integers(0, 255, (12, 16, 3)).astype(np.uint8)
    return cv2.resize(noise, (480, 360), interpolation=cv2.INTER_CUBIC)


def test_points_come_back_in_pixels_of_the_picture(tmp_path: Path) -> None:
    root = insightface(tmp_path, points=POINTS * 640 / 480)
    found = ArcFace(root, "buffalo_l", OPTION).points(picture())
    np.testing.assert_allclose(found, POINTS, atol=1e-3)


def test_a_face_is_straightened_onto_the_template() -> None:
    rgb = picture()
    for number, (x, y) in enumerate(POINTS):
        cv2.circle(rgb, (round(x), round(y)), 4, (255, 50 * number, 0), -1)
    straight = straightened(rgb, POINTS)
    assert straight.shape == (SIDE, SIDE, 3)
    for number, (x, y) in enumerate(TEMPLATE):
        assert np.abs(straight[round(y), round(x)].astype(int) - (255, 50 * number, 0)).max() < 30
    # Points that fit no similarity: the nearest one in the sense of least squares, nothing skewed
    off = POINTS + np.array([(4, 0), (-4, 0), (0, 0), (0, 0), (0, 0)])
    unknowns = np.zeros((10, 4))
    unknowns[0::2] = np.c_[off[:, 0], -off[:, 1], np.ones(5), np.zeros(5)]
    unknowns[1::2] = np.c_[off[:, 1], off[:, 0], np.zeros(5), np.ones(5)]
    a, b, x, y = np.linalg.lstsq(unknowns, TEMPLATE.reshape(-1), rcond=None)[0]
    expected = cv2.warpAffine(rgb, np.array([[a, -b, x], [b, a, y]]), (SIDE, SIDE))
    np.testing.assert_array_equal(straightened(rgb, off), expected)


def test_an_embedding_is_the_networks_of_the_straightened_face(tmp_path: Path) -> None:
    root = insightface(tmp_path, points=POINTS * 640 / 480, seed=7)
    embedding = ArcFace(root, "buffalo_l", OPTION).embed(picture())
    straight = straightened(picture(), POINTS).astype(np.float64) / 127.5 - 1
    pooled = straight.reshape(7, 16, 7, 16, 3).mean(axis=(1, 3)).transpose(2, 0, 1).reshape(-1)
    expected = pooled @ np.random.default_rng(7).standard_normal((147, 512))
    np.testing.assert_allclose(embedding, expected / np.linalg.norm(expected), atol=1e-5)


def test_what_is_wrong_with_the_models_is_said(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=r"has no detector .* --option storyboard.insightface="):
        ArcFace(tmp_path, "buffalo_l", OPTION)
    root = insightface(tmp_path, score=0.3)
    with pytest.raises(ValueError, match="no face that insightface's detector is sure of"):
        ArcFace(root, "buffalo_l", OPTION).embed(picture())
    folder = root / "models/buffalo_l"
    (folder / "w600k_r50.onnx").write_bytes((folder / "det_10g.onnx").read_bytes())
    with pytest.raises(WeightsError, match=r"w600k_r50.onnx (cannot read a face|is no ArcFace)"):
        ArcFace(insightface_detecting(root), "buffalo_l", OPTION).embed(picture())
    (folder / "det_10g.onnx").write_bytes(b"what is this")
    with pytest.raises(WeightsError, match=r"det_10g.onnx is damaged"):
        ArcFace(root, "buffalo_l", OPTION).embed(picture())
    (folder / "det_500m.onnx").write_bytes(b"")
    with pytest.raises(WeightsError, match="2 files for a detector"):
        ArcFace(root, "buffalo_l", OPTION)


def insightface_detecting(root: Path) -> Path:
    """The folder again with a detector that is sure, its recogniser left as it is."""
    recogniser = root / "models/buffalo_l/w600k_r50.onnx"
    kept = recogniser.read_bytes()
    insightface(root)
    recogniser.write_bytes(kept)
    return root
