"""Speaks with every voice, listens, and writes script2movie/assets/voices: run once, 20 minutes.

    python tools/measure_voices.py FOLDER        the takes are kept in FOLDER; a second run goes on

A stock voice speaks eight lines; a voice made younger or older is heard in three of them played
faster or slower, for the encoder hears little of tempo. Likeness is the cosine of
two voices by the speaker encoder, the highest over pairs of different lines; `usual` is their
mean. Gender and age are ours, checked here against pitch; grades are Kokoro's own (VOICES.md).
"""

import json
import sys
from pathlib import Path

import numpy as np
import soundfile  # type: ignore[import-untyped]

from script2movie.audio.kokoro import RATE, Kokoro
from script2movie.audio.pronounce import Pronouncer
from script2movie.audio.script import read_script
from script2movie.audio.takes import shift_pitch
from script2movie.perception.pitch import median_pitch
from script2movie.perception.speaker import SpeakerRecogniser

TABLES = Path(__file__).parents[1] / "script2movie/assets/voices"
LINES = (
    "We have twenty minutes before the train leaves, so please hurry up.",
    "My father told me that courage is what remains when hope is gone.",
    "She opened the old wooden door and stepped into the silent garden.",
    "Where were you last night? I waited until the rain stopped.",
    "I never asked you to come back, but I am glad that you did!",
    "Put the money on the table and walk away slowly.",
    "Nobody in this village has seen the lighthouse lit for forty years.",
    "It's all right. I promise nothing bad will happen to you.",
)
FEW = (0, 3, 4)  # the lines of a voice that is not as it came
NARRATORS = ("bm_george", "bf_emma", "am_michael", "af_heart")
STOCK = {  # age, grade
    "af_heart": ("young", "A"),
    "af_alloy": ("adult", "C"),
    "af_aoede": ("young", "C+"),
    "af_bella": ("young", "A-"),
    "af_jessica": ("young", "D"),
    "af_kore": ("adult", "C+"),
    "af_nicole": ("adult", "F"),  # B- to its makers, but a whisper: nobody's usual voice
    "af_nova": ("adult", "C"),
    "af_river": ("adult", "D"),
    "af_sarah": ("adult", "C+"),
    "af_sky": ("young", "C-"),
    "am_adam": ("adult", "F+"),
    "am_echo": ("adult", "D"),
    "am_eric": ("young", "D"),
    "am_fenrir": ("young", "C+"),
    "am_liam": ("young", "D"),
    "am_michael": ("adult", "C+"),
    "am_onyx": ("adult", "D"),
    "am_puck": ("young", "C+"),
    "am_santa": ("old", "D-"),
    "bf_alice": ("young", "D"),
    "bf_emma": ("adult", "B-"),
    "bf_isabella": ("young", "C"),
    "bf_lily": ("adult", "D"),
    "bm_daniel": ("adult", "D"),
    "bm_fable": ("adult", "C"),
    "bm_george": ("adult", "C"),
    "bm_lewis": ("old", "D+"),
}
BOYS = ("af_alloy", "af_kore", "af_nova", "af_sky", "af_river", "bf_lily", "am_eric")
OLDER, TEEN, CHILD = (0.93, 0.9), (1.08, 1.0), (1.25, 0.97)  # pitch, pace
DEEP, LIGHT = (0.86, 1.0), (1.16, 1.0)  # so that a film of sixty people has a voice for each


def catalogue() -> list[dict[str, object]]:
    """Every voice that a film may use, the packs as they came first."""
    rows = []
    for base, (age, grade) in STOCK.items():
        gender = "female" if base[1] == "f" else "male"
        rows.append(_row(base, base, gender, age, grade, 1.0, 1.0))
    for base, (age, grade) in STOCK.items():
        gender = "female" if base[1] == "f" else "male"
        rows.append(_row(f"{base}_older", base, gender, "old", grade, *OLDER))
        if age != "old":
            rows.append(_row(f"{base}_teen", base, gender, "teen", grade, *TEEN))
        if base in BOYS or gender == "female":
            gender = "male" if base in BOYS else "female"
            rows.append(_row(f"{base}_child", base, gender, "child", grade, *CHILD))
        gender = "female" if base[1] == "f" else "male"
        shift, way = (DEEP, "deep") if gender == "female" else (LIGHT, "light")
        rows.append(_row(f"{base}_{way}", base, gender, "adult", "F", *shift))
    return rows


def _row(
    name: str, base: str, gender: str, age: str, grade: str, pitch: float, pace: float
) -> dict[str, object]:
    accent = "British" if base[0] == "b" else "American"
    return {
        **{"name": name, "base": base, "gender": gender, "age": age, "accent": accent},
        **{"grade": grade, "pitch": pitch, "pace": pace},
    }


def main(folder: Path) -> None:
    """Speaks the stock voices once; the others are the same takes played faster or slower."""
    folder.mkdir(parents=True, exist_ok=True)
    kokoro, recogniser, rows = Kokoro(), SpeakerRecogniser(), catalogue()
    accents = {letter: Pronouncer(british=letter == "b") for letter in "ab"}
    heard: dict[str, dict[int, np.ndarray]] = {str(row["name"]): {} for row in rows}
    pitches: dict[str, float] = {}
    for number, text in enumerate(LINES):
        for row in rows:
            name, base, pitch = str(row["name"]), str(row["base"]), float(str(row["pitch"]))
            take = folder / f"{base}_{number}.wav"
            if not take.exists():
                letters = accents[base[0]].sounds(read_script(text)).letters
                soundfile.write(
                    take, kokoro.speak(letters, ((base, 1.0),)).samples, RATE, subtype="FLOAT"
                )
            if name == base or number in FEW:
                samples = shift_pitch(soundfile.read(take, dtype="float32")[0], pitch)
                heard[name][number] = recogniser.embed(samples, RATE)
                if number == 0 and name == base:
                    pitches[base] = median_pitch(samples, RATE)
        print(f"line {number + 1} of {len(LINES)}", flush=True)
    for row in rows:
        row["f0"] = round(pitches[str(row["base"])] * float(str(row["pitch"])), 1)
    write(rows, heard)


def write(rows: list[dict[str, object]], heard: dict[str, dict[int, np.ndarray]]) -> None:
    """The table, and the likenesses in thousandths."""
    takes = [heard[str(row["name"])] for row in rows]
    most = np.zeros((len(rows), len(rows)))
    usual = np.zeros_like(most)
    for i, one in enumerate(takes):
        for j, other in enumerate(takes):
            cosines = [a @ b for n, a in one.items() for m, b in other.items() if m != n]
            most[i, j] = min(cosines) if i == j else max(cosines)
            usual[i, j] = np.mean(cosines)
    centre = np.array([np.mean(list(take.values()), axis=0) for take in takes])
    centre /= np.linalg.norm(centre, axis=1, keepdims=True)
    TABLES.mkdir(parents=True, exist_ok=True)
    lines = ",\n  ".join(json.dumps(row) for row in rows)
    (TABLES / "voices.json").write_text(
        f'{{\n "narrators": {json.dumps(NARRATORS)},\n "voices": [\n  {lines}\n ]\n}}\n'
    )
    np.savez_compressed(
        TABLES / "likeness.npz",
        most=np.round(most * 1000).astype(np.int16),
        usual=np.round(usual * 1000).astype(np.int16),
        centre=centre.astype(np.float16),
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
