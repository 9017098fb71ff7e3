"""Dialogue, room tone and music into one track: a film's sound, streamed shot by shot.

Knows cues in the film's order. Knows nothing of pictures, voices or the cache. A film of any
length needs the same memory, but for ten numbers a second.
"""

import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import signal

from script2movie.audio.master import master, write_level
from script2movie.audio.rooms import in_room, room_tone
from script2movie.audio.score import Score, Stretch
from script2movie.errors import writing
from script2movie.movie import Transition
from script2movie.stages import MIX_RATE, SPEECH_RATE, Cue, Setting

__all__ = ["EmbeddedMixer"]

Samples = NDArray[np.float32]

EDITION = 4  # raised when the same film would sound different
FRAME_BYTES = 8  # of one stereo sample in the scratch file
FADE = round(0.005 * MIX_RATE)  # samples: what is cut never clicks
CROSSFADE = {Transition.CUT: 0.12, Transition.DISSOLVE: 1.0, Transition.FADE: 0.6}  # seconds


class EmbeddedMixer:
    """Mixes on the CPU; holds one shot at a time."""

    num_workers = 2

    @property
    def fingerprint(self) -> str:
        return f"embedded mixer {EDITION}"

    def track(self, cue: Cue, *, seed: int) -> Samples:
        """One shot's dialogue and room tone: (num_samples, 2) at 48 kHz."""
        del seed
        return dialogue(cue) + room_tone(cue.setting, 0, cue.num_samples)

    def mix(self, cues: Iterable[Cue], path: Path, *, music: bool, seed: int) -> None:
        """The whole film's sound as 48 kHz stereo WAV: -16 LUFS, true peak below -1 dBTP.

        A film without speech and music keeps the level of its room tone.

        Raises:
            OutputError: the file cannot be written.
        """
        del seed
        with writing(path), tempfile.TemporaryDirectory(dir=path.parent, prefix=".mix") as scratch:
            finished = Path(scratch) / "finished.wav"
            reel = _write_reel(cues, Path(scratch) / "reel.f32")
            score = Score(reel.stretches, reel.spoken, reel.total) if music else None

            def sound(first: int, last: int) -> Samples:
                count, offset = 2 * (last - first), FRAME_BYTES * first
                samples = np.fromfile(reel.path, np.float32, count, offset=offset).reshape(-1, 2)
                return samples + score.between(first, last) if score else samples

            if music or reel.spoken:
                master(sound, reel.total, finished)
            else:
                write_level(sound, reel.total, finished, 0.0)
            finished.replace(path)

    def close(self) -> None:
        """Nothing is held between films."""


@dataclass(frozen=True)
class _Reel:
    """A film's dialogue and room tone as float32 pairs, with what the score must know of it."""

    path: Path
    total: int  # samples
    stretches: tuple[Stretch, ...]
    spoken: tuple[tuple[int, int], ...]  # samples of each line's start and end


def _write_reel(cues: Iterable[Cue], path: Path) -> _Reel:
    """Dialogue and room tone one cue at a time, at the level they have."""
    before: Setting | None = None
    clock = 0
    stretches: list[Stretch] = []
    spoken: list[tuple[int, int]] = []
    with path.open("wb") as file:
        for cue in cues:
            file.write((dialogue(cue) + _tone(cue, before, clock)).astype(np.float32).tobytes())
            stretches.append(Stretch(clock, cue.setting.mood))
            for utterance in cue.speech.utterances:
                start = clock + round(utterance.start * MIX_RATE)
                spoken.append((start, start + round(utterance.speech.duration * MIX_RATE)))
            before, clock = cue.setting, clock + cue.num_samples
    return _Reel(path, clock, tuple(stretches), tuple(spoken))


def dialogue(cue: Cue) -> Samples:
    """Every line at its sample, in its room: (num_samples, 2)."""
    voices = np.zeros(cue.num_samples, np.float32)
    for utterance in cue.speech.utterances:
        spoken = signal.resample_poly(utterance.speech.samples, MIX_RATE // SPEECH_RATE, 1)
        start = round(utterance.start * MIX_RATE)
        heard = spoken[: max(0, cue.num_samples - start)]
        voices[start : start + len(heard)] += heard
    if not cue.speech.utterances:
        return np.zeros((cue.num_samples, 2), np.float32)
    track = in_room(voices, cue.setting)
    ramp = np.linspace(0.0, 1.0, min(FADE, cue.num_samples), dtype=np.float32)[:, None]
    track[: len(ramp)] *= ramp
    track[cue.num_samples - len(ramp) :] *= ramp[::-1]
    return track


def _tone(cue: Cue, before: Setting | None, clock: int) -> Samples:
    """The room tone of a shot that starts `clock` samples into the film, faded over from the
    place before; within a place it runs on through the cuts.
    """
    tone = room_tone(cue.setting, clock, cue.num_samples)
    if before is None or before == cue.setting:
        return tone
    length = min(round(CROSSFADE[cue.transition] * MIX_RATE), cue.num_samples)
    rising = np.sqrt(np.linspace(0.0, 1.0, length, dtype=np.float32))[:, None]
    old = room_tone(before, clock, length)
    tone[:length] = tone[:length] * rising + old * rising[::-1]
    return tone
