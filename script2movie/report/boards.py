"""Who is recognised on a storyboard: `storyboard.json` beside its pictures."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Protocol

from script2movie.errors import writing
from script2movie.media import artefacts
from script2movie.movie import Character, Movie
from script2movie.perception.sightings import Spotter
from script2movie.report.findings import planned
from script2movie.report.looking import FINGERPRINT
from script2movie.stages import Keyframe

__all__ = ["write_storyboard"]


class Artefacts(Protocol):
    """Where what was seen is kept: `write` is called only where it is not there yet."""

    def make(
        self, kind: str, suffix: str, key: tuple[object, ...], write: Callable[[Path], None]
    ) -> Path: ...


def write_storyboard(
    movie: Movie,
    people: Sequence[Character],
    keyframes: Mapping[str, Path],
    folder: Path,
    cache: Artefacts,
    progress: Callable[[str, int, int], None],
) -> dict[str, dict[str, object]]:
    """`storyboard.json` in `folder`: by shot who was to be seen and who is, with boxes in pixels.

    Raises `OutputError` where nothing can be written, `WeightsError` where a recogniser is missing.
    """
    portraits = {one.name: [portrait.path for portrait in one.portraits] for one in people}
    spotter = Spotter(portraits)
    told: dict[str, dict[str, object]] = {}
    progress("recognise", 0, len(keyframes))
    for number, (_, shot) in enumerate(movie.shots, 1):
        if shot.id not in keyframes:
            continue
        path = keyframes[shot.id]
        keyframe = artefacts.load(path, Keyframe)

        def write(path: Path, keyframe: Keyframe = keyframe) -> None:
            seen = [asdict(one) for one in spotter.sightings(keyframe.picture)]
            path.write_text(json.dumps(seen), encoding="utf-8")

        key = ("board", FINGERPRINT, portraits, path.name)
        seen = json.loads(cache.make("recognise", ".json", key, write).read_text("utf-8"))
        height, width = keyframe.picture.shape[:2]
        told[shot.id] = {
            "keyframe": str(path.resolve()),
            "width": width,
            "height": height,
            "planned": sorted(planned(shot.characters)),
            "seen": seen,
            "notes": list(keyframe.notes),
        }
        progress("recognise", number, len(keyframes))
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "storyboard.json").write_text(
            json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
        )
    return told
