"""Camera moves as poses over time, and what a pose does to a plane of the scene.

Knows angles, lenses, metres and the speeds of a camera operator; nothing of pixels' colours.
The frame's axes are x to the right, y down, z into the scene.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from script2movie.movie import CameraMove

__all__ = ["Lens", "Pose", "Stage", "drift", "fitted", "path", "plane"]

Matrix = NDArray[np.float64]  # (3, 3)
Curve = NDArray[np.float64]  # (num_frames,)

RAMP = 0.7  # seconds in which a move gathers speed, and loses it
OVERSCANS = (1.0, 1.015, 1.03, 1.045, 1.06)  # lens factors that hide what lies at the edges
KEPT = 0.8  # how much of a face's way outwards a nearing camera makes up for
LEAST_MOVE = 0.7  # of the wished amplitude, before more overscan is tried


@dataclass(frozen=True)
class Lens:
    """The camera at rest: `focal` is in the frame's own pixels."""

    width: int
    height: int
    focal: float


@dataclass(frozen=True)
class Pose:
    """Where a camera is and looks, from its place in the keyframe.

    pan, tilt, roll  radians; positive to the right, up and clockwise
    zoom             focal length as a ratio to the lens's
    x, y, z          metres travelled to the right, down and forwards
    """

    pan: float = 0.0
    tilt: float = 0.0
    roll: float = 0.0
    zoom: float = 1.0
    x: float = 0.0
    y: float = 0.0
    z: float = 0.0

    def scaled(self, amount: float, overscan: float) -> "Pose":
        """The same move made smaller, seen through a slightly longer lens."""
        return Pose(
            pan=self.pan * amount,
            tilt=self.tilt * amount,
            roll=self.roll * amount,
            zoom=self.zoom**amount * overscan,
            x=self.x * amount,
            y=self.y * amount,
            z=self.z * amount,
        )


REST = Pose()


def plane(pose: Pose, lens: Lens, distance: float) -> Matrix:
    """Maps a pixel of the frame to the keyframe's pixel of a plane `distance` metres away."""
    cx, cy, f = (lens.width - 1) / 2, (lens.height - 1) / 2, lens.focal
    near = 1.0 / distance  # 0 for a plane at infinity
    shrunk = f * (1 - pose.z * near)
    # the keyframe's lens after the camera's travel, a rotation, and the frame's lens undone
    there = np.array(
        [
            [shrunk, 0, f * pose.x * near + cx],
            [0, shrunk, f * pose.y * near + cy],
            [0, 0, 1.0],
        ]
    )
    grown = 1 / (f * pose.zoom)
    back = np.array([[grown, 0, -cx * grown], [0, grown, -cy * grown], [0, 0, 1.0]])
    matrix = there @ rotation(pose) @ back
    return np.asarray(matrix / matrix[2, 2])


def rotation(pose: Pose) -> Matrix:
    """Turns a ray of the camera into a ray of the keyframe's camera: pan after tilt after roll."""
    cp, sp = math.cos(pose.pan), math.sin(pose.pan)
    ct, st = math.cos(pose.tilt), math.sin(pose.tilt)
    cr, sr = math.cos(pose.roll), math.sin(pose.roll)
    return np.array(
        [
            [cp * cr + sp * st * sr, sp * st * cr - cp * sr, sp * ct],
            [ct * sr, ct * cr, -st],
            [cp * st * sr - sp * cr, sp * sr + cp * st * cr, cp * ct],
        ]
    )


def drift(
    rng: np.random.Generator, times: Curve, low: float, high: float, num_waves: int = 6
) -> Curve:
    """Smooth noise between two frequencies in hertz, falling with frequency; about -1..1."""
    hertz = np.exp(rng.uniform(np.log(low), np.log(high), num_waves))
    phases = rng.uniform(0, 2 * np.pi, num_waves)
    gains = hertz**-0.8
    waves = np.sin(2 * np.pi * hertz * times[:, None] + phases) * gains
    return np.asarray(waves.sum(1) / (1.4 * np.sqrt((gains**2).sum() / 2) + 1e-9) / 1.4)


def progress(times: Curve, seconds: float) -> Curve:
    """0 to 1 over a shot, gathering and losing speed as a camera on a head does."""
    ramp = min(RAMP, seconds / 3)
    knots = np.clip(times / max(seconds, 1e-6), 0, 1) * seconds
    top = 1 / max(seconds - ramp, 1e-6)
    rising = 0.5 * top / max(ramp, 1e-6) * np.minimum(knots, ramp) ** 2
    level = top * np.clip(knots - ramp, 0, seconds - 2 * ramp)
    left = np.clip(seconds - knots, 0, ramp)
    falling = np.where(
        knots > seconds - ramp, 0.5 * top * ramp - 0.5 * top / max(ramp, 1e-6) * left**2, 0.0
    )
    return np.asarray(rising + level + falling)


