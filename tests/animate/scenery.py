"""Our own default figures cut out and placed, and a textured wall to put behind them."""

from importlib import resources

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from script2movie.movie import CameraMove, Framing, ShotSize
from script2movie.perception.faces import FaceDetector
from script2movie.perception.mesh import FaceMesh
from script2movie.stages import Frame, PersonLayer, View

WIDTH, HEIGHT, FPS = 640, 360, 24
FOCAL = 560.0  # pixels of the frame
FACE = 110  # pixels, brow to chin


def wall(width: int, height: int) -> NDArray[np.uint8]:
    """A texture in which any shift can be measured."""
    noise = np.random.default_rng(5).normal(0, 1, (height, width, 3)).astype(np.float32)
    coarse = cv2.GaussianBlur(noise, (0, 0), 6)
    return np.clip(120 + 40 * coarse / coarse.std(), 0, 255).astype(np.uint8)


def figure(name: str) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """A default figure's portrait, RGBA, and its mesh in its own pixels."""
    path = resources.files("script2movie") / "assets" / "cast" / name / "portrait.webp"
    with path.open("rb") as file:
        picture = np.asarray(Image.open(file).convert("RGBA"))
    alpha = picture[..., 3:] / 255.0
    shown = np.rint(picture[..., :3] * alpha + 128 * (1 - alpha)).astype(np.uint8)
    face = FaceDetector().detect(shown)[0]
    return picture, FaceMesh().landmarks(shown, face)


def placed(name: str, figure_name: str, middle: float, distance: float) -> PersonLayer:
    """A figure with its face round `middle` (0..1 of the width) and its lower edge off screen."""
    picture, mesh = figure(figure_name)
    scale = FACE / float(np.linalg.norm(mesh[152, :2] - mesh[10, :2]))
    height, width = (round(n * scale) for n in picture.shape[:2])
    small = cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA)
    mesh = mesh * np.float32(scale)
    top = 0.42 * HEIGHT - mesh[[10, 152], 1].mean()
    top = max(top, HEIGHT + 4.0 - height)
    left = middle * WIDTH - mesh[[10, 152], 0].mean()
    return PersonLayer(name, small, (float(left), float(top)), mesh, distance)


def view_of_move(move: CameraMove) -> View:
    return View(ShotSize.MEDIUM, Framing.TWO_SHOT, move, (), "", "", ())


def luma(frame: Frame) -> NDArray[np.uint8]:
    return frame.nv12[:HEIGHT]


def panned(seconds: float, *, speed: float = 55.0) -> NDArray[np.uint8]:
    """A finely textured wall a camera pans over, `speed` pixels a second: exact at any moment."""
    width, height = 160, 96
    noise = np.random.default_rng(8).normal(0, 1, (height, width * 3, 3)).astype(np.float32)
    fine = cv2.GaussianBlur(noise, (0, 0), 2.5)
    world = np.clip(128 + 45 * fine / fine.std(), 0, 255).astype(np.uint8)
    shift = np.array([[1, 0, -speed * seconds], [0, 1, 0]], np.float32)
    return np.asarray(cv2.warpAffine(world, shift, (width, height), flags=cv2.INTER_CUBIC))
