"""What holds for every shot the embedded animator makes."""

from collections.abc import Callable
from dataclasses import replace

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from scenery import FOCAL, FPS, HEIGHT, WIDTH, luma, view_of_move, wall

from script2movie.animate.embedded import EmbeddedAnimator
from script2movie.errors import ShotFailed
from script2movie.media.nv12 import to_rgb
from script2movie.movie import CameraMove, Line, Style
from script2movie.perception.faces import FaceDetector
from script2movie.perception.mesh import FaceMesh
from script2movie.stages import (
    SPEECH_RATE,
    Backdrop,
    Frame,
    Keyframe,
    PersonLayer,
    Phoneme,
    Speech,
    TimedSpeech,
    Utterance,
)

Change = Callable[..., Keyframe]


def animate(
    keyframe: Keyframe,
    move: CameraMove = CameraMove.STATIC,
    num_frames: int = 24,
    seed: int = 1,
    speech: TimedSpeech | None = None,
) -> list[Frame]:
    frames = EmbeddedAnimator().animate(
        keyframe,
        view_of_move(move),
        (),
        speech,
        width=WIDTH,
        height=HEIGHT,
        num_frames=num_frames,
        fps=FPS,
        seed=seed,
    )
    return list(frames)


def shift(first: NDArray[np.uint8], second: NDArray[np.uint8]) -> tuple[float, float]:
    """How far a picture went to the right and down from one frame to another."""
    (x, y), _ = cv2.phaseCorrelate(first.astype(np.float64), second.astype(np.float64))
    return x, y