@dataclass(frozen=True)
class Stage:
    """What a camera has before it.

    nearest  metres to the nearest person, None for a place without people
    wall     metres to the place behind
    aim      where the faces are, as tangents to the right of and below the optical axis
    heading  -1, 0 or 1: the side of the screen that people who walk are headed for
    """

    nearest: float | None
    wall: float
    aim: tuple[float, float] = (0.0, 0.0)
    heading: float = 0.0


def path(
    move: CameraMove,
    times: Curve,
    seconds: float,
    stage: Stage,
    lens: Lens,
    rng: np.random.Generator,
) -> list[Pose]:
    """The wished poses of one set-up, one a frame, at the speeds of a camera operator."""
    people = stage.nearest is not None
    reach = stage.nearest if stage.nearest is not None else 6.0
    k = progress(times, seconds)
    across = k - 0.5  # a move passes through the keyframe at its middle
    turn = np.radians(min(1.6 * seconds, 6.0) if people else min(3.0 * seconds, 16.0))
    nod = np.radians(min(1.0 * seconds, 3.0) if people else min(2.2 * seconds, 10.0))
    closer = np.log(1 + min(0.022 * seconds, 0.13))
    travel = reach * min(0.025 * seconds, 0.12)
    beside = stage.wall * lens.width / lens.focal * min(0.045 * seconds, 0.28)
    pan, tilt, roll, nearing, x, z = (np.zeros_like(k) for _ in range(6))
    match move:
        case CameraMove.PAN_LEFT:
            pan = -turn * across
        case CameraMove.PAN_RIGHT:
            pan = turn * across
        case CameraMove.TILT_UP:
            tilt = nod * (k if people else across)
        case CameraMove.TILT_DOWN:
            tilt = nod * ((1 - k) if people else -across)
        case CameraMove.ZOOM_IN | CameraMove.DOLLY_IN:
            nearing = closer * k
        case CameraMove.ZOOM_OUT | CameraMove.DOLLY_OUT:
            nearing = closer * (1 - k)
        case CameraMove.TRUCK_LEFT:
            x = -travel * across
        case CameraMove.TRUCK_RIGHT:
            x = travel * across
        case CameraMove.TRACKING:
            x = beside * across * (stage.heading or 1.0)
            pan, tilt = (np.radians(0.10) * drift(rng, times, 0.15, 0.9) for _ in range(2))
        case CameraMove.HANDHELD:
            pan = np.radians(0.32) * drift(rng, times, 0.10, 1.1)
            tilt = np.radians(0.24) * drift(rng, times, 0.12, 1.2)
            roll = np.radians(0.22) * drift(rng, times, 0.08, 0.6)
            x = 0.008 * reach * drift(rng, times, 0.08, 0.4)
        case CameraMove.STATIC if not people:
            nearing = np.log(1 + min(0.004 * seconds, 0.02)) * k
    grown = np.exp(nearing)
    dolly = move in {CameraMove.DOLLY_IN, CameraMove.DOLLY_OUT}
    if dolly:
        z = reach * (1 - 1 / grown)
    # coming nearer, the camera keeps the faces where they were
    pan = pan + KEPT * stage.aim[0] * (1 - 1 / grown)
    tilt = tilt - KEPT * stage.aim[1] * (1 - 1 / grown)
    zoom = np.ones_like(k) if dolly else grown
    return [
        Pose(float(a), float(b), float(c), float(d), float(e), 0.0, float(f))
        for a, b, c, d, e, f in zip(pan, tilt, roll, zoom, x, z, strict=True)
    ]


def fitted(poses: list[Pose], fits: Callable[[Pose], bool]) -> list[Pose]:
    """The widest form of a move that `fits`: smaller, or seen through a slightly longer lens.

    A move that fits nowhere becomes a locked-off camera, through the longest of the lenses.
    """
    probes = poses[:: max(1, len(poses) // 24)] + poses[-1:]

    def whole(amount: float, overscan: float) -> bool:
        return all(fits(pose.scaled(amount, overscan)) for pose in probes)

    best = (0.0, OVERSCANS[-1])
    for overscan in OVERSCANS:
        if not fits(replace(REST, zoom=overscan)):
            continue
        amount = 1.0 if whole(1.0, overscan) else _largest(lambda a, o=overscan: whole(a, o))  # type: ignore[misc]
        if amount > best[0] + 0.05 or (amount == best[0] and overscan < best[1]):
            best = (amount, overscan)
        if amount >= LEAST_MOVE:
            break
    return [pose.scaled(*best) for pose in poses]


def _largest(fits: Callable[[float], bool]) -> float:
    low, high = 0.0, 1.0
    for _ in range(7):
        middle = (low + high) / 2
        low, high = (middle, high) if fits(middle) else (low, middle)
    return low
