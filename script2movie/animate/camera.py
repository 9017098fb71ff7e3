"""Camera moves as poses over time, and what a pose does to a plane of the scene.

Knows angles, lenses, metres and the speeds of a camera operator; nothing of pixels' colours.
The frame's axes are x to the right, y down, z into the scene.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from script2movie.movie import CameraMove

__all__ = ["Lens", "Pose", "drift", "fitted", "path", "plane"]

Matrix = NDArray[np.float64]  # (3, 3)
Curve = NDArray[np.float64]  # (num_frames,)

RAMP = 0.7  # seconds in which a move gathers speed, and loses it
OVERSCANS = (1.0, 1.015, 1.03, 1.045, 1.06)  # lens factors that hide what lies at the edges
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
    intrinsic = np.array([[f, 0, cx], [0, f, cy], [0, 0, 1.0]])
    moved = np.array([[f * pose.zoom, 0, cx], [0, f * pose.zoom, cy], [0, 0, 1.0]])
    near = 1.0 / distance  # 0 for a plane at infinity
    travel = np.array(
        [[1 - pose.z * near, 0, pose.x * near], [0, 1 - pose.z * near, pose.y * near]]
    )
    travel = np.vstack([travel, [0, 0, 1.0]])
    matrix = intrinsic @ travel @ rotation(pose) @ np.linalg.inv(moved)
    return np.asarray(matrix / matrix[2, 2])


def rotation(pose: Pose) -> Matrix:
    """Turns a ray of the camera into a ray of the keyframe's camera."""
    cp, sp = np.cos(pose.pan), np.sin(pose.pan)
    ct, st = np.cos(pose.tilt), np.sin(pose.tilt)
    cr, sr = np.cos(pose.roll), np.sin(pose.roll)
    pan = np.array([[cp, 0, sp], [0, 1, 0], [-sp, 0, cp]])
    tilt = np.array([[1, 0, 0], [0, ct, -st], [0, st, ct]])
    roll = np.array([[cr, -sr, 0], [sr, cr, 0], [0, 0, 1]])
    return np.asarray(pan @ tilt @ roll)


def drift(
    rng: np.random.Generator, times: Curve, low: float, high: float, num_waves: int = 6
) -> Curve:
    """Smooth noise between two frequencies in hertz, falling with frequency; about -1..1."""
    hertz = np.exp(rng.uniform(np.log(low), np.log(high), num_waves))
    phases = rng.uniform(0, 2 * np.pi, num_waves)
    gains = hertz**-0.5
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


def path(
    move: CameraMove,
    times: Curve,
    seconds: float,
    *,
    nearest: float | None,
    towards: float,
    rng: np.random.Generator,
) -> list[Pose]:
    """The wished poses of one set-up, one a frame.

    nearest  metres to the nearest person, None for a place without people
    towards  -1, 0 or 1: the side of the screen that people who walk are headed for
    """
    people = nearest is not None
    reach = nearest if nearest is not None else 6.0
    k = progress(times, seconds)
    across = k - 0.5  # a move passes through the keyframe at its middle
    turn = np.radians(min(2.0 * seconds, 7.0) if people else min(3.5 * seconds, 16.0))
    nod = np.radians(min(1.2 * seconds, 3.5) if people else min(2.5 * seconds, 10.0))
    closer = np.log(1 + min(0.022 * seconds, 0.13))
    travel = reach * min(0.030 * seconds, 0.13)
    still = np.zeros_like(k)
    curves: dict[str, Curve] = {}
    match move:
        case CameraMove.PAN_LEFT:
            curves["pan"] = -turn * across
        case CameraMove.PAN_RIGHT:
            curves["pan"] = turn * across
        case CameraMove.TILT_UP:
            curves["tilt"] = nod * (k if people else across)
        case CameraMove.TILT_DOWN:
            curves["tilt"] = nod * ((1 - k) if people else -across)
        case CameraMove.ZOOM_IN:
            curves["zoom"] = closer * k
        case CameraMove.ZOOM_OUT:
            curves["zoom"] = closer * (1 - k)
        case CameraMove.DOLLY_IN:
            curves["z"] = reach * (1 - np.exp(-closer * k))
        case CameraMove.DOLLY_OUT:
            curves["z"] = reach * (1 - np.exp(-closer * (1 - k)))
        case CameraMove.TRUCK_LEFT:
            curves["x"] = -travel * across
        case CameraMove.TRUCK_RIGHT:
            curves["x"] = travel * across
        case CameraMove.TRACKING:
            curves["x"] = 1.6 * travel * across * (towards or 1.0)
        case CameraMove.HANDHELD:
            curves["pan"] = np.radians(0.55) * drift(rng, times, 0.12, 1.6)
            curves["tilt"] = np.radians(0.42) * drift(rng, times, 0.12, 1.8)
            curves["roll"] = np.radians(0.30) * drift(rng, times, 0.10, 0.9)
            curves["x"] = 0.006 * reach * drift(rng, times, 0.1, 0.5)
        case CameraMove.STATIC if not people:
            curves["zoom"] = np.log(1 + min(0.004 * seconds, 0.02)) * k
    return [
        Pose(
            pan=curves.get("pan", still)[i],
            tilt=curves.get("tilt", still)[i],
            roll=curves.get("roll", still)[i],
            zoom=float(np.exp(curves.get("zoom", still)[i])),
            x=curves.get("x", still)[i],
            z=curves.get("z", still)[i],
        )
        for i in range(len(times))
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
