"""Clips of one shot into one stream without a seam. Knows RGB frames and no model.

A clip that goes on from another begins with frames that repeat the other's last ones, as well as
its model can: its decoder loses something, its colours drift. What the last repeated frame lacks
is added to the frames after it and fades away over `FADE` of them on a smooth curve, so that the
step across the join is the clip's own motion and no more.
"""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["continued"]

Picture = NDArray[np.uint8]
Clip = NDArray[np.uint8]  # (N, H, W, 3)

FADE = 12  # frames


def continued(
    first: Sequence[Picture],
    lengths: Sequence[int],
    make: Callable[[Sequence[Picture], int, int], Clip],
    *,
    overlap: int = 1,
) -> Iterator[Picture]:
    """The frames of all clips in a row; each clip is made when the one before has been taken.

    `make(given, length, number)` makes clip `number` of `length` frames that begins as `given`
    does: `first` for the first clip, then the last `overlap` frames that were shown.
    """
    given = first
    for number, length in enumerate(lengths):
        clip = make(given, length, number)
        if number:
            lacking = given[-1].astype(np.int16) - clip[overlap - 1]
            clip = clip[overlap:]
            fade = min(FADE, len(clip))
            for after in range(fade):
                t = (after + 1) / (fade + 1)
                kept = 1.0 - t * t * (3.0 - 2.0 * t)
                clip[after] = np.clip(clip[after] + np.rint(kept * lacking), 0, 255)
        given = [frame.copy() for frame in clip[-overlap:]]
        yield from map(np.copy, clip)
        del clip  # and no frame is a view of it: it is gone before the next one is made
