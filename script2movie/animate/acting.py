"""What a person's body does while they speak, listen or wait, as curves over a shot.

Knows speech and time; nothing of pixels. Mouths are the lip-syncer's.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from script2movie.animate.camera import drift
from script2movie.stages import SPEECH_RATE, TimedSpeech, Utterance

__all__ = ["Acting", "act"]

Curve = NDArray[np.float64]  # (num_frames,)

BLINK = np.array([0.25, 0.6, 0.62, 0.5, 0.28, 0.1])  # of the eye, at 24 frames a second


@dataclass(frozen=True)
class Acting:
    """Curves (num_frames,) of one person.

    yaw, pitch, roll  radians of the head beyond the portrait's; right, chin down, clockwise
    across, down      the head's travel, in face heights
    breath            -1..1
    sway              radians that the body leans to the right
    brow              0..1 raised
    lid               0..1 lowered
    gaze              -1..1 to the right, with the eyes alone
    """

    yaw: Curve
    pitch: Curve
    roll: Curve
    across: Curve
    down: Curve
    breath: Curve
    sway: Curve
    brow: Curve
    lid: Curve
    gaze: Curve


def act(
    character: str,
    speech: TimedSpeech | None,
    times: Curve,
    *,
    look: float,
    walking: bool,
    rng: np.random.Generator,
) -> Acting:
    """A speaker's head goes with the voice; a listener is calmer and nods where a line ends.

    times  seconds after the shot's first frame
    look   -1..1: the side of the screen where the others are
    """
    said = speech.utterances if speech is not None else ()
    own = [u for u in said if u.line.character == character and not u.line.off_screen]
    others = [u for u in said if u.line.character != character]
    talk = _eased(_presence(own, times), times, 0.25)
    heard = _eased(_presence(others, times), times, 0.3)
    stress = _stress(own, times)
    life = 0.45 + 0.55 * talk
    wander = drift(rng, times, 0.10, 0.45)
    yaw = 0.085 * life * wander + 0.045 * talk * drift(rng, times, 0.35, 1.1)
    yaw += 0.07 * look * heard
    pitch = 0.035 * life * drift(rng, times, 0.12, 0.6)
    pitch += 0.085 * stress + 0.035 * talk * drift(rng, times, 0.5, 1.6)
    for utterance in others:
        if rng.random() < 0.75:
            start = utterance.start + utterance.speech.duration - 0.15 + rng.uniform(-0.1, 0.25)
            pitch += _nod(times - start) * rng.uniform(0.6, 1.0)
    roll = 0.030 * life * drift(rng, times, 0.08, 0.4) + 0.018 * talk * drift(rng, times, 0.3, 0.9)
    bob = 0.008 * np.sin(2 * np.pi * 1.8 * times + rng.uniform(0, 6)) if walking else 0.0
    breath = np.sin(2 * np.pi * times / rng.uniform(3.3, 4.4) + rng.uniform(0, 2 * np.pi))
    brow = np.clip(0.5 * stress + 0.25 * drift(rng, times, 0.1, 0.5), 0, 1)
    glances = _glances(times, rng)
    return Acting(
        yaw=yaw + 0.06 * glances,
        pitch=pitch,
        roll=roll,
        across=0.025 * life * drift(rng, times, 0.08, 0.5) + 0.16 * yaw,
        down=0.018 * life * drift(rng, times, 0.1, 0.6) + 0.20 * pitch + bob,
        breath=breath,
        sway=0.010 * drift(rng, times, 0.05, 0.22) + 0.004 * talk * drift(rng, times, 0.3, 0.8),
        brow=brow,
        lid=_blinks(times, rng),
        gaze=np.clip(glances + 0.35 * look * heard, -1, 1),
    )


def _presence(utterances: list[Utterance], times: Curve) -> Curve:
    inside = np.zeros_like(times)
    for u in utterances:
        inside[(times >= u.start) & (times < u.start + u.speech.duration)] = 1
    return inside


def _eased(curve: Curve, times: Curve, seconds: float) -> Curve:
    """A smooth curve that reaches its value about `seconds` late and early."""
    if len(times) < 2:
        return curve
    reach = max(1, round(seconds / (times[1] - times[0])))
    window = np.hanning(2 * reach + 3)[1:-1]
    padded = np.pad(curve, reach, mode="edge")
    return np.asarray(np.convolve(padded, window / window.sum(), "valid"))


def _stress(utterances: list[Utterance], times: Curve) -> Curve:
    """How far the voice rises above its own run, about -0.5..1: what a head beats time to."""
    curve = np.zeros_like(times)
    for u in utterances:
        samples = u.speech.samples.astype(np.float64)
        hop = SPEECH_RATE // 50
        if len(samples) < hop:
            continue
        blocks = samples[: len(samples) // hop * hop].reshape(-1, hop)
        loud = np.sqrt((blocks**2).mean(1) + 1e-10)
        loud = loud / max(float(np.percentile(loud, 90)), 1e-4)
        clock = u.start + (np.arange(len(loud)) + 0.5) / 50
        beat = np.clip(1.8 * (_eased(loud, clock, 0.12) - _eased(loud, clock, 0.6)), -0.5, 1)
        beat *= np.minimum(1, np.minimum(np.arange(len(beat)), np.arange(len(beat))[::-1]) / 10)
        curve += np.interp(times, clock, beat, left=0, right=0)
    return curve


def _nod(seconds: Curve) -> Curve:
    """One small nod: down, a little up, still; starts at 0 and lasts about 0.9 s."""
    u = np.clip(seconds / 0.9, 0, 1)
    return np.asarray(0.12 * np.sin(2 * np.pi * u) * (1 - u) ** 1.2 * (u > 0))


def _blinks(times: Curve, rng: np.random.Generator) -> Curve:
    curve = np.zeros_like(times)
    clock = rng.uniform(0.6, 3.0)
    steps = np.arange(-1, len(BLINK) + 1) / 24
    shape = np.concatenate([[0], BLINK, [0]])
    while len(times) and clock < times[-1]:
        curve = np.maximum(curve, np.interp(times - clock, steps, shape, left=0, right=0))
        clock += rng.uniform(1.9, 4.6)
    return curve


def _glances(times: Curve, rng: np.random.Generator) -> Curve:
    """Short looks aside and back, -1..1."""
    curve = np.zeros_like(times)
    clock = rng.uniform(0.8, 4.0)
    while len(times) and clock < times[-1]:
        side, length = rng.choice([-1.0, 1.0]) * rng.uniform(0.4, 1.0), rng.uniform(0.5, 1.3)
        knots = [clock, clock + 0.12, clock + 0.12 + length, clock + 0.28 + length]
        curve += np.interp(times, knots, [0, side, side, 0])
        clock += length + rng.uniform(2.5, 6.0)
    return np.clip(curve, -1, 1)
