"""Keyframes of the default cast: properties of the pictures."""

from importlib import resources
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from script2movie.errors import BankError
from script2movie.movie import (
    Appearance,
    CameraMove,
    Character,
    Framing,
    Light,
    Portrait,
    Position,
    ShotSize,
    Style,
)
from script2movie.perception.faces import FaceDetector
from script2movie.perception.identity import FaceRecogniser, Gallery
from script2movie.stages import Keyframe, Likeness, Setting, View
from script2movie.storyboard.embedded import EmbeddedStoryboarder, composite
from script2movie.storyboard.figures import measure, mirrored

LEFT, CENTER, RIGHT = Position.LEFT, Position.CENTER, Position.RIGHT
CAST = Path(str(resources.files("script2movie"))) / "assets" / "cast"


def figure(name: str) -> Character:
    return Character(name, (Portrait(CAST / name / "portrait.webp", default_figure=True),))


def setting(place: str = "kitchen", **changes: object) -> Setting:
    fields = {
        "place": place,
        "interior": True,
        "light": Light.DAY,
        "set": "",
        "description": "",
        "mood": "",
        "wardrobe": (),
        "props": (),
        "style": Style.PHOTO,
    }
    return Setting(**(fields | changes))  # type: ignore[arg-type]


def view(size: ShotSize, framing: Framing, *people: Appearance) -> View:
    return View(size, framing, CameraMove.STATIC, people, "", "", ())


def facing_pair(cast: dict[str, Likeness]) -> tuple[Appearance, Appearance]:
    first, second = list(cast)[:2]
    return (
        Appearance(first, position=LEFT, facing=RIGHT),
        Appearance(second, position=RIGHT, facing=LEFT),
    )


def shot(
    board: EmbeddedStoryboarder,
    cast: dict[str, Likeness],
    seen: View,
    where: Setting | None = None,
    size: tuple[int, int] = (640, 360),
) -> Keyframe:
    people = [cast[a.character] for a in seen.characters]
    return board.draw(where or setting(), seen, people, width=size[0], height=size[1], seed=7)


def test_a_likeness_is_a_clean_cut_out(cast: dict[str, Likeness]) -> None:
    for likeness in cast.values():
        h, w, channels = likeness.picture.shape
        assert channels == 4
        assert likeness.landmarks.shape == (468, 3)
        assert likeness.embedding.shape == (128,)
        alpha = likeness.picture[..., 3]
        face = likeness.landmarks[:, :2].mean(axis=0).astype(int)
        assert alpha[face[1], face[0]] == 255
        assert alpha[2, 2] == 0
        assert (likeness.landmarks[:, :2] >= 0).all()
        assert (likeness.landmarks[:, :2] < (w, h)).all()
        assert measure(likeness).face_height == pytest.approx(300, rel=0.3)


def test_a_mirrored_person_looks_the_other_way(cast: dict[str, Likeness]) -> None:
    person = next(iter(cast.values()))
    other = mirrored(person)
    assert measure(other).gaze == pytest.approx(-measure(person).gaze, abs=1e-4)
    assert np.allclose(mirrored(other).landmarks, person.landmarks, atol=1e-3)
    assert np.array_equal(mirrored(other).picture, person.picture)


@pytest.mark.parametrize("size", [(640, 360), (1280, 720), (360, 640)])
def test_any_frame_size_and_the_backdrop_has_a_margin(
    board: EmbeddedStoryboarder, cast: dict[str, Likeness], size: tuple[int, int]
) -> None:
    keyframe = shot(
        board, cast, view(ShotSize.MEDIUM, Framing.TWO_SHOT, *facing_pair(cast)), size=size
    )
    width, height = size
    assert keyframe.picture.shape == (height, width, 3)
    (layers,) = keyframe.layers
    backdrop = layers.backdrop
    assert backdrop.picture.shape[1] >= 1.29 * width * backdrop.scale
    assert backdrop.picture.shape[0] >= 1.29 * height * backdrop.scale
    assert [face.character for face in keyframe.faces] == list(cast)[:2]
    first, second = keyframe.faces
    assert first.box[2] < second.box[0]
    for face in keyframe.faces:
        x0, y0, x1, y1 = face.box
        assert 0 <= x0 < x1 <= width
        assert 0 <= y0 < y1 <= height


def test_people_reach_below_the_frame(
    board: EmbeddedStoryboarder, cast: dict[str, Likeness]
) -> None:
    for size in (ShotSize.EXTREME_CLOSE_UP, ShotSize.CLOSE_UP, ShotSize.MEDIUM):
        name = next(iter(cast))
        keyframe = shot(board, cast, view(size, Framing.SINGLE, Appearance(name)))
        (person,) = keyframe.layers[0].people
        bottom = person.origin[1] + person.picture.shape[0]
        assert bottom >= 1.05 * 360


