"""Which frames of a clip are looked at, and reading them: any codec, any size, one clip at a time.

    released    every `total // n`-th frame, the first n of them

Knows nothing of metrics.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

__all__ = [
    "Clip",
    "ClipFault",
    "Picture",
    "open_clip",
    "read_clip",
    "read_keyframe",
    "released_numbers",
    "resized",
]

Picture = NDArray[np.uint8]


class ClipFault(Exception):
    """A clip or keyframe that cannot be read; its text says which and why."""


@dataclass(frozen=True)
class Clip:
    """A clip before it is read. `num_frames` is what its container says."""

    path: Path
    num_frames: int
    fps: float
    width: int
    height: int


def released_numbers(total: int, count: int | None) -> tuple[int, ...]:
    """The frames that the released scripts take of a clip of `total` (video_to_frames_average).

    Every `total // count`-th from the first on until there are `count`: of 49 frames 25 are
    wanted, the interval is 1 and the second half is never seen. Without `count`, all.
    """
    if count is None:
        return tuple(range(total))
    interval = total // count if count < total else 1
    return tuple(range(0, total, interval)[:count])


def open_clip(path: Path) -> Clip:
    """What a clip's container says; its first frame is decoded. Raises ClipFault."""
    capture = _capture(path)
    try:
        if not capture.read()[0]:
            raise ClipFault(f"{path} has no frame that can be decoded")
        fps = capture.get(cv2.CAP_PROP_FPS)
        return Clip(
            path,
            max(1, int(capture.get(cv2.CAP_PROP_FRAME_COUNT))),
            fps if fps > 0 else 24.0,
            int(capture.get(cv2.CAP_PROP_FRAME_WIDTH)),
            int(capture.get(cv2.CAP_PROP_FRAME_HEIGHT)),
        )
    finally:
        capture.release()


def read_clip(path: Path, numbers: Sequence[int] | None = None) -> Iterator[Picture]:
    """Frames as RGB (H, W, 3), in order, streamed; those with these numbers, ascending, or all.

    A container that promises more frames than it has is read to its end. Raises ClipFault where
    there is none at all.
    """
    capture = _capture(path)
    wanted = None if numbers is None else set(numbers)
    last = max(numbers, default=-1) if numbers is not None else None
    at = num_read = 0
    try:
        while (last is None or at <= last) and capture.grab():
            if wanted is None or at in wanted:
                done, bgr = capture.retrieve()
                if not done:
                    break
                num_read += 1
                yield np.asarray(cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB), np.uint8)
            at += 1
    finally:
        capture.release()
    if not num_read:
        raise ClipFault(f"{path} has no frame that can be decoded")


def read_keyframe(path: Path) -> Picture:
    """A picture as RGB (H, W, 3). Raises ClipFault."""
    try:
        with Image.open(path) as picture:
            return np.asarray(picture.convert("RGB"))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise ClipFault(f"{path} cannot be read as a picture: {error}") from None


def resized(picture: Picture, side: int | tuple[int, int]) -> Picture:
    """A frame at R x R, its shape distorted, by PIL's bicubic as in the released scripts."""
    size = (side, side) if isinstance(side, int) else side
    return np.asarray(Image.fromarray(picture).resize(size))


def _capture(path: Path) -> cv2.VideoCapture:
    if path.stat().st_size == 0:
        raise ClipFault(f"{path} has 0 bytes")
    capture = cv2.VideoCapture(str(path))
    if not capture.isOpened():
        capture.release()
        raise ClipFault(f"{path} cannot be opened as a clip")
    return capture
