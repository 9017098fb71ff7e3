"""A report of a small real film: who is in it is recognised, and nothing is measured twice."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from script2movie.bank import complete_bank
from script2movie.cache import Cache
from script2movie.media import artefacts, clips
from script2movie.movie import (
    Appearance,
    CastMember,
    Character,
    Framing,
    Gender,
    Light,
    Line,
    Movie,
    Scene,
    Shot,
    ShotSize,
)
from script2movie.pipeline import Film, Take
from script2movie.report import write_report
from script2movie.report.findings import Tried
from script2movie.settings import Settings
from script2movie.stages import SPEECH_RATE, Keyframe, Speech, TimedSpeech, Utterance, Word

SETTINGS = Settings(width=640, height=360, fps=12, seed=3)
CAST = (CastMember("Mara", gender=Gender.FEMALE), CastMember("Ben", gender=Gender.MALE))
LINE = Line("Mara", "Where is <Ben>?")


@dataclass(frozen=True)
class Shown:
    """A shot: whom the plan has in it, and whom the picture shows."""

    planned: tuple[str, ...]
    pictured: tuple[str, ...]
    lines: tuple[Line, ...] = ()


def frame(people: list[Character]) -> NDArray[np.uint8]:
    """People side by side in a grey room: RGB (360, 640, 3)."""
    room = Image.new("RGBA", (640, 360), (140, 140, 138, 255))
    for number, person in enumerate(people):
        with Image.open(person.portraits[0].path) as portrait:
            cut = portrait.convert("RGBA")
        cut = cut.crop((0, 0, cut.width, min(cut.height, round(1.2 * cut.width))))
        cut = cut.resize((300, round(300 * cut.height / cut.width)))
        room.alpha_composite(cut.crop((0, 0, 300, 340)), (10 + 320 * number, 20))
    return np.array(room.convert("RGB"))


def nv12(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    height, width = rgb.shape[:2]
    planar = cv2.cvtColor(rgb, cv2.COLOR_RGB2YUV_I420).reshape(-1)
    size = height * width
    chroma = planar[size:].reshape(2, -1).T.reshape(height // 2, width)
    return np.concatenate([planar[:size].reshape(height, width), chroma])


def film_of(folder: Path, people: tuple[Character, ...], shown: list[Shown]) -> Film:
    shots = tuple(
        Shot(
            f"s01_sh{number:03}",
            ShotSize.MEDIUM,
            Framing.SINGLE,
            characters=tuple(map(Appearance, one.planned)),
            dialogue=one.lines,
        )
        for number, one in enumerate(shown, 1)
    )
    scene = Scene("s01", "room", True, Light.DAY, shots)
    takes = []
    for number, (one, shot) in enumerate(zip(shown, shots, strict=True)):
        picture = frame([person for person in people if person.name in one.pictured])
        clip, keyframe = folder / f"{shot.id}.mp4", folder / f"{shot.id}.keyframe"
        frames: Iterator[NDArray[np.uint8]] = (nv12(picture) for _ in range(12))
        clips.encode(frames, clip, width=640, height=360, fps=12)
        artefacts.save(Keyframe(picture, (), notes=("a room fits no set",)), keyframe)
        spoken, utterances = [], []
        for line in one.lines:
            speech = Speech(np.zeros(SPEECH_RATE, np.float32), (), (Word(line.text, 0.0, 1.0),))
            spoken.append(folder / f"{shot.id}_{len(spoken)}.speech")
            artefacts.save(speech, spoken[-1])
            utterances.append(Utterance(line, speech, 0.0))
        timed = TimedSpeech(tuple(utterances), 1.0)
        takes.append(Take(scene, shot, clip, keyframe, float(number), 12, timed, tuple(spoken)))
    movie = Movie("A <small> film", CAST, (scene,))
    numbers = {"film": 1.0}
    return Film(folder / "film.mp4", movie, tuple(takes), {}, {}, 12 * len(takes), {}, numbers, {})


def silent(stage: str, done: int, total: int) -> None:
    assert done <= total


@pytest.fixture(scope="module")
def people() -> tuple[Character, ...]:
    return complete_bank(CAST, ())


def test_a_film_is_measured_once(tmp_path: Path, people: tuple[Character, ...]) -> None:
    film = film_of(
        tmp_path,
        people,
        [
            Shown(("Mara",), ("Mara",), (LINE,)),
            Shown(("Mara", "Ben"), ("Mara", "Ben")),
            Shown((), ()),
            Shown(("Mara",), ("Ben",)),  # the wrong person in the picture
        ],
    )
    cache = Cache(tmp_path / "cache")
    scores = write_report(film, people, SETTINGS, cache, silent)
    told = json.loads((tmp_path / "report.json").read_text("utf-8"))
    # 1. The faces are those of the picture
    assert [one["seen"] for one in told["shots"]] == [["Mara"], ["Ben", "Mara"], [], ["Ben"]]
    assert [one["missed"] for one in told["shots"]] == [[], [], [], ["Mara"]]
    assert told["scores"] == scores
    assert told["scores"]["identity"]["f1"] == pytest.approx(6 / 8)
    assert told["scores"]["identity"]["by_second_recogniser"] is None  # nothing was chosen
    # 2. Silence was heard where a line should be; names are no words
    assert told["scores"]["words"]["words"] == 2
    assert told["scores"]["words"]["error_rate"] == 1.0
    # 3. What stood in for something else is said once
    substituted = [one["told"] for one in told["substitutions"]]
    assert substituted.count("a room fits no set") == 1
    assert sum("has no portrait" in words for words in substituted) == 2
    # 4. A second report measures nothing and says the same
    page = (tmp_path / "report.html").read_bytes()
    made = len(cache.made)
    assert write_report(film, people, SETTINGS, cache, silent) == scores
    assert len(cache.made) == made
    assert (tmp_path / "report.html").read_bytes() == page
    # 5. A clip that is another is looked at, the others are not
    other = replace(film.takes[3], clip=film.takes[1].clip)
    write_report(replace(film, takes=(*film.takes[:3], other)), people, SETTINGS, cache, silent)
    told = json.loads((tmp_path / "report.json").read_text("utf-8"))
    assert told["shots"][3]["seen"] == ["Ben", "Mara"]
    assert len(cache.made) == made


def test_a_recogniser_that_chose_nothing_counts_chosen_takes(
    tmp_path: Path, people: tuple[Character, ...]
) -> None:
    film = film_of(
        tmp_path, people, [Shown(("Mara",), ("Mara",)), Shown(("Mara",), ("Ben",)), Shown((), ())]
    )
    cache = Cache(tmp_path / "cache")
    tried = Tried("draw", 0, ("Mara",), (), (), 0, 0.3, chosen=True)
    moved = Tried("animate", 0, (), ("Mara",), (), 1, 0.0), replace(tried, stage="animate")
    chosen = replace(film, takes=tuple(replace(one, tried=(tried, *moved)) for one in film.takes))
    scores = write_report(chosen, people, SETTINGS, cache, silent)
    told = json.loads((tmp_path / "report.json").read_text("utf-8"))
    # The same frames and people, by another network: it sees who is in the pictures too
    seen = [one["seen_by_second_recogniser"] for one in told["shots"]]
    assert seen == [["Mara"], ["Ben"], []]
    second = scores["identity"]["by_second_recogniser"]  # type: ignore[index]
    counts = ("true_positives", "false_positives", "false_negatives")
    assert [second[count] for count in counts] == [1, 1, 1]
    assert "MobileNet" in told["instruments"]["Faces, a second time"]
    page = (tmp_path / "report.html").read_text("utf-8")
    assert "chose no take: F1 0.50" in page
    assert "motion: 2 takes, number 2 kept (people wrong: 1, 0)" in page
    # It is another look than the first recogniser's: both were taken
    assert [kind for kind, _ in cache.made].count("look") == 6
