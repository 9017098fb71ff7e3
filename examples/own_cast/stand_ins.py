"""Makes the stand-in cast of this example: drawn figures for photos, a stock voice for a recording.

    python examples/own_cast/stand_ins.py

We ship no photos of real people. Put your own in their place: see README.md beside this file.
"""

from pathlib import Path

import soundfile
from PIL import Image

from script2movie.audio.embedded import EmbeddedSpeaker
from script2movie.bank.figures import default_figures
from script2movie.movie import Line
from script2movie.stages import SPEECH_RATE, Voice

CAST = Path(__file__).parent / "cast"
PEOPLE = {
    "Iris Vale": ("amber", "A woman of thirty-five who plays the violin.\nAlso: Iris\n"),
    "Theo Marsh": ("marcus", "A man of forty, a cellist.\nAlso: Theo\n"),
}
WALL = (196, 190, 182)  # behind the cut-out figure, as in a photo
HEIGHT = 640  # pixels
RECORDED = "Iris Vale"
WORDS = "The kettle is on, the door is open, and I have kept your chair by the window."


def main() -> None:
    figures = {figure.name: figure for figure in default_figures()}
    for name, (figure, about) in PEOPLE.items():
        folder = CAST / name
        folder.mkdir(parents=True, exist_ok=True)
        person = Image.open(figures[figure].portrait).convert("RGBA")
        photo = Image.new("RGBA", person.size, (*WALL, 255))
        photo.alpha_composite(person)
        size = (round(HEIGHT * photo.width / photo.height), HEIGHT)
        photo.convert("RGB").resize(size, Image.Resampling.LANCZOS).save(
            folder / "portrait.jpg", quality=88
        )
        (folder / "about.txt").write_text(about, encoding="utf-8")
    speaker = EmbeddedSpeaker()
    voice = Voice("recorded", (("bf_isabella", 0.6), ("af_bella", 0.4)))
    speech = speaker.speak(Line(RECORDED, WORDS), voice, seed=0)
    speaker.close()
    soundfile.write(CAST / RECORDED / "voice.flac", speech.samples, SPEECH_RATE, subtype="PCM_16")
    (CAST / RECORDED / "voice.txt").write_text(f"{WORDS}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
