"""What is odd about a MovieBench tree: every fault listed, nothing repaired, nothing stopped at.

Names and spans cost a reading of the annotations; faces and clips are looked at only when asked
for. Knows nothing of predictions.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from script2movie.annotations import keys
from script2movie.annotations.shots import Annotation, ShotId, shot_named
from script2movie.bank.photos import check_portrait
from script2movie.errors import BankError, DatasetError
from script2movie.moviebench.dataset import BankPerson, Dataset, Film
from script2movie.moviebench.frames import ClipFault, open_clip
from script2movie.names import one_key, same_name
from script2movie.settings import did_you_mean

__all__ = ["Oddity", "check"]

LONGEST = 60.0  # seconds; a longer shot is more often a wrong file name


@dataclass(frozen=True)
class Oddity:
    """One thing that is not as it should be: which kind, where, and what."""

    kind: str
    place: str
    told: str


def check(
    dataset: Dataset,
    films: Sequence[Film],
    progress: Callable[[str, int, int], None],
    *,
    pictures: bool = True,
    clips: bool = True,
) -> list[Oddity]:
    """Every oddity of some films; `pictures` looks for faces in portraits, `clips` opens clips."""
    found = [Oddity("missing part", "", told) for told in dataset.missing()]
    found += _tables(dataset)
    for number, film in enumerate(films):
        progress("check", number, len(films))
        found += _names_of_files(film)
        found += _spans(film)
        found += _annotations(film)
        found += _scenes(film)
        if pictures:
            found += _portraits(film)
        if clips:
            found += _clips(film)
    progress("check", len(films), len(films))
    return found


def _tables(dataset: Dataset) -> Iterator[Oddity]:
    """The split, the synopses and the numbers, against the films that are there."""
    for name, read in (
        (keys.SPLIT, lambda: dataset.split),
        (keys.SCENES, lambda: dataset.scenes),
        (keys.SYNOPSES, lambda: dataset.synopses),
        (keys.IMDB, lambda: dataset.imdb),
    ):
        if dataset.part(name) is None:
            continue
        try:
            table = read()
        except DatasetError as error:
            yield Oddity("broken file", name, str(error))
            continue
        known = {str(film) for film in table}
        if name == keys.SPLIT:
            known = {film for films in dataset.split.values() for film in films}
        for film in dataset.films:
            if film not in known:
                near = did_you_mean(film, sorted(known))
                yield Oddity("film not listed", film, f"{name} does not name it{near}")
    if dataset.part(keys.SPLIT) is not None:
        try:
            both = Counter(name for films in dataset.split.values() for name in films)
        except DatasetError:
            return
        for name, count in both.items():
            if count > 1:
                yield Oddity("film twice in the split", name, f"{keys.SPLIT} has it {count} times")


def _names_of_files(film: Film) -> Iterator[Oddity]:
    for part, suffixes in ((keys.ANNOTATIONS, (".json",)), (keys.CLIPS, (".avi", ".mp4"))):
        folder = film.folder(part)
        if folder is None:
            if film.dataset.part(part) is not None:
                yield Oddity("film without files", film.name, f"{part} has no folder of it")
            continue
        seen = dict[str, str]()
        for path in sorted(folder.iterdir()):
            if path.name.startswith("."):
                continue
            stem = path.name[: len(path.name) - len(path.suffix)]
            place = f"{film.name}/{path.name}"
            if path.suffix not in suffixes:
                yield Oddity("file of another kind", place, f"{part} holds {suffixes[0]} files")
                continue
            shot = shot_named(stem)
            if shot is None or shot.film != film.name:
                wanted = f"{film.name}_HH.MM.SS.mmm-HH.MM.SS.mmm{suffixes[0]}"
                yield Oddity("file name that is no shot's", place, f"names are like {wanted}")
            if path.stat().st_size == 0:
                yield Oddity("empty file", place, "it has 0 bytes: download it again")
            if (twin := seen.get(one_key(stem))) is not None:
                yield Oddity("shot twice", place, f"{twin} is the same shot")
            seen[one_key(stem)] = path.name


def _spans(film: Film) -> Iterator[Oddity]:
    last: ShotId | None = None
    for shot in film.shots:
        if shot.span.seconds <= 0:
            told = f"it ends {-shot.span.seconds:.3f} s before it begins"
            yield Oddity("span runs backwards", shot.name, told)
            continue
        if shot.span.seconds > LONGEST:
            yield Oddity("very long shot", shot.name, f"it lasts {shot.span.seconds:.0f} s")
        if last is not None and shot.span.start < last.span.end:
            by = (min(last.span.end, shot.span.end) - shot.span.start) / 1000
            told = f"it begins {by:.3f} s before {last.name} ends"
            yield Oddity("spans overlap", shot.name, told)
        if last is None or shot.span.end > last.span.end:
            last = shot


def _annotations(film: Film) -> Iterator[Oddity]:
    known = {same_name(person.name) for person in (*film.bank, *film.scoring_bank)}
    names = sorted({person.name for person in (*film.bank, *film.scoring_bank)})
    unknown = Counter[str]()
    for shot in film.shots:
        try:
            annotation = film.annotation(shot)
        except DatasetError as error:
            yield Oddity("broken annotation", shot.name, str(error))
            continue
        yield from _texts(annotation)
        unknown.update(name for name in annotation.names if same_name(name) not in known)
    if not names:
        if film.shots:
            yield Oddity("film without a bank", film.name, "nobody of it can be recognised")
        return
    for name, count in unknown.most_common():
        near = did_you_mean(name, names)
        told = f"'{name}' of {count} annotations is in no bank{near}"
        yield Oddity("name the bank lacks", film.name, told)
    boards = {same_name(one.name) for one in film.scoring_bank}
    if film.bank and film.scoring_bank:
        for one in film.bank:
            if same_name(one.name) not in boards:
                told = f"'{one.name}' is in {keys.BANK} and not in {keys.SCORING_BANK}"
                yield Oddity("person in one bank only", film.name, told)


def _texts(annotation: Annotation) -> Iterator[Oddity]:
    if not annotation.plot.strip():
        yield Oddity("annotation without a plot", annotation.shot.name, "its plot is empty")
    for name, _ in annotation.characters:
        if not name.strip():
            yield Oddity("person without a name", annotation.shot.name, "a character is called ''")


def _scenes(film: Film) -> Iterator[Oddity]:
    if film.dataset.part(keys.SCENES) is None:
        return
    try:
        scenes = film.scenes
    except DatasetError:
        return  # told of the file itself
    shots = {shot.name for shot in film.shots}
    placed = Counter(name for scene in scenes for name in scene.shots)
    for name, count in placed.items():
        if name not in shots:
            yield Oddity("scene of a shot that is not there", name, f"{keys.SCENES} names it")
        elif count > 1:
            yield Oddity("shot in two scenes", name, f"{keys.SCENES} has it {count} times")
    if scenes:
        for name in sorted(shots - set(placed)):
            yield Oddity("shot without a scene", name, f"no scene of {keys.SCENES} has it")


def _portraits(film: Film) -> Iterator[Oddity]:
    from script2movie.perception.faces import FaceDetector
    from script2movie.perception.mesh import FaceMesh

    people: tuple[BankPerson, ...] = (*film.bank, *film.scoring_bank)
    if not people:
        return
    detector, mesh = FaceDetector(), FaceMesh()
    for person in people:
        if not person.photos:
            yield Oddity("person without a photo", film.name, f"'{person.name}' has none")
        for photo in person.photos:
            try:
                check_portrait(photo, detector, mesh)
            except BankError as error:
                yield Oddity("portrait that cannot be used", person.name, str(error))


def _clips(film: Film) -> Iterator[Oddity]:
    if film.folder(keys.CLIPS) is None:
        return
    for shot in film.shots:
        path = film.clip(shot)
        if path is None:
            yield Oddity("shot without a clip", shot.name, f"{keys.CLIPS} has none of it")
            continue
        try:
            yield from _clip(path, shot)
        except ClipFault as error:
            yield Oddity("clip that does not decode", shot.name, str(error))


def _clip(path: Path, shot: ShotId) -> Iterator[Oddity]:
    clip = open_clip(path)
    if clip.num_frames == 1:
        yield Oddity("clip of one frame", shot.name, str(path))
    seconds = clip.num_frames / clip.fps
    if shot.span.seconds > 0 and not math.isclose(
        seconds, shot.span.seconds, abs_tol=max(0.5, 0.1 * shot.span.seconds)
    ):
        told = f"it lasts {seconds:.2f} s, its name says {shot.span.seconds:.2f} s"
        yield Oddity("clip of another length", shot.name, told)
