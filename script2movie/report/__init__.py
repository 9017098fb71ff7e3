"""One film's report: how consistent it is, as a page for people and as numbers for programs.

    scoring    pure: names and embeddings into counts and ratios
    looking    a clip into who is recognised in it
    boards     who is recognised on a storyboard
    listening  a line into the words and the voice that are heard
    dailies    one take of a line into what is wrong with it
    findings   all that was found, as data
    page       findings as one HTML file

Looking and listening are artefacts: a second report of the same film measures nothing again.
"""

import itertools
import json
import platform
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from script2movie.errors import writing
from script2movie.media import artefacts
from script2movie.movie import NARRATOR, Character, Movie, Scene, Shot, Transition
from script2movie.perception.identity import Recogniser
from script2movie.perception.second_recogniser import SecondRecogniser
from script2movie.perception.words import count_words
from script2movie.report import listening, looking
from script2movie.report.boards import write_storyboard
from script2movie.report.dailies import Verdict
from script2movie.report.findings import (
    Findings,
    HeardLine,
    Making,
    SeenPerson,
    SeenShot,
    Substitution,
    Tried,
)
from script2movie.report.page import page
from script2movie.report.scoring import NUM_FRAMES, STRETCH, frame_numbers, score_voices, stretches
from script2movie.stages import Keyframe, Speech, TimedSpeech, Voice
from script2movie.timing import DISSOLVE

__all__ = ["write_report", "write_storyboard"]

PACKAGES = ("script2movie", "numpy", "opencv-python-headless", "onnxruntime", "dlib-bin")


class Take(Protocol):
    """What a report looks at of a shot: `spoken` are the artefacts of its lines, in order."""

    @property
    def scene(self) -> Scene: ...
    @property
    def shot(self) -> Shot: ...
    @property
    def clip(self) -> Path: ...
    @property
    def keyframe(self) -> Path: ...
    @property
    def start(self) -> float: ...
    @property
    def num_frames(self) -> int: ...
    @property
    def speech(self) -> TimedSpeech: ...
    @property
    def spoken(self) -> tuple[Path, ...]: ...
    @property
    def tried(self) -> tuple[Tried, ...]: ...


class LineTakes(Protocol):
    """What a report looks at of a line that was spoken until it was right."""

    @property
    def verdicts(self) -> tuple[Verdict, ...]: ...
    @property
    def kept(self) -> int: ...


class Film(Protocol):
    """What a report looks at of a film: `path` is the film's own file."""

    @property
    def path(self) -> Path | None: ...
    @property
    def movie(self) -> Movie: ...
    @property
    def takes(self) -> Sequence[Take]: ...
    @property
    def voices(self) -> Mapping[str, Voice]: ...
    @property
    def heard(self) -> Mapping[tuple[str, int], LineTakes]: ...
    @property
    def num_frames(self) -> int: ...
    @property
    def fingerprints(self) -> Mapping[str, str]: ...
    @property
    def seconds(self) -> Mapping[str, float]: ...
    @property
    def remarks(self) -> Sequence[str]: ...


class Settings(Protocol):
    """What a report says of a run's settings."""

    @property
    def width(self) -> int: ...
    @property
    def height(self) -> int: ...
    @property
    def fps(self) -> int: ...
    @property
    def seed(self) -> int: ...


class Artefacts(Protocol):
    """Where what was measured is kept: `write` is called only where it is not there yet."""

    def make(
        self, kind: str, suffix: str, key: tuple[object, ...], write: Callable[[Path], None]
    ) -> Path: ...


