"""A tiny MovieBench in the true format: our own figures, stories, clips and sounds.

    python tests/moviebench/synthetic.py FOLDER

Three films: two for tests with everything, one for training with annotations alone. One film's
name has an accent, which its folders spell in the other Unicode form.
"""

import json
import subprocess
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

import script2movie
from script2movie.media.clips import encode, ffmpeg, write_wav
from script2movie.media.nv12 import from_rgb

CAST = Path(script2movie.__file__).parent / "assets/cast"
WIDTH, HEIGHT, FPS = 640, 360, 8
RATE = 24_000
WALLS = ((150, 150, 145), (96, 120, 140), (170, 150, 120), (110, 130, 110))

FERRY, INN, BAKERY = "9001_The_Ferry", "9002_Les_Thénardier", "9003_Bakery_At_Dawn"
FIGURES = {  # no recogniser takes one of these for another (assets/cast/alike.json)
    FERRY: {"Anna O'Neil": "amber", "Old Tom": "walter", "Kim-Lee": "hana"},
    INN: {"Madame Thénardier": "amber", "Viktor": "viktor", "Wei": "wei"},
}
ACTORS = {"Anna O'Neil": "Mary-Ann_Fox", "Old Tom": "T._J._Hall"}


@dataclass(frozen=True)
class Told:
    """A shot to be made: when, who, what happens, and a line that is spoken in it."""

    start: int  # milliseconds
    end: int
    people: tuple[str, ...]
    plot: str
    line: str = ""

    def name(self, film: str) -> str:
        return f"{film}_{clock(self.start)}-{clock(self.end)}"


SHOTS = {
    FERRY: (
        Told(5_000, 6_500, ("Anna O'Neil",), "Anna O'Neil waits on the deck."),
        Told(6_500, 8_000, ("Old Tom",), "Old Tom counts the coins.", "The last boat leaves soon."),
        Told(8_000, 9_500, ("Anna O'Neil", "Old Tom"), "Anna pays Old Tom."),
        Told(9_500, 11_000, (), "The empty deck in the fog."),
        Told(61_000, 62_500, ("Kim-Lee",), "Kim-Lee looks at the far shore."),
        Told(62_500, 64_000, ("Kim-Lee", "Anna O'Neil"), "Kim-Lee finds Anna's letter."),
    ),
    INN: (
        Told(3_600_000, 3_601_500, ("Madame Thénardier",), "Madame Thénardier locks the door."),
        Told(3_601_500, 3_603_000, ("Viktor",), "Viktor asks for a room.", "Is there a room?"),
        Told(3_603_000, 3_604_500, ("Wei", "Viktor"), "Wei shows Viktor the stairs."),
    ),
    BAKERY: (
        Told(0, 2_000, ("Rosa",), "Rosa kneads the dough."),
        Told(2_000, 4_250, (), "Loaves rise in the oven."),
    ),
}


def clock(milliseconds: int) -> str:
    seconds, thousandths = divmod(milliseconds, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}.{minutes:02}.{seconds:02}.{thousandths:03}"


def make_dataset(folder: Path) -> Path:
    """The whole tree; returns `folder`."""
    write_json(
        folder / "data_split.json",
        {"Train": [BAKERY], "Test": [FERRY, INN]},
    )
    write_json(folder / "mad2imdb.json", {FERRY: "tt9000001", INN: "tt9000002", BAKERY: "tt9"})
    write_json(
        folder / "mad2plot.json",
        {film: " ".join(shot.plot for shot in shots) for film, shots in SHOTS.items()},
    )
    write_json(
        folder / "movies_scenes.json",
        {
            film: {
                "Sence 1: the beginning": [shot.name(film) for shot in shots[:2]],
                "Sence 2: what follows": [shot.name(film) for shot in shots[2:]],
            }
            for film, shots in SHOTS.items()
        },
    )
    for film, shots in SHOTS.items():
        on_disk = unicodedata.normalize("NFD", film)
        annotations = folder / "Annotation_Shot_Desc_11.15_V2_160movies" / on_disk
        for shot in shots:
            write_json(annotations / f"{shot.name(on_disk)}.json", annotation(shot))
        for name, figure in FIGURES.get(film, {}).items():
            picture = Image.fromarray(portrait(figure))
            stem = name.replace(" ", "_")
            person = folder / f"Character_Bank_All_11.16/{on_disk}"
            person /= f"{ACTORS.get(name, 'Jo_Doe')}-{stem}"
            board = folder / "Char_Bank" / on_disk
            for place in (person, board):
                place.mkdir(parents=True, exist_ok=True)
            picture.save(person / "best.jpg", quality=92)
            picture.save(board / f"{stem}.jpg", quality=92)
        if film in FIGURES:
            clips = folder / "LSMDC" / on_disk
            clips.mkdir(parents=True)
            for shot in shots:
                make_clip(film, shot, shot.people, clips / f"{shot.name(on_disk)}.avi")
    return folder


