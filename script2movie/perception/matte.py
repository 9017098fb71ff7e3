"""Which pixels are the person: a fast matte and a fine one.

    SelfieMatte   MediaPipe selfie segmentation, edges refined by the picture: for looking
    FineMatte     ISNet, single hairs: for cutting a portrait out, once a character

Both see every salient person, so a picture of two gives one matte of two. Figures are in
docs/figures/perception.md.
"""

from functools import cached_property
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from script2movie import weights
from script2movie.perception.litert import LiteModel

__all__ = ["FineMatte", "SelfieMatte"]

WAVERING = 0.15  # of the person: 0.05 where ISNet is right about hair, 0.3 and more where it fails


class SelfieMatte:
    """A matte in milliseconds. Opening it is cheap; the model loads with the first picture."""

    def __init__(self) -> None:
        """Raises WeightsError where the weight is not on this machine."""
        self._model = LiteModel("selfie-matte")

    def matte(self, rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
        """A picture (H, W, 3) to how much of each pixel is person, (H, W) in 0..1."""
        steep = np.clip((self.likelihood(rgb) - 0.3) / 0.5, 0, 1)
        return _guided(rgb, steep, radius=max(rgb.shape[:2]) // 100)

    def likelihood(self, rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
        """What the network itself says, without the picture's edges: (H, W) in 0..1."""
        small = cv2.resize(rgb, (256, 256), interpolation=cv2.INTER_AREA)
        pixels = np.asarray(small, np.float32)[None] / np.float32(255)
        raw = self._model.run(pixels)[0][0, ..., 0]  # (256, 256)
        size = (rgb.shape[1], rgb.shape[0])
        return np.asarray(cv2.resize(raw, size, interpolation=cv2.INTER_LINEAR), np.float32)


class FineMatte:
    """A matte with hair, in about 2.5 seconds of one core and 1.2 GB of memory.

    Opening it is cheap; the model (88 MB) loads with the first picture.

    ISNet cuts out whatever is striking: it sees through dark clothes and keeps the chair. So
    what SelfieMatte is sure of is kept whole, what is far from any person is left out, and
    ISNet draws the edge in between. SelfieMatte in turn takes the back of an armchair for a
    shoulder: where that matters, say where it may add. ISNet wants 1024 x 1024 and nothing
    smaller: at 768 its mattes fall apart.
    """

    def __init__(self, num_threads: int = 2) -> None:
        """Raises WeightsError where a weight is not on this machine.

        The number of threads changes the time and not one bit of the matte.
        """
        self._path = weights.path("fine-matte")
        self._num_threads = num_threads
        self._person = SelfieMatte()

    @cached_property
    def _session(self) -> Any:
        from onnxruntime import InferenceSession, SessionOptions  # type: ignore[import-untyped]

        options = SessionOptions()
        options.intra_op_num_threads = self._num_threads
        options.enable_cpu_mem_arena = False  # gives 0.9 GB back after each picture
        options.enable_mem_pattern = False
        return InferenceSession(self._path, options, providers=["CPUExecutionProvider"])

    def matte(
        self, rgb: NDArray[np.uint8], may_add: NDArray[np.floating] | None = None
    ) -> NDArray[np.float32]:
        """A picture (H, W, 3) to how much of each pixel is person, (H, W) in 0..1.

        `may_add` (H, W), 0..1, is where SelfieMatte's word alone makes a person; everywhere
        without it, and where ISNet wavers over much of what it cuts out, as in dark pictures.
        """
        height, width = rgb.shape[:2]
        longer = max(height, width)
        square = cv2.resize(rgb, (1024, 1024), interpolation=_method(longer, 1024))
        pixels = (np.asarray(square, np.float32) - 128) / np.float32(256)
        raw = self._session.run(["output"], {"input": pixels.transpose(2, 0, 1)[None]})[0]
        fine = cv2.resize(raw[0, 0], (width, height), interpolation=_method(1024, longer))
        person = self._person.likelihood(rgb)
        step = max(1, longer // 40)  # how far the quick matte's edge may be off
        core = _soft(cv2.erode(_mask(person > 0.95), _disc(step)), step / 3)
        wavers = np.mean((fine > 0.05) & (fine < 0.95)) / max(1e-6, float(np.mean(fine > 0.5)))
        if may_add is not None and wavers < WAVERING:
            core *= np.asarray(may_add, np.float32)
        reach = _soft(cv2.dilate(_mask(person > 0.1), _disc(3 * step)), step / 2)
        return np.clip(np.maximum(np.asarray(fine, np.float32), core) * reach, 0, 1)


def _mask(flags: NDArray[np.bool_]) -> NDArray[np.float32]:
    return flags.astype(np.float32)


def _disc(radius: int) -> NDArray[np.uint8]:
    side = 2 * radius + 1
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)), np.uint8)


def _soft(mask: Any, sigma: float) -> NDArray[np.float32]:
    return np.asarray(cv2.GaussianBlur(mask, (0, 0), sigma), np.float32)


def _method(before: int, after: int) -> int:
    return cv2.INTER_AREA if after < before else cv2.INTER_LINEAR


def _guided(
    rgb: NDArray[np.uint8], matte: NDArray[np.floating], radius: int
) -> NDArray[np.float32]:
    """Snaps a matte to the picture's edges: the guided filter of He, Sun and Tang (2010)."""
    guide = np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), np.float32) / np.float32(255)
    side = (2 * radius + 1, 2 * radius + 1)

    def mean(values: NDArray[np.floating]) -> NDArray[np.float32]:
        return np.asarray(cv2.blur(values, side), np.float32)

    guide_mean, matte_mean = mean(guide), mean(matte)
    slope = (mean(guide * matte) - guide_mean * matte_mean) / (
        mean(guide * guide) - guide_mean * guide_mean + np.float32(1e-3)
    )
    offset = matte_mean - slope * guide_mean
    return np.clip(mean(slope) * guide + mean(offset), 0, 1)
