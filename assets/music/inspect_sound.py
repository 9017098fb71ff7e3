"""See what the ears would hear: `inspect_sound.py FOLDER SHEET.png`.

Draws each loop with its seam in the middle. Prints the loudness, the peak, the share of energy
between 1 and 4 kHz, and the step at the seam against the usual step between samples (a click is
many times the usual).
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pyloudnorm
import soundfile
from PIL import Image, ImageDraw


def spectrogram(mono: np.ndarray, rate: int, width: int = 1400, tall: int = 150) -> Image.Image:
    size = 4096
    starts = np.linspace(0, len(mono) - size, width).astype(int)
    frames = (
        np.abs(np.fft.rfft(mono[starts[:, None] + np.arange(size)] * np.hanning(size), axis=1))
        + 1e-9
    )
    rows = np.geomspace(40, 12000, tall)[::-1] / rate * size
    level = 20 * np.log10(frames[:, rows.astype(int)].T)
    level = np.clip((level + 50) / 90, 0, 1)
    return Image.fromarray((level * 255).astype(np.uint8), "L")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("sheet", type=Path)
    args = parser.parse_args()
    paths = sorted(args.folder.glob("*.ogg"))
    sheet = Image.new("L", (1400, 166 * len(paths)))
    for n, path in enumerate(paths):
        sound, rate = soundfile.read(path, always_2d=True)
        power = np.abs(np.fft.rfft(sound.mean(1))) ** 2
        hertz = np.fft.rfftfreq(len(sound), 1 / rate)
        speech = power[(hertz > 1000) & (hertz < 4000)].sum() / power.sum()
        step = np.abs(np.diff(sound, axis=0))
        seam = np.abs(sound[0] - sound[-1]).max() / np.percentile(step, 99)
        blocks = np.sqrt(
            (sound[: len(sound) // rate * rate].reshape(-1, rate * sound.shape[1]) ** 2).mean(1)
        )
        loud = pyloudnorm.Meter(rate).integrated_loudness(np.tile(sound, (3, 1)))
        note = (
            f"{path.stem}: {len(sound) / rate:.1f} s, {loud:.1f} LUFS, "
            f"peak {np.abs(sound).max():.2f}, 1-4 kHz {speech:.1%}, "
            f"seam {seam:.2f}, seconds {20 * np.log10(blocks.min() + 1e-9):.0f} "
            f"to {20 * np.log10(blocks.max()):.0f} dB"
        )
        print(note)
        half = len(sound) // 2
        sheet.paste(spectrogram(np.roll(sound.mean(1), half), rate), (0, 166 * n + 16))
        ImageDraw.Draw(sheet).text((4, 166 * n + 2), note, fill=255)
    sheet.save(args.sheet)


if __name__ == "__main__":
    main()
