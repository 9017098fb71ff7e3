"""Play the beds and write the shipped music: `performance.py SOUNDFONT OUT`.

The notes go through a sample player, a hall and an equaliser that leaves room for speech. Each bed
is played three times round and the middle one kept, so its end runs into its beginning with every
tail intact.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import pyloudnorm
import soundfile
import tinysoundfont
from scipy.signal import fftconvolve
from score import BEDS, Bed

RATE = 44100
LOUDNESS = -23.0  # LUFS
SPEECH_DIP = 4.0  # dB less between 1 and 4 kHz


def performed(
    bed: Bed, part: str, rng: np.random.Generator, loop: int, rounds: int
) -> list[tuple[int, int, int, int]]:
    """What the player does: (sample, on or off, pitch, velocity), unevenly, each round alike."""
    beat, events = loop / bed.beats, []
    for note in bed.notes:
        if note.part != part:
            continue
        late = bed.swing if abs(note.start % 1 - 0.5) < 0.01 else 0.0
        on = (note.start + late) * beat + rng.normal() * 0.006 * RATE
        loud = int(np.clip(note.loudness + rng.normal() * 3.5, 12, 110))
        for turn in range(rounds + 1):
            start = max(int(on + turn * loop), 0)
            events += [
                (start, 1, note.pitch, loud),
                (start + int(note.length * beat), 0, note.pitch, 0),
            ]
    return sorted(events)


def stem(
    synth: tinysoundfont.Synth, channel: int, events: list[tuple[int, int, int, int]], end: int
) -> np.ndarray:
    """One part alone, (samples, 2)."""
    out, now = [], 0
    for when, on, pitch, loud in [*events, (end, 0, 0, 0)]:
        if (when := min(when, end)) > now:
            out.append(np.frombuffer(bytes(synth.generate(when - now)), np.float32).reshape(-1, 2))
            now = when
        if now < end:
            synth.noteon(channel, pitch, loud) if on else synth.noteoff(channel, pitch)
    synth.sounds_off(channel)
    return np.concatenate(out).astype(np.float64)


def played(
    bed: Bed, synth: tinysoundfont.Synth, font: int, seed: int, rounds: int = 3
) -> np.ndarray:
    """The dry sound of the bed round after round, each part at its own level, (samples, 2)."""
    rng = np.random.default_rng(seed)
    loop = round(bed.beats * 60 / bed.tempo * RATE)
    total = np.zeros((rounds * loop, 2))
    for part, (program, pan, level) in bed.parts.items():
        synth.program_select(0, font, 0, program)
        synth.control_change(0, 10, pan)
        sound = stem(synth, 0, performed(bed, part, rng, loop, rounds), rounds * loop)
        energy = (sound[: len(sound) // 4410 * 4410].reshape(-1, 8820) ** 2).mean(1)
        sounding = energy[energy > energy.max() * 1e-3].mean()
        total += sound * 10 ** (level / 20) / np.sqrt(sounding)
    return total


def hall(seconds: float = 2.4, seed: int = 1) -> np.ndarray:
    """A concert hall's answer to a clap: noise that dies away, the treble sooner, (samples, 2)."""
    rng = np.random.default_rng(seed)
    count = int(seconds * RATE)
    t = np.arange(count)[:, None] / RATE
    answer = np.zeros((count, 2))
    for low, high, decay in (
        (60, 300, 2.1),
        (300, 1200, 1.9),
        (1200, 4000, 1.3),
        (4000, 9000, 0.7),
    ):
        spectrum = np.fft.rfft(rng.normal(size=(count, 2)), axis=0)
        hertz = np.fft.rfftfreq(count, 1 / RATE)[:, None]
        spectrum *= np.exp(-np.clip(low - hertz, 0, None) / (0.3 * low)) * np.exp(
            -np.clip(hertz - high, 0, None) / (0.3 * high)
        )
        answer += np.fft.irfft(spectrum, count, axis=0) * 10 ** (-3 * t / decay)
    answer *= np.clip((t - 0.018) / 0.02, 0, 1)
    return answer / np.sqrt((answer**2).sum(0))


def equalised(sound: np.ndarray) -> np.ndarray:
    """Less where speech is understood, nothing below hearing, a soft top; taken as a loop."""
    hertz = np.fft.rfftfreq(len(sound), 1 / RATE)[:, None]
    octave = np.log2(np.maximum(hertz, 1) / 2000)
    level = -SPEECH_DIP * np.exp(-((octave / 1.1) ** 4)) - 6 * np.clip(
        np.log2(np.maximum(hertz, 1) / 6000), 0, 3
    )
    level -= 24 * np.clip(np.log2(45 / np.maximum(hertz, 1)), 0, 4)
    return np.fft.irfft(np.fft.rfft(sound, axis=0) * 10 ** (level / 20), len(sound), axis=0)


def bed_sound(
    bed: Bed, synth: tinysoundfont.Synth, font: int, seed: int, wet: float = 0.30
) -> np.ndarray:
    """One seamless round at the shipped loudness, (samples, 2)."""
    dry = played(bed, synth, font, seed)
    loop = len(dry) // 3
    room = np.stack([fftconvolve(dry[:, k], hall(seed=7)[:, k])[: len(dry)] for k in (0, 1)], 1)
    sound = equalised((dry + wet * room)[loop : 2 * loop])
    sound *= 10 ** (
        (LOUDNESS - pyloudnorm.Meter(RATE).integrated_loudness(np.tile(sound, (2, 1)))) / 20
    )
    peak = np.abs(sound).max()
    return sound if peak < 0.7 else np.tanh(sound / 0.7) * 0.7


def write_vorbis(path: Path, sound: np.ndarray, compression: float = 0.82) -> None:
    """Ogg Vorbis, fed in pieces: libsndfile's encoder overflows its stack on long writes."""
    with soundfile.SoundFile(
        path, "w", RATE, 2, format="OGG", subtype="VORBIS", compression_level=compression
    ) as file:
        for start in range(0, len(sound), RATE // 4):
            file.write(sound[start : start + RATE // 4])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("soundfont", type=Path)
    parser.add_argument("out", type=Path)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    synth = tinysoundfont.Synth(samplerate=RATE, gain=-6)
    font = synth.sfload(str(args.soundfont))
    listing = []
    for seed, compose in enumerate(BEDS, 1):
        bed = compose()
        sound = bed_sound(bed, synth, font, seed)
        path = args.out / f"{bed.name}.ogg"
        write_vorbis(path, sound)
        listing.append(
            {
                "name": bed.name,
                "file": path.name,
                "mood": bed.mood,
                "tempo": bed.tempo,
                "seconds": round(len(sound) / RATE, 3),
                "loudness": LOUDNESS,
                "tags": list(bed.tags),
            }
        )
        print(
            bed.name,
            round(len(sound) / RATE, 1),
            "s",
            path.stat().st_size // 1024,
            "KB, peak",
            round(float(np.abs(sound).max()), 2),
            flush=True,
        )
    (args.out / "music.json").write_text(json.dumps(listing, indent=2) + "\n")


if __name__ == "__main__":
    main()
