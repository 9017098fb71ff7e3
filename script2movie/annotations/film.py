"""One film's shots from a folder of them, with what lies beside it or above it.

<film>/<film>_HH.MM.SS.mmm-HH.MM.SS.mmm.json   one shot
movies_scenes.json, mad2plot.json              beside the folder or above it, where present
"""

from dataclasses import dataclass
from pathlib import Path

from script2movie.annotations import keys
from script2movie.annotations.shots import Annotation, ShotId, read_annotation, shot_named
from script2movie.annotations.tables import SceneOfFilm, read_scenes, read_texts
from script2movie.errors import DatasetError

__all__ = ["AnnotatedFilm", "check_span", "read_annotations"]

BESIDE = frozenset((keys.SCENES, keys.SYNOPSES, keys.SPLIT, keys.IMDB))


@dataclass(frozen=True)
class AnnotatedFilm:
    """A film's shots in the film's order; `scenes` is empty and `synopsis` '' where absent."""

    name: str
    shots: tuple[Annotation, ...]
    scenes: tuple[SceneOfFilm, ...] = ()
    synopsis: str = ""


def read_annotations(folder: Path) -> AnnotatedFilm:
    """The film whose shots lie in a folder.

    Raises:
        DatasetError: no shots, shots of two films, or a file that is not what MovieBench's are.
    """
    files = sorted(path for path in folder.glob("*.json") if path.name not in BESIDE)
    if not files:
        below = sorted(path.parent for path in folder.glob("*/*.json"))
        example = f", such as {below[0]}" if below else ""
        raise DatasetError(
            f"{folder} holds no shot annotations of MovieBench: give the folder of one film"
            f"{example}, with files named <film>_HH.MM.SS.mmm-HH.MM.SS.mmm.json"
        )
    shots = sorted(map(_read, files), key=lambda one: one.shot)
    films = list(dict.fromkeys(one.shot.film for one in shots))
    if len(films) > 1:
        raise DatasetError(
            f"{folder} holds shots of {len(films)} films ({', '.join(films[:3])}): give the "
            "folder of one"
        )
    scenes, synopses = _beside(folder, keys.SCENES), _beside(folder, keys.SYNOPSES)
    return AnnotatedFilm(
        films[0],
        tuple(shots),
        read_scenes(scenes).get(films[0], ()) if scenes else (),
        read_texts(synopses).get(films[0], "").strip() if synopses else "",
    )


def check_span(shot: ShotId) -> None:
    """Raises DatasetError for a shot that cannot be made: it takes no time, or less."""
    if not shot.span.start < shot.span.end:
        start, end = shot.span.start / 1000, shot.span.end / 1000
        raise DatasetError(
            f"{shot.name}: the shot ends at {end:g} s, before it starts at {start:g} s"
        )


def _read(path: Path) -> Annotation:
    shot = shot_named(path.stem)
    if shot is None:
        raise DatasetError(
            f"{path} is not named as MovieBench names a shot: <film>_HH.MM.SS.mmm-HH.MM.SS.mmm.json"
        )
    check_span(shot)
    return read_annotation(path, shot)


def _beside(folder: Path, name: str) -> Path | None:
    """A file of the whole data set: in the folder, or up to two above it; None where absent."""
    above = folder.resolve()
    places = (place / name for place in (above, *above.parents[:2]))
    return next((path for path in places if path.is_file()), None)
