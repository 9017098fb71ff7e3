"""Voice samples cut out of a film that we made, so that who says what is known."""

import json
import shutil
from importlib import resources
from pathlib import Path

import numpy as np
import pytest
import soundfile

from script2movie import pipeline
from script2movie.bank import complete_bank, harvest_voices, read_bank
from script2movie.cache import Cache
from script2movie.cli import main
from script2movie.errors import BankError
from script2movie.media import artefacts
from script2movie.movie import (
    Appearance,
    CastMember,
    Framing,
    Gender,
    Light,
    Line,
    Movie,
    Position,
    Scene,
    Shot,
    ShotSize,
)
from script2movie.perception.speaker import SpeakerRecogniser
from script2movie.settings import settings_for
from script2movie.stages import SPEECH_RATE, Speech

FIGURES = {"Anna": "amber", "Ben": "walter"}
SAID = {
    "Anna": ("Put the lamp down and step away from the window.", "Nobody told me about the train."),
    "Ben": ("There is a storm coming and the horses know it.", "Leave the money on the table now."),
}
TOLD = "It was the last night of the long summer."


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bank")
    for name, figure in FIGURES.items():
        portrait = resources.files("script2movie") / "assets/cast" / figure / "portrait.webp"
        (folder / name).mkdir()
        with resources.as_file(portrait) as path:
            shutil.copy(path, folder / name / "portrait.webp")
    return folder


@pytest.fixture(scope="module")
def film(bank: Path, tmp_path_factory: pytest.TempPathFactory) -> pipeline.Film:
    """Two people speak in turn, together and alone; the narrator speaks over a third shot."""
    people = [
        Appearance("Anna", position=Position.LEFT, facing=Position.RIGHT),
        Appearance("Ben", position=Position.RIGHT, facing=Position.LEFT),
    ]
    lines = [Line(name, SAID[name][number]) for number in range(2) for name in FIGURES]
    two = {"size": ShotSize.MEDIUM, "framing": Framing.TWO_SHOT, "characters": tuple(people)}
    shots = (
        Shot("s01_sh001", **two, dialogue=(lines[0], lines[1])),  # type: ignore[arg-type]
        Shot("s01_sh002", **two, dialogue=(lines[2],)),  # type: ignore[arg-type]
        Shot(
            "s01_sh003",
            ShotSize.CLOSE_UP,
            Framing.SINGLE,
            characters=(people[1],),
            dialogue=(lines[3],),
        ),
        Shot("s01_sh004", **two, dialogue=(Line("NARRATOR", TOLD, off_screen=True),)),  # type: ignore[arg-type]
    )
    cast = (CastMember("Anna", gender=Gender.FEMALE), CastMember("Ben", gender=Gender.MALE))
    movie = Movie("Two", cast, (Scene("s01", "kitchen", True, Light.DAY, shots),))
    folder = tmp_path_factory.mktemp("film")
    settings = settings_for("preview", width=640, height=360, music=False, cards=False)
    return pipeline.shoot(
        movie,
        complete_bank(movie.cast, read_bank(bank)),
        folder / "film.mp4",
        settings,
        Cache(folder / ".script2movie"),
        lambda *_: None,
    )


def test_everybodys_voice_is_cut_out_of_a_film(
    film: pipeline.Film, bank: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert film.path is not None
    assert main(["voices", "from-video", str(film.path), "--bank", str(bank), "--json"]) == 0
    told = {one["name"]: one for one in json.loads(capsys.readouterr().out)}
    recogniser = SpeakerRecogniser()
    own = {}
    for take in film.takes:
        for said, path in zip(take.speech.utterances, take.spoken, strict=True):
            samples = artefacts.load(path, Speech).samples
            own.setdefault(said.line.character, []).append(samples)
    heard = {
        name: recogniser.embed(np.concatenate(parts), SPEECH_RATE) for name, parts in own.items()
    }
    for name in FIGURES:
        samples, rate = soundfile.read(bank / name / "voice.wav", dtype="float32")
        cut = recogniser.embed(samples, rate)
        likeness = {other: float(cut @ voice) for other, voice in heard.items()}
        assert max(likeness, key=lambda other: likeness[other]) == name and likeness[name] > 0.85
        words = (bank / name / "voice.txt").read_text()
        mine = " ".join(SAID[name]).lower().split()
        assert sum(word in words.lower().split() for word in mine) >= 0.8 * len(mine)
        assert "summer" not in words  # the narrator's line is nobody's
        assert told[name]["seconds"] == pytest.approx(len(samples) / rate, abs=1.0)
    assert {one.name: one.voice_sample is not None for one in read_bank(bank)} == {
        "Anna": True,
        "Ben": True,
    }

    # What is there stays, and that is said.
    before = (bank / "Anna" / "voice.wav").read_bytes()
    assert main(["voices", "from-video", str(film.path), "--bank", str(bank)]) == 0
    assert "is there already and stays" in capsys.readouterr().out
    assert (bank / "Anna" / "voice.wav").read_bytes() == before


def test_what_cannot_be_harvested_is_refused(bank: Path, tmp_path: Path) -> None:
    with pytest.raises(BankError, match=r"there is no film .*lost\.mp4"):
        harvest_voices(tmp_path / "lost.mp4", bank)
    flat = tmp_path / "flat"
    flat.mkdir()
    shutil.copy(bank / "Anna" / "portrait.webp", flat / "Anna.webp")
    text = tmp_path / "text.mp4"
    text.write_text("no film")
    with pytest.raises(BankError, match="side by side"):
        harvest_voices(text, flat)
    with pytest.raises(BankError, match="cannot be heard"):
        harvest_voices(text, flat, tmp_path / "voices")
