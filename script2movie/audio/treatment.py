"""How a voice reaches the audience: from the room, from elsewhere, over a wire, from a crowd.

Knows a line, a place and samples at MIX_RATE. Knows nothing of shots or levels.
"""

import re
from enum import StrEnum
from functools import cache

import numpy as np
from numpy.typing import NDArray

from script2movie.audio.loudness import ratio
from script2movie.audio.rooms import in_room
from script2movie.movie import NARRATOR, Line
from script2movie.stages import MIX_RATE, Setting

__all__ = ["Treatment", "treated", "treatment_of"]

Samples = NDArray[np.float32]

WIRE = (300.0, 3400.0)  # hertz that a telephone carries
WIRED = 2.5  # times full scale at which its amplifier gives in
AWAY = (4_000.0, -3.0, 10.0)  # off screen: hertz that still come through, dB, dB more of the room
CROWD = 7  # voices
SPREAD = (0.0, 0.09)  # seconds in which a crowd speaks
WIDE = 0.9  # of its sound that comes from where each one stands
DETUNED = 0.03  # of pitch by which its voices differ


class Treatment(StrEnum):
    """What a voice goes through on its way."""

    ROOM = "in the room"
    NARRATION = "close, in no room"
    AWAY = "off screen, in the same place"
    WIRE = "over a telephone, a radio or a loudspeaker"
    CROWD = "of many people"


_WIRED = re.compile(
    r"\b(?:(?:on|over|through|via|from)\s+(?:the\s+|a\s+|his\s+|her\s+)?"
    r"(?:tele|cell|mobile\s+)?(?:phone|line|receiver|radio|intercom|speaker(?:phone)?|loudspeaker"
    r"|walkie|tv|television|answering machine|p\.?a\.?)|filtered|voicemail)\b",
    re.I,
)
_VOICE_OVER = re.compile(r"\b(?:v\.?\s?o\.?|voice[- ]?over|think(?:s|ing)|narrat\w+)(?=\W|$)", re.I)
_MANY = re.compile(r"^(?:the\s+)?(?:crowd|all|everyone|everybody|voices|guests|both|mob)\b", re.I)


def treatment_of(line: Line) -> Treatment:
    """By who speaks, the parenthetical, and whether they are on screen."""
    if line.character == NARRATOR:
        return Treatment.NARRATION
    if _WIRED.search(line.parenthetical) and (line.off_screen or "filtered" in line.parenthetical):
        return Treatment.WIRE
    if _MANY.match(line.character):
        return Treatment.CROWD
    if line.off_screen:
        spoken_over = _VOICE_OVER.search(line.parenthetical)
        return Treatment.NARRATION if spoken_over else Treatment.AWAY
    return Treatment.ROOM


def treated(voice: Samples, line: Line, setting: Setting) -> Samples:
    """A voice (N,) as it is heard in the film: (N, 2). As loud as before, off screen 3 dB less."""
    from scipy import signal

    match treatment_of(line):
        case Treatment.NARRATION:
            return np.stack([voice, voice], axis=1)
        case Treatment.WIRE:
            wired = np.tanh(WIRED * signal.sosfilt(_wire(), voice)) / WIRED
            return in_room(_as_loud(np.asarray(wired, np.float32), voice), setting)
        case Treatment.AWAY:
            highest, gain, more = AWAY
            muffle = signal.butter(1, highest, fs=MIX_RATE, output="sos")
            muffled = np.asarray(signal.sosfilt(muffle, voice), np.float32)
            heard = in_room(_as_loud(muffled, voice), setting, more=more)
            return heard * np.float32(ratio(gain))
        case Treatment.CROWD:
            return _crowd(voice, setting)
    return in_room(voice, setting)


@cache
def _wire() -> NDArray[np.float64]:
    from scipy import signal

    return np.asarray(signal.butter(4, WIRE, "bandpass", fs=MIX_RATE, output="sos"))


def _as_loud(changed: Samples, before: Samples) -> Samples:
    power = float(np.mean(np.square(changed))) if len(changed) else 0.0
    wanted = float(np.mean(np.square(before))) if len(before) else 0.0
    return changed * np.float32(np.sqrt(wanted / power)) if power > 0 else changed


def _crowd(voice: Samples, setting: Setting) -> Samples:
    """The voice many times over, each a little later, higher or lower and elsewhere."""
    rng = np.random.default_rng(0)
    sum_of = np.zeros((len(voice), 2), np.float32)
    for number in range(CROWD):
        pitch = 1 + DETUNED * (2 * number / (CROWD - 1) - 1)
        places = np.arange(len(voice)) * pitch
        other = np.interp(places, np.arange(len(voice)), voice, right=0.0).astype(np.float32)
        delay = round(rng.uniform(*SPREAD) * MIX_RATE)
        other = np.concatenate((np.zeros(delay, np.float32), other))[: len(voice)]
        side = number / (CROWD - 1) * np.pi / 2
        sum_of += other[:, None] * np.array([np.cos(side), np.sin(side)], np.float32)
    heard = in_room(_as_loud(sum_of.mean(1), voice), setting, more=4.0)
    wide = _as_loud(sum_of.ravel(), np.repeat(voice, 2)).reshape(-1, 2)
    mixed = WIDE * wide + np.float32((1 - WIDE**2) ** 0.5) * heard
    return _as_loud(mixed.ravel(), np.repeat(voice, 2)).reshape(-1, 2)
