"""Room tone and places as sound, from noise and arithmetic alone: `ambience.py OUT`.

Everything is made as a circle: noise is shaped in the frequency domain of the whole loop and
single sounds wrap past the end, so the loop has no seam.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyloudnorm
import soundfile

RATE = 32000


class Circle:
    """A stereo loop being painted."""

    def __init__(self, seconds: float, seed: int) -> None:
        self.count = round(seconds * RATE)
        self.seconds = seconds
        self.rng = np.random.default_rng(seed)
        self.t = np.arange(self.count) / RATE
        self.sound = np.zeros((self.count, 2))

    def noise(self, shape: Callable[[np.ndarray], np.ndarray], width: float = 1.0) -> np.ndarray:
        """Noise of unit loudness and spectrum `shape(hertz)`; `width` 0 is mono, 1 all around."""
        hertz = np.fft.rfftfreq(self.count, 1 / RATE)
        gain = shape(np.maximum(hertz, 1.0))
        gain[0] = 0
        both = [
            np.fft.irfft(np.fft.rfft(self.rng.normal(size=self.count)) * gain, self.count)
            for _ in range(3)
        ]
        out = np.stack(
            [(1 - width) * both[0] + width * both[1], (1 - width) * both[0] + width * both[2]], 1
        )
        return out / out.std()

    def swell(self, slow: int, depth: float) -> np.ndarray:
        """A slow random rise and fall around 1 that loops, of `slow` waves at most."""
        wave = sum(
            np.sin(2 * np.pi * k * self.t / self.seconds + self.rng.uniform(0, 6.28)) / k**0.5
            for k in range(1, slow + 1)
        )
        return np.exp(depth * wave / np.std(wave))[:, None]

    def tone(self, hertz: float) -> np.ndarray:
        """A sine at the nearest pitch that fits the loop a whole number of times."""
        return np.sin(
            2 * np.pi * round(hertz * self.seconds) * self.t / self.seconds
            + self.rng.uniform(0, 6.28)
        )

    def put(self, clip: np.ndarray, when: float, level: float, pan: float = 0.0) -> None:
        """Lay a mono clip down at a moment, wrapping past the end; pan -1 to 1."""
        where = (int(when * RATE) + np.arange(len(clip))) % self.count
        angle = (pan + 1) * np.pi / 4
        np.add.at(
            self.sound, where, level * clip[:, None] * np.array([np.cos(angle), np.sin(angle)])
        )

    def echo(self, seconds: float, level: float, dull: float = 3000) -> None:
        """The loop's own reverberation, taken round the circle."""
        hertz = np.fft.rfftfreq(self.count, 1 / RATE)[:, None]
        tail = self.rng.normal(size=(self.count, 2)) * np.exp(-6.9 * self.t / seconds)[:, None]
        tail /= np.sqrt((tail**2).sum(0))
        wet = np.fft.rfft(tail, axis=0) / (1 + (hertz / dull) ** 2)
        self.sound += level * np.fft.irfft(
            np.fft.rfft(self.sound, axis=0) * wet, self.count, axis=0
        )


def band(low: float, high: float, slope: float = 2.0) -> Callable[[np.ndarray], np.ndarray]:
    return lambda f: (
        1 / np.sqrt(1 + (low / f) ** (2 * slope)) / np.sqrt(1 + (f / high) ** (2 * slope))
    )


def tilt(power: float, low: float = 30, high: float = 12000) -> Callable[[np.ndarray], np.ndarray]:
    """Noise falling by `power` (0.5 pink, 1 brown) between two corners."""
    return lambda f: band(low, high)(f) * (f / 100.0) ** -power


def fade(count: int, rise: float = 0.1, fall: float = 0.4) -> np.ndarray:
    x = np.linspace(0, 1, count)
    return np.clip(x / rise, 0, 1) ** 0.7 * np.clip((1 - x) / fall, 0, 1) ** 1.3


def chirp(
    start: float,
    end: float,
    seconds: float,
    wobble: float = 0,
    rate: float = 30,
    curve: float = 1.0,
) -> np.ndarray:
    """A gliding whistle with a soft second harmonic."""
    x = np.linspace(0, 1, int(seconds * RATE))
    hertz = start + (end - start) * x**curve + wobble * np.sin(2 * np.pi * rate * x * seconds)
    phase = 2 * np.pi * np.cumsum(hertz) / RATE
    return (np.sin(phase) + 0.12 * np.sin(2 * phase)) * fade(len(x), 0.15, 0.35)


