"""Voice samples cut out of a film that we made, so that who says what is known."""

import json
import shutil
import subprocess
import sys
from importlib import resources
from pathlib import Path

import numpy as np
import pytest
import soundfile

from script2movie import pipeline
from script2movie.audio.checkout import WORKERS
from script2movie.bank import complete_bank, harvest_voices, read_bank
from script2movie.cache import Cache
from script2movie.cli import main
from script2movie.errors import BankError
from script2movie.media import artefacts
from script2movie.media.clips import ffmpeg, read_sound, write_wav
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
from script2movie.moviebench.lines import read_subtitles
from script2movie.perception.speaker import SpeakerRecogniser
from script2movie.settings import settings_for
from script2movie.stages import SPEECH_RATE, Speech

FIGURES = {"Anna": "amber", "Ben": "walter"}
SAID = {
    "Anna": ("Put the lamp down and step away from the window.", "Nobody told me about the train."),
    "Ben": ("There is a storm coming and the horses know it.", "Leave the money on the table now."),
}
TOLD = "It was the last night of the long summer."
UNSEEN = "The letters were burned before he ever came home."  # by Anna, while Ben is seen alone
DIARIZE = Path(__file__).parent / "audio/standins/diarize.py"


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return portraits(tmp_path_factory.mktemp("bank"))


def portraits(folder: Path) -> Path:
    for name, figure in FIGURES.items():
        portrait = resources.files("script2movie") / "assets/cast" / figure / "portrait.webp"
        (folder / name).mkdir(parents=True)
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
            dialogue=(lines[3], Line("Anna", UNSEEN, off_screen=True)),
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
        assert ("letters" in words) == (name == "Anna")  # who is known by voice, not seen
        assert told[name]["seconds"] == pytest.approx(len(samples) / rate, abs=1.0)
    assert ["summer" in piece["text"] for piece in told[""]["pieces"]] == [True]  # said to be
    assert {one.name: one.voice_sample is not None for one in read_bank(bank)} == {
        "Anna": True,
        "Ben": True,
    }

    # What is there stays, and that is said.
    before = (bank / "Anna" / "voice.wav").read_bytes()
    assert main(["voices", "from-video", str(film.path), "--bank", str(bank)]) == 0
    assert "is there already and stays" in capsys.readouterr().out
    assert (bank / "Anna" / "voice.wav").read_bytes() == before


def test_voices_told_apart_elsewhere_belong_to_the_mouths_that_move_with_them(
    film: pipeline.Film, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The turns are the film's own; over the end of Ben's last line Anna speaks too."""
    assert film.path is not None
    spans = [line.span for line in read_subtitles(film.path.with_suffix(".srt"))]
    lines, rate = [(one.start / 1000, one.end / 1000) for one in spans], 16_000
    sound = read_sound(film.path, rate)
    at, until = lines[3][0] + 0.9, lines[3][1]
    other = sound[round((lines[0][0] + 0.1) * rate) :][: round((until - at) * rate)]
    sound[round(at * rate) :][: len(other)] += other
    write_wav(sound * 0.9, tmp_path / "mixed.wav", rate)
    mixed = tmp_path / "mixed.mp4"
    inputs = ("-i", str(film.path), "-i", str(tmp_path / "mixed.wav"))
    streams = ("-map", "0:v", "-map", "1:a", "-c:v", "copy")
    subprocess.run([ffmpeg(), "-loglevel", "error", *inputs, *streams, str(mixed)], check=True)
    voices = ("one", "two", "one", "two", "one", "three")
    turns = [*zip(lines, voices, strict=True), ((at, until), "one")]
    rttm = tmp_path / "turns.rttm"
    rttm.write_text(
        "".join(
            f"SPEAKER film 1 {start:.3f} {end - start:.3f} <NA> <NA> {voice} <NA> <NA>\n"
            for (start, end), voice in turns
        )
    )
    people = portraits(tmp_path / "people")
    command = f"{sys.executable} {DIARIZE} {WORKERS} {rttm}"
    chosen = ["--diarizer", "checkout", "--option", f"diarizer.command={command}"]
    assert main(["voices", "from-video", str(mixed), "--bank", str(people), "--json", *chosen]) == 0
    out, err = capsys.readouterr()
    assert "voices by stand-in 1.0" in err
    told = {one["name"]: one for one in json.loads(out)}
    alone = {"Anna": [lines[0], lines[2], lines[4]], "Ben": [lines[1], (lines[3][0], at)]}
    for name, own, others in (("Anna", "letters", "storm"), ("Ben", "storm", "letters")):
        for piece in told[name]["pieces"]:
            assert any(
                start - 0.15 < piece["start"] and piece["end"] < end + 0.15
                for start, end in alone[name]
            )
        assert any("Anna's and Ben's voices at once" in doubt for doubt in told[name]["doubts"])
        words = (people / name / "voice.txt").read_text()
        assert own in words and others not in words and "summer" not in words


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


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("--diarizer pyanote", "there is no diarizer 'pyanote'; did you mean 'pyannote'?"),
        ("--diarizer pyannote", "give --option diarizer.python=ENV/bin/python"),
        ("--option diarizer.python=x", "diarizer 'embedded' has no option 'python'"),
        ("--option speaker.python=x", "is of no stage"),
        (
            "--transcriber whisper --option transcriber.checkpoint=lost",
            "lost: there is no such file",
        ),
    ],
)
def test_who_listens_is_chosen_by_name(
    typed: str, told: str, bank: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    chosen = ["voices", "from-video", "clip.mp4", "--bank", str(bank), *typed.split()]
    assert main(chosen) == 2
    assert told in capsys.readouterr().err
