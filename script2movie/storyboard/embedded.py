"""People cut out of their portraits, relit and placed on sets: the storyboard that needs no GPU.

    prepare   a character's best portrait -> the person cut out, once a film
    draw      1. the place     2. the side of it the camera sees     3. where people stand
              4. the backdrop  5. people in the place's light        6. look and composite

Knows stages and its own rooms; knows no files but the package's and the portraits.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path

import cv2
import numpy as np

from script2movie import weights
from script2movie.movie import Appearance, Character, Framing, Light, Position, ShotSize
from script2movie.stages import (
    Backdrop,
    Companion,
    Face,
    Keyframe,
    Layers,
    Likeness,
    PersonLayer,
    Setting,
    View,
)
from script2movie.storyboard import backdrops, light, looks, plates, sets
from script2movie.storyboard.figures import Figure, measure
from script2movie.storyboard.framing import Stand, stand
from script2movie.storyboard.people import placed_layer, shaded
from script2movie.storyboard.pixels import Bytes, Floats, floats, over, to_bytes
from script2movie.storyboard.portraits import PortraitStudio

__all__ = ["EmbeddedStoryboarder", "composite"]

MARGIN = 0.15  # of the frame on each side of a flat view, for the camera's moves
EMPTY_SHARE = 0.45  # of a shot's time for the empty plate that opens a coverage
EDITION = 4  # raised when the same shot would look different
MEDIUM_AT_MOST = 0.38  # of the frame's height for a face, before a medium shot is none any more
FAR = {ShotSize.FULL, ShotSize.WIDE}
TURN = 7.0  # degrees between two takes of a shot


@dataclass(frozen=True)
class _People:
    """Who is in a view: appearances, likenesses and measures, in the view's order."""

    appearances: tuple[Appearance, ...]
    likenesses: tuple[Likeness, ...]
    figures: tuple[Figure, ...]

    @property
    def widths(self) -> list[int]:
        return [likeness.picture.shape[1] for likeness in self.likenesses]


class EmbeddedStoryboarder:
    """Fits `stages.Storyboarder`. Same arguments, same bytes."""

    num_workers = 2
    reads_about = False

    def __init__(self) -> None:
        """Raises WeightsError where a model's weights are not on this machine."""
        self._portraits = PortraitStudio()
        self._picture = lru_cache(maxsize=3)(backdrops.read_picture)
        self._depth = lru_cache(maxsize=2)(_read_depth)

    @cached_property
    def fingerprint(self) -> str:
        """This code's version, the sets and panoramas it can choose from, the matte's weights."""
        return f"embedded storyboard {EDITION} {sets.digest()} {weights.path('fine-matte').name}"

    def close(self) -> None:
        self._picture.cache_clear()
        self._depth.cache_clear()

    def refusal(self, setting: Setting, view: View, *, width: int, height: int) -> str:
        """A pinned set that does not exist."""
        del view, width, height
        return sets.unknown_set(setting, sets.places())

    def prepare(self, character: Character) -> Likeness:
        """The person cut out of their best portrait. Raises BankError where none shows a face."""
        return self._portraits.likeness(character)

    def companions(self, views: Sequence[View], number: int) -> Sequence[int]:
        """None: every picture is its own shot's."""
        return ()

    def draw(
        self,
        setting: Setting,
        view: View,
        cast: Sequence[Likeness],
        companions: Sequence[Companion] = (),
        *,
        width: int,
        height: int,
        seed: int,
    ) -> Keyframe:
        """Raises PlanError where the scene pins a set that does not exist."""
        choice = sets.choose(setting, sets.places())
        people = _people(view, cast)
        camera = _Camera(self, setting, choice.place, view, width, height)
        if not people.appearances:
            set_ups = [camera.empty()]
        elif seated := camera.seated(people):
            set_ups = [seated]
        elif view.size in FAR:
            set_ups = [
                replace(camera.empty(), share=EMPTY_SHARE),
                replace(camera.close(people, ShotSize.MEDIUM), share=1 - EMPTY_SHARE),
            ]
        else:
            set_ups = [camera.close(people, view.size)]
        shown = set_ups[-1]
        faces = _faces(shown.people, people.appearances, width, height)
        substituted = [choice.note] if choice.note else []
        if view.size is ShotSize.MEDIUM:
            substituted += [_nearer(face, height) for face in faces]
        return Keyframe(
            picture=composite(shown, width, height),
            faces=faces,
            layers=tuple(set_ups),
            notes=tuple(filter(None, substituted)),
        )