def quiet_room() -> Circle:
    c = Circle(10, 1)
    c.sound = c.noise(tilt(0.85, 25, 5000), 0.8) + 0.10 * c.noise(band(2000, 7000), 1)
    c.sound += 0.05 * (c.tone(100) + 0.5 * c.tone(200) + 0.2 * c.tone(300))[:, None]
    return c


def street() -> Circle:
    c = Circle(15, 2)
    c.sound = c.noise(tilt(0.75, 35, 3500), 0.9) * c.swell(4, 0.12)
    for when, length, pan in ((1.0, 6.5, -1), (5.5, 5.5, 1), (9.0, 7.0, -1), (12.5, 5.0, 1)):
        n = int(length * RATE)
        x = np.linspace(-1, 1, n)
        near = 1 / (1 + (x * 5) ** 2)
        spectrum = np.fft.rfft(c.rng.normal(size=n))
        hertz = np.fft.rfftfreq(n, 1 / RATE)
        tyres = np.fft.irfft(spectrum * band(180, 1400, 1.5)(np.maximum(hertz, 1)), n)
        motor = np.sign(np.sin(2 * np.pi * np.cumsum(72 - 9 * np.tanh(x * 4)) / RATE)) * 0.25
        motor = np.convolve(motor, np.ones(220) / 220, "same")
        pass_by = (tyres / tyres.std() + motor) * near * np.sin(np.linspace(0, np.pi, n)) ** 0.5
        for k in range(8):  # it moves across, in eight overlapping steps
            weight = np.clip(1 - np.abs(np.linspace(0, 7, n) - k), 0, 1)
            c.put(pass_by * weight, when, 1.5, pan * (k / 3.5 - 1) * 0.8)
    for when, f in ((7.4, 392), (7.9, 392)):
        n = int(0.25 * RATE)
        horn = sum(
            np.sin(2 * np.pi * f * m * np.arange(n) / RATE) / m for m in (1, 1.26, 2, 3)
        ) * fade(n, 0.1, 0.2)
        c.put(horn, when, 0.4, 0.6)
    c.echo(1.4, 0.5, 1800)
    return c


def park() -> Circle:
    c = Circle(15, 3)
    c.sound = 0.55 * c.noise(band(250, 2600, 1.0), 1) * c.swell(5, 0.35) + 0.35 * c.noise(
        tilt(0.8, 40, 900), 1
    )
    leaves = c.noise(band(2500, 9000, 1.5), 1) * c.swell(7, 0.6)
    c.sound += 0.08 * leaves
    for _ in range(7):  # a thrush-like phrase, each bird at its own pitch and place
        base, pan, far = (
            c.rng.uniform(2400, 4200),
            c.rng.uniform(-0.9, 0.9),
            c.rng.uniform(0.15, 0.5),
        )
        when = c.rng.uniform(0, c.seconds)
        for _ in range(c.rng.integers(2, 6)):
            length = c.rng.uniform(0.07, 0.22)
            note = chirp(
                base * c.rng.uniform(0.8, 1.25),
                base * c.rng.uniform(0.75, 1.35),
                length,
                c.rng.choice([0, 0, 180, 320]),
                c.rng.uniform(22, 45),
            )
            c.put(note, when, 2.6 * far, pan)
            when += length + c.rng.uniform(0.05, 0.18)
    for when in (3.1, 3.55, 10.6, 11.05):  # a dove, far off
        c.put(chirp(520, 470, 0.34, 6, 18), when, 0.8, -0.4)
    c.echo(1.1, 0.35, 4000)
    return c


