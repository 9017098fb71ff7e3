"""Speaks a film's lines in a film's voices and prints the figures of docs/figures/speech.md.

python tools/measure_speech.py [SAMPLE.wav ...]      samples: recordings to match
"""

import sys
import time
from itertools import combinations
from pathlib import Path

import numpy as np
import soundfile  # type: ignore[import-untyped]

from script2movie.audio.embedded import EmbeddedSpeaker
from script2movie.audio.loudness import integrated_loudness
from script2movie.audio.stock import stock
from script2movie.movie import Age, Character, Gender, Line, VoiceSample
from script2movie.perception.alignment import Aligner
from script2movie.perception.speaker import SpeakerRecogniser
from script2movie.perception.transcript import Transcriber
from script2movie.perception.words import WordCounts, count_words
from script2movie.stages import SPEECH_RATE, Voice

CAST = (
    Character("Mara", (), gender=Gender.FEMALE, age=Age.YOUNG),
    Character("Walter", (), gender=Gender.MALE, age=Age.OLD),
    Character("Rosa", (), gender=Gender.FEMALE, age=Age.OLD),
    Character("Theo", (), gender=Gender.MALE),
    Character("Iris", (), gender=Gender.FEMALE),
    Character("Pip", (), gender=Gender.MALE, age=Age.CHILD),
)
SHOTS = (  # parenthetical, what is said in a shot
    ("", "Can you save it? It is my grandmother's watch, and it stopped in the rain."),
    ("whispering", "I made this forty years ago, for a girl who never came to the station."),
    ("softly", "I did come. My watch had stopped, and the train was already gone."),
    ("", "You are late! I laid the table for two every evening for nine years."),
    ("", "Dr. Hale said it would cost $45 — who has that kind of money in June?"),
    ("shouting", "Get away from the window! There are three men in the street."),
    ("sadly", "Nobody has seen the lighthouse lit since the night my brother drowned..."),
    ("quickly", "Put the letters in the stove, lock the door, and meet me by the bridge."),
)
HELD_OUT = (
    "My father told me that courage is what remains when hope is gone.",
    "Put the money on the table and walk away slowly.",
    "Nobody in this village has seen the lighthouse lit for forty years.",
)


def main(samples: list[Path]) -> None:
    speaker, recogniser = EmbeddedSpeaker(), SpeakerRecogniser()
    transcriber, aligner = Transcriber(), Aligner()
    voices = speaker.cast(CAST, seed=0)
    heard: dict[str, list[np.ndarray]] = {name: [] for name in voices}
    total, starts, levels, seconds, spent = WordCounts(), [], [], 0.0, 0.0
    for number, (parenthetical, text) in enumerate(SHOTS):
        for name in list(voices)[number % 2 :: 2]:
            began = time.process_time()
            speech = speaker.speak(Line(name, text, parenthetical), voices[name], seed=0)
            spent += time.process_time() - began
            seconds += speech.duration
            heard[name].append(recogniser.embed(speech.samples, SPEECH_RATE))
            counts = count_words(text, said := transcriber.text(speech.samples, SPEECH_RATE))
            total += counts
            if counts.errors:
                print(f"  {name}: {said}")
            if not parenthetical:
                levels.append(integrated_loudness(speech.samples, SPEECH_RATE))
            if "$" not in text:
                plain = aligner.align(speech.samples, SPEECH_RATE, text)
                pairs = zip(speech.words, plain, strict=True)
                starts += [abs(word.start - found.start) for word, found in pairs]
    same = [a @ b for takes in heard.values() for a, b in combinations(takes, 2)]
    two_people = combinations(heard.values(), 2)
    other = [a @ b for one, two in two_people for a in one for b in two]
    print(f"voices {', '.join(voice.name for voice in voices.values())}")
    print(
        f"word error rate {total.error_rate:.4f} of {total.words} words, {seconds:.0f} s of speech"
    )
    print(f"same person {min(same):.3f} to {max(same):.3f}, mean {np.mean(same):.3f}, {len(same)}")
    print(
        f"two people {min(other):.3f} to {max(other):.3f}, mean {np.mean(other):.3f}, {len(other)}"
    )
    print(f"word starts {np.median(starts) * 1e3:.0f} ms median, {np.mean(starts) * 1e3:.0f} mean")
    print(f"  95 % within {np.quantile(starts, 0.95) * 1e3:.0f} ms, {len(starts)} words")
    print(f"loudness {min(levels):.1f} to {max(levels):.1f} LUFS, {len(levels)} plain lines")
    print(f"{seconds / spent:.2f} times real time, cpu of one thread")
    for sample in samples:
        match(speaker, recogniser, sample)


def match(speaker: EmbeddedSpeaker, recogniser: SpeakerRecogniser, sample: Path) -> None:
    """A matched voice against the nearest stock voice, on sentences that chose neither."""
    sound, rate = soundfile.read(sample, dtype="float32", always_2d=True)
    target = recogniser.embed(np.ascontiguousarray(sound.mean(axis=1)), rate)
    began = time.process_time()
    matched = speaker.cast([Character("X", (), VoiceSample(sample))], seed=0)["X"]
    spent = time.process_time() - began
    plain = [voice.voice for voice in stock().voices if voice.plain]
    narrator = stock().narrators[0]
    near = max(
        (voice for voice in plain if voice.name != narrator),
        key=lambda voice: float(stock().centre[stock().number(voice.name)] @ target),
    )

    def likeness(voice: Voice) -> float:
        speeches = [speaker.speak(Line("X", text), voice, seed=0).samples for text in HELD_OUT]
        return float(np.mean([recogniser.embed(one, SPEECH_RATE) @ target for one in speeches]))

    recipe = " ".join(f"{name} {share:.2f}" for name, share in matched.recipe)
    print(
        f"{sample.stem}: {recipe} pitch {matched.pitch}: {likeness(matched):.3f}; "
        f"nearest {near.name} {likeness(near):.3f}; {spent:.0f} cpu s",
        flush=True,
    )


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]])
