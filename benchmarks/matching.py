"""Whether a matched voice comes nearer to a recording than the nearest stock voice.

    python benchmarks/matching.py FOLDER [--kept FILE]

FOLDER holds recordings of one person each. Each is matched as the embedded speaker does it; then
the match and the nearest stock voice say sentences that chose neither, and the mean cosine of each
to the recording is compared. Printed: both, the share of recordings on which the match is nearer,
and a bootstrap interval of the mean difference over recordings (paired, 95 %). What is done is
kept in FILE, so that a second run goes on.
"""

import argparse
import json
from pathlib import Path

import numpy as np

from script2movie.audio.embedded import EmbeddedSpeaker
from script2movie.audio.matching import match_voice
from script2movie.audio.stock import stock
from script2movie.movie import Line
from script2movie.perception.sound import read_recording
from script2movie.perception.speaker import SpeakerRecogniser
from script2movie.stages import SPEECH_RATE, Voice

SENTENCES = (
    "The snow has covered every track we made since morning.",
    "Tell the captain that we are ready to sail at last.",
    "She laughed so loudly that the waiter dropped a glass.",
    "Half of the village came to say goodbye to him.",
)
FORMATS = {".wav", ".flac", ".mp3", ".ogg"}


def main() -> None:
    read = argparse.ArgumentParser(description=__doc__)
    read.add_argument("folder", type=Path)
    read.add_argument("--kept", type=Path)
    asked = read.parse_args()
    done = {}
    if asked.kept and asked.kept.exists():
        done = json.loads(asked.kept.read_text())
    speaker, recogniser, voices = EmbeddedSpeaker(), SpeakerRecogniser(), stock()

    def say(text: str, voice: Voice) -> np.ndarray:
        return speaker.speak(Line(voice.name, text), voice, seed=0).samples

    for path in sorted(p for p in asked.folder.iterdir() if p.suffix in FORMATS):
        if path.name not in done:
            target = recogniser.embed(*read_recording(path, 60.0))
            match = match_voice(path, path.stem, voices, (), say, recogniser)
            plain = [n for n, voice in enumerate(voices.voices) if voice.plain]
            nearest = voices.voices[max(plain, key=lambda n: float(voices.centre[n] @ target))]
            likeness = [
                float(
                    np.mean(
                        [recogniser.embed(say(s, one), SPEECH_RATE) @ target for s in SENTENCES]
                    )
                )
                for one in (match.voice, nearest.voice)
            ]
            done[path.name] = [*likeness, str(match.voice.recipe), match.voice.pitch]
            if asked.kept:
                asked.kept.write_text(json.dumps(done))
        matched, stocked, recipe, pitch = done[path.name]
        print(f"{path.stem:20} {matched:.3f} {stocked:.3f}  {recipe} pitch {pitch}", flush=True)
    pairs = np.array([row[:2] for row in done.values()], float)
    gain = pairs[:, 0] - pairs[:, 1]
    rng = np.random.default_rng(0)
    means = gain[rng.integers(0, len(gain), (10_000, len(gain)))].mean(1)
    low, high = np.percentile(means, (2.5, 97.5))
    print(
        f"the match is nearer on {np.mean(gain > 1e-6):.2f} of {len(gain)} recordings, as near on "
        f"{np.mean(np.abs(gain) <= 1e-6):.2f}; by {gain.mean():.3f} in the mean "
        f"({low:.3f} to {high:.3f})"
    )


if __name__ == "__main__":
    main()