def write_report(
    film: Film,
    people: Sequence[Character],
    settings: Settings,
    cache: Artefacts,
    progress: Callable[[str, int, int], None],
    *,
    memory: Mapping[str, int] | None = None,
    restrictions: Sequence[str] = (),
) -> dict[str, object]:
    """`report.html` and `report.json` beside the film; returns the film's scores.

    `memory` is the peak in bytes by stage where it was measured; `restrictions` say which parts
    of the film forbid commercial use. Raises `OutputError` where nothing can be written,
    `WeightsError` where a recogniser is missing.
    """
    assert film.path is not None, "a report is of a whole film"
    names = [name for person in people for name in (person.name, *person.aliases)]
    lines = [(take, number) for take in film.takes for number in range(len(take.spoken))]
    # 1. Look and listen, side by side: speech on one core, faces on the other and then on both
    chosen = any(take.tried for take in film.takes)
    num_steps = len(film.takes) * (2 if chosen else 1) + len(lines)
    steps = itertools.count(1)
    progress("report", 0, num_steps)

    def step() -> None:
        progress("report", next(steps), num_steps)

    with ThreadPoolExecutor(2, "report") as pool:
        listener = listening.Listener()
        hearing = pool.submit(_listen, listener, lines, cache, step)
        looking_at = _looking(film, people, settings.fps, cache, step)
        looks = list(pool.map(looking_at, film.takes))
        second: list[looking.Look | None] = [None] * len(looks)
        if chosen:
            looking_again = _looking(film, people, settings.fps, cache, step, SecondRecogniser())
            second = list(pool.map(looking_again, film.takes))
        heard = hearing.result()
    # 2. Put together what was found
    shots = []
    for take, look, other in zip(film.takes, looks, second, strict=True):
        said = []
        for number, utterance in enumerate(take.speech.utterances):
            words = heard.lines[take.shot.id, number]
            counts = count_words(utterance.line.text, words.text, names)
            takes = film.heard.get((take.shot.id, number))
            said.append(
                HeardLine(
                    utterance.line,
                    words.text,
                    counts,
                    words.seconds,
                    *((takes.verdicts, takes.kept) if takes else ()),
                )
            )
        notes = artefacts.load(take.keyframe, Keyframe).notes + tuple(
            note for path in take.spoken for note in artefacts.load(path, Speech).notes
        )
        shots.append(
            SeenShot(
                take.scene,
                take.shot,
                take.start,
                take.num_frames / settings.fps,
                look,
                tuple(said),
                notes,
                take.tried,
                other,
            )
        )
    findings = Findings(
        title=film.movie.title,
        logline=film.movie.logline,
        style=film.movie.style,
        planner=film.movie.planner,
        shots=tuple(shots),
        people=tuple(_person(person, film.voices, shots) for person in people),
        voices=score_voices(heard.voices),
        substitutions=_substitutions(people, shots, film.remarks),
        making=Making(
            width=settings.width,
            height=settings.height,
            fps=settings.fps,
            num_frames=film.num_frames,
            seed=settings.seed,
            fingerprints=dict(film.fingerprints),
            seconds=dict(film.seconds),
            memory=dict(memory or {}),
            versions={"Python": platform.python_version()} | {n: version(n) for n in PACKAGES},
            restrictions=tuple(restrictions),
        ),
        instruments=_instruments(len(people), chosen),
    )
    # 3. Write it down
    told = json.dumps(findings.as_json(), ensure_ascii=False, indent=1)
    for name, text in (("report.html", page(findings)), ("report.json", told + "\n")):
        path = film.path.with_name(name)
        with writing(path):
            path.write_text(text, encoding="utf-8", newline="\n")
    return findings.scores


# --- measuring --------------------------------------------------------------------------------


def _looking(
    film: Film,
    people: Sequence[Character],
    fps: int,
    cache: Artefacts,
    step: Callable[[], None],
    second: Recogniser | None = None,
) -> Callable[[Take], looking.Look]:
    """What looks at a take: with dlib's recogniser, or with a second one."""
    looker = looking.Looker(people, second)
    fingerprint = looking.SECOND_FINGERPRINT if second else looking.FINGERPRINT
    portraits = [(one.name, [portrait.path for portrait in one.portraits]) for one in people]

    def look(take: Take) -> looking.Look:
        is_first = take.shot is take.scene.shots[0]
        joined = is_first and take.scene.transition is Transition.DISSOLVE
        numbers = frame_numbers(take.num_frames, first=round(DISSOLVE * fps) if joined else 0)

        def write(path: Path) -> None:
            looker.look(take.clip, numbers).write(path)

        key = (fingerprint, portraits, take.clip, numbers)
        seen = looking.Look.read(cache.make("look", ".json", key, write))
        step()
        return seen

    return look


@dataclass(frozen=True)
class _Heard:
    """`lines` by shot and number; `voices` of each stretch: who, from which shot on, (256,)."""

    lines: dict[tuple[str, int], listening.Heard]
    voices: list[tuple[str, str, NDArray[np.float32]]]


