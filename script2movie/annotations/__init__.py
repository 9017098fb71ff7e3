"""MovieBench's annotations of films, in the form in which they are published.

    keys    MovieBench's own file names and JSON keys
    shots   one shot: its name, its span, what is said of it
    tables  the files about all films: scenes, texts
    film    one film's shots and scenes from a folder of them

What a film is planned from and what it is scored against is read here and nowhere else. Knows
files; knows no plan, no bank and no clip. Refuses with `DatasetError`.
"""

from script2movie.annotations.film import AnnotatedFilm, read_annotations
from script2movie.annotations.shots import Annotation, ShotId, Span, read_annotation, shot_named
from script2movie.annotations.tables import SceneOfFilm, read_scenes, read_texts

__all__ = [
    "AnnotatedFilm",
    "Annotation",
    "SceneOfFilm",
    "ShotId",
    "Span",
    "read_annotation",
    "read_annotations",
    "read_scenes",
    "read_texts",
    "shot_named",
]
