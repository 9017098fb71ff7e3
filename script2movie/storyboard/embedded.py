"""People cut out of their portraits, relit and placed on sets: the storyboard that needs no GPU.

    prepare   a character's best portrait -> the person cut out, once a film
    draw      1. the place     2. the side of it the camera sees     3. where people stand
              4. the backdrop  5. people in the place's light        6. look and composite

Knows stages and its own rooms; knows no files but the package's and the portraits.
"""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from script2movie.movie import Appearance, Character, Framing, Position
from script2movie.stages import (
    Backdrop,
    Face,
    Keyframe,
    Layers,
    Likeness,
    PersonLayer,
    Setting,
    View,
)
from script2movie.storyboard import backdrops, light, sets
from script2movie.storyboard.figures import measure
from script2movie.storyboard.framing import stand
from script2movie.storyboard.people import placed_layer
from script2movie.storyboard.pixels import Bytes, floats, over, to_bytes
from script2movie.storyboard.portraits import PortraitStudio

__all__ = ["EmbeddedStoryboarder", "composite"]

MARGIN = 0.15  # of the frame on each side of a backdrop, for the camera's moves


class EmbeddedStoryboarder:
    """Fits `stages.Storyboarder`. Same arguments, same bytes."""

    fingerprint = "embedded storyboard 1"

    def __init__(self) -> None:
        """Raises WeightsError where a model's weights are not on this machine."""
        self._portraits = PortraitStudio()
        self._panorama = lru_cache(maxsize=2)(backdrops.read_picture)

    def close(self) -> None:
        self._panorama.cache_clear()

    def prepare(self, character: Character) -> Likeness:
        """The person cut out of their best portrait. Raises BankError where none shows a face."""
        return self._portraits.likeness(character)

    def draw(
        self,
        setting: Setting,
        view: View,
        cast: Sequence[Likeness],
        *,
        width: int,
        height: int,
        seed: int,
    ) -> Keyframe:
        # 1. the place
        choice = sets.choose(setting, sets.places())
        place = choice.place
        size = view.size

        # 2. the side of it that the camera sees
        hfov = backdrops.HFOV[size]
        focal = backdrops.focal_of(hfov, height)
        yaw = place.front + _turn(view)
        pitch = -float(np.degrees(np.arctan(0.08 * height / focal)))
        side = backdrops.SideView(yaw, pitch, focal)

        # 3. where people stand
        likenesses = {likeness.character: likeness for likeness in cast}
        appearances = [a for a in view.characters if a.character in likenesses]
        people = [likenesses[a.character] for a in appearances]
        figures = [measure(person) for person in people]
        stands = stand(
            figures,
            [person.picture.shape[1] for person in people],
            appearances,
            size,
            view.framing,
            width=width,
            height=height,
            focal=focal,
        )

        # 4. the backdrop
        panorama = self._panorama(place.panorama)
        soft = backdrops.SOFTNESS[size] if stands else 0.0
        scale = 0.5 if soft > 0.01 else 1.0
        flat = backdrops.flat_view(panorama, side, width, height, scale, MARGIN)
        blurred = backdrops.softened(flat, soft * height * scale)
        behind = backdrops.graded(
            blurred, setting.light, interior=place.interior, night=place.night
        )
        backdrop = Backdrop(picture=behind, focal=focal * scale, scale=scale)

        # 5. people in the place's light
        frame = backdrops.frame_of(behind, scale, width, height)
        direction = light.key_direction(place.key.yaw, place.key.elevation, yaw)
        here = light.ambience(frame, place.key.kelvin, direction, setting.light)
        layers = tuple(
            placed_layer(people[s.number], s, frame, here, width=width, height=height)
            for s in stands
        )

        # 6. look and composite
        set_up = Layers(backdrop=backdrop, people=layers, foreground=None, style=setting.style)
        picture = composite(set_up, width, height)
        return Keyframe(
            picture=picture,
            faces=_faces(layers, appearances, width, height),
            layers=(set_up,),
            notes=(choice.note,) if choice.note else (),
        )


def _turn(view: View) -> float:
    """Degrees from the scene's front to where this shot's camera looks."""
    seen = [a for a in view.characters if not a.back_to_camera]
    if len(seen) != 1 or view.framing in {Framing.ESTABLISHING, Framing.GROUP}:
        return 0.0
    facing = seen[0].facing
    return {Position.RIGHT: -48.0, Position.LEFT: 48.0, Position.CENTER: 0.0}[facing]


def _faces(
    layers: Sequence[PersonLayer], appearances: Sequence[Appearance], width: int, height: int
) -> tuple[Face, ...]:
    """The seen faces in the order of the view's appearances."""
    boxes = {}
    for layer in layers:
        if layer.seen:
            points = layer.landmarks[:, :2] + floats(layer.origin)
            (x0, y0), (x1, y1) = points.min(axis=0).tolist(), points.max(axis=0).tolist()
            box = (max(0.0, x0), max(0.0, y0), min(float(width), x1), min(float(height), y1))
            boxes[layer.character] = Face(layer.character, box)
    return tuple(boxes[a.character] for a in appearances if a.character in boxes)


def composite(set_up: Layers, width: int, height: int) -> Bytes:
    """The frame at rest: people over backdrop, foreground over people, straight alpha."""
    frame = backdrops.frame_of(set_up.backdrop.picture, set_up.backdrop.scale, width, height)
    frame = np.ascontiguousarray(frame)
    for person in set_up.people:
        over(frame, person.picture, round(person.origin[0]), round(person.origin[1]))
    if set_up.foreground is not None:
        over(frame, set_up.foreground, 0, 0)
    return to_bytes(frame)