def test_a_photo_cut_at_the_collar_makes_a_medium_shot(
    board: EmbeddedStoryboarder, tmp_path: Path
) -> None:
    cut = Image.open(CAST / "ben" / "portrait.webp").convert("RGBA")
    photo = Image.alpha_composite(Image.new("RGBA", cut.size, (96, 120, 150, 255)), cut)
    photo.convert("RGB").crop((110, 0, 590, 540)).save(tmp_path / "bust.png")
    bust = board.prepare(Character("Ben", (Portrait(tmp_path / "bust.png"),)))
    keyframe = shot(board, {"Ben": bust}, view(ShotSize.MEDIUM, Framing.SINGLE, Appearance("Ben")))
    (box,) = (face.box for face in keyframe.faces)
    assert 0.15 <= (box[3] - box[1]) / 360 <= 0.35
    (person,) = keyframe.layers[0].people
    below = person.picture[-6:, :, 3] > 200
    width = float(below.sum(axis=1).mean()) / (box[3] - box[1])
    assert 1.8 < width < 3.4  # as wide as shoulders, not a neck and not a wall
    reds = person.picture[-6:][below][:, :3].astype(float).mean(axis=0)
    assert reds[0] > 1.5 * reds[2]  # Ben's jumper


def test_black_hair_takes_no_colour_from_a_place(board: EmbeddedStoryboarder) -> None:
    cast = {"priya": board.prepare(figure("priya"))}
    for place, interior in (("office", True), ("forest", False), ("bar", True)):
        seen = view(ShotSize.CLOSE_UP, Framing.SINGLE, Appearance("priya"))
        keyframe = shot(board, cast, seen, setting(place, interior=interior))
        (person,) = keyframe.layers[0].people
        hair = (person.picture[..., 3] > 250) & (person.picture[..., :3].max(axis=2) < 60)
        red, _green, blue = person.picture[hair][:, :3].astype(float).mean(axis=0)
        assert abs(red - blue) < 9, place


def test_the_picture_is_the_layers_at_rest_and_the_same_every_time(
    board: EmbeddedStoryboarder, cast: dict[str, Likeness]
) -> None:
    seen = view(ShotSize.CLOSE_UP, Framing.TWO_SHOT, *facing_pair(cast))
    first, again = shot(board, cast, seen), shot(board, cast, seen)
    assert np.array_equal(first.picture, composite(first.layers[-1], 640, 360))
    assert np.array_equal(first.picture, again.picture)
    for one, other in zip(first.layers[0].people, again.layers[0].people, strict=True):
        assert np.array_equal(one.picture, other.picture)


def test_a_wide_shot_is_seated_at_the_set_or_covered_by_two_set_ups(
    board: EmbeddedStoryboarder, cast: dict[str, Likeness]
) -> None:
    seen = view(ShotSize.WIDE, Framing.TWO_SHOT, *facing_pair(cast))
    at_home = shot(board, cast, seen, setting("living room"))
    (layers,) = at_home.layers
    assert layers.foreground is not None
    assert layers.backdrop.depth is not None
    for person in layers.people:  # whatever ends in the frame ends behind the foreground
        alpha = person.picture[..., 3]
        rows = np.flatnonzero((alpha > 128).any(axis=1))
        y = round(person.origin[1]) + int(rows[-1]) - 1
        columns = np.flatnonzero(alpha[rows[-1] - 1] > 128) + round(person.origin[0])
        assert (layers.foreground[min(y, 359), columns, 3] > 128).mean() > 0.85
    assert all(box.box[3] - box.box[1] < 0.16 * 360 for box in at_home.faces)

    outside = shot(board, cast, seen, setting("forest", interior=False))
    empty, closer = outside.layers
    assert empty.people == ()
    assert len(closer.people) == 2
    assert empty.share + closer.share == pytest.approx(1)


def test_an_over_the_shoulder_shot_shows_one_face(
    board: EmbeddedStoryboarder, cast: dict[str, Likeness]
) -> None:
    near, far = list(cast)[:2]
    people = (
        Appearance(near, position=LEFT, facing=RIGHT, back_to_camera=True),
        Appearance(far, position=RIGHT, facing=LEFT),
    )
    keyframe = shot(
        board, cast, view(ShotSize.MEDIUM, Framing.OVER_THE_SHOULDER, *people), size=(1280, 720)
    )
    assert [face.character for face in keyframe.faces] == [far]
    shoulder = keyframe.layers[0].people[-1]
    assert shoulder.character == near
    assert not shoulder.seen
    assert shoulder.landmarks.shape == (0, 3)
    assert len(FaceDetector().detect(keyframe.picture)) == 1


