"""Phonemes with times into what a mouth does on each frame.

Knows the sounds of English and how one colours the next; nothing of pixels. Coarticulation is
openfacefx's dominance model (Cohen and Massaro, 1993); what a viseme looks like, and that lips
meet for B, M and P, is said here.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import openfacefx  # type: ignore[import-untyped]
from numpy.typing import NDArray

from script2movie.stages import SPEECH_RATE, Phoneme, Speech

__all__ = ["CLOSED", "Mouth", "mouths"]

Curve = NDArray[np.float64]  # (num_frames,)

CLOSED = frozenset({"B", "M", "P"})  # the lips meet
BITTEN = frozenset({"F", "V"})  # the lower lip meets the upper teeth
SETTLE = 0.12  # seconds in which a mouth comes back to rest
PAUSE = 0.30  # seconds of silence after which it does so inside a line
VOWELS = frozenset(openfacefx.phonemes.ARPABET_VOWELS)
STOPS = frozenset({"B", "P", "T", "D", "K", "G"})
STOP, CONSONANT = 0.055, 0.085  # seconds that they hold a mouth that is on its way to a vowel
PRESS = 0.025  # seconds, half of the longest that lips are kept shut for one sound
BREATH = 0.15  # seconds of silence from which words are apart
SEAL = 0.045  # seconds that a lip takes to meet the teeth, and to leave them
BITE = 0.06  # mouth widths between the lips then: the teeth's edge is seen
FASTEST = 7.0  # mouth widths a second at which lips part after B, M and P, and meet for them
PLAIN = 0.6  # share of the sound itself; the rest is coloured by its neighbours
HOP = 0.02  # seconds from one look at a line's level to the next
HEARD = 0.06  # of the loud parts: a last sound lasts until it is fainter
SILENT = 0.06  # of the loud parts: below it a mouth comes to rest
SLUR = 0.029  # seconds (standard deviation) over which one sound becomes the next
INERTIA = 0.07  # seconds over which a jaw cannot but move smoothly
TIGHT = openfacefx.CoartParams(  # sounds reach about a syllable far
    lead={"basic": (0.14, 0.14), "jaw": (0.14, 0.14), "lips": (0.10, 0.10), "tongue": (0.14, 0.14)},
    short_silence=0.08,
)

# viseme: (opening in mouth widths, -1 round to 1 wide, tongue 0..1)
SHAPES = {
    "sil": (0.03, 0.0, 0.0),
    "PP": (0.0, -0.1, 0.0),
    "FF": (0.04, 0.1, 0.0),
    "TH": (0.13, 0.1, 0.9),
    "DD": (0.085, 0.1, 0.6),
    "kk": (0.15, 0.1, 0.2),
    "CH": (0.06, -0.6, 0.1),
    "SS": (0.05, 0.5, 0.1),
    "nn": (0.085, 0.1, 0.5),
    "RR": (0.09, -0.45, 0.2),
    "aa": (0.41, 0.1, 0.3),
    "E": (0.26, 0.45, 0.3),
    "I": (0.16, 0.8, 0.2),
    "O": (0.25, -0.65, 0.1),
    "U": (0.06, -1.0, 0.0),
}
OWN = {"AH": 0.21, "L": 0.12}  # openings of sounds that open otherwise than their viseme


@dataclass(frozen=True)
class Mouth:
    """Curves (num_frames,) of one speaker's mouth.

    speaking  0 the face's own mouth, 1 the speech's
    opening   between the lips, in mouth widths
    wide      -1 round, 0 as it is, 1 wide
    bite      0..1 lower lip to upper teeth
    tongue    0..1 how far it is raised
    """

    speaking: Curve
    opening: Curve
    wide: Curve
    bite: Curve
    tongue: Curve


def mouths(speech: Speech, start: float, num_frames: int, fps: int) -> Mouth:
    """What the mouth does on frames 0 to `num_frames` of a shot; the speech begins at `start` s.

    A frame is judged at the middle of its time on screen.
    """
    times = (np.arange(num_frames) + 0.5) / fps
    level = _level(speech)
    clock = start + (np.arange(len(level)) + 0.5) * HOP  # (blocks,)
    sounds = [
        Phoneme(p.symbol.rstrip("012").upper(), p.start + start, p.end + start)
        for p in speech.phonemes
    ]
    sounds = _joined(_lasting(sounds, float(clock[level > HEARD].max(initial=start))))
    spoken = [p for p in sounds if p.symbol != "SIL"]
    if not spoken:
        none = np.zeros(num_frames)
        return Mouth(none, none, none, none, none)
    opening, wide, tongue = _shapes(sounds, times, fps).T
    rest = SHAPES["sil"][0]
    opening = rest + (_eased(opening, fps, INERTIA) - rest) * np.interp(times, clock, _gain(level))
    for sound in spoken:
        if sound.symbol in CLOSED:
            opening = np.minimum(opening, _parted(sound, times, fps))
    bite = np.zeros(num_frames)
    for sound in spoken:
        if sound.symbol in BITTEN:
            bite = np.maximum(bite, _contact(sound, times, fps))
    opening = opening * (1 - bite) + BITE * bite
    return Mouth(_speaking(spoken, times), opening, np.clip(1.3 * wide, -1, 1), bite, tongue)


def _joined(sounds: Sequence[Phoneme]) -> list[Phoneme]:
    """The sounds as a mouth takes them, one running into the next.

    In the short silence between two words a mouth is on its way; and it leaves a long consonant
    for the vowel before the vowel is heard.
    """
    spoken = [
        sound
        for i, sound in enumerate(sounds)
        if sound.symbol != "SIL" or sound.end - sound.start >= BREATH or i in {0, len(sounds) - 1}
    ]
    starts = [sound.start for sound in spoken]
    ends = [sound.end for sound in spoken]
    for i in range(1, len(spoken)):
        if ends[i - 1] < starts[i] < ends[i - 1] + BREATH:
            starts[i] = ends[i - 1] = (ends[i - 1] + starts[i]) / 2
        before = spoken[i - 1].symbol
        if spoken[i].symbol in VOWELS and before not in VOWELS | {"SIL"}:
            held = STOP if before in STOPS else CONSONANT
            starts[i] = ends[i - 1] = min(ends[i - 1], starts[i - 1] + held)
    return [
        Phoneme(sound.symbol, start, end)
        for sound, start, end in zip(spoken, starts, ends, strict=True)
    ]


def _shapes(sounds: Sequence[Phoneme], times: Curve, fps: int) -> NDArray[np.float64]:
    """Opening, width and tongue on each frame, (num_frames, 3).

    Part is the sound that is being said, part what its neighbours make of it.
    """
    from scipy.special import ndtr

    chain = []
    clock = float(times[0])
    for sound in sounds:
        if sound.end > clock:
            if sound.start > clock + 1e-6:
                chain.append(Phoneme("SIL", clock, sound.start))
            chain.append(Phoneme(sound.symbol, max(sound.start, clock), sound.end))
            clock = sound.end
    chain.append(Phoneme("SIL", clock, max(clock, float(times[-1])) + 1.0))
    named = [("sil" if p.symbol == "SIL" else p.symbol, p.start, p.end) for p in chain]
    segments = [openfacefx.PhonemeSegment(*segment) for segment in named]
    _, blended = openfacefx.build_viseme_curves(segments, fps=fps, params=TIGHT)  # (>= frames, 15)
    table = np.array([SHAPES[name] for name in openfacefx.VISEMES])  # (15, 3)
    shapes = np.array([SHAPES[openfacefx.phoneme_to_viseme(name)] for name, _, _ in named])
    shapes[:, 0] = [
        OWN.get(name, shape[0]) for (name, _, _), shape in zip(named, shapes, strict=True)
    ]
    starts, ends = (np.array([segment[i] for segment in named]) for i in (1, 2))
    starts[0] = -np.inf
    since, until = ((times[:, None] - edges) / SLUR for edges in (starts, ends))
    said = (ndtr(since) - ndtr(until)) @ shapes
    plain = np.array([1.0, PLAIN, PLAIN])
    return np.asarray(plain * said + (1 - plain) * (blended[: len(times)] @ table))


def _eased(curve: Curve, fps: int, reach: float) -> Curve:
    """The curve's own run, seen through a window of `reach` seconds to both sides."""
    offsets = np.arange(-int(reach * fps), int(reach * fps) + 1) / fps
    window = np.cos(0.5 * np.pi * offsets / reach) ** 2 + 1e-9
    padded = np.pad(curve, len(offsets) // 2, "edge")
    return np.asarray(np.convolve(padded, window / window.sum(), "valid"))


def _level(speech: Speech) -> Curve:
    """How loud a line is, 1 in its loud parts, in blocks of HOP seconds; at least one block."""
    hop = round(SPEECH_RATE * HOP)
    samples = speech.samples.astype(np.float64)
    if len(samples) < 5 * hop:
        return np.ones(1)
    blocks = samples[: len(samples) // hop * hop].reshape(-1, hop)
    loud = np.sqrt(np.convolve((blocks**2).mean(1), np.ones(5) / 5, "same") + 1e-12)
    return np.asarray(loud / max(float(np.percentile(loud, 80)), 1e-5))


def _gain(level: Curve) -> Curve:
    """Of the opening: 0 in silence, then from 0.67 for faint sounds to 1.2 for loud ones."""
    return np.clip(0.65 + 0.55 * level**0.7, 0.67, 1.2) * np.clip(level / SILENT, 0, 1)


def _lasting(sounds: Sequence[Phoneme], until: float) -> list[Phoneme]:
    """The sounds, the last of them for as long as it is heard."""
    kept = list(sounds)
    while kept and kept[-1].symbol == "SIL":
        kept.pop()
    if kept and kept[-1].end < until:
        kept[-1] = Phoneme(kept[-1].symbol, kept[-1].start, until)
    return kept


def _parted(sound: Phoneme, times: Curve, fps: int) -> Curve:
    """The widest that lips can be on each frame, in mouth widths, if they meet for a sound."""
    return np.asarray(FASTEST * _away(sound, times, fps))


def _contact(sound: Phoneme, times: Curve, fps: int) -> Curve:
    """1 while lip and teeth touch for a sound, easing to 0 before and after."""
    return np.asarray(np.clip(1 - _away(sound, times, fps) / SEAL, 0, 1))


def _away(sound: Phoneme, times: Curve, fps: int) -> Curve:
    """Seconds to a sound from each frame; 0 in it, at least on the frame nearest its middle."""
    middle = (sound.start + sound.end) / 2
    half = min(max((sound.end - sound.start) / 2, 0.5 / fps), PRESS)
    away = np.maximum(np.abs(times - middle) - half, 0)
    away[int(np.argmin(np.abs(times - middle)))] = 0
    return np.asarray(away)


def _speaking(spoken: Sequence[Phoneme], times: Curve) -> Curve:
    """1 inside the line's runs of sound, easing to 0 before, after and in its pauses."""
    curve = np.zeros_like(times)
    runs = [[spoken[0].start, spoken[0].end]]
    for sound in spoken[1:]:
        if sound.start - runs[-1][1] > PAUSE:
            runs.append([sound.start, sound.end])
        runs[-1][1] = sound.end
    for start, end in runs:
        rise = np.clip((times - (start - SETTLE)) / SETTLE, 0, 1)
        fall = np.clip((end + SETTLE - times) / SETTLE, 0, 1)
        curve = np.maximum(curve, np.minimum(rise, fall))
    return np.asarray(curve * curve * (3 - 2 * curve))
