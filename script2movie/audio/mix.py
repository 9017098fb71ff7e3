"""Dialogue, effects, ambience and music into one track, and each by itself, shot by shot.

Knows cues in the film's order. Knows nothing of pictures, voices or the cache. A film of any
length needs the same memory, but for ten numbers a second.
"""

import tempfile
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from script2movie.audio.effects import effects
from script2movie.audio.master import BLOCK, Sound, master, write_level
from script2movie.audio.rooms import TAIL, in_room, room_tone
from script2movie.audio.score import Score, Stretch
from script2movie.audio.treatment import treated
from script2movie.errors import writing
from script2movie.movie import Transition
from script2movie.stages import MIX_RATE, SPEECH_RATE, STEMS, Cue, Setting

__all__ = ["EmbeddedMixer"]

Samples = NDArray[np.float32]

EDITION = 5  # raised when the same film would sound different
FRAME_BYTES = 8  # of one stereo sample in a scratch file
FADE = round(0.005 * MIX_RATE)  # samples: what is cut never clicks
EFFECT_AT = 0.15  # seconds into a shot at which its first effect starts
CROSSFADE = {Transition.CUT: 0.12, Transition.DISSOLVE: 1.0, Transition.FADE: 0.6}  # seconds


class EmbeddedMixer:
    """Mixes on the CPU; holds one shot at a time."""

    num_workers = 2

    @property
    def fingerprint(self) -> str:
        return f"embedded mixer {EDITION}"

    def track(self, cue: Cue, *, seed: int) -> Samples:
        """One shot's dialogue, effects and room tone: (num_samples, 2) at 48 kHz."""
        del seed
        return dialogue(cue) + noises(cue) + room_tone(cue.setting, 0, cue.num_samples)

    def mix(self, cues: Iterable[Cue], folder: Path, *, music: bool, seed: int) -> None:
        """The whole film's sound and its stems: -16 LUFS, true peak below -1 dBTP.

        A film without speech and music keeps the level of its room tone.

        Raises:
            OutputError: the folder cannot be written.
        """
        del seed
        with (
            writing(folder),
            tempfile.TemporaryDirectory(dir=folder.parent, prefix=".mix") as scratch,
        ):
            made = Path(scratch) / "made"
            made.mkdir()
            reel = _write_reel(cues, Path(scratch))
            if music:  # once: each sample of it is read several times
                score = Score(reel.stretches, reel.spoken, reel.total)
                with (reel.scratch / "music").open("wb") as file:
                    for first in range(0, reel.total, BLOCK):
                        part = score.between(first, min(reel.total, first + BLOCK))
                        file.write(part.astype(np.float32).tobytes())

            def stem(name: str) -> Sound:
                def sound(first: int, last: int) -> Samples:
                    if name == "music" and not music:
                        return np.zeros((last - first, 2), np.float32)
                    count, offset = 2 * (last - first), FRAME_BYTES * first
                    raw = np.fromfile(reel.scratch / name, np.float32, count, offset=offset)
                    return raw.reshape(-1, 2)

                return sound

            stems = {name: stem(name) for name in STEMS}

            def whole(first: int, last: int) -> Samples:
                parts = [sound(first, last) for sound in stems.values()]
                return np.asarray(np.sum(parts, axis=0), np.float32)

            if music or reel.spoken:
                master(whole, stems, reel.total, made)
            else:
                write_level(whole, stems, reel.total, made, 0.0)
            made.replace(folder)

    def close(self) -> None:
        """Nothing is held between films."""


@dataclass(frozen=True)
class _Reel:
    """A film's stems but the music, as float32 pairs in files, and what the score must know."""

    scratch: Path
    total: int  # samples
    stretches: tuple[Stretch, ...]
    spoken: tuple[tuple[int, int], ...]  # samples of each line's start and end


def _write_reel(cues: Iterable[Cue], scratch: Path) -> _Reel:
    """Dialogue, effects and ambience one cue at a time, at the level they have."""
    before: Setting | None = None
    clock = 0
    stretches: list[Stretch] = []
    spoken: list[tuple[int, int]] = []
    with ExitStack() as stack:
        files = {name: stack.enter_context((scratch / name).open("wb")) for name in STEMS[:3]}
        for cue in cues:
            tone = _tone(cue, before, clock)
            for name, samples in zip(STEMS, (dialogue(cue), noises(cue), tone), strict=False):
                files[name].write(samples.astype(np.float32).tobytes())
            stretches.append(Stretch(clock, cue.setting.mood))
            for utterance in cue.speech.utterances:
                start = clock + round(utterance.start * MIX_RATE)
                spoken.append((start, start + round(utterance.speech.duration * MIX_RATE)))
            before, clock = cue.setting, clock + cue.num_samples
    return _Reel(scratch, clock, tuple(stretches), tuple(spoken))


def dialogue(cue: Cue) -> Samples:
    """Every line at its sample, by its way to the audience: (num_samples, 2)."""
    from scipy import signal

    track = np.zeros((cue.num_samples, 2), np.float32)
    for utterance in cue.speech.utterances:
        spoken = signal.resample_poly(utterance.speech.samples, MIX_RATE // SPEECH_RATE, 1)
        ringing = np.zeros(round(TAIL * MIX_RATE), np.float32)  # the place outlasts the voice
        voice = np.concatenate((spoken.astype(np.float32), ringing))
        _lay(track, treated(voice, utterance.line, cue.setting), utterance.start)
    return _faded(track)


def noises(cue: Cue) -> Samples:
    """What else the plan has heard in the shot, one after the other: (num_samples, 2)."""
    track = np.zeros((cue.num_samples, 2), np.float32)
    at = EFFECT_AT
    for effect in effects(cue.sound):
        _lay(track, in_room(effect, cue.setting), at)
        at += len(effect) / MIX_RATE
    return _faded(track)


def _lay(track: Samples, sound: Samples, start: float) -> None:
    """Adds a sound (n, 2) to a track at a second of it; what is beyond its end is cut."""
    first = round(start * MIX_RATE)
    heard = sound[: max(0, len(track) - first)]
    track[first : first + len(heard)] += heard


def _faded(track: Samples) -> Samples:
    ramp = np.linspace(0.0, 1.0, min(FADE, len(track)), dtype=np.float32)[:, None]
    track[: len(ramp)] *= ramp
    track[len(track) - len(ramp) :] *= ramp[::-1]
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
