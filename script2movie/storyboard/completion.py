"""What a portrait's frame cut off, completed: crown, outer line of shoulders, some more chest.

A photo often ends in the middle of a shoulder or of the hair. The missing part is grown out of
what is next to the cut: the same cloth or hair, bent along the line a shoulder or a crown has.
Below a cut through clothes the cloth goes on for a little, so that a bust can be framed like
other people; there is an end of it, and the frame of a shot has to end above that. Pure arrays.
"""

import cv2
import numpy as np

from script2movie.storyboard.pixels import Floats, blur, floats, lab, smoothstep

__all__ = ["completed"]

SHOULDER = 1.42  # from the middle of a face to the outside of an arm, in face heights
SKULL = 0.5  # half the width of a head with its hair, in face heights
CROWN = 0.27  # the most of a head that is grown, in face heights
CHEST = 1.9  # from the middle of a face down to where a photo should reach, in face heights
DRAWN_CHEST = 2.7  # and a drawn figure, whose clothes are plain
LOWERED = 0.75  # the most of a chest that is grown, in face heights
CHEEKS = (50, 101, 36, 280, 330, 266)  # points of the face mesh on bare skin
_CUT = 0.5  # matte above which a person touches the picture's edge


def completed(
    picture: Floats, alpha: Floats, mesh: Floats, *, whole: bool, drawn: bool
) -> tuple[Floats, Floats, Floats]:
    """Picture (H, W, 3), matte (H, W) in 0..1 and mesh on a canvas that holds the missing parts.

    `whole` says that the feet are in the picture, `drawn` that it is no photo.
    """
    if not whole:
        picture, alpha = _chest(picture, alpha, mesh, DRAWN_CHEST if drawn else CHEST)
    for _ in range(2):  # the left side is the right side of the mirrored picture
        picture, alpha = _right_side(picture, alpha, mesh)
        picture, alpha = picture[:, ::-1], alpha[:, ::-1]
        mesh = floats(mesh * floats([-1, 1, 1]) + floats([alpha.shape[1] - 1, 0, 0]))
    return _crown(np.ascontiguousarray(picture), np.ascontiguousarray(alpha), mesh)


def _face(mesh: Floats) -> tuple[float, float, float]:
    """Middle x, y and height of a face."""
    x, y = mesh[[10, 152, 234, 454], :2].mean(axis=0).tolist()
    return float(x), float(y), float(np.linalg.norm(mesh[152, :2] - mesh[10, :2]))


def _run(line: Floats, start: int) -> tuple[int, int] | None:
    """First and last index of the longest stretch of the line above the cut, from `start` on."""
    touching = np.concatenate([[0], (line[start:] > _CUT).astype(np.int8), [0]])
    steps = np.diff(touching)
    begins, ends = np.flatnonzero(steps == 1), np.flatnonzero(steps == -1)
    if not begins.size:
        return None
    longest = int(np.argmax(ends - begins))
    return start + int(begins[longest]), start + int(ends[longest]) - 1


