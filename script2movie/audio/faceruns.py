"""One speaker's face through a shot: stretches in which it is seen, cut out square and put back.

Lip-sync models take a film of one face at 25 frames a second, and many fail at the first frame
without one. So each stretch in which the speaker is seen is theirs alone; nothing else of a frame
is touched. Knows frames, meshes and rates; nothing of models or speech.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from script2movie.media.nv12 import from_rgb, to_rgb

__all__ = ["MODEL_RATE", "FaceRun", "face_runs", "model_frames", "nearest_model_frame"]

Picture = NDArray[np.uint8]
Floats = NDArray[np.float32]

MODEL_RATE = 25  # frames a second of every lip-sync model here
ROOM = 2.0  # the square's side to the face's height
BRIDGED = 3  # frames without the face that a stretch goes on through
SHORTEST = 5  # frames
SMOOTH = 9  # frames over which the square's way is smoothed
FEATHER = 0.06  # of the square's side, over which a face goes over into the frame
LOWER = (  # the jaw's line from ear to chin to ear, and back across the nose
    *(234, 93, 132, 58, 172, 136, 150, 149, 176, 148, 152, 377, 400, 378, 379, 365, 397, 288),
    *(361, 323, 454, 351, 6, 122),
)


@dataclass(frozen=True)
class FaceRun:
    """Frames `first` to `first + len(corners)` of a shot, in which a face is seen.

    corners  (n, 2) the square's top left on each frame in pixels, even
    side     of the square, pixels, even
    meshes   (n, 468, 2) in the frame's pixels
    """

    first: int
    corners: NDArray[np.int_]
    side: int
    meshes: Floats

    def cut(self, nv12: Picture, number: int, size: int) -> Picture:
        """The square of the run's frame `number` as RGB (size, size, 3)."""
        rgb = to_rgb(_part(nv12, self.corners[number], self.side))
        method = cv2.INTER_AREA if size < self.side else cv2.INTER_CUBIC
        return np.asarray(cv2.resize(rgb, (size, size), interpolation=method), np.uint8)

    def paste(self, nv12: Picture, number: int, rgb: Picture, *, whole: bool) -> None:
        """Puts a square (size, size, 3) back into a frame, in place: its lower face, or all of it.

        Outside what is put back not a byte changes.
        """
        corner = self.corners[number]
        method = cv2.INTER_AREA if rgb.shape[0] > self.side else cv2.INTER_CUBIC
        new = from_rgb(np.asarray(cv2.resize(rgb, (self.side,) * 2, interpolation=method)))
        old = _part(nv12, corner, self.side)
        share = self._mask(number, whole)  # (side, side)
        half = cv2.resize(share, (self.side // 2,) * 2, interpolation=cv2.INTER_AREA)
        shares = np.concatenate((share, np.repeat(half, 2, axis=1)))  # as the planes lie
        mixed = np.rint(old + (new.astype(np.float32) - old) * shares)
        _put(nv12, corner, self.side, np.where(shares > 0, mixed, old).astype(np.uint8))

    def _mask(self, number: int, whole: bool) -> Floats:
        mask = np.zeros((self.side, self.side), np.float32)
        feather = max(3, round(FEATHER * self.side) | 1)
        if whole:
            mask[feather:-feather, feather:-feather] = 1
        else:
            jaw = np.rint(self.meshes[number][list(LOWER)] - self.corners[number]).astype(np.int32)
            cv2.fillPoly(mask, [jaw], 1.0)
            mask = np.asarray(cv2.erode(mask, np.ones((feather // 2 + 1,) * 2)), np.float32)
        soft = cv2.blur(mask, (feather, feather))
        return np.asarray(np.where(soft < 0.004, 0, soft), np.float32)


def face_runs(
    meshes: Mapping[int, Floats], first: int, last: int, *, width: int, height: int
) -> list[FaceRun]:
    """The stretches of frames `first` to `last` in which a face is seen.

    `meshes` are its points (468, 2) by frame. A gap of up to three frames is bridged.
    """
    from scipy.ndimage import uniform_filter1d

    seen = [number for number in range(first, last) if number in meshes]
    stretches: list[list[int]] = []
    for number in seen:
        if stretches and number - stretches[-1][-1] <= BRIDGED + 1:
            stretches[-1].append(number)
        else:
            stretches.append([number])
    runs = []
    for stretch in stretches:
        start, end = stretch[0], stretch[-1] + 1
        if end - start < SHORTEST:
            continue
        points = np.stack([meshes[number] for number in stretch])  # (seen, 468, 2)
        at = np.arange(start, end)
        flat = points.reshape(len(stretch), -1)
        whole = np.stack([np.interp(at, stretch, column) for column in flat.T], axis=1)
        mesh: Floats = whole.reshape(-1, 468, 2).astype(np.float32)
        size = float((mesh[..., 1].max(1) - mesh[..., 1].min(1)).max())
        side = min(round(ROOM * size) // 2 * 2, width, height) // 2 * 2
        middle = (mesh.max(1) + mesh.min(1)) / 2  # (n, 2)
        middle = uniform_filter1d(middle, SMOOTH, axis=0, mode="nearest")
        corner = np.rint((middle - side / 2) / 2).astype(int) * 2
        corner = np.clip(corner, 0, [(width - side) // 2 * 2, (height - side) // 2 * 2])
        runs.append(FaceRun(start, corner, side, mesh))
    return runs


def model_frames(count: int, fps: int) -> list[int]:
    """Of `count` frames at `fps`, the one that each frame of a model at 25 a second shows."""
    wanted = max(1, int(np.ceil(count * MODEL_RATE / fps - 1e-6)))
    return [min(int((number + 0.5) / MODEL_RATE * fps), count - 1) for number in range(wanted)]


def nearest_model_frame(number: int, shown: Sequence[int], fps: int) -> int:
    """The model's frame for frame `number`: one that shows it, else the nearest in time."""
    at = (number + 0.5) / fps
    near = range(len(shown))
    return min(near, key=lambda j: (shown[j] != number, abs((j + 0.5) / MODEL_RATE - at)))


def _part(nv12: Picture, corner: NDArray[np.int_], side: int) -> Picture:
    x, y = corner
    height = nv12.shape[0] * 2 // 3
    chroma = nv12[height + y // 2 : height + (y + side) // 2, x : x + side]
    return np.concatenate((nv12[y : y + side, x : x + side], chroma))


def _put(nv12: Picture, corner: NDArray[np.int_], side: int, part: Picture) -> None:
    x, y = corner
    height = nv12.shape[0] * 2 // 3
    nv12[y : y + side, x : x + side] = part[:side]
    nv12[height + y // 2 : height + (y + side) // 2, x : x + side] = part[side:]
