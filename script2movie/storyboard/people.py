"""One person as a layer: cropped and scaled to their place in the frame, in the set's light.

Knows likenesses, stands and light; knows nothing of which place it is.
"""

import cv2
import numpy as np

from script2movie.stages import Likeness, PersonLayer
from script2movie.storyboard.figures import mirrored
from script2movie.storyboard.framing import Stand
from script2movie.storyboard.light import Ambience, relit, wrapped
from script2movie.storyboard.pixels import Floats, blur, floats, to_bytes

__all__ = ["placed_layer"]

BEYOND = 0.14  # of the frame: how much of a person is kept outside of it, for the camera's moves


def placed_layer(
    likeness: Likeness,
    stand: Stand,
    frame: Floats,
    place: Ambience,
    *,
    width: int,
    height: int,
) -> PersonLayer:
    """A person at screen size. `frame` (H, W, 3) is the backdrop at rest."""
    shown = mirrored(likeness) if stand.mirror else likeness
    scale, (left, top) = stand.scale, stand.origin

    # 1. the part that the frame and the camera's moves can show, in whole screen pixels
    h, w = shown.picture.shape[:2]
    x0 = max(int(np.floor(left)), int(-BEYOND * width))
    y0 = max(int(np.floor(top)), int(-BEYOND * height))
    x1 = min(int(np.ceil(left + scale * w)), int((1 + BEYOND) * width))
    y1 = min(int(np.ceil(top + scale * h)), int((1 + BEYOND) * height))
    source = shown.picture
    if scale < 0.6:  # smaller first, so that nothing aliases
        shrunk = (max(1, round(w * scale)), max(1, round(h * scale)))
        premultiplied = floats(source)
        premultiplied[..., :3] *= premultiplied[..., 3:] / 255
        small = floats(cv2.resize(premultiplied, shrunk, interpolation=cv2.INTER_AREA))
        small[..., :3] /= np.maximum(small[..., 3:] / 255, 1e-3)
        source_floats, step = small, (shrunk[0] / w, shrunk[1] / h)
    else:
        source_floats, step = floats(source), (1.0, 1.0)
    kx, ky = scale / step[0], scale / step[1]
    to_screen = np.array([[kx, 0, left - x0], [0, ky, top - y0]])
    layer = cv2.warpAffine(
        source_floats,
        to_screen,
        (x1 - x0, y1 - y0),
        flags=cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_REPLICATE,
    )
    rgb = floats(np.clip(layer[..., :3], 0, 255))
    alpha = floats(np.clip(layer[..., 3] / 255, 0, 1))
    mesh = floats(shown.landmarks * np.float32(scale))
    mesh[:, :2] += floats([left - x0, top - y0])

    # 2. the light of the place
    rgb = relit(rgb, alpha, mesh, stand.face_height, place)
    soft = blur(frame, 0.12 * stand.face_height)
    behind = cv2.warpAffine(
        soft,
        np.array([[1.0, 0, -x0], [0, 1.0, -y0]]),
        (x1 - x0, y1 - y0),
        borderMode=cv2.BORDER_REPLICATE,
    )
    rgb = wrapped(rgb, alpha, floats(behind), stand.face_height, 0.45)
    picture = np.dstack([to_bytes(rgb), to_bytes(floats(255 * alpha))])
    return PersonLayer(
        character=likeness.character,
        picture=picture,
        origin=(float(x0), float(y0)),
        landmarks=mesh,
        distance=stand.distance,
        yaw=stand.yaw,
    )
