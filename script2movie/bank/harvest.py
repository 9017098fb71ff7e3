"""Voice samples out of a film: for each person of a bank the cleanest of what they say in it.

Knows a bank, phrases and what a sample must be; nothing of how a speaker is found. Nothing that
is there already is written over.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile  # type: ignore[import-untyped]
from numpy.typing import NDArray

from script2movie.bank.folder import read_bank
from script2movie.errors import BankError, writing
from script2movie.movie import Character
from script2movie.perception.diarization import Diarizer, EmbeddedDiarizer
from script2movie.perception.faces import FaceDetector
from script2movie.perception.identity import FaceRecogniser
from script2movie.perception.mesh import FaceMesh
from script2movie.perception.phrases import Phrase
from script2movie.perception.portraits import portrait_face, read_portrait
from script2movie.perception.sound import HEARING_RATE, read_recording
from script2movie.perception.speaker import SpeakerRecogniser
from script2movie.perception.talking import phrases_of
from script2movie.perception.transcript import Transcriber, WordTranscriber

__all__ = ["Diarizer", "Harvest", "Piece", "WordTranscriber", "harvest_voices"]

Floats = NDArray[np.float32]

WANTED = 12.0  # seconds of a sample
LEAST = 2.5
CLEAN = 15.0  # dB of speech over what is heard between the words
ONE_SPEAKER = 0.66  # cosine of each piece to the whole
GAP = 0.3  # seconds of silence between two pieces
WINDOW = 0.02  # seconds over which level is taken


@dataclass(frozen=True)
class Piece:
    """A stretch of the film that went into a sample."""

    start: float
    end: float
    text: str


@dataclass(frozen=True)
class Harvest:
    """What was found of one person: `path` is None where there is not enough for a sample.

    `ratio` is dB of speech to noise; `doubts` are what a person should listen to. A `name` of ''
    stands for what is said by nobody of the bank.
    """

    name: str
    path: Path | None
    seconds: float
    ratio: float
    pieces: tuple[Piece, ...]
    doubts: tuple[str, ...]


def harvest_voices(
    film: Path,
    folder: Path,
    out: Path | None = None,
    *,
    transcriber: WordTranscriber | None = None,
    diarizer: Diarizer | None = None,
) -> tuple[Harvest, ...]:
    """Writes a `voice.wav` and its `voice.txt` for everybody of a bank who says enough in a film.

    They go into each person's own folder of the bank, or into `<out>/<name>/`. The words are the
    `transcriber`'s and the voices are told apart by the `diarizer`: the embedded ones unless given.

    Raises:
        BankError: nobody of the bank has a portrait, its portraits lie side by side and `out` is
            not given, or the film has no sound.
    """
    bank = read_bank(folder)
    if not film.is_file():
        raise BankError(f"there is no film {film}: give a clip, as in clip.mp4")
    faces = {person.name: face for person in bank if (face := _face(person)) is not None}
    if not faces:
        raise BankError("nobody of the bank has a portrait: whose voice it is, is told by faces")
    places: dict[str, Path] = {}
    for person in bank:
        own = person.portraits[0].path.parent if person.portraits else folder / person.name
        if out is None and own == folder:
            raise BankError(
                f"the portraits of {folder} lie side by side, so a voice has no place beside them: "
                "give another folder for the voices with --out"
            )
        places[person.name] = own if out is None else out / person.name
    recogniser = SpeakerRecogniser()
    voices = {
        person.name: recogniser.embed(*read_recording(person.voice_sample.path))
        for person in bank
        if person.voice_sample is not None
    }
    try:
        phrases = phrases_of(
            film, faces, voices, transcriber or Transcriber(), diarizer or EmbeddedDiarizer()
        )
    except ValueError as error:
        raise BankError(f"{film} cannot be heard: {error}") from None
    found = [_harvest(one, phrases, places[one.name], recogniser) for one in bank]
    nobodys = [one for one in phrases if not any(_near(one, person) for person in bank)]
    if nobodys:
        pieces = tuple(Piece(one.start, one.end, one.text) for one in nobodys)
        seconds = sum(one.end - one.start for one in nobodys)
        doubts = tuple(f"{_moment(one)}: {one.doubt}" for one in nobodys)
        found.append(Harvest("", None, seconds, 0.0, pieces, doubts))
    return tuple(found)


def _face(person: Character) -> Floats | None:
    """The mean identity of a person's portraits, None where none shows a face."""
    detector, mesh, recogniser = FaceDetector(), FaceMesh(), FaceRecogniser()
    found = []
    for portrait in person.portraits:
        picture = read_portrait(portrait.path).rgb
        found.append(recogniser.embed(picture, portrait_face(picture, detector, mesh)))
    return np.asarray(np.mean(found, axis=0), np.float32) if found else None