def _right_side(picture: Floats, alpha: Floats, mesh: Floats) -> tuple[Floats, Floats]:
    h, w = alpha.shape
    x, _y, face = _face(mesh)
    run = _run(alpha[:, -3:].min(axis=1), 0)
    if run is None or run[1] - run[0] < 0.08 * face:
        return picture, alpha
    top, bottom = run
    to_the_ground = bottom > h - 0.1 * face
    reach = max(0.3 * face, min(SHOULDER * face - (w - 1 - x), 0.9 * face))
    if not to_the_ground:
        reach = min(reach, 0.5 * (bottom - top))
    pad = int(np.ceil(reach + 0.06 * face))

    back = max(2, min(int(0.3 * face), w // 4))
    edge = [_upper_edge(alpha[:, column], top) for column in (w - 1 - back, w - 2)]
    slope = float(np.clip((edge[1] - edge[0]) / back, 0.0, 1.2))
    t = np.arange(1, pad + 1, dtype=np.float32)[None]
    rows = np.arange(h, dtype=np.float32)[:, None]
    part = np.clip(t / reach, 0, 1)
    drop = slope * t * (1 - 0.4 * part) + 0.75 * face * (1 - np.sqrt(1 - part * part))
    upper = top + drop
    feather = max(1.0, 0.018 * face)
    grown = smoothstep((rows - upper) / feather, -1, 1) * smoothstep((reach - t) / feather, -1, 1)
    if not to_the_ground:
        lower = bottom - drop * (bottom - top) / max(face, 1.0)
        grown = grown * smoothstep((lower - rows) / feather, -1, 1)

    span = max(4.0, min(float(w - 1 - x) * 0.9, 1.2 * face))
    into = span - np.abs(np.mod(t, 2 * span) - span)  # there and back again
    source_x = np.broadcast_to(w - 2 - into, (h, pad))
    source_y = np.clip(rows - drop - slope * into * (1 - part), 0, h - 1)
    maps = floats(source_x), floats(np.broadcast_to(source_y, (h, pad)))
    cloth = floats(cv2.remap(picture, *maps, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE))
    solid = floats(cv2.remap(alpha, *maps, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE))
    inner = (
        blur(cloth * solid[..., None], 0.1 * face)
        / np.maximum(blur(solid, 0.1 * face), 1e-3)[..., None]
    )
    cloth = floats(cloth * solid[..., None] + inner * (1 - solid[..., None]))
    cloth = floats(cloth * (1 - 0.3 * part[..., None] ** 2))
    return np.concatenate([picture, cloth], axis=1), np.concatenate([alpha, grown], axis=1)


def _chest(picture: Floats, alpha: Floats, mesh: Floats, length: float) -> tuple[Floats, Floats]:
    h, w = alpha.shape
    x, y, face = _face(mesh)
    pad = int(min(length * face - (h - 1 - y), LOWERED * face))
    neck = h - 1 - float(mesh[152, 1])  # rows of neck and clothes that there are
    last = smoothstep(alpha[-3:].min(axis=0), 0.1, 0.8)
    last[:3], last[-3:] = last[3], last[-4]  # mattes are thin at a photo's edge
    middle = slice(max(0, int(x - 0.6 * face)), int(x + 0.6 * face) + 1)
    if pad < 0.05 * face or neck < 0.2 * face or float((last[middle] > _CUT).mean()) < 0.9:
        return picture, alpha
    strip = slice(h - max(3, int(0.1 * face)), h)
    if _bare(picture, strip, last, mesh) > 0.3:
        return picture, alpha  # hands or bare skin do not go on like cloth

    t = np.arange(1, pad + 1, dtype=np.float32)[:, None]
    columns = np.arange(w, dtype=np.float32)[None]
    above = alpha[h - 1 - int(0.2 * face)] > _CUT
    source_x = np.broadcast_to(columns, (pad, w)).copy()
    for side, room in ((-1, x), (1, w - 1 - x)):  # shoulders go on outwards, arms go down
        own = side * (columns[0] - x) >= 0
        reach, before = (float(np.sum(line & own)) for line in (last > _CUT, above))
        slope = float(np.clip((reach - before) / (0.2 * face), 0, 1))
        widest = min(max(reach, SHOULDER * face), max(reach, 0.97 * room))
        wide = np.minimum(reach + slope * t * (1 - 0.5 * t / pad), widest)
        source_x = np.where(own[None], x + (columns - x) * reach / wide, source_x)
    span = min(0.6 * neck, 0.5 * face)
    into = span - np.abs(np.mod(t, 2 * span) - span)  # there and back again, less and less sharp
    maps = floats(source_x), floats(np.broadcast_to(h - 1 - 0.02 * face - into, (pad, w)))
    weight = alpha[..., None]
    cloth = floats(cv2.remap(picture, *maps, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE))
    for sigma, start, end in ((0.03, 0.0, 0.12), (0.12, 0.1, 0.4)):
        soft = blur(picture * weight, sigma * face)
        soft = floats(soft / np.maximum(blur(alpha, sigma * face)[..., None], 1e-3))
        soft = floats(cv2.remap(soft, *maps, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE))
        cloth = floats(cloth + (soft - cloth) * smoothstep(t / face, start, end)[..., None])
    cloth = floats(cloth * (1 - 0.18 * (t / pad)[..., None] ** 2))
    edge = cv2.remap(floats(last[None]), maps[0], np.zeros_like(maps[0]), cv2.INTER_LINEAR)
    return np.concatenate([picture, cloth]), np.concatenate([alpha, floats(edge)])


def _bare(picture: Floats, strip: slice, solid: Floats, mesh: Floats) -> float:
    """How much of a strip of the picture has the face's colour."""
    h, w = picture.shape[:2]
    xs = np.clip(mesh[list(CHEEKS), 0].astype(int), 0, w - 1)
    ys = np.clip(mesh[list(CHEEKS), 1].astype(int), 0, h - 1)
    skin = np.median(lab(floats(picture[ys, xs][None]))[0], axis=0)
    away = np.abs(lab(floats(picture[strip])) - skin)
    like = (away[..., 0] < 28) & (np.hypot(away[..., 1], away[..., 2]) < 11)
    seen = solid > _CUT
    return float(like[:, seen].mean()) if seen.any() else 1.0


def _upper_edge(column: Floats, near: int) -> float:
    """Where the body begins in a column, going up from just below `near`."""
    solid = column > _CUT
    row = min(near + 2, len(solid) - 1)
    if not solid[row]:
        below = np.flatnonzero(solid[row:])
        return float(row + below[0]) if below.size else float(near)
    while row > 0 and solid[row - 1]:
        row -= 1
    return float(row)


def _crown(picture: Floats, alpha: Floats, mesh: Floats) -> tuple[Floats, Floats, Floats]:
    _h, w = alpha.shape
    x, _y, face = _face(mesh)
    brow = float(mesh[10, 1])
    near = np.abs(np.arange(w) - x) < 1.1 * face
    run = _run(floats(alpha[:3].min(axis=0) * near), 0)
    if run is None or run[1] - run[0] < 0.06 * face:
        return picture, alpha, mesh
    left, right = run
    half, middle = (right - left) / 2 + 1, (left + right) / 2
    round_head = max(half, SKULL * face)
    rise = round_head - float(np.sqrt(round_head**2 - half**2))
    rise = max(min(rise, CROWN * face), 0.012 * face)
    radius = (half**2 + rise**2) / (2 * rise)  # of the arc through both ends of the cut
    band = _hair_rows(picture, left, right, min(0.75 * brow, 0.5 * face))
    pad = int(np.ceil(rise + 0.06 * face))
    up = np.arange(pad, 0, -1, dtype=np.float32)[:, None]  # above the cut
    columns = np.arange(w, dtype=np.float32)[None]
    narrow = np.sqrt(np.clip(radius**2 - (up - rise + radius) ** 2, 0, None)) / half
    feather = max(1.0, 0.022 * face)
    beyond = np.abs(columns - middle) - half * narrow
    grown = smoothstep(-beyond / feather, -1.4, 1.0) * smoothstep((rise - up) / feather, -1, 1)
    source_y = np.broadcast_to(band - np.abs(np.mod(up, 2 * band) - band), (pad, w))
    source_x = middle + (columns - middle) / np.maximum(narrow, 0.35)
    source_x = np.clip(source_x, left + 1, right - 1)
    hair = floats(
        cv2.remap(
            picture,
            floats(source_x),
            floats(source_y),
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        )
    )
    hair = floats(cv2.GaussianBlur(hair, (0, 0), sigmaX=0.6, sigmaY=max(0.6, 0.02 * face)))
    hair = floats(hair * (1 - 0.22 * (up / pad)[..., None] ** 2))
    mesh = floats(mesh + floats([0, pad, 0]))
    return np.concatenate([hair, picture]), np.concatenate([floats(grown), alpha]), mesh


def _hair_rows(picture: Floats, left: int, right: int, most: float) -> float:
    """How many rows below the cut look like the hair at the cut."""
    quarter = (right - left) // 4
    strip = picture[: max(3, int(most)), left + quarter : right - quarter + 1]
    rows = strip.mean(axis=1)
    away = np.abs(rows - rows[: max(2, len(rows) // 12)].mean(axis=0)).mean(axis=1)
    other = np.flatnonzero(away > 16)
    return float(max(3, (other[0] if other.size else len(rows)) * 0.85))