def bar() -> Circle:
    c = Circle(14, 4)
    for _ in range(26):  # talkers: buzzing syllables through moving vowels, too far to understand
        pitch, pan, far = (
            c.rng.choice([c.rng.uniform(95, 140), c.rng.uniform(170, 240)]),
            c.rng.uniform(-1, 1),
            c.rng.uniform(0.3, 1),
        )
        when = c.rng.uniform(0, c.seconds)
        stop = when + c.seconds * c.rng.uniform(0.35, 0.8)
        while when < stop:
            n = int(c.rng.uniform(0.10, 0.26) * RATE)
            glide = pitch * (1 + 0.12 * c.rng.normal() + np.linspace(0.06, -0.08, n))
            phase = np.cumsum(glide) / RATE
            buzz = (2 * (phase % 1) - 1) + 0.25 * c.rng.normal(size=n)
            spectrum = np.fft.rfft(buzz)
            f = np.fft.rfftfreq(n, 1 / RATE)
            first, second = c.rng.uniform(300, 750), c.rng.uniform(900, 2100)
            vowel = (
                1 / (1 + ((f - first) / 110) ** 2)
                + 0.45 / (1 + ((f - second) / 160) ** 2)
                + 0.12 / (1 + ((f - 2700) / 260) ** 2)
            )
            clip = np.fft.irfft(spectrum * vowel, n) * fade(n, 0.2, 0.4)
            c.put(clip / (np.abs(clip).max() + 1e-9), when, 0.30 * far * c.rng.uniform(0.5, 1), pan)
            when += n / RATE + c.rng.choice([0.02, 0.05, 0.35], p=[0.5, 0.38, 0.12])
    for _ in range(9):  # glasses
        f, n = c.rng.uniform(2600, 5200), int(0.5 * RATE)
        x = np.arange(n) / RATE
        clink = sum(
            np.sin(2 * np.pi * f * m * x) * np.exp(-x * d)
            for m, d in ((1, 14), (1.58, 22), (2.31, 35))
        )
        c.put(
            clink, c.rng.uniform(0, c.seconds), 0.12 * c.rng.uniform(0.4, 1), c.rng.uniform(-1, 1)
        )
    c.sound /= c.sound.std()
    c.echo(1.0, 0.9, 2500)
    c.sound += 0.22 * c.noise(tilt(0.7, 40, 3000), 1)
    return c


def night() -> Circle:
    c = Circle(12, 5)
    c.sound = 0.5 * c.noise(tilt(0.8, 40, 900), 1) * c.swell(3, 0.2) + 0.05 * c.noise(
        band(3000, 8000), 1
    )
    for _ in range(9):  # crickets: pulses of a near-pure tone, in chirps of three or four
        f, pan, far = c.rng.uniform(3900, 5000), c.rng.uniform(-1, 1), c.rng.uniform(0.10, 0.6)
        every = c.seconds / c.rng.integers(14, 24)
        pulses, offset = c.rng.integers(3, 5), c.rng.uniform(0, 1)
        for k in range(round(c.seconds / every)):
            for p in range(pulses):
                n = int(0.017 * RATE)
                pulse = np.sin(2 * np.pi * f * np.arange(n) / RATE) * np.hanning(n)
                c.put(pulse, offset + k * every + p * 0.031 + c.rng.normal() * 0.003, far, pan)
    for f, far, pan in ((3300, 0.05, -0.5), (5600, 0.035, 0.6)):  # a tree cricket's even trill
        c.sound += (
            far
            * (c.tone(f) * (0.5 + 0.5 * c.tone(38)))[:, None]
            * np.array([1 - pan, 1 + pan])
            * 0.7
        )
    for when in (2.6, 3.4, 8.9):
        c.put(chirp(430, 370, 0.42, 9, 14), when, 0.55, 0.5)  # an owl over the field
    c.echo(1.2, 0.3, 3500)
    return c


def sea() -> Circle:
    c = Circle(16, 6)
    c.sound = 0.35 * c.noise(tilt(0.8, 30, 1500), 1)
    for when, length, size in ((0.5, 8.0, 1.0), (5.6, 8.5, 0.8), (11.0, 7.5, 0.95)):
        n = int(length * RATE)
        x = np.linspace(0, 1, n)
        swell = np.where(x < 0.38, (x / 0.38) ** 2.2, np.exp(-(x - 0.38) * 4.2)) * np.clip(
            (1 - x) / 0.15, 0, 1
        )
        hiss = np.where(x < 0.34, (x / 0.34) ** 5, np.exp(-(x - 0.34) * 2.6)) * np.clip(
            (1 - x) / 0.25, 0, 1
        )
        f = np.maximum(np.fft.rfftfreq(n, 1 / RATE), 1)
        for side in (-0.8, 0.8):
            low = np.fft.irfft(np.fft.rfft(c.rng.normal(size=n)) * band(60, 500, 1.2)(f), n)
            high = np.fft.irfft(np.fft.rfft(c.rng.normal(size=n)) * band(900, 6500, 0.9)(f), n)
            c.put(low / low.std() * swell, when, 0.9 * size, side)
            c.put(high / high.std() * hiss, when, 0.55 * size, side)
    return c