@pytest.mark.parametrize("num_frames", [1, 7, 48])
def test_a_shot_has_exactly_the_frames_it_was_asked_for(
    keyframe: Keyframe, num_frames: int
) -> None:
    frames = animate(keyframe, CameraMove.HANDHELD, num_frames)
    assert len(frames) == num_frames
    assert all(f.nv12.shape == (HEIGHT * 3 // 2, WIDTH) for f in frames)
    assert all(f.nv12.dtype == np.uint8 for f in frames)
    assert len({f.nv12.ctypes.data for f in frames}) == num_frames


def test_set_ups_take_turns_by_their_share(keyframe: Keyframe) -> None:
    layers = keyframe.layers[0]
    empty = replace(layers, people=(), share=1.0)
    both = replace(keyframe, layers=(empty, replace(layers, share=2.0)))
    assert [len(f.faces) for f in animate(both, num_frames=30)] == [0] * 10 + [2] * 20


def test_the_same_seed_makes_the_same_bytes_and_another_makes_others(change: Change) -> None:
    keyframe = change(style=Style.PHOTO)
    first, again = (animate(keyframe, CameraMove.HANDHELD, 8, seed=3) for _ in range(2))
    other = animate(keyframe, CameraMove.HANDHELD, 8, seed=4)
    assert all((a.nv12 == b.nv12).all() for a, b in zip(first, again, strict=True))
    assert any((a.nv12 != b.nv12).any() for a, b in zip(first, other, strict=True))


def test_behind_people_a_locked_off_camera_sees_a_still_place(keyframe: Keyframe) -> None:
    frames = animate(keyframe)
    corner = [luma(f)[:40, :40] for f in frames]
    assert all((c == corner[0]).all() for c in corner)
    moved = np.ptp(np.stack([luma(f) for f in frames]).astype(int), axis=0)
    assert moved.max() > 20  # the people live


@pytest.mark.parametrize(
    ("move", "right", "down"),
    [
        (CameraMove.PAN_LEFT, 1, 0),
        (CameraMove.PAN_RIGHT, -1, 0),
        (CameraMove.TILT_UP, 0, 1),
        (CameraMove.TILT_DOWN, 0, -1),
        (CameraMove.TRUCK_LEFT, 1, 0),
        (CameraMove.TRUCK_RIGHT, -1, 0),
    ],
)
def test_the_place_goes_the_other_way_than_the_camera(
    change: Change, move: CameraMove, right: int, down: int
) -> None:
    frames = animate(change(people=()), move, 36)
    x, y = shift(luma(frames[0]), luma(frames[-1]))
    assert x * right > 4 if right else abs(x) < 1.5
    assert y * down > 4 if down else abs(y) < 1.5


@pytest.mark.parametrize("move", [CameraMove.DOLLY_IN, CameraMove.ZOOM_IN])
def test_people_grow_as_the_camera_nears_them(keyframe: Keyframe, move: CameraMove) -> None:
    frames = animate(keyframe, move, 72)
    sizes = [
        [float(np.linalg.norm(track.points[152] - track.points[10])) for track in frame.faces]
        for frame in (frames[0], frames[-1])
    ]
    near, far = (sizes[1][i] / sizes[0][i] for i in (1, 0))  # drawn from the farthest on
    assert near > 1.02
    if move is CameraMove.DOLLY_IN:
        assert near > far + 0.01
    else:
        assert near == pytest.approx(far, abs=0.02)


def test_near_people_pass_faster_than_far_ones(keyframe: Keyframe) -> None:
    frames = animate(keyframe, CameraMove.TRUCK_RIGHT, 72)
    gone = {
        track.character: float((frames[0].faces[i].points - track.points)[:, 0].mean())
        for i, track in enumerate(frames[-1].faces)
    }
    assert gone["Ann"] > 1.4 * gone["Bob"] > 0


def test_on_a_plate_with_depth_near_things_pass_faster(change: Change) -> None:
    depth = np.full((117, 208), 9.0, np.float32)
    depth[70:] = 2.0
    frames = animate(
        change(backdrop=Backdrop(wall(832, 468), FOCAL, depth), people=()),
        CameraMove.TRUCK_RIGHT,
        48,
    )
    far, _ = shift(luma(frames[0])[:150], luma(frames[-1])[:150])
    near, _ = shift(luma(frames[0])[260:], luma(frames[-1])[260:])
    assert -near > 1.2 * -far > 0


def test_tracked_people_stay_and_the_place_passes(keyframe: Keyframe) -> None:
    frames = animate(keyframe, CameraMove.TRACKING, 48)
    piece = luma(frames[0])[8:40, 250:390]
    found = cv2.matchTemplate(luma(frames[-1])[:50], piece, cv2.TM_CCOEFF_NORMED)
    for first, last in zip(frames[0].faces, frames[-1].faces, strict=True):
        assert abs((first.points - last.points)[:, 0].mean()) < 14
    assert found.max() > 0.8
    assert abs(found.max(0).argmax() - 250) > 20


@pytest.mark.parametrize("move", list(CameraMove))
def test_no_move_shows_where_a_body_is_cut_off(
    change: Change, people: tuple[PersonLayer, ...], move: CameraMove
) -> None:
    white = []
    for person in people:
        picture = person.picture.copy()
        picture[..., :3] = 255
        white.append(replace(person, picture=picture))
    black = Backdrop(np.zeros((468, 832, 3), np.uint8), FOCAL)
    for frame in animate(change(people=tuple(white), backdrop=black), move, 48)[::6]:
        for track in frame.faces:
            chin = int(np.clip(track.points[152, 0], 0, WIDTH - 1))
            assert luma(frame)[-1, chin] > 150


@pytest.mark.parametrize("yaw", [0.0, -0.2])
def test_tracks_lie_on_the_mesh_that_perception_finds(
    change: Change, people: tuple[PersonLayer, ...], yaw: float
) -> None:
    detector, mesh = FaceDetector(), FaceMesh()
    turned = tuple(replace(person, yaw=yaw) for person in people)
    for frame in animate(change(people=turned), CameraMove.HANDHELD, 25)[::12]:
        rgb = to_rgb(frame.nv12)
        for track in frame.faces:
            middle = track.points.mean(0)
            face = min(
                detector.detect(rgb),
                key=lambda f: np.hypot(*(np.array(f.box).reshape(2, 2).mean(0) - middle)),
            )
            gaps = np.linalg.norm(mesh.landmarks(rgb, face)[:, :2] - track.points, axis=1)
            assert np.median(gaps) < 4


def test_listeners_keep_still_lips_and_live(keyframe: Keyframe) -> None:
    samples = np.random.default_rng(0).normal(0, 0.1, SPEECH_RATE).astype(np.float32)
    said = Speech(samples, (Phoneme("AA", 0.0, 1.0),), ())
    speech = TimedSpeech((Utterance(Line("Ann", "Ah."), said, 0.2),), 2.0)
    frames = animate(keyframe, num_frames=48, speech=speech)
    for frame in frames:
        for track in frame.faces:
            lips = np.linalg.norm(track.points[13] - track.points[14])
            assert lips < 0.08 * np.linalg.norm(track.points[61] - track.points[291])
    tips = np.stack(
        [track.points[1] for f in frames for track in f.faces if track.character == "Bob"]
    )
    assert 0.5 < float(np.ptp(tips, axis=0).max()) < 30


def test_a_shoulder_before_the_camera_has_no_face(
    change: Change, people: tuple[PersonLayer, ...]
) -> None:
    near = replace(people[0], seen=False, landmarks=np.zeros((0, 3), np.float32))
    frames = animate(change(people=(near, people[1])), num_frames=4)
    assert [[t.character for t in f.faces] for f in frames] == [["Bob"]] * 4


def test_noir_is_black_and_white(change: Change) -> None:
    frame = animate(change(style=Style.NOIR), num_frames=1)[0]
    assert np.abs(frame.nv12[HEIGHT:].astype(int) - 128).max() <= 2


@pytest.mark.parametrize(("width", "height"), [(426, 240), (1920, 1080), (362, 642)])
def test_any_even_size_will_do(change: Change, width: int, height: int) -> None:
    backdrop = Backdrop(wall(width // 2 + 60, height // 2 + 60), 500.0, scale=0.5)
    frames = EmbeddedAnimator().animate(
        change(backdrop=backdrop), view_of_move(CameraMove.PAN_LEFT), (), None,
        width=width, height=height, num_frames=2, fps=30, seed=0,
    )  # fmt: skip
    assert [f.nv12.shape for f in frames] == [(height * 3 // 2, width)] * 2


def test_a_shot_without_a_keyframe_is_refused() -> None:
    with pytest.raises(ShotFailed, match="starts from a keyframe"):
        EmbeddedAnimator().animate(
            None, view_of_move(CameraMove.STATIC), (), None,
            width=WIDTH, height=HEIGHT, num_frames=1, fps=FPS, seed=0,
        )  # fmt: skip


def test_a_picture_without_layers_is_moved_in_and_keeps_its_look(keyframe: Keyframe) -> None:
    picture = cv2.GaussianBlur(wall(WIDTH, HEIGHT), (0, 0), 2.0)
    flat = replace(keyframe, picture=picture, layers=())

    def frames(move: CameraMove) -> list[NDArray[np.uint8]]:
        return [frame.nv12 for frame in EmbeddedAnimator().animate(
            flat, view_of_move(move), (), None,
            width=WIDTH, height=HEIGHT, num_frames=FPS, fps=FPS, seed=0,
        )]  # fmt: skip

    still = frames(CameraMove.STATIC)[0]
    away = np.abs(to_rgb(still).astype(int) - picture.astype(int))
    assert away.mean() < 3
    pan = frames(CameraMove.PAN_LEFT)
    first, last = (np.float32(one[:HEIGHT]) for one in (pan[0], pan[-1]))
    (moved, _), _ = cv2.phaseCorrelate(first, last)
    assert moved > 2  # pixels: what is seen goes to the right