def test_a_near_shoulder_has_its_own_hair_and_clothes_and_is_in_shade(
    board: EmbeddedStoryboarder,
) -> None:
    cast = {name: board.prepare(figure(name)) for name in ("leo", "hana", "arjun")}
    backs = {}
    for near, far in (("leo", "hana"), ("hana", "arjun"), ("arjun", "leo")):
        people = (
            Appearance(near, position=LEFT, facing=RIGHT, back_to_camera=True),
            Appearance(far, position=RIGHT, facing=LEFT),
        )
        keyframe = shot(board, cast, view(ShotSize.MEDIUM, Framing.OVER_THE_SHOULDER, *people))
        *_, subject, shoulder = keyframe.layers[0].people
        pixels = shoulder.picture[shoulder.picture[..., 3] > 250][:, :3].astype(float)
        lit = subject.picture[subject.picture[..., 3] > 250][:, :3].astype(float)
        assert 15 < pixels.mean() < 0.75 * lit.mean()
        shown = shoulder.picture[..., 3]
        rows = np.flatnonzero((shown > 250).any(axis=1))
        head = shoulder.picture[rows[0] : rows[0] + 40][shown[rows[0] : rows[0] + 40] > 250]
        backs[near] = head[:, :3].astype(float).mean(axis=0)
    red = {name: colour[0] / colour[2] for name, colour in backs.items()}
    assert red["leo"] > 1.5 * max(red["hana"], red["arjun"])  # ginger beside black hair


@pytest.mark.parametrize("style", list(Style))
def test_faces_are_found_and_told_apart_in_every_style(
    board: EmbeddedStoryboarder, cast: dict[str, Likeness], style: Style
) -> None:
    keyframe = shot(
        board,
        cast,
        view(ShotSize.MEDIUM, Framing.TWO_SHOT, *facing_pair(cast)),
        setting(style=style),
        size=(1280, 720),
    )
    gallery = Gallery({name: [likeness.embedding] for name, likeness in cast.items()})
    recogniser = FaceRecogniser()
    found = {
        gallery.identify(recogniser.embed(keyframe.picture, face))
        for face in FaceDetector().detect(keyframe.picture)
    }
    assert found == set(list(cast)[:2])


def test_night_is_darker_than_day(board: EmbeddedStoryboarder, cast: dict[str, Likeness]) -> None:
    seen = view(ShotSize.CLOSE_UP, Framing.SINGLE, Appearance(next(iter(cast))))
    day, night = (
        shot(board, cast, seen, setting(light=hour)).picture.mean()
        for hour in (Light.DAY, Light.NIGHT)
    )
    assert night < 0.7 * day


def test_reverse_angles_show_other_parts_of_the_place(
    board: EmbeddedStoryboarder, cast: dict[str, Likeness]
) -> None:
    name = next(iter(cast))
    left, right = (
        shot(board, cast, view(ShotSize.CLOSE_UP, Framing.SINGLE, Appearance(name, facing=side)))
        for side in (LEFT, RIGHT)
    )
    one, other = (k.layers[0].backdrop.picture.astype(float) for k in (left, right))
    assert np.abs(one - other).mean() > 10


def test_an_empty_plate_has_nobody(board: EmbeddedStoryboarder) -> None:
    for place, interior in (("kitchen", True), ("forest", False)):
        keyframe = board.draw(
            setting(place, interior=interior),
            view(ShotSize.WIDE, Framing.ESTABLISHING),
            [],
            width=640,
            height=360,
            seed=1,
        )
        assert keyframe.faces == ()
        assert keyframe.layers[0].people == ()


def test_a_turned_and_a_dark_photo_give_the_same_person(
    board: EmbeddedStoryboarder, cast: dict[str, Likeness], tmp_path: Path
) -> None:
    name = next(iter(cast))
    cut = Image.open(CAST / name / "portrait.webp").convert("RGBA")
    grey = Image.new("RGBA", cut.size, (70, 90, 80, 255))
    photo = Image.alpha_composite(grey, cut).convert("RGB").point(lambda v: v * 0.35)
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by 90 degrees clockwise
    path = tmp_path / "dark.jpg"
    photo.rotate(90, expand=True).save(path, exif=exif, quality=92)
    likeness = board.prepare(Character(name, (Portrait(path),)))
    assert np.linalg.norm(likeness.embedding - cast[name].embedding) < 0.5
    chin, brow = likeness.landmarks[152], likeness.landmarks[10]
    assert chin[1] - brow[1] > 0.9 * np.linalg.norm(chin[:2] - brow[:2])  # upright
    assert skin(likeness) > 1.25 * 0.35 * skin(cast[name])


def skin(likeness: Likeness) -> float:
    """How bright a face is."""
    x0, y0 = likeness.landmarks[:, :2].min(axis=0).astype(int)
    x1, y1 = likeness.landmarks[:, :2].max(axis=0).astype(int)
    return float(likeness.picture[y0:y1, x0:x1, :3].mean())


def test_a_picture_without_a_face_is_refused(board: EmbeddedStoryboarder, tmp_path: Path) -> None:
    path = tmp_path / "sky.png"
    Image.new("RGB", (200, 200), (120, 160, 220)).save(path)
    with pytest.raises(BankError, match=r"sky\.png shows no face"):
        board.prepare(Character("Nobody", (Portrait(path),)))
