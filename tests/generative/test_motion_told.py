"""What a model is told of a shot, and what it tells while it works."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from script2movie.animate.prompts import CAMERA, motion_bucket, motion_phrases
from script2movie.backends import open_backend
from script2movie.errors import ShotFailed
from script2movie.movie import Appearance, CameraMove, Framing, Position, ShotSize
from script2movie.stages import Keyframe, Likeness, View, Watch

from .motion_films import BACKENDS

STILL = View(ShotSize.MEDIUM, Framing.SINGLE, CameraMove.STATIC, (), "", "a kitchen", ())
WAVING = View(
    ShotSize.CLOSE_UP,
    Framing.SINGLE,
    CameraMove.PAN_LEFT,
    (Appearance("Anna", action="waves her hand."),),
    "Anna says goodbye.",
    "a harbour",
    ("soft light",),
)


def test_people_come_before_the_place() -> None:
    assert motion_phrases(WAVING) == (
        "Anna: waves her hand",
        "the camera pans slowly to the left",
        "Anna says goodbye",
        "close-up shot",
        "single",
        "a harbour",
        "soft light",
    )
    assert set(CAMERA) == set(CameraMove)
    rainy = View(
        **(vars(WAVING) | {"background": "a harbour, soft light", "plot": "On a rainy evening,"})
    )
    assert motion_phrases(rainy)[2:] == (
        "On a rainy evening",
        "close-up shot",
        "single",
        "a harbour, soft light",
    )


def test_people_are_called_by_what_a_model_sees_of_them() -> None:
    nothing = (
        np.zeros((1, 1, 4), np.uint8),
        np.zeros((468, 3), np.float32),
        np.zeros(128, np.float32),
    )
    anna = Likeness("Anna", *nothing, looks="a young woman, with red hair")
    ben = Likeness("Old Ben", *nothing)
    assert motion_phrases(WAVING, [anna])[0] == "the woman: waves her hand"
    pair = View(
        **(
            vars(WAVING)
            | {
                "plot": "Anna leaves Old Ben at Anna's door.",
                "characters": (
                    Appearance("Anna", "waves", Position.LEFT),
                    Appearance("Old Ben", "Ben sighs", Position.RIGHT),
                ),
            }
        )
    )
    told = motion_phrases(pair, [anna, ben])
    assert told[:2] == (
        "the woman on the left: waves",
        "the person on the right: the person on the right sighs",
    )
    assert "Anna" not in " ".join(told) and "Ben" not in " ".join(told)
    assert "Old Ben: Ben sighs" in motion_phrases(pair)


def test_more_moves_where_the_camera_or_a_person_does() -> None:
    buckets = {
        move: motion_bucket(View(**(vars(STILL) | {"camera_move": move}))) for move in CAMERA
    }
    assert min(buckets, key=buckets.__getitem__) is CameraMove.STATIC
    assert buckets[CameraMove.HANDHELD] > buckets[CameraMove.PAN_LEFT]
    assert motion_bucket(WAVING) > buckets[CameraMove.PAN_LEFT]
    assert all(1 <= bucket <= 255 for bucket in buckets.values())


@pytest.fixture(params=["svd", "i2vgen-xl", "wan-2.1", "hunyuan-1.5"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    name, build, options = BACKENDS[request.param]
    typed = {"model": str(build(tmp_path / "model")), "device": "cpu", "dtype": "float32"}
    typed |= {"steps": "3"} | dict(option.split("=") for option in options)
    backend = open_backend("animator", name, typed)
    yield backend
    backend.close()


def test_every_step_is_told_and_what_had_no_room(opened: Any) -> None:
    steps: list[tuple[int, int]] = []
    remarks: list[str] = []
    opened.watch = Watch(lambda done, total: steps.append((done, total)), remarks.append)
    keyframe = Keyframe(np.full((128, 192, 3), 90, np.uint8), ())
    size = {"width": 192, "height": 128, "fps": 8, "seed": 5}
    long = View(**(vars(WAVING) | {"plot": "It is a very long way " * 200}))
    frames = list(opened.animate(keyframe, long, (), None, **size, num_frames=4))
    assert len(frames) == 4 and opened.model.num_loads == 1
    assert [done for done, _ in steps] == list(range(1, 3 * (steps[0][1] // 3) + 1))
    if opened.name != "svd":  # it reads no text
        assert len(remarks) == 1 and "not told: It is a very" in remarks[0]
    with pytest.raises(ShotFailed, match="starts from a picture and this shot has no keyframe"):
        opened.animate(None, WAVING, (), None, **size, num_frames=4)