def _listen(
    listener: listening.Listener,
    lines: Sequence[tuple[Take, int]],
    cache: Artefacts,
    step: Callable[[], None],
) -> _Heard:
    # 1. The words of each line
    heard = {}
    for take, number in lines:
        spoken = take.spoken[number]

        def write(path: Path, spoken: Path = spoken) -> None:
            listener.hear(artefacts.load(spoken, Speech).samples).write(path)

        key: tuple[object, ...] = (listening.FINGERPRINT, spoken)
        heard[take.shot.id, number] = listening.Heard.read(cache.make("hear", ".json", key, write))
        step()
    # 2. The voice of each stretch
    speakers = [_speaker(take, number) for take, number in lines]
    durations = [heard[take.shot.id, number].seconds for take, number in lines]
    voices = []
    for numbers in stretches(list(zip(speakers, durations, strict=True))):
        said = [lines[number][0].spoken[lines[number][1]] for number in numbers]

        def embed(path: Path, said: Sequence[Path] = said) -> None:
            samples = [artefacts.load(one, Speech).samples for one in said]
            with path.open("wb") as file:
                np.save(file, listener.voice(np.concatenate(samples)))

        made = cache.make("voice", ".npy", (listening.FINGERPRINT, said), embed)
        voice = np.load(made)
        if voice.any():
            voices.append((speakers[numbers[0]], lines[numbers[0]][0].shot.id, voice))
    return _Heard(heard, voices)


def _speaker(take: Take, number: int) -> str:
    character = take.speech.utterances[number].line.character
    return "Narrator" if character == NARRATOR else character


# --- telling ----------------------------------------------------------------------------------


def _person(
    person: Character, voices: Mapping[str, Voice], shots: Sequence[SeenShot]
) -> SeenPerson:
    count = len(person.portraits)
    if person.figure:
        face = f"Played by the default figure {person.figure}"
    else:
        face = "Their own portrait" if count == 1 else f"Their own {count} portraits"
    voice = voices[person.name].name if person.name in voices else "none"
    if person.voice_sample is not None:
        voice += ", the nearest to their recording"
    return SeenPerson(
        name=person.name,
        about=person.about,
        portrait=looking.portrait_picture(person.portraits[0].path),
        face=face,
        voice=voice,
        num_planned=sum(person.name in one.planned for one in shots),
        num_seen=sum(person.name in one.planned & one.look.seen for one in shots),
        num_lines=sum(said.line.character == person.name for one in shots for said in one.lines),
    )


def _substitutions(
    people: Sequence[Character], shots: Sequence[SeenShot], remarks: Sequence[str]
) -> tuple[Substitution, ...]:
    told = [
        Substitution(
            f"{person.name} has no portrait: the default figure {person.figure} plays them"
        )
        for person in people
        if person.figure
    ]
    noted: dict[str, list[str]] = {}
    for one in shots:
        for note in one.notes:
            noted.setdefault(note, []).append(one.shot.id)
    told += [Substitution(remark) for remark in remarks if remark not in noted]
    return (*told, *(Substitution(note, tuple(ids)) for note, ids in noted.items()))


def _instruments(num_people: int, chosen: bool) -> dict[str, str]:
    second = (
        f"The recogniser above chose between takes, so its numbers flatter. "
        f"{looking.SECOND_RECOGNISER}, chose nothing: it counts the same frames the same way."
    )
    return ({"Faces, a second time": second} if chosen else {}) | {
        "Faces": (
            f"{NUM_FRAMES} frames of each shot, each in the middle of its share, past any "
            "dissolve. MediaPipe's detectors find faces, its mesh confirms them; "
            f"{looking.RECOGNISER}. The gallery is every portrait of the {num_people} people of "
            "the film. A shot's set is the union over its frames; it is compared with the set of "
            "characters that the plan shows (a person with their back to the camera is not "
            "counted); right, unplanned and missed are summed over shots, and precision, recall "
            "and F1 are taken from the sums."
        ),
        "Words": (
            f"{listening.TRANSCRIBER}, on the lines as spoken, before room and music. Spelling, "
            "numbers and contractions are made alike by Whisper's normaliser. Names of the cast "
            "are neither words nor errors. The rate is the errors of all lines by their words."
        ),
        "Voices": (
            f"{listening.VOICES}. A person's lines are heard in stretches of {STRETCH:.0f} s or "
            "more, of one shot or several, since a voice cannot be told by a word. One voice: any "
            "two stretches of a person. Own voice: any two people, each the mean over theirs."
        ),
        "Time": "From when each part was made, now or in an earlier run; some ran side by side.",
    }
