"""How many faults of a take are caught, and how many good takes pass: faults put in on purpose.

    python benchmarks/takes.py [--lines benchmarks/lines/takes.txt] [--every 2 --first 0]

Each line is spoken by two of six voices. Of each take are made: one that skips 1 to 4 words, one
that says 1 to 4 words twice, one that begins with the last 1 to 4 words of the reference, and one
by another voice; the reference is a recording of the same voice. A take is caught where the
verdict names a fault. `--every 2 --first 1` are the lines that tuned nothing.
"""

import argparse
import random
import tempfile
from collections import defaultdict
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from script2movie.audio.embedded import EmbeddedSpeaker
from script2movie.media import artefacts
from script2movie.movie import Line
from script2movie.report.dailies import Listener
from script2movie.stages import SPEECH_RATE, Reference, Speech, Voice

VOICES = ("am_michael", "af_heart", "bm_george", "bf_emma", "am_fenrir", "af_bella")
REFERENCE = (
    "A quiet harbour is the best place to think about the past. "
    "The gulls were calling while he mended the nets."
)
FADE = round(0.008 * SPEECH_RATE)
MOST = 4  # words in a row

Samples = NDArray[np.float32]


def joined(*parts: Samples) -> Samples:
    """Parts one after the other, faded over."""
    whole = parts[0].copy()
    ramp = np.linspace(0, 1, FADE, dtype=np.float32)
    for part in parts[1:]:
        over = min(FADE, len(whole), len(part))
        if not over:
            whole = np.concatenate((whole, part))
            continue
        seam = whole[-over:] * ramp[:over][::-1] + part[:over] * ramp[:over]
        whole = np.concatenate((whole[:-over], seam, part[over:]))
    return whole


def edges(speech: Speech, first: int, last: int) -> tuple[int, int]:
    """Samples from the start of one word to the start of the word after another."""
    words = speech.words
    end = words[last + 1].start if last + 1 < len(words) else speech.duration
    return round(words[first].start * SPEECH_RATE), round(end * SPEECH_RATE)


def faulty(
    speech: Speech, reference: Speech, other: Speech, chance: random.Random
) -> dict[str, tuple[Samples, str]]:
    """By fault: a take that has it, and the words that it concerns."""
    words = speech.words
    count = chance.randint(1, min(MOST, len(words) - 2))
    first = chance.randrange(len(words) - count + 1)
    start, end = edges(speech, first, first + count - 1)
    run = " ".join(word.text for word in words[first : first + count])
    samples = speech.samples
    leaked = chance.randint(1, MOST)
    at = edges(reference, len(reference.words) - leaked, len(reference.words) - 1)
    return {
        "skip": (joined(samples[:start], samples[end:]), run),
        "repeat": (joined(samples[:end], samples[start:]), run),
        "leak": (joined(reference.samples[slice(*at)], samples), f"the last {leaked}"),
        "another voice": (other.samples, ""),
    }


def main() -> None:
    read = argparse.ArgumentParser(description=__doc__)
    read.add_argument("--lines", type=Path, default=Path("benchmarks/lines/takes.txt"))
    read.add_argument("--every", type=int, default=1)
    read.add_argument("--first", type=int, default=0)
    read.add_argument("--kept", type=Path, default=Path(tempfile.gettempdir()) / "takes")
    asked = read.parse_args()
    asked.kept.mkdir(parents=True, exist_ok=True)
    speaker, listener = EmbeddedSpeaker(), Listener()

    def spoken(name: str, text: str, voice: str) -> Speech:
        path = asked.kept / f"{name}_{voice}.speech"
        if not path.exists():
            artefacts.save(speaker.speak(Line("x", text), Voice(voice), seed=0), path)
        return artefacts.load(path, Speech)

    references = {voice: spoken("ref", REFERENCE, voice) for voice in VOICES}
    texts = asked.lines.read_text(encoding="utf-8").splitlines()
    tried: dict[str, int] = defaultdict(int)
    flagged: dict[str, int] = defaultdict(int)
    for number in range(asked.first, len(texts), asked.every):
        voices = VOICES[number % 6], VOICES[(number + 3) % 6]
        pair = [spoken(f"{number:02}", texts[number], voice) for voice in voices]
        for i, voice in enumerate(voices):
            chance = random.Random(f"{number} {voice}")
            takes = {"good": (pair[i].samples, "")}
            takes |= faulty(pair[i], references[voice], pair[1 - i], chance)
            for fault, (samples, run) in takes.items():
                reference = Reference(references[voice].samples, REFERENCE)
                verdict = listener.judge(samples, texts[number], (), reference, seed=0)
                tried[fault] += 1
                flagged[fault] += bool(verdict.faults)
                if (fault == "good") == bool(verdict.faults):
                    print(
                        f"wrong: {fault} {voice} {verdict.similarity} {run!r} "
                        f"{texts[number]!r} {verdict.heard!r} {verdict.faults}"
                    )
        print(number, {fault: f"{flagged[fault]} of {tried[fault]}" for fault in tried}, flush=True)


if __name__ == "__main__":
    main()
