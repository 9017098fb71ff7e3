"""A folder of a person's own frames: `s01_sh003.png` stands for that shot's drawn keyframe.

A picture of any size, or `s01_sh003.keyframe`, which a run made and somebody chose to keep. Knows
who is on a picture; knows nothing of how it is animated. Refuses with `BankError`.
"""

from collections.abc import Collection, Sequence
from pathlib import Path

from script2movie.bank.photos import PHOTO_SUFFIXES
from script2movie.errors import BankError
from script2movie.movie import Character, OwnFrame
from script2movie.perception.portraits import read_portrait
from script2movie.perception.sightings import Spotter

__all__ = ["KEPT", "read_frames"]

KEPT = ".keyframe"  # the suffix of a keyframe that is kept


def read_frames(
    folder: Path, shots: Collection[str], people: Sequence[Character]
) -> dict[str, OwnFrame]:
    """The frames of `folder` by shot; the faces of `people` on them are found and named.

    Frames of shots that are not in the plan are left alone: it may have lost them to an edit.
    """
    if not folder.is_dir():
        raise BankError(f"{folder} is no folder: --frames takes one with a picture a shot in it")
    frames: dict[str, OwnFrame] = {}
    spotter: Spotter | None = None
    for path in sorted(folder.iterdir()):
        if path.stem not in shots or path.name.startswith("."):
            continue
        if path.stem in frames:
            raise BankError(f"{folder} has two frames for {path.stem}: delete one")
        if path.suffix == KEPT:
            frames[path.stem] = OwnFrame(path, kept=True)
        elif path.suffix.lower() in PHOTO_SUFFIXES:
            spotter = spotter or Spotter(
                {one.name: [portrait.path for portrait in one.portraits] for one in people}
            )
            seen = spotter.sightings(read_portrait(path, longest_side=12_000).rgb)
            faces = {one.character: one.box for one in seen if one.character}
            frames[path.stem] = OwnFrame(path, tuple(faces.items()))
        else:
            raise BankError(f"{path} is no picture: save the frame as {path.stem}.png")
    return frames
