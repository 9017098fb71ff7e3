"""The people of a cast before there is a film: each cut out of their portrait, each heard once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2

from script2movie.backends import open_crew
from script2movie.cache import Cache
from script2movie.errors import writing
from script2movie.media import artefacts, clips
from script2movie.movie import Character, Line
from script2movie.pipeline.run import Job, Progress, Run
from script2movie.settings import Settings
from script2movie.stages import SPEECH_RATE, Likeness, Speech, Voice

__all__ = ["Audition", "audition"]


@dataclass(frozen=True)
class Audition:
    """How a person will look and sound: a PNG with alpha, a WAV, the voice's name."""

    cutout: Path
    spoken: Path
    voice: str


def audition(
    people: Sequence[Character],
    lines: Mapping[str, str],
    out: Path,
    settings: Settings,
    cache: Cache,
    progress: Progress,
) -> dict[str, Audition]:
    """Writes `cutout.png` and `line.wav` for each person into `out/<name>/`; by name.

    `lines` are the words each says. What a film needs of it is not made again when it is shot.

    Raises:
        ShotFailed: somebody could not be cut out or heard; the message lists them.
        BankError, BackendUnavailable, WeightsError: nothing more can be made.
    """
    run = Run(cache, progress)
    with open_crew(settings) as crew:
        # 1. Voices, all at once so that no two are too alike
        speaker, seed = crew.speaker, settings.seed
        heard = tuple(replace(person, portraits=(), figure="") for person in people)

        def cast(path: Path) -> None:
            artefacts.save(speaker.cast(heard, seed=seed), path)

        chosen = run.once("cast", ".voices", (speaker.fingerprint, heard, seed), cast)
        voices = artefacts.load(chosen, dict[str, Voice])

        # 2. Each says a line
        def speak(person: Character) -> Job:
            line, voice = Line(person.name, lines[person.name]), voices[person.name]

            def write(path: Path) -> None:
                artefacts.save(speaker.speak(line, voice, seed=seed), path)

            key = (speaker.fingerprint, line, voice, seed)
            return lambda: run.make("speak", ".speech", key, write)

        jobs = {person.name: speak(person) for person in people}
        spoken = run.stage("speak", jobs, lambda name: name, workers=speaker.num_workers)
        speaker.close()

        # 3. Each is cut out
        def prepare(person: Character) -> Job:
            seen = replace(person, voice_sample=None, voice="", about="")

            def write(path: Path) -> None:
                artefacts.save(crew.storyboarder.prepare(seen), path)

            key = (crew.storyboarder.fingerprint, seen)
            return lambda: run.make("prepare", ".likeness", key, write)

        jobs = {person.name: prepare(person) for person in people}
        likenesses = run.stage("prepare", jobs, lambda name: name)
    run.refuse_failed()
    # 4. Laid where a person finds them
    found: dict[str, Audition] = {}
    for person in people:
        folder = out / person.name
        made = Audition(folder / "cutout.png", folder / "line.wav", voices[person.name].name)
        with writing(folder):
            folder.mkdir(parents=True, exist_ok=True)
            picture = artefacts.load(likenesses[person.name], Likeness).picture
            _, coded = cv2.imencode(".png", cv2.cvtColor(picture, cv2.COLOR_RGBA2BGRA))
            made.cutout.write_bytes(coded.tobytes())
            samples = artefacts.load(spoken[person.name], Speech).samples
            clips.write_wav(samples, made.spoken, SPEECH_RATE)
        found[person.name] = made
    return found