def car() -> Circle:
    c = Circle(10, 7)
    c.sound = c.noise(tilt(1.0, 28, 700), 0.5) + 0.16 * c.noise(
        band(300, 1600, 1.2), 0.8
    ) * c.swell(6, 0.15)
    motor = sum(c.tone(33.5 * k) / k**0.8 for k in (1, 2, 3, 4, 6))
    c.sound += 0.16 * motor[:, None] * c.swell(4, 0.08)
    for when in (2.2, 2.31, 6.8, 6.91):  # seams in the road
        n = int(0.12 * RATE)
        c.put(
            np.convolve(c.rng.normal(size=n), np.ones(90) / 9, "same") * fade(n, 0.05, 0.8),
            when,
            0.5,
        )
    return c


def hospital() -> Circle:
    c = Circle(12, 8)
    c.sound = c.noise(tilt(0.6, 60, 2500), 0.9) + 0.12 * c.noise(band(2000, 6000), 1)
    c.sound += 0.16 * (c.tone(120) + 0.6 * c.tone(240) + 0.25 * c.tone(360))[:, None]
    for k in range(12):  # a monitor in another room
        n = int(0.11 * RATE)
        c.put(
            np.sin(2 * np.pi * 960 * np.arange(n) / RATE) * fade(n, 0.06, 0.2), 0.4 + k, 0.45, 0.7
        )
    c.echo(1.6, 0.7, 2200)
    return c


PLACES = (
    (
        quiet_room,
        -46,
        (
            "room",
            "living room",
            "bedroom",
            "kitchen",
            "apartment",
            "house",
            "study",
            "interior",
            "office",
            "library",
            "museum",
            "classroom",
        ),
    ),
    (
        street,
        -34,
        ("street", "city", "alley", "sidewalk", "road", "town", "market", "square", "exterior"),
    ),
    (
        park,
        -36,
        ("park", "forest", "garden", "woods", "meadow", "field", "hill", "farm", "mountain", "day"),
    ),
    (
        bar,
        -34,
        ("bar", "cafe", "restaurant", "pub", "diner", "party", "crowd", "canteen", "hotel lobby"),
    ),
    (night, -38, ("night", "countryside", "camp", "porch", "garden at night", "backyard")),
    (sea, -34, ("sea", "beach", "harbour", "coast", "pier", "boat", "ocean", "shore")),
    (car, -34, ("car", "taxi", "bus", "truck", "driving", "train")),
    (hospital, -40, ("hospital", "clinic", "laboratory", "spaceship", "corridor", "ward")),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    out = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    listing = []
    for place, loudness, tags in PLACES:
        circle = place()
        sound = circle.sound - circle.sound.mean(0)
        level = pyloudnorm.Meter(RATE).integrated_loudness(np.tile(sound, (2, 1)) * 0.01)
        sound *= 0.01 * 10 ** ((loudness - level) / 20)
        path = out / f"{place.__name__}.ogg"
        with soundfile.SoundFile(
            path, "w", RATE, 2, format="OGG", subtype="VORBIS", compression_level=0.80
        ) as file:
            for start in range(0, len(sound), RATE // 4):
                file.write(sound[start : start + RATE // 4])
        listing.append(
            {
                "name": place.__name__,
                "file": path.name,
                "seconds": circle.seconds,
                "loudness": loudness,
                "tags": list(tags),
            }
        )
        print(
            place.__name__,
            circle.seconds,
            "s",
            path.stat().st_size // 1024,
            "KB, peak",
            round(float(np.abs(sound).max()), 3),
            flush=True,
        )
    (out / "ambience.json").write_text(json.dumps(listing, indent=2) + "\n")


if __name__ == "__main__":
    main()
