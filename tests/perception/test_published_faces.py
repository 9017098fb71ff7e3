"""DeepFace's recogniser and detector on small weights in their published layouts."""

from pathlib import Path

import cv2
import numpy as np
import pytest
import tiny_faces

from script2movie.errors import WeightsError
from script2movie.perception.published import insightface
from script2movie.perception.published.insightface import Insightface, straightened
from script2movie.perception.published.mtcnn import Detected, Mtcnn
from script2movie.perception.published.vgg_face import VggFace, level, read_keras, squared

REFERENCE = Path(__file__).parent / "reference"
HUES = (255, 200, 180), (190, 210, 255)


@pytest.fixture(scope="module")
def keras(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_faces.vgg_face(tmp_path_factory.mktemp("keras") / "vgg_face_weights.h5")


@pytest.fixture(scope="module")
def detector(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_faces.mtcnn(tmp_path_factory.mktemp("mtcnn"))


def test_mtcnn_finds_what_facenet_pytorchs_does(detector: Path) -> None:
    """facenet-pytorch 2.6.0 with these weights on this picture: six boxes.

    With its own weights both agreed on 64 faces of 44 pictures to 2e-4 pixels (once).
    """
    told = np.load(REFERENCE / "mtcnn.npz")
    found = Mtcnn(detector).detect(tiny_faces.bright_faces(*HUES))
    assert len(found) == len(told["boxes"]) == 6
    np.testing.assert_allclose([one.box for one in found], told["boxes"], atol=1e-3)
    np.testing.assert_allclose([one.score for one in found], told["scores"], atol=1e-5)
    eyes = [(one.right_eye, one.left_eye) for one in found]
    np.testing.assert_allclose(eyes, told["eyes"], atol=1e-3)


def test_mtcnn_sees_nobody_in_the_dark(detector: Path) -> None:
    assert Mtcnn(detector).detect(np.zeros((90, 160, 3), np.uint8)) == ()
    assert Mtcnn(detector).detect(np.zeros((12, 12, 3), np.uint8)) == ()


def test_a_face_is_turned_until_its_eyes_are_level() -> None:
    """A bright bar between the eyes, 45 degrees down: level in the middle row afterwards."""
    picture = np.zeros((100, 100, 3), np.uint8)
    cv2.line(picture, (40, 40), (60, 60), (255, 255, 255), 3)
    turned = level(picture, Detected((30, 30, 70, 70), 1, (42, 42), (58, 58)))
    assert turned.shape == (40, 40, 3)
    rows, columns = np.nonzero(turned[..., 0] > 128)
    assert abs(rows.mean() - 20) <= 1 and np.ptp(rows) <= 4
    assert np.ptp(columns) == pytest.approx(28, abs=4)  # 20 root 2
    # beyond the edge it is black, and as large as the box
    edge = level(picture, Detected((-10, -10, 30, 30), 1, (0, 0), (10, 0)))
    assert edge.shape == (40, 40, 3) and not edge[:10].any()


def test_a_face_lies_on_black_blue_first() -> None:
    face = np.zeros((112, 56, 3), np.uint8)
    face[...] = (255, 51, 0)
    laid = squared(face)
    assert laid.shape == (224, 224, 3) and laid.dtype == np.float32
    assert not laid[:, :56].any() and not laid[:, 168:].any()
    np.testing.assert_allclose(laid[:, 56:168], np.broadcast_to([0, 0.2, 1], (224, 112, 3)))


def test_the_descriptor_is_the_layer_before_the_classes(keras: Path, detector: Path) -> None:
    """Against the layers one after the other in torch.nn."""
    import torch
    from torch import nn

    face = tiny_faces.bright_faces(HUES[0], size=(40, 30))
    layers: list[nn.Module] = []
    for number, (kernel, bias) in enumerate(read_keras(keras)[:15], 1):
        size = kernel.shape[0]
        layer = nn.Conv2d(
            kernel.shape[2], kernel.shape[3], size, padding="same" if size == 3 else 0
        )
        layer.weight.data = torch.tensor(kernel.transpose(3, 2, 0, 1))
        layer.bias.data = torch.tensor(bias)
        layers += [layer, nn.ReLU()] + ([nn.MaxPool2d(2, 2)] if number in (2, 4, 7, 10, 13) else [])
    with torch.inference_mode():
        told = nn.Sequential(*layers)(torch.tensor(squared(face)).permute(2, 0, 1)[None]).flatten()
    seen = VggFace(keras, detector).embed(face)
    assert seen.shape == (4096,) and np.linalg.norm(seen) == pytest.approx(1)
    np.testing.assert_allclose(seen, (told / told.norm()).numpy(), atol=1e-6)
    assert np.count_nonzero(seen) > 64


def test_a_whole_models_file_is_read_too(keras: Path, tmp_path: Path) -> None:
    whole = tiny_faces.vgg_face(tmp_path / "model.h5", inside="model_weights")
    for one, other in zip(read_keras(keras)[:2], read_keras(whole)[:2], strict=True):
        np.testing.assert_array_equal(one[0], other[0])


def test_other_files_are_one_sentence(keras: Path, detector: Path, tmp_path: Path) -> None:
    import h5py
    import torch

    other = tmp_path / "other.h5"
    with h5py.File(keras) as told, h5py.File(other, "w") as file:
        for name in ("conv2d_1", "conv2d_2"):
            told.copy(name, file)
        file.attrs["layer_names"] = [b"conv2d_2", b"conv2d_1"]
    with pytest.raises(WeightsError, match=r"no Keras file of VGG-Face: 'layer 1, kernel' is"):
        read_keras(other)
    with h5py.File(other, "a") as file:
        file.attrs["layer_names"] = [b"conv2d_1", b"conv2d_2"]
    with pytest.raises(WeightsError, match="it lacks 'layer 3, kernel'"):
        read_keras(other)
    with h5py.File(other, "a") as file:
        del file.attrs["layer_names"]
    with pytest.raises(WeightsError, match="download it again"):
        read_keras(other)
    other.write_bytes(b"\x89HDF half")
    with pytest.raises(WeightsError, match="download it again"):
        read_keras(other)
    state = torch.load(detector / "rnet.pt", weights_only=True)
    spoiled = tiny_faces.mtcnn(tmp_path / "spoiled")
    state.pop("dense5_2.bias")
    torch.save(state, spoiled / "rnet.pt")
    with pytest.raises(WeightsError, match=r"no MTCNN's rnet\.pt: it lacks 'dense5_2\.bias'"):
        Mtcnn(spoiled).detect(np.zeros((40, 40, 3), np.uint8))
    (spoiled / "rnet.pt").unlink()
    with pytest.raises(WeightsError, match=r"rnet\.pt"):
        Mtcnn(spoiled).detect(np.zeros((40, 40, 3), np.uint8))


def test_insightface_finds_and_embeds_as_its_package_does(tmp_path: Path) -> None:
    """insightface 2.1's FaceAnalysis on this pack, 640 x 640: boxes and normed embeddings."""
    told = np.load(REFERENCE / "insightface.npz")
    tiny_faces.buffalo(tmp_path / "models/buffalo_l")
    for folder in (tmp_path, tmp_path / "models/buffalo_l"):
        found = Insightface(folder).faces(tiny_faces.bright_faces((255, 255, 20), (20, 255, 255)))
        assert len(found) == len(told["boxes"]) >= 2
        np.testing.assert_allclose([one.box for one in found], told["boxes"], atol=1e-2)
        embeddings = [one.embedding for one in found]
        np.testing.assert_allclose(embeddings, told["embeddings"], atol=2e-3)
    assert Insightface(tmp_path).faces(np.zeros((90, 50, 3), np.uint8)) == []


@pytest.mark.parametrize("scale", [1, 2])
def test_a_face_is_straightened_onto_its_five_places(scale: int) -> None:
    """Points turned by 30 degrees, doubled and moved: their dots come back to where they belong.

    Of 20 sets of points insightface 2.1's `norm_crop` made the same 224 pixels to one level (once).
    """
    turn = 2 * np.exp(1j * np.radians(30))
    there = insightface._POINTS[:, 0] + 1j * insightface._POINTS[:, 1]
    here = turn * there + (150 - 40j)
    picture = np.zeros((400, 400, 3), np.uint8)
    for point in here:
        cv2.circle(picture, (round(point.real), round(point.imag)), 5, (255, 255, 255), -1)
    points = np.stack([here.real, here.imag], axis=1).astype(np.float32)
    face = straightened(picture, points, 112 * scale)
    assert face.shape == (112 * scale, 112 * scale, 3)
    for x, y in insightface._POINTS * scale:
        assert face[round(y), round(x), 0] > 200
        assert face[round(y), round(x) - 8 * scale, 0] < 50


def test_another_pack_is_one_sentence(tmp_path: Path) -> None:
    pack = tiny_faces.buffalo(tmp_path / "models/buffalo_l")
    dark = np.zeros((40, 40, 3), np.uint8)
    with pytest.raises(WeightsError, match="holds 0 packs"):
        Insightface(tmp_path / "models")
    (pack / "w600k_r50.onnx").rename(tmp_path / "kept")
    with pytest.raises(WeightsError, match=r"holds no recogniser \(ArcFace\)"):
        Insightface(tmp_path).faces(dark)
    (tmp_path / "kept").rename(pack / "w600k_r50.onnx")
    (pack / "det_10g.onnx").unlink()
    with pytest.raises(WeightsError, match=r"holds no detector with points \(SCRFD\)"):
        Insightface(tmp_path).faces(dark)
    (pack / "det_10g.onnx").write_bytes(b"no network")
    with pytest.raises(WeightsError, match=r"det_10g\.onnx is no ONNX file") as told:
        Insightface(tmp_path).faces(dark)
    assert "\n" not in str(told.value) and "download it again" in str(told.value)
    tiny_faces.buffalo(tmp_path / "models/second")
    with pytest.raises(WeightsError, match="holds 2 packs"):
        Insightface(tmp_path)