def annotation(shot: Told) -> dict[str, object]:
    return {
        "Characters": {name: f"{name} is in the picture." for name in shot.people},
        "Style Elements": ["Plain", "Evenly lit", "Quiet"],
        "Plot": shot.plot,
        "Background Description": "A wall of one colour.",
        "Camera Motion": "The camera drifts slowly to the right.",
    }


def make_clip(film: str, shot: Told, people: Sequence[str], path: Path) -> None:
    """A clip of these people before a wall that drifts, with the shot's line if it has one."""
    scratch = path.with_name("scratch.mp4")
    figures = [FIGURES[film][name] for name in people]
    count = round((shot.end - shot.start) / 1000 * FPS)
    wall = WALLS[shot.start // 500 % len(WALLS)]
    encode(frames(figures, wall, count), scratch, width=WIDTH, height=HEIGHT, fps=FPS)
    command = [ffmpeg(), "-v", "error", "-y", "-i", str(scratch)]
    if shot.line:
        write_wav(spoken(shot.line), path.with_name("scratch.wav"), RATE)
        command += ["-i", str(path.with_name("scratch.wav")), "-c:a", "pcm_s16le"]
        command += ["-c:a", "aac"] if path.suffix == ".mp4" else []
    subprocess.run([*command, "-c:v", "copy", str(path)], check=True)
    scratch.unlink()
    path.with_name("scratch.wav").unlink(missing_ok=True)


def make_predictions(run: Path, wrong: dict[int, Sequence[str]] | None = None) -> Path:
    """Clips of the test films in the layout of predictions; `wrong` puts other people into some.

    `wrong` is by the shot's start in milliseconds.
    """
    for film, shots in SHOTS.items():
        if film not in FIGURES:
            continue
        (run / film).mkdir(parents=True)
        for shot in shots:
            people = (wrong or {}).get(shot.start, shot.people)
            make_clip(film, shot, people, run / film / f"{shot.name(film)}.mp4")
    return run


def frames(
    figures: Sequence[str], wall: tuple[int, int, int], count: int
) -> Iterator[NDArray[np.uint8]]:
    """NV12 frames: the people side by side, drifting two pixels a frame."""
    for number in range(count):
        picture = Image.new("RGBA", (WIDTH, HEIGHT), (*wall, 255))
        grain = np.random.default_rng(number).integers(-6, 7, (HEIGHT, WIDTH, 1))
        for place, figure in enumerate(figures):
            person = cut_out(figure)
            x = round((place + 0.5) / len(figures) * WIDTH - person.width / 2) + 2 * number - count
            picture.alpha_composite(person, (max(0, x), HEIGHT - person.height))
        rgb = np.asarray(picture.convert("RGB"), np.int16) + grain
        yield from_rgb(rgb.clip(0, 255).astype(np.uint8))


@cache
def cut_out(figure: str, height: int = 330) -> Image.Image:
    with Image.open(CAST / figure / "portrait.webp") as picture:
        whole = picture.convert("RGBA")
    return whole.resize((round(whole.width * height / whole.height), height))


def portrait(figure: str) -> NDArray[np.uint8]:
    """A cut-out on a grey wall: (H, W, 3)."""
    person = cut_out(figure, 480)
    wall = Image.new("RGBA", person.size, (150, 150, 145, 255))
    return np.array(Image.alpha_composite(wall, person).convert("RGB"))


def spoken(text: str) -> NDArray[np.float32]:
    from hibari import Hibari  # type: ignore[import-untyped]

    return np.asarray(Hibari()(text, seed=0), np.float32)


def write_json(path: Path, told: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(told, ensure_ascii=False, indent=4), encoding="utf-8")


if __name__ == "__main__":
    make_dataset(Path(sys.argv[1]))