class _Camera:
    """One shot's set-ups in one place."""

    def __init__(
        self,
        board: EmbeddedStoryboarder,
        setting: Setting,
        place: sets.Place,
        view: View,
        width: int,
        height: int,
    ) -> None:
        self.board, self.setting, self.place, self.view = board, setting, place, view
        self.width, self.height = width, height
        self.dark = setting.light is Light.NIGHT

    def close(self, people: _People, size: ShotSize) -> Layers:
        """People before a softened view of the panorama."""
        focal = backdrops.focal_of(backdrops.HFOV[size], self.height)
        yaw = self.place.angles[self.side(people.appearances)] + self.turn
        stands = stand(
            people.figures,
            people.widths,
            people.appearances,
            size,
            width=self.width,
            height=self.height,
            focal=focal,
        )
        backdrop = self.flat(yaw, focal, backdrops.SOFTNESS[size])
        return self.peopled(backdrop, yaw, people, stands, None)

    def seated(self, people: _People) -> Layers | None:
        """People at spots of a rendered plate; None where it has none for them."""
        name = self.plate_for(people.appearances)
        turned = any(a.back_to_camera for a in people.appearances)
        elsewhere = self.view.take % 2 == 1  # every other take leaves the seats
        if name is None or turned or elsewhere or self.view.size not in plates.SHARES:
            return None
        plate = self.place.plates[name]
        shot, backdrop = self.plate(plate)
        stands = plates.seated(
            shot, plate.spots, people.figures, people.widths, people.appearances, self.view.size
        )
        if stands is None:
            return None
        frame = backdrops.frame_of(backdrop.picture, backdrop.scale, self.width, self.height)
        before = plates.foreground(shot, stands, frame)
        if not plates.suits(before, stands):
            return None
        return self.peopled(backdrop, plate.yaw, people, stands, before)

    def empty(self) -> Layers:
        """The place without people: a plate where there is one, else a wide flat view."""
        look_back = self.view.framing is Framing.POINT_OF_VIEW
        if self.place.plates:
            name = next((n for n in ("b", "a") if look_back and n in self.place.plates), "wide")
            names = sorted(self.place.plates, key=lambda one: one != name)
            plate = self.place.plates[names[self.view.take % len(names)]]
            _, backdrop = self.plate(plate)
        else:
            insert = self.view.framing is Framing.INSERT
            yaw = self.place.angles["reverse" if look_back else "wide"] + self.turn
            hfov = 52.0 if insert else 72.0
            backdrop = self.flat(yaw, backdrops.focal_of(hfov, self.height), 0.0)
        backdrop = self.drawn(backdrop)
        return Layers(backdrop=backdrop, people=(), foreground=None, style=self.setting.style)

    @property
    def turn(self) -> float:
        """Degrees by which a later take looks past the place's own angle: a side each in turn."""
        take = self.view.take
        return 0.0 if take == 0 else (-1) ** take * TURN * (1 + (take - 1) // 2 % 3)

    def side(self, appearances: Sequence[Appearance]) -> str:
        """Which of the place's angles a shot is seen from: the 180-degree rule.

        Several people, or one who looks at the camera, are seen from the front. Who looks to
        the screen's right always has the same part of the place behind them, and who looks
        left another.
        """
        seen = [a for a in appearances if not a.back_to_camera]
        if len(seen) != 1:
            return "wide"
        return {Position.RIGHT: "a", Position.LEFT: "b", Position.CENTER: "wide"}[seen[0].facing]

    def plate_for(self, appearances: Sequence[Appearance]) -> str | None:
        """The plate whose direction keeps to the scene's side of the line."""
        plates_here, wanted = self.place.plates, self.side(appearances)
        if wanted in plates_here and plates_here[wanted].spots:
            return wanted
        return "wide" if "wide" in plates_here else None

    def plate(self, plate: sets.Plate) -> tuple[plates.PlateView, Backdrop]:
        lit = plate.night if self.dark and plate.night else plate.picture
        picture = self.board._picture(lit)
        depth = None if plate.depth is None else self.board._depth(plate.depth, plate.depth_scale)
        shot = plates.plate_view(plate, picture, depth, self.width, self.height)
        lamps = backdrops.softened(shot.picture, 0.0)
        if self.dark and plate.night is None and shot.depth is not None and self.place.interior:
            lamps = backdrops.windows_dark(lamps, shot.depth)
        graded = backdrops.graded(
            lamps,
            self.setting.light,
            interior=self.place.interior,
            night=self.dark and plate.night is not None,
        )
        return shot, plates.with_depth(shot, graded)

    def flat(self, yaw: float, focal: float, softness: float) -> Backdrop:
        """A view of the panorama, out of focus by `softness` of the frame's height."""
        night = self.place.night_panorama if self.dark else None
        panorama = self.board._picture(night or self.place.panorama)
        pitch = -float(np.degrees(np.arctan(0.08 * self.height / focal)))
        softness *= looks.SOFTNESS[self.setting.style]
        scale = 0.5 if softness > 0.01 else 1.0
        side = backdrops.SideView(yaw, pitch, focal)
        view = backdrops.flat_view(panorama, side, self.width, self.height, scale, MARGIN)
        soft = backdrops.softened(view, softness * self.height * scale)
        picture = backdrops.graded(
            soft,
            self.setting.light,
            interior=self.place.interior,
            night=self.place.night or night is not None,
        )
        return Backdrop(picture=picture, focal=focal * scale, scale=scale)

    def peopled(
        self,
        backdrop: Backdrop,
        yaw: float,
        people: _People,
        stands: Sequence[Stand],
        before: Bytes | None,
    ) -> Layers:
        """People in the place's light over a backdrop."""
        frame = backdrops.frame_of(backdrop.picture, backdrop.scale, self.width, self.height)
        key = self.place.night_key if self.dark else self.place.key
        direction = light.key_direction(key.yaw, key.elevation, yaw)
        here = light.ambience(frame, key.kelvin, direction, self.setting.light)
        layers = tuple(
            placed_layer(
                people.likenesses[s.number],
                s,
                frame,
                here,
                width=self.width,
                height=self.height,
                style=self.setting.style,
            )
            for s in stands
        )
        layers = shaded(layers, direction[0])
        backdrop = self.drawn(backdrop)
        if before is not None:  # what is before the people is drawn like what is behind them
            styled = backdrops.frame_of(backdrop.picture, backdrop.scale, self.width, self.height)
            before = np.dstack([to_bytes(styled), before[..., 3]])
        return Layers(backdrop=backdrop, people=layers, foreground=before, style=self.setting.style)

    def drawn(self, backdrop: Backdrop) -> Backdrop:
        """The backdrop in the film's style."""
        picture = looks.drawn_place(
            backdrop.picture,
            backdrop.scale,
            self.height,
            self.setting.style,
            inside=self.place.interior,
        )
        return replace(backdrop, picture=picture)


def _read_depth(path: Path, metres: float) -> Floats:
    """A plate's depth (h, w) in metres."""
    steps = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    assert steps is not None, path
    return floats(steps) * np.float32(metres)


def _people(view: View, cast: Sequence[Likeness]) -> _People:
    """Whoever of the view has a likeness; a name that comes twice is one person."""
    known = {likeness.character: likeness for likeness in cast}
    shown = {a.character: a for a in reversed(view.characters) if a.character in known}
    appearances = tuple(reversed(shown.values()))
    likenesses = tuple(known[a.character] for a in appearances)
    return _People(appearances, likenesses, tuple(map(measure, likenesses)))


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


def _nearer(face: Face, height: int) -> str:
    """What to report of a portrait so tight that its person comes nearer than in a medium shot."""
    share = (face.box[3] - face.box[1]) / height
    if share <= MEDIUM_AT_MOST:
        return ""
    return (
        f"{face.character}'s portrait ends too soon for a medium shot: their face takes "
        f"{share:.0%} of the frame's height"
    )


def composite(set_up: Layers, width: int, height: int) -> Bytes:
    """The frame at rest: people over backdrop, foreground over people, straight alpha."""
    frame = backdrops.frame_of(set_up.backdrop.picture, set_up.backdrop.scale, width, height)
    frame = np.ascontiguousarray(frame)
    for person in set_up.people:
        over(frame, person.picture, round(person.origin[0]), round(person.origin[1]))
    if set_up.foreground is not None:
        over(frame, set_up.foreground, 0, 0)
    return looks.graded(frame, set_up.style)