def _harvest(
    person: Character, phrases: Sequence[Phrase], folder: Path, recogniser: SpeakerRecogniser
) -> Harvest:
    mine = [one for one in phrases if one.name == person.name and not one.doubt]
    doubts = [f"{_moment(one)}: {one.doubt}" for one in phrases if one.doubt and _near(one, person)]
    # 1. The cleanest first, then in the film's order
    ratios = {one.start: _ratio(one.samples) for one in mine}
    chosen: list[Phrase] = []
    for one in sorted(mine, key=lambda one: -ratios[one.start]):
        if sum(kept.end - kept.start for kept in chosen) < WANTED:
            chosen.append(one)
    chosen.sort(key=lambda one: one.start)
    # 2. One speaker: what does not sound like the rest is left out
    if len(chosen) > 1:
        heard = [recogniser.embed(one.samples, HEARING_RATE) for one in chosen]
        mean = np.mean(heard, axis=0)
        likeness = [float(one @ mean / np.linalg.norm(mean)) for one in heard]
        doubts += [
            f"{_moment(one)}: sounds otherwise than the rest ({alike:.2f}), left out"
            for one, alike in zip(chosen, likeness, strict=True)
            if alike < ONE_SPEAKER
        ]
        pairs = zip(chosen, likeness, strict=True)
        chosen = [one for one, alike in pairs if alike >= ONE_SPEAKER]
    seconds = sum(one.end - one.start for one in chosen)
    ratio = float(np.median([ratios[one.start] for one in chosen])) if chosen else 0.0
    pieces = tuple(Piece(one.start, one.end, one.text) for one in chosen)
    # 3. What it is worth
    if chosen and ratio < CLEAN:
        doubts.append(f"speech is {ratio:.0f} dB over the noise, {CLEAN:.0f} are wanted: listen")
    if seconds < LEAST:
        doubts.append(f"{seconds:.1f} s of clear speech, {LEAST} are wanted: no sample is written")
        return Harvest(person.name, None, seconds, ratio, pieces, tuple(doubts))
    path = folder / "voice.wav"
    there = person.voice_sample.path if person.voice_sample else path
    if there.exists():
        doubts.append(f"{there} is there already and stays")
        return Harvest(person.name, there, seconds, ratio, pieces, tuple(doubts))
    gap = np.zeros(round(GAP * HEARING_RATE), np.float32)
    parts = [part for one in chosen for part in (_faded(one.samples), gap)]
    with writing(path):
        folder.mkdir(parents=True, exist_ok=True)
        soundfile.write(path, np.concatenate(parts), HEARING_RATE, subtype="PCM_16")
        words = " ".join(one.text for one in chosen)
        path.with_suffix(".txt").write_text(words + "\n", encoding="utf-8")
    return Harvest(person.name, path, seconds, ratio, pieces, tuple(doubts))


def _near(phrase: Phrase, person: Character) -> bool:
    return person.name in (phrase.seen, phrase.name) or f"{person.name}'s" in phrase.doubt


def _moment(phrase: Phrase) -> str:
    return f"{int(phrase.start // 60)}:{phrase.start % 60:04.1f} “{phrase.text}”"


def _ratio(samples: Floats) -> float:
    """Speech over what lies between the words, in dB, at most 60."""
    window = round(WINDOW * HEARING_RATE)
    blocks = samples[: len(samples) // window * window].reshape(-1, window)
    levels = np.sort(np.sqrt((blocks.astype(float) ** 2).mean(axis=1)))
    if len(levels) < 10:
        return 0.0
    quiet, loud = levels[: len(levels) // 10 + 1].mean(), levels[len(levels) // 2 :].mean()
    return float(min(60.0, 20 * np.log10(loud / max(quiet, 1e-6))))


def _faded(samples: Floats) -> Floats:
    ramp = np.minimum(1, np.arange(len(samples), dtype=np.float32) / (0.01 * HEARING_RATE))
    return np.asarray(samples * ramp * ramp[::-1], np.float32)
