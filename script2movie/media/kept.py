"""Frames that cost too much to make twice, as a folder: every byte of the pictures and the meshes.

    frames.mkv     FFV1, without loss
    faces.tracks   whose mesh is where in which frame; only where the animator knows

Streams both ways but for the meshes, which are 4 KB a face and frame.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from script2movie.media import artefacts, clips
from script2movie.stages import FaceTrack, Frame

__all__ = ["load_frames", "read_rgb", "save_frames"]


@dataclass(frozen=True)
class _Tracks:
    """The meshes of a shot, by the number of their frame."""

    frames: tuple[int, ...]
    tracks: tuple[FaceTrack, ...]


def save_frames(frames: Iterable[Frame], folder: Path, *, width: int, height: int, fps: int) -> int:
    """Writes the frames of one shot into a new folder; returns how many there were.

    Raises:
        OutputError, OSError: as `clips.encode`.
    """
    numbers: list[int] = []
    tracks: list[FaceTrack] = []

    def pictures() -> Iterator[clips.Picture]:
        for number, frame in enumerate(frames):
            numbers.extend([number] * len(frame.faces))
            tracks.extend(frame.faces)
            yield frame.nv12

    folder.mkdir()
    count = clips.encode(
        pictures(), folder / "frames.mkv", width=width, height=height, fps=fps, lossless=True
    )
    if tracks:
        artefacts.save(_Tracks(tuple(numbers), tuple(tracks)), folder / "faces.tracks")
    return count


def load_frames(folder: Path, *, width: int, height: int) -> Iterator[Frame]:
    """The frames as they were saved, streamed; each may be written to.

    Raises:
        OutputError: the folder is damaged.
    """
    meshes: dict[int, tuple[FaceTrack, ...]] = {}
    if (folder / "faces.tracks").exists():
        kept = artefacts.load(folder / "faces.tracks", _Tracks)
        for number, track in zip(kept.frames, kept.tracks, strict=True):
            meshes[number] = (*meshes.get(number, ()), track)
    pictures = clips.read_nv12(folder / "frames.mkv", width=width, height=height)
    for number, nv12 in enumerate(pictures):
        yield Frame(np.asarray(nv12), meshes.get(number, ()))


def read_rgb(folder: Path, numbers: Sequence[int]) -> Iterator[NDArray[np.uint8]]:
    """Some of the frames as RGB (height, width, 3), by their ascending numbers."""
    return clips.read_frames(folder / "frames.mkv", every=numbers)
