"""How clips join, on streams of NV12 frames: dissolves and fades. Holds only the overlap."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from script2movie.media import nv12

__all__ = ["dissolve_from", "fade", "split_tail"]

Picture = NDArray[np.uint8]


def dissolve_from(tail: Path, frames: Iterable[Picture]) -> Iterator[Picture]:
    """`frames`, the first of them mixed with the frames that the clip before ran on for.

    tail  a .npy of (n, H * 3 // 2, W); its first frame is nearly all that is seen at first
    """
    before = np.load(tail, mmap_mode="r")
    for number, frame in enumerate(frames):
        if number < len(before):
            share = (number + 1) / (len(before) + 1)
            yield nv12.mix(np.ascontiguousarray(before[number]), frame, share)
        else:
            yield frame


def fade(
    frames: Iterable[Picture], *, num_frames: int, num_in: int, num_out: int
) -> Iterator[Picture]:
    """Up from black over `num_in` frames, down over the last `num_out` of `num_frames`."""
    for number, frame in enumerate(frames):
        light = min(
            (number + 1) / (num_in + 1) if num_in else 1.0,
            (num_frames - number) / (num_out + 1) if num_out else 1.0,
            1.0,
        )
        yield frame if light >= 1 else nv12.dim(frame, max(light, 0.0))


def split_tail(
    frames: Iterable[Picture], num_frames: int, tail: list[Picture]
) -> Iterator[Picture]:
    """The first `num_frames` frames; what comes after is appended to `tail`."""
    for number, frame in enumerate(frames):
        if number < num_frames:
            yield frame
        else:
            tail.append(frame)
