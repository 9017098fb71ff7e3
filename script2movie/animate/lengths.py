"""A shot's length as a model's clips: which frame counts a model makes, how clips overlap. Pure.

Knows no model by name and no pixels.
"""

import math
from dataclasses import dataclass

__all__ = ["Grid", "clip_lengths", "film_length", "native_length"]


@dataclass(frozen=True)
class Grid:
    """The frame counts a model can make: `offset` + k * `step`, from `least` to `most`.

    Wan and LTX-2 compress time by 4 and 8, so they make 4k + 1 and 8k + 1 frames; a model whose
    count is fixed has `least` equal to `most`.
    """

    step: int
    offset: int
    least: int
    most: int

    def at_least(self, num_frames: int) -> int:
        """The smallest count on the grid that is not below `num_frames`, `most` where none is."""
        steps = math.ceil((max(num_frames, self.least) - self.offset) / self.step)
        return min(self.offset + steps * self.step, self.most)


def native_length(num_frames: int, fps: int, model_fps: int) -> int:
    """How many frames at the model's rate cover `num_frames` of the film, first to last."""
    return math.ceil((num_frames - 1) * model_fps / fps - 1e-9) + 1


def film_length(num_native: int, fps: int, model_fps: int) -> int:
    """How many frames of the film lie within `num_native` frames at the model's rate."""
    return math.floor((num_native - 1) * fps / model_fps + 1e-9) + 1


def clip_lengths(num_native: int, grid: Grid, overlap: int = 1) -> tuple[int, ...]:
    """The lengths of the clips that together give at least `num_native` frames.

    Every clip after the first repeats the last `overlap` frames of the one before. The clips are
    as equal as the grid allows: a stub at the end would drift as much as a whole clip.
    """
    if num_native <= grid.most:
        return (grid.at_least(num_native),)
    count = math.ceil((num_native - overlap) / (grid.most - overlap))
    lengths: list[int] = []
    left = num_native  # frames that no clip gives yet, and those that the next one repeats
    for remaining in range(count, 0, -1):
        length = grid.at_least(math.ceil((left + overlap * (remaining - 1)) / remaining))
        lengths.append(length)
        left -= length - overlap
        if left <= overlap:
            break
    return tuple(lengths)
