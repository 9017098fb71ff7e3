"""Of boxes that overlap, the surest: greedy suppression, as SCRFD and MTCNN do it."""

import numpy as np
from numpy.typing import NDArray

__all__ = ["apart"]


def apart(
    boxes: NDArray[np.float32],
    most: float,
    *,
    inclusive: bool = False,
    of_smaller: bool = False,
    later_first: bool = False,
) -> list[int]:
    """Of boxes (N, 5 or more), the surest first, those that overlap none before by over `most`.

    A row is two corners and a score. An overlap is a share of what both cover, or `of_smaller` of
    the two; `inclusive` counts the pixels of both edges; of equally sure boxes the first comes
    first, or the last.
    """
    extra = 1 if inclusive else 0
    area = (boxes[:, 2:4] - boxes[:, :2] + extra).prod(axis=1)
    scores = boxes[:, 4]
    order = np.argsort(-scores, kind="stable")
    if later_first:
        order = np.argsort(scores, kind="stable")[::-1]
    kept = []
    while len(order):
        best, rest = order[0], order[1:]
        kept.append(int(best))
        near = np.maximum(boxes[best, :2], boxes[rest, :2])
        far = np.minimum(boxes[best, 2:4], boxes[rest, 2:4])
        common = np.maximum(far - near + extra, 0).prod(axis=1)
        whole = area[best] + area[rest] - common
        if of_smaller:
            whole = np.minimum(area[best], area[rest])
        order = rest[common <= most * whole]
    return kept
