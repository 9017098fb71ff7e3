"""One person as a layer: cropped and scaled to their place in the frame, in the set's light.

Knows likenesses, stands and light; knows nothing of which place it is.
"""

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np

from script2movie.movie import Style
from script2movie.stages import Likeness, PersonLayer
from script2movie.storyboard.behind import from_behind
from script2movie.storyboard.figures import mirrored
from script2movie.storyboard.framing import Stand
from script2movie.storyboard.light import Ambience, relit, wrapped
from script2movie.storyboard.looks import SOFTNESS, drawn_person
from script2movie.storyboard.pixels import Floats, blur, floats, smoothstep, to_bytes

__all__ = ["placed_layer", "shaded"]

BEYOND = 0.14  # of the frame: how much of a person is kept outside of it, for the camera's moves


def placed_layer(
    likeness: Likeness,
    stand: Stand,
    frame: Floats,
    place: Ambience,
    *,
    width: int,
    height: int,
    style: Style,
) -> PersonLayer:
    """A person at screen size. `frame` (H, W, 3) is the backdrop at rest, before its style."""
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
    if stand.hidden_below is not None:
        rows = np.arange(y0, y1, dtype=np.float32)[:, None]
        alpha = alpha * smoothstep(rows, stand.lower_edge, stand.lower_edge - 2)
    mesh = floats(shown.landmarks * np.float32(scale))
    mesh[:, :2] += floats([left - x0, top - y0])

    soft = blur(frame, 0.12 * stand.face_height)
    behind = floats(
        cv2.warpAffine(
            soft,
            np.array([[1.0, 0, -x0], [0, 1.0, -y0]]),
            (x1 - x0, y1 - y0),
            borderMode=cv2.BORDER_REPLICATE,
        )
    )
    if stand.back:
        rgb, alpha = from_behind(
            rgb,
            alpha,
            mesh,
            stand.face_height,
            place,
            towards=1.0 if stand.face[0] < width / 2 else -1.0,
            softness=SOFTNESS[style],
        )
        rgb = wrapped(rgb, alpha, behind, stand.face_height, 0.5)
        rgb = drawn_person(rgb, alpha, stand.face_height, height, style)
        return PersonLayer(
            character=likeness.character,
            picture=np.dstack([to_bytes(rgb), to_bytes(floats(255 * alpha))]),
            origin=(float(x0), float(y0)),
            landmarks=np.zeros((0, 3), np.float32),
            distance=stand.distance,
            seen=False,
        )

    # 2. the light of the place
    rgb = relit(rgb, alpha, mesh, stand.face_height, place)
    rgb = wrapped(rgb, alpha, behind, stand.face_height, 0.45)

    # 3. the film's style
    rgb = drawn_person(rgb, alpha, stand.face_height, height, style)
    picture = np.dstack([to_bytes(rgb), to_bytes(floats(255 * alpha))])
    return PersonLayer(
        character=likeness.character,
        picture=picture,
        origin=(float(x0), float(y0)),
        landmarks=mesh,
        distance=stand.distance,
        yaw=stand.yaw,
    )


def shaded(
    layers: Sequence[PersonLayer], light_from: float, depth: float = 0.42
) -> tuple[PersonLayer, ...]:
    """People with the soft shadows of those before them on them; layers are farthest first.

    `light_from` is the key light's x, -1 from the left to 1 from the right.
    """
    result = list(layers)
    for far, layer in enumerate(layers):
        rows, columns = layer.picture.shape[:2]
        shrink = 4
        gain = np.ones((rows // shrink + 1, columns // shrink + 1), np.float32)
        for nearer in layers[far + 1 :]:
            alpha = floats(nearer.picture[::shrink, ::shrink, 3]) / np.float32(255)
            reach = 0.035 * layer.picture.shape[0]
            x = (nearer.origin[0] - layer.origin[0] - light_from * reach) / shrink
            y = (nearer.origin[1] - layer.origin[1] + 0.5 * reach) / shrink
            moved = cv2.warpAffine(
                alpha, np.array([[1.0, 0, x], [0, 1.0, y]]), (gain.shape[1], gain.shape[0])
            )
            gain *= 1 - depth * blur(moved, reach / shrink)
        if float(gain.min()) > 0.99:
            continue
        wide = cv2.resize(gain, (gain.shape[1] * shrink, gain.shape[0] * shrink))
        picture = layer.picture.copy()
        picture[..., :3] = to_bytes(floats(picture[..., :3]) * wide[:rows, :columns, None])
        result[far] = replace(layer, picture=picture)
    return tuple(result)
